"""A bot's life as the storm follows it: what it says, in this process or in one of its own."""

import asyncio
import logging
import sys

from tests.people import BotProcess, environment, surroundings


class Heard(logging.Handler):
    """What a bot in this process logs."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines += self.format(record).splitlines()


class Process(BotProcess):
    """The bot as a process whose log comes over a pipe, so that what it says of a full disk is heard."""

    async def launch(self) -> asyncio.subprocess.Process:
        settings = environment(self.playground, self.folder, self.decks_dir, self.extra)
        self.process = process = await asyncio.create_subprocess_exec(
            *(sys.executable, *self.command),
            env={**surroundings(), **settings},
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._writing = asyncio.create_task(self._write(process))
        return process

    async def _write(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        with self.log.open("ab", buffering=0) as log:
            while said := await process.stderr.read(65536):
                log.write(said)
