"""What is heard beside a page, while something else comes."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from telegram import Bot

from bot.chat.hearing import Hearing
from bot.chat.outbox import Outbox
from bot.chat.pace import Pace
from bot.chat.playing import MOST_AT_ONCE, Player
from bot.chat.request import Request
from bot.chat.texts import English
from bot.clock import FollowedClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import chats
from bot.storage.database import Database
from bot.storage.played import Page
from bot.tutor import Tutor
from bot.tutor.hearing import Asked
from tests.chat.posting import Heard, Shelf
from tests.chat.test_outbox_refusals import begun
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


async def test_what_surely_never_left_is_sent_by_the_next_tap(
    library: Bot,
    outbox: Outbox,
    followed: FollowedClock,
    database: Database,
    playground: Playground,
    ella: Somebody,
    tmp_path: Path,
) -> None:
    """Telegram was out of reach: nothing is taken for sent, so all of it comes, once, when it is asked for again."""
    names = ("a.ogg", "c.ogg")
    for name in names:
        (tmp_path / name).write_bytes(opus(words=name.encode()))
    await database.write(lambda db: chats.ensure(db, ella.id, "private"))
    asked = Asked(Page(ella.id, 1, 1), "@", names)
    request = Request()
    await request.initialize()
    nowhere = Bot(playground.token, base_url="http://127.0.0.1:9/bot", request=request, get_updates_request=request)
    beyond = Outbox(nowhere, followed, Shelf(), Heard().on_moved, Heard().on_gone, Pace(followed))
    for bot, through in ((nowhere, beyond), (library, outbox), (library, outbox)):
        player = Player(bot, through, lambda _, name: tmp_path / name, English())
        playing = begun(followed, Hearing(player, Tutor(database, "UTC"), followed).play(asked))
        while not playing.done():
            await playground.clock.advance(seconds=1)
        await playing
        there = [each.kind for each in ella.messages()]
        assert there == ([] if through is beyond else ["voice", "voice"])
    await request.shutdown()


async def test_more_than_one_call_deletes_go_by_several(
    library: Bot, outbox: Outbox, playground: Playground, ella: Somebody
) -> None:
    """A chat may hold any number of recordings that are over."""
    player = Player(library, outbox, lambda _, name: None, English())
    assert await player.take_away(ella.id, range(1, 2 * MOST_AT_ONCE + 2))
    calls = [call.params["message_ids"] for call in playground.calls if call.method == "deleteMessages"]
    assert [len(ids) for ids in calls] == [MOST_AT_ONCE, MOST_AT_ONCE, 1]
