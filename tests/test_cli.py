"""The command line as its users meet it: processes, their exit status and what they print."""

import asyncio
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import sqlite
from bot.storage.errors import DatabaseRefused
from tests.people import BotHere, BotProcess, environment, nursery, surroundings

TOKEN = "123456:AA-a_token_of_nobody"


@dataclass(frozen=True)
class Ended:
    """What came of a process."""

    status: int
    out: str
    err: str


async def deckhand(*arguments: str, cwd: Path, env: Mapping[str, str] | None = None) -> Ended:
    """Run a command of Deckhand with no setting but these; it has to end by itself."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begun = ("-m", "bot", *arguments)
        child = nursery().bear(begun, {**surroundings(), **(env or {})}, cwd, out.fileno(), err.fileno())
        async with asyncio.timeout(30):
            status = await child.wait()
        for file in (out, err):
            file.seek(0)
        return Ended(status, out.read().decode(), err.read().decode())


@pytest.fixture
def env(playground: Playground, tmp_path: Path, decks_dir: Path) -> dict[str, str]:
    """The settings of the bot that the test runs."""
    return environment(playground, tmp_path, decks_dir, {})


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Where that bot remembers."""
    return tmp_path / "deckhand.db"


async def two_graded(anna: Somebody) -> None:
    """Two memories, and an entry of the log that was taken back."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Good", "Not now", "Show answer", "Easy", "Show answer", "Again")
    await anna.sends("/undo")


def changed(database: Path, statement: str) -> None:
    """Change the database behind the bot's back."""
    connection = sqlite3.connect(database)
    with connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


# What there is


