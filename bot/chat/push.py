"""The tick: claims what is due and hands it over; it never waits for what is sent."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.chat import group
from bot.chat.faults import Faults
from bot.chat.outbox import Failed, Gone, Sent, Unsure
from bot.chat.talk import Context
from bot.storage.pushes import Push
from bot.storage.turns import Message
from bot.tutor import claiming, pushing
from bot.tutor import group as groups

# So many pushes are under way at once; Telegram takes about thirty messages a second.
AT_ONCE = 24
FINISH_WITHIN_SECONDS = 9.0
# What surely failed is sent again after a pause, each twice as long as the one before.
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)

Key = tuple[int, date, time]


@dataclass(frozen=True, slots=True)
class Pause:
    """A push that failed rests until `ends_at`."""

    ends_at: datetime
    span: timedelta


class Pusher:
    """Claims due slots and sends them beside everything else. One tick at a time."""

    def __init__(self, context: Context, faults: Faults) -> None:
        self._c = context
        self._faults = faults
        self._in_hand: set[Key] = set()
        self._pauses: dict[Key, Pause] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier life of the bot left open."""
        for chat_id, message in await self._c.do(pushing.recover):
            self._begin(self._c.outbox.strip(chat_id, message.message_id))
        for closed in await self._c.do(groups.undrawn):
            self._begin(group.draw_closed(self._c, closed))

    async def tick(self) -> None:
        """Claim everything that is due now and hand it over."""
        claimed = claiming.BATCH
        while claimed == claiming.BATCH:
            claimed = await self._c.do(claiming.claim)
        for push in await self._c.do(pushing.waiting_to_leave):
            key = (push.chat_id, push.day, push.hour)
            if key not in self._in_hand and not self._rests(key):
                self._in_hand.add(key)
                self._begin(self._leave(push, key))
        for closed in await self._c.do(groups.close_due):
            self._begin(group.draw_closed(self._c, closed))
        for turn_id in self._c.tallies.due():
            self._begin(self._c.tallies.draw(turn_id))

    async def stop(self) -> None:
        """Finish what is under way; what was only claimed leaves in the next life."""
        self._stopping = True
        for turn_id in self._c.tallies.left():
            self._begin(self._c.tallies.draw(turn_id))
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FINISH_WITHIN_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        with self._c.clock.busy():
            try:
                await work
            except Exception as error:
                await self._faults.caught(error, during="a push")

    async def _leave(self, push: Push, key: Key) -> None:
        try:
            async with self._place():
                if self._stopping:
                    return
                if await self._send(push):
                    self._pauses.pop(key, None)
                else:
                    self._rest(key)
        finally:
            self._in_hand.discard(key)

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        with self._c.clock.waiting():
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

    def _rests(self, key: Key) -> bool:
        return key in self._pauses and self._c.clock.now() < self._pauses[key].ends_at

    def _rest(self, key: Key) -> None:
        span = min(self._pauses[key].span * 2, LONGEST_PAUSE) if key in self._pauses else FIRST_PAUSE
        self._pauses[key] = Pause(self._c.clock.now() + span, span)

    async def _send(self, push: Push) -> bool:
        """Whether that is the end of it: what surely failed is to be sent again."""
        put = await self._c.do(pushing.put, push)
        if put is None:
            return True
        delivery = await self._c.show(push.chat_id, put.outcome, thread_id=put.thread_id)
        match delivery:
            case Sent(message_id=message_id, media=media):
                await self._c.do(pushing.sent, put.turn_id, Message(message_id, media))
            case Gone():
                await self._c.do(pushing.was_gone, put.turn_id)
            case Unsure():
                await self._c.do(pushing.unsure, put.turn_id)
            case Failed() | None:
                await self._c.do(pushing.failed, put.turn_id)
        if put.closed is not None:
            await group.draw_closed(self._c, put.closed)
        return not isinstance(delivery, Failed)
