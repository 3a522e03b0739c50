"""What this room needs of a clock; the one that runs is handed in."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

FINISH_WITHIN_SECONDS = 9.0
"""What was begun has so long to end by itself once the program is to end; with what follows it stays under ten."""


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> datetime:
        """The moment it is; aware, UTC."""

    def passed(self) -> float:
        """Seconds gone by since some moment; never goes back, whatever the wall clock is set to."""

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed."""

    def busy(self) -> AbstractContextManager[None]:
        """Work in progress, which a moved clock waits for."""

    def waiting(self) -> AbstractContextManager[None]:
        """Inside `busy`: waiting for somebody else's work or sleep, which counts for itself."""

    def on_move(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call this whenever the clock was moved, and once at its start."""
