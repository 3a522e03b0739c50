"""What only SQLite can do: how a connection is set up, and what its errors mean."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TypeVar

from bot.storage.errors import DatabaseRefused, Ending, StorageFailed, StorageFull
from bot.storage.owners import give

T = TypeVar("T")

OLDEST = (3, 37, 0)  # strict tables
BUSY_TIMEOUT_SECONDS = 10.0
# SQLite's own wait cannot be called off, so the writer waits in pieces.
_PIECE_SECONDS = 0.25
# What stands in the WAL is carried over into the file when no transaction waits, after so many changes of rows: of
# grades about 1500 pages, which takes four milliseconds. Where one always waits, a commit does it, from so many pages
# on, and all that share it wait for two slower flushes more. What is written again and again is carried over once, so a
# larger WAL costs less.
CHANGES_CARRIED_OVER = 500
WAL_PAGES = 4000
_STEPS_BETWEEN_QUESTIONS = 10_000
_FLAWS_LISTED = 10
_OF_THE_INDEX = "for FTS5 table main.card_words"
_IN_MEMORY_BYTES = 32 * 2**20
# A part of a transaction that changes more than a few pages keeps what they were, in a file outside of the database's
# folder unless told not to: nobody overwrites there what people wrote, and it may not be possible where the bot runs.
_TEMPORARY = "pragma temp_store = memory"
# Four bytes in the file's head that say whose database it is.
APPLICATION_ID = int.from_bytes(b"deck")
# What the machine does to us. Everything else (a wrong statement, a broken constraint) is a bug of ours and stays one.
_OF_THE_MACHINE = {
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_NOMEM: "there is no memory left for the database",
    sqlite3.SQLITE_READONLY: "the database cannot be written",
    sqlite3.SQLITE_INTERRUPT: "the database was interrupted",
    sqlite3.SQLITE_IOERR: "the disk failed to read or write the database",
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the database is locked by another program",
    sqlite3.SQLITE_NOTADB: "the file is no SQLite database",
}


def refuse_old_engine(
    found: tuple[int, int, int] = sqlite3.sqlite_version_info, modules: Collection[str] | None = None
) -> None:
    """Return if this SQLite knows strict tables and has a full-text index; raises DatabaseRefused."""
    if found < OLDEST:
        have, need = (".".join(map(str, version)) for version in (found, OLDEST))
        raise DatabaseRefused(f"Deckhand needs SQLite {need} or newer and this Python has {have}: use a newer Python.")
    if "fts5" not in (_modules() if modules is None else modules):
        raise DatabaseRefused(
            "Deckhand needs SQLite with its full-text index (FTS5) and this Python's has none: use another Python."
        )


def _modules() -> frozenset[str]:
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        return frozenset(row[0] for row in connection.execute("select name from pragma_module_list"))


def writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; the file is made if it is missing. Raises sqlite3.Error, OSError."""
    with contextlib.suppress(FileExistsError):
        # SQLite would let everybody read it; what it puts beside it has the rights and the owner that the file has.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        give(path, path.parent)
    connection = _open(path, "rw")
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(f"pragma wal_autocheckpoint = {WAL_PAGES}")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma secure_delete = on")
    connection.execute(_TEMPORARY)
    return connection


def patiently(connection: sqlite3.Connection, do: Callable[[], T], go_on: Callable[[], bool]) -> T:
    """What `do` gives, as soon as no other program writes; waits as long as any connection does, in pieces.

    `go_on` is asked after each of them. What `do` did before it had to wait is done again. Raises sqlite3.Error, and
    Ending where it was to wait no longer.
    """
    pieces = round(BUSY_TIMEOUT_SECONDS / _PIECE_SECONDS)
    _wait_at_most(connection, _PIECE_SECONDS)
    try:
        while True:
            pieces -= 1
            try:
                return do()
            except sqlite3.Error as error:
                if connection.in_transaction or not is_busy(error) or not pieces:
                    raise
                if not go_on():
                    raise Ending(_OF_THE_MACHINE[sqlite3.SQLITE_BUSY]) from error
    finally:
        _wait_at_most(connection, BUSY_TIMEOUT_SECONDS)


