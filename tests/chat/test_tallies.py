"""A group's tally: edited soon, never often, and the last state always."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from bot.chat.tallies import Drawn, Shown, Taken, Tallies
from tests.chat.still import StillClock, turns

TURN = Shown(-100, 5)


class Board:
    """A turn's message: `state` as it is known, `shown` as it was drawn."""

    def __init__(self, clock: StillClock) -> None:
        self.state = 0
        self.shown: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.refusals = 0
        self._running: set[asyncio.Task[None]] = set()
        self.tallies = Tallies(clock, self._draw, self._begin)

    async def changes(self) -> None:
        """Somebody looked."""
        self.state += 1
        await self.tallies.changed(TURN)

    async def _draw(self, shown: Shown, taken: Taken, patient: bool) -> Drawn:
        taken()
        state = self.state
        await self.open.wait()
        if self.refusals:
            self.refusals -= 1
            return Drawn.LATER
        self.shown.append(state)
        return Drawn.YES

    def _begin(self, work: Coroutine[Any, Any, None], what: str) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)


@pytest.fixture
def clock() -> StillClock:
    """It stands still."""
    return StillClock()


@pytest.fixture
def board(clock: StillClock) -> Board:
    """The message of one turn."""
    return Board(clock)


async def test_one_at_once_and_the_rest_together(board: Board, clock: StillClock) -> None:
    """Ten changes in a row are two edits, three seconds apart, and the second has them all."""
    for _ in range(10):
        await board.changes()
    board.tallies.draw_due()
    await turns()
    assert board.shown == [1]
    await clock.advance(3)
    board.tallies.draw_due()
    await turns()
    assert board.shown == [1, 10]


async def test_what_was_refused_is_drawn_again(board: Board, clock: StillClock) -> None:
    """At the next round, as it is then."""
    board.refusals = 2
    await board.changes()
    await turns()
    assert board.shown == []
    await clock.advance(3)
    board.tallies.draw_due()
    await turns()
    assert board.shown == [1]


async def test_at_the_end_nothing_is_left_out(board: Board) -> None:
    """What changed while an edit was under way is drawn after it, and what changes later at once."""
    board.open.clear()
    drawing = asyncio.create_task(board.changes())
    await turns()
    await board.changes()
    board.tallies.draw_all()
    board.open.set()
    await drawing
    await turns()
    assert board.shown == [1, 2]
    await board.changes()
    assert board.shown == [1, 2, 3]


async def test_what_is_refused_on_and_on_is_tried_less_and_less(board: Board, clock: StillClock) -> None:
    """An hour out of reach is about a try a minute, and when it is over the last state stands there within a minute."""
    board.refusals = 10_000
    await board.changes()
    for _ in range(1200):
        await clock.advance(3)
        board.tallies.draw_due()
        await turns()
    assert 60 <= 10_000 - board.refusals <= 75
    board.refusals = 0
    board.state = 7
    for _ in range(20):
        await clock.advance(3)
        board.tallies.draw_due()
        await turns()
    assert board.shown == [7]
    await clock.advance(3)
    await board.changes()
    assert board.shown == [7, 8], "and the next change is drawn at once again"


async def test_six_in_a_minute(board: Board, clock: StillClock) -> None:
    """Changes all the time are three quick edits and then one in twenty seconds; the last state follows in the end."""
    drawn: list[int] = []
    for _ in range(120):
        await board.changes()
        board.tallies.draw_due()
        await turns()
        drawn.append(len(board.shown))
        await clock.advance(1)
    assert drawn[:10] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
    assert max(later - earlier for earlier, later in zip(drawn, drawn[60:], strict=False)) <= 6
    await clock.advance(20)
    board.tallies.draw_due()
    await turns()
    assert board.shown[-1] == board.state


async def test_what_people_need_comes_sooner(board: Board, clock: StillClock) -> None:
    """New buttons come three seconds after the last edit though many came in this minute, and an end comes at once."""
    for _ in range(8):
        await board.changes()
        await clock.advance(1)
        board.tallies.draw_due()
        await turns()
    drawn = len(board.shown)
    assert await board.tallies.changed(TURN, soon=True) is Drawn.LATER
    await clock.advance(2)
    board.tallies.draw_due()
    await turns()
    assert len(board.shown) == drawn + 1
    assert await board.tallies.changed(TURN, at_once=True) is Drawn.YES


async def test_an_end_that_comes_while_a_tally_is_drawn(board: Board) -> None:
    """It is drawn as soon as that is done."""
    board.open.clear()
    drawing = asyncio.create_task(board.changes())
    await turns()
    board.state = 100
    assert await board.tallies.changed(TURN, at_once=True) is Drawn.LATER
    board.open.set()
    await drawing
    await turns()
    assert board.shown == [1, 100]


async def test_what_one_member_sees_waits_for_no_tally(board: Board) -> None:
    """It is drawn at once whatever was drawn for all, and is no tally itself."""
    await board.changes()
    alone = Shown(TURN.chat_id, TURN.turn_id, 7)
    for _ in range(8):
        assert await board.tallies.changed(alone) is Drawn.YES
    assert len(board.shown) == 9


async def test_what_waits_until_it_is_quiet(board: Board, clock: StillClock) -> None:
    """It is tried at every round without a pause, once drawn no more, and not at all when another turn's waits."""
    board.refusals = 2
    board.tallies.when_quiet(TURN)
    for _ in range(4):
        board.tallies.draw_due()
        await turns()
    assert (board.refusals, board.shown) == (0, [0])
    board.tallies.when_quiet(TURN)
    board.tallies.when_quiet(Shown(TURN.chat_id, 6))
    assert not board.tallies.can_wait(TURN)
    assert board.tallies.can_wait(Shown(TURN.chat_id, 6))


async def test_what_changes_waits_no_longer_until_it_is_quiet(board: Board, clock: StillClock) -> None:
    """Somebody's tap is answered as ever, and what waited is in it."""
    board.tallies.when_quiet(TURN)
    await board.changes()
    board.tallies.draw_due()
    await turns()
    assert board.shown == [1]
