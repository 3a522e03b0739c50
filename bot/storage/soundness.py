"""Is the database whole? Asked before it is opened for writing, and answered without a byte of it being changed.

SQLite changes a file by opening it: what lies beside it is played in. Into a damaged file, or out of another's log,
that destroys what could have been saved.
"""

import contextlib
import sqlite3
import stat
import struct
from collections.abc import Iterator
from pathlib import Path

from bot.storage import daily, room, sqlite
from bot.storage.advice import put_back
from bot.storage.errors import DatabaseDamaged, DatabaseRefused
from bot.storage.migrations import refuse_newer, version_of
from bot.storage.owners import closed

# Every page is looked at, some 700 MB a second from memory and as fast as the disk from there. A larger file is looked
# at whole only after an end that was not clean, which is when files get damaged; `doctor` looks at any.
ALWAYS_WHOLE_BYTES = 512 * 2**20
# After such an end indexes are compared with their rows, too: a backup copied over a database whose WAL stayed may fit
# page by page and is not whole. Some 50 MB a second.
INDEXES_TOO_BYTES = 256 * 2**20
_JOURNAL = struct.Struct(">8sIIIII")
_JOURNAL_BEGINS = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
# A journal of ours holds one page: that in which a database becomes one with a WAL.
_MOST_OF_A_JOURNAL = 64 * 1024


def refuse_damaged(path: Path) -> None:
    """Return if the database in this file can be opened, or there is none yet; raises DatabaseRefused.

    Nobody may be writing it.
    """
    size = _plain_size(path)
    crashed = _size_beside(path, "-wal") > 0
    if not size:
        _refuse_lost(path, is_there=size is not None, crashed=crashed)
        return
    _refuse_foreign_journal(path, size)
    try:
        with _untouched(path, crashed) as connection:
            refuse_newer(version_of(connection))
            whole = _is_whole(connection, size, crashed)
    except sqlite3.Error as error:
        raise refusal(path, error) from error
    if not whole:
        raise damaged(path)


def _plain_size(path: Path) -> int | None:
    """The file's bytes; None if there is none. Raises DatabaseRefused if it is something else."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DatabaseRefused(f"{path} cannot be opened: {error.strerror}. Set BOT_DATABASE_URL anew.") from error
    if not stat.S_ISREG(status.st_mode):
        raise DatabaseRefused(f"{path} is no plain file: set BOT_DATABASE_URL anew.")
    return status.st_size


def _refuse_lost(path: Path, *, is_there: bool, crashed: bool) -> None:
    """Nothing to begin with is the first start, unless something of an earlier one lies about."""
    what = "is empty" if is_there else "is not there"
    if crashed:
        raise DatabaseRefused(f"{path} {what}, but {path.name}-wal beside it is not. {_advice(path)}")
    if daily.last_backup(daily.folder_of(path), path.name):
        raise DatabaseRefused(
            f"{path} {what}, but it was. {_advice(path)} (to begin anew, move {daily.folder_of(path)} away)"
        )


def _is_whole(connection: sqlite3.Connection, size: int, crashed: bool) -> bool:
    pages: int = connection.execute("pragma page_count").fetchone()[0]
    page_bytes: int = connection.execute("pragma page_size").fetchone()[0]
    # SQLite takes what is cut off the last page for zeros.
    if not crashed and pages * page_bytes > size:
        return False
    if not crashed and size > ALWAYS_WHOLE_BYTES:
        return True
    return not sqlite.flaw(connection, indexes_too=crashed and size <= INDEXES_TOO_BYTES)


def refusal(path: Path, error: sqlite3.Error) -> DatabaseRefused:
    """What an error at looking means to who wants to use the database."""
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_NOTADB:
            return DatabaseDamaged(
                f"{path}: the file is no SQLite database, or its first page is lost. {_advice(path)}"
            )
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_ERROR:  # a damaged schema is a wrong statement to SQLite
            return damaged(path)
    if sqlite.is_closed(error) and (refused := closed(path)) is not None:
        return refused
    if (full := room.full(path, error)) is not None:
        return full
    failure = sqlite.failure(error)
    return DatabaseRefused(f"{path} cannot be used: {failure.what if failure else 'it cannot be read'}.")


def damaged(path: Path) -> DatabaseDamaged:
    """What is said of a database that is not whole."""
    return DatabaseDamaged(f"{path} is damaged. {_advice(path)}")


def _advice(path: Path) -> str:
    return f"Nothing was changed. {put_back(path)}"


def _refuse_foreign_journal(path: Path, size: int) -> None:
    """SQLite takes any journal beside a database for its own, and undoes with it what it finds."""
    journal = path.with_name(path.name + "-journal")
    length = _size_beside(path, "-journal")
    if length < _JOURNAL.size:
        return
    with journal.open("rb") as file:
        begins, _, _, pages, _, page_bytes = _JOURNAL.unpack(file.read(_JOURNAL.size))
    pages_now = size // (page_bytes or 1)
    fits = length <= _MOST_OF_A_JOURNAL and (pages == pages_now or (pages == 0 and pages_now == 1))
    if begins == _JOURNAL_BEGINS and not fits:
        raise DatabaseRefused(
            f"{journal} is of another database, and SQLite would spoil {path.name} with it. Nothing was changed. "
            "Move that file away, then start again."
        )


@contextlib.contextmanager
def _untouched(path: Path, crashed: bool) -> Iterator[sqlite3.Connection]:
    """A connection that changes neither the file nor its WAL."""
    has_index = _size_beside(path, "-shm") > 0
    connection = sqlite.looking(path, has_index=has_index) if crashed else sqlite.alone(path)
    with contextlib.closing(connection):
        yield connection


def _size_beside(path: Path, end: str) -> int:
    try:
        return path.with_name(path.name + end).stat().st_size
    except OSError:
        return 0
