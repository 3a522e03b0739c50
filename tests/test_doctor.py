"""What `doctor` tells an operator: one line for each thing that the bot needs, and never the token."""

import re
import shutil
import socket
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import doctor
from bot.chat.reaching import LOGGED_OUT, Reached
from bot.clock import Clock, FollowedClock, SystemClock
from bot.decks.arrival import MOST_BYTES
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import backup
from bot.storage.advice import command
from bot.storage.database import Database
from bot.storage.lock import held
from bot.storage.migrations import VERSION
from tests.habits import settles, until
from tests.people import BotHere, BotProcess, environment
from tests.storage.full_disk import filled, small_disk
from tests.test_cli import Ended, deckhand

NOBODY = "ClientConnectorError: Connect call failed"


@pytest.fixture
def furnished() -> None:
    """Nothing is there yet: how the database and its backups come to be is what this is about."""


@dataclass(frozen=True)
class Said:
    """What the doctor said: each line's state and words, by what it is about."""

    lines: list[str]
    status: int

    def about(self, what: str) -> str:
        """State and words of the one line about it."""
        (found,) = [line for line in self.lines if line.startswith(f"{what} ")]
        return " ".join(found.removeprefix(what).split())

    @property
    def wrong(self) -> list[str]:
        """What the lines are about that say that something is wrong."""
        return [line.split(" WRONG ")[0].strip() for line in self.lines if " WRONG " in line]


@pytest.fixture
def env(playground: Playground, tmp_path: Path, decks_dir: Path) -> dict[str, str]:
    """The settings of the bot that is looked at."""
    return environment(playground, tmp_path, decks_dir, {})


async def said(
    env: Mapping[str, str], *, url: str = "", dotenv: Path = Path("nowhere"), expect_running: bool = False
) -> Said:
    """Ask the doctor, whose clock follows the playground's at `url` or is this machine's."""
    clock: Clock = FollowedClock(url) if url else SystemClock()
    if isinstance(clock, FollowedClock):
        await clock.start()
    try:
        lines, status = await doctor.examine(env, dotenv, clock, expect_running=expect_running)
    finally:
        if isinstance(clock, FollowedClock):
            await clock.stop()
    assert status == int(any(" WRONG " in line for line in lines))
    if token := env.get("BOT_TOKEN"):
        assert token not in "\n".join(lines)
    return Said(lines, status)


async def learned(anna: Somebody) -> None:
    """One memory, and a push at eight."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Good")


async def test_beside_a_running_bot_all_is_well(
    bot_process: BotProcess, anna: Somebody, env: dict[str, str], tmp_path: Path, playground: Playground
) -> None:
    """Every line is printed once with what was found, the bot with its process, and the exit status is 0."""
    await bot_process.start()
    await learned(anna)
    asked = playground.counts["getUpdates"]
    ended = await deckhand("doctor", "--clock", playground.base_url, cwd=tmp_path, env=env)
    assert bot_process.process is not None
    database, address = tmp_path / "deckhand.db", playground.base_url
    free = re.search(r"\d+ MiB", ended.out)
    zones = re.search(r"(\d+) known", ended.out)
    assert free is not None
    assert zones is not None
    assert ended == Ended(
        0,
        f"settings     ok     token set, database {database}, decks folder {env['BOT_DECKS_DIR']}\n"
        f"bot          ok     runs (process {bot_process.process.pid}) on this database\n"
        f"database     ok     version {VERSION}, whole; 1 memories, 0 differ\n"
        f"disk         ok     {free[0]} free beside the database\n"
        f"time zones   ok     {zones[1]} known, 0 of them chosen\n"
        "last push    ok     none yet\n"
        f"last backup  ok     {tmp_path / 'backups' / 'deckhand.db.2026-03-02'}, whole\n"
        f"decks        ok     1 files in {env['BOT_DECKS_DIR']}, no faults\n"
        f"telegram     ok     @deckhand_bot at {address}\n"
        f"clock        ok     as at {address}\n",
        "",
    )
    assert playground.counts["getUpdates"] == asked


async def test_without_a_bot_it_says_so(
    bot: BotHere, anna: Somebody, env: dict[str, str], playground: Playground
) -> None:
    """A stopped bot is said to be stopped, which is nothing wrong, and everything else is looked at."""
    await learned(anna)
    await bot.stop()
    found = await said(env, url=playground.base_url)
    assert (found.about("bot"), found.status) == ("- does not run on this database", 0)


async def test_a_bot_that_should_run_and_does_not_is_wrong(
    bot: BotHere, env: dict[str, str], playground: Playground, tmp_path: Path
) -> None:
    """Who looks now and then hears of a bot that is not there, also where it dies at every start."""
    found = await said(env, url=playground.base_url, expect_running=True)
    assert (found.about("bot")[:7], found.status) == ("ok runs", 0)
    await bot.stop()
    found = await said(env, url=playground.base_url, expect_running=True)
    words = "does not run on this database: start it, or its log says why it ended"
    assert (found.about("bot"), found.wrong) == (f"WRONG {words}", ["bot"])
    ended = await deckhand("doctor", "--expect-running", "--clock", playground.base_url, cwd=tmp_path, env=env)
    assert (ended.status, words in ended.out) == (1, True)


async def test_a_misspelt_setting_is_named(env: dict[str, str]) -> None:
    """It is nothing wrong, as another bot's settings may stand there, but it is said what was probably meant."""
    found = await said({**env, "BOT_DATABSE_URL": "sqlite:///other.db"})
    lines = [line for line in found.lines if line.startswith("settings")]
    assert [line.split(maxsplit=2)[1] for line in lines] == ["ok", "-"]
    assert lines[1].endswith("BOT_DATABSE_URL is no setting of Deckhand's: did you mean BOT_DATABASE_URL?")


