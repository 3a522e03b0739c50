"""The tally under a group's card: few edits, however many tap, and right in the end, whatever fails."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FRANCE, answered, asked, edits_of
from tests.people import BotHere, Group, Somebody


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


async def test_thirty_members_at_once(playground: Playground, anna: Somebody, clock: WorldClock) -> None:
    """Thirty who look and grade in a moment are a handful of edits, and what is shown in the end is the last state."""
    members = [playground.person(f"Member {number}") for number in range(30)]
    group = playground.group("Study group", [anna, *members], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    before = edits_of(playground, group)
    await members[0].taps("Show answer", chat=group)
    for label in ("Show answer", "Good"):
        updates = [somebody.taps_unheard(label, chat=group) for somebody in members]
        await asyncio.gather(*(heard(playground, update) for update in updates))
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "30 looked · 30 knew it", grades=True)
    assert edits_of(playground, group) - before <= 4


async def test_a_tally_that_waits_is_drawn_when_the_bot_stops(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """What was to be drawn in a moment stands there when the bot is stopped before."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    await bot.stop()
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)


async def test_a_tap_in_the_air_when_the_bot_stops_is_in_the_tally(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, playground: Playground
) -> None:
    """What is done while the bot ends is seen in the group, too."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> None:
        began.set()
        await goes_on.wait()

    playground.faults.add("answerCallbackQuery", "before", "call", hook=slow)
    cleo.taps_unheard("Show answer", chat=group)
    await began.wait()
    stopping = asyncio.create_task(bot.stop())
    polled = playground.world.updates
    assert await polled.polled.until(lambda: not polled.is_polled, 5)
    goes_on.set()
    await stopping
    assert group.sees() == asked(FRANCE, "2 looked · nobody graded yet", grades=True)


async def test_a_closed_turn_that_could_not_be_drawn_is_drawn_later(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Telegram is away at the moment at which the turn's time is over; when it is back the answer stands there."""
    await ben.sends("/quiz", group)
    away = playground.faults.add("editMessageText", times=5)
    await clock.advance(minutes=10)
    for _ in range(3):
        await clock.advance(seconds=4)
    assert away.times == 0
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_a_tally_that_may_not_have_arrived_is_drawn_again(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nobody else looks, and when Telegram is back the tally is right all the same."""
    await ben.sends("/quiz", group)
    away = playground.faults.add("editMessageText", times=5)
    update = ben.taps_unheard("Show answer", chat=group)
    for _ in range(4):
        await clock.advance(seconds=4)
    await heard(playground, update)
    assert away.times == 0
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)


async def test_a_flood_in_one_group_keeps_no_push_waiting(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """While Telegram lets nothing more into one group, another gets its card, and the tally follows at last."""
    other = playground.group("Other group", [anna, ben], with_bot=False)
    await other.adds_bot(anna)
    await anna.taps("Capitals", chat=other)
    await anna.sends("/settings", other)
    await anna.taps("Hours", "12:00", chat=other)
    await clock.move_to(datetime(2026, 3, 2, 11, 59, 50, tzinfo=UTC))
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    playground.faults.add("editMessageText", status=429, retry_after=60, chat_id=group.id)
    await clock.advance(seconds=5)
    await clock.advance(seconds=5)
    assert FRANCE in other.sees().text
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    await clock.advance(seconds=60)
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)


async def test_members_are_heard_side_by_side(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """While Telegram is slow with Ben's tap, Cleo gets her answer."""
    await ben.sends("/quiz", group)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> None:
        began.set()
        await goes_on.wait()

    playground.faults.add("answerCallbackQuery", "before", "call", hook=slow)
    update = ben.taps_unheard("Show answer", chat=group)
    await began.wait()
    cleo.taps_unheard("Show answer", chat=group)
    await playground.world.changed.until(lambda: bool(cleo.answers), 5)
    assert cleo.toast == "Paris"
    assert not ben.answers
    goes_on.set()
    await heard(playground, update)
    assert ben.toast == "Paris"


async def test_a_repeated_update_changes_nothing(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """What Telegram delivers again, because it did not hear that it was done, is done once."""
    update = ben.sends_unheard("/quiz", group)
    await heard(playground, update)
    await ben.taps("Show answer", chat=group)
    grade = ben.taps_unheard("Good", chat=group)
    await heard(playground, grade)
    for number in (update, grade):
        playground.redeliver(number)
        await heard(playground, number)
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")
