"""A database as the bot leaves it before anybody came, with the backup of the day on which most tests begin, and what
Telegram knows of the bot by then.

To make all of it takes more than half of the time in which a bot starts, and most tests are about something else.
"""

import asyncio
import functools
import tempfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from bot.playground.server import Playground
from bot.playground.values import Server
from bot.storage import daily, marks, sqlite
from bot.storage.database import Database
from tests.memory import in_memory
from tests.people import BotHere

NAME = "deckhand.db"


async def _introduced(folder: Path, server: Server) -> tuple[str, dict[str, Any]]:
    """What the bot notes, and what a server of that age keeps, when the bot has said what it is."""
    playground = Playground(held=True, server=server)
    await playground.start()
    bot = BotHere(playground, folder, folder)
    await bot.start()
    await bot.stop()
    await playground.stop()
    with closing(sqlite.reader(folder / NAME)) as db:
        said = marks.get(db, "profile")
    assert said, "the bot did not introduce itself"
    return said, playground.world.profile


async def _made(path: Path, day: date, said: str) -> None:
    database = await Database.open(path)
    await database.write(lambda db: marks.put(db, "profile", said))
    await database.close()
    daily.finish(path, day, daily.begin(path, day, lambda: True))


@functools.cache
def _template(day: date, server: Server) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The files of a new database and the bot's profile, made once for each process of tests."""
    with tempfile.TemporaryDirectory(prefix="deckhand-", dir=in_memory()) as there:
        life, folder = Path(there, "life"), Path(there, "new")
        life.mkdir()
        folder.mkdir()
        said, profile = asyncio.run(_introduced(life, server))
        asyncio.run(_made(folder / NAME, day, said))
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}, profile


def furnish(folder: Path, day: date, playground: Playground) -> None:
    """Put a new database and its backup of that day there; Telegram knows the bot."""
    files, profile = _template(day, playground.server)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    playground.world.profile.update(profile)
