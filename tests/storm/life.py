"""A bot's life as the storm follows it: what it says, in this process or in one of its own."""

import asyncio
import logging
import os

from tests.nursery import Child
from tests.people import BotProcess


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

    async def launch(self) -> Child:
        ear, mouth = os.pipe()
        try:
            process = self.begin(mouth)
        finally:
            os.close(mouth)
        heard = asyncio.StreamReader()
        end = os.fdopen(ear, "rb", buffering=0)
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(heard), end)
        self._writing = asyncio.create_task(self._write(heard))
        return process

    async def _write(self, heard: asyncio.StreamReader) -> None:
        with self.log.open("ab", buffering=0) as log:
            while said := await heard.read(65536):
                log.write(said)
