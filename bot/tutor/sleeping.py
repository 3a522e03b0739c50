"""A group in which nobody looks at its cards: asked once whether to go on, it has its peace until somebody does."""

from msgspec import Struct

from bot.storage import members, turns
from bot.storage.chats import Chat
from bot.storage.turns import Message
from bot.study.push import PASSED_BY
from bot.tutor import group, planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import GoingOnView, Outcome, Who


class Question(Struct, frozen=True):
    """Whether to go on, to be asked in this topic of the group."""

    thread_id: int | None


def is_awake(desk: Desk, chat: Chat) -> bool:
    """Whether a group that is to get a push wants it: not once five cards have passed without a tap.

    From then on it sleeps, and its slots pass as those in which nothing was due.
    """
    if chat.asleep_at is not None:
        return False
    if members.passed_by(desk.db, chat.chat_id, chat.last_tap_at, PASSED_BY) < PASSED_BY:
        return True
    members.falls_asleep(desk.db, chat.chat_id, desk.now)
    return False


def to_ask(desk: Desk) -> list[int]:
    """The groups that sleep and were not asked yet."""
    return members.to_ask(desk.db)


def ask(desk: Desk, chat_id: int) -> Question | None:
    """The question, which counts as asked from now on; None if somebody woke the group, or it was asked."""
    if not members.asks(desk.db, chat_id):
        return None
    latest = turns.latest_in(desk.db, chat_id)
    return Question(None if latest is None else latest.thread_id)


def not_asked(desk: Desk, chat_id: int) -> None:
    """The question surely did not arrive."""
    members.asks_again(desk.db, chat_id)


def go_on(desk: Desk, who: Who, message: Message) -> Outcome:
    """Somebody wants cards again; the message says when the next one comes, unless it holds a turn."""
    chat = planning.here(desk, who.chat_id)
    holds = turns.on_message(desk.db, who.chat_id, message.message_id)
    if holds is not None:
        return Outcome(group.view(desk, holds), message)
    if chat is None:
        return Outcome()
    return Outcome(GoingOnView(chat.next_push_at, desk.zone_of(chat), desk.now), message)
