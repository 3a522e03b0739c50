"""Last resort for what nobody expected: it is logged before anybody is told.

A traceback is a bug of ours, so it is logged whole, once a day for each kind. Messages of exceptions may hold what a
person wrote or learns and stay out, but for the database's, which name tables and columns only.
"""

import logging
import sqlite3
import traceback
from collections.abc import Awaitable, Callable
from pathlib import Path

from msgspec import Struct
from telegram import Update

from bot.storage.errors import Ending, StorageFailed

log = logging.getLogger(__name__)

TellAdmins = Callable[[str], Awaitable[None]]
TellPerson = Callable[[Update], Awaitable[None]]
DAY_SECONDS = 24 * 3600.0
FRAMES_AT_AN_END = 20
# Below WARNING they say addresses with the token in it, or what people write.
_TALKATIVE = ("aiohttp", "aiosqlite")
# Logs its address with the token when it is made, and all it sends; what goes wrong it raises, and we log one line.
_REPEATING = ("telegram",)


def hush() -> None:
    """Keep libraries from logging the token and what people write, at whatever level the rest logs."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _REPEATING:
        logging.getLogger(name).setLevel(logging.CRITICAL)


class _Kind(Struct):
    """How often a kind of fault came; moments are seconds that never go back."""

    times: int = 0
    untold: int = 0  # since the administrators last heard of it
    told_at: float | None = None
    logged_at: float | None = None  # with its frames


class Faults:
    """Takes exceptions that nobody caught.

    `tell_admins` is given one line for each kind of fault, and a day later, if it came again, one with how often;
    `tell_person` the update that ran into it, each time. `passed`: seconds that never go back.
    """

    def __init__(
        self,
        tell_admins: TellAdmins | None = None,
        tell_person: TellPerson | None = None,
        passed: Callable[[], float] = lambda: 0.0,
    ) -> None:
        hush()
        self.tell_admins = tell_admins
        self.tell_person = tell_person
        self._passed = passed
        self._kinds: dict[str, _Kind] = {}

    async def caught(self, error: Exception, update: Update | None = None, during: str = "work") -> None:
        """Log it, then tell who has to know; that the program ends is no fault. Never raises an Exception itself."""
        where = during if update is None else f"update {update.update_id}"
        if isinstance(error, Ending):
            log.warning("%s is left to the next start: %s", where, error.what)
            return
        self._log(error, where)
        if update is not None and self.tell_person is not None:
            await self._tell("the person", self.tell_person(update))
        await self._tell_of(_kind(error), during if update is None else "an update")

    async def unreadable(self, error: Exception, update_id: int) -> None:
        """An update that is not as it should be: it counts as done, or it would come for ever."""
        self._log(error, f"update {update_id}, which could not be read")
        await self._tell_of(_kind(error), "an update, which could not be read")

    async def look(self) -> None:
        """Tell how often the faults of a day ago came again."""
        for name, kind in tuple(self._kinds.items()):
            if kind.untold and self._is_long_ago(kind.told_at):
                await self._tell_of(name, "")

    def _log(self, error: Exception, where: str) -> None:
        name = _kind(error)
        kind = self._kinds.setdefault(name, _Kind())
        kind.times += 1
        kind.untold += 1
        if self._is_long_ago(kind.logged_at):
            kind.logged_at = self._passed()
            log.error("%s: %s\n%s", where, name, frames(error), extra={"has_frames": True})
        else:
            log.error("%s: %s again, for the %d. time", where, name, kind.times)

    async def _tell_of(self, name: str, where: str) -> None:
        """Tell the administrators of a kind, unless they heard of it within a day."""
        kind = self._kinds[name]
        if self.tell_admins is None or not self._is_long_ago(kind.told_at):
            return
        times = "once" if kind.untold == 1 else f"{kind.untold} times"
        said = f"A fault in {where}: {name}." if kind.told_at is None else f"Again, {times} since I told of it: {name}."
        kind.told_at, kind.untold = self._passed(), 0
        await self._tell("the admins", self.tell_admins(f"{said} The log has the rest."))

    def _is_long_ago(self, at: float | None) -> bool:
        return at is None or self._passed() - at >= DAY_SECONDS

    async def _tell(self, whom: str, telling: Awaitable[None]) -> None:
        try:
            await telling
        except Exception as error:
            log.error("could not tell %s: %s\n%s", whom, _kind(error), frames(error), extra={"has_frames": True})  # noqa: TRY400 (no message)


def _kind(error: BaseException) -> str:
    """What it is and where it began, such as `KeyError in quiz.py:41`; of the database what is the matter with it."""
    if isinstance(error, StorageFailed):
        return f"{error.what} (StorageFailed)"
    found = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(found[-1].filename).name}:{found[-1].lineno}" if found else ""
    return type(error).__name__ + place


def frames(error: BaseException) -> str:
    """Where an error and those that led to it came from, the first to happen first; without their messages."""
    lines: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        words = f": {current}" if isinstance(current, sqlite3.Error) else ""
        lines.insert(0, f"{_way(current)}{type(current).__name__}{words}")
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nthat led to:\n".join(lines)


def _way(error: BaseException) -> str:
    """The frames of one error; of a recursion its ends are enough."""
    way = traceback.format_tb(error.__traceback__)
    left_out = len(way) - 2 * FRAMES_AT_AN_END
    if left_out > 0:
        way[FRAMES_AT_AN_END:-FRAMES_AT_AN_END] = [f"  ... {left_out} more\n"]
    return "".join(way)
