"""The demo as its users start it: one process that brings a Telegram and the bot."""

import asyncio
import errno
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.cli import main
from bot.demo import ROOT, PortTaken
from bot.playground.server import Playground
from tests.people import CAPITALS, surroundings
from tests.playground.made import png

GUARD_SECONDS = 20
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def decks_dir(tmp_path: Path) -> Path:
    """The folder of deck files."""
    folder = tmp_path / "decks"
    folder.mkdir()
    (folder / "capitals.txt").write_text(CAPITALS, "utf-8")
    return folder


class Demo:
    """A demo that runs, and its page."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url
        self.page = aiohttp.ClientSession(url, headers={"X-Playground": "page"})
        self.anna = 0

    async def act(self, what: str, **body: Any) -> dict[str, Any]:
        """Do something on the page."""
        async with self.page.post(f"/page/act/{what}", json=body) as response:
            said: dict[str, Any] = await response.json()
        assert "error" not in said, said
        return said

    async def world(self) -> dict[str, Any]:
        """All that the page is told at first."""
        async with self.page.get("/page/events") as response:
            async for line in response.content:
                if line.startswith(b"data: "):
                    told: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
                    return told
        raise AssertionError("the page was told nothing")

    async def starts(self) -> None:
        """Anna, who is you, writes /start."""
        await self.meets_anna()
        await self.act("start", person=self.anna, payload="")

    async def meets_anna(self) -> None:
        """Know who she is."""
        self.anna = next(person["id"] for person in (await self.world())["people"] if person["name"] == "Anna")

    async def sends_picture(self, data: bytes) -> None:
        """Anna sends a picture."""
        await self.meets_anna()
        where = {"person": str(self.anna), "chat": str(self.anna), "name": "mine.png", "kind": "photo"}
        async with self.page.post("/page/act/file", params=where, data=data) as response:
            assert response.status == 200

    async def picture(self, message: dict[str, Any]) -> bytes:
        """The picture that a message shows, as the page fetches it."""
        found = re.search(r"/page/files/\w+", json.dumps(message))
        assert found is not None, message
        async with self.page.get(found[0]) as response:
            return await response.read()

    async def shows(self, words: str) -> dict[str, Any]:
        """Return Anna's message from the bot with these words in it or on a button, as soon as the page has it."""
        async with asyncio.timeout(GUARD_SECONDS), self.page.get("/page/events") as response:
            async for line in response.content:
                told = json.loads(line.removeprefix(b"data: ")) if line.startswith(b"data: ") else {"messages": []}
                for message in told["messages"]:
                    if message["chat"] == self.anna and words in json.dumps(message, ensure_ascii=False):
                        found: dict[str, Any] = message
                        return found
        raise AssertionError(f"the page never showed {words!r}")

    async def ends(self, how: signal.Signals = signal.SIGINT) -> int:
        """Send the signal as a terminal does, to all of it; the exit status."""
        os.killpg(self.process.pid, how)
        async with asyncio.timeout(GUARD_SECONDS):
            return await self.process.wait()


async def launched(folder: Path, *arguments: str) -> asyncio.subprocess.Process:
    """The demo's program, in a group of processes of its own as under a terminal."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", *arguments),
        cwd=folder,
        env=surroundings(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )


@asynccontextmanager
async def demo(folder: Path, *arguments: str) -> AsyncIterator[Demo]:
    """A demo that runs, on a free port, with a page open."""
    process = await launched(folder, "--port", "0", *arguments)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(GUARD_SECONDS):
            line = (await process.stdout.readline()).decode()
        found = re.fullmatch(r"Deckhand's demo is at (http://127\.0\.0\.1:\d+) \(stop it with Ctrl-C\)\.\n", line)
        assert found, line
        running = Demo(process, found[1])
        try:
            yield running
        finally:
            await running.page.close()
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def loading_bot(demo_id: int) -> int:
    """The demo's other process, as soon as an interrupt makes it do something."""
    bot = int(Path(f"/proc/{demo_id}/task/{demo_id}/children").read_text("ascii"))
    ends_at = time.monotonic() + GUARD_SECONDS
    while time.monotonic() < ends_at:
        status = Path(f"/proc/{bot}/status").read_text("ascii")
        caught = re.search(r"^SigCgt:\s*(\w+)$", status, re.MULTILINE)
        assert caught is not None
        if int(caught[1], 16) >> (signal.SIGINT - 1) & 1:
            return bot
    raise AssertionError("it never hears an interrupt")


