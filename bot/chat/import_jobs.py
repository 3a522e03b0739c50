"""A sent file and the message that says how it stands; what could not be brought to its end is tried again."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.chat.bringing import Bringing, Wishes
from bot.chat.outbox import Sent, is_worth_again
from bot.chat.screens import Screen
from bot.chat.talk import Context
from bot.chat.unlinked import unlinked
from bot.storage.arriving import SentFile
from bot.storage.turns import Message
from bot.tutor import importing, placing
from bot.tutor.importing import Import


class Job:
    """A sent file, and the message that says how it stands; `where` None: nowhere yet, or nobody knows where."""

    def __init__(
        self, c: Context, one: Import, file: SentFile, where: Message | None, wishes: Wishes | None = None
    ) -> None:
        assert one.owner_id is not None, "somebody sent it"
        self.one = one
        self.owner_id = one.owner_id
        self.file = file
        self.where = where
        self.wishes = wishes or Wishes()
        self._c = c

    @property
    def name(self) -> str:
        return unlinked(self.file.name)

    @property
    def bringing(self) -> Bringing:
        return Bringing(self._c.tutor, self._c.clock, self.one)

    async def show(self, screen: Screen) -> bool:
        """Whether it stands in the message now, or never will; else it may later."""
        where = self.where
        if where is None:
            delivery = await self._c.outbox.send(self.owner_id, screen)
        else:
            delivery = await self._c.outbox.edit(self.owner_id, where.message_id, where.media, screen)
        if isinstance(delivery, Sent):
            self.where = Message(delivery.message_id, delivery.media)
            if self.where != where:
                await self._c.do(importing.stands_in, self.one, delivery.message_id)
        return not is_worth_again(delivery)


def message_of(message_id: int | None) -> Message | None:
    """The message, which is one of text."""
    return None if message_id is None else Message(message_id, "text")


async def until_over(
    c: Context, one: Import, work: Callable[[], Awaitable[bool]], again: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Do it; where it fails, or says that it is not over, it is done `again` after a rest."""
    is_over = False
    try:
        is_over = await work()
    finally:
        if not is_over:
            c.imports.later(one.import_id, again)


async def tell_surely(c: Context, job: Job, screen: Screen) -> None:
    """Say what came of it: where that cannot be said now, it is said later."""
    await until_over(c, job.one, lambda: _end_told(c, job, screen), lambda: tell_surely(c, job, screen))


async def _end_told(c: Context, job: Job, screen: Screen) -> bool:
    told = await job.show(screen)
    if told:
        await c.do(placing.ended, job.one)
    return told
