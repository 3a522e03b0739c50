"""What goes out with a deck: its cards as they lie here, and one learner's memories and log of them."""

import sqlite3
from collections.abc import Iterator
from datetime import date
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.card import Kind
from bot.decks.departure import StoredSide
from bot.storage.aside import Aside
from bot.storage.columns import to_day
from bot.storage.reviews import Review, from_columns
from bot.study.memory import Memory


def sides(db: Connection, deck_id: int) -> list[StoredSide]:
    """The deck's cards in their order, those that wait for an answer too; archived ones not."""
    rows = db.execute(
        "select * from cards where deck_id = :deck_id and archived_at is null order by position, card_id",
        {"deck_id": deck_id},
    )
    return [side_of(row) for row in rows]


def side_of(row: sqlite3.Row) -> StoredSide:
    """A card as it lies here, out of its row."""
    return StoredSide(
        row["card_id"],
        Kind(row["kind"]),
        row["guid"],
        row["note"],
        row["fields"],
        row["front"],
        row["back"],
        row["tags"],
        row["notetype_id"],
    )


def media(db: Connection, deck_id: int) -> dict[str, str]:
    """Of a deck that was sent: what its pictures and recordings are called, and where each is stored."""
    rows = db.execute("select name, stored from media where deck_id = :deck_id order by name", {"deck_id": deck_id})
    return {row["name"]: row["stored"] for row in rows.fetchall()}


def memories(db: Connection, learner_id: int, deck_id: int) -> Iterator[tuple[int, Memory]]:
    """The learner's memories of the deck's cards, with their ids."""
    rows = db.execute(
        "select memories.* from memories join cards using (card_id) "
        "where learner_id = :learner_id and deck_id = :deck_id and archived_at is null",
        {"learner_id": learner_id, "deck_id": deck_id},
    )
    for row in rows:
        yield row["card_id"], from_columns(row)


def put_aside(db: Connection, learner_id: int, deck_id: int, today: date) -> dict[int, Aside]:
    """The deck's cards that the learner does not want to be asked, or not today."""
    rows = db.execute(
        "select aside.* from aside join cards using (card_id) where learner_id = :learner_id and deck_id = :deck_id",
        {"learner_id": learner_id, "deck_id": deck_id},
    ).fetchall()
    return {
        row["card_id"]: Aside(row["suspended_at"] is not None, (row["buried_day"] or 0) >= to_day(today))
        for row in rows
    }


class Row(Struct, frozen=True):
    """A row of the log; `elsewhere` is what another program's log says of a grade that was given there, JSON."""

    review: Review
    taken_ms: int | None
    elsewhere: str | None


def log(db: Connection, learner_id: int, deck_id: int) -> Iterator[Row]:
    """What other programs understand of the learner's log of the deck's cards, oldest first: grades that changed a
    memory and stand, those that were given elsewhere, and that a card was new again.
    """
    rows = db.execute(
        "select reviews.* from reviews join cards using (card_id) "
        "where learner_id = :learner_id and deck_id = :deck_id and archived_at is null and ("
        "(policy_id is not null and reviews.kind <> 'cram') or elsewhere is not null "
        "or (reviews.kind = 'manual' and after is null and before is not null)) and review_id not in "
        "(select undoes from reviews where learner_id = :learner_id and undoes is not null) order by review_id",
        {"learner_id": learner_id, "deck_id": deck_id},
    )
    for row in rows:
        yield Row(Review.from_row(row), row["taken_ms"], row["elsewhere"])
