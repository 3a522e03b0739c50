"""Work that runs beside what people wait for: pushes, tallies, closed turns."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.chat.faults import Faults
from bot.chat.timekeeper import Clock

# With what follows it stays under ten.
FINISH_WITHIN_SECONDS = 9.0


class Beside:
    """Tasks that a moved clock waits for, that end before the program does, and whose faults are told."""

    def __init__(self, clock: Clock, faults: Faults) -> None:
        self._clock = clock
        self._faults = faults
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None], what: str) -> None:
        """Let it run; `what` it is, for the log."""
        task = asyncio.create_task(self._watched(work, what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Return when all of it has ended, after nine seconds by force."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=FINISH_WITHIN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _watched(self, work: Coroutine[Any, Any, None], what: str) -> None:
        with self._clock.busy():
            try:
                await work
            except Exception as error:
                await self._faults.caught(error, during=what)
