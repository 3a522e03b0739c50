"""A Bot API server that costs next to nothing: it hands out updates, says yes to every call and notes who got what.

The playground checks, draws and remembers every call, which costs more than the bot that is to be measured. This one
reads a request, answers with the object that Telegram would give and forgets it.
"""

import asyncio
import json
import time
from collections import Counter, deque
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "6900000777:AAF-a-token-that-opens-nothing-outside"
BOT = {"id": 6900000777, "is_bot": True, "first_name": "Deckhand", "username": "deckhand_bot"}
MOST_AT_A_TIME = 100
_LISTS = frozenset({"getmycommands"})
_TEXTS = {"getmyname": "name", "getmydescription": "description", "getmyshortdescription": "short_description"}

Message = dict[str, Any]
Arrived = Callable[[str, int, Message], None]


class Server:
    """Updates in, calls out. `arrived(method, chat_id, message)` is called for each message sent or edited."""

    def __init__(self, arrived: Arrived) -> None:
        self.arrived = arrived
        self.counts: Counter[str] = Counter()
        self.base_url = ""
        self._updates: deque[tuple[int, Message]] = deque()
        self._last_update = 810_000_000
        self._last_message = 0
        self._poll: tuple[_Connection, asyncio.TimerHandle] | None = None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        self.base_url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._poll is not None:
            self._answer_poll()
        if self._server is not None:
            self._server.close()
            await asyncio.sleep(0)

    def give(self, kind: str, body: Message) -> None:
        """Make an update available."""
        self._last_update += 1
        self._updates.append((self._last_update, {"update_id": self._last_update, kind: body}))
        if self._poll is not None:
            self._answer_poll()

    def forget(self) -> None:
        """Drop what was not confirmed: the next bot is another one."""
        self._updates.clear()

    def called(self, connection: "_Connection", method: str, params: Message) -> None:
        """Work off one request."""
        self.counts[method] += 1
        if method == "getupdates":
            self._on_poll(connection, params)
        elif method in ("sendmessage", "editmessagetext", "sendphoto"):
            message = self._message(method, params)
            connection.answer(message)
            self.arrived(method, int(params["chat_id"]), message)
        elif method == "editephemeralmessagetext":
            connection.answer(True)
            self.arrived(method, int(params["chat_id"]), {"receiver_user": {"id": int(params["receiver_user_id"])}})
        elif method in ("getme", *_TEXTS):
            connection.answer(BOT if method == "getme" else {_TEXTS[method]: ""})
        else:
            connection.answer([] if method in _LISTS else True)

    def _message(self, method: str, params: Message) -> Message:
        if method != "editmessagetext":
            self._last_message += 1
        number = int(params["message_id"]) if method == "editmessagetext" else self._last_message
        message: Message = {"message_id": number, "from": BOT, "chat": _chat(params), "date": int(time.time())}
        if "ephemeral_message_parameters" in params:
            whom = _object(params["ephemeral_message_parameters"])
            receiver = {"id": whom["receiver_user_id"], "is_bot": False, "first_name": "Learner"}
            message |= {"message_id": 0, "ephemeral_message_id": number, "receiver_user": receiver}
        if method == "sendphoto":
            size = {"file_id": "AgAC", "file_unique_id": "AQAD", "width": 90, "height": 90}
            return {**message, "photo": [size], "caption": params.get("caption", "")}
        message["text"] = params["text"]
        for name in ("entities", "reply_markup"):
            if name in params:
                message[name] = _object(params[name])
        return message

    def _on_poll(self, connection: "_Connection", params: Message) -> None:
        offset, seconds = int(params.get("offset", 0)), float(params.get("timeout", 0))
        while self._updates and self._updates[0][0] < offset:
            self._updates.popleft()
        if self._poll is not None:
            self._answer_poll()
        timer = asyncio.get_running_loop().call_later(seconds, self._answer_poll)
        self._poll = (connection, timer)
        if self._updates or not seconds:
            self._answer_poll()

    def _answer_poll(self) -> None:
        assert self._poll is not None
        connection, timer = self._poll
        self._poll = None
        timer.cancel()
        most = min(len(self._updates), MOST_AT_A_TIME)
        connection.answer([self._updates[place][1] for place in range(most)])


class _Connection(asyncio.Protocol):
    """HTTP/1.1 as far as clients of the Bot API use it; one request at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, parted, rest = self._buffer.partition(b"\r\n\r\n")
        if not parted:
            return
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        if headers.get("transfer-encoding") == "chunked":
            if not rest.endswith(b"0\r\n\r\n"):
                return
        elif len(rest) < int(headers.get("content-length", 0)):
            return
        self._buffer = b""
        method = line.split(" ")[1].partition("?")[0].rsplit("/", 1)[-1].lower()
        self._server.called(self, method, _params(headers.get("content-type", ""), rest))

    def answer(self, result: object) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(head.encode() + body)


def _chat(params: Message) -> Message:
    chat_id = int(params["chat_id"])
    if chat_id < 0:
        return {"id": chat_id, "type": "supergroup", "title": "Group"}
    return {"id": chat_id, "type": "private", "first_name": "Learner"}


def _object(value: Any) -> Any:
    """A form holds it as text, JSON as it is."""
    return json.loads(value) if isinstance(value, str) else value


def _params(content_type: str, body: bytes) -> Message:
    if content_type.startswith("application/json"):
        return dict(json.loads(body))
    if content_type.startswith("multipart/form-data"):
        return _small_parts(content_type, body)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _small_parts(content_type: str, body: bytes) -> Message:
    """The parts of a form that are texts; a file is taken and forgotten."""
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    found: Message = {}
    for part in body.split(boundary):
        head, _, value = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0]
        if name and b"filename=" not in head:
            found[name.decode()] = value.rsplit(b"\r\n", 1)[0].decode()
    return found
