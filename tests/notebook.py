"""What stands in the bot's database, read beside the running bot, for what no screen can show."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from bot.playground.people import Somebody
from bot.tutor import checking
from tests.people import BotHere


@contextmanager
def notebook(bot: BotHere) -> Iterator[sqlite3.Connection]:
    """The database, for reading."""
    with closing(sqlite3.connect(f"file:{bot.folder / 'deckhand.db'}?mode=ro", uri=True)) as db:
        db.row_factory = sqlite3.Row
        yield db


def memories(bot: BotHere, somebody: Somebody) -> list[dict[str, Any]]:
    """What somebody remembers, a card a row, in the order of the deck."""
    with notebook(bot) as db:
        query = "select memories.* from memories join cards using (card_id) where learner_id = ? order by position"
        return [dict(row) for row in db.execute(query, (somebody.id,))]


def log(bot: BotHere, somebody: Somebody) -> list[tuple[str, int | None]]:
    """Somebody's entries of the review log, as kind and grade."""
    with notebook(bot) as db:
        query = "select kind, grade from reviews where learner_id = ? order by review_id"
        return [(row["kind"], row["grade"]) for row in db.execute(query, (somebody.id,))]


def differences(bot: BotHere) -> tuple[tuple[int, int], ...]:
    """Learners and cards whose memory is not what the log leads to."""
    with notebook(bot) as db:
        return checking.verify(db).differ


def open_turns(bot: BotHere, somebody: Somebody) -> list[int | None]:
    """The messages in which somebody's open turns stand."""
    with notebook(bot) as db:
        query = "select message_id from turns where chat_id = ? and closed_at is null"
        return [row["message_id"] for row in db.execute(query, (somebody.id,))]


def tables_naming(bot: BotHere, number: int) -> list[str]:
    """The tables in which any field of any row holds a number, alone or inside a text."""
    with notebook(bot) as db:
        tables = [row["name"] for row in db.execute("select name from sqlite_master where type = 'table'")]
        return [table for table in tables if _names(db, table, str(number))]


def _names(db: sqlite3.Connection, table: str, number: str) -> bool:
    rows = db.execute(f"select * from {table}")
    return any(number in str(value) for row in rows for value in tuple(row))