async def test_every_wrong_setting_has_its_line(env: dict[str, str], tmp_path: Path) -> None:
    """Wrong settings are named one a line, and what they do not concern is looked at all the same."""
    found = await said({**env, "BOT_TOKEN": "secret", "BOT_ADMINS": "Anna", "BOT_DATABASE_URL": "mysql:///x"})
    lines = [line for line in found.lines if line.startswith("settings")]
    assert [re.search(r"BOT_\w+", line)[0] for line in lines] == ["BOT_TOKEN", "BOT_DATABASE_URL", "BOT_ADMINS"]  # type: ignore[index]
    assert found.about("decks") == f"ok 1 files in {env['BOT_DECKS_DIR']}, no faults"
    assert found.about("telegram") == "- not asked: BOT_TOKEN is wrong"
    assert found.about("database") == "- not looked at: BOT_DATABASE_URL is wrong"
    assert "secret" not in "\n".join(found.lines)
    dotenv = tmp_path / ".env"
    dotenv.write_text("BOT_API_URL=telegram\nBOT_DECKS_DIR=nowhere\n", "utf-8")
    found = await said({"BOT_TOKEN": env["BOT_TOKEN"]}, dotenv=dotenv)
    assert found.wrong == ["settings", "settings", "database"]
    assert [found.about(what) for what in ("telegram", "clock")] == ["- not asked: BOT_API_URL is wrong"] * 2


# Telegram


async def telegram_of(env: Mapping[str, str]) -> str:
    """What is said of Telegram; the token stands in no line."""
    return (await said(env)).about("telegram")


async def test_what_keeps_telegram_away_is_said(env: dict[str, str], playground: Playground) -> None:
    """A refused token, a server that fails, hangs up or is not there, and a webhook each have their words."""
    url = playground.base_url
    assert await telegram_of({**env, "BOT_TOKEN": "1:abc"}) == (
        f"WRONG {url} does not accept BOT_TOKEN: take a valid one from @BotFather"
    )
    for status, words in ((429, "too many requests"), (502, "cannot be reached"), (403, "refuses")):
        playground.faults.add("getMe", status=status, retry_after=7)
        assert words in await telegram_of(env), status
    playground.faults.add("getMe", status=400, description="Logged out")
    assert await telegram_of(env) == f"WRONG {url} {LOGGED_OUT}"
    for method, result in (("getMe", None), ("getMe", []), ("getMe", {"id": "x"}), ("getWebhookInfo", True)):
        playground.faults.add(method, kind="answer", result=result)
        words = f"WRONG {url} cannot be reached: what came is no answer of Telegram's"
        assert await telegram_of(env) == words, (method, result)
    playground.faults.add("getMe", kind="reset")
    assert (await telegram_of(env)).startswith(f"WRONG {url} cannot be reached: ")
    playground.world.webhook = f"https://example.org/{env['BOT_TOKEN']}"
    assert await telegram_of(env) == (
        f"WRONG {url} gives the updates to a webhook at example.org, and the bot none: "
        "take it away (method deleteWebhook)"
    )
    await playground.stop()
    port = url.rpartition(":")[2]
    assert await telegram_of(env) == f"WRONG {url} cannot be reached: {NOBODY} ('127.0.0.1', {port})"


