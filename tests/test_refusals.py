"""What Telegram refuses, delays or leaves open, and what each ends in for the push."""

import asyncio
import os
from dataclasses import dataclass
from typing import Any

import pytest

from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.faults import Kind, When
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.habits import sends, settles, since_now, until
from tests.people import BotHere, BotProcess, Group

PERU, KENYA = (f"4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of {name}?" for name in ("Peru", "Kenya"))


@pytest.fixture
async def settled(anna: Somebody, bot: BotHere) -> Somebody:
    """Anna has her cards at 20:00 in Berlin."""
    if bot.app is None:
        await bot.start()
    await settles(anna)
    return anna


# Chats that no longer want or have the bot


async def test_who_blocks_the_bot_is_left_alone(settled: Somebody, playground: Playground, clock: WorldClock) -> None:
    """Pushes stop at once without a single try."""
    await settled.blocks()
    tries = sends(playground, settled.id)
    for day in ("03-02", "03-03", "03-04"):
        await until(clock, day, "20:00")
    assert sends(playground, settled.id) == tries


async def test_start_resumes_after_a_block(settled: Somebody, clock: WorldClock) -> None:
    """The data stayed: hour, deck, and what was learned; nothing is asked again."""
    await settled.blocks()
    await until(clock, "03-04", "12:00")
    assert "What is the capital of Peru?" in (await settled.starts()).text
    came = since_now(settled)
    await until(clock, "03-04", "20:00")
    assert came.all == [(PERU, True)]


@pytest.mark.parametrize("words", ["bot was blocked by the user", "user is deactivated"])
async def test_a_push_that_is_forbidden_is_the_last(
    settled: Somebody, playground: Playground, clock: WorldClock, words: str
) -> None:
    """A block that was never told shows at the push: it is tried once, and then no more."""
    playground.faults.add("sendMessage", status=403, description=f"Forbidden: {words}", chat_id=settled.id)
    tries = sends(playground, settled.id)
    for day in ("03-02", "03-03", "03-04"):
        await until(clock, day, "20:00")
    assert sends(playground, settled.id) == tries + 1
    await settled.starts()
    came = since_now(settled)
    await until(clock, "03-05", "20:00")
    assert came.all == [(PERU, True)]


async def test_a_deleted_account_gets_one_try(settled: Somebody, playground: Playground, clock: WorldClock) -> None:
    """Nobody tells of it, so it shows at the first push."""
    settled.disappears()
    tries = sends(playground, settled.id)
    for day in ("03-02", "03-03", "03-04"):
        await until(clock, day, "20:00")
    assert sends(playground, settled.id) == tries + 1


