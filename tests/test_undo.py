"""Taking grades back, one after the other."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles, studies
from tests.notebook import differences, log, memories
from tests.people import BotHere, screen_of

NOTHING_LEFT = "There is nothing to undo."


async def test_the_last_grade_is_taken_back_exactly(bot: BotHere, anna: Somebody) -> None:
    """The card stands there again with its answer and its grades, and the memory is what it was."""
    await settles(anna)
    await anna.taps("Show answer")
    before, shown = memories(bot, anna), anna.sees()
    await anna.taps("Good")
    screen = await anna.sends("/undo")
    assert screen == screen_of("Capitals · 2/5\n\nWhat is the capital of Peru?\n─────\nLima", *_rows(shown.rows))
    assert memories(bot, anna) == before
    assert log(bot, anna) == [("learn", 4), ("learn", 3), ("undo", None)]
    assert differences(bot) == ()
    assert [bool(one.labels) for one in anna.sees_all()] == [False, True]


def _rows(rows: tuple[tuple[str, ...], ...]) -> list[str]:
    return ["".join(f"[{label}] " for label in row).strip() for row in rows]


async def test_undo_stands_under_the_summary(bot: BotHere, anna: Somebody) -> None:
    """Tapped there, the same message is the last card again; graded, the summary comes back changed."""
    await settles(anna)
    summary = await studies(anna)
    assert summary.labels[0] == "Undo"
    message = anna.message().id
    assert (await anna.taps("Undo")).text.startswith("Capitals · 5/5\n\nWhat is the capital of Norway?\n─────\nOslo")
    assert anna.message().id == message
    await anna.taps("Again")
    assert (await studies(anna)).text.startswith("Done: 5 cards (6 with those that came back).")
    assert log(bot, anna)[4:7] == [("learn", 4), ("undo", None), ("learn", 1)]
    assert differences(bot) == ()


async def test_undo_works_after_a_restart(bot: BotHere, anna: Somebody) -> None:
    """The summary's button and the command are as good as before."""
    await settles(anna)
    await studies(anna)
    await bot.restart()
    assert (await anna.taps("Undo")).text.startswith("Capitals · 5/5")
    await bot.restart()
    assert (await anna.sends("/undo")).text.startswith("Capitals · 4/5")


async def test_undo_goes_back_one_by_one_to_the_first(bot: BotHere, anna: Somebody) -> None:
    """Again for the one before, through steps and cards that came back, until nothing is left."""
    await settles(anna)
    await studies(anna, "Good")
    grades = len(log(bot, anna))
    for _ in range(grades):
        screen = await anna.sends("/undo")
        assert [label.split(" ·")[0] for label in screen.labels] == ["Again", "Hard", "Good", "Easy"]
        assert differences(bot) == ()
    assert memories(bot, anna) == []
    assert screen.text.startswith("Capitals · 1/5\n\nWhat is the capital of France?")
    assert (await anna.sends("/undo")).text == NOTHING_LEFT


async def test_nothing_to_undo_is_said(anna: Somebody) -> None:
    """Who has graded nothing reads so; who is unknown reads how to begin."""
    assert (await anna.sends("/undo")).text == "I know nothing about you. /start begins anew."
    await anna.sends("/start")
    assert (await anna.sends("/undo")).text == NOTHING_LEFT
    await anna.taps("Capitals", "Show answer")
    assert (await anna.sends("/undo")).text == NOTHING_LEFT
    await anna.taps("Good")


async def test_a_card_graded_twice_goes_back_twice(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """Each undo restores the memory before that very grade."""
    await settles(anna)
    states = [memories(bot, anna)]
    for grade in ("Again", "Good", "Good"):
        await anna.sends("/quiz capitals 1")
        await anna.taps("Show answer", grade)
        states.append(memories(bot, anna))
        await clock.advance(minutes=15)
    for state in reversed(states[:-1]):
        await anna.sends("/undo")
        assert memories(bot, anna) == state
    assert differences(bot) == ()


async def test_an_old_undo_takes_nothing_else_back(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """The button of an earlier summary names its own grade: it says why it does not do it."""
    await settles(anna)
    await studies(anna)
    old = anna.message()
    await clock.advance(days=30)
    await studies(anna)
    entries = log(bot, anna)
    await anna.taps_old(old, "Undo")
    assert anna.toast == "You graded others after that one; /undo takes the latest back first."
    assert log(bot, anna) == entries


async def test_undo_tapped_twice_takes_one_back(bot: BotHere, anna: Somebody) -> None:
    """The second of two taps at once says that it was done."""
    await settles(anna)
    await studies(anna)
    await anna.tap_twice("Undo")
    assert anna.toast == "That grade was taken back already."
    assert [kind for kind, _ in log(bot, anna)].count("undo") == 1


async def test_a_grade_taken_back_is_not_called_given(anna: Somebody) -> None:
    """The old button of a grade that was taken back says so, and not that it is graded."""
    await settles(anna)
    await anna.taps("Show answer")
    old = anna.message()
    await anna.taps("Good")
    await anna.sends("/undo")
    await anna.taps_old(old, "Good")
    assert anna.toast == "That grade was taken back already."


@pytest.mark.parametrize("days", [1, 40])
async def test_undo_days_later_is_exact_too(bot: BotHere, anna: Somebody, clock: WorldClock, days: int) -> None:
    """The taken-back card is graded as of now, and the replayed log agrees."""
    await settles(anna)
    await studies(anna)
    await clock.advance(days=days)
    await anna.sends("/undo")
    assert len(memories(bot, anna)) == 4
    await anna.taps("Good")
    assert differences(bot) == ()
    assert len(memories(bot, anna)) == 5
