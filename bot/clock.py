"""The only place that asks what time it is, and that waits.

One movable clock moves everything: the tick, the pace, every wait before a retry. In earnest that is the system's;
in the demo and in tests it is the playground's, which the bot follows over HTTP.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    # Loaded by who follows a clock: it takes longer than many a command.
    import aiohttp

log = logging.getLogger(__name__)

OnMove = Callable[[], Awaitable[None]]
# The playground answers after 25 s at the latest.
ANSWER_WITHIN_SECONDS = 40.0
PLAYGROUND_AWAY_SECONDS = 0.2
# Less than any wait: what is missing by a rounding error has passed.
A_ROUNDING_ERROR_SECONDS = 1e-6
# So many turns of the event loop lie at most between the end of one piece of work and the beginning of what it started.
TURNS_TO_SETTLE = 5


class Clock:
    """What time it is, and waiting; a base class whose time does not move by itself."""

    def now(self) -> datetime:
        """The moment it is; aware, UTC."""
        raise NotImplementedError

    def passed(self) -> float:
        """Seconds gone by since some moment; never goes back, whatever the wall clock is set to meanwhile.

        For spans: what is waited for, what is counted a second. Its start means nothing.
        """
        raise NotImplementedError

    async def sleep(self, seconds: float) -> None:
        """Return when so many seconds have passed; with nothing to wait for at once, but letting others run."""
        raise NotImplementedError

    def busy(self) -> contextlib.AbstractContextManager[None]:
        """Work in progress: a clock that is moved waits for its end. A sleep inside does not count as work."""
        return contextlib.nullcontext()

    def waiting(self) -> contextlib.AbstractContextManager[None]:
        """Inside `busy`: waiting for somebody else's work or sleep, which counts for itself."""
        return contextlib.nullcontext()

    def on_move(self, callback: OnMove) -> None:
        """Call this whenever the clock was moved, and once at its start; a clock that nobody moves never calls."""


class SystemClock(Clock):
    """The time of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def passed(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))


class ClockUnreachable(Exception):  # noqa: N818 (it tells what happened)
    """The playground, whose time we are to follow, does not answer at `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(f"no playground answers at {url}")
        self.url = url


class _Work(Struct, eq=False):
    """One `busy` block; `asleep` counts the sleeps and waits going on inside."""

    asleep: int = 0


class _Sleeper(Struct, eq=False):
    until: float  # seconds passed
    woken: asyncio.Future[None]
    inside: tuple[_Work, ...]


class FollowedClock(Clock):
    """The playground's time: in running mode it goes on, in held mode it stands still until it is moved."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/") + "/clock"
        self._name = secrets.token_hex(8)
        self._told_at = datetime.fromtimestamp(0, UTC)
        self._told_on = 0.0  # monotonic seconds at which we were told
        self._passed = 0.0  # what had passed then
        self._running = False
        self._version = -1
        self._callbacks: list[OnMove] = []
        self._moves: set[asyncio.Task[None]] = set()
        self._open: set[_Work] = set()
        self._inside: ContextVar[tuple[_Work, ...]] = ContextVar("inside", default=())
        self._sleepers: dict[_Sleeper, None] = {}  # in the order in which they fell asleep
        self._quieter = asyncio.Event()
        self._session: aiohttp.ClientSession | None = None
        self._following: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        if not self._running:
            return self._told_at
        return self._told_at + timedelta(seconds=time.monotonic() - self._told_on)

    def passed(self) -> float:
        return self._passed + (time.monotonic() - self._told_on if self._running else 0.0)

    async def start(self) -> None:
        """Know the time, and follow it from now on; raises ClockUnreachable.

        The first version counts as done when nothing is busy any more, so start up inside `busy`.
        """
        import aiohttp

        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
        self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            await self._ask(-1)
        except (aiohttp.ClientError, TimeoutError) as error:
            await self._session.close()
            raise ClockUnreachable(self._url) from error
        self._following = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Follow no longer; the time stays what it was last."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.wait({self._following})
        if self._session is not None:
            await self._session.close()

    def on_move(self, callback: OnMove) -> None:
        self._callbacks.append(callback)

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        work = _Work()
        self._open.add(work)
        token = self._inside.set((*self._inside.get(), work))
        try:
            yield
        finally:
            self._inside.reset(token)
            self._open.discard(work)
            self._quieter.set()

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        inside = self._inside.get()
        self._rest(inside, 1)
        try:
            yield
        finally:
            self._rest(inside, -1)

    def _rest(self, inside: tuple[_Work, ...], more: int) -> None:
        for work in inside:
            work.asleep += more
        self._quieter.set()

    async def sleep(self, seconds: float) -> None:
        until = self.passed() + seconds
        await asyncio.sleep(0)
        while not self._has_come(until):
            left = until - self.passed() if self._running else None
            async with self._asleep(until) as woken:
                await asyncio.wait({woken}, timeout=left)

    def _has_come(self, until: float) -> bool:
        return until - self.passed() < A_ROUNDING_ERROR_SECONDS

    @contextlib.asynccontextmanager
    async def _asleep(self, until: float) -> AsyncIterator[asyncio.Future[None]]:
        sleeper = _Sleeper(until, asyncio.get_running_loop().create_future(), self._inside.get())
        self._sleepers[sleeper] = None
        self._rest(sleeper.inside, 1)
        try:
            yield sleeper.woken
        finally:
            self._wake(sleeper)

    def _wake(self, sleeper: _Sleeper) -> None:
        # Its work counts from this moment on, not from the later one at which its task runs.
        if sleeper in self._sleepers:
            del self._sleepers[sleeper]
            self._rest(sleeper.inside, -1)
        if not sleeper.woken.done():
            sleeper.woken.set_result(None)

    async def _ask(self, seen: int) -> bool:
        assert self._session is not None
        async with self._session.get(self._url, params={"seen": seen, "follower": self._name}) as response:
            response.raise_for_status()
            told = await response.json()
        self._told_on = time.monotonic()
        self._told_at = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=told["now_ms"])
        self._passed = told["passed_ms"] / 1000
        self._running = told["running"]
        before, self._version = self._version, int(told["version"])
        return self._version != before

    async def _follow(self) -> None:
        import aiohttp

        await self._settle()
        self._call_back()
        while True:
            await self._settle()
            try:
                moved = await self._ask(self._version)
            except (aiohttp.ClientError, TimeoutError):
                log.debug("the playground's clock does not answer; asking again")
                await asyncio.sleep(PLAYGROUND_AWAY_SECONDS)
                continue
            if moved:
                self._moved()

    def _moved(self) -> None:
        for sleeper in sorted(self._sleepers, key=lambda each: each.until):
            # One that stays asleep is woken too where time runs: how long it has to wait has changed.
            if self._running or self._has_come(sleeper.until):
                self._wake(sleeper)
        self._call_back()

    def _call_back(self) -> None:
        for callback in self._callbacks:
            task = asyncio.create_task(self._run(callback))
            self._moves.add(task)
            task.add_done_callback(self._moves.discard)

    async def _run(self, callback: OnMove) -> None:
        with self.busy():
            try:
                await callback()
            except Exception:
                log.exception("what was to follow a move of the clock failed")

    async def _settle(self) -> None:
        """Return when nothing is busy; a task just woken or begun gets the time to say that it is."""
        quiet = 0
        while quiet < TURNS_TO_SETTLE:
            self._quieter.clear()
            if all(work.asleep for work in self._open):
                quiet += 1
                await asyncio.sleep(0)
            else:
                quiet = 0
                await self._quieter.wait()
