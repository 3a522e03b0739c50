"""What the look at the decks folder takes for a deck, and when."""

import logging
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.notebook import notebook
from tests.people import BotHere
from tests.shelves import RIVERS, learns_first_card, looks, offered, page


async def test_a_file_that_is_gone_for_a_moment_is_not_gone(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """An editor that puts a new file in the place of the old one takes no card off anybody, whoever else changes."""
    await learns_first_card(anna)
    (decks_dir / "rivers.txt").write_text(RIVERS, "utf-8")
    await looks(clock, 1)
    (decks_dir / "capitals.txt").rename(decks_dir.parent / "aside")
    await looks(clock, 1)
    assert await offered(anna) == ["✓ Capitals · 5", "Rivers · 3"]
    (decks_dir.parent / "aside").rename(decks_dir / "capitals.txt")
    await looks(clock)
    assert await offered(anna) == ["✓ Capitals · 5", "Rivers · 3"]


async def test_a_new_file_is_a_new_deck_after_two_looks(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """A file still being written is not read; as soon as it stands still it is offered, whole."""
    await anna.sends("/start")
    lines = RIVERS.splitlines(keepends=True)
    for written in range(1, len(lines) + 1):
        (decks_dir / "rivers.txt").write_text("".join(lines[:written]), "utf-8")
        await looks(clock, 1)
        assert await offered(anna) == ["Capitals · 5"]
    await looks(clock, 1)
    assert await offered(anna) == ["Capitals · 5", "Rivers · 3"]


async def test_links_out_of_the_folder_are_not_followed(
    anna: Somebody, clock: WorldClock, decks_dir: Path, tmp_path: Path
) -> None:
    """Neither a file nor a folder outside is read through a link; a link inside is."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(RIVERS, "utf-8")
    (decks_dir / "secret.txt").symlink_to(outside / "secret.txt")
    (decks_dir / "linked").symlink_to(outside)
    (decks_dir / "again.txt").symlink_to(decks_dir / "capitals.txt")
    await looks(clock)
    assert await offered(anna) == ["Again · 5", "Capitals · 5"]


async def test_nothing_is_written_into_the_decks_folder(
    anna: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """Reading, studying, drawing statistics and a restart leave the folder as it was."""

    def state() -> dict[str, tuple[int, bytes]]:
        files = [decks_dir, *decks_dir.rglob("*")]
        return {str(file): (file.stat().st_mtime_ns, file.read_bytes() if file.is_file() else b"") for file in files}

    (decks_dir / "broken.txt").write_bytes(b"\xff\xfe")
    before = state()
    await looks(clock)
    await learns_first_card(anna)
    await anna.sends("/stats")
    await bot.restart()
    await looks(clock)
    assert state() == before


async def test_a_tap_is_answered_while_a_big_file_is_read(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """Five thousand cards come in, and a tap made at the same time is answered before they are all there."""
    await learns_first_card(anna)
    lines = (f"What is number {n} of the list {n * 7919 % 5003}?;It is the word {n * 31}" for n in range(5000))
    (decks_dir / "big.txt").write_text("\n".join(lines), "utf-8")
    await looks(clock, 1)
    reading = clock.advance(seconds=5)
    message, button = anna.press("Show answer")
    anna.taps_unheard(button.text)
    assert await anna.playground.world.updates.confirmed.until(lambda: "Lima" in anna.sees().text, 10)
    assert clock.late(), "the look at the folder was over before the tap was answered"
    await reading
    assert message.id == anna.message().id
    assert await offered(anna) == ["Big · 5000", "✓ Capitals · 5"]


async def test_markdown_and_our_own_form_are_decks_as_well(
    ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """They lie beside text files; Markdown without a card is somebody's notes, of which nothing is said."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    (decks_dir / "bio").mkdir()
    (decks_dir / "bio" / "cells.md").write_text("#flashcards\n- What is around a cell?::its membrane\n")
    (decks_dir / "bio" / "notes.md").write_text("# To do\n\nWrite cards.\n")
    header = '{"format":"deckhand.cards/1","deck":"Blood"}\n'
    (decks_dir / "blood.jsonl").write_text(header + '{"front":"Which metal is in it?","back":{"markdown":"*Iron*"}}\n')
    await looks(clock, 4)
    assert len(ben.sees_all()) == 1
    assert await offered(ben) == ["Bio › Cells · 1", "Blood · 1", "Capitals · 5"]


async def test_notes_that_were_a_deck_are_none_any_more(anna: Somebody, clock: WorldClock, decks_dir: Path) -> None:
    """Whose cards are all taken out is archived, and is what it was when one comes back."""
    deck = decks_dir / "rivers.md"
    deck.write_text("Which river flows through Cairo?::the Nile\n")
    await looks(clock)
    await learns_first_card(anna, "Rivers")
    deck.write_text("Rivers are long.\n")
    await looks(clock, 3)
    assert await offered(anna) == ["Capitals · 5"]
    deck.write_text("Rivers are long.\n\nWhich river flows through Cairo?::the Nile\n")
    await looks(clock)
    assert await page(anna, "Rivers") == "Rivers\n1 card\n0 due now, 0 not met yet."


async def test_told_to_end_it_reads_no_further(
    anna: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere, caplog: pytest.LogCaptureFixture
) -> None:
    """What is being read then is given up without a fault, and the next start reads it."""
    await anna.sends("/start")
    (decks_dir / "rivers.txt").write_text(RIVERS, "utf-8")
    with caplog.at_level(logging.INFO):
        bot.app.tell_to_stop()
        await looks(clock)
        await bot.stop()
    assert "read rivers.txt" not in caplog.text
    assert [record for record in caplog.records if record.levelno > logging.INFO] == []
    with notebook(bot) as db:
        assert not db.execute("select 1 from decks where file = 'rivers.txt'").fetchall()
    await bot.start()
    assert await offered(anna) == ["Capitals · 5", "Rivers · 3"]
