"""The tick: takes up what is due and hands it over; it never waits for what is sent.

Only so much is taken up as can leave soon, and what a push brings is decided when it leaves: a hundred thousand that
are due at once cost no more memory than a hundred.
"""

import asyncio
from datetime import date, time

from msgspec import Struct

from bot.chat import group
from bot.chat.beside import Beside
from bot.chat.faults import Faults
from bot.chat.outbox import Delivery, Failed, Gone, Sent, Unsure
from bot.chat.pace import Permit, Urgency
from bot.chat.places import Places
from bot.chat.rests import Rests
from bot.chat.talk import Context, stands_in
from bot.storage.errors import StorageFailed
from bot.storage.pushes import Push
from bot.storage.turns import Message
from bot.tutor import claiming, pushing
from bot.tutor import group as groups
from bot.tutor.pushing import NotYet, Put

# So many calls are under way at once: connections are left for answers to taps.
AT_ONCE = 24
# So many are taken up and not yet sent: about four seconds' worth.
IN_HAND = 96
# What surely failed is sent again after a rest.
FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 600.0

# A chat in which a slot is due, or a slot that was claimed before and is still to be sent.
Errand = int | Push
Key = int | tuple[int, date, time]


class _Left(Struct, frozen=True):
    """A push of which the call is over."""

    put: Put
    delivery: Delivery


