"""Turns in a row: the place in them, and what they came to."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from bot.study.memory import Grade, Memory

# What a card takes on the whole, those that come back included.
SECONDS_A_CARD = 20


class Step(Struct, frozen=True):
    """One grade of a session: which card, what was remembered before and after it, and its study day."""

    card_id: int
    before: Memory | None
    after: Memory | None
    grade: Grade
    day: date


class Summary(Struct, frozen=True):
    """`cards`: different cards graded, in so many `grades`. `due`: those not met before on that day, and not new;
    `remembered`: those of them known at the first grade.
    """

    cards: int
    grades: int
    due: int
    remembered: int


def progress(planned: int, graded: int, returning: int) -> tuple[int, int]:
    """The place of the next turn (from 1) and of how many: the cards planned, one more for each grade after which its
    card comes back the same day.
    """
    place = graded + 1
    return place, max(planned + returning, place)


def summarise(steps: Sequence[Step]) -> Summary:
    """What the session came to; a card that came back counts once, by its first grade."""
    first: dict[int, Step] = {}
    for step in steps:
        first.setdefault(step.card_id, step)
    due = [step for step in first.values() if step.before is not None and step.before.last_day < step.day]
    return Summary(len(first), len(steps), len(due), sum(1 for step in due if step.grade is not Grade.AGAIN))


def minutes(cards: int) -> int:
    """About how long so many cards take, at least a minute."""
    return max(1, round(cards * SECONDS_A_CARD / 60))
