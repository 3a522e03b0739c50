"""A database belongs to one running bot."""

import asyncio
import fcntl
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.backup import backup
from bot.storage.database import Database
from bot.storage.errors import DatabaseRefused
from bot.storage.lock import AlreadyRunning, held, holder, lock_file
from bot.storage.restore import restore

HOLDER = """
import asyncio, sys
from pathlib import Path
from bot.storage.database import Database
from bot.storage.lock import held
async def run(path):
    with held(path) as hold:
        database = await Database.open(path)
        hold.take()
        print("begun", flush=True)
        sys.stdin.read()
        await database.close()
asyncio.run(run(Path(sys.argv[1])))
"""
READER = """
import sys
from pathlib import Path
from bot.storage import sqlite
db = sqlite.reader(Path(sys.argv[1]))
db.execute("begin")
db.execute("select * from marks").fetchall()
print("begun", flush=True)
sys.stdin.read()
"""
# What SQLite allows to nobody while another process has the file open.
ALONE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
try:
    print(db.execute("pragma journal_mode = delete").fetchone()[0])
except sqlite3.OperationalError as error:
    print(error)
"""


def another(database: Path, what: str = HOLDER) -> "subprocess.Popen[str]":
    """Another process that has the database: as a running bot has it, or as one that only reads."""
    process = subprocess.Popen(
        [sys.executable, "-c", what, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


async def made(path: Path) -> None:
    """A database, closed."""
    await (await Database.open(path)).close()


def end(process: "subprocess.Popen[str]") -> None:
    """It is killed, as a crash would."""
    process.send_signal(signal.SIGKILL)
    process.communicate()


def test_a_second_one_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    """In the same process too, the second is refused with the number of the process that holds it."""
    database = tmp_path / "deckhand.db"
    with held(database):
        words = f"already running on .*process {os.getpid()}"
        with pytest.raises(AlreadyRunning, match=words) as caught, held(database):
            raise AssertionError
        assert caught.value.pid == os.getpid()
    with held(database):
        assert lock_file(database).read_text() == f"{os.getpid()}\n"


def test_the_lock_goes_with_its_process(tmp_path: Path) -> None:
    """While another process holds it, it is refused; killed without a word, that one no longer holds it."""
    database = tmp_path / "deckhand.db"
    process = another(database)
    try:
        with pytest.raises(AlreadyRunning) as caught, held(database):
            raise AssertionError
        assert caught.value.pid == process.pid
    finally:
        end(process)
    with held(database):
        pass


def test_a_process_that_did_not_say_who_it_is_is_named_so(tmp_path: Path) -> None:
    """Nobody is told a number that is none."""
    database = tmp_path / "deckhand.db"
    with held(database):
        lock_file(database).write_text("")
        with pytest.raises(AlreadyRunning, match="another process") as caught, held(database):
            raise AssertionError
        assert caught.value.pid is None


def test_two_databases_do_not_know_of_each_other(tmp_path: Path) -> None:
    """Each file has a lock of its own."""
    one, other = tmp_path / "a.db", tmp_path / "b.db"
    with held(one), held(other):
        for database in (one, other):
            with pytest.raises(AlreadyRunning, match=database.name), held(database):
                raise AssertionError


def test_a_folder_that_cannot_be_made_is_refused_in_words(tmp_path: Path) -> None:
    """No traceback for a path that leads through a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseRefused, match="cannot be made"), held(tmp_path / "file" / "deckhand.db"):
        raise AssertionError


def other_name(database: Path, how: str) -> Path:
    """The same file, as somebody comes to it who sees no lock of its holder's."""
    if how == "deleted lock":
        lock_file(database).unlink()
        return database
    other = database.parent / "other" / "cards.db"
    other.parent.mkdir()
    match how:
        case "hard link":
            other.hardlink_to(database)
        case "symbolic link":
            other.symlink_to(database)
        case "bind mount":
            other.touch()
            mount = shutil.which("mount")
            if mount is None or subprocess.run([mount, "--bind", database, other], capture_output=True).returncode:
                pytest.skip("This user may mount nothing.")
    return other


@pytest.fixture
def unmounted(tmp_path: Path) -> Iterator[None]:
    """What a test mounted is gone after it."""
    yield
    if umount := shutil.which("umount"):
        subprocess.run([umount, tmp_path / "other" / "cards.db"], capture_output=True)


@pytest.mark.usefixtures("unmounted")
@pytest.mark.parametrize("how", ["hard link", "symbolic link", "bind mount", "deleted lock"])
@pytest.mark.parametrize("first", [True, False], ids=["new", "known"])
async def test_a_file_belongs_to_one_whatever_it_is_called(tmp_path: Path, how: str, first: bool) -> None:
    """By another name of the file, or with no lock of it left, the second is refused all the same, from the first start
    on; when the one that has it is killed, the next one gets it.
    """
    database = tmp_path / "deckhand.db"
    if not first:
        await made(database)
    process = another(database)
    try:
        same = other_name(database, how)
        words = rf"already running on {same} \(another process, which has that file by another name, or whose lock, "
        with pytest.raises(AlreadyRunning, match=words + f"{same.name}.lock, was deleted\\)") as caught, held(same):
            raise AssertionError
        assert caught.value.pid is None
        seen = holder(same)
        assert seen is not None
        assert seen.message == caught.value.message
        backup(same, tmp_path / "copy.db")
        with pytest.raises(AlreadyRunning):
            restore(tmp_path / "copy.db", same, datetime(2026, 3, 2, tzinfo=UTC))
    finally:
        end(process)
    assert holder(same) is None
    with held(same):
        await made(same)


