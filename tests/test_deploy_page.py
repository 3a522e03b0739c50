"""The page for operators, done as it stands: every step that needs no systemd, from a bare machine to a restore."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage.forgotten import Forgotten, list_of
from bot.storage.migrations import VERSION
from tests.people import ROOT, START_SECONDS, polls, surroundings
from tests.test_import_progress import package

# They stand for what only root, systemd or a network can do. A python3 makes environments with the tests' own Python.
STUBS = {
    "apt-get": "",
    "useradd": "",
    "chown": "",
    "systemctl": 'case "$*" in "stop deckhand") [ ! -f {pid} ] || {{ kill $(cat {pid}); flock {lock} true; }} ;; esac',
    "runuser": 'shift 3; exec "$@"',
    "nano": "sed -i 's|^BOT_TOKEN=.*|BOT_TOKEN={token}|; s|^#BOT_API_URL=.*|BOT_API_URL={url}|' \"$1\"",
    "python3": 'case "$*" in "-m venv"*) mkdir -p .venv/bin && cp {bin}/venv-python .venv/bin/python ;; esac',
    "venv-python": 'case "$*" in "-m pip"*) ;; *) exec {python} "$@" ;; esac',
}
# The version after this one: a table more, and another library.
NEXT = """\
def one_more_table(connection: Connection) -> None:
    connection.execute("create table one_more (number integer primary key) strict")


MIGRATIONS = (*MIGRATIONS, ({version}, one_more_table))


