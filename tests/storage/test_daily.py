"""Seven daily backups beside the database, each whole; a clock that is set and a full disk take no good one away."""

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.storage import daily
from bot.storage.backup import Stopped, backup, check, copy
from bot.storage.database import Database, DatabaseRefused
from tests.people import surroundings
from tests.storage.full_disk import files_of_at_most

DAY = date(2026, 3, 2)


@pytest.fixture
async def database(tmp_path: Path) -> Path:
    """A database of a bot that is down."""
    path = tmp_path / "deckhand.db"
    await (await Database.open(path)).close()
    return path


def make(database: Path, *days: date) -> None:
    """A backup on each of these days."""
    for day in days:
        daily.finish(database, day, daily.begin(database, day, lambda: True))


def kept(database: Path) -> list[str]:
    """The names that lie in the folder, without the database's."""
    return sorted(each.name.removeprefix("deckhand.db.") for each in daily.folder_of(database).iterdir())


def days(first: date, count: int) -> list[date]:
    """So many days in a row."""
    return [first + timedelta(days=number) for number in range(count)]


def test_seven_are_kept(database: Path) -> None:
    """The eighth takes the place of the first; each is sound, for its owner alone, and the last one is known."""
    assert daily.last_backup(daily.folder_of(database), database.name) is None
    make(database, *days(DAY, 8))
    assert kept(database) == [day.isoformat() for day in days(DAY, 8)[1:]]
    last = daily.path_of(database, DAY + timedelta(days=7))
    assert daily.last_backup(daily.folder_of(database), database.name) == (DAY + timedelta(days=7), last)
    for each in daily.every(daily.folder_of(database), database.name):
        check(each.path)
        assert each.path.stat().st_mode & 0o777 == 0o600


def test_a_clock_that_is_set_takes_no_good_one_away(database: Path) -> None:
    """A year back or forth, the newest made are kept, whatever their names say; strange files are left alone."""
    make(database, *days(DAY, 7))
    strange = [
        daily.folder_of(database) / name for name in ("notes.txt", "deckhand.db.2026-3-1", "other.db.2020-01-01")
    ]
    for each in strange:
        each.write_text("mine")
    back, forth = DAY.replace(year=2025), DAY.replace(year=2027)
    make(database, back)
    assert daily.last_backup(daily.folder_of(database), database.name) == (back, daily.path_of(database, back))
    make(database, forth)
    assert [each.day for each in daily.every(daily.folder_of(database), database.name)] == [
        *days(DAY, 7)[2:],
        back,
        forth,
    ]
    make(database, *days(DAY + timedelta(days=7), 7))
    assert [each.day for each in daily.every(daily.folder_of(database), database.name)] == days(
        DAY + timedelta(days=7), 7
    )
    assert all(each.read_text() == "mine" for each in strange)


def test_what_was_not_finished_is_no_backup_and_goes(database: Path) -> None:
    """Neither one that a killed bot left, nor what SQLite left beside it, comes into the next."""
    folder = daily.folder_of(database)
    daily.begin(database, DAY, lambda: True)
    (folder / "deckhand.db.2026-03-02.part-journal").write_bytes(b"left")
    assert daily.last_backup(folder, database.name) is None
    make(database, DAY + timedelta(days=1))
    assert kept(database) == ["2026-03-03"]


def test_one_whose_log_disagrees_is_rejected(database: Path) -> None:
    """It takes no good one's place, only the newest such stays, and a good one makes it needless."""
    make(database, *days(DAY, 7))
    for day in days(DAY + timedelta(days=7), 2):
        daily.reject(database, daily.begin(database, day, lambda: True))
    assert kept(database) == [*(day.isoformat() for day in days(DAY, 7)), "2026-03-10.differs"]
    make(database, DAY + timedelta(days=9))
    assert kept(database) == [*(day.isoformat() for day in days(DAY, 7)[1:]), "2026-03-11"]


