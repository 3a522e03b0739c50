"""What a group's turn shows to all, and to one member alone: edited soon, never often, and the last state always."""

import functools
from collections.abc import Awaitable, Callable, Coroutine
from enum import Enum, auto
from typing import Any

from msgspec import Struct

from bot.chat.rests import Rests
from bot.chat.timekeeper import Clock

# Telegram takes twenty messages a minute in a group, edits among them. A few edits come as quickly as this,
APART_SECONDS = 3.0
QUICK = 3
# the others of the same minute so far apart, which makes six of them at most.
LATER_SECONDS = 20.0
WINDOW_SECONDS = 60.0
# What could not be drawn is tried again after a rest, at first of three seconds.
LONGEST_REST_SECONDS = 60.0
Taken = Callable[[], None]


class Shown(Struct, frozen=True):
    """A group's turn as all see it, or (`learner_id`) as this member alone does."""

    chat_id: int
    turn_id: int
    learner_id: int = 0


class Drawn(Enum):
    """What came of drawing."""

    YES = auto()
    LATER = auto()  # not yet
    NEVER = auto()  # it stands nowhere (any more)


class Tallies:
    """Merges the edits of what is shown: one at once, then as the pace has it, and never two side by side.

    Of the tallies that all see, at most one in three seconds for a turn and six in a minute for a group; a turn's end
    waits for none. `draw(shown, taken, patient)` shows it as it is when it may be sent, calls `taken` when it reads
    that; not `patient`, it waits for no pace. `begin` lets something run beside.
    """

    def __init__(
        self,
        clock: Clock,
        draw: Callable[[Shown, Taken, bool], Awaitable[Drawn]],
        begin: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        self._clock = clock
        self._draw = draw
        self._begin = begin
        self._lately: dict[int, list[tuple[float, int]]] = {}  # seconds passed and turns of tallies drawn, by group
        self._rests: Rests[Shown] = Rests(APART_SECONDS, LONGEST_REST_SECONDS)  # of those that could not be drawn
        self._drawing: set[Shown] = set()
        self._waiting: dict[Shown, float] = {}  # how many seconds after the last edit it may go at the latest
        self._quiet: set[Shown] = set()  # of a group's last turn: they let go first whatever people wait for
        self._ending = False

    async def changed(self, shown: Shown, *, soon: bool = False, at_once: bool = False) -> Drawn:
        """It is drawn now, or later if too much was drawn lately or the pace does not let it go.

        `soon`: what people need to go on stands there three seconds after the last edit; `at_once`: whatever was drawn.
        """
        apart = 0.0 if at_once else APART_SECONDS if soon else LATER_SECONDS
        self._quiet.discard(shown)
        self._waits(shown, apart)
        if not self._is_due(shown, self._clock.passed()):
            return Drawn.LATER
        self._drawing.add(shown)
        drawn = await self._draw_one(shown, patient=False)
        if drawn is Drawn.LATER:
            self._start(shown)
        return drawn

    def when_quiet(self, shown: Shown) -> None:
        """It is drawn when the pace has room for it and more, unless the group has had another turn drawn by then."""
        self._quiet = {each for each in self._quiet if each.chat_id != shown.chat_id or each.turn_id == shown.turn_id}
        self._quiet.add(shown)

    def can_wait(self, shown: Shown) -> bool:
        """Whether it is to be drawn when it is quiet, and not before."""
        return shown in self._quiet

    def draw_due(self) -> None:
        """Begin to draw those that waited long enough."""
        now = self._clock.passed()
        self._tidy(now)
        for shown in [each for each in self._waiting if self._is_due(each, now)]:
            self._start(shown)
        for shown in self._quiet - self._drawing:
            self._drawing.add(shown)
            self._begin(self._draw_quiet(shown), "a tally")

    def draw_all(self) -> None:
        """Begin to draw whatever is still to be drawn, and from now on at once: the program ends."""
        self._ending = True
        self.draw_due()

    def _is_due(self, shown: Shown, now: float) -> bool:
        if shown in self._drawing:
            return False
        return self._ending or now >= max(self._rests.ends_at(shown), self._free_at(shown, now))

    def _free_at(self, shown: Shown, now: float) -> float:
        lately = [] if shown.learner_id else self._lately.get(shown.chat_id, [])
        many = sum(at > now - WINDOW_SECONDS for at, _ in lately) >= QUICK
        if many and self._waiting[shown] == LATER_SECONDS:
            return lately[-1][0] + LATER_SECONDS
        own = [at for at, turn_id in lately if turn_id == shown.turn_id]
        return own[-1] + min(APART_SECONDS, self._waiting[shown]) if own else now

    def _tidy(self, now: float) -> None:
        kept = {
            chat: [each for each in drawn if each[0] > now - WINDOW_SECONDS] for chat, drawn in self._lately.items()
        }
        self._lately = {chat: drawn for chat, drawn in kept.items() if drawn}
        self._rests.tidy(now)

    def _start(self, shown: Shown) -> None:
        if shown not in self._drawing:
            self._drawing.add(shown)
            self._begin(self._draw_beside(shown), "a tally")

    async def _draw_beside(self, shown: Shown) -> None:
        await self._draw_one(shown, patient=True)

    async def _draw_quiet(self, shown: Shown) -> None:
        await self._draw_one(shown, patient=False)

    async def _draw_one(self, shown: Shown, *, patient: bool) -> Drawn:
        drawn, apart = Drawn.LATER, self._waiting.get(shown, LATER_SECONDS)
        try:
            drawn = await self._draw(shown, functools.partial(self._taken, shown), patient)
        finally:
            self._drawing.discard(shown)
            if drawn is not Drawn.LATER:
                self._quiet.discard(shown)
            elif shown not in self._quiet:
                self._waits(shown, apart)
            self._rest(shown, drawn, patient, counts=bool(apart) and not shown.learner_id)
        if drawn is not Drawn.LATER and shown in self._waiting and self._is_due(shown, self._clock.passed()):
            self._start(shown)
        return drawn

    def _waits(self, shown: Shown, apart: float) -> None:
        self._waiting[shown] = min(apart, self._waiting.get(shown, apart))

    def _taken(self, shown: Shown) -> None:
        self._waiting.pop(shown, None)

    def _rest(self, shown: Shown, drawn: Drawn, patient: bool, *, counts: bool) -> None:
        now = self._clock.passed()
        if drawn is not Drawn.LATER:
            self._rests.over(shown)
            if drawn is Drawn.YES and counts:
                self._lately.setdefault(shown.chat_id, []).append((now, shown.turn_id))
        elif patient:
            self._rests.begin(shown, now)
