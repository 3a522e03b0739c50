"""Which card comes next."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from bot.study.hours import Moment
from bot.study.memory import Memory, elapsed_days

# When nothing else is left, a card that is being learned comes so much before its moment.
AHEAD = timedelta(minutes=20)
# So many cards at least stand between siblings, as far as there are others.
BETWEEN = 3


class Candidate(Struct, frozen=True):
    """A card that a learner may be asked.

    Attributes:
        note: cards of the same note are siblings; empty: has none.
        order: deck, and position in it.
        memory: None: never met.
    """

    card_id: int
    note: str
    order: tuple[int, int]
    memory: Memory | None


class Asked(NamedTuple):
    """A card that was asked, and its note."""

    card_id: int
    note: str


class Limits(Struct, frozen=True):
    """How many new cards and reviews are left for a study day; below 0 counts as 0."""

    new_left: int
    reviews_left: int


_USUAL = Limits(new_left=10, reviews_left=200)


def queue(
    candidates: Sequence[Candidate], moment: Moment, limits: Limits, recent: Sequence[Asked] = ()
) -> tuple[Candidate, ...]:
    """The cards in the order in which they would be asked now.

    Learning cards whose moment has come, then due reviews (and learning cards that crossed the rollover), those nearest
    to being forgotten first, then new cards in deck order; only when all that is empty, learning cards due within 20
    minutes. Siblings are kept apart, also from `recent` (those just asked, the latest first), as far as other cards
    allow: where a kind has only siblings of these, another kind goes before it, and where none has any other card, the
    one whose sibling was asked longest ago comes; of a learning card whose moment has not come, itself counts as well.
    """
    notes = [asked.note for asked in recent]
    waiting = [(candidate, candidate.memory) for candidate in candidates if candidate.memory is not None]
    learning = _by_moment(waiting, moment.at)
    reviews = _reviews(waiting, moment)[: max(limits.reviews_left, 0)]
    reviews = _apart(reviews, (learning[-1].note,) if any_free(learning, recent) else notes)
    asked = {candidate.note for candidate in (*learning, *reviews)}
    new = [candidate for candidate in candidates if candidate.memory is None]
    new = _siblings_last(sorted(new, key=attrgetter("order", "card_id")), asked, notes)
    new = new[: max(limits.new_left, 0)]
    soon = _by_moment(waiting, moment.at + AHEAD)[len(learning) :]
    order = [*learning, *reviews, *new] or soon
    first = _first(learning, reviews, new, soon, recent)
    return () if first is None else (first, *(card for card in order if card is not first))


def next_card(
    candidates: Sequence[Candidate], moment: Moment, limits: Limits, recent: Sequence[Asked] = ()
) -> Candidate | None:
    """The first of the queue; None: nothing is to be asked now."""
    return next(iter(queue(candidates, moment, limits, recent)), None)


def any_free(cards: Sequence[Candidate | Asked], recent: Sequence[Asked]) -> bool:
    """Whether one of them has no sibling among those just asked."""
    return any(_sibling_at(card, recent) is None for card in cards)


def _sibling_at(card: Candidate | Asked, recent: Sequence[Asked]) -> int | None:
    """How long ago its latest sibling was asked, from 0; None: it was not. A card that comes back is no sibling."""
    if not card.note:
        return None
    places = (place for place, asked in enumerate(recent) if asked.note == card.note and asked.card_id != card.card_id)
    return next(places, None)


def _note_at(card: Candidate, recent: Sequence[Asked]) -> int | None:
    """How long ago it or a sibling was asked, from 0; None: neither was."""
    places = (
        place
        for place, asked in enumerate(recent)
        if asked.card_id == card.card_id or (card.note and asked.note == card.note)
    )
    return next(places, None)


def _first(
    learning: list[Candidate],
    reviews: list[Candidate],
    new: list[Candidate],
    soon: list[Candidate],
    recent: Sequence[Asked],
) -> Candidate | None:
    """What is asked next: of the first kind that has a card without a sibling among those just asked, if any has."""
    if any_free(learning, recent) or not any_free(reviews, recent):
        left = [(_sibling_at(card, recent), card) for card in (*learning, *reviews, *new)]
        # Its own step has not ended: asked early, it is a repetition as its sibling would be.
        left += [(_note_at(card, recent), card) for card in soon]
        free = (card for at, card in left if at is None)
        return next(free, None) or max(left, key=lambda each: each[0] or 0, default=(None, None))[1]
    # They stand in such an order that as few siblings as can be meet later on.
    return reviews[0]


def later(candidates: Sequence[Candidate], moment: Moment, tomorrow: Limits = _USUAL) -> datetime | date | None:
    """When the next card comes, if the queue is empty now: a learning card's moment (UTC) or a study day.

    What only the limits held back today comes on the next study day, if `tomorrow` has room. None: nothing comes.
    """
    memories = [candidate.memory for candidate in candidates if candidate.memory is not None]
    next_day = moment.day + timedelta(days=1)
    days = [max(memory.due_day, next_day) for memory in memories if memory.due_day and tomorrow.reviews_left > 0]
    if len(memories) < len(candidates) and tomorrow.new_left > 0:
        days.append(next_day)
    moments = [memory.due_at for memory in memories if memory.due_at]
    if days and moments:
        # A day that the learner's clock has not changed yet begins whole days after the present one ends.
        begins_at = moment.day_ends_at + (min(days) - next_day)
        return min(moments) if min(moments) < begins_at else min(days)
    return min(moments) if moments else min(days, default=None)


def _by_moment(waiting: Sequence[tuple[Candidate, Memory]], until: datetime) -> list[Candidate]:
    due = [
        (memory.due_at, candidate.card_id, candidate)
        for candidate, memory in waiting
        if memory.due_at is not None and memory.due_at <= until
    ]
    return [candidate for _, _, candidate in sorted(due, key=lambda entry: entry[:2])]


def _reviews(waiting: Sequence[tuple[Candidate, Memory]], moment: Moment) -> list[Candidate]:
    # Retrievability falls with elapsed days ÷ stability alone, so this order is the order of retrievability.
    due = [
        (-elapsed_days(memory, moment.day) / memory.stability, candidate.order, candidate.card_id, candidate)
        for candidate, memory in waiting
        if memory.due_day is not None and memory.due_day <= moment.day
    ]
    return [entry[-1] for entry in sorted(due, key=lambda entry: entry[:-1])]


def _siblings_last(cards: Sequence[Candidate], asked: set[str], recent: Sequence[str]) -> list[Candidate]:
    """The cards in their order, but the siblings of one asked before at the end, of the latest behind all others."""
    first: list[Candidate] = []
    last: list[Candidate] = []
    seen = asked | set(recent)
    for card in cards:
        (last if card.note and card.note in seen else first).append(card)
        seen.add(card.note)
    last.sort(key=lambda card: -recent.index(card.note) if card.note in recent else -len(recent))
    return first + last


def _apart(cards: Sequence[Candidate], before: Sequence[str]) -> list[Candidate]:
    """The cards in their order, siblings moved apart while another can stand between; none of `before` comes first, of
    its first ones as many as can be.
    """
    left = list(cards)
    notes = [card.note for card in cards if card.note]
    if not notes:
        return left
    families = Counter(notes)
    largest = max(families.values(), default=0)
    if largest < 2 and families.keys().isdisjoint(before):
        # No siblings among them.
        return left
    apart: list[Candidate] = []
    while left:
        # A family that makes up more than half of what is left has to come now, or two of it would meet at the end.
        crowded = (note for note in families if 2 * families[note] > len(left)) if 2 * largest > len(left) else ()
        must = next((note for note in crowded if note not in before[:1]), None)
        card = left.pop(_next_place(left, must, before))
        if card.note:
            families[card.note] -= 1
        before = (card.note,)
        apart.append(card)
    return apart


def _next_place(left: Sequence[Candidate], must: str | None, before: Sequence[str]) -> int:
    """The place of the first card that may come now; 0 if only siblings of the one before are left."""
    if must:
        return next(place for place, card in enumerate(left) if card.note == must)
    for count in range(len(before), 0, -1):
        held = before[:count]
        for place, card in enumerate(left):
            if not card.note or card.note not in held:
                return place
    return 0
