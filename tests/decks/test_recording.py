"""What a file is as a recording, by its bytes."""

from pathlib import Path

import pytest

from bot.decks.recording import MOST_BYTES, kind_of
from tests.recordings import m4a, mp3, opus, wav

KINDS = {
    "opus": (opus(), "voice"),
    "vorbis": (b"OggS" + bytes(24) + b"\x01vorbis", "document"),
    "mp3": (mp3(), "audio"),
    "mp3 without tags": (b"\xff\xfb\x90\xc4" + bytes(400), "audio"),
    "m4a": (m4a(), "audio"),
    "3gp": (b"\0\0\0\x18ftyp3gp5", "document"),
    "wav": (wav(), "document"),
    "flac": (b"fLaC" + bytes(40), "document"),
    "aac": (b"\xff\xf1\x50\x80" + bytes(40), "document"),
    "aiff": (b"FORM\0\0\0\0AIFF", "document"),
    "a picture": (b"\x89PNG\r\n\x1a\n", None),
    "another RIFF": (b"RIFF\0\0\0\0WEBP", None),
    "words": (b"no sound at all", None),
    "nothing": (b"", None),
    "UTF-16": ("no sound".encode("utf-16"), None),
}


@pytest.mark.parametrize("what", KINDS)
def test_a_recording_is_known_by_its_bytes(tmp_path: Path, what: str) -> None:
    """As a voice message, as music, as a file; or it is none."""
    data, kind = KINDS[what]
    (tmp_path / "a.mp3").write_bytes(data)
    assert kind_of(tmp_path / "a.mp3") == kind


def test_what_is_too_large_or_not_there_is_none(tmp_path: Path) -> None:
    """Nothing is read of it."""
    assert kind_of(tmp_path / "gone.ogg") is None
    assert kind_of(tmp_path) is None
    with (tmp_path / "long.ogg").open("wb") as file:
        file.write(opus())
        file.truncate(MOST_BYTES + 1)
    assert kind_of(tmp_path / "long.ogg") is None
