"""What the tests of this room stand on: the library's bot and a clock, both at the playground."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat.inbox import Inbox
from bot.chat.outbox import Outbox
from bot.chat.pace import Pace
from bot.chat.request import Request
from bot.clock import FollowedClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage.database import Database
from bot.tutor import Tutor
from tests.chat.desk import Desk
from tests.chat.posting import Heard, Shelf, opened


@pytest.fixture
async def library(playground: Playground) -> AsyncIterator[Bot]:
    """PTB's bot, which soon gives up waiting for an answer."""
    request = Request(read_seconds=0.4)
    bot = Bot(
        playground.token,
        base_url=f"{playground.base_url}/bot",
        base_file_url=f"{playground.base_url}/file/bot",
        request=request,
        get_updates_request=request,
    )
    await bot.initialize()
    yield bot
    await bot.shutdown()


@pytest.fixture
async def followed(playground: Playground) -> AsyncIterator[FollowedClock]:
    """The playground's time."""
    clock = FollowedClock(playground.base_url)
    await clock.start()
    await playground.clock.settled()
    yield clock
    await clock.stop()


@pytest.fixture
def shelf() -> Shelf:
    """The pictures that Telegram already has."""
    return Shelf()


@pytest.fixture
def heard() -> Heard:
    """What the outbox told the rest of the bot."""
    return Heard()


@pytest.fixture
def outbox(library: Bot, followed: FollowedClock, shelf: Shelf, heard: Heard) -> Outbox:
    """The outbox, at the playground."""
    return Outbox(library, followed, shelf, heard.on_moved, heard.on_gone, Pace(followed))


@pytest.fixture
def ella(playground: Playground) -> Somebody:
    """Ella, who has opened the chat."""
    return opened(playground, "Ella")


@pytest.fixture
def desk() -> Desk:
    """What handles the updates."""
    return Desk()


@pytest.fixture
async def inbox(tmp_path: Path, followed: FollowedClock) -> AsyncIterator[Inbox]:
    """Where updates are put aside: a database."""
    database = await Database.open(tmp_path / "deckhand.db")
    yield Inbox(Tutor(database, "UTC"), followed)
    await database.close()
