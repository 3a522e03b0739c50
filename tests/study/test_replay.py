"""From the review log to the memory as it stands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.study.fuzz import fuzz_of
from bot.study.intervals import answers
from bot.study.memory import Grade, Memory, Policy
from bot.study.replay import Review, Set, after, agree, replay, standing
from tests.study.vectors import PARAMETERS, moment_of

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
CARD = 5_000_000_007
policies = st.builds(Policy, st.sampled_from([0.8, 0.9]), parameters=st.sampled_from(list(PARAMETERS.values())))
lives = st.lists(st.tuples(st.sampled_from(Grade), st.integers(0, 200_000_000), policies), max_size=10)


def log_of(life) -> list[Review]:
    """Grades, each so many milliseconds after the one before."""
    log, at = [], AT
    for place, (grade, wait_ms, policy) in enumerate(life):
        at += timedelta(milliseconds=wait_ms)
        moment = moment_of(at)
        log.append(Review(place + 1, CARD, at, moment.day, moment.day_ends_at, grade, policy))
    return log


def undo(review: Review, review_id: int) -> Review:
    return replace(review, review_id=review_id, grade=None, policy=None, undoes=review.review_id)


def by_hand(log: list[Review]) -> Memory | None:
    """The memory as it was stored, answer by answer, each from the buttons that were shown."""
    memory = None
    for review in log:
        fuzz = fuzz_of(CARD, memory.reviews if memory else 0)
        memory = answers(memory, moment_of(review.at), review.policy, fuzz)[review.grade].memory
    return memory


@given(lives)
@settings(max_examples=60, deadline=None)
def test_replay_equals_step_by_step(life):
    """A replay of the log leads to the memory that was stored, to the last digit."""
    log = log_of(life)
    assert replay(log) == by_hand(log)
    assert agree(replay(log), by_hand(log))


@given(lives, st.sampled_from(Grade), st.integers(0, 200_000_000))
@settings(max_examples=60, deadline=None)
def test_undo_restores_exactly(life, grade, wait_ms):
    """After an undo of the last grade the memory is exactly the one before, and goes on from there alike."""
    log = log_of([*life, (grade, wait_ms, Policy())])
    undone = [*log, undo(log[-1], 100)]
    assert replay(undone) == replay(log[:-1])
    again = replace(log[-1], review_id=101)
    assert replay([*undone, again]) == replay(log)


@given(lives)
@settings(max_examples=30, deadline=None)
def test_everything_can_be_undone(life):
    """Undone one after the other, from the last to the first, the card is new again."""
    log = log_of(life)
    undos = [undo(review, 100 + place) for place, review in enumerate(reversed(log))]
    assert replay([*log, *undos]) is None
    assert standing([*log, *undos]) == ()


@given(lives, st.data())
@settings(max_examples=30, deadline=None)
def test_undo_in_the_middle(life, data):
    """An older grade taken back counts as if it had never been; the later ones stand."""
    log = log_of([*life, (Grade.GOOD, 0, Policy())])
    place = data.draw(st.integers(0, len(log) - 1))
    assert replay([*log, undo(log[place], 100)]) == by_hand(log[:place] + log[place + 1 :])


def test_microseconds_do_not_matter():
    """A moment finer than the log can hold leads to the same memory as the moment in the log."""
    fine = AT + timedelta(microseconds=123_456)
    offered = answers(None, moment_of(fine), Policy(), 0.3)
    assert offered == answers(None, moment_of(AT + timedelta(milliseconds=123)), Policy(), 0.3)
    assert offered[Grade.AGAIN].memory.due_at.microsecond % 1000 == 0


def test_what_does_not_stand_cannot_be_undone():
    """An undo of an unknown entry, of an undo, or a second one of the same grade, is a broken log."""
    (grade,) = log_of([(Grade.GOOD, 0, Policy())])
    first = undo(grade, 2)
    for broken in ([first], [grade, first, undo(grade, 3)], [grade, first, undo(first, 3)]):
        with pytest.raises(ValueError, match="does not stand"):
            replay(broken)


def test_one_card_at_a_time():
    """A log of two cards is refused, and so is an undo taken for a grade."""
    (grade,) = log_of([(Grade.GOOD, 0, Policy())])
    with pytest.raises(ValueError, match="several cards"):
        replay([grade, replace(grade, review_id=2, card_id=8)])
    with pytest.raises(ValueError, match="no grade"):
        after(None, undo(grade, 2))


def test_agree_forgives_last_digits_only():
    """Memories agree when nothing differs but the last digits that another machine computes."""
    memory = replay(log_of([(Grade.GOOD, 0, Policy()), (Grade.EASY, 700_000, Policy())]))
    assert agree(memory, replace(memory, stability=memory.stability * (1 + 1e-13)))
    assert not agree(memory, replace(memory, stability=memory.stability * 1.001))
    assert not agree(memory, replace(memory, difficulty=memory.difficulty + 0.001))
    assert not agree(memory, replace(memory, due_day=memory.due_day + timedelta(days=1)))
    assert not agree(memory, replace(memory, lapses=1))
    assert not agree(memory, None)
    assert not agree(None, memory)
    assert agree(None, None)


@given(lives, lives, st.sampled_from(["new", "known"]))
@settings(max_examples=40, deadline=None)
def test_what_was_set_by_hand_is_where_the_rest_begins(before, later, state):
    """Whatever was graded before a memory was set leaves no trace in it, and later grades go on from there."""
    earlier = log_of(before)
    memory = None if state == "new" else by_hand(log_of([(Grade.GOOD, 0, Policy()), (Grade.EASY, 0, Policy())]))
    set_here = replace(
        log_of([(Grade.GOOD, 0, Policy())])[0], review_id=50, grade=None, policy=None, set_to=Set(memory)
    )
    assert replay([*earlier, set_here]) == memory
    grades = [replace(review, review_id=100 + place) for place, review in enumerate(log_of(later))]
    expected = memory
    for review in grades:
        expected = after(expected, review)
    assert replay([*earlier, set_here, *grades]) == expected


def test_before_a_memory_was_set_the_log_may_be_in_any_order():
    """Two logs of one card, each written where it was given, may have come together."""
    first, second = log_of([(Grade.GOOD, 0, Policy()), (Grade.GOOD, 50 * 86_400_000, Policy())])
    mixed = [second, replace(first, review_id=60)]
    with pytest.raises(ValueError, match="lies before the last grade"):
        replay(mixed)
    memory = replay([first, second])
    assert replay([*mixed, replace(first, review_id=70, grade=None, policy=None, set_to=Set(memory))]) == memory


@given(lives, st.sampled_from(Grade))
@settings(max_examples=20, deadline=None)
def test_a_grade_given_elsewhere_moves_no_memory(life, grade):
    """It tells of the past, wherever it stands in the log."""
    log = log_of(life)
    elsewhere = Review(60, CARD, AT, moment_of(AT).day, moment_of(AT).day_ends_at, grade, None)
    for place in range(len(log) + 1):
        assert replay([*log[:place], elsewhere, *log[place:]]) == replay(log)
