"""/forget: everything about one person goes, and nothing about anybody else."""

import asyncio
import itertools
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from bot import backups
from bot.chat.request import READ_SECONDS
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.playground.world import FIRST_PERSON_ID
from bot.storage.database import Database
from tests.decks.anki.samples import PICTURE, database, package_of
from tests.habits import settles, studies, until
from tests.notebook import differences, log, memories, tables_naming
from tests.people import BotHere, screen_of
from tests.storage.full_disk import files_of_at_most
from tests.storage.test_forgotten import busy, large
from tests.storage.traces import traces
from tests.test_imports import done, kept, sent

ASKED = screen_of(
    "This erases everything about you here: decks, hours, every grade and what they built up. "
    "A deck of your own goes as well, unless others have it. It cannot be taken back; "
    "/export first, if you want to keep a copy.",
    "[Erase everything]",
    "[Keep it]",
)
ERASED = screen_of(
    "Everything about you is erased. Backups from before this are deleted within seven days; if one has to be put "
    "back until then, what it holds about you is left out. /start begins anew."
)
ERASED_BUT_FOR_TRACES = screen_of(
    "Everything about you is erased but for traces in the bot's file, which nobody is shown: they are overwritten "
    "within a day. Backups from before that are deleted within seven days; if one has to be put back until then, "
    "what it holds about you is left out. /start begins anew."
)
UNKNOWN = "I know nothing about you. /start begins anew."


async def test_forgetting_asks_once(anna: Somebody) -> None:
    """Kept, nothing happens and that is said."""
    await settles(anna)
    assert await anna.sends("/forget") == ASKED
    assert await anna.taps("Keep it") == screen_of("Nothing was erased.")
    assert (await anna.sends("/quiz")).text.startswith("Capitals · 1/4")