def version_of("""


def blocks(section: str) -> list[str]:
    """The commands of a section of the page, a block each."""
    page = (ROOT / "deploy" / "README.md").read_text("utf-8")
    (text,) = re.findall(rf"(?ms)^## {section}\n(.*?)(?=^## |\Z)", page)
    found = re.findall(r"(?m)(?:^ {4}.*\n)+", text)
    return [re.sub(r"(?m)^ {4}", "", block) for block in found]


def git(folder: Path, *arguments: str) -> None:
    """Do something with a repository, as nobody in particular."""
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


class Server:
    """A machine in a folder: the page's paths lie under it."""

    def __init__(self, folder: Path, playground: Playground) -> None:
        self.playground = playground
        self.root = folder / "root"
        self.program, self.data = self.root / "opt/deckhand", self.root / "var/lib/deckhand"
        self.environment = {
            name: value for name, value in surroundings().items() if name not in ("PYTHONPATH", "EDITOR")
        }
        self.environment |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
        self.environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        self.notes = folder / "notes"
        self.pid = folder / "pid"
        for name in ("opt", "etc/systemd/system", "var/lib"):
            (self.root / name).mkdir(parents=True)
        (folder / "bin").mkdir()
        lock = self.data / "deckhand.db.lock"
        for name, script in STUBS.items():
            words = script.format(
                pid=self.pid,
                lock=lock,
                bin=folder / "bin",
                python=sys.executable,
                token=playground.token,
                url=playground.base_url,
            )
            stub = folder / "bin" / name
            stub.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.notes}\n{words}\n', "utf-8")
            stub.chmod(0o755)
        self.upstream = folder / "upstream"
        self._publish()

    def _publish(self) -> None:
        self.upstream.mkdir()
        for name in ("bot", "decks", "deploy"):
            shutil.copytree(ROOT / name, self.upstream / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("Makefile", "requirements.lock", ".gitignore"):
            shutil.copy(ROOT / name, self.upstream / name)
        git(self.upstream, "init", "--quiet")
        git(self.upstream, "add", ".")
        git(self.upstream, "commit", "--quiet", "-m", "this version")

    def publish_the_next_version(self) -> None:
        """A commit that changes the database and the libraries."""
        migrations = self.upstream / "bot/storage/migrations.py"
        text = migrations.read_text("utf-8").replace(f"\nVERSION = {VERSION}\n", f"\nVERSION = {VERSION + 1}\n")
        assert text.count("def version_of(") == 1
        migrations.write_text(text.replace("def version_of(", NEXT.format(version=VERSION + 1)), "utf-8")
        with (self.upstream / "requirements.lock").open("a", encoding="utf-8") as lock:
            lock.write("# another library\n")
        git(self.upstream, "commit", "--quiet", "--all", "-m", "the next version")

    async def does(self, block: str, status: int = 0) -> str:
        """Run commands of the page, as the present user and under this folder; returns what they print."""
        for path in ("/opt/deckhand", "/var/lib/deckhand", "/etc/"):
            block = block.replace(path, f"{self.root}{path}")
        block = block.replace("<this repository>", str(self.upstream)).replace("-o deckhand -g deckhand ", "")
        process = await asyncio.create_subprocess_exec(
            # Such a root as lets nobody else read what it makes.
            *("bash", "-eu", "-c", f"umask 027\n{block}"),
            env=self.environment,
            cwd=self.root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        async with asyncio.timeout(60):
            said = (await process.communicate())[0].decode()
        assert process.returncode == status, said
        return said

    async def starts(self) -> None:
        """What systemd does when it is told to start the service."""
        unit = (self.root / "etc/systemd/system/deckhand.service").read_text("utf-8")
        said = dict(re.findall(r"(?m)^(UMask|WorkingDirectory|ExecStart)=(.*)", unit))
        begin = f"umask {said['UMask']}; cd {said['WorkingDirectory']}; {said['ExecStart']}"
        before = self.playground.world.updates.polls
        await self.does(f"{begin} > /var/lib/deckhand/log 2>&1 & echo $! > {self.pid}")
        assert await polls(self.playground, before, START_SECONDS), (self.data / "log").read_text("utf-8")

    def is_readable_by_all(self) -> bool:
        """Whether the bot's user may read the program."""
        files = [self.program / ".venv/bin/python", *(self.program / "bot").rglob("*")]
        return all(path.stat().st_mode & 0o004 for path in files)

    def asked_for(self, words: str) -> int:
        """How often that was asked of one of the stubs."""
        return self.notes.read_text("utf-8").splitlines().count(words)


@pytest.fixture
async def real_time() -> AsyncIterator[Playground]:
    """A Telegram whose time is this machine's."""
    playground = Playground(strict=True)
    await playground.start()
    yield playground
    await playground.stop()
    assert not playground.complaints


@pytest.fixture
async def server(tmp_path: Path, real_time: Playground) -> AsyncIterator[Server]:
    """A bare machine, and a repository to clone."""
    server = Server(tmp_path, real_time)
    yield server
    if server.pid.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(server.pid.read_text()), signal.SIGKILL)


async def test_an_operators_life_on_one_page(server: Server, real_time: Playground) -> None:
    """Installed, backed up, upgraded, rolled back and restored by the words of the page, nothing is lost."""
    settings, database = server.root / "etc/deckhand.env", server.data / "deckhand.db"
    prepare, start, look = blocks("Install")
    await server.does(prepare)
    assert settings.stat().st_mode & 0o777 == 0o600
    assert server.is_readable_by_all()
    await server.does(start)
    assert server.asked_for("systemctl enable --now deckhand deckhand-doctor.timer") == 1
    await server.starts()
    assert (server.data.stat().st_mode & 0o777, database.stat().st_mode & 0o077) == (0o700, 0)
    said = await server.does(look)
    assert "runs (process" in said
    assert real_time.token not in said
    anna = real_time.person("Anna")
    await anna.sends("/start")
    await anna.taps("Kana", "Show answer", "Good")

    (back_up,) = blocks("Back up")
    assert "deckhand.db.copy is a whole copy.\n1 memories, 0 differ\n" in await server.does(back_up)

    server.publish_the_next_version()
    copy, upgrade, look = blocks("Upgrade")
    assert "is a whole copy" in await server.does(copy)
    await server.does(upgrade)
    await server.starts()
    assert f"version {VERSION + 1}, whole; 1 memories, 0 differ" in await server.does(look)
    assert server.is_readable_by_all()
    assert (server.data / f"deckhand.db.version-{VERSION}").exists()
    await anna.taps("Not now", "Show answer", "Good")

    back, restore, start = blocks("Roll back")
    refused = await server.does(back, status=2)
    assert f"of version {VERSION + 1} and this Deckhand knows versions up to {VERSION}" in refused
    assert "before-restore" in await server.does(restore)
    verify = "cd /opt/deckhand; .venv/bin/python -m bot verify"
    assert await server.does(verify) == "1 memories, 0 differ\n"
    await server.does(start)
    server.pid.unlink()

    restore, look = blocks("Restore")
    assert "deckhand.db is what" in await server.does(restore)
    assert f"version {VERSION}, whole; 1 memories, 0 differ" in await server.does(look)

    # What there may be none of is not asked for.
    pack, unpack = blocks("Move to another machine")
    await server.does(pack)
    await brings_in_a_deck(server, anna)
    await server.does(back_up)
    (server.data / "deckhand.db.media" / "kept.png").write_bytes(b"a picture")
    Forgotten(list_of(database)).add(1)
    await server.does(pack)
    old = server.data.rename(server.data.with_name("old"))
    server.data.mkdir()
    shutil.copy(old / "move.tar", server.data)
    await server.does(unpack)
    assert server.asked_for(f"chown -R deckhand: {server.data}") == 1
    assert "deckhand.db is what" in await server.does(restore)
    assert await server.does(verify) == "1 memories, 0 differ\n"
    moved = {"deckhand.db", "deckhand.db.copy", "deckhand.db.forgotten", "deckhand.db.lock", "deckhand.db.media"}
    assert {path.name for path in server.data.iterdir()} == moved
    assert (server.data / "deckhand.db.media" / "kept.png").read_bytes() == b"a picture"


async def brings_in_a_deck(server: Server, anna: Somebody) -> None:
    """What is too large for a chat comes in by the words of the page, and leaves nothing behind but the deck."""
    (bring,) = blocks("Bring in a deck")
    (server.root / "spanish.apkg").write_bytes(package(server.root, anna.playground.clock.now()))
    said = await server.does(bring.replace("123456789", str(anna.id)))
    assert "4 new" in said
    assert f"{anna.id} has it from now on." in said
    assert not [*server.data.glob("*.apkg"), *server.data.glob("*incoming*")]
    (look,) = blocks("Room on the disk")
    assert "deckhand.db.media" in await server.does(look)
