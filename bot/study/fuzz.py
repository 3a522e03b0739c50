"""Chance that can be repeated: spreads cards learned together over several days."""

from datetime import datetime, timedelta
from hashlib import blake2b
from math import floor

# (from, to, half-width added for each day between them), on top of one day; nothing below the first.
_WIDTHS = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
_MOST_ON_A_STEP = timedelta(minutes=5)
_MILLISECOND = timedelta(milliseconds=1)


def fuzz_of(card_id: int, reviews: int) -> float:
    """A number from 0 up to, not including, 1, the same for this card and number of reviews for ever.

    So the button, the stored day, an undo and a replay agree.
    """
    digest = blake2b(f"{card_id}:{reviews}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest) >> 11) / (1 << 53)  # 53 bits are what a float holds exactly


def rounded(days: float) -> int:
    """The nearest whole number, halves up (Python's `round` takes them to the even one)."""
    return floor(days + 0.5)


def fuzz_range(days: float, least: int, most: int) -> tuple[int, int]:
    """The shortest and the longest interval that `days` may become, within least..most."""
    least = min(least, most)
    days = min(max(days, least), most)
    width = _width(days)
    low, top = (min(max(rounded(end), least), most) for end in (days - width, days + width))
    return low, top + 1 if low == top and 2 < top < most else top


def fuzzed(days: float, least: int, most: int, fuzz: float | None) -> int:
    """The interval in whole days within least..most (most wins); `fuzz` from 0 up to 1, None: only rounded."""
    if fuzz is None:
        return min(max(rounded(days), least), most)
    low, top = fuzz_range(days, least, most)
    # The product alone is rounded down: added first, a fuzz next to 1 would be rounded up past the range.
    return low + floor(fuzz * (top - low + 1))


def fuzzed_moment(at: datetime, wait: timedelta, latest: datetime, fuzz: float | None) -> datetime:
    """The moment after a step's wait and up to a quarter of it more (under 5 minutes), before `latest`."""
    due_at = at + wait
    if fuzz is None:
        return due_at
    room = min(wait / 4, _MOST_ON_A_STEP, latest - due_at) // _MILLISECOND
    return due_at + floor(fuzz * room) * _MILLISECOND


def _width(days: float) -> float:
    if days < _WIDTHS[0][0]:
        return 0.0
    return 1.0 + sum(factor * max(min(days, end) - start, 0.0) for start, end, factor in _WIDTHS)
