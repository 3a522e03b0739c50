"""What the doctor says: whether everything is there that the bot needs, one line each. The token is in none.

It looks with the bot's own means, beside a running bot too: it changes nothing, takes no update and sends nothing.
"""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot import packages
from bot import settings as setting
from bot.app import bot_for
from bot.chat.reaching import Reached, reach, server_time
from bot.clock import Clock
from bot.decks import check, folder
from bot.settings import SettingsWrong
from bot.storage import backup, condition, daily, lock, owners
from bot.storage.advice import command, put_back
from bot.storage.condition import Condition
from bot.storage.database import Database
from bot.storage.errors import DatabaseRefused, StorageFailed
from bot.study import hours
from bot.tutor import checking

OK, WRONG, OPEN = "ok", "WRONG", "-"
CLOCK_OFF_AT_MOST = timedelta(seconds=30)
PUSH_LATE_AT_MOST = timedelta(minutes=10)
BACKUP_OLD_AT_MOST = timedelta(hours=36)
# What is replayed in some seconds; `verify` has no such bound.
ENTRIES_REPLAYED = 50_000
_OF_TELEGRAM = ("BOT_API_URL", "BOT_TOKEN")
SPARE_BYTES = 50 * 2**20


class Line(Struct, frozen=True):
    """One thing looked at. `state`: ok, WRONG, or - for what is neither or could not be told."""

    what: str
    state: str
    words: str

    def __str__(self) -> str:
        return f"{self.what:<12} {self.state:<6} {self.words}"


async def examine(
    environ: Mapping[str, str] | None, dotenv: Path, clock: Clock, *, expect_running: bool = False
) -> tuple[list[str], int]:
    """The lines to print, and the exit status: 1 if something is wrong, else 0. Settings as in `settings.load`.

    `expect_running`: a bot that does not run is wrong.
    """
    settings, right = _settings(environ, dotenv)
    unknown = {name: _unknown(name, settings) for name in ("BOT_DATABASE_URL", "BOT_DECKS_DIR", *_OF_TELEGRAM)}
    if (path := right.get("database")) is None:
        remembered = [Line(what, OPEN, f"not looked at: {unknown['BOT_DATABASE_URL']}") for what in ("bot", "database")]
    else:
        remembered = await _remembered(path, clock, expect_running=expect_running)
    lines = [*settings, *remembered, *await _around(right, unknown, clock)]
    # A file's name may be no text, which cannot be printed.
    said = [str(line).encode(errors="replace").decode() for line in lines]
    if token := right.get("token"):
        # Somebody may have put it where it does not belong, such as into an address.
        said = [line.replace(token, "[token]") for line in said]
    return said, int(any(line.state == WRONG for line in lines))


def _settings(environ: Mapping[str, str] | None, dotenv: Path) -> tuple[list[Line], Mapping[str, Any]]:
    try:
        settings = setting.load(environ, dotenv, need_token=True)
    except SettingsWrong as wrong:
        return [Line("settings", WRONG, line) for line in wrong.lines], wrong.right
    words = f"token set, database {settings.database}, decks folder {settings.decks_dir}"
    right = {"token": settings.token, "api_url": settings.api_url, "database": settings.database}
    unknown = [Line("settings", OPEN, line) for line in settings.unknown]
    return [Line("settings", OK, words), *unknown], {**right, "decks_dir": settings.decks_dir}


def _unknown(name: str, lines: list[Line]) -> str:
    """Why a setting that is missing is: it was named as wrong, or is in a file that could not be read."""
    return f"{name} is wrong" if any(line.words.startswith(name) for line in lines) else f"{name} is not known"


# The database and what stands in it


