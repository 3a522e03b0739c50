"""Tells whoever is to be told that a card is wrong, or was mended: at once, and what could not be sent later."""

from collections.abc import Iterable

from bot.chat.beside import Beside
from bot.chat.outbox import Unsure, is_worth_again
from bot.chat.pace import Permit, Urgency
from bot.chat.rests import Rests
from bot.chat.talk import Context
from bot.storage.notices import Notice
from bot.tutor import telling

# What surely did not arrive is told again after a rest.
FIRST_REST_SECONDS = 60.0
LONGEST_REST_SECONDS = 3600.0


async def tell(c: Context, notices: Iterable[Notice]) -> None:
    """Tell these now, as far as the pace allows and Telegram takes them; the others are told by `Untold`."""
    for notice in notices:
        permit = c.outbox.permit_now(notice.chat_id, Urgency.ANSWER, new=True)
        if permit is not None:
            await _told(c, notice, permit)


async def _told(c: Context, notice: Notice, permit: Permit) -> bool:
    """Whether it need not be tried again."""
    letter = await c.do(telling.begin, notice)
    if letter is None:
        c.outbox.give_back(permit)
        return True
    screen = await c.screen(letter.view)
    delivery = await c.outbox.send(notice.chat_id, screen, silent=letter.silent, permit=permit)
    if isinstance(delivery, Unsure):
        await c.do(telling.unsure, notice)
    elif is_worth_again(delivery):
        await c.do(telling.not_told, notice)
        return False
    else:
        await c.do(telling.told, notice)
    return True


class Untold:
    """What could not be told at once, beside everything else."""

    def __init__(self, context: Context, beside: Beside) -> None:
        self._c = context
        self._beside = beside
        self._telling: set[Notice] = set()
        self._rests: Rests[Notice] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)

    async def begin(self) -> None:
        """Carry on what an earlier life of the bot left."""
        await self._c.do(telling.after_a_crash)
        await self.look()

    async def look(self) -> None:
        """Begin to tell whatever is to be told."""
        resting = self._rests.resting(self._c.clock.passed())
        for notice in await self._c.do(telling.to_tell):
            if notice not in self._telling | resting:
                self._telling.add(notice)
                self._beside.begin(self._tell(notice), "telling of a card that is wrong or mended")

    async def _tell(self, notice: Notice) -> None:
        try:
            permit = await self._c.outbox.permit(notice.chat_id, Urgency.PUSH, new=True)
            if await _told(self._c, notice, permit):
                self._rests.over(notice)
            else:
                self._rests.begin(notice, self._c.clock.passed())
        finally:
            self._telling.discard(notice)
