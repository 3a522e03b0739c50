"""A group's tally: edited soon, never often, and the last state always."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.chat.timekeeper import Clock

# Telegram takes twenty messages a minute in a group, edits among them.
APART_SECONDS = 3.0
# What could not be drawn is tried again after a pause, each twice as long as the one before.
LONGEST_PAUSE_SECONDS = 60.0
Taken = Callable[[], None]


class Tallies:
    """Merges the edits of a turn's tally: one at once, then at most one in three seconds, and never two side by side.

    `draw(turn_id, taken, patient)` shows the turn of that id as it is when it may be sent, calls `taken` when it reads
    that, and says whether it is done; not `patient`, it waits for no pace. `begin` lets something run beside.
    """

    def __init__(
        self,
        clock: Clock,
        draw: Callable[[int, Taken, bool], Awaitable[bool]],
        begin: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        self._clock = clock
        self._draw = draw
        self._begin = begin
        self._not_before: dict[int, float] = {}  # seconds passed
        self._pauses: dict[int, float] = {}  # of those that could not be drawn, in seconds
        self._drawing: set[int] = set()
        self._waiting: set[int] = set()
        self._ending = False

    async def changed(self, turn_id: int) -> None:
        """Somebody looked or graded: the tally is drawn now, or soon if the pace does not let it go."""
        self._waiting.add(turn_id)
        if turn_id in self._due():
            self._drawing.add(turn_id)
            if not await self._draw_one(turn_id, patient=False):
                self._start(turn_id)

    def draw_later(self, turn_id: int) -> None:
        """It was drawn just now, and may not stand there."""
        self._waiting.add(turn_id)
        self._rest(turn_id, done=False)

    def draw_due(self) -> None:
        """Begin to draw those that waited long enough."""
        for turn_id in self._due():
            self._start(turn_id)

    def draw_all(self) -> None:
        """Begin to draw whatever is still to be drawn, and from now on at once: the program ends."""
        self._ending = True
        self.draw_due()

    def _due(self) -> set[int]:
        if self._ending:
            return self._waiting - self._drawing
        now = self._clock.passed()
        self._not_before = {turn_id: at for turn_id, at in self._not_before.items() if now < at}
        return self._waiting - self._drawing - self._not_before.keys()

    def _rest(self, turn_id: int, *, done: bool) -> None:
        pause = APART_SECONDS
        if done:
            self._pauses.pop(turn_id, None)
        else:
            pause = min(2 * self._pauses.get(turn_id, APART_SECONDS / 2), LONGEST_PAUSE_SECONDS)
            self._pauses[turn_id] = pause
        self._not_before[turn_id] = self._clock.passed() + pause

    def _start(self, turn_id: int) -> None:
        if turn_id not in self._drawing:
            self._drawing.add(turn_id)
            self._begin(self._draw_beside(turn_id), "a tally")

    async def _draw_beside(self, turn_id: int) -> None:
        await self._draw_one(turn_id, patient=True)

    async def _draw_one(self, turn_id: int, *, patient: bool) -> bool:
        done = False
        try:
            done = await self._draw(turn_id, lambda: self._waiting.discard(turn_id), patient)
        finally:
            self._drawing.discard(turn_id)
            if not done:
                self._waiting.add(turn_id)
            self._rest(turn_id, done=done or not patient)
        if done and self._ending:
            self.draw_due()
        return done
