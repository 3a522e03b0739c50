"""Who may change a deck's cards in the chat: who sent it, and whom its owner let in."""

from datetime import datetime
from sqlite3 import Connection

from bot.storage import packages
from bot.storage.columns import to_ms

THEIRS = "(origin <> '' and (owner_id = :id or deck_id in (select deck_id from editors where learner_id = :id)))"
"""A deck whose cards this person may change; those of the folder's decks are changed in their files."""


def may_edit(db: Connection, deck_id: int, learner_id: int) -> bool:
    """Whether this person may change the deck's cards."""
    row = db.execute(
        f"select 1 from decks where deck_id = :deck_id and archived_at is null and {THEIRS}",  # noqa: S608
        {"deck_id": deck_id, "id": learner_id},
    ).fetchone()
    return row is not None


def file_of(db: Connection, deck_id: int) -> str | None:
    """The deck's file in the decks folder, by its path there; None: it came another way."""
    row = db.execute("select file, origin from decks where deck_id = :deck_id", {"deck_id": deck_id}).fetchone()
    if row is None:
        return None
    return packages.path_of(row["origin"]) if row["origin"] else str(row["file"])


def owner(db: Connection, deck_id: int) -> int | None:
    """Who sent the deck; None: nobody, or somebody who is forgotten."""
    row = db.execute("select owner_id from decks where deck_id = :deck_id", {"deck_id": deck_id}).fetchone()
    return None if row is None or row["owner_id"] is None else int(row["owner_id"])


def deck_of(db: Connection, token: str) -> int | None:
    """The deck that this token of its owner's link lets edit."""
    row = db.execute(
        "select deck_id from decks where edit_token = :token and archived_at is null", {"token": token}
    ).fetchone()
    return None if row is None else int(row["deck_id"])


def let_in(db: Connection, deck_id: int, learner_id: int, at: datetime) -> None:
    """This person may edit the deck from now on."""
    db.execute(
        "insert into editors (deck_id, learner_id, since_at) values (:deck_id, :id, :at) on conflict do nothing",
        {"deck_id": deck_id, "id": learner_id, "at": to_ms(at)},
    )


def count(db: Connection, deck_id: int) -> int:
    """How many others may edit the deck."""
    row = db.execute("select count(*) as others from editors where deck_id = :id", {"id": deck_id}).fetchone()
    return int(row["others"])


def clear(db: Connection, deck_id: int) -> None:
    """Nobody else may edit the deck any more."""
    db.execute("delete from editors where deck_id = :id", {"id": deck_id})
