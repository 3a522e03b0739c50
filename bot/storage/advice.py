"""What to type when something has to be done by hand: commands as they run here, and which backup to put back."""

import shlex
import sys
from pathlib import Path

from bot.storage import daily
from bot.storage.backup import check
from bot.storage.errors import DatabaseRefused


def command(*words: str) -> str:
    """A command of this program, as a person types it where this one was started."""
    return shlex.join((_interpreter(), "-m", "bot", *words))


def _interpreter() -> str:
    """The Python that runs, which has the libraries; there may be no other that is called `python`."""
    running = Path(sys.executable or "python3")
    here = Path.cwd()
    return str(running.relative_to(here) if running.is_relative_to(here) else running)


def put_back(database: Path) -> str:
    """What to do about a damaged database: the command with its newest backup that is whole itself."""
    folder = daily.folder_of(database)
    backups = [each.path for each in reversed(daily.every(folder, database.name))]
    whole = next(filter(_is_whole, backups), None)
    if whole is None:
        which = f"none of those in {folder} is whole" if backups else f"{folder} has none"
        return f"Put a backup back: {command('restore')} FILE; {which}."
    return f"Put the last whole backup back: {command('restore', str(whole))}"


def _is_whole(path: Path) -> bool:
    try:
        check(path)
    except DatabaseRefused:
        return False
    return True
