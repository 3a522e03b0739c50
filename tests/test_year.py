"""Daily pushes through the bot as it runs, over the days on which clocks behave worst and the turn of a year.

Every day of many years in every zone is reckoned in tests/study/test_year_of_pushes.py.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.conftest import START
from tests.habits import wall

A_MINUTE = timedelta(minutes=1)
OCTOBER = datetime(2026, 10, 1, 9, tzinfo=UTC)
# From October to the end of March: both days on which a clock is set, and a New Year between them.
A_WINTER = 170
# From March on, or about the day in autumn, it holds the one on which a clock is set.
SIX_WEEKS = 42
# Who lets two days pass and then taps keeps the daily pushes.
TAPS_EVERY = 3


def comes_at(day: date, hour: time, zone: str) -> datetime:
    """The first minute of that day's hour on the zone's clock, found by looking at every minute around it."""
    here = ZoneInfo(zone)
    noon = datetime.combine(day, time(12), here)
    # Not later than by the clock that is furthest ahead on the days around it.
    ahead = max((noon + timedelta(days=n)).utcoffset() or timedelta() for n in (-1, 1))
    at = datetime.combine(day, hour, UTC) - ahead
    while at.astimezone(here).replace(tzinfo=None) < datetime.combine(day, hour):
        at += A_MINUTE
    return at


def clocks_change(at: datetime, zone: str) -> bool:
    """Whether the zone's clocks are set anew within four days of that moment."""
    span, here = timedelta(days=4), ZoneInfo(zone)
    return (at - span).astimezone(here).utcoffset() != (at + span).astimezone(here).utcoffset()


@pytest.mark.parametrize(
    ("place", "zone", "hour", "begins", "many", "moved"),
    [
        ("New York", "America/New_York", "02:30", OCTOBER, A_WINTER, ["03-14 03:00"]),
        ("Berlin", "Europe/Berlin", "02:30", START, SIX_WEEKS, ["03-29 03:00"]),
        ("Berlin", "Europe/Berlin", "02:30", OCTOBER, SIX_WEEKS, []),
        ("Lord Howe", "Australia/Lord_Howe", "02:15", START, SIX_WEEKS, []),
        ("Lord Howe", "Australia/Lord_Howe", "02:15", datetime(2026, 9, 15, 9, tzinfo=UTC), SIX_WEEKS, ["10-04 02:30"]),
        ("Kathmandu", "Asia/Kathmandu", "23:45", START, SIX_WEEKS, []),
        ("Apia", "Pacific/Apia", "20:00", START, SIX_WEEKS, []),
    ],
)
async def test_every_day_brings_one_push_at_its_hour(
    anna: Somebody,
    clock: WorldClock,
    place: str,
    zone: str,
    hour: str,
    begins: datetime,
    many: int,
    moved: list[str],
) -> None:
    """For so many days exactly one a day, not a minute early where that is most in danger.

    On the day whose hour is missing it comes right after the gap.
    """
    await clock.move_to(begins)
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Easy")
    await anna.sends(hour)
    assert f"Every day at {hour}, {place} time." in (await anna.sends(place)).text
    wanted = time.fromisoformat(hour)
    first = begins.astimezone(ZoneInfo(zone)).date()
    days = [first + timedelta(days=n) for n in range(many + 1)]
    times = [at for at in (comes_at(day, wanted, zone) for day in days) if at > begins]
    sounds = anna.notifications
    for number, at in enumerate(times):
        if number % 7 == 0 or clocks_change(at, zone):
            await clock.move_to(at - A_MINUTE)
            assert anna.notifications == sounds + number, f"nothing between the pushes, {wall(at, zone)}"
        await clock.move_to(at)
        assert anna.notifications == sounds + number + 1, f"one push, {wall(at, zone)}"
        assert " due · about " in anna.sees().text
        if number % TAPS_EVERY == 0:
            await anna.taps("Show answer")
    assert [wall(at, zone) for at in times if wall(at, zone)[6:] != hour] == moved
