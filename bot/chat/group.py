"""A study group: one card for everybody, everybody's own answer."""

import telegram

from bot.chat import buttons, drawing
from bot.chat.outbox import is_worth_again
from bot.chat.pace import Urgency
from bot.chat.plain import Text
from bot.chat.quiz import narrowing
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, is_admin, tapped_message, thread, who, words_after_command
from bot.chat.tallies import Taken
from bot.decks.content import Picture, words
from bot.storage.cards import StoredCard
from bot.study.memory import Grade
from bot.tutor import group, starting
from bot.tutor.group import Closed
from bot.tutor.outcomes import GroupTurnView, Outcome
from bot.tutor.toasts import NoLonger, Reveal, StillOpen

# What an alert can hold.
ALERT = 200


async def on_group_quiz(c: Context, update: telegram.Update) -> None:
    """/quiz in a group."""
    words = words_after_command(update)
    name, _ = narrowing(words)
    whole = " ".join(words)
    if name != whole and await c.do(starting.is_a_name, whole):
        name = whole
    await _quiz(c, update, name, insists=True)


async def on_next(c: Context, update: telegram.Update, tap: buttons.GroupNext) -> None:
    """Next card: a second tap in a hurry does not end the card that the first one brought."""
    await _quiz(c, update, "", insists=False)


async def _quiz(c: Context, update: telegram.Update, name: str, *, insists: bool) -> None:
    outcome, closed = await c.do(group.quiz, who(update), name, thread(update), insists)
    if isinstance(outcome.toast, StillOpen) and update.callback_query is None and outcome.where is not None:
        text = Screen(c.artist.pages([Text(c.say.still_open(outcome.toast.wait_seconds))]))
        await c.outbox.send(who(update).chat_id, text, thread_id=thread(update), reply_to=outcome.where.message_id)
        return
    await c.answer(update, outcome)
    if closed is not None:
        await draw_closed(c, closed)


async def on_show(c: Context, update: telegram.Update, tap: buttons.GroupShow) -> None:
    """The back for this member alone: in an alert, or by a link into the private chat. Never in the group."""
    query = update.callback_query
    assert query is not None, "only taps come here"
    asker = who(update)
    card = await c.do(group.card_of, asker.chat_id, tap.turn_id)
    back = None if card is None else alert_of(card)
    outcome = await c.do(group.show, asker, tap.turn_id, tapped_message(update), back is not None)
    if not isinstance(outcome.toast, Reveal):
        await c.answer(update, outcome)
        return
    if back is not None:
        await c.outbox.toast(query.id, back, alert=True)
    else:
        await c.outbox.toast(query.id, url=f"https://t.me/{c.bot.username}?start=turn_{tap.turn_id}")
    await _tally(c, outcome)


async def on_reveal(c: Context, update: telegram.Update, turn_id: int) -> None:
    """In private, by the link: the card of a group's turn for a member who was led here."""
    outcome = await c.do(group.reveal, who(update), turn_id)
    await c.answer(update, outcome)
    if outcome.view is not None:
        await c.tallies.changed(turn_id)


def alert_of(card: StoredCard) -> str | None:
    """The back as an alert holds it; None if it is too long or has a picture."""
    said = words(card.back)
    if any(isinstance(block, Picture) for block in card.back) or len(said.encode("utf-16-le")) // 2 > ALERT:
        return None
    return said


async def on_grade(c: Context, update: telegram.Update, tap: buttons.GroupGive) -> None:
    if tap.grade not in set(Grade):
        await c.answer(update, Outcome(toast=NoLonger()))
        return
    asker = who(update)
    given, where = Grade(tap.grade), tapped_message(update)
    outcome = await c.do(group.grade, asker, tap.turn_id, given, tap.promised, where)
    if asker.chat_id == asker.learner_id:
        await c.answer(update, outcome)
        if outcome.view is not None:
            # Else the payload names a turn that this person has nothing to do with.
            await c.tallies.changed(tap.turn_id)
        return
    await c.answer(update, Outcome(toast=outcome.toast))
    await _tally(c, outcome)


