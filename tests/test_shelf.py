"""Deck files that change while people study from them."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.storage.advice import command
from tests.notebook import memories
from tests.people import CAPITALS, BotHere, screen_of

RIVERS = """\
Which river flows through Cairo?;the Nile
Which river flows through London?;the Thames
Which river flows through Vienna?;the Danube
"""
FRANCE = "What is the capital of France?;Paris\n"


async def looks(clock: WorldClock, times: int = 2) -> None:
    """The bot looks at its folder so many times; what changed is read at the second look."""
    for _ in range(times):
        await clock.advance(seconds=5)


async def learns_first_card(anna: Somebody, deck: str = "Capitals") -> None:
    """The deck's first card is known for days; the next one stands there."""
    await anna.sends("/start")
    await anna.taps(f"{deck} ·", "Show answer", "Easy", "Not now")


async def page(anna: Somebody, name: str = "Capitals") -> str:
    """What the page of one of Anna's decks says."""
    await anna.sends("/decks")
    return (await anna.taps(f"✓ {name}")).text


async def offered(anna: Somebody) -> list[str]:
    """The decks that Anna can have."""
    return (await anna.sends("/decks")).labels


def rewrite(folder: Path, before: str, after: str, name: str = "capitals.txt") -> None:
    """Change the text of a deck file."""
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), "utf-8")


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
    assert anna.toast == "That was taken out of the decks; what you learned is kept."
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
    assert anna.toast == "That was taken out of the decks; what you learned is kept."
    assert await anna.sends("/decks") == screen_of("No deck is offered here yet.")
    (decks_dir / "capitals.txt").write_text(text, "utf-8")
    await looks(clock)
    await clock.advance(days=30)
    assert await page(anna) == "Capitals\n5 cards\n1 due now, 4 not met yet."


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
        "The decks folder cannot be read: No such file or directory. The decks stay as they are."
    )
    assert len(ben.sees_all()) == 2
    shutil.move(decks_dir.parent / "away", decks_dir)
    (decks_dir / "rivers.txt").write_text(RIVERS, "utf-8")
    await looks(clock)
    assert await offered(anna) == ["✓ Capitals · 5", "Rivers · 3"]


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
