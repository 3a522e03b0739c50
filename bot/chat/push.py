"""The tick: claims what is due and hands it over; it never waits for what is sent."""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import date, time
from typing import Any

from bot.chat import group
from bot.chat.outbox import Failed, Gone, Sent, Unsure
from bot.chat.talk import Context
from bot.storage.pushes import Push
from bot.storage.turns import Message
from bot.tutor import group as groups
from bot.tutor import pushing

log = logging.getLogger(__name__)

# So many pushes are under way at once; Telegram takes about thirty messages a second.
AT_ONCE = 8

Key = tuple[int, date, time]


class Pusher:
    """Claims due slots and sends them beside everything else."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._in_hand: set[Key] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(AT_ONCE)
        self._ticking = asyncio.Lock()
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier life of the bot left open."""
        await self._c.do(pushing.recover)
        for closed in await self._c.do(groups.undrawn):
            self._begin(group.draw_closed(self._c, closed))

    async def tick(self) -> None:
        """Claim everything that is due now and hand it over."""
        async with self._ticking:
            claimed = pushing.BATCH
            while claimed == pushing.BATCH:
                claimed = await self._c.do(pushing.claim)
            for push in await self._c.do(pushing.waiting_to_leave):
                key = (push.chat_id, push.day, push.hour)
                if key not in self._in_hand:
                    self._in_hand.add(key)
                    self._begin(self._leave(push, key))
            for closed in await self._c.do(groups.close_due):
                self._begin(group.draw_closed(self._c, closed))
            await self._c.tallies.tick()

    async def stop(self) -> None:
        """Finish what is under way; what was only claimed leaves in the next life."""
        self._stopping = True
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(self._watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            with self._c.clock.busy():
                await work
        except Exception:
            log.exception("a push failed in a way nobody expected")

    async def _leave(self, push: Push, key: Key) -> None:
        try:
            async with self._places:
                if not self._stopping:
                    await self._send(push)
        finally:
            self._in_hand.discard(key)

    async def _send(self, push: Push) -> None:
        put = await self._c.do(pushing.put, push)
        if put is None:
            return
        if put.closed is not None:
            await group.draw_closed(self._c, put.closed)
        delivery = await self._c.show(push.chat_id, put.outcome, thread_id=put.thread_id)
        match delivery:
            case Sent(message_id=message_id, media=media):
                await self._c.do(pushing.sent, push, Message(message_id, media))
            case Gone():
                await self._c.do(pushing.was_gone, push)
            case Unsure():
                await self._c.do(pushing.unsure, push)
            case Failed() | None:
                await self._c.do(pushing.failed, push)
