"""The slots that are due: each is claimed once, in whatever life of the bot, and the chat's next push is planned."""

import functools
from datetime import timedelta

from bot.storage import chats, pushes, waiting
from bot.storage.chats import Chat
from bot.storage.database import attempt
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
    faults: list[Exception] = []
    for chat in due:
        fault = attempt(desk.db, functools.partial(_claim_one, desk, chat))
        if fault is not None:
            # Whatever is wrong with this chat, the others get their pushes.
            chats.plan_push(desk.db, chat.chat_id, desk.now + AGAIN_AFTER)
            faults.append(fault)
    return len(due), faults


def _claim_one(desk: Desk, chat: Chat) -> None:
    assert chat.next_push_at is not None, "it is due"
    table = planning.timetable(desk, chat)
    # A tap in a group says nothing about who else waits for the group's push.
    last_tap_at = None if chat.is_group else chat.last_tap_at
    decision = decide(table, chat.next_push_at, desk.now, planning.done_lately(desk, chat), last_tap_at)
    if chat.snoozed_until is not None and chat.snoozed_until <= desk.now:
        chats.change(desk.db, chat.chat_id, snoozed_until=None)
    match decision:
        case Send(slot=slot, stands_for=others, next_at=next_at):
            for other in others:
                _take(desk, chat, other, "covered")
            _claim_send(desk, chat, slot)
        case Skip(slots=slots, why=why, next_at=next_at):
            for slot in slots:
                _take(desk, chat, slot, _STATES[str(why)])
        case Wait(until=until, slots=slots):
            for slot in slots:
                _take(desk, chat, slot, "covered")
            next_at = until
            chats.change(desk.db, chat.chat_id, snoozed_until=until)
    left = chat.snoozed_until if chat.snoozed_until and chat.snoozed_until > desk.now else None
    chats.plan_push(desk.db, chat.chat_id, min(filter(None, (next_at, left)), default=None))


def _take(desk: Desk, chat: Chat, slot: Slot, state: str) -> bool:
    return pushes.claim(desk.db, chat.chat_id, slot.day, slot.hour, state, desk.now, extra=slot.snoozed)


def _claim_send(desk: Desk, chat: Chat, slot: Slot) -> None:
    if not has_card(desk, chat):
        _take(desk, chat, slot, "nothing")
        return
    last = pushes.last_sent(desk.db, chat.chat_id)
    if not _take(desk, chat, slot, "claimed"):
        return
    pushes.cover(desk.db, chat.chat_id, slot.day, slot.hour)
    ignored = chat.ignored_days
    # A group's pushes do not come less often: it is asked (`sleeping`).
    if not chat.is_group and last is not None and (chat.last_tap_at is None or chat.last_tap_at < last[1]):
        # A day on which nothing could be sent was not ignored.
        ignored += last[0] == chat.last_push_day and last[0] < slot.day
    chats.change(desk.db, chat.chat_id, ignored_days=ignored, last_push_day=slot.day)
    every = thinning(ignored)
    if every != thinning(chat.ignored_days):
        pushes.say(desk.db, chat.chat_id, slot.day, slot.hour, {"every": every})


def has_card(desk: Desk, chat: Chat) -> bool:
    """Whether a push has something to bring: due reviews or new cards; a learning step alone brings none."""
    if chat.is_group:
        return sleeping.is_awake(desk, chat) and choosing.choose(desk, chat) is not None
    learner = desk.learner_of(chat)
    limits, day = desk.limits(learner), learner.moment.day
    if limits.reviews_left and waiting.count_due(desk.db, learner.learner_id, day, None, most=1):
        return True
    return limits.new_left > 0 and bool(waiting.new(desk.db, learner.learner_id, day, None, 1))
