"""How fast messages leave, and which goes first: under Telegram's limits, so that it need not refuse.

Telegram takes about thirty messages a second in all, one a second for a person (short bursts pass) and twenty a minute
in a group. It counts new messages; in a group we count edits as well, as nobody has shown that they are free there.
What it says with a 429 goes before what we count.
"""

import asyncio
import contextvars
import math
from bisect import insort
from enum import IntEnum
from heapq import nlargest

from msgspec import Struct, field

from bot.chat.places import will_take, without_place
from bot.chat.timekeeper import Clock

NOBODY = 0
"""In the place of a chat, for a call that belongs to none."""
ALL = -1
"""No chat has this id."""
# A wait that a rounding error leaves over has ended.
_A_ROUNDING_ERROR = 1e-6
# So many chats are remembered before those that have long been quiet are forgotten.
_CHATS_BEFORE_TIDYING = 1000


class Urgency(IntEnum):
    """What goes first when not everything may go."""

    ANSWER = 0  # somebody waits for it
    PUSH = 1
    TALLY = 2  # more of them come, and only the last one counts


class Rate(Struct, frozen=True):
    """At most so many messages in any so many seconds."""

    most: float
    seconds: float


class Rates(Struct, frozen=True):
    """For all chats together, for a person, for a group."""

    overall: Rate
    private: Rate
    group: Rate


TELEGRAM = Rates(overall=Rate(25, 1), private=Rate(20, 20), group=Rate(18, 60))
NONE = Rates(*[Rate(math.inf, 1)] * 3)
"""As fast as can be: to measure what else takes time."""


