"""A bot that is a process of its own and dies in the middle of a call; here the smallest one there is."""

import pytest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.people import BotProcess


@pytest.fixture
async def echo(bot_process: BotProcess) -> BotProcess:
    """The smallest bot as a process, running."""
    bot_process.command = ["-m", "tests.playground.client"]
    await bot_process.start()
    return bot_process


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody."""
    return playground.person("Dora")


async def test_a_process_answers_as_a_bot_does(echo: BotProcess, dora: Somebody) -> None:
    """Who sends waits for the process; asked to end it ends."""
    assert (await dora.sends("hello")).text == "hello"
    assert await echo.terminate() != 0  # it does not know how to end well
    await echo.restart()
    assert (await dora.sends("again")).text == "again"


async def test_killed_before_a_call_nothing_was_done(echo: BotProcess, dora: Somebody, playground: Playground) -> None:
    """The call had no effect, and the update comes again after the restart."""
    echo.dies_at("sendMessage", "before")
    update = dora.sends_unheard("hello")
    assert await echo_died(echo, playground)
    assert dora.messages() == []
    await echo.restart()
    await playground.world.updates.confirmed.until(lambda: playground.world.updates.is_confirmed(update), 10)
    assert [each.text for each in dora.messages()] == ["hello"]


async def test_killed_after_a_call_it_was_done(echo: BotProcess, dora: Somebody, playground: Playground) -> None:
    """The call had its effect though the bot never heard of it: one that knows no better says it twice."""
    echo.dies_at("sendMessage", "after")
    update = dora.sends_unheard("hello")
    assert await echo_died(echo, playground)
    assert [each.text for each in dora.messages()] == ["hello"]
    await echo.restart()
    await playground.world.updates.confirmed.until(lambda: playground.world.updates.is_confirmed(update), 10)
    assert [each.text for each in dora.messages()] == ["hello", "hello"]


async def test_a_process_that_does_not_come_up_shows_its_last_words(bot_process: BotProcess) -> None:
    """Exit status and the end of its log stand in the failure."""
    bot_process.command = ["-c", "raise SystemExit('no decks here')"]
    with pytest.raises(AssertionError, match=r"exit status 1\nno decks here"):
        await bot_process.start()


async def echo_died(echo: BotProcess, playground: Playground) -> bool:
    """Whether it was killed, and its connection is gone."""
    return await echo.dead() == -9 and not playground.world.updates.is_polled
