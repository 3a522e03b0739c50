"""Packages of Anki in the decks folder: each is its decks for everybody, kept in step as text files are."""

import asyncio
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage import sqlite
from bot.storage.advice import command
from bot.storage.arriving import SentFile
from bot.storage.backup import before_migrating
from bot.storage.migrations import migrate
from bot.tutor import Desk, file_decks, importing, library, placing
from bot.tutor.importing import Arrived, Import, Package
from tests.decks.anki.samples import PICTURE, database, package_of, zipped
from tests.notebook import memories, notebook
from tests.people import BotHere, BotProcess
from tests.shelves import looks, offered
from tests.test_import_crashes import PLACED, until_there
from tests.test_imports import kept

MAP = ('Which river is this?<img src="map.png">', "The Nile, from the south to the sea")
NOTES = [MAP, ("River of Rome?", "Tiber"), ("Highest peak?", "Everest"), ("Peak of the Alps?", "Mont Blanc")]
MEDIA = (b'{"0": "map.png"}', ("0", PICTURE))


@pytest.fixture(scope="module")
def deck_files() -> dict[str, str]:
    return {"words.txt": "mer;sea\nciel;sky\n"}


def rivers_and_peaks(folder: Path, notes: Iterable[tuple[str, str]] = NOTES) -> bytes:
    """A package of two decks, cards 3 and 4 in the second."""
    decks = json.dumps({"1": {"id": 1, "name": "Rivers"}, "2": {"id": 2, "name": "Peaks"}})
    then = f"update col set decks = '{decks}'; update cards set did = 2 where id in (3, 4);"
    return package_of(database(folder / "made.db", notes, then=then), *MEDIA)


def readings(bot: BotHere) -> int:
    """How often a package was read so far."""
    with notebook(bot) as db:
        row = db.execute("select seq from sqlite_sequence where name = 'imports'").fetchone()
        return int(row["seq"])


