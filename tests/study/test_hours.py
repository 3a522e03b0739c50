"""Local time: study days, slots, quiet hours and typed hours."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.study.hours import (
    Slot,
    Timetable,
    day_starts_at,
    first_at,
    is_quiet,
    known_zone,
    local,
    moment,
    next_slot,
    parse_hour,
    place_name,
    quiet_ends_at,
    study_day,
    zone,
    zone_names,
)

A_DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"
ZONES = st.sampled_from(sorted(zone_names()))
INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
HOURS = st.times().map(lambda hour: time(hour.hour, hour.minute))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def timetable(*hours: str, zone_name: str = BERLIN, rollover_hour: int = 4, **more: object) -> Timetable:
    return Timetable(zone_name, rollover_hour, tuple(map(time.fromisoformat, hours)), **more)  # type: ignore[arg-type]


@st.composite
def timetables(draw: st.DrawFn) -> Timetable:
    return Timetable(
        draw(ZONES),
        draw(st.integers(0, 23)),
        tuple(draw(st.lists(HOURS, min_size=1, max_size=4, unique=True))),
        draw(st.frozensets(st.integers(0, 6), min_size=1)),
        draw(st.none() | st.tuples(HOURS, HOURS)),
        every=draw(st.sampled_from((1, 2, 4, 7))),
        last_push_day=draw(st.none() | st.dates(date(2025, 1, 1), date(2025, 2, 1))),
    )


# Study days


@pytest.mark.parametrize(
    ("zone_name", "rollover_hour", "day", "starts_at"),
    [
        (BERLIN, 4, "2026-01-15", "2026-01-15T03:00"),
        (BERLIN, 4, "2026-07-15", "2026-07-15T02:00"),
        (BERLIN, 2, "2026-03-29", "2026-03-29T01:00"),  # 02:00 does not exist: it begins when the gap is over
        (BERLIN, 2, "2026-10-25", "2026-10-25T00:00"),  # 02:00 exists twice: the first
        ("Asia/Kathmandu", 4, "2026-01-15", "2026-01-14T22:15"),
        ("Australia/Lord_Howe", 2, "2026-10-04", "2026-10-03T15:30"),  # half an hour's gap, 02:00 to 02:30
        ("Pacific/Apia", 4, "2011-12-30", "2011-12-30T10:00"),  # a day that was skipped
        ("Pacific/Apia", 4, "2011-12-31", "2011-12-30T14:00"),
    ],
)
def test_a_study_day_begins_at_the_rollover_hour(zone_name, rollover_hour, day, starts_at):
    """A study day begins at the rollover hour by the zone's own clock, also where that hour is missing or doubled."""
    assert day_starts_at(date.fromisoformat(day), zone_name, rollover_hour) == utc(starts_at)


@pytest.mark.parametrize(
    ("at", "day"),
    [("2026-01-15T02:59:59", "2026-01-14"), ("2026-01-15T03:00", "2026-01-15"), ("2026-07-15T01:59", "2026-07-14")],
)
def test_the_night_belongs_to_the_day_before(at, day):
    """Before the rollover hour it is still yesterday's study day."""
    assert study_day(utc(at), BERLIN, 4) == date.fromisoformat(day)


@given(INSTANTS, ZONES, st.integers(0, 23))
@example(datetime(2011, 12, 30, 9, 59, 59, tzinfo=UTC), "Pacific/Apia", 0)
@example(datetime(2011, 12, 30, 10, 0, tzinfo=UTC), "Pacific/Apia", 0)
@example(datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN, 2)
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, 2)
@example(datetime(2026, 4, 4, 15, 15, tzinfo=UTC), "Australia/Lord_Howe", 2)
@example(datetime(1969, 9, 30, 14, 0, tzinfo=UTC), "Pacific/Kwajalein", 4)  # had the same day twice
@example(datetime(1993, 8, 21, 11, 0, tzinfo=UTC), "Pacific/Kwajalein", 4)
@settings(max_examples=400)
def test_every_instant_lies_within_its_study_day(at, zone_name, rollover_hour):
    """A study day holds its instants from its beginning until the next begins, in every zone."""
    now = moment(at, zone_name, rollover_hour)
    assert day_starts_at(now.day, zone_name, rollover_hour) <= at < now.day_ends_at
    assert now.day_ends_at == day_starts_at(now.day + A_DAY, zone_name, rollover_hour)


