"""The bot dies in the middle of any call of a live round, and what its next life makes of it."""

from collections import Counter

import pytest

from bot.playground.clock import WorldClock
from bot.playground.faults import When
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.people import BotHere, BotProcess, Group, Somebody
from tests.rounds import GOING, lobby, lobby_of, right, setup, table

THREE = (
    "What is the capital of France?;Paris\nWhat is the capital of Peru?;Lima\nWhat is the capital of Kenya?;Nairobi\n"
)


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Three capitals make a race of three cards with three options."""
    return {"capitals.txt": THREE}


@pytest.fixture
async def quiet(playground: Playground, bot: BotHere, bot_process: BotProcess, anna: Somebody, ben: Somebody) -> Group:
    """Anna's group with the capitals; the bot that helped her is running."""
    await bot.start()
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    return group


async def dies(bot: BotHere, bot_process: BotProcess, method: str, when: When) -> None:
    """From now on a process runs, and dies at that call."""
    await bot.stop()
    await bot_process.start()
    bot_process.dies_at(method, when)


async def lives_again(bot: BotHere, bot_process: BotProcess, clock: WorldClock) -> None:
    """The next life, a second old."""
    assert await bot_process.dead() == -9
    await bot.start()
    await clock.advance(seconds=1)


async def played(ben: Somebody, group: Group, clock: WorldClock, cards: int) -> None:
    """Ben has every card right, from the one that stands there to the end."""
    for _ in range(cards):
        await ben.taps(right(group), chat=group)
        await clock.advance(seconds=18)
        await clock.advance(seconds=3)


def asked(group: Group) -> Counter[str]:
    """How often each question stands in the group."""
    fronts = [screen.text.split("\n\n")[1].split("\n")[0] for screen in group.sees_all() if " s\n\n" in screen.text]
    return Counter(fronts)


async def test_while_it_is_set_up(
    quiet: Group,
    bot: BotHere,
    bot_process: BotProcess,
    ben: Somebody,
    clock: WorldClock,
    playground: Playground,
) -> None:
    """/round is heard again: one round is there to be set up, and can be started."""
    await dies(bot, bot_process, "sendMessage", "before")
    update = ben.sends_unheard("/round", quiet)
    await lives_again(bot, bot_process, clock)
    await heard(playground, update)
    assert quiet.sees() == setup()
    assert await ben.taps("Race", "Start", chat=quiet) == lobby("Ben", cards=3, form="Race")


async def test_while_it_starts(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Start is heard again: the lobby stands there, and the first card comes at its time."""
    await ben.sends("/round", quiet)
    await dies(bot, bot_process, "editMessageText", "before")
    update = ben.taps_unheard("Start", chat=quiet)
    await lives_again(bot, bot_process, clock)
    await heard(playground, update)
    assert quiet.sees() == lobby("Ben", cards=3)
    await clock.advance(seconds=30)
    assert sum(asked(quiet).values()) == 1


@pytest.mark.parametrize("when", ["before", "after"])
async def test_while_a_card_is_sent(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, when: When
) -> None:
    """The same card is sent again, has its whole time, and the round goes on to its end."""
    await lobby_of(ben, quiet, "Race")
    await dies(bot, bot_process, "sendMessage", when)
    clock.advance(seconds=30)
    await lives_again(bot, bot_process, clock)
    await clock.advance(seconds=16)
    await played(ben, quiet, clock, 3)
    assert quiet.sees() == table("The round is over.", "1. Ben · 3 of 3 · 18 points")
    # Only where it may or may not have arrived does the card stand there twice.
    assert sorted(asked(quiet).values()) == ([1, 1, 2] if when == "after" else [1, 1, 1])


async def test_a_card_that_was_tapped_before_it_was_known_to_stand(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """The tap says where it stands: it is not sent again, and its time begins."""
    await lobby_of(ben, quiet, "Race")
    await dies(bot, bot_process, "sendMessage", "after")
    clock.advance(seconds=30)
    assert await bot_process.dead() == -9
    update = ben.taps_unheard(right(quiet), chat=quiet)
    await bot.start()
    await heard(playground, update)
    await clock.advance(seconds=17)
    assert quiet.sees().text.endswith("1 of 1 has answered")
    assert sum(asked(quiet).values()) == 1
    await clock.advance(seconds=1)
    assert quiet.sees().text.endswith("1 of 1 had it right")


async def test_while_an_answer_is_told(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """The answer is there once, with its points, and heard again it is told once more."""
    await lobby_of(ben, quiet, "Race")
    await clock.advance(seconds=30)
    await dies(bot, bot_process, "answerCallbackQuery", "before")
    update = ben.taps_unheard(right(quiet), chat=quiet)
    await lives_again(bot, bot_process, clock)
    await heard(playground, update)
    assert ben.toast == "One try each: yours was right."
    await ben.taps("Stop", chat=quiet)
    await clock.advance(seconds=1)
    assert quiet.sees() == table("The round was stopped.", "1. Ben · 1 of 1 · 5 points")


async def test_while_a_card_is_closed(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock
) -> None:
    """The card shows its answer, and the next one comes once."""
    await lobby_of(ben, quiet, "Race")
    await clock.advance(seconds=30)
    await dies(bot, bot_process, "editMessageText", "before")
    clock.advance(seconds=18)
    await lives_again(bot, bot_process, clock)
    assert quiet.sees_all()[-1].text.endswith("Nobody answered")
    await clock.advance(seconds=4)
    assert sorted(asked(quiet).values()) == [1, 1]
    assert await ben.sends("/round", quiet) == GOING


@pytest.mark.parametrize("when", ["before", "after"])
async def test_while_the_table_is_sent(
    quiet: Group, bot: BotHere, bot_process: BotProcess, ben: Somebody, clock: WorldClock, when: When
) -> None:
    """The table stands there after the next start, without a sound as it may come twice, and the round is over."""
    await lobby_of(ben, quiet, "Race")
    await clock.advance(seconds=30)
    await played(ben, quiet, clock, 2)
    await ben.taps(right(quiet), chat=quiet)
    await clock.advance(seconds=18)
    await dies(bot, bot_process, "sendMessage", when)
    clock.advance(seconds=3)
    await lives_again(bot, bot_process, clock)
    assert quiet.sees() == table("The round is over.", "1. Ben · 3 of 3 · 18 points")
    assert quiet.message().silent
    assert await ben.sends("/round", quiet) == setup()
