"""Who takes part in a group: somebody comes, goes, and asks how they stand."""

from datetime import timedelta

from bot.storage import board, chats, members, present, turns
from bot.storage.board import State
from bot.tutor import group_end, planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

# What is said of what was remembered looks back over so many study days, today among them.
DAYS_BACK = 30


def join(desk: Desk, who: Who) -> None:
    """This person takes part, and counts from now on among those whom a card is chosen for."""
    chats.ensure(desk.db, who.chat_id, "group")
    planning.here(desk, who.chat_id)
    desk.learner(who.learner_id)
    members.take_part(desk.db, who.chat_id, who.learner_id, who.name, desk.now)
    members.began_anew(desk.db, who.chat_id, who.learner_id, desk.now)


def leave(desk: Desk, who: Who) -> bool:
    """Whether this person took part until now; what they learned stays."""
    planning.here(desk, who.chat_id)
    return _leave(desk, who.chat_id, who.learner_id)


def left_the_room(desk: Desk, chat_id: int, learner_id: int) -> None:
    """This person is in the group no more: they stop counting at once."""
    present.leave(desk.db, chat_id, learner_id)
    _leave(desk, chat_id, learner_id)


def _leave(desk: Desk, chat_id: int, learner_id: int) -> bool:
    took_part = members.leave(desk.db, chat_id, learner_id, desk.now)
    turn = turns.open_in(desk.db, chat_id)
    if turn is not None and took_part:
        # The others may have waited for nobody else.
        group_end.set_end(desk, turn)
    return took_part


def state(desk: Desk, who: Who) -> State | None:
    """How this person stands in the group's decks; None for somebody of whom nothing is known, who stays so."""
    planning.here(desk, who.chat_id)
    chat = chats.find(desk.db, who.learner_id)
    if chat is None:
        return None
    today = desk.learner_of(chat).moment.day
    return board.state(desk.db, who.chat_id, who.learner_id, today, today - timedelta(days=DAYS_BACK - 1))
