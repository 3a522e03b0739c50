"""Files: what may be sent as a picture or a document, new or again by its id."""

import struct
from collections.abc import Iterator
from typing import Any

from .params import Call
from .refusals import bad
from .values import StoredFile
from .world import World

LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
LARGEST_SIDES = 10_000  # width and height together
STEEPEST = 20
MIMES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


def find(world: World, file_id: str) -> StoredFile | None:
    """The file with that id; every size of a picture leads to the whole of it."""
    return world.files.get(file_id.split("-")[0])


def photo(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The picture that a parameter means; raises RefusalError for what is none."""
    upload = call.upload(name, value)
    if upload is None:
        file = _known(world, value)
        if not file.as_photo:
            raise bad("can't use file of type Document as Photo")
        return file
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
    return world.store(upload.name, upload.data, MIMES[kind], size=(width, height), photo=True)


def document(world: World, call: Call, name: str, value: Any) -> StoredFile:
    """The file that a parameter means, whatever it holds."""
    upload = call.upload(name, value)
    if upload is None:
        file = _known(world, value)
        if file.as_photo:
            raise bad("can't use file of type Photo as Document")
        return file
    if not upload.data:
        raise bad("file must be non-empty")
    if len(upload.data) > LARGEST_UPLOAD_BYTES:
        raise bad("file is too big")
    return world.store(upload.name, upload.data, upload.mime, photo=False)


def _known(world: World, value: Any) -> StoredFile:
    if not isinstance(value, str) or not value:
        raise bad("there is no file in the request")
    if value.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")  # there is no network here
    file = find(world, value)
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return file


def path_of(file: StoredFile) -> str:
    """The path under which a file can be fetched."""
    return f"{'photos' if file.as_photo else 'documents'}/{file.id}"


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
