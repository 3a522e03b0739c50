# ruff: noqa: ASYNC240 (nothing else runs beside these tests)
"""A database that is torn, spoilt or not one: the start is refused in one line, and not a byte of it is changed."""

import asyncio
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import soundness, sqlite
from bot.storage.advice import command
from bot.storage.database import Database, DatabaseRefused
from bot.storage.migrations import VERSION
from bot.storage.restore import restore

PAGE = 4096
ROWS = 1500
ENDS = ("", "-wal", "-shm", "-journal")


async def fill(database: Database, name: str, rows: int) -> None:
    """Rows that lie in one table and its index."""
    await database.write(
        lambda c: c.executemany("insert into marks values (?, ?)", ((f"{name}{n}", "x" * 99) for n in range(rows)))
    )


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `deckhand.db` that was closed well, and two that were not: the rows of `crashed.db` lie in its WAL,
    of `lived.db` only the newest.
    """
    folder = tmp_path_factory.mktemp("kept")

    async def make() -> None:
        database = await Database.open(folder / "deckhand.db")
        await fill(database, "a", ROWS)
        await database.close()
        database = await Database.open(folder / "live.db")
        with closing(sqlite3.connect(folder / "live.db", isolation_level=None)) as reader:
            # What it does not see yet stays in the WAL.
            reader.execute("begin")
            reader.execute("select 1 from marks").fetchone()
            await fill(database, "b", ROWS // 2)
            # Nothing writes any more when this had its turn.
            await database.write(lambda _: None)
            for end in ("", "-wal", "-shm"):
                shutil.copy(folder / f"live.db{end}", folder / f"crashed.db{end}")
        await database.close()
        database = await Database.open(folder / "long.db")
        await fill(database, "c", 2 * ROWS)
        await database.close()
        database = await Database.open(folder / "long.db")
        await fill(database, "d", 10)
        for end in ("", "-wal", "-shm"):
            shutil.copy(folder / f"long.db{end}", folder / f"lived.db{end}")
        await database.close()

    asyncio.run(make())
    return folder


@pytest.fixture
def path(kept: Path, tmp_path: Path) -> Path:
    """A copy of the one that was closed well, to be spoilt."""
    return Path(shutil.copy(kept / "deckhand.db", tmp_path))


def crash(path: Path, kept: Path, name: str = "crashed.db") -> None:
    """Put one that was not closed in its place."""
    for end in ("", "-wal", "-shm"):
        shutil.copy(kept / f"{name}{end}", f"{path}{end}")


def noise(path: Path, at: int, length: int) -> None:
    """Random bytes over a stretch, the same each time."""
    with path.open("r+b") as file:
        file.seek(at)
        file.write(random.Random(at).randbytes(length))


def page_of(path: Path, kind: int) -> int:
    """Where the last page of this kind begins: 13 has rows, 10 has entries of an index."""
    data = path.read_bytes()
    return max(at for at in range(PAGE, len(data), PAGE) if data[at] == kind)


def backed_up(path: Path, kept: Path) -> Path:
    """Give it a daily backup."""
    (path.parent / "backups").mkdir()
    return Path(shutil.copy(kept / "deckhand.db", path.parent / "backups" / "deckhand.db.2026-03-01"))


def state(path: Path) -> dict[str, bytes | None]:
    """The bytes of the file and of what lies beside it."""
    beside = [Path(f"{path}{end}") for end in ENDS]
    return {each.name: each.read_bytes() if each.is_file() else None for each in beside}


async def refused(path: Path) -> str:
    """The one line that the start is refused with; nothing is changed."""
    before = state(path)
    with pytest.raises(DatabaseRefused) as caught:
        await (await Database.open(path)).close()
    assert state(path) == before
    assert "\n" not in caught.value.message
    return caught.value.message


async def count(path: Path) -> int:
    """How many rows the database has, once it is opened."""
    database = await Database.open(path)
    try:
        rows: int = await database.read(lambda c: c.execute("select count(*) from marks").fetchone()[0])
    finally:
        await database.close()
    return rows


TORN: dict[str, Callable[[Path], object]] = {
    "cut in the middle": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut within a page": lambda path: os.truncate(path, path.stat().st_size - 100),
    "cut in its header": lambda path: os.truncate(path, 50),
    "rows spoilt": lambda path: noise(path, page_of(path, 13), 64),
    "index spoilt": lambda path: noise(path, page_of(path, 10), 64),
    "many pages spoilt": lambda path: noise(path, path.stat().st_size // 2, 10 * PAGE),
    "schema spoilt": lambda path: noise(path, 110, 3000),
    "a page of zeros": lambda path: path.write_bytes(path.read_bytes().replace(page_at(path), bytes(PAGE))),
}


def page_at(path: Path) -> bytes:
    at = page_of(path, 13)
    return path.read_bytes()[at : at + PAGE]


@pytest.mark.parametrize("tear", TORN.values(), ids=TORN.keys())
async def test_a_damaged_database_is_left_as_it_is(path: Path, tear: Callable[[Path], object]) -> None:
    """The start says that it is damaged and what to do, and leaves every byte for whoever may save it."""
    tear(path)
    assert await refused(path) == (
        f"{path} is damaged. Nothing was changed. Put a backup back: {command('restore')} FILE; "
        f"{path.parent / 'backups'} has none."
    )


async def test_the_last_backup_is_named(path: Path, kept: Path) -> None:
    """Whoever has backups reads which one to put back, and how."""
    backup = backed_up(path, kept)
    os.truncate(path, PAGE)
    assert (await refused(path)).endswith(f"Put the last whole backup back: {command('restore', str(backup))}")


async def test_a_first_page_of_noise_is_no_database(path: Path) -> None:
    """Nobody can tell it from a file of another kind, so both are said."""
    noise(path, 0, 100)
    assert "the file is no SQLite database, or its first page is lost. Nothing was changed." in await refused(path)


async def test_a_newer_one_and_somebody_elses_are_left_as_they_are(path: Path, tmp_path: Path) -> None:
    """Each in its own words."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"pragma user_version = {VERSION + 1}")
    assert f"version {VERSION + 1}" in await refused(path)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("create table songs (title text)")
    assert "not one of Deckhand's" in await refused(tmp_path / "other.db")


