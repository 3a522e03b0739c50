"""The short waits of a card that is being learned or learned again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from bot.study.hours import Moment

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class Step(NamedTuple):
    """A place among the steps, from 0, and the wait there (whole seconds)."""

    place: int
    wait: timedelta


def after_again(steps: Sequence[timedelta]) -> Step | None:
    """Back to the first step; None where there are no steps."""
    return Step(0, steps[0]) if steps else None


def after_hard(steps: Sequence[timedelta], place: int | None) -> Step | None:
    """The same step once more; on the first one a wait between it and the next."""
    if not steps:
        return None
    place = _among(steps, place)
    return Step(place, _hard_on_first(steps) if place == 0 else steps[place])


def after_good(steps: Sequence[timedelta], place: int | None) -> Step | None:
    """The next step; None after the last."""
    following = _among(steps, place) + 1
    return Step(following, steps[following]) if following < len(steps) else None


def due_day(wait: timedelta, moment: Moment) -> date | None:
    """The study day on which a wait ends that is a day or longer or crosses the rollover; None: it ends today."""
    # Whole days are study days, whatever the clocks do; only the rest is looked at.
    days, rest = divmod(wait, _DAY)
    days += moment.at + rest >= moment.day_ends_at
    return moment.day + timedelta(days=days) if days else None


def _among(steps: Sequence[timedelta], place: int | None) -> int:
    """A new card is on the first step; steps may have become fewer since the card was put on one."""
    return min(place or 0, max(len(steps) - 1, 0))


def _hard_on_first(steps: Sequence[timedelta]) -> timedelta:
    first = steps[0]
    wait = (first + steps[1]) / 2 if len(steps) > 1 else min(first * 1.5, first + _DAY)
    if wait > _DAY:
        return (wait + _DAY / 2) // _DAY * _DAY  # halves up
    return wait // _SECOND * _SECOND