async def test_a_first_card_in_the_demo(tmp_path: Path, decks_dir: Path) -> None:
    """Within seconds the page is there and the bot answers /start; Ctrl-C ends both, without a word of complaint.

    A terminal sends it to both: a bot that is still loading would answer with a trace, and leaves it to the demo.
    """
    began = time.monotonic()
    async with demo(tmp_path) as running:
        os.kill(loading_bot(running.process.pid), signal.SIGINT)
        async with running.page.get("/") as response:
            assert (response.status, response.content_type) == (200, "text/html")
        await running.starts()
        await running.shows("Capitals · 5")
        assert time.monotonic() - began < 10
        assert (await running.world())["bot_runs"] is True
        assert await running.ends() == 0
        assert running.process.stderr is not None
        assert await running.process.stderr.read() == b""
        with pytest.raises(aiohttp.ClientConnectionError):
            await running.page.get("/")


async def test_the_bot_is_dropped_and_started_again(tmp_path: Path, decks_dir: Path) -> None:
    """Dropped as by a crash it hears nothing; started again it answers what was said meanwhile, and knows everybody."""
    async with demo(tmp_path) as running:
        await running.starts()
        message = await running.shows("Capitals · 5")
        where = {"person": running.anna, "chat": running.anna, "message": message["id"], "words": "Capitals · 5"}
        await running.act("bot", run=False)
        assert (await running.world())["bot_runs"] is False
        await running.act("tap", **where, row=0, column=0)
        await running.act("bot", run=True)
        await running.shows("What is the capital of France?")
        assert await running.ends(signal.SIGTERM) == 0


async def test_a_kept_database_outlives_the_demo(tmp_path: Path, decks_dir: Path) -> None:
    """With --keep the database is a file that the next demo goes on with; without, nothing is left.

    What is said in it was never heard before, however soon it comes after the first and however much was said there.
    """
    async with demo(tmp_path, "--keep", "kept.db") as running:
        for _ in range(30):
            await running.starts()
        await running.shows("Capitals · 5")
        assert await running.ends() == 0
    assert (tmp_path / "kept.db").stat().st_size > 0
    assert sorted(name for name in os.listdir(tmp_path) if "kept.db" not in name) == ["decks"]
    async with demo(tmp_path, "--keep", "kept.db") as again:
        await again.starts()
        await again.shows("Capitals · 5")
        with closing(sqlite3.connect(tmp_path / "kept.db")) as database:
            assert database.execute("select count(*) from chats where chat_id > 0").fetchone() == (1,)


async def test_a_card_shows_its_own_picture_in_the_next_demo_too(tmp_path: Path, decks_dir: Path) -> None:
    """What a kept database knows of a picture never leads to one that somebody sends after the demo began anew."""
    (decks_dir / "capitals.txt").write_text("<img src=mast.png>What is this?;A mast\n", "utf-8")
    (decks_dir / "mast.png").write_bytes(png(40, 30))
    async with demo(tmp_path, "--keep", "kept.db") as running:
        await running.starts()
        message = await running.shows("Capitals · 1")
        where = {"person": running.anna, "chat": running.anna, "message": message["id"], "words": "Capitals · 1"}
        await running.act("tap", **where, row=0, column=0)
        assert await running.picture(await running.shows("What is this?")) == png(40, 30)
        assert await running.ends() == 0
    async with demo(tmp_path, "--keep", "kept.db") as again:
        await again.sends_picture(png(50, 20))
        await again.act("send", person=again.anna, chat=again.anna, text="/quiz")
        assert await again.picture(await again.shows("What is this?")) == png(40, 30)


