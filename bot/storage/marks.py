"""Small facts of the whole database: updates handled, pictures that Telegram has, named marks."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from bot.storage.columns import to_ms

# Telegram keeps what it could not deliver for 24 hours at most, so an update is repeated within that.
_KEPT = timedelta(days=3)


def first_time(db: Connection, update_id: int, at: datetime) -> bool:
    """Whether this update was not handled before; from now on it was."""
    db.execute("delete from handled where at < :old", {"old": to_ms(at - _KEPT)})
    row = db.execute(
        "insert into handled (update_id, at) values (:id, :at) on conflict (update_id) do nothing returning update_id",
        {"id": update_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def was_handled(db: Connection, update_id: int) -> bool:
    row = db.execute("select 1 from handled where update_id = :id", {"id": update_id}).fetchone()
    return row is not None


def file_id(db: Connection, picture: str) -> str | None:
    """Telegram's name for a picture it has, if it has it."""
    row = db.execute("select file_id from pictures where picture = :picture", {"picture": picture}).fetchone()
    return None if row is None else str(row["file_id"])


def keep_file_id(db: Connection, picture: str, file_id: str | None) -> None:
    """Remember it, or (None) that it no longer works."""
    db.execute("delete from pictures where picture = :picture", {"picture": picture})
    if file_id is not None:
        db.execute(
            "insert into pictures (picture, file_id) values (:picture, :id)", {"picture": picture, "id": file_id}
        )


def get(db: Connection, name: str) -> str | None:
    row = db.execute("select value from marks where name = :name", {"name": name}).fetchone()
    return None if row is None else str(row["value"])


def put(db: Connection, name: str, value: str) -> None:
    db.execute(
        "insert into marks (name, value) values (:name, :value) on conflict (name) do update set value = :value",
        {"name": name, "value": value},
    )


def drop(db: Connection, name: str) -> None:
    db.execute("delete from marks where name = :name", {"name": name})
