"""A server that another one takes the place of, older or newer; as ever its connections break then."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.playground.faults import ResetError
from bot.playground.values import Server
from tests.storm.stage import Stage

# Real time: longer than a call takes, also where two storms share a machine. A server that is another one without being
# missed by anybody cannot be told from the one before.
AWAY_SECONDS = 0.4


def becomes(server: Server) -> Callable[[Stage, str, Mapping[str, Any]], Awaitable[None]]:
    """In a call, which gets no answer."""

    async def at(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
        await _away(stage, server)
        raise ResetError

    return at


def became(server: Server) -> Callable[[Stage], Awaitable[object]]:
    """Between two steps, while nothing is done."""

    async def between(stage: Stage) -> None:
        await stage.playground.cut()
        await stage.passes(seconds=1)
        stage.playground.world.server = server
        await stage.playground.mend()
        await stage.passes(seconds=5)

    return between


def becomes_after_a_poll(server: Server) -> Callable[[Stage], Awaitable[object]]:
    """After the bot was given the next thing that somebody does, and before it can say anything."""

    async def between(stage: Stage) -> None:
        async def hook(params: Mapping[str, Any]) -> None:
            await _away(stage, server)

        stage.playground.faults.add("getUpdates", "after", "call", hook=hook)

    return between


async def _away(stage: Stage, server: Server) -> None:
    async def back() -> None:
        await asyncio.sleep(AWAY_SECONDS)
        await stage.playground.mend()

    await stage.playground.cut(back_soon=True)
    stage.playground.world.server = server
    stage.note(f"the server is one of {server} now")
    stage.beside(back())
