"""Deck files that change while people study from them."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.people import CAPITALS, BotHere, screen_of
from tests.shelves import FRANCE, RIVERS, learns_first_card, looks, offered, page, rewrite


def renamed(folder: Path) -> None:
    (folder / "capitals.txt").rename(folder / "geography.txt")


def renamed_with_an_edit(folder: Path) -> None:
    rewrite(folder, "capital of Peru?;Lima", "capital of Peru, in the Andes?;Lima, by the sea")
    renamed(folder)


def moved_into_a_folder(folder: Path) -> None:
    (folder / "school").mkdir()
    (folder / "capitals.txt").rename(folder / "school" / "capitals.txt")


def saved_by_another_editor(folder: Path) -> None:
    text = (folder / "capitals.txt").read_text("utf-8")
    (folder / "capitals.txt").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())


CHANGES: list[tuple[str, Callable[[Path], object]]] = [
    ("Capitals", lambda folder: rewrite(folder, "capital of France", "capital city of France")),
    ("Capitals", lambda folder: rewrite(folder, "Paris", "Paris, on the Seine")),
    ("Capitals", lambda folder: (folder / "capitals.txt").write_text(CAPITALS.replace(FRANCE, "") + FRANCE)),
    ("Capitals", saved_by_another_editor),
    ("Capitals", moved_into_a_folder),
    ("Geography", renamed),
    ("Geography", renamed_with_an_edit),
]
NAMES = ["typo", "answer", "moved line", "other editor", "moved file", "renamed", "renamed with an edit"]


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=NAMES)
async def test_a_change_of_the_file_keeps_memory_and_subscription(
    anna: Somebody, clock: WorldClock, decks_dir: Path, name: str, change: Callable[[Path], object]
) -> None:
    """Whatever an author does to a card's line or its file, who learned it has it due at its time."""
    await learns_first_card(anna)
    change(decks_dir)
    await looks(clock)
    assert await offered(anna) == [f"✓ {name} · 5"]
    await clock.advance(days=30)
    assert await page(anna, name) == f"{name}\n5 cards\n1 due now, 4 not met yet."


@pytest.mark.parametrize(("name", "change"), CHANGES, ids=NAMES)
async def test_a_change_while_the_bot_is_down_keeps_them_too(
    anna: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere, name: str, change: Callable[[Path], object]
) -> None:
    """The same holds for what changed between two runs."""
    await learns_first_card(anna)
    await bot.stop()
    change(decks_dir)
    await bot.start()
    await clock.advance(days=30)
    assert await page(anna, name) == f"{name}\n5 cards\n1 due now, 4 not met yet."


