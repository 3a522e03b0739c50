"""The tick: takes up what is due and hands it over; it never waits for what is sent.

Only so much is taken up as can leave soon, and what a push brings is decided when it leaves: a hundred thousand that
are due at once cost no more memory than a hundred. From step to step they stand in lists, and whatever stands in one
goes in one transaction: to wake up something that waits for each of them costs more than the transaction.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import date, time

from msgspec import Struct

from bot.chat import group
from bot.chat.beside import Beside
from bot.chat.faults import Faults
from bot.chat.outbox import Delivery, Failed, Unsure
from bot.chat.pace import Permit, Urgency
from bot.chat.places import Places
from bot.chat.push_ends import PushEnds
from bot.chat.rests import Rests
from bot.chat.talk import Context
from bot.chat.timekeeper import FINISH_WITHIN_SECONDS
from bot.storage.errors import StorageFailed
from bot.storage.pushes import Push
from bot.tutor import claiming, pushing
from bot.tutor import group as groups
from bot.tutor.pushing import NotYet, Put

# So many calls are under way at once: connections are left for answers to taps.
AT_ONCE = 48
# So many are put in one transaction, and their messages drawn one after the other: whoever taps waits for that.
TOGETHER = 24
# So many are taken up and not yet sent: about four seconds' worth.
IN_HAND = 96
# What surely failed is sent again after a rest.
FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 600.0

# A chat in which a slot is due, or a slot that was claimed before and is still to be sent.
Errand = int | Push
Key = int | tuple[int, date, time]


class _Ready(Struct, frozen=True):
    """What has leave to go."""

    errand: Errand
    permit: Permit


class Pusher:
    """Sends what is due beside everything else."""

    def __init__(self, context: Context, beside: Beside, faults: Faults) -> None:
        self._c = context
        self._faults = faults
        self._beside = beside
        self._in_hand: set[Key] = set()
        self._rests: Rests[Key] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        self._ready: deque[_Ready] = deque()
        self._ends = PushEnds(context, beside)
        self._places = Places(AT_ONCE, self._put_more)
        self._taking = asyncio.Lock()
        self._more = False  # others are due, and there was no room for them
        self._putting = False
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier life of the bot left open."""
        for chat_id, message in await self._c.do(pushing.recover):
            self._beside.begin(self._c.strip_one(chat_id, message), "a push")
        for closed in await self._c.do(groups.undrawn):
            self._beside.begin(group.draw_closed(self._c, closed), "a closed turn")

    async def tick(self) -> None:
        """Take up what is due now and hand it over; close the groups' turns whose time has come."""
        self._ends.settle_again()
        self._put_more()
        self._c.tallies.draw_due()
        self._c.boards.draw_due()
        await self._take_up()
        ended, faults = await self._c.do(groups.close_due)
        for fault in faults:
            await self._faults.caught(fault, during="closing a turn")
        for closed in ended:
            self._beside.begin(group.draw_closed(self._c, closed), "a closed turn")

    async def stop(self, within: float = FINISH_WITHIN_SECONDS) -> None:
        """Finish what is under way; what still waits for its leave, or was not put yet, goes in the next life."""
        self._stopping = True
        self._ends.settle_again()
        self._c.tallies.draw_all()
        self._c.boards.draw_all()
        await self._beside.stop(within)

    # What is due is taken up, and waits for its leave

    async def _take_up(self) -> None:
        """Begin with what waits as long as there is room."""
        async with self._taking:
            self._more = True
            while self._more and not self._stopping and (room := IN_HAND - len(self._in_hand)) > 0:
                taken = self._in_hand | self._rests.resting(self._c.clock.passed())
                # Those that rest or are in hand may be among them: so many, and the new ones behind them.
                most = len(taken) + room
                found = await self._c.see(pushing.waiting, most)
                # A slot that is due stands for those of its chat that did not leave yet.
                due = set(found.due)
                errands: list[Errand] = [*(push for push in found.open if push.chat_id not in due), *found.due]
                fresh = [errand for errand in errands if _key(errand) not in taken]
                for errand in fresh[:room]:
                    self._take(errand)
                self._more = len(fresh) > room or len(found.due) == most

    def _take(self, errand: Errand) -> None:
        self._in_hand.add(_key(errand))
        permit = self._c.outbox.permit_now(_chat(errand), Urgency.PUSH, new=True)
        if permit is None:
            self._beside.begin(self._wait(errand), "a push")
        else:
            self._ready.append(_Ready(errand, permit))
            self._put_more()

    async def _wait(self, errand: Errand) -> None:
        if held := self._c.outbox.held_for(_chat(errand)):
            self._rest(_key(errand), held)
            self._let_go(errand)
            return
        permit = await self._c.outbox.permit(_chat(errand), Urgency.PUSH, new=True)
        self._ready.append(_Ready(errand, permit))
        self._put_more()

    def _let_go(self, errand: Errand) -> None:
        """It is no longer in hand; others may be taken up."""
        self._in_hand.discard(_key(errand))
        if self._more and not self._stopping and len(self._in_hand) <= IN_HAND // 2 and not self._taking.locked():
            self._beside.begin(self._take_up(), "the pushes")

    def _rest(self, key: Key, seconds: float = 0.0) -> None:
        self._rests.begin(key, self._c.clock.passed(), seconds)

    # What has leave is put, all of it that has a place at once

    def _put_more(self) -> None:
        if self._ready and not self._putting and not self._stopping:
            self._putting = True
            self._beside.begin(self._put_ready(), "the pushes")

    async def _put_ready(self) -> None:
        try:
            while not self._stopping and (places := self._places.take(min(len(self._ready), TOGETHER))):
                some = [self._ready.popleft() for _ in range(places)]
                await self._send_off(some)
        finally:
            self._putting = False

    async def _send_off(self, some: Sequence[_Ready]) -> None:
        """Begin the calls of those that bring something."""
        try:
            puts = await self._put([each.errand for each in some])
        except Exception:
            for each in some:
                # Else they would be the first to be taken up at every tick.
                self._rest(_key(each.errand))
                self._give_up(each)
            raise
        for each, put in zip(some, puts, strict=True):
            if isinstance(put, Put):
                self._beside.begin(self._send(each, put), "a push")
                continue
            if isinstance(put, NotYet):
                self._rest(_key(each.errand), (put.until - self._c.clock.now()).total_seconds())
            self._give_up(each)

    def _give_up(self, ready: _Ready) -> None:
        """It is not to be sent, or not yet."""
        self._c.outbox.give_back(ready.permit)
        self._places.leave()
        self._let_go(ready.errand)

    async def _put(self, errands: Sequence[Errand]) -> Sequence[Put | NotYet | None]:
        try:
            return await self._c.do(pushing.put, errands)
        except StorageFailed:
            raise
        except Exception:
            # One of them runs into a fault of ours, and none was put: each alone, so that the others go; what is due
            # first, as it stands for what was claimed before.
            put = {_key(each): await self._put_alone(each) for each in sorted(errands, key=_was_claimed)}
            return [put[_key(each)] for each in errands]

    async def _put_alone(self, errand: Errand) -> Put | NotYet | None:
        try:
            (put,) = await self._c.do(pushing.put, (errand,))
        except Exception as error:
            self._rest(_key(errand))
            if not isinstance(errand, Push) and not isinstance(error, StorageFailed):
                self._beside.begin(self._c.do(claiming.put_off, errand), "a push")
            await self._faults.caught(error, during="a push")
            return None
        return put

    # What is put is sent, each by itself

    async def _send(self, ready: _Ready, put: Put) -> None:
        try:
            with self._places.held():
                delivery = await self._sent(put, ready.permit)
                # Another push may have stood for one that failed, so nobody else says that it is over.
                if isinstance(delivery, Failed):
                    self._rest(_key(put.push), self._c.outbox.held_for(put.push.chat_id))
                else:
                    self._rests.over(_key(put.push))
                await self._ends.settle(put, delivery)
        except Exception:
            self._rest(_key(ready.errand))
            raise
        finally:
            self._let_go(ready.errand)

    async def _sent(self, put: Put, permit: Permit) -> Delivery:
        assert put.outcome.view is not None, "a push has a card"
        try:
            screen = await self._c.screen(put.outcome.view)
        except Exception as error:
            # Such as a row that we spoiled: surely nothing was sent, and once the row is as it should be it goes.
            self._c.outbox.give_back(permit)
            await self._faults.caught(error, during="a push")
            # One that follows gets another turn each time, and what it follows may have arrived.
            return Unsure() if put.outcome.silent else Failed()
        try:
            return await self._c.draw(
                put.push.chat_id, put.outcome, screen, 0, put.thread_id, permit=permit, remember=False
            )
        except Exception as error:
            # Such as a disk that is full while a picture is looked up: how far it came is not known.
            await self._faults.caught(error, during="a push")
            return Unsure()


def _was_claimed(errand: Errand) -> bool:
    return isinstance(errand, Push)


def _chat(errand: Errand) -> int:
    return errand.chat_id if isinstance(errand, Push) else errand


def _key(errand: Errand) -> Key:
    return (errand.chat_id, errand.day, errand.hour) if isinstance(errand, Push) else errand
