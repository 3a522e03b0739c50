"""When the turn that a group has open is over: all who are waited for are done with its card, or its time has come."""

from datetime import datetime

from bot.storage import answers, aside, turns
from bot.storage.turns import Turn
from bot.study import turn as rules
from bot.tutor import group
from bot.tutor.desk import Desk


def maybe_close(desk: Desk, turn: Turn) -> group.Closed | None:
    """Somebody graded, put the card aside, or took that back: the turn closes when those who are waited for have
    graded, or at its time. What is to be drawn of it, if it is closed by that.
    """
    at = set_end(desk, turn)
    return group.close(desk, turn) if at is not None and at <= desk.now else None


def set_end(desk: Desk, turn: Turn) -> datetime | None:
    """When the turn is to close, as things are now, which is written down; None: not at a moment."""
    if not turn.is_open or turn.round_id is not None:
        return None  # a round has a clock of its own
    planned = group.planned_end(desk, turn)
    waited_for, graded = usual(desk, turn), answers.graded(desk.db, turn.turn_id)
    done = graded | {each for each in waited_for - graded if _has_put_aside(desk, turn, each)}
    at = rules.closes_at(turn.opened_at, planned, waited_for, done)
    if at != turn.closes_at:
        turns.close_by(desk.db, turn.turn_id, at)
    return at


def _has_put_aside(desk: Desk, turn: Turn, learner_id: int) -> bool:
    """Whether this member does not want to be asked the card now."""
    day = desk.learner(learner_id).moment.day
    return aside.find(desk.db, learner_id, turn.card_id, day) != aside.Aside()


def usual(desk: Desk, turn: Turn) -> frozenset[int]:
    """Who usually takes part, as far as was known when this turn began."""
    return rules.regulars(answers.takers(desk.db, turn.chat_id, turn.turn_id, rules.LAST_TURNS))
