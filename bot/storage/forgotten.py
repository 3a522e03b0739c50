"""Who asked to be forgotten, so that a restored backup does not bring them back.

The list lies beside the database, and no backup holds it. It names nobody: an entry is the keyed hash of an id. The key
is the list's first line, because who can read the one can read the other, and either without the other is worth
nothing. Ids are few enough to be tried one by one by whoever has the key, so the file is its owner's alone.

Entries are never taken out: a copy made by hand may be of any age, and they hold nothing readable. A database remembers
how far the list went when it last forgot somebody (`place`); who stands after that asked since. No clock has a say in
it, so a clock that is set leaves nobody out and brings nobody back.
"""

import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path

from bot.storage.errors import StorageFailed
from bot.storage.owners import give

_HEAD = re.compile(rb"deckhand forgotten 1 ([0-9a-f]{16}) ([0-9a-f]{64})\n")
_HEAD_BYTES = len("deckhand forgotten 1 ") + 16 + 1 + 64 + 1
_ENTRY_BYTES = 64 + 1


def list_of(database: Path) -> Path:
    """Where the list of this database lies."""
    return database.with_name(database.name + ".forgotten")


class Forgotten:
    """The list of one database. Raises StorageFailed where the file cannot be read or written, or is none of ours."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, person_id: int) -> str:
        """The list's place with this person in it, once that is on disk."""
        try:
            if not self._path.exists():
                self._begin()
            content = self._read()
            whole = len(content) - (len(content) - _HEAD_BYTES) % _ENTRY_BYTES
            with self._path.open("r+b", buffering=0) as file:
                # A crash or a full disk may have left part of an entry, whose person was told nothing.
                file.truncate(whole)
                file.seek(whole)
                entry = _hash(content, person_id) + b"\n"
                if file.write(entry) != len(entry):
                    raise StorageFailed("the disk is full")
                os.fsync(file.fileno())
        except OSError as error:
            raise StorageFailed(f"the list of who was forgotten cannot be written ({error.strerror})") from error
        return _place(content, (whole - _HEAD_BYTES) // _ENTRY_BYTES + 1)

    def place(self) -> str | None:
        """How far the list goes; None if nobody ever asked."""
        if not self._path.exists():
            return None
        content = self._read()
        return _place(content, len(_entries(content)))

    def among(self, ids: Iterable[int], place: str | None) -> list[int]:
        """Those of these ids who asked after the list was at `place`; None, or another list's place: who ever asked."""
        if not self._path.exists():
            return []
        content = self._read()
        tag, _, number = (place or "").partition(" ")
        known = int(number) if number.isdecimal() and tag == _tag(content) else 0
        since = set(_entries(content)[known:])
        return [person_id for person_id in ids if since and _hash(content, person_id) in since]

    def _begin(self) -> None:
        """An empty list with a key of its own, whole or not at all."""
        part = self._path.with_name(self._path.name + ".part")
        head = f"deckhand forgotten 1 {secrets.token_hex(8)} {secrets.token_hex(32)}\n".encode()
        handle = os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        try:
            try:
                if os.write(handle, head) != len(head):
                    raise StorageFailed("the disk is full")
                os.fsync(handle)
            finally:
                os.close(handle)
            give(part, part.parent)
            part.replace(self._path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _read(self) -> bytes:
        try:
            content = self._path.read_bytes()
        except OSError as error:
            raise StorageFailed(f"{self._path} cannot be read ({error.strerror})") from error
        if _HEAD.match(content) is None:
            raise StorageFailed(f"{self._path} is no list of who was forgotten: move it away, or bring it back")
        return content


def _tag(content: bytes) -> str:
    """Which list it is: a name that says nothing, so that a place in another one is not taken for one in this."""
    return _head(content)[0].decode()


def _hash(content: bytes, person_id: int) -> bytes:
    key = bytes.fromhex(_head(content)[1].decode())
    return hmac.new(key, str(person_id).encode(), "sha256").hexdigest().encode()


def _head(content: bytes) -> tuple[bytes, bytes]:
    head = _HEAD.match(content)
    assert head is not None, "checked when it was read"
    return head[1], head[2]


def _place(content: bytes, entries: int) -> str:
    return f"{_tag(content)} {entries}"


def _entries(content: bytes) -> list[bytes]:
    """The hashes, in the order in which people asked; a last one that is not whole was never answered."""
    whole = len(content) - (len(content) - _HEAD_BYTES) % _ENTRY_BYTES
    return content[_HEAD_BYTES:whole].split(b"\n")[:-1]
