"""The bot as a process that dies in the middle of any call of an evening, and what its next life makes of it."""

import asyncio
import inspect
import logging
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from bot.app import App
from bot.chat.updates import CONFIRM_AT_LEAST_SECONDS
from bot.playground.clock import WorldClock
from bot.playground.faults import Kind, When
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from bot.storage import reviews
from bot.storage.database import Database
from bot.tutor import checking
from tests.habits import moment, settles, until
from tests.nursery import Child
from tests.people import BotHere, BotProcess

# Two cards are left: one is graded and the other, that grade is taken back and given again.
EVENING = ("/quiz", "Show answer", "Easy", "Show answer", "Easy", "Undo", "Easy")
# Both are under way at once.
TAP = ["editMessageText", "answerCallbackQuery"]
CALLS = ["sendMessage", "editMessageReplyMarkup", *TAP * 6]
NAMES = {
    0: "quiz is sent",
    1: "the turn before loses its buttons",
    2: "the answer is drawn",
    3: "show is answered",
    4: "the next card is drawn",
    5: "a grade is answered",
    8: "the summary is drawn",
    10: "the card is drawn again",
    11: "undo is answered",
}


@pytest.fixture
async def settled(anna: Somebody, bot: BotHere) -> Somebody:
    """Anna has her cards at 20:00 in Berlin, and two of five are left; the bot that helped her is down."""
    if bot.app is None:
        await bot.start()
    await settles(anna)
    await anna.taps("Show answer", "Easy", "Show answer", "Easy")
    await bot.stop()
    return anna


async def does(somebody: Somebody, act: str, process: BotProcess) -> bool:
    """Whether the bot lived to the end of this act."""
    update = somebody.sends_unheard(act) if act.startswith("/") else somebody.taps_unheard(act)
    assert process.process is not None
    return await lives_until(somebody, update, process.process)


async def lives_until(somebody: Somebody, update: int, process: Child) -> bool:
    """Whether the process confirmed an update before it died."""
    updates = somebody.playground.world.updates
    done = asyncio.create_task(updates.confirmed.until(lambda: updates.is_confirmed(update), 10))
    died = asyncio.create_task(process.wait())
    await asyncio.wait({done, died}, return_when=asyncio.FIRST_COMPLETED)
    lived = done.done() and done.result()
    for task in (done, died):
        task.cancel()
    await asyncio.gather(done, died, return_exceptions=True)
    return lived


async def studies_on(somebody: Somebody) -> None:
    """What a person does who finds the chat as it is: tap what stands there, else ask for a card."""
    for _ in range(12):
        labels = [label.split(" ·")[0] for label in somebody.sees().labels]
        if "Undo" in labels:
            return
        if "Show answer" in labels:
            await somebody.taps("Show answer")
        elif "Easy" in labels:
            await somebody.taps("Easy")
        else:
            await somebody.sends("/quiz")
    raise AssertionError(f"the chat is stuck\n{somebody.picture()}")


async def grades_that_stand(folder: Path) -> list[int]:
    """How often each card's grades stand in the log; fails if a memory is not what the log leads to."""
    database = await Database.open(folder / "deckhand.db", only_reading=True)
    try:
        verdict = await database.read(checking.verify)
        entries = await database.read(lambda db: list(reviews.log(db)))
    finally:
        await database.close()
    assert verdict.differ == ()
    undone = {entry.undoes for entry in entries}
    standing = [entry for entry in entries if entry.grade is not None and entry.review_id not in undone]
    return sorted(Counter(entry.card_id for entry in standing).values())


async def test_the_calls_of_an_evening(settled: Somebody, bot: BotHere) -> None:
    """This is where a process may die: the calls are counted here."""
    await bot.start()
    settled.playground.calls.clear()
    for act in EVENING:
        await (settled.sends(act) if act.startswith("/") else settled.taps(act))
    made = [call.method for call in settled.playground.calls if call.method != "getUpdates"]
    assert made == CALLS
    assert await grades_that_stand(bot.folder) == [1] * 5


