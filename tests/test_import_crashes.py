"""A process that is killed in the middle of an import: all of it is there in the next life, or nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.bench.sent_files import package
from tests.notebook import differences, notebook
from tests.people import BotHere, BotProcess
from tests.test_imports import done, sent

CARDS = 400
PLACED = "select count(*) from cards where deck_id = 2"
# Those that arrive are seen even if all is done before anybody looks.
ARRIVED = f"select count(*) + ({PLACED}) from arriving"
WAITING = "select count(*) from arriving"
MET = "select count(*) from memories"


def until_there(path: Path, counted: str) -> None:
    """Return as soon as the first of these rows are there."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        while not db.execute(counted).fetchone()[0]:
            pass


@pytest.mark.parametrize("counted", [ARRIVED, PLACED], ids=["arriving", "placed"])
async def test_killed_in_the_middle_of_an_import(
    bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock, tmp_path: Path, counted: str
) -> None:
    """While cards arrive nothing is decided, and nothing stays of it; once they are in their places all of them are,
    and what their owner knew of them follows.
    """
    await bot.stop()
    await bot_process.start()
    await sent(anna, package(tmp_path / "made.db", CARDS, 5 * CARDS), "big.apkg")
    anna.taps_unheard("With my progress")
    async with asyncio.timeout(30):
        await asyncio.to_thread(until_there, bot.folder / "deckhand.db", counted)
    await bot_process.kill()
    with notebook(bot) as db:
        assert db.execute(PLACED).fetchone()[0] in (0, CARDS)
        is_done = not db.execute("select 1 from imports").fetchone()
    await bot.start()
    await clock.advance(seconds=1)
    with notebook(bot) as db:
        kept = db.execute(PLACED).fetchone()[0]
        # The last of them may have arrived before it died.
        assert kept in ((0, CARDS) if counted == ARRIVED else (CARDS,))
        assert (db.execute(MET).fetchone()[0], db.execute(WAITING).fetchone()[0]) == (kept, 0)
    assert differences(bot) == ()
    if is_done:
        # On a machine with much else to do. Whether it died before it said so is open.
        assert kept
    elif kept:
        assert anna.sees().text.startswith(f"Big is yours: {CARDS} cards. Your progress is in it")
    else:
        assert anna.sees().labels == ["Import", "Cancel", "With my progress"]
        await done(anna, "Cancel")
        assert anna.sees().text == "Cancelled. Nothing was imported."
