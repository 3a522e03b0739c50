"""Whose files they are: what root does by hand leaves the bot its own, and who may not use them reads why."""

import asyncio
import contextlib
import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import bot.app
import bot.doctor
import bot.logs  # noqa: F401
from bot.chat.imports import Imports
from bot.cli import main
from bot.storage import daily
from bot.storage.backup import backup, before_migrating
from bot.storage.database import Database
from bot.storage.errors import DatabaseRefused
from bot.storage.forgotten import Forgotten, list_of
from bot.storage.lock import held
from bot.storage.restore import restore
from tests.decks.anki.samples import PICTURE, zipped
from tests.test_cli import TOKEN

AT = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)
SOMEBODY = 65_534
is_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root makes files that are not its own.")


async def made(path: Path) -> None:
    """A database, closed."""
    await (await Database.open(path)).close()


def rights(folder: Path) -> dict[str, tuple[int, int]]:
    """Owner and mode of each file under a folder."""
    found = [(path.name, path.stat()) for path in folder.rglob("*")]
    return {name: (status.st_uid, stat.S_IMODE(status.st_mode)) for name, status in found}


async def test_all_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """A new database, what SQLite puts beside it, its lock and its list can be read by nobody else."""
    before = os.umask(0o022)
    try:
        with held(tmp_path / "deckhand.db"):
            database = await Database.open(tmp_path / "deckhand.db")
            await database.write(lambda db: db.execute("insert into marks values ('a', '')"))
            Forgotten(list_of(database.path)).add(1)
            found = rights(tmp_path)
            await database.close()
    finally:
        os.umask(before)
    assert set(found) == {f"deckhand.db{end}" for end in ("", "-wal", "-shm", ".lock", ".forgotten")}
    assert {mode for _, mode in found.values()} == {0o600}


async def test_media_are_for_their_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What comes in from a chat or by `deck import`, also by root's, is the bot's and nobody else's to read."""
    data, owner = tmp_path / "data", SOMEBODY if os.geteuid() == 0 else os.geteuid()
    data.mkdir()
    os.chown(data, owner, -1)
    (tmp_path / "x.zip").write_bytes(zipped([("x.md", b"Q: x\nA: ![](p.png)\n"), ("x/p.png", PICTURE)]))
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_DECKS_DIR", str(tmp_path))
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{data / 'deckhand.db'}")
    before = os.umask(0o022)
    try:
        imported = ["deck", "import", str(tmp_path / "x.zip"), "--everybody", "--yes"]
        assert await asyncio.to_thread(main, imported) == 0, capsys.readouterr()
        imports = Imports(data / "deckhand.db", lambda *_: None, lambda: 0.0)
        async with imports.kept(b"said", ".ogg"), imports.folder():
            pass
        found = rights(data)
    finally:
        os.umask(before)
    assert found.pop("deckhand.db.media") == (owner, 0o700)
    assert sorted(name[64:] for name in found if len(name) > 64) == [".ogg", ".png"]
    assert set(found.values()) == {(owner, 0o600)}


async def test_a_folder_of_media_that_all_could_look_into_is_closed(folder: Path) -> None:
    """At the start and when something is written; one that is somebody else's, or elsewhere, is used as it is."""
    imports = Imports(folder / "deckhand.db", lambda *_: None, lambda: 0.0)

    async def nothing() -> frozenset[str]:
        return frozenset()

    await imports.sweep(nothing)
    assert not imports.media.exists()
    imports.media.mkdir()
    imports.media.chmod(0o755)
    await imports.sweep(nothing)
    assert stat.S_IMODE(imports.media.stat().st_mode) == 0o700
    imports.media.chmod(0o777)
    os.chmod(folder, 0o777)
    with somebody_else():
        async with imports.kept(b"said", ".ogg") as name:
            assert (imports.media / name).read_bytes() == b"said"
    assert stat.S_IMODE(imports.media.stat().st_mode) == (0o777 if os.geteuid() == 0 else 0o700)
    elsewhere = imports.media.rename(folder / "elsewhere")
    elsewhere.chmod(0o755)
    imports.media.symlink_to(elsewhere)
    async with imports.kept(b"heard", ".ogg"):
        assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o755


