"""Daily backups: where they lie, which was made last, and which go.

    <folder of the database>/backups/<its file name>.YYYY-MM-DD      the UTC date on which it was made

A name that ends in `.part` is one that is being made, `.differs` one whose memories are not what its log leads to: kept
because there is nothing better of that day, and not counted. Each knows its number in the order in which they were
made, because a clock may be set: a name from next year is then no newer than one made after it.
"""

import contextlib
import functools
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from msgspec import Struct

from bot.storage import marks, sqlite
from bot.storage.backup import clear, copy, to_disk
from bot.storage.errors import DatabaseRefused
from bot.storage.owners import give

KEPT = 7
FOLDER = "backups"
_NUMBER = "backup_number"
_DIFFERS = ".differs"


class Daily(Struct, frozen=True, order=True):
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
    found = path.stat()
    return _number_in(path, found.st_ino, found.st_mtime_ns)


@functools.lru_cache(maxsize=64)
def _number_in(path: Path, _inode: int, _changed: int) -> int:
    """Read once: a backup does not change."""
    try:
        with contextlib.closing(sqlite.alone(path)) as connection:
            return int(marks.get(connection, _NUMBER) or 0)
    except (sqlite3.Error, ValueError):
        return 0  # damaged since, or put there by hand: those go first


def begin(database: Path, day: date, go_on: Callable[[], bool]) -> Path:
    """A copy of the database, not yet verified: `finish` or `reject` ends it. Raises Stopped, DatabaseRefused."""
    folder = folder_of(database)
    part = path_of(database, day).with_name(path_of(database, day).name + ".part")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        give(folder, database)
        # Those of a bot that was killed while it made them.
        for left in folder.glob(f"{database.name}.*.part"):
            clear(left)
        copy(database, part, go_on)
        give(part, database)
        with contextlib.closing(sqlite.editor(part)) as connection:
            number = max((each.number for each in every(folder, database.name)), default=0) + 1
            marks.put(connection, _NUMBER, str(number))
        to_disk(part)
    except BaseException as error:
        with contextlib.suppress(OSError):
            clear(part)
        if isinstance(error, OSError):
            raise DatabaseRefused(f"{folder} cannot be written: {error.strerror}.") from error
        if isinstance(error, sqlite3.Error) and (failure := sqlite.failure(error)) is not None:
            raise DatabaseRefused(f"{part} cannot be written: {failure.what}.") from error
        raise
    return part


def finish(database: Path, day: date, part: Path) -> None:
    """The copy was verified: it is the backup of that day, and those that are too old go."""
    part.rename(path_of(database, day))
    to_disk(part.parent)
    kept = every(part.parent, database.name)
    for old in kept[:-KEPT]:
        old.path.unlink()
    for rejected in part.parent.glob(f"{database.name}.*{_DIFFERS}"):
        rejected.unlink()
    if len(kept) >= KEPT:
        for old_copy in _copies_before(database, min(each.day for each in kept[-KEPT:])):
            clear(old_copy)


def reject(database: Path, part: Path) -> Path:
    """The copy is whole but not good: the only one of its kind, until a good one is made."""
    for older in part.parent.glob(f"{database.name}.*{_DIFFERS}"):
        older.unlink()
    rejected = part.with_suffix(_DIFFERS)
    part.rename(rejected)
    to_disk(rejected.parent)
    return rejected


def _copies_before(database: Path, day: date) -> Iterator[Path]:
    """The copies made before migrating, restoring and upgrading, and to be taken elsewhere, on an earlier day than all
    the daily backups, and what was left of making one. deploy/README.md gives the last two their names.

    They hold people who were forgotten since, as those did that have gone.
    """
    names = r"copy|before-upgrade|version-\d+(\.\d+)?|before-restore-(?P<day>\d{8})-\d{6}(\.\d+)?"
    # The page has a copy made as a part, which has a part of its own while it is made.
    ours = re.compile(re.escape(database.name) + rf"\.(part|({names})(\.part){{0,2}})")
    for path in database.parent.iterdir():
        found = ours.fullmatch(path.name)
        if found is None:
            continue
        # Only copies before restoring have a date in their name; every one was made as a new file.
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
        if (date.fromisoformat(found["day"]) if found["day"] else made) < day:
            yield path