class _Window:
    """The messages of the last seconds. Time is seconds passed."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._at: list[float] = []  # in order

    def free_at(self, now: float) -> float:
        """When one more may go."""
        return now if self.room(now) > 0 else self._at[0] + self._rate.seconds

    def room(self, now: float) -> float:
        """How many more may go at once."""
        begins = now - self._rate.seconds + _A_ROUNDING_ERROR
        if self._at and self._at[0] <= begins:
            self._at = [at for at in self._at if at > begins]
        return self._rate.most - len(self._at)

    def take(self, now: float) -> None:
        if self._rate.most < math.inf:
            self._at.append(now)

    def give_back(self, at: float) -> None:
        if at in self._at:
            self._at.remove(at)

    def is_empty(self, now: float) -> bool:
        return not self._at or self._at[-1] <= now - self._rate.seconds


class Permit(Struct, eq=False):
    """Leave to make one call to a chat now; given back unused, it counts for nothing."""

    chat_id: int
    urgency: Urgency
    new: bool  # a new message
    asks: bool = False  # no message at all
    at: float = 0.0  # seconds passed


class _Waiter(Struct, eq=False):
    permit: Permit
    number: int
    may_go: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def order(self) -> tuple[int, int]:
        return (self.permit.urgency, self.number)


class Pace:
    """Lets calls go when Telegram takes them; the more urgent first, then the earlier."""

    def __init__(self, clock: Clock, rates: Rates = TELEGRAM) -> None:
        self._clock = clock
        self._rates = rates
        self._overall = _Window(rates.overall)
        self._chats: dict[int, _Window] = {}
        self._tidy_above = _CHATS_BEFORE_TIDYING
        self._held_until: dict[int, float] = {}  # by chat, and ALL: seconds passed
        self._waiting: list[_Waiter] = []  # in the order in which they go
        self._number = 0
        self._bell: asyncio.Task[None] | None = None
        self._rings_at = math.inf
        self._closed = False

    def close(self) -> None:
        """From now on what had to wait is cancelled: the program ends, and it comes again in the next life."""
        self._closed = True
        for waiter in self._waiting:
            waiter.may_go.cancel()

    async def permit(
        self, chat_id: int, urgency: Urgency = Urgency.ANSWER, *, new: bool = False, asks: bool = False
    ) -> Permit:
        """Leave for one call to this chat, as soon as it may go. `new`: it puts a new message there; `asks`: it brings
        and changes no message, and is not counted.
        """
        permit = self.permit_now(chat_id, urgency, new=new, asks=asks)
        if permit is not None:
            return permit
        if self._closed:
            raise asyncio.CancelledError
        permit = Permit(chat_id, urgency, new, asks)
        self._number += 1
        waiter = _Waiter(permit, self._number)
        insort(self._waiting, waiter, key=_Waiter.order)
        now = self._clock.passed()
        at = self._free_at(permit, now)
        if at > now:
            will_take(at - now)
            self._ring_at(at, now)
        else:
            # Others may go as well, and before it.
            self._let_go()
        if not waiter.may_go.done():
            await self._wait(waiter)
        return permit

    def permit_now(
        self,
        chat_id: int,
        urgency: Urgency = Urgency.ANSWER,
        *,
        new: bool = False,
        asks: bool = False,
        spare: int = 0,
    ) -> Permit | None:
        """The same if it may go at once, None if it had to wait or left no room for so many others in this chat."""
        permit = Permit(chat_id, urgency, new, asks)
        now = self._clock.passed()
        if spare and self.room(chat_id) <= spare:
            return None
        # Nobody who waits and may go is overtaken; behind those who may not, there is no need to wait.
        if (self._rings_at <= now and not self._closed) or self._free_at(permit, now) > now:
            return None
        self._take(permit, now)
        return permit

    def wait(self, chat_id: int) -> float:
        """In how many seconds a new message may go to this chat, if nobody goes before it."""
        now = self._clock.passed()
        return self._free_at(Permit(chat_id, Urgency.ANSWER, new=True), now) - now

    def room(self, chat_id: int) -> float:
        """How many calls to this chat may go at once, as far as we count them."""
        windows = self._windows(Permit(chat_id, Urgency.ANSWER, new=False))
        return min((window.room(self._clock.passed()) for window in windows), default=math.inf)

    def give_back(self, permit: Permit) -> None:
        """It was not used."""
        for window in self._windows(permit):
            window.give_back(permit.at)
        self._let_go()

    def hold(self, chat_id: int, seconds: float) -> None:
        """Telegram said to wait so long with this chat."""
        now = self._clock.passed()
        self._held_until[chat_id] = max(now + seconds, self._held_until.get(chat_id, 0.0))
        # It does not say whether it means this chat or all. As long as two persons must wait, all must: each alone
        # would have to get more than a message a second. Groups reach their own limit easily.
        persons = nlargest(2, (until for chat, until in self._held_until.items() if chat > 0))
        if chat_id > 0 and len(persons) == 2 and persons[1] > now:
            self._held_until[ALL] = max(persons[1], self._held_until.get(ALL, 0.0))

    def told_to_wait(self, chat_id: int) -> float:
        """For how many seconds Telegram wants nothing for this chat, or for any; 0 if it takes it."""
        return max(self.held_for(chat_id), self.held_for(ALL))

    def held_for(self, chat_id: int) -> float:
        """For how many seconds Telegram wants nothing for this chat alone; 0 if it takes it."""
        return max(0.0, self._held_until.get(chat_id, 0.0) - self._clock.passed())

    async def _wait(self, waiter: _Waiter) -> None:
        try:
            with without_place(self._clock):
                await waiter.may_go
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
                self._let_go()
            else:
                self.give_back(waiter.permit)
            raise

    def _let_go(self) -> None:
        """Let everybody go who may, and wake up when the next one may."""
        now = self._clock.passed()
        soonest = math.inf
        left: list[_Waiter] = []
        for waiter in self._waiting:
            at = self._free_at(waiter.permit, now)
            if waiter.may_go.done():  # cancelled; it is about to say so
                left.append(waiter)
            elif at <= now:
                self._take(waiter.permit, now)
                waiter.may_go.set_result(None)
            else:
                soonest = min(soonest, at)
                left.append(waiter)
        self._waiting = left
        self._ring_at(soonest, now)

    def _ring_at(self, at: float, now: float) -> None:
        if at >= self._rings_at and at < math.inf:
            return
        if self._bell is not None:
            self._bell.cancel()
            self._bell = None
        self._rings_at = at
        if at < math.inf:
            # In a context of its own: it rings for everybody, not for whoever happened to wait first.
            self._bell = asyncio.get_running_loop().create_task(self._ring(at - now), context=contextvars.Context())

    async def _ring(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        self._bell, self._rings_at = None, math.inf
        self._let_go()

    def _free_at(self, permit: Permit, now: float) -> float:
        at = now
        if self._held_until:
            at = max(at, self._held_until.get(permit.chat_id, 0.0), self._held_until.get(ALL, 0.0))
        for window in self._windows(permit):
            at = max(at, window.free_at(now))
        return at

    def _take(self, permit: Permit, now: float) -> None:
        permit.at = now
        for window in self._windows(permit):
            window.take(now)
        self._tidy(now)

    def _windows(self, permit: Permit) -> tuple[_Window, ...]:
        if permit.asks or permit.chat_id == NOBODY or not (permit.new or permit.chat_id < 0):
            return ()
        chat = self._chats.get(permit.chat_id)
        if chat is None:
            rate = self._rates.private if permit.chat_id > 0 else self._rates.group
            chat = self._chats[permit.chat_id] = _Window(rate)
        return (chat, self._overall) if permit.new else (chat,)

    def _tidy(self, now: float) -> None:
        if len(self._chats) > self._tidy_above:
            self._chats = {chat: window for chat, window in self._chats.items() if not window.is_empty(now)}
            # Where so many are never quiet, not at every message.
            self._tidy_above = max(_CHATS_BEFORE_TIDYING, 2 * len(self._chats))
        if len(self._held_until) > _CHATS_BEFORE_TIDYING:
            self._held_until = {chat: until for chat, until in self._held_until.items() if until > now}
