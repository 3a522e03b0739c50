"""When a chat wants to hear from us: the one place where local time is known."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as a learner lives it.

    Attributes:
        at: the instant, UTC.
        day: the learner's study day that holds it.
        day_ends_at: when that study day ends (the next rollover), UTC.
    """

    at: datetime
    day: date
    day_ends_at: datetime