async def test_nothing_is_left(bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """No row of any table holds the person's id, and others keep what they have."""
    for somebody in (anna, ben):
        await settles(somebody)
        await studies(somebody)
    await clock.advance(days=10)
    await anna.sends("/undo")
    await anna.taps("Again")
    group = anna.playground.group("Study", [anna, ben], [anna])
    await anna.sends("/quiz", group)
    await anna.taps("Capitals", chat=group)
    await anna.taps("Show answer", chat=group)
    assert tables_naming(bot, anna.id)
    kept = (memories(bot, ben), log(bot, ben))
    await anna.sends("/forget")
    assert await anna.taps("Erase everything") == ERASED
    assert tables_naming(bot, anna.id) == []
    assert (memories(bot, ben), log(bot, ben)) == kept
    assert differences(bot) == ()


async def test_old_buttons_say_that_it_is_forgotten(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """Each of them, and none of them begins anything; no push comes any more."""
    await settles(anna)
    turn = anna.message()
    await anna.sends("/settings")
    page = anna.message()
    await anna.sends("/forget")
    question = anna.message()
    await anna.taps("Erase everything")
    for message in (turn, page, question):
        for row in message.rows:
            for button in row:
                await anna.taps_data(message, button.data)
                assert anna.toast == UNKNOWN
        assert [each.rows for each in anna.messages() if each.id == message.id] == [()], "and they go"
    assert (await anna.sends("/undo")).text == UNKNOWN
    assert tables_naming(bot, anna.id) == []
    sounds = anna.notifications
    await clock.advance(days=2)
    assert anna.notifications == sounds


async def test_one_begins_anew(bot: BotHere, anna: Somebody) -> None:
    """/start is the first contact again, and buttons from before do not reach into it."""
    await settles(anna)
    await anna.taps("Show answer")
    old = anna.message()
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    assert (await anna.sends("/start")).text.endswith("Which deck first?")
    await anna.taps("Capitals", "Show answer")
    assert anna.sees().text.startswith("Capitals · 1/5\n\nWhat is the capital of France?")
    for label in ("Again", "Easy"):
        await anna.taps_old(old, label)
        assert anna.toast == "This card is no longer asked."
    assert log(bot, anna) == []
    assert (await anna.taps("Good")).text.startswith("Noted, back in 10 minutes.")


async def test_erasing_twice_at_once_is_erasing(bot: BotHere, anna: Somebody) -> None:
    """The second tap finds nobody."""
    await settles(anna)
    await anna.sends("/forget")
    await anna.tap_twice("Erase everything")
    assert anna.toast == UNKNOWN
    assert tables_naming(bot, anna.id) == []


# As SQLite stores them in 4, 6 and 8 bytes; the last has as many bits as Telegram's longest.
IDS = (0x5A17C3E9, 0x3B6E91D4A7, 0xE1B2946F0D35C)


def people(playground: Playground) -> list[Somebody]:
    """Three people with those ids."""
    found = []
    for number in IDS:
        playground.world._numbers["person"] = itertools.count(number - FIRST_PERSON_ID)
        found.append(playground.person(f"Person {number}"))
    assert [each.id for each in found] == list(IDS)
    return found


async def test_no_byte_is_left_in_the_file_and_its_wal(bot: BotHere, playground: Playground, clock: WorldClock) -> None:
    """Busy people of every length of id are found in the bytes before, and after it in none; others stay whole."""
    everybody = people(playground)
    group = playground.group("Study", everybody, everybody)
    for number, each in enumerate(everybody):
        await settles(each, hour="7:41pm")
        await each.sends("/settings")
        await each.taps("Limits", "20")
        await each.sends("/quiz", group)
        if not number:
            await each.taps("Capitals", chat=group)
        await each.taps("Show answer", chat=group)
        await each.taps("Good", chat=group)
    await until(clock, "03-03", "19:41")
    for each in everybody:
        await each.taps("Later", "In an hour")
    await until(clock, "03-03", "20:41")
    for each in everybody:
        await studies(each)
        await each.sends("/undo")
        await each.taps("Again")
    left = list(everybody)
    for each in everybody:
        found = traces(bot.folder / "deckhand.db", each.id)
        assert {"as a column", "as a rowid"} <= found, found
        kept = [(memories(bot, other), log(bot, other)) for other in left if other is not each]
        await each.sends("/forget")
        assert await each.taps("Erase everything") == ERASED
        assert traces(bot.folder / "deckhand.db", each.id) == set()
        left.remove(each)
        assert [(memories(bot, other), log(bot, other)) for other in left] == kept
        assert all(traces(bot.folder / "deckhand.db", other.id) for other in left)
    assert differences(bot) == ()


@pytest.fixture
async def everybody(bot: BotHere, playground: Playground, monkeypatch: pytest.MonkeyPatch) -> list[Somebody]:
    """The three, in a large database with split pages that keep copies of their rows."""
    # Its backup is verified behind all else on this machine, which may take longer than a clock is waited for.
    monkeypatch.setattr(backups, "LEAST_URGENT", 0)
    await bot.stop()
    for each in (*bot.folder.glob("deckhand.db*"), *(bot.folder / "backups").iterdir()):
        if each.is_file():
            each.unlink()
    database = await Database.open(bot.folder / "deckhand.db")
    await database.write(partial(busy, seed=1))
    await database.write(partial(large, size=17 * 2**20))
    # No backup is made of memories that no log leads to.
    await database.write(lambda db: (db.execute("delete from memories"), db.execute("delete from reviews")))
    await database.close()
    await bot.start()
    return people(playground)


async def test_traces_in_a_large_database_are_told_of_and_go_within_a_day(
    bot: BotHere, everybody: list[Somebody], clock: WorldClock
) -> None:
    """The answer says that they are there as long as they are, and no backup that is made after it has them."""
    for each in everybody:
        await each.sends("/forget")
        assert await each.taps("Erase everything") == ERASED_BUT_FOR_TRACES
        assert tables_naming(bot, each.id) == []
    assert any(traces(bot.folder / "deckhand.db", each.id) for each in everybody)
    await clock.advance(days=1)
    copies = sorted((bot.folder / "backups").iterdir())
    for each in everybody:
        assert traces(bot.folder / "deckhand.db", each.id) == set()
        assert [bool(traces(copy, each.id)) for copy in copies] == [True, False]


async def test_who_reads_a_large_database_holds_its_daily_cleaning_up(
    bot: BotHere, everybody: list[Somebody], clock: WorldClock
) -> None:
    """Traces stay in the file as long as another program reads what was, and go as soon as it has ended."""
    await everybody[0].sends("/forget")
    assert await everybody[0].taps("Erase everything") == ERASED_BUT_FOR_TRACES
    with closing(sqlite3.connect(f"file:{bot.folder / 'deckhand.db'}?mode=ro", uri=True)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from chats").fetchone()
        await clock.advance(days=1)
        assert len([*(bot.folder / "backups").iterdir()]) == 2
        reader.rollback()
    assert traces(bot.folder / "deckhand.db", everybody[0].id)
    await clock.advance(minutes=2)
    assert traces(bot.folder / "deckhand.db", everybody[0].id) == set()


async def test_a_daily_cleaning_that_fails_is_tried_again_within_hours(
    bot: BotHere, everybody: list[Somebody], clock: WorldClock
) -> None:
    """Also where that day's backup could be made: to write all anew takes more room, and they were told of a day."""
    for each in everybody:
        await each.sends("/forget")
        assert await each.taps("Erase everything") == ERASED_BUT_FOR_TRACES
    database = bot.folder / "deckhand.db"
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        # What is free would make it smaller.
        other.execute("insert into marks values ('filling', hex(zeroblob(1400000)))")
    # A WAL that holds every page is larger than they are.
    with files_of_at_most(database.stat().st_size + 2**16):
        await clock.advance(days=1)
    assert len([*(bot.folder / "backups").iterdir()]) == 2
    assert any(traces(database, each.id) for each in everybody)
    await clock.advance(hours=2)
    assert [traces(database, each.id) for each in everybody] == [set()] * 3


async def test_two_at_once(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """Each is answered when nothing is left of either of them."""
    for each in (anna, ben):
        await settles(each)
        await each.sends("/forget")
    for each in (anna, ben):
        each.taps_unheard("Erase everything")
    for each in (anna, ben):
        await each.sends("/help")
        assert each.sees_all()[-2] == ERASED
        assert traces(bot.folder / "deckhand.db", each.id) == set()


async def test_who_reads_the_database_holds_the_answer_up(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """While another program reads what was, no answer says that it is gone; when it has ended, all is gone."""
    await settles(anna)
    await anna.sends("/forget")
    with closing(sqlite3.connect(f"file:{bot.folder / 'deckhand.db'}?mode=ro", uri=True)) as reader:
        reader.execute("begin")
        reader.execute("select count(*) from chats").fetchone()
        anna.taps_unheard("Erase everything")
        async with asyncio.timeout(10):
            while tables_naming(bot, anna.id):
                await clock.advance(seconds=0.1)
        assert anna.sees() == ASKED
        assert "as a rowid" in traces(bot.folder / "deckhand.db", anna.id)
        reader.rollback()
    async with asyncio.timeout(10):
        while anna.sees() == ASKED:
            await clock.advance(seconds=0.1)
    assert anna.sees() == ERASED
    assert traces(bot.folder / "deckhand.db", anna.id) == set()


async def test_a_tap_of_who_was_erased_is_answered_while_the_buttons_go(anna: Somebody, playground: Playground) -> None:
    """However long Telegram takes to take them off."""
    await settles(anna)
    turn = anna.message()
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    answered = len(anna.answers)
    fault = playground.faults.add("editMessageReplyMarkup", "before", "timeout")
    tapping = asyncio.create_task(anna.taps_data(turn, turn.rows[0][0].data))
    assert await playground.called.until(lambda: bool(fault.met) and len(anna.answers) > answered, READ_SECONDS - 1)
    fault.release()
    await tapping
    assert anna.messages()[0].rows == ()


def maps(folder: Path, cards: int = 1) -> bytes:
    """A package with a picture, and so many cards."""
    notes = [('Map? <img src="map.png">', "Ecuador"), *[(f"Question {number}?", "Yes") for number in range(1, cards)]]
    made = folder / "made.db"
    package = package_of(database(made, notes), b'{"0": "map.png"}', ("0", PICTURE))
    made.unlink()
    return package


async def test_no_picture_is_there_when_it_is_said_while_another_file_is_read(
    bot: BotHere, anna: Somebody, ben: Somebody, playground: Playground, tmp_path: Path
) -> None:
    """However long somebody else's file takes."""
    await sent(anna, maps(tmp_path), "maps.apkg")
    await done(anna, "Import")
    assert len(kept(bot)) == 1
    await anna.sends("/forget")
    fetching = playground.faults.add("getFile", "before", "timeout")
    await ben.shows(b"Longest river?;Nile\n", "rivers.txt")
    assert await playground.called.until(lambda: bool(fetching.met), READ_SECONDS)
    there: list[list[str]] = []

    async def looks(_params: object) -> None:
        there.append(kept(bot))

    playground.faults.add("editMessageText", "before", "call", chat_id=anna.id, hook=looks)
    assert await anna.taps("Erase everything") == ERASED
    assert there == [[]]
    fetching.release()
    await playground.clock.advance(seconds=1)
    assert ben.sees().text.startswith("rivers.")


MANY = 6000
LONG_SECONDS = 30.0


def until_unpacked(folder: Path) -> None:
    """Return as soon as a picture of the file that is being read lies on the disk."""
    until = monotonic() + LONG_SECONDS
    while not [*folder.glob("*.incoming-*/media/*.png")]:
        assert monotonic() < until


async def test_the_same_picture_that_somebody_brings_meanwhile_stays(
    bot: BotHere, anna: Somebody, ben: Somebody, playground: Playground, tmp_path: Path
) -> None:
    """Their file was unpacked while the picture of who is forgotten lay there, and no card of theirs names it yet."""
    await sent(anna, maps(tmp_path), "maps.apkg")
    await done(anna, "Import")
    was = kept(bot)
    await anna.sends("/forget")
    await sent(ben, maps(tmp_path, cards=MANY), "atlas.apkg")
    ben.taps_unheard("Import")
    await asyncio.to_thread(until_unpacked, bot.folder)
    anna.taps_unheard("Erase everything")
    assert await playground.called.until(lambda: anna.sees() == ERASED, LONG_SECONDS)
    assert kept(bot) == []
    assert ben.sees() == screen_of("Importing atlas.\u2060apkg…", "[Cancel]")
    async with asyncio.timeout(LONG_SECONDS):
        while ben.sees().labels != ["Study", f"Default · {MANY}"]:
            await playground.clock.advance(seconds=0.5)
    assert kept(bot) == was
    assert (await ben.taps("Study")).picture


async def test_a_file_of_their_own_is_read_no_further(bot: BotHere, anna: Somebody, playground: Playground) -> None:
    """When it is said that all is erased, nothing of it is there, also where it was still to be fetched."""
    await settles(anna)
    await anna.sends("/forget")
    question = anna.message()
    fetching = playground.faults.add("getFile", "before", "timeout")
    await anna.shows(b"Longest river?;Nile\n", "rivers.txt")
    assert await playground.called.until(lambda: bool(fetching.met), READ_SECONDS)
    assert [*bot.folder.glob("*.incoming-*")]
    await anna.taps_old(question, "Erase everything")
    assert ERASED in anna.sees_all()
    assert not [*bot.folder.glob("*.incoming-*")]
    fetching.release()
