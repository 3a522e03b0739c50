"""The system's clock, and the one that follows a playground's."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import Clock, ClockUnreachable, FollowedClock, SystemClock
from bot.playground.server import Playground

GUARD_SECONDS = 5.0


@pytest.fixture
async def followed(playground: Playground) -> AsyncIterator[FollowedClock]:
    """A clock that follows the held one of the playground."""
    clock = FollowedClock(playground.base_url)
    await clock.start()
    await playground.clock.settled()
    yield clock
    await clock.stop()


async def something_outside() -> None:
    """Work that the event loop has to wait for, as it waits for the database or the network."""
    await asyncio.to_thread(sum, range(200_000))


async def turns(of_the_loop: int = 20) -> None:
    """Let everything run that can."""
    for _ in range(of_the_loop):
        await asyncio.sleep(0)


async def test_the_systems_clock_is_aware_and_waits() -> None:
    """Now is in UTC, and a sleep ends after its time and not before."""
    clock = SystemClock()
    before = clock.passed()
    assert clock.now().tzinfo is UTC
    await clock.sleep(0.02)
    assert clock.passed() - before >= 0.02


def test_what_has_passed_never_goes_back() -> None:
    """It is told by the machine's own count, which nobody sets, and not by a wall clock."""
    clock = SystemClock()
    before = time.monotonic()
    assert before <= clock.passed() <= time.monotonic()


async def test_a_span_below_nothing_is_not_waited_for(followed: FollowedClock) -> None:
    """Both clocks return at once."""
    async with asyncio.timeout(GUARD_SECONDS):
        await SystemClock().sleep(-5)
        await followed.sleep(-5)
        await followed.sleep(0)


async def test_a_wall_clock_that_is_set_keeps_nobody_waiting(playground: Playground, followed: FollowedClock) -> None:
    """Set forth or back by a day it shows another time, and a sleep of a minute ends after a minute all the same."""
    sleeper = asyncio.create_task(followed.sleep(60))
    await turns()
    shown, passed = followed.now(), followed.passed()
    await playground.clock.set_forth(days=1)
    assert not sleeper.done()
    await playground.clock.set_back(days=2)
    assert (followed.now(), followed.passed()) == (shown - timedelta(days=1), passed)
    await playground.clock.advance(seconds=59)
    assert not sleeper.done()
    await playground.clock.advance(seconds=1)
    async with asyncio.timeout(GUARD_SECONDS):
        await sleeper


async def test_the_followed_clock_stands_still_until_it_is_moved(
    playground: Playground, followed: FollowedClock
) -> None:
    """In held mode now is exactly the playground's now."""
    assert followed.now() == playground.clock.now()
    await playground.clock.advance(days=8, minutes=1)
    assert followed.now() == playground.clock.now()
    assert followed.now().tzinfo is UTC


async def test_a_sleep_ends_when_the_clock_has_moved_far_enough(
    playground: Playground, followed: FollowedClock
) -> None:
    """A sleeper wakes at its moment, not at every move."""
    sleeper = asyncio.create_task(followed.sleep(60))
    await turns()
    await playground.clock.advance(seconds=59)
    assert not sleeper.done()
    await playground.clock.advance(seconds=1)
    async with asyncio.timeout(GUARD_SECONDS):
        await sleeper


async def test_a_move_is_settled_when_what_it_made_due_is_done(playground: Playground, followed: FollowedClock) -> None:
    """The playground waits for callbacks, for those they wake, and for what these began."""
    done: list[str] = []

    async def work(name: str) -> None:
        with followed.busy():
            await something_outside()
            done.append(name)

    async def wake_up() -> None:
        await followed.sleep(60)
        done.append("woken")
        begun.append(asyncio.create_task(work("begun when woken")))

    async def on_move() -> None:
        begun.append(asyncio.create_task(work("begun by the tick")))

    begun = [asyncio.create_task(wake_up())]
    await turns()
    followed.on_move(on_move)
    await playground.clock.advance(minutes=2)
    assert sorted(done) == ["begun by the tick", "begun when woken", "woken"]


async def test_a_sleep_inside_work_holds_nothing_up(playground: Playground, followed: FollowedClock) -> None:
    """Work that waits for the clock itself does not keep the clock from being moved, and counts again when woken."""
    done = asyncio.Event()

    async def work() -> None:
        with followed.busy(), followed.busy():
            await followed.sleep(600)
            await something_outside()
            done.set()

    working = asyncio.create_task(work())
    await turns()
    await playground.clock.advance(minutes=5)
    assert not done.is_set()
    await playground.clock.advance(minutes=5)
    assert done.is_set()
    await working