async def _remembered(path: Path, clock: Clock, *, expect_running: bool) -> list[Line]:
    try:
        running = await asyncio.to_thread(lock.holder, path)
    except DatabaseRefused as refused:
        return [Line("database", WRONG, refused.message)]
    except OSError as error:
        return [Line("database", WRONG, f"{lock.lock_file(path)} cannot be read: {error.strerror}")]
    lines = [_bot(running, expected=expect_running)]
    try:
        if running is None:
            # Who runs the bot with these rights cannot start it.
            owners.refuse_forbidden(path, writing=True)
            if (closed := owners.closed(path)) is not None:
                raise closed
        database = await Database.open(path, only_reading=True)
    except DatabaseRefused as refused:
        return [*lines, Line("database", WRONG, refused.message), *_disk(path)]
    try:
        found = await _database(database)
        lines += [found, *_disk(path)]
        if found.state == OK:
            known = await database.read(lambda db: condition.look(db, clock.now() - PUSH_LATE_AT_MOST))
            lines += [_zones(known), _last_push(known, runs=running is not None)]
            lines += [await asyncio.to_thread(_last_backup, path, known, clock.now(), runs=running is not None)]
    except StorageFailed as failed:
        lines.append(Line("database", WRONG, f"{path}: {failed.what}"))
    except OSError as error:
        lines.append(Line("database", WRONG, f"{error.filename or path}: {error.strerror}"))
    finally:
        await database.close()
    return lines


def _bot(running: lock.AlreadyRunning | None, *, expected: bool) -> Line:
    if running is not None:
        return Line("bot", OK, f"runs (process {running.pid or 'unknown'}) on this database")
    words = "does not run on this database"
    return (
        Line("bot", WRONG, f"{words}: start it, or its log says why it ended") if expected else Line("bot", OPEN, words)
    )


async def _database(database: Database) -> Line:
    path = database.path
    if damage := await database.read(condition.damage):
        return Line("database", WRONG, f"{path} is damaged ({damage}). Stop the bot. {put_back(path)}")
    version, entries = await database.read(condition.size)
    whole = f"version {version}, whole"
    if entries > ENTRIES_REPLAYED:
        return Line("database", OK, f"{whole}; {entries} reviews, too many to replay here: {command('verify')} does")
    verdict = await database.read(checking.verify)
    differ = len(verdict.differ)
    more = f": {command('verify')} names them" if differ else ""
    words = f"{whole}; {verdict.memories} memories, {differ} differ{more}"
    return Line("database", WRONG if differ else OK, words)


