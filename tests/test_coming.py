"""What is said of what comes next: what can be asked at once, and days as the reader's clock has them."""

import sqlite3
from contextlib import closing

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles, studies, until
from tests.people import CAPITALS, BotHere, screen_of

SUMS = "#deck:Maths::Sums\nOne and one?;Two\n"
FOUR = {"capitals.txt": CAPITALS, "sums.txt": "".join(f"{n} and {n}?;{2 * n}\n" for n in range(4))}


@pytest.fixture
def deck_files(deck_files: dict[str, str]) -> dict[str, str]:
    """Five capitals, and a deck with one sum."""
    return {**deck_files, "sums.txt": SUMS}


async def test_the_end_of_a_quiz_says_what_is_due_elsewhere(anna: Somebody, clock: WorldClock) -> None:
    """What another deck has now is no next time, at the end and where nothing is due; one tap asks it."""
    await settles(anna)
    await studies(anna)
    await anna.starts("deck_sums")
    await anna.taps("Show answer", "Again")
    await clock.advance(minutes=6)
    now = "Due now: 1 card in Maths › Sums, about 1 minute."
    for _ in range(2):
        await anna.sends("/quiz capitals")
        await anna.taps("Study ahead", *["Show answer", "Good"] * 5)
        assert anna.sees().text.splitlines() == [
            "Done: 5 cards looked at ahead. The schedule stays as it was.",
            now,
            "In 7 days: 2 cards, about 1 minute, at 20:00.",
        ]
        assert anna.sees().rows == (("Undo", "Study"), ("Stats",))
        await clock.advance(minutes=1)
    assert await anna.sends("/quiz capitals") == screen_of(
        f"Nothing is due there. The next card comes in 7 days at 20:00.\n{now}", "[Study] [Study ahead]"
    )
    assert (await anna.taps("Study")).text.startswith("Maths › Sums · 1/1\n")
    await anna.taps("Show answer", "Good")
    assert "Due now" not in anna.sees().text


async def test_a_quiz_of_so_many_says_what_is_left(anna: Somebody) -> None:
    """The same behind a session that was of so many cards, with new ones; tomorrow's are those beyond."""
    await settles(anna)
    await anna.sends("/settings")
    await anna.taps("Limits", "5 new")
    await anna.starts("deck_sums")
    await anna.sends("/quiz 1")
    await anna.taps("Show answer", "Easy")
    assert anna.sees().text.splitlines() == [
        "Done: 1 card.",
        "Due now: 3 cards in Capitals, about 1 minute.",
        "Tomorrow: 1 card, about 1 minute, at 20:00.",
    ]


async def test_days_are_those_of_the_clock(anna: Somebody, clock: WorldClock) -> None:
    """After midnight the study day that begins at four is today's: with its push, or from when."""
    await settles(anna)
    await studies(anna)
    await until(clock, "03-09", "02:18")
    assert (await anna.sends("/quiz capitals")).text == "Nothing is due. The next card comes today at 20:00."
    await anna.taps("Study ahead", *["Show answer", "Good"] * 5)
    assert anna.sees().text.splitlines()[1] == "Today: 2 cards, about 1 minute, at 20:00."
    await anna.sends("/settings")
    await anna.taps("Pause", "30 days")
    assert (await anna.sends("/quiz")).text == "Nothing is due. The next card comes today from 04:00."
    await anna.taps("Study ahead", *["Show answer", "Good"] * 5)
    assert anna.sees().text.splitlines()[1] == "Today from 04:00: 2 cards, about 1 minute."
    assert (await anna.sends("/stats")).text.splitlines()[2] == "Today from 04:00: 2 to review, about 1 minute."


@pytest.mark.parametrize("deck_files", [FOUR], ids=["four sums"])
async def test_what_the_limit_holds_back_comes_tomorrow(anna: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """Also where just as many cards are being learned, which can be asked at once."""
    await settles(anna)
    await studies(anna)
    await until(clock, "03-25", "12:00")
    await anna.starts("deck_sums")
    await anna.taps(*["Show answer", "Again"] * 4)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update chats set reviews_per_day = 1")
    await clock.advance(minutes=6)
    await anna.sends("/quiz capitals")
    await anna.taps("Show answer", "Easy")
    assert anna.sees().text.splitlines()[1:] == [
        "Due now: 4 cards in Sums, about 1 minute.",
        "Tomorrow: 1 card, about 1 minute, at 20:00.",
    ]
