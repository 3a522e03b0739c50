"""How moments and days lie in the database: whole numbers, UTC."""

from datetime import UTC, date, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_A_MS = timedelta(milliseconds=1)
_EPOCH_DAY = date(1970, 1, 1).toordinal()


def to_ms(at: datetime) -> int:
    """Milliseconds since 1970 UTC. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment without a zone")
    return (at - _EPOCH) // _A_MS


def from_ms(ms: int) -> datetime:
    """The moment, UTC."""
    return _EPOCH + ms * _A_MS


def maybe_ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def maybe_from_ms(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)


def to_day(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH_DAY


def from_day(number: int) -> date:
    return date.fromordinal(number + _EPOCH_DAY)


def maybe_day(day: date | None) -> int | None:
    return None if day is None else to_day(day)


def maybe_from_day(number: int | None) -> date | None:
    return None if number is None else from_day(number)