def _disk(path: Path) -> list[Line]:
    """The line, unless this user cannot look there; also of a database that cannot be opened, as the reason may be."""
    try:
        free = shutil.disk_usage(path.parent).free
        size = path.stat().st_size if path.exists() else 0
    except OSError:
        return []
    words = f"{free // 2**20} MiB free beside the database"
    if free >= size + SPARE_BYTES:
        return [Line("disk", OK, words)]
    wanted, spare = (-(-many // 2**20) for many in (size + SPARE_BYTES, SPARE_BYTES))
    return [Line("disk", WRONG, f"{words}, {wanted} are wanted: for another copy of it, and {spare} to spare")]


def _zones(known: Condition) -> Line:
    unknown = [name for name in known.zones if not hours.known_zone(name)]
    if unknown:
        return Line("time zones", WRONG, f"chosen and not known here: {', '.join(unknown)}: bring tzdata up to date")
    return Line("time zones", OK, f"{len(hours.zone_names())} known, {len(known.zones)} of them chosen")


def _last_push(known: Condition, *, runs: bool) -> Line:
    last = f"{_moment(known.last_push_at)}" if known.last_push_at else "none yet"
    following = f"; next {_moment(known.next_push_at)}" if known.next_push_at else ""
    if known.waiting and known.waiting_since:
        since = f"{last}; {known.waiting} overdue since {_moment(known.waiting_since)}"
        return Line("last push", WRONG if runs else OPEN, since if runs else f"{since}, the bot does not run")
    return Line("last push", OK, last + following)


def _last_backup(path: Path, known: Condition, now: datetime, *, runs: bool) -> Line:
    oldest_allowed = now - BACKUP_OLD_AT_MOST
    if shut := owners.shut(daily.folder_of(path), path):
        return Line("last backup", WRONG, shut)
    last = daily.last_backup(daily.folder_of(path), path.name)
    if last is None:
        none = f"none in {daily.folder_of(path)}"
        if not runs:
            # Such as on a new machine, where one was put back.
            return Line("last backup", OPEN, f"{none}: the bot makes one when it starts")
        young = known.since is None or known.since >= oldest_allowed
        return Line("last backup", OPEN if young else WRONG, none)
    day, file = last
    try:
        backup.check(file)
    except DatabaseRefused as refused:
        return Line("last backup", WRONG, refused.message)
    if day < oldest_allowed.date():
        return Line("last backup", WRONG, f"{file}, which is older than 36 hours")
    return Line("last backup", OK, f"{file}, whole")


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


# What is around it


async def _around(right: Mapping[str, Any], unknown: Mapping[str, str], clock: Clock) -> list[Line]:
    if (root := right.get("decks_dir")) is None:
        lines = [Line("decks", OPEN, f"not looked at: {unknown['BOT_DECKS_DIR']}")]
    else:
        lines = [await asyncio.to_thread(_decks, root)]
    token, url = right.get("token"), right.get("api_url")
    if url is None:
        return [*lines, *(Line(what, OPEN, f"not asked: {unknown['BOT_API_URL']}") for what in ("telegram", "clock"))]
    if token is None:
        lines.append(Line("telegram", OPEN, f"not asked: {unknown['BOT_TOKEN']}"))
    else:
        lines.append(telegram(await reach(bot_for(token, url)), setting.shown(url)))
    return [*lines, await _clock(url, clock)]


def telegram(reached: Reached, url: str) -> Line:
    """Whether it can be reached at that address."""
    if reached.wrong:
        return Line("telegram", WRONG, f"{url} {reached.wrong}")
    off = "" if reached.inline else "; inline mode is off, @BotFather switches it on (/setinline)"
    return Line("telegram", OK, f"@{reached.username} at {url}{off}")


def _decks(root: Path) -> Line:
    try:
        files = [root / name for name in folder.scan(root)]
        refused = {file: words for file in files if (words := _refused(root, file))}
    except OSError as error:
        return Line("decks", WRONG, f"{root} cannot be read: {error.strerror}")
    if not files:
        return Line("decks", WRONG, f"{root} holds no deck file")
    looked_into = [file for file in files if file not in refused]
    faults = {file: (lost, others) for file in looked_into for lost, others in [check.count(file)] if lost or others}
    lost, others = (sum(numbers) for numbers in zip(*faults.values(), strict=True)) if faults else (0, 0)
    words = f"{len(files)} files in {root}, no faults"
    if faults:
        named = command("deck", "check", *map(str, faults))
        how_many = f"{lost + others}, entries in no deck: {lost}; named by {named}"
        words = f"{len(files)} files, faults in {len(faults)} of them: {how_many}"
    not_read = "".join(f"; not read: {why}" for why in refused.values())
    return Line("decks", WRONG if lost or refused else OK, words + not_read)


def _refused(root: Path, file: Path) -> str:
    """Why the bot does not look into a file; empty: it does."""
    name = file.relative_to(root).as_posix()
    return packages.unnameable(name) or (packages.too_large(name, file) if folder.is_package(name) else "")


async def _clock(url: str, clock: Clock) -> Line:
    where = setting.shown(url)
    try:
        theirs = await server_time(url)
    except OSError:
        return Line("clock", OPEN, f"not compared: {where} does not answer")
    if theirs is None:
        return Line("clock", OPEN, f"not compared: {where} does not say what time it is")
    off = clock.now() - theirs
    if abs(off) > CLOCK_OFF_AT_MOST:
        way = "ahead of" if off > timedelta() else "behind"
        words = f"{_span(abs(off))} {way} {where}: set this machine's clock (timedatectl set-ntp true)"
        return Line("clock", WRONG, words)
    return Line("clock", OK, f"as at {where}")


def _span(of: timedelta) -> str:
    seconds = round(of.total_seconds())
    for length, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * length:
            return f"{seconds // length} {name}"
    return f"{seconds} seconds"
