"""So many at work at once; who has to wait for something makes room for others meanwhile."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextvars import Context, ContextVar

from msgspec import Struct

from bot.chat.timekeeper import Clock


class _Place(Struct, frozen=True):
    """A place that somebody has."""

    among: "Places"
    will_take: Callable[[float], None]


_MINE: ContextVar[_Place | None] = ContextVar("places", default=None)


class Places:
    """At most `many` begin at the same time; who comes back from `without_place` does not stand in line again.

    `freed` is called whenever one is free for which nobody stands in line.
    """

    def __init__(self, many: int, freed: Callable[[], None] = lambda: None) -> None:
        self._many = many
        self._freed = freed
        self._taken = 0
        self._line: deque[asyncio.Future[None]] = deque()

    @contextlib.asynccontextmanager
    async def one(self, will_take: Callable[[float], None] = lambda _: None) -> AsyncIterator[None]:
        """Have a place until the block ends, as soon as one is free. `will_take` is told of waits: see there."""
        await self._take()
        with self.held(will_take):
            yield

    def take(self, wanted: int) -> int:
        """How many of so many are free: they are taken from now on, each until somebody who had it `held` is done."""
        got = max(min(wanted, self._many - self._taken), 0)
        self._taken += got
        return got

    @contextlib.contextmanager
    def held(self, will_take: Callable[[float], None] = lambda _: None) -> Iterator[None]:
        """Have a place that was taken before until the block ends."""
        before = _MINE.set(_Place(self, will_take))
        try:
            yield
        finally:
            _MINE.reset(before)
            self.leave()

    async def _take(self) -> None:
        if self._taken < self._many:
            self._taken += 1
            return
        called = asyncio.get_running_loop().create_future()
        self._line.append(called)
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """A place is free again; the first in line has it."""
        self._taken -= 1
        while self._line and self._taken < self._many:
            called = self._line.popleft()
            if not called.done():
                self._taken += 1
                called.set_result(None)
        if self._taken < self._many:
            self._freed()

    def come_back(self) -> None:
        """Take a place even where none is free: who waited long enough does not wait again."""
        self._taken += 1


@contextlib.contextmanager
def without_place(clock: Clock) -> Iterator[None]:
    """Inside: waiting for somebody else, without a place, and not busy."""
    place = _MINE.get()
    with clock.waiting():
        if place is None:
            yield
            return
        place.among.leave()
        try:
            yield
        finally:
            place.among.come_back()


def will_take(seconds: float) -> None:
    """Say that what is being done here has to wait so long, for whoever waits behind it."""
    place = _MINE.get()
    if place is not None:
        place.will_take(seconds)


_NOWHERE = Places(0)


def placeless() -> Context:
    """A context for what is done beside the work of who has a place: it has none to leave, and its waits are told to
    the same.
    """
    place, context = _MINE.get(), Context()
    if place is not None:
        context.run(_MINE.set, _Place(_NOWHERE, place.will_take))
    return context
