"""Databases as years of use leave them, made in seconds."""

import hashlib
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.shelf import READER
from bot.storage import daily, migrations, search, sqlite
from bot.storage.columns import to_day, to_ms

OTHERS_FIRST_ID = 8_000_000_001


def make(path: Path) -> sqlite3.Connection:
    """An empty database, open; how it is written says nothing of how the bot writes it."""
    # Today's backup is there: it would be made while something else is measured.
    backup = daily.path_of(path, datetime.now(UTC).date())
    backup.parent.mkdir(exist_ok=True)
    backup.touch()
    with closing(sqlite.writer(path)) as connection:
        migrations.create(connection, migrations.schema(), migrations.VERSION)
    connection = sqlite.writer(path)
    connection.execute("pragma synchronous = off")
    connection.execute("pragma cache_size = -200000")
    connection.execute("begin")
    return connection


def deck_text(cards: int, word: str = "answer") -> str:
    """A deck file."""
    return "".join(f"What is the {word} to question number {n}?;The {word} is {n}.\n" for n in range(cards))


def add_deck(db: sqlite3.Connection, deck_id: int, cards: int, folder: Path) -> None:
    """A deck as it is after the reading of its file, which is put into the decks folder."""
    file, data = f"bench{deck_id}.txt", deck_text(cards).encode()
    folder.mkdir(exist_ok=True)
    (folder / file).write_bytes(data)
    db.execute(
        "insert into decks (deck_id, file, slug, name, digest) values (:id, :file, :slug, :name, :digest)",
        {
            "id": deck_id,
            "file": file,
            "slug": f"bench{deck_id}",
            "name": f"Bench {deck_id}",
            "digest": f"{READER}:{hashlib.sha256(data).hexdigest()}",
        },
    )
    db.execute(
        "with recursive n (n) as (select 0 union all select n + 1 from n where n + 1 < :cards) "
        "insert into cards (deck_id, position, kind, guid, note, fields, front, back) "
        "select :deck, n, 'question', '', '', "
        "'[\"What is the answer to question number ' || n || '?\",\"' || n || '\"]', "
        "'[{\"p\":[[\"What is the answer to question number ' || n || '?\"]]}]', "
        "'[{\"p\":[[\"The answer is ' || n || '.\"]]}]' from n",
        {"cards": cards, "deck": deck_id},
    )


def add_people(db: sqlite3.Connection, first_id: int, many: int, deck_id: int, *, push_due: bool = False) -> None:
    """People who have the deck, set it all up long ago and want many cards a day; `push_due`: a push is due now."""
    now = datetime.now(UTC)
    # At an hour of theirs: any other moment would be a push put off, which takes longer.
    due_at = (now - timedelta(minutes=1)).replace(second=0, microsecond=0)
    bound = {
        "first": first_id,
        "many": many,
        "deck": deck_id,
        "at": to_ms(now - timedelta(days=100)),
        "push": to_ms(due_at) if push_due else None,
        "minute": due_at.hour * 60 + due_at.minute,
    }
    db.execute(
        "with recursive n (n) as (select 0 union all select n + 1 from n where n + 1 < :many) "
        "insert into chats (chat_id, kind, started_at, zone, zone_told, setup, reviews_per_day, next_push_at) "
        "select :first + n, 'private', :at, 'Etc/UTC', 1, 'done', 9999, :push from n",
        bound,
    )
    ids = "from chats where chat_id between :first and :first + :many - 1"
    db.execute(f"insert into push_hours select chat_id, :minute {ids}", bound)
    db.execute(f"insert into subscriptions (chat_id, deck_id, subscribed_at) select chat_id, :deck, :at {ids}", bound)


def add_pushes(db: sqlite3.Connection) -> None:
    """Whoever is to get a push had one at the same hour yesterday, and tapped it five minutes later."""
    today = to_day((datetime.now(UTC) - timedelta(hours=4)).date())
    db.execute(
        "insert into pushes (chat_id, day, minute, claimed_at, state) "
        "select chat_id, :day, minute, next_push_at - 86400000, 'sent' from chats join push_hours using (chat_id) "
        "where next_push_at is not null",
        {"day": today - 1},
    )
    db.execute(
        "update chats set last_push_day = :day, last_tap_at = next_push_at - 86100000 where next_push_at is not null",
        {"day": today - 1},
    )


def add_memories(db: sqlite3.Connection, first_id: int, many: int, deck_id: int, *, met: int, due: int) -> None:
    """Each of these people has met the deck's first `met` cards, and `due` of them wait today."""
    now = datetime.now(UTC)
    db.execute(
        "with recursive n (n) as (select 0 union all select n + 1 from n where n + 1 < :many) "
        "insert into memories select :first + n, card_id, 'review', 5.0 + (card_id * 7 + n) % 90, "
        "1.0 + (card_id + n) % 9, null, 10, null, "
        ":today + case when position < :due then -(card_id % 10) else 1 + (card_id + n) % 60 end, "
        ":last_at, :today - 10 - (card_id + n) % 20, 5, 0 "
        "from n cross join cards where deck_id = :deck and position < :met",
        {
            "first": first_id,
            "many": many,
            "deck": deck_id,
            "met": met,
            "due": due,
            "today": to_day((now - timedelta(hours=4)).date()),
            "last_at": to_ms(now - timedelta(days=10)),
        },
    )


def done(db: sqlite3.Connection) -> None:
    """All of it is in the file, and every card was read for /find."""
    while unread := search.unread(db):
        search.take_in(db, unread)
    db.execute("commit")
    db.execute("pragma wal_checkpoint(truncate)")
    db.close()
