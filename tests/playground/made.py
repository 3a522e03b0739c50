"""What tests of the server send: a picture, buttons."""

import zlib
from struct import pack

from telegram import InlineKeyboardButton, InlineKeyboardMarkup


def png(width: int = 40, height: int = 30) -> bytes:
    """A real picture, white all over."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    header = pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


def under(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    """These rows of buttons."""
    return InlineKeyboardMarkup(rows)


def tap(text: str = "A", data: str = "a") -> InlineKeyboardButton:
    """A button with data."""
    return InlineKeyboardButton(text, callback_data=data)
