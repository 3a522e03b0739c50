"""A member looks at a group's card and grades it, seen by nobody else."""

from collections.abc import Mapping
from datetime import timedelta

import telegram

from bot.chat import answers, buttons, group, plain
from bot.chat import flip_screens as screens
from bot.chat.ephemeral import Alone, Whom
from bot.chat.pace import Urgency
from bot.chat.pages import units
from bot.chat.screens import Button
from bot.chat.talk import Command, Context, TapHandler, tapped_alone, tapped_message, thread, who
from bot.chat.tallies import Drawn, Shown, Taken
from bot.chat.unlinked import BREAK
from bot.decks.content import pictures
from bot.storage.cards import StoredCard
from bot.study.memory import Grade
from bot.tutor import flip, left_over, undoing
from bot.tutor.outcomes import GroupTurnView, Outcome, RevealedView
from bot.tutor.toasts import Graded, GroupClosed, NoLonger, Reveal

# What an alert can hold.
ALERT = 200
# What one member alone sees is changed at once only where the pace leaves room for a card's end and the next card,
FEW = 2
# and is taken away only where it leaves room for so many messages.
ROOM = 9
# So many of a group at a time.
LEFT = 5
# What could not be taken away until so long after the next card is left where it is.
LEFT_FOR = timedelta(hours=48)


async def on_show(c: Context, update: telegram.Update, tap: buttons.GroupShow) -> None:
    """The back for this member alone, in place of the group's message; or the other way."""
    asker, where, query = who(update), tapped_message(update), update.callback_query
    assert query is not None, "only taps come here"
    permit = c.ephemerals.leave(asker.chat_id)
    if permit is None:
        await _the_other_way(c, update, await c.do(flip.show, asker, tap.turn_id, where, fits_alert))
        return
    flipped = await c.do(flip.flip, asker, tap.turn_id, where)
    if isinstance(flipped, Outcome):
        c.outbox.give_back(permit)
        await _the_other_way(c, update, flipped)
        return
    again = ((Button(c.say.show_answer, buttons.Leaf(tap.turn_id, 0).pack()),),)
    whom = Whom(asker.chat_id, asker.learner_id, query_id=query.id, thread_id=thread(update), again=again)
    number = await c.ephemerals.show(whom, await c.drawn(screens.flipped, flipped.view, 0), permit)
    if number is None:
        otherwise = await c.do(flip.otherwise, asker, tap.turn_id, where, flipped.first, fits_alert)
        await _the_other_way(c, update, otherwise)
        return
    await c.do(flip.shown_in, asker, tap.turn_id, number)
    await c.outbox.toast(query.id)
    if flipped.first:
        await c.tallies.changed(Shown(asker.chat_id, tap.turn_id))


async def _the_other_way(c: Context, update: telegram.Update, outcome: Outcome) -> None:
    """The back in an alert, or by a link into the private chat; the grades stand in the group."""
    query, reveal = update.callback_query, outcome.toast
    assert query is not None, "only taps come here"
    if not isinstance(reveal, Reveal):
        await c.outbox.toast(query.id, answers.words(c.say, reveal, outcome.view is not None))
    elif fits_alert(reveal.card):
        await c.outbox.toast(query.id, _said(reveal.card), alert=True)
    else:
        await c.outbox.toast(query.id, url=link(c, f"turn_{reveal.turn_id}"))
    await _tally(c, outcome, soon=isinstance(reveal, Reveal) and reveal.opened)


def link(c: Context, waiting: str) -> str:
    """Into the private chat, where the card, or what else is `waiting`, is for who was led there."""
    return f"https://t.me/{c.bot.username}?start={waiting}"


def fits_alert(card: StoredCard) -> bool:
    """Whether an alert can hold the back, of which it shows no more than the words."""
    return not pictures(card.back) and not plain.needing_pictures([card.back]) and units(_said(card)) <= ALERT


def _said(card: StoredCard) -> str:
    """The back as an alert shows it: what a message says, without its looks."""
    return "\n".join(page.text.text for page in plain.draw([card.back], lambda _: None)).replace(BREAK, "")


async def on_reveal(c: Context, update: telegram.Update, turn_id: int) -> None:
    """In private, by the link: the card of a group's turn for a member who was led here."""
    outcome = await c.do(flip.reveal, who(update), turn_id)
    await c.answer(update, outcome)
    await _tally(c, outcome)


