"""Deciding about one push: late, quiet, just here, snoozed, thinned out."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.hours import Slot, Timetable, is_quiet, next_slot
from bot.study.push import Send, Skip, Wait, Why, decide, snooze, thinning
from tests.study.test_hours import timetable, timetables, utc

THURSDAY = date(2026, 1, 15)
FRIDAY = date(2026, 1, 16)
TABLE = timetable("08:00", "20:00", quiet=(time(22), time(7)))  # 07:00 and 19:00 UTC
MORNING = Slot(THURSDAY, time(8), utc("2026-01-15T07:00"))
EVENING = Slot(THURSDAY, time(20), utc("2026-01-15T19:00"))
NEXT_MORNING = Slot(FRIDAY, time(8), utc("2026-01-16T07:00"))
NEXT_EVENING = Slot(FRIDAY, time(20), utc("2026-01-16T19:00"))


def decided(now: str, *, table: Timetable = TABLE, planned: str = "2026-01-15T07:00", done=(), tap: str | None = None):
    return decide(table, utc(planned), utc(now), done, utc(tap) if tap else None)


@pytest.mark.parametrize("now", ["2026-01-15T07:00", "2026-01-15T07:00:04", "2026-01-15T07:10"])
def test_a_push_leaves_at_its_hour(now):
    """Up to ten minutes after its hour a push is an ordinary one, and the next is planned."""
    assert decided(now) == Send(MORNING, False, (), EVENING.at)


def test_a_push_that_is_not_due_waits():
    """A moment before its hour, or after a clock was set back, nothing is sent."""
    assert decided("2026-01-15T06:59:59") == Wait(MORNING.at, ())


def test_one_catch_up_stands_for_all_that_was_missed():
    """After two days away one push comes, and every slot missed is done with it."""
    assert decided("2026-01-16T12:00") == Send(NEXT_MORNING, True, (MORNING, EVENING), NEXT_EVENING.at)


def test_a_slot_on_time_takes_older_ones_with_it():
    """Back just at an hour: its push is an ordinary one that stands for the missed ones too."""
    assert decided("2026-01-15T19:05") == Send(EVENING, False, (MORNING,), NEXT_MORNING.at)


@pytest.mark.parametrize(
    ("now", "sent"), [("2026-01-15T16:59:59", True), ("2026-01-15T17:00", False), ("2026-01-15T18:59", False)]
)
def test_no_catch_up_within_two_hours_of_the_next(now, sent):
    """Two hours before the next hour or less, what was missed is left to it."""
    if sent:
        assert decided(now) == Send(MORNING, True, (), EVENING.at)
    else:
        assert decided(now) == Skip((MORNING,), Why.SOON, EVENING.at)


def test_a_catch_up_waits_for_the_end_of_the_night():
    """In quiet hours nothing is sent; one push for everything missed is planned for their end."""
    table = timetable("20:00", quiet=(time(22), time(7)))
    assert decided("2026-01-16T01:00", table=table, planned="2026-01-15T19:00") == Wait(
        utc("2026-01-16T06:00"), (EVENING,)
    )
    at_seven = decided("2026-01-16T06:00", table=table, planned="2026-01-16T06:00", done=[EVENING.key])
    assert at_seven == Send(Slot(FRIDAY, time(7), utc("2026-01-16T06:00"), snoozed=True), False, (), NEXT_EVENING.at)


def test_no_catch_up_at_the_end_of_a_night_that_a_push_follows():
    """Where the next hour comes within two hours of the end of the night, it is left to that."""
    assert decided("2026-01-16T01:00") == Skip((MORNING, EVENING), Why.SOON, NEXT_MORNING.at)


def test_an_ordinary_push_that_meets_the_night_is_no_exception():
    """A few minutes late and into the quiet hours: it waits like any other, or is left to the next hour."""
    late_evening = Slot(THURSDAY, time(21, 55), utc("2026-01-15T20:55"))
    now, planned = "2026-01-15T21:01", "2026-01-15T20:55"
    table = timetable("21:55", quiet=(time(22), time(7)))
    assert decided(now, table=table, planned=planned) == Wait(utc("2026-01-16T06:00"), (late_evening,))
    table = timetable("08:00", "21:55", quiet=(time(22), time(7)))
    assert decided(now, table=table, planned=planned) == Skip((late_evening,), Why.SOON, NEXT_MORNING.at)


@pytest.mark.parametrize(
    ("tap", "here"),
    [
        ("2026-01-15T06:50", True),
        ("2026-01-15T06:49:59", False),
        ("2026-01-15T07:00:01", True),
        ("2026-01-15T09:00", False),
        (None, False),
    ],
)
def test_who_was_just_here_gets_no_push(tap, here):
    """A tap in the last ten minutes makes the slot done without a push; one that a wrong clock dated ahead does not."""
    if here:
        assert decided("2026-01-15T07:00", tap=tap) == Skip((MORNING,), Why.HERE, EVENING.at)
    else:
        assert decided("2026-01-15T07:00", tap=tap) == Send(MORNING, False, (), EVENING.at)


def test_a_done_slot_is_not_sent_again():
    """After a clock that was set back, or a crash before the next was planned, the slot is passed over."""
    assert decided("2026-01-15T07:00", done=[MORNING.key]) == Skip((), Why.PASSED, EVENING.at)


def test_a_snoozed_push_comes_beside_the_hours():
    """A snoozed push has a key of its own and takes no later hour away."""
    sent = decided("2026-01-15T08:07", planned="2026-01-15T08:07", done=[MORNING.key])
    assert sent == Send(Slot(THURSDAY, time(9, 7), utc("2026-01-15T08:07"), snoozed=True), False, (), EVENING.at)


def test_a_snoozed_push_keeps_to_the_pause():
    """A pause that was chosen meanwhile holds for a snoozed push too."""
    table = timetable("08:00", paused_until=FRIDAY)
    assert decided("2026-01-15T08:07", table=table, planned="2026-01-15T08:07") == Skip((), Why.PASSED, NEXT_MORNING.at)


def test_a_thinned_out_slot_is_passed_over():
    """An hour that thinning leaves out is not taken for a snoozed push."""
    table = timetable("08:00", every=2, last_push_day=date(2026, 1, 14))
    assert decided("2026-01-15T07:00", table=table) == Skip((), Why.PASSED, NEXT_MORNING.at)


def test_thinning_counts_from_the_push_that_is_sent():
    """Every other day means: after this push, two days later."""
    table = timetable("08:00", every=2, last_push_day=date(2026, 1, 13))
    assert decided("2026-01-15T07:00", table=table) == Send(MORNING, False, (), utc("2026-01-17T07:00"))


def test_pushes_come_less_often_while_nobody_answers():
    """Every day, from three ignored days on every other, from six every fourth, from nine once a week."""
    assert [thinning(days) for days in range(12)] == [1, 1, 1, 2, 2, 2, 4, 4, 4, 7, 7, 7]


@pytest.mark.parametrize(
    ("choice", "now", "at"),
    [
        ("hour", "2026-01-15T07:03:20", "2026-01-15T08:03"),
        ("hour", "2026-01-15T20:30", "2026-01-16T06:00"),  # would be in quiet hours
        ("evening", "2026-01-15T07:03", "2026-01-15T19:00"),
        ("evening", "2026-01-15T18:00", "2026-01-15T19:00"),
        ("evening", "2026-01-15T18:00:01", None),
        ("tomorrow", "2026-01-15T19:03", "2026-01-16T07:00"),
        ("tomorrow", "2026-01-16T02:00", "2026-01-16T07:00"),  # 03:00 at night is still the day before
    ],
)
def test_a_push_is_put_off(choice, now, at):
    """In an hour, this evening and tomorrow, never in quiet hours, and the evening only while it is ahead."""
    assert snooze(choice, utc(now), TABLE) == (utc(at) if at else None)


def test_tomorrow_without_a_slot_is_the_same_time():
    """Where the next day has no push of its own, a push that is put off comes at the same time of day."""
    table = timetable("08:00", days=frozenset({3}))
    assert snooze("tomorrow", utc("2026-01-15T07:03:40"), table) == utc("2026-01-16T07:03")
    later = decided("2026-01-16T07:00", table=table, planned="2026-01-16T07:00", done=[MORNING.key])
    assert isinstance(later, Send), "put off at 08:00 sharp, on a day without pushes"


def test_a_quiet_evening_cannot_be_chosen():
    """Whose quiet hours hold 20:00 is not offered the evening."""
    assert snooze("evening", utc("2026-01-15T07:03"), timetable("08:00", quiet=(time(19, 30), time(7)))) is None


def test_an_unknown_choice_is_a_bug():
    """A choice that does not exist is refused."""
    with pytest.raises(ValueError, match="no such choice"):
        snooze("later", utc("2026-01-15T07:03"), TABLE)


@given(
    timetables(),
    st.lists(st.tuples(st.sampled_from(("tick", "back", "away", "tap")), st.integers(1, 4000)), max_size=25),
)
@settings(max_examples=100, deadline=None)
def test_no_slot_is_ever_sent_twice(table, happenings):
    """Through ticks, outages, taps and clocks set back, no key is claimed twice and nothing is sent in quiet hours."""
    now, tap, done, sent = datetime(2025, 3, 29, tzinfo=UTC), None, set(), 0
    first = next_slot(table, now)
    planned = first.at if first else None
    for what, minutes in happenings:
        if what == "tap":
            tap = now
        now += timedelta(minutes=-minutes / 4 if what == "back" else minutes / 40 if what == "tick" else minutes)
        if what == "back":
            following = next_slot(table, now, done)
            planned = following.at if following else None
        if planned is None or planned > now:
            continue
        decision = decide(table, planned, now, done, tap)
        claimed = decision.slots if not isinstance(decision, Send) else (*decision.stands_for, decision.slot)
        keys = [slot.key for slot in claimed if not slot.snoozed]
        assert len(set(keys)) == len(keys)
        assert not done & set(keys)
        done |= set(keys)
        if isinstance(decision, Send):
            assert not is_quiet(now, table)
            sent += 1
        planned = decision.until if isinstance(decision, Wait) else decision.next_at
        assert planned is None or planned > now


@given(timetables(), st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
@settings(max_examples=100, deadline=None)
def test_a_push_is_put_off_to_later_and_not_to_the_night(table, now):
    """Whatever is chosen, it is later than now and not in quiet hours."""
    for choice in ("hour", "evening", "tomorrow"):
        at = snooze(choice, now, table)
        assert at is None or (at > now and not is_quiet(at, table))
