"""The library's own bot as a client, and somebody it may write to."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.playground.people import Somebody
from bot.playground.server import Playground


@pytest.fixture
async def api(playground: Playground) -> AsyncIterator[Bot]:
    """A plain client of the server."""
    # Nothing is encrypted here, so no certificates need be read.
    request = HTTPXRequest(connection_pool_size=8, httpx_kwargs={"verify": False})
    addresses = (f"{playground.base_url}/bot", f"{playground.base_url}/file/bot")
    async with Bot(playground.token, *addresses, request=request, get_updates_request=request) as bot:
        yield bot


@pytest.fixture
def dora(playground: Playground) -> Somebody:
    """Somebody who has written to the bot, which is not running."""
    dora = playground.person("Dora")
    dora.sends_unheard("/start")
    return dora