async def _tally(c: Context, outcome: Outcome) -> None:
    if isinstance(outcome.view, GroupTurnView):
        await c.tallies.changed(outcome.view.turn_id)


async def draw_tally(c: Context, turn_id: int, taken: Taken, patient: bool) -> bool:
    """The group's message as the turn stands when the group's pace lets it go; whether that is done.

    Not `patient`, it is left undone where the pace does not let it go at once.
    """
    found = await c.do(group.redraw, turn_id)
    if found is None:
        taken()
        return True
    permit = c.outbox.permit_now(found[0], Urgency.TALLY)
    if permit is None:
        if not patient:
            return False
        permit = await c.outbox.permit(found[0], Urgency.TALLY)
    taken()
    found = await c.do(group.redraw, turn_id)
    if found is None:
        c.outbox.give_back(permit)
        return True
    chat_id, thread_id, message, view = found
    delivery = await c.show(chat_id, Outcome(view, message), thread_id=thread_id, permit=permit)
    if is_worth_again(delivery):
        return False
    if view.closed:
        await c.do(group.drawn, turn_id)
    return True


async def on_deck(c: Context, update: telegram.Update, tap: buttons.GroupDeck) -> None:
    """An administrator gives the group a deck or takes it away."""
    admin = await is_admin(c, update)
    where = tapped_message(update)
    outcome = await c.do(group.subscribe, who(update), tap.deck_id, tap.wanted, tap.quiz, admin, thread(update), where)
    await c.answer(update, outcome)


async def on_decks_at(c: Context, update: telegram.Update, tap: buttons.GroupDecksAt) -> None:
    """An administrator leafs through a long list of decks, which stands there for all."""
    admin = await is_admin(c, update)
    outcome = await c.do(group.decks_at, who(update), tap.deck_id, tap.quiz, admin, tapped_message(update))
    await c.answer(update, outcome)


async def on_group_decks(c: Context, update: telegram.Update) -> None:
    """/decks in a group: which it studies."""
    chat_id = who(update).chat_id
    await c.answer(update, Outcome((await c.do(group.added, chat_id)).view))


async def draw_closed(c: Context, closed: Closed) -> None:
    """The answer and the tally stand there for all, as soon as Telegram takes them."""
    screen = drawing.screen(c.artist, closed.view)
    where = closed.message
    delivery = await c.outbox.edit(closed.chat_id, where.message_id, where.media, screen, thread_id=closed.thread_id)
    if is_worth_again(delivery):
        c.tallies.draw_later(closed.turn_id)
    else:
        await c.do(group.drawn, closed.turn_id)


async def on_membership(c: Context, update: telegram.Update) -> None:
    """The bot was added, kicked, blocked or let in again."""
    change = update.my_chat_member
    assert change is not None, "only such updates come here"
    here = change.new_chat_member.status in ("member", "administrator", "restricted")
    was_here = change.old_chat_member.status in ("member", "administrator", "restricted")
    if not here:
        await c.do(group.gone, change.chat.id)
    elif change.chat.type != "private" and not was_here:
        await c.show(change.chat.id, await c.do(group.added, change.chat.id))


async def on_moved(c: Context, old_id: int, new_id: int) -> None:
    """The group became a supergroup; its messages stayed behind, so the open turn is drawn anew."""
    await c.show(new_id, await c.do(group.moved, old_id, new_id))


COMMANDS = (
    Command("quiz", "a card for everybody: /quiz, /quiz deck", private=False, group=True, run=on_group_quiz),
    Command("decks", "which decks this group studies", private=False, group=True, run=on_group_decks),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.GroupShow: on_show,
    buttons.GroupGive: on_grade,
    buttons.GroupDeck: on_deck,
    buttons.GroupDecksAt: on_decks_at,
    buttons.GroupNext: on_next,
}
