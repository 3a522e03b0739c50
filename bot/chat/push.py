"""The tick: claims what is due and hands it over; it never waits for what is sent.

Only so much is claimed as can leave soon: what a push brings is decided when it leaves, and a hundred thousand that are
due at once cost no more memory than a hundred.
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
from bot.chat.talk import Context, stands_in
from bot.storage.errors import StorageFailed
from bot.storage.pushes import Push
from bot.storage.turns import Message
from bot.tutor import group as groups
from bot.tutor import pushing
from bot.tutor.pushing import NotYet, Put

# So many calls are under way at once: connections are left for answers to taps.
AT_ONCE = 24
# So many are claimed and not yet sent: about four seconds' worth.
IN_HAND = 96
# What surely failed is sent again after a pause, each twice as long as the one before.
FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 600.0

Key = tuple[int, date, time]


class Pause(Struct, frozen=True):
    """A push that failed rests until so many seconds have passed."""

    ends_at: float
    seconds: float


class _Left(Struct, frozen=True):
    """A push of which the call is over."""

    chat_id: int
    put: Put
    delivery: Delivery


class Pusher:
    """Claims due slots and sends them beside everything else."""

    def __init__(self, context: Context, beside: Beside, faults: Faults) -> None:
        self._c = context
        self._faults = faults
        self._beside = beside
        self._in_hand: set[Key] = set()
        self._pauses: dict[Key, Pause] = {}
        self._unsettled: list[_Left] = []
        self._places = Places(AT_ONCE)
        self._taking = asyncio.Lock()
        self._more = False  # others are due, and there was no room for them
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier life of the bot left open."""
        for chat_id, message in await self._c.do(pushing.recover):
            self._beside.begin(self._c.outbox.strip(chat_id, message.message_id), "a push")
        for closed in await self._c.do(groups.undrawn):
            self._beside.begin(group.draw_closed(self._c, closed), "a closed turn")

    async def tick(self) -> None:
        """Claim what is due now and hand it over; close the groups' turns whose time has come."""
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
        """Finish what is under way; what was only claimed leaves in the next life."""
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
        """Claim and begin as long as there is room."""
        async with self._taking:
            self._more = True
            while self._more and not self._stopping and (room := IN_HAND - len(self._in_hand)) > 0:
                resting = self._resting()
                # Those that rest or are in hand are among the claimed ones: so many, and the new ones behind them.
                known = len(self._in_hand) + len(resting)
                found = await self._c.do(pushing.take_up, room, known + room)
                for fault in found.faults:
                    await self._faults.caught(fault, during="claiming a push")
                taken = self._in_hand | resting
                fresh = [push for push in found.waiting if _key(push) not in taken]
                for push in fresh[:room]:
                    self._in_hand.add(_key(push))
                    self._beside.begin(self._leave(push), "a push")
                self._more = found.more or len(fresh) > room

    def _resting(self) -> set[Key]:
        now = self._c.clock.passed()
        # Another push may have stood for one that failed, so nobody else says that it is over.
        self._pauses = {key: it for key, it in self._pauses.items() if now < it.ends_at + LONGEST_PAUSE_SECONDS}
        return {key for key, pause in self._pauses.items() if now < pause.ends_at}

    async def _leave(self, push: Push) -> None:
        key = _key(push)
        try:
            if held := self._c.outbox.held_for(push.chat_id):
                self._rest(key, held)
            else:
                permit = await self._c.outbox.permit(push.chat_id, Urgency.PUSH, new=True)
                async with self._places.one():
                    left = await self._leave_with(permit, push)
                    if left is not None and left.put.outcome.bare:
                        # One more call: it takes the buttons off the message before.
                        await self._settle(left)
                        left = None
                if left is not None:
                    # Without a place: what waits for the same commit is the more, and the next call need not wait.
                    await self._settle(left)
        except Exception:
            # Else it would be the first to be taken up at every tick.
            self._rest(key, 0)
            raise
        finally:
            self._in_hand.discard(key)
            if self._more and not self._stopping and len(self._in_hand) <= IN_HAND // 2 and not self._taking.locked():
                self._beside.begin(self._take_up(), "the pushes")

    async def _leave_with(self, permit: Permit, push: Push) -> _Left | None:
        """The push, sent; None if it is not to be sent, or not yet."""
        put = None if self._stopping else await self._c.do(pushing.put, push)
        if not isinstance(put, Put):
            self._c.outbox.give_back(permit)
            if isinstance(put, NotYet):
                self._rest(_key(push), (put.until - self._c.clock.now()).total_seconds())
            return None
        delivery = await self._sent(put, push, permit)
        if isinstance(delivery, Failed):
            self._rest(_key(push), self._c.outbox.held_for(push.chat_id))
        else:
            self._pauses.pop(_key(push), None)
        return _Left(push.chat_id, put, delivery)

    async def _sent(self, put: Put, push: Push, permit: Permit) -> Delivery:
        assert put.outcome.view is not None, "a push has a card"
        screen = await self._c.screen(put.outcome.view)
        try:
            return await self._c.draw(
                push.chat_id, put.outcome, screen, 0, put.thread_id, permit=permit, remember=False
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
                self._beside.begin(self._c.strip(left.chat_id, put.outcome), "a push")
            else:
                await self._complete(left)
        except StorageFailed:
            self._unsettled.append(left)
            raise
        if put.closed is not None:
            self._beside.begin(group.draw_closed(self._c, put.closed), "a closed turn")

    async def _complete(self, left: "_Left") -> None:
        put, delivery = left.put, left.delivery
        if put.outcome.bare and isinstance(delivery, Sent):
            # Before the other message loses its buttons: the process may die in between.
            await self._c.do(stands_in, put.turn_id, Message(delivery.message_id, delivery.media))
        await self._c.strip(left.chat_id, put.outcome)
        await self._came_of_it(put.turn_id, delivery)
        if put.outcome.view is not None and isinstance(delivery, Sent):
            await self._c.closed_meanwhile(put.outcome.view)
            self._beside.begin(self._c.sounds.follow(left.chat_id, put.outcome.view), "what is heard with a push")

    def _rest(self, key: Key, seconds: float) -> None:
        """Try again after so many seconds, and not before the pause that grows with every try."""
        before = self._pauses.get(key)
        pause = FIRST_PAUSE_SECONDS if before is None else min(before.seconds * 2, LONGEST_PAUSE_SECONDS)
        self._pauses[key] = Pause(self._c.clock.passed() + max(seconds, pause), pause)

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


def _key(push: Push) -> Key:
    return (push.chat_id, push.day, push.hour)
