"""Work that runs beside what people wait for."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.beside import Beside
from bot.chat.faults import Faults
from bot.chat.pace import Pace
from bot.chat.places import Places
from tests.chat.still import StillClock, turns

HELD = 7


@pytest.fixture
def clock() -> StillClock:
    """It stands still."""
    return StillClock()


@pytest.fixture
async def beside(clock: StillClock) -> AsyncIterator[Beside]:
    """Ended at the end."""
    beside = Beside(clock, Faults())
    yield beside
    await beside.stop()


async def test_it_gives_nobody_the_place_of_who_began_it(beside: Beside, clock: StillClock) -> None:
    """A report waits for an hour, and meanwhile no more are at work than there are places."""
    pace, places, at_work, open_ = Pace(clock), Places(1), [], asyncio.Event()
    pace.hold(HELD, 3600)

    async def report() -> None:
        await pace.permit(HELD)

    async def work(name: str) -> None:
        async with places.one():
            at_work.append(name)
            beside.begin(report(), "a report")
            await open_.wait()

    working = [asyncio.create_task(work(name)) for name in ("one", "two")]
    await turns()
    assert at_work == ["one"]
    open_.set()
    await asyncio.gather(*working)
    assert at_work == ["one", "two"]
    pace.close()


async def test_the_end_waits_for_what_begins_meanwhile(beside: Beside) -> None:
    """A push that was under way ends a group's turn, which is drawn before the program is over."""
    done: list[str] = []

    async def turn() -> None:
        await turns()
        done.append("turn")

    async def push() -> None:
        await turns()
        beside.begin(turn(), "a closed turn")
        done.append("push")

    beside.begin(push(), "a push")
    await beside.stop()
    assert done == ["push", "turn"]
