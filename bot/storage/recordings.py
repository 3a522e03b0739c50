"""Recordings that were sent with a turn and go with it. The key lets each be sent once for a side and a turn."""

from collections.abc import Iterable
from sqlite3 import Connection

from msgspec import Struct


class Recording(Struct, frozen=True):
    """One of a turn's side; `message_id` None: a call may be under way, or it never arrived."""

    turn_id: int
    side: str
    place: int
    chat_id: int
    message_id: int | None


def standing(db: Connection) -> list[tuple[int, int, bool]]:
    """Chat and turn of all that was sent and not taken away, and whether the turn is closed."""
    rows = db.execute(
        "select distinct t.chat_id, t.turn_id, t.closed_at is not null as over "
        "from recordings r join turns t on t.turn_id = r.turn_id"
    ).fetchall()
    return [(row["chat_id"], row["turn_id"], bool(row["over"])) for row in rows]


def of_turns(db: Connection, turn_ids: Iterable[int]) -> list[Recording]:
    """All of these turns, in order."""
    return [
        Recording(row["turn_id"], row["side"], row["place"], row["chat_id"], row["message_id"])
        for turn_id in sorted(turn_ids)
        for row in db.execute(
            "select * from recordings where turn_id = :turn_id order by side desc, place", {"turn_id": turn_id}
        ).fetchall()
    ]


def claim(db: Connection, turn_id: int, side: str, place: int, chat_id: int) -> bool:
    """Whether this call may send it: nobody did before."""
    row = db.execute(
        "insert into recordings (turn_id, side, place, chat_id) values (:turn_id, :side, :place, :chat_id) "
        "on conflict do nothing returning turn_id",
        {"turn_id": turn_id, "side": side, "place": place, "chat_id": chat_id},
    ).fetchone()
    return row is not None


def stands_in(db: Connection, turn_id: int, side: str, place: int, chat_id: int, message_id: int) -> None:
    """It was sent, in this message."""
    db.execute(
        "update recordings set chat_id = :chat_id, message_id = :message_id "
        "where turn_id = :turn_id and side = :side and place = :place",
        {"turn_id": turn_id, "side": side, "place": place, "chat_id": chat_id, "message_id": message_id},
    )


def give_back(db: Connection, turn_id: int, side: str, place: int) -> None:
    """It surely was not sent, and may be another time."""
    db.execute(
        "delete from recordings where turn_id = :turn_id and side = :side and place = :place and message_id is null",
        {"turn_id": turn_id, "side": side, "place": place},
    )


def remove(db: Connection, turn_ids: Iterable[int]) -> None:
    """They were taken away."""
    for turn_id in sorted(turn_ids):
        db.execute("delete from recordings where turn_id = :turn_id", {"turn_id": turn_id})