def test_what_lies_beside_a_kept_database_is_no_work_of_anybodys(tmp_path: Path) -> None:
    """Kept at the root of a clone it shows as nothing new there; folders of these names elsewhere do."""
    git = ("git", "-c", "core.excludesFile=")
    subprocess.run([*git, "init", "--quiet"], cwd=tmp_path, check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)
    beside = (
        "my.db-wal",
        "my.db.lock",
        "my.db.media/a.png",
        "backups/2026-08-03.db",
        "backups/note",
        "matplotlib/fonts.json",
    )
    for name in ("my.db", *beside, "bot/backups/a.py", "tests/matplotlib/b.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    asked = subprocess.run(
        [*git, "ls-files", "--others", "--exclude-standard"], cwd=tmp_path, check=True, stdout=subprocess.PIPE
    )
    assert asked.stdout.decode().split() == [".gitignore", "bot/backups/a.py", "tests/matplotlib/b.py"]


async def test_somebodys_own_settings_are_not_the_demos(tmp_path: Path, decks_dir: Path) -> None:
    """A .env with a token and a closed circle neither shuts out the demo's people nor is used."""
    (tmp_path / ".env").write_text("BOT_TOKEN=123:abcdef\nBOT_ALLOWED=5\n", "utf-8")
    async with demo(tmp_path) as running:
        await running.starts()
        await running.shows("Capitals · 5")
        assert await running.ends() == 0


async def test_a_port_in_use_is_one_line(tmp_path: Path, decks_dir: Path, playground: Playground) -> None:
    """Where another program listens, the demo says so and how to choose another port both ways, with exit status 2."""
    port = playground.base_url.rpartition(":")[2]
    process = await launched(tmp_path, "--port", port)
    async with asyncio.timeout(GUARD_SECONDS):
        out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    other = PortTaken(int(port), OSError()).other
    choose = f"choose another one, as make demo PORT={other} or --port {other}"
    assert err.decode() == f"Port {port} is taken by another program: {choose}.\n"


@pytest.mark.parametrize(("port", "other"), [(8080, 8081), (80, 8080), (65535, 8080)])
def test_the_port_that_is_proposed_is_one_that_anybody_may_have(port: int, other: int) -> None:
    """It is the next one, but none of the system's and none that there is not."""
    assert PortTaken(port, OSError(errno.EADDRINUSE, "")).other == other


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "diary.txt",
            "{folder}/diary.txt is damaged, or no database; nothing was changed. Give --keep another file.\n",
        ),
        ("no/kept.db", "There is no folder {folder}/no. Give --keep another file.\n"),
        ("decks", "{folder}/decks is no plain file. Give --keep another file.\n"),
    ],
    ids=["no database", "no folder", "a folder"],
)
def test_what_cannot_be_kept_is_told_at_once(
    tmp_path: Path, decks_dir: Path, name: str, words: str, monkeypatch: pytest.MonkeyPatch, capfd: Capture
) -> None:
    """Before any address is shown the demo ends with one line, with exit status 2, and the file stays as it is."""
    (tmp_path / "diary.txt").write_text("dear diary " * 200, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["demo", "--port", "0", "--keep", name]) == 2
    assert capfd.readouterr() == ("", words.format(folder=tmp_path))
    assert (tmp_path / "diary.txt").read_text("utf-8") == "dear diary " * 200


async def test_without_decks_the_demo_says_so(tmp_path: Path) -> None:
    """Started in a folder without decks it says what is missing, with exit status 2."""
    process = await launched(tmp_path)
    async with asyncio.timeout(GUARD_SECONDS):
        out, err = await process.communicate()
    assert (process.returncode, out) == (2, b"")
    assert err.decode() == "There is no folder decks here: start the demo where it is, or set BOT_DECKS_DIR.\n"
