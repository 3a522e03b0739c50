"""Every fault that is played, by name: at a call (before or after it takes effect), or between two steps."""

import asyncio
import contextlib
import random
import resource
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.playground import acts
from bot.playground.editing import TOO_OLD
from bot.playground.faults import Kind, ResetError, When
from bot.playground.refusals import RefusalError
from bot.playground.values import SERVERS, Server
from tests.storm import servers
from tests.storm.stage import Stage
from tests.storm.watched import SENDING, SENDING_TO_ONE, Laid

BOTH: tuple[When, ...] = ("before", "after")
BEFORE: tuple[When, ...] = ("before",)
PAGE = "<html><head><title>502 Bad Gateway</title></head></html>"
# Real time: longer than a call takes, shorter than the bot waits for an answer.
SLOW_SECONDS = 0.3
SENDING_ANY = SENDING + SENDING_TO_ONE
EDITING = ("editMessageText", "editMessageMedia", "editMessageReplyMarkup", "editMessageCaption")
# What one member of a group alone sees.
EDITING_FOR_ONE = tuple(method.replace("edit", "editEphemeral") for method in EDITING)
EDITING_ANY = EDITING + EDITING_FOR_ONE
DELETING = ("deleteMessage", "deleteMessages", "deleteEphemeralMessage")

