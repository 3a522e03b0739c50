"""The demo: a playground with its page, and the real bot beside it as a process that can be dropped."""

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.server import Playground
from bot.storage import chats
from bot.storage.database import Database

ROOT = Path(__file__).resolve().parent.parent


class BotSwitch:
    """The bot as a process: dropped as a crash would drop it, and started again on the same database."""

    def __init__(self, arguments: list[str], environment: Mapping[str, str], database: Path) -> None:
        self._arguments = arguments
        self._environment = dict(environment)
        self._database = database
        self._process: asyncio.subprocess.Process | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        if not self.running:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *self._arguments, env=self._environment, cwd=ROOT
            )

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


async def run(decks_dir: Path, port: int, keep: Path | None) -> int:
    """Serve until interrupted. Both paths are absolute. Raises OSError if the port is taken."""
    with tempfile.TemporaryDirectory(prefix="deckhand-") as folder:
        database = keep or Path(folder) / "deckhand.db"
        playground = Playground()
        base = f"http://127.0.0.1:{port}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("BOT_")},
            "BOT_TOKEN": playground.token,
            "BOT_API_URL": base,
            "BOT_DATABASE_URL": f"sqlite:///{database}",
            "BOT_DECKS_DIR": str(decks_dir),
            "BOT_LOG_LEVEL": "WARNING",
        }
        switch = BotSwitch(["run", "--clock", base], environment, database)
        add_page(playground.application, playground.world, switch)
        furnish(playground.world)
        await playground.start(port)
        try:
            await switch.start()
            print(f"Deckhand's demo is at {base} (stop it with Ctrl-C).", flush=True)
            await _until_interrupted()
        finally:
            await switch.stop()
            await playground.stop()
    return 0


async def _until_interrupted() -> None:
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    await over.wait()
