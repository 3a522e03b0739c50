"""The steps that bring an older database here. Forward only."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from sqlite3 import Connection

from bot.storage import sqlite
from bot.storage.errors import DatabaseForeign, DatabaseNewer, DatabaseRefused

Step = Callable[[Connection], None]
# What schema.sql makes.
VERSION = 4


def _as_written(version: int) -> Step:
    """The step to that version, as the file beside this one has it."""
    sql = files("bot.storage").joinpath(f"version_{version}.sql").read_text(encoding="utf-8")

    def step(connection: Connection) -> None:
        # One by one: to run them as a script would commit what was done before.
        for statement in sql.split(";"):
            connection.execute(statement)

    return step


# (the version that the step leads to, the step)
MIGRATIONS: tuple[tuple[int, Step], ...] = ((2, _as_written(2)), (3, _as_written(3)), (4, _as_written(4)))


def version_of(connection: Connection) -> int:
    """The schema's version in this database; 0 for an empty file. Raises DatabaseForeign for somebody else's."""
    version: int = connection.execute("pragma user_version").fetchone()[0]
    owner: int = connection.execute("pragma application_id").fetchone()[0]
    empty = connection.execute("select count(*) from sqlite_master").fetchone()[0] == 0
    if empty and not version:
        return 0
    if owner != sqlite.APPLICATION_ID or not version:
        raise DatabaseForeign("The file is a SQLite database, but not one of Deckhand's: set BOT_DATABASE_URL anew.")
    return version


def refuse_newer(version: int, newest: int = VERSION) -> None:
    """Return if this program knows that version; raises DatabaseNewer."""
    if version > newest:
        raise DatabaseNewer(
            f"The database is of version {version} and this Deckhand knows versions up to {newest}: "
            "start a newer Deckhand, or restore a backup made by this one."
        )


def migrate(
    connection: Connection,
    before: Callable[[int], Path],
    steps: Sequence[tuple[int, Step]] = MIGRATIONS,
    newest: int = VERSION,
) -> None:
    """Bring the database to `newest`: all of it or nothing.

    `before(version)` makes a backup first, unless the database is empty. Raises DatabaseRefused; an error of a step
    goes through as it is, with the database as it was.
    """
    version = version_of(connection)
    refuse_newer(version, newest)
    if version == 0:
        create(connection, schema(), newest)
    elif version < newest:
        before(version)
        _take(
            [step for leads_to, step in sorted(steps, key=lambda each: each[0]) if leads_to > version],
            connection,
            newest,
        )


def schema() -> str:
    """The database as it is today, as SQL."""
    return files("bot.storage").joinpath("schema.sql").read_text(encoding="utf-8")


def create(connection: Connection, sql: str, version: int) -> None:
    """Fill an empty database."""
    head = f"pragma application_id = {sqlite.APPLICATION_ID}; pragma user_version = {version}"
    try:
        connection.executescript(f"begin immediate; {sql}\n; {head}; commit;")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")


def _take(steps: Sequence[Step], connection: Connection, newest: int) -> None:
    # A step may make a table anew under its old name, so the keys are checked at the end instead. This cannot be
    # switched inside a transaction.
    connection.execute("pragma foreign_keys = off")
    # A step may sort all there ever was, which need not fit into memory.
    connection.execute("pragma temp_store = file")
    try:
        connection.execute("begin immediate")
        for step in steps:
            step(connection)
        refuse_broken_keys(connection)
        connection.execute(f"pragma user_version = {newest}")
        connection.execute("commit")
    finally:
        if connection.in_transaction:
            connection.execute("rollback")
        connection.execute("pragma foreign_keys = on")


def refuse_broken_keys(connection: Connection) -> None:
    """Return if every row that others are named in has them; raises DatabaseRefused."""
    broken = {row[0] for row in connection.execute("pragma foreign_key_check")}
    if broken:
        raise DatabaseRefused(f"Rows point to others that are not there, in {', '.join(sorted(broken))}.")
