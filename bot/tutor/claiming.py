"""The slots that are due: each is claimed once, in whatever life of the bot, and the chat's next push is planned."""

import functools
from datetime import date, timedelta

from bot.storage import chats, pushes, waiting
from bot.storage.chats import Chat
from bot.storage.database import attempt
from bot.storage.pushes import Lately
from bot.study.hours import Slot
from bot.study.push import Send, Skip, Wait, decide, thinning
from bot.tutor import choosing, planning, sleeping
from bot.tutor.desk import Desk

# How many chats one claim takes, so that a tick with thousands due never holds the writer for long.
BATCH = 50
# A chat at which we ran into a fault of ours is looked at again so much later.
AGAIN_AFTER = timedelta(hours=1)
_STATES = {"just here": "here", "soon": "soon", "passed": "covered"}


def claim(desk: Desk, most: int = BATCH) -> tuple[int, list[Exception]]:
    """How many chats were due, and the faults of ours: their slots are claimed and their next push is planned."""
    due = chats.due(desk.db, desk.now, most)
    if attempt(desk.db, functools.partial(_claim_all, desk, due)) is None:
        return len(due), []
    # Whatever is wrong with one of them, the others get their pushes: each on its own.
    faults: list[Exception] = []
    for chat in due:
        fault = attempt(desk.db, functools.partial(_claim_all, desk, [chat]))
        if fault is not None:
            chats.change(desk.db, chat.chat_id, next_push_at=desk.now + AGAIN_AFTER)
            faults.append(fault)
    return len(due), faults


def _claim_all(desk: Desk, due: list[Chat]) -> None:
    for chat in due:
        _claim_one(desk, chat)


def _claim_one(desk: Desk, chat: Chat) -> None:
    assert chat.next_push_at is not None, "it is due"
    lately = planning.lately(desk, chat)
    # A tap in a group says nothing about who else waits for the group's push.
    last_tap_at = None if chat.is_group else chat.last_tap_at
    table = planning.timetable(desk, chat)
    decision = decide(table, chat.next_push_at, desk.now, lately.done, last_tap_at)
    left = chat.snoozed_until if chat.snoozed_until and chat.snoozed_until > desk.now else None
    snoozed_until, pushed = left, (chat.last_push_day, chat.ignored_days)
    match decision:
        case Send(slot=slot, stands_for=others, next_at=next_at):
            for other in others:
                _take(desk, chat, other, "covered")
            pushed = _claim_send(desk, chat, slot, lately)
        case Skip(slots=slots, why=why, next_at=next_at):
            for slot in slots:
                _take(desk, chat, slot, _STATES[str(why)])
        case Wait(until=until, slots=slots):
            for slot in slots:
                _take(desk, chat, slot, "covered")
            next_at = snoozed_until = until
    last_push_day, ignored_days = pushed
    chats.change(
        desk.db,
        chat.chat_id,
        next_push_at=min(filter(None, (next_at, left)), default=None),
        snoozed_until=snoozed_until,
        last_push_day=last_push_day,
        ignored_days=ignored_days,
    )


def _take(desk: Desk, chat: Chat, slot: Slot, state: str, head: dict[str, object] | None = None) -> bool:
    return pushes.claim(desk.db, chat.chat_id, slot.day, slot.hour, state, desk.now, extra=slot.snoozed, head=head)


def _claim_send(desk: Desk, chat: Chat, slot: Slot, lately: Lately) -> tuple[date | None, int]:
    """The study day of the chat's last push and how many it ignored, now that this slot is claimed."""
    before = (chat.last_push_day, chat.ignored_days)
    if not has_card(desk, chat):
        _take(desk, chat, slot, "nothing")
        return before
    ignored = chat.ignored_days + _was_ignored(desk, chat, slot)
    every = thinning(ignored)
    if not _take(desk, chat, slot, "claimed", {"every": every} if every != thinning(chat.ignored_days) else None):
        return before
    if lately.open:
        pushes.cover(desk.db, chat.chat_id, slot.day, slot.hour)
    return slot.day, ignored


def _was_ignored(desk: Desk, chat: Chat, slot: Slot) -> bool:
    """Whether nobody tapped since the last push, on a day before this one."""
    # A group's pushes do not come less often: it is asked (`sleeping`).
    if chat.is_group or chat.last_push_day is None or chat.last_push_day >= slot.day:
        return False
    # A day on which nothing could be sent was not ignored.
    sent_at = pushes.sent_on(desk.db, chat.chat_id, chat.last_push_day)
    return sent_at is not None and (chat.last_tap_at is None or chat.last_tap_at < sent_at)


def has_card(desk: Desk, chat: Chat) -> bool:
    """Whether a push has something to bring: due reviews or new cards; a learning step alone brings none."""
    if chat.is_group:
        return sleeping.is_awake(desk, chat) and choosing.choose(desk, chat) is not None
    learner = desk.learner_of(chat)
    limits, day = desk.limits(learner), learner.moment.day
    if limits.reviews_left and waiting.count_due(desk.db, learner.learner_id, day, None, most=1):
        return True
    return limits.new_left > 0 and bool(waiting.new(desk.db, learner.learner_id, day, None, 1))
