"""/stats: a picture and three lines."""

from datetime import UTC, datetime

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles, studies


async def test_stats_are_a_picture_and_three_lines(anna: Somebody, clock: WorldClock) -> None:
    """Reviews of the last days with the share remembered, cards met, and what comes tomorrow."""
    await settles(anna)
    await studies(anna)
    await clock.move_to(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Again")
    await clock.advance(minutes=15)
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Good")
    screen = await anna.sends("/stats")
    assert screen.picture is not None
    assert screen.text.splitlines() == [
        "Last 30 days: 7 reviews, 0 % of 1 due remembered.",
        "5 cards in memory, 0 not met yet.",
        "Tomorrow: nothing is due.",
    ]
    assert screen.message is not None
    assert screen.message.file is not None
    assert screen.message.file.data.startswith(b"\x89PNG")
    assert screen.message.file.width > screen.message.file.height / 2 > 100


async def test_stats_stand_under_the_summary(anna: Somebody) -> None:
    """The button sends them as a message of their own and leaves the summary with its buttons."""
    await settles(anna)
    summary = await studies(anna)
    screen = await anna.taps("Stats")
    assert screen.text.startswith("Last 30 days: 5 reviews.\n5 cards in memory, 0 not met yet.\n")
    assert anna.sees_all()[-2] == summary
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    left = "5 cards in memory (5 of them suspended, or in no deck that you study), 0 not met yet."
    assert (await anna.sends("/stats")).text.splitlines()[1] == left


async def test_what_was_put_aside_before_it_was_met_is_not_met(anna: Somebody, clock: WorldClock) -> None:
    """Buried for today it is like the others, suspended it is named; the numbers add up, on the deck's page, too."""
    await settles(anna)
    await anna.sends("/quiz")
    await anna.taps("⋯", "Bury today", "⋯", "Suspend")
    lines = (await anna.sends("/stats")).text.splitlines()
    assert lines[1:] == ["1 card in memory, 4 not met yet (1 of them suspended).", "Tomorrow: 3 new, about 1 minute."]
    await anna.sends("/decks")
    page = await anna.taps("✓ Capitals")
    assert page.text == "Capitals\n5 cards\n0 due now, 4 not met yet (1 of them suspended)."
    await clock.advance(days=1)
    assert (await anna.sends("/stats")).text.splitlines()[1] == lines[1]
    await anna.sends("/decks")
    assert (await anna.taps("✓ Capitals")).text == page.text


async def test_stats_of_a_newcomer(anna: Somebody) -> None:
    """Who has done nothing yet gets a picture and lines too, with nothing divided by nothing."""
    await anna.sends("/start")
    screen = await anna.sends("/stats")
    assert screen.picture is not None
    assert screen.text.splitlines()[:2] == ["Last 30 days: 0 reviews.", "0 cards in memory, 0 not met yet."]


async def test_stats_count_what_stands_and_what_comes(anna: Somebody, clock: WorldClock) -> None:
    """A streak is told from two days on, and a grade that was taken back does not count.

    The bars count reviews, so the last line tells them apart from the new cards that come on top.
    """
    await anna.starts("deck_capitals")
    await anna.taps("Show answer", "Good", "Not now")
    await clock.advance(days=1)
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Good", "Show answer", "Good")
    await anna.sends("/undo")
    lines = (await anna.sends("/stats")).text.splitlines()
    assert lines[0] == "Last 30 days: 2 reviews, 100 % of 1 due remembered; 2 days in a row."
    assert lines[2] == "Tomorrow: 4 new, about 1 minute."
    await anna.taps("Good")
    await clock.advance(hours=1)
    await anna.sends("/quiz capitals 1")
    await anna.taps("Show answer", "Good")
    await clock.advance(days=1)
    assert (await anna.sends("/stats")).text.splitlines()[2] == "Tomorrow: 1 to review and 3 new, about 1 minute."
