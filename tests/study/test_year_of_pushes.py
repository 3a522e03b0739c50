"""A year of daily pushes, lived through push by push, where clocks and calendars behave worst."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from bot.study.hours import Slot, Timetable, day_starts_at, first_at, local, next_slot, study_day
from bot.study.push import Send, decide

A_DAY = timedelta(days=1)
PLACES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia")
HOURS = (time(2, 30), time(8), time(23, 45))
# Samoa left out 30 December in this one; elsewhere it is a year like any other.
YEARS = (2011, 2026)

Change = Callable[[Timetable], Timetable]


def lived(
    table: Timetable, start: datetime, end: datetime, changes: dict[datetime, Change] | None = None
) -> list[Slot]:
    """The slots sent from `start` to `end`, each tick four seconds late, with changes of the timetable on the way."""
    sent: list[Slot] = []
    done: set[tuple[date, time]] = set()
    waiting = sorted((changes or {}).items())
    slot = next_slot(table, start - timedelta(seconds=1), done)
    planned = slot.at if slot else None
    while planned is not None and planned < end:
        if waiting and waiting[0][0] <= planned:
            at, change = waiting.pop(0)
            table = change(table)
            slot = next_slot(table, at, done)
            planned = slot.at if slot else None
            continue
        decision = decide(table, planned, planned + timedelta(seconds=4), done, None)
        assert isinstance(decision, Send), decision
        assert not decision.catch_up
        assert not decision.stands_for
        sent.append(decision.slot)
        done.add(decision.slot.key)
        planned = decision.next_at
    return sent


def calendar(zone_name: str, year: int) -> list[date]:
    """The dates that the zone's clocks showed at some time in that year."""
    noon = datetime(year, 1, 1, tzinfo=UTC)
    shown = {local(noon + timedelta(hours=hour), zone_name).date() for hour in range(-24, 368 * 24)}
    return sorted(day for day in shown if day.year == year)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("hour", HOURS, ids=str)
@pytest.mark.parametrize("zone_name", PLACES)
def test_one_push_a_day_at_its_hour(zone_name, hour, year):
    """Every day that the calendar there has brings one push, at its hour by the local clock or right after a gap."""
    start, end = (first_at(date(y, 1, 1), time.min, zone_name) for y in (year, year + 1))
    sent = lived(Timetable(zone_name, 4, (hour,)), start, end)
    walls = [local(slot.at, zone_name) for slot in sent]
    assert [wall.date() for wall in walls] == calendar(zone_name, year)
    assert len(sent) == (364 if (zone_name, year) == ("Pacific/Apia", 2011) else 365)
    moved = [slot.at for slot, wall in zip(sent, walls, strict=True) if wall.time() != hour]
    assert len(moved) <= 1
    for at in moved:
        before = local(at - timedelta(seconds=1), zone_name)
        assert before.time() < hour < local(at, zone_name).time(), "the first moment after a gap that holds the hour"


@pytest.mark.parametrize(
    ("zone_name", "moved"),
    [
        ("Europe/Berlin", ["2026-03-29 03:00"]),
        ("America/New_York", ["2026-03-08 03:00"]),
        ("Australia/Lord_Howe", []),
        ("Asia/Kathmandu", []),
    ],
)
def test_half_past_two_on_the_days_of_the_clock_change(zone_name, moved):
    """02:30 is missing once a year in Berlin and New York; in Lord Howe the gap ends just there."""
    start, end = (first_at(date(y, 1, 1), time.min, zone_name) for y in (2026, 2027))
    sent = lived(Timetable(zone_name, 4, (time(2, 30),)), start, end)
    walls = [local(slot.at, zone_name) for slot in sent]
    assert [f"{wall:%Y-%m-%d %H:%M}" for wall in walls if wall.time() != time(2, 30)] == moved


@pytest.mark.parametrize("rollover_hour", [0, 2, 3, 4, 23])
@pytest.mark.parametrize("zone_name", [*PLACES, "America/Nuuk", "America/Havana"])
def test_three_pushes_a_day_whenever_the_day_begins(zone_name, rollover_hour):
    """Whatever the rollover hour, a year of three hours a day has 1095 pushes, each with a key of its own."""
    start, end = (first_at(date(y, 1, 1), time.min, zone_name) for y in (2026, 2027))
    sent = lived(Timetable(zone_name, rollover_hour, HOURS), start, end)
    assert len(sent) == len({slot.key for slot in sent}) == 3 * 365
    assert all(earlier.at < later.at for earlier, later in pairwise(sent))


