"""The zip around a package: nothing of it is believed before it is counted."""

import json
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import zstandard
from msgspec import Struct

from bot.decks.card import DeckError
from bot.decks.folder import leads_out
from bot.decks.opening import plain

_MB = 2**20
_CHUNK = 2**16
# A thousand bytes of zstd are thirty megabytes at the most, and come in one piece.
_ZSTD_CHUNK = 1000
_ZSTD_WINDOW = 32 * _MB
# The end of a zip: itself, the longest comment, and what precedes it in a large one.
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END_MAGIC, _END64_MAGIC = b"PK\5\6", b"PK\6\6"
_LOCATOR_SIZE = 20
_LONGEST_COMMENT = 2**16
# Zip knows more ways, but bzip2 and LZMA give their output in pieces of any size.
_READ_HERE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER = 30
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, zstandard.ZstdError, EOFError, ValueError, OverflowError, NotImplementedError,
    RuntimeError, struct.error,
)  # fmt: skip


class Limits(Struct, frozen=True):
    """The most that is read of a package, in real bytes, however few it says it has.

    Attributes:
        file: the package itself.
        entries: files in the zip.
        directory: their list, which is read at once.
        listing: the list of media, likewise.
        collection: the database, on disk.
        medium: one picture or sound.
        everything: all that is unpacked of one package.
        ratio: how many times its packed size something may have once it is over `small`.
        cards: of the collection; twice as many notes cannot be.
        reviews: rows of the log.
        side: characters of one side of a card.
        characters: of all cards together, and of all notes.
        work: characters gone through to make them, those counted again that several fields or cards repeat.
    """

    file: int = 600 * _MB
    entries: int = 50_000
    directory: int = 8 * _MB
    listing: int = 16 * _MB
    collection: int = 256 * _MB
    medium: int = 100 * _MB
    everything: int = 2048 * _MB
    ratio: int = 200
    small: int = 16 * _MB
    cards: int = 200_000
    reviews: int = 5_000_000
    side: int = 100_000
    characters: int = 100_000_000
    work: int = 600_000_000


class Archive:
    """An open zip whose entries are streamed under its limits."""

    def __init__(self, opened: zipfile.ZipFile, file: str, limits: Limits) -> None:
        self._zip, self._file, self._limits = opened, file, limits
        self._entries = {entry.filename: entry for entry in opened.infolist()}
        self._unpacked = 0

    @property
    def names(self) -> frozenset[str]:
        """The names of all entries."""
        return frozenset(self._entries)

    def size(self, name: str) -> int:
        """How many bytes the entry takes in the zip."""
        return self._entries[name].compress_size

    def bytes_of(self, name: str, most: int, *, zstd: bool = False) -> bytes:
        """What the entry holds, at most `most` bytes, which are all in memory.

        Raises:
            DeckError: it is larger, cut off or damaged.
        """
        return b"".join(self._pieces(name, most, zstd))

    def copy(self, name: str, target: Path, most: int, *, zstd: bool = False) -> int:
        """Streams the entry into the new file `target` and gives its size in bytes.

        Raises:
            DeckError: it is larger than `most`, cut off or damaged; what was written of it is deleted.
        """
        size = 0
        try:
            with target.open("xb") as written:
                for piece in self._pieces(name, most, zstd):
                    size += written.write(piece)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return size

    def starts_with(self, name: str, magic: bytes) -> bool:
        """Whether the entry's first bytes are these."""
        with self._telling_damage(name), self._zip.open(self._entries[name]) as entry:
            return entry.read(len(magic)) == magic

    def _pieces(self, name: str, most: int, zstd: bool) -> Iterator[bytes]:
        with self._telling_damage(name), self._zip.open(self._entries[name]) as entry:
            packed = self._counted(name, most, iter(lambda: entry.read(_ZSTD_CHUNK if zstd else _CHUNK), b""))
            yield from self._counted(name, most, _unpacked(packed)) if zstd else packed

    def _counted(self, name: str, most: int, pieces: Iterator[bytes]) -> Iterator[bytes]:
        limits, size = self._limits, 0
        allowed = max(limits.small, limits.ratio * self.size(name))
        for piece in pieces:
            size += len(piece)
            self._unpacked += len(piece)
            if size > min(most, allowed) or self._unpacked > limits.everything:
                what = f"{_short(name)} in it unpacks to more than a package holds"
                raise self.refused(what, "Is it a package of Anki?")
            yield piece

    @contextmanager
    def _telling_damage(self, name: str) -> Iterator[None]:
        try:
            yield
        except _DAMAGED as error:
            raise self.refused(f"{_short(name)} in it is cut off or damaged", "Export it again.") from error

    @property
    def is_zip(self) -> bool:
        """Whether it is called a zip, as no package of Anki is."""
        return _is_zip(self._file)

    def refused(self, what: str, cause: str) -> DeckError:
        """The error that says so of this package."""
        return DeckError(self._file, 0, what, cause)


