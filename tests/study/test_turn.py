"""Who is waited for in a group, and when its turn closes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.study.turn import AT_LEAST, closes_at, regulars

OPENED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLANNED = OPENED + timedelta(minutes=10)
ANNA, BEN, CLEO = 1, 2, 3
NOBODY: frozenset[int] = frozenset()

members = st.frozensets(st.integers(1, 6), max_size=6)


def _sets(*takers: set[int]) -> list[frozenset[int]]:
    return [frozenset(each) for each in takers]


@pytest.mark.parametrize(
    ("takers", "usual"),
    [
        ([], set()),
        ([set()], set()),
        ([{ANNA}], {ANNA}),
        ([set(), {ANNA}, {BEN}], {ANNA, BEN}),
        ([{ANNA}, {BEN}, {CLEO}, set()], {ANNA, BEN, CLEO}),
        ([{ANNA}, {ANNA}, {ANNA}, {BEN}, {BEN}], {ANNA}),
        ([{ANNA, BEN}, {BEN}, {ANNA, BEN}, {CLEO}, {ANNA}], {ANNA, BEN}),
        ([{ANNA}, {BEN}, {CLEO}, set(), set()], {ANNA, BEN, CLEO}),
        ([{ANNA}, {BEN}, {CLEO}, {ANNA}, {BEN}, {4}], {ANNA, BEN, CLEO}),
        ([{ANNA}, {ANNA}, set(), set(), set(), {BEN}, {BEN}], {ANNA}),
    ],
)
def test_who_usually_takes_part(takers: list[set[int]], usual: set[int]) -> None:
    """Three of the last five turns make a regular; until there are five, or where nobody is one, any turn does."""
    assert regulars(_sets(*takers)) == usual


@pytest.mark.parametrize(
    ("usual", "graded", "planned", "closes"),
    [
        (set(), {ANNA}, PLANNED, PLANNED),
        (set(), {ANNA}, None, None),
        ({ANNA, BEN}, {ANNA}, PLANNED, PLANNED),
        ({ANNA, BEN}, {ANNA, BEN}, PLANNED, OPENED + AT_LEAST),
        ({ANNA}, {ANNA, CLEO}, PLANNED, OPENED + AT_LEAST),
        ({ANNA}, {ANNA}, None, OPENED + AT_LEAST),
        ({ANNA}, {CLEO}, None, None),
        ({ANNA}, {ANNA}, OPENED + timedelta(seconds=5), OPENED + timedelta(seconds=5)),
    ],
)
def test_when_a_turn_closes(
    usual: set[int], graded: set[int], planned: datetime | None, closes: datetime | None
) -> None:
    """At its time; 20 s after it opened once everybody who usually takes part has graded; not by guests alone."""
    assert closes_at(OPENED, planned, frozenset(usual), frozenset(graded)) == closes


@given(usual=members, graded=members, more=members)
def test_one_more_grade_never_keeps_a_turn_open_longer(
    usual: frozenset[int], graded: frozenset[int], more: frozenset[int]
) -> None:
    """A turn closes never later than planned, never before 20 s, and no later for one more who graded."""
    before = closes_at(OPENED, PLANNED, usual, graded)
    after = closes_at(OPENED, PLANNED, usual, graded | more)
    assert before is not None
    assert after is not None
    assert OPENED + AT_LEAST <= after <= before <= PLANNED


@given(st.lists(members, max_size=12))
def test_regulars_took_part(takers: list[frozenset[int]]) -> None:
    """Nobody is waited for who was not there in the last five turns; who always was is."""
    usual = regulars(takers)
    assert usual <= frozenset().union(*takers[:5], NOBODY)
    assert usual >= frozenset.intersection(*takers[:5]) if takers else usual == NOBODY
