"""A disk that is full when a command begins: what is said, and that the same goes well once there is room."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import bot.app
import bot.importer
import bot.logs  # noqa: F401
from bot.cli import main
from bot.playground.server import Playground
from bot.storage.backup import backup
from bot.storage.database import Database
from bot.storage.lock import held
from tests.decks.anki.samples import PICTURE, zipped
from tests.people import BotProcess, environment
from tests.storage.full_disk import filled, no_more_files, small_disk
from tests.test_bad_starts import logging_kept  # noqa: F401
from tests.test_cli import TOKEN, deckhand

BLOCK = 4096


@pytest.fixture(params=["tmpfs", "ext4"])
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A small disk for the database."""
    with small_disk(tmp_path / "disk", request.param) as folder:
        yield folder


def set_to(disk: Path, decks_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a command of this process takes for its database; there is none yet, and a bot that opens it ends there."""
    path = disk / "data" / "deckhand.db"
    path.parent.mkdir()
    monkeypatch.chdir(decks_dir)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_DECKS_DIR", str(decks_dir))
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{path}")
    return path


async def made(path: Path, *, ends: bool = True) -> None:
    """A database that a bot had; `ends`: it ended as it should, and not by a crash."""
    with held(path):
        opened = await Database.open(path)
        await opened.write(lambda db: db.execute("insert into marks values ('a', '')"))
        kept = {each: each.read_bytes() for each in path.parent.glob("deckhand.db*") if each.suffix != ".db-shm"}
        await opened.close()
    if not ends:
        for each, content in kept.items():
            each.write_bytes(content)


def starts(path: Path) -> None:
    """The bot can begin on it."""

    async def opened() -> None:
        await (await Database.open(path)).close()

    with held(path):
        asyncio.run(opened())


def refused_to_run(disk_is_full: AbstractContextManager[None], capfd: pytest.CaptureFixture[str]) -> str:
    """The one line of a start that is worth trying again."""
    with disk_is_full:
        status = main(["run"])
    said = capfd.readouterr()
    assert (status, said.out, said.err.count("\n")) == (1, "", 1), said
    return said.err


@pytest.mark.usefixtures("logging_kept")
@pytest.mark.parametrize("kind", ["tmpfs", "ext4"])
@pytest.mark.parametrize("before", ["nothing", "an end", "a crash"])
def test_a_start_on_a_full_disk_is_worth_trying_again(
    tmp_path: Path,
    decks_dir: Path,
    kind: str,
    before: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Wherever it comes to its end, one line names a file, the exit status is not that of what no restart mends, and
    nothing that it leaves is in the way of the next start.
    """
    for blocks in (0, 1, 2, 3, 4, 6, *((8, 10, 20, 50) if before == "nothing" else ())):
        # Each its own: a file that is deleted and still open somewhere keeps its room for a while.
        with small_disk(tmp_path / f"disk-{blocks}", kind) as disk:
            database = set_to(disk, decks_dir, monkeypatch)
            if before != "nothing":
                asyncio.run(made(database, ends=before == "an end"))
            line = refused_to_run(filled(disk, but=blocks * BLOCK), capfd)
            assert line.startswith(f"The disk is full: {database}"), blocks
            assert line.endswith(" cannot be written. Make room there.\n"), blocks
            starts(database)


@pytest.mark.usefixtures("logging_kept")
@pytest.mark.parametrize("kind", ["tmpfs", "ext4"])
def test_a_disk_that_takes_no_more_files_is_full(
    tmp_path: Path, decks_dir: Path, kind: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Where there is room for bytes and none for names it is said likewise."""
    for names in range(4):
        with small_disk(tmp_path / f"disk-{names}", kind) as disk:
            database = set_to(disk, decks_dir, monkeypatch)
            line = refused_to_run(no_more_files(disk, but=names), capfd)
            assert line.startswith(f"The disk is full: {database}"), names
            starts(database)


async def test_a_bot_that_found_no_room_comes_up_once_there_is_some(
    disk: Path, playground: Playground, decks_dir: Path, tmp_path: Path
) -> None:
    """Also where the database could be opened, and the first transactions had no room."""
    await made(disk / "deckhand.db")
    with filled(disk, but=12 * BLOCK):
        ended = await deckhand("run", cwd=tmp_path, env=environment(playground, disk, decks_dir, {}))
    assert ended.status == 1
    last = ended.err.splitlines()[-1]
    assert last == f"The disk is full: {disk / 'deckhand.db'} cannot be written. Make room there."
    assert "Traceback" not in ended.err
    process = BotProcess(playground, disk, decks_dir)
    await process.start()
    assert await process.terminate() == 0


def said_by(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    """What a command says that can do nothing."""
    status = main(words)
    said = capfd.readouterr()
    assert (status, said.err.count("\n")) == (2, 1), said
    assert "Traceback" not in said.err
    return said.err


def test_what_needs_room_names_where(
    disk: Path, tmp_path: Path, decks_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """backup, restore and deck import say which file had no room, and leave the database as it was."""
    database = set_to(disk, decks_dir, monkeypatch)
    asyncio.run(made(database))
    backup(database, tmp_path / "copy.db")
    (tmp_path / "x.zip").write_bytes(zipped([("x.md", b"Q: x\nA: ![](p.png)\n"), ("x/p.png", PICTURE)]))
    imported = ("deck", "import", str(tmp_path / "x.zip"), "--everybody", "--yes")
    copy = disk / "copy.db"
    for blocks in (0, 2, 8, 20, 60):
        with filled(disk, but=blocks * BLOCK):
            where = said_by(capfd, "backup", str(copy))
            assert where.startswith(f"The disk is full: {database if blocks < 8 else copy}"), blocks
            assert not [*disk.glob("copy*")]
            where = said_by(capfd, "restore", str(tmp_path / "copy.db"))
            assert where.startswith(f"The disk is full: {database}"), blocks
            left = {each.name.removeprefix("deckhand.db") for each in database.parent.iterdir()}
            assert left <= {"", ".lock", "-wal", "-shm"}, blocks
            if blocks < 20:
                where = said_by(capfd, *imported)
                assert where.startswith(f"The disk is full: {database}"), blocks
    large = zipped([("x.md", b"Q: x\nA: ![](p.png)\n"), ("x/p.png", PICTURE + os.urandom(600_000))])
    (tmp_path / "x.zip").write_bytes(large)
    with filled(disk, but=60 * BLOCK):
        assert main(imported) == 1
    told = capfd.readouterr().err
    assert told.startswith(f"x.zip: The disk is full: {database}.incoming-")
    assert told.endswith(" cannot be written. Nothing was imported. Make room there.\n")
    connection = sqlite3.connect(database)
    assert connection.execute("select name from marks").fetchall() == [("a",)]
    connection.close()
    starts(database)
