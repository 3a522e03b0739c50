"""The memory model, against the numbers that two FSRS libraries agree on."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from timeit import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.study.intervals import answers
from bot.study.memory import (
    DEFAULT,
    MAX_DAYS,
    Grade,
    Memory,
    Policy,
    Stage,
    Strength,
    raw_days,
    retrievability,
    strengthened,
)
from tests.study.vectors import PARAMETERS, VECTORS, moment_of

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OFFICIAL = {case["what"]: case for case in VECTORS["official"]}
STATES = [case for case in OFFICIAL.values() if "after_each" in case]
CROSS_CHECKED = {case["id"]: case for case in VECTORS["cross_checked"]}
grades = st.sampled_from(Grade)


def in_review(stability: float = 10.0, difficulty: float = 5.0, **changes) -> Memory:
    day = NOON.date()
    memory = Memory(Stage.REVIEW, stability, difficulty, None, 10, None, day + timedelta(days=10), NOON, day, 3, 0)
    return replace(memory, **changes)


def chain(reviews: list[dict], parameters: tuple[float, ...]) -> list[Strength]:
    states: list[Strength] = []
    for review in reviews:
        before = states[-1] if states else None
        states.append(strengthened(before, review["elapsed_days"], Grade(review["rating"]), parameters))
    return states


@pytest.mark.parametrize("case", STATES, ids=[case["what"] for case in STATES])
def test_official_states(case):
    """Every published sequence leads to the published state, and to the library's own after each review."""
    states = chain(case["reviews"], tuple(case["parameters"]))
    for state, expected in zip(states, case["after_each"], strict=True):
        assert state == pytest.approx((expected["stability"], expected["difficulty"]), rel=1e-5)
    for name, number in case["expect"].items():
        if number is not None:
            assert getattr(states[-1], name) == pytest.approx(number, rel=case["tolerance"], abs=case["tolerance"])


def test_official_interval_history():
    """Thirteen reviews, each at its due moment, give the intervals that py-fsrs publishes."""
    case = next(case for what, case in OFFICIAL.items() if what.startswith("interval history"))
    policy = Policy(parameters=tuple(case["parameters"]))
    memory, moment, days = None, moment_of(NOON), []
    for review in case["reviews"]:
        moment = moment_of(moment.at + timedelta(days=review["elapsed_days"]))
        answer = answers(memory, moment, policy, None)[Grade(review["rating"])]
        memory = answer.memory
        days.append(answer.days or 0)
    assert days == case["expect"]["days"]


def test_official_intervals_by_retention():
    """A stability of one day gives the published interval at each of ten wanted retentions."""
    case = next(case for what, case in OFFICIAL.items() if what.startswith("interval of stability 1.0"))
    for expected in case["expect"]:
        days = raw_days(1.0, expected["desired_retention"], tuple(case["parameters"]))
        assert max(days, 1) == pytest.approx(expected["days"], rel=1e-4, abs=0.5)


def test_every_official_case_is_tested():
    """No published case is left out by the way in which the tests choose theirs."""
    others = [what for what in OFFICIAL if what.startswith(("interval history", "interval of stability 1.0"))]
    assert len(STATES) + len(others) == len(OFFICIAL) == 10


@pytest.mark.parametrize("case", CROSS_CHECKED.values(), ids=CROSS_CHECKED)
def test_cross_checked(case):
    """State, retrievability before and interval after each review are what both libraries compute."""
    parameters = PARAMETERS[case["parameters"]]
    policy = Policy(retention=case["desired_retention"], parameters=parameters)
    states = chain(case["reviews"], parameters)
    for place, (state, review) in enumerate(zip(states, case["reviews"], strict=True)):
        days = raw_days(state.stability, case["desired_retention"], parameters)
        assert state == pytest.approx((review["stability"], review["difficulty"]), rel=1e-4)
        assert days == pytest.approx(review["interval"], rel=1e-4)
        assert min(max(round(days), 1), MAX_DAYS) == review["days"]
        if place and review["retrievability"] is not None:
            before = in_review(*states[place - 1])
            day = before.last_day + timedelta(days=review["elapsed_days"])
            assert retrievability(before, day, policy) == pytest.approx(review["retrievability"], rel=1e-4)


def test_default_parameters():
    """The default parameters are those that the golden numbers were made with."""
    assert PARAMETERS["default"] == DEFAULT == Policy().parameters


def test_old_parameters_are_filled_up():
    """A set of 19 numbers computes what it did when it was fitted, by itself and in a policy."""
    old = OFFICIAL["an FSRS-5 set of 19 numbers, filled up with 0.0 and 0.5"]["parameters"]
    assert Policy(parameters=tuple(old[:19])).parameters == tuple(old)
    assert raw_days(5.0, 0.8, tuple(old[:19])) == raw_days(5.0, 0.8, tuple(old))
    assert chain([{"elapsed_days": 0, "rating": 3}] * 2, tuple(old[:19])) == chain(
        [{"elapsed_days": 0, "rating": 3}] * 2, tuple(old)
    )


def test_stability_is_capped():
    """However often a card is known, its stability ends at 36 500 days."""
    state = strengthened(Strength(36_000.0, 1.0), 36_000, Grade.EASY)
    assert state.stability == MAX_DAYS


