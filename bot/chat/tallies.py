"""A group's tally: edited soon, never often, and the last state always."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.chat.timekeeper import Clock

# Telegram takes twenty messages a minute in a group, edits among them.
APART = timedelta(seconds=3)


class Tallies:
    """Merges the edits of a turn's tally: one at once, then at most one in three seconds."""

    def __init__(self, clock: Clock, draw: Callable[[int], Awaitable[None]]) -> None:
        self._clock = clock
        self._draw = draw
        self._edited: dict[int, datetime] = {}
        self._waiting: set[int] = set()

    async def changed(self, turn_id: int) -> None:
        """Somebody looked or graded: the tally is drawn now, or with the next tick."""
        last = self._edited.get(turn_id)
        if last is not None and timedelta(0) <= self._clock.now() - last < APART:
            self._waiting.add(turn_id)
            return
        await self._now(turn_id)

    async def tick(self) -> None:
        """Draw what waited long enough."""
        now = self._clock.now()
        for turn_id in [one for one in self._waiting if now - self._edited.get(one, now - APART) >= APART]:
            await self._now(turn_id)
        old = [one for one, at in self._edited.items() if now - at > timedelta(hours=1) and one not in self._waiting]
        for turn_id in old:
            del self._edited[turn_id]

    async def _now(self, turn_id: int) -> None:
        self._waiting.discard(turn_id)
        self._edited[turn_id] = self._clock.now()
        await self._draw(turn_id)
