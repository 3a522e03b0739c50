"""What stands in the log, and above all what never does."""

import io
import json
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot import logs
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.people import BotProcess

# Of the cards, of what is typed and of who types it; none of them may be written down.
PRIVATE = ("France", "Paris", "Peru", "Lima", "Kenya", "my sister's birthday", "Anna", "Study circle")


FAULTS: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"kind": "reset"}),
    ("sendMessage", {"when": "after", "kind": "reset"}),
    ("sendMessage", {"status": 400, "description": "Bad Request: can't parse entities: Paris, Lima"}),
    ("sendMessage", {"status": 403, "description": "Forbidden: bot was blocked by the user Anna"}),
    ("sendMessage", {"status": 502}),
    ("sendMessage", {"when": "after", "status": 429, "retry_after": 2}),
    ("getUpdates", {"status": 500}),
    ("getUpdates", {"when": "after", "kind": "reset"}),
]


async def a_hard_morning(anna: Somebody, playground: Playground, clock: WorldClock) -> None:
    """Anna studies while Telegram refuses, answers nothing, hangs up and asks for patience."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Good", "Not now")
    for number, (method, how) in enumerate(FAULTS):
        playground.faults.add(method, **how)
        await heard_in_the_end(playground, clock, anna.sends_unheard(f"my sister's birthday is on day {number}"))
    for method in ("editMessageText", "answerCallbackQuery"):
        playground.faults.add(method, status=400, description='Bad Request: this is not "Paris": Lima')
    await anna.taps("Show answer")
    await anna.sends("/stats")
    await anna.sends("/quiz my sister's birthday")


async def heard_in_the_end(playground: Playground, clock: WorldClock, update: int) -> None:
    """Let time pass until the bot, which waits before it tries again, is done with an update."""
    updates = playground.world.updates
    for _ in range(20):
        if await updates.confirmed.until(lambda: updates.is_confirmed(update), 0.5):
            return
        await clock.advance(seconds=5)
    raise AssertionError("the bot did not recover")


def break_cards(database: Path) -> None:
    """Damage every card, so that drawing one is a fault that nobody expects."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("update cards set front = '[Paris is no card]'")


@pytest.mark.parametrize("as_json", [False, True])
async def test_the_log_never_holds_the_token_or_what_people_learn(
    bot_process: BotProcess,
    anna: Somebody,
    ben: Somebody,
    playground: Playground,
    clock: WorldClock,
    decks_dir: Path,
    tmp_path: Path,
    as_json: bool,
) -> None:
    """At its most talkative, with calls that fail in every way and a fault of our own, it holds ids and no words."""
    bot_process.extra = {
        "BOT_LOG_LEVEL": "DEBUG",
        "BOT_LOG_JSON": "on" if as_json else "off",
        "BOT_ADMINS": str(ben.id),
    }
    await bot_process.start()
    await a_hard_morning(anna, playground, clock)
    group = playground.group("Study circle", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    (decks_dir / "broken.txt").write_bytes("Paris;Lima".encode("utf-16"))
    for _ in range(2):
        await clock.advance(seconds=5)
    break_cards(tmp_path / "deckhand.db")
    await anna.sends("/quiz")
    assert await bot_process.terminate() == 0
    log = bot_process.log.read_text("utf-8")
    assert "Traceback" not in log.replace('"traceback"', "")
    assert "broken.txt: this is not UTF-8 text" in log
    assert "JSONDecodeError" in log
    assert f"chat {anna.id}, " in log
    held = [word for word in (*PRIVATE, playground.token, playground.token.split(":")[1]) if word in log]
    assert not held, [line for line in log.splitlines() if held[0] in line][:3]
    if as_json:
        assert {"at", "level", "where", "what"} <= set.intersection(
            *(set(json.loads(line)) for line in log.splitlines())
        )


async def test_a_refusal_of_telegram_is_one_line(
    bot_process: BotProcess, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Blocked bots, refusals and lost connections are one line each, without a traceback."""
    bot_process.extra = {"BOT_LOG_LEVEL": "WARNING"}
    await bot_process.start()
    await anna.sends("/start")
    before = len(bot_process.words(1000).splitlines())
    playground.faults.add("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    await anna.sends("/help")
    (line,) = bot_process.words(1000).splitlines()[before:]
    assert f"WARNING bot.chat.calls: chat {anna.id}, send: " in line


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What is logged as JSON from INFO on; the log is as before when the test is over."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    logs.set_up("INFO", as_json=True)
    stream = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_line_of_json_holds_what_and_when(said: io.StringIO) -> None:
    """One event is one object on one line, whatever is in it; below the level nothing is written."""
    logging.getLogger("bot.test").debug("quiet")
    logging.getLogger("bot.test").info('two\nlines and a "quote" für %s', "uns")
    (line,) = said.getvalue().splitlines()
    event = json.loads(line)
    assert (event["level"], event["where"], event["what"]) == ("INFO", "bot.test", 'two\nlines and a "quote" für uns')
    assert event["at"].endswith("+00:00")


def test_a_traceback_stands_in_its_event(said: io.StringIO) -> None:
    """A bug's frames are a field of its line and no lines of their own."""
    try:
        int("seven")
    except ValueError:
        logging.getLogger("bot.test").exception("no number")
    (line,) = said.getvalue().splitlines()
    assert json.loads(line)["traceback"].startswith("Traceback")


@pytest.mark.parametrize("library", ["httpx", "httpcore", "aiosqlite", "apscheduler"])
def test_libraries_that_say_too_much_are_hushed(library: str, said: io.StringIO) -> None:
    """What a library says of its calls, with addresses that hold the token, is not written; its warnings are."""
    logging.getLogger(f"{library}.inside").info("POST https://api.telegram.org/bot123:secret/getMe")
    assert said.getvalue() == ""
    logging.getLogger(f"{library}.inside").warning("something is wrong")
    assert said.getvalue() != ""
