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
# Each stretch holds a day on which a clock is set or the turn of a year; where neither is, a fortnight is enough.
MONTH = 30
FORTNIGHT = 14
# Who lets two days pass and then taps keeps the daily pushes.
TAPS_EVERY = 3


def on(month: int, day: int) -> datetime:
    """A morning of that year, or of the next if that day is over when the test begins."""
    morning = START.replace(month=month, day=day)
    return morning if morning >= START else morning.replace(year=START.year + 1)


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
        ("New York", "America/New_York", "02:30", on(10, 12), MONTH, []),
        ("New York", "America/New_York", "02:30", on(12, 20), MONTH, []),
        ("New York", "America/New_York", "02:30", on(2, 25), MONTH, ["03-14 03:00"]),
        ("Berlin", "Europe/Berlin", "02:30", on(3, 5), MONTH, ["03-29 03:00"]),
        ("Berlin", "Europe/Berlin", "02:30", on(10, 1), MONTH, []),
        ("Lord Howe", "Australia/Lord_Howe", "02:15", on(3, 12), MONTH, []),
        ("Lord Howe", "Australia/Lord_Howe", "02:15", on(9, 15), MONTH, ["10-04 02:30"]),
        ("Kathmandu", "Asia/Kathmandu", "23:45", START, FORTNIGHT, []),
        ("Apia", "Pacific/Apia", "20:00", on(12, 24), FORTNIGHT, []),
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
