"""When a chat wants to hear from us: the one place where local time is known."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from msgspec import Struct

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
# Longer than any gap between two slots that somebody can want: a year, and a day skipped on the way.
LOOK_AHEAD_DAYS = 400

Done = Collection[tuple[date, time]]


class Moment(Struct, frozen=True):
    """An instant as a learner lives it.

    Attributes:
        at: the instant, UTC.
        day: the learner's study day that holds it.
        day_ends_at: when that study day ends (the next rollover), UTC.
    """

    at: datetime
    day: date
    day_ends_at: datetime


class Timetable(Struct, frozen=True):
    """When a chat wants its pushes.

    Attributes:
        zone_name: IANA name.
        rollover_hour: local hour at which its study day begins, 0 to 23.
        hours: wall-clock hours of a day.
        days: days of the local calendar, 0 is Monday.
        quiet: when the quiet hours begin and end; may pass midnight. Two equal ones are no quiet hours.
        paused_until: local date from which pushes come again.
        every: 1: on every day; n: at least n study days from one push to the next.
        last_push_day: study day of the last push that was sent.
    """

    zone_name: str
    rollover_hour: int
    hours: tuple[time, ...]
    days: frozenset[int] = frozenset(range(7))
    quiet: tuple[time, time] | None = None
    paused_until: date | None = None
    every: int = 1
    last_push_day: date | None = None


class Slot(Struct, frozen=True):
    """One push that may be sent.

    Attributes:
        day: the study day that holds it. (One that a gap moves onto the very start of the next study day still belongs
            to the day before, so that no two slots share a key.)
        hour: the wall-clock hour, as chosen.
        at: when it is to leave, UTC.
        snoozed: it comes at a moment of its own, not at an hour of the timetable.
    """

    day: date
    hour: time
    at: datetime
    snoozed: bool = False

    @property
    def key(self) -> tuple[date, time]:
        return self.day, self.hour


@cache
def zone_names() -> frozenset[str]:
    """Every zone that can be chosen, old names included."""
    listed = files("tzdata").joinpath("zones").read_text("ascii").split()
    return frozenset(listed) - {"Factory"}


def known_zone(name: str) -> bool:
    return name in zone_names()


@cache
def zone(name: str) -> ZoneInfo:
    """The rules of a zone; raises ValueError for a name that is none."""
    if not known_zone(name):
        raise ValueError(f"not a time zone: {name!r}")
    return ZoneInfo(name)


def place_name(zone_name: str) -> str:
    """What people call it: `Berlin`, `New York`; `UTC+2` for a bare offset."""
    last = zone_name.rsplit("/", 1)[-1]
    if zone_name.startswith("Etc/GMT") and last != "GMT" and last[3:].strip("+-0"):
        # The names have the sign of POSIX, the opposite of what everybody writes.
        return "UTC" + last[3:].translate(str.maketrans("+-", "-+"))
    return last.replace("_", " ")


def local(at: datetime, zone_name: str) -> datetime:
    """The same instant on the zone's clock; raises ValueError for an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its zone")
    return at.astimezone(zone(zone_name))


# Whoever shares a zone and an hour shares the instant: at eight in the morning thousands ask for the same few.
@lru_cache(maxsize=8192)
def first_at(day: date, hour: time, zone_name: str) -> datetime:
    """The first instant (UTC) at which the zone's clock has come to that date and hour.

    An hour that exists twice: the first; one that does not exist: the first moment after the gap. Never earlier for a
    later date or hour, which is what keeps study days, quiet hours and slots in order.
    """
    wall = datetime.combine(day, hour)
    rules = zone(zone_name)
    at = wall.replace(tzinfo=rules, fold=0).astimezone(UTC)
    if at.astimezone(rules).replace(tzinfo=None) == wall:
        return at
    # In a gap fold 0 gives an instant after it and fold 1 one before it (PEP 495): what lies between is searched.
    before, after = wall.replace(tzinfo=rules, fold=1).astimezone(UTC), at
    while after - before > A_SECOND:
        middle = before + (after - before) // A_SECOND // 2 * A_SECOND
        if middle.astimezone(rules).replace(tzinfo=None) < wall:
            before = middle
        else:
            after = middle
    return after


def day_starts_at(day: date, zone_name: str, rollover_hour: int) -> datetime:
    """When that study day begins, UTC."""
    return first_at(day, time(rollover_hour), zone_name)


def study_day(at: datetime, zone_name: str, rollover_hour: int) -> date:
    """The study day that holds the instant."""
    here = local(at, zone_name).replace(tzinfo=None)
    day = (here - timedelta(hours=rollover_hour)).date()
    # Clocks that were set back over the rollover hour do not bring yesterday back.
    while day_starts_at(day + A_DAY, zone_name, rollover_hour) <= at:
        day += A_DAY
    while day_starts_at(day, zone_name, rollover_hour) > at:
        day -= A_DAY
    return day


# In one transaction it is asked again and again, and all who are claimed at once share the instant.
@lru_cache(maxsize=64)
def moment(at: datetime, zone_name: str, rollover_hour: int) -> Moment:
    """The instant as it is lived with these wishes."""
    day = study_day(at, zone_name, rollover_hour)
    return Moment(at, day, day_starts_at(day + A_DAY, zone_name, rollover_hour))


