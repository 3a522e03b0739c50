"""The playground's time, and how it knows that its followers have done what was due."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground


async def ask(playground: Playground, seen: int, follower: str = "f") -> dict[str, int]:
    """What a follower is told, on a connection of its own."""
    asked = {"seen": seen, "follower": follower}
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{playground.base_url}/clock", params=asked) as response,
    ):
        answer: dict[str, int] = await response.json()
        return answer


async def test_a_held_clock_stands_until_it_is_moved(playground: Playground) -> None:
    """Now is the start until the clock is moved, and then exactly so much later."""
    start = playground.clock.now()
    told = {"version": 0, "now_ms": int(start.timestamp()) * 1000, "passed_ms": 0, "running": False}
    assert await ask(playground, -1) == told
    playground.clock.advance(days=1, minutes=2)
    assert playground.clock.now() == start + timedelta(days=1, minutes=2)
    with pytest.raises(ValueError, match="cannot go back"):
        playground.clock.move_to(start)


async def test_a_follower_is_told_at_once_of_a_move(playground: Playground) -> None:
    """A question for what comes after the present version waits for the next move."""
    asking = asyncio.create_task(ask(playground, 0))
    await playground.clock.heard.until(lambda: bool(playground.clock.followers), 10)
    playground.clock.advance(hours=1)
    assert (await asyncio.wait_for(asking, 10))["version"] == 1


async def test_a_move_is_settled_when_every_follower_says_so(playground: Playground) -> None:
    """Who asks with an old version is waited for, who asks with the new one is done, who left is forgotten."""
    clock = playground.clock
    first = asyncio.create_task(ask(playground, 0, "one"))
    await clock.heard.until(lambda: "one" in clock.followers, 10)
    moved = clock.advance(hours=1)
    await first
    with pytest.raises(TimeoutError, match="one did not settle"):
        await clock.settled(0.01)
    second = asyncio.create_task(ask(playground, 1, "one"))
    await moved
    second.cancel()
    await clock.heard.until(lambda: not clock.followers, 10)
    await clock.advance(hours=1)


async def test_a_running_clock_goes_on_from_where_it_was_put() -> None:
    """Running it is real time with an offset; held again it stands where it was."""
    clock = WorldClock(held=False, start=datetime(2030, 1, 1, tzinfo=UTC))
    first = clock.now()
    assert timedelta(0) <= first - datetime(2030, 1, 1, tzinfo=UTC) < timedelta(seconds=5)
    clock.advance(days=1)
    assert timedelta(days=1) <= clock.now() - first < timedelta(days=1, seconds=5)
    clock.hold()
    assert clock.now() == clock.now()
    assert clock.answer()["running"] is False
    clock.run()
    assert clock.answer()["running"] is True


async def test_a_clock_that_is_set_lets_no_time_pass(playground: Playground) -> None:
    """Set back or forth, now is another and what has passed is the same; moved on, both grow."""
    clock, start = playground.clock, playground.clock.now()
    clock.advance(hours=2)
    clock.set_back(hours=1)
    assert (clock.now() - start, clock.passed()) == (timedelta(hours=1), 7200)
    clock.set_forth(days=1)
    clock.set_back(days=1, minutes=90)
    assert (clock.now() - start, clock.passed()) == (timedelta(minutes=-30), 7200)
    clock.move_to(start)
    told = {"version": 5, "now_ms": int(start.timestamp()) * 1000, "passed_ms": 9_000_000, "running": False}
    assert await ask(playground, -1) == told


async def test_a_running_clock_that_is_set_lets_no_time_pass() -> None:
    """What has passed goes on with real time from one mode to the other."""
    clock = WorldClock(held=False, start=datetime(2030, 1, 1, tzinfo=UTC))
    clock.advance(days=1)
    clock.set_back(days=2)
    assert datetime(2029, 12, 31, tzinfo=UTC) <= clock.now() < datetime(2029, 12, 31, 0, 0, 5, tzinfo=UTC)
    assert 86_400 <= clock.passed() < 86_405
    clock.hold()
    passed = clock.passed()
    clock.advance(minutes=1)
    clock.run()
    assert passed + 60 <= clock.passed() < passed + 65


async def test_nobody_is_kept_waiting_when_the_server_stops() -> None:
    """Open questions and polls are answered when the playground stops."""
    playground = Playground(held=True)
    await playground.start()
    asking = asyncio.create_task(ask(playground, 0))
    await playground.clock.heard.until(lambda: bool(playground.clock.followers), 10)
    await playground.stop()
    assert (await asyncio.wait_for(asking, 10))["version"] == 0
