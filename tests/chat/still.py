"""A clock that stands still until it is moved, for what a test does inside this process."""

import asyncio

from bot.clock import Clock


class StillClock(Clock):
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def passed(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.at + seconds, woken))
        await woken

    async def advance(self, seconds: float) -> None:
        """Move on, waking everybody on the way at their moment."""
        until = self.at + seconds
        await turns()
        while due := [each for each in self._sleepers if each[0] <= until and not each[1].done()]:
            self.at, woken = min(due, key=lambda each: each[0])
            woken.set_result(None)
            await turns()
        self.at = until
        await turns()


async def turns() -> None:
    """Let everything run that can."""
    for _ in range(10):
        await asyncio.sleep(0)
