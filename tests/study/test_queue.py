"""Which card comes next."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.study.memory import Memory, Policy, Stage, retrievability
from bot.study.queue import BETWEEN, Asked, Candidate, Limits, later, next_card, queue
from tests.study.vectors import moment_of

NOW = moment_of(datetime(2026, 3, 1, 12, tzinfo=UTC))
DAY = timedelta(days=1)
PLENTY = Limits(new_left=10, reviews_left=200)


def new(card_id: int, note: str = "", deck: int = 1) -> Candidate:
    return Candidate(card_id, note, (deck, card_id), None)


def learning(card_id: int, minutes: float, note: str = "") -> Candidate:
    """On a step that ends so many minutes from now."""
    at = NOW.at - timedelta(minutes=10)
    due_at = NOW.at + timedelta(minutes=minutes)
    memory = Memory(Stage.LEARNING, 1.0, 5.0, 0, 0, due_at, None, at, NOW.day, 1, 0)
    return Candidate(card_id, note, (1, card_id), memory)


def due(card_id: int, stability: float = 10.0, note: str = "", days: int = 0, stage: Stage = Stage.REVIEW) -> Candidate:
    """Last graded twenty days ago, due so many days from today."""
    step = None if stage is Stage.REVIEW else 0
    last = NOW.at - 20 * DAY
    memory = Memory(stage, stability, 5.0, step, 10, None, NOW.day + days * DAY, last, last.date(), 3, 0)
    return Candidate(card_id, note, (1, card_id), memory)


def ids(candidates, limits: Limits = PLENTY, recent_notes=()) -> list[int]:
    return [card.card_id for card in queue(candidates, NOW, limits, others(recent_notes))]


def others(notes) -> list[Asked]:
    """Siblings of these notes that were just asked, none of them a card of the tests."""
    return [Asked(1000 + place, note) for place, note in enumerate(notes)]


def test_order_of_kinds():
    """Learning cards whose moment has come, then due reviews, then new cards; what is not due yet waits."""
    cards = [new(1), due(2), learning(3, 0), learning(4, 5), due(5, days=1), due(6, days=-3), learning(7, -2)]
    assert ids(cards) == [7, 3, 2, 6, 1]


def test_nearest_to_forgotten_first():
    """Due reviews come by falling danger: the lowest retrievability first, deck order among equals."""
    assert ids([due(1, stability=30.0), due(2, stability=5.0), due(4), due(3)]) == [2, 3, 4, 1]


def test_limits_of_the_day():
    """New cards and reviews stop at what is left of the day; learning cards never do; below nothing is nothing."""
    cards = [new(1), new(2), due(3, stability=1.0), due(4), learning(5, -1)]
    assert ids(cards, Limits(1, 1)) == [5, 3, 1]
    assert ids(cards, Limits(0, 0)) == [5]
    assert ids(cards, Limits(-3, -3)) == [5]


def test_limit_takes_the_most_urgent():
    """What the limit leaves out are the safest reviews, not those that siblings were moved behind."""
    cards = [due(1, stability=1.0, note="a"), due(2, stability=2.0, note="a"), due(3, stability=30.0)]
    assert ids(cards, Limits(0, 2)) == [1, 2]


def test_new_cards_in_deck_order():
    """New cards come deck by deck, each in the deck's own order, however they were handed in."""
    assert ids([new(3), new(1, deck=2), new(2)]) == [2, 3, 1]


def test_learning_ahead_only_when_nothing_else_is_left():
    """A step that ends within twenty minutes is taken early only when all else is done, the earliest first."""
    soon = [learning(1, 20), learning(2, 7), learning(3, 21)]
    assert ids(soon) == [2, 1]
    assert ids([*soon, new(4)]) == [4]
    assert ids([*soon, new(4)], Limits(0, 0)) == [2, 1]


def test_a_sibling_is_less_of_a_repetition_than_the_card_itself():
    """A step is taken early before the sibling of what was just asked, but not one that began after that was."""
    just_asked, sibling = learning(1, 10, "a"), new(2, "a")
    recent = [Asked(1, "a"), Asked(3, "")]
    for waiting, first in (
        ([just_asked, sibling], 2),
        ([just_asked, sibling, learning(3, 10)], 3),
        ([just_asked, sibling, learning(4, 12)], 4),
        ([just_asked, sibling, learning(4, 12), new(5)], 5),
    ):
        assert queue(waiting, NOW, PLENTY, recent)[0].card_id == first
    assert queue([just_asked, sibling, learning(3, 10)], NOW, PLENTY, recent[::-1])[0].card_id == 2


