"""A group's card as one member looks at it and grades it."""

from collections.abc import Callable
from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.storage import answers, aside, cards, chats, members, present, races, reviews, turns
from bot.storage.answers import Answer
from bot.storage.cards import StoredCard
from bot.storage.turns import Message, Turn
from bot.study.memory import Grade
from bot.tutor import asking, group, group_end, planning, showing, starting
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Outcome, RevealedView, Who
from bot.tutor.toasts import (
    Already,
    Graded,
    GroupClosed,
    LookFirst,
    NewTimes,
    NoLonger,
    Reveal,
    Toast,
)

# A grade that comes after the end is not in its tally, also where the clock has not moved between them.
A_MOMENT = timedelta(milliseconds=1)
Fits = Callable[[StoredCard], bool]
"""Whether an alert can hold a card's back."""


class Flipped(Struct, frozen=True):
    """What this member alone is to see in the group; `first`: who had not looked before."""

    view: RevealedView
    first: bool


class Alone(Struct, frozen=True):
    """What this member alone sees in the group, and in which message; `over`: the group has another turn by now."""

    chat_id: int
    ephemeral_id: int
    view: RevealedView
    over: bool


# --- looking ----------------------------------------------------------------------------------------------------------


def flip(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome | Flipped:
    """The answer for this member alone, in the group, who from then on may grade."""
    turn = _looks(desk, who, turn_id, message)
    if isinstance(turn, Outcome):
        return turn
    first = answers.look(desk.db, turn_id, who.learner_id, desk.now)
    return Flipped(revealed(desk, who, turn), first)


def show(desk: Desk, who: Who, turn_id: int, message: Message, fits: Fits) -> Outcome:
    """The same where a group has nothing for one alone: the back is shown in an alert if it fits.

    Else it is shown, and counted as looked at, in the private chat.
    """
    turn = _looks(desk, who, turn_id, message)
    if isinstance(turn, Outcome):
        return turn
    card = cards.card(desk.db, turn.card_id)
    if fits(card):
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    else:
        answers.lead(desk.db, turn_id, who.learner_id)
    return _the_other_way(desk, turn, card, message)


def otherwise(desk: Desk, who: Who, turn_id: int, message: Message, first: bool, fits: Fits) -> Outcome:
    """The same after `flip`, when what it gave could not be shown."""
    turn = turns.get(desk.db, turn_id)
    card = cards.card(desk.db, turn.card_id)
    if first and not fits(card):
        answers.not_seen(desk.db, turn_id, who.learner_id)
    return _the_other_way(desk, turn, card, message)


def _looks(desk: Desk, who: Who, turn_id: int, message: Message) -> Turn | Outcome:
    """The open turn that this message holds; or why there is none to look at."""
    turn = tapped(desk, who, turn_id, message)
    if isinstance(turn, Turn):
        members.take_part(desk.db, who.chat_id, who.learner_id, who.name, desk.now)
    return turn


def tapped(desk: Desk, who: Who, turn_id: int, message: Message) -> Turn | Outcome:
    """The open turn under which a member taps what is for all; or why that is too late, or was never there."""
    turn = find(desk, turn_id)
    if turn is None or turn.chat_id != who.chat_id or turn.learner_id is not None:
        return Outcome(toast=NoLonger())
    if _is_anothers(desk, turn, message):
        return Outcome(toast=NoLonger())
    if not turn.is_open:
        return Outcome(group.view(desk, turn), group.stand(desk, turn, message), toast=GroupClosed())
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    present.note(desk.db, turn_id, who.learner_id)
    group.stand(desk, turn, message)
    return turn


def find(desk: Desk, turn_id: int) -> Turn | None:
    """The turn of that id; None for a race's, whose answer is tapped and not looked at."""
    return None if races.is_raced(desk.db, turn_id) else turns.find(desk.db, turn_id)


def _is_anothers(desk: Desk, turn: Turn, message: Message) -> bool:
    """Whether the message holds another turn, so that no button under it can have named this one."""
    there = turns.on_message(desk.db, turn.chat_id, message.message_id)
    return there is not None and there.turn_id != turn.turn_id


def _the_other_way(desk: Desk, turn: Turn, card: StoredCard, message: Message) -> Outcome:
    opened = turns.open_grades(desk.db, turn.turn_id)
    view = group.view(desk, turns.get(desk.db, turn.turn_id))
    return Outcome(view, message, toast=Reveal(turn.turn_id, card, opened))


def reveal(desk: Desk, who: Who, turn_id: int) -> Outcome:
    """In the private chat, by the link from the group: front, back and this member's own four buttons."""
    turn = find(desk, turn_id)
    new = starting.is_new(desk, who)
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    # Whoever opens the link, only a member who asked for the answer in the group is shown it.
    if turn is None or turn.learner_id is not None or not answers.was_led(desk.db, turn_id, who.learner_id):
        return Outcome(toast=NoLonger())
    if turn.is_open:
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    return Outcome(replace(revealed(desk, who, turn), first=new))


def shown_in(desk: Desk, who: Who, turn_id: int, ephemeral_id: int) -> None:
    """This member alone sees the turn in that message."""
    answers.shown_in(desk.db, turn_id, who.learner_id, ephemeral_id)


def alone(desk: Desk, turn_id: int, learner_id: int) -> Alone | None:
    """What this member alone sees in the group of a turn, as it is now; None if nothing of it stands there."""
    turn, mine = find(desk, turn_id), answers.of(desk.db, turn_id, learner_id)
    if turn is None or mine is None or mine.ephemeral_id is None:
        return None
    view = revealed(desk, Who(learner_id, turn.chat_id, 0), turn)
    return Alone(turn.chat_id, mine.ephemeral_id, view, not _is_latest(desk, turn))


def to_tell(desk: Desk, turn_id: int) -> list[int]:
    """Who graded the turn, now closed, and sees alone in the group what came of that; who asked for the turn first."""
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.is_open or turn.round_id is not None or not _is_latest(desk, turn):
        return []
    found = answers.of_turn(desk.db, turn_id)
    told = [each.learner_id for each in found if each.grade is not None and each.ephemeral_id is not None]
    return sorted(told, key=lambda learner_id: learner_id != turn.asked_by)


def leaf_alone(desk: Desk, who: Who, turn_id: int, ephemeral_id: int) -> Flipped | Outcome:
    """The turn for a page of it, under what this member alone sees in the group; or why there is none."""
    found = _seen_alone(desk, who, turn_id, ephemeral_id)
    return found if isinstance(found, Outcome) else Flipped(revealed(desk, who, found.turn), found.first)


class _Seen(Struct, frozen=True):
    turn: Turn
    first: bool


def _seen_alone(desk: Desk, who: Who, turn_id: int, ephemeral_id: int) -> _Seen | Outcome:
    """The turn that this member sees in that message, and whether for the `first` time; or why that is too late.

    Who was led elsewhere, as nobody knew whether the message arrived, has it all the same in place of the card: what is
    tapped there is to look. Once the turn is over the card itself, which is covered, has all there is to see.
    """
    turn, mine = find(desk, turn_id), answers.of(desk.db, turn_id, who.learner_id)
    if turn is None or turn.chat_id != who.chat_id or mine is None:
        return Outcome(toast=NoLonger())
    first = mine.looked_at is None
    if first and not present.is_there(desk.db, turn_id, who.learner_id):
        return Outcome(toast=NoLonger())
    if first and not turn.is_open:
        return Outcome(toast=GroupClosed())
    answers.look(desk.db, turn_id, who.learner_id, desk.now)
    answers.shown_in(desk.db, turn_id, who.learner_id, ephemeral_id)
    return _Seen(turn, first)


def leafed(desk: Desk, who: Who, turn: Turn, message: Message) -> Outcome:
    """The turn for another page of it: as the group sees it, or in private for who was led there."""
    if turn.chat_id == who.chat_id and not _is_anothers(desk, turn, message):
        return Outcome(group.view(desk, turn), group.stand(desk, turn, message))
    led = find(desk, turn.turn_id) is not None and answers.was_led(desk.db, turn.turn_id, who.learner_id)
    if who.chat_id == who.learner_id and led:
        return Outcome(revealed(desk, who, turn), message)
    return Outcome(toast=NoLonger())


# --- what is shown ----------------------------------------------------------------------------------------------------


def revealed(desk: Desk, who: Who, turn: Turn) -> RevealedView:
    """The card as this member alone sees it, in private or in the group."""
    learner, card = desk.learner(who.learner_id), cards.card(desk.db, turn.card_id)
    mine = answers.of(desk.db, turn.turn_id, who.learner_id)
    given = reviews.of_turn(desk.db, turn.turn_id, who.learner_id)
    stands = given is not None and reviews.stands(desk.db, given.review_id)
    if given is not None and _has_graded(turn, mine, stands):
        return RevealedView(
            chat_id=turn.chat_id,
            turn_id=turn.turn_id,
            card=card,
            answers={},
            grade=given.grade,
            answer=showing.answer_of(given),
            undo=given.review_id if stands else None,
            # A round goes on by itself and says at its end how it went.
            tally=None if turn.is_open or turn.round_id is not None else group.view(desk, turn).tally,
            onward=turn.round_id is None and not (turn.is_open and group_end.usual(desk, turn)),
            suspended=is_suspended(desk, learner, turn.card_id),
        )
    if not _may_grade(desk, turn, mine):
        return RevealedView(turn.chat_id, turn.turn_id, card, {}, None)
    before = reviews.memory(desk.db, who.learner_id, turn.card_id)
    offered = showing.offered(learner, turn.card_id, before)
    return RevealedView(turn.chat_id, turn.turn_id, card, offered, None, menu=has_menu(desk, turn, who.learner_id))


def is_suspended(desk: Desk, learner: Learner, card_id: int) -> bool:
    """Whether the card does not come back to them by itself."""
    return aside.find(desk.db, learner.learner_id, card_id, learner.moment.day).suspended


def has_menu(desk: Desk, turn: Turn, learner_id: int) -> bool:
    """Whether this member is offered what can be done with the turn's card."""
    return turn.is_open and may_have_menu(desk, turn, learner_id)


def may_have_menu(desk: Desk, turn: Turn, learner_id: int) -> bool:
    """Whether it is for them, as long as the turn is open: who was there; in a round, whose clock runs, nobody."""
    return turn.round_id is None and present.is_there(desk.db, turn.turn_id, learner_id)


def has_looked(desk: Desk, turn: Turn, learner_id: int) -> bool:
    mine = answers.of(desk.db, turn.turn_id, learner_id)
    return mine is not None and mine.looked_at is not None


def _has_graded(turn: Turn, mine: Answer | None, stands: bool) -> bool:
    """Whether this member's grade is given. `stands`: it was not taken back.

    Taken back while the turn was open the answer has no grade; later it keeps the one that the tally counts.
    """
    return mine is not None and mine.grade is not None and (stands or turn.is_open)


def _may_grade(desk: Desk, turn: Turn, mine: Answer | None) -> bool:
    """Whether a grade still counts: until the turn closes, for who looked before that until the group's next one."""
    return turn.is_open or (mine is not None and mine.looked_at is not None and _is_latest(desk, turn))


def _is_latest(desk: Desk, turn: Turn) -> bool:
    latest = turns.latest_in(desk.db, turn.chat_id)
    return latest is not None and latest.turn_id == turn.turn_id


# --- grading ----------------------------------------------------------------------------------------------------------


def grade(desk: Desk, who: Who, turn_id: int, given: Grade, promised: int, message: Message) -> Outcome:
    """A review of this member alone, tapped in the private chat or under what the whole group sees."""
    turn = find(desk, turn_id)
    private = who.chat_id == who.learner_id
    if turn is None or turn.learner_id is not None or (turn.chat_id != who.chat_id and not private):
        return Outcome(toast=NoLonger())
    mine = answers.of(desk.db, turn_id, who.learner_id)
    if private:
        # In private only who came by the group's link has this turn's buttons.
        return Outcome(toast=NoLonger()) if mine is None else _grade_own(desk, who, turn, given, promised, message)
    if _is_anothers(desk, turn, message):
        return Outcome(toast=NoLonger())
    where = group.stand(desk, turn, message)
    toast = _why_not(desk, who, turn, mine) or _give(desk, who, turn, given)
    return Outcome(group.view(desk, turns.get(desk.db, turn_id)), where, toast=toast)


def grade_alone(desk: Desk, who: Who, turn_id: int, given: Grade, promised: int, ephemeral_id: int) -> Outcome:
    """The same, tapped under what this member alone sees in the group."""
    found = _seen_alone(desk, who, turn_id, ephemeral_id)
    if isinstance(found, Outcome):
        return found
    if found.first:
        return Outcome(revealed(desk, who, found.turn), toast=LookFirst())
    return _grade_own(desk, who, found.turn, given, promised, None)


def _grade_own(desk: Desk, who: Who, turn: Turn, given: Grade, promised: int, message: Message | None) -> Outcome:
    """Under buttons with this member's own times: one that `promised` what no longer holds is drawn anew instead."""
    toast: Toast | None = _why_not(desk, who, turn, answers.of(desk.db, turn.turn_id, who.learner_id))
    if toast is None:
        shown = revealed(desk, who, turn)
        if showing.promise(shown.answers.get(given)) != promised:
            return Outcome(shown, message, toast=NewTimes())
        toast = _give(desk, who, turn, given)
    return Outcome(revealed(desk, who, turns.get(desk.db, turn.turn_id)), message, toast=toast)


def _why_not(desk: Desk, who: Who, turn: Turn, mine: Answer | None) -> Toast | None:
    """Why a grade does not count; a second one by the same member changes nothing."""
    before = reviews.of_turn(desk.db, turn.turn_id, who.learner_id)
    stands = before is not None and reviews.stands(desk.db, before.review_id)
    if mine is not None and mine.grade is not None and _has_graded(turn, mine, stands):
        return Already(before.grade if before is not None and before.grade is not None else mine.grade, None)
    if not _may_grade(desk, turn, mine):
        return GroupClosed()
    return None if mine is not None and mine.looked_at is not None else LookFirst()


def _give(desk: Desk, who: Who, turn: Turn, given: Grade) -> Graded:
    at = desk.now if turn.closed_at is None else max(desk.now, turn.closed_at + A_MOMENT)
    answers.give(desk.db, turn.turn_id, who.learner_id, given, at)
    if who.chat_id == turn.chat_id:
        # In private they may have left the group meanwhile.
        members.take_part(desk.db, turn.chat_id, who.learner_id, who.name, desk.now)
    answer = asking.review(desk, who.learner_id, turn, given, "group")
    assert answer is not None, "only cramming schedules nothing"
    for chat_id in {who.chat_id, turn.chat_id}:
        planning.here(desk, chat_id)
    group_end.maybe_close(desk, turn)
    return Graded(given, answer, is_suspended(desk, desk.learner(who.learner_id), turn.card_id))
