"""A live database is copied consistently, and a copy is checked and put back."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import sqlite
from bot.storage.backup import backup, check
from bot.storage.database import Database, DatabaseRefused
from bot.storage.lock import AlreadyRunning, held
from bot.storage.migrations import VERSION
from bot.storage.restore import restore
from tests.storage.full_disk import files_of_at_most

AT = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)


async def filled(path: Path, *names: str) -> None:
    """A database with these rows."""
    database = await Database.open(path)
    for name in names:
        await database.write(lambda c, name=name: c.execute("insert into marks values (?, '')", (name,)))
    await database.close()


def rows(path: Path) -> list[str]:
    """The rows of a file."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("select name from marks order by name")]


def files(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


async def test_a_live_database_is_copied_while_it_is_written(tmp_path: Path) -> None:
    """The copy is one moment of it: of pairs written together it has both or none, and it is one sound file."""
    source, target = tmp_path / "deckhand.db", tmp_path / "copy.db"
    database = await Database.open(source)
    go_on = True

    async def write_pairs() -> int:
        number = 0
        while go_on:
            await database.write(
                lambda c, n=number: c.executemany("insert into marks values (?, '')", [(f"{n}a",), (f"{n}b",)])
            )
            number += 1
        return number

    writing = asyncio.create_task(write_pairs())
    await database.write(lambda _: None)
    await asyncio.to_thread(backup, source, target)
    go_on = False
    assert await writing > 0
    copied = rows(target)
    assert copied
    assert [name[:-1] for name in copied if name.endswith("a")] == [name[:-1] for name in copied if name.endswith("b")]
    assert check(target) == VERSION
    await database.close()
    assert files(tmp_path) == ["copy.db", "deckhand.db"]


async def test_a_backup_overwrites_nothing(tmp_path: Path) -> None:
    """A file that is there stays what it is, and a failed backup leaves nothing behind."""
    source, target = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(source, "a")
    target.write_text("mine")
    with pytest.raises(DatabaseRefused, match="already there"):
        backup(source, target)
    assert target.read_text() == "mine"
    with pytest.raises(DatabaseRefused, match="already there"):
        backup(source, source)
    with pytest.raises(DatabaseRefused, match="There is no database"):
        backup(tmp_path / "missing.db", tmp_path / "x.db")
    with pytest.raises(DatabaseRefused, match="cannot be written"):
        backup(source, tmp_path / "no" / "folder.db")
    source.write_bytes(b"broken" * 1000)
    with pytest.raises(DatabaseRefused, match="could not be copied"):
        backup(source, tmp_path / "x.db")
    assert files(tmp_path) == ["copy.db", "deckhand.db"]


async def test_a_backup_is_for_its_owner_alone(tmp_path: Path) -> None:
    """It holds what people learn."""
    await filled(tmp_path / "deckhand.db", "a")
    backup(tmp_path / "deckhand.db", tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


async def test_what_is_wrong_with_a_file_is_said_in_words(tmp_path: Path) -> None:
    """A missing, foreign, newer, broken, cut or empty file is named with its fault, and nothing is left beside it."""
    whole = tmp_path / "whole.db"
    await filled(whole, *map(str, range(500)))
    assert check(whole) == VERSION
    for name, spoil, words in (
        ("missing", None, "There is no file"),
        ("text", lambda path: path.write_text("no database at all" * 100), "no SQLite database"),
        ("empty", lambda path: path.write_bytes(b""), "It is empty"),
        ("cut", lambda path: path.write_bytes(whole.read_bytes()[:20_000]), "damaged"),
        ("newer", lambda path: _changed(whole, path, "pragma user_version = 99"), "version 99"),
        ("foreign", lambda path: _changed(whole, path, "pragma application_id = 1"), "not one of Deckhand's"),
        ("keys", lambda path: _changed(whole, path, "insert into push_hours values (5, 5)"), "Rows point to others"),
    ):
        path = tmp_path / name
        if spoil is not None:
            spoil(path)
        with pytest.raises(DatabaseRefused, match=words):
            check(path)
    assert not [name for name in files(tmp_path) if name.endswith(("-wal", "-shm"))]


def _changed(whole: Path, path: Path, statement: str) -> None:
    path.write_bytes(whole.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = delete")
        connection.execute(statement)


async def test_a_backup_is_put_back_and_the_old_one_kept(tmp_path: Path) -> None:
    """The database is what the backup held, and what it was lies beside it under the moment's name."""
    database, copy = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(database, "a")
    backup(database, copy)
    await filled(database, "b")
    kept = restore(copy, database, AT).kept
    assert kept == tmp_path / "deckhand.db.before-restore-20260302-090507"
    assert rows(database) == ["a"]
    assert rows(kept) == ["a", "b"]
    assert rows(copy) == ["a"]
    again = await Database.open(database)
    assert await again.read(lambda c: c.execute("select count(*) from marks").fetchone()[0]) == 1
    await again.close()


async def test_two_restores_in_one_second_keep_both(tmp_path: Path) -> None:
    """Each keeps what was there before it, under a name of its own."""
    copy, database = tmp_path / "copy.db", tmp_path / "deckhand.db"
    await filled(database, "old")
    backup(database, copy)
    await filled(database, "new")
    first, second = restore(copy, database, AT).kept, restore(copy, database, AT).kept
    assert first is not None
    assert second == first.with_name(f"{first.name}.1")
    assert (rows(first), rows(second)) == (["new", "old"], ["old"])


async def test_what_a_crash_left_in_the_wal_is_kept_and_not_played_into_the_new_one(tmp_path: Path) -> None:
    """The newest rows of the old one are in the kept file, and none of them in the restored one."""
    live, copy, crashed = tmp_path / "live.db", tmp_path / "copy.db", tmp_path / "crashed" / "deckhand.db"
    await filled(live, "a")
    backup(live, copy)
    crashed.parent.mkdir()
    database = await Database.open(live)
    await database.write(lambda c: c.execute("insert into marks values ('newest', '')"))
    for end in ("", "-wal", "-shm"):
        crashed.with_name("deckhand.db" + end).write_bytes(live.with_name("live.db" + end).read_bytes())
    await database.close()
    assert "deckhand.db-wal" in files(crashed.parent)
    kept = restore(copy, crashed, AT).kept
    assert kept is not None
    assert rows(kept) == ["a", "newest"]
    assert rows(crashed) == ["a"]


async def test_where_the_old_one_cannot_be_kept_nothing_is_put_back(tmp_path: Path) -> None:
    """On a disk that is full the database stays, whole, and that is said with its name."""
    database, copy = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(database, "new")
    backup(database, copy)
    await filled(database, "newer")
    with (
        files_of_at_most(20_000),
        pytest.raises(DatabaseRefused, match=r"could not be kept beside itself: .* as it was"),
    ):
        restore(copy, database, AT)
    assert rows(database) == ["new", "newer"]
    assert [name for name in files(tmp_path) if "before-restore" in name] == []


async def test_a_damaged_database_can_be_replaced(tmp_path: Path) -> None:
    """That is what a backup is for; the damaged one is kept as it was."""
    database, copy = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(database, "a")
    backup(database, copy)
    database.write_bytes(b"broken" * 1000)
    kept = restore(copy, database, AT).kept
    assert kept is not None
    assert kept.read_bytes() == b"broken" * 1000
    assert rows(database) == ["a"]


async def test_a_backup_can_be_put_where_nothing_is(tmp_path: Path) -> None:
    """On a new machine there is nothing to keep."""
    copy = tmp_path / "copy.db"
    await filled(copy, "a")
    assert restore(copy, tmp_path / "new" / "deckhand.db", AT).kept is None
    assert rows(tmp_path / "new" / "deckhand.db") == ["a"]


async def test_nothing_is_put_back_while_the_bot_runs(tmp_path: Path) -> None:
    """The lock is asked, and the database stays as it is."""
    database, copy = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(database, "a", "b")
    await filled(copy, "c")
    with held(database), pytest.raises(AlreadyRunning):
        restore(copy, database, AT)
    assert rows(database) == ["a", "b"]


async def test_a_backup_that_is_not_sound_is_not_put_back(tmp_path: Path) -> None:
    """The database stays as it is, and nothing lies about; neither is it restored from itself."""
    database, copy = tmp_path / "deckhand.db", tmp_path / "copy.db"
    await filled(database, "a")
    copy.write_text("nonsense" * 100)
    with pytest.raises(DatabaseRefused, match="cannot be used"):
        restore(copy, database, AT)
    with pytest.raises(DatabaseRefused, match="is the database itself"):
        restore(database, database, AT)
    assert rows(database) == ["a"]
    assert files(tmp_path) == ["copy.db", "deckhand.db", "deckhand.db.lock"]


def test_a_reader_leaves_nothing_beside_a_backup(tmp_path: Path) -> None:
    """A file that nobody writes is looked at without a trace, also where nothing may be written."""
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table a (b)")
    with closing(sqlite.alone(path)) as connection:
        assert connection.execute("select count(*) from a").fetchone()[0] == 0
    assert files(tmp_path) == ["x.db"]
