"""What is heard beside a page, while something else comes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat.hearing import Hearing
from bot.chat.outbox import Outbox
from bot.chat.playing import MOST_AT_ONCE, Player
from bot.chat.texts import English
from bot.clock import FollowedClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import chats
from bot.storage.database import Database
from bot.storage.played import Page
from bot.tutor import Tutor
from bot.tutor.hearing import Asked
from tests.recordings import mp3, opus

NAMES = ("a.ogg", "b.mp3", "c.ogg")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """One with nobody in it."""
    database = await Database.open(tmp_path / "deckhand.db")
    yield database
    await database.close()


async def test_nothing_is_left_of_a_page_that_goes_while_it_is_heard(
    library: Bot,
    outbox: Outbox,
    followed: FollowedClock,
    database: Database,
    playground: Playground,
    ella: Somebody,
    tmp_path: Path,
) -> None:
    """A card is put in the middle of it: what is on its way then goes as well, and no more of it is sent."""
    for name in NAMES:
        (tmp_path / name).write_bytes(mp3() if name.endswith("mp3") else opus(words=name.encode()))
    await database.write(lambda db: chats.ensure(db, ella.id, "private"))
    player = Player(library, outbox, lambda _, name: tmp_path / name, English())
    pages = Hearing(player, Tutor(database, "UTC"), followed)
    ending: list[asyncio.Task[None]] = []

    async def goes(_params: object) -> None:
        ending.append(asyncio.create_task(pages.end(ella.id)))
        for _ in range(2):
            # Behind this it has read what there is.
            await database.write(lambda _: None)

    playground.faults.add("sendAudio", kind="call", hook=goes)
    await pages.play(Asked(Page(ella.id, 1, 1), "@", NAMES))
    await ending[0]
    assert ella.messages() == []
    assert playground.counts["sendVoice"] == 1
    assert await database.read(lambda db: db.execute("select * from played").fetchall()) == []
    assert not pages.has_some(ella.id)


async def test_more_than_one_call_deletes_go_by_several(
    library: Bot, outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """A chat may hold any number of recordings that are over."""
    player = Player(library, outbox, lambda _, name: None, English())
    assert await player.take_away(ella.id, range(1, 2 * MOST_AT_ONCE + 2))
    calls = [call.params["message_ids"] for call in playground.calls if call.method == "deleteMessages"]
    assert [len(ids) for ids in calls] == [MOST_AT_ONCE, MOST_AT_ONCE, 1]
