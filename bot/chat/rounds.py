"""Work that is done again and again while the bot runs."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.chat.faults import Faults


class Rounds:
    """One round at a time, and none begins once it was stopped."""

    def __init__(self, name: str, work: Callable[[], Awaitable[None]], faults: Faults) -> None:
        self._name = name
        self._work = work
        self._faults = faults
        self._one = asyncio.Lock()
        self._stopped = False

    async def once(self) -> None:
        """One round; what it raises is logged."""
        async with self._one:
            if self._stopped:
                return
            try:
                await self._work()
            except Exception as error:
                await self._faults.caught(error, during=f"the {self._name}")

    async def stop(self) -> None:
        """Return when the present round has ended."""
        self._stopped = True
        async with self._one:
            pass
