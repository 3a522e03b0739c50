"""Chance that can be repeated."""

import math
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.fuzz import fuzz_of, fuzz_range, fuzzed, fuzzed_moment, rounded
from bot.study.memory import MAX_DAYS

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
fuzzes = st.floats(0, 1, exclude_max=True)
WRITTEN_DOWN = [0.3214364412611488, 0.5623181634912586, 0.5027956327101936, 0.6125644475260179]
STATED = [
    (1, 1, 1),
    (2, 2, 2),
    (2.5, 2, 4),
    (3, 2, 4),
    (5, 4, 6),
    (7, 5, 9),
    (10, 8, 12),
    (15, 13, 17),
    (20, 17, 23),
    (50, 46, 54),
    (100, 93, 107),
]


@pytest.mark.parametrize(("days", "low", "top"), STATED)
def test_stated_ranges(days, low, top):
    """The interval reaches both ends of the stated range and nothing beyond them."""
    reached = {fuzzed(days, 1, MAX_DAYS, share / 1000) for share in range(1000)}
    assert reached == set(range(low, top + 1))
    assert fuzz_range(days, 1, MAX_DAYS) == (low, top)


@pytest.mark.parametrize(("days", "low", "top"), STATED)
def test_largest_fuzz_stays_in_range(days, low, top):
    """The number next below 1 gives the last day of the range, not one more by rounding."""
    assert fuzzed(days, 1, MAX_DAYS, math.nextafter(1, 0)) == top
    assert fuzzed(days, 1, MAX_DAYS, 0.0) == low


def test_every_day_of_the_range_is_as_likely():
    """Fuzz spreads evenly: each of the 15 days around 100 gets its share."""
    days = [fuzzed(100, 1, MAX_DAYS, (share + 0.5) / 1500) for share in range(1500)]
    assert all(days.count(day) == 100 for day in range(93, 108))


def test_bounds_come_before_fuzz():
    """The interval is lifted into its bounds first; where these leave one day only, one more is allowed below max."""
    assert fuzz_range(10, 11, MAX_DAYS) == (11, 13)
    assert fuzz_range(10, 12, 12) == (12, 12)
    assert fuzz_range(100, 1, 60) == (55, 60)
    assert fuzz_range(2.6, 4, 4) == (4, 4)
    assert fuzz_range(50, 90, 60) == (60, 60)
    assert fuzz_range(2.4, 1, MAX_DAYS) == (2, 2)


def test_without_fuzz_halves_go_up():
    """Without fuzz the interval is rounded, halves up, within its bounds."""
    assert [fuzzed(days, 1, 36, None) for days in (0.4, 2.5, 3.5, 2.49, 99.0)] == [1, 3, 4, 2, 36]
    assert rounded(4.5) == 5


@given(st.floats(0, 40_000), st.integers(1, 40_000), st.integers(1, MAX_DAYS), fuzzes)
@settings(max_examples=300)
def test_fuzz_stays_in_bounds(days, least, most, fuzz):
    """Whatever is asked for, the interval lies within its bounds; the maximum wins over the minimum."""
    interval = fuzzed(days, least, most, fuzz)
    assert min(least, most) <= interval <= most


@given(st.floats(0, 40_000), st.floats(0, 400), st.integers(1, 400), st.integers(0, 400), fuzzes)
@settings(max_examples=300)
def test_longer_stays_longer(days, more, least, higher, fuzz):
    """With the same number, a longer interval or a higher bound is never fuzzed below a shorter one."""
    assert fuzzed(days, least, MAX_DAYS, fuzz) <= fuzzed(days + more, least + higher, MAX_DAYS, fuzz)


@given(st.integers(1, 86_400), st.integers(1, 86_400), fuzzes)
@settings(max_examples=200)
def test_steps_get_a_little_more(seconds, room, fuzz):
    """A step ends up to a quarter later, under five minutes, and never by that in another study day."""
    wait = timedelta(seconds=seconds)
    due_at = fuzzed_moment(AT, wait, AT + wait + timedelta(seconds=room), fuzz)
    assert AT + wait <= due_at <= AT + wait * 1.25
    assert due_at < AT + wait + timedelta(minutes=5)
    assert due_at < AT + wait + timedelta(seconds=room)
    assert due_at.microsecond % 1000 == 0


def test_steps_without_fuzz():
    """Without fuzz a step ends to the second."""
    assert fuzzed_moment(AT, timedelta(minutes=10), AT + timedelta(days=1), None) == AT + timedelta(minutes=10)
    assert fuzzed_moment(AT, timedelta(minutes=1), AT + timedelta(days=1), 0.5) == AT + timedelta(seconds=67.5)


def test_numbers_are_the_same_for_ever():
    """Card and review count alone decide the number: written down here, and drawn in another process."""
    wanted = [(1, 0), (1, 1), (2, 0), (2**62, 500)]
    code = f"from bot.study.fuzz import fuzz_of\nprint([fuzz_of(*pair) for pair in {wanted}])"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert other.strip() == str([fuzz_of(*pair) for pair in wanted]) == str(WRITTEN_DOWN)


def test_numbers_are_spread():
    """Cards next to each other get unlike numbers: ten even shares of a thousand cards are about equal."""
    numbers = [fuzz_of(card_id, 3) for card_id in range(1000)]
    assert all(0 <= number < 1 for number in numbers)
    shares = [sum(share <= 10 * number < share + 1 for number in numbers) for share in range(10)]
    assert min(shares) > 60
    assert max(shares) < 140
    assert len({fuzz_of(1, reviews) for reviews in range(100)}) == 100