def test_help_is_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command says what it does and what it takes, with exit status 0."""
    commands = {
        (): ("demo", "run", "deck", "verify", "doctor", "backup", "restore"),
        ("run",): ("--clock",),
        ("demo",): ("--port", "--keep"),
        ("deck",): ("check", "import"),
        ("deck", "import"): ("FILE", "--owner", "--everybody", "--progress", "--yes"),
        ("deck", "check"): ("FILE",),
        ("verify",): ("Replay",),
        ("doctor",): ("--clock", "--expect-running"),
        ("backup",): ("FILE",),
        ("restore",): ("FILE",),
    }
    for command, words in commands.items():
        with pytest.raises(SystemExit) as ended:
            main([*command, "--help"])
        said = capsys.readouterr()
        assert (ended.value.code, said.err) == (0, "")
        assert said.out.startswith("usage: python -m bot")
        assert all(word in said.out for word in words), said.out


@pytest.mark.parametrize("wrong", [(), ("fly",), ("deck",), ("backup",), ("demo", "--port", "many")])
def test_a_wrong_command_is_told(capsys: pytest.CaptureFixture[str], wrong: tuple[str, ...]) -> None:
    """What cannot be understood ends with status 2 and the way it is written."""
    with pytest.raises(SystemExit) as ended:
        main(wrong)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (2, "")
    assert said.err.startswith("usage: python -m bot")


# deck check


async def test_deck_check_describes_good_files(tmp_path: Path, decks_dir: Path) -> None:
    """A file without faults is described, and the exit status is 0."""
    said = await deckhand("deck", "check", "decks/capitals.txt", cwd=tmp_path)
    assert said == Ended(
        0,
        "decks/capitals.txt: Capitals\n"
        "5 entries: 5 cards, 0 statements, 0 wait for an answer\n"
        "2 columns, parted by ;: the first is the front, the others belong to the back.\n",
        "",
    )


async def test_deck_check_names_every_fault(tmp_path: Path, decks_dir: Path) -> None:
    """Lost lines, files that are no text and files that are not there are named, the good one beside them described."""
    (decks_dir / "bad.txt").write_text("a?;b\n;c\n", "utf-8")
    (decks_dir / "utf16.txt").write_bytes("a?;b\n".encode("utf-16") + b"x")
    files = ("decks/bad.txt", "decks/utf16.txt", "decks/none.txt", "decks/capitals.txt")
    said = await deckhand("deck", "check", *files, cwd=tmp_path)
    assert said.status == 1
    assert "decks/bad.txt, line 2: nothing in the first field." in said.out
    assert "decks/utf16.txt, line 2: this line is no whole UTF-16." in said.out
    assert "decks/none.txt: no such file or directory." in said.out
    assert "decks/capitals.txt: Capitals\n5 entries" in said.out
    assert "Traceback" not in said.err


# verify


async def test_verify_finds_nothing_while_the_bot_runs(
    bot_process: BotProcess, anna: Somebody, tmp_path: Path, env: dict[str, str]
) -> None:
    """Beside the running bot every memory is what the log leads to, and nothing is written."""
    await bot_process.start()
    await two_graded(anna)
    assert await deckhand("verify", cwd=tmp_path, env=env) == Ended(0, "2 memories, 0 differ\n", "")


@pytest.mark.parametrize(
    "statement",
    [
        "update memories set stability = stability * 1.001 where card_id = 1",
        "update memories set due_day = due_day + 1 where due_day is not null",
        "update memories set lapses = 1 where card_id = 2",
        "delete from memories where card_id = 1",
        "insert into memories select learner_id, 4, stage, stability, difficulty, step, interval_days, due_at, "
        "due_day, last_at, last_day, reviews, lapses from memories where card_id = 2",
        "update reviews set grade = 1 where card_id = 2 and grade is not null",
    ],
    ids=["changed", "due another day", "a lapse more", "vanished", "invented", "log changed"],
)
async def test_verify_finds_what_was_altered(
    bot: BotHere,
    anna: Somebody,
    database: Path,
    statement: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """One memory that the log does not lead to is counted and named by its ids, and the exit status is 1."""
    await two_graded(anna)
    await bot.stop()
    changed(database, statement)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{database}")
    status = await asyncio.to_thread(main, ["verify"])
    said = capfd.readouterr()
    assert (status, said.out) == (1, "2 memories, 1 differ\n")
    assert re.fullmatch(rf"learner {anna.id}, card \d: [^\n]+\n", said.err)


# backup and restore


async def test_a_backup_of_the_running_bot_is_put_back(
    bot_process: BotProcess, anna: Somebody, tmp_path: Path, env: dict[str, str]
) -> None:
    """A copy made while the bot runs is whole; put back, everybody is where they were, and the old one is kept."""
    await bot_process.start()
    await two_graded(anna)
    at_backup = anna.sees()
    copied = await deckhand("backup", "copy.db", cwd=tmp_path, env=env)
    assert copied == Ended(0, "copy.db is a whole copy.\n", "")
    await anna.taps("Easy")
    refused = await deckhand("restore", "copy.db", cwd=tmp_path, env=env)
    assert bot_process.process is not None
    assert refused.status == 2
    assert f"already running on {tmp_path / 'deckhand.db'} (process {bot_process.process.pid})" in refused.err
    await bot_process.terminate()
    restored = await deckhand("restore", "copy.db", cwd=tmp_path, env=env)
    assert restored.status == 0
    kept = restored.out.split()[-1].removesuffix(".")
    assert Path(kept).name.startswith("deckhand.db.before-restore-")
    assert restored.out == f"{tmp_path / 'deckhand.db'} is what copy.db holds. What it was is in {kept}.\n"
    assert await deckhand("verify", cwd=tmp_path, env=env) == Ended(0, "2 memories, 0 differ\n", "")
    old = await deckhand("verify", cwd=tmp_path, env={**env, "BOT_DATABASE_URL": f"sqlite:///{kept}"})
    assert old.out == "3 memories, 0 differ\n"
    await bot_process.start()
    await anna.sends("/start")
    assert anna.sees().text == at_backup.text


async def test_a_backup_overwrites_nothing(bot: BotHere, tmp_path: Path, env: dict[str, str]) -> None:
    """A file that is there already stays, in words."""
    (tmp_path / "diary.txt").write_text("dear diary", "utf-8")
    said = await deckhand("backup", "diary.txt", cwd=tmp_path, env=env)
    assert said == Ended(2, "", "diary.txt is already there: give the backup another name.\n")
    assert (tmp_path / "diary.txt").read_text("utf-8") == "dear diary"


def unsound(tmp_path: Path) -> dict[str, str]:
    """Files that are no sound database of ours, with a word of what is said of each."""
    (tmp_path / "text.db").write_text("no database at all, but long enough to look at " * 30, "utf-8")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("create table songs (title text)")
    other.close()
    newer(tmp_path / "newer.db")
    return {
        "text.db": "no SQLite database",
        "other.db": "not one of Deckhand's",
        "newer.db": "version 99",
        "none.db": "no file",
    }


def newer(path: Path) -> None:
    """Make a database that a later Deckhand left."""
    connection = sqlite3.connect(path)
    connection.execute(f"pragma application_id = {sqlite.APPLICATION_ID}")
    connection.execute("pragma user_version = 99")
    connection.execute("create table decks (deck_id integer)")
    connection.close()


async def test_only_a_sound_database_is_put_back(
    bot: BotHere,
    anna: Somebody,
    tmp_path: Path,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A file that is none, a newer one and somebody else's are refused in one line, and the database stays."""
    await two_graded(anna)
    await bot.stop()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{database}")
    for name, words in unsound(tmp_path).items():
        status = main(["restore", name])
        said = capfd.readouterr()
        assert (status, said.out) == (2, ""), name
        assert said.err.count("\n") == 1, said.err
        assert words in said.err
    assert await asyncio.to_thread(main, ["verify"]) == 0
    assert capfd.readouterr().out == "2 memories, 0 differ\n"


