"""A server that behaves as badly as a network can: each request is met by what the test has laid ready."""

import asyncio
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import SHUT_WR, SO_LINGER, SOL_SOCKET

SELF_SIGNED = Path(__file__).parent / "self_signed.pem"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came."""

    target: str
    headers: dict[str, str]
    body: bytes


Act = Callable[[asyncio.StreamWriter, Asked], Awaitable[None]]


def answers(body: bytes = b'{"ok":true,"result":true}', status: str = "200 OK", *headers: str) -> Act:
    """The whole answer at once."""
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""])
    return says(head.encode() + body)


def says(what: bytes, then_hangs_up: bool = False) -> Act:
    """Exactly these bytes."""

    async def act(writer: asyncio.StreamWriter, _: Asked) -> None:
        writer.write(what)
        if then_hangs_up:
            writer.close()

    return act


def repeats_the_address(status: str) -> Act:
    """A page of a gateway that says what was asked for, in its text and in a header."""

    async def act(writer: asyncio.StreamWriter, asked: Asked) -> None:
        page = f"<html><p>The page {asked.target} has moved.</p></html>".encode()
        await answers(page, status, f"Location: http://127.0.0.1:9{asked.target}")(writer, asked)

    return act


async def repeats_the_address_as_json(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """A gateway that says so as if it had been done, with a result that no method has."""
    await answers(f'{{"ok":true,"result":{{"at":"{asked.target}"}}}}'.encode())(writer, asked)


async def hangs(_: asyncio.StreamWriter, __: Asked) -> None:
    """No answer."""


async def answers_and_reads_no_more(writer: asyncio.StreamWriter, asked: Asked) -> None:
    """The whole answer, and whatever comes next stays on the way."""
    await answers()(writer, asked)
    writer.transport.pause_reading()  # type: ignore[attr-defined]


async def resets(writer: asyncio.StreamWriter, _: Asked) -> None:
    """The request was read, then the connection is torn down."""
    tear_down(writer)


async def never_ends(writer: asyncio.StreamWriter, _: Asked) -> None:
    """An answer of ever more small pieces."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not writer.is_closing():
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0)


def tear_down(writer: asyncio.StreamWriter) -> None:
    """Close the connection with a reset."""
    writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass
class Server:
    """Meets its requests with `acts` in turn, the last of them over and over; `greets` replaces all talk."""

    acts: list[Act] = field(default_factory=lambda: [answers()])
    greets: Callable[[asyncio.StreamWriter], None] | None = None
    asked: list[Asked] = field(default_factory=list)
    open: list[asyncio.StreamWriter] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection to its end."""
        self.open.append(writer)
        if self.greets is not None:
            self.greets(writer)
            return
        try:
            while not writer.is_closing():
                asked = await _request(reader)
                act = self.acts[min(len(self.asked), len(self.acts) - 1)]
                self.asked.append(asked)
                await act(writer, asked)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def hangs_up(self) -> None:
        """End every connection, in this very moment: nobody's loop has turned yet."""
        for writer in self.open:
            writer.get_extra_info("socket").shutdown(SHUT_WR)


async def _request(reader: asyncio.StreamReader) -> Asked:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(first.split(" ")[1], headers, body)


@asynccontextmanager
async def serving(*acts: Act, tls: bool = False) -> AsyncIterator[Server]:
    """A server that runs for the block."""
    server = Server(list(acts) or [answers()])
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(SELF_SIGNED)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=context)
    server.port = listening.sockets[0].getsockname()[1]
    yield server
    listening.close()
    for writer in server.open:
        writer.transport.abort()
    await asyncio.sleep(0)
