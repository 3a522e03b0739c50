"""The board's rule: scores, places, and how far a bar is filled."""

from datetime import UTC, date, datetime

import pytest

from bot.study import board
from bot.study.board import Week
from bot.study.memory import Memory, Policy, Stage, retrievability

MONDAY = date(2026, 3, 2)


def memory(stage: Stage, due_day: date | None) -> Memory:
    """Last graded on Monday."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    step = None if stage is Stage.REVIEW else 0
    return Memory(stage, 4.0, 5.0, step, 4, None if due_day else at, due_day, at, MONDAY, 3, 0)


def test_ties_share_a_place() -> None:
    """1, 2, 2, 4; equal is what is equal as a fraction, and who has fewer than 5 due has no place."""
    weeks = [Week(1, 10, 8), Week(2, 4, 4), Week(3, 5, 5), Week(4, 5, 4), Week(5, 7, 0)]
    assert [(place, week.learner_id) for place, week in board.placed(weeks)] == [(1, 3), (2, 1), (2, 4), (4, 5)]
    assert board.placed([Week(1, 4, 4)]) == []


@pytest.mark.parametrize(
    ("alive", "met", "filled"), [(0, 0, 0), (0, 9, 0), (1, 900, 1), (450, 900, 6), (899, 900, 11), (900, 900, 12)]
)
def test_a_bar_tells_something_from_nothing(alive: int, met: int, filled: int) -> None:
    """It is empty only for nothing and full only for everything."""
    assert board.cells(alive, met, 12) == filled


def test_the_week_begins_on_monday() -> None:
    """Monday and Sunday are in the same week."""
    assert board.week_begins(MONDAY) == board.week_begins(date(2026, 3, 8)) == MONDAY
    assert board.week_begins(date(2026, 3, 1)) == date(2026, 2, 23)


def test_a_step_is_due_on_the_day_after() -> None:
    """On the same day a step is repetition; a card in review is due on its day."""
    assert board.due_day(memory(Stage.RELEARNING, None)) == date(2026, 3, 3)
    assert board.due_day(memory(Stage.REVIEW, date(2026, 3, 6))) == date(2026, 3, 6)


@pytest.mark.parametrize("retention", [0.8, 0.85, 0.9, 0.95])
def test_alive_is_at_or_above_what_is_wanted(retention: float) -> None:
    """So many days as the rule says, and not one more, the card is known with the wanted chance."""
    policy, card = Policy(retention=retention), memory(Stage.REVIEW, date(2026, 3, 6))
    last = int(board.days_alive(policy) * card.stability)
    assert retrievability(card, date.fromordinal(MONDAY.toordinal() + last), policy) >= retention - 1e-9
    assert retrievability(card, date.fromordinal(MONDAY.toordinal() + last + 1), policy) < retention
