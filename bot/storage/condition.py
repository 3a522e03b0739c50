"""What the database as a whole is like, for whoever looks after the bot."""

from datetime import datetime
from sqlite3 import Connection, Error

from msgspec import Struct

from bot.storage import sqlite
from bot.storage.columns import maybe_from_ms, to_ms
from bot.storage.migrations import version_of


class Condition(Struct, frozen=True):
    """Facts about a sound database.

    Attributes:
        since: when the first chat began; None while nobody did.
        zones: those that chats chose.
        last_push_at: when the last push that went out was claimed.
        next_push_at: the earliest that is planned.
        waiting: slots that should have left by the moment asked for and did not.
        waiting_since: the oldest of them.
    """

    since: datetime | None
    zones: tuple[str, ...]
    last_push_at: datetime | None
    next_push_at: datetime | None
    waiting: int
    waiting_since: datetime | None


def damage(db: Connection, *, indexes_too: bool = False) -> str:
    """As `sqlite.flaw`, also of a file that is too damaged to be looked at whole."""
    try:
        return sqlite.flaw(db, indexes_too=indexes_too)
    except Error as error:
        if not sqlite.is_damage(error):
            raise
        return str(error)


def size(db: Connection) -> tuple[int, int]:
    """The schema's version, and how many entries the review log has."""
    entries: int = db.execute("select count(*) from reviews").fetchone()[0]
    return version_of(db), entries


def look(db: Connection, late: datetime) -> Condition:
    """The database as it is; `late`: what should have left before this moment is waiting."""
    row = db.execute(
        "select (select min(started_at) from chats) as since, "
        "(select max(claimed_at) from pushes where state = 'sent') as last_push_at, "
        "(select min(next_push_at) from chats) as next_push_at"
    ).fetchone()
    zones = db.execute("select distinct zone from chats where zone is not null order by zone").fetchall()
    waiting = db.execute(
        "select count(*) as many, min(at) as oldest from ("
        "select next_push_at as at from chats where next_push_at < :late union all "
        # In the words of the index, as in pushes.py.
        "select claimed_at as at from pushes "
        "where state in ('claimed', 'sending', 'unsure', 'following') and claimed_at < :late)",
        {"late": to_ms(late)},
    ).fetchone()
    return Condition(
        since=maybe_from_ms(row["since"]),
        zones=tuple(each["zone"] for each in zones),
        last_push_at=maybe_from_ms(row["last_push_at"]),
        next_push_at=maybe_from_ms(row["next_push_at"]),
        waiting=waiting["many"],
        waiting_since=maybe_from_ms(waiting["oldest"]),
    )
