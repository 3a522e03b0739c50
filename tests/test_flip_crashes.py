"""The bot dies in the middle of any call of a private answer, and what its next life makes of it."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.faults import When
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, answered, asked, log_of
from tests.people import BotHere, BotProcess, Group, Somebody, screen_of

ACTS = ("/quiz", "Show answer", "Easy", "/quiz")
# The calls of these acts, and of the second after them, each with its act.
CALLS = [
    ("sendMessage", 0),  # the card is put
    ("sendMessage", 1),  # can this server show something to Ben alone?
    ("editEphemeralMessageText", 1),  # it can: the answer
    ("answerCallbackQuery", 1),
    ("editMessageText", 1),  # the tally
    ("editEphemeralMessageText", 2),  # Ben's grade
    ("answerCallbackQuery", 2),
    ("sendMessage", 3),  # another is put, as Ben asks for it
    ("editMessageText", 3),  # and the first one is closed
    ("deleteEphemeralMessage", 4),  # what Ben saw alone goes
]


@pytest.fixture
async def quiet(playground: Playground, bot: BotHere, bot_process: BotProcess, anna: Somebody, ben: Somebody) -> Group:
    """Anna's group with the capitals; the bot that helped her is down."""
    await bot.start()
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await bot.stop()
    return group


async def _does(ben: Somebody, group: Group, act: str) -> None:
    await (ben.sends(act, group) if act.startswith("/") else ben.taps(act, chat=group))


async def test_the_calls_of_a_private_answer(
    quiet: Group, bot: BotHere, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """This is where a process may die: the calls are counted here."""
    await bot.start()
    playground.calls.clear()
    for act in ACTS:
        await _does(ben, quiet, act)
    await clock.advance(seconds=1)
    assert [call.method for call in playground.calls if call.method != "getUpdates"] == [method for method, _ in CALLS]


# What is left out is as in test_group_crashes.py, or as the call that follows.
@pytest.mark.parametrize(
    ("call", "when"),
    [*((call, "before") for call in (1, 2, 3, 4, 5, 6, 9)), *((call, "after") for call in (1, 2, 5, 9))],
)
async def test_killed_in_the_middle_of_a_private_answer(
    quiet: Group,
    bot: BotHere,
    bot_process: BotProcess,
    ben: Somebody,
    clock: WorldClock,
    playground: Playground,
    call: int,
    when: When,
) -> None:
    """The grade is there once, the first card shows its answer, and nothing that Ben saw alone is left in its place."""
    await bot_process.start()
    bot_process.dies_at("*", when, skip=call)
    at = CALLS[call][1]
    for act in ACTS[:at]:
        await _does(ben, quiet, act)
    if at < len(ACTS):
        last = ACTS[at]
        update = ben.sends_unheard(last, quiet) if last.startswith("/") else ben.taps_unheard(last, chat=quiet)
    else:
        clock.advance(seconds=1)
    assert await bot_process.dead() == -9
    await bot.start()
    if at < len(ACTS):
        await heard(playground, update)
    for act in ACTS[at + 1 :]:
        await _does(ben, quiet, act)
    await clock.advance(seconds=4)
    assert quiet.sees() == asked(PERU)
    assert log_of(bot) == [(ben.id, "group", 4)]
    first = [screen for screen in quiet.sees_all() if FRANCE in screen.text]
    assert first == [answered(FRANCE, "Paris", "1 of 1 knew it")]
    assert ben.sees_all(quiet) == quiet.sees_all()


async def test_a_tap_that_waited_too_long(
    quiet: Group, bot: BotHere, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """The bot was down for two minutes: the tap has no private answer any more, the next one has."""
    await bot.start()
    await _does(ben, quiet, "/quiz")
    await bot.stop()
    update = ben.taps_unheard("Show answer", chat=quiet)
    clock.advance(minutes=2)
    await bot.start()
    await heard(playground, update)
    assert ben.sees(quiet) == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    await _does(ben, quiet, "Show answer")
    assert ben.sees(quiet) == screen_of(
        f"{FRANCE}\n─────\nParis", "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]"
    )
