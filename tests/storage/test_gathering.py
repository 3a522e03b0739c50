"""Which card a group gets: what is due for most of those who take part, else what is new for most."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import chats, gathering, migrations, reviews, sqlite, turns
from bot.study.memory import Memory, Stage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
GROUP, OTHER = -1, -2
ANNA, BEN, CLEO = MEMBERS = (1, 2, 3)
ALL = frozenset(MEMBERS)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Three members, two groups, and a deck of cards 1 to 4 that the first group studies; another has card 9."""
    db = sqlite.writer(tmp_path / "deckhand.db")
    migrations.create(db, migrations.schema(), migrations.VERSION)
    for chat_id in (GROUP, OTHER, *MEMBERS):
        chats.ensure(db, chat_id, "group" if chat_id < 0 else "private")
    for deck_id, name in ((1, "Beta"), (2, "Alpha")):
        db.execute(
            "insert into decks (deck_id, file, slug, name, digest) values (?, ?, ?, ?, '')", (deck_id, name, name, name)
        )
    for card_id in (1, 2, 3, 4):
        _card(db, card_id, 1)
    _card(db, 9, 2)
    chats.subscribe(db, GROUP, 1, NOW)
    yield db
    db.close()


def _card(db: sqlite3.Connection, card_id: int, deck_id: int, kind: str = "question") -> None:
    db.execute(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "values (?, ?, ?, ?, '', '', '[]', '[]', '[]')",
        (card_id, deck_id, card_id, kind),
    )


def _met(db: sqlite3.Connection, card_id: int, *members: int, due: date | datetime) -> None:
    below_a_day = isinstance(due, datetime)
    for member in members:
        memory = Memory(
            stage=Stage.LEARNING if below_a_day else Stage.REVIEW,
            stability=3.0,
            difficulty=5.0,
            step=0 if below_a_day else None,
            interval_days=0,
            due_at=due if isinstance(due, datetime) else None,
            due_day=None if isinstance(due, datetime) else due,
            last_at=NOW,
            last_day=TODAY,
            reviews=1,
            lapses=0,
        )
        reviews.set_memory(db, member, card_id, memory)


def _put(db: sqlite3.Connection, chat_id: int, *cards: int) -> None:
    for card_id in cards:
        turn = turns.begin(db, chat_id=chat_id, card_id=card_id, at=NOW - timedelta(days=1))
        turns.close(db, turn.turn_id, "closed", NOW - timedelta(days=1))


def _wanted(
    db: sqlite3.Connection,
    members: frozenset[int] = ALL,
    put: frozenset[int] = frozenset(),
    deck_id: int | None = None,
    chat_id: int = GROUP,
) -> int | None:
    return gathering.most_wanted(
        db, chat_id, members, TODAY, NOW, put, frozenset({1, 2} if deck_id is None else {deck_id})
    )


def test_new_cards_come_in_deck_order(db: sqlite3.Connection) -> None:
    """With nothing met by anybody the decks are gone through from the first card on, by the decks' names."""
    assert _wanted(db) == 1
    assert _wanted(db, frozenset()) == 1
    assert _wanted(db, put=frozenset({1, 2})) == 3
    chats.subscribe(db, GROUP, 2, NOW)
    assert _wanted(db) == 9
    assert _wanted(db, deck_id=1) == 1


def test_what_is_due_for_most_comes_first(db: sqlite3.Connection) -> None:
    """A card due for two goes before one due for one, and both before new ones; a passed learning step is due."""
    _met(db, 2, ANNA, due=TODAY)
    _met(db, 3, ANNA, due=TODAY - timedelta(days=9))
    _met(db, 3, BEN, due=NOW)
    assert _wanted(db) == 3
    assert _wanted(db, put=frozenset({3})) == 2
    assert _wanted(db, put=frozenset({2, 3})) == 1


def test_what_is_not_due_is_not_new_either(db: sqlite3.Connection) -> None:
    """A card that most have met and that is not due comes after one that is new for most."""
    _met(db, 1, ANNA, BEN, due=TODAY + timedelta(days=1))
    _met(db, 2, CLEO, due=NOW + timedelta(minutes=1))
    _met(db, 3, *MEMBERS, due=TODAY + timedelta(days=3))
    assert [_wanted(db, put=frozenset(put)) for put in ((), (4,), (4, 2), (4, 2, 1), (1, 2, 3, 4))] == [
        4,
        2,
        1,
        3,
        None,
    ]


def test_only_those_who_take_part_count(db: sqlite3.Connection) -> None:
    """What is due for somebody else does not matter."""
    _met(db, 4, CLEO, due=TODAY)
    assert _wanted(db, frozenset({ANNA, BEN})) == 1
    assert _wanted(db, frozenset({ANNA, CLEO})) == 4


def test_among_equals_what_was_put_longest_ago(db: sqlite3.Connection) -> None:
    """A card that nobody answered does not come every day: those never put here go before it, then the oldest."""
    _put(db, GROUP, 2, 1)
    _put(db, OTHER, 3)
    assert _wanted(db) == 3
    _put(db, GROUP, 3, 4)
    assert _wanted(db) == 2


@pytest.mark.parametrize("kind", ["statement", "waiting"])
def test_only_questions_are_put(db: sqlite3.Connection, kind: str) -> None:
    """Neither a statement nor a card without an answer is put to a group."""
    db.execute("update cards set kind = ? where card_id < 4", (kind,))
    assert _wanted(db) == 4


def test_what_is_not_there_is_not_put(db: sqlite3.Connection) -> None:
    """Neither a card nor a deck that was taken out or left is put, nor one of a deck that the group never had."""
    db.execute("update cards set archived_at = 1 where card_id = 1")
    assert _wanted(db) == 2
    assert _wanted(db, deck_id=2) is None
    assert _wanted(db, chat_id=OTHER) is None
    db.execute("update decks set archived_at = 1 where deck_id = 1")
    assert _wanted(db) is None
    db.execute("update decks set archived_at = null where deck_id = 1")
    chats.leave(db, GROUP, 1, NOW)
    assert _wanted(db) is None