@given(st.dates(date(1970, 1, 2), date(2060, 1, 1)), HOURS, ZONES)
@example(date(2026, 3, 29), time(2, 30), BERLIN)
@example(date(2011, 12, 30), time(12), "Pacific/Apia")
@settings(max_examples=400)
def test_an_hour_is_the_first_instant_that_has_come_to_it(day, hour, zone_name):
    """At an hour's instant the local clock shows it or has jumped over it, and a second before it had not come."""
    at, wall = first_at(day, hour, zone_name), datetime.combine(day, hour)
    assert local(at, zone_name).replace(tzinfo=None) >= wall
    assert local(at - timedelta(seconds=1), zone_name).replace(tzinfo=None) < wall


def test_only_zones_that_exist_are_known():
    """A zone's name is taken as it stands, old ones too; anything else is refused."""
    assert known_zone(BERLIN)
    assert known_zone("Asia/Calcutta")
    assert zone(BERLIN) is zone(BERLIN)
    for name in ("", "Europe", "Europe/", "europe/berlin", "../etc/passwd", "Mars/Olympus", "Factory"):
        assert not known_zone(name)
        with pytest.raises(ValueError, match="not a time zone"):
            zone(name)


def test_an_instant_without_a_zone_is_refused():
    """A naive datetime would be read as the machine's own time, so it is refused."""
    with pytest.raises(ValueError, match="needs its zone"):
        study_day(datetime(2026, 1, 1), BERLIN, 4)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("zone_name", "name"),
    [
        (BERLIN, "Berlin"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
        ("America/Port-au-Prince", "Port-au-Prince"),
        ("Etc/GMT-2", "UTC+2"),
        ("Etc/GMT+10", "UTC-10"),
        ("Etc/GMT", "GMT"),
        ("UTC", "UTC"),
    ],
)
def test_a_place_is_named_as_people_say_it(zone_name, name):
    """A zone is shown as the place in it, an offset with the sign that people write."""
    assert place_name(zone_name) == name


# Typed hours


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        *(
            (text, "07:30")
            for text in (
                "7:30",
                "07.30",
                " 7:30 ",
                "7h30",
                "7,30",
                "7 30",
                "0730",
                "7:30 am",
                "at 7:30",
                "７：３０",
                "7 Uhr 30",
            )
        ),
        *(
            (text, "19:00")
            for text in (
                "19",
                "7pm",
                "7 PM",
                "7 p.m.",
                "19h",
                "19 Uhr",
                "um 19 Uhr",
                "19:00 Uhr",
                "19時",
                "a las 19",
                "7 pm",
            )
        ),
        *((text, "19:30") for text in ("7.30 pm", "19h30", "7:30pm", "19.30", "1930", "19時30分")),
        ("02:30", "02:30"),
        ("0", "00:00"),
        ("24:00", "00:00"),
        ("12am", "00:00"),
        ("12pm", "12:00"),
        ("7 o'clock", "07:00"),
        ("23:59", "23:59"),
    ],
)
def test_an_hour_is_read_as_people_write_it(text, hour):
    """The ways in which people write an hour all give that hour."""
    assert parse_hour(text) == time.fromisoformat(hour)


@pytest.mark.parametrize(
    "text",
    [
        "25:00",
        "7:75",
        "13pm",
        "0pm",
        "-7",
        "7:5",
        "777",
        "24:01",
        "12345",
        "7:30:99",
        "",
        " ",
        "seven",
        "pm",
        ":30",
        "5 min",
        "3 days",
        "7/30",
    ],
)
def test_what_is_no_hour_is_not_guessed_at(text):
    """Anything that is no hour of a day gives none."""
    assert parse_hour(text) is None


@given(HOURS)
def test_a_written_hour_reads_as_itself(hour):
    """An hour written out with 24 or with 12 hours is read back as the same."""
    assert parse_hour(f"{hour:%H:%M}") == hour
    assert parse_hour(f"{hour:%I:%M %p}") == hour


@given(st.text(max_size=12))
def test_any_text_is_an_hour_or_none(text):
    """No text makes the reading of hours fail."""
    assert parse_hour(text) is None or isinstance(parse_hour(text), time)


