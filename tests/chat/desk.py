"""Handles updates as a test of the loop wants."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from telegram import Update

GUARD_SECONDS = 5.0


class Desk:
    """Handles updates as a test wants: notes their text, and keeps back those that it is told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[str] = []
        self.at_once = 0
        self.most_at_once = 0
        self.open: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.kept_back: set[str] = set()
        self.broken: set[str] = set()
        self.changed = asyncio.Condition()

    def keep_back(self, *texts: str) -> None:
        """Do not finish these until they are let go."""
        self.kept_back.update(texts)

    def let_go(self, *texts: str) -> None:
        """Finish these."""
        for text in texts:
            self.open[text].set()

    async def handle(self, update: Update) -> None:
        """What the loop calls."""
        query, message = update.inline_query, update.effective_message
        text = (query.query if query is not None else message.text if message is not None else "") or ""
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self._note(self.begun, text)
            if text in self.kept_back:
                await self.open[text].wait()
            if text in self.broken:
                raise KeyError(text)
            await self._note(self.done, text)
        finally:
            self.at_once -= 1

    async def _note(self, where: list[str], text: str) -> None:
        where.append(text)
        async with self.changed:
            self.changed.notify_all()

    async def when(self, holds: Callable[[], bool]) -> None:
        """Return when that is so."""
        async with asyncio.timeout(GUARD_SECONDS), self.changed:
            await self.changed.wait_for(holds)
