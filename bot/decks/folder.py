"""Which files under the decks folder changed, and which are pictures. Nothing is ever written there."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from msgspec import Struct

from bot.decks.picture import is_picture, why_not
from bot.decks.recording import kind_of

MISSING = "there is no such file"

_ENDINGS = frozenset({".txt", ".tsv", ".csv", ".md", ".markdown", ".jsonl"})
_PACKAGES = frozenset({".apkg", ".colpkg", ".zip"})
_ABOUT_THE_FOLDER = frozenset({
    "readme", "license", "licence", "changelog", "contributing", "authors", "notice", "copying", "credits",
})  # fmt: skip


class Stamp(Struct, frozen=True):
    """What tells that a file was written: its size in bytes and when it was last changed, ns since 1970."""

    size: int
    mtime_ns: int


def scan(root: Path) -> dict[str, Stamp]:
    """The deck files under `root`, packages among them, by their path inside it with `/`.

    Hidden files and folders, README and its like are no decks. A link counts when it leads to a file inside `root`.

    Raises:
        OSError: the folder or one inside it cannot be read. That is not the same as its being empty: who takes it so
            archives every card.
    """
    inside = root.resolve(strict=True)
    found: dict[str, Stamp] = {}
    for folder, folders, files in os.walk(inside, onerror=_raise):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(folder, name)
            if _is_meant(name, _ENDINGS | _PACKAGES) and (stamp := _stamp(path, inside)):
                found[path.relative_to(inside).as_posix()] = stamp
    return dict(sorted(found.items()))


def settled(
    previous: Mapping[str, Stamp], current: Mapping[str, Stamp], loaded: Mapping[str, Stamp]
) -> tuple[str, ...]:
    """The files that are another than when they were loaded and did not change between two scans.

    New files are among them, and so are those that are gone: they are in `loaded` and no longer in `current`. A file
    still being written, or gone only for the moment in which an editor replaces it, waits for the next scan.
    """
    names = sorted(current.keys() | loaded.keys())
    return tuple(
        name for name in names if previous.get(name) == current.get(name) and current.get(name) != loaded.get(name)
    )


def picture_path(root: Path, deck_file: str, name: str) -> Path | None:
    """The picture that a card of `deck_file` calls `name`: beside the file, or in a folder named like it.

    None if it is missing, leads out of `root`, or is not a PNG, JPEG, GIF or WebP that Telegram takes.
    """
    return next((path for path in _places(root, deck_file, name) if is_picture(path)), None)


def sound_path(root: Path, deck_file: str, name: str) -> Path | None:
    """The recording that a card of `deck_file` calls `name`, likewise; None if it is missing or is none."""
    return next((path for path in _places(root, deck_file, name) if kind_of(path)), None)


def picture_fault(root: Path, deck_file: str, name: str) -> str:
    """Why `picture_path` finds no picture, in a few words for the deck's author; empty if it finds one."""
    faults = [why_not(path) for path in _places(root, deck_file, name)]
    if "" in faults:
        return ""
    if not any(map(_is_safe, _written(name))):
        return "its name leads out of the folder"
    return faults[0] if faults else MISSING


def places(deck_file: str, name: str) -> Iterator[PurePosixPath]:
    """Where what a card of `deck_file` calls `name` may lie, in a folder or a zip, the first place first: beside the
    file, then in a folder named like it. None of them leads out.
    """
    deck = PurePosixPath(deck_file)
    for written in filter(_is_safe, _written(name)):
        for folder in (deck.parent, deck.parent / deck.stem):
            yield folder / written


def leads_out(name: str) -> bool:
    """Whether a file of that name could lie anywhere but in the folder that it is put into."""
    return bool(re.match(r"[A-Za-z]:", name)) or name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name)


def _places(root: Path, deck_file: str, name: str) -> Iterator[Path]:
    """The files inside `root` that a card may mean."""
    inside = root.resolve()
    for place in places(deck_file, name):
        path = inside / place
        if _leads_inside(path, inside):
            yield path


def _written(name: str) -> tuple[str, ...]:
    # Editors write a space in a name as %20.
    return tuple(dict.fromkeys((name, unquote(name))))


def _raise(error: OSError) -> None:
    raise error


def is_deck_name(name: str) -> bool:
    """Whether a file of that name is meant as a deck: no hidden one, none about its folder."""
    return _is_meant(name, _ENDINGS)


def is_package(name: str) -> bool:
    """Whether a file of that name is a package of Anki or a zip of deck files, with any number of decks."""
    return PurePosixPath(name).suffix.lower() in _PACKAGES


def _is_meant(name: str, endings: frozenset[str]) -> bool:
    path = PurePosixPath(name)
    hidden = name.startswith((".", "~$"))
    return not hidden and path.suffix.lower() in endings and path.stem.lower() not in _ABOUT_THE_FOLDER


def _stamp(path: Path, inside: Path) -> Stamp | None:
    """None for a file that is gone meanwhile, is no plain file, or leads out."""
    if not _leads_inside(path, inside):
        return None
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(status.st_size, status.st_mtime_ns)


def _leads_inside(path: Path, inside: Path) -> bool:
    try:
        real = path.resolve(strict=True)
        return real.is_relative_to(inside) and real.is_file()
    except (OSError, RuntimeError):  # missing, too long, or links in a circle
        return False


def _is_safe(name: str) -> bool:
    return bool(PurePosixPath(name).parts) and "\0" not in name and not leads_out(name)
