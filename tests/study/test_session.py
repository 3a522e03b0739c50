"""The place in a session, and what it came to."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.study.hours import moment
from bot.study.intervals import answers
from bot.study.memory import Grade, Memory, Policy
from bot.study.session import Step, minutes, progress, summarise

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def graded(card_id: int, grade: Grade, before: Memory | None = None, later: timedelta = timedelta(0)) -> Step:
    """A grade as the session sees it."""
    at = moment(NOW + later, "UTC", 4)
    after = answers(before, at, Policy(), 0.5)[grade].memory
    return Step(card_id, before, after, grade, at.day)


def test_a_new_session_is_at_its_first_card() -> None:
    """1 of as many as were planned."""
    assert progress(10, 0, 0) == (1, 10)


def test_a_card_that_comes_back_is_one_more() -> None:
    """1/10, then 2/11 after Good in ten minutes, and 3/11 after one that comes back in days."""
    assert progress(10, 1, 1) == (2, 11)
    assert progress(10, 2, 1) == (3, 11)


def test_the_place_is_never_above_the_total() -> None:
    """More cards than planned (they fell due meanwhile) raise the total."""
    assert progress(1, 4, 0) == (5, 5)


def test_a_card_counts_once_by_its_first_grade() -> None:
    """Lapsed and then known it was not remembered; new cards are not among the due."""
    known = graded(1, Grade.EASY).after
    assert known is not None
    lapse = graded(1, Grade.AGAIN, known, timedelta(days=9))
    again = graded(1, Grade.GOOD, lapse.after, timedelta(days=9, minutes=10))
    due = graded(2, Grade.HARD, known, timedelta(days=9))
    summary = summarise([lapse, graded(3, Grade.GOOD), due, again])
    assert (summary.cards, summary.grades, summary.due, summary.remembered) == (3, 4, 2, 1)


def test_a_card_that_was_met_the_same_day_is_not_due() -> None:
    """A new one that comes back after the session it was met in, and a lapse, were counted by their first grade."""
    new = graded(1, Grade.GOOD)
    back = graded(1, Grade.GOOD, new.after, timedelta(minutes=10))
    summary = summarise([back])
    assert (summary.cards, summary.due) == (1, 0)


def test_an_empty_session_came_to_nothing() -> None:
    """All taken back."""
    summary = summarise([])
    assert (summary.cards, summary.grades, summary.due, summary.remembered) == (0, 0, 0, 0)


@pytest.mark.parametrize(("cards", "about"), [(0, 1), (1, 1), (4, 1), (6, 2), (12, 4), (200, 67)])
def test_a_card_takes_twenty_seconds(cards: int, about: int) -> None:
    """In whole minutes, at least one."""
    assert minutes(cards) == about


def test_days_are_study_days() -> None:
    """The memories above stand on the study day of the moment."""
    after = graded(1, Grade.EASY).after
    assert after is not None
    assert after.last_day == date(2026, 3, 2)
