"""Daily backups: where they lie, which was made last, and which go.

    <folder of the database>/backups/<its file name>.YYYY-MM-DD      the UTC date on which it was made

One whose name ends in `.part` is being made. Each knows the place in which it was made among all of them, because a
clock may be set: a name from next year is then no newer than the one made after it.
"""

import contextlib
import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.storage import marks, sqlite

KEPT = 7
FOLDER = "backups"
_NUMBER = "backup_number"


@dataclass(frozen=True, slots=True, order=True)
class Daily:
    """One daily backup that is whole; in the order in which they were made."""

    number: int
    day: date
    path: Path


def folder_of(database: Path) -> Path:
    """Where the daily backups of this database lie."""
    return database.parent / FOLDER


def path_of(database: Path, day: date) -> Path:
    """The backup made on that UTC date."""
    return folder_of(database) / f"{database.name}.{day.isoformat()}"


def last_backup(folder: Path, name: str) -> tuple[date, Path] | None:
    """Date and file of the daily backup that was made last of the database of this file name; None: there is none."""
    latest = max(every(folder, name), default=None)
    return None if latest is None else (latest.day, latest.path)


def every(folder: Path, name: str) -> list[Daily]:
    """The daily backups of the database of this file name, the one made first first."""
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(Daily(_number(path), day, path) for path in found if (day := _day(path, name)) is not None)


def _day(path: Path, name: str) -> date | None:
    """The date in a backup's name; None if the file is none of them."""
    end = path.name.removeprefix(f"{name}.")
    with contextlib.suppress(ValueError):
        day = date.fromisoformat(end)
        # The date alone, and as we write it.
        if path.name == f"{name}.{day.isoformat()}" and path.is_file():
            return day
    return None


def _number(path: Path) -> int:
    try:
        with contextlib.closing(sqlite.alone(path)) as connection:
            return int(marks.get(connection, _NUMBER) or 0)
    except (sqlite3.Error, ValueError):
        return 0  # damaged since, or put there by hand: those go first
