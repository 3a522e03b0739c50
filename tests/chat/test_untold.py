"""What is to be told of a card is tried once at a time, and after a rest where Telegram did not take it."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.chat.outbox import Outbox
from bot.chat.pace import Urgency
from bot.chat.screens import Screen
from bot.chat.telling import FIRST_REST_SECONDS, Untold
from bot.clock import FollowedClock
from bot.decks import html
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import chats, complaints, drafts, notices, owned
from bot.storage.database import READERS, Database
from bot.storage.notices import Notice
from bot.tutor import Tutor
from tests.chat.posting import shows


@pytest.fixture
async def database(tmp_path: Path, followed: FollowedClock, ella: Somebody) -> AsyncIterator[Database]:
    """Ella is to be told that her card is wrong."""
    database = await Database.open(tmp_path / "deckhand.db")

    def life(db: sqlite3.Connection) -> None:
        chats.ensure(db, ella.id, "private")
        deck_id = owned.add(db, ella.id, "Words", "Words")
        drafts.save(db, deck_id, "guid", [(html.parse("sea"), html.parse("Meer"))])
        complaints.add(db, 1, ella.id, followed.now())
        notices.add(db, [Notice(1, ella.id, "wrong")])

    await database.write(life)
    yield database
    await database.close()


async def test_one_try_at_a_time(
    outbox: Outbox, followed: FollowedClock, database: Database, playground: Playground, ella: Somebody
) -> None:
    """However often is looked; what Telegram puts off rests a minute, though it asks for a second."""
    begun: list[asyncio.Task[None]] = []

    async def screen(_view: object) -> Screen:
        return shows("wrong")

    def begin(work: Coroutine[Any, Any, None], _what: str) -> None:
        begun.append(asyncio.create_task(work))

    untold = Untold(outbox, Tutor(database, "UTC"), followed, screen, begin, ())
    playground.faults.add("sendMessage", status=429, retry_after=1)
    for _ in range(3):
        await untold.look()
    assert len(begun) == 1
    await begun[0]
    playground.clock.advance(seconds=FIRST_REST_SECONDS / 2)
    await playground.clock.settled()
    await untold.look()
    assert len(begun) == 1
    playground.clock.advance(seconds=FIRST_REST_SECONDS / 2)
    await playground.clock.settled()
    await untold.look()
    await begun[1]
    assert [message.text for message in ella.messages()] == ["wrong"]
    await untold.look()
    assert len(begun) == 2
    # What is needless by then takes nothing of the pace.
    for _ in range(30):
        await untold.tell([Notice(1, ella.id, "wrong")])
    assert outbox.permit_now(ella.id, Urgency.ANSWER, new=True) is not None


async def test_what_fails_during_a_look_rests(
    outbox: Outbox, followed: FollowedClock, database: Database, playground: Playground, ella: Somebody
) -> None:
    """A look that found it before, and comes to it after it failed, does not begin again."""
    begun: list[asyncio.Task[None]] = []
    drawn, read = asyncio.Event(), threading.Event()

    async def screen(_view: object) -> Screen:
        await drawn.wait()
        return shows("wrong")

    def begin(work: Coroutine[Any, Any, None], _what: str) -> None:
        begun.append(asyncio.create_task(work))

    untold = Untold(outbox, Tutor(database, "UTC"), followed, screen, begin, ())
    playground.faults.add("sendMessage", status=429, retry_after=1)
    await untold.look()
    readers = [asyncio.create_task(database.read(lambda _: read.wait())) for _ in range(READERS)]
    look = asyncio.create_task(untold.look())
    await asyncio.wait({look}, timeout=0)
    drawn.set()
    await begun[0]
    read.set()
    await asyncio.gather(look, *readers)
    assert len(begun) == 1