async def test_waiting_for_one_who_sleeps_holds_nothing_up(playground: Playground, followed: FollowedClock) -> None:
    """Who stands in line behind a sleeper is no work of its own, until its turn has come."""
    lock = asyncio.Lock()
    done: list[str] = []

    async def work(name: str) -> None:
        with followed.busy():
            with followed.waiting():
                await lock.acquire()
            await followed.sleep(60)
            await something_outside()
            lock.release()
            await something_outside()
            done.append(name)

    working = [asyncio.create_task(work(name)) for name in "ab"]
    await turns()
    await playground.clock.advance(seconds=30)
    assert done == []
    await playground.clock.advance(seconds=30)
    assert done == ["a"]
    await playground.clock.advance(seconds=60)
    assert done == ["a", "b"]
    await asyncio.gather(*working)


async def test_a_callback_that_sleeps_holds_nothing_up(playground: Playground, followed: FollowedClock) -> None:
    """A tick that waits for the clock cannot stop it."""
    ticks: list[datetime] = []

    async def tick() -> None:
        ticks.append(followed.now())
        await followed.sleep(3600)

    followed.on_move(tick)
    await playground.clock.advance(minutes=1)
    await playground.clock.advance(minutes=1)
    assert len(ticks) == 2


async def test_a_callback_that_fails_is_logged_and_the_clock_goes_on(
    playground: Playground, followed: FollowedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug in the tick does not stop time."""

    async def tick() -> None:
        raise KeyError

    followed.on_move(tick)
    await playground.clock.advance(minutes=1)
    await playground.clock.advance(minutes=1)
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


async def test_the_first_version_is_settled_when_the_start_is_over(playground: Playground) -> None:
    """Who waits for the playground's clock waits for a follower's start, and its callbacks are called once."""
    calls = 0
    clock = FollowedClock(playground.base_url)

    async def tick() -> None:
        nonlocal calls
        calls += 1

    with clock.busy():
        await clock.start()
        clock.on_move(tick)
        with pytest.raises(TimeoutError):
            await playground.clock.settled(0.05)
        assert calls == 0
    await playground.clock.settled(GUARD_SECONDS)
    assert calls == 1
    await clock.stop()


async def test_a_running_clock_goes_on_by_itself_and_can_be_moved() -> None:
    """In running mode time passes, and a move wakes whom it makes due at once."""
    playground = Playground(held=False, strict=True)
    await playground.start()
    clock = FollowedClock(playground.base_url)
    await clock.start()
    before = clock.now()
    await clock.sleep(0.02)
    assert clock.now() - before >= timedelta(seconds=0.02)
    sleeper = asyncio.create_task(clock.sleep(3600))
    await turns()
    await playground.clock.advance(hours=1)
    async with asyncio.timeout(GUARD_SECONDS):
        await sleeper
    assert abs(clock.now() - playground.clock.now()) < timedelta(seconds=0.5)
    await clock.stop()
    await playground.stop()


async def test_no_playground_is_one_clear_error() -> None:
    """A clock that nobody tells refuses to start, in words."""
    clock = FollowedClock("http://127.0.0.1:9")
    with pytest.raises(ClockUnreachable, match="no playground answers"):
        await clock.start()


async def test_a_playground_that_is_away_for_a_while_is_followed_again(playground: Playground) -> None:
    """The follower goes on asking, and hears the next move."""
    clock = FollowedClock(playground.base_url)
    await clock.start()
    port = int(playground.base_url.rsplit(":", 1)[1])
    heard: asyncio.Queue[datetime] = asyncio.Queue()

    async def on_move() -> None:
        heard.put_nowait(clock.now())

    clock.on_move(on_move)
    await playground.stop()
    await playground.start(port)
    playground.clock.advance(days=1)
    async with asyncio.timeout(GUARD_SECONDS):
        while await heard.get() != playground.clock.now():
            pass
    assert clock.now() == playground.clock.now()
    await clock.stop()


def test_a_clock_that_nobody_moves_takes_a_callback_and_never_calls() -> None:
    """The app registers its tick with whatever clock it is given."""

    async def never() -> None:
        raise AssertionError

    for clock in (SystemClock(), Clock()):
        clock.on_move(never)
        with clock.busy() as nothing:
            assert nothing is None
