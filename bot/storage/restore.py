"""The way back: a backup takes the database's place, without whoever asked to be forgotten since."""

import contextlib
import shutil
import sqlite3
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from msgspec import Struct

from bot.storage import room, sqlite
from bot.storage.backup import beside, check, clear, copy, to_disk
from bot.storage.errors import DatabaseRefused, DiskFull, StorageFailed
from bot.storage.forgetting import leave_out
from bot.storage.forgotten import Forgotten, list_of
from bot.storage.lock import held
from bot.storage.owners import give, mode_of, next_of, refuse_forbidden
from bot.storage.soundness import refuse_damaged


class Restored(Struct, frozen=True):
    """`kept`: where the old database now lies, None if there was none. `left_out`: people who asked to be forgotten."""

    kept: Path | None
    left_out: int


def restore(source: Path, target: Path, at: datetime) -> Restored:
    """Put a checked copy of `source` in the place of the database `target`; the bot must not run.

    Whoever asked to be forgotten since the copy was made is forgotten in it first. The old database stays beside the
    new one, its name holds the moment `at` (UTC). Whoever owned the old one owns the new one and all that is beside it,
    also when root restores. Raises DatabaseRefused; the old one is then still in its place.
    """
    refuse_forbidden(target, writing=True)
    check(source)
    with held(target):
        if target.exists() and target.samefile(source):
            raise DatabaseRefused(f"{source} is the database itself.")
        kept = _keep(target, f"{target.name}.before-restore-{at.astimezone(UTC):%Y%m%d-%H%M%S}")
        part = target.with_name(target.name + ".part")
        try:
            clear(part)
            copy(source, part)
            left_out = _left_out(part, target)
            check(part)
            part.chmod(mode_of(target))
            for each in (part, list_of(target)):
                if each.exists():
                    give(each, next_of(target))
            # What belongs to the old one would be played into the new one.
            for each in beside(target):
                each.unlink(missing_ok=True)
            part.replace(target)
            to_disk(target.parent)
        finally:
            clear(part)
    return Restored(kept, left_out)


def _left_out(part: Path, target: Path) -> int:
    try:
        left_out = leave_out(part, Forgotten(list_of(target)))
    except sqlite3.Error as error:
        failure = sqlite.failure(error)
        raise DatabaseRefused(f"{part} could not be written: {failure.what if failure else error}.") from error
    except StorageFailed as failed:
        raise DatabaseRefused(f"{failed.what[0].upper()}{failed.what[1:]}.") from failed
    to_disk(part)
    return left_out


def _keep(target: Path, name: str) -> Path | None:
    if not target.exists():
        return None
    # Another restore in the same second is kept as well.
    names = (name + (f".{number}" if number else "") for number in count())
    kept = next(each for each in map(target.with_name, names) if not each.exists())
    # A crash may have left the newest part in the WAL: opened and closed once, it is in the file. One that is damaged
    # would be changed by that, so it is kept as it is, with what lies beside it.
    with contextlib.suppress(DatabaseRefused, sqlite3.Error):
        refuse_damaged(target)
        with contextlib.closing(sqlite.writer(target)) as connection:
            connection.execute("pragma wal_checkpoint(truncate)")
    try:
        for old, new in zip((target, *beside(target)), (kept, *beside(kept)), strict=True):
            if old.exists():
                new.touch(0o600)
                give(new, target)
                shutil.copyfile(old, new)
                to_disk(new)
    except OSError as error:
        # The old one is still in its place, and half a copy of it would only deceive.
        clear(kept)
        if room.full(kept, error) is not None:
            raise DiskFull(kept, f"{target} is as it was.") from error
        raise DatabaseRefused(
            f"{target} could not be kept beside itself: {error.strerror}. It is as it was."
        ) from error
    return kept
