"""Bad deck files and pictures in the folder of a running bot."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.decks.test_folder import png
from tests.people import BotHere
from tests.shelves import RIVERS, learns_first_card, looks, offered, page


def big(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**30)


BAD_FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "binary.txt": (lambda path: path.write_bytes(b"\x7fELF" + bytes(99)), "this is a program and no text."),
    "empty.txt": (lambda path: path.write_bytes(b""), "there is no card in it."),
    "gigabyte.txt": (big, "1,024 MB where 10 are the most."),
    "line.txt": (lambda path: path.write_bytes(b"x y " * 2_600_000), "10,400,000 characters where a line has 100,000"),
    "nul.txt": (lambda path: path.write_bytes(b"a?;b\nWhat is it?;a \0\n"), "this line has a NUL byte"),
    "utf-16.txt": (lambda path: path.write_bytes("a?;b".encode("utf-16") + b"\n"), "this line is no whole UTF-16."),
}


async def test_bad_files_beside_good_ones_are_told_in_a_line_each(
    anna: Somebody, ben: Somebody, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """The admins hear once of each what it is, the good deck beside them is asked on, and nothing hangs."""
    await learns_first_card(anna)
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    for name, (spoil, _) in BAD_FILES.items():
        spoil(decks_dir / name)
    os.mkfifo(decks_dir / "pipe.txt")
    (decks_dir / "circle.txt").symlink_to("circle.txt")
    (decks_dir / "folder.txt").mkdir()
    (decks_dir / "two\nlines.txt").write_text(RIVERS, "utf-8")
    await looks(clock, 3)
    told = [said.text for said in ben.sees_all()[1:]]
    assert len(told) == len(BAD_FILES)
    for line, (name, (_, what)) in zip(told, BAD_FILES.items(), strict=True):
        assert line.partition(": ")[0].partition(",")[0] == name
        assert what in line
        assert "\n" not in line
    assert await offered(anna) == ["✓ Capitals · 5", "Two lines · 3"]
    await clock.advance(days=30)
    assert await page(anna) == "Capitals\n5 cards\n1 due now, 4 not met yet."


async def test_an_administrator_who_must_wait_keeps_no_other_waiting(
    anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock, decks_dir: Path, bot: BotHere
) -> None:
    """Telegram takes nothing for one of them for an hour: the other hears of it now, and that one then."""
    bot.extra = {"BOT_ADMINS": f"{anna.id},{ben.id}"}
    for admin in (anna, ben):
        await admin.sends("/help")
    await bot.restart()
    first = playground.faults.add("sendMessage", status=429, retry_after=3600)
    (decks_dir / "empty.txt").write_bytes(b"")
    await looks(clock, 3)
    assert first.met == 1
    heard = [len(admin.sees_all()) for admin in (anna, ben)]
    assert sorted(heard) == [1, 2]
    await clock.advance(hours=1)
    assert [admin.sees().text.partition(":")[0] for admin in (anna, ben)] == ["empty.txt"] * 2


@pytest.mark.parametrize("deck_files", [{"sights.txt": "".join(f"What is {n}?\t<img src='{n}'>\n" for n in (
    "../out.png", "text.png", "wide.png", "gone.png"))}])  # fmt: skip
async def test_a_card_whose_picture_cannot_be_shown_is_asked_in_words(
    anna: Somebody, decks_dir: Path, deck_files: dict[str, str]
) -> None:
    """In the picture's place stands that it is missing, and the card is graded as any other."""
    (decks_dir.parent / "out.png").write_bytes(png(9, 9))
    (decks_dir / "text.png").write_bytes(b"no picture at all")
    (decks_dir / "wide.png").write_bytes(png(50_000, 9))
    await anna.sends("/start")
    await anna.taps("Sights ·")
    for name in ("../out.png", "text.png", "wide.png", "gone.png"):
        # Names of addresses are kept from becoming links by a sign that nobody sees.
        shown = (await anna.taps("Show answer")).text.replace("\u2060", "")
        assert shown.endswith(f"What is {name}?\n─────\n[picture missing: {name}]")
        await anna.taps("Easy")
        if "Not now" in anna.sees().labels:
            await anna.taps("Not now")
