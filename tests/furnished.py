"""A database as the bot leaves it before anybody came, with the backup of the day on which most tests begin.

To make both takes half of the time in which a bot starts, and most tests are about something else.
"""

import asyncio
import atexit
import functools
import shutil
import tempfile
from datetime import date
from pathlib import Path

from bot.storage import daily
from bot.storage.database import Database
from tests.memory import in_memory


async def _made(path: Path, day: date) -> None:
    await (await Database.open(path)).close()
    daily.finish(path, day, daily.begin(path, day, lambda: True))


@functools.cache
def _template(day: date) -> Path:
    """The folder of a new database, made once for each process of tests."""
    folder = Path(tempfile.mkdtemp(prefix="deckhand-", dir=in_memory()))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # A loop of its own: whoever asks may be running one.
    asyncio.run(_made(folder / "deckhand.db", day))
    return folder


def furnish(folder: Path, day: date) -> None:
    """Put a new database and its backup of that day there."""
    shutil.copytree(_template(day), folder, dirs_exist_ok=True)
