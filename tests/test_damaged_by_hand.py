"""A damaged database in the hands of its operator: what backup, verify, doctor and run say, and what to type then."""

import asyncio
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli import main
from bot.storage import sqlite
from bot.storage.advice import command
from bot.storage.database import Database
from tests.people import surroundings

Run = Callable[..., tuple[int, str, str]]
PAGE = 4096


@pytest.fixture
def furnished() -> None:
    """Nothing is there yet: how the database and its backups come to be is what this is about."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of some pages in a folder with three daily backups."""
    path = tmp_path / "deckhand.db"

    async def fill() -> None:
        database = await Database.open(path)
        rows = [(f"mark {number}", "x" * 99) for number in range(900)]
        await database.write(lambda db: db.executemany("insert into marks values (?, ?)", rows))
        await database.close()

    asyncio.run(fill())
    (tmp_path / "backups").mkdir()
    for day in (1, 2, 3):
        shutil.copy(path, daily(path, day))
        with closing(sqlite.editor(daily(path, day))) as db:
            db.execute("insert into marks values ('backup_number', ?)", (str(day),))
    return path


@pytest.fixture
def run(database: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """A command of Deckhand on that database: its status, and what it prints."""
    monkeypatch.chdir(database.parent)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{database}")

    def command(*words: str) -> tuple[int, str, str]:
        status = main(words)
        said = capfd.readouterr()
        return status, said.out, said.err

    return command


def daily(database: Path, day: int) -> Path:
    """The daily backup of that day in March."""
    return database.parent / "backups" / f"{database.name}.2026-03-0{day}"


def tear(path: Path, kind: int = 13) -> None:
    """Noise in the last page of rows (13) or of an index (10); the file begins as one that is whole."""
    data = path.read_bytes()
    at = max(at for at in range(PAGE, len(data), PAGE) if data[at] == kind)
    path.write_bytes(data[: at + 8] + b"\x55" * 200 + data[at + 208 :])


@pytest.mark.parametrize("kind", [13, 10], ids=["rows", "index"])
def test_a_damaged_copy_is_not_called_whole(run: Run, database: Path, kind: int) -> None:
    """Nothing is left under the name that was asked for, and the line says which backup to put back."""
    tear(database, kind)
    status, out, err = run("backup", "copy.db")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert f"{database} " in err
    assert err.endswith(f" Put the last whole backup back: {command('restore', str(daily(database, 3)))}\n")
    assert sorted(path.name for path in database.parent.glob("copy*")) == []


@pytest.mark.parametrize("kind", [13, 10], ids=["rows", "index"])
def test_verify_says_that_a_database_is_damaged(run: Run, database: Path, kind: int) -> None:
    """No memories are counted in a file that is not whole, and not a byte of it is changed."""
    tear(database, kind)
    before = database.read_bytes()
    advice = f"Put the last whole backup back: {command('restore', str(daily(database, 3)))}"
    assert run("verify") == (2, "", f"{database} is damaged. Nothing was changed. {advice}\n")
    assert database.read_bytes() == before


def test_rows_that_point_nowhere_are_no_backup(run: Run, database: Path) -> None:
    """A copy whose keys do not fit could not be put back, so none is made."""
    with closing(sqlite.editor(database)) as db:
        db.execute("pragma foreign_keys = off")
        db.execute("insert into push_hours values (5, 5)")
    status, out, err = run("backup", "copy.db")
    assert (status, out) == (2, "")
    assert "Rows point to others that are not there, in push_hours." in err
    assert not Path("copy.db").exists()


def test_a_damaged_backup_is_not_advised(run: Run, database: Path) -> None:
    """The newest that is whole itself is named; where none is, that is said."""
    tear(database)
    tear(daily(database, 3))
    advice = f"Put the last whole backup back: {command('restore', str(daily(database, 2)))}\n"
    assert run("verify")[2].endswith(advice)
    for day in (1, 2):
        daily(database, day).write_bytes(b"")
    none = f"Put a backup back: {command('restore')} FILE; none of those in {database.parent / 'backups'} is whole.\n"
    assert run("verify")[2].endswith(none)


def test_what_is_advised_can_be_typed(run: Run, database: Path) -> None:
    """The command that the line names puts the backup back, in a shell with no program called python."""
    tear(database)
    advised = run("verify")[2].rpartition("back: ")[2]
    environment = {**surroundings(), "PATH": "/nowhere", "BOT_DATABASE_URL": f"sqlite:///{database}"}
    subprocess.run(["/bin/sh", "-c", advised], env=environment, check=True, capture_output=True)
    assert run("verify") == (0, "0 memories, 0 differ\n", "")


def test_a_command_is_written_as_it_is_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment lies its path is short, elsewhere it is whole; a name with a blank fits."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv/bin/python"))
    monkeypatch.chdir(tmp_path)
    assert command("restore", "a b") == ".venv/bin/python -m bot restore 'a b'"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert shlex.split(command("verify")) == [str(tmp_path / ".venv/bin/python"), "-m", "bot", "verify"]


def test_a_newer_database_needs_no_backup_put_back(run: Run, database: Path) -> None:
    """Nothing is damaged in it: of the two ways on, none is to go back to an older backup."""
    with closing(sqlite.editor(database)) as db:
        db.execute("pragma user_version = 99")
    status, out, err = run("backup", "copy.db")
    assert (status, out) == (2, "")
    assert err.startswith(f"No backup was made, {database} is not fit for one. The database is of version 99 ")
    assert err.endswith(": start a newer Deckhand, or restore a backup made by this one.\n")
    assert not Path("copy.db").exists()


@pytest.mark.parametrize("command", ["restore", "verify"])
def test_a_file_that_is_no_backup_is_to_blame_itself(run: Run, database: Path, command: str) -> None:
    """Somebody else's database and a folder are named as what they are; no setting is to be changed for them."""
    with closing(sqlite3.connect("foreign.db")) as db:
        db.execute("create table songs (title text)")
    words = "foreign.db is a SQLite database, but not one of Deckhand's: another file is needed.\n"
    assert run(command, "foreign.db") == (2, "", words)
    assert run(command, "backups") == (2, "", "backups is a folder: a file is expected.\n")
    assert run(command, "nothing.db") == (2, "", "There is no file nothing.db.\n")
    assert run("verify")[0] == 0
