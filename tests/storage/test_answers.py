"""What members did in a group's turns, as it lies in the database."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import answers, chats, migrations, present, sqlite, turns
from bot.storage.answers import Given
from bot.study.memory import Grade

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BUSY, CALM = -1, -2
MEMBERS = tuple(range(1, 31))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two groups, thirty people, one card."""
    db = sqlite.writer(tmp_path / "deckhand.db")
    migrations.create(db, migrations.schema(), migrations.VERSION)
    for chat_id in (BUSY, CALM, *MEMBERS):
        chats.ensure(db, chat_id, "group" if chat_id < 0 else "private")
    db.execute("insert into decks (deck_id, file, slug, name, digest) values (1, 'a', 'a', 'a', '')")
    db.execute(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "values (1, 1, 1, 'question', '', '', '[]', '[]', '[]')"
    )
    yield db
    db.close()


def _turn(db: sqlite3.Connection, chat_id: int, *lookers: int) -> int:
    """A turn at which these members looked, each in a message of their own."""
    before = turns.open_in(db, chat_id)
    if before is not None:
        turns.close(db, before.turn_id, "closed", NOW)
    turn_id = turns.begin(db, chat_id=chat_id, card_id=1, at=NOW).turn_id
    for learner_id in lookers:
        answers.look(db, turn_id, learner_id, NOW)
        answers.shown_in(db, turn_id, learner_id, 100 + learner_id)
    return turn_id


def test_a_busy_group_holds_up_no_other(db: sqlite3.Connection) -> None:
    """Of what members still see of turns that are over each group has its share, and the latest turn is left alone."""
    first = _turn(db, BUSY, *MEMBERS)
    old = _turn(db, CALM, 7)
    assert answers.left(db, 5) == []
    for chat_id in (BUSY, CALM):
        _turn(db, chat_id, 3)
    found = [(each.turn_id, each.learner_id, each.ephemeral_id) for each in answers.left(db, 5)]
    assert found == [*((first, learner, 100 + learner) for learner in range(1, 6)), (old, 7, 107)]


def test_what_was_opened_before_looking_gives_way_to_the_end(db: sqlite3.Connection) -> None:
    """As soon as the turn is closed, for who alone sees it; what took its place meanwhile is not forgotten by that."""
    turn_id = _turn(db, CALM, 7)
    for learner_id in (7, 8):
        present.note(db, turn_id, learner_id)
        present.shown_in(db, turn_id, 8, 208)
    assert answers.left(db, 5) == []
    turns.close(db, turn_id, "closed", NOW)
    (left,) = answers.left(db, 5)
    assert (left.turn_id, left.learner_id, left.ephemeral_id, left.followed_at) == (turn_id, 8, 208, NOW)
    present.shown_in(db, turn_id, 8, 209)
    answers.taken_away(db, left)
    (left,) = answers.left(db, 5)
    answers.taken_away(db, left)
    assert answers.left(db, 5) == []
    present.leave(db, BUSY, 8)
    assert present.is_there(db, turn_id, 8)
    present.leave(db, CALM, 8)
    assert not present.is_there(db, turn_id, 8)


def test_a_tally_counts_what_came_in_time(db: sqlite3.Connection) -> None:
    """Grades after the end are their members' own; one that is taken back counts only if it came in time."""
    turn_id = _turn(db, CALM, 1, 2, 3, 4)
    answers.give(db, turn_id, 1, Grade.GOOD, NOW)
    answers.give(db, turn_id, 2, Grade.AGAIN, NOW)
    answers.give(db, turn_id, 3, Grade.EASY, NOW)
    answers.take_back(db, turn_id, 3)
    assert answers.given(db, turn_id) == Given(looked=4, graded=2, knew=1)
    turns.close(db, turn_id, "closed", NOW)
    answers.give(db, turn_id, 4, Grade.GOOD, NOW + timedelta(seconds=1))
    answers.take_back(db, turn_id, 1)
    assert answers.given(db, turn_id) == Given(looked=4, graded=2, knew=1)
    assert answers.graded(db, turn_id) == {1, 2, 4}
