"""Where files are made for people: one at a time, each in a folder of its own that is gone afterwards."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import mkdtemp

_OUTGOING = ".outgoing-"


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
