"""Work that is done again and again."""

from bot.chat.beats import Beats
from bot.chat.faults import Faults
from bot.clock import FollowedClock
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
