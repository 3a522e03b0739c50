"""Transactions run whole, one after the other, and share their commit; reads stand beside them."""

import asyncio
import inspect
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.storage import sqlite
from bot.storage.database import Database, DatabaseRefused, StorageFailed
from bot.storage.errors import Ending
from tests.storage.full_disk import files_of_at_most

Work = Callable[[sqlite3.Connection], Any]
# Less than the ten seconds for which the writer waits.
GUARD_SECONDS = 6.0


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    """A fresh database."""
    database = await Database.open(tmp_path / "folder" / "deckhand.db")
    yield database
    await database.close()


def note(name: str, value: str = "") -> Work:
    """A transaction that writes one row and returns its name."""

    def work(connection: sqlite3.Connection) -> str:
        connection.execute("insert into marks (name, value) values (?, ?)", (name, value))
        return name

    return work


def names(connection: sqlite3.Connection) -> list[str]:
    """A transaction that reads the rows."""
    return [row["name"] for row in connection.execute("select name from marks order by name")]


async def test_what_was_written_is_read(db: Database) -> None:
    """A transaction gives back its value, and a read that begins after it sees it."""
    assert await db.write(note("a")) == "a"
    assert await db.read(names) == ["a"]


async def test_few_commits_carry_the_wal_over(db: Database) -> None:
    """One that does makes all that wait for it wait longer; the WAL does not grow without end."""
    wal = db.path.with_name(f"{db.path.name}-wal")
    page = (await db.read(lambda connection: connection.execute("pragma page_size").fetchone()))[0]
    # It has its own place in the file, so that it is seen there.
    many, before = "x" * (page * sqlite.WAL_PAGES * 3 // 8), db.path.stat().st_size
    grown = []
    for name in ("a", "b", "c", "d"):
        await db.write(note(name, many))
        grown.append(db.path.stat().st_size > before)
    assert grown == [False, False, True, True]
    assert wal.stat().st_size < 2 * page * sqlite.WAL_PAGES


def fill(many: int, size: int = 200) -> Work:
    """A transaction that writes so many rows and returns how large the file is."""

    def work(connection: sqlite3.Connection) -> int:
        for _ in range(many):
            note(str(connection.total_changes), "x" * size)(connection)
        (_, _, path), *_ = connection.execute("pragma database_list").fetchall()
        return os.stat(path).st_size

    return work


async def test_the_wal_is_carried_over_after_so_many_changes(db: Database) -> None:
    """Those before the last stay in the WAL; afterwards it takes as many again, and the WAL is written on."""
    many, before = sqlite.CHANGES_CARRIED_OVER, await db.write(fill(0))
    await db.write(lambda connection: connection.execute("delete from marks"))
    done = (await db.write(lambda connection: connection.total_changes)) % many
    assert await db.write(fill(many - done - 1)) == before
    assert await db.write(fill(1)) == before
    after = await db.write(fill(1))
    assert after > before
    assert await db.write(fill(many - 2)) == after
    assert await db.write(fill(1)) == after
    assert await db.write(fill(1)) > after
    assert db.path.with_name(f"{db.path.name}-wal").stat().st_size > 0


async def test_who_waits_for_the_writer_does_not_wait_for_the_wal(db: Database) -> None:
    """What is to be written meanwhile comes before it is carried over."""
    loop, later = asyncio.get_running_loop(), list[asyncio.Task[int]]()

    async def ask() -> None:
        later.append(asyncio.create_task(db.write(fill(0))))
        await asyncio.sleep(0)

    def work(connection: sqlite3.Connection) -> int:
        before: int = fill(sqlite.CHANGES_CARRIED_OVER)(connection)
        asyncio.run_coroutine_threadsafe(ask(), loop).result()
        return before

    before = await db.write(work)
    assert await later[0] == before
    assert await db.write(fill(0)) > before


async def test_what_the_disk_does_not_carry_over_stays_in_the_wal(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the file cannot grow nothing is lost, and the log says so once; the next time it goes on."""
    many, before = sqlite.CHANGES_CARRIED_OVER, db.path.stat().st_size
    with files_of_at_most(before):
        await db.write(fill(many))
        await db.write(fill(many))
        # It has its turn after what could not be carried over.
        assert await db.write(fill(0)) == before
    assert len(await db.read(names)) == 2 * many
    await db.write(fill(many))
    assert await db.write(fill(0)) > before
    said = "the WAL could not be carried over into the database yet: "
    assert [record.getMessage().startswith(said) for record in caplog.records] == [True]


async def test_an_exception_takes_back_its_own_transaction_alone(db: Database) -> None:
    """Of three that are committed together the middle one fails: its rows are gone, theirs are kept."""

    def bad(connection: sqlite3.Connection) -> None:
        note("bad")(connection)
        raise LookupError("of its own")

    results = await asyncio.gather(db.write(note("a")), db.write(bad), db.write(note("c")), return_exceptions=True)
    assert [str(result) for result in results] == ["a", "of its own", "c"]
    assert isinstance(results[1], LookupError)
    assert await db.read(names) == ["a", "c"]


async def test_what_is_run_again_counts_once(db: Database) -> None:
    """One that shares its commit with one that raises has written once, and answers as it did the last time."""
    runs: list[str] = []

    def seen(name: str) -> Work:
        def work(connection: sqlite3.Connection) -> tuple[int, list[str]]:
            runs.append(name)
            before = names(connection)
            note(name)(connection)
            return len(runs), before

        return work

    def bad(connection: sqlite3.Connection) -> None:
        note("bad")(connection)
        raise LookupError("of its own")

    first, _, last = await asyncio.gather(
        db.write(seen("a")), db.write(bad), db.write(seen("c")), return_exceptions=True
    )
    assert runs == ["a", "a", "c"]
    assert (first, last) == ((2, []), (3, ["a"]))
    assert await db.read(names) == ["a", "c"]


async def test_those_that_wait_together_are_committed_together(db: Database) -> None:
    """A hundred transactions at once need a few commits, not a hundred, and run in the order asked for."""
    commits = 0
    order: list[int] = []

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement.lower() == "commit"

    def work(number: int) -> Work:
        def insert(connection: sqlite3.Connection) -> None:
            order.append(number)
            note(str(number))(connection)

        return insert

    await db.write(lambda connection: connection.set_trace_callback(count))
    commits = 0
    await asyncio.gather(*(db.write(work(number)) for number in range(100)))
    await db.write(lambda connection: connection.set_trace_callback(None))
    assert order == list(range(100))
    assert len(await db.read(names)) == 100
    assert 1 <= commits <= 4


async def test_if_the_shared_commit_fails_nothing_of_any_is_kept(db: Database) -> None:
    """Everyone in it hears that the storage failed, and the next transaction works."""
    key = "insert into push_hours (chat_id, minute) values (12345, 5)"

    def deferred(connection: sqlite3.Connection) -> None:
        # A broken key that is looked at when the transaction ends: the commit itself fails.
        connection.execute("pragma defer_foreign_keys = on")
        connection.execute(key)

    results = await asyncio.gather(db.write(note("a")), db.write(deferred), db.write(note("c")), return_exceptions=True)
    assert [type(result) for result in results] == [StorageFailed] * 3
    assert await db.read(names) == []
    assert await db.write(note("after")) == "after"


async def test_a_full_disk_is_ours_and_keeps_nothing_of_any(db: Database) -> None:
    """What the machine does to us is StorageFailed for everybody in that commit."""
    pages = await db.write(lambda connection: connection.execute("pragma page_count").fetchone()[0])
    await db.write(lambda connection: connection.execute(f"pragma max_page_count = {pages + 1}").fetchone())
    results = await asyncio.gather(
        db.write(note("small")), db.write(note("large", "x" * 100_000)), return_exceptions=True
    )
    assert [str(result) for result in results][1] == "the disk is full"
    assert isinstance(results[1], StorageFailed)
    await db.write(lambda connection: connection.execute("pragma max_page_count = 100000").fetchone())
    kept = await db.read(names)
    assert kept == ([] if isinstance(results[0], StorageFailed) else ["small"])


async def test_a_bug_of_ours_stays_what_it_is(db: Database) -> None:
    """A wrong statement or a broken constraint is the driver's own error, not a storage that failed."""
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.write(lambda connection: connection.execute("select * from shelves"))
    await db.write(note("a"))
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(note("a"))
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.read(lambda connection: connection.execute("select * from shelves"))


async def test_a_transaction_that_ends_itself_is_a_bug(db: Database) -> None:
    """Nobody commits inside; who does is found out, and the next transaction works."""
    with pytest.raises(StorageFailed) as caught:
        await db.write(lambda connection: connection.execute("commit"))
    assert isinstance(caught.value.__cause__, RuntimeError)
    assert await db.write(note("after")) == "after"


async def test_keys_are_enforced(db: Database) -> None:
    """A row cannot name another that is not there."""
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(lambda c: c.execute("insert into push_hours (chat_id, minute) values (1, 1)"))


async def test_everything_of_a_transaction_runs_in_the_writers_thread(db: Database) -> None:
    """The event loop's thread is never the one that waits for the disk, and the writer is always the same."""
    threads = {await db.write(lambda _: threading.get_ident()) for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_a_read_is_one_consistent_state_beside_the_writer(db: Database) -> None:
    """What is written while a read goes on is not in it, and the writer does not wait for the read."""
    begun, go_on = threading.Event(), threading.Event()

    def twice(connection: sqlite3.Connection) -> tuple[list[str], list[str]]:
        first = names(connection)
        begun.set()
        go_on.wait(5)
        return first, names(connection)

    await db.write(note("a"))
    reading = asyncio.create_task(db.read(twice))
    await asyncio.to_thread(begun.wait, 5)
    await db.write(note("b"))
    go_on.set()
    assert await reading == (["a"], ["a"])
    assert await db.read(names) == ["a", "b"]


async def test_more_reads_than_readers_all_end(db: Database) -> None:
    """Who finds no free reader waits for one."""
    await db.write(note("a"))
    assert await asyncio.gather(*(db.read(names) for _ in range(50))) == [["a"]] * 50


async def test_a_read_cannot_write(db: Database) -> None:
    """A reader's connection refuses it."""
    with pytest.raises(StorageFailed, match="cannot be written"):
        await db.read(note("a"))
    assert await db.read(names) == []


async def test_a_cancelled_caller_breaks_nothing(db: Database) -> None:
    """Who stops waiting before it was begun is left out; the others go on."""
    tasks = [asyncio.create_task(db.write(note(name))) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [results[0], results[2]] == ["a", "c"]
    assert await db.write(note("d")) == "d"
    assert set(await db.read(names)) - {"b"} == {"a", "c", "d"}


async def test_closing_waits_for_what_was_begun(tmp_path: Path) -> None:
    """What was asked before is on disk afterwards, in one file; what is asked later is a mistake."""
    database = await Database.open(tmp_path / "deckhand.db")
    writing = [asyncio.create_task(database.write(note(str(number)))) for number in range(10)]
    reading = asyncio.create_task(database.read(names))
    await asyncio.sleep(0)
    await database.close()
    assert await asyncio.gather(*writing) == [str(number) for number in range(10)]
    await reading
    with pytest.raises(RuntimeError):
        await database.write(note("late"))
    with pytest.raises(RuntimeError):
        await database.read(names)
    assert os.listdir(tmp_path) == ["deckhand.db"]
    again = await Database.open(tmp_path / "deckhand.db", only_reading=True)
    assert len(await again.read(names)) == 10
    with pytest.raises(RuntimeError):
        await again.write(note("x"))
    await again.close()


async def test_told_to_end_it_waits_no_longer_for_another_program(tmp_path: Path) -> None:
    """What waits fails at once, what comes then is not begun, and the file is let go while the other still writes."""
    goes_on = threading.Event()
    goes_on.set()
    database = await Database.open(tmp_path / "deckhand.db", go_on=goes_on.is_set)
    await database.write(note("before"))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        waiting = asyncio.create_task(database.write(note("a")))
        await asyncio.sleep(0)
        outside = asyncio.create_task(database.outside(sqlite.write_anew))
        goes_on.clear()
        async with asyncio.timeout(GUARD_SECONDS):
            for task in (waiting, outside):
                with pytest.raises(Ending, match="locked by another program"):
                    await task
            with pytest.raises(Ending):
                await database.write(note("b"))
            await database.close()
    again = await Database.open(tmp_path / "deckhand.db")
    assert await again.read(names) == ["before"]
    await again.close()


async def test_closing_waits_no_longer_for_another_program(tmp_path: Path) -> None:
    """Nor for what nobody wants any more."""
    database = await Database.open(tmp_path / "deckhand.db")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("begin immediate")
        tasks = [asyncio.create_task(database.write(note(name))) for name in "ab"]
        await asyncio.sleep(0)
        tasks[0].cancel()
        async with asyncio.timeout(GUARD_SECONDS):
            await database.close()
    _, failed = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(failed, Ending)


def test_while_it_runs_the_writer_is_as_patient_as_anybody(tmp_path: Path) -> None:
    """It waits ten seconds in pieces, and goes on as soon as the other program lets go."""
    waited: list[int] = []
    asked: list[bool] = []

    def begin() -> None:
        waited.append(connection.execute("pragma busy_timeout").fetchone()[0])
        connection.execute("pragma busy_timeout = 0")
        try:
            connection.execute("begin immediate")
        finally:
            connection.execute(f"pragma busy_timeout = {waited[-1]}")

    def go_on() -> bool:
        asked.append(True)
        if len(asked) == frees_after:
            other.rollback()
        return True

    with closing(sqlite.writer(tmp_path / "a.db")) as connection, closing(sqlite3.connect(tmp_path / "a.db")) as other:
        other.execute("begin immediate")
        frees_after = 0
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            sqlite.patiently(connection, begin, go_on)
        assert (sum(waited), waited.count(waited[0])) == (10_000, len(waited))
        asked.clear()
        frees_after = 3
        sqlite.patiently(connection, begin, go_on)
        assert connection.in_transaction
        assert connection.execute("pragma busy_timeout").fetchone()[0] == 10_000


async def test_the_connections_are_set_up_as_promised(db: Database) -> None:
    """WAL, every commit on disk, keys, a patient lock, and deleted rows overwritten."""
    asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "secure_delete")

    def pragmas(connection: sqlite3.Connection) -> list[Any]:
        return [connection.execute(f"pragma {name}").fetchone()[0] for name in asked]

    assert await db.write(pragmas) == ["wal", 2, 1, 10_000, 1]
    assert await db.read(lambda connection: connection.execute("pragma query_only").fetchone()[0]) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not say which files are open")
async def test_nothing_that_is_written_lies_in_a_temporary_file(db: Database) -> None:
    """A large transaction among others leaves what was there before in no file beside the database's own."""

    def work(connection: sqlite3.Connection) -> set[str]:
        before = _open_files()
        connection.execute("update marks set value = value || 'b'")
        return _open_files() - before

    await asyncio.gather(*(db.write(note(str(number), "a" * 2000)) for number in range(200)))
    assert await db.write(work) == set()
    await db.outside(sqlite.write_anew)
    assert await db.write(work) == set()


def _open_files() -> set[str]:
    """Files that this process has open."""
    links = (link for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return {str(link.readlink()) for link in links}


async def test_what_is_no_database_is_refused_in_words(tmp_path: Path) -> None:
    """A text file, somebody else's database, a folder and a missing file each get one line."""
    text, foreign, folder = tmp_path / "text.db", tmp_path / "foreign.db", tmp_path / "folder.db"
    text.write_text("not a database, but long enough to be looked at" * 50, "utf-8")
    with sqlite3.connect(foreign) as connection:
        connection.execute("create table songs (title)")
    connection.close()
    folder.mkdir()
    before = foreign.read_bytes()
    for path, words in ((text, "no SQLite database"), (foreign, "not one of Deckhand's"), (folder, "no plain file")):
        with pytest.raises(DatabaseRefused, match=words):
            await Database.open(path)
    assert foreign.read_bytes() == before, "nothing of somebody else's database was changed"
    with pytest.raises(DatabaseRefused, match="There is no database"):
        await Database.open(tmp_path / "missing.db", only_reading=True)
    with pytest.raises(DatabaseRefused, match="cannot be made"):
        await Database.open(text / "below.db")


def test_an_old_sqlite_is_refused_in_one_line() -> None:
    """Strict tables need 3.37, and /find needs the full-text index; this one has both."""
    sqlite.refuse_old_engine()
    with pytest.raises(DatabaseRefused, match=r"needs SQLite with its full-text index \(FTS5\)"):
        sqlite.refuse_old_engine(modules=("json_each", "rtree"))
    with pytest.raises(DatabaseRefused, match=r"needs SQLite 3\.37\.0 or newer and this Python has 3\.36\.5"):
        sqlite.refuse_old_engine((3, 36, 5))


def test_the_way_into_the_writers_thread_is_still_there() -> None:
    """aiosqlite's method that is not public takes a function with its arguments; nobody else uses it."""
    assert inspect.iscoroutinefunction(aiosqlite.Connection._execute)
    assert list(inspect.signature(aiosqlite.Connection._execute).parameters) == ["self", "fn", "args", "kwargs"]
    assert isinstance(aiosqlite.Connection._conn, property)
    users = [path.name for path in Path("bot").rglob("*.py") if "._execute(" in path.read_text("utf-8")]
    assert users == ["database.py"]
