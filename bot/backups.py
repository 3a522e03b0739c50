"""A backup every day, verified, beside the database; and what is left of the forgotten is overwritten."""

import asyncio
import contextlib
import logging
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.chat import apart
from bot.clock import Clock
from bot.storage import backup, daily, forgetting
from bot.storage.database import Database
from bot.storage.errors import DatabaseRefused
from bot.storage.forgetting import Left
from bot.tutor import checking

log = logging.getLogger(__name__)

Tell = Callable[[str], Awaitable[None]]
# Replaying a review takes 0.1 ms: what takes longer than a moment is done in a process of its own, which leaves this
# one its processor.
APART_FROM_BYTES = 2 * 2**20
LEAST_URGENT = 19
# What failed is not tried at every look: a verification may have taken minutes.
AGAIN_AFTER = timedelta(hours=1)


def _has_rested(failed_at: datetime, now: datetime) -> bool:
    return abs(now - failed_at) >= AGAIN_AFTER


class Backups:
    """Looks now and then whether today's is there (UTC). `tell` is given one line, once until one succeeds again."""

    def __init__(
        self, database: Database, clock: Clock, tell: Tell, *, apart_from_bytes: int = APART_FROM_BYTES
    ) -> None:
        self._database = database
        self._clock = clock
        self._tell = tell
        self._apart_from_bytes = apart_from_bytes
        self._failed_at: datetime | None = None
        self._not_cleaned_at: datetime | None = None
        self._told = False
        self._stopping = False
        self._verifying: asyncio.subprocess.Process | None = None

    async def look(self) -> None:
        """Make today's if it is missing, and do what could not be done when somebody was forgotten."""
        now = self._clock.now()
        today = now.astimezone(UTC).date()
        path = daily.path_of(self._database.path, today)
        is_there = path.exists()
        missing = not is_there and (self._failed_at is None or _has_rested(self._failed_at, now))
        # First, so that nothing of it comes into the backup. A large database is written anew once a day, and after a
        # rest where that failed: whoever was forgotten was told that it is done within a day.
        large = missing or (self._not_cleaned_at is not None and _has_rested(self._not_cleaned_at, now))
        left = await forgetting.clean(self._database, large=large, go_on=lambda: not self._stopping)
        if large:
            self._not_cleaned_at = None if left is Left.NOTHING else now
        if not missing or self._stopping:
            return
        try:
            await self._make(today)
        except backup.Stopped:
            log.info("the backup that was being made is given up; the next start makes it")
        except DatabaseRefused as refused:
            self._failed_at = now
            log.warning("today's backup failed: %s", refused.message)
            if not self._told:
                self._told = True
                await self._tell(f"Today's backup failed: {refused.message} The earlier ones are kept.")
        else:
            self._failed_at, self._told = None, False

    async def stop(self) -> None:
        """Give up what is being made: it would take longer than there is time."""
        self._stopping = True
        self._end_verifying()

    async def _make(self, day: date) -> None:
        path = self._database.path
        part = await asyncio.to_thread(daily.begin, path, day, lambda: not self._stopping)
        try:
            differ = await self._differing(part)
            if differ is None:
                await asyncio.to_thread(daily.finish, path, day, part)
                log.info("today's backup is made and verified")
                return
            rejected = await asyncio.to_thread(daily.reject, path, part)
        except OSError as error:
            raise DatabaseRefused(f"{daily.folder_of(path)} cannot be written: {error.strerror}.") from error
        finally:
            with contextlib.suppress(OSError):
                backup.clear(part)
        raise DatabaseRefused(f"{differ}. It lies in {rejected}.")

    async def _differing(self, part: Path) -> str | None:
        """What is wrong with its memories, in words; None: nothing. Raises DatabaseRefused for a copy not whole."""
        if (await asyncio.to_thread(part.stat)).st_size >= self._apart_from_bytes:
            return await self._differing_apart(part)
        verdict = await asyncio.to_thread(checking.verify_copy, part)
        return f"{verdict.memories} memories, {len(verdict.differ)} differ from the log" if verdict.differ else None

    async def _differing_apart(self, part: Path) -> str | None:
        self._verifying = process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "verify", str(part)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        apart.stand_back(process, LEAST_URGENT)
        if self._stopping:
            self._end_verifying()
        try:
            said, why = await process.communicate()
        finally:
            self._end_verifying()
        if self._stopping:
            raise backup.Stopped
        match process.returncode:
            case 0:
                return None
            # A Python that broke off ends with 1 as well, and has said nothing.
            case 1 if said:
                return f"{said.decode().strip()} from the log"
            case 2 if why:
                raise DatabaseRefused(why.decode().strip().rpartition("\n")[2])
        # Such as one that the system killed because memory ran out.
        raise DatabaseRefused(f"The process that verified it ended with status {process.returncode}.")

    def _end_verifying(self) -> None:
        if self._verifying is not None:
            apart.kill(self._verifying)