def moves(start: datetime, steps: list[Change]) -> dict[datetime, Change]:
    """The changes, one every 23 days and some hours, so that they fall on every time of the day."""
    return {start + n * timedelta(days=23, hours=5, minutes=17): step for n, step in enumerate(steps, 1)}


def to_hour(hour: time) -> Change:
    return lambda table: replace(table, hours=(hour,))


def to_zone(zone_name: str) -> Change:
    return lambda table: replace(table, zone_name=zone_name)


@pytest.mark.parametrize("hour", HOURS, ids=str)
@pytest.mark.parametrize("home", PLACES)
def test_a_year_on_the_move(home, hour):
    """Hours and zones change on the way: never two pushes for one study day, and none missing but at a change."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    places = [zone_name for zone_name in PLACES if zone_name != home]
    steps = [
        step for n, place in enumerate(places) for step in (to_hour(HOURS[n % 3]), to_zone(place), to_hour(time(20)))
    ]
    changes = moves(start, steps)
    sent = lived(Timetable(home, 4, (hour,)), start, end, changes)
    days = [slot.day for slot in sent]
    assert max(Counter(days).values()) == 1
    missing = {days[0] + n * A_DAY for n in range((days[-1] - days[0]).days)} - set(days)
    near = {at.date() + n * A_DAY for at in changes for n in (-2, -1, 0, 1)}
    assert missing <= near
    assert len(missing) <= len(changes)


@pytest.mark.parametrize(
    ("before", "after", "at", "sent_at"),
    [
        # done at its old place: not again at its new one
        (("Europe/Berlin", "20:00"), ("Europe/Berlin", "21:00"), "2026-03-10T19:30", ["10 19:00", "11 20:00"]),
        (("Europe/Berlin", "20:00"), ("America/New_York", "20:00"), "2026-03-10T19:30", ["10 19:00", "12 00:00"]),
        # not yet done and still to come: today
        (("Europe/Berlin", "20:00"), ("Europe/Berlin", "21:00"), "2026-03-10T18:30", ["10 20:00", "11 20:00"]),
        (("Europe/Berlin", "20:00"), ("America/New_York", "20:00"), "2026-03-10T18:30", ["11 00:00", "12 00:00"]),
        # not yet done and already past at its new place: tomorrow
        (("Europe/Berlin", "20:00"), ("Europe/Berlin", "19:00"), "2026-03-10T18:30", ["11 18:00"]),
        (("America/New_York", "20:00"), ("Europe/Berlin", "20:00"), "2026-03-10T21:30", ["11 19:00"]),
    ],
)
def test_a_moved_hour(before, after, at, sent_at):
    """What was done today is not sent again at its new place; what was not, and is still to come, is sent today."""
    change = datetime.fromisoformat(at).replace(tzinfo=UTC)
    start = datetime(2026, 3, 10, 12, tzinfo=UTC)
    table = Timetable(before[0], 4, (time.fromisoformat(before[1]),))
    moved = Timetable(after[0], 4, (time.fromisoformat(after[1]),))
    sent = lived(table, start, start + timedelta(days=1, hours=13), {change: lambda _: moved})
    assert [f"{slot.at:%d %H:%M}" for slot in sent] == sent_at


def test_the_study_days_of_a_year_follow_each_other():
    """In every one of the places each study day ends where the next begins, also at the skipped day."""
    for zone_name in PLACES:
        for rollover_hour in (0, 2, 4):
            at = datetime(2011, 1, 1, tzinfo=UTC)
            while at.year == 2011:
                day = study_day(at, zone_name, rollover_hour)
                ends_at = day_starts_at(day + A_DAY, zone_name, rollover_hour)
                assert study_day(ends_at - timedelta(seconds=1), zone_name, rollover_hour) == day
                assert study_day(ends_at, zone_name, rollover_hour) > day
                at = ends_at
