"""Whether it was for want of room that something could not be written. Not everybody who fails for it says so."""

import errno
import os
import sqlite3
from pathlib import Path

from bot.storage import sqlite
from bot.storage.errors import DiskFull, StorageFailed, StorageFull

_OF_ROOM = (errno.ENOSPC, errno.EDQUOT)
# SQLite takes that much at once for the index of a WAL, and twice that for a little more; a step that fails is given
# back before anybody can look.
_BYTES = 64 * 1024
# A journal, or a WAL and its index.
_FILES = 3


def full(path: Path, error: BaseException) -> DiskFull | None:
    """What is said if this failed because there is no room, at `path` unless it tells where; None if there is room."""
    match error:
        case DiskFull():
            return error
        case StorageFull():
            return DiskFull(path)
        case StorageFailed(__cause__=sqlite3.Error() as cause):
            return full(path, cause)
        case OSError() if error.errno in _OF_ROOM:
            return DiskFull(Path(os.fsdecode(error.filename)) if error.filename else path)
        case sqlite3.Error() if sqlite.is_of_the_disk(error) or sqlite.is_closed(error):
            said_so = isinstance(sqlite.failure(error), StorageFull)
            return DiskFull(path) if said_so or is_full(path) else None
    return None


def is_full(path: Path) -> bool:
    """Whether next to nothing can be written into that file's folder any more."""
    try:
        found = os.statvfs(path.parent)
    except OSError:
        return False
    blocks, files = (found.f_bfree, found.f_ffree) if os.geteuid() == 0 else (found.f_bavail, found.f_favail)
    # A file system that does not count its files says that it has none.
    return blocks * found.f_frsize < _BYTES or (found.f_files > 0 and files < _FILES)
