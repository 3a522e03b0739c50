"""A study group: one card for everybody, everybody's own answer."""

from functools import partial

import telegram

from bot.chat import alike, answers, buttons, topics
from bot.chat.outbox import is_worth_again
from bot.chat.pace import Urgency
from bot.chat.plain import Text
from bot.chat.quiz import narrowing
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, thread, who, words_after_command
from bot.chat.tallies import Drawn, Shown, Taken
from bot.storage.turns import Message
from bot.tutor import group, naming
from bot.tutor.group import Closed
from bot.tutor.outcomes import Outcome
from bot.tutor.round_toasts import RoundGoing
from bot.tutor.toasts import StillOpen


async def on_group_quiz(c: Context, update: telegram.Update) -> None:
    """/quiz in a group."""
    words = words_after_command(update)
    name, _ = narrowing(words)
    whole = " ".join(words)
    if name != whole and await c.do(naming.is_a_name, who(update), whole):
        name = whole
    await _quiz(c, update, name, insists=True)


async def on_next(c: Context, update: telegram.Update, tap: buttons.GroupNext) -> None:
    """Next card: a second tap in a hurry does not end the card that the first one brought."""
    await _quiz(c, update, "", insists=False)


async def on_ask(c: Context, update: telegram.Update, tap: buttons.GroupAsk) -> None:
    """The deck that was meant, of several; as with Next card, a tap in a hurry ends no card."""
    await _quiz(c, update, tap.deck_id, insists=False)


async def _quiz(c: Context, update: telegram.Update, wanted: str | int, *, insists: bool) -> None:
    await topics.on_asked(c, update)
    called = partial(alike.called, c.say)
    outcome, closed = await c.do(group.quiz, who(update), wanted, thread(update), insists, called)
    if isinstance(outcome.toast, StillOpen) and update.callback_query is None and outcome.where is not None:
        await _point_to(c, update, outcome.toast, outcome.where.message_id)
        return
    if isinstance(outcome.toast, RoundGoing) and update.callback_query is None:
        await point_to_round(c, update, outcome.toast, outcome.where)
        return
    await c.answer(update, outcome)
    if closed is not None:
        await draw_closed(c, closed)


async def point_to_round(c: Context, update: telegram.Update, going: RoundGoing, where: Message | None) -> None:
    """Say that there is a round, and where."""
    chat_id, here = who(update).chat_id, thread(update)
    pages = c.artist.pages([Text(c.say.round_going(going.running))])
    if where is None or going.thread_id == here:
        reply_to = None if where is None else where.message_id
        await c.outbox.send(chat_id, Screen(pages), thread_id=here, reply_to=reply_to)
    else:
        await c.outbox.send(chat_id, Screen(pages, (topics.way_to(c, chat_id, where.message_id),)), thread_id=here)


async def _point_to(c: Context, update: telegram.Update, still: StillOpen, message_id: int) -> None:
    """Say that a card is open and where: a message in another topic cannot be pointed to but by a link."""
    chat_id, place = who(update).chat_id, answers.place(c.say, still.elsewhere)
    pages = c.artist.pages([Text(c.say.still_open(still.wait_seconds, place))])
    if still.elsewhere is None:
        await c.outbox.send(chat_id, Screen(pages), thread_id=thread(update), reply_to=message_id)
    else:
        linked = Screen(pages, (topics.way_to(c, chat_id, message_id),))
        await c.outbox.send(chat_id, linked, thread_id=thread(update))


async def draw(c: Context, shown: Shown, taken: Taken, patient: bool) -> Drawn:
    """The group's message as its turn stands, open or closed, when the group's pace lets it go.

    Not `patient`, it is left for later where that is not at once.
    """
    taken()
    found = await c.do(group.redraw, shown.turn_id)
    if found is None:
        return Drawn.NEVER
    urgency = Urgency.ANSWER if found.view.closed else Urgency.TALLY
    permit = c.outbox.permit_now(shown.chat_id, urgency)
    if permit is None:
        if not patient:
            return Drawn.LATER
        permit = await c.outbox.permit(shown.chat_id, urgency)
        taken()
        found = await c.do(group.redraw, shown.turn_id)
    if found is None:
        c.outbox.give_back(permit)
        return Drawn.NEVER
    outcome = Outcome(found.view, found.message)
    delivery = await c.show(found.view.chat_id, outcome, thread_id=found.thread_id, permit=permit)
    if is_worth_again(delivery):
        return Drawn.LATER
    if found.view.closed:
        await c.do(group.drawn, shown.turn_id)
    return Drawn.YES


async def draw_closed(c: Context, closed: Closed) -> None:
    """The answer and the tally stand there for all, as soon as Telegram takes them."""
    await c.tallies.changed(Shown(closed.chat_id, closed.turn_id), at_once=True)


COMMANDS = (Command("quiz", "a card for everybody: /quiz, /quiz deck", private=False, group=True, run=on_group_quiz),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GroupNext: on_next, buttons.GroupAsk: on_ask}
