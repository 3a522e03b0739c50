"""A member looks at a group's card and grades it, seen by nobody else."""

import telegram

from bot.chat import buttons
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.decks.content import Picture, words
from bot.storage.cards import StoredCard
from bot.study.memory import Grade
from bot.tutor import flip
from bot.tutor.outcomes import GroupTurnView, Outcome
from bot.tutor.toasts import NoLonger, Reveal

# What an alert can hold.
ALERT = 200


async def on_show(c: Context, update: telegram.Update, tap: buttons.GroupShow) -> None:
    """The back for this member alone: in an alert, or by a link into the private chat. Never in the group."""
    query = update.callback_query
    assert query is not None, "only taps come here"
    asker = who(update)
    card = await c.do(flip.card_of, asker.chat_id, tap.turn_id)
    back = None if card is None else alert_of(card)
    outcome = await c.do(flip.show, asker, tap.turn_id, tapped_message(update), back is not None)
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
    outcome = await c.do(flip.reveal, who(update), turn_id)
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
    outcome = await c.do(flip.grade, asker, tap.turn_id, given, tap.promised, where)
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


TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GroupShow: on_show, buttons.GroupGive: on_grade}
COMMANDS: tuple[Command, ...] = ()
