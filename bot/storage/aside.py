"""Cards that a learner wants not to be asked: suspended until taken back, or resting through a study day."""

from datetime import date, datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.storage.columns import to_day, to_ms


class Aside(Struct, frozen=True):
    """Whether a learner put a card aside, and whether it rests today only."""

    suspended: bool = False
    buried: bool = False


def find(db: Connection, learner_id: int, card_id: int, today: date) -> Aside:
    row = db.execute(
        "select suspended_at, buried_day from aside where learner_id = :learner_id and card_id = :card_id",
        {"learner_id": learner_id, "card_id": card_id},
    ).fetchone()
    if row is None:
        return Aside()
    return Aside(row["suspended_at"] is not None, row["buried_day"] is not None and row["buried_day"] >= to_day(today))


def suspend(db: Connection, learner_id: int, card_id: int, at: datetime) -> None:
    """It is not asked until it is taken up again."""
    db.execute(
        "insert into aside (learner_id, card_id, suspended_at) values (:learner_id, :card_id, :at) "
        "on conflict (learner_id, card_id) do update set suspended_at = coalesce(suspended_at, excluded.suspended_at)",
        {"learner_id": learner_id, "card_id": card_id, "at": to_ms(at)},
    )


def bury(db: Connection, learner_id: int, card_id: int, day: date) -> None:
    """It is not asked any more on this study day."""
    db.execute(
        "insert into aside (learner_id, card_id, buried_day) values (:learner_id, :card_id, :day) "
        "on conflict (learner_id, card_id) do update set buried_day = excluded.buried_day",
        {"learner_id": learner_id, "card_id": card_id, "day": to_day(day)},
    )


def take_up(db: Connection, learner_id: int, card_id: int) -> None:
    """It is asked again, as soon as it is due."""
    db.execute(
        "delete from aside where learner_id = :learner_id and card_id = :card_id",
        {"learner_id": learner_id, "card_id": card_id},
    )