@pytest.fixture
async def group(playground: Playground, anna: Somebody, ben: Somebody) -> Group:
    """A group of two with cards at eight, UTC."""
    group = playground.group("Study", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/settings", group)
    await anna.taps("Hours", "20:00", "Back", "Done", chat=group)
    return group


async def test_a_group_that_kicks_the_bot_gets_nothing_until_it_is_back(
    group: Group, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Its decks and hours are still there when the bot is added again."""
    await group.kicks_bot(anna)
    tries = sends(playground, group.id)
    await until(clock, "03-02", "20:00", "UTC")
    assert sends(playground, group.id) == tries
    await group.adds_bot(anna)
    await until(clock, "03-03", "20:00", "UTC")
    assert group.sees().labels == ["Show answer"]


async def test_a_kick_that_was_not_told_ends_the_pushes(
    group: Group, playground: Playground, clock: WorldClock
) -> None:
    """It shows at the push: tried once, and then no more."""
    words = "Forbidden: bot was kicked from the group chat"
    playground.faults.add("sendMessage", status=403, description=words, chat_id=group.id)
    tries = sends(playground, group.id)
    for day in ("03-02", "03-03", "03-04"):
        await until(clock, day, "20:00", "UTC")
    assert sends(playground, group.id) == tries + 1


async def test_a_group_that_moved_gets_its_push_once(
    group: Group, playground: Playground, clock: WorldClock, bot: BotHere
) -> None:
    """Whether the bot was told of the new id or finds out at the push, also across a restart."""
    before = len(group.messages())
    moved, _ = acts.migrate(playground.world, group.chat)
    group.chat = moved
    await until(clock, "03-02", "20:00", "UTC")
    await bot.restart()
    await clock.advance(minutes=1)
    pushes = [screen for screen in group.sees_all() if screen.labels == ["Show answer"]]
    assert len(pushes) == 1
    assert len(group.messages()) <= before + 1


# Told to wait


async def test_a_flood_in_one_chat_keeps_nobody_else_waiting(
    settled: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Anna's push waits as told and comes once; Ben's comes at its minute."""
    await settles(ben)
    anna_came, ben_came = since_now(settled), since_now(ben)
    playground.faults.add("sendMessage", status=429, retry_after=40, chat_id=settled.id)
    await until(clock, "03-02", "20:00")
    assert (anna_came.all, ben_came.all) == ([], [(PERU, True)])
    await clock.advance(seconds=39)
    assert anna_came.all == []
    await clock.advance(seconds=1)
    await clock.advance(minutes=1)
    assert anna_came.all == [(PERU, True)]


async def test_a_push_told_to_wait_is_known_to_have_failed_after_a_restart(
    settled: Somebody, playground: Playground, clock: WorldClock, bot: BotHere
) -> None:
    """The bot is told to end while it waits: the same card comes in its next life, with its sound, and once."""
    came = since_now(settled)
    playground.faults.add("sendMessage", status=429, retry_after=40, chat_id=settled.id)
    await until(clock, "03-02", "20:00")
    await bot.restart()
    await clock.advance(minutes=1)
    assert came.all == [(PERU, True)]
    assert [bool(screen.rows) for screen in settled.sees_all()[-2:]] == [False, True]


async def test_a_flood_overall_delays_and_loses_nothing(
    settled: Somebody, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """All wait as told, and each push comes once."""
    for somebody in (ben, cleo):
        await settles(somebody)
    came = [since_now(somebody) for somebody in (settled, ben, cleo)]
    playground.faults.add("sendMessage", status=429, retry_after=7, times=3)
    await until(clock, "03-02", "20:00")
    for _ in range(4):
        await clock.advance(seconds=7)
    assert [each.all for each in came] == [[(PERU, True)]] * 3


# What may have arrived


@dataclass(frozen=True)
class Trouble:
    """A fault that leaves open whether a message arrived."""

    when: When
    kind: Kind
    status: int = 500

    def befall(self, playground: Playground, somebody: Somebody, **more: Any) -> None:
        """The next message to somebody meets it."""
        playground.faults.add("sendMessage", self.when, self.kind, status=self.status, chat_id=somebody.id, **more)


OPEN = [
    Trouble("before", "reset"),
    Trouble("after", "reset"),
    Trouble("before", "status", 500),
    Trouble("after", "status", 500),
    Trouble("before", "status", 502),
    Trouble("after", "status", 502),
]


@pytest.mark.parametrize("trouble", OPEN, ids=str)
async def test_where_it_is_open_another_card_follows_without_a_sound(
    settled: Somebody, playground: Playground, clock: WorldClock, bot: BotHere, trouble: Trouble
) -> None:
    """Whether the first arrived or not, one more follows, and nothing after that, also not after a restart."""
    trouble.befall(playground, settled)
    came = since_now(settled)
    await until(clock, "03-02", "20:00")
    await clock.advance(seconds=10)
    first = [(PERU, True)] if trouble.when == "after" else []
    assert came.all == [*first, (KENYA, False)]
    await bot.restart()
    await clock.advance(minutes=10)
    assert came.all == [*first, (KENYA, False)]
    await settled.taps("Show answer", "Easy")
    assert "2/" in settled.sees().text


async def test_if_only_one_is_due_the_same_follows(
    settled: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """There is no other card."""
    for _ in range(3):
        await settled.taps("Show answer", "Easy")
    playground.faults.add("sendMessage", "after", "reset")
    came = since_now(settled)
    await until(clock, "03-02", "20:00")
    await clock.advance(seconds=10)
    norway = "1 due · about 1 min\n\nCapitals · 1/1\n\nWhat is the capital of Norway?"
    assert came.all == [(norway, True), (norway, False)]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_only_one_follows(settled: Somebody, playground: Playground, clock: WorldClock, when: When) -> None:
    """If that one is open, too, nothing more comes before the next hour."""
    playground.faults.add("sendMessage", when, "reset", times=2)
    came = since_now(settled)
    await until(clock, "03-02", "20:00")
    await clock.advance(minutes=30)
    assert came.all == ([(PERU, True), (KENYA, False)] if when == "after" else [])
    await until(clock, "03-03", "20:00")
    assert came.all[-1] == (PERU, True)


async def test_a_tap_on_the_open_one_says_what_holds(
    settled: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """The first card arrived after all: it is no longer asked, and that is said."""
    playground.faults.add("sendMessage", "after", "reset")
    await until(clock, "03-02", "20:00")
    await clock.advance(seconds=10)
    await settled.taps_old(settled.messages()[-2], "Show answer")
    assert settled.toast == "This card is no longer asked; here is the present one."
    assert settled.messages()[-2].rows == ()
    assert settled.sees().text == KENYA


async def test_a_time_out_is_open(
    settled: Somebody, ben: Somebody, playground: Playground, clock: WorldClock, bot: BotHere
) -> None:
    """No answer for as long as the bot waits, before the message took effect or after it."""
    await settles(ben)
    bot.answer_seconds = 1
    await bot.restart()
    playground.faults.add("sendMessage", "before", "timeout", chat_id=settled.id)
    playground.faults.add("sendMessage", "after", "timeout", chat_id=ben.id)
    anna_came, ben_came = since_now(settled), since_now(ben)
    await until(clock, "03-02", "20:00")
    await clock.advance(seconds=10)
    assert anna_came.all == [(KENYA, False)]
    assert ben_came.all == [(PERU, True), (KENYA, False)]


async def test_no_refusal_is_more_than_a_line_in_the_log(
    settled: Somebody, playground: Playground, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """A traceback would be a bug of ours; no line holds the token or a card."""
    for trouble in OPEN:
        trouble.befall(playground, settled)
    playground.faults.add("sendMessage", status=400, description="Bad Request: not today")
    playground.faults.add("sendMessage", status=429, retry_after=1)
    for day in ("03-02", "03-03", "03-04", "03-05"):
        await until(clock, day, "20:00")
        await clock.advance(seconds=30)
    assert len(caplog.records) >= len(OPEN)
    for record in caplog.records:
        said = record.getMessage()
        assert "\n" not in said
        assert record.exc_info is None
        assert playground.token not in said
        assert "capital" not in said


# Two running copies


async def test_a_second_copy_is_refused(bot: BotHere, bot_process: BotProcess) -> None:
    """Exit status 2 and one line that names the process which has the database."""
    await bot.start()
    second = await bot_process.launch()
    async with asyncio.timeout(20):
        assert await second.wait() == 2
    (line,) = bot_process.words().splitlines()
    assert f"(process {os.getpid()})" in line
    assert "already running" in line
