"""The Telegram of a storm: a playground that meets faults by the number of a call, notes pushes, and can be cut off."""

import contextlib
import json
import re
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.playground.faults import Faults, ResetError, When
from bot.playground.params import Call
from bot.playground.refusals import RefusalError
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.conftest import START

# The turn that a message brings, by its first button.
_TURN = re.compile(r'"(?:s|gs|g):(\d+)')
_TAG = re.compile("<[^>]*>")
_HEAD = re.compile(r"\d+ due · about \d+ min")
PLAYING = ("sendVoice", "sendAudio")
SENDING = ("sendMessage", "sendRichMessage", "sendPhoto", "sendDocument", *PLAYING)
# The same calls, where one member of a group alone is to see the message.
SENDING_TO_ONE = tuple(f"{method} to one" for method in SENDING)

# Real time within which what was under way when another call was answered has come.
UNDER_WAY_SECONDS = 0.25

Slot = tuple[int, int, int]
"""Chat, study day, minute."""
Meet = Callable[[str, Mapping[str, Any]], Awaitable[web.Response | None]]


@dataclass(slots=True)
class Put:
    """A push that reached the server: for which slot, and with which turn."""

    slot: Slot
    turn_id: int
    silent: bool
    at: float  # seconds passed
    took_effect: bool = False
    answered: bool = False  # and the bot was told so
    asked: bool = False  # somebody there had just asked for something, so this may be the answer


@dataclass(slots=True)
class Heard:
    """A recording that reached the server: of which turn, on which side and where there, and its message."""

    which: tuple[int, str, int]
    chat_id: int
    message_id: int
    answered: bool = False  # and the bot was told so


@dataclass(slots=True)
class Laid:
    """Something that the call of that number meets, or the first after it whose method fits."""

    number: int
    when: When
    fits: Callable[[str], bool]
    meet: Meet
    met: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """Until when, in seconds passed, a chat takes nothing; when that began, in seconds of real time, and with a call
    for which member alone, 0: for everybody.
    """

    until: float
    began: float
    receiver: int