async def test_a_corrected_card_is_asked_as_it_now_is(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """The open turn shows the corrected text at the next tap, and its grade counts; who said it was wrong is told."""
    await learns_first_card(anna)
    await anna.taps("⋯", "Mark as wrong")
    rewrite(decks_dir, "Lima", "Lima, on the Pacific")
    await looks(clock)
    await clock.advance(seconds=60)
    mended = "The card that you marked as wrong was mended: What is the capital of Peru?"
    assert anna.sees() == screen_of(mended, "[See the card]")
    await anna.taps("Show answer")
    assert anna.sees_all()[-2].text == "Capitals · 2/5\n\nWhat is the capital of Peru?\n─────\nLima, on the Pacific"
    await anna.taps("Good")
    assert anna.sees_all()[-2].text.endswith("What is the capital of Kenya?")


@pytest.mark.parametrize("deck_files", [{"capitals.txt": CAPITALS, "rivers.txt": RIVERS}])
@pytest.mark.parametrize("edited", [False, True])
async def test_two_files_that_swap_their_names_swap_their_decks(
    anna: Somebody, clock: WorldClock, decks_dir: Path, edited: bool
) -> None:
    """The cards tell which deck a file is, not its name."""
    await learns_first_card(anna)
    (decks_dir / "capitals.txt").rename(decks_dir / "aside")
    (decks_dir / "rivers.txt").rename(decks_dir / "capitals.txt")
    (decks_dir / "aside").rename(decks_dir / "rivers.txt")
    if edited:
        rewrite(decks_dir, "Oslo", "Oslo, on its fjord", "rivers.txt")
        rewrite(decks_dir, "the Nile", "the River Nile", "capitals.txt")
    await looks(clock)
    assert await offered(anna) == ["Capitals · 3", "✓ Rivers · 5"]
    await clock.advance(days=30)
    assert await page(anna, "Rivers") == "Rivers\n5 cards\n1 due now, 4 not met yet."


async def test_a_renamed_deck_leaves_its_name_to_another(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """A new file under the old name is a new deck, and the old deck is where its cards went."""
    await learns_first_card(anna)
    renamed(decks_dir)
    (decks_dir / "capitals.txt").write_text(RIVERS, "utf-8")
    await looks(clock)
    assert await offered(anna) == ["Capitals · 3", "✓ Geography · 5"]
    await clock.advance(days=30)
    assert await page(anna, "Geography") == "Geography\n5 cards\n1 due now, 4 not met yet."


@pytest.mark.parametrize("deck_files", [{"capitals.txt": CAPITALS, "rivers.txt": RIVERS}])
async def test_a_deck_that_lost_its_name_comes_back(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """One deck's file put over another's takes that other off the shelf; restored, it is what it was."""
    await learns_first_card(anna)
    (decks_dir / "rivers.txt").replace(decks_dir / "capitals.txt")
    await looks(clock)
    assert await offered(anna) == ["Capitals · 3"]
    (decks_dir / "geography.txt").write_text(CAPITALS, "utf-8")
    await looks(clock)
    await clock.advance(days=30)
    assert await page(anna, "Geography") == "Geography\n5 cards\n1 due now, 4 not met yet."


async def test_a_copy_that_is_edited_is_a_deck_of_its_own(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """The file under the known name stays the known deck, also when it changed and a copy did not."""
    await learns_first_card(anna)
    shutil.copy(decks_dir / "capitals.txt", decks_dir / "more.txt")
    rewrite(decks_dir, "Oslo", "Oslo, on its fjord")
    await looks(clock)
    assert await offered(anna) == ["✓ Capitals · 5", "More · 5"]


async def test_a_line_taken_out_and_put_back(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """The card is asked no more, and back in the file it is due as it was."""
    await learns_first_card(anna)
    rewrite(decks_dir, FRANCE, "")
    await looks(clock)
    await clock.advance(days=30)
    assert await page(anna) == "Capitals\n4 cards\n0 due now, 4 not met yet."
    (decks_dir / "capitals.txt").write_text(CAPITALS.replace(FRANCE, "") + FRANCE, "utf-8")
    await looks(clock)
    assert await page(anna) == "Capitals\n5 cards\n1 due now, 4 not met yet."


@pytest.mark.parametrize("shown", [False, True])
async def test_an_open_turn_whose_line_is_taken_out(
    anna: Somebody, clock: WorldClock, decks_dir: Path, shown: bool
) -> None:
    """The tap says that the card was taken out, nothing is graded, and the next card stands in its message."""
    await learns_first_card(anna)
    if shown:
        await anna.taps("Show answer")
    rewrite(decks_dir, "What is the capital of Peru?;Lima\n", "")
    await looks(clock)
    screen = await anna.taps("Good" if shown else "Show answer")
    assert anna.toast == "That is not in the decks any more."
    assert screen.text.endswith("What is the capital of Kenya?")
    assert screen.rows == (("Show answer",),)
    assert await page(anna) == "Capitals\n4 cards\n0 due now, 3 not met yet."


async def test_a_deck_taken_out_and_brought_back(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """Without its file a deck is not offered and its open turn ends with words; with it all is as it was."""
    await learns_first_card(anna)
    text = (decks_dir / "capitals.txt").read_text("utf-8")
    (decks_dir / "capitals.txt").unlink()
    await looks(clock)
    await anna.taps("Show answer")
    assert anna.toast == "That is not in the decks any more."
    assert await anna.sends("/decks") == screen_of("No deck is offered here yet.")
    (decks_dir / "capitals.txt").write_text(text, "utf-8")
    await looks(clock)
    await clock.advance(days=30)
    assert await page(anna) == "Capitals\n5 cards\n1 due now, 4 not met yet."


@pytest.mark.parametrize(
    "deck_files", [{"capitals.txt": FRANCE + "What is the capital of France?;Not Lyon\n" + FRANCE}]
)
async def test_the_same_front_twice_is_two_cards(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """Equal fronts, even equal lines, are cards of their own, and reading the file again mixes up no memory."""
    await learns_first_card(anna)
    rewrite(decks_dir, "Not Lyon", "Not Nice")
    await looks(clock)
    await clock.advance(days=30)
    assert await page(anna) == "Capitals\n3 cards\n1 due now, 2 not met yet."
    assert (await anna.sends("/quiz")).text.endswith("What is the capital of France?")
    assert (await anna.taps("Show answer")).text.endswith("Paris")
