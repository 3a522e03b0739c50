"""A client of the server with nothing in between, and the smallest bot that can be."""

import asyncio
import contextlib
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

from bot.playground.server import Playground


class Client:
    """Calls methods and gives back what the server says, refusals too."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self.address = address
        self.session = session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to a call, with its parameters as JSON."""
        async with self.session.post(f"{self.address}/{method}", json=params) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def upload(self, method: str, field: str, name: str, data: bytes, **params: Any) -> dict[str, Any]:
        """The answer to a call that brings a file along."""
        form = aiohttp.FormData()
        for key, value in params.items():
            form.add_field(key, value if isinstance(value, str) else json.dumps(value))
        form.add_field(field, data, filename=name)
        async with self.session.post(f"{self.address}/{method}", data=form) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def updates(self, offset: int | None = None, **params: Any) -> list[dict[str, Any]]:
        """What getUpdates gives."""
        given = {} if offset is None else {"offset": offset}
        result: list[dict[str, Any]] = (await self.call("getUpdates", **given, **params))["result"]
        return result


class EchoBot(Client):
    """A bot that repeats what it is told, with a button that counts, and confirms when it is done."""

    async def run(self) -> None:
        """Until cancelled."""
        offset = 0
        while True:
            for update in await self.updates(offset, timeout=20):
                await self.handle(update)
                offset = update["update_id"] + 1

    async def handle(self, update: dict[str, Any]) -> None:
        """Answer one update."""
        message, query = update.get("message", {}), update.get("callback_query")
        if message.get("text"):
            await self.call("sendMessage", chat_id=message["chat"]["id"], text=message["text"], reply_markup=count(0))
        elif query:
            where = {"chat_id": query["message"]["chat"]["id"], "message_id": query["message"]["message_id"]}
            await self.call("answerCallbackQuery", callback_query_id=query["id"], text=f"got {query['data']}")
            if query["data"].isdecimal():
                await self.call("editMessageReplyMarkup", **where, reply_markup=count(int(query["data"]) + 1))


def count(number: int) -> dict[str, Any]:
    """A keyboard with one button."""
    return {"inline_keyboard": [[{"text": f"Count · {number}", "callback_data": str(number)}]]}


def address_of(playground: Playground) -> str:
    """Where the methods are."""
    return f"{playground.base_url}/bot{playground.token}"


@contextlib.asynccontextmanager
async def client(playground: Playground) -> AsyncIterator[Client]:
    """A client with a connection of its own."""
    async with aiohttp.ClientSession() as session:
        yield Client(address_of(playground), session)


@contextlib.asynccontextmanager
async def echo_bot(playground: Playground) -> AsyncIterator[EchoBot]:
    """The smallest bot, running."""
    async with aiohttp.ClientSession() as session:
        bot = EchoBot(address_of(playground), session)
        running = asyncio.create_task(bot.run())
        yield bot
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def main() -> None:
    """The smallest bot as a process of its own, set as the real one is."""
    async with aiohttp.ClientSession() as session:
        await EchoBot(f"{os.environ['BOT_API_URL']}/bot{os.environ['BOT_TOKEN']}", session).run()


if __name__ == "__main__":
    asyncio.run(main())