# Slots


@pytest.mark.parametrize(
    ("hour", "after", "at"),
    [
        ("08:00", "2026-01-15T06:59", "2026-01-15T07:00"),
        ("08:00", "2026-01-15T07:00", "2026-01-16T07:00"),  # strictly after
        ("08:00", "2026-03-28T07:00", "2026-03-29T06:00"),  # the clocks moved in between
        ("08:00", "2026-10-24T06:00", "2026-10-25T07:00"),
        ("02:30", "2026-03-28T12:00", "2026-03-29T01:00"),  # does not exist: the first moment after the gap
        ("02:30", "2026-10-24T12:00", "2026-10-25T00:30"),  # exists twice: the first ...
        ("02:30", "2026-10-25T00:30", "2026-10-26T01:30"),  # ... and not the second
    ],
)
def test_a_slot_is_worked_out_for_each_day(hour, after, at):
    """The next slot is at the wall-clock hour of its own day, whatever the clocks do in between."""
    slot = next_slot(timetable(hour), utc(after))
    assert slot is not None
    assert slot.at == utc(at)
    assert slot.day == study_day(utc(at), BERLIN, 4)


def test_a_day_that_does_not_exist_has_no_slot():
    """Samoa went from 29 to 31 December 2011, so nothing comes for the 30th."""
    slot = next_slot(timetable("08:00", zone_name="Pacific/Apia"), utc("2011-12-29T18:00"))
    assert slot == Slot(date(2011, 12, 31), time(8), utc("2011-12-30T18:00"))


NOON = "2026-01-15T12:00"  # a Thursday; 13:00 in Berlin
THURSDAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("what", "after", "done", "at"),
    [
        (timetable("08:00", "20:00"), NOON, ["08:00"], "2026-01-15T19:00"),
        (timetable("20:00", days=frozenset({0})), NOON, [], "2026-01-19T19:00"),
        # The local calendar decides: 01:00 on Friday belongs to Thursday's study day, and comes on Fridays.
        (timetable("01:00", days=frozenset({4})), NOON, [], "2026-01-16T00:00"),
        (timetable("01:00", days=frozenset({3})), NOON, [], "2026-01-22T00:00"),
        (timetable("20:00", paused_until=date(2026, 1, 18)), NOON, [], "2026-01-18T19:00"),
        (timetable("20:00", paused_until=date(2026, 1, 15)), NOON, [], "2026-01-15T19:00"),
        (timetable("20:00", paused_until=date(2028, 1, 15)), NOON, [], None),
        (timetable("06:30", "23:00", "12:00", quiet=(time(22), time(7))), NOON, [], "2026-01-16T11:00"),
        (timetable("07:00", quiet=(time(22), time(7))), NOON, [], "2026-01-16T06:00"),
        (timetable("23:00", quiet=(time(22), time(7))), NOON, [], None),
        (timetable("20:00", every=2, last_push_day=date(2026, 1, 14)), NOON, [], "2026-01-16T19:00"),
        (timetable("20:00", every=7, last_push_day=date(2026, 1, 14)), NOON, [], "2026-01-21T19:00"),
        (timetable("08:00", "20:00", every=1, last_push_day=THURSDAY), NOON, ["08:00"], "2026-01-15T19:00"),
        (timetable(), NOON, [], None),
        (timetable("20:00", days=frozenset()), NOON, [], None),
        # Moved or added hours.
        (timetable("21:00"), "2026-01-15T19:30", ["20:00"], "2026-01-16T20:00"),
        (timetable("21:00"), NOON, [], "2026-01-15T20:00"),
        (timetable("08:00", "20:00"), "2026-01-15T08:30", ["08:00"], "2026-01-15T19:00"),
        (timetable("09:00", "21:00"), "2026-01-15T07:30", ["08:00"], "2026-01-15T20:00"),
        (timetable("07:00", "20:00"), NOON, ["08:00"], "2026-01-15T19:00"),
        (timetable("09:00", "21:00"), NOON, ["08:00", "20:00"], "2026-01-16T08:00"),
        # The zone moved west: the same 20:00 comes again, but it is done.
        (timetable("20:00", zone_name="America/New_York"), "2026-01-15T19:30", ["20:00"], "2026-01-17T01:00"),
        # It moved west before the hour was done: it comes once, there.
        (timetable("20:00", zone_name="America/New_York"), NOON, [], "2026-01-16T01:00"),
    ],
)
def test_the_next_slot(what, after, done, at):
    """The next slot keeps to hours, days, pause, quiet hours and thinning, and to what was done that day."""
    slot = next_slot(what, utc(after), {(THURSDAY, time.fromisoformat(hour)) for hour in done})
    assert (slot.at if slot else None) == (utc(at) if at else None)


