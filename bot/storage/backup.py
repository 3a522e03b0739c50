"""A consistent copy of a live database, and the way back. All of it is SQLite's: another engine has its own tools."""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from bot.storage import sqlite
from bot.storage.errors import DatabaseRefused
from bot.storage.lock import held
from bot.storage.migrations import refuse_broken_keys, refuse_newer, version_of


def backup(source: Path, target: Path) -> None:
    """Copy the database as it stands at one moment, also while the bot runs; the copy is one file, and on disk.

    Raises DatabaseRefused: no such database, or there is already a file at `target`.
    """
    if not source.is_file():
        raise DatabaseRefused(f"There is no database {source}.")
    with _reserved(target) as part:
        _copy(source, part)


def check(path: Path) -> int:
    """The version of the whole and sound database in this file; raises DatabaseRefused in words."""
    if not path.is_file():
        raise DatabaseRefused(f"There is no file {path}.")
    try:
        with _looked_at(path) as connection:
            return _sound(connection)
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        raise DatabaseRefused(f"{path} cannot be used: {failure.what if failure else 'it is damaged'}.") from error
    except DatabaseRefused as refused:
        raise DatabaseRefused(f"{path} cannot be used. {refused.message}") from None


def _sound(connection: sqlite3.Connection) -> int:
    if connection.execute("pragma integrity_check(1)").fetchone()[0] != "ok":
        raise DatabaseRefused("It is damaged.")
    version = version_of(connection)
    if not version:
        raise DatabaseRefused("It is empty.")
    refuse_newer(version)
    refuse_broken_keys(connection)
    return version


def restore(source: Path, target: Path, at: datetime) -> Path | None:
    """Put a checked copy of `source` in the place of the database `target`; the bot must not run.

    Returns where the old one now lies (its name holds the moment `at`, UTC), None if there was none.
    Raises DatabaseRefused; the old one is then still in its place.
    """
    check(source)
    with held(target):
        if target.exists() and target.samefile(source):
            raise DatabaseRefused(f"{source} is the database itself.")
        kept = _keep(target, f"{target.name}.before-restore-{at.astimezone(UTC):%Y%m%d-%H%M%S}")
        part = target.with_name(target.name + ".part")
        try:
            part.unlink(missing_ok=True)
            _copy(source, part)
            check(part)
            # A WAL of the old one would be played into the new one.
            for beside in _beside(target):
                beside.unlink(missing_ok=True)
            part.replace(target)
            _to_disk(target.parent)
        finally:
            part.unlink(missing_ok=True)
    return kept


def before_migrating(path: Path, version: int) -> Path:
    """Back up a database of that version beside itself, under a name that is free; returns the copy."""
    names = (f"{path.name}.version-{version}" + (f".{number}" if number else "") for number in count())
    target = next(each for each in map(path.with_name, names) if not each.exists())
    backup(path, target)
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
        raise DatabaseRefused(f"{target} cannot be written: {error.strerror}.") from error
    try:
        part.unlink(missing_ok=True)
        yield part
        part.replace(target)
        _to_disk(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        target.unlink()
        raise


def _copy(source: Path, target: Path) -> None:
    try:
        with contextlib.closing(sqlite.reader(source)) as live:
            version_of(live)
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with contextlib.closing(sqlite3.connect(target, isolation_level=None)) as copy:
                # All pages in one step: a copy in several begins anew whenever the bot writes.
                live.backup(copy)
                # One file that needs nothing beside it.
                copy.execute("pragma journal_mode = delete")
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        raise DatabaseRefused(f"{source} could not be copied: {failure.what if failure else error}.") from error
    _to_disk(target)


def _keep(target: Path, name: str) -> Path | None:
    if not target.exists():
        return None
    kept = target.with_name(name)
    if kept.exists():
        raise DatabaseRefused(f"{kept} is already there.")
    # A crash may have left the newest part in the WAL: opened and closed once, it is in the file. One that is too
    # damaged for that is kept as it is, with what lies beside it.
    with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite.writer(target)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
    for old, new in zip((target, *_beside(target)), (kept, *_beside(kept)), strict=True):
        if old.exists():
            shutil.copy2(old, new)
            _to_disk(new)
    return kept


def _beside(path: Path) -> tuple[Path, Path]:
    return path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")


@contextlib.contextmanager
def _looked_at(path: Path) -> Iterator[sqlite3.Connection]:
    wal = _beside(path)[0]
    with contextlib.closing(sqlite.reader(path) if wal.exists() else sqlite.alone(path)) as connection:
        yield connection


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
