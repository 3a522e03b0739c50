"""Turns in a row."""

from datetime import datetime
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.columns import from_ms, maybe_from_ms, maybe_ms, to_ms


class Session(Struct, frozen=True):
    """Turns in a row. `deck_id` narrows it to one deck, `tree` to those of that name and below it, `cap` to so many
    different cards.

    `round_id`: over what its person missed in that round of a group.
    """

    session_id: int
    chat_id: int
    reason: str
    deck_id: int | None
    planned: int
    cap: int | None
    began_at: datetime
    ended_at: datetime | None
    round_id: int | None
    tree: str = ""

    @property
    def narrowed(self) -> int | str | None:
        """As `bot.storage.waiting.Narrow`."""
        return self.tree or self.deck_id

    @classmethod
    def from_row(cls, row: Row) -> "Session":
        return cls(
            session_id=row["session_id"],
            chat_id=row["chat_id"],
            reason=row["reason"],
            deck_id=row["deck_id"],
            planned=row["planned"],
            cap=row["cap"],
            began_at=from_ms(row["began_at"]),
            ended_at=maybe_from_ms(row["ended_at"]),
            round_id=row["round_id"],
            tree=row["tree"],
        )


def begin(
    db: Connection,
    chat_id: int,
    reason: str,
    deck_id: int | None,
    planned: int,
    cap: int | None,
    at: datetime,
    round_id: int | None = None,
    tree: str = "",
) -> Session:
    row = db.execute(
        "insert into sessions (chat_id, reason, deck_id, planned, cap, began_at, round_id, tree) "
        "values (:chat_id, :reason, :deck_id, :planned, :cap, :at, :round_id, :tree) returning session_id",
        {
            "chat_id": chat_id,
            "reason": reason,
            "deck_id": deck_id,
            "planned": planned,
            "cap": cap,
            "at": to_ms(at),
            "round_id": round_id,
            "tree": tree,
        },
    ).fetchone()
    return Session(row["session_id"], chat_id, reason, deck_id, planned, cap, at, None, round_id, tree)


def get(db: Connection, session_id: int) -> Session:
    row = db.execute("select * from sessions where session_id = :id", {"id": session_id}).fetchone()
    return Session.from_row(row)


def end(db: Connection, session_id: int, at: datetime | None) -> None:
    """Mark the end, or (None) that it goes on after an undo."""
    db.execute("update sessions set ended_at = :at where session_id = :id", {"at": maybe_ms(at), "id": session_id})


def cards(db: Connection, session_id: int) -> frozenset[int]:
    """The different cards that were put in a session, but for those that gave way to another one unanswered."""
    rows = db.execute(
        "select distinct card_id from turns where session_id = :id and ended is not 'superseded'", {"id": session_id}
    ).fetchall()
    return frozenset(row["card_id"] for row in rows)
