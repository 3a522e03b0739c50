"""Recordings as small as can be, of every kind that people send: silence, or no sound at all behind a right head."""

import struct


def opus(seconds: int = 2, words: bytes = b"") -> bytes:
    """A voice message as Telegram's apps make them; other `words` make another one."""
    return _page(2, 0, b"OpusHead\x01\x01\x00\x00" + struct.pack("<I", 48_000) + b"\0\0\0" + words) + _page(
        4, seconds * 48_000, b"\xf8\xff\xfe"
    )


def _page(flags: int, granules: int, body: bytes) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granules, 1, 0, 0, 1)
    return head + bytes([len(body)]) + body


def mp3(seconds: int = 2) -> bytes:
    """Frames of MPEG 1, layer 3, with 32 kbit/s, behind an empty ID3 tag."""
    return b"ID3\x04\x00\x00\0\0\0\0" + (b"\xff\xfb\x10\xc4".ljust(104, b"\0") * 39)[: seconds * 4000].ljust(
        seconds * 4000, b"\0"
    )


def m4a(seconds: int = 2) -> bytes:
    """The head of an MPEG 4 file."""
    ftyp = struct.pack(">I4s4sI", 16, b"ftyp", b"M4A ", 0)
    return ftyp + struct.pack(">I4sIIIII", 28, b"mvhd", 0, 0, 0, 1000, seconds * 1000)


def wav(seconds: int = 1) -> bytes:
    """Silence that can be played: 8000 samples a second, 8 bit."""
    data = b"\x80" * (8000 * seconds)
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, 8000, 8000, 1, 8)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVE" + form + struct.pack("<4sI", b"data", len(data)) + data