class NumberedFaults(Faults):
    """Faults by the number of a call, beside the usual ones: the same plan meets the same calls of the same story."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[str] = []  # the methods called since counting began
        self.laid: list[Laid] = []
        self.counts = False
        self._numbers: dict[int, int] = {}  # by the identity of the parameters, which is the same before and after

    def lay(self, number: int, when: When, fits: Callable[[str], bool], meet: Meet) -> Laid:
        """Let a call meet something."""
        laid = Laid(number, when, fits, meet)
        self.laid.append(laid)
        return laid

    def clear(self) -> None:
        super().clear()
        self.laid.clear()

    async def meet(self, method: str, when: When, params: Mapping[str, Any]) -> web.Response | None:
        if self.counts and method != "getUpdates":
            method = f"{method} to one" if "ephemeral_message_parameters" in params else method
            if when == "before":
                self._numbers[id(params)] = len(self.made)
                self.made.append(method)
            number = self._numbers.get(id(params), -1) if when == "before" else self._numbers.pop(id(params), -1)
            for laid in self.laid:
                if not laid.met and laid.when == when and laid.number <= number and laid.fits(method):
                    laid.met = True
                    return await laid.meet(method, params)
        return await super().meet(method.removesuffix(" to one"), when, params)


class Watched(Playground):
    """A playground with numbered faults. Its clock answers at an address of its own, also while the rest is cut off."""

    def __init__(self, database: Path, server: Server) -> None:
        super().__init__(held=True, start=START, strict=True, server=server)
        self.faults: NumberedFaults = NumberedFaults()
        self.database = database
        self.puts: list[Put] = []
        self.heard: list[Heard] = []
        self.clock_url = ""
        self.cut_off = False
        self.back_soon = False  # cut off for a moment of real time only
        self.waits: dict[int, Wait] = {}  # by chat, 0 for all
        self.disobeyed: list[str] = []
        self._here: ContextVar[list[Put | Heard] | None] = ContextVar("here", default=None)
        self._request: ContextVar[web.Request | None] = ContextVar("request", default=None)
        self._site: web.TCPSite | None = None

    async def start(self, port: int = 0) -> None:
        await super().start(port)
        assert self._runner is not None
        self._site = next(iter(self._runner.sites))  # type: ignore[assignment]
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[1][1]
        self.clock_url = f"http://127.0.0.1:{port}"
        self._hosts |= {f"127.0.0.1:{port}"}

    async def cut(self, *, back_soon: bool = False) -> None:
        """Be out of reach: connections are refused, and those that stand break.

        Whatever call this happens in is still answered.
        """
        self.back_soon = back_soon
        if self.cut_off:
            return
        self.cut_off = True
        assert self._site is not None
        assert self._runner is not None
        await self._site.stop()
        # Whoever polls now is hung up on.
        self.world.updates.start_poll()
        self.world.updates.end_poll()
        current = self._request.get()
        for connection in self._runner.server.connections if self._runner.server else ():
            transport = connection.transport
            if transport is None or (current is not None and transport is current.transport):
                continue
            if transport.get_extra_info("sockname")[1] == self._port:
                transport.abort()

    async def mend(self) -> None:
        """Be reachable again, at the same address."""
        if not self.cut_off:
            return
        self.cut_off = False
        assert self._runner is not None
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await self._site.start()

    @property
    def _port(self) -> int:
        return int(self.base_url.rpartition(":")[2])

    # What comes in

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        if self.cut_off:
            return self._hung_up(request)
        noted: list[Put | Heard] = []
        self._request.set(request)
        token = self._here.set(noted)
        try:
            response = await super()._on_call(request)
        finally:
            self._here.reset(token)
        for each in noted:
            each.answered = response.status == 200 and _is_whole(response)
        return response

    async def _answered(self, request: web.Request, called: Any) -> web.StreamResponse:
        try:
            return await super()._answered(request, called)
        except RefusalError:
            if self.cut_off:
                raise ResetError from None
            raise

    async def _done(self, call: Call) -> Any:
        self._obeys(call)
        put = self._push_in(call) if call.method in SENDING else None
        result = await super()._done(call)
        if put is not None:
            put.took_effect = True
            noted = self._here.get()
            assert noted is not None
            noted.append(put)
            self.puts.append(put)
        if call.method in PLAYING and (heard := self._heard_in(call, result)) is not None:
            noted = self._here.get()
            assert noted is not None
            noted.append(heard)
            self.heard.append(heard)
        return result

    def _heard_in(self, call: Call, result: Any) -> Heard | None:
        """Which recording that is: the one that was written down last before its call."""
        chat_id = call.number("chat_id")
        with read(self.database) as db:
            row = db.execute(
                "select turn_id, side, place from recordings where chat_id = ? and message_id is null "
                "order by rowid desc limit 1",
                (chat_id,),
            ).fetchone()
        return None if row is None else Heard(tuple(row), chat_id, int(result["message_id"]))

    def _hung_up(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)

    def refuse(self, params: Mapping[str, Any], seconds: float) -> None:
        """From this call on its chat is told to wait so long."""
        until = self.clock.passed() + seconds
        self.waits[int(params.get("chat_id") or 0)] = Wait(until, time.monotonic(), _receiver(params))

    def _obeys(self, call: Call) -> None:
        """Note a message to a chat whose wait is not over.

        What other members alone see goes side by side with what one does: it may have been under way when the wait
        began.
        """
        if call.method not in SENDING:
            return
        chat_id = call.number("chat_id")
        wait = self.waits.get(chat_id)
        if wait is None or self.clock.passed() >= wait.until:
            return
        is_others = _receiver(call.params) not in (0, wait.receiver)
        if not (is_others and time.monotonic() - wait.began < UNDER_WAY_SECONDS):
            self.disobeyed.append(f"{call.method} to {chat_id} before its wait was over")

    def _push_in(self, call: Call) -> Put | None:
        found = _TURN.search(json.dumps(call.params.get("reply_markup")))
        rich = _TAG.sub("", json.dumps(call.params.get("rich_message") or ""))
        said = call.text("text") or call.text("caption") or rich
        # In private a push has its line; without it this is what somebody asked for, with a push's card.
        if found is None or (call.number("chat_id") > 0 and not _HEAD.search(said)):
            return None
        turn_id = int(found.group(1))
        with read(self.database) as db:
            row = db.execute(
                "select chat_id, day, minute from pushes where turn_id = ? and state in ('sending', 'following')",
                (turn_id,),
            ).fetchone()
        if row is None:
            return None
        silent, asked = call.flag("disable_notification"), self._asked(call.number("chat_id"))
        return Put(tuple(row), turn_id, silent, self.clock.passed(), asked=asked)

    def _asked(self, chat_id: int) -> bool:
        """Whether the bot has not yet confirmed a message from there, or has put it aside."""
        said = [update.body for update in self.world.updates.waiting() if update.kind == "message"]
        with read(self.database) as db:
            aside = [json.loads(row["body"]) for row in db.execute("select body from inbox").fetchall()]
        said += [update["message"] for update in aside if "message" in update]
        return any(body["chat"]["id"] == chat_id for body in said)


def _receiver(params: Mapping[str, Any]) -> int:
    """Who alone is to see what the call puts there; 0: everybody."""
    whom = params.get("ephemeral_message_parameters") or {}
    told: dict[str, Any] = json.loads(whom) if isinstance(whom, str) else whom
    return int(told.get("receiver_user_id", 0))


def _is_whole(response: web.StreamResponse) -> bool:
    """Whether the answer to what was sent is not one that was torn on purpose, or is of another shape."""
    text = (response.text or "") if isinstance(response, web.Response) else ""
    return text.endswith("}") and not text.endswith('"result": null}')


@contextlib.contextmanager
def read(database: Path) -> Iterator[sqlite3.Connection]:
    """The bot's database beside the running bot, for reading."""
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=20)) as db:
        db.row_factory = sqlite3.Row
        yield db
