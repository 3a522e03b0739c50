"""Taking back what was done last: a grade, by one more row in the log, or that a card was put aside. The card stands
there again as it did.
"""

from bot.storage import answers, aside, cards, chats, marks, reviews, sessions, turns
from bot.storage.reviews import Review
from bot.storage.sessions import Session
from bot.storage.turns import Message, Turn
from bot.tutor import asking, flip, group_end, planning, showing
from bot.tutor.aside import look_in_groups
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone, Forgotten, NothingToUndo, TakenBack, UndoLater


def undo(desk: Desk, who: Who, review_id: int | None, message: Message | None) -> Outcome:
    """The last grade is taken back (`review_id`: only if it is still that one) and its card is asked again.

    Asked for without naming one, what was put aside since comes first.
    """
    if chats.find(desk.db, who.learner_id) is None:
        return Outcome(toast=Forgotten())
    planning.here(desk, who.chat_id)
    if review_id is None and (put := _put_last(desk, who)) is not None:
        return _take_up(desk, who, put, message)
    last = reviews.last_standing(desk.db, who.learner_id)
    if review_id is not None and (last is None or last.review_id != review_id):
        return _too_late(desk, who, review_id, message)
    if last is None:
        return Outcome(toast=NothingToUndo())
    return _take_back(desk, who, last, message)


def _too_late(desk: Desk, who: Who, review_id: int, message: Message | None) -> Outcome:
    mine = reviews.find(desk.db, review_id)
    view = None if message is None else showing.redraw(desk, who, message)
    if mine is None or mine.learner_id != who.learner_id:
        return Outcome(view, message, toast=NothingToUndo())
    return Outcome(view, message, toast=_why_not(desk, review_id))


def _why_not(desk: Desk, review_id: int) -> TakenBack | NothingToUndo | UndoLater:
    """Why a grade of one's own cannot be taken back now."""
    if not reviews.stands(desk.db, review_id):
        return TakenBack()
    return UndoLater() if reviews.can_be_undone(desk.db, review_id) else NothingToUndo()


def _take_back(desk: Desk, who: Who, last: Review, message: Message | None) -> Outcome:
    learner = desk.learner(who.learner_id)
    reviews.undo(desk.db, last, learner.moment)
    reviews.set_memory(desk.db, last.learner_id, last.card_id, last.before)
    if learner.chat.setup in ("hour", "zone"):
        # The first grade is taken back: the hour is asked after the next one.
        chats.change(desk.db, who.learner_id, setup="fresh")
    return _ask_again(desk, who, last.card_id, _session_of(desk, who, last), message, shown=True)


def _ask_again(
    desk: Desk, who: Who, card_id: int, current: Session, message: Message | None, *, shown: bool
) -> Outcome:
    """The card stands there again, and its session goes on."""
    marks.first_time(desk.db, who.update_id, desk.now)
    latest = turns.latest_in(desk.db, who.chat_id)
    bare = asking.supersede(desk, who.chat_id, message)
    if latest is not None and not bare:
        # The question or the summary that stands there has come too early.
        bare = asking.elsewhere(latest, message)
    sessions.end(desk.db, current.session_id, None)
    turn = turns.begin(
        desk.db,
        chat_id=who.chat_id,
        learner_id=who.learner_id,
        card_id=card_id,
        session_id=current.session_id,
        message=message,
        looked_at=desk.now if shown else None,
        at=desk.now,
    )
    return Outcome(showing.view(desk, turn), message, bare=bare)


def put_back(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome:
    """The card of that turn, if it is the one that was put aside last, is taken up and asked again."""
    planning.here(desk, who.chat_id)
    put = _put_last(desk, who)
    if put is None or put.turn_id != turn_id:
        return Outcome(showing.redraw(desk, who, message), message, toast=CardDone("put_back_late"))
    return _take_up(desk, who, put, message)


def _take_up(desk: Desk, who: Who, put: Turn, message: Message | None) -> Outcome:
    assert put.session_id is not None, "a person's turn always has a session"
    aside.take_up(desk.db, who.learner_id, put.card_id)
    look_in_groups(desk, who.learner_id, put.card_id)
    current = sessions.get(desk.db, put.session_id)
    outcome = _ask_again(desk, who, put.card_id, current, message, shown=put.looked_at is not None)
    planning.replan(desk, who.chat_id)
    return outcome


def _put_last(desk: Desk, who: Who) -> Turn | None:
    """The turn whose card was put aside last, if what came in its place still stands there and is not graded."""
    latest = turns.latest_in(desk.db, who.chat_id)
    put = turns.before(desk.db, latest) if latest is not None and latest.is_open else latest
    if latest is None or put is None or put.learner_id != who.learner_id or put.ended != "withdrawn":
        return None
    if latest.session_id != put.session_id or cards.card(desk.db, put.card_id).archived:
        return None
    if aside.find(desk.db, who.learner_id, put.card_id, desk.learner(who.learner_id).moment.day) == aside.Aside():
        return None
    graded = reviews.last_standing(desk.db, who.learner_id)
    is_last = graded is None or put.closed_at is None or graded.moment.at <= put.closed_at
    return put if is_last else None


def _session_of(desk: Desk, who: Who, last: Review) -> Session:
    """The session the grade was given in; one of its own for a grade given in a group."""
    turn = None if last.turn_id is None else turns.find(desk.db, last.turn_id)
    if turn is not None and turn.session_id is not None and turn.chat_id == who.chat_id:
        return sessions.get(desk.db, turn.session_id)
    return sessions.begin(desk.db, who.chat_id, "undo", None, 1, None, desk.now)


def undo_alone(desk: Desk, who: Who, review_id: int, ephemeral_id: int) -> Outcome:
    """The last grade is taken back in the group that it was given in; this member alone sees the answer again.

    A turn that was closed meanwhile keeps it in its tally.
    """
    given = reviews.find(desk.db, review_id)
    turn = None if given is None or given.turn_id is None else flip.find(desk, given.turn_id)
    if given is None or turn is None or given.learner_id != who.learner_id or turn.chat_id != who.chat_id:
        known = chats.find(desk.db, who.learner_id) is not None
        return Outcome(toast=NothingToUndo() if known else Forgotten())
    answers.shown_in(desk.db, turn.turn_id, who.learner_id, ephemeral_id)
    last = reviews.last_standing(desk.db, who.learner_id)
    if last is None or last.review_id != review_id:
        return Outcome(flip.revealed(desk, who, turn), toast=_why_not(desk, review_id))
    reviews.undo(desk.db, given, desk.learner(who.learner_id).moment)
    reviews.set_memory(desk.db, who.learner_id, given.card_id, given.before)
    answers.take_back(desk.db, turn.turn_id, who.learner_id)
    group_end.maybe_close(desk, turn)
    planning.here(desk, who.chat_id)
    return Outcome(flip.revealed(desk, who, turn))