async def test_a_package_is_its_decks_for_everybody_in_step_with_it(
    bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """It appears, changes, goes and comes back, also under another name, and what was learned is kept all along."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.stop()
    package = decks_dir / "school" / "earth.apkg"
    package.parent.mkdir()
    package.write_bytes(rivers_and_peaks(tmp_path))
    await bot.start()
    await anna.sends("/start")
    both = ["Peaks · 2", "Rivers · 2", "Words · 2"]
    assert await offered(anna) == both
    assert readings(bot) == 1
    shown = await anna.taps("Rivers · 2", "Subscribe")
    assert (shown.text, bool(shown.picture)) == ("Rivers · 1/2\nWhich river is this?", True)
    await anna.taps("Show answer", "Easy", "Not now")
    before = memories(bot, anna)
    assert len(before) == 1

    # Other answers and a card less; then a deck less.
    package.write_bytes(rivers_and_peaks(tmp_path, [(MAP[0], "Lake Victoria to Egypt"), NOTES[1], ("Peak?", "K2")]))
    os.utime(package, ns=(1, 1))
    await looks(clock)
    assert await offered(anna) == ["Peaks · 1", "✓ Rivers · 2", "Words · 2"]
    assert ben.sees().text.startswith("school/earth.apkg: 2 answers say something quite different")
    package.write_bytes(package_of(database(tmp_path / "made.db", NOTES[:2]).replace(b"Default", b"Rivers "), *MEDIA))
    await looks(clock)
    assert await offered(anna) == ["✓ Rivers · 2", "Words · 2"]
    assert memories(bot, anna) == before

    # Gone, its pictures stay; back, it is as it was, also in a life in which it has another name.
    package.touch()
    await looks(clock)
    assert readings(bot) == 3
    picture = kept(bot)
    assert [name[64:] for name in picture] == [".png"]
    data = package.read_bytes()
    package.unlink()
    await looks(clock)
    assert await offered(anna) == ["Words · 2"]
    await bot.restart()
    assert await offered(anna) == ["Words · 2"]
    (decks_dir / "earth-2026-11.colpkg").write_bytes(data)
    await looks(clock)
    assert await offered(anna) == ["✓ Rivers · 2", "Words · 2"]
    assert (memories(bot, anna), kept(bot)) == (before, picture)
    await clock.advance(days=30)
    await anna.sends("/decks")
    assert (await anna.taps("✓ Rivers")).text == "Rivers\n2 cards\n1 due now, 1 not met yet."
    # Whoever runs the bot hears of a wrong card, and in which file it is to be mended.
    await anna.taps("Study", "⋯", "Mark as wrong")
    assert "It stands in earth-2026-11.\u2060colpkg" in ben.sees().text


async def test_bad_packages_harm_nobody_and_the_administrators_are_told(
    bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """A line each, once; the decks beside them come, and what was a deck before stays one."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    (decks_dir / "a.apkg").write_bytes(rivers_and_peaks(tmp_path))
    (decks_dir / "leads_out.apkg").write_bytes(package_of(database(tmp_path / "made.db"), b"{}", ("../x", b"x")))
    with (decks_dir / "large.colpkg").open("wb") as large:
        large.truncate(20 * 2**20 + 1)
    view = "alter table notes rename to n; create view notes as select * from n;"
    (decks_dir / "view.apkg").write_bytes(package_of(database(tmp_path / "made.db", then=view)))
    (decks_dir / "more.txt").write_text("terre;earth\n", "utf-8")
    page = "<html>\n<title>Not found</title>\n<p>Where is it?;Not here\n</html>\n"
    (decks_dir / "wrong.zip").write_text(page, "utf-8")
    await looks(clock, 4)
    told = [said.text for said in ben.sees_all()[1:]]
    assert [line.partition(" ")[0] for line in told] == [
        "large.colpkg",
        "leads_out.apkg:",
        "view.apkg:",
        "wrong.zip:",
    ]
    assert command("deck", "import", str(decks_dir / "large.colpkg"), "--everybody") in told[0]
    assert "leads out of the package" in told[1]
    assert "that Anki does not make" in told[2]
    assert "this is no zip file" in told[3]
    await anna.sends("/start")
    decks = ["More · 1", "Peaks · 2", "Rivers · 2", "Words · 2"]
    assert await offered(anna) == decks
    (decks_dir / "a.apkg").write_bytes(b"PK\3\4 cut off")
    await looks(clock, 3)
    assert ben.sees().text.startswith("a.apkg")
    assert ben.sees().text.endswith(" Its decks stay as they were.")
    assert await offered(anna) == decks
    assert not [*bot.folder.glob("*incoming-*")]
    with notebook(bot) as db:
        assert not [*db.execute("select 1 from imports"), *db.execute("select 1 from arriving")]


async def test_killed_as_soon_as_cards_are_in_their_places(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """The deck is not there before all of it is, and the next life ends what was begun and reads nothing twice."""
    await bot_process.start()
    notes = [(f"Question {number} of many?", f"The answer is {number}") for number in range(900)]
    (decks_dir / "big.apkg").write_bytes(package_of(database(tmp_path / "made.db", notes)))
    await clock.advance(seconds=5)
    looking = asyncio.create_task(looks(clock, 1))
    async with asyncio.timeout(30):
        await asyncio.to_thread(until_there, bot.folder / "deckhand.db", PLACED)
    await bot_process.kill()
    looking.cancel()
    await bot.start()
    await anna.sends("/start")
    assert await offered(anna) == ["Default · 900", "Words · 2"]
    assert readings(bot) == 1


async def test_the_disk_fails_while_a_package_is_read(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """It is read again once something can be written."""
    await bot.stop()
    await bot_process.start()
    await anna.sends("/start")
    bot_process.disk_fails()
    (decks_dir / "earth.apkg").write_bytes(rivers_and_peaks(tmp_path))
    await looks(clock)
    bot_process.disk_works()
    assert await offered(anna) == ["Words · 2"]
    await looks(clock)
    assert await offered(anna) == ["Peaks · 2", "Rivers · 2", "Words · 2"]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk at an empty database."""
    path = tmp_path / "deckhand.db"
    with closing(sqlite.writer(path)) as connection:
        migrate(connection, partial(before_migrating, path))
        yield Desk(connection, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "UTC")


def brought(desk: Desk, path: str, *names: str, crashed: bool = False) -> list[int]:
    """The ids of the decks of a package of these decks, once it was read, perhaps by the next life of the bot."""
    one = importing.began(desk, None, SentFile("", path), Package(path, f"digest of {names}"))
    assert one is not None
    deck_ids = file_decks.same_named(desk, one, names)
    decks = [Arrived(name, deck_id, (), {}) for name, deck_id in zip(names, deck_ids, strict=True)]
    assert importing.decide(desk, one, decks, None)
    if crashed:
        assert importing.began(desk, None, SentFile("", path), Package(path, "later")) is None
        assert path not in library.package_digests(desk)
        (one,) = importing.decided(desk)
        assert one == Import(one.import_id, None)
    assert placing.place(desk, one)
    opened = placing.finish(desk, one)
    assert opened is not None
    assert not any(deck.archived or deck.private for deck in opened)
    return [deck.deck_id for deck in opened]


def test_which_deck_a_deck_of_a_package_is(desk: Desk) -> None:
    """That of its name in its package; else one of that name whose package is gone; never one that is offered."""
    assert brought(desk, "a.apkg", "Rivers", "Peaks", crashed=True) == [1, 2]
    assert brought(desk, "b.apkg", "Rivers") == [3]
    assert brought(desk, "two\nlines.apkg", "Rivers") == [4]
    assert library.package_digests(desk) == {
        "a.apkg": "digest of ('Rivers', 'Peaks')",
        "b.apkg": "digest of ('Rivers',)",
        "two\nlines.apkg": "digest of ('Rivers',)",
    }
    assert brought(desk, "a.apkg", "Peaks", "Lakes") == [2, 5]
    assert library.missing(desk, frozenset({"a.apkg", "two\nlines.apkg"})) == [3]
    # Deck 1 left its package a moment before deck 3 lost its own.
    assert brought(desk, "c.apkg", "Rivers", "Lakes", crashed=True) == [1, 6]
    assert brought(desk, "b.apkg", "Rivers") == [3]
    one = importing.began(desk, None, SentFile("", "sent.apkg"))
    assert one is not None
    assert file_decks.same_named(desk, one, ("Rivers",)) == (None,)


async def test_a_zip_of_deck_files_is_these_decks(
    bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path
) -> None:
    """With the pictures in folders named like them; everything of one person is offered to nobody."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    entries = [("rivers.md", b"Q: Which river? ![](map.png)\nA: Nile\n"), ("rivers/map.png", PICTURE)]
    (decks_dir / "rivers.zip").write_bytes(zipped(entries))
    await looks(clock)
    await anna.sends("/start")
    assert await offered(anna) == ["Rivers · 1", "Words · 2"]
    assert (await anna.taps("Rivers · 1", "Subscribe")).picture
    await anna.taps("Show answer", "Easy", "Not now")
    await anna.sends("/export")
    await anna.taps("Everything of mine")
    mine = anna.messages()[-1].file
    assert mine is not None
    (decks_dir / "mine.zip").write_bytes(mine.data)
    await looks(clock)
    assert ben.sees().text.startswith("mine.zip is everything of one person, and is offered to nobody.")
    assert await offered(anna) == ["✓ Rivers · 1", "Words · 2"]
