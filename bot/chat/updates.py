"""Fetches updates, keeps each person's in order, and confirms one when it and all before it are done.

A library's own loop confirms what it has queued; a process that dies then loses it. Here the offset of the next
request is the first update that is not done. Telegram gives a hundred from there at most, so one whose work takes long
would keep the others from being heard: such are put aside into the database, which is as safe a place as Telegram's.
To write every update there first would cost each tap a flush of the disk for nothing.
"""

import asyncio
import contextlib
import functools
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence

from telegram import Bot, Update
from telegram.error import Conflict, EndPointNotFound, InvalidToken, NetworkError, TelegramError

from bot.chat.faults import Faults
from bot.chat.inbox import Inbox, Raw
from bot.chat.ledger import Ledger
from bot.chat.places import Places
from bot.chat.refusals import Meaning, read
from bot.chat.request import Broken
from bot.chat.rests import Rests
from bot.chat.shapes import is_update
from bot.chat.timekeeper import FINISH_WITHIN_SECONDS, Clock
from bot.storage.errors import Ending

log = logging.getLogger(__name__)

Handle = Callable[[Update], Awaitable[None]]
Lane = tuple[int, int]

LONG_POLL_SECONDS = 25
ANSWER_WITHIN_SECONDS = 10.0
AT_ONCE = 64
# Telegram gives no more in one answer.
MOST_AT_A_TIME = 100
# What is not done after so long is put aside: sooner when as many are waiting as Telegram gives, and at once what is
# known to wait for Telegram's pace a good part of it, or stands behind such in its lane.
PATIENCE_SECONDS = 2.0
_GOOD_PART = 0.1
PATIENCE_WITH_A_CROWD_SECONDS = 0.3
# Also when all the time to finish in is over.
CONFIRM_AT_LEAST_SECONDS = 0.5
# While something is in flight Telegram answers at once with what it has already given, so we ask in this rhythm: rarely
# enough to cost nothing, often enough that nobody waits for another one's slow answer. It is real time, as the
# rhythm of a network is: a clock that stands still must not keep the next person from being heard.
PAUSE_SECONDS = 0.1
LONGEST_BACK_OFF_SECONDS = 30.0
# Whoever garbles an answer on its way rarely does so again: so often it is asked for once more, before what is among
# updates without being one is passed over.
GARBLED_AT_MOST = 3
# What the database could not forget it is asked to forget again after a rest.
FIRST_REST_SECONDS = 1.0
LONGEST_REST_SECONDS = 60.0
_FORGETTING = "forgetting"


class TokenRefused(Exception):  # noqa: N818 (it tells what happened)
    """Telegram does not know the token, or no longer; the message does not hold it."""

    def __init__(self) -> None:
        super().__init__("Telegram does not accept the token.")


