"""One call to Telegram until it is done: waits as told, follows a group that moved, tries again where that is safe."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar
from weakref import WeakValueDictionary

from telegram.error import TelegramError

from bot.chat.refusals import Meaning, Refusal, read
from bot.chat.timekeeper import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

# A call that did not get through is made again so many seconds later: first at once, as most faults are over then.
PAUSES_SECONDS = (0.0, 1.0)
NOBODY = 0
"""In the place of a chat, for a call that belongs to none."""
ALL = -1
"""No chat has this id."""
# They end in what was wanted.
_NO_NEWS = frozenset({Meaning.UNCHANGED, Meaning.TOO_OLD})


class Refused(Exception):  # noqa: N818 (it tells what happened)
    """A call that was not done, or may not have been; `refusal` says what it comes to."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


class Calls:
    """Makes calls, one at a time for each chat, so that messages keep their order.

    `moved(old, new)` is awaited once when a group became a supergroup, before the call is made again.
    """

    def __init__(self, clock: Clock, moved: Callable[[int, int], Awaitable[None]]) -> None:
        self._clock = clock
        self._moved = moved
        self._moving = asyncio.Lock()
        self._moved_to: dict[int, int] = {}
        self._held_until: dict[int, datetime] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def where(self, chat_id: int) -> int:
        """The id that this chat has now, as far as we were told."""
        while chat_id in self._moved_to:
            chat_id = self._moved_to[chat_id]
        return chat_id

    async def make(self, chat_id: int, what: str, call: Callable[[int], Awaitable[T]], *, repeat: bool) -> T:
        """What `call` gives for the chat's present id; raises Refused, after one line in the log.

        `repeat`: doing it twice does no harm, so it is made again also when it may have been done. A call that never
        reached the server is made again anyhow. `what` is for the log.
        """
        # The chat's turn is held over the pauses, too: an older edit made again must not undo a later one.
        async with self._turn(self.where(chat_id)):
            return await self._until_done(chat_id, what, call, repeat)

    async def _until_done(self, chat_id: int, what: str, call: Callable[[int], Awaitable[T]], repeat: bool) -> T:
        pauses = iter(PAUSES_SECONDS)
        while True:
            here = self.where(chat_id)
            try:
                return await self._once(here, what, call)
            except TelegramError as error:
                refusal = read(error)
            if refusal.meaning is Meaning.MIGRATED:
                await self._move(here, refusal.chat_id)
                continue
            again = refusal.meaning is Meaning.NOT_SENT or (repeat and refusal.meaning is Meaning.OPEN)
            pause = next(pauses, None) if again else None
            if refusal.meaning not in _NO_NEWS:
                log.warning("chat %d, %s: %s", here, what, refusal.words)
            if pause is None:
                raise Refused(refusal)
            if pause:
                await self._clock.sleep(pause)

    async def _once(self, chat_id: int, what: str, call: Callable[[int], Awaitable[T]]) -> T:
        while True:
            await self._free(chat_id)
            try:
                return await call(chat_id)
            except TelegramError as error:
                refusal = read(error)
                if refusal.meaning is not Meaning.WAIT:
                    raise
            log.warning("chat %d, %s: told to wait %g s", chat_id, what, refusal.seconds)
            self._hold(chat_id, refusal.seconds)

    @contextlib.asynccontextmanager
    async def _turn(self, chat_id: int) -> AsyncIterator[None]:
        if chat_id == NOBODY:
            yield
            return
        lock = self._locks.setdefault(chat_id, asyncio.Lock())
        with self._clock.waiting():
            await lock.acquire()
        try:
            yield
        finally:
            lock.release()

    async def _free(self, chat_id: int) -> None:
        """Return when something may be sent to this chat."""
        while (until := self._held(chat_id)) is not None:
            await self._clock.sleep_until(until)

    def _held(self, chat_id: int) -> datetime | None:
        now = self._clock.now()
        self._held_until = {chat: until for chat, until in self._held_until.items() if until > now}
        return max((until for chat, until in self._held_until.items() if chat in (chat_id, ALL)), default=None)

    def _hold(self, chat_id: int, seconds: float) -> None:
        # Telegram does not say whether it means this chat or all. Two persons who must wait at once mean all: each
        # alone would have to get more than a message a second. Groups reach their own limit easily.
        until = self._clock.now() + timedelta(seconds=seconds)
        self._held_until[chat_id] = until
        if sum(chat > 0 and held > self._clock.now() for chat, held in self._held_until.items()) > 1 and chat_id > 0:
            self._held_until[ALL] = until

    async def _move(self, old: int, new: int) -> None:
        async with self._moving:
            if old not in self._moved_to and old != new:
                log.info("chat %d is now %d", old, new)
                await self._moved(old, new)
                self._moved_to[old] = new
