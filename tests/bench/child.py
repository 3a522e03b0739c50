"""The other end of `launch`: a measured process, on a core of its own where there are two."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from types import TracebackType

from tests.bench.server import TOKEN
from tests.people import surroundings

START_SECONDS = 60.0
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]


def measured_core() -> None:
    """Stay on the core of what is measured, if who measures stays off it."""
    if len(CORES) > 1 and CORES[0] not in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {CORES[0]})


def other_core() -> None:
    """Stay off it."""
    if len(CORES) > 1:
        os.sched_setaffinity(0, set(CORES[1:]))


class Child:
    """The bot or its floor as a process; inside `async with` it runs."""

    def __init__(self, kind: str, url: str, folder: Path, database: str = "deckhand.db") -> None:
        self._kind = kind
        decks = folder / "decks"
        decks.mkdir(exist_ok=True)
        self._environment = {
            **surroundings(),
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": url,
            "BOT_DATABASE_URL": f"sqlite:///{folder / database}",
            "BOT_DECKS_DIR": str(decks),
            "BOT_LOG_LEVEL": "WARNING",
        }
        self._folder = folder
        self.process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> "Child":
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.launch", self._kind),
            env=self._environment,
            cwd=self._folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            preexec_fn=measured_core,
        )
        await self._answer()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        if self.process.returncode is not None:
            return
        if kind is None:
            self.process.stdin.write(b"stop\n")
            await self.process.wait()
        else:
            self.process.kill()
            await self.process.wait()

    def rest(self) -> None:
        """It stands still until it is to go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """End it in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def ask(self, *words: object) -> dict[str, float]:
        """What it says to a line of these words."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())
        return await self._answer()

    async def _answer(self) -> dict[str, float]:
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            line = await self.process.stdout.readline()
        assert line, f"the {self._kind} ended with status {await self.process.wait()}"
        said: dict[str, float] = json.loads(line)
        return said