async def test_within_one_process_it_is_no_other_either(tmp_path: Path) -> None:
    """The second by a hard link is told its own process has it, and SQLite's locks are left to the first."""
    database = tmp_path / "deckhand.db"
    with held(database) as hold:
        opened = await Database.open(database)
        hold.take()
        same = other_name(database, "hard link")
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}, which has that file by"), held(same):
            raise AssertionError
        lock_file(database).unlink()
        for path in (database, same):
            seen = holder(path)
            assert seen is not None
            assert seen.pid == os.getpid()
        command = [sys.executable, "-c", ALONE, database]
        said = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        assert said.stdout == "database is locked\n"
        await opened.close()
        assert (await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)).stdout == "delete\n"


async def test_who_is_told_to_end_while_the_file_is_opened_has_it_until_it_is_closed(tmp_path: Path) -> None:
    """What a thread began goes on: to be told twice changes nothing, and no lock is let go before it is done."""
    database = tmp_path / "deckhand.db"

    async def start() -> None:
        with held(database) as hold:
            opened = await Database.open(database)
            hold.take()
            await opened.close()

    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("pragma journal_mode = wal")
        # The tables of a new database wait for that.
        other.execute("begin immediate")
        starting = asyncio.create_task(start())
        await asyncio.wait({starting}, timeout=0)
        for _ in range(2):
            starting.cancel()
            await asyncio.wait({starting}, timeout=0)
        assert not starting.done()
        assert holder(database) is not None
        other.execute("rollback")
        async with asyncio.timeout(20):
            await asyncio.wait({starting})
    assert starting.cancelled()
    assert holder(database) is None
    await made(database)


async def test_who_reads_keeps_nobody_from_starting(tmp_path: Path) -> None:
    """A bot takes, reads and writes a database that a backup is being made of, and makes one itself."""
    database = tmp_path / "deckhand.db"
    await made(database)
    process = another(database, READER)
    try:
        with held(database) as hold:
            opened = await Database.open(database)
            hold.take()
            await opened.write(lambda db: db.execute("insert into marks values ('a', '')"))
            await asyncio.to_thread(backup, database, tmp_path / "copy.db")
            await opened.close()
    finally:
        end(process)


async def test_what_is_restored_is_locked_as_what_was_there(tmp_path: Path) -> None:
    """After a restore the new file is the one that belongs to one bot, and the old one by its other name is free."""
    database = tmp_path / "deckhand.db"
    await made(database)
    backup(database, tmp_path / "copy.db")
    old = other_name(database, "hard link")
    restore(tmp_path / "copy.db", database, datetime(2026, 3, 2, tzinfo=UTC))
    assert not database.samefile(old)
    with held(database), held(old):
        lock_file(database).unlink()
        with pytest.raises(AlreadyRunning), held(database):
            raise AssertionError


def planted(path: Path, what: str, elsewhere: Path) -> None:
    """Something else has the name of the lock."""
    match what:
        case "link":
            path.symlink_to(elsewhere)
        case "link to nothing":
            path.symlink_to(elsewhere.with_name("new"))
        case "pipe":
            os.mkfifo(path)
        case "folder":
            path.mkdir()


@pytest.mark.parametrize("what", ["link", "link to nothing", "pipe", "folder"])
def test_what_is_no_file_is_no_lock(tmp_path: Path, what: str) -> None:
    """Who starts and who looks read one line with its name; what a link leads to stays as it is, and nothing waits."""
    database, elsewhere = tmp_path / "deckhand.db", tmp_path / "elsewhere"
    elsewhere.write_text("of somebody else")
    elsewhere.chmod(0o640)
    planted(lock_file(database), what, elsewhere)
    words = f"^{re.escape(str(lock_file(database)))} is no plain file and can be no lock: move it away.$"
    with pytest.raises(DatabaseRefused, match=words), held(database):
        raise AssertionError
    with pytest.raises(DatabaseRefused, match=words):
        holder(database)
    assert elsewhere.read_text() == "of somebody else"
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["deckhand.db.lock", "elsewhere"]


def test_who_is_refused_leaves_the_lock_as_it_is(tmp_path: Path) -> None:
    """What the holder wrote there stands, whoever tries."""
    database = tmp_path / "deckhand.db"
    with held(database):
        lock_file(database).write_text("4711\n")
        with pytest.raises(AlreadyRunning, match="process 4711"), held(database):
            raise AssertionError
        assert lock_file(database).read_text() == "4711\n"


def test_who_holds_a_database_can_be_seen(tmp_path: Path) -> None:
    """The process that has it is told, and nobody when it is free; looking changes nothing, and makes no file."""
    database = tmp_path / "deckhand.db"
    assert holder(database) is None
    assert not lock_file(database).exists()
    with held(database):
        seen = holder(database)
        assert seen is not None
        assert seen.pid == os.getpid()
    assert holder(database) is None


async def test_looking_keeps_no_bot_from_starting(tmp_path: Path) -> None:
    """A bot that starts in the moment in which somebody looks who has the database gets it all the same."""
    database = tmp_path / "deckhand.db"
    with held(database):
        pass

    def start(begun: threading.Event) -> None:
        begun.set()
        with held(database):
            pass

    # Whether the bot tries before the look is over is up to the system, so it is done some times.
    for _ in range(20):
        begun = threading.Event()
        with lock_file(database).open() as looking:
            fcntl.flock(looking, fcntl.LOCK_SH)
            bot = asyncio.create_task(asyncio.to_thread(start, begun))
            await asyncio.to_thread(begun.wait)
            await asyncio.sleep(0)
        await bot