async def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    """A folder, a pipe and links in a circle are told at once."""
    (tmp_path / "folder.db").mkdir()
    os.mkfifo(tmp_path / "pipe.db")
    (tmp_path / "circle.db").symlink_to("circle.db")
    assert "no plain file" in await refused(tmp_path / "folder.db")
    assert "no plain file" in await refused(tmp_path / "pipe.db")
    assert "Too many levels of symbolic links" in await refused(tmp_path / "circle.db")


async def test_what_was_lost_is_not_begun_anew_in_silence(path: Path, kept: Path) -> None:
    """An empty or missing database beside its WAL or its backups is a loss; with nothing beside it, it is a start."""
    crash(path, kept)
    path.write_bytes(b"")
    assert "is empty, but deckhand.db-wal beside it is not. Nothing was changed." in await refused(path)
    for end in ("-wal", "-shm"):
        Path(f"{path}{end}").unlink()
    backup = backed_up(path, kept)
    assert (
        f"is empty, but it was. Nothing was changed. Put the last whole backup back: {command('restore', str(backup))}"
        in (await refused(path))
    )
    path.unlink()
    advice = f"Put the last whole backup back: {command('restore', str(backup))}"
    assert f"is not there, but it was. Nothing was changed. {advice}" in await refused(path)
    shutil.rmtree(backup.parent)
    assert await count(path) == 0


