"""Where files are made for people: one at a time, each in a folder of its own that is gone afterwards."""

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp

from bot.chat import apart

MAKING_SECONDS = 180.0
_OUTGOING = ".outgoing-"
_SAYS_NOTHING = 300
"""Characters of an error that the log takes."""


class NotMade(Exception):  # noqa: N818 (it tells what happened)
    """No file came out of the process that makes it; the message is for the log."""


class Exports:
    """Keeps the order. The folders lie beside the database and are called like it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._one = asyncio.Lock()

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """An empty folder, as soon as nobody else's file is made."""
        async with self._one:
            folder = Path(mkdtemp(prefix=f"{self._database.name}{_OUTGOING}", dir=self._database.parent))
            try:
                yield folder
            finally:
                await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder))

    async def sweep(self) -> None:
        """Delete what a crash left: it holds what somebody knows."""
        async with self._one:
            await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        for folder in self._database.parent.glob(f"{self._database.name}{_OUTGOING}*"):
            shutil.rmtree(folder)


async def process(module: str, order: Path, made: Path) -> bytes:
    """What a process of its own, which knows nothing of our environment, tells of the file that it makes of an order.

    Raises:
        NotMade: it made none, or takes too long.
    """
    made_by = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, str(order), str(made)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONUTF8": "1"},
    )
    try:
        async with asyncio.timeout(MAKING_SECONDS):
            stdout, stderr = await made_by.communicate()
    except TimeoutError:
        raise NotMade(f"it took longer than {MAKING_SECONDS:g} s") from None
    finally:
        apart.kill(made_by)
        await made_by.wait()
    if made_by.returncode:
        # Its last line names the error; what a card says is not in it.
        kind = stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        raise NotMade(f"its process ended with {made_by.returncode}, {kind[:_SAYS_NOTHING]}")
    return stdout
