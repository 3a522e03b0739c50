"""A consistent copy of a live database, and whether it is sound. All of it is SQLite's: another engine has its own."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

from bot.storage import room, sqlite
from bot.storage.errors import (
    DatabaseDamaged,
    DatabaseForeign,
    DatabaseMissing,
    DatabaseNewer,
    DatabaseRefused,
    DiskFull,
)
from bot.storage.migrations import refuse_broken_keys, refuse_newer, version_of
from bot.storage.owners import closed, give, refuse_forbidden

# 4 MiB: between two steps a copy can be given up.
_STEP_PAGES = 1024


class Stopped(Exception):  # noqa: N818 (it tells what happened)
    """The copy was given up, because it was asked for no longer."""


def backup(source: Path, target: Path) -> None:
    """Copy the database as it stands at one moment, also while the bot runs; the copy is one file, and on disk.

    Raises DatabaseRefused: no such database, or there is already a file at `target`; DatabaseDamaged: what would be
    copied is not whole, and no copy is left.
    """
    refuse_forbidden(source, writing=False)
    if not source.is_file():
        raise DatabaseMissing(source)
    with _reserved(target) as part:
        copy(source, part)
        try:
            _version_in(part)
        except DatabaseRefused as refused:
            kind = DatabaseNewer if isinstance(refused, DatabaseNewer) else DatabaseDamaged
            raise kind(f"No backup was made, {source} is not fit for one. {refused.message}") from refused


def check(path: Path) -> int:
    """The version of the whole and sound database in this file; raises DatabaseRefused in words."""
    refuse_forbidden(path, writing=False)
    if path.is_dir():
        raise DatabaseRefused(f"{path} is a folder: a file is expected.")
    if not path.is_file():
        raise DatabaseRefused(f"There is no file {path}.")
    try:
        return _version_in(path)
    except DatabaseForeign as foreign:
        # No setting is to blame: it was named here, or lies among the backups.
        raise DatabaseRefused(
            f"{path} is a SQLite database, but not one of Deckhand's: another file is needed."
        ) from foreign
    except DatabaseRefused as refused:
        raise DatabaseRefused(f"{path} cannot be used. {refused.message}") from refused


def _version_in(path: Path) -> int:
    try:
        with looked_at(path) as connection:
            return _sound(connection)
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        what = failure.what if failure else "it is damaged"
        raise DatabaseRefused(f"{what[0].upper()}{what[1:]}.") from error


def _sound(connection: sqlite3.Connection) -> int:
    if sqlite.flaw(connection, indexes_too=True):
        raise DatabaseRefused("It is damaged.")
    version = version_of(connection)
    if not version:
        raise DatabaseRefused("It is empty.")
    refuse_newer(version)
    refuse_broken_keys(connection)
    return version


def before_migrating(path: Path, version: int) -> Path:
    """Back up a database of that version beside itself, under a name that is free; returns the copy."""
    names = (f"{path.name}.version-{version}" + (f".{number}" if number else "") for number in count())
    target = next(each for each in map(path.with_name, names) if not each.exists())
    backup(path, target)
    give(target, path)
    return target


@contextlib.contextmanager
def _reserved(target: Path) -> Iterator[Path]:
    """A file beside `target` to be filled, which takes its name in the end; nobody's file is overwritten."""
    part = target.with_name(target.name + ".part")
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise DatabaseRefused(f"{target} is already there: give the backup another name.") from None
    except OSError as error:
        if (full := room.full(target, error)) is not None:
            raise full from error
        raise DatabaseRefused(f"{target} cannot be written: {error.strerror}.") from error
    try:
        clear(part)
        yield part
        part.replace(target)
        to_disk(target.parent)
    except BaseException:
        clear(part)
        target.unlink()
        raise


def copy(source: Path, target: Path, go_on: Callable[[], bool] = lambda: True) -> None:
    """Copy the database as it stands at one moment into a new file, and wait until that is on disk.

    Nobody waits for it, whoever reads or writes the database. `go_on` is asked all the while: raises Stopped when it
    says no, and DatabaseRefused.
    """

    def look(_status: int, _left: int, _total: int) -> None:
        if not go_on():
            raise Stopped

    where = source
    try:
        with contextlib.closing(sqlite.reader(source)) as live:
            # From here on one moment is read: without that, a copy in steps begins anew whenever the bot writes.
            live.execute("begin")
            version_of(live)
            where = target
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as made:
                # No journal, and no wait for the disk but the one at the end: half a copy is none.
                made.execute("pragma synchronous = off")
                live.backup(made, pages=_STEP_PAGES, progress=look)
                # One file that needs nothing beside it.
                made.execute("pragma journal_mode = delete")
    except sqlite3.Error as error:
        if sqlite.is_closed(error) and (refused := closed(source)) is not None:
            raise refused from error
        if room.full(where, error) is not None:
            needed = "Make room" if where == source else f"{_mebibytes(source)} MiB are needed"
            raise DiskFull(where, f"{needed} there; nothing was changed.") from error
        failure = sqlite.failure(error)
        if failure is not None and sqlite.is_of_the_disk(error):
            raise DatabaseRefused(
                f"{source} could not be copied into {target.parent}: {failure.what}. "
                f"{_mebibytes(source)} MiB are needed there; nothing was changed."
            ) from error
        kind = DatabaseDamaged if sqlite.is_damage(error) else DatabaseRefused
        raise kind(f"{source} could not be copied: {failure.what if failure else error}.") from error
    to_disk(target)


def _mebibytes(path: Path) -> int:
    return path.stat().st_size // 2**20 + 1


def clear(path: Path) -> None:
    """Take away a file that was never finished, with what SQLite put beside it and would play into the next one."""
    for each in (path, *beside(path)):
        each.unlink(missing_ok=True)


def beside(path: Path) -> tuple[Path, Path, Path]:
    """Where SQLite keeps what is not yet in that file, and what it would undo in it."""
    wal, shm, journal = (path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))
    return wal, shm, journal


@contextlib.contextmanager
def looked_at(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read a copy with; leaves nothing beside it."""
    wal = beside(path)[0]
    with contextlib.closing(sqlite.reader(path) if wal.exists() else sqlite.alone(path)) as connection:
        yield connection


def to_disk(path: Path) -> None:
    """Return when the file, or the names in the folder, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        # A number was asked, and says no name.
        error.filename = str(path)
        raise
    finally:
        os.close(handle)
