"""The ground every test stands on: a playground with a held clock, people, deck files, the bot.

A module with other decks overrides `deck_files`; a test that takes `bot_process` gets no bot in this process.
"""

import gc
import os
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.furnished import furnish
from tests.memory import in_memory
from tests.people import CAPITALS, BotHere, BotProcess, Group

# On a busy machine any single example may take long, and that says nothing.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

# Every commit waits for the disk, so the tests' folders lie in memory where there is plenty of it.
if memory := in_memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)

# Compiled code is kept, whatever the surroundings say: to compile all of it anew takes each process of tests six
# seconds, and each program that they start half of one.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A Monday morning.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def server() -> Server:
    """The newest Bot API that the server knows; overridden by modules about older servers."""
    return "10.3"


@pytest.fixture
async def playground(server: Server) -> AsyncIterator[Playground]:
    """A Telegram whose clock stands at a fixed moment; a call that it does not know fails the test at its end."""
    playground = Playground(held=True, start=START, strict=True, server=server)
    await playground.start()
    yield playground
    await playground.stop()
    assert not playground.complaints, playground.complaints
    assert not playground.faults.broken, playground.faults.broken


@pytest.fixture
def clock(playground: Playground) -> WorldClock:
    """The playground's clock; `advance(days=1)` moves it at once, awaited it is worked off, too."""
    return playground.clock


@pytest.fixture
def deck_files() -> dict[str, str]:
    """What lies in the decks folder when the bot starts; overridden by modules that need other cards."""
    return {"capitals.txt": CAPITALS}


@pytest.fixture
def decks_dir(tmp_path: Path, deck_files: dict[str, str]) -> Path:
    """The folder of deck files, which the test may change."""
    folder = tmp_path / "decks"
    folder.mkdir()
    for name, text in deck_files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture
def furnished(tmp_path: Path, playground: Playground) -> None:
    """The bot finds a database when it starts, and is known to Telegram; overridden by modules about how that and its
    backups come to be.
    """
    furnish(tmp_path, START.date(), playground)


@pytest.fixture
async def bot(
    playground: Playground, tmp_path: Path, decks_dir: Path, furnished: None, request: pytest.FixtureRequest
) -> AsyncIterator[BotHere]:
    """The bot in this process, running; not started where the test runs it as a process of its own."""
    here = BotHere(playground, tmp_path, decks_dir)
    if "bot_process" not in request.fixturenames:
        await here.start()
    yield here
    await here.stop()


@pytest.fixture
async def bot_process(
    playground: Playground, tmp_path: Path, decks_dir: Path, furnished: None
) -> AsyncIterator[BotProcess]:
    """The bot as a process of its own, not yet started."""
    process = BotProcess(playground, tmp_path, decks_dir)
    yield process
    if process.process is not None and process.process.returncode is None:
        await process.kill()


@pytest.fixture
def anna(playground: Playground, bot: BotHere) -> Somebody:
    """Anna, with the bot running."""
    return playground.person("Anna")


@pytest.fixture
def ben(playground: Playground, bot: BotHere) -> Somebody:
    """Ben, with the bot running."""
    return playground.person("Ben")


@pytest.fixture
def cleo(playground: Playground, bot: BotHere) -> Somebody:
    """Cleo, with the bot running."""
    return playground.person("Cleo")


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end, so no search for garbage needs to look at it again, and few are needed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say once, in a line, why tests did not run: where there is no browser, people should know it."""
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in sorted({str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped}):
        terminalreporter.write_line(reason)


@pytest.fixture
async def group(playground: Playground, anna: Somebody, ben: Somebody, cleo: Somebody) -> Group:
    """A study group that Anna administers, with Ben and Cleo; it has the deck of capitals and no turn yet."""
    group = playground.group("Study group", [anna, ben, cleo], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    return group
