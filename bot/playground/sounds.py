"""Sounds: what kind of recording some bytes are, and how long it plays."""

import struct
from typing import Final, Literal

Kind = Literal["opus", "vorbis", "mp3", "m4a", "wav", ""]

MIMES: Final[dict[str, str]] = {
    "opus": "audio/ogg",
    "vorbis": "audio/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/x-wav",
}
# Which kinds stand in a chat as a voice message, which ones in the music player; any other is a file to keep.
VOICES: Final = frozenset({"opus", "mp3", "m4a"})
MUSIC: Final = frozenset({"mp3", "m4a"})

OPUS_RATE: Final = 48_000  # the granules of Opus, whatever the rate of the recording
BITRATES: Final = {  # kbit/s of MPEG 1 and of MPEG 2, layer 3
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def look_at(data: bytes) -> tuple[Kind, int]:
    """Kind and whole seconds of a recording; an empty kind if it is none. What does not say how long it is has 0."""
    if data.startswith(b"OggS"):
        return _ogg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav", _wav_seconds(data)
    if data[4:8] == b"ftyp":
        return "m4a", _m4a_seconds(data)
    at = _first_frame(data)
    return ("mp3", _mp3_seconds(data, at)) if at >= 0 else ("", 0)


def _ogg(data: bytes) -> tuple[Kind, int]:
    last = data.rfind(b"OggS")
    granules = int.from_bytes(data[last + 6 : last + 14], "little")
    if b"OpusHead" in data[:200]:
        return "opus", round(granules / OPUS_RATE)
    at = data[:200].find(b"\x01vorbis")
    rate = int.from_bytes(data[at + 12 : at + 16], "little") if at >= 0 else 0
    return ("vorbis", round(granules / rate)) if rate else ("", 0)


def _wav_seconds(data: bytes) -> int:
    per_second = int.from_bytes(data[28:32], "little")
    return round((len(data) - 44) / per_second) if per_second else 0


def _m4a_seconds(data: bytes) -> int:
    at = data.find(b"mvhd")
    if at < 0 or len(data) < at + 24 or data[at + 4]:  # the long form has its numbers elsewhere
        return 0
    scale, length = struct.unpack(">II", data[at + 16 : at + 24])
    return round(length / scale) if scale else 0


def _first_frame(data: bytes) -> int:
    """Where the sound of an MP3 begins, behind its tags; -1 where there is none."""
    at = 0
    if data[:3] == b"ID3" and len(data) > 10:
        at = 10 + (data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9])
    head = data[at : at + 3]
    right = len(head) == 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] >> 4 not in (0, 15)
    return at if right else -1


def _mp3_seconds(data: bytes, at: int) -> int:
    """As of one that has the same bitrate all through."""
    kilobits = BITRATES[data[at + 1] & 0x18 == 0x18][data[at + 2] >> 4]
    return round((len(data) - at) * 8 / (1000 * kilobits))
