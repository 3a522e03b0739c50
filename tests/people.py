"""What tests are written with: screens as values, the bot in this process or as one of its own, deck files.

    async def test_a_good_answer_comes_back_later(anna, clock):
        await anna.sends("/quiz")
        await anna.taps("Show answer", "Good")
        assert anna.sees() == screen_of("…", "[Undo]")
        clock.advance(days=1)

Who acts waits until the bot is done with it; nobody acts before a moved clock is worked off.
"""

import asyncio
import contextlib
import functools
import math
import os
import resource
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.playground.faults import Fault, ResetError, When
from bot.playground.people import Group, Somebody
from bot.playground.screens import NOTHING, Screen, screen_of
from bot.playground.server import Playground
from tests.nursery import Child, Nursery

__all__ = ["NOTHING", "BotHere", "BotProcess", "Group", "Screen", "Somebody", "screen_of"]

ROOT = Path(__file__).resolve().parent.parent
GUARD_SECONDS = 10.0
START_SECONDS = 30.0
CAPITALS = """\
What is the capital of France?;Paris
What is the capital of Peru?;Lima
What is the capital of Kenya?;Nairobi
What is the capital of Japan?;Tokyo
What is the capital of Norway?;Oslo
"""


def surroundings() -> dict[str, str]:
    """What a process of ours sees of this one: Deckhand's code, none of its settings.

    And no certificates: they take a while to read, and nothing here is encrypted.
    """
    outside = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    return {**outside, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": os.devnull}


@functools.cache
def nursery() -> Nursery:
    """Where the bot is borne as a process, one for each process of tests."""
    return Nursery(surroundings())


def environment(playground: Playground, folder: Path, decks_dir: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """What the bot is set by: the playground's address and a database in the folder."""
    return {
        "BOT_TOKEN": playground.token,
        "BOT_API_URL": playground.base_url,
        "BOT_DATABASE_URL": f"sqlite:///{folder / 'deckhand.db'}",
        "BOT_DECKS_DIR": str(decks_dir),
        **extra,
    }


async def polls(playground: Playground, after: int, seconds: float = GUARD_SECONDS) -> bool:
    """Whether somebody waits for updates who began to after so many polls."""
    updates = playground.world.updates
    return await updates.polled.until(lambda: updates.polls > after and updates.is_polled, seconds)


class BotHere:
    """The real bot in this process, on a clock that follows the playground's."""

    def __init__(self, playground: Playground, folder: Path, decks_dir: Path) -> None:
        self.playground = playground
        self.folder = folder
        self.decks_dir = decks_dir
        self.extra: dict[str, str] = {}  # more settings, taken at the next start
        self.rates: Any = None  # another pace than Telegram's, taken at the next start
        self.answer_seconds: float | None = None  # how long Telegram may take to answer, taken at the next start
        self.finish_seconds: float | None = None  # how long it may take to end, taken at the next start
        self.clock_url = ""  # where its clock is, unless at the playground's own address
        self.app: Any = None
        self._clock: Any = None

    async def start(self) -> None:
        """Start it and return when it waits for updates."""
        from bot.app import App
        from bot.chat.pace import TELEGRAM
        from bot.chat.request import READ_SECONDS
        from bot.chat.timekeeper import FINISH_WITHIN_SECONDS
        from bot.clock import FollowedClock
        from bot.settings import load

        settings = load(environment(self.playground, self.folder, self.decks_dir, self.extra), None, need_token=True)
        before = self.playground.world.updates.polls
        self._clock = FollowedClock(self.clock_url or self.playground.base_url)
        await self._clock.start()
        # Who acts waits until an update is confirmed, so on a busy machine none may be put aside meanwhile.
        self.app = App(
            *(settings, self._clock, self.rates or TELEGRAM, math.inf),
            answer_seconds=self.answer_seconds or READ_SECONDS,
            finish_seconds=self.finish_seconds or FINISH_WITHIN_SECONDS,
        )
        with self._clock.busy():
            await self.app.start()
        assert await polls(self.playground, before), "the bot was started and does not ask for updates"
        await self.playground.moved_and_settled()

    async def stop(self) -> None:
        """Stop it as the end of the program does."""
        if self.app is not None:
            app, self.app = self.app, None
            await app.stop()
            await self._clock.stop()

    async def restart(self) -> None:
        """Stop it and start it on the same database."""
        await self.stop()
        await self.start()


class BotProcess:
    """The real bot as a process of its own, that can be killed."""

    def __init__(self, playground: Playground, folder: Path, decks_dir: Path) -> None:
        self.playground = playground
        self.folder = folder
        self.decks_dir = decks_dir
        self.extra: dict[str, str] = {}
        self.command = ["-m", "bot", "run", "--clock", playground.base_url]
        self.process: Child | None = None
        self.log = folder / "bot.log"

    async def start(self) -> None:
        """Start it and return when it waits for updates; raises AssertionError with its last words if it does not."""
        before = self.playground.world.updates.polls
        process = await self.launch()
        polling = asyncio.create_task(polls(self.playground, before, START_SECONDS))
        ended = asyncio.create_task(process.wait())
        await asyncio.wait({polling, ended}, return_when=asyncio.FIRST_COMPLETED)
        up = polling.done() and polling.result()
        for task in (polling, ended):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        assert up, f"the bot did not come up, exit status {process.returncode}\n{self.words()}"
        await self.playground.moved_and_settled()

    async def launch(self) -> Child:
        """Start it and do not wait."""
        with self.log.open("ab") as log:
            return self.begin(log.fileno())

    def begin(self, log: int) -> Child:
        """Start it, in a folder where no .env lies, its words going to that file."""
        outside = surroundings()
        settings = environment(self.playground, self.folder, self.decks_dir, self.extra)
        self.process = nursery().bear(self.command, {**outside, **settings}, self.folder, log, log)
        return self.process

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        await self._end(signal.SIGKILL)

    async def terminate(self) -> int:
        """Ask it to end; its exit status."""
        return await self._end(signal.SIGTERM)

    async def restart(self) -> None:
        """Start it again, on the same database."""
        if self.process is not None and self.process.returncode is None:
            await self.terminate()
        await self.start()

    def dies_at(self, method: str, when: When, *, skip: int = 0, chat_id: int | None = None) -> Fault:
        """Kill it in the middle of a call, before the call takes effect or after it did and before the answer."""

        async def kill(_params: Mapping[str, Any]) -> None:
            await self.kill()
            raise ResetError

        return self.playground.faults.add(method, when, "call", skip=skip, chat_id=chat_id, hook=kill)

    def disk_fails(self) -> None:
        """From here on it can write nothing."""
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def disk_works(self) -> None:
        """It can write again."""
        assert self.process is not None
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    async def dead(self) -> int:
        """Its exit status, as soon as it has ended."""
        assert self.process is not None
        async with asyncio.timeout(GUARD_SECONDS):
            status = await self.process.wait()
        await self._hung_up()
        return status

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await self.dead()

    async def _hung_up(self) -> None:
        updates = self.playground.world.updates
        assert await updates.polled.until(lambda: not updates.is_polled, GUARD_SECONDS), "its poll is still open"
        # The clock waits a second for a follower that hung up to come again; this one surely does not.
        clock = self.playground.clock
        for name, follower in tuple(clock.followers.items()):
            if not follower.asking and follower.transport is not None and follower.transport.is_closing():
                del clock.followers[name]

    def words(self, last: int = 40) -> str:
        """The last lines it wrote."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-last:]) if self.log.exists() else ""