def _wait_at_most(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute(f"pragma busy_timeout = {int(seconds * 1000)}")


def reader(path: Path) -> sqlite3.Connection:
    """A connection that can only read, beside whoever writes. Raises sqlite3.Error."""
    # Not opened as read-only: after a crash the first to come must be able to put the WAL in order.
    connection = _open(path, "rw")
    connection.execute("pragma query_only = on")
    return connection


def alone(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody writes, such as a backup; leaves nothing beside it. Raises sqlite3.Error."""
    return _open(path, "ro&immutable=1")


def looking(path: Path, *, has_index: bool) -> sqlite3.Connection:
    """A connection that sees what a crash left in the WAL, and writes neither into the file nor into the WAL.

    `has_index`: there is a `-shm` beside it, which then stays as it is, too. Raises sqlite3.Error.
    """
    return _open(path, "ro&readonly_shm=1" if has_index else "ro")


def editor(path: Path) -> sqlite3.Connection:
    """A connection to a file that is ours alone and worth nothing until it is done, such as a copy that is being made.

    A crash may spoil it; it leaves nothing beside it. Raises sqlite3.Error.
    """
    connection = _open(path, "rw")
    connection.execute("pragma journal_mode = memory")
    connection.execute("pragma synchronous = off")
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma secure_delete = on")
    return connection


def size(connection: sqlite3.Connection) -> int:
    """The database's bytes."""
    pages: int = connection.execute("pragma page_count").fetchone()[0]
    page_bytes: int = connection.execute("pragma page_size").fetchone()[0]
    return pages * page_bytes


def flaw(connection: sqlite3.Connection, *, indexes_too: bool) -> str:
    """The first thing that is found wrong with the file, empty if it is whole; raises sqlite3.Error as well.

    `indexes_too`: they are compared with their rows, which takes ten times as long.
    """
    how = "integrity" if indexes_too else "quick"
    return first_flaw(row[0] for row in connection.execute(f"pragma {how}_check({_FLAWS_LISTED})"))


def first_flaw(told: Iterable[str]) -> str:
    """The first of what a check told that is wrong with the file; empty for none.

    Newer engines look at the index of words as well. It can be made anew from the cards at any time (search.py).
    """
    flaws = (line for line in told if line != "ok" and _OF_THE_INDEX not in line)
    return " ".join(next(flaws, "").split())


def write_anew(connection: sqlite3.Connection, go_on: Callable[[], bool] = lambda: True) -> None:
    """Write every page anew, with nothing in it but what is there; outside of a transaction.

    `go_on` is asked all the while, and when it says no nothing was done. Raises sqlite3.Error.
    """
    # What is small is sorted in memory: a temporary file may not be possible where the bot runs.
    connection.execute(f"pragma temp_store = {'memory' if size(connection) < _IN_MEMORY_BYTES else 'file'}")
    connection.set_progress_handler(lambda: not go_on(), _STEPS_BETWEEN_QUESTIONS)
    try:
        connection.execute("vacuum")
    finally:
        connection.set_progress_handler(None, 0)
        connection.execute(_TEMPORARY)


def carry_over(connection: sqlite3.Connection) -> None:
    """Put what stands in the WAL into the file, as far as nobody reads it from there, and wait for nobody.

    Raises sqlite3.Error: then it stays in the WAL.
    """
    connection.execute("pragma wal_checkpoint(passive)")


def empty_wal(connection: sqlite3.Connection) -> bool:
    """Whether all of the WAL is in the database and its file empty: not while somebody reads from it."""
    connection.execute("pragma busy_timeout = 0")
    try:
        busy: int = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
    finally:
        _wait_at_most(connection, BUSY_TIMEOUT_SECONDS)
    return not busy


def _open(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level=None: transactions are ours to begin, the driver's own begin too late for a consistent read.
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another program writes just now."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is to blame, which stays as it is however often it is tried."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_closed(error: sqlite3.Error) -> bool:
    """Whether the file, or its folder, may not be used; who asks for it may do otherwise."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)


def is_of_the_disk(error: sqlite3.Error) -> bool:
    """Whether the disk is full, or fails; what is in the file is not to blame."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def failure(error: sqlite3.Error) -> StorageFailed | None:
    """What a driver's error means at our border; None when it is a bug of ours."""
    code = getattr(error, "sqlite_errorcode", None)
    # The second is said of a WAL's index that cannot grow.
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE):
        return StorageFull()
    words = _OF_THE_MACHINE.get(code & 0xFF) if code is not None else None
    return StorageFailed(words) if words else None
