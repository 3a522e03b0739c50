"""A text that names decks for its entries: sent, in the folder, and where it was read as one deck before."""

import contextlib
from datetime import datetime
from pathlib import Path

import pytest

from bot.chat.imports import Imports
from bot.clock import SystemClock
from bot.packages import Packages, Reading
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage.database import Database
from bot.tutor import Tutor, library
from tests.decks.anki.samples import PICTURE
from tests.notebook import memories, notebook
from tests.people import BotHere, screen_of
from tests.shelves import learns_first_card, looks, offered
from tests.test_imports import done, kept, sent

WHOLE = "Longest river?;Nile\nHighest peak?;Everest\nRiver of Rome?;Tiber\n"
HEAD = "#separator:;\n#deck column:3\n"
PARTED = f"{HEAD}Longest river?;Nile;Geo::Rivers\nHighest peak?;Everest;Geo::Peaks\nRiver of Rome?;Tiber;Geo::Rivers\n"


@pytest.fixture(scope="module")
def deck_files() -> dict[str, str]:
    return {"words.txt": WHOLE}


def decks_of_cards(bot: BotHere) -> dict[str, str]:
    """Where each card that is in use is, by its answer's first word."""
    with notebook(bot) as db:
        rows = db.execute(
            "select fields, decks.name from cards join decks using (deck_id) where cards.archived_at is null "
            "and decks.archived_at is null and decks.file <> 'words.txt'"
        )
        return {row["fields"].split('"')[3]: row["name"] for row in rows}


