"""After an outage: what people did meanwhile is done first, then one catch-up push comes, at a decent hour."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import arrivals, settles, until
from tests.people import BotHere, screen_of


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna has her cards at 20:00 in Berlin."""
    await settles(anna)
    return anna


async def away(bot: BotHere, clock: WorldClock, begin: tuple[str, str], end: tuple[str, str]) -> None:
    """The bot is down from one date and local hour to another."""
    await until(clock, *begin)
    await bot.stop()
    await until(clock, *end)
    await bot.start()


async def changes(somebody: Somebody, *taps: str) -> None:
    """Open the settings and tap."""
    await somebody.sends("/settings")
    await somebody.taps(*taps)


async def test_days_without_the_bot_bring_one_push(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """It comes with the start, and the next at its own hour."""
    await away(bot, clock, ("03-02", "19:00"), ("03-05", "15:00"))
    assert arrivals(settled)[1:] == ["03-05 15:00"]
    assert settled.sees().text.startswith("4 due · about 1 min\n\n")
    await until(clock, "03-05", "16:00")
    await until(clock, "03-05", "20:00")
    assert arrivals(settled)[1:] == ["03-05 15:00", "03-05 20:00"]


async def test_several_missed_hours_bring_one_push(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Not one for each."""
    await changes(settled, "Hours", "12:00", "13:00", "16:00")
    sounds = settled.notifications
    await away(bot, clock, ("03-02", "11:00"), ("03-02", "17:00"))
    assert settled.notifications == sounds + 1


async def test_everybody_gets_one(settled: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Each chat has its own."""
    await settles(ben)
    sounds = settled.notifications, ben.notifications
    await away(bot, clock, ("03-02", "19:00"), ("03-03", "10:00"))
    assert (settled.notifications, ben.notifications) == (sounds[0] + 1, sounds[1] + 1)


@pytest.mark.parametrize(("back", "comes"), [("17:59", True), ("18:00", False), ("19:59", False)])
async def test_none_shortly_before_the_next_hour(
    settled: Somebody, clock: WorldClock, bot: BotHere, back: str, comes: bool
) -> None:
    """Within two hours of the next push that one stands for all."""
    await away(bot, clock, ("03-02", "19:00"), ("03-03", back))
    assert arrivals(settled)[1:] == [f"03-03 {back}"] * comes
    await until(clock, "03-03", "20:00")
    assert arrivals(settled)[-1] == "03-03 20:00"


async def test_none_in_the_quiet_hours(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Back in the night, the push waits for the morning."""
    await changes(settled, "Quiet", "22:00 to 07:00")
    sounds = settled.notifications
    await away(bot, clock, ("03-02", "19:00"), ("03-02", "23:30"))
    await until(clock, "03-03", "06:59")
    assert settled.notifications == sounds
    await until(clock, "03-03", "07:00")
    assert settled.notifications == sounds + 1
    assert arrivals(settled)[-1] == "03-03 07:00"


async def test_none_in_a_pause(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """A missed day that was paused is not made up for."""
    await changes(settled, "Pause", "3 days")
    sounds = settled.notifications
    await away(bot, clock, ("03-02", "19:00"), ("03-04", "15:00"))
    assert settled.notifications == sounds


async def test_none_where_nothing_is_due(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """Nothing due, nothing sent, also then."""
    await changes(settled, "Limits", "0 new")
    sounds = settled.notifications
    await away(bot, clock, ("03-02", "19:00"), ("03-03", "10:00"))
    assert settled.notifications == sounds


async def test_a_few_minutes_are_no_outage(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """The push of eight comes at five past, though the one of nine is near."""
    await changes(settled, "Hours", "21:00")
    await away(bot, clock, ("03-02", "19:59"), ("03-02", "20:05"))
    assert arrivals(settled)[-1] == "03-02 20:05"
    await until(clock, "03-02", "21:00")
    assert arrivals(settled)[-2:] == ["03-02 20:05", "03-02 21:00"]


async def test_a_put_off_push_is_made_up_for_once(settled: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """In an hour the bot was down; it comes with the start."""
    await until(clock, "03-02", "20:00")
    await settled.taps("Later", "In an hour")
    sounds = settled.notifications
    await away(bot, clock, ("03-02", "20:30"), ("03-02", "22:00"))
    assert settled.notifications == sounds + 1
    await until(clock, "03-02", "23:30")
    assert settled.notifications == sounds + 1


async def test_a_tap_made_meanwhile_counts_and_no_push_comes_over_it(
    settled: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """The grade is in before any push: its card goes on in the same message, and who was just here gets none."""
    await settled.taps("Show answer")
    sounds = settled.notifications
    await until(clock, "03-02", "19:00")
    await bot.stop()
    settled.taps_unheard("Easy")
    await until(clock, "03-02", "23:00")
    await bot.start()
    assert settled.sees() == screen_of("Capitals · 3/5\n\nWhat is the capital of Kenya?", "[Show answer]")
    assert settled.notifications == sounds
    await until(clock, "03-03", "20:00")
    assert settled.sees().text.startswith("3 due · about 1 min\n\n")


async def test_a_card_shown_before_the_outage_can_still_be_graded(
    settled: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """A restart changes nothing about what stands in the chat."""
    await settled.taps("Show answer")
    await bot.restart()
    assert (await settled.taps("Easy")).text == "Capitals · 3/5\n\nWhat is the capital of Kenya?"
    assert len(settled.messages()) == 1
