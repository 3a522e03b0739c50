"""The page of the demo: its files, what it is told, what can be done on it, and who may ask for it at all.

`add_page` puts all of it into the server's application. The guard and the headers hold for every route there.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from . import page_sends, page_view
from .page_acts import ACTS, BotControl
from .page_checks import NotDoneError
from .world import World

FILES: Final = Path(__file__).parent / "page"
KINDS: Final = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HOSTS: Final = ("127.0.0.1", "localhost", "[::1]")
ACT_HEADER: Final = "X-Playground"  # no foreign page can send it without asking first
SHOWN: Final = ("photo", "voice", "audio")  # what the page itself shows of files
LOOK_SECONDS: Final = 1.0  # how late the page may hear of a moved clock or a bot that died
ALIVE_SECONDS: Final = 15.0

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_page(app: web.Application, world: World, bot: BotControl | None = None) -> None:
    """Put the page into an application that has not started yet; without `bot` the page has no switch for it."""
    page = Page(world, bot)
    app.middlewares.insert(0, guard)
    app.on_response_prepare.append(_put_headers)
    app.on_shutdown.append(page.close)
    app.add_routes(
        [
            web.get("/", page.index),
            web.get("/page/events", page.events),
            web.get("/page/files/{id}", page.file),
            web.post("/page/act/file", page.send_file),
            web.post("/page/act/{what}", page.act),
            web.get("/page/{name}", page.static),
        ]
    )


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses who came by another name of this machine, or from another page."""
    host, origin = request.headers.get("Host", ""), request.headers.get("Origin")
    if host not in _own_hosts(request):
        raise web.HTTPForbidden(text="This server answers to its own address only.")
    if origin is not None and origin != f"http://{host}":
        raise web.HTTPForbidden(text="Another page may not do this.")
    if request.path.startswith("/page/act/") and origin is None and ACT_HEADER not in request.headers:
        raise web.HTTPForbidden(text=f"An act needs an Origin or the header {ACT_HEADER}.")
    return await handler(request)


def _own_hosts(request: web.Request) -> set[str]:
    transport = request.transport
    port = transport.get_extra_info("sockname")[1] if transport else 0
    return {f"{name}:{port}" for name in HOSTS} | (set(HOSTS) if port == 80 else set())


async def _put_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


class Page:
    """The routes of one page over one world."""

    def __init__(self, world: World, bot: BotControl | None) -> None:
        self._world = world
        self._bot = bot
        self._name = secrets.token_hex(8)  # another one tells the page that the world it knew is gone
        self._streams: set[asyncio.Task[Any]] = set()

    async def close(self, _app: web.Application) -> None:
        """End the open streams, so that the server can stop."""
        for stream in self._streams:
            stream.cancel()

    async def index(self, _request: web.Request) -> web.Response:
        """The page itself."""
        return _from_folder("index.html")

    async def static(self, request: web.Request) -> web.Response:
        """One of the page's files."""
        return _from_folder(request.match_info["name"])

    async def file(self, request: web.Request) -> web.Response:
        """A picture or sound that somebody sent; any other file only to keep, never to show."""
        file = self._world.files.get(request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        kept = {"Cache-Control": "private, max-age=3600"}
        if file.kind in SHOWN:
            return web.Response(body=file.data, content_type=file.mime, headers=kept)
        kept["Content-Disposition"] = "attachment"
        return web.Response(body=file.data, content_type="application/octet-stream", headers=kept)

    async def act(self, request: web.Request) -> web.Response:
        """Do what was tapped or written; the answer holds the time and, if something is to be said, `words`."""
        act = ACTS.get(request.match_info["what"])
        if act is None:
            raise web.HTTPNotFound
        try:
            said = await act(self._world, self._bot, await _body(request))
        except NotDoneError as problem:
            return web.json_response({"error": str(problem)}, status=400)
        return web.json_response(self._now() | said)

    async def send_file(self, request: web.Request) -> web.Response:
        """Send the file that is the body; who, where and as what is in the address."""
        told: dict[str, Any] = dict(request.query)
        numbers = {name: int(told[name]) for name in ("person", "chat", "topic") if _is_number(told.get(name, ""))}
        try:
            page_sends.send_file(self._world, await _whole_body(request), told | numbers)
        except NotDoneError as problem:
            return web.json_response({"error": str(problem)}, status=400)
        return web.json_response(self._now())

    def _now(self) -> dict[str, Any]:
        runs = self._bot.running if self._bot else None
        return {"clock": page_view.clock(self._world), "bot_runs": runs, "server": self._world.server}

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Everything, then what changes as it changes; who comes back hears only what they missed."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        try:
            await self._stream(response, self._missed_after(request.headers.get("Last-Event-ID", "")))
        except ConnectionResetError:
            return response  # the page was closed
        finally:
            self._streams.discard(task)
        return response

    def _missed_after(self, last: str) -> int | None:
        """The number of the last event a page has heard; None if it knew another world, or none."""
        name, _, number = last.partition(":")
        known = name == self._name and number.isdigit() and int(number) <= len(self._world.events)
        return int(number) if known else None

    async def _stream(self, response: web.StreamResponse, heard: int | None) -> None:
        loop = asyncio.get_running_loop()
        await response.write(b"retry: 500\n\n")
        if heard is None:
            heard = len(self._world.events)
            await self._tell(response, heard, page_view.whole(self._world))
        else:
            await self._tell(response, heard, page_view.changes(self._world, []))
        state, told_at = self._state(), loop.time()
        while True:
            events = await self._world.events_after(heard, LOOK_SECONDS)
            heard += len(events)
            if events or state != self._state():
                await self._tell(response, heard, page_view.changes(self._world, events))
                state, told_at = self._state(), loop.time()
            elif loop.time() - told_at > ALIVE_SECONDS:
                await response.write(b": still here\n\n")
                told_at = loop.time()

    def _state(self) -> tuple[int, bool, bool | None, str]:
        """What can change without an event."""
        runs = self._bot.running if self._bot else None
        return self._world.clock.version, self._world.clock.held, runs, self._world.server

    async def _tell(self, response: web.StreamResponse, heard: int, news: dict[str, Any]) -> None:
        body = json.dumps(news | self._now() | {"world": self._name}, ensure_ascii=False)
        await response.write(f"id: {self._name}:{heard}\ndata: {body}\n\n".encode())


def _from_folder(name: str) -> web.Response:
    path = FILES / name
    if path.parent != FILES or path.suffix not in KINDS or not path.is_file():
        raise web.HTTPNotFound
    kept = {"Cache-Control": "no-cache"}
    return web.Response(body=path.read_bytes(), content_type=KINDS[path.suffix], charset="utf-8", headers=kept)


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdecimal()


async def _whole_body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise NotDoneError("That file is too large for this Telegram; it takes 60 MB.") from None


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise NotDoneError("That could not be read.") from None
    if not isinstance(body, dict):
        raise NotDoneError("That could not be read.")
    return body