# What makes starting impossible


async def test_a_token_that_telegram_refuses_is_one_line(
    tmp_path: Path, env: dict[str, str], playground: Playground
) -> None:
    """A token that looks like one and is none ends the start as any wrong setting."""
    said = await deckhand("run", cwd=tmp_path, env={**env, "BOT_TOKEN": TOKEN})
    assert said == Ended(2, "", "Telegram does not accept BOT_TOKEN: take a valid one from @BotFather.\n")


async def test_settings_come_from_dotenv_too(tmp_path: Path, decks_dir: Path) -> None:
    """The file .env beside the program counts, and the environment wins over it."""
    (tmp_path / ".env").write_text("BOT_TOKEN=12:abc def\nBOT_LOG_LEVEL=loud\n", "utf-8")
    said = await deckhand("run", cwd=tmp_path, env={"BOT_LOG_LEVEL": "INFO"})
    assert said == Ended(
        2, "", "BOT_TOKEN does not look like a token: digits, a colon and letters are expected, as @BotFather gives.\n"
    )


async def test_a_token_that_is_withdrawn_ends_the_bot(bot_process: BotProcess, playground: Playground) -> None:
    """A bot whose token Telegram takes no longer ends with one line of what to do."""
    await bot_process.start()
    playground.faults.add("getUpdates", status=401)
    playground.person("Anna").sends_unheard("/start")
    assert await bot_process.dead() == 2
    assert bot_process.words(1) == "Telegram does not accept BOT_TOKEN: take a valid one from @BotFather."
    assert "Traceback" not in bot_process.words()


async def test_a_second_copy_is_refused(bot_process: BotProcess, tmp_path: Path, env: dict[str, str]) -> None:
    """On a database that a running bot has, another one does not start and names the process; the first goes on."""
    await bot_process.start()
    said = await deckhand("run", cwd=tmp_path, env=env)
    assert bot_process.process is not None
    pid = bot_process.process.pid
    assert said == Ended(
        2, "", f"Deckhand is already running on {tmp_path / 'deckhand.db'} (process {pid}): stop that one first.\n"
    )
    assert bot_process.process.returncode is None


async def test_a_database_is_the_same_by_any_name(bot_process: BotProcess, tmp_path: Path, env: dict[str, str]) -> None:
    """By a hard link, and after its lock was deleted, a database that a bot made belongs to that bot: no other starts,
    nothing is imported or put back, and the doctor sees that it runs.
    """
    (tmp_path / "deckhand.db").unlink()
    shutil.rmtree(tmp_path / "backups")
    await bot_process.start()
    assert (await deckhand("backup", "copy.db", cwd=tmp_path, env=env)).status == 0
    (tmp_path / "words.txt").write_text("mer;sea\n")
    (tmp_path / "other.db").hardlink_to(tmp_path / "deckhand.db")
    (tmp_path / "deckhand.db.lock").unlink()
    for name in ("other.db", "deckhand.db"):
        path = tmp_path / name
        named = {**env, "BOT_DATABASE_URL": f"sqlite:///{path}"}
        why = f"another process, which has that file by another name, or whose lock, {name}.lock, was deleted"
        for command in ("run", "restore copy.db", "deck import words.txt --everybody --yes"):
            assert await deckhand(*command.split(), cwd=tmp_path, env=named) == Ended(
                2, "", f"Deckhand is already running on {path} ({why}): stop that one first.\n"
            )
        seen = await deckhand("doctor", cwd=tmp_path, env=named)
        assert "bot          ok     runs (process unknown) on this database\n" in seen.out
    assert await bot_process.terminate() == 0
    assert (await deckhand("restore", "copy.db", cwd=tmp_path, env=env)).status == 0


