"""Fetches updates, keeps each person's in order, and confirms one when it and all before it are done.

A library's own loop confirms what it has queued; a process that dies then loses it. Here the offset of the next
request is the first update that is not done.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from telegram import Bot, Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, TelegramError

from bot.chat.faults import Faults
from bot.chat.refusals import Meaning, read
from bot.chat.timekeeper import Clock

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
Lane = tuple[int, int]
Raw = dict[str, Any]

LONG_POLL_SECONDS = 25
ANSWER_WITHIN_SECONDS = 10.0
AT_ONCE = 64
# Telegram gives no more in one answer.
MOST_AT_A_TIME = 100
# With what follows it stays under ten.
FINISH_WITHIN_SECONDS = 9.0
# While something is in flight Telegram answers at once with what it has already given, so we ask in this rhythm: rarely
# enough to cost nothing, often enough that nobody waits for another one's slow answer. It is real time, as the
# rhythm of a network is: a clock that stands still must not keep the next person from being heard.
PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 0.5
LONGEST_BACK_OFF_SECONDS = 30.0


class TokenRefused(Exception):  # noqa: N818 (it tells what happened)
    """Telegram does not know the token, or no longer; the message does not hold it."""

    def __init__(self) -> None:
        super().__init__("Telegram does not accept the token.")


class Updates:
    """The one loop that fetches updates for `handle`.

    Lanes: one a person in private, one a person and group; kept in order inside, side by side otherwise, at most
    `at_once` of them at work. `allowed`: the kinds of updates asked for. `caught_up` is set once everything that
    happened before the start is done.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        clock: Clock,
        allowed: Sequence[str],
        *,
        faults: Faults | None = None,
        at_once: int = AT_ONCE,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._clock = clock
        self._allowed = list(allowed)
        self._faults = faults or Faults()
        self._places = asyncio.Semaphore(at_once)
        self._undone: set[int] = set()
        self._done: set[int] = set()  # done, but not yet confirmed
        self._next = 0  # one above the highest update ever taken
        self._confirmed = 0  # the offset that the server has last been told
        self._lanes: dict[Lane, deque[Update]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._all_done = asyncio.Event()
        self.caught_up = asyncio.Event()
        self._failures = 0
        self._in_conflict = False
        self._polling: asyncio.Task[None] | None = None
        self._stopping = False
        self._stopped = asyncio.Event()

    async def run(self) -> None:
        """Fetch and handle until `stop`; raises TokenRefused."""
        if self._stopping:
            return
        self._polling = asyncio.create_task(self._poll_for_ever())
        try:
            await self._polling
        except asyncio.CancelledError:
            if not self._stopping:
                raise
            await self._stopped.wait()

    async def stop(self) -> None:
        """Take nothing more, finish within ten seconds what was begun, and confirm what is done."""
        self._stopping = True
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait({self._polling})
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=FINISH_WITHIN_SECONDS)
            for task in late:
                task.cancel()
            if late:
                log.warning("%d updates were not finished; they will come again", len(late))
                await asyncio.wait(late)
        await self._confirm()
        self._stopped.set()

    @property
    def _offset(self) -> int:
        """The first update that is not done: all before it are."""
        return min(self._undone, default=self._next)

    @property
    def _rests(self) -> bool:
        """Whether the next thing to do is to wait for what people do."""
        return self.caught_up.is_set() and not self._undone

    async def _poll_for_ever(self) -> None:
        pause = PAUSE_SECONDS
        while True:
            try:
                found = await self._fetch(LONG_POLL_SECONDS if self._rests else 0)
            except TelegramError as error:
                await self._after(error)
                continue
            self._failures, self._in_conflict = 0, False
            new = [raw for raw in found if raw["update_id"] not in self._undone | self._done]
            for raw in new:
                await self._take(raw)
            pause = PAUSE_SECONDS if new else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await self._breathe(pause)
            if len(found) < MOST_AT_A_TIME and not self._undone:
                self.caught_up.set()

    async def _fetch(self, seconds: int, limit: int = MOST_AT_A_TIME) -> list[Raw]:
        """What Telegram has, as it came: what was taken before is not read again, and what cannot be read stops nobody.

        Methods may be written in any case; written like this, PTB lets us ask for it ourselves.
        """
        offset = self._offset
        found: list[Raw] = await self._bot.do_api_request(
            "getupdates",
            api_kwargs={"offset": offset, "timeout": seconds, "limit": limit, "allowed_updates": self._allowed},
            read_timeout=seconds + ANSWER_WITHIN_SECONDS,
        )
        self._confirmed = offset
        self._done = {update_id for update_id in self._done if update_id >= offset}
        return sorted(found, key=lambda raw: raw["update_id"])

    async def _breathe(self, pause: float) -> None:
        """Return when everything is done, or after a pause."""
        self._all_done.clear()
        if self._undone:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._all_done.wait()

    async def _take(self, raw: Raw) -> None:
        update_id: int = raw["update_id"]
        self._undone.add(update_id)
        self._next = max(self._next, update_id + 1)
        try:
            update = Update.de_json(raw, self._bot)
            lane = lane_of(update)
        except Exception as error:  # what it may be, PTB does not say
            await self._faults.unreadable(error, update_id)
            self._finish(update_id)
            return
        waiting = self._lanes.get(lane)
        if waiting is not None:
            waiting.append(update)
            return
        self._lanes[lane] = deque([update])
        task = asyncio.create_task(self._work_off(lane))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _work_off(self, lane: Lane) -> None:
        waiting = self._lanes[lane]
        try:
            while waiting and not self._stopping:
                # A place for one update, not for the lane: who taps fast waits behind the others again.
                async with self._places:
                    if self._stopping:
                        return
                    await self._do(waiting[0])
                self._finish(waiting.popleft().update_id)
        finally:
            del self._lanes[lane]

    async def _do(self, update: Update) -> None:
        with self._clock.busy():
            try:
                await self._handle(update)
            except Exception as error:
                await self._faults.caught(error, update)

    def _finish(self, update_id: int) -> None:
        self._undone.discard(update_id)
        self._done.add(update_id)
        if not self._undone:
            self._all_done.set()

    async def _after(self, error: TelegramError) -> None:
        """Wait as long as the error asks for; raises TokenRefused."""
        if isinstance(error, InvalidToken | EndPointNotFound):
            raise TokenRefused from None
        refusal = read(error)
        if isinstance(error, Conflict):
            if not self._in_conflict:
                log.warning("another program fetches the updates of this bot; trying again until it stops")
            self._in_conflict = True
        elif refusal.meaning is not Meaning.WAIT:
            log.warning("updates could not be fetched: %s", refusal.words)
        # At once the first time: most faults of a network are over then.
        back_off = min(2.0 ** (self._failures - 1), LONGEST_BACK_OFF_SECONDS) if self._failures else 0.0
        self._failures += 1
        await self._clock.sleep(max(back_off, refusal.seconds))

    async def _confirm(self) -> None:
        """Tell Telegram what is done, without taking anything more."""
        if self._offset <= self._confirmed:
            return
        try:
            await self._fetch(0, limit=1)
        except TelegramError as error:
            log.warning("the last updates could not be confirmed: %s", read(error).words)


def lane_of(update: Update) -> Lane:
    """Chat and person whose updates are to stay in order; a person in private has one lane."""
    chat, user = update.effective_chat, update.effective_user
    who = user.id if user else 0
    if chat is None or chat.id == who:
        return (0, who)
    return (chat.id, who)
