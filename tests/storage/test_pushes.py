"""A slot is one row for a chat, a study day and an hour, whoever claims it and how often."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot.storage import chats, migrations, pushes, sqlite, turns
from bot.storage.pushes import Push
from bot.storage.turns import Message
from bot.tutor import Desk, pushing

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY, HOUR = date(2026, 3, 2), time(9)
ANNA, BEN = 1, 2


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Two private chats on a fresh database."""
    db = sqlite.writer(tmp_path / "deckhand.db")
    migrations.create(db, migrations.schema(), migrations.VERSION)
    for chat_id in (ANNA, BEN):
        chats.ensure(db, chat_id, "private")
    yield db
    db.close()


def slot(chat_id: int = ANNA, day: date = DAY, hour: time = HOUR, state: str = "claimed", at: datetime = NOW) -> Push:
    """A slot that nobody has claimed yet."""
    return Push(chat_id, day, hour, at, state, None, {})


def test_the_first_claim_of_a_slot_wins(db: sqlite3.Connection) -> None:
    """A second claim of the same slot is told no and leaves the first as it was, also years later."""
    assert pushes.claim(db, slot())
    assert not pushes.claim(db, slot(state="nothing", at=NOW.replace(year=2028)))
    kept = pushes.find(db, ANNA, DAY, HOUR)
    assert kept is not None
    assert (kept.state, kept.claimed_at) == ("claimed", NOW)


@pytest.mark.parametrize(
    ("chat_id", "day", "hour"), [(BEN, DAY, HOUR), (ANNA, date(2026, 3, 3), HOUR), (ANNA, DAY, time(20))]
)
def test_another_chat_day_or_hour_is_another_slot(db: sqlite3.Connection, chat_id: int, day: date, hour: time) -> None:
    """A claim concerns its own slot alone."""
    assert pushes.claim(db, slot())
    assert pushes.claim(db, slot(chat_id, day, hour))


def test_a_snoozed_push_uses_up_no_hour_of_the_day(db: sqlite3.Connection) -> None:
    """What was put off is claimed like any slot and does not count among the hours that are done."""
    assert pushes.claim(db, slot(hour=time(10)), extra=True)
    assert pushes.claim(db, slot())
    assert pushes.lately(db, ANNA, DAY).done == {(DAY, HOUR)}


def test_what_came_of_several_is_written_down_at_once(db: sqlite3.Connection) -> None:
    """Each stands where it stands, and its slot is what became of it; one that was over before stays as it was."""
    db.execute("insert into decks (deck_id, file, slug, name, digest) values (1, 'a.txt', 'a', 'A', '')")
    db.execute("insert into cards values (1, 1, 0, 'question', '', '', '[]', '[]', '[]', null, '', null, 0, null)")
    states = ["sending", "sending", "following", "following", "covered"]
    for chat_id, state in enumerate(states, 1):
        chats.ensure(db, chat_id, "private")
        turn = turns.begin(db, chat_id=chat_id, card_id=1, learner_id=chat_id, at=NOW)
        assert turn.turn_id == chat_id
        assert pushes.claim(db, replace(slot(chat_id, state=state), turn_id=chat_id))
    came = [pushing.sent(1, Message(71, "text")), pushing.failed(2), pushing.unsure(3), pushing.failed(4)]
    pushing.end(Desk(db, NOW, "UTC"), [*came, pushing.sent(5, Message(75, "photo"))])
    found = [pushes.of_turn(db, turn_id) for turn_id in range(1, 6)]
    assert [each and each.state for each in found] == ["sent", "claimed", "sent", "unsure", "covered"]
    stand = [turns.get(db, turn_id) for turn_id in range(1, 6)]
    assert [(turn.message_id, turn.media) for turn in stand] == [
        (71, "text"),
        *[(None, None)] * 3,
        (75, "photo"),
    ]
