"""What stands in the log, and above all what never does."""

import asyncio
import io
import json
import logging
import re
import sqlite3
from collections.abc import Coroutine, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import logs
from bot.playground.clock import WorldClock
from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from tests.people import BotProcess

# Of the cards, of what is typed and of who types it; none of them may be written down.
PRIVATE = (
    "France",
    "Paris",
    "Peru",
    "Lima",
    "Kenya",
    "my sister's birthday",
    "Anna",
    "Study circle",
    "Timbuktu",
    "Zoë",
    "smuggled",
    "secret_name",
)


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


async def a_lively_day(anna: Somebody, ben: Somebody, group: Group, clock: WorldClock) -> None:
    """Pages are opened, a place is typed, the daily card comes, a group has a member of an odd name on its board."""
    for words in ("/settings", "/decks", "/help", "/undo", "/pizza", "Timbuktu", "/start deck_capitals"):
        await anna.sends(words)
    await anna.sends("/settings")
    # So many words at once wait for the chat's pace.
    await clock.advance(minutes=1)
    await anna.taps("Hours", "20:00")
    await clock.advance(hours=12)
    await anna.taps("Show answer", "Again")
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await ben.sends("/quiz Capitals", group)
    await ben.taps("Show answer", "Easy", chat=group)
    for words in ("/me", "/board"):
        await ben.sends(words, group)
    await ben.taps("Hide me", chat=group)
    await clock.advance(minutes=11)


async def heard_in_the_end(playground: Playground, clock: WorldClock, update: int) -> None:
    """Let time pass until the bot, which waits before it tries again, is done with an update."""
    updates = playground.world.updates
    for _ in range(20):
        if await updates.confirmed.until(lambda: updates.is_confirmed(update), 0.1):
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
    await ben.sends("/help")
    await a_hard_morning(anna, playground, clock)
    odd = playground.person("<b>Zoë\nERROR bot.app: smuggled", "secret_name")
    group = playground.group("Study circle", [anna, ben, odd], with_bot=False)
    await a_lively_day(anna, odd, group, clock)
    (decks_dir / "broken.txt").write_bytes("Paris;Lima".encode("utf-16") + b"x")
    (decks_dir / "two\nlines.txt").write_bytes(b"Paris\0Lima")
    for _ in range(2):
        await clock.advance(seconds=5)
    break_cards(tmp_path / "deckhand.db")
    await anna.sends("/quiz")
    await anna.sends("/quiz")
    assert await bot_process.terminate() == 0
    log = bot_process.log.read_text("utf-8")
    assert "Traceback" not in log.replace('"traceback"', "")
    assert "broken.txt, line 1: this line is no whole UTF-16" in log
    assert "JSONDecodeError" in log
    assert f"chat {anna.id}, " in log
    held = [word for word in (*PRIVATE, playground.token, playground.token.split(":")[1]) if word in log]
    assert not held, [line for line in log.splitlines() if held[0] in line][:3]
    said = "".join(str(screen) for screen in ben.sees_all())
    assert (said.count("broken.txt, line 1: this line is no whole UTF-16"), said.count("JSONDecodeError")) == (1, 1)
    assert not [word for word in PRIVATE if word in said]
    events = [json.loads(line) for line in log.splitlines()] if as_json else events_of(log)
    assert {"at", "level", "where", "what"} <= set.intersection(*(set(event) for event in events))
    (led,) = (event for event in events if "traceback" in event)
    assert "JSONDecodeError in " in led["what"]
    assert [event for event in events if "lines.txt" in event["what"]]


def events_of(log: str) -> list[dict[str, str]]:
    """The events of a log for people: one line each, but for the frames below a bug of ours."""
    begins = re.compile(r"(?P<at>[0-9-]{10} [0-9:,]{12}) (?P<level>[A-Z]+) (?P<where>[\w.]+): (?P<what>.*)")
    events: list[dict[str, str]] = []
    for line in log.splitlines():
        event = begins.fullmatch(line)
        if event is not None:
            events.append(event.groupdict())
        else:
            # What follows an event is one of its frames, the name of an error, or what joins two of them.
            assert re.fullmatch(r"  .*|[\w.]+|that led to:", line), line
            events[-1]["traceback"] = events[-1].get("traceback", "") + line
    return events


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


@contextmanager
def logged(*, as_json: bool) -> Iterator[io.StringIO]:
    """What is logged from INFO on; the log is as before when it is over."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    logs.set_up("INFO", as_json=as_json)
    stream = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """What is logged as JSON."""
    with logged(as_json=True) as stream:
        yield stream


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is logged for people."""
    with logged(as_json=False) as stream:
        yield stream


HOSTILE = 'two\nlines, a "quote", \r\x1b[31mred\x1b[0m, \u202eright to left, \u2028, \x85, \ud800 für %s'


