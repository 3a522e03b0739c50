"""Many learners at once: each taps what the bot last showed, and knows when the answer to that stands there."""

import asyncio
import itertools
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.server import Server

FIRST_ID = 7_000_000_001
GUARD_SECONDS = 60.0
SHOW, GRADE = "Show answer", "Good"


@dataclass(eq=False, slots=True)
class Learner:
    """A person in the private chat with the bot, and what is seen there."""

    id: int
    shown: dict[str, Any] = field(default_factory=dict)
    waits: asyncio.Future[float] | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the answer is hidden."""
        return SHOW in json.dumps(self.shown)

    def button(self, label: str) -> str:
        """The payload of the button whose label begins so."""
        rows = self.shown["reply_markup"]["inline_keyboard"]
        found = [each["callback_data"] for row in rows for each in row if each["text"].startswith(label)]
        assert len(found) == 1, f"no button {label!r}: {json.dumps(self.shown)}"
        return str(found[0])


class Learners:
    """All of them, on one server."""

    def __init__(self, many: int) -> None:
        self.server = Server(self._arrived)
        self.all = [Learner(FIRST_ID + place) for place in range(many)]
        self._by_id = {learner.id: learner for learner in self.all}
        self._numbers = itertools.count(1)
        self.arrivals: list[float] | None = None
        self.graded = 0

    def _arrived(self, method: str, chat_id: int, message: dict[str, Any]) -> None:
        if self.arrivals is not None:
            self.arrivals.append(time.perf_counter())
        learner = self._by_id.get(chat_id)
        if learner is None:
            return
        learner.shown = message
        if learner.waits is not None and not learner.waits.done():
            learner.waits.set_result(time.perf_counter())

    async def say(self, learner: Learner, text: str) -> float:
        """Seconds from a command that could be fetched until its answer came."""
        command = text.split()[0]
        entity = {"type": "bot_command", "offset": 0, "length": len(command)}
        message = {**self._message(learner, next(self._numbers)), "text": text, "entities": [entity]}
        return await self._answered(learner, "message", {**message, "from": _person(learner)})

    async def tap(self, learner: Learner, label: str) -> float:
        """Seconds from a tap that could be fetched until the message was edited."""
        self.graded += label == GRADE
        number = str(4_000_000_000_000_000_000 + next(self._numbers))
        body = {"id": number, "from": _person(learner), "message": learner.shown, "chat_instance": "1"}
        return await self._answered(learner, "callback_query", {**body, "data": learner.button(label)})

    async def tap_on(self, learner: Learner) -> float:
        """A look at the answer where that is hidden, else a grade."""
        return await self.tap(learner, SHOW if learner.is_asked else GRADE)

    async def _answered(self, learner: Learner, kind: str, body: dict[str, Any]) -> float:
        learner.waits = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.server.give(kind, body)
        return await learner.waits - began

    def _message(self, learner: Learner, number: int) -> dict[str, Any]:
        chat = {"id": learner.id, "type": "private", "first_name": "Learner"}
        return {"message_id": number, "chat": chat, "date": int(time.time())}

    # Loads

    async def all_say(self, text: str, at_once: int) -> None:
        left = iter(self.all)

        async def some() -> None:
            for learner in left:
                await self.say(learner, text)

        await _within(asyncio.gather(*(some() for _ in range(at_once))))

    async def all_tap(self, label: str, at_once: int, learners: Sequence[Learner] | None = None) -> float:
        """Each taps once, so many of them at a time; the seconds from the first tap to the last edit."""
        left = iter(self.all if learners is None else learners)

        async def some() -> None:
            for learner in left:
                await self.tap(learner, label)

        began = time.perf_counter()
        await _within(asyncio.gather(*(some() for _ in range(at_once))))
        return time.perf_counter() - began

    async def arrive(self, per_second: float, seconds: float) -> list[float]:
        """Taps that come when they come, whoever is still waiting: the seconds that each took.

        Learner after learner taps what stands there, a grade or a look at the answer; one at least.
        """
        taps: list[asyncio.Task[float]] = []
        began = time.perf_counter()
        for number, learner in zip(range(max(1, int(per_second * seconds))), itertools.cycle(self.all), strict=False):
            ahead = began + number / per_second - time.perf_counter()
            if ahead > 0:
                await asyncio.sleep(ahead)
            assert learner.waits is None or learner.waits.done(), "too few learners for this many taps"
            taps.append(asyncio.create_task(self.tap_on(learner)))
        return list(await _within(asyncio.gather(*taps)))


async def _within(work: "asyncio.Future[Any]") -> Any:
    async with asyncio.timeout(GUARD_SECONDS):
        return await work


def _person(learner: Learner) -> dict[str, Any]:
    return {"id": learner.id, "is_bot": False, "first_name": "Learner", "language_code": "en"}
