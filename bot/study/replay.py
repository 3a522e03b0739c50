"""From the review log to the memory as it stands."""

import math
from collections.abc import Iterable
from datetime import date, datetime

from msgspec import Struct

from bot.study.fuzz import fuzz_of
from bot.study.hours import Moment
from bot.study.intervals import answers
from bot.study.memory import Grade, Memory, Policy

# Another machine's powers may differ in the last digits; a grade more or less moves far more than this.
_AS_GOOD_AS_EQUAL = 1e-9


class Set(Struct, frozen=True):
    """What a memory was set to by hand, whatever it was before; None: the card is new again."""

    memory: Memory | None


class Review(Struct, frozen=True):
    """One entry of a card's log: a grade, the taking back of one, or a memory that was set.

    Attributes:
        at: UTC, with the study day that held it and when that ended (UTC).
        grade: None where it is none.
        policy: which held then; None of a grade that was given elsewhere and moves no memory, and where it is no grade.
        undoes: the review_id that an undo takes back.
        set_to: what the memory was set to.
    """

    review_id: int
    card_id: int
    at: datetime
    day: date
    day_ends_at: datetime
    grade: Grade | None
    policy: Policy | None
    undoes: int | None = None
    set_to: Set | None = None


def replay(reviews: Iterable[Review]) -> Memory | None:
    """The memory that one card's log leads to, entries in the order in which they were written; None: new.

    It begins with what it was last set to, if it ever was. What was undone counts as if it had never been: after an
    undo of the last grade the state is exactly the one before it, and so is the fuzz.

    Raises:
        ValueError: entries of several cards, or an undo of what does not stand.
    """
    memory: Memory | None = None
    entries = standing(reviews)
    # What was before the last one may be of another card's number, or come from elsewhere and lie later in time.
    first = next((at for at in range(len(entries) - 1, -1, -1) if entries[at].set_to is not None), 0)
    for review in entries[first:]:
        if review.set_to is not None:
            memory = review.set_to.memory
        elif review.policy is not None:
            memory = after(memory, review)
    return memory


def standing(reviews: Iterable[Review]) -> tuple[Review, ...]:
    """The entries that were not taken back, in order. Raises ValueError like `replay`."""
    grades: dict[int, Review] = {}
    for review in reviews:
        if review.undoes is None:
            grades[review.review_id] = review
        elif grades.pop(review.undoes, None) is None:
            raise ValueError(f"review {review.review_id} takes back {review.undoes}, which does not stand")
    if len({review.card_id for review in grades.values()}) > 1:
        raise ValueError("a log of several cards")
    return tuple(grades.values())


def after(memory: Memory | None, review: Review) -> Memory:
    """The memory after one grade of the log. Raises ValueError for an undo."""
    if review.grade is None or review.policy is None:
        raise ValueError(f"review {review.review_id} is no grade")
    moment = Moment(review.at, review.day, review.day_ends_at)
    fuzz = fuzz_of(review.card_id, memory.reviews if memory else 0)
    return answers(memory, moment, review.policy, fuzz)[review.grade].memory


def agree(one: Memory | None, other: Memory | None) -> bool:
    """Whether two memories are the same, but for the last digits in which machines differ."""
    if one is None or other is None:
        return one is other
    return _exact(one) == _exact(other) and all(
        math.isclose(mine, yours, rel_tol=_AS_GOOD_AS_EQUAL)
        for mine, yours in zip(one.strength, other.strength, strict=True)
    )


def _exact(memory: Memory) -> tuple[object, ...]:
    due = (memory.due_at, memory.due_day, memory.last_at, memory.last_day)
    return (memory.stage, memory.step, memory.interval_days, *due, memory.reviews, memory.lapses)
