"""Is a file a picture that Telegram takes as a photo, and if not, why? By its first bytes, never by its name."""

import struct
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 10 * 1024 * 1024
MOST_OF_BOTH_SIDES = 10_000
MOST_OF_A_RATIO = 20
_MOST_SEGMENTS = 1000


def is_picture(path: Path) -> bool:
    """True for a PNG, JPEG, GIF or WebP of at most 10 MB.

    Its sides are at most 10 000 pixels together, and none is over 20 times the other.
    """
    return not why_not(path)


def why_not(path: Path) -> str:
    """What keeps the file from being sent as a photo, in a few words; empty if nothing does."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return f"over {MOST_BYTES // 2**20} MB"
        with path.open("rb") as file:
            size = size_of(file)
    except OSError as error:
        return (error.strerror or "it cannot be read").lower()
    if size is None:
        return "no PNG, JPEG, GIF or WebP"
    short, long = sorted(size)
    if short == 0 or short + long > MOST_OF_BOTH_SIDES:
        return f"{size[0]} × {size[1]} pixels where both together are {MOST_OF_BOTH_SIDES} at the most"
    if long > MOST_OF_A_RATIO * short:
        return f"{size[0]} × {size[1]} pixels where no side is over {MOST_OF_A_RATIO} times the other"
    return ""


def size_of(file: BinaryIO) -> tuple[int, int] | None:
    """Width and height in pixels as the header says, None if it is none of the four kinds or the header is cut off."""
    head = file.read(30)
    try:
        if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
            return struct.unpack(">II", head[16:24])
        if head.startswith((b"GIF87a", b"GIF89a")):
            return struct.unpack("<HH", head[6:10])
        if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
            return _webp_size(head)
        if head.startswith(b"\xff\xd8\xff"):
            return _jpeg_size(file)
    except (struct.error, IndexError):  # the file ends within its header
        return None
    return None


def _jpeg_size(file: BinaryIO) -> tuple[int, int] | None:
    """The sizes stand in the frame header, after segments of any length such as a camera's notes."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        file.seek(at)
        marker, kind, length = struct.unpack(">BBH", file.read(4))
        if marker != 0xFF:
            return None
        if kind == 0xFF:  # filling between two segments
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">xHH", file.read(5))
            return width, height
        else:
            at += 2 + length
    return None


def _webp_size(head: bytes) -> tuple[int, int] | None:
    kind = head[12:16]
    if kind == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if kind == b"VP8L":
        bits = struct.unpack("<I", head[21:25])[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None