def test_other_copies_go_when_all_seven_are_younger(database: Path) -> None:
    """Copies of the bot and of the operators' page hold people forgotten since; one of another name is nobody's."""
    folder = database.parent
    ours = ["deckhand.db.version-1", "deckhand.db.version-1.1", "deckhand.db.before-restore-20260302-090507"]
    ours += ["deckhand.db.before-restore-20260302-090507.1", "deckhand.db.before-upgrade", "deckhand.db.copy"]
    # Of a restore and of a copy that were killed.
    ours += ["deckhand.db.part", "deckhand.db.version-1.part"]
    # Of the page's upgrade, which keeps the copy of before until there is a new one.
    ours += ["deckhand.db.before-upgrade.part", "deckhand.db.before-upgrade.part.part"]
    hand = folder / "deckhand.db.version-1.mine"
    for name in (*ours, hand.name, "deckhand.db.before-restore-20260302-090507-wal"):
        (folder / name).write_bytes(b"copy")
        os.utime(folder / name, (1772442307, 1772442307))  # 2026-03-02
    make(database, *days(DAY, 7))
    assert all((folder / name).exists() for name in ours)
    make(database, DAY + timedelta(days=7))
    left = sorted(each.name for each in folder.iterdir())
    assert left == ["backups", "deckhand.db", "deckhand.db.version-1.mine"]


def test_a_backup_that_cannot_be_written_leaves_nothing(database: Path) -> None:
    """A disk that is full, or a folder that is a file, is told in words; the earlier ones stay."""
    make(database, DAY)
    with (
        files_of_at_most(40_000),
        pytest.raises(
            DatabaseRefused,
            match=r"deckhand\.db could not be copied into .*backups: the disk .*\. 1 MiB are needed there",
        ),
    ):
        daily.begin(database, DAY + timedelta(days=1), lambda: True)
    assert kept(database) == [DAY.isoformat()]
    daily.folder_of(database).rename(database.parent / "elsewhere")
    daily.folder_of(database).write_text("a file")
    with pytest.raises(DatabaseRefused, match="backups cannot be written: File exists"):
        daily.begin(database, DAY + timedelta(days=1), lambda: True)


DIES_IN_THE_MIDDLE = """
import os, signal, sys
from datetime import date
from pathlib import Path
from bot.storage import daily
daily.begin(Path(sys.argv[1]), date(2026, 3, 3), lambda: os.kill(os.getpid(), signal.SIGKILL))
"""


async def test_a_crash_in_the_middle_leaves_no_backup(database: Path) -> None:
    """What a killed bot had written of it is not taken for one, and the next one takes it away."""
    make(database, DAY)
    command = (sys.executable, "-c", DIES_IN_THE_MIDDLE, str(database))
    died = await asyncio.create_subprocess_exec(*command, env=surroundings())
    assert await died.wait() == -signal.SIGKILL
    assert kept(database)[1:2] == ["2026-03-03.part"]
    assert daily.last_backup(daily.folder_of(database), database.name) == (DAY, daily.path_of(database, DAY))
    make(database, DAY + timedelta(days=2))
    assert kept(database) == ["2026-03-02", "2026-03-04"]


def test_a_copy_is_given_up_between_two_steps(database: Path) -> None:
    """A bot that is told to end does not finish a large copy, and nothing of it stays."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("insert into marks values ('large', hex(zeroblob(5 * 1024 * 1024)))")
        connection.commit()
    asked = iter((True, False))
    with pytest.raises(Stopped):
        daily.begin(database, DAY, lambda: next(asked))
    assert kept(database) == []


async def test_a_large_copy_in_steps_is_one_moment(tmp_path: Path) -> None:
    """Whoever writes between two steps neither waits nor makes the copy begin anew, and is not in it."""
    database = await Database.open(tmp_path / "deckhand.db")
    filling = "insert into marks values ('large', hex(zeroblob(5 * 1024 * 1024)))"
    await database.write(lambda db: (db.execute(filling), db.execute("insert into marks values ('number', '0')")))
    steps = 0
    with closing(sqlite3.connect(database.path, timeout=0, isolation_level=None)) as other:

        def write() -> bool:
            nonlocal steps
            steps += 1
            other.execute("update marks set value = value + 1 where name = 'number'")
            return True

        copy(database.path, tmp_path / "copy.db", write)
    assert steps == 3  # 10 MiB in steps of 4
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copied:
        assert copied.execute("select value from marks where name = 'number'").fetchone() == ("0",)
    await database.close()
    backup(database.path, tmp_path / "later.db")
    with closing(sqlite3.connect(tmp_path / "later.db")) as copied:
        assert copied.execute("select value from marks where name = 'number'").fetchone() == ("3",)
