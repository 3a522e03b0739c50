"""The bot's first words to Telegram, and what it says and does where they are not answered as they should be."""

import asyncio

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.people import BotHere, BotProcess


@pytest.mark.parametrize(
    ("code", "words"), [(429, ""), (409, "Conflict: another"), (403, "Forbidden: not now")], ids=["429", "409", "403"]
)
async def test_a_greeting_that_is_put_off_is_made_again(
    bot: BotHere, bot_process: BotProcess, playground: Playground, clock: WorldClock, code: int, words: str
) -> None:
    """Whatever Telegram says to the first call but that it does not know the token: it is made again when it may be."""
    playground.faults.add("getMe", status=code, retry_after=40 if code == 429 else 0, description=words)
    starting = asyncio.create_task(bot.start())
    assert await playground.called.until(lambda: playground.counts["getMe"] == 1, 10)
    if code == 429:
        await clock.advance(seconds=39)
        assert playground.counts["getMe"] == 1
    await clock.advance(seconds=1)
    await starting
    assert playground.counts["getMe"] == 2


@pytest.mark.parametrize("result", [None, [], True, {"id": "x"}], ids=repr)
async def test_a_greeting_that_is_none_of_telegrams_is_made_again(
    bot: BotHere,
    bot_process: BotProcess,
    playground: Playground,
    clock: WorldClock,
    caplog: pytest.LogCaptureFixture,
    result: object,
) -> None:
    """JSON that does not say who the bot is, as a gateway may give it, is one line in the log, as its page is."""
    playground.faults.add("getMe", kind="answer", result=result)
    starting = asyncio.create_task(bot.start())
    assert await playground.called.until(lambda: playground.counts["getMe"] == 1, 10)
    await clock.advance(seconds=1)
    await starting
    assert playground.counts["getMe"] == 2
    (warned,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    asks = "is this machine online, and BOT_API_URL right?"
    assert warned == f"Telegram does not answer at {playground.base_url}: {asks} Trying again in 1 s"


async def test_a_bot_that_was_logged_out_is_told_so(
    bot: BotHere, bot_process: BotProcess, playground: Playground, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """After a move to another server the log says that it was moved and what to do, not that the network is gone."""
    playground.faults.add("getMe", status=400, description="Logged out")
    starting = asyncio.create_task(bot.start())
    assert await playground.called.until(lambda: playground.counts["getMe"] == 1, 10)
    await clock.advance(seconds=1)
    await starting
    (warned,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warned == (
        f"Telegram's server {playground.base_url} has logged the bot out, as it was moved to another server "
        "(method logOut): set BOT_API_URL to that one, or wait ten minutes to come back. Trying again in 1 s"
    )


async def test_the_log_holds_no_password_of_the_server(
    bot: BotHere, bot_process: BotProcess, playground: Playground, clock: WorldClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Whichever way the greeting fails, the address is told without it."""
    caplog.set_level("DEBUG")
    bot.extra = {"BOT_API_URL": playground.base_url.replace("//", "//me:password@")}
    for status, words in ((502, ""), (403, "Forbidden: not now"), (400, "Logged out")):
        playground.faults.add("getMe", status=status, description=words)
    starting = asyncio.create_task(bot.start())
    for times, seconds in enumerate((1, 2, 4), start=1):
        assert await playground.called.until(lambda times=times: playground.counts["getMe"] == times, 10)
        await clock.advance(seconds=seconds)
    await starting
    warned = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert [playground.base_url in line for line in warned] == [True] * 3
    assert "password" not in caplog.text
