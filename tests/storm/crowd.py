"""Thousands of chats whose push is due in the same minute, at Telegram's own pace, while somebody studies."""

import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from tests.habits import moment
from tests.storm.stage import ZONE, Stage, StageError
from tests.storm.stories import prepare

CHATS = 5000
# Of this many the process dies twice in the middle.
CHATS_WITH_KILLS = 600
KILLS = (100, 250)
# Telegram takes thirty messages a second; the bot goes a little slower, and some seconds are lost at either end.
PER_SECOND, SPARE_SECONDS = 25, 40
# So many may be under way when the process dies; of these it is open whether they arrived.
UNDER_WAY = 24
TAPS_EVERY = 20
# A tap is answered within a second also meanwhile.
ANSWERED_WITHIN = 1.0


async def play(folder: Path, chats: int, kills: Sequence[int] = ()) -> tuple[list[str], str]:
    """What does not hold, and the figures in a line. `kills`: the pushes at which the process dies."""
    stage = Stage(folder, alone=True)
    try:
        await stage.open()
        await prepare(stage, ("Anna", "Ben"), group=False)
        await stage.bot.terminate()
        _fill(stage, chats)
        stage.playground.world.flood.on = True
        await stage.start()
        await stage.says("Anna", "/quiz")
        slowest = await _minute(stage, chats, kills)
        return _broken(stage, chats, kills), _figures(stage, slowest)
    finally:
        await stage.close()


async def _minute(stage: Stage, chats: int, kills: Sequence[int]) -> float:
    """Every chat's push leaves; the real seconds that the slowest tap took meanwhile."""
    slowest = 0.0
    for number in kills:
        stage.bot.dies_at("sendMessage", "after", skip=number)
    stage.clock.move_to(moment("03-02", "20:00", ZONE))
    await stage.settles()
    for second in range(chats // PER_SECOND + SPARE_SECONDS):
        if stage.dead:
            await stage.start()
        if second % TAPS_EVERY == 0:
            asked, passed = time.monotonic(), stage.clock.passed()
            await stage.studies("Anna", "Good")
            slowest = max(slowest, time.monotonic() - asked)
            if stage.clock.passed() - passed > ANSWERED_WITHIN:
                raise StageError(f"a tap was done after {stage.clock.passed() - passed:g} s of the bot's time")
        await stage.passes(seconds=1)
    return slowest


def _broken(stage: Stage, chats: int, kills: Sequence[int]) -> list[str]:
    puts = stage.playground.puts
    pushed = Counter(put.slot[0] for put in puts)
    loud = Counter(put.slot[0] for put in puts if not put.silent)
    twice = sum(times > 1 for times in loud.values())
    again = sum(times > 1 for times in pushed.values())
    refused = stage.playground.world.flood.refused
    checks = {
        f"{chats - len(pushed)} of {chats} chats got no push": len(pushed) == chats,
        f"{twice} chats got two pushes with a sound": not twice,
        f"{again} chats got a second push": again <= UNDER_WAY * len(kills),
        # A new life knows nothing of what the one before sent in its last second.
        f"{refused} messages were refused as too many": not refused or bool(kills),
    }
    return [words for words, holds in checks.items() if not holds]


def _figures(stage: Stage, slowest: float) -> str:
    puts = stage.playground.puts
    took = puts[-1].at - puts[0].at if puts else 0.0
    silent = sum(put.silent for put in puts)
    refused = stage.playground.world.flood.refused
    return (
        f"{len(puts)} pushes ({silent} that follow one of which it was open) in {took:.0f} s of the bot's time, "
        f"{refused} refused, slowest tap {slowest:.2f} s"
    )


def _fill(stage: Stage, chats: int) -> None:
    """As many chats as that which are set up as Ben's is."""
    ben = stage.somebody("Ben").id
    ids = []
    for number in range(chats - 2):
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