def test_inline_mode_that_is_off_is_no_fault() -> None:
    """Only @BotFather can switch it on, and the bot works without."""
    lines = [doctor.telegram(Reached("deckhand_bot", inline=inline), "http://here") for inline in (True, False)]
    assert [line.state for line in lines] == [doctor.OK, doctor.OK]
    assert lines[1].words == f"{lines[0].words}; inline mode is off, @BotFather switches it on (/setinline)"


async def test_the_token_is_never_printed(env: dict[str, str], decks_dir: Path, tmp_path: Path) -> None:
    """Also where somebody wrote it into another setting, into an address that nobody answers or into a file's name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        nobody = f"http://127.0.0.1:{server.getsockname()[1]}"
    token = env["BOT_TOKEN"]
    (decks_dir / f"{token}.txt").write_text("a?;b\n;c\n", "utf-8")
    places = {
        "BOT_API_URL": f"{nobody}/bot{token}",
        "BOT_DATABASE_URL": f"sqlite:///{tmp_path}/{token}/x.db",
        "BOT_DEFAULT_TIMEZONE": token,
    }
    found = await said({**env, **places})
    assert any("BOT_API_URL holds a token" in line for line in found.lines)
    assert "[token]" in found.about("decks")
    assert "[token]" in found.about("database")


async def test_on_the_command_line_it_fails_in_words(
    env: dict[str, str], tmp_path: Path, playground: Playground
) -> None:
    """With no database, a failing server and a clock that is off it prints its lines alone and ends with status 1."""
    playground.faults.add("getMe", status=502, times=9)
    ended = await deckhand("doctor", cwd=tmp_path, env={**env, "BOT_LOG_LEVEL": "DEBUG"})
    assert (ended.status, ended.err) == (1, "")
    assert playground.token not in ended.out
    assert [line.split()[0] for line in ended.out.splitlines() if " WRONG " in line] == [
        "database",
        "telegram",
        "clock",
    ]


async def test_the_servers_password_is_never_printed(env: dict[str, str], playground: Playground) -> None:
    """An address that holds one is said without it, where there is an answer and where there is none."""
    url = playground.base_url
    private = {**env, "BOT_API_URL": url.replace("//", "//me:hidden7@")}
    found = [await said(private, url=url)]
    assert found[0].about("telegram") == f"ok @deckhand_bot at {url}"
    assert found[0].about("clock") == f"ok as at {url}"
    await playground.stop()
    found.append(await said(private))
    assert found[1].about("clock") == f"- not compared: {url} does not answer"
    assert not [line for each in found for line in each.lines if "hidden7" in line]


async def test_a_clock_that_is_off_is_wrong(bot: BotHere, env: dict[str, str], playground: Playground) -> None:
    """This machine's time is held against what the server says; more than half a minute is wrong, either way."""
    assert (await said(env, url=playground.base_url)).about("clock") == f"ok as at {playground.base_url}"
    await bot.stop()
    now = SystemClock().now
    for seconds, words in ((-20, "ok"), (-200, "WRONG 3 minutes ahead of"), (7300, "WRONG 2 hours behind")):
        playground.clock.set_forth(seconds=(now() - playground.clock.now()).total_seconds() + seconds)
        assert (await said(env)).about("clock").startswith(words)


# The database


async def test_a_missing_and_a_damaged_database_are_wrong(
    bot: BotHere, anna: Somebody, env: dict[str, str], tmp_path: Path
) -> None:
    """No database, one whose pages are torn, and a file that is none: a line says so, and nothing is overwritten."""
    await learned(anna)
    await bot.stop()
    database = tmp_path / "deckhand.db"
    whole = database.read_bytes()
    database.write_bytes(whole[:8192] + b"\x55" * 4096 + whole[12288:])
    torn = database.read_bytes()
    assert (await said(env)).about("database").startswith("WRONG ")
    assert database.read_bytes() == torn
    database.write_bytes(b"no database at all, but long enough to look at " * 30)
    assert "the file is no SQLite database" in (await said(env)).about("database")
    database.unlink()
    shutil.rmtree(tmp_path / "backups", ignore_errors=True)
    assert (await said(env)).about("database") == (
        f"WRONG There is no database {database}: start the bot once, which makes it, or set BOT_DATABASE_URL anew."
    )
    assert not database.exists()