async def test_a_sent_deck_becomes_those_that_its_file_names(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """What was learned goes with its cards, also for who came by a link; sent again nothing changes."""
    await sent(anna, WHOLE, "world.txt")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Not now")
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Good")
    await anna.sends("/decks")
    await anna.taps("✓ World", "Share")
    link = anna.sees().text.rpartition("start=")[2].split()[0]
    await ben.sends(f"/start {link}")
    before = [memories(bot, anna), memories(bot, ben)]
    assert len(before[0]) == 2
    dry = await sent(anna, PARTED, "world.txt")
    assert dry == screen_of(
        "world.\u2060txt: 3 cards in 2 decks: Geo › Rivers (2), Geo › Peaks (1)\nNothing has changed in the cards.\n"
        "The deck World becomes these 2 decks: what was learned goes with its cards.",
        "[Import] [Cancel]",
    )
    assert (await done(anna, "Import")).labels == ["Study", "Geo › Rivers · 2", "Geo › Peaks · 1"]
    where = {"Nile": "Geo::Rivers", "Everest": "Geo::Peaks", "Tiber": "Geo::Rivers"}
    assert decks_of_cards(bot) == where
    assert [memories(bot, anna), memories(bot, ben)] == before
    mine = ["✓ Geo › Peaks · 1", "✓ Geo › Rivers · 2", "Words · 3"]
    assert await offered(anna) == mine
    assert await offered(ben) == mine
    assert (await sent(anna, PARTED, "world.txt")).text.endswith("Nothing has changed: you have all of it.")

    # A card that is in another deck of the file is the same card.
    changed = PARTED.replace("Everest", "Mount Everest").replace("Nile;Geo::Rivers", "Nile;Geo::Peaks")
    assert (await sent(anna, changed, "all decks.txt")).text.splitlines()[1:] == [
        "0 new · 1 changed (memory kept)",
        "1 card moves to Geo › Peaks: what was learned goes with it.",
    ]
    await done(anna, "Import")
    assert decks_of_cards(bot) == {"Nile": "Geo::Peaks", "Mount Everest": "Geo::Peaks", "Tiber": "Geo::Rivers"}
    assert [memories(bot, anna), memories(bot, ben)] == before
    moved = changed.replace("Nile;Geo::Peaks", "Nile;Geo::Lakes")
    assert (await sent(anna, moved, "world.txt")).text.splitlines()[1:] == [
        "Nothing has changed in the cards.",
        "1 card moves to Geo › Lakes: what was learned goes with it.",
    ]
    await done(anna, "Import")
    assert [memories(bot, anna), memories(bot, ben)] == before
    assert (await offered(ben))[:3] == ["✓ Geo › Lakes · 1", "✓ Geo › Peaks · 1", "✓ Geo › Rivers · 1"]

    # A file of that name with none of a deck's cards is another one.
    await sent(anna, "Deepest lake?;Baikal\n", "lakes.txt")
    await done(anna, "Import")
    assert "becomes" not in (await sent(anna, PARTED.replace("Geo::", "Far::"), "lakes.txt")).text


async def test_a_file_of_the_folder_becomes_several_and_one_again(
    bot: BotHere, anna: Somebody, clock: WorldClock, decks_dir: Path
) -> None:
    """Its decks are offered in its place, with the pictures beside it, and whoever had it has them."""
    await learns_first_card(anna, "Words")
    before = memories(bot, anna)
    assert len(before) == 1
    (decks_dir / "nile.png").write_bytes(PICTURE)
    (decks_dir / "words.txt").write_text(PARTED.replace("Rome?", "Rome?<img src=nile.png>"), "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Geo › Peaks · 1", "✓ Geo › Rivers · 2"]
    assert memories(bot, anna) == before
    assert len(kept(bot)) == 1
    assert (await anna.taps("✓ Geo › Rivers · 2", "Look through", "›")).picture
    await bot.restart()
    assert await offered(anna) == ["✓ Geo › Peaks · 1", "✓ Geo › Rivers · 2"]
    (decks_dir / "words.txt").write_text(f"{HEAD};Nile;Geo\n", "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Geo › Peaks · 1", "✓ Geo › Rivers · 2"], "a file that cannot be read changes none"
    (decks_dir / "words.txt").write_text(WHOLE, "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Words · 3"]
    assert memories(bot, anna) == before, "who learned one of them goes on in the one that they are"
    (decks_dir / "words.txt").write_text(PARTED, "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Geo › Peaks · 1", "✓ Geo › Rivers · 2"]
    assert memories(bot, anna) == before


async def test_tags_in_markdown_make_decks_as_columns_do(
    bot: BotHere, anna: Somebody, clock: WorldClock, decks_dir: Path
) -> None:
    """In the folder and sent: each card goes to its deck with its memories, and the last deck left stays the same."""
    one = "#flashcards/geo\nLongest river?::Nile\nHighest peak?::Everest\n"
    two = one.replace("Highest", "\n# Peaks #flashcards/geo/high-peaks\nHighest")
    (decks_dir / "notes.md").write_text(one, "utf-8")
    await looks(clock)
    await learns_first_card(anna, "Geo")
    await sent(anna, one, "mine.md")
    await done(anna, "Import")
    await anna.taps("Study", "Show answer", "Easy", "Show answer", "Good")
    before = memories(bot, anna)
    assert len(before) == 3

    (decks_dir / "notes.md").write_text(two, "utf-8")
    await looks(clock)
    dry = await sent(anna, two, "mine.md")
    assert dry.text.splitlines() == [
        "mine.\u2060md: 2 cards in 2 decks: Geo (1), Geo › High peaks (1)",
        "Nothing has changed in the cards.",
        "1 card moves to Geo › High peaks: what was learned goes with it.",
    ]
    assert (await done(anna, "Import")).labels == ["Study", "Geo (yours) · 1", "Geo › High peaks (yours) · 1"]
    both = ["✓ Geo · 1", "✓ Geo (yours) · 1", "✓ Geo › High peaks · 1", "✓ Geo › High peaks (yours) · 1", "Words · 3"]
    assert sorted(await offered(anna)) == sorted(both)
    assert memories(bot, anna) == before

    (decks_dir / "notes.md").write_text(two.replace("Longest river?::Nile\n", ""), "utf-8")
    await looks(clock)
    # The only one of its name says no longer whose it is.
    assert sorted(await offered(anna)) == sorted(["✓ Geo · 1", *both[2:]])
    (decks_dir / "notes.md").write_text(two, "utf-8")
    await looks(clock)
    assert len(await offered(anna)) == 5
    assert memories(bot, anna) == before


class Writing(SystemClock):
    """When it is asked for the second time, as a file of the folder is about to be read, somebody saves that anew."""

    def __init__(self, path: Path, text: str) -> None:
        super().__init__()
        self._path, self._text, self._asked = path, text, 0

    def now(self) -> datetime:
        self._asked += 1
        if self._asked == 2:
            self._path.write_text(self._text, "utf-8")
        return super().now()


async def test_a_file_that_is_saved_anew_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    """It may be one deck again, or of other cards than those of which it would be remembered that they were read."""
    root = tmp_path / "decks"
    root.mkdir()
    path = root / "world.txt"
    path.write_text(PARTED, "utf-8")
    clock = Writing(path, WHOLE)
    async with contextlib.AsyncExitStack() as stack:
        database = await Database.open(tmp_path / "deckhand.db")
        stack.push_async_callback(database.close)
        tutor = Tutor(database, "UTC")
        packages = Packages(tutor, root, clock, Imports(database.path, lambda work, what: work.close(), clock.passed))
        assert await packages.read("world.txt", 1) == Reading(again=True)
        assert await tutor.do(library.package_decks, clock.now()) == frozenset()
        path.write_text(PARTED, "utf-8")
        assert await packages.read("world.txt", 1) == Reading()
        assert len(await tutor.do(library.package_decks, clock.now())) == 2
