"""Thousands of chats whose push is due in the same minute, at Telegram's own pace, while somebody studies."""

import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

from tests.habits import moment
from tests.storm.stage import ZONE, Stage
from tests.storm.stories import prepare

CHATS = 5000
# Telegram takes thirty messages a second; the bot goes a little slower, and some seconds are lost at either end.
SECONDS = CHATS / 25 + 30
TAPS_EVERY = 20
# A tap is answered within a second also meanwhile.
ANSWERED_WITHIN = 1.0


async def play(folder: Path) -> tuple[list[str], str]:
    """What does not hold, and the figures in a line."""
    stage = Stage(folder, alone=True)
    try:
        await stage.open()
        await prepare(stage, ("Anna", "Ben"), group=False)
        await stage.bot.terminate()
        _fill(stage)
        stage.playground.world.flood.on = True
        await stage.start()
        await stage.says("Anna", "/quiz")
        return await _minute(stage)
    finally:
        await stage.close()


async def _minute(stage: Stage) -> tuple[list[str], str]:
    broken: list[str] = []
    began, slowest = time.monotonic(), 0.0
    anna = stage.somebody("Anna")
    # Who tapped within ten minutes gets no push.
    stage.clock.move_to(moment("03-02", "20:00", ZONE))
    await stage.settles()
    for second in range(round(SECONDS)):
        if second % TAPS_EVERY == 0:
            asked, passed = time.monotonic(), stage.clock.passed()
            before = len(anna.answers)
            await stage.studies("Anna", "Good")
            slowest = max(slowest, time.monotonic() - asked)
            if stage.clock.passed() - passed > ANSWERED_WITHIN or len(anna.answers) - before > 1:
                broken.append(f"a tap was done after {stage.clock.passed() - passed:g} s of the bot's time")
        await stage.passes(seconds=1)
        if len(stage.playground.puts) >= CHATS:
            break
    took = stage.clock.passed()
    pushed = Counter(put.slot[0] for put in stage.playground.puts)
    twice = [chat_id for chat_id, times in pushed.items() if times > 1]
    if len(pushed) < CHATS:
        broken.append(f"{CHATS - len(pushed)} of {CHATS} chats got no push within {SECONDS:g} s")
    if twice:
        broken.append(f"{len(twice)} chats got two pushes")
    if stage.playground.world.flood.refused:
        broken.append(f"{stage.playground.world.flood.refused} messages were refused as too many")
    first = min((put.at for put in stage.playground.puts), default=took)
    figures = (
        f"{len(pushed)} pushes in {took - first:.0f} s of the bot's time, {time.monotonic() - began:.0f} s of ours; "
        f"{stage.playground.world.flood.refused} refused, slowest tap {slowest:.2f} s"
    )
    return broken, figures


def _fill(stage: Stage) -> None:
    """As many chats as that which are set up as Ben's is."""
    ben = stage.somebody("Ben").id
    ids = []
    for number in range(CHATS - 2):
        person = stage.playground.world.person(f"Person {number}")
        stage.playground.world.chats[person.id].opened = True
        ids.append(person.id)
    with closing(sqlite3.connect(stage.database)) as db, db:
        for table in ("chats", "push_hours", "subscriptions"):
            names = [row[1] for row in db.execute(f"pragma table_info({table})") if row[1] != "chat_id"]
            listed = ", ".join(names)
            db.executemany(
                f"insert into {table} (chat_id, {listed}) select ?, {listed} from {table} where chat_id = ?",
                [(each, ben) for each in ids],
            )
