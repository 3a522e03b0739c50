"""A person goes: every row, then what is left of the rows in the database's free space and in its WAL.

Deleted rows are overwritten (`secure_delete`). But when SQLite splits a page in two, it leaves copies of rows in the
part of the page that is then free, and deleting those rows later does not reach them. Only writing the database anew
does, so that is done after every forgetting: at once, or before the next daily backup where it takes seconds: nobody's
grade is written meanwhile, and more than half of it cannot be broken off. Who is forgotten is told which it is.
"""

import contextlib
import functools
import json
import logging
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from bot.storage import inbox, marks, owned, search, sqlite
from bot.storage.database import Database
from bot.storage.errors import StorageFailed
from bot.storage.forgotten import Forgotten
from bot.storage.migrations import VERSION, migrate, version_of

log = logging.getLogger(__name__)

# How far the list of the forgotten went when this database last forgot somebody.
_PLACE = "forgotten"
# The same place, until the database was written anew.
_LEFT_OVERS = "left_overs_of_forgotten"
# Writing it anew takes 9 ms a MiB, and twice that on a busy machine; a tap is to be answered within a second.
AT_ONCE_BYTES = 32 * 2**20


class Left(Enum):
    """What is left of whoever was forgotten."""

    NOTHING = "nothing"
    TRACES = "copies of rows in free parts of pages, until a large database is written anew"
    MORE = "what could not be overwritten yet: somebody reads it, or the disk is full"


def forget(db: Connection, person_id: int, asked: Forgotten, update_id: int) -> None:
    """Everything about this person goes: settings, memories, log, turns and answers, what they sent until then, and
    decks of theirs that nobody else has.

    `update_id`: the update that asks for it; what they sent after that is still to be heard.
    That they asked is on disk before this transaction is: a crash between the two leaves a person who is asked again by
    the same tap, and never one whom a restored backup brings back. Run twice (`Database.write`), it lists them twice,
    which says no more than once.
    """
    place = asked.add(person_id)
    _erase(db, person_id, update_id)
    marks.put(db, _PLACE, place)
    marks.put(db, _LEFT_OVERS, place)


def _erase(db: Connection, person_id: int, until: int | None = None) -> None:
    theirs = [update_id for update_id, sent_by in _senders(db) if sent_by == person_id]
    inbox.drop(db, [update_id for update_id in theirs if until is None or update_id <= until])
    db.execute("update turns set asked_by = null where asked_by = :id", {"id": person_id})
    owned.abandon(db, person_id)
    db.execute("delete from notices where chat_id = :id", {"id": person_id})
    db.execute("delete from chats where chat_id = :id", {"id": person_id})


def _senders(db: Connection) -> Iterator[tuple[int, int]]:
    """Who sent what lies in the inbox, by update."""
    for update in map(json.loads, inbox.kept(db)):
        for part in _parts(update):
            if isinstance(sender := part.get("from"), dict):
                yield update["update_id"], sender["id"]


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in an update, however deep."""
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inside:
        yield from _parts(each)


async def clean(database: Database, *, large: bool = False, go_on: Callable[[], bool] = lambda: True) -> Left:
    """Empty the WAL, and write the database anew, if somebody was forgotten since it last was.

    A large one only if asked for: until then it is still to be done. Somebody who reads it from another process, or a
    full disk, keeps this from being done; it can be tried again at any time. `go_on` is asked while it is written anew.
    """
    try:
        waiting = await database.read(functools.partial(marks.get, name=_LEFT_OVERS))
        if waiting is None:
            return Left.NOTHING
        await _let_go_of_words(database)
        most = None if large else AT_ONCE_BYTES
        anew = await database.outside(functools.partial(_write_anew, most=most, go_on=go_on))
        emptied = await database.outside(sqlite.empty_wal, alone=True)
        if anew and emptied:
            await database.write(functools.partial(_done, place=waiting))
    except StorageFailed as failed:
        log.warning("what is left of somebody forgotten could not be overwritten yet: %s", failed.what)
        return Left.MORE
    if not emptied:
        return Left.MORE
    return Left.NOTHING if anew else Left.TRACES


async def _let_go_of_words(database: Database) -> None:
    """The index of words holds none of cards that are not there; in steps, so that nobody's grade waits."""
    done = False
    while not done:
        done = await database.write(search.let_go)
        while not await database.write(search.merge):
            pass


def _write_anew(connection: Connection, most: int | None, go_on: Callable[[], bool]) -> bool:
    if most is not None and sqlite.size(connection) > most:
        return False
    # What it let go still lies in its parts.
    search.sweep(connection)
    sqlite.write_anew(connection, go_on)
    return True


def _done(db: Connection, place: str) -> None:
    # Not if somebody else was forgotten meanwhile.
    if marks.get(db, _LEFT_OVERS) == place:
        marks.drop(db, _LEFT_OVERS)


def leave_out(path: Path, asked: Forgotten) -> int:
    """How many people who asked since that copy was made were taken out of it; nobody else has the file open."""
    if (place := asked.place()) is None:
        return 0
    with contextlib.closing(sqlite.editor(path)) as connection:
        ids = [row[0] for row in connection.execute("select chat_id from chats where kind = 'private'")]
        ids += [row[0] for row in connection.execute("select asked_by from turns where asked_by is not null")]
        if version_of(connection) == VERSION:
            ids += [sender for _, sender in _senders(connection)]
            ids += [row[0] for row in connection.execute("select chat_id from notices")]
        gone = asked.among(sorted(set(ids)), marks.get(connection, _PLACE))
        if gone and version_of(connection) < VERSION:
            # People are forgotten in the tables of today.
            migrate(connection, lambda _: path)
        connection.execute("begin immediate")
        for person_id in gone:
            _erase(connection, person_id)
        marks.put(connection, _PLACE, place)
        left_overs = marks.get(connection, _LEFT_OVERS) is not None
        marks.drop(connection, _LEFT_OVERS)
        connection.execute("commit")
        if gone or left_overs:
            if version_of(connection) == VERSION:
                search.sweep(connection)
            sqlite.write_anew(connection)
    return len(gone)