class Pusher:
    """Sends what is due beside everything else."""

    def __init__(self, context: Context, beside: Beside, faults: Faults) -> None:
        self._c = context
        self._faults = faults
        self._beside = beside
        self._in_hand: set[Key] = set()
        self._rests: Rests[Key] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        self._unsettled: list[_Left] = []
        self._places = Places(AT_ONCE)
        self._taking = asyncio.Lock()
        self._more = False  # others are due, and there was no room for them
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier life of the bot left open."""
        for chat_id, message in await self._c.do(pushing.recover):
            self._beside.begin(self._c.strip_one(chat_id, message), "a push")
        for closed in await self._c.do(groups.undrawn):
            self._beside.begin(group.draw_closed(self._c, closed), "a closed turn")

    async def tick(self) -> None:
        """Take up what is due now and hand it over; close the groups' turns whose time has come."""
        self._settle_again()
        self._c.tallies.draw_due()
        self._c.boards.draw_due()
        await self._take_up()
        ended, faults = await self._c.do(groups.close_due)
        for fault in faults:
            await self._faults.caught(fault, during="closing a turn")
        for closed in ended:
            self._beside.begin(group.draw_closed(self._c, closed), "a closed turn")

    async def stop(self) -> None:
        """Finish what is under way; what still waits for its leave goes in the next life."""
        self._stopping = True
        self._settle_again()
        self._c.tallies.draw_all()
        self._c.boards.draw_all()
        await self._beside.stop()

    def _settle_again(self) -> None:
        unsettled, self._unsettled = self._unsettled, []
        for left in unsettled:
            self._beside.begin(self._settle(left), "a push")

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
                    self._in_hand.add(_key(errand))
                    self._beside.begin(self._leave(errand), "a push")
                self._more = len(fresh) > room or len(found.due) == most

    async def _leave(self, errand: Errand) -> None:
        key, chat_id = _key(errand), _chat(errand)
        try:
            if held := self._c.outbox.held_for(chat_id):
                self._rest(key, held)
            else:
                permit = await self._c.outbox.permit(chat_id, Urgency.PUSH, new=True)
                async with self._places.one():
                    left = await self._leave_with(permit, errand)
                    if left is not None and left.put.outcome.bare:
                        # One more call: it takes the buttons off the message before.
                        await self._settle(left)
                        left = None
                if left is not None:
                    # Without a place: what waits for the same commit is the more, and the next call need not wait.
                    await self._settle(left)
        except Exception:
            # Else it would be the first to be taken up at every tick.
            self._rest(key)
            raise
        finally:
            self._in_hand.discard(key)
            if self._more and not self._stopping and len(self._in_hand) <= IN_HAND // 2 and not self._taking.locked():
                self._beside.begin(self._take_up(), "the pushes")

    async def _leave_with(self, permit: Permit, errand: Errand) -> _Left | None:
        """The push, sent; None if it is not to be sent, or not yet."""
        put = None if self._stopping else await self._put(errand)
        if not isinstance(put, Put):
            self._c.outbox.give_back(permit)
            if isinstance(put, NotYet):
                self._rest(_key(errand), (put.until - self._c.clock.now()).total_seconds())
            return None
        delivery = await self._sent(put, permit)
        # Another push may have stood for one that failed, so nobody else says that it is over.
        if isinstance(delivery, Failed):
            self._rest(_key(put.push), self._c.outbox.held_for(put.push.chat_id))
        else:
            self._rests.over(_key(put.push))
        return _Left(put, delivery)

    async def _put(self, errand: Errand) -> Put | NotYet | None:
        if isinstance(errand, Push):
            return await self._c.do(pushing.put_again, errand)
        try:
            return await self._c.do(pushing.put_due, errand)
        except StorageFailed:
            raise
        except Exception:
            await self._c.do(claiming.put_off, errand)
            raise

    async def _sent(self, put: Put, permit: Permit) -> Delivery:
        assert put.outcome.view is not None, "a push has a card"
        screen = await self._c.screen(put.outcome.view)
        try:
            return await self._c.draw(
                put.push.chat_id, put.outcome, screen, 0, put.thread_id, permit=permit, remember=False
            )
        except Exception as error:
            # Such as a disk that is full while a picture is looked up: how far it came is not known.
            await self._faults.caught(error, during="a push")
            return Unsure()

    async def _settle(self, left: "_Left") -> None:
        """Write what came of it, and draw what it ended; what the database does not take now is tried again."""
        put, delivery = left.put, left.delivery
        try:
            if isinstance(delivery, Failed):
                # Written before the other message loses its buttons: where the chat is told to wait that takes long,
                # and a program that ends meanwhile must know that the push surely failed.
                await self._came_of_it(put.turn_id, delivery)
                self._beside.begin(self._c.strip(left.put.push.chat_id, put.outcome), "a push")
            else:
                await self._complete(left)
        except StorageFailed:
            self._unsettled.append(left)
            raise
        if put.closed is not None:
            self._beside.begin(group.draw_closed(self._c, put.closed), "a closed turn")

    async def _complete(self, left: "_Left") -> None:
        put, delivery, chat_id = left.put, left.delivery, left.put.push.chat_id
        if put.outcome.bare and isinstance(delivery, Sent):
            # Before the other message loses its buttons: the process may die in between.
            await self._c.do(stands_in, put.turn_id, Message(delivery.message_id, delivery.media))
        await self._c.strip(chat_id, put.outcome)
        await self._came_of_it(put.turn_id, delivery)
        if put.outcome.view is not None and isinstance(delivery, Sent):
            await self._c.closed_meanwhile(put.outcome.view)
            if not self._c.sounds.is_silent(chat_id, put.outcome.view):
                self._beside.begin(self._c.sounds.follow(chat_id, put.outcome.view), "what is heard with a push")

    def _rest(self, key: Key, seconds: float = 0.0) -> None:
        self._rests.begin(key, self._c.clock.passed(), seconds)

    async def _came_of_it(self, turn_id: int, delivery: Delivery) -> None:
        match delivery:
            case Sent(message_id=message_id, media=media):
                await self._c.do(pushing.sent, turn_id, Message(message_id, media))
            case Gone():
                await self._c.do(pushing.was_gone, turn_id)
            case Unsure():
                await self._c.do(pushing.unsure, turn_id)
            case Failed():
                await self._c.do(pushing.failed, turn_id)


def _chat(errand: Errand) -> int:
    return errand.chat_id if isinstance(errand, Push) else errand


def _key(errand: Errand) -> Key:
    return (errand.chat_id, errand.day, errand.hour) if isinstance(errand, Push) else errand
