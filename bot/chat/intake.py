"""The process that reads a file which somebody sent: started with nothing of ours, talked to line by line, ended."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from msgspec import DecodeError

from bot.chat import apart
from bot.decks.arrival import Far, Message, Order, from_line, to_line
from bot.decks.limits import READING_SECONDS, READING_SECONDS_OF_LARGE

# One card may be long, and comes in one line.
_LONGEST_LINE = 64 * 2**20


class NotRead(Exception):  # noqa: N818 (it tells what happened)
    """The process ended without a word, or took too long. `why`, for the log, holds nothing of the file."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Reader:
    """A file that is being read."""

    def __init__(self, process: asyncio.subprocess.Process, tell: Callable[[int, int], Awaitable[None]]) -> None:
        self._process, self._tell = process, tell

    async def hear(self) -> Message:
        """What it tells next, how far it is left out; raises NotRead."""
        while isinstance(message := await self._heard(), Far):
            await self._tell(message.done, message.all_of_them)
        return message

    async def _heard(self) -> Message:
        assert self._process.stdout is not None
        try:
            line = await self._process.stdout.readline()
            return from_line(line)
        except (ValueError, DecodeError) as error:
            # A line that is longer than any, or the rest of one: it was ended by its limits.
            raise NotRead(f"its reader said no more: {type(error).__name__}") from None

    async def say(self, message: Message) -> None:
        """Tell it something; raises NotRead."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(to_line(message))
            await self._process.stdin.drain()
        except ConnectionError as error:
            raise NotRead(f"its reader hears no more: {type(error).__name__}") from None


@asynccontextmanager
async def reading(
    order: Order, tell: Callable[[int, int], Awaitable[None]], seconds: float = READING_SECONDS
) -> AsyncIterator[Reader]:
    """Who carries out that order (see `bot.decks.intake`), and is gone at the end; `tell` is told how far it is.

    Raises NotRead if that takes too long.
    """
    if order.large:
        seconds = READING_SECONDS_OF_LARGE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.decks.intake", msgspec.json.encode(order).decode()),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LONGEST_LINE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONUTF8": "1"},
    )
    apart.stand_back(process)
    try:
        async with asyncio.timeout(seconds):
            yield Reader(process, tell)
    except TimeoutError:
        raise NotRead(f"it took longer than {seconds:g} s") from None
    finally:
        apart.kill(process)
        await process.wait()