@contextmanager
def opened(path: Path, file: str, limits: Limits) -> Iterator[Archive]:
    """The zip at `path`, its list of entries looked through.

    Args:
        file: its name for who sent it; faults name it.

    Raises:
        DeckError: it is no zip, too large, damaged, encrypted, or made to harm.
        OSError: it cannot be opened or read.
    """
    with plain(path, file) as handle:
        size = handle.seek(0, 2)
        if size > limits.file:
            what = f"{-(-size // _MB):,} MB where {limits.file // _MB} are the most"
            raise DeckError(file, 0, what, "Export its decks one by one.")
        if _directory_size(handle, size, file) > limits.directory:
            raise _too_many(file, limits)
        try:
            archive = zipfile.ZipFile(handle)
        except _DAMAGED as error:
            raise _no_zip(file) from error
        with archive:
            _look_through(archive, size, file, limits)
            yield Archive(archive, file, limits)


def _directory_size(handle: BinaryIO, size: int, file: str) -> int:
    """How long the list of entries is, which `zipfile` would read at once, however long."""
    start = max(0, size - _LONGEST_COMMENT - _END.size - _LOCATOR_SIZE - _END64.size)
    handle.seek(start)
    tail = handle.read()
    at = len(tail) - _END.size
    if at < 0 or tail[at : at + 4] != _END_MAGIC or tail[-2:] != b"\0\0":
        at = tail.rfind(_END_MAGIC)
    if at < 0 or len(tail) - at < _END.size:
        raise _no_zip(file)
    found = int(_END.unpack_from(tail, at)[5])
    at64 = at - _LOCATOR_SIZE - _END64.size
    if at64 >= 0 and tail[at64 : at64 + 4] == _END64_MAGIC:
        found = max(int(_END64.unpack_from(tail, at64)[8]), 0 if found == 0xFFFFFFFF else found)
    return found


def _look_through(archive: zipfile.ZipFile, size: int, file: str, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise _too_many(file, limits)
    for wrong, what, cause in _WRONGS:
        for entry in entries:
            if wrong(entry):
                raise DeckError(file, 0, what.format(_short(entry.filename)), cause)
    if len({entry.filename for entry in entries}) < len(entries):
        raise DeckError(file, 0, "the same name stands in it twice", "Export it again.")
    if entries and min(entry.header_offset for entry in entries) < 0:
        raise DeckError(file, 0, "it is cut off", "Send it again.")
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise DeckError(file, 0, "its parts lie over one another", "Is it a package of Anki?")
        end = entry.header_offset + _LOCAL_HEADER + entry.compress_size
    if end > size:
        raise DeckError(file, 0, "it is cut off", "Send it again.")


_WRONGS: tuple[tuple[Callable[[zipfile.ZipInfo], bool], str, str], ...] = (
    (lambda entry: bool(entry.flag_bits & 0x41), "it is encrypted", "Export it from Anki without a password."),
    (lambda entry: leads_out(entry.filename), "{} in it leads out of the package", "Is it a package of Anki?"),
    (
        lambda entry: stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR),
        "{} in it is a link and no file",
        "Is it a package of Anki?",
    ),
    (
        lambda entry: entry.compress_type not in _READ_HERE,
        "{} in it is packed in a way that Anki does not use",
        "Export it from Anki again.",
    ),
)


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Raises ZstdError for what is no zstd, and EOFError for one frame that does not end."""
    unpacking = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW).decompressobj()
    for piece in pieces:
        if unpacking.eof:
            raise zstandard.ZstdError("something follows")
        yield unpacking.decompress(piece)
    if not unpacking.eof:
        raise EOFError


def _short(name: str) -> str:
    """A name as one line, quoted, with nothing in it that moves a cursor."""
    name = json.dumps(name, ensure_ascii=not name.isprintable())
    return name if len(name) <= 60 else f'{name[:57]}…"'


def _is_zip(file: str) -> bool:
    return file.lower().endswith(".zip")


def _no_zip(file: str) -> DeckError:
    if _is_zip(file):
        return DeckError(file, 0, "this is no zip file, or it is cut off", "Pack it anew.")
    return DeckError(file, 0, "this is no package, or it is cut off", "Export it from Anki again.")


def _too_many(file: str, limits: Limits) -> DeckError:
    what = f"more than {limits.entries:,} files in it"
    return DeckError(file, 0, what, "Export its decks one by one.")
