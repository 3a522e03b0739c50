"""Deck files that cannot be read as they are: the decks stay, and the administrators hear of it."""

import shutil
import sys
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage.advice import command
from tests.notebook import memories
from tests.people import CAPITALS, BotHere, screen_of
from tests.shelves import RIVERS, learns_first_card, looks, offered, page, rewrite


async def test_a_file_that_cannot_be_read_any_more_leaves_the_deck(
    anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """The deck stays as it was, the admins are told once and in the author's words, and a mended file is read."""
    await learns_first_card(anna)
    bot.extra = {"BOT_ADMINS": f"{ben.id},{ben.id + 1000}"}
    await ben.sends("/help")
    await bot.restart()
    for name in ("no longer", "no longer at all"):
        (decks_dir / "capitals.txt").write_bytes(b"\xff\xfe" + name.encode("utf-16-le") + b"x")
        await looks(clock, 4)
    assert [said.text for said in ben.sees_all()[1:]] == [
        "capitals.txt, line 1: this line is no whole UTF-16. Was the file cut off on its way? The deck stays as it was."
    ]
    assert await page(anna) == "Capitals\n5 cards\n0 due now, 4 not met yet."
    (decks_dir / "capitals.txt").write_text(CAPITALS + "What is the capital of Chad?;N'Djamena\n", "utf-8")
    await looks(clock)
    assert await page(anna) == "Capitals\n6 cards\n0 due now, 5 not met yet."
    assert len(ben.sees_all()) == 2


async def test_the_admins_hear_which_lines_are_lost(
    ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """A line that becomes no card is named to the admins once; the rest of the file is read."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    (decks_dir / "rivers.txt").write_text(RIVERS + ";the Spree\n" * 12, "utf-8")
    await looks(clock, 4)
    (_, told) = ben.sees_all()
    lines = told.text.splitlines()
    assert lines[0].startswith("rivers.txt, line 4: nothing in the first field. ")
    assert len(lines) == 11
    assert lines[-1] == "And 2 more: deck check names them all."
    assert await offered(ben) == ["Capitals · 5", "Rivers · 3"]


async def test_the_log_counts_the_faults_of_a_file(
    anna: Somebody, clock: WorldClock, decks_dir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One line a file: lost lines, other faults and missing pictures together, and nothing of the cards."""
    await anna.sends("/help")
    (decks_dir / "rivers.txt").write_text(RIVERS + ";the Spree\nSeen?;<img src=none.png>\n", "utf-8")
    await looks(clock, 2)
    told = [record.getMessage() for record in caplog.records if record.name == "bot.shelf" and "faults" in record.msg]
    named = command("deck", "check", str(decks_dir / "rivers.txt"))
    assert told == [f"rivers.txt: faults: 2, entries in no deck: 1; named by {named}"]


async def test_an_answer_that_says_another_thing_is_reported(
    ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """Under the same front its memory is kept, and the admins hear of it; a mended typo is not worth a word."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await learns_first_card(ben)
    await bot.restart()
    before = memories(bot, ben)
    rewrite(decks_dir, "Paris", "Pariss")
    await looks(clock)
    assert "Pariss" not in str(ben.sees().text)
    rewrite(decks_dir, "Pariss", "It was moved to Versailles by the king")
    await looks(clock)
    assert ben.sees().text.startswith("capitals.txt: 1 answer says something quite different under the same front.")
    assert memories(bot, ben) == before


@pytest.mark.skipif(sys.platform == "darwin", reason="On a Mac every file has a name that is text.")
async def test_a_file_whose_name_is_no_text_is_told_and_keeps_no_deck_back(
    ben: Somebody, decks_dir: Path, bot: BotHere
) -> None:
    """The bot starts with the other decks, and the admins hear which file to rename."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    (decks_dir / "rivi\udce8res.txt").write_text(RIVERS, "utf-8")
    await bot.restart()
    assert ben.sees() == screen_of("rivi?res.txt cannot be read: its name is not UTF-8. Rename it.")
    assert await offered(ben) == ["Capitals · 5"]


async def test_a_folder_that_cannot_be_read_keeps_the_decks(
    anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """A drive that is away takes nobody's deck, is told once, and read again when it is back."""
    await learns_first_card(anna)
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    shutil.move(decks_dir, decks_dir.parent / "away")
    await looks(clock, 4)
    assert await page(anna) == "Capitals\n5 cards\n0 due now, 4 not met yet."
    assert ben.sees() == screen_of(
        f"The decks folder {decks_dir} cannot be read: No such file or directory. The decks stay as they are."
    )
    assert len(ben.sees_all()) == 2
    shutil.move(decks_dir.parent / "away", decks_dir)
    (decks_dir / "rivers.txt").write_text(RIVERS, "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Capitals · 5", "Rivers · 3"]
