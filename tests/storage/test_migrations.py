"""An older database becomes what a fresh one is, all of it or nothing; a newer one is refused."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.storage import migrations, sqlite
from bot.storage.backup import before_migrating
from bot.storage.database import Database, DatabaseRefused
from bot.storage.migrations import VERSION, create, migrate, schema, version_of
from bot.storage.ready import refuse_older

# An invented past: decks had a title, cards had no grade, and a table that is gone by now.
OLD = """
create table decks (deck_id integer primary key, title text not null) strict;
create table cards (
    card_id integer primary key, deck_id integer not null references decks (deck_id), front text
) strict;
create table scraps (scrap text) strict;
create index scraps_by_scrap on scraps (scrap);
"""
NEW = """
create table decks (deck_id integer primary key, name text not null) strict;
create table cards (
    card_id integer primary key, deck_id integer not null references decks (deck_id), front text not null
) strict;
create index cards_of_deck on cards (deck_id);
"""


def decks_have_names(connection: sqlite3.Connection) -> None:
    """The step to version 2."""
    connection.execute("alter table decks rename column title to name")
    connection.execute("drop table scraps")


def cards_have_a_front(connection: sqlite3.Connection) -> None:
    """The step to version 3: a table made anew under its old name."""
    connection.execute(
        "create table new_cards (card_id integer primary key, deck_id integer not null references decks (deck_id), "
        "front text not null) strict"
    )
    connection.execute("insert into new_cards select card_id, deck_id, coalesce(front, '') from cards")
    connection.execute("drop table cards")
    connection.execute("alter table new_cards rename to cards")
    connection.execute("create index cards_of_deck on cards (deck_id)")


STEPS = ((2, decks_have_names), (3, cards_have_a_front))


@pytest.fixture
def old(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A database of version 1 of the invented past, with rows."""
    with closing(sqlite.writer(tmp_path / "old.db")) as connection:
        create(connection, OLD, 1)
        connection.execute("insert into decks values (1, 'Capitals')")
        connection.execute("insert into cards values (1, 1, 'France'), (2, 1, null)")
        yield connection


