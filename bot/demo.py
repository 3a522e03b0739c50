"""The demo: a playground with its page, and the real bot beside it as a process that can be dropped."""

import asyncio
import contextlib
import errno
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from bot.clock import SystemClock
from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.server import Playground
from bot.storage import chats, lock
from bot.storage.database import Database
from bot.storage.errors import DatabaseDamaged, DatabaseRefused

ROOT = Path(__file__).resolve().parent.parent
USUAL_PORT = 8080
# Those below are the system's own.
LOWEST_PORT = 1024
HIGHEST_PORT = 65535


class PortTaken(Exception):  # noqa: N818 (it tells what happened)
    """There is no listening on `port`; `why`: words that follow it; `other`: one to try instead."""

    def __init__(self, port: int, error: OSError) -> None:
        super().__init__(port)
        self.port = port
        if error.errno == errno.EADDRINUSE:
            self.why = "is taken by another program"
        else:
            self.why = f"cannot be had ({os.strerror(error.errno or 0).lower()})"
        self.other = port + 1 if LOWEST_PORT <= port < HIGHEST_PORT else USUAL_PORT


class BotSwitch:
    """The bot as a process: dropped as a crash would drop it, and started again on the same database.

    It runs in the folder `home`, where no .env is: the settings of somebody's own bot are not the demo's.
    """

    def __init__(self, playground: Playground, database: Path, decks_dir: Path, home: Path) -> None:
        self._playground = playground
        self._database = database
        self._decks_dir = decks_dir
        self._home = home
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        if not self.running:
            command = ("-m", "bot", "run", "--clock", self._playground.base_url)
            with _deaf_to_ctrl_c():
                self._process = await asyncio.create_subprocess_exec(
                    sys.executable, *command, env=self._environment(), cwd=self._home
                )

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
            "PYTHONPATH": str(ROOT),
            "BOT_TOKEN": self._playground.token,
            "BOT_API_URL": self._playground.base_url,
            "BOT_DATABASE_URL": f"sqlite:///{self._database}",
            "BOT_DECKS_DIR": str(self._decks_dir),
            "BOT_LOG_LEVEL": "WARNING",
        }

    async def drop(self) -> None:
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Let it finish what it has begun."""
        await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(how)
            await self._process.wait()

    async def next_push(self) -> datetime | None:
        """When the earliest push of any chat is due."""
        database = await Database.open(self._database, only_reading=True)
        try:
            return await database.read(chats.next_push)
        finally:
            await database.close()


@contextlib.contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What begins meanwhile never hears it: a terminal tells all of the demo, and that ends the bot, which would answer
    with a trace while it is loading.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class NotKept(Exception):  # noqa: N818 (it tells what happened)
    """The demo cannot go on with that database; `why`: a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def _try(keep: Path) -> None:
    """Return if the bot will be able to open that database; raises NotKept."""
    if not keep.parent.is_dir():
        raise NotKept(f"There is no folder {keep.parent}.")
    try:
        with lock.held(keep):
            await (await Database.open(keep)).close()
    except DatabaseDamaged:
        raise NotKept(f"{keep} is damaged, or no database; nothing was changed.") from None
    except DatabaseRefused as refused:
        # Another setting would not help here.
        raise NotKept(refused.message.split(": set BOT_DATABASE_URL")[0].removesuffix(".") + ".") from refused


async def run(decks_dir: Path, port: int, keep: Path | None) -> int:
    """Serve until interrupted. Both paths are absolute. Raises PortTaken, NotKept."""
    if keep is not None:
        await _try(keep)
    over = _interruption()
    with tempfile.TemporaryDirectory(prefix="deckhand-") as folder:
        home = Path(folder)
        playground = Playground()
        switch = BotSwitch(playground, keep or home / "deckhand.db", decks_dir, home)
        add_page(playground.application, playground.world, switch)
        # A kept database knows messages, files and updates of the demo before; Telegram's own numbers only grow, too.
        # In milliseconds, because a demo may end and begin again within a second, and hear many things in one.
        playground.world.begin_after(int(SystemClock().now().timestamp() * 1000))
        furnish(playground.world)
        try:
            await playground.start(port)
        except OSError as error:
            raise PortTaken(port, error) from error
        try:
            await switch.start()
            print(f"Deckhand's demo is at {playground.base_url} (stop it with Ctrl-C).", flush=True)
            await over.wait()
        finally:
            await switch.stop()
            await playground.stop()
    return 0


def _interruption() -> asyncio.Event:
    """Set once somebody ends the demo."""
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    return over
