"""What comes first and how much there is, found at once, is what is gathered, and counted, one after the other."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.decks.delimited import parse
from bot.storage import cards, chats, migrations, reviews, sqlite
from bot.study.memory import Memory, Stage
from bot.study.queue import Limits, queue
from bot.tutor import Desk, in_line, library
from bot.tutor.library import Found

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA = 7
CARDS = 24


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna has a deck of 24 cards and has met none of them."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        desk = Desk(db, NOW, "UTC")
        deck = parse("".join(f"What is {number}?;It is {number}\n" for number in range(CARDS)).encode(), "deck.txt")
        found = Found(deck, "digest")
        (deck_id,) = library.claim(desk, [found], frozenset({"deck.txt"}))
        library.keep(desk, deck_id, found, library.compare(library.known(desk, deck_id), deck.cards))
        chats.ensure(db, ANNA, "private")
        chats.subscribe(db, ANNA, deck_id, NOW)
        yield desk


@pytest.mark.parametrize("due", [0, 1, 4, 5, 6, 12])
@pytest.mark.parametrize("steps", [(), (-5, 10), (-5, 10, 40)])
@pytest.mark.parametrize("limits", [Limits(10, 200), Limits(0, 200), Limits(3, 2), Limits(200, 0), Limits(0, 0)])
def test_both_at_once_are_the_same(desk: Desk, due: int, steps: tuple[int, ...], limits: Limits) -> None:
    """The same two cards come first, and as many are to be asked today."""
    ids = [cards.nth(desk.db, 1, place) for place in range(due + len(steps))]
    for place, card in enumerate(ids):
        assert card is not None
        last_at = NOW - timedelta(days=10 + place)
        memory = Memory(Stage.REVIEW, 9.0, 5.0, None, 9, None, NOW.date(), last_at, last_at.date(), 3, 0)
        if place >= due:
            due_at = NOW + timedelta(minutes=steps[place - due])
            memory = Memory(Stage.LEARNING, 1.0, 5.0, 0, 0, due_at, None, last_at, last_at.date(), 1, 0)
        reviews.set_memory(desk.db, ANNA, card.card_id, memory)
    learner = desk.learner(ANNA)
    first, count = in_line.first_and_count(desk, learner, limits)
    gathered = in_line.gather(desk, learner, None, limits)
    in_order = [queue(cards, learner.moment, limits)[:2] for cards in (first, gathered)]
    assert in_order[0] == in_order[1]
    assert count == in_line.count_now(desk, learner, None, limits)
    assert count == min(due, limits.reviews_left) + sum(step <= 20 for step in steps) + min(
        CARDS - due - len(steps), limits.new_left
    )
