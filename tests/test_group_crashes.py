"""The bot dies in the middle of any call of a group's turn, and what its next life makes of it."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.faults import When
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FRANCE, PERU, answered, asked, log_of
from tests.people import BotHere, BotProcess, Group, Somebody

CALLS = [
    "sendMessage",  # the card is put
    "sendMessage",  # can this server show something to Ben alone?
    "deleteMessage",  # it cannot
    "answerCallbackQuery",  # the answer, for Ben alone
    "editMessageText",  # the tally
    "answerCallbackQuery",  # Ben's grade
    "sendMessage",  # another is put, as Ben asks for it
    "editMessageText",  # and the first one is closed
]


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


@pytest.fixture
async def quiet(playground: Playground, bot: BotHere, bot_process: BotProcess, anna: Somebody, ben: Somebody) -> Group:
    """Anna's group with the capitals; the bot that helped her is down."""
    await bot.start()
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await bot.stop()
    return group


ACTS = ("/quiz", "Show answer", "Easy", "/quiz")
# The act in which each of the calls is made.
ACT_OF = (0, 1, 1, 1, 1, 2, 3, 3)


async def _does(ben: Somebody, group: Group, act: str) -> None:
    await (ben.sends(act, group) if act.startswith("/") else ben.taps(act, chat=group))


async def test_the_calls_of_a_turn(quiet: Group, bot: BotHere, ben: Somebody, playground: Playground) -> None:
    """This is where a process may die: the calls are counted here."""
    await bot.start()
    playground.calls.clear()
    for act in ACTS:
        await _does(ben, quiet, act)
    assert [call.method for call in playground.calls if call.method != "getUpdates"] == CALLS


# After a call that is answered is as before the next one, where nothing is written in between.
@pytest.mark.parametrize(
    ("call", "when"), [*((call, "before") for call in (0, *range(2, 8))), *((call, "after") for call in (0, 2, 6, 7))]
)
async def test_killed_in_the_middle_of_a_turn(
    quiet: Group,
    bot: BotHere,
    bot_process: BotProcess,
    ben: Somebody,
    clock: WorldClock,
    playground: Playground,
    call: int,
    when: When,
) -> None:
    """The grade is there once, the first card shows its answer, and the second one is open, whatever died when."""
    await bot_process.start()
    bot_process.dies_at("*", when, skip=call)
    for act in ACTS[: ACT_OF[call]]:
        await _does(ben, quiet, act)
    last = ACTS[ACT_OF[call]]
    update = ben.sends_unheard(last, quiet) if last.startswith("/") else ben.taps_unheard(last, chat=quiet)
    assert await bot_process.dead() == -9
    await bot.start()
    await heard(playground, update)
    for act in ACTS[ACT_OF[call] + 1 :]:
        await _does(ben, quiet, act)
    await clock.advance(seconds=4)
    assert quiet.sees() == asked(PERU)
    assert log_of(bot) == [(ben.id, "group", 4)]
    first = [screen for screen in quiet.sees_all() if FRANCE in screen.text]
    assert answered(FRANCE, "Paris", "1 of 1 knew it") in first
    # Only where the first message may or may not have arrived does the card stand there twice.
    assert len(first) == (2 if (call, when) == (0, "after") else 1)


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_a_turn_closes(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, when: When
) -> None:
    """A card whose time was over when the process died shows its answer after the next start."""
    await bot_process.start()
    await _does(ben, quiet, "/quiz")
    bot_process.dies_at("editMessageText", when)
    clock.advance(minutes=10)
    assert await bot_process.dead() == -9
    await bot.start()
    await clock.advance(seconds=4)
    assert quiet.sees_all()[-1] == answered(FRANCE, "Paris", "Nobody graded it")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_a_push_leaves(
    quiet: Group, bot: BotHere, bot_process: BotProcess, anna: Somebody, clock: WorldClock, when: When
) -> None:
    """Whether the push arrived is open: another card follows without a sound, once, and can be answered."""
    await bot.start()
    await anna.sends("/settings", quiet)
    await anna.taps("Hours", "12:00", chat=quiet)
    await bot.stop()
    sounds = quiet.notifications
    await bot_process.start()
    bot_process.dies_at("sendMessage", when)
    clock.advance(hours=3)
    assert await bot_process.dead() == -9
    await bot.start()
    await clock.advance(seconds=10)
    assert PERU in quiet.sees().text
    assert quiet.notifications - sounds == (1 if when == "after" else 0)
    await anna.taps("Show answer", "Good", chat=quiet)
    assert log_of(bot) == [(anna.id, "group", 3)]
    if when == "after":
        # The one that did arrive is closed by the tap that shows that it did.
        await anna.taps_old(next(each for each in quiet.messages() if FRANCE in each.text), "Show answer")
        assert [screen for screen in quiet.sees_all() if "─────" in screen.text and FRANCE in screen.text]
