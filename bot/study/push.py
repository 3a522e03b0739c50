"""Which slot is due, and what is to be done about it."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from bot.study.hours import (
    A_DAY,
    Done,
    Slot,
    Timetable,
    first_at,
    hours_after,
    is_quiet,
    local,
    next_slot,
    quiet_ends_at,
    slots,
    study_day,
)

# A push that leaves later than this missed its hour: we were away.
ON_TIME = timedelta(minutes=10)
# Nobody wants a catch-up shortly before the next push.
SOON = timedelta(hours=2)
# Who tapped so recently has the cards before their eyes.
HERE = timedelta(minutes=10)
# Of a group: so many cards in a row that nobody looked at, and it is asked whether to go on.
PASSED_BY = 5
EVENING = time(20)
TOO_LATE_FOR_EVENING = time(19)
_JUST_BEFORE = timedelta(microseconds=1)


class Why(StrEnum):
    """Why no push is sent."""

    HERE = "just here"
    SOON = "soon"
    PASSED = "passed"


class Send(Struct, frozen=True):
    """One push, for `slot`.

    Attributes:
        slot: what it is claimed and sent as: the newest of those due.
        catch_up: it comes late, after an outage.
        stands_for: the other slots due, claimed as done with it; oldest first.
        next_at: when the one after it is due, provided that it was sent.
    """

    slot: Slot
    catch_up: bool
    stands_for: tuple[Slot, ...]
    next_at: datetime | None


class Skip(Struct, frozen=True):
    """No push: `slots` are claimed as done, and `next_at` is the next."""

    slots: tuple[Slot, ...]
    why: Why
    next_at: datetime | None


class Wait(Struct, frozen=True):
    """No push yet: `slots` are claimed as done, and one push for all of them is planned at `until`."""

    until: datetime
    slots: tuple[Slot, ...]


def decide(
    timetable: Timetable, planned_at: datetime, now: datetime, done: Done, last_tap_at: datetime | None
) -> Send | Skip | Wait:
    """What becomes of the push planned at `planned_at`.

    `done` as in `next_slot`, from two study days before `planned_at`. A `planned_at` at no hour of the timetable is a
    snoozed push, so a chat that changes its hours, days or zone is to be planned anew at once.
    """
    if planned_at > now:
        return Wait(planned_at, ())
    due, following = _due(timetable, planned_at, now, done)
    next_at = following.at if following else None
    if not due:
        return Skip((), Why.PASSED, next_at)
    if last_tap_at is not None and abs(now - last_tap_at) <= HERE:
        return Skip(due, Why.HERE, next_at)
    quiet_until = quiet_ends_at(now, timetable)
    on_time = now - due[-1].at <= ON_TIME
    if next_at is not None and next_at - quiet_until <= SOON and (quiet_until > now or not on_time):
        return Skip(due, Why.SOON, next_at)
    if quiet_until > now:
        return Wait(quiet_until, due)
    if timetable.every > 1:
        next_at = _after_sending(timetable, now, done, due)
    return Send(due[-1], not on_time, due[:-1], next_at)


def _due(timetable: Timetable, planned_at: datetime, now: datetime, done: Done) -> tuple[tuple[Slot, ...], Slot | None]:
    """The slots that are due, oldest first, and the one that comes after them."""
    since = planned_at - _JUST_BEFORE
    due: list[Slot] = []
    for slot in slots(timetable, since, done):
        if slot.at > now:
            following: Slot | None = slot
            break
        due.append(slot)
    else:
        # The outage was as long as one looks ahead.
        following = next_slot(timetable, now, {*done, *(slot.key for slot in due)})
    if not due or due[0].at != planned_at:
        due[:0] = _snoozed(timetable, planned_at, done)
    return tuple(due), following


def _snoozed(timetable: Timetable, planned_at: datetime, done: Done) -> tuple[Slot, ...]:
    """The push that was put off until then, if one was."""
    hour = next(hours_after(timetable, planned_at - _JUST_BEFORE), None)
    if hour is not None and hour.at == planned_at:
        return ()
    snoozed = snoozed_slot(timetable, planned_at)
    paused = (
        timetable.paused_until is not None and local(planned_at, timetable.zone_name).date() < timetable.paused_until
    )
    return () if paused or snoozed.key in done else (snoozed,)


def snoozed_slot(timetable: Timetable, at: datetime) -> Slot:
    """The slot of a push that comes at a moment of its own."""
    wall = local(at, timetable.zone_name)
    day = study_day(at, timetable.zone_name, timetable.rollover_hour)
    return Slot(day, time(wall.hour, wall.minute), at, snoozed=True)


def _after_sending(timetable: Timetable, now: datetime, done: Done, due: tuple[Slot, ...]) -> datetime | None:
    """The next one where pushes are thinned out: so long after the day of this one."""
    sent = replace(timetable, last_push_day=due[-1].day)
    following = next_slot(sent, now, {*done, *(slot.key for slot in due if not slot.snoozed)})
    return following.at if following else None


def snooze(choice: str, now: datetime, timetable: Timetable) -> datetime | None:
    """When a push that was put off comes instead, UTC; None if that choice does not exist now.

    `hour`: in an hour; `evening`: at 20:00 local time, until 19:00; `tomorrow`: the first slot of the next study day,
    else the same wall-clock time tomorrow. None is in quiet hours: it comes when those end, and a quiet evening does
    not exist.
    """
    here = local(now, timetable.zone_name)
    if choice == "hour":
        return quiet_ends_at(_whole_minute(now + timedelta(hours=1)), timetable)
    if choice == "evening":
        at = first_at(here.date(), EVENING, timetable.zone_name)
        return None if here.time() > TOO_LATE_FOR_EVENING or is_quiet(at, timetable) else at
    if choice == "tomorrow":
        return _tomorrow(now, timetable)
    raise ValueError(f"no such choice: {choice!r}")


def _tomorrow(now: datetime, timetable: Timetable) -> datetime:
    zone_name, rollover_hour = timetable.zone_name, timetable.rollover_hour
    tomorrow = study_day(now, zone_name, rollover_hour) + A_DAY
    begins_at = first_at(tomorrow, time(rollover_hour), zone_name)
    # Whoever puts a push off is here, so nothing is thinned out.
    first = next_slot(replace(timetable, every=1), begins_at - _JUST_BEFORE)
    if first is not None and first.day == tomorrow:
        return first.at
    here = local(now, zone_name)
    return quiet_ends_at(first_at(here.date() + A_DAY, time(here.hour, here.minute), zone_name), timetable)


def _whole_minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def thinning(ignored_days: int) -> int:
    """Every how many days a push comes after so many push days in a row without an answer."""
    for days, every in ((9, 7), (6, 4), (3, 2)):
        if ignored_days >= days:
            return every
    return 1
