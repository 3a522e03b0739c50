"""The playground's time, and those who follow it.

The playground owns now. It runs (real time with an offset: the demo) or is held (stands still until it is moved:
tests). Every move is a new version; a follower that asks for what comes after version V says by that that it has done
everything V made due.

A wall clock can be set, also back, and no time passes by that; what has passed only grows.
"""

import asyncio
import time
from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from .bell import Bell

LONGEST_WAIT_SECONDS = 25.0
# A follower whose connection is closed may be about to open a new one; after this it is gone.
GRACE_SECONDS = 1.0


@dataclass(slots=True)
class Follower:
    """Somebody who asks for the time and says what they have done."""

    name: str
    seen: int = -1  # everything that this version made due is done
    asking: int = 0  # questions of theirs that are open now
    transport: asyncio.BaseTransport | None = None
    left_at: float = 0.0  # loop time at which the last question ended

    def gone(self, loop_time: float) -> bool:
        """Whether nothing more can come from here."""
        closed = self.transport is None or self.transport.is_closing()
        return not self.asking and closed and loop_time - self.left_at >= GRACE_SECONDS


class WorldClock:
    """Now in the playground, in UTC; `held` stands still until moved."""

    def __init__(self, held: bool = False, start: datetime | None = None) -> None:
        real = datetime.now(UTC)
        now = start or real
        if now.tzinfo is None:
            raise ValueError("the start needs a time zone")
        self.held = held
        self.version = 0
        self.closed = False  # nobody is kept waiting any more
        self.moved = Bell()
        self.heard = Bell()  # a follower asked, or left
        self.followers: dict[str, Follower] = {}
        self._stands_at = _whole_ms(now)
        self._offset = self._stands_at - real
        self._passed = 0.0  # seconds, up to the last move
        self._ran_from = time.monotonic()

    def now(self) -> datetime:
        """The moment it is in the playground, aware, UTC."""
        return self._stands_at if self.held else datetime.now(UTC) + self._offset

    def passed(self) -> float:
        """Seconds gone by since the playground began, whatever its clock was set to meanwhile."""
        return self._passed if self.held else self._passed + time.monotonic() - self._ran_from

    def advance(self, **span: float) -> "Settling":
        """Move on by a span (`days=8`, `minutes=1`), at once; await the answer to have it all done."""
        return self.move_to(self.now() + timedelta(**span))

    def move_to(self, at: datetime) -> "Settling":
        """Move to a moment that is not before now, at once; raises ValueError for one that is.

        A held clock stands on whole milliseconds, as its followers are told them.
        """
        now = self.now()
        if at < now:
            raise ValueError(f"the clock cannot go back from {now} to {at}")
        stands_at = _whole_ms(at)
        self._passed += (stands_at - now).total_seconds()
        return self._set(at - now, stands_at)

    def set_back(self, **span: float) -> "Settling":
        """Set it back by a span, as somebody corrects the clock on the wall: no time passes."""
        return self.set_forth(**{unit: -amount for unit, amount in span.items()})

    def set_forth(self, **span: float) -> "Settling":
        """Set it forth by a span: no time passes."""
        return self._set(timedelta(**span), _whole_ms(self.now() + timedelta(**span)))

    def _set(self, by: timedelta, stands_at: datetime) -> "Settling":
        self._offset += by
        self._stands_at = stands_at
        self._new_version()
        return Settling(self)

    def hold(self) -> None:
        """Stand still from now on."""
        self._passed = self.passed()
        self._stands_at, self.held = _whole_ms(self.now()), True
        self._new_version()

    def run(self) -> None:
        """Go on from where it stands, as fast as real time."""
        self._offset, self._ran_from, self.held = self._stands_at - datetime.now(UTC), time.monotonic(), False
        self._new_version()

    def close(self) -> None:
        """Answer everybody who waits: the server is going down."""
        self.closed = True
        self.moved.ring()

    def _new_version(self) -> None:
        self.version += 1
        self.moved.ring()

    def answer(self) -> dict[str, int | bool]:
        """What a follower is told."""
        return {
            "version": self.version,
            "now_ms": epoch_ms(self.now()),
            "passed_ms": round(self.passed() * 1000),
            "running": not self.held,
        }

    async def follow(self, name: str, seen: int, transport: asyncio.BaseTransport | None) -> dict[str, int | bool]:
        """The time as soon as its version is above `seen`, or after 25 real seconds."""
        follower = self.followers.setdefault(name, Follower(name))
        follower.transport = transport
        follower.seen = seen
        follower.asking += 1
        self.heard.ring()
        try:
            await self.moved.until(lambda: self.version > seen or self.closed, LONGEST_WAIT_SECONDS)
        except asyncio.CancelledError:
            # The connection broke while they waited: they are gone, or come again as somebody new.
            self.followers.pop(name, None)
            self.heard.ring()
            raise
        finally:
            follower.asking -= 1
            loop = asyncio.get_running_loop()
            follower.left_at = loop.time()
            loop.call_later(GRACE_SECONDS + 0.01, self.heard.ring)
        return self.answer()

    def late(self) -> list[Follower]:
        """The followers that have not yet done what the present version made due."""
        loop_time = asyncio.get_running_loop().time()
        for name in [name for name, follower in self.followers.items() if follower.gone(loop_time)]:
            del self.followers[name]
        return [follower for follower in self.followers.values() if follower.seen < self.version]

    async def settled(self, seconds: float = 10.0) -> None:
        """Return when every live follower has done what is due; raises TimeoutError after so many real seconds."""
        if not await self.heard.until(lambda: not self.late(), seconds):
            names = ", ".join(follower.name for follower in self.late())
            raise TimeoutError(f"the clock was moved to {self.now()}, and {names} did not settle in {seconds:g} s")


@dataclass(frozen=True, slots=True)
class Settling:
    """A move that was made; awaited, it returns when the followers have done what it made due."""

    clock: WorldClock

    def __await__(self) -> Generator[object, None, None]:
        return self.clock.settled().__await__()


def _whole_ms(at: datetime) -> datetime:
    """The same moment in UTC, or what is missing to the next whole millisecond later."""
    return at.astimezone(UTC) + timedelta(microseconds=-at.microsecond % 1000)


def epoch_ms(at: datetime) -> int:
    """Milliseconds since 1970, UTC."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)
