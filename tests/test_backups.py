"""Every day a backup is made and verified while the bot runs; one that fails is told once, and the others stay."""

import asyncio
import errno
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.backups import Backups
from bot.cli import main
from bot.clock import Clock
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import daily
from bot.storage.database import Database
from bot.storage.restore import restore
from bot.tutor import checking
from tests.conftest import START
from tests.habits import settles, studies
from tests.notebook import log, memories, tables_naming
from tests.people import BotHere


@pytest.fixture
def furnished() -> None:
    """Nothing is there yet: how the database and its backups come to be is what this is about."""


def made(bot: BotHere) -> list[str]:
    """What lies in the folder, without the database's name."""
    return sorted(each.name.removeprefix("deckhand.db.") for each in (bot.folder / "backups").iterdir())


def days(first: int, count: int) -> list[str]:
    """So many dates in a row, the first so many days after the first day."""
    return [(START + timedelta(days=first + number)).date().isoformat() for number in range(count)]


@pytest.fixture
async def admin(playground: Playground, bot: BotHere) -> Somebody:
    """Somebody whom the bot tells what fails."""
    admin = playground.person("Admin")
    await bot.stop()
    bot.extra["BOT_ADMINS"] = str(admin.id)
    await bot.start()
    await admin.sends("/start")
    return admin


def told(admin: Somebody) -> list[str]:
    """What the administrator was told of backups."""
    return [message.text for message in admin.messages() if "backup" in message.text]


