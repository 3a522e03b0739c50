"""A process that is killed in the middle of an import: all of it is there in the next life, or nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.notebook import notebook
from tests.people import BotHere, BotProcess
from tests.test_imports import done, sent

CARDS = 900
ARRIVED = "select count(*) from arriving"
PLACED = "select count(*) from cards where deck_id = 2"


def until_there(path: Path, counted: str) -> None:
    """Return as soon as the first of these rows are there."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        while not db.execute(counted).fetchone()[0]:
            pass


@pytest.mark.parametrize("counted", [ARRIVED, PLACED], ids=["arriving", "placing"])
async def test_killed_in_the_middle_of_an_import(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock, counted: str
) -> None:
    """While cards arrive nothing is decided, and nothing stays of it; once the first is in its place, all will be."""
    await bot.stop()
    await bot_process.start()
    lines = "".join(f"Question {number} of many?;The answer is {number}\n" for number in range(CARDS))
    await sent(anna, lines, "big.txt")
    anna.taps_unheard("Import")
    async with asyncio.timeout(30):
        await asyncio.to_thread(until_there, bot.folder / "deckhand.db", counted)
    await bot_process.kill()
    await bot.start()
    await clock.advance(seconds=1)
    with notebook(bot) as db:
        kept = db.execute(PLACED).fetchone()[0]
        # The last of them may have arrived before it died.
        assert kept in ((0, CARDS) if counted == ARRIVED else (CARDS,))
        assert db.execute(ARRIVED).fetchone()[0] == 0
        assert db.execute("select count(*) from decks where archived_at is not null").fetchone()[0] == 0
    if kept:
        assert anna.sees().text.startswith(f"Big is yours: {CARDS} cards.")
    else:
        assert anna.sees().labels == ["Cancel"]
        await done(anna, "Cancel")
        assert anna.sees().text == "Cancelled. Nothing was imported."