@is_root
async def test_what_root_restores_stays_the_bots(tmp_path: Path) -> None:
    """The database keeps owner and mode, and so do its copy, its lock and the list of the forgotten."""
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, SOMEBODY, SOMEBODY)
    await made(tmp_path / "copy.db")
    await made(data / "deckhand.db")
    (data / "deckhand.db").chmod(0o640)
    Forgotten(list_of(data / "deckhand.db")).add(1)
    os.chown(list_of(data / "deckhand.db"), 0, 0)  # as if root had brought it
    kept = restore(tmp_path / "copy.db", data / "deckhand.db", AT).kept
    assert kept is not None
    found = rights(data)
    assert found.pop("deckhand.db") == (SOMEBODY, 0o640)
    assert found == dict.fromkeys(("deckhand.db.lock", "deckhand.db.forgotten", kept.name), (SOMEBODY, 0o600))


@is_root
@pytest.mark.parametrize("plant", [Path.symlink_to, Path.hardlink_to])
async def test_root_gives_nothing_away_by_a_planted_lock(tmp_path: Path, plant: Callable[[Path, Path], None]) -> None:
    """A lock that is a file of root's by another name is refused, and that file keeps its owner and what it holds."""
    data, roots = tmp_path / "data", tmp_path / "roots"
    data.mkdir()
    roots.write_text("precious")
    await made(tmp_path / "copy.db")
    await made(data / "deckhand.db")
    plant(data / "deckhand.db.lock", roots)
    for each in (data, data / "deckhand.db"):
        os.chown(each, SOMEBODY, SOMEBODY)
    with pytest.raises(DatabaseRefused, match=r"deckhand\.db\.lock is .*: move it away\.$"):
        restore(tmp_path / "copy.db", data / "deckhand.db", AT)
    assert (roots.read_text(), roots.stat().st_uid) == ("precious", 0)
    # One that is the bot's own has as many names as its owner likes.
    os.chown(roots, SOMEBODY, SOMEBODY)
    if plant is Path.hardlink_to:
        assert restore(tmp_path / "copy.db", data / "deckhand.db", AT).kept


@is_root
async def test_what_root_puts_where_nothing_was_is_the_folders_owners(tmp_path: Path) -> None:
    """On a new machine root restores before the bot ever ran, and the bot can open it."""
    data = tmp_path / "data"
    data.mkdir()
    os.chown(data, SOMEBODY, SOMEBODY)
    await made(tmp_path / "copy.db")
    restore(tmp_path / "copy.db", data / "deckhand.db", AT)
    assert rights(data) == dict.fromkeys(("deckhand.db", "deckhand.db.lock"), (SOMEBODY, 0o600))


@is_root
async def test_what_a_bot_run_by_root_makes_is_the_owners(tmp_path: Path) -> None:
    """A database, its daily backup and its copy before migrating belong to whom the folder belongs to."""
    os.chown(tmp_path, SOMEBODY, SOMEBODY)
    database = tmp_path / "deckhand.db"
    await made(database)
    daily.finish(database, date(2026, 3, 2), daily.begin(database, date(2026, 3, 2), lambda: True))
    before_migrating(database, 1)
    found = rights(tmp_path)
    assert found.pop("backups") == (SOMEBODY, 0o700)
    names = ("deckhand.db", "deckhand.db.2026-03-02", "deckhand.db.version-1")
    assert found == dict.fromkeys(names, (SOMEBODY, 0o600))


def is_found_by_all(place: Path) -> bool:
    """Whether anybody may go there, through every folder above it."""
    return place.is_dir() and all(each.stat().st_mode & 0o001 for each in (place.resolve(), *place.resolve().parents))


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody finds, which the temporary folders of tests are not."""
    places = filter(is_found_by_all, map(Path, (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm")))
    found = Path(tempfile.mkdtemp(dir=next(places)))
    found.chmod(0o755)
    yield found
    found.chmod(0o755)
    shutil.rmtree(found)


@contextlib.contextmanager
def somebody_else() -> Iterator[None]:
    """This process has no more rights than any user's."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(SOMEBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def name_of(user: int) -> str:
    """As the machine calls this user, which it may not know."""
    known = {entry.pw_uid: entry.pw_name for entry in reversed(pwd.getpwall())}
    return known.get(user, f"user {user}")


