"""A live round: set up, joined, played by taps, stopped, and gone through again in private."""

from functools import partial

import telegram

from bot.chat import alike, buttons
from bot.chat.answers import words
from bot.chat.drawing import screen
from bot.chat.group import draw_closed, point_to_round
from bot.chat.outbox import Sent, is_worth_again
from bot.chat.pace import Urgency
from bot.chat.talk import Command, Context, TapHandler, is_admin, tapped_message, thread, who, words_after_command
from bot.chat.tallies import Drawn, Shown, Taken
from bot.storage.turns import Message
from bot.tutor import racing, rounds
from bot.tutor.live import RoundLobbyView, RoundSetupView
from bot.tutor.outcomes import GroupTurnView, Outcome
from bot.tutor.round_toasts import Joined, RoundGoing


async def on_round(c: Context, update: telegram.Update) -> None:
    """/round, /round DECK."""
    assert update.message is not None, "a command is a message"
    person = update.message.sender_chat is None
    name = " ".join(words_after_command(update))
    called = partial(alike.called, c.say)
    outcome = await c.do(rounds.set_up, who(update), name, thread(update), called, person=person)
    if isinstance(outcome.toast, RoundGoing):
        await point_to_round(c, update, outcome.toast, outcome.where)
    else:
        await show(c, who(update).chat_id, outcome, thread(update))


async def on_of(c: Context, update: telegram.Update, tap: buttons.RoundOf) -> None:
    """The deck that was meant, of several."""
    called = partial(alike.called, c.say)
    await _answer(c, update, await c.do(rounds.set_up, who(update), tap.deck_id, thread(update), called, person=True))


async def on_set(c: Context, update: telegram.Update, tap: buttons.RoundSet) -> None:
    """The host, or an administrator, chooses deck, number, pace or form."""
    may = await _may(c, update, tap.round_id)
    where = tapped_message(update)
    await _answer(c, update, await c.do(rounds.choose, who(update), tap.round_id, tap.what, tap.value, may, where))


async def on_start(c: Context, update: telegram.Update, tap: buttons.RoundStart) -> None:
    may = await _may(c, update, tap.round_id)
    there = await c.see(racing.available, tap.round_id) if may else 0
    outcome, closed = await c.do(rounds.start, who(update), tap.round_id, may, there, tapped_message(update))
    await _answer(c, update, outcome)
    if closed is not None:
        await draw_closed(c, closed)


async def on_join(c: Context, update: telegram.Update, tap: buttons.RoundJoin) -> None:
    """I'm in: told at once, and the lobby says so soon."""
    outcome = await c.do(rounds.join, who(update), tap.round_id, tapped_message(update))
    await c.answer(update, Outcome(toast=outcome.toast))
    if outcome.view is not None or (isinstance(outcome.toast, Joined) and outcome.toast.new):
        await c.lobbies.changed(Shown(who(update).chat_id, tap.round_id))


async def on_stop(c: Context, update: telegram.Update, tap: buttons.RoundStop) -> None:
    may = await _may(c, update, tap.round_id)
    outcome, closed = await c.do(rounds.stop, who(update), tap.round_id, may, tapped_message(update))
    await _answer(c, update, outcome)
    if closed is not None:
        await draw_closed(c, closed)


async def on_race(c: Context, update: telegram.Update, tap: buttons.Race) -> None:
    """One member's answer: told to that member alone, by the answer to the tap; the group sees how many answered."""
    outcome = await c.do(racing.answer, who(update), tap.turn_id, tap.option, tapped_message(update))
    query, view = update.callback_query, outcome.view
    assert query is not None, "only taps come here"
    await c.outbox.toast(query.id, words(c.say, outcome.toast, False))
    if isinstance(view, GroupTurnView):
        shown = Shown(view.chat_id, view.turn_id)
        await c.tallies.changed(shown, soon=_is_news(view), at_once=view.closed)


def _is_news(view: GroupTurnView) -> bool:
    """Whether the group waits to see it: the first answer, and the last that there can be."""
    return view.live is not None and view.tally.graded in (1, view.live.players)


async def on_missed(c: Context, update: telegram.Update, tap: buttons.RoundMissed) -> None:
    """My mistakes: into the private chat, or a line that there are none."""
    found = await c.do(rounds.missed, who(update), tap.round_id)
    query = update.callback_query
    assert query is not None, "only taps come here"
    if found.cards:
        await c.outbox.toast(query.id, url=f"https://t.me/{c.bot.username}?start=round_{tap.round_id}")
    else:
        await c.outbox.toast(query.id, words(c.say, found, False))


async def on_go_through(c: Context, update: telegram.Update, round_id: int) -> None:
    """In private, by the link: what this person missed in that round."""
    await c.answer(update, await c.do(rounds.go_through, who(update), round_id))


async def _may(c: Context, update: telegram.Update, round_id: int) -> bool:
    """Whether who tapped began the round or administers the group."""
    return await c.do(rounds.is_host, who(update), round_id) or await is_admin(c, update)


async def _answer(c: Context, update: telegram.Update, outcome: Outcome) -> None:
    drawn = partial(show, c, who(update).chat_id, outcome, thread(update))
    await c.answered(update, drawn, words(c.say, outcome.toast, outcome.view is not None))


async def show(c: Context, chat_id: int, outcome: Outcome, thread_id: int | None = None) -> None:
    """Draw what came of something in a group, and remember where a round's setup or lobby stands."""
    view = outcome.view
    if not isinstance(view, RoundSetupView | RoundLobbyView):
        await c.show(chat_id, outcome, thread_id=thread_id)
        return
    delivery = await c.draw(chat_id, outcome, screen(c.artist, view), 0, thread_id)
    now = Message(delivery.message_id, delivery.media) if isinstance(delivery, Sent) else outcome.where
    if now is not None and now != outcome.where:
        await c.do(rounds.stands_in, view.round.round_id, now)
    await c.strip(chat_id, outcome)


async def draw_lobby(c: Context, shown: Shown, taken: Taken, patient: bool) -> Drawn:
    """The lobby with who is in, when the group's pace lets it go; `shown.turn_id` is the round's."""
    permit = c.outbox.permit_now(shown.chat_id, Urgency.TALLY)
    if permit is None:
        if not patient:
            return Drawn.LATER
        permit = await c.outbox.permit(shown.chat_id, Urgency.TALLY)
    taken()
    found = await c.do(rounds.lobby, shown.turn_id)
    if found is None or found.view is None:
        c.outbox.give_back(permit)
        return Drawn.NEVER
    delivery = await c.draw(shown.chat_id, found, screen(c.artist, found.view), 0, permit=permit)
    return Drawn.LATER if is_worth_again(delivery) else Drawn.YES


COMMANDS = (
    Command("round", "a live round: the same cards for all, against time", private=False, group=True, run=on_round),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.RoundOf: on_of,
    buttons.RoundSet: on_set,
    buttons.RoundStart: on_start,
    buttons.RoundJoin: on_join,
    buttons.RoundStop: on_stop,
    buttons.Race: on_race,
    buttons.RoundMissed: on_missed,
}