def shape(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    """Everything that a database is, but for its rows."""
    found: list[tuple[object, ...]] = []
    for name, kind in connection.execute("select name, type from sqlite_master order by name").fetchall():
        found.append((name, kind))
        found += [tuple(row) for row in connection.execute(f"pragma table_xinfo({name})")]
        found += [tuple(row) for row in connection.execute(f"pragma foreign_key_list({name})")]
        found += [tuple(row) for row in connection.execute(f"pragma index_xinfo({name})")]
        found += [tuple(row)[1:] for row in connection.execute(f"pragma table_list({name})")]
    found.append((version_of(connection), connection.execute("pragma application_id").fetchone()[0]))
    return found


def nowhere(version: int) -> Path:
    """A backup that is not looked at here."""
    return Path(f"backup-of-{version}")


def test_a_migrated_database_is_what_a_fresh_one_is(old: sqlite3.Connection, tmp_path: Path) -> None:
    """Tables, columns, keys, indexes and version are the same, and the rows are kept."""
    migrate(old, nowhere, STEPS, newest=3)
    with closing(sqlite.writer(tmp_path / "fresh.db")) as fresh:
        create(fresh, NEW, 3)
        assert shape(old) == shape(fresh)
    assert [tuple(row) for row in old.execute("select * from cards")] == [(1, 1, "France"), (2, 1, "")]
    assert old.execute("pragma foreign_keys").fetchone()[0] == 1


def test_only_the_steps_that_are_missing_run(old: sqlite3.Connection) -> None:
    """A database on the way takes up where it is, and one that is there does nothing."""
    migrate(old, nowhere, STEPS[:1], newest=2)
    assert version_of(old) == 2
    migrate(old, nowhere, STEPS, newest=3)
    backups: list[int] = []

    def count(version: int) -> Path:
        backups.append(version)
        return nowhere(version)

    migrate(old, count, STEPS, newest=3)
    assert version_of(old) == 3
    assert backups == []


def test_a_step_that_fails_leaves_the_database_as_it_was(old: sqlite3.Connection) -> None:
    """The first step is taken back with the second, and keys are enforced again."""
    before = shape(old)

    def fails(connection: sqlite3.Connection) -> None:
        connection.execute("drop table cards")
        raise LookupError

    with pytest.raises(LookupError):
        migrate(old, nowhere, ((2, decks_have_names), (3, fails)), newest=3)
    assert shape(old) == before
    assert old.execute("pragma foreign_keys").fetchone()[0] == 1


def test_a_step_that_breaks_a_key_is_refused(old: sqlite3.Connection) -> None:
    """Rows that point to nothing do not get in by a migration."""

    def loses_decks(connection: sqlite3.Connection) -> None:
        connection.execute("delete from decks")

    with pytest.raises(DatabaseRefused, match="Rows point to others that are not there, in cards"):
        migrate(old, nowhere, ((2, loses_decks),), newest=2)
    assert old.execute("select count(*) from decks").fetchone()[0] == 1
    assert version_of(old) == 1


def test_a_newer_database_is_refused_in_one_line(old: sqlite3.Connection) -> None:
    """Who goes back to an older program is told what to do."""
    old.execute("pragma user_version = 9")
    with pytest.raises(DatabaseRefused) as caught:
        migrate(old, nowhere, STEPS, newest=3)
    assert caught.value.message == (
        "The database is of version 9 and this Deckhand knows versions up to 3: "
        "start a newer Deckhand, or restore a backup made by this one."
    )


def test_a_schema_that_fails_half_way_leaves_an_empty_file(tmp_path: Path) -> None:
    """A fresh database is made whole or not at all."""
    with closing(sqlite.writer(tmp_path / "fresh.db")) as connection:
        with pytest.raises(sqlite3.Error):
            create(connection, "create table a (b text) strict; create nonsense", 1)
        assert version_of(connection) == 0
        assert not connection.in_transaction


def test_the_schema_is_strict_throughout(tmp_path: Path) -> None:
    """Every table of today's schema refuses a value of the wrong type, and the file says whose it is."""
    with closing(sqlite.writer(tmp_path / "fresh.db")) as connection:
        migrate(connection, nowhere)
        tables = connection.execute("select name, strict from pragma_table_list where schema = 'main'").fetchall()
        # Those that FTS5 makes for its index are its own.
        own = ("sqlite_", "card_words")
        loose = [name for name, strict in tables if not strict and not name.startswith(own)]
        assert loose == []
        assert version_of(connection) == VERSION
        assert len(tables) > 10


def test_the_steps_lead_up_to_the_schema() -> None:
    """Versions rise by one and end at the schema's own; there is a step for each after the first."""
    assert [version for version, _ in migrations.MIGRATIONS] == list(range(2, VERSION + 1))
    assert "create table" in schema()


@pytest.mark.parametrize("version", range(1, VERSION))
def test_every_database_that_was_ever_released_becomes_todays(version: int, tmp_path: Path) -> None:
    """The real steps lead from each real schema of the past to what a fresh database is."""
    past = (Path(__file__).parent / f"schema_{version}.sql").read_text("utf-8")
    with closing(sqlite.writer(tmp_path / "past.db")) as old, closing(sqlite.writer(tmp_path / "fresh.db")) as fresh:
        create(old, past, version)
        migrate(old, nowhere)
        migrate(fresh, nowhere)
        assert shape(old) == shape(fresh)


async def test_what_a_database_was_before_lies_beside_it(tmp_path: Path) -> None:
    """A migration begins with a backup, under a name that is free."""
    path = tmp_path / "deckhand.db"
    database = await Database.open(path)
    await database.write(lambda c: c.execute("insert into marks values ('a', 'b')"))
    await database.close()
    (tmp_path / f"deckhand.db.version-{VERSION}").write_text("somebody else's")

    def add(connection: sqlite3.Connection) -> None:
        connection.execute("create table later (a text) strict")

    with closing(sqlite.writer(path)) as connection:
        migrate(connection, partial(before_migrating, path), ((VERSION + 1, add),), newest=VERSION + 1)
    with closing(sqlite3.connect(tmp_path / f"deckhand.db.version-{VERSION}.1")) as kept:
        assert kept.execute("select name from marks").fetchall() == [("a",)]
        assert kept.execute("pragma user_version").fetchone() == (VERSION,)
        assert kept.execute("select name from sqlite_master where name = 'later'").fetchall() == []
    assert (tmp_path / f"deckhand.db.version-{VERSION}").read_text() == "somebody else's"
    with pytest.raises(DatabaseRefused, match="start a newer Deckhand"):
        await Database.open(path)


def test_who_only_reads_does_not_take_an_older_database(tmp_path: Path) -> None:
    """It is the bot that brings it up to date, not a command beside it."""
    refuse_older(tmp_path, VERSION)
    with pytest.raises(DatabaseRefused, match="start the bot once"):
        refuse_older(tmp_path, VERSION - 1)