@given(timetables(), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)), st.data())  # noqa: DTZ001
@settings(max_examples=150, deadline=None)
def test_a_slot_is_later_wanted_and_not_done(table, after, data):
    """Whatever is chosen, the next slot is strictly later, on a chosen hour and day, never quiet, never done."""
    first = next_slot(table, after)
    done = {first.key} if first and data.draw(st.booleans()) else set()
    slot = next_slot(table, after, done)
    if slot is None:
        return
    assert slot.at > after
    assert slot.key not in done
    assert slot.hour in table.hours
    assert not is_quiet(slot.at, table)
    assert table.every == 1 or table.last_push_day is None or (slot.day - table.last_push_day).days >= table.every
    wall = local(slot.at, table.zone_name)
    assert wall.time() == slot.hour or wall.utcoffset() != local(slot.at - A_DAY, table.zone_name).utcoffset()
    begins_at = day_starts_at(slot.day, table.zone_name, table.rollover_hour)
    assert begins_at <= slot.at <= day_starts_at(slot.day + A_DAY, table.zone_name, table.rollover_hour)


@given(timetables(), st.sets(HOURS, max_size=5))
@settings(max_examples=60, deadline=None)
def test_a_study_day_brings_no_more_pushes_than_it_has_hours(table, before):
    """However the hours were moved, what is done and what still comes that day are together no more than the hours."""
    day = date(2025, 6, 2)
    done = {(day, hour) for hour in before}
    at, still = day_starts_at(day, table.zone_name, table.rollover_hour) - timedelta(seconds=1), 0
    while (slot := next_slot(table, at, done)) is not None and slot.day <= day:
        at, still = slot.at, still + (slot.day == day)
    assert still + len(before) <= max(len(table.hours), len(before))


# Quiet hours


@pytest.mark.parametrize(
    ("at", "ends_at"),
    [
        ("2026-01-15T20:59", None),
        ("2026-01-15T21:00", "2026-01-16T06:00"),
        ("2026-01-16T02:00", "2026-01-16T06:00"),
        ("2026-01-16T06:00", None),
        ("2026-03-29T00:30", "2026-03-29T05:00"),  # the night of the clock change is an hour shorter
        ("2026-10-25T00:30", "2026-10-25T06:00"),
    ],
)
def test_quiet_hours_pass_midnight(at, ends_at):
    """From 22:00 to 07:00 it is quiet by the local clock, and known until when."""
    table = timetable("08:00", quiet=(time(22), time(7)))
    assert is_quiet(utc(at), table) == (ends_at is not None)
    assert quiet_ends_at(utc(at), table) == utc(ends_at or at)


def test_the_night_ends_once():
    """Quiet hours that end at an hour which exists twice are over after the first."""
    table = timetable("08:00", quiet=(time(22), time(2, 30)))
    assert quiet_ends_at(utc("2026-10-24T23:00"), table) == utc("2026-10-25T00:30")
    assert not is_quiet(utc("2026-10-25T01:10"), table)


def test_no_quiet_hours_are_never_quiet():
    """Without quiet hours, or with two equal ones, no moment is quiet."""
    assert not is_quiet(utc(NOON), timetable("08:00"))
    assert not is_quiet(utc("2026-01-15T12:00"), timetable("08:00", quiet=(time(13), time(13))))


@given(timetables(), INSTANTS)
@settings(max_examples=150)
def test_the_end_of_quiet_is_not_quiet(table, at):
    """When the quiet hours end it is not quiet, and that is never earlier than asked from and within two days."""
    end = quiet_ends_at(at, table)
    assert not is_quiet(end, table)
    assert at <= end <= at + 2 * A_DAY