async def on_grade(c: Context, update: telegram.Update, tap: buttons.GroupGive) -> None:
    """A grade in the private chat, or under what the whole group sees."""
    if tap.grade not in set(Grade):
        await c.answer(update, Outcome(toast=NoLonger()))
        return
    asker = who(update)
    given, where = Grade(tap.grade), tapped_message(update)
    outcome = await c.do(flip.grade, asker, tap.turn_id, given, tap.promised, where)
    await c.answer(update, outcome if asker.chat_id == asker.learner_id else Outcome(toast=outcome.toast))
    await _tally(c, outcome)


async def _tally(c: Context, outcome: Outcome, *, soon: bool = False) -> None:
    """What the group sees is drawn anew, if the outcome is of a turn of a group at all."""
    if isinstance(outcome.view, GroupTurnView | RevealedView):
        shown = Shown(outcome.view.chat_id, outcome.view.turn_id)
        await c.tallies.changed(shown, soon=soon, at_once=_is_over(outcome.view))


def _is_over(view: GroupTurnView | RevealedView) -> bool:
    """Whether the turn is over, be it by this very grade."""
    return view.closed if isinstance(view, GroupTurnView) else view.tally is not None


# --- under what this member alone sees in the group -------------------------------------------------------------------


async def on_grade_alone(c: Context, update: telegram.Update, tap: buttons.GroupGive) -> None:
    if tap.grade not in set(Grade):
        await c.outbox.toast(_query(update).id, answers.words(c.say, NoLonger(), False))
        return
    given = Grade(tap.grade)
    outcome = await c.do(flip.grade_alone, who(update), tap.turn_id, given, tap.promised, tapped_alone(update))
    if not await _gone(c, update, tap.turn_id, outcome):
        await _draw_anew(c, update, outcome)


async def on_undo_alone(c: Context, update: telegram.Update, tap: buttons.Undo) -> None:
    """The review is taken back, and the answer stands there again."""
    asker, ephemeral_id = who(update), tapped_alone(update)
    outcome = await c.do(undoing.undo_alone, asker, tap.review_id, ephemeral_id)
    unknown = outcome.view is None and await c.do(left_over.is_unknown, asker, ephemeral_id)
    if not (unknown and await _taken_away(c, update, outcome)):
        await _draw_anew(c, update, outcome)


async def _draw_anew(c: Context, update: telegram.Update, outcome: Outcome) -> None:
    """The message says what came of a tap under it, if it can be edited now; else the tap's answer does."""
    asker, view, drawn = who(update), outcome.view, Drawn.NEVER
    if isinstance(view, RevealedView):
        drawn = await c.tallies.changed(Shown(asker.chat_id, view.turn_id, asker.learner_id))
    said = answers.words(c.say, outcome.toast, drawn is Drawn.YES)
    if drawn is Drawn.YES and isinstance(outcome.toast, Graded):
        said = ""
    elif drawn is not Drawn.YES and outcome.toast is None:
        said = c.say.one_moment
    await c.outbox.toast(_query(update).id, said)
    if isinstance(view, RevealedView):
        await c.tallies.changed(Shown(asker.chat_id, view.turn_id), at_once=_is_over(view))


async def on_leaf_alone(c: Context, update: telegram.Update, tap: buttons.Leaf) -> None:
    """Another page of a card too long for one message; the private chat has it where the pace lets no edit go."""
    asker, query = who(update), _query(update)
    leafed = await c.do(flip.leaf_alone, asker, tap.turn_id, tapped_alone(update))
    if isinstance(leafed, Outcome):
        if not await _gone(c, update, tap.turn_id, leafed):
            await c.outbox.toast(query.id, answers.words(c.say, leafed.toast, False))
        return
    permit = c.outbox.permit_now(asker.chat_id, Urgency.ANSWER)
    if permit is None:
        await c.outbox.toast(query.id, url=link(c, f"turn_{tap.turn_id}"))
        return
    screen = await c.drawn(screens.flipped, leafed.view, tap.page)
    alone = Alone(asker.chat_id, asker.learner_id, tapped_alone(update))
    await c.ephemerals.change(alone, screen, tap.page % len(screen.pages), permit)
    await c.outbox.toast(query.id)
    if leafed.first:
        await c.tallies.changed(Shown(asker.chat_id, tap.turn_id))