async def test_a_database_is_the_same_by_a_link(bot_process: BotProcess, tmp_path: Path, env: dict[str, str]) -> None:
    """What a link leads to belongs to the bot that has it, and a backup put back by the link is put there."""
    await bot_process.start()
    (tmp_path / "elsewhere").mkdir()
    link = tmp_path / "elsewhere" / "linked.db"
    link.symlink_to(tmp_path / "deckhand.db")
    by_link = {**env, "BOT_DATABASE_URL": f"sqlite:///{link}"}
    said = await deckhand("run", cwd=tmp_path, env=by_link)
    assert said.status == 2
    assert said.err.startswith(f"Deckhand is already running on {tmp_path / 'deckhand.db'} (process ")
    assert (await deckhand("backup", "copy.db", cwd=tmp_path, env=by_link)).status == 0
    await bot_process.terminate()
    restored = await deckhand("restore", "copy.db", cwd=tmp_path, env=by_link)
    assert restored.out.startswith(f"{tmp_path / 'deckhand.db'} is what copy.db holds.")
    assert link.is_symlink()
    assert [each.name for each in link.parent.iterdir()] == [link.name]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_the_bot_ends_when_asked(bot_process: BotProcess, how: signal.Signals) -> None:
    """Asked to end, also by Ctrl-C, it ends well and without a traceback."""
    await bot_process.start()
    assert bot_process.process is not None
    bot_process.process.send_signal(how)
    assert await bot_process.dead() == 0
    assert "Traceback" not in bot_process.words()
    assert re.search(r" INFO bot: the bot has stopped$", bot_process.words(1))


async def test_the_bot_waits_for_telegram(playground: Playground, tmp_path: Path, env: dict[str, str]) -> None:
    """Without Telegram the start goes on trying, and Ctrl-C still ends it at once."""
    await playground.stop()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=tmp_path,
        env={**surroundings(), **env, "BOT_ADMIN": "7"},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(20):
        assert b"BOT_ADMIN is no setting of Deckhand's: did you mean BOT_ADMINS?" in await process.stderr.readline()
        said = await process.stderr.readline()
        assert b"Telegram does not answer at" in said
        assert b"is this machine online, and BOT_API_URL right?" in said
        process.send_signal(signal.SIGINT)
        assert b"Traceback" not in await process.stderr.read()
        assert await process.wait() == 0


def test_an_old_sqlite_is_refused() -> None:
    """SQLite 3.36 is refused in one line that says what is needed, 3.37 is taken."""
    with pytest.raises(
        DatabaseRefused, match=r"^Deckhand needs SQLite 3\.37\.0 or newer and this Python has 3\.36\.0: "
    ):
        sqlite.refuse_old_engine((3, 36, 0))
    sqlite.refuse_old_engine((3, 37, 0))


async def test_on_an_old_sqlite_the_bot_does_not_start(tmp_path: Path, env: dict[str, str]) -> None:
    """With a driver that says it is older, the start ends with that line and makes no database."""
    older = "import sqlite3, sys; sqlite3.sqlite_version_info = (3, 36, 0)"
    code = f"{older}\nfrom bot.cli import main; sys.exit(main(['run']))"
    said = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], cwd=tmp_path, env={**surroundings(), **env}, capture_output=True
    )
    assert (said.returncode, said.stdout) == (2, b"")
    assert re.fullmatch(rb"Deckhand needs SQLite 3\.37\.0 [^\n]+\n", said.stderr)
    assert not (tmp_path / "deckhand.db").exists()
