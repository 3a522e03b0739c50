"""How a number, a time and a list are worded in English."""

from collections.abc import Sequence
from datetime import datetime, time

NUMBERS = {2: "two", 4: "four", 7: "seven"}
# Of more names than these, a sentence has so many.
NAMED = 10
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def trim(number: float) -> str:
    """One digit behind the point, none if it is a nought."""
    return f"{number:.1f}".removesuffix(".0")


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def measured(number: float, unit: str) -> str:
    """With one digit behind the point: 1 hour, 1.2 months."""
    trimmed = trim(number)
    return f"{trimmed} {unit}" if trimmed == "1" else f"{trimmed} {unit}s"


def listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def some_of(names: Sequence[str]) -> str:
    """Of many names the first, and how many more."""
    rest = len(names) - NAMED
    return listed(list(names) if rest < 2 else [*names[:NAMED], f"{rest} more"])


def clock(at: time | datetime) -> str:
    return f"{at.hour:02}:{at.minute:02}"


def not_met(cards: int, suspended: int) -> str:
    """`suspended`: of these cards."""
    return f"{cards} not met yet{f' ({suspended} of them suspended)' if suspended else ''}"
