"""What a group's members gain from a card, and that choosing by it leaves them knowing more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.group import HORIZON_DAYS, Member, gains
from bot.study.memory import Grade, Memory, Policy, Stage, Strength, first_rise, retrievability, rise, strengthened
from tests.study.simulate import WAYS, Setting, live

DAY = date(2026, 3, 1)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OURS = "expected gain"
NEW = first_rise(HORIZON_DAYS)
ANNA, BEN = (Member(learner_id, 5, Policy()) for learner_id in (1, 2))


def mean_chance(strength: Strength, first: int, days: int, policy: Policy) -> float:
    """The library's chance, averaged over days that begin so many after the grade, by the trapezoid rule."""
    memory = Memory(
        Stage.REVIEW, strength.stability, strength.difficulty, None, 1, None, DAY, NOON, DAY, reviews=1, lapses=0
    )
    chances = [retrievability(memory, DAY + timedelta(days=first + n), policy) for n in range(days + 1)]
    return (sum(chances) - (chances[0] + chances[-1]) / 2) / days


@settings(max_examples=60, deadline=None)
@given(st.floats(3, 400), st.floats(1, 10), st.integers(1, 100), st.sampled_from([0.1, 0.1542, 0.5]))
def test_the_gain_is_what_the_library_says(stability: float, difficulty: float, elapsed: int, decay: float) -> None:
    """Known or forgotten by the chance now, and then the mean over 30 days, less the mean if nothing is done."""
    policy = Policy(parameters=(*Policy().parameters[:-1], decay))
    before = Strength(stability, difficulty)
    memory = Memory(Stage.REVIEW, stability, difficulty, None, 1, None, DAY, NOON, DAY, reviews=1, lapses=0)
    chance = retrievability(memory, DAY + timedelta(days=elapsed), policy)
    good, again = (strengthened(before, elapsed, grade, policy.parameters) for grade in (Grade.GOOD, Grade.AGAIN))
    after = chance * mean_chance(good, 0, 30, policy) + (1 - chance) * mean_chance(again, 0, 30, policy)
    expected = after - mean_chance(before, elapsed, 30, policy)
    assert rise(30, policy.parameters)(stability, difficulty, elapsed) == pytest.approx(expected, abs=0.02)


def test_fractions_of_a_day_count() -> None:
    """Between yesterday evening and tomorrow the gain grows from hour to hour."""
    of = rise(30)
    rising = [of(3.0, 5.0, hours / 24) for hours in range(8, 72)]
    assert rising == sorted(rising)
    assert len(set(rising)) == len(rising)


def test_gains_add_up() -> None:
    """What is new for one and met by the other brings both; what nobody met brings the same as any other such card."""
    found = gains([ANNA, BEN], [(1, 7, 10.0, 5.0, 10.5, 10), (1, 8, 10.0, 5.0, 10.5, 10), (2, 8, 1.0, 5.0, 3.0, 3)])
    of = rise(HORIZON_DAYS)
    assert found.of(7) == pytest.approx(of(10.0, 5.0, 10.5) + NEW)
    assert found.of(8) == pytest.approx(of(10.0, 5.0, 10.5) + of(1.0, 5.0, 3.0))
    assert found.of(9) == found.unmet == pytest.approx(2 * NEW)


def test_what_was_graded_today_brings_nothing() -> None:
    """It counts for those alone who have not met it today."""
    found = gains([ANNA, BEN], [(1, 7, 1.0, 5.0, 0.1, 0), (2, 7, 1.0, 5.0, 3.0, 3)])
    assert found.of(7) == pytest.approx(rise(HORIZON_DAYS)(1.0, 5.0, 3.0))


def test_new_cards_count_while_they_last() -> None:
    """Whose new cards of the day are used up gains nothing from one more."""
    assert gains([ANNA, Member(2, 0, Policy())], []).unmet == pytest.approx(NEW)
    assert gains([Member(1, -1, Policy())], []).unmet == 0


def test_a_card_that_is_not_due_gains_little() -> None:
    """It counts for what it is: less than one that is due, more than nothing."""
    early, due = (rise(HORIZON_DAYS)(30.0, 5.0, days) for days in (3, 30))
    assert 0 < early < due / 4


def test_equal_gains_are_equal() -> None:
    """The order in which they are added up makes no difference, and all of the best are told."""
    rows = [(1, 7, 3.3, 5.1, 7.7, 7), (2, 7, 9.1, 3.3, 6.6, 6), (2, 8, 9.1, 3.3, 6.6, 6), (1, 8, 3.3, 5.1, 7.7, 7)]
    found = gains([ANNA, BEN], rows)
    assert found.best() == [7, 8]
    assert found.best(besides={7}) == [8]
    assert gains([ANNA], []).best() == []


@pytest.mark.parametrize("seed", range(3))
def test_a_group_knows_more(seed: int) -> None:
    """After 60 days people whose memory is of another kind than the model's know more than with any other way."""
    setting = Setting(cards=40, turns=4, new_per_day=2)
    ours = live(seed, WAYS[OURS], setting).last
    assert all(ours > live(seed, way, setting).last for name, way in WAYS.items() if name != OURS)