def test_step_over_the_rollover_counts_as_due():
    """A learning card that became due by study day stands among the reviews, and not before its day."""
    assert ids([due(1, stage=Stage.LEARNING), due(2, days=1, stage=Stage.RELEARNING)]) == [1]


def test_siblings_are_kept_apart():
    """Cards of one note do not meet while another can stand between, even if that one would have come first."""
    assert ids([due(1, 1.0, "a"), due(2, 2.0, "a"), due(3, 3.0), due(4, 4.0)]) == [1, 3, 2, 4]
    assert ids([due(1, 1.0), due(2, 2.0, "a"), due(3, 3.0, "a")]) == [2, 1, 3]
    assert ids([due(1, 1.0, "a"), due(2, 2.0, "a")]) == [1, 2]


def test_cards_without_a_note_are_no_siblings():
    """An empty note is no family."""
    assert ids([due(1, 1.0), due(2, 2.0), due(3, 3.0)], recent_notes=[""]) == [1, 2, 3]


def test_siblings_of_what_was_just_asked_wait():
    """A review whose sibling was just asked is not the next one, unless it is the only one left."""
    cards = [due(1, 1.0, "a"), due(2, 2.0, "b"), due(3, 3.0)]
    assert ids(cards, recent_notes=["a", "b"]) == [3, 1, 2]
    assert ids([due(1, 1.0, "a")], recent_notes=["a"]) == [1]
    assert ids([learning(9, -1, "a"), *cards]) == [9, 2, 1, 3]
    assert ids(cards[:2], recent_notes=["a", "b"]) == [2, 1]
    assert ids(cards[:2], recent_notes=["b", "a"]) == [1, 2]


def test_new_siblings_wait_for_the_end():
    """A new card whose sibling comes earlier in the same queue, or was just asked, waits for the end."""
    assert ids([due(1, note="a"), new(2, "a"), new(3, "b"), new(4, "b"), new(5)]) == [1, 3, 5, 2, 4]
    assert ids([new(2, "a"), new(3)], recent_notes=["a"]) == [3, 2]
    assert ids([new(2, "a"), new(3, "b")], recent_notes=["a", "c", "b"]) == [3, 2]
    assert ids([new(2, "a"), new(3, "a"), new(4)], Limits(2, 0)) == [2, 4]


def test_a_step_waits_for_others_after_its_sibling():
    """A learning card whose sibling was just asked lets all others go first, be it one whose step ends a little later;
    with nothing else left it comes, and a card that comes back itself is no sibling.
    """
    step = learning(1, -1, "a")
    assert ids([step, learning(2, 0, "b"), due(3)], recent_notes=["a"]) == [2, 1, 3]
    assert ids([step, due(3)], recent_notes=["", "a"]) == [3, 1]
    assert ids([step, due(3, note="b"), new(4)], recent_notes=["a", "b"]) == [4, 1, 3]
    assert ids([step, learning(2, 15)], recent_notes=["", "", "a"]) == [2, 1]
    assert ids([step], recent_notes=["a"]) == [1]
    assert ids([step, due(3, note="b")], recent_notes=["a", "b"]) == [3, 1]
    assert ids([learning(1, 2, "a"), learning(2, 5, "b")], recent_notes=["a"]) == [2, 1]
    assert [card.card_id for card in queue([step, due(3)], NOW, PLENTY, [Asked(1, "a")])] == [1, 3]


def test_next_card():
    """The next card is the first of the queue; nothing to ask is nothing."""
    assert next_card([new(1), due(2)], NOW, PLENTY).card_id == 2
    assert next_card([due(2, days=1)], NOW, PLENTY) is None
    assert next_card([], NOW, PLENTY) is None


def test_later():
    """The next card comes at a step's moment or on a due day, whichever is first."""
    assert later([due(1, days=8), due(2, days=3)], NOW) == date(2026, 3, 4)
    assert later([due(1, days=8), learning(2, 25), learning(3, 400)], NOW) == NOW.at + timedelta(minutes=25)
    assert later([], NOW) is None


def test_later_across_the_rollover():
    """A step that ends in a later study day, as the rollover hour was moved, comes after what is due that day."""
    moved = learning(1, 60 * 39)
    assert later([moved, due(2, days=1)], NOW) == NOW.day + DAY
    assert later([moved, due(2, days=2)], NOW) == moved.memory.due_at


