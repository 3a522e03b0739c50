"""Cards that learners say are wrong, once a card and person."""

from datetime import datetime
from sqlite3 import Connection

from bot.storage.columns import to_ms


def add(db: Connection, card_id: int, learner_id: int, at: datetime) -> bool:
    """Whether this learner had not said so before."""
    row = db.execute(
        "insert into complaints (card_id, learner_id, at) values (:card_id, :learner_id, :at) "
        "on conflict (card_id, learner_id) do nothing returning card_id",
        {"card_id": card_id, "learner_id": learner_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def said(db: Connection, card_id: int, learner_id: int) -> bool:
    """Whether this learner has said so, settled or not."""
    row = db.execute(
        "select 1 from complaints where card_id = :card_id and learner_id = :learner_id",
        {"card_id": card_id, "learner_id": learner_id},
    ).fetchone()
    return row is not None


def is_open(db: Connection, card_id: int) -> bool:
    """Whether somebody waits for the card to be mended, or found to be right."""
    row = db.execute(
        "select 1 from complaints where card_id = :card_id and settled_at is null", {"card_id": card_id}
    ).fetchone()
    return row is not None


def settle(db: Connection, card_id: int, at: datetime) -> tuple[int, ...]:
    """It was mended, or found to be right; those who waited for that."""
    rows = db.execute(
        "update complaints set settled_at = :at where card_id = :card_id and settled_at is null returning learner_id",
        {"card_id": card_id, "at": to_ms(at)},
    ).fetchall()
    return tuple(sorted(row["learner_id"] for row in rows))