def lies_in(hour: time, span: tuple[time, time]) -> bool:
    """Whether a wall-clock hour lies in a span of the day, which may pass midnight; its end does not."""
    begins, ends = span
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def is_quiet(at: datetime, timetable: Timetable) -> bool:
    return quiet_ends_at(at, timetable) > at


def quiet_ends_at(at: datetime, timetable: Timetable) -> datetime:
    """The end (UTC) of the quiet hours that hold the instant; the instant itself if none do."""
    end = at
    while (later := _night_end(end, timetable)) is not None:
        end = later
    return end


def _night_end(at: datetime, timetable: Timetable) -> datetime | None:
    if timetable.quiet is None:
        return None
    start, end = timetable.quiet
    if start == end:
        return None
    today = local(at, timetable.zone_name).date()
    # Tomorrow too: clocks set back over midnight show the old date while tomorrow's first hours have already been.
    for day in (today - A_DAY, today, today + A_DAY):
        if first_at(day, start, timetable.zone_name) <= at:
            ends_at = first_at(day if start < end else day + A_DAY, end, timetable.zone_name)
            if at < ends_at:
                return ends_at
    return None


def next_slot(timetable: Timetable, after: datetime, done: Done = ()) -> Slot | None:
    """The first slot strictly after an instant; None if none comes within 400 days.

    `done` are the keys of the slots that were sent, skipped or stood for, without the snoozed ones, at least those
    since two study days before `after`. On its study day each of them uses up one of the hours: itself, or, when it is
    no longer among them, the nearest, which is where it was moved to.
    """
    return next(slots(timetable, after, done), None)


def slots(timetable: Timetable, after: datetime, done: Done = ()) -> Iterator[Slot]:
    """The slots strictly after an instant, in order, for 400 days."""
    open_hours: dict[date, frozenset[time]] = {}
    for slot in hours_after(timetable, after):
        if slot.day not in open_hours:
            open_hours[slot.day] = _open_hours(timetable, frozenset(hour for day, hour in done if day == slot.day))
        if (
            slot.hour in open_hours[slot.day]
            and not _thinned_out(slot.day, timetable)
            and not is_quiet(slot.at, timetable)
        ):
            yield slot


def hours_after(timetable: Timetable, after: datetime) -> Iterator[Slot]:
    """Every hour on a chosen day, strictly after an instant and not paused, be it quiet, thinned out, done or not."""
    first = local(after, timetable.zone_name).date() - A_DAY
    last = first + timedelta(days=LOOK_AHEAD_DAYS + 1)
    day = first if timetable.paused_until is None else max(first, timetable.paused_until)
    hours = sorted(set(timetable.hours)) if timetable.days else []
    while hours and day <= last:
        if day.weekday() in timetable.days:
            for hour in hours:
                at = first_at(day, hour, timetable.zone_name)
                if at > after and _exists(day, timetable.zone_name):
                    yield Slot(day if hour >= time(timetable.rollover_hour) else day - A_DAY, hour, at)
        day += A_DAY


@lru_cache(maxsize=8192)
def _exists(day: date, zone_name: str) -> bool:
    """Whether the zone's calendar has that date: Samoa had no 30 December 2011."""
    return first_at(day, time.min, zone_name) < first_at(day + A_DAY, time.min, zone_name)


def _thinned_out(day: date, timetable: Timetable) -> bool:
    if timetable.every <= 1 or timetable.last_push_day is None:
        return False
    return day < timetable.last_push_day + timedelta(days=timetable.every)


def _open_hours(timetable: Timetable, done: frozenset[time]) -> frozenset[time]:
    """The hours of a study day that nothing done that day stands for."""

    def place(hour: time) -> int:
        minutes = hour.hour * 60 + hour.minute
        return (minutes - timetable.rollover_hour * 60) % (24 * 60)

    hours = frozenset(timetable.hours)
    if done <= hours:
        return hours - done
    still = sorted(hours - done, key=place)
    for moved in sorted(done - hours, key=place):
        if still:
            still.remove(min(still, key=lambda hour: abs(place(hour) - place(moved))))
    return frozenset(still)


# `7`, `7:30`, `7.30`, `19h30`, `0730`, each with `am`, `p.m.` or a word for the hour after it.
_HOUR = re.compile(
    r"(?:(?:at|by|um|gegen|à|a las?|alle|в)\s+)?"
    r"(?:(?P<hour>\d{1,2})(?:\s*[:.,h]\s*(?P<minute>\d\d)|\s+(?P<spaced>\d\d))?|(?P<joined>\d{4}))"
    r"\s*(?:(?P<half>[ap])\.?\s?m\.?|uhr(?:\s+(?P<after>\d\d))?|h(?:rs)?\.?|o['’]?\s?clock|часов|时|點|点|時(?:(?P<kanji>\d\d)分)?)?",
    re.IGNORECASE,
)


def parse_hour(text: str) -> time | None:
    """The wall-clock hour that somebody typed (`7:30`, `7pm`, `19`, `19h30`, `7 Uhr`); None if it is no hour."""
    match = _HOUR.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    if match is None:
        return None
    found = match.groupdict()
    if found["joined"]:
        hour, minutes = int(found["joined"][:2]), [found["joined"][2:]]
    else:
        hour, minutes = (
            int(found["hour"]),
            [found[name] for name in ("minute", "spaced", "after", "kanji") if found[name]],
        )
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    if len(minutes) > 1:
        return None
    minute = int(minutes[0]) if minutes else 0
    if (hour, minute) == (24, 0):
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