def test_later_when_the_limit_held_them_back():
    """What only the day's limit held back comes tomorrow, if tomorrow has room for it."""
    assert later([new(1)], NOW) == NOW.day + DAY
    assert later([due(1, days=-2), due(2, days=5)], NOW) == NOW.day + DAY
    assert later([new(1), due(2, days=5)], NOW, Limits(0, 10)) == NOW.day + 5 * DAY
    assert later([new(1)], NOW, Limits(0, 10)) is None
    assert later([due(1, days=-2)], NOW, Limits(10, 0)) is None


notes = st.sampled_from(["", "a", "b", "c", "d"])
cards = st.lists(
    st.one_of(
        st.builds(lambda note: new(0, note), notes),
        st.builds(lambda minutes, note: learning(0, minutes, note), st.integers(-30, 60), notes),
        st.builds(
            lambda stability, note, days: due(0, stability, note, days), st.floats(0.1, 50), notes, st.integers(-3, 2)
        ),
    ),
    max_size=14,
).map(lambda some: [Candidate(place, card.note, (1, place), card.memory) for place, card in enumerate(some)])
limits = st.builds(Limits, st.integers(-1, 6), st.integers(-1, 12))


@given(cards, limits, st.lists(notes, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_queue_is_a_choice(some, most, recent, chance):
    """Every card comes at most once, within the limits, whatever the order in which the cards were handed in."""
    recent = others(recent)
    order = queue(some, NOW, most, recent)
    assert len({card.card_id for card in order}) == len(order)
    assert sum(card.memory is None for card in order) <= max(most.new_left, 0)
    assert sum(card.memory is not None and card.memory.due_day is not None for card in order) <= max(
        most.reviews_left, 0
    )
    shuffled = chance.sample(some, len(some))
    assert queue(shuffled, NOW, most, recent) == order
    assert next_card(some, NOW, most, recent) == (order[0] if order else None)


@given(st.lists(st.tuples(notes, st.floats(0.1, 50)), max_size=10), st.lists(notes, max_size=3))
@settings(max_examples=300, deadline=None)
def test_siblings_meet_only_where_they_must(some, recent):
    """Siblings stand next to each other no more often than the best possible order would have it."""
    reviews = [due(place, stability, note) for place, (note, stability) in enumerate(some)]
    order = queue(reviews, NOW, PLENTY, others(recent))
    meetings = sum(bool(one.note) and one.note == other.note for one, other in pairwise(order))
    families = [card.note for card in reviews if card.note]
    unavoidable = max((2 * families.count(note) - len(reviews) - 1 for note in families), default=0)
    latest = recent[:1]
    first_waits = any(card.note not in latest or not card.note for card in reviews)
    assert meetings <= max(unavoidable, 0) + bool(recent)
    if order and first_waits:
        assert not order[0].note or order[0].note not in latest
    assert sorted(card.card_id for card in order) == list(range(len(reviews)))


@given(st.lists(st.floats(0.1, 500), max_size=30))
@settings(max_examples=50, deadline=None)
def test_reviews_without_siblings_are_in_order(stabilities):
    """Where nobody has siblings, retrievability never falls from one review to the next."""
    order = queue([due(place, each) for place, each in enumerate(stabilities)], NOW, PLENTY)
    chances = [retrievability(card.memory, NOW.day, Policy()) for card in order]
    assert chances == sorted(chances)
    assert len(chances) == len(stabilities)


def test_session_with_siblings():
    """Asking again after every answer, with the note just asked, keeps siblings apart to the end."""
    left = [due(place, random.Random(place).uniform(1, 40), f"note {place % 4}") for place in range(16)]
    asked: list[Candidate] = []
    while left:
        card = next_card(left, NOW, PLENTY, [Asked(card.card_id, card.note) for card in asked[:-4:-1]])
        asked.append(card)
        left.remove(card)
    assert all(one.note != other.note for one, other in pairwise(asked))


def test_new_siblings_have_others_between_them():
    """As people meet a deck of reversed cards, the next five new ones at hand each time: three others at least."""
    left = [new(place, f"note {place // 2}") for place in range(24)]
    asked: list[str] = []
    while left:
        card = next_card(left[:5], NOW, PLENTY, others(asked[: -BETWEEN - 1 : -1]))
        asked.append(card.note)
        left.remove(card)
    assert min(asked[place + 1 :].index(note) for place, note in enumerate(asked) if note in asked[place + 1 :]) == 3
