"""Work that is done again and again."""

import asyncio
import logging
from datetime import UTC, datetime

import pytest

from bot.chat.beats import Beats
from bot.chat.faults import Faults
from bot.clock import FollowedClock, SystemClock
from bot.playground.server import Playground


async def test_work_that_waits_holds_no_move_of_the_clock_up(playground: Playground) -> None:
    """It sleeps when the clock is moved again: that move is over at once, and it goes on when its time has come."""
    clock = FollowedClock(playground.base_url)
    await clock.start()
    beats, woken = Beats(clock, Faults()), []

    async def work() -> None:
        if not woken:
            await clock.sleep(60)
            woken.append(clock.passed())

    beats.every(3600, "work", work)
    try:
        for _ in range(3):
            await playground.clock.advance(seconds=30)
        assert len(woken) == 1
    finally:
        await beats.stop()
        await clock.stop()


async def test_the_end_waits_only_so_long(playground: Playground) -> None:
    """Work that goes on when the time that is given is over is ended by force."""
    clock = FollowedClock(playground.base_url)
    await clock.start()
    beats, begun, ended = Beats(clock, Faults()), asyncio.Event(), []

    async def endless() -> None:
        begun.set()
        try:
            await clock.sleep(3600)
        finally:
            ended.append("work")

    beats.every(3600, "work", endless)
    await playground.clock.advance(seconds=1)
    async with asyncio.timeout(5):
        await begun.wait()
        await beats.stop(0.05)
    assert ended == ["work"]
    await clock.stop()


@pytest.mark.parametrize("turns", range(8))
async def test_an_end_while_work_begins_is_no_fault(turns: int, caplog: pytest.LogCaptureFixture) -> None:
    """All kinds are due in the same second, in whatever turn of the loop that is, and nobody is told."""
    beats = Beats(SystemClock(), Faults())
    loop = asyncio.get_running_loop()

    async def work() -> None:
        """There is nothing to do."""

    def fall_due(turns_left: int) -> None:
        if turns_left:
            loop.call_soon(fall_due, turns_left - 1)
            return
        for name in ("one", "other") if beats._scheduler.running else ():
            beats._scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        beats._scheduler._process_jobs()

    for name in ("one", "other"):
        beats.every(3600, name, work)
    loop.call_soon(fall_due, turns)
    with caplog.at_level(logging.WARNING):
        await beats.stop()
        # The scheduler ends in a turn of its own.
        for _ in range(5):
            await asyncio.sleep(0)
    assert caplog.messages == []
