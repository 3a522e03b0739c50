"""A database belongs to one running bot: a lock of the operating system, which goes with the process."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from bot.storage.errors import DatabaseRefused
from bot.storage.owners import closed, forbidden, give, next_of, refuse_forbidden

# Some tenths of a second.
LOOKS_AT_MOST = 100_000


class AlreadyRunning(DatabaseRefused):
    """Another process has this database; `pid` is its number, None if it did not say."""

    def __init__(self, database: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"Deckhand is already running on {database} ({who}): stop that one first.")
        self.pid = pid


def lock_file(database: Path) -> Path:
    """Where the lock of this database is held."""
    return database.with_name(database.name + ".lock")


@contextlib.contextmanager
def held(database: Path) -> Iterator[None]:
    """Hold the database for this process until the block ends; raises AlreadyRunning, DatabaseRefused.

    The file stays: were it deleted, two could hold locks on two files of one name.
    """
    path = lock_file(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        _refuse_forbidden(database, error, writing=True)
        if path.parent.is_dir() and (refused := closed(database)) is not None:
            raise refused from error
        raise DatabaseRefused(
            f"{path} cannot be made: {error.strerror}. Let this user write in its folder, or set BOT_DATABASE_URL anew."
        ) from error
    try:
        give(path, next_of(database))
        if not _taken(handle):
            raise AlreadyRunning(database, _pid_in(handle))
        os.ftruncate(handle, 0)
        os.pwrite(handle, b"%d\n" % os.getpid(), 0)
        yield
    finally:
        os.close(handle)


def holder(database: Path) -> AlreadyRunning | None:
    """Who has the database now; None if nobody. Only looks: the lock is left as it is.

    Raises OSError, DatabaseRefused.
    """
    try:
        handle = os.open(lock_file(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except PermissionError as error:
        _refuse_forbidden(database, error, writing=False)
        raise
    try:
        return None if _flocked(handle, fcntl.LOCK_SH) else AlreadyRunning(database, _pid_in(handle))
    finally:
        os.close(handle)


def _refuse_forbidden(database: Path, error: OSError, *, writing: bool) -> None:
    """Return unless the lock is kept from us because of whose files these are."""
    refuse_forbidden(database, writing=writing)
    path = lock_file(database)
    if isinstance(error, PermissionError) and path.exists():
        raise DatabaseRefused(forbidden(path, "written" if writing else "read")) from error


def _taken(handle: int) -> bool:
    """Whether the lock is ours now. Who only looks has a part of it for a moment, which keeps nobody from starting."""
    for _ in range(LOOKS_AT_MOST):
        if _flocked(handle, fcntl.LOCK_EX):
            return True
        if not _flocked(handle, fcntl.LOCK_SH):
            return False
        fcntl.flock(handle, fcntl.LOCK_UN)
    return False


def _flocked(handle: int, how: int) -> bool:
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid_in(handle: int) -> int | None:
    written = os.pread(handle, 32, 0).strip()
    return int(written) if written.isdigit() else None
