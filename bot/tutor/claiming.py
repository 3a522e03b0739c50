"""The slot that is due: it is claimed once, in whatever life of the bot, and the chat's next push is planned."""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.storage import chats, pushes
from bot.storage.chats import Chat
from bot.storage.pushes import Lately, Push
from bot.study.hours import Slot
from bot.study.push import Send, Skip, Wait, decide, thinning
from bot.tutor import planning
from bot.tutor.desk import Desk

# A chat at which we ran into a fault of ours is looked at again so much later.
AGAIN_AFTER = timedelta(hours=1)
_STATES = {"just here": "here", "soon": "soon", "passed": "covered"}


class Due(Struct, frozen=True):
    """The slot of a chat that is to be sent now, and what is to be written with it.

    Attributes:
        push: the slot; claimed by `claim`.
        snoozed: it comes at a moment of its own.
        covers: it stands for others of the chat that did not leave yet.
        ignored_days: of the chat, once this one is sent.
        next_push_at: of the chat.
        snoozed_until: of the chat.
    """

    push: Push
    snoozed: bool
    covers: bool
    ignored_days: int
    next_push_at: datetime | None
    snoozed_until: datetime | None


def due(desk: Desk, chat: Chat) -> Due | None:
    """The slot that is to be sent now; None if none is: then all is written, and the chat's next push is planned."""
    assert chat.next_push_at is not None, "it is due"
    lately = planning.lately(desk, chat)
    # A tap in a group says nothing about who else waits for the group's push.
    last_tap_at = None if chat.is_group else chat.last_tap_at
    table = planning.timetable(desk, chat)
    decision = decide(table, chat.next_push_at, desk.now, lately.done, last_tap_at)
    left = chat.snoozed_until if chat.snoozed_until and chat.snoozed_until > desk.now else None
    snoozed_until, sends = left, None
    match decision:
        case Send(slot=slot, stands_for=others, next_at=next_at):
            _take(desk, chat, others, "covered")
            sends = None if slot.key in lately.taken else slot
        case Skip(slots=slots, why=why, next_at=next_at):
            _take(desk, chat, slots, _STATES[str(why)])
        case Wait(until=until, slots=slots):
            _take(desk, chat, slots, "covered")
            next_at = snoozed_until = until
    next_push_at = min(filter(None, (next_at, left)), default=None)
    if sends is None:
        chats.change(desk.db, chat.chat_id, next_push_at=next_push_at, snoozed_until=snoozed_until)
        return None
    ignored = chat.ignored_days + _was_ignored(chat, sends, lately)
    every = thinning(ignored)
    head: dict[str, object] = {"every": every} if every != thinning(chat.ignored_days) else {}
    push = Push(chat.chat_id, sends.day, sends.hour, desk.now, "claimed", None, head)
    return Due(push, sends.snoozed, lately.open, ignored, next_push_at, snoozed_until)


def claim(desk: Desk, due: Due, state: str, turn_id: int | None = None, head: dict[str, object] | None = None) -> Push:
    """The slot, ours from now on, in this state and with the turn that it brings; the chat's next push is planned.

    `head`: what its line says, if not what is due says.
    """
    push = replace(due.push, state=state, turn_id=turn_id, head=due.push.head if head is None else head)
    claimed = pushes.claim(desk.db, push, extra=due.snoozed)
    assert claimed, "no other is among those of late"
    planned = {"next_push_at": due.next_push_at, "snoozed_until": due.snoozed_until}
    if state == "nothing":
        # It does not count among the chat's pushes.
        chats.change(desk.db, push.chat_id, **planned)
        return push
    if due.covers:
        pushes.cover(desk.db, push.chat_id, push.day, push.hour)
    chats.change(desk.db, push.chat_id, **planned, last_push_day=push.day, ignored_days=due.ignored_days)
    return push


def put_off(desk: Desk, chat_id: int) -> None:
    """We ran into a fault of ours at this chat: it is due again later."""
    chats.change(desk.db, chat_id, next_push_at=desk.now + AGAIN_AFTER)


def _take(desk: Desk, chat: Chat, slots: tuple[Slot, ...], state: str) -> None:
    for slot in slots:
        push = Push(chat.chat_id, slot.day, slot.hour, desk.now, state, None, {})
        pushes.claim(desk.db, push, extra=slot.snoozed)


def _was_ignored(chat: Chat, slot: Slot, lately: Lately) -> bool:
    """Whether nobody tapped since the last push, on a day before this one."""
    # A group's pushes do not come less often: it is asked (`sleeping`).
    if chat.is_group or chat.last_push_day is None or chat.last_push_day >= slot.day:
        return False
    # A day on which nothing could be sent was not ignored.
    sent_at = lately.sent.get(chat.last_push_day)
    return sent_at is not None and (chat.last_tap_at is None or chat.last_tap_at < sent_at)
