"""The rules of a live round: its times, its points, and options that are never right twice."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.study import round as rules
from bot.study.hours import Moment
from bot.study.memory import Memory, Stage
from bot.study.round import Field, Look, Side

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = Moment(NOW, date(2026, 3, 2), datetime(2026, 3, 3, 4, 0, tzinfo=UTC))


def test_a_card_closes_after_its_time_and_the_grace() -> None:
    """Two seconds more than people were told."""
    assert rules.asked_until(NOW, 16) == NOW + timedelta(seconds=18)


def test_what_is_late() -> None:
    """A step that comes a minute late still goes on; after that nobody waits any more."""
    assert not rules.is_late(NOW, NOW + timedelta(seconds=60))
    assert rules.is_late(NOW, NOW + timedelta(seconds=61))


@pytest.mark.parametrize(
    ("right_before", "in_a_row", "points"),
    [(0, 0, 5), (1, 0, 4), (2, 0, 3), (3, 0, 2), (200, 0, 2), (0, 1, 6), (0, 3, 8), (0, 9, 8), (7, 2, 4)],
)
def test_points(right_before: int, in_a_row: int, points: int) -> None:
    """The first right answers bring most, a row of right ones a little, and never more than three."""
    assert rules.points(right_before, in_a_row) == points


def memory(*, due_day: date | None = None, due_at: datetime | None = None, last: date) -> Memory:
    """A memory that is due then and was last graded on that day."""
    last_at = datetime(last.year, last.month, last.day, 9, tzinfo=UTC)
    stage, step = (Stage.REVIEW, None) if due_day else (Stage.LEARNING, 0)
    return Memory(stage, 5.0, 5.0, step, 5 if due_day else 0, due_at, due_day, last_at, last, 3, 0)


def test_what_counts_for_the_memory() -> None:
    """A card that was met, is due by today, and was not graded today; nothing else."""
    before = date(2026, 2, 20)
    assert rules.counts(memory(due_day=TODAY.day, last=before), TODAY)
    assert rules.counts(memory(due_day=date(2026, 2, 25), last=before), TODAY)
    assert rules.counts(memory(due_at=NOW + timedelta(hours=3), last=date(2026, 3, 1)), TODAY)
    assert not rules.counts(None, TODAY)
    assert not rules.counts(memory(due_day=date(2026, 3, 3), last=before), TODAY)
    assert not rules.counts(memory(due_at=NOW - timedelta(minutes=1), last=TODAY.day), TODAY)


def test_ties_share_a_place() -> None:
    """Two at the top are both first, and the next is third."""
    assert rules.places([9, 9, 4, 1, 1]) == [1, 1, 3, 4, 4]
    assert rules.places([]) == []


CAPITALS = ("Paris", "Lima", "Nairobi", "Tokyo", "Oslo", "Rome")


def sides(*backs: str) -> list[Side]:
    """A card for each back."""
    return [Side(at, f"front {at}", back) for at, back in enumerate(backs, 1)]


def test_four_options_with_the_right_one_among_them() -> None:
    """The asked card's back and three others, in an order that differs from turn to turn."""
    field = Field.of(sides(*CAPITALS))
    drawn = [field.options(2, Random(turn)) for turn in range(40)]
    assert all(len(set(options)) == 4 and 2 in options for options in drawn)
    assert {options.index(2) for options in drawn} == {0, 1, 2, 3}
    assert drawn == [field.options(2, Random(turn)) for turn in range(40)]


def test_options_are_near_in_kind_and_length() -> None:
    """A year is offered beside years, a name beside names, though others stand nearer in the deck."""
    field = Field.of(sides("1945", "A long sentence about everything", "Lima", "1789", "Rome", "1066", "2001", "Oslo"))
    dice = [Random(turn) for turn in range(30)]
    year = Look.of(Side(0, "", "1945"))
    assert year.distance(Look.of(Side(0, "", "1789"))) == 0
    assert year.distance(Look.of(Side(0, "", "Lima"))) > year.distance(Look.of(Side(0, "", "10 000 000")))
    many = Field.of([*sides("1945", *[str(year) for year in range(1800, 1812)], *CAPITALS)])
    assert all(all(card <= 13 for card in many.options(1, one)) for one in dice)
    assert field.askable == frozenset(range(1, 9))


@pytest.mark.parametrize(
    "backs",
    [(), ("Paris",), ("Paris", "Lima"), ("Paris", "paris.", "PARIS!", "Lima"), ("x" * 301, "y" * 301, "z" * 301)],
)
def test_a_deck_too_small(backs: tuple[str, ...]) -> None:
    """Fewer than three different short answers make no race."""
    assert Field.of(sides(*backs)).askable == frozenset()


def test_another_card_with_the_same_front_is_right_too() -> None:
    """Neither its back nor that back on a third card is offered as a wrong option."""
    cards = [
        Side(1, "A prime?", "Two"),
        Side(2, "a prime", "Three"),
        Side(3, "Half of six?", "three"),
        *[replace(side, card_id=side.card_id + 10) for side in sides("Four", "Five", "Nine")],
    ]
    field = Field.of(cards)
    for turn in range(30):
        assert not {2, 3} & set(field.options(1, Random(turn)))


def test_signs_are_not_all_the_same_answer() -> None:
    """Where nothing is left of an answer without its punctuation, the signs themselves are compared."""
    assert Field.of(sides("!", "?", "...", "!")).askable == frozenset({1, 2, 3, 4})


WORDS = st.sampled_from(["Paris", "paris", "Paris.", "Lima", "LIMA", "é", "e\u0301", "?", "!", "42", "x" * 301, "a b"])


@settings(max_examples=150)
@given(st.lists(st.tuples(WORDS, WORDS), max_size=14), st.integers(0, 2**31))
def test_no_option_is_right_twice(cards: list[tuple[str, str]], turn_id: int) -> None:
    """Whatever the deck: one right option, two or three wrong ones, and no two that read the same."""
    field = Field.of(Side(at, front, back) for at, (front, back) in enumerate(cards))
    for asked in field.askable:
        options = field.options(asked, Random(turn_id))
        assert asked in options
        assert 3 <= len(options) <= 4
        backs = [rules.key(cards[card][1]) for card in options]
        assert len(set(backs)) == len(backs)
        right = {rules.key(back) for front, back in cards if rules.key(front) == rules.key(cards[asked][0])}
        assert right & set(backs) == {rules.key(cards[asked][1])}
        assert all(len(cards[card][1]) <= rules.LONGEST_OPTION for card in options)