class Updates:
    """The one loop that fetches updates for `handle`.

    Lanes: one a person in private, one a person and group; kept in order inside, side by side otherwise, at most
    `at_once` of them at work, those that wait for Telegram not counted. `allowed`: the kinds of updates asked for.
    `seen` leaves out of an update, as it came, what nobody asks for: it is not made into objects.
    `caught_up` is set once everything that happened before the start is done, what was put aside too.
    """

    def __init__(
        self,
        bot: Bot,
        handle: Handle,
        clock: Clock,
        allowed: Sequence[str],
        inbox: Inbox,
        *,
        seen: Callable[[Raw], Raw] = lambda raw: raw,
        faults: Faults | None = None,
        at_once: int = AT_ONCE,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._bot = bot
        self._handle = handle
        self._clock = clock
        self._allowed = list(allowed)
        self._faults = faults or Faults()
        self._inbox = inbox
        self._seen = seen
        # Of those that are done, those that the database did not forget when it was asked to.
        self._unforgotten: set[int] = set()
        self._rests: Rests[str] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        self._places = Places(at_once)
        self._patience = patience_seconds
        self._ledger = Ledger()
        self._heard_all = False  # Telegram had no more to give
        self._lanes: dict[Lane, deque[Update]] = {}
        self._working: set[asyncio.Task[None]] = set()
        self._may_go_on = asyncio.Event()  # nothing is undone, or something will take long
        self.caught_up = asyncio.Event()
        self._failures = 0
        self._garbled = 0  # answers in a row
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

    async def stop(self, within: float = FINISH_WITHIN_SECONDS) -> None:
        """Take nothing more, finish what was begun within so long, and confirm what is done."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + within
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait({self._polling})
        if self._working:
            _, late = await asyncio.wait(self._working, timeout=max(ends_at - loop.time(), 0))
            for task in late:
                task.cancel()
            if late:
                log.warning("%d updates were not finished; they will come again", len(late))
                await asyncio.wait(late)
        await self._confirm(max(ends_at - loop.time(), CONFIRM_AT_LEAST_SECONDS))
        self._stopped.set()

    async def _poll_for_ever(self) -> None:
        await self._take_what_was_put_aside()
        while True:
            # Whether the next thing to do is to wait for what people do.
            rests = self._ledger.all_done and self._heard_all
            try:
                found = await self._fetch(LONG_POLL_SECONDS if rests else 0)
            except TelegramError as error:
                await self._after(error)
                continue
            self._failures, self._in_conflict = 0, False
            new = self._ledger.take(found, self._now())
            for raw in new:
                await self._take(raw)
            await self._put_aside(crowded=len(found) == MOST_AT_A_TIME and not new)
            await self._forget_again()
            await self._breathe()
            self._heard_all = len(found) < MOST_AT_A_TIME
            self._see_whether_all_is_done()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _see_whether_all_is_done(self) -> None:
        if self._ledger.all_done:
            self._may_go_on.set()
            if self._heard_all and not self._ledger.any_aside:
                self.caught_up.set()

    async def _fetch(self, seconds: int, limit: int = MOST_AT_A_TIME) -> list[Raw]:
        """What Telegram has, as it came: what was taken before is not read again, and what cannot be read stops nobody.

        Methods may be written in any case; written like this, PTB lets us ask for it ourselves.
        """
        offset = self._ledger.offset
        found: list[Raw] = await self._bot.do_api_request(
            "getupdates",
            api_kwargs={"offset": offset, "timeout": seconds, "limit": limit, "allowed_updates": self._allowed},
            read_timeout=seconds + ANSWER_WITHIN_SECONDS,
        )
        self._ledger.told(offset)
        return sorted(self._whole(found), key=lambda raw: raw["update_id"])

    def _whole(self, found: list[Raw]) -> list[Raw]:
        """What of it are updates; raises NetworkError where the rest must not be lost.

        Each that is taken confirms, when it is done, whatever came before it, so of an answer with anything in it that
        has no number nothing is taken. But should Telegram itself hold such a thing it comes each time, and nobody
        would be heard any more: then it is passed over, once there is something to pass over to.
        """
        updates = [raw for raw in found if is_update(raw)]
        lost = len(found) - len(updates)
        self._garbled = self._garbled + 1 if lost else 0
        if not lost:
            return updates
        if not updates or self._garbled <= GARBLED_AT_MOST:
            words = f"{lost} of {len(found)} updates have no number"
            raise NetworkError(words) from Broken(words, sent=True)
        ids = [raw["update_id"] for raw in updates]
        log.error("%d updates without a number are passed over, from %d to %d", lost, min(ids), max(ids))
        return updates

    async def _breathe(self) -> None:
        """Return when everything is done or the rest will take long, or after a pause."""
        self._may_go_on.clear()
        if not self._ledger.all_done:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE_SECONDS):
                    await self._may_go_on.wait()

    def _will_take(self, update_id: int, seconds: float) -> None:
        if seconds >= _GOOD_PART * self._patience:
            self._ledger.will_take_long(update_id)
            self._may_go_on.set()

    async def _take_what_was_put_aside(self) -> None:
        for raw in await self._inbox.kept():
            self._ledger.take_from_inbox(raw["update_id"])
            await self._take(raw)

    async def _put_aside(self, *, crowded: bool) -> None:
        """What takes long stands in nobody's way any more: it is on disk, so Telegram need not keep it."""
        patience = min(self._patience, PATIENCE_WITH_A_CROWD_SECONDS) if crowded else self._patience
        late = self._ledger.to_put_aside(self._now(), patience)
        if not late:
            return
        try:
            # What is answered late to an inline query is no answer: that is kept nowhere.
            await self._inbox.keep([raw for raw in late if "inline_query" not in raw])
        except Exception as error:
            await self._faults.caught(error, during="putting updates aside")
            self._ledger.could_not_put_aside(self._now())
            return
        self._ledger.put_aside(late)
        self._see_whether_all_is_done()

    async def _take(self, raw: Raw) -> None:
        update_id: int = raw["update_id"]
        try:
            update = Update.de_json(self._seen(raw), self._bot)
            lane = lane_of(update)
            # In here, as what stands for an id may be nothing to look for.
            waiting = self._lanes.get(lane)
        except Exception as error:  # what it may be, PTB does not say
            await self._faults.unreadable(error, update_id)
            await self._finish(update_id)
            return
        if waiting is not None:
            if self._ledger.is_aside(waiting[0].update_id):
                self._ledger.will_take_long(update_id)
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
                async with self._places.one(functools.partial(self._will_take, waiting[0].update_id)):
                    if self._stopping:
                        return
                    if not await self._do(waiting[0]):
                        return
                waiting.popleft()
        finally:
            del self._lanes[lane]

    async def _do(self, update: Update) -> bool:
        """Whether it is done: what could not be written because the program ends is not, and comes again."""
        with self._clock.busy():
            try:
                await self._handle(update)
            except Ending as ending:
                log.warning("update %d is left to the next start: %s", update.update_id, ending.what)
                return False
            except Exception as error:
                await self._faults.caught(error, update)
            await self._finish(update.update_id)
            return True

    async def _finish(self, update_id: int) -> None:
        if self._ledger.may_be_in_inbox(update_id):
            await self._forget([update_id])
        self._ledger.finish(update_id)
        self._see_whether_all_is_done()

    async def _forget(self, update_ids: Collection[int]) -> None:
        """They are done, and need not come again; should they, what is done twice changes nothing."""
        try:
            await self._inbox.drop(update_ids)
        except Exception as error:
            self._unforgotten.update(update_ids)
            if _FORGETTING not in self._rests.resting(self._clock.passed()):
                self._rests.begin(_FORGETTING, self._clock.passed())
            await self._faults.caught(error, during="forgetting an update that is done")

    async def _forget_again(self) -> None:
        if not self._unforgotten or _FORGETTING in self._rests.resting(self._clock.passed()):
            return
        update_ids, self._unforgotten = self._unforgotten, set()
        await self._forget(update_ids)
        if not self._unforgotten:
            self._rests.over(_FORGETTING)

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

    async def _confirm(self, within: float) -> None:
        """Tell Telegram what is done, without taking anything more."""
        if self._ledger.offset <= self._ledger.confirmed:
            return
        try:
            async with asyncio.timeout(within):
                await self._fetch(0, limit=1)
        except TelegramError as error:
            log.warning("the last updates could not be confirmed: %s", read(error).words)
        except TimeoutError:
            log.warning("the last updates could not be confirmed in time; they will come again")


def lane_of(update: Update) -> Lane:
    """Chat and person whose updates are to stay in order; a person in private has one lane, inline another."""
    chat, user = update.effective_chat, update.effective_user
    who = user.id if user else 0
    if update.inline_query is not None:
        # What somebody types in another chat keeps nobody's taps waiting; no chat's lane looks like this.
        return (who, 0)
    if chat is None or chat.id == who:
        return (0, who)
    return (chat.id, who)
