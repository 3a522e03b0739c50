"""Whether the file of a database can be opened: it is there, whole, ours and up to date, or one line says why not."""

import contextlib
import functools
import sqlite3
from pathlib import Path

from bot.storage import room, sqlite
from bot.storage.backup import before_migrating
from bot.storage.errors import DatabaseMissing, DatabaseRefused
from bot.storage.lock import holder
from bot.storage.migrations import VERSION, migrate, refuse_newer, version_of
from bot.storage.owners import closed, refuse_forbidden
from bot.storage.soundness import refusal as refusal_of
from bot.storage.soundness import refuse_damaged


def make_ready(path: Path) -> None:
    """Return when there is a database, up to date; raises DatabaseRefused, sqlite3.Error and OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    refuse_forbidden(path, writing=True)
    refuse_damaged(path)
    with contextlib.closing(sqlite.writer(path)) as connection:
        migrate(connection, functools.partial(before_migrating, path))


def look_at(path: Path) -> None:
    """Return if there is a database, up to date; writes nothing. Raises DatabaseRefused, sqlite3.Error and OSError."""
    refuse_forbidden(path, writing=False)
    if not path.is_file():
        # Where there was one, another is not the thing to make.
        refuse_damaged(path)
        raise DatabaseMissing(path)
    if holder(path) is None:
        # Nobody writes it, so more can be said of it, and before what lies beside it is played in.
        try:
            refuse_damaged(path)
        except DatabaseRefused:
            # Unless a bot began to write it meanwhile, which was looked at in a moment that never was.
            if holder(path) is None:
                raise
    with contextlib.closing(sqlite.reader(path)) as connection:
        version = version_of(connection)
    refuse_newer(version)
    refuse_older(path, version)


def refusal_to_open(path: Path, error: BaseException) -> DatabaseRefused | None:
    """What an error at opening means to the person who starts the bot; None when it is a bug of ours."""
    if isinstance(error, sqlite3.Error) and sqlite.is_closed(error) and (refused := closed(path)) is not None:
        return refused
    if isinstance(error, sqlite3.Error | OSError) and (full := room.full(path, error)) is not None:
        return full
    if isinstance(error, sqlite3.Error) and (failure := sqlite.failure(error)) is not None:
        return refusal_of(path, error) if sqlite.is_damage(error) else DatabaseRefused(f"{path}: {failure.what}.")
    if isinstance(error, OSError):
        return DatabaseRefused(f"{path} cannot be made: {error.strerror}.")
    return None


def refuse_older(path: Path, version: int) -> None:
    """Return if that version is up to date; raises DatabaseRefused."""
    if version < VERSION:
        raise DatabaseRefused(
            f"{path} holds no database of this version yet: start the bot once, it brings it up to date."
        )
