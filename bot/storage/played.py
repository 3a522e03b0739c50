"""Recordings that somebody asked to hear beside a page that shows a card. The key lets each be sent once a page."""

from collections.abc import Iterable
from sqlite3 import Connection

from msgspec import Struct


class Page(Struct, frozen=True):
    """A message that shows a card, 0: the one that is being written."""

    chat_id: int
    page_id: int
    card_id: int


_THIS = "where chat_id = :chat_id and page_id = :page_id and card_id = :card_id"


def claim(db: Connection, page: Page, place: int) -> bool:
    """Whether this call may send the recording: nobody did before."""
    row = db.execute(
        "insert into played (chat_id, page_id, card_id, place) values (:chat_id, :page_id, :card_id, :place) "
        "on conflict do nothing returning page_id",
        _of(page, place),
    ).fetchone()
    return row is not None


def stands_in(db: Connection, page: Page, place: int, message_id: int) -> bool:
    """It was sent, in this message; whether its page is still there for it."""
    row = db.execute(
        "update played set message_id = :message_id where chat_id = :chat_id and page_id = :page_id "
        "and card_id = :card_id and place = :place returning page_id",
        {**_of(page, place), "message_id": message_id},
    ).fetchone()
    return row is not None


def give_back(db: Connection, page: Page, place: int) -> None:
    """It surely was not sent, and may be another time."""
    db.execute(
        "delete from played where chat_id = :chat_id and page_id = :page_id and place = :place and message_id is null",
        _of(page, place),
    )


def pages(db: Connection) -> list[Page]:
    """All that have some."""
    rows = db.execute("select distinct chat_id, page_id, card_id from played").fetchall()
    return [Page(row["chat_id"], row["page_id"], row["card_id"]) for row in rows]


def of_page(db: Connection, page: Page) -> list[int]:
    """The messages of its recordings, in order."""
    rows = db.execute(f"select message_id from played {_THIS} and message_id is not null order by place", _of(page))  # noqa: S608
    return [int(row["message_id"]) for row in rows.fetchall()]


def remove(db: Connection, page: Page, message_ids: Iterable[int]) -> bool:
    """These were taken away, and what is on its way goes as it comes; whether nothing is left."""
    db.execute(f"delete from played {_THIS} and message_id is null", _of(page))  # noqa: S608
    for message_id in message_ids:
        db.execute(f"delete from played {_THIS} and message_id = :message_id", {**_of(page), "message_id": message_id})  # noqa: S608
    return not of_page(db, page)


def _of(page: Page, place: int = 0) -> dict[str, int]:
    return {"chat_id": page.chat_id, "page_id": page.page_id, "card_id": page.card_id, "place": place}
