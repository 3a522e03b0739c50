"""What the log says of a memory that was set by hand, and of grades that were given elsewhere."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.storage import migrations, reviews, sqlite
from bot.study.fuzz import fuzz_of
from bot.study.hours import Moment
from bot.study.intervals import answers
from bot.study.memory import Grade, Memory, Policy, Stage
from bot.tutor import checking

ANNA, CARD = 2**40, 1
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
MOMENT = Moment(AT, AT.date(), AT + timedelta(hours=16))
KNOWN = Memory(Stage.REVIEW, 12.5, 4.25, None, 12, None, AT.date() + timedelta(days=12), AT, AT.date(), 7, 1)


@pytest.fixture
def db(tmp_path) -> Iterator[sqlite3.Connection]:
    """A deck of one card, and Anna."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as connection:
        migrations.create(connection, migrations.schema(), migrations.VERSION)
        connection.row_factory = sqlite3.Row
        connection.execute(f"insert into chats (chat_id, kind) values ({ANNA}, 'private')")
        connection.execute("insert into decks (deck_id, file, slug, name, digest) values (1, 'a', 'a', 'A', '')")
        connection.execute(
            "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
            f"values ({CARD}, 1, 0, 'question', '', '', '[]', '[]', '[]')"
        )
        yield connection


def grades(db: sqlite3.Connection, card_id: int = CARD) -> int:
    """Anna grades the card as new; the id of that entry."""
    policy = Policy()
    before = reviews.memory(db, ANNA, card_id)
    after = answers(before, MOMENT, policy, fuzz_of(card_id, before.reviews if before else 0))[Grade.GOOD].memory
    reviews.set_memory(db, ANNA, card_id, after)
    return reviews.add(
        db,
        learner_id=ANNA,
        card_id=card_id,
        turn_id=None,
        moment=MOMENT,
        kind="learn",
        grade=Grade.GOOD,
        before=before,
        after=after,
        taken_ms=None,
        policy=reviews.policy_id(db, policy),
    )


@pytest.mark.parametrize("value", [KNOWN, None], ids=["known", "new"])
def test_a_memory_set_by_hand_agrees_with_the_log(db, value) -> None:
    """The replay finds it, before and after further grades, and what was graded before can be taken back no more."""
    first = grades(db)
    assert reviews.can_be_undone(db, first)
    reviews.set_by_hand(db, ANNA, CARD, MOMENT, value)
    assert reviews.memory(db, ANNA, CARD) == value
    assert checking.verify(db).differ == ()
    assert reviews.last_standing(db, ANNA) is None
    assert reviews.stands(db, first)
    assert not reviews.can_be_undone(db, first)
    second = grades(db)
    last = reviews.last_standing(db, ANNA)
    assert last is not None
    assert last.review_id == second
    assert checking.verify(db).differ == ()
    assert reviews.undo(db, last, MOMENT)
    reviews.set_memory(db, ANNA, CARD, last.before)
    assert reviews.memory(db, ANNA, CARD) == value
    assert checking.verify(db).differ == ()


def test_what_was_set_by_hand_is_no_grade(db) -> None:
    """It counts neither in a day's limits nor in the figures."""
    reviews.set_by_hand(db, ANNA, CARD, MOMENT, KNOWN)
    assert reviews.done_on(db, ANNA, MOMENT.day) == reviews.Done(0, 0)
    assert reviews.by_day(db, ANNA, MOMENT.day) == {}
    assert reviews.days(db, ANNA) == frozenset()
