"""A database belongs to one running bot: locks of the operating system, which go with the process.

One is on a file beside the database, which can be held before there is a database and says who has it. It is found by
its name alone: who comes by a hard link or by a file mounted elsewhere, or after somebody deleted it, does not meet it.
So there is one on the database as well.
"""

import contextlib
import errno
import fcntl
import os
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

from bot.storage import room
from bot.storage.errors import DatabaseRefused
from bot.storage.owners import closed, forbidden, give_open, next_of, refuse_forbidden

# Some tenths of a second.
LOOKS_AT_MOST = 100_000
# Whoever owns the folder can put anything under the lock's name, and root looks after it there: a link is not followed,
# and a pipe not waited for.
_AS_IT_IS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

# The lock on the database is on one byte, and belongs to what was opened (OFD), not to the process: SQLite, which opens
# and closes the file as it likes, does not let go of it. Not `flock`: on NFS that is a lock on the whole file, which
# SQLite's own on single bytes would not get past, nor it past those of a backup; on BSD the two meet as well. A lock on
# a byte of its own meets neither anywhere. The byte is the first after those that SQLite locks, on the page that it
# leaves empty for them: where a lock forbids reading, as on Windows' shares, nothing is to be read there.
# Where such locks are not known, to the file system or outside of Linux, the file beside it is all there is.
_BYTE = 0x4000_0000 + 512
_RECORD = struct.Struct("hhqqi4x")  # what fcntl(2) calls `struct flock`
_SET: int | None = getattr(fcntl, "F_OFD_SETLK", None) if sys.platform == "linux" else None
_GET: int | None = getattr(fcntl, "F_OFD_GETLK", None) if sys.platform == "linux" else None
# The databases that this process has, by device and inode. SQLite's own locks are the process's: they are lost as soon
# as anything here closes the file that it has open. So nobody opens one of these to see who has it.
_ours: set[tuple[int, int]] = set()


class AlreadyRunning(DatabaseRefused):
    """Another process has this database; `pid` is its number, None if it did not say.

    `unmet`: it does not hold the lock file that belongs to this name.
    """

    def __init__(self, database: Path, pid: int | None, *, unmet: bool = False) -> None:
        who = f"process {pid}" if pid else "another process"
        if unmet:
            lock = lock_file(database).name
            who = f"{who}, which has that file by another name, or whose lock, {lock}, was deleted"
        super().__init__(f"Deckhand is already running on {database} ({who}): stop that one first.")
        self.pid = pid


def lock_file(database: Path) -> Path:
    """Where the lock of this database is held."""
    return database.with_name(database.name + ".lock")


class Held:
    """A database that is this process's until the block ends."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._handle: int | None = None
        self._file: tuple[int, int] | None = None

    def take(self) -> None:
        """Take the file itself, if there is one and it was not taken: to be called once it was made.

        Raises AlreadyRunning.
        """
        if self._file is not None or (file := _file_of(self._database)) is None:
            return
        if file in _ours:
            raise AlreadyRunning(self._database, os.getpid(), unmet=True)
        if self._handle is None:
            # Who cannot open it for writing cannot write it either, and is told why when that is tried.
            with contextlib.suppress(OSError):
                self._handle = os.open(self._database, os.O_RDWR | os.O_CLOEXEC)
        if self._handle is None:
            return
        # Refused or not, it stays open until the block ends: SQLite may have the file open already.
        if not _claimed(self._handle):
            raise AlreadyRunning(self._database, None, unmet=True)
        self._file = file
        _ours.add(file)

    def let_go(self) -> None:
        """SQLite has closed the file."""
        if self._handle is not None:
            os.close(self._handle)
        if self._file is not None:
            _ours.discard(self._file)
        self._handle = self._file = None


@contextlib.contextmanager
def held(database: Path) -> Iterator[Held]:
    """Hold the database for this process until the block ends; raises AlreadyRunning, DatabaseRefused.

    All of SQLite's connections to it have to be closed by then. Where there was no database yet, whoever makes one
    takes it (`Held.take`): one that is made here, before it is known whether it was lost, would hide that. What
    `restore` puts in its place is taken by nobody: nothing is written to it after that.
    The file of the lock stays: were it deleted, two could hold locks on two files of one name.
    """
    path = lock_file(database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | _AS_IT_IS, 0o600)
    except OSError as error:
        _refuse_odd(path)
        if (full := room.full(path, error)) is not None:
            raise full from error
        _refuse_forbidden(database, error, writing=True)
        if path.parent.is_dir() and (refused := closed(database)) is not None:
            raise refused from error
        raise DatabaseRefused(
            f"{path} cannot be made: {error.strerror}. Let this user write in its folder, or set BOT_DATABASE_URL anew."
        ) from error
    hold = Held(database)
    try:
        _refuse_unlike(path, os.fstat(handle), next_of(database))
        give_open(handle, next_of(database))
        if not _taken(handle):
            raise AlreadyRunning(database, _pid_in(handle))
        hold.take()
        _sign(handle, path)
        yield hold
    finally:
        hold.let_go()
        os.close(handle)


def _sign(handle: int, path: Path) -> None:
    """Say in the lock who has it."""
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, b"%d\n" % os.getpid(), 0)
    except OSError as error:
        raise room.full(path, error) or error from None


def holder(database: Path) -> AlreadyRunning | None:
    """Who has the database now; None if nobody. Only looks: the locks are left as they are.

    To be asked before the process opens the database. Raises OSError, DatabaseRefused.
    """
    return _holder_of_lock(database) or _holder_of_file(database)


def _holder_of_lock(database: Path) -> AlreadyRunning | None:
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


def _holder_of_file(database: Path) -> AlreadyRunning | None:
    if (file := _file_of(database)) is None:
        return None
    if file in _ours:
        return AlreadyRunning(database, os.getpid(), unmet=True)
    try:
        handle = os.open(database, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None  # who opens it in earnest is told why it cannot be
    try:
        return AlreadyRunning(database, None, unmet=True) if _is_claimed(handle) else None
    finally:
        os.close(handle)


def _file_of(database: Path) -> tuple[int, int] | None:
    """Which file it is, whatever it is called; None if there is none, or something else."""
    try:
        status = database.stat()
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISREG(status.st_mode) else None


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


def _claimed(handle: int) -> bool:
    """Whether the database in this file is ours now, as far as such locks are known where it lies."""
    if _SET is None:
        return True
    try:
        fcntl.fcntl(handle, _SET, _RECORD.pack(fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0))
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)
    return True


def _is_claimed(handle: int) -> bool:
    """Whether somebody has the database in this file."""
    if _GET is None:
        return False
    try:
        found = fcntl.fcntl(handle, _GET, _RECORD.pack(fcntl.F_WRLCK, os.SEEK_SET, _BYTE, 1, 0))
    except OSError:
        return False
    return bool(_RECORD.unpack(found)[0] != fcntl.F_UNLCK)
