"""The desk at which one transaction is worked: the database, the moment, and who a learner is at that moment."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from sqlite3 import Connection
from typing import Concatenate, ParamSpec, TypeVar

from msgspec import Struct

from bot.storage import chats, forgetting, reviews
from bot.storage.chats import Chat
from bot.storage.database import Database
from bot.storage.forgetting import Left
from bot.storage.forgotten import Forgotten, list_of
from bot.study import hours
from bot.study.hours import Moment
from bot.study.memory import Policy
from bot.study.queue import Limits

T = TypeVar("T")
P = ParamSpec("P")


class Learner(Struct, frozen=True):
    """A person at a moment: settings, study day and the policy of the schedule."""

    learner_id: int
    chat: Chat
    zone: str
    moment: Moment
    policy: Policy


class Desk(Struct, frozen=True):
    """One transaction's connection and moment. `default_zone` holds for who chose none."""

    db: Connection
    now: datetime
    default_zone: str

    def zone_of(self, chat: Chat) -> str:
        return chat.zone or self.default_zone

    def moment_of(self, chat: Chat) -> Moment:
        """The present moment as this chat lives it."""
        return hours.moment(self.now, self.zone_of(chat), chat.rollover_hour)

    def learner(self, learner_id: int) -> Learner:
        """The person, with default settings if not met before."""
        return self.learner_of(chats.ensure(self.db, learner_id, "private"))

    def learner_of(self, chat: Chat) -> Learner:
        """The person of a private chat."""
        return Learner(chat.chat_id, chat, self.zone_of(chat), self.moment_of(chat), _policy(chat.retention))

    def limits(self, learner: Learner) -> Limits:
        """What is left of the learner's day."""
        done = reviews.done_on(self.db, learner.learner_id, learner.moment.day)
        chat = learner.chat
        wanted = chat.new_per_day + chats.extra_on(chat, learner.moment.day)
        return Limits(new_left=max(wanted - done.new, 0), reviews_left=max(chat.reviews_per_day - done.reviews, 0))


# Most people want the same few.
@lru_cache(maxsize=256)
def _policy(retention: float) -> Policy:
    return Policy(retention=retention)


class Tutor:
    """Carries out what people ask: one function of this folder, one transaction."""

    def __init__(self, database: Database, default_zone: str) -> None:
        self._database = database
        self._default_zone = default_zone
        self.forgotten = Forgotten(list_of(database.path))
        self._cleaning = asyncio.Lock()

    async def do(
        self, work: Callable[Concatenate[Desk, P], T], now: datetime, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` makes of it, all written or nothing. Raises what the database raises if it cannot be kept.

        It may run twice (`Database.write`), so it is given nothing that can be read but once, and changes nothing but
        the database.
        """

        def transaction(db: Connection) -> T:
            return work(Desk(db, now, self._default_zone), *args, **kwargs)

        return await self._database.write(transaction)

    async def see(
        self, work: Callable[Concatenate[Desk, P], T], now: datetime, /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` makes of the database as it is, beside those who write: for what reads much and only reads."""

        def look(db: Connection) -> T:
            return work(Desk(db, now, self._default_zone), *args, **kwargs)

        return await self._database.read(look)

    async def clean(self) -> Left:
        """What is left of whoever was forgotten once all was overwritten that can be at once (forgetting.py)."""
        # One after the other: what was waiting when one began is done by it, and the others find nothing left to do.
        async with self._cleaning:
            return await forgetting.clean(self._database)
