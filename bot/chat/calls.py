"""One call to Telegram until it is done: keeps pace, follows a group that moved, tries again where that is safe."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from weakref import WeakValueDictionary

from msgspec import Struct
from telegram.error import TelegramError

from bot.chat.pace import NOBODY, Pace, Permit, Urgency
from bot.chat.places import without_place
from bot.chat.refusals import Meaning, Refusal, read
from bot.chat.timekeeper import Clock

log = logging.getLogger(__name__)

T = TypeVar("T")

# A call that did not get through is made again so many seconds later: first at once, as most faults are over then.
PAUSES_SECONDS = (0.0, 1.0)
# They end in what was wanted.
_NO_NEWS = frozenset({Meaning.UNCHANGED, Meaning.TOO_OLD})


class Refused(Exception):  # noqa: N818 (it tells what happened)
    """A call that was not done, or may not have been; `refusal` says what it comes to."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


class Manner(Struct, frozen=True):
    """How a call is made.

    Attributes:
        repeat: doing it twice does no harm, so it is made again also when it may have been done.
        new: it puts a new message into the chat.
        asks: it brings and changes no message, and is neither counted nor kept in order with those that do; where the
            chat is to be let alone, it waits as well.
        permit: the leave to make it, when that was waited for before. Such a call is not worth waiting for again: told
            to wait, it is refused.
        alone: the member who alone sees what it does; it keeps its order among what this member alone sees there.
    """

    repeat: bool
    new: bool = False
    permit: Permit | None = None
    alone: int | None = None
    asks: bool = False

    @property
    def urgency(self) -> Urgency:
        return Urgency.ANSWER if self.permit is None else self.permit.urgency


class Calls:
    """Makes calls, one at a time for each chat, so that messages keep their order.

    `moved(old, new)` is awaited once when a group became a supergroup, before the call is made again.
    """

    def __init__(self, clock: Clock, pace: Pace, moved: Callable[[int, int], Awaitable[None]]) -> None:
        self._clock = clock
        self._pace = pace
        self._moved = moved
        self._moving = asyncio.Lock()
        self._moved_to: dict[int, int] = {}
        # Told the old and the new id once that is written down: who keeps something by chat.
        self.on_move: list[Callable[[int, int], None]] = []
        self._locks: WeakValueDictionary[tuple[int, int | None], asyncio.Lock] = WeakValueDictionary()

    def where(self, chat_id: int) -> int:
        """The id that this chat has now, as far as we were told."""
        while chat_id in self._moved_to:
            chat_id = self._moved_to[chat_id]
        return chat_id

    async def make(self, chat_id: int, what: str, call: Callable[[int], Awaitable[T]], how: Manner) -> T:
        """What `call` gives for the chat's present id; raises Refused, after one line in the log.

        A call that never reached the server is made again in any manner. `what` is for the log.
        """
        here = self.where(chat_id)
        permit = how.permit or await self._pace.permit(here, new=how.new, asks=how.asks)
        if here == NOBODY or how.asks:
            return await self._until_done(chat_id, what, call, how, permit)
        lock = self._locks.setdefault((here, how.alone), asyncio.Lock())
        if lock.locked():
            with without_place(self._clock):
                await lock.acquire()
        else:
            await lock.acquire()
        try:
            # The chat's turn is held over the pauses, too: an older edit made again must not undo a later one.
            return await self._until_done(chat_id, what, call, how, permit)
        finally:
            lock.release()

    async def _until_done(
        self, chat_id: int, what: str, call: Callable[[int], Awaitable[T]], how: Manner, permit: Permit | None
    ) -> T:
        pauses = iter(PAUSES_SECONDS)
        while True:
            here = self.where(chat_id)
            permit = await self._leave(here, how, permit)
            try:
                return await call(here)
            except TelegramError as error:
                refusal = read(error)
            if refusal.meaning is not Meaning.NOT_SENT:
                # Telegram may have counted it. What never left is made again with the same leave, and so does not wait.
                permit = None
            if refusal.meaning is Meaning.MIGRATED:
                await self._move(here, refusal.chat_id)
                continue
            if refusal.meaning is Meaning.WAIT:
                log.warning("chat %d, %s: told to wait %g s", here, what, refusal.seconds)
                self._pace.hold(here, refusal.seconds)
                if how.permit is None:
                    continue
                raise Refused(refusal)
            again = refusal.meaning is Meaning.NOT_SENT or (how.repeat and refusal.meaning is Meaning.OPEN)
            pause = next(pauses, None) if again else None
            if refusal.meaning not in _NO_NEWS:
                log.warning("chat %d, %s: %s", here, what, refusal.words)
            if pause is None:
                raise Refused(refusal)
            if pause:
                await self._clock.sleep(pause)

    async def _leave(self, here: int, how: Manner, permit: Permit | None) -> Permit:
        """Leave to call now; raises Refused where the answer to another call has ended what was waited for before."""
        if permit is not None and (seconds := self._pace.told_to_wait(here)):
            self._pace.give_back(permit)
            permit = None
            if how.permit is not None:
                raise Refused(Refusal(Meaning.WAIT, "told to wait before it went", seconds))
        return permit or await self._pace.permit(here, how.urgency, new=how.new, asks=how.asks)

    async def _move(self, old: int, new: int) -> None:
        async with self._moving:
            if old not in self._moved_to and old != new:
                log.info("chat %d is now %d", old, new)
                await self._moved(old, new)
                self._moved_to[old] = new
                for tell in self.on_move:
                    tell(old, new)
