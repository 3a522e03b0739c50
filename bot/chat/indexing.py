"""Keeps the index in which /find looks in step with the cards, in small steps, so that nobody waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.chat.talk import Context
from bot.storage import search
from bot.storage.errors import StorageFailed
from bot.storage.search import Unread
from bot.tutor import Desk, finding

log = logging.getLogger(__name__)

T = TypeVar("T")


class Indexing:
    """Takes in what was written, and lets go what was taken out."""

    def __init__(self, context: Context) -> None:
        self._c = context
        self._one = asyncio.Lock()

    async def begin(self) -> None:
        """Look at the whole of it once: what does not agree with the cards is made anew."""
        if not await self._c.see(_agrees):
            log.warning("the index of words does not agree with the cards; it is made anew")
            await self._c.do(finding.make_anew)
        await self.look()

    async def look(self) -> None:
        """Return when it knows all cards as they are written."""
        async with self._one:
            if await self._c.see(_is_behind):
                await mended(self._c, self._catch_up, None)

    async def _catch_up(self) -> None:
        c = self._c
        done = False
        while not done:
            done = await c.do(_let_go)
            await self._merged()
        while cards := await c.see(_unread):
            await c.do(_take_in, cards)
            await self._merged()

    async def _merged(self) -> None:
        while not await self._c.do(_merge):
            pass


async def mended(c: Context, work: Callable[[], Awaitable[T]], otherwise: T) -> T:
    """What `work` gives; `otherwise` where the index is torn: it is thrown away, and the next beats make it anew."""
    try:
        return await work()
    except StorageFailed as failed:
        if not finding.is_torn(failed):
            raise
    log.warning("the index of words cannot be read; it is made anew")
    await c.do(finding.make_anew)
    return otherwise


def _agrees(desk: Desk) -> bool:
    return search.agrees(desk.db)


def _is_behind(desk: Desk) -> bool:
    return search.is_behind(desk.db)


def _let_go(desk: Desk) -> bool:
    return search.let_go(desk.db)


def _unread(desk: Desk) -> list[Unread]:
    return search.unread(desk.db)


def _take_in(desk: Desk, cards: list[Unread]) -> None:
    search.take_in(desk.db, cards)


def _merge(desk: Desk) -> bool:
    return search.merge(desk.db)