async def test_a_database_that_was_there_is_to_be_put_back(
    bot: BotHere, anna: Somebody, env: dict[str, str], tmp_path: Path
) -> None:
    """Where there are backups of one that is missing, doctor, verify and backup say what run says: put one back."""
    await learned(anna)
    await bot.stop()
    database = tmp_path / "deckhand.db"
    (tmp_path / "backups").mkdir(exist_ok=True)
    whole = tmp_path / "backups" / "deckhand.db.2026-03-02"
    whole.unlink(missing_ok=True)
    backup.backup(database, whole)
    database.unlink()
    run = (await deckhand("run", cwd=tmp_path, env=env)).err.strip()
    assert run.startswith(f"{database} is not there, but it was. Nothing was changed. Put the last whole backup back: ")
    assert f"database     WRONG  {run}\n" in (await deckhand("doctor", cwd=tmp_path, env=env)).out
    for words in (("verify",), ("backup", "copy.db")):
        assert (await deckhand(*words, cwd=tmp_path, env=env)).err.strip() == run
    assert not database.exists()


def changed(database: Path, statement: str, *values: object) -> None:
    """Change the database behind the bot's back."""
    connection = sqlite3.connect(database)
    with connection:
        assert connection.execute(statement, values).rowcount == 1
    connection.close()