@pytest.mark.parametrize("kept_back", ["deckhand.db", "deckhand.db.lock"])
def test_who_may_not_use_the_database_is_told_whose_it_is(
    folder: Path, kept_back: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """run, verify, backup and doctor name the file, its owner, this user and what helps."""
    data = folder / "data"
    data.mkdir()
    if os.geteuid() == 0:
        os.chown(data, SOMEBODY, SOMEBODY)
    asyncio.run(made(data / "deckhand.db"))
    with held(data / "deckhand.db"):
        pass
    owner = os.geteuid()
    path = data / kept_back
    os.chown(path, owner, -1)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_DECKS_DIR", str(folder))
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{data / 'deckhand.db'}")
    # Once by who may, which also loads what this process could not find any more as somebody else.
    path.chmod(0o700)
    assert main(["verify"]) == 0
    assert main(["backup", str(folder / "before.db")]) == 0
    assert main(["doctor"]) == 1  # there is no Telegram
    assert " belongs to " not in capfd.readouterr().out
    path.chmod(0)
    with somebody_else():
        ended = {command: (main(command.split()), capfd.readouterr()) for command in ("verify", "doctor", "run")}
        ended["backup"] = main(["backup", "copy.db"]), capfd.readouterr()
        me = name_of(os.geteuid())
    told = f"{path} belongs to {name_of(owner)} and may not be "
    for command, (status, said) in ended.items():
        if kept_back == "deckhand.db.lock" and command == "backup":
            continue  # it asks nobody whether the bot runs
        assert status == (1 if command == "doctor" else 2), said
        assert told in said.out + said.err, command
        assert f" by this user ({me}): " in said.out + said.err, command
        assert "Traceback" not in said.err
        assert command == "doctor" or said.err.count("\n") == 1, said.err
    path.chmod(0o700)


def test_the_doctor_finds_what_the_bot_may_not_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A database that is only to be read is wrong, as the bot would not start on it."""
    database = folder / "deckhand.db"
    asyncio.run(made(database))
    if os.geteuid() == 0:
        for each in (folder, database):
            os.chown(each, SOMEBODY, SOMEBODY)
    monkeypatch.chdir(folder)
    for name, value in {
        "BOT_TOKEN": TOKEN,
        "BOT_DECKS_DIR": str(folder),
        "BOT_API_URL": "http://127.0.0.1:1",
        "BOT_DATABASE_URL": f"sqlite:///{database}",
    }.items():
        monkeypatch.setenv(name, value)
    main(["doctor"])
    assert "database     ok " in capfd.readouterr().out
    database.chmod(0o400)
    with somebody_else():
        main(["doctor"])
        me = name_of(os.geteuid())
    said = f"database     WRONG  {database} belongs to {me} and may not be written by this user ({me}): chmod u+rw "
    assert said in capfd.readouterr().out
    database.chmod(0o600)


def test_settings_that_may_not_be_read_are_not_called_malformed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """run and doctor say whose the file is and what helps, by its own name, and nothing that merely follows from it."""
    for name in ("BOT_TOKEN", "BOT_DATABASE_URL", "BOT_DECKS_DIR", "BOT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(folder)
    settings = folder / "deckhand.env"
    settings.write_text(f"BOT_TOKEN={TOKEN}\n", "utf-8")
    settings.chmod(0)
    (folder / ".env").symlink_to(settings)
    me, owner = name_of(os.geteuid() or SOMEBODY), name_of(os.geteuid())
    helps = f"as root, chown {me} {settings}" if os.geteuid() == 0 else f"chmod u+rw {settings}"
    told = f"{settings} belongs to {owner} and may not be read by this user ({me}): {helps}."
    with somebody_else():
        assert main(["run"]) == 2
        assert capfd.readouterr().err == f"{told}\n"
        assert main(["doctor"]) == 1
    assert capfd.readouterr().out == (
        f"settings     WRONG  {told}\n"
        "bot          -      not looked at: BOT_DATABASE_URL is not known\n"
        "database     -      not looked at: BOT_DATABASE_URL is not known\n"
        "decks        -      not looked at: BOT_DECKS_DIR is not known\n"
        "telegram     -      not asked: BOT_API_URL is not known\n"
        "clock        -      not asked: BOT_API_URL is not known\n"
    )


def doctor_of(
    folder: Path, database: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> list[str]:
    """What the doctor says to somebody else about the database and its backups."""
    for name, value in {
        "BOT_TOKEN": TOKEN,
        "BOT_DECKS_DIR": str(folder),
        "BOT_API_URL": "http://127.0.0.1:1",
        "BOT_DATABASE_URL": f"sqlite:///{folder}/none.db",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    main(["doctor"])  # loads what this process could not find any more as somebody else
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{database}")
    capfd.readouterr()
    with somebody_else():
        main(["doctor"])
    return [line for line in capfd.readouterr().out.splitlines() if line.startswith(("database ", "last backup "))]


def test_the_doctor_finds_a_folder_that_the_bot_may_not_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Also where SQLite has all of its files from before and could open them; and a folder of backups likewise."""
    data = folder / "data"
    data.mkdir()
    database, backups = data / "deckhand.db", data / "backups"
    asyncio.run(made(database))
    backups.mkdir()
    for end in ("-wal", "-shm"):
        database.with_name(database.name + end).touch()
    for each in data.iterdir():
        if os.geteuid() == 0:
            os.chown(each, SOMEBODY, SOMEBODY)
    data.chmod(0o555)
    before = rights(data)
    (wrong, *_) = doctor_of(folder, database, monkeypatch, capfd)
    me, owner = name_of(os.geteuid() or SOMEBODY), name_of(os.geteuid())
    helps = f"as root, chown {me} {data}" if os.geteuid() == 0 else f"chmod u+rwx {data}"
    assert wrong == (
        f"database     WRONG  {database} cannot be opened. "
        f"{data} belongs to {owner} and this user ({me}) may make no file in it: {helps}."
    )
    assert rights(data) == before
    data.chmod(0o777)
    backups.chmod(0o500)
    os.chown(backups, os.geteuid(), -1)
    (right, wrong) = doctor_of(folder, database, monkeypatch, capfd)
    assert right.startswith("database     ok ")
    helps = f"as root, chown {me} {backups}" if os.geteuid() == 0 else f"chmod u+rwx {backups}"
    assert wrong == (
        f"last backup  WRONG  {backups} belongs to {owner} and this user ({me}) may make no file in it: {helps}."
    )
    backups.chmod(0o700)


async def test_a_list_that_cannot_be_used_is_told_at_the_start(folder: Path) -> None:
    """A bot that could forget nobody does not start, and a copy that may not be read is told likewise."""
    database = folder / "deckhand.db"
    await made(database)
    Forgotten(list_of(database)).add(1)
    backup(database, folder / "copy.db")
    if os.geteuid() == 0:
        os.chown(folder, SOMEBODY, SOMEBODY)
        os.chown(database, SOMEBODY, SOMEBODY)
    owner = name_of(os.geteuid())
    for path in (list_of(database), folder / "copy.db"):
        path.chmod(0)
    with somebody_else():
        with pytest.raises(DatabaseRefused) as at_start:
            await made(database)
        with pytest.raises(DatabaseRefused) as at_restore:
            restore(folder / "copy.db", folder / "new.db", AT)
    for refused, path in ((at_start, list_of(database)), (at_restore, folder / "copy.db")):
        assert refused.value.message.startswith(f"{path} belongs to {owner} and may not be read by this user (")


async def test_a_backup_for_somebody_is_theirs(tmp_path: Path) -> None:
    """A copy that is asked for belongs to who asked for it."""
    await made(tmp_path / "deckhand.db")
    if os.geteuid() == 0:
        os.chown(tmp_path / "deckhand.db", SOMEBODY, SOMEBODY)
    backup(tmp_path / "deckhand.db", tmp_path / "copy.db")
    assert rights(tmp_path)["copy.db"] == (os.geteuid(), 0o600)


def test_a_folder_in_which_nothing_can_be_made_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """verify, doctor and backup name the folder in which SQLite has to work, its owner, this user and what helps."""
    data = folder / "data"
    data.mkdir()
    database = data / "deckhand.db"
    asyncio.run(made(database))
    database.chmod(0o666)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_DECKS_DIR", str(folder))
    monkeypatch.setenv("BOT_API_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("BOT_DATABASE_URL", f"sqlite:///{database}")
    commands = ("verify", "doctor", f"backup {folder / 'copy.db'}")
    assert [main(command.split()) for command in commands] == [0, 1, 0]  # there is no Telegram
    (folder / "copy.db").unlink()
    me = os.geteuid() or SOMEBODY
    cases = [(me, me, 0o500, f"chmod u+rwx {data}")]
    if os.geteuid() == 0:
        os.chown(folder, me, me)
        cases += [(0, me, 0o755, f"as root, chown {name_of(me)} {data}"), (0, 0, 0o755, f"run this as {name_of(0)}")]
    for folder_is, file_is, mode, helps in cases:
        os.chown(data, folder_is, -1)
        os.chown(database, file_is, -1)
        data.chmod(mode)
        capfd.readouterr()
        with somebody_else():
            ended = {command: (main(command.split()), capfd.readouterr()) for command in (*commands, "run")}
        whose = f"{data} belongs to {name_of(folder_is)} and this user ({name_of(me)}) may make no file in it"
        for command, (status, said) in ended.items():
            assert status == (1 if command == "doctor" else 2), said
            assert f"{database} cannot be opened. {whose}: {helps}.\n" in said.out + said.err, command
        assert not (folder / "copy.db").exists()
    data.chmod(0o700)
