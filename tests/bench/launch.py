"""A process that is measured: `python -m tests.bench.launch bot|floor`.

It answers lines on its standard input with lines of JSON: `figures` (what it has used so far), `fresh` (the same, and
the largest hold of its loop counts from here), `send N` (the floor alone: so many bare messages), `stop`.
"""

import asyncio
import itertools
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, Protocol

from telegram import (
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    Update,
)

from bot import shelf
from bot.app import ALLOWED_UPDATES, App
from bot.chat.inbox import Inbox
from bot.chat.pace import NONE
from bot.chat.push import AT_ONCE
from bot.chat.updates import Updates
from bot.cli import freeze
from bot.clock import SystemClock
from bot.settings import Settings, load
from bot.storage.database import Database
from bot.tutor import Tutor

LOOK_SECONDS = 0.005
PACE_OFF: dict[str, Any] = {"rates": NONE}


class Watch:
    """How long the event loop was held: from when a timer should have run until it did.

    On a busy machine another process may have had the core meanwhile. `ours` is the part in which this process worked.
    """

    def __init__(self) -> None:
        self.longest = self.ours = 0.0

    async def run(self) -> None:
        while True:
            began, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(LOOK_SECONDS)
            late = time.perf_counter() - began - LOOK_SECONDS
            self.longest = max(self.longest, late)
            self.ours = max(self.ours, min(late, time.process_time() - used))


class Measured(Protocol):
    """What runs in this process."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, many: int) -> float: ...


class TheBot:
    """The real bot with its own pace switched off."""

    def __init__(self, settings: Settings) -> None:
        self._app = App(settings, SystemClock(), **PACE_OFF)

    async def start(self) -> None:
        await self._app.start()

    async def stop(self) -> None:
        await self._app.stop()

    async def send(self, many: int) -> float:
        raise NotImplementedError("the bot sends what is due")


class NoInbox:
    """For who keeps nothing."""

    async def kept(self) -> list[dict[str, Any]]:
        return []

    async def keep(self, updates: list[dict[str, Any]]) -> None:
        raise NotImplementedError("the floor is fast enough to have nothing put aside")

    async def drop(self, update_id: int) -> None:
        raise NotImplementedError("nothing was kept")


class Floor:
    """A plain bot on this library and client: fetch, read whole, answer the tap, then edit the message; or send one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._app = App(settings, SystemClock(), **PACE_OFF)
        self._numbers = itertools.count()

    async def start(self) -> None:
        self._bot = bot = await self._app._greeted()
        self._database = await Database.open(self._settings.database)
        inbox = Inbox(Tutor(self._database, "UTC"), SystemClock())
        self._updates = Updates(bot, self._handle, SystemClock(), ALLOWED_UPDATES, inbox)
        self._polling = asyncio.create_task(self._updates.run())

    async def stop(self) -> None:
        await self._updates.stop()
        await self._database.close()
        await self._app.stop()

    async def send(self, many: int) -> float:
        """So many messages as the pusher would send them, so many at once; the seconds that took."""
        left = iter(range(many))

        async def send_some() -> None:
            for number in left:
                text, entities, keyboard = _question(number)
                await self._bot.send_message(
                    7_000_000_000 + number,
                    text,
                    entities=entities,
                    reply_markup=keyboard,
                    link_preview_options=LinkPreviewOptions(is_disabled=True),
                    disable_notification=False,
                )

        began = time.perf_counter()
        await asyncio.gather(*(send_some() for _ in range(AT_ONCE)))
        return time.perf_counter() - began

    async def _handle(self, update: Update) -> None:
        query = update.callback_query
        if query is None or query.message is None:
            assert update.message is not None
            text, entities, keyboard = _question(next(self._numbers))
            await self._bot.send_message(update.message.chat.id, text, entities=entities, reply_markup=keyboard)
            return
        if query.message.chat.id < 0:
            await self._flip(query)
            return
        await self._bot.answer_callback_query(query.id)
        drawn = _answer if (query.data or "").startswith("s") else _question
        text, entities, keyboard = drawn(next(self._numbers))
        await self._bot.edit_message_text(
            text,
            query.message.chat.id,
            query.message.message_id,
            entities=entities,
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    async def _flip(self, query: CallbackQuery) -> None:
        """A private answer in a group, as it is sent and the tap answered."""
        assert query.message is not None
        text, entities, keyboard = _answer(next(self._numbers))
        whom = {"receiver_user_id": query.from_user.id, "callback_query_id": query.id}
        await self._bot.send_message(
            query.message.chat.id,
            text,
            entities=entities,
            reply_markup=keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            api_kwargs={"ephemeral_message_parameters": {**whom, "replace_callback_query_message": True}},
        )
        await self._bot.answer_callback_query(query.id)


Drawn = tuple[str, list[MessageEntity], InlineKeyboardMarkup]


def _question(number: int) -> Drawn:
    text = f"Bench · 1/100\n\nWhat is the answer to question number {number}?"
    rows = [[InlineKeyboardButton("Show answer", callback_data=f"s:{number}")]]
    return text, [MessageEntity("italic", 0, 13)], InlineKeyboardMarkup(rows)


def _answer(number: int) -> Drawn:
    text = f"Bench · 1/100\n\nWhat is the answer to question number {number}?\n\nThe answer is {number}."
    grades = (("Again · 10m", "Hard · 6d"), ("Good · 12d", "Easy · 30d"))
    rows = [[InlineKeyboardButton(label, callback_data=f"g:{number}:{label[0]}") for label in row] for row in grades]
    return text, [MessageEntity("italic", 0, 13), MessageEntity("bold", 60, 10)], InlineKeyboardMarkup(rows)


def figures(watch: Watch) -> dict[str, float]:
    """What this process has used, and what it holds."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "cpu": used.ru_utime + used.ru_stime,
        "rss": pages * resource.getpagesize(),
        "held": watch.ours,
        "late": watch.longest,
        "reading": max(READINGS, default=0.0),
    }


READINGS: list[float] = []


def time_readings() -> None:
    """Note how long each reading of the decks folder by the shelf took."""
    read = shelf.Shelf._read

    async def timed(*args: Any) -> None:
        began = time.perf_counter()
        await read(*args)
        # From here on the cards are asked.
        READINGS.append(time.perf_counter() - began)

    shelf.Shelf._read = timed  # type: ignore[method-assign]


async def main(kind: str) -> None:
    settings = load(os.environ, None, need_token=True)
    time_readings()
    watch = Watch()
    measured: Measured = TheBot(settings) if kind == "bot" else Floor(settings)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await measured.start()
    freeze()
    watching = asyncio.create_task(watch.run())
    print(json.dumps(figures(watch)), flush=True)
    while line := (await reader.readline()).decode().split():
        match line:
            case ["stop"]:
                break
            case ["fresh"]:
                watch.longest = watch.ours = 0.0
                READINGS.clear()
                said = figures(watch)
            case ["send", many]:
                said = {"seconds": await measured.send(int(many))}
            case _:
                said = figures(watch)
        print(json.dumps(said), flush=True)
    watching.cancel()
    await measured.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
