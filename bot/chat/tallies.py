"""A group's tally: edited soon, never often, and the last state always."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.chat.timekeeper import Clock

# Telegram takes twenty messages a minute in a group, edits among them.
APART = timedelta(seconds=3)


class Tallies:
    """Merges the edits of a turn's tally: one at once, then at most one in three seconds, and never two side by side.

    `draw` shows the turn of that id as it now is.
    """

    def __init__(self, clock: Clock, draw: Callable[[int], Awaitable[None]]) -> None:
        self._clock = clock
        self._draw = draw
        self._edited: dict[int, datetime] = {}
        self._drawing: set[int] = set()
        self._waiting: set[int] = set()

    async def changed(self, turn_id: int) -> None:
        """Somebody looked or graded: the tally is drawn now, or soon."""
        self._waiting.add(turn_id)
        if self._may(turn_id):
            await self.draw(turn_id)

    def due(self) -> list[int]:
        """The turns that waited long enough to be drawn."""
        now = self._clock.now()
        self._edited = {turn_id: at for turn_id, at in self._edited.items() if now - at < APART}
        return [turn_id for turn_id in self._waiting if self._may(turn_id)]

    def left(self) -> list[int]:
        """All that is still to be drawn, for the end of the program."""
        return list(self._waiting)

    async def draw(self, turn_id: int) -> None:
        """Draw this turn's last state now."""
        self._waiting.discard(turn_id)
        self._edited[turn_id] = self._clock.now()
        self._drawing.add(turn_id)
        try:
            await self._draw(turn_id)
        finally:
            self._drawing.discard(turn_id)

    def _may(self, turn_id: int) -> bool:
        last = self._edited.get(turn_id)
        return turn_id not in self._drawing and (last is None or self._clock.now() - last >= APART)
