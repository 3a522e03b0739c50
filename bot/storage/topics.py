"""Topics of groups: which decks are tied to them, what they are called, and which were found closed."""

from datetime import datetime
from sqlite3 import Connection

from bot.storage.columns import to_ms

# Of the general topic, which Telegram does not number.
GENERAL = 0


def tied(db: Connection, chat_id: int) -> dict[int, int]:
    """The topics of the group's decks, by deck; a deck without one is not among them."""
    rows = db.execute(
        "select deck_id, thread_id from subscriptions "
        "where chat_id = :chat_id and left_at is null and thread_id is not null",
        {"chat_id": chat_id},
    )
    return {row["deck_id"]: row["thread_id"] for row in rows}


def of_card(db: Connection, chat_id: int, card_id: int) -> int | None:
    """The topic that the card's deck is tied to in this group."""
    row = db.execute(
        "select thread_id from subscriptions join cards using (deck_id) "
        "where chat_id = :chat_id and card_id = :card_id and left_at is null",
        {"chat_id": chat_id, "card_id": card_id},
    ).fetchone()
    return None if row is None else row["thread_id"]


def tie(db: Connection, chat_id: int, deck_id: int, thread_id: int | None) -> bool:
    """Whether the deck, which the group has, belonged elsewhere: it is tied to this topic, or (None) to none."""
    row = db.execute(
        "update subscriptions set thread_id = :thread_id where chat_id = :chat_id and deck_id = :deck_id "
        "and left_at is null and coalesce(thread_id, 0) <> coalesce(:thread_id, 0) returning deck_id",
        {"chat_id": chat_id, "deck_id": deck_id, "thread_id": thread_id},
    ).fetchone()
    return row is not None


def untie(db: Connection, chat_id: int, thread_id: int) -> None:
    """The topic is not there any more: no deck belongs to it."""
    ids = {"chat_id": chat_id, "thread_id": thread_id}
    db.execute(
        "update subscriptions set thread_id = null where chat_id = :chat_id and thread_id = :thread_id",
        ids,
    )
    db.execute("delete from topics where chat_id = :chat_id and thread_id = :thread_id", ids)


def opened_as(db: Connection, chat_id: int, thread_id: int, name: str) -> None:
    """The topic was called so at first; a name that it is known by stays."""
    db.execute(
        "insert into topics (chat_id, thread_id, name) values (:chat_id, :thread_id, :name) "
        "on conflict (chat_id, thread_id) do update set name = :name where topics.name = ''",
        {"chat_id": chat_id, "thread_id": thread_id, "name": name},
    )


def renamed(db: Connection, chat_id: int, thread_id: int, name: str) -> None:
    """The topic is called so from now on."""
    db.execute(
        "insert into topics (chat_id, thread_id, name) values (:chat_id, :thread_id, :name) "
        "on conflict (chat_id, thread_id) do update set name = :name",
        {"chat_id": chat_id, "thread_id": thread_id, "name": name},
    )


def name_of(db: Connection, chat_id: int, thread_id: int) -> str:
    """What the topic is called; empty if that was never told."""
    row = db.execute(
        "select name from topics where chat_id = :chat_id and thread_id = :thread_id",
        {"chat_id": chat_id, "thread_id": thread_id},
    ).fetchone()
    return "" if row is None else str(row["name"])


def close(db: Connection, chat_id: int, thread_id: int, at: datetime) -> bool:
    """Whether it was not known until now that the topic is closed."""
    row = db.execute(
        "insert into topics (chat_id, thread_id, closed_at) values (:chat_id, :thread_id, :at) "
        "on conflict (chat_id, thread_id) do update set closed_at = :at where topics.closed_at is null "
        "returning thread_id",
        {"chat_id": chat_id, "thread_id": thread_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def reopen(db: Connection, chat_id: int, thread_id: int) -> None:
    """The topic is not known to be closed any more."""
    db.execute(
        "update topics set closed_at = null where chat_id = :chat_id and thread_id = :thread_id",
        {"chat_id": chat_id, "thread_id": thread_id},
    )


def closed(db: Connection, chat_id: int) -> frozenset[int]:
    """The group's topics that are known to be closed, GENERAL among them if it is."""
    rows = db.execute(
        "select thread_id from topics where chat_id = :chat_id and closed_at is not null", {"chat_id": chat_id}
    )
    return frozenset(row["thread_id"] for row in rows)


def leave(db: Connection, chat_id: int, thread_id: int) -> None:
    """A turn that was meant for this topic and has not arrived there goes to the general one."""
    db.execute(
        "update turns set thread_id = null where chat_id = :chat_id and thread_id = :thread_id "
        "and closed_at is null and message_id is null",
        {"chat_id": chat_id, "thread_id": thread_id},
    )
