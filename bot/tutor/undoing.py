"""Taking the last grade back: one more row in the log, and the card stands there again with its answer."""

from bot.storage import answers, chats, marks, reviews, sessions, turns
from bot.storage.reviews import Review
from bot.storage.sessions import Session
from bot.storage.turns import Message
from bot.tutor import asking, flip, planning, showing
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import Forgotten, NothingToUndo, TakenBack, UndoLater


def undo(desk: Desk, who: Who, review_id: int | None, message: Message | None) -> Outcome:
    """The last grade is taken back (`review_id`: only if it is still that one) and its card is asked again."""
    if chats.find(desk.db, who.learner_id) is None:
        return Outcome(toast=Forgotten())
    planning.here(desk, who.chat_id)
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
    marks.first_time(desk.db, who.update_id, desk.now)
    latest = turns.latest_in(desk.db, who.chat_id)
    bare = asking.supersede(desk, who.chat_id, message)
    if latest is not None and not bare:
        # The question or the summary that stands there has come too early.
        bare = asking.elsewhere(latest, message)
    current = _session_of(desk, who, last)
    sessions.end(desk.db, current.session_id, None)
    turn = turns.begin(
        desk.db,
        chat_id=who.chat_id,
        learner_id=who.learner_id,
        card_id=last.card_id,
        session_id=current.session_id,
        message=message,
        looked_at=desk.now,
        at=desk.now,
    )
    return Outcome(showing.view(desk, turn), message, bare=bare)


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
        return Outcome(toast=NothingToUndo())
    answers.shown_in(desk.db, turn.turn_id, who.learner_id, ephemeral_id)
    last = reviews.last_standing(desk.db, who.learner_id)
    if last is None or last.review_id != review_id:
        return Outcome(flip.revealed(desk, who, turn), toast=_why_not(desk, review_id))
    reviews.undo(desk.db, given, desk.learner(who.learner_id).moment)
    reviews.set_memory(desk.db, who.learner_id, given.card_id, given.before)
    answers.take_back(desk.db, turn.turn_id, who.learner_id)
    flip.maybe_close(desk, turn)
    planning.here(desk, who.chat_id)
    return Outcome(flip.revealed(desk, who, turn))
