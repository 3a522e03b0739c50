"""The database of a package, which somebody else wrote: what is read of it, and how it is kept from doing anything.

This and `schema11` are the only places outside storage/ that speak SQL; they know that database and nothing of ours.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.decks.card import DeckError

_COMMON = {
    "col": ("id", "crt", "ver", "conf", "models", "decks"),
    "notes": ("id", "guid", "mid", "tags", "flds"),
    "cards": (
        "id",
        "nid",
        "did",
        "ord",
        "type",
        "queue",
        "due",
        "ivl",
        "factor",
        "reps",
        "lapses",
        "left",
        "odue",
        "odid",
        "data",
    ),
    "revlog": ("id", "cid", "ease", "ivl", "lastivl", "factor", "time", "type"),
}
_NEWER = {
    "notetypes": ("id", "name", "config"),
    "fields": ("ntid", "ord", "name", "config"),
    "templates": ("ntid", "ord", "name", "config"),
    "decks": ("id", "name"),
    "config": ("key", "val"),
}
_NEWER_SCHEMA = 18
_STEPS_BETWEEN_LOOKS = 10_000
_MOST_LOOKS = 30_000
# One value, such as the note types as JSON; of the database as a whole `Limits` has the size.
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2**26,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 2**16,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 2,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 10_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 8,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_CAUSE = "Export it from Anki again."
# No text holds them, and here they mark gaps.
_MARKS = re.compile("[\ufdd0-\ufdef]")

Row = tuple[Any, ...]
"""Whole numbers are int, texts str, blobs bytes, never None."""


class Col(Struct, frozen=True):
    """What the one row of `col` says; `models` and `decks` are JSON in the older schema and else empty.

    Attributes:
        created: seconds since 1970.
    """

    created: int
    conf: str
    models: str
    decks: str


class Tables:
    """A collection's database, open for reading."""

    def __init__(self, db: sqlite3.Connection, file: str, size: int) -> None:
        self._db, self._file = db, file
        # No honest database holds more than it is long: one whose pages are shared would never end.
        self._left = size
        self.is_newer = False

    def col(self) -> Col:
        """The row that stands for the collection as a whole."""
        statement = """
            select cast(crt as integer), cast(conf as text), cast(models as text), cast(decks as text)
            from col not indexed limit 1"""
        for row in self._rows(statement, 1):
            return Col(*row)
        raise self._refused("there is no collection in its database")

    def offset_minutes(self) -> int | None:
        """How far west of UTC the collection's days begin, None when it does not say."""
        if not self.is_newer:
            return None
        statement = "select cast(val as text) from config where key = 'creationOffset'"
        for (text,) in self._rows(statement, 1):
            return int(text) if text.lstrip("-").isdecimal() and len(text) < 6 else None
        return None

    def notetypes(self) -> Iterator[Row]:
        """id, name, config."""
        return self._rows("select id, cast(name as text), cast(config as blob) from notetypes not indexed", 10_000)

    def fields(self) -> Iterator[Row]:
        """Note type's id, place, name, config."""
        statement = """
            select cast(ntid as integer), cast(ord as integer), cast(name as text), cast(config as blob)
            from fields not indexed"""
        return self._rows(statement, 100_000)

    def templates(self) -> Iterator[Row]:
        """Note type's id, place, name, config."""
        statement = """
            select cast(ntid as integer), cast(ord as integer), cast(name as text), cast(config as blob)
            from templates not indexed"""
        return self._rows(statement, 100_000)

    def decks(self) -> Iterator[Row]:
        """id, name with 0x1f between its parts."""
        return self._rows("select id, cast(name as text) from decks not indexed", 100_000)

    def notes(self, most: int) -> Iterator[Row]:
        """id, guid, note type's id, tags, fields with 0x1f between them."""
        statement = """
            select id, cast(guid as text), cast(mid as integer), cast(tags as text), cast(flds as text)
            from notes not indexed"""
        return self._rows(statement, most)

    def cards(self, most: int) -> Iterator[Row]:
        """id, note, deck, ordinal, type, queue, due, interval, lapses, due and deck before a filtered deck, data, ease,
        reviews, steps left.
        """
        statement = """
            select id, cast(nid as integer), cast(did as integer), cast(ord as integer), cast(type as integer),
                cast(queue as integer), cast(due as integer), cast(ivl as integer), cast(lapses as integer),
                cast(odue as integer), cast(odid as integer), cast(data as text), cast(factor as integer),
                cast(reps as integer), cast(left as integer)
            from cards not indexed"""
        return self._rows(statement, most)

    def reviews(self, most: int) -> Iterator[Row]:
        """id, card, ease, interval, last interval, factor, time, type."""
        statement = """
            select id, cast(cid as integer), cast(ease as integer), cast(ivl as integer), cast(lastIvl as integer),
                cast(factor as integer), cast(time as integer), cast(type as integer)
            from revlog not indexed"""
        return self._rows(statement, most)

    def look_through(self) -> None:
        """Refuses whatever is more than tables with columns; says which schema it is."""
        statement = (
            "select cast(type as text), cast(name as text), coalesce(cast(rootpage as integer), 0) from sqlite_master"
        )
        kinds = list(self._rows(statement, 1000))
        for kind, name, root in kinds:
            if kind not in ("table", "index") or root <= 0:
                known = kind if kind in ("table", "view", "trigger") else "part"
                raise self._refused(f"its database has a {known} that Anki does not make")
            if kind == "table":
                self._look_at(name)
        tables = {name for kind, name, _ in kinds if kind == "table"}
        version = next(self._rows("select cast(ver as integer) from col not indexed limit 1", 1), (0,))[0]
        if version > _NEWER_SCHEMA:
            what = f"a collection of version {version} where {_NEWER_SCHEMA} is the newest that is read"
            raise DeckError(self._file, 0, what, 'Export it with "Support older Anki versions".')
        self.is_newer = version == _NEWER_SCHEMA
        for table in _COMMON | (_NEWER if self.is_newer else {}):
            if table not in tables:
                raise self._refused(f'its database has no table "{table}"')

    def _look_at(self, table: str) -> None:
        """Plain columns only: one that is generated is an expression of whoever wrote the file."""
        rows = self._checked(self._db.execute("select lower(name), hidden from pragma_table_xinfo(?)", (table,)), 1000)
        hidden: dict[str, int] = dict(rows)
        if any(hidden.values()):
            raise self._refused("its database has a column that Anki does not make")
        wanted = (*_COMMON.get(table, ()), *_NEWER.get(table, ()))
        missing = [name for name in wanted if name not in hidden]
        if missing and not (table == "decks" and not self.is_newer):
            raise self._refused(f'its table "{table}" has no column "{missing[0]}"')

    def _rows(self, statement: str, most: int) -> Iterator[Row]:
        return self._checked(self._db.execute(statement), most)

    def _checked(self, rows: Iterator[Row], most: int) -> Iterator[Row]:
        """The rows, as many as may be and no more of their text than the file is long."""
        for number, row in enumerate(rows):
            if number >= most:
                raise self._refused(f"a table of its database has more than {most:,} rows")
            self._left -= sum(len(value) if isinstance(value, str | bytes) else 1 for value in row)
            if self._left < 0:
                raise self._refused("its database is damaged")
            if None in row:
                raise self._refused("something in its database is empty that never is")
            yield row

    def _refused(self, what: str) -> DeckError:
        return DeckError(self._file, 0, what, _CAUSE)


