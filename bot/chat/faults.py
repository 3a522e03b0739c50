"""Last resort for what nobody expected: it is logged before anybody is told.

A traceback is a bug of ours, so it is logged whole, once for each kind. Messages of exceptions may hold what a person
wrote or learns and stay out, but for the database's, which name tables and columns only.
"""

import logging
import sqlite3
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from telegram import Update

log = logging.getLogger(__name__)

TellAdmins = Callable[[str], Awaitable[None]]
TellPerson = Callable[[Update], Awaitable[None]]
# Below WARNING they say addresses with the token in it, or what people write.
_TALKATIVE = ("httpx", "httpcore", "aiosqlite")
# Logs an answer that is no JSON whole and with a traceback, then raises what we log in one line.
_REPEATING = ("telegram",)


def hush() -> None:
    """Keep libraries from logging the token and what people write, at whatever level the rest logs."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _REPEATING:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class Faults:
    """Takes exceptions that nobody caught.

    `tell_admins` is given one line for each kind of fault, once; `tell_person` the update that ran into it, each time.
    """

    def __init__(self, tell_admins: TellAdmins | None = None, tell_person: TellPerson | None = None) -> None:
        hush()
        self.tell_admins = tell_admins
        self.tell_person = tell_person
        self._times: dict[str, int] = {}

    async def caught(self, error: Exception, update: Update | None = None, during: str = "") -> None:
        """Log it, then tell who has to know. Never raises an Exception itself."""
        where = f"update {update.update_id}" if update is not None else during or "work"
        kind = _kind(error)
        first = kind not in self._times
        self._times[kind] = self._times.get(kind, 0) + 1
        if first:
            log.error("%s: %s\n%s", where, kind, _traceback(error))
        else:
            log.error("%s: %s again, for the %d. time", where, kind, self._times[kind])
        if update is not None and self.tell_person is not None:
            await self._tell("the person", self.tell_person(update))
        if first and self.tell_admins is not None:
            await self._tell("the admins", self.tell_admins(f"A fault in {where}: {kind}. The log has the rest."))

    async def unreadable(self, error: Exception, update_id: int) -> None:
        """An update that is not as it should be: it counts as done, or it would come for ever."""
        await self.caught(error, during=f"update {update_id}, which could not be read")

    async def _tell(self, whom: str, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception as error:
            log.error("could not tell %s: %s\n%s", whom, _kind(error), _traceback(error))  # noqa: TRY400 (no message)


def _kind(error: BaseException) -> str:
    """What it is and where it began, such as `KeyError in quiz.py:41`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


def _traceback(error: BaseException) -> str:
    """The frames of an error and of those that led to it, the first to happen first."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        words = f": {current}" if isinstance(current, sqlite3.Error) else ""
        frames = "".join(traceback.format_tb(current.__traceback__))
        lines.insert(0, f"{frames}{type(current).__name__}{words}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nthat led to:\n".join(lines)