def test_negative_gap_is_refused():
    """A grade on a day before the last one is refused; the library would take it for the same day."""
    with pytest.raises(ValueError, match="before"):
        strengthened(Strength(5.0, 5.0), -1, Grade.GOOD)
    memory = in_review()
    for early in (4, 400):
        with pytest.raises(ValueError, match="before the last grade"):
            retrievability(memory, memory.last_day - timedelta(days=early), Policy())


def test_day_lived_twice_after_moving_west():
    """Who moved west and meets a study day again can still answer: it counts as the day of the last grade."""
    memory = in_review()
    west = moment_of(NOON - timedelta(days=1))
    assert retrievability(memory, west.day, Policy()) == 1.0
    again = answers(memory, west, Policy(), None)[Grade.GOOD].memory
    assert again.strength == strengthened(memory.strength, 0, Grade.GOOD)


@pytest.mark.parametrize("grade", Grade)
def test_elapsed_days_are_study_days(grade):
    """A grade 23 hours later on the next study day counts as one day, not as the same one."""
    memory = in_review()
    moment = moment_of(datetime(2026, 3, 2, 11, tzinfo=UTC))
    assert answers(memory, moment, Policy(), None)[grade].memory.strength == strengthened(memory.strength, 1, grade)


def test_half_remembered_sooner_when_weak():
    """Retrievability is 1 on the day itself, the wanted 0.9 after as many days as the stability, and falls."""
    memory = in_review(stability=10.0)
    chances = [retrievability(memory, memory.last_day + timedelta(days=days), Policy()) for days in (0, 10, 20, 4000)]
    assert chances[:2] == pytest.approx([1.0, 0.9])
    assert chances == sorted(chances, reverse=True)
    assert 0 < chances[-1] < 0.6


@given(
    st.floats(0.001, MAX_DAYS), st.floats(1, 10), st.integers(0, 20_000), grades, st.sampled_from(sorted(PARAMETERS))
)
@settings(max_examples=200)
def test_states_stay_in_range(stability, difficulty, elapsed, grade, parameters):
    """Whatever came before, the state after a grade is one that the model can go on from."""
    state = strengthened(Strength(stability, difficulty), elapsed, grade, PARAMETERS[parameters])
    assert 0 < state.stability <= MAX_DAYS
    assert 1 <= state.difficulty <= 10


@given(
    st.floats(0.7, 0.99),
    st.lists(st.integers(1, 500_000), max_size=4),
    st.lists(st.integers(1, 500_000), max_size=2),
    st.integers(1, MAX_DAYS),
    st.sampled_from(sorted(PARAMETERS)),
)
@settings(max_examples=100)
def test_policy_survives_json(retention, learning, relearning, most, parameters):
    """A policy comes back from its text exactly, and equal policies have equal texts."""
    learning_steps = tuple(timedelta(seconds=step) for step in learning)
    relearning_steps = tuple(timedelta(seconds=step) for step in relearning)
    policy = Policy(retention, learning_steps, relearning_steps, most, PARAMETERS[parameters])
    assert Policy.from_json(policy.to_json()) == policy
    assert Policy.from_json(policy.to_json()).to_json() == policy.to_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"retention": 0.0},
        {"retention": 1.0},
        {"retention": float("nan")},
        {"max_days": 0},
        {"max_days": 36_501},
        {"learning_steps": (timedelta(0),)},
        {"relearning_steps": (timedelta(seconds=1.5),)},
        {"parameters": DEFAULT[:20]},
        {"parameters": (-1.0, *DEFAULT[1:])},
    ],
    ids=str,
)
def test_wrong_policy_is_refused(wrong):
    """A policy that no schedule could follow cannot be made."""
    with pytest.raises(ValueError, match=r".+"):
        Policy(**wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_at": NOON},
        {"due_day": None},
        {"step": 0},
        {"stage": Stage.LEARNING},
        {"stability": 0.0},
        {"stability": float("nan")},
        {"stability": 36_501.0},
        {"difficulty": 0.9},
        {"last_at": NOON.replace(tzinfo=None)},
        {"last_at": NOON.astimezone(timezone(timedelta(hours=1)))},
        {"due_day": None, "due_at": NOON.replace(tzinfo=None)},
    ],
    ids=str,
)
def test_wrong_memory_is_refused(wrong):
    """A memory that no grade can have led to cannot be made: stability 0 is not "new"."""
    with pytest.raises(ValueError, match=r".+"):
        in_review(**wrong)


def test_four_answers_cost_little():
    """The four answers take well under a millisecond: no sleep in the library, no scheduler built anew."""
    memory, moment, policy = in_review(), moment_of(NOON + timedelta(days=10)), Policy()
    assert min(timeit(lambda: answers(memory, moment, policy, 0.5), number=20) / 20 for _ in range(5)) < 0.001


def test_new_cards_do_not_wait(monkeypatch):
    """The library never sleeps to make up an id."""

    def refuse(_seconds: float) -> None:
        raise AssertionError("slept")

    monkeypatch.setattr(time, "sleep", refuse)
    assert strengthened(None, 0, Grade.GOOD) == strengthened(None, 5, Grade.GOOD)
    assert retrievability(in_review(), date(2026, 4, 1), Policy()) < 0.9
