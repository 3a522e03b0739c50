"""A database belongs to one running bot."""

import asyncio
import fcntl
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.storage.errors import DatabaseRefused
from bot.storage.lock import AlreadyRunning, held, holder, lock_file

HOLDER = """
import sys
from pathlib import Path
from bot.storage.lock import held
with held(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def another(database: Path) -> "subprocess.Popen[str]":
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


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