def test_a_line_of_json_holds_what_and_when() -> None:
    """One event is one object on one line, whatever is in it; below the level nothing is written."""
    # In here and not by a fixture: pytest would hear of it, and its processes cannot hand on half a character.
    with logged(as_json=True) as said:
        logging.getLogger("bot.test").debug("quiet")
        logging.getLogger("bot.test").info(HOSTILE, "uns")
    (line,) = said.getvalue().splitlines()
    event = json.loads(line)
    assert (event["level"], event["where"], event["what"]) == ("INFO", "bot.test", HOSTILE % "uns")
    assert event["at"].endswith("+00:00")


def test_nothing_breaks_a_line_for_people() -> None:
    """A name with line breaks in it makes no second event, and what a terminal would obey is written out."""
    with logged(as_json=False) as written:
        logging.getLogger("bot.test").info(HOSTILE, "uns")
    (line,) = written.getvalue().splitlines()
    safe = r'two\nlines, a "quote", \r\x1b[31mred\x1b[0m, \u202eright to left, \u2028, \x85, \ud800 für uns'
    assert line.endswith(f"INFO bot.test: {safe}")


def test_a_traceback_stands_in_its_event(said: io.StringIO) -> None:
    """A bug's frames are a field of its line and no lines of their own; what the exception says is not written."""
    try:
        int("my sister")
    except ValueError:
        logging.getLogger("bot.test").exception("no number")
    (line,) = said.getvalue().splitlines()
    event = json.loads(line)
    assert event["what"] == "no number"
    assert event["traceback"].endswith("ValueError")
    assert "test_logs.py" in event["traceback"]
    assert "invalid literal" not in line


def test_a_line_whose_values_do_not_fit_is_written_without_them(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mistake in a line of ours does not print what the line was given."""
    record = logging.LogRecord("bot.test", logging.INFO, __file__, 1, "%d cards", ("Paris",), None)
    (handler,) = (each for each in logging.getLogger().handlers if getattr(each, "stream", None) is written)
    handler.handle(record)
    assert written.getvalue().endswith("INFO bot.test: %d cards (what was given does not fit)\n")
    assert "Paris" not in capsys.readouterr().err


async def test_a_task_that_nobody_waited_for_is_told_without_what_it_was_given(written: io.StringIO) -> None:
    """The loop itself tells of such a task with all it knows; its frames are enough."""

    async def learns(_what: str) -> None:
        raise KeyError(_what)

    asyncio.get_running_loop().call_exception_handler(
        {
            "message": "Exception in callback learns('Paris') at <handle of 'Paris'>",
            "exception": await _failed(learns("Paris")),
            "task": "Paris",
        }
    )
    first, *rest = written.getvalue().splitlines()
    assert first.endswith("ERROR asyncio: Exception in callback learns")
    assert rest[-1] == "KeyError"
    assert "Paris" not in written.getvalue().replace('learns("Paris")', "")


async def _failed(work: Coroutine[Any, Any, None]) -> BaseException | None:
    (error,) = await asyncio.gather(work, return_exceptions=True)
    return error


def test_a_token_that_a_library_logs_is_hidden(written: io.StringIO) -> None:
    """Should any library ever log an address of ours, the token in it is not written."""
    token = "123456789:" + "Aa-_" * 9
    logging.getLogger("some.library").warning("POST https://api.telegram.org/bot%s/getMe failed", token)
    assert "/bot[token]/getMe failed" in written.getvalue()
    assert token[10:] not in written.getvalue()


async def test_a_round_that_takes_long_is_no_line_a_second(said: io.StringIO) -> None:
    """While a big deck is read or a backup is verified, what is left out meanwhile are no news."""
    began, goes_on = asyncio.Event(), asyncio.Event()
    left_out = asyncio.Event()

    async def work() -> None:
        began.set()
        await goes_on.wait()

    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"max_instances": 1, "misfire_grace_time": None})
    scheduler.add_listener(lambda _: left_out.set(), EVENT_JOB_MAX_INSTANCES)
    scheduler.start()
    scheduler.add_job(work, "interval", seconds=0.02)
    async with asyncio.timeout(5):
        await began.wait()
        await left_out.wait()
    goes_on.set()
    scheduler.shutdown(wait=False)
    assert said.getvalue() == ""
    logging.getLogger("apscheduler.executors").error("something is wrong")
    assert said.getvalue() != ""


@pytest.mark.parametrize("library", ["aiohttp", "aiosqlite"])
def test_libraries_that_say_too_much_are_hushed(library: str, said: io.StringIO) -> None:
    """What a library says of its calls, with addresses that hold the token, is not written; its warnings are."""
    logging.getLogger(f"{library}.inside").info("POST https://api.telegram.org/bot123:secret/getMe")
    assert said.getvalue() == ""
    logging.getLogger(f"{library}.inside").warning("something is wrong")
    assert said.getvalue() != ""
