"""The slot that is due: it is claimed once, in whatever life of the bot, and the chat's next push is planned."""

from datetime import timedelta

from bot.storage import chats, pushes
from bot.storage.chats import Chat
from bot.storage.pushes import Push
from bot.study.hours import Slot
from bot.study.push import Send, Skip, Wait, decide, thinning
from bot.tutor import planning
from bot.tutor.desk import Desk

# A chat at which we ran into a fault of ours is looked at again so much later.
AGAIN_AFTER = timedelta(hours=1)
_STATES = {"just here": "here", "soon": "soon", "passed": "covered"}


def claim(desk: Desk, chat: Chat) -> Push | None:
    """The slot that is to be sent now, now that it is claimed; None if none is. The chat's next push is planned."""
    assert chat.next_push_at is not None, "it is due"
    lately = planning.lately(desk, chat)
    # A tap in a group says nothing about who else waits for the group's push.
    last_tap_at = None if chat.is_group else chat.last_tap_at
    table = planning.timetable(desk, chat)
    decision = decide(table, chat.next_push_at, desk.now, lately.done, last_tap_at)
    left = chat.snoozed_until if chat.snoozed_until and chat.snoozed_until > desk.now else None
    snoozed_until, claimed, ignored = left, None, chat.ignored_days
    match decision:
        case Send(slot=slot, stands_for=others, next_at=next_at):
            for other in others:
                _take(desk, chat, other, "covered")
            ignored += _was_ignored(desk, chat, slot)
            every = thinning(ignored)
            head: dict[str, object] = {"every": every} if every != thinning(chat.ignored_days) else {}
            claimed = _take(desk, chat, slot, "claimed", head)
            if claimed is not None and lately.open:
                pushes.cover(desk.db, chat.chat_id, slot.day, slot.hour)
        case Skip(slots=slots, why=why, next_at=next_at):
            for slot in slots:
                _take(desk, chat, slot, _STATES[str(why)])
        case Wait(until=until, slots=slots):
            for slot in slots:
                _take(desk, chat, slot, "covered")
            next_at = snoozed_until = until
    chats.change(
        desk.db,
        chat.chat_id,
        next_push_at=min(filter(None, (next_at, left)), default=None),
        snoozed_until=snoozed_until,
        last_push_day=chat.last_push_day if claimed is None else claimed.day,
        ignored_days=chat.ignored_days if claimed is None else ignored,
    )
    return claimed


def brings_nothing(desk: Desk, chat: Chat, push: Push) -> None:
    """There is no card for the slot that was just claimed: it does not count among the chat's pushes."""
    pushes.mark(desk.db, push, "nothing")
    chats.change(desk.db, chat.chat_id, last_push_day=chat.last_push_day, ignored_days=chat.ignored_days)


def put_off(desk: Desk, chat_id: int) -> None:
    """We ran into a fault of ours at this chat: it is due again later."""
    chats.change(desk.db, chat_id, next_push_at=desk.now + AGAIN_AFTER)


def _take(desk: Desk, chat: Chat, slot: Slot, state: str, head: dict[str, object] | None = None) -> Push | None:
    return pushes.claim(desk.db, chat.chat_id, slot.day, slot.hour, state, desk.now, extra=slot.snoozed, head=head)


def _was_ignored(desk: Desk, chat: Chat, slot: Slot) -> bool:
    """Whether nobody tapped since the last push, on a day before this one."""
    # A group's pushes do not come less often: it is asked (`sleeping`).
    if chat.is_group or chat.last_push_day is None or chat.last_push_day >= slot.day:
        return False
    # A day on which nothing could be sent was not ignored.
    sent_at = pushes.sent_on(desk.db, chat.chat_id, chat.last_push_day)
    return sent_at is not None and (chat.last_tap_at is None or chat.last_tap_at < sent_at)