At = Callable[[Stage, str, Mapping[str, Any]], Awaitable[web.Response | None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        at: what happens in the call; None: it happens between two steps, by `between`.
        times: whether it can come before the call takes effect, after, or both.
        methods: the calls that can meet it; empty: all.
        alone: it needs the bot as a process of its own.
        disk: it is the machine's, so the bot may say that its database failed.
        leaves: afterwards a chat may count as one that no longer has the bot.
        slow: it costs much real time.
        lies: an edit is said to be needless, wrong or impossible, and is not: that message then stays as it was.
        wall: it sets the clock on the wall, so hours come earlier, later or again.
        server: what the server becomes, when another takes its place.
    """

    name: str
    at: At | None = None
    between: Callable[[Stage], Awaitable[object]] | None = None
    times: tuple[When, ...] = BEFORE
    methods: tuple[str, ...] = ()
    alone: bool = False
    disk: bool = False
    leaves: bool = False
    slow: bool = False
    wall: bool = False
    lies: bool = False
    server: Server | None = None

    @property
    def is_of_groups(self) -> bool:
        """Whether only calls for a group can meet it, or it matters there alone."""
        elsewhere = {*SENDING, *EDITING, "answerCallbackQuery"}
        return bool(self.server) or (bool(self.methods) and elsewhere.isdisjoint(self.methods))

    def fits(self, method: str) -> bool:
        """Whether a call of that method can meet it."""
        return not self.methods or method in self.methods


# At a call


async def _dies(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    await stage.dies()


async def _told_to_end(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    """What is under way is finished, this call as well."""
    stage.bot.process.terminate()
    stage.ending = True
    await asyncio.sleep(SLOW_SECONDS)


async def _reset(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    raise ResetError


async def _slow(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    await asyncio.sleep(SLOW_SECONDS)


async def _time_out(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    await asyncio.sleep(60)
    raise ResetError


async def _page(stage: Stage, method: str, params: Mapping[str, Any]) -> web.Response:
    return web.Response(status=502, text=PAGE, content_type="text/html")


async def _torn(stage: Stage, method: str, params: Mapping[str, Any]) -> web.Response:
    return web.Response(status=200, text='{"ok": true, "resu', content_type="application/json")


async def _another_shape(stage: Stage, method: str, params: Mapping[str, Any]) -> web.Response:
    return web.json_response({"ok": True, "result": None})


def _refuses(code: int, words: str) -> At:
    async def at(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
        raise RefusalError(code, words, {})

    return at


def _flood(seconds: int, *, everybody: bool = False) -> At:
    async def at(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
        playground = stage.playground
        if everybody:
            _close_to_all(stage, seconds)
        else:
            playground.refuse(params, seconds)
        raise RefusalError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})

    return at


def _close_to_all(stage: Stage, seconds: int) -> None:
    """For so long every message is told how much longer."""
    clock = stage.clock
    until = clock.passed() + seconds

    async def meet(method: str, params: Mapping[str, Any]) -> None:
        lay()
        left = round(until - clock.passed())
        if left > 0:
            raise RefusalError(429, f"Too Many Requests: retry after {left}", {"retry_after": left})

    def lay() -> None:
        if clock.passed() < until:
            stage.playground.faults.lay(0, "before", lambda method: method in SENDING_ANY, meet)

    lay()


async def _migrates(stage: Stage, method: str, params: Mapping[str, Any]) -> None:
    """The group becomes a supergroup while the bot speaks to it."""
    group = stage.group
    if group is not None and str(params.get("chat_id")) == str(group.id) and group.chat.kind == "group":
        old = group.chat.id
        group.chat, update = acts.migrate(stage.playground.world, group.chat)
        stage.unheard.append(update)
        stage.moves[old] = group.chat.id
        if old in stage.absent:
            stage.absent.add(group.chat.id)
        stage.hours[group.chat.id] = stage.hours.pop(old)


# The machine's


async def _disk_full(stage: Stage, method: str = "", params: Mapping[str, Any] | None = None) -> None:
    stage.disk.fill()


async def _io_error(stage: Stage, method: str = "", params: Mapping[str, Any] | None = None) -> None:
    # Whatever is written beyond fails, so nothing can be committed.
    with contextlib.suppress(ProcessLookupError):
        resource.prlimit(stage.bot.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    stage.disk.limited = stage.bot.process


def _locks(seconds: float) -> At:
    async def at(stage: Stage, method: str = "", params: Mapping[str, Any] | None = None) -> None:
        stage.beside(_lock(stage, seconds))

    return at


async def _lock(stage: Stage, seconds: float) -> None:
    """Another program holds the database's lock for so long."""

    def hold() -> sqlite3.Connection:
        other = sqlite3.connect(stage.database, timeout=5, isolation_level=None, check_same_thread=False)
        other.execute("begin immediate")
        return other

    other = await asyncio.to_thread(hold)
    try:
        await asyncio.sleep(seconds)
    finally:
        other.close()


# Between two steps


def _unreachable(hours: int) -> Callable[[Stage], Awaitable[object]]:
    async def between(stage: Stage) -> None:
        await stage.playground.cut()
        stage.note("Telegram is out of reach")
        await stage.studies("Anna", "Good")
        for _ in range(12):
            await stage.passes(hours=hours / 12)
            # What is tried again after a moment fails again.
            await stage.passes(seconds=5)
        await stage.playground.mend()
        stage.note("Telegram is back")
        await stage.passes(seconds=31)
        await stage.passes(seconds=31)

    return between


def _set(**span: float) -> Callable[[Stage], Awaitable[object]]:
    async def between(stage: Stage) -> None:
        await stage.is_set(**span)

    return between


async def _slow_tick(stage: Stage) -> None:
    """The next message hangs for minutes of the bot's time."""
    free = asyncio.Event()

    async def meet(method: str, params: Mapping[str, Any]) -> None:
        await free.wait()

    stage.playground.faults.lay(0, "before", lambda method: method in SENDING_ANY, meet)

    async def release() -> None:
        for _ in range(10):
            stage.clock.advance(seconds=30)
            await asyncio.sleep(0.05)
        free.set()

    stage.beside(release())


def _dies_in(seconds: float) -> Callable[[Stage], Awaitable[object]]:
    """It dies somewhere in the next step, of which no call tells where: a deck read, a backup made."""

    async def die(stage: Stage) -> None:
        await asyncio.sleep(seconds)
        if not stage.dead:
            await stage.kill()

    async def between(stage: Stage) -> None:
        stage.beside(die(stage))

    return between


def _polls(when: When, kind: Kind, status: int = 500, retry_after: int = 0) -> Callable[[Stage], Awaitable[object]]:
    """The bot asks for updates in vain, three times."""

    async def between(stage: Stage) -> None:
        stage.playground.faults.add("getUpdates", when, kind, times=3, status=status, retry_after=retry_after)

    return between


async def _ends(stage: Stage) -> None:
    await stage.restarts()


AT_CALLS = (
    Fault("kill", _dies, times=BOTH, alone=True),
    Fault("SIGTERM", _told_to_end, times=BOTH, alone=True),
    Fault("reset", _reset, times=BOTH),
    Fault("slow", _slow, times=BOTH),
    Fault("time-out", _time_out, times=BOTH, slow=True),
    Fault("500", _refuses(500, "Internal Server Error"), times=BOTH),
    Fault("HTML", _page, times=BOTH),
    Fault("torn", _torn, times=BOTH),
    Fault("another shape", _another_shape, times=BOTH),
    Fault("429 short", _flood(2)),
    Fault("429 long", _flood(900), methods=SENDING_ANY),
    Fault("429 all short", _flood(5, everybody=True), methods=SENDING_ANY),
    Fault("429 all long", _flood(600, everybody=True), methods=SENDING_ANY),
    Fault("blocked", _refuses(403, "Forbidden: bot was blocked by the user"), methods=SENDING_ANY, leaves=True),
    Fault("deactivated", _refuses(403, "Forbidden: user is deactivated"), methods=SENDING_ANY, leaves=True),
    Fault("kicked", _refuses(403, "Forbidden: bot was kicked from the group chat"), methods=SENDING_ANY, leaves=True),
    Fault("no chat", _refuses(400, "Bad Request: chat not found"), methods=SENDING_ANY, leaves=True),
    Fault("refused", _refuses(400, "Bad Request: not today"), methods=SENDING_ANY + EDITING_ANY, lies=True),
    Fault(
        "entities",
        _refuses(400, "Bad Request: can't parse entities: byte 3"),
        methods=SENDING_ANY + EDITING_ANY,
        lies=True,
    ),
    Fault("unchanged", _refuses(400, "Bad Request: message is not modified"), methods=EDITING_ANY, lies=True),
    Fault("missing", _refuses(400, "Bad Request: message to edit not found"), methods=EDITING_ANY, lies=True),
    Fault("fixed", _refuses(400, "Bad Request: message can't be edited"), methods=EDITING_ANY, lies=True),
    Fault("too old", _refuses(400, "Bad Request: query is too old"), methods=("answerCallbackQuery",)),
    Fault("late for one", _refuses(400, f"Bad Request: {TOO_OLD}"), methods=SENDING_TO_ONE),
    Fault("not a member", _refuses(400, "Bad Request: USER_NOT_PARTICIPANT"), methods=SENDING_TO_ONE),
    Fault("too long for one", _refuses(400, "Bad Request: MEDIA_CAPTION_TOO_LONG"), methods=EDITING_FOR_ONE),
    Fault("unknown", _refuses(404, "Not Found"), methods=(*EDITING_FOR_ONE, "deleteEphemeralMessage")),
    Fault("deleted", _refuses(400, "Bad Request: message to delete not found"), methods=DELETING, lies=True),
    Fault("kept", _refuses(400, "Bad Request: message can't be deleted"), methods=DELETING, lies=True),
    Fault("migrates", _migrates, methods=SENDING_ANY + EDITING_ANY),
    *(Fault(f"{each} instead", servers.becomes(each), times=BOTH, server=each) for each in SERVERS),
    Fault("disk full", _disk_full, times=BOTH, disk=True),
    Fault("I/O error", _io_error, times=BOTH, alone=True, disk=True),
    Fault("lock", _locks(1.0), times=BOTH, disk=True),
    Fault("long lock", _locks(11.0), times=BOTH, disk=True, slow=True),
)
BETWEEN = (
    Fault("unreachable for an hour", between=_unreachable(1)),
    Fault("unreachable for three days", between=_unreachable(72)),
    Fault("an hour back", between=_set(hours=-1), wall=True),
    Fault("an hour forth", between=_set(hours=1), wall=True),
    Fault("a day back", between=_set(days=-1), wall=True),
    Fault("a day forth", between=_set(days=1), wall=True),
    Fault("a slow tick", between=_slow_tick),
    Fault("told to end", between=_ends),
    Fault("the disk is full", between=_disk_full, disk=True),
    Fault("the disk fails", between=_io_error, alone=True, disk=True),
    Fault("the database is locked", between=_locks(1.0), disk=True),
    Fault("kill in 10 ms", between=_dies_in(0.01), alone=True),
    Fault("kill in 30 ms", between=_dies_in(0.03), alone=True),
    Fault("kill in 80 ms", between=_dies_in(0.08), alone=True),
    *(Fault(f"{each} since then", between=servers.became(each), server=each) for each in SERVERS),
    *(Fault(f"{each} after a tap", between=servers.becomes_after_a_poll(each), server=each) for each in SERVERS),
    Fault("poll reset", between=_polls("before", "reset")),
    Fault("poll lost", between=_polls("after", "reset")),
    Fault("poll 500", between=_polls("before", "status", 500)),
    Fault("poll HTML", between=_polls("after", "status", 502)),
    Fault("poll of another shape", between=_polls("after", "answer")),
    Fault("poll conflict", between=_polls("before", "status", 409)),
    Fault("poll 429", between=_polls("before", "status", 429, 20)),
)
FAULTS = {fault.name: fault for fault in (*AT_CALLS, *BETWEEN)}


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault and its place: the number of a call, or of a step; for a dead bot the steps until it is started again."""

    fault: Fault
    number: int
    when: When = "before"
    rests: int = 0

    def __str__(self) -> str:
        if self.fault.between is not None:
            return f"{self.fault.name} before step {self.number}"
        rests = f", started again after {self.rests} steps" if self.rests else ""
        return f"{self.fault.name} {self.when} call {self.number}{rests}"


def draw(dice: random.Random, steps: int) -> list[Planned]:
    """One to three faults for a story of so many steps."""
    planned = []
    for _ in range(dice.randint(1, 3)):
        if dice.random() < 0.7:
            # The faults that take much real time come rarely.
            weights = [0.1 if fault.slow else 5 if fault.alone and not fault.disk else 1 for fault in AT_CALLS]
            fault = dice.choices(AT_CALLS, weights)[0]
            planned.append(
                Planned(fault, dice.randrange(steps + steps // 2), dice.choice(fault.times), dice.choice((0, 0, 1, 3)))
            )
        else:
            planned.append(Planned(dice.choice(BETWEEN), dice.randrange(steps)))
    return planned


def lay(stage: Stage, planned: Planned) -> Laid:
    """Put it where it belongs; one between two steps is the runner's."""
    fault = planned.fault
    at = fault.at
    assert at is not None

    async def meet(method: str, params: Mapping[str, Any]) -> web.Response | None:
        stage.note(f"— {fault.name} {planned.when} {method}")
        stage.refused |= fault.lies or fault.leaves
        return await at(stage, method, params)

    return stage.playground.faults.lay(planned.number, planned.when, fault.fits, meet)
