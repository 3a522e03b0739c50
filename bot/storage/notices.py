"""Who is still to be told that a card is said to be wrong, or that it was mended."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict


class Notice(Struct, frozen=True):
    """One thing that one person is to be told of a card: that it is `wrong`, or was `mended`."""

    card_id: int
    chat_id: int
    kind: str


# In place of who is told, while there is nobody.
NOBODY = 0
_THIS = "where card_id = :card_id and chat_id = :chat_id and kind = :kind"


def add(db: Connection, notices: Iterable[Notice]) -> None:
    """They are to be told; what waits to be told already is told once."""
    db.executemany(
        "insert into notices (card_id, chat_id, kind) values (:card_id, :chat_id, :kind) on conflict do nothing",
        [asdict(notice) for notice in notices],
    )


def keep(db: Connection, card_id: int, kind: str) -> None:
    """It is to be told, and there is nobody yet to tell it to."""
    add(db, [Notice(card_id, NOBODY, kind)])


def tell_kept(db: Connection, people: Iterable[int]) -> None:
    """What was kept while there was nobody is to be told to these, if they are anybody."""
    if not (told := sorted(people)):
        return
    rows = db.execute(
        "delete from notices where chat_id = :nobody returning card_id, kind", {"nobody": NOBODY}
    ).fetchall()
    add(db, [Notice(row["card_id"], chat_id, row["kind"]) for row in rows for chat_id in told])


def waiting(db: Connection) -> tuple[Notice, ...]:
    """Those of which no call is under way, and somebody is to be told."""
    rows = db.execute(
        "select card_id, chat_id, kind from notices "
        "where state in ('waiting', 'unsure') and chat_id <> :nobody order by rowid",
        {"nobody": NOBODY},
    ).fetchall()
    return tuple(Notice(row["card_id"], row["chat_id"], row["kind"]) for row in rows)


def begins(db: Connection, notice: Notice) -> bool | None:
    """A call is under way from now on. Whether it follows another that may have arrived; None: it is not to be made."""
    row = db.execute(
        "update notices set state = case state when 'waiting' then 'sending' else 'following' end "  # noqa: S608
        f"{_THIS} and state in ('waiting', 'unsure') returning state",
        asdict(notice),
    ).fetchone()
    return None if row is None else row["state"] == "following"


def not_told(db: Connection, notice: Notice) -> None:
    """The call surely did nothing: it is to be made again."""
    db.execute(
        f"update notices set state = case state when 'sending' then 'waiting' else 'unsure' end {_THIS}",  # noqa: S608
        asdict(notice),
    )


def unsure(db: Connection, notice: Notice) -> None:
    """It is open whether the call did anything: one more follows, and none after that."""
    _left_open(db, _THIS, asdict(notice))


def after_a_crash(db: Connection) -> None:
    """The same of every call that was under way."""
    _left_open(db, "where true", {})


def _left_open(db: Connection, which: str, values: dict[str, Any]) -> None:
    db.execute(f"delete from notices {which} and state = 'following'", values)  # noqa: S608
    db.execute(f"update notices set state = 'unsure' {which} and state = 'sending'", values)  # noqa: S608


def told(db: Connection, notice: Notice) -> None:
    """Nothing is left to be told of it."""
    db.execute(f"delete from notices {_THIS}", asdict(notice))  # noqa: S608
