"""Tells whoever is to be told that a card is wrong, or was mended: at once, and what could not be sent later."""

from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable
from typing import Any, Concatenate, ParamSpec, TypeVar

from bot.chat.outbox import Delivery, Failed, Outbox, Unsure, is_worth_again
from bot.chat.pace import Permit, Urgency
from bot.chat.rests import Rests
from bot.chat.screens import Screen
from bot.chat.timekeeper import Clock
from bot.storage.errors import StorageFailed
from bot.storage.notices import Notice
from bot.tutor import Desk, Tutor, telling
from bot.tutor.card_views import MendedView, WrongView

T = TypeVar("T")
P = ParamSpec("P")

# What surely did not arrive is told again after a rest.
FIRST_REST_SECONDS = 60.0
LONGEST_REST_SECONDS = 3600.0


class Untold:
    """What is to be told, and what came of it. `begin_beside(work, what)` lets work run beside everything else; who
    `runs` the bot is told of decks of the folder; who is not `allowed` (empty: everybody is) is told nothing.
    """

    def __init__(
        self,
        outbox: Outbox,
        tutor: Tutor,
        clock: Clock,
        screen: Callable[[WrongView | MendedView], Awaitable[Screen]],
        begin_beside: Callable[[Coroutine[Any, Any, None], str], None],
        runs: Collection[int],
        allowed: Collection[int] = (),
    ) -> None:
        self._outbox = outbox
        self._tutor = tutor
        self._clock = clock
        self._screen = screen
        self._begin_beside = begin_beside
        self._runs = runs
        self._allowed = allowed
        self._telling: set[Notice] = set()
        self._rests: Rests[Notice] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        # What came of calls, where the database did not take it.
        self._unsettled: dict[Notice, Delivery] = {}

    async def begin(self) -> None:
        """Carry on what an earlier life of the bot left."""
        await self._do(telling.begin_anew, self._runs)
        await self.look()

    async def tell(self, notices: Iterable[Notice]) -> None:
        """Tell these now, as far as the pace allows and Telegram takes them; the others are told by `look`."""
        for notice in notices:
            permit = self._outbox.permit_now(notice.chat_id, Urgency.ANSWER, new=True)
            if permit is not None:
                await self._tell(notice, permit)

    async def look(self) -> None:
        """Begin to tell whatever is to be told."""
        self.settle_again()
        found = await self._tutor.see(telling.to_tell, self._clock.now())
        # Asked only now: what was being told may have failed meanwhile, and rests.
        resting = self._rests.resting(self._clock.passed())
        for notice in found:
            if notice not in self._telling | resting:
                self._telling.add(notice)
                self._begin_beside(self._tell_later(notice), "telling of a card that is wrong or mended")

    def settle_again(self) -> None:
        """Write what came of calls where the database did not take it before."""
        unsettled, self._unsettled = self._unsettled, {}
        for notice, delivery in unsettled.items():
            self._begin_beside(self._settle(notice, delivery), "telling of a card that is wrong or mended")

    async def _tell_later(self, notice: Notice) -> None:
        try:
            await self._tell(notice, await self._outbox.permit(notice.chat_id, Urgency.PUSH, new=True))
        finally:
            self._telling.discard(notice)

    async def _tell(self, notice: Notice, permit: Permit) -> None:
        try:
            letter = await self._do(telling.begin, notice, self._runs, self._allowed)
        except Exception:
            # Else it would be tried at every tick.
            self._rests.begin(notice, self._clock.passed())
            self._outbox.give_back(permit)
            raise
        if letter is None:
            self._outbox.give_back(permit)
            return
        delivery: Delivery = Failed()
        try:
            screen = await self._screen(letter.view)
            # Should this fail in a way that nobody expects, it may have arrived.
            delivery = Unsure()
            delivery = await self._outbox.send(notice.chat_id, screen, silent=letter.silent, permit=permit)
        finally:
            if is_worth_again(delivery):
                self._rests.begin(notice, self._clock.passed())
            else:
                self._rests.over(notice)
            await self._settle(notice, delivery)

    async def _settle(self, notice: Notice, delivery: Delivery) -> None:
        """Write what came of it; what the database does not take now is tried again."""
        came = telling.told
        if isinstance(delivery, Unsure):
            came = telling.unsure
        elif is_worth_again(delivery):
            came = telling.not_told
        try:
            await self._do(came, notice)
        except StorageFailed:
            self._unsettled[notice] = delivery
            raise

    async def _do(self, work: Callable[Concatenate[Desk, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._tutor.do(work, self._clock.now(), *args, **kwargs)