async def test_a_memory_that_the_log_does_not_lead_to_is_wrong(
    bot: BotHere, anna: Somebody, env: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is replayed, up to a size above which the line says that it was not."""
    await learned(anna)
    changed(tmp_path / "deckhand.db", "update memories set stability = stability + 1")
    words = f"version {VERSION}, whole; 1 memories, 1 differ: {command('verify')} names them"
    assert (await said(env)).about("database") == f"WRONG {words}"
    monkeypatch.setattr(doctor, "ENTRIES_REPLAYED", 0)
    words = f"version {VERSION}, whole; 1 reviews, too many to replay here: {command('verify')} does"
    assert (await said(env)).about("database") == f"ok {words}"


async def test_a_full_disk_is_wrong(bot: BotHere, env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no other copy of the database has room, no backup can be made."""
    monkeypatch.setattr(doctor, "SPARE_BYTES", 2**60)
    wanted = (
        "MiB free beside the database, 1099511627777 are wanted: for another copy of it, and 1099511627776 to spare"
    )
    assert (await said(env)).about("disk").endswith(wanted)


async def test_the_disk_is_looked_at_where_the_database_cannot_be(env: dict[str, str], tmp_path: Path) -> None:
    """On a disk that is full the database may not even open, and the line about the disk says how full it is."""
    with small_disk(tmp_path / "disk") as disk:
        database = disk / "deckhand.db"
        await (await Database.open(database)).close()
        with filled(disk):
            found = await said({**env, "BOT_DATABASE_URL": f"sqlite:///{database}"})
    assert found.about("database") == f"WRONG The disk is full: {database} cannot be written. Make room there."
    assert found.about("disk") == (
        "WRONG 0 MiB free beside the database, 51 are wanted: for another copy of it, and 50 to spare"
    )


async def test_a_zone_that_is_not_known_here_is_wrong(
    bot: BotHere, anna: Somebody, env: dict[str, str], tmp_path: Path
) -> None:
    """A database that came from a machine with newer zones names those missing here."""
    await learned(anna)
    changed(tmp_path / "deckhand.db", "update chats set zone = 'Mars/Base' where chat_id = ?", anna.id)
    assert (await said(env)).about(
        "time zones"
    ) == "WRONG chosen and not known here: Mars/Base: bring tzdata up to date"


# Decks


async def test_deck_files_with_faults_are_wrong(env: dict[str, str], decks_dir: Path) -> None:
    """Faults are counted, with the command that names them; a missing picture is not wrong, an empty folder is."""
    (decks_dir / "bad one.txt").write_text("a?;b\n;c\n", "utf-8")
    (decks_dir / "dull.txt").write_text("Seen?;<img src=none.png>\n", "utf-8")
    both = command("deck", "check", f"{decks_dir}/bad one.txt", f"{decks_dir}/dull.txt")
    words = f"WRONG 3 files, faults in 2 of them: 2, entries in no deck: 1; named by {both}"
    assert (await said(env)).about("decks") == words
    with (decks_dir / "large.apkg").open("wb") as large:
        large.truncate(MOST_BYTES + 1)
    way = command("deck", "import", f"{decks_dir}/large.apkg", "--everybody")
    refused = f"large.apkg has more than 20 MB, the most for a package in the folder. While the bot is stopped: {way}"
    words = f"WRONG 4 files, faults in 2 of them: 2, entries in no deck: 1; named by {both}; not read: {refused}"
    assert (await said(env)).about("decks") == words, "nor does the bot look into it"
    (decks_dir / "large.apkg").unlink()
    (decks_dir / "bad one.txt").write_text("a?;b\n", "utf-8")
    one = command("deck", "check", f"{decks_dir}/dull.txt")
    words = f"ok 3 files, faults in 1 of them: 1, entries in no deck: 0; named by {one}"
    assert (await said(env)).about("decks") == words
    for name in ("bad one.txt", "capitals.txt", "dull.txt"):
        (decks_dir / name).unlink()
    assert (await said(env)).about("decks") == f"WRONG {decks_dir} holds no deck file"


# Pushes and backups


async def test_an_overdue_push_is_wrong_when_the_bot_runs(
    bot: BotHere, anna: Somebody, env: dict[str, str], playground: Playground, clock: WorldClock
) -> None:
    """The last push and the next are told; one that is overdue is wrong beside a running bot, else it waits for it."""
    await settles(anna)
    await until(clock, "03-02", "20:00")
    url = playground.base_url
    assert (await said(env, url=url)).about("last push") == "ok 2026-03-02 19:00 UTC; next 2026-03-03 19:00 UTC"
    playground.faults.add("sendMessage", status=429, retry_after=3600, times=1000)
    await until(clock, "03-03", "20:00")
    await until(clock, "03-03", "20:09")
    assert (await said(env, url=url)).about("last push").startswith("ok 2026-03-02 19:00 UTC")
    await until(clock, "03-03", "20:11")
    late = "2026-03-02 19:00 UTC; 1 overdue since 2026-03-03 19:00 UTC"
    assert (await said(env, url=url)).about("last push") == f"WRONG {late}"
    playground.faults.clear()
    await until(clock, "03-03", "21:05")
    await until(clock, "03-03", "21:06")
    await bot.stop()
    await until(clock, "03-04", "20:11")
    late = "2026-03-03 19:00 UTC; 1 overdue since 2026-03-04 19:00 UTC"
    assert (await said(env, url=url)).about("last push") == f"- {late}, the bot does not run"


async def test_a_backup_that_is_missing_damaged_or_old_is_wrong(
    bot: BotHere, anna: Somebody, env: dict[str, str], tmp_path: Path, playground: Playground, clock: WorldClock
) -> None:
    """Once there is something to lose for a day and a half, there has to be a whole backup not older than that; of
    none at all a bot is to blame only if it runs.
    """
    await learned(anna)
    await bot.stop()
    folder, url = tmp_path / "backups", playground.base_url
    shutil.rmtree(folder, ignore_errors=True)

    async def last() -> str:
        return (await said(env, url=url)).about("last backup")

    with held(tmp_path / "deckhand.db"):
        assert await last() == f"- none in {folder}"
        clock.advance(hours=37)
        assert await last() == f"WRONG none in {folder}"
    assert await last() == f"- none in {folder}: the bot makes one when it starts"
    folder.mkdir()
    today = folder / f"deckhand.db.{clock.now():%Y-%m-%d}"
    backup.backup(tmp_path / "deckhand.db", today)
    assert await last() == f"ok {today}, whole"
    clock.advance(hours=72)
    assert await last() == f"WRONG {today}, which is older than 36 hours"
    today.write_bytes(b"")
    assert await last() == f"WRONG {today} cannot be used. It is empty."