async def test_a_crash_is_no_damage(path: Path, kept: Path) -> None:
    """What lies in the WAL is played in, with the index beside it or without; a WAL cut short ends at a commit."""
    crash(path, kept)
    assert await count(path) == ROWS // 2
    crash(path, kept)
    Path(f"{path}-shm").unlink()
    assert await count(path) == ROWS // 2
    crash(path, kept)
    os.truncate(f"{path}-wal", Path(f"{path}-wal").stat().st_size - 3 * PAGE)
    assert await count(path) == 0


async def test_a_wal_of_another_database_is_not_played_in(path: Path, kept: Path) -> None:
    """What comes of both together is not whole, and is found to be so before it is made."""
    shutil.copy(kept / "lived.db-wal", f"{path}-wal")
    shutil.copy(kept / "lived.db-shm", f"{path}-shm")
    assert f"{path} is damaged. Nothing was changed." in await refused(path)


async def test_what_is_damaged_is_kept_as_it_is_when_a_backup_is_put_back(path: Path, kept: Path) -> None:
    """Byte for byte, with what lies beside it: whoever may save something of it has all that there was."""
    for end in ("-wal", "-shm"):
        shutil.copy(kept / f"lived.db{end}", f"{path}{end}")
    Path(f"{path}-journal").write_bytes(b"left by something else")
    before = state(path)
    old = restore(kept / "deckhand.db", path, datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)).kept
    assert old is not None
    assert list(state(old).values()) == list(before.values())
    assert list(state(path).values())[1:] == [None, None, None]
    assert await count(path) == ROWS


async def test_a_journal_of_another_database_is_not_undone(path: Path, tmp_path: Path) -> None:
    """SQLite would put the other's pages into this one; the line says which file to move away."""
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other, isolation_level=None)) as connection:
        connection.execute("pragma cache_size = 2")
        connection.execute("create table songs (title)")
        connection.execute("insert into songs values (zeroblob(200000))")
        connection.execute("begin immediate")
        connection.execute("update songs set title = randomblob(200000)")
        connection.execute("insert into songs values (zeroblob(900000))")
        shutil.copy(f"{other}-journal", f"{path}-journal")
        connection.execute("rollback")
    assert await refused(path) == (
        f"{path}-journal is of another database, and SQLite would spoil deckhand.db with it. Nothing was changed. "
        "Move that file away, then start again."
    )
    Path(f"{path}-journal").unlink()
    assert await count(path) == ROWS


async def test_a_start_that_was_killed_at_once_can_be_made_again(path: Path) -> None:
    """The journal of a database that becomes one with a WAL is its own, and is undone."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("pragma journal_mode = delete")
        connection.execute("begin immediate")
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("pragma application_id = 1")
        journal = Path(f"{path}-journal").read_bytes()
        connection.execute("rollback")
    # As it lies on the disk once it is synced: the number of its pages and its first page.
    assert journal
    Path(f"{path}-journal").write_bytes(journal)
    assert await count(path) == ROWS


async def test_a_large_database_is_looked_at_whole_after_a_crash_only(
    path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gigabyte is not read at every start; that it is cut is seen at once, all else after a crash."""
    monkeypatch.setattr(soundness, "ALWAYS_WHOLE_BYTES", PAGE)
    at = page_of(path, 10)
    noise(path, at, 64)
    soundness.refuse_damaged(path)
    os.truncate(path, path.stat().st_size - PAGE)
    assert "is damaged" in await refused(path)
    crash(path, kept, "lived.db")
    noise(path, at, 64)
    assert "is damaged" in await refused(path)


async def test_looking_at_a_crashed_one_changes_nothing(path: Path, kept: Path) -> None:
    """File, WAL and index stay byte for byte, and the rows in the WAL are seen."""
    crash(path, kept)
    before = state(path)
    with closing(sqlite.looking(path, has_index=True)) as connection:
        assert connection.execute("select count(*) from marks").fetchone()[0] == ROWS // 2
    assert state(path) == before
