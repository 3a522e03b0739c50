"""What the tests of the outbox are written with: pictures known in memory, screens, people who have opened the chat."""

import struct
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat.plain import Entity, Page, Text
from bot.chat.screens import Button, Screen
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage.errors import StorageFailed

ROWS = ((Button("Yes", "y"), Button("No", "n")),)


@dataclass
class Shelf:
    """Ids of pictures, in memory; the real one is in the database."""

    ids: dict[str, str] = field(default_factory=dict)
    broken: bool = False

    async def get(self, key: str) -> str | None:
        return self.ids.get(key)

    async def put(self, key: str, file_id: str) -> None:
        if self.broken:
            raise StorageFailed("the disk is full")
        self.ids[key] = file_id

    async def drop(self, key: str) -> None:
        del self.ids[key]


@dataclass
class Heard:
    """What the outbox told the rest of the bot."""

    moved: list[tuple[int, int]] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)

    async def on_moved(self, old: int, new: int) -> None:
        self.moved.append((old, new))

    async def on_gone(self, chat_id: int) -> None:
        self.gone.append(chat_id)


def opened(playground: Playground, name: str) -> Somebody:
    """Somebody who has written to the bot."""
    somebody = playground.person(name)
    somebody.sends_unheard("/start")
    return somebody


def shows(text: str, *rows: tuple[Button, ...], picture: Path | None = None, looks: tuple[Entity, ...] = ()) -> Screen:
    """A screen of one page."""
    return Screen((Page(Text(text, looks), picture),), rows)


def png(path: Path, shade: int = 0) -> Path:
    """A picture of 8 by 8 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    points = zlib.compress(b"".join(b"\0" + bytes([shade]) * 8 for _ in range(8)))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b""))
    return path
