"""Work that runs beside what people wait for: pushes, tallies, closed turns; and two things done at once."""

import asyncio
import contextvars
import math
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.chat.faults import Faults
from bot.chat.places import placeless, without_place
from bot.chat.timekeeper import FINISH_WITHIN_SECONDS, Clock


class Beside:
    """Tasks that a moved clock waits for, that end before the program does, and whose faults are told."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()
        self._ends_at = math.inf  # seconds on the loop's clock

    def begin(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Let it run; `what` it is, for the log."""
        # In a context of its own: while it waits, whoever began it has a place and is busy all the same.
        task = asyncio.create_task(self._watched(work, what), context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self, within: float = FINISH_WITHIN_SECONDS) -> None:
        """Return when all of it has ended, what began meanwhile too; by force so long after the first call."""
        loop = asyncio.get_running_loop()
        self._ends_at = min(self._ends_at, loop.time() + within)
        while self._tasks and (left := self._ends_at - loop.time()) > 0:
            await asyncio.wait(self._tasks, timeout=left)
        late = tuple(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _watched(self, work: Coroutine[Any, Any, None], what: str) -> None:
        with self._clock.busy():
            try:
                await work
            except Exception as error:
                await self._faults.caught(error, during=what)


async def both(clock: Clock, work: Callable[[], Awaitable[None]], meanwhile: Callable[[], Awaitable[None]]) -> None:
    """Do two things at once, and return when both are done; what either raises is raised.

    Where `work` raises, what is done meanwhile is ended.
    """

    async def busy() -> None:
        with clock.busy():
            await meanwhile()

    task = asyncio.create_task(busy(), context=placeless())
    try:
        await work()
        if not task.done():
            with without_place(clock):
                await task
        task.result()
    finally:
        # Not if it is over: asked to end, a task keeps a fault that nobody has heard of to itself.
        if not task.done():
            task.cancel()
