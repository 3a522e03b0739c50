"""A package → its collection as a file, and its list of media. Of several generations in one zip the newest counts."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec import json as read_json

from bot.decks.anki import protobuf
from bot.decks.anki.archive import Archive, Limits, opened
from bot.decks.card import DeckError, Fault
from bot.decks.folder import leads_out

# Where the newest is there, the oldest holds one note that asks to update.
_COLLECTIONS = ("collection.anki21b", "collection.anki21", "collection.anki2")
_NEWEST_META = 3
_MOST_META = 1000
_MEDIA_ENTRY, _MEDIA_NAME = 1, 1
_ZSTD = b"\x28\xb5\x2f\xfd"
_LONGEST_NAME = 255


class Medium(Struct, frozen=True):
    """A picture or sound of a package.

    Attributes:
        name: as cards call it; one file name without a folder.
        entry: its name in the zip; empty: the list names it, and it is not there.
    """

    name: str
    entry: str


class Package(Struct, frozen=True):
    """A package whose collection is unpacked.

    Attributes:
        collection: the database, in the folder that the caller gave.
        generation: of which file in the zip it is.
        media: by name.
    """

    file: str
    collection: Path
    generation: str
    media: Mapping[str, Medium]
    archive: Archive
    limits: Limits


@contextmanager
def unpacked(path: Path, file: str, folder: Path, limits: Limits | None = None) -> Iterator[Package]:
    """The package at `path`, its collection copied into `folder`, where nothing else is written.

    Args:
        file: its name for who sent it; faults name it.
        folder: an empty one; the caller deletes it.

    Raises:
        DeckError: it cannot be read as a whole; says why in a line.
        OSError: it cannot be opened or read, or the folder not written.
    """
    limits = limits or Limits()
    with opened(path, file, limits) as archive:
        _look_at_meta(archive)
        generation = _newest(archive)
        collection = folder / "collection.db"
        archive.copy(generation, collection, limits.collection, zstd=generation == _COLLECTIONS[0])
        media = _media(archive, limits, newest=generation == _COLLECTIONS[0])
        yield Package(file, collection, generation, media, archive, limits)


def copy_media(package: Package, names: Iterable[str], folder: Path) -> tuple[dict[str, Path], list[Fault]]:
    """Where the media of these names lie now, and a fault for each that cannot be read.

    The files in `folder` are named by their number, never by what the package calls them.

    Raises:
        OSError: the folder cannot be written.
    """
    paths: dict[str, Path] = {}
    faults: list[Fault] = []
    for name in dict.fromkeys(names):
        medium = package.media.get(name)
        if medium is None or not medium.entry:
            continue
        target = folder / medium.entry
        zstd = package.generation == _COLLECTIONS[0]
        try:
            package.archive.copy(medium.entry, target, package.limits.medium, zstd=zstd)
        except DeckError as error:
            faults.append(Fault(package.file, 0, f"{json.dumps(name, ensure_ascii=False)}: {error.what}", error.cause))
        else:
            paths[name] = target
    return paths, faults


def _look_at_meta(archive: Archive) -> None:
    if "meta" not in archive.names:
        return
    try:
        version = protobuf.whole(archive.bytes_of("meta", _MOST_META), 1)
    except ValueError as error:
        raise archive.refused("its version cannot be read", "Export it from Anki again.") from error
    if version > _NEWEST_META:
        what = f"a package of version {version} where {_NEWEST_META} is the newest that is read"
        raise archive.refused(what, 'Export it with "Support older Anki versions".')


def _newest(archive: Archive) -> str:
    for name in _COLLECTIONS:
        if name in archive.names:
            return name
    if any(name.lower().endswith((".apkg", ".colpkg")) for name in archive.names):
        raise archive.refused("packages are packed in it", "Unpack it and send them one by one.")
    if archive.is_zip:
        raise archive.refused("there is no deck in it", "Text, Markdown or JSON Lines are expected.")
    raise archive.refused("there is no collection in it", "Is it a package of Anki (.apkg or .colpkg)?")


def _media(archive: Archive, limits: Limits, *, newest: bool) -> dict[str, Medium]:
    """The media by name; a package without a list has none."""
    if "media" not in archive.names:
        return {}
    zstd = newest and archive.starts_with("media", _ZSTD)
    listing = archive.bytes_of("media", limits.listing, zstd=zstd)
    try:
        named = list(_listed(listing) if zstd else _listed_as_json(listing))
    except (ValueError, RecursionError) as error:
        raise archive.refused("its list of media cannot be read", "Export it from Anki again.") from error
    media: dict[str, Medium] = {}
    for entry, name in named:
        if leads_out(name) or "/" in name or "\\" in name or "\0" in name or name in ("", "."):
            what = f"the name of a medium leads out of the package: {json.dumps(name[:60])}"
            raise archive.refused(what, "Is it a package of Anki?")
        if len(name.encode()) > _LONGEST_NAME:
            raise archive.refused("the name of a medium is longer than any file's", "Is it a package of Anki?")
        media.setdefault(name, Medium(name, entry if entry in archive.names else ""))
    return media


def _listed(listing: bytes) -> Iterator[tuple[str, str]]:
    """Entry and name of each; raises ValueError."""
    values = (value for number, value in protobuf.fields(listing) if number == _MEDIA_ENTRY)
    for place, entry in enumerate(value for value in values if isinstance(value, bytes)):
        yield str(place), protobuf.text(entry, _MEDIA_NAME)


def _listed_as_json(listing: bytes) -> Iterator[tuple[str, str]]:
    """The same of an older package; `media` without any is empty in some."""
    try:
        named = read_json.decode(listing or b"{}", type=dict[str, str])
    except DecodeError as error:
        raise ValueError("no list") from error
    for entry, name in named.items():
        # Only such a number names a file of ours.
        if not (entry.isascii() and entry.isdecimal() and len(entry) < 10):
            raise ValueError("a medium without a number")
        yield entry, name
