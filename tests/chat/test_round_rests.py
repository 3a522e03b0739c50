"""A round's step that did not reach the group is taken again after a rest, and not before."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot

from bot.app import App
from bot.chat.beside import Beside
from bot.chat.faults import Faults
from bot.chat.outbox import Outbox
from bot.chat.round_steps import FIRST_REST_SECONDS, RoundSteps
from bot.clock import FollowedClock
from bot.decks import html
from bot.playground.faults import ResetError
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.settings import load
from bot.storage import chats, drafts, owned, rounds
from bot.storage.database import Database
from bot.tutor import Tutor
from tests.people import Group, environment


@pytest.fixture
def group(playground: Playground, ella: Somebody) -> Group:
    """Ella's group, with the bot."""
    return playground.group("Study group", [ella])


@pytest.fixture
async def database(tmp_path: Path, followed: FollowedClock, ella: Somebody, group: Group) -> AsyncIterator[Database]:
    """A round of one card is to ask it now."""
    database = await Database.open(tmp_path / "deckhand.db")
    now = followed.now()

    def life(db: sqlite3.Connection) -> None:
        chats.ensure(db, ella.id, "private")
        chats.ensure(db, group.id, "group")
        deck_id = owned.add(db, ella.id, "Words", "Words")
        drafts.save(db, deck_id, "guid", [(html.parse("sea"), html.parse("Meer"))])
        chats.subscribe(db, group.id, deck_id, now)
        began = rounds.begin(
            db,
            chat_id=group.id,
            thread_id=None,
            host_id=ella.id,
            form="flip",
            deck_id=deck_id,
            cards=1,
            seconds=16,
            next_at=now,
            at=now,
        )
        rounds.enter(db, began.round_id, "lobby", now)

    await database.write(life)
    yield database
    await database.close()


@pytest.fixture
def beside(followed: FollowedClock) -> Beside:
    """What the steps are taken in."""
    return Beside(followed, Faults())


@pytest.fixture
def steps(
    playground: Playground,
    tmp_path: Path,
    followed: FollowedClock,
    library: Bot,
    outbox: Outbox,
    database: Database,
    beside: Beside,
) -> RoundSteps:
    """The beat of all rounds, with the parts that the bot has."""
    app = App(load(environment(playground, tmp_path, tmp_path, {}), None, need_token=True), followed)
    return RoundSteps(app._context(library, Tutor(database, "UTC"), outbox, beside, tmp_path), beside)


async def test_what_fails_during_a_tick_rests(
    steps: RoundSteps, beside: Beside, database: Database, playground: Playground, group: Group
) -> None:
    """A tick that found its round before, and comes to it after it failed, does not take the step again."""
    lost, written = asyncio.Event(), threading.Event()

    async def lose(_params: Mapping[str, Any]) -> None:
        await lost.wait()
        raise ResetError

    fault = playground.faults.add("sendMessage", "before", "call", hook=lose)
    await steps.tick()
    assert await playground.called.until(lambda: bool(fault.met), 4)
    writer = asyncio.create_task(database.write(lambda _: written.wait()))
    await asyncio.wait({writer}, timeout=0)
    tick = asyncio.create_task(steps.tick())
    await asyncio.wait({tick}, timeout=0)
    lost.set()
    # Without a word to the database, which hears of the next tick only then.
    await beside.stop()
    written.set()
    await asyncio.gather(tick, writer)
    await beside.stop()
    assert group.sees_all() == []
    playground.clock.advance(seconds=FIRST_REST_SECONDS)
    await playground.clock.settled()
    await steps.tick()
    await beside.stop()
    assert [screen.text.split("\n\n")[1] for screen in group.sees_all()] == ["sea"]