# An answer to a tap is seen by nobody afterwards, so whether it took effect makes no difference.
KILLS = [
    pytest.param(call, when, id=f"{when} {name}".replace(" ", "-"))
    for call, name in NAMES.items()
    for when in ("before", "after")
    if when == "before" or "answered" not in name
]


@pytest.mark.parametrize(("call", "when"), KILLS)
async def test_killed_in_the_middle_of_an_evening(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, call: int, when: When
) -> None:
    """Every grade is there once, none twice, and the person studies on to the end as if nothing had been."""
    await bot_process.start()
    bot_process.dies_at("*", when, skip=call)
    lived = [await does(settled, act, bot_process) for act in EVENING[: call // 2 + 1]]
    assert lived[-1] is False
    assert all(lived[:-1])
    assert await bot_process.dead() == -9
    seen = len(settled.messages())
    await bot.start()
    assert len(settled.messages()) <= seen + 1, "what was asked for is drawn at most once more"
    await studies_on(settled)
    assert await grades_that_stand(bot.folder) == [1] * 5
    assert settled.sees().text.startswith("Done: ")


@pytest.mark.parametrize(("call", "when"), [(0, "before"), (0, "after"), (1, "before"), (1, "after")])
async def test_killed_in_the_middle_of_a_push(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, clock: WorldClock, call: int, when: When
) -> None:
    """Open whether it arrived: another card follows without a sound. Known to be there: nothing more comes.

    In each case the turn before has lost its buttons, and one more restart brings nothing.
    """
    await bot_process.start()
    before = settled.message()
    bot_process.dies_at("*", when, skip=call)
    clock.move_to(clock.now().replace(hour=19))
    assert await bot_process.dead() == -9
    await bot.start()
    await clock.advance(seconds=10)
    sounding, silent = (
        "2 due · about 1 min\n\nCapitals · 1/2\n\nWhat is the capital of " + name for name in ("Japan?", "Norway?")
    )
    came = [(message.text, message.silent) for message in settled.messages() if message.id > before.id]
    assert (
        came
        == {
            (0, "before"): [(silent, True)],
            (0, "after"): [(sounding, False), (silent, True)],
            (1, "before"): [(sounding, False)],
            (1, "after"): [(sounding, False)],
        }[call, when]
    )
    assert settled.messages()[0].rows == (), "the turn before has lost its buttons"
    await bot.restart()
    await clock.advance(minutes=30)
    assert len(settled.messages()) == 1 + len(came)
    await settled.taps("Show answer", "Easy")
    await studies_on(settled)
    assert await grades_that_stand(bot.folder) == [1] * 5


async def test_what_is_open_waits_for_the_morning_after_a_long_outage(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, clock: WorldClock
) -> None:
    """Back in the quiet hours nothing leaves; when they end the one that follows does."""
    await bot.start()
    await settled.sends("/settings")
    await settled.taps("Quiet", "22:00 to 07:00", "Back", "Done")
    await bot.stop()
    await _dies_at_eight(bot_process, clock)
    seen = len(settled.messages())
    await until(clock, "03-03", "03:00")
    await bot.start()
    await until(clock, "03-03", "06:59")
    assert len(settled.messages()) == seen
    await until(clock, "03-03", "07:00")
    assert [message.silent for message in settled.messages()[seen:]] == [True]


async def test_what_is_open_needs_nothing_shortly_before_the_next_hour(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, clock: WorldClock
) -> None:
    """An hour before the next push nothing follows, and that one is whole."""
    await _dies_at_eight(bot_process, clock)
    seen = len(settled.messages())
    await until(clock, "03-03", "19:00")
    await bot.start()
    await clock.advance(minutes=1)
    assert len(settled.messages()) == seen
    await until(clock, "03-03", "20:00")
    assert [message.silent for message in settled.messages()[seen:]] == [False]


async def _dies_at_eight(bot_process: BotProcess, clock: WorldClock) -> None:
    """The process dies while it sends the push, before it took effect."""
    await bot_process.start()
    bot_process.dies_at("sendMessage", "before")
    clock.move_to(moment("03-02", "20:00"))
    assert await bot_process.dead() == -9


@pytest.mark.parametrize(("call", "when"), [(0, "before"), (0, "after"), (1, "before"), (1, "after")])
async def test_killed_in_the_middle_of_a_groups_push(
    anna: Somebody, bot: BotHere, bot_process: BotProcess, clock: WorldClock, call: int, when: When
) -> None:
    """As in private; and the turn before shows its answer to all, whoever lived to draw it."""
    await bot.start()
    group = anna.playground.group("Study", [anna], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/settings", group)
    await anna.taps("Hours", "20:00", "Back", "Done", chat=group)
    await anna.sends("/settings", group)
    await anna.taps("Limits", "30 min", "Back", "Done", chat=group)
    await clock.move_to(clock.now().replace(hour=19, minute=45))
    await anna.sends("/quiz", group)
    await bot.stop()
    await bot_process.start()
    before = group.message()
    bot_process.dies_at("*", when, skip=call)
    clock.move_to(clock.now().replace(hour=20, minute=0))
    assert await bot_process.dead() == -9
    await bot.start()
    await clock.advance(seconds=10)
    came = [message.silent for message in group.messages() if message.id > before.id]
    assert came == {(0, "before"): [True], (0, "after"): [False, True]}.get((call, when), [False])
    closed = next(message for message in group.messages() if message.id == before.id)
    assert "Paris" in closed.text
    assert group.sees().labels == ["Show answer"]
    await bot.restart()
    await clock.advance(minutes=30)
    assert len([message for message in group.messages() if message.id > before.id]) == len(came)


async def test_verify_says_so_on_the_command_line(settled: Somebody, bot: BotHere, bot_process: BotProcess) -> None:
    """After a kill in the middle of a grade, while the next life is running."""
    await bot_process.start()
    bot_process.dies_at("editMessageText", "after", skip=1)
    for act in EVENING[:3]:
        await does(settled, act, bot_process)
    assert await bot_process.dead() == -9
    await bot.start()
    bot_process.command = ["-m", "bot", "verify"]
    verify = await bot_process.launch()
    assert await verify.wait() == 0
    assert bot_process.words(last=1) == "4 memories, 0 differ"


# Told to end


async def test_told_to_end_it_ends_well(settled: Somebody, bot_process: BotProcess) -> None:
    """SIGTERM: exit status 0, and everything is confirmed."""
    await bot_process.start()
    await settled.sends("/quiz")
    assert await bot_process.terminate() == 0


async def test_told_to_end_it_finishes_what_was_begun(
    settled: Somebody, bot_process: BotProcess, playground: Playground
) -> None:
    """A tap that is being worked on is answered, drawn and confirmed before the end."""
    await bot_process.start()
    await settled.taps("Show answer")
    slow = playground.faults.add("editMessageText", "before", "timeout")
    update = settled.taps_unheard("Easy")
    await playground.called.until(lambda: slow.met == 1, 10)
    assert bot_process.process is not None
    bot_process.process.terminate()
    slow.release()
    assert await bot_process.dead() == 0
    assert playground.world.updates.is_confirmed(update)
    assert "What is the capital of Norway?" in settled.sees().text


async def test_told_to_end_it_finishes_a_push(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, playground: Playground, clock: WorldClock
) -> None:
    """A push under way arrives, and the next life sends no other."""
    await bot_process.start()
    slow = playground.faults.add("sendMessage", "before", "timeout")
    clock.move_to(clock.now().replace(hour=19))
    await playground.called.until(lambda: slow.met == 1, 10)
    assert bot_process.process is not None
    bot_process.process.terminate()
    slow.release()
    assert await bot_process.dead() == 0
    sounds = settled.notifications
    assert "2 due" in settled.sees().text
    await bot.start()
    await clock.advance(minutes=5)
    assert settled.notifications == sounds
    assert len(settled.messages()) == 2


async def test_told_to_end_while_telegram_wants_it_to_wait(
    settled: Somebody, bot: BotHere, bot_process: BotProcess, playground: Playground
) -> None:
    """It does not wait for an hour, nor for ten seconds; the grade is kept, and the next life draws what is next."""
    await bot_process.start()
    await settled.taps("Show answer")
    playground.faults.add("editMessageText", status=429, retry_after=3600)
    update = settled.taps_unheard("Easy")
    await playground.called.until(lambda: any(call.refused for call in playground.calls), 10)
    began = time.monotonic()
    assert await bot_process.terminate() == 0
    assert time.monotonic() - began < 5
    await bot.start()
    await heard(playground, update)
    assert "What is the capital of Norway?" in settled.sees().text
    await studies_on(settled)
    assert await grades_that_stand(bot.folder) == [1] * 5


async def test_told_to_end_while_everything_hangs(
    settled: Somebody, bot: BotHere, playground: Playground, clock: WorldClock
) -> None:
    """A tap, a push and Telegram itself hang: all of it together has the one time that there is to finish in."""
    bot.finish_seconds = 0.3
    await bot.start()
    await settled.taps("Show answer")
    push = playground.faults.add("sendMessage", "before", "timeout", times=50)
    clock.move_to(clock.now().replace(hour=19))
    assert await playground.called.until(lambda: push.met == 1, 10)
    playground.faults.add("editMessageText", "before", "timeout", times=50)
    updates = playground.world.updates
    before, update = updates.polls, settled.taps_unheard("Easy")
    # It asks again and again while something is under way.
    assert await updates.polled.until(lambda: updates.polls >= before + 3, 10)
    playground.faults.add("getUpdates", "before", "timeout", times=50)
    began = time.monotonic()
    await bot.stop()
    assert time.monotonic() - began < 0.3 + CONFIRM_AT_LEAST_SECONDS + 3
    assert not updates.is_confirmed(update)
    playground.faults.clear()


def test_the_time_to_finish_in_leaves_some_of_the_ten_seconds() -> None:
    """What follows it: telling Telegram what is done, letting the database go, and half a second for the rest."""
    given = inspect.signature(App).parameters["finish_seconds"].default
    assert given + CONFIRM_AT_LEAST_SECONDS + 0.5 <= 10


async def test_told_to_end_while_another_program_writes(
    settled: Somebody, bot: BotHere, playground: Playground, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """It waits for that no longer: a tap that could not be written is not confirmed, and is done in the next life.

    That is no fault of which anybody is told, nor is it one that what the bot does by itself could not be written.
    """
    bot.extra = {"BOT_ADMINS": str(settled.id)}
    await bot.start()
    await settled.taps("Show answer")
    updates = playground.world.updates
    with closing(sqlite3.connect(bot.folder / "deckhand.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        # Its looks at what is due write, too.
        clock.move_to(clock.now().replace(hour=19))
        before, update = updates.polls, settled.taps_unheard("Easy")
        # It asks again and again while something is under way.
        assert await updates.polled.until(lambda: updates.polls >= before + 3, 10)
        async with asyncio.timeout(6):
            await bot.stop()
        assert not updates.is_confirmed(update)
    assert [record for record in caplog.records if record.levelno > logging.WARNING] == []
    assert "is left to the next start: the database is locked by another program" in caplog.text
    await bot.start()
    await heard(playground, update)
    assert "What is the capital of Norway?" in settled.sees().text
    await studies_on(settled)
    assert await grades_that_stand(bot.folder) == [1] * 5


@pytest.mark.parametrize("kind", ["status", "timeout", "answer"])
async def test_told_to_end_while_telegram_is_out_of_reach(
    bot_process: BotProcess, playground: Playground, kind: Kind
) -> None:
    """It waits for Telegram at the start, between two calls or in one, and ends without a word when told to."""
    playground.faults.add("getMe", "before", kind, status=502, times=100)
    process = await bot_process.launch()
    assert await playground.called.until(lambda: playground.counts["getMe"] == 1, 20)
    process.terminate()
    assert await process.wait() == 0
    assert "Traceback" not in bot_process.words()
    assert "Unclosed" not in bot_process.words()
