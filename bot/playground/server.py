"""A Bot API server on loopback: the same addresses, answers and refusals as Telegram's."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any, Final
from weakref import WeakSet

from aiohttp import web

from . import files, methods, params
from .bell import Bell
from .clock import WorldClock
from .faults import Faults, ResetError
from .people import Group, Somebody
from .reach import SINCE
from .refusals import RefusalError
from .values import Chat, Person, Server, knows
from .world import World

TOKEN: Final = "6900000777:AAF-a-token-that-opens-nothing-outside"  # noqa: S105 - opens this world alone
LARGEST_BODY_BYTES = 60 * 1024 * 1024
LONGEST_POLL_SECONDS = 50
WEBHOOK = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Called:
    """One call that reached the server."""

    number: int
    method: str
    at: datetime  # by the playground's clock
    params: Mapping[str, Any] = field(default_factory=dict)
    result: Any = None  # once it took effect
    refused: RefusalError | None = None
    done: bool = False  # it took effect, or was refused; whether the answer arrived is another thing


class Playground:
    """The server, the world behind it, and the people in it.

    `held`: its clock stands still until it is moved. `strict`: a method or parameter that it does not know is noted in
    `complaints`, for the tests to fail on. `server`: the newest Bot API that it knows; it can be changed while it runs,
    which breaks the bot's connections (`world.server` changes it and breaks none).
    """

    def __init__(
        self, held: bool = False, start: datetime | None = None, *, strict: bool = False, server: Server = "10.3"
    ) -> None:
        self.clock = WorldClock(held, start)
        self.world = World(self.clock, server)
        self.token = TOKEN
        self.strict = strict
        self.base_url = ""
        self.faults = Faults()
        self.calls: list[Called] = []
        self.counts: Counter[str] = Counter()
        self.called = Bell()  # a call came, or took effect
        self.people: dict[str, Somebody] = {}
        self.groups: dict[str, Group] = {}
        self.application = web.Application(middlewares=[self._at_home], client_max_size=LARGEST_BODY_BYTES)
        self.application.add_routes(
            [
                web.route("*", "/bot{token:[^/]+}/{method}", self._on_call),
                web.get("/file/bot{token:[^/]+}/{path:.+}", self._on_file),
                web.get("/clock", self._on_clock),
            ]
        )
        self.application.on_response_prepare.append(self._tell_time)
        self._stopping = False
        self._runner: web.AppRunner | None = None
        self._hosts: frozenset[str] = frozenset()
        self._callers: WeakSet[asyncio.Transport] = WeakSet()  # connections by which the bot calls
        self.world.hang_up = self._hang_up

    # Starting and stopping

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        self._stopping = False
        # With the cancellation a poll ends when its client dies, as the two who poll at once must be told apart.
        self._runner = web.AppRunner(self.application, handler_cancellation=True, shutdown_timeout=1.0, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        port = self._runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}"
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})

    async def stop(self) -> None:
        """Answer every open poll, let go what hangs and stop listening."""
        self._stopping = True
        self.faults.clear()
        self.world.updates.came.ring()
        self.clock.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    # People

    def person(self, name: str, username: str = "", language: str = "en", *, is_bot: bool = False) -> Somebody:
        """A new person (or another bot) in the world."""
        somebody = Somebody(self, self.world.person(name, username, language, is_bot=is_bot))
        self.people[name] = somebody
        return somebody

    def group(
        self,
        title: str,
        members: list[Somebody],
        administrators: list[Somebody] | None = None,
        *,
        supergroup: bool = False,
        with_bot: bool = True,
    ) -> Group:
        """A new group; without administrators its first member owns it."""
        rulers: list[Person] = [each.person for each in administrators or members[:1]]
        people = [each.person for each in members]
        kind: Any = "supergroup" if supergroup else "group"
        group = Group(self, self.world.group(title, people, rulers, kind=kind, with_bot=with_bot))
        self.groups[title] = group
        return group

    def channel(self, title: str, owner: Somebody) -> Chat:
        """A channel that somebody owns and may speak as."""
        return self.world.group(title, [owner.person], [owner.person], kind="channel", with_bot=False)

    @property
    def server(self) -> Server:
        """The newest Bot API that the server knows."""
        return self.world.server

    @server.setter
    def server(self, server: Server) -> None:
        self.world.becomes(server)

    def redeliver(self, update_id: int) -> None:
        """Hand an update to the bot once more, though it confirmed it."""
        self.world.updates.redeliver(update_id)

    async def moved_and_settled(self, seconds: float = 10.0) -> None:
        """Return when every live follower has done what the last move made due."""
        await self.clock.settled(seconds)

    @property
    def complaints(self) -> list[str]:
        """What the bot did and should not have done, though the server let it pass."""
        return self.world.complaints

    async def when_called(self, method: str, times: int = 1, seconds: float = 10.0) -> Called:
        """The last call of a method, as soon as it was called so many times and took effect."""

        def done() -> list[Called]:
            return [call for call in self.calls if call.method == method and call.done]

        if not await self.called.until(lambda: len(done()) >= times, seconds):
            raise AssertionError(f"{method} was called {len(done())} times, not {times}: {dict(self.counts)}")
        return done()[times - 1]

    # Requests

    def _hang_up(self) -> None:
        for transport in tuple(self._callers):
            transport.abort()

    async def _tell_time(self, request: web.Request, response: web.StreamResponse) -> None:
        """A server's answers say what time it is there; the time here is the playground's."""
        response.headers["Date"] = format_datetime(self.clock.now(), usegmt=True)

    @web.middleware
    async def _at_home(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse who comes by another name: a page elsewhere must not reach this server through a browser."""
        origin = request.headers.get("Origin")
        if request.host not in self._hosts or (
            origin is not None and origin.removeprefix("http://") not in self._hosts
        ):
            return web.json_response({"ok": False, "error_code": 403, "description": "Forbidden"}, status=403)
        return await handler(request)

    async def _on_call(self, request: web.Request) -> web.StreamResponse:
        called = Called(len(self.calls) + 1, request.match_info["method"], self.clock.now())
        if request.transport is not None:
            self._callers.add(request.transport)
        try:
            return await self._answered(request, called)
        except RefusalError as refusal:
            called.refused, called.done = refusal, True
            self.called.ring()
            return web.json_response(refusal.as_json(), status=refusal.code)
        except ResetError:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)

    async def _answered(self, request: web.Request, called: Called) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            raise RefusalError(401, "Unauthorized")
        called.method = self._known(called.method)
        call = await params.read(called.method, request)
        called.params = call.params
        self.calls.append(called)
        self.counts[called.method] += 1
        self.called.ring()
        if self.strict:
            self.complaints.extend(f"{called.method} has no parameter {name}" for name in call.unknown)
        answer = await self.faults.meet(called.method, "before", call.params)
        if answer is None:
            called.result = await self._done(call)
            called.done = True
            self.called.ring()
            answer = await self.faults.meet(called.method, "after", call.params)
        return answer or web.json_response({"ok": True, "result": called.result})

    def _known(self, method: str) -> str:
        """The name as Telegram writes it; any case will do."""
        names = {name.lower(): name for name in ("getUpdates", *methods.BUILT)}
        if method.lower() not in names:
            if self.strict:
                known = method.lower() in {name.lower() for name in params.METHODS}
                self.complaints.append(f"{method} is not built here" if known else f"there is no method {method}")
            raise RefusalError(404, "Not Found")
        if not knows(self.server, SINCE.get(names[method.lower()], self.server)):
            raise RefusalError(404, "Not Found")
        return names[method.lower()]

    async def _done(self, call: params.Call) -> Any:
        if call.method == "getUpdates":
            return await self._get_updates(call)
        required = tuple(name for name, types in params.METHODS[call.method].items() if types.endswith("!"))
        return methods.run(self.world, call, required)

    async def _get_updates(self, call: params.Call) -> list[dict[str, Any]]:
        if self.world.webhook:
            raise RefusalError(409, WEBHOOK)
        updates = self.world.updates
        updates.allow(call.params.get("allowed_updates"))
        if call.number("offset"):
            updates.confirm(call.number("offset"))
        poll = updates.start_poll()
        seconds = min(max(call.number("timeout"), 0), LONGEST_POLL_SECONDS)
        try:
            await updates.came.until(
                lambda: updates.has_some or updates.terminated(poll) or self._stopping, seconds or 0.001
            )
        finally:
            updates.end_poll()
        if updates.terminated(poll):
            raise RefusalError(409, CONFLICT)
        return [update.as_json() for update in updates.hand_out(min(max(call.number("limit", 100), 1), 100))]

    async def _on_file(self, request: web.Request) -> web.StreamResponse:
        file = files.find(self.world, request.match_info["path"].split("/")[-1])
        if (
            request.match_info["token"] != self.token
            or file is None
            or files.path_of(file) != request.match_info["path"]
        ):
            return web.json_response({"ok": False, "error_code": 404, "description": "Not Found"}, status=404)
        return web.Response(body=file.data, content_type=file.mime)

    async def _on_clock(self, request: web.Request) -> web.StreamResponse:
        try:
            seen = int(request.query.get("seen", "-1"))
        except ValueError:
            return web.json_response({"error": "seen is no number"}, status=400)
        follower = request.query.get("follower", "")
        if not follower:
            return web.json_response(self.clock.answer())
        following = asyncio.ensure_future(self.clock.follow(follower, seen, request.transport))
        try:
            return web.json_response(await following)
        finally:
            following.cancel()