async def _gone(c: Context, update: telegram.Update, turn_id: int, outcome: Outcome) -> bool:
    """Whether what was tapped is taken away, as no button there does anything, and the tap is answered."""
    asker, ephemeral_id = who(update), tapped_alone(update)
    match outcome.toast:
        case NoLonger():
            gone = await c.do(left_over.is_left_over, asker, turn_id, ephemeral_id)
        case GroupClosed():
            gone = outcome.view is None
        case _:
            gone = False
    return gone and await _taken_away(c, update, outcome)


async def _taken_away(c: Context, update: telegram.Update, outcome: Outcome) -> bool:
    """Whether the pace lets the message go at which was tapped; then the tap is answered."""
    asker, ephemeral_id = who(update), tapped_alone(update)
    permit = c.outbox.permit_now(asker.chat_id, Urgency.ANSWER)
    if permit is None:
        return False
    await c.ephemerals.delete(Alone(asker.chat_id, asker.learner_id, ephemeral_id), permit)
    await c.outbox.toast(_query(update).id, answers.words(c.say, outcome.toast, False))
    return True


def _query(update: telegram.Update) -> telegram.CallbackQuery:
    assert update.callback_query is not None, "only taps come here"
    return update.callback_query


async def draw(c: Context, shown: Shown, taken: Taken, patient: bool) -> Drawn:
    """What all see of a turn, or one member alone, as it is now; with its end goes what those see who graded it.

    They see it in place of the group's message, so they read the tally there and find the way to the next card: one of
    them at once, so that the group goes on, and the others as soon as the pace has room for it.
    """
    if shown.learner_id:
        return await _draw_alone(c, shown, taken, patient)
    drawn = await group.draw(c, shown, taken, patient)
    if drawn is Drawn.YES:
        for place, learner_id in enumerate(await c.do(flip.to_tell, shown.turn_id)):
            alone = Shown(shown.chat_id, shown.turn_id, learner_id)
            if place and c.outbox.room(shown.chat_id) <= ROOM:
                c.tallies.when_quiet(alone)
            else:
                await c.tallies.changed(alone)
    return drawn


async def _draw_alone(c: Context, shown: Shown, taken: Taken, patient: bool) -> Drawn:
    """What this member alone sees of a turn, as it is now, when the group's pace lets it go.

    Not `patient`, it is left for later where that is not at once; later, it is left out if the group has another card.
    """
    can_wait = c.tallies.can_wait(shown)
    permit = c.outbox.permit_now(shown.chat_id, Urgency.TALLY, spare=ROOM if can_wait else FEW)
    if permit is None:
        if not patient:
            return Drawn.LATER
        permit = await c.outbox.permit(shown.chat_id, Urgency.TALLY)
    taken()
    found = await c.do(flip.alone, shown.turn_id, shown.learner_id)
    if found is None or (found.over and (patient or can_wait)):
        c.outbox.give_back(permit)
        return Drawn.NEVER
    alone = Alone(found.chat_id, shown.learner_id, found.ephemeral_id)
    return await c.ephemerals.change(alone, await c.drawn(screens.flipped, found.view, 0), 0, permit)


async def tidy(c: Context) -> None:
    """Take away what members alone still see of turns that another has followed, where the pace has room for it."""
    await c.ephemerals.delete_again()
    for message in await c.see(left_over.every, LEFT):
        if c.clock.now() - message.followed_at > LEFT_FOR:
            await c.do(left_over.taken_away, message)
            continue
        permit = c.outbox.permit_now(message.chat_id, Urgency.TALLY, spare=ROOM)
        alone = Alone(message.chat_id, message.learner_id, message.ephemeral_id)
        if permit is not None and await c.ephemerals.delete(alone, permit):
            await c.do(left_over.taken_away, message)


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GroupShow: on_show, buttons.GroupGive: on_grade}
# What is tapped under a message that one member alone sees, and nothing else is.
ALONE: Mapping[type[buttons.Tap], TapHandler] = {
    buttons.GroupGive: on_grade_alone,
    buttons.Undo: on_undo_alone,
    buttons.Leaf: on_leaf_alone,
    buttons.GroupNext: group.on_next,
}
