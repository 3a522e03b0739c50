"""A bot of a few lines that speaks plain HTTP to the playground, for the tests of the page."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import aiohttp

from bot.playground.server import Playground

Update = dict[str, Any]


class LittleBot:
    """Calls methods, hands every update to `react`, and pushes once at `push_at` to whoever wrote last.

    It is also the switch that the page is given.
    """

    def __init__(self, playground: Playground, react: Callable[["LittleBot", Update], Awaitable[None]]) -> None:
        self.playground = playground
        self.react = react
        self.heard: list[Update] = []
        self.push_at: datetime | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def running(self) -> bool:
        """Whether it polls."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def start(self) -> None:
        """Begin to poll."""
        self._session = aiohttp.ClientSession()
        self._tasks = [asyncio.create_task(self._poll()), asyncio.create_task(self._follow())]

    async def drop(self) -> None:
        """Stop, whatever it was doing; raises what it stumbled over before."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        if self._session is not None:
            await self._session.close()

    async def next_push(self) -> datetime | None:
        """When the next push leaves."""
        return self.push_at

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a method; raises AssertionError for a refusal."""
        assert self._session is not None
        url = f"{self.playground.base_url}/bot{self.playground.token}/{method}"
        async with self._session.post(url, json=params) as response:
            body = await response.json()
        assert body["ok"], body
        return body["result"]

    async def send_photo(self, chat_id: int, data: bytes, caption: str) -> None:
        """Upload a picture."""
        assert self._session is not None
        form = aiohttp.FormData({"chat_id": str(chat_id), "caption": caption})
        form.add_field("photo", data, filename="curve.png")
        url = f"{self.playground.base_url}/bot{self.playground.token}/sendPhoto"
        async with self._session.post(url, data=form) as response:
            assert response.status == 200

    async def _follow(self) -> None:
        """Do what is due whenever the clock was moved, as the real bot does."""
        assert self._session is not None
        seen = -1
        while True:
            url = f"{self.playground.base_url}/clock?follower=little&seen={seen}"
            async with self._session.get(url) as response:
                time = await response.json()
            if self.push_at is not None and time["now_ms"] >= self.push_at.timestamp() * 1000:
                self.push_at = None
                await self.call("sendMessage", chat_id=self.heard[-1]["message"]["chat"]["id"], text="12 due")
            seen = time["version"]

    async def _poll(self) -> None:
        offset = 0
        while True:
            try:
                updates = await self.call("getUpdates", offset=offset, timeout=20)
            except aiohttp.ClientConnectionError:
                continue  # another server has taken this one's place
            for update in updates:
                self.heard.append(update)
                await self.react(self, update)
                offset = update["update_id"] + 1


def keys(*rows: list[str]) -> dict[str, Any]:
    """Rows of buttons whose data is what they say."""
    return {"inline_keyboard": [[{"text": text, "callback_data": text} for text in row] for row in rows]}


def words(update: Update) -> str:
    """What was written or tapped."""
    message: dict[str, Any] = update.get("message", {})
    return str(update["callback_query"]["data"]) if "callback_query" in update else str(message.get("text", ""))
