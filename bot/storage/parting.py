"""A deck that was one and now is several, or one again: its cards go to the others, with all that people learned of
them.
"""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from bot.storage import owned, packages
from bot.storage.columns import to_ms


def older(db: Connection, path: str) -> int | None:
    """The deck that the text at that path in the decks folder was while it was read as one."""
    row = db.execute("select deck_id from decks where file = :path and origin = ''", {"path": path}).fetchone()
    return None if row is None else int(row["deck_id"])


def goes_on_as(db: Connection, deck_id: int, origin: str, name: str) -> None:
    """The deck is known by that `origin` from now on, and called by that name unless somebody gave it another."""
    db.execute(
        "update decks set name = case when origin in ('', name) then :name else name end, origin = :origin, "
        "file = '@' || deck_id where deck_id = :deck_id and origin <> :origin and not exists "
        # Its owner may have made one of that name in the chat meanwhile.
        "(select 1 from decks as other where other.owner_id = decks.owner_id and other.origin = :origin)",
        {"name": name, "origin": origin, "deck_id": deck_id},
    )


def move(db: Connection, card_ids: Sequence[int], older_id: int, deck_id: int) -> None:
    """These cards of the older deck are in that one, and whoever has the one has the other.

    Who may edit the one may edit the other, and what was added to it in the chat is kept for both.
    """
    told = {"older_id": older_id, "deck_id": deck_id}
    db.executemany(
        "update cards set deck_id = :deck_id, indexed = 0 where card_id = :card_id and deck_id = :older_id",
        [{**told, "card_id": card_id} for card_id in card_ids],
    )
    db.execute(
        "insert into subscriptions (chat_id, deck_id, subscribed_at, left_at, thread_id) "
        "select chat_id, :deck_id, subscribed_at, left_at, thread_id from subscriptions where deck_id = :older_id "
        "on conflict do nothing",
        told,
    )
    db.execute(
        "insert into editors (deck_id, learner_id, since_at) "
        "select :deck_id, learner_id, since_at from editors where deck_id = :older_id on conflict do nothing",
        told,
    )
    db.execute(
        "insert into media (deck_id, name, stored) select :deck_id, name, stored from media "
        "where deck_id = :older_id and name = stored on conflict do nothing",
        told,
    )


def join(db: Connection, path: str, at: datetime) -> None:
    """The text at that path in the decks folder is one deck again: that of those it was which has the most cards in
    use. All cards of the others are in it, and whoever had one of them has it.
    """
    there = [deck.deck_id for deck in packages.every(db) if deck.path == path and not deck.archived]
    if not there:
        return
    used = {
        deck_id: db.execute(
            "select count(*) as cards from cards where deck_id = :deck_id and archived_at is null", {"deck_id": deck_id}
        ).fetchone()["cards"]
        for deck_id in there
    }
    one = max(there, key=lambda deck_id: used[deck_id])
    for other in there:
        if other != one:
            rows = db.execute("select card_id from cards where deck_id = :deck_id", {"deck_id": other}).fetchall()
            move(db, [row["card_id"] for row in rows], other, one)
            owned.archive(db, other, at)
    db.execute("update decks set file = '#' || deck_id where file = :path", {"path": path})
    db.execute(
        "update decks set file = :path, origin = '', digest = '' where deck_id = :deck_id",
        {"path": path, "deck_id": one},
    )


def put_away(db: Connection, path: str, at: datetime) -> None:
    """The deck that the text at that path was as one is archived, if it is there still."""
    db.execute(
        "update decks set archived_at = :at where file = :path and origin = '' and archived_at is null",
        {"at": to_ms(at), "path": path},
    )