@contextmanager
def opened(path: Path, file: str) -> Iterator[Tables]:
    """The database at `path`, looked through; nothing in it is run, and no statement takes longer than some seconds.

    Args:
        file: the package's name for who sent it.

    Raises:
        DeckError: it is no collection, is damaged, or holds what Anki does not make. Also while it is read.
    """
    looks = 0

    def count() -> int:
        nonlocal looks
        looks += 1
        return looks > _MOST_LOOKS

    try:
        # Immutable: no journal beside it is looked for, nothing is locked.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            for limit, most in _LIMITS.items():
                db.setlimit(limit, most)
            db.set_progress_handler(count, _STEPS_BETWEEN_LOOKS)
            db.text_factory = _text
            db.create_collation("unicase", _compared)
            for pragma in ("trusted_schema = off", "query_only = on", "cell_size_check = on", "mmap_size = 0"):
                db.execute(f"pragma {pragma}")
            tables = Tables(db, file, path.stat().st_size)
            tables.look_through()
            yield tables
    # The last is raised for a complaint of SQLite that quotes what is no text.
    except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError) as error:
        raise DeckError(file, 0, "its database is damaged or none of Anki's", _CAUSE) from error


def _text(data: bytes) -> str:
    return _MARKS.sub("", data.decode("utf-8", "replace"))


def _compared(one: str, other: str) -> int:
    one, other = one.casefold(), other.casefold()
    return (one > other) - (one < other)
