"""Work that runs beside what people wait for."""

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest

from bot.chat.beside import Beside, both
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


async def test_the_end_waits_only_so_long(beside: Beside) -> None:
    """What goes on then is ended by force; who asks later gives it no more time, however much that would be."""
    ended: list[str] = []

    async def endless(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    beside.begin(endless("a push"), "a push")
    async with asyncio.timeout(5):
        await beside.stop(0.05)
        assert ended == ["a push"]
        beside.begin(endless("a closed turn"), "a closed turn")
        await turns()
        await beside.stop(3600)
    assert ended == ["a push", "a closed turn"]


async def test_two_things_at_once_end_together(clock: StillClock) -> None:
    """The one is begun before the other is over, and waited for; who waits then has no place."""
    said: list[str] = []
    places = Places(1)
    answered = asyncio.Event()

    async def answer() -> None:
        said.append("answering")
        await answered.wait()
        said.append("answered")

    async def draw() -> None:
        await turns()
        said.append("drawn")

    async def tap() -> None:
        async with places.one():
            await both(clock, draw, answer)
            said.append("done")

    tapping = asyncio.create_task(tap())
    await turns()
    await turns()
    assert said == ["answering", "drawn"]
    assert places.take(1) == 1
    places.leave()
    answered.set()
    await tapping
    assert said == ["answering", "drawn", "answered", "done"]


@pytest.mark.parametrize("fails", ["the work", "what is done meanwhile", "the task that does both"])
async def test_where_one_of_two_fails_the_other_is_not_left_behind(clock: StillClock, fails: str) -> None:
    """The fault is raised, and what still went on is ended."""
    said: list[str] = []

    async def answer() -> None:
        await turns()
        if fails == "what is done meanwhile":
            raise ValueError(fails)
        await asyncio.Event().wait()

    async def watched() -> None:
        try:
            await answer()
        except asyncio.CancelledError:
            said.append("ended")
            raise

    async def draw() -> None:
        await turns()
        if fails == "the work":
            raise ValueError(fails)

    tapping = asyncio.create_task(both(clock, draw, watched))
    await turns()
    await turns()
    if fails == "the task that does both":
        tapping.cancel()
    with pytest.raises(asyncio.CancelledError if tapping.cancelling() else ValueError):
        await tapping
    await turns()
    assert said == ([] if fails == "what is done meanwhile" else ["ended"])


async def test_where_both_fail_neither_fault_is_kept_back(clock: StillClock, caplog: pytest.LogCaptureFixture) -> None:
    """The fault of the work is raised, that of what was done meanwhile stands in the log."""

    async def answer() -> None:
        raise LookupError("no answer")

    async def draw() -> None:
        await turns()
        raise ValueError("not drawn")

    with pytest.raises(ValueError, match="not drawn") as caught:
        await both(clock, draw, answer)
    # A task is known to be forgotten once nothing holds it any more.
    caught.value.__traceback__ = None
    del caught
    gc.collect()
    await turns()
    assert "no answer" in caplog.text


async def test_what_is_done_meanwhile_says_that_it_has_to_wait(clock: StillClock) -> None:
    """To whoever waits behind the one whose work it is beside; the place is given up once."""
    pace, places, told = Pace(clock), Places(1), []
    pace.hold(HELD, 30)

    async def answer() -> None:
        await pace.permit(HELD)

    async def tap() -> None:
        async with places.one(told.append):
            await both(clock, turns, answer)

    tapping = asyncio.create_task(tap())
    await turns()
    await turns()
    assert [round(seconds) for seconds in told] == [30]
    assert places.take(2) == 1
    await clock.advance(31)
    await tapping
    assert places.take(2) == 0
    places.leave()
    assert places.take(2) == 1
    pace.close()
