"""A bell: who waits for something is woken when it is rung."""

import asyncio
from collections.abc import Callable


class Bell:
    """Wakes everybody who waits, each time it is rung; it remembers no ring that nobody waited for."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait now."""
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()

    async def rung(self) -> None:
        """Return at the next ring."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            await waiting
        finally:
            self._waiting.discard(waiting)

    async def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Whether `holds` came true, looked at now and at every ring, within so many seconds of real time."""
        try:
            async with asyncio.timeout(seconds):
                while not holds():
                    await self.rung()
        except TimeoutError:
            return holds()
        return True
