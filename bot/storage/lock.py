"""A database belongs to one running bot: a lock of the operating system, which goes with the process."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.storage.errors import DatabaseRefused
from bot.storage.owners import closed, forbidden, give_open, next_of, refuse_forbidden

# Some tenths of a second.
LOOKS_AT_MOST = 100_000
# Whoever owns the folder can put anything under the lock's name, and root looks after it there: a link is not followed,
# and a pipe not waited for.
_AS_IT_IS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


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
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _AS_IT_IS, 0o600)
    except OSError as error:
        _refuse_odd(path)
        _refuse_forbidden(database, error, writing=True)
        if path.parent.is_dir() and (refused := closed(database)) is not None:
            raise refused from error
        raise DatabaseRefused(
            f"{path} cannot be made: {error.strerror}. Let this user write in its folder, or set BOT_DATABASE_URL anew."
        ) from error
    try:
        _refuse_unlike(path, os.fstat(handle), next_of(database))
        give_open(handle, next_of(database))
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
    path = lock_file(database)
    try:
        handle = os.open(path, os.O_RDONLY | _AS_IT_IS)
    except FileNotFoundError:
        return None
    except OSError as error:
        _refuse_odd(path)
        if isinstance(error, PermissionError):
            _refuse_forbidden(database, error, writing=False)
        raise
    try:
        _refuse_unlike(path, os.fstat(handle))
        return None if _flocked(handle, fcntl.LOCK_SH) else AlreadyRunning(database, _pid_in(handle))
    finally:
        os.close(handle)


def _refuse_forbidden(database: Path, error: OSError, *, writing: bool) -> None:
    """Return unless the lock is kept from us because of whose files these are."""
    refuse_forbidden(database, writing=writing)
    path = lock_file(database)
    if isinstance(error, PermissionError) and path.exists():
        raise DatabaseRefused(forbidden(path, "written" if writing else "read")) from error


def _refuse_odd(path: Path) -> None:
    """Return unless something else than a file has that name; raises DatabaseRefused."""
    with contextlib.suppress(OSError):
        _refuse_unlike(path, path.lstat())


def _refuse_unlike(path: Path, status: os.stat_result, like: Path | None = None) -> None:
    """Return if that is a plain file; raises DatabaseRefused. `like`: tells whose root makes it."""
    if not stat.S_ISREG(status.st_mode):
        raise DatabaseRefused(f"{path} is no plain file and can be no lock: move it away.")
    if like is not None and os.geteuid() == 0 and status.st_nlink > 1 and status.st_uid != like.stat().st_uid:
        raise DatabaseRefused(f"{path} is somebody else's file by another name: move it away.")


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
