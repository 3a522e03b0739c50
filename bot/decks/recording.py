"""Is a file a recording, and as what does Telegram take it? By its first bytes, never by its name."""

from pathlib import Path
from typing import Final, Literal

Kind = Literal["voice", "audio", "document"]

MOST_BYTES: Final = 40 * 2**20
"""Of what is sent; Telegram takes 50 MB with all that stands around it."""
_HEAD: Final = 128
# Containers of sound that Telegram's apps play as files: WAV, FLAC, Ogg with another codec, AMR, AIFF, WebM.
_FILES: Final = (b"fLaC", b"OggS", b"#!AMR", b"\x1a\x45\xdf\xa3")


def kind_of(path: Path) -> Kind | None:
    """As what the recording is sent: a voice message (Opus in Ogg), music (MP3, M4A), else a file; None if it is none.

    None, too, if it is missing, empty or too large.
    """
    try:
        if not 0 < path.stat().st_size <= MOST_BYTES:
            return None
        with path.open("rb") as file:
            return _kind(file.read(_HEAD))
    except OSError:
        return None


def _kind(head: bytes) -> Kind | None:
    if head.startswith(b"OggS") and b"OpusHead" in head:
        return "voice"
    if head.startswith(b"ID3") or _is_frame(head, layer=1):
        return "audio"
    if head[4:8] == b"ftyp":
        return "document" if head[8:11] == b"3gp" else "audio"
    is_chunked = (head[:4], head[8:12]) in ((b"RIFF", b"WAVE"), (b"FORM", b"AIFF"))
    return "document" if is_chunked or head.startswith(_FILES) or _is_frame(head, layer=0) else None


def _is_frame(head: bytes, layer: int) -> bool:
    """Whether a frame of MPEG audio begins here: layer 3 is written as 1, AAC as 0."""
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] >> 1 & 3 == layer