async def test_one_a_day_and_seven_are_kept(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """The first at the start; each holds its day's grades, agrees with its log, and can be put back."""
    assert made(bot) == days(0, 1)
    await settles(anna)
    for _ in range(4):
        await clock.advance(days=1)
    await studies(anna)
    then = (memories(bot, anna), log(bot, anna))
    for _ in range(5):
        await clock.advance(days=1)
    assert made(bot) == days(3, 7)
    await studies(anna)
    assert log(bot, anna) != then[1]
    await bot.stop()
    copies = daily.every(bot.folder / "backups", "deckhand.db")
    assert [checking.verify_copy(copy.path).differ for copy in copies] == [()] * 7
    restore(copies[2].path, bot.folder / "deckhand.db", clock.now())
    assert (memories(bot, anna), log(bot, anna)) == then


async def test_a_start_makes_up_for_a_missing_one(bot: BotHere, clock: WorldClock) -> None:
    """Once a date, however often the bot starts; days on which it was down have none."""
    await bot.restart()
    assert made(bot) == days(0, 1)
    await bot.stop()
    await clock.advance(days=3)
    await bot.start()
    assert made(bot) == [*days(0, 1), *days(3, 1)]


async def test_no_safety_copy_holds_the_forgotten_after_seven_days(
    bot: BotHere, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """The backups of the week before go one by one, and one that is put back meanwhile is without them."""
    await settles(anna)
    await settles(ben)
    await clock.advance(days=1)
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    backup = bot.folder / "backups" / f"deckhand.db.{days(1, 1)[0]}"
    assert holds(backup, anna)
    await bot.stop()
    assert restore(backup, bot.folder / "deckhand.db", clock.now()).left_out == 1
    assert tables_naming(bot, anna.id) == []
    assert tables_naming(bot, ben.id)
    await bot.start()
    for _ in range(7):
        await clock.advance(days=1)
    assert not any(holds(path, anna) for path in bot.folder.rglob("deckhand.db*"))


def holds(path: Path, somebody: Somebody) -> bool:
    """Whether the file has somebody's id."""
    return somebody.id.to_bytes(6, "big") in path.read_bytes()


async def test_one_that_fails_is_told_once(bot: BotHere, admin: Somebody, clock: WorldClock) -> None:
    """It is tried again every hour, and the next one that succeeds ends it; after that a failure is news again."""
    await clock.advance(days=1)
    kept = bot.folder / "kept"
    (bot.folder / "backups").rename(kept)
    (bot.folder / "backups").write_text("in the way")
    for _ in range(3):
        await clock.advance(days=1)
    words = (
        f"Today's backup failed: {bot.folder / 'backups'} cannot be written: File exists. The earlier ones are kept."
    )
    assert told(admin) == [words]
    (bot.folder / "backups").unlink()
    kept.rename(bot.folder / "backups")
    await clock.advance(minutes=30)
    assert made(bot) == days(0, 2)
    await clock.advance(minutes=31)
    assert made(bot) == [*days(0, 2), *days(4, 1)]
    (bot.folder / "backups").rename(kept)
    (bot.folder / "backups").write_text("in the way")
    await clock.advance(days=1)
    assert told(admin) == [words, words]


async def test_a_memory_that_is_not_what_the_log_says_is_found(
    bot: BotHere, admin: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """That copy is kept beside the good ones under a name that says so, and the administrators know of it."""
    await settles(anna)
    spoil(bot.folder / "deckhand.db")
    await clock.advance(days=1)
    rejected = f"deckhand.db.{days(1, 1)[0]}.differs"
    assert made(bot) == [*days(0, 1), rejected.removeprefix("deckhand.db.")]
    assert told(admin) == [
        f"Today's backup failed: 1 memories, 1 differ from the log. It lies in {bot.folder / 'backups' / rejected}. "
        "The earlier ones are kept."
    ]


def spoil(path: Path) -> None:
    """Make every memory something else than its log leads to."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("update memories set stability = stability + 1")
        db.commit()


@pytest.fixture
async def database(bot: BotHere, anna: Somebody) -> AsyncIterator[Database]:
    """The database of somebody who has begun; the bot is down."""
    await settles(anna)
    await bot.stop()
    (bot.folder / "backups" / f"deckhand.db.{days(0, 1)[0]}").unlink()
    database = await Database.open(bot.folder / "deckhand.db")
    yield database
    await database.close()


class Still(Clock):
    """A clock that stands."""

    def now(self) -> datetime:
        """The first moment."""
        return START


async def test_a_large_one_is_verified_by_another_process(bot: BotHere, database: Database) -> None:
    """A good copy is a backup, and one that disagrees is rejected, in the same words as a small one."""
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines.append(line)

    await Backups(database, Still(), tell, apart_from_bytes=0).look()
    assert (made(bot), lines) == (days(0, 1), [])
    daily.path_of(database.path, START.date()).unlink()
    spoil(database.path)
    await Backups(database, Still(), tell, apart_from_bytes=0).look()
    assert made(bot) == [f"{days(0, 1)[0]}.differs"]
    assert [line.split(" It lies")[0] for line in lines] == [
        "Today's backup failed: 1 memories, 1 differ from the log."
    ]


@pytest.mark.parametrize(
    ("ends", "status"), [("kill -9 $$", -9), ("exit 1", 1), ("exit 2", 2)], ids=["killed", "broke off", "silent"]
)
async def test_a_verifying_that_breaks_off_is_told(
    bot: BotHere, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, status: int
) -> None:
    """Such as for want of memory: it says nothing of the copy, which is neither a backup nor rejected."""
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines.append(line)

    program = tmp_path / "breaks-off"
    program.write_text(f"#!/bin/sh\n{ends}\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    await Backups(database, Still(), tell, apart_from_bytes=0).look()
    words = f"Today's backup failed: The process that verified it ended with status {status}. "
    assert (made(bot), lines) == ([], [f"{words}The earlier ones are kept."])


async def test_where_nothing_can_be_made_less_urgent_it_is_verified(
    bot: BotHere, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A system that forbids that to the bot keeps nobody from a backup."""
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines.append(line)

    def forbidden(*_: int) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", forbidden)
    await Backups(database, Still(), tell, apart_from_bytes=0).look()
    assert (made(bot), lines) == (days(0, 1), [])


async def test_a_bot_that_ends_gives_the_verifying_up(bot: BotHere, database: Database) -> None:
    """It waits for no other process, nothing is left, and nobody is told."""
    lines: list[str] = []

    async def tell(line: str) -> None:
        lines.append(line)

    backups = Backups(database, Still(), tell, apart_from_bytes=0)
    looking = asyncio.create_task(backups.look())
    part = daily.path_of(database.path, START.date()).with_name(f"deckhand.db.{days(0, 1)[0]}.part")
    async with asyncio.timeout(10):
        while not part.exists():  # noqa: ASYNC110 (no event tells of a file)
            await asyncio.sleep(0)
    await backups.stop()
    await looking
    assert (made(bot), lines) == ([], [])


async def test_who_restores_is_told_how_many_were_left_out(
    bot: BotHere,
    anna: Somebody,
    clock: WorldClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A line more than otherwise; the backup itself can be verified by its name."""
    await settles(anna)
    await clock.advance(days=1)
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    await bot.stop()
    backup = bot.folder / "backups" / f"deckhand.db.{days(1, 1)[0]}"
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{bot.folder / 'deckhand.db'}")
    assert await asyncio.to_thread(main, ["verify", str(backup)]) == 0
    assert capsys.readouterr().out == "1 memories, 0 differ\n"
    assert await asyncio.to_thread(main, ["restore", str(backup)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == ["Left out, because they asked to be forgotten after it was made: 1."]
