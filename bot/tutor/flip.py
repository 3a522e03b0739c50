"""A group's card as one member looks at it and grades it."""

from bot.storage import answers, cards, chats, members, reviews, turns
from bot.storage.cards import StoredCard
from bot.storage.turns import Message, Turn
from bot.study import turn as rules
from bot.study.memory import Grade
from bot.tutor import asking, group, planning, showing
from bot.tutor.desk import Desk
from bot.tutor.outcomes import GroupTurnView, Outcome, RevealedView, Who
from bot.tutor.toasts import Already, Graded, GroupClosed, LookFirst, NewTimes, NoLonger, Reveal


def show(desk: Desk, who: Who, turn_id: int, message: Message, fits_alert: bool) -> Outcome:
    """The back for this member alone, who from then on may grade.

    `fits_alert`: it is shown at once; else it is shown, and counted as looked at, in the private chat.
    """
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.chat_id != who.chat_id or turn.learner_id is not None:
        return Outcome(toast=NoLonger())
    card = cards.card(desk.db, turn.card_id)
    if _is_anothers(desk, turn, message):
        return Outcome(toast=NoLonger())
    if not turn.is_open:
        return Outcome(group.view(desk, turn), message, toast=GroupClosed())
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    members.take_part(desk.db, who.chat_id, who.learner_id, who.name, desk.now)
    turns.stands_in(desk.db, turn_id, message)
    if fits_alert:
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    else:
        answers.lead(desk.db, turn_id, who.learner_id)
    turns.open_grades(desk.db, turn_id)
    return Outcome(group.view(desk, turns.get(desk.db, turn.turn_id)), message, toast=Reveal(turn_id, card))


def _is_anothers(desk: Desk, turn: Turn, message: Message) -> bool:
    """Whether the message holds another turn, so that no button under it can have named this one."""
    there = turns.on_message(desk.db, turn.chat_id, message.message_id)
    return there is not None and there.turn_id != turn.turn_id


def reveal(desk: Desk, who: Who, turn_id: int) -> Outcome:
    """In the private chat, by the link from the group: front, back and this member's own four buttons."""
    turn = turns.find(desk.db, turn_id)
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    # Whoever opens the link, only a member who asked for the answer in the group is shown it.
    if turn is None or turn.learner_id is not None or not answers.was_led(desk.db, turn_id, who.learner_id):
        return Outcome(toast=NoLonger())
    if turn.is_open:
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    return Outcome(_revealed(desk, who, turn))


def _revealed(desk: Desk, who: Who, turn: Turn) -> RevealedView:
    learner = desk.learner(who.learner_id)
    card = cards.card(desk.db, turn.card_id)
    given = reviews.of_turn(desk.db, turn.turn_id, who.learner_id)
    if given is not None:
        undo = given.review_id if reviews.stands(desk.db, given.review_id) else None
        return RevealedView(turn.turn_id, card, {}, given.grade, showing.answer_of(given), undo)
    before = reviews.memory(desk.db, who.learner_id, turn.card_id)
    offered = showing.offered(learner, turn.card_id, before) if turn.is_open else {}
    return RevealedView(turn.turn_id, card, offered, None)


def grade(desk: Desk, who: Who, turn_id: int, given: Grade, promised: int, message: Message) -> Outcome:
    """A review of this member alone; a second tap by the same member changes nothing.

    In private a button that `promised` what no longer holds (a day has gone by) is drawn anew instead.
    """
    turn = turns.find(desk.db, turn_id)
    private = who.chat_id == who.learner_id
    if turn is None or turn.learner_id is not None or (turn.chat_id != who.chat_id and not private):
        return Outcome(toast=NoLonger())
    mine = next((a for a in answers.of_turn(desk.db, turn_id) if a.learner_id == who.learner_id), None)
    if private and mine is None:
        # In private only who came by the group's link has this turn's buttons.
        return Outcome(toast=NoLonger())
    if not private:
        if _is_anothers(desk, turn, message):
            return Outcome(toast=NoLonger())
        turns.stands_in(desk.db, turn_id, message)
    if mine is not None and mine.grade is not None:
        return Outcome(_shown(desk, who, turn, private), message, toast=Already(mine.grade, None))
    if not turn.is_open:
        return Outcome(_shown(desk, who, turn, private), message, toast=GroupClosed())
    if mine is None:
        return Outcome(toast=LookFirst())
    if private:
        shown = _revealed(desk, who, turn)
        if showing.promise(shown.answers.get(given)) != promised:
            return Outcome(shown, message, toast=NewTimes())
    answers.give(desk.db, turn_id, who.learner_id, given)
    members.take_part(desk.db, turn.chat_id, who.learner_id, who.name, desk.now)
    answer = asking.review(desk, who.learner_id, turn, given, "group")
    assert answer is not None, "only cramming schedules nothing"
    for chat_id in {who.chat_id, turn.chat_id}:
        planning.here(desk, chat_id)
    _maybe_close(desk, turn)
    return Outcome(_shown(desk, who, turns.get(desk.db, turn.turn_id), private), message, toast=Graded(given, answer))


def _shown(desk: Desk, who: Who, turn: Turn, private: bool) -> GroupTurnView | RevealedView:
    return _revealed(desk, who, turn) if private else group.view(desk, turn)


def _again(desk: Desk, turn: Turn) -> Turn:
    found = turns.find(desk.db, turn.turn_id)
    assert found is not None, "looked at a moment ago in this transaction"
    return found


def _maybe_close(desk: Desk, turn: Turn) -> None:
    usual = rules.regulars(answers.takers(desk.db, turn.chat_id, turn.turn_id, rules.LAST_TURNS))
    graded = frozenset(a.learner_id for a in answers.of_turn(desk.db, turn.turn_id) if a.grade is not None)
    at = rules.closes_at(turn.opened_at, turn.closes_at, usual, graded)
    if at != turn.closes_at:
        turns.close_by(desk.db, turn.turn_id, at)
    if at is not None and at <= desk.now:
        group.close(desk, turn)


def card_of(desk: Desk, chat_id: int, turn_id: int) -> StoredCard | None:
    """The card of a turn of this group."""
    turn = turns.find(desk.db, turn_id)
    return None if turn is None or turn.chat_id != chat_id else cards.card(desk.db, turn.card_id)


def leafed(desk: Desk, who: Who, turn: Turn) -> Outcome:
    """The turn for another page of it: as the group sees it, or in private for who was led there."""
    if turn.chat_id == who.chat_id:
        return Outcome(group.view(desk, turn))
    if who.chat_id == who.learner_id and answers.was_led(desk.db, turn.turn_id, who.learner_id):
        return Outcome(_revealed(desk, who, turn))
    return Outcome(toast=NoLonger())
