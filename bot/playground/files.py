"""Files: what may be sent as a picture, a sound or a document, new or again by its id."""

import mimetypes
import struct
from collections.abc import Iterator
from typing import Any

from . import sounds
from .params import Call, Upload
from .refusals import bad
from .values import FileKind, StoredFile
from .world import World

LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
LARGEST_SIDES = 10_000  # width and height together
STEEPEST = 20
# What Telegram's servers call each kind, and where it lies there.
TYPES = {"photo": "Photo", "document": "Document", "voice": "VoiceNote", "audio": "Audio", "sticker": "Sticker"}
FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "audio": "music", "sticker": "stickers"}
MIMES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def find(world: World, file_id: str) -> StoredFile | None:
    """The file with that id; every size of a picture leads to the whole of it."""
    return world.files.get(file_id.split("-")[0])


def photo(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The picture that a parameter means; raises RefusalError for what is none."""
    upload = call.upload(name, value)
    if upload is None:
        return _known(world, value, "photo")
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > LARGEST_PHOTO_BYTES:
        size = len(upload.data)
        raise bad(f"file of size {size} bytes is too big for a photo; the maximum size is {LARGEST_PHOTO_BYTES} bytes")
    kind, width, height = look_at(upload.data)
    if not kind:
        raise bad("IMAGE_PROCESS_FAILED")
    if width + height > LARGEST_SIDES or max(width, height) > STEEPEST * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return world.store(upload.name, upload.data, MIMES[kind], kind="photo", size=(width, height))


def document(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The file that a parameter means, whatever it holds."""
    upload = _uploaded(call, name, value)
    if upload is None:
        return _known(world, value, "document")
    return world.store(upload.name, upload.data, upload.mime, kind="document")


def voice(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The recording that a parameter means, as a voice message; what cannot be one is a file to keep."""
    upload = _uploaded(call, name, value)
    if upload is None:
        return _known(world, value, "voice")
    return recording(world, upload.name, upload.data, "voice", seconds=call.number("duration"))


def audio(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The recording that a parameter means, as music; what cannot be that is a file to keep."""
    upload = _uploaded(call, name, value)
    if upload is None:
        return _known(world, value, "audio")
    seconds, title, performer = call.number("duration"), call.text("title"), call.text("performer")
    return recording(world, upload.name, upload.data, "audio", seconds=seconds, title=title, performer=performer)


def recording(
    world: World, name: str, data: bytes, kind: FileKind, *, seconds: int = 0, title: str = "", performer: str = ""
) -> StoredFile:
    """A recording, kept as a voice message or as music where it can be that, else as a document."""
    sort, lasts = sounds.look_at(data)
    mime = sounds.MIMES.get(sort, "application/octet-stream")
    if sort not in (sounds.VOICES if kind == "voice" else sounds.MUSIC):
        return world.store(name, data, mime, kind="document")
    lasts = seconds or lasts
    return world.store(name, data, mime, kind=kind, seconds=lasts, title=title, performer=performer)


def taken(world: World, name: str, data: bytes, kind: FileKind) -> StoredFile:
    """A file that somebody sends by their app; raises RefusalError for what the app would not send so."""
    if kind == "photo":
        sort, width, height = look_at(data)
        if not sort:
            raise bad("IMAGE_PROCESS_FAILED")
        return world.store(name, data, MIMES[sort], kind="photo", size=(width, height))
    if kind in ("voice", "audio"):
        return recording(world, name, data, kind)
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return world.store(name, data, mime, kind=kind)


def _uploaded(call: Call, name: str, value: Any) -> Upload | None:
    """The file that comes along; None where one is named. Raises RefusalError for an empty or too large one."""
    upload = call.upload(name, value)
    if upload is not None and not upload.data:
        raise bad("file must be non-empty")
    if upload is not None and len(upload.data) > LARGEST_UPLOAD_BYTES:
        raise bad("file is too big")
    return upload


def _known(world: World, value: Any, kind: FileKind) -> StoredFile:
    """The file with that id. It is sent as what it is, but a picture is nothing else, and nothing else a picture."""
    if not isinstance(value, str) or not value:
        raise bad("there is no file in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # there is no network here
    file = find(world, value)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if (file.kind == "photo") != (kind == "photo"):
        raise bad(f"can't use file of type {TYPES[file.kind]} as {TYPES[kind]}")
    return file


def path_of(file: StoredFile) -> str:
    """The path under which a file can be fetched."""
    return f"{FOLDERS[file.kind]}/{file.id}"


def look_at(data: bytes) -> tuple[str, int, int]:
    """Kind, width and height of a picture that is whole; an empty kind if it is none."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-12:]:
        return "png", *struct.unpack(">II", data[16:24])
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) > 10:
        return "gif", *struct.unpack("<HH", data[6:10])
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return "", 0, 0


def _jpeg(data: bytes) -> tuple[str, int, int]:
    for marker, at in _segments(data):
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return "jpeg", width, height
    return "", 0, 0


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker and place of the segments at the head of a JPEG."""
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        yield data[at + 1], at
        at += 2 + int(struct.unpack(">H", data[at + 2 : at + 4])[0])


def _webp(data: bytes) -> tuple[str, int, int]:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return "webp", 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return "webp", 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    if data[12:16] == b"VP8 " and len(data) >= 30:
        width, height = struct.unpack("<HH", data[26:30])
        return "webp", width & 0x3FFF, height & 0x3FFF
    return "", 0, 0
