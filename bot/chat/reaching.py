"""Whether Telegram can be reached with this token, and whether updates would come."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp
from msgspec import Struct
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.chat.refusals import Meaning, read
from bot.chat.request import Broken, ProxyNotKnown

ANSWER_WITHIN_SECONDS = 15.0
# Behind the server's address.
LOGGED_OUT = (
    "has logged the bot out, as it was moved to another server (method logOut): "
    "set BOT_API_URL to that one, or wait ten minutes to come back"
)


class Reached(Struct, frozen=True):
    """What came of asking: `username` without @; `wrong` is empty, or says what keeps the bot from hearing people.

    `inline`: people can look for cards in other chats.
    """

    username: str = ""
    wrong: str = ""
    inline: bool = True


async def reach(bot: Bot) -> Reached:
    """Ask Telegram who the bot is. No update is asked for: that would take it from a running bot."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS), bot:
            hook = await bot.get_webhook_info()
            username, inline = bot.username, bool(bot.supports_inline_queries)
    except InvalidToken:
        return Reached(wrong="does not accept BOT_TOKEN: take a valid one from @BotFather")
    except ProxyNotKnown as unknown:
        return Reached(wrong=f"cannot be reached: {unknown}")
    except TimeoutError:
        return Reached(wrong="did not answer in time")
    except TelegramError as error:
        refusal = read(error)
        if refusal.meaning in (Meaning.NOT_SENT, Meaning.OPEN):
            return Reached(wrong=f"cannot be reached: {_cause(error)}")
        if refusal.meaning is Meaning.LOGGED_OUT:
            return Reached(wrong=LOGGED_OUT)
        return Reached(wrong=f"refuses: {refusal.words}")
    if hook.url:
        # Its path often holds the token.
        where = urlsplit(hook.url).hostname or "an address"
        return Reached(
            username,
            f"gives the updates to a webhook at {where}, and the bot none: take it away (method deleteWebhook)",
        )
    return Reached(username, inline=inline)


async def server_time(url: str) -> datetime | None:
    """What time the server at `url` says that it is, to the second; None if it does not say. Raises OSError.

    Asked without a token and without a method: any answer has it.
    """
    timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=True) as session,
            session.head(url, allow_redirects=False) as response,
        ):
            said = response.headers.get("Date", "")
    except aiohttp.ClientError as error:
        raise OSError(type(error).__name__) from error
    try:
        return parsedate_to_datetime(said).astimezone(UTC)
    except ValueError:
        return None


def _cause(error: BaseException) -> str:
    """Why there was no answer. The words of a Broken hold no address that was asked for."""
    within: BaseException | None = error
    while within is not None and not isinstance(within, Broken):
        within = within.__cause__
    return str(within or type(error).__name__)
