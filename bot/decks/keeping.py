"""Media of a package → files that are named by what they hold, and cards that call them so."""

import hashlib
import re
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from bot.decks.anki import occlusion
from bot.decks.anki.package import Package, copy_media
from bot.decks.anki.reading import PackageRead
from bot.decks.card import Card, Fault
from bot.decks.media import media_names, with_names
from bot.decks.picture import is_picture
from bot.decks.recording import kind_of

_ENDING = re.compile(r"\.[a-z0-9]{1,5}\Z")
_CHUNK = 2**20


def keep(
    package: Package,
    read: PackageRead,
    folder: Path,
    target: Path | None,
    tell: Callable[[int, int], None] = lambda done, all_of_them: None,
) -> tuple[dict[str, str], dict[str, str], list[Fault]]:
    """Stored name by the author's name of all media, the same of what can be shown or heard, and what cannot be read.

    Args:
        folder: for what is unpacked on the way.
        target: where the files are kept; None: nowhere, they are only named.
        tell: is told how many of how many are done.

    Raises:
        OSError: a folder cannot be written.
    """
    stored: dict[str, str] = {}
    shown: dict[str, str] = {}
    faults: list[Fault] = []
    for done, (name, path) in enumerate(_unpacked(package, read, folder, faults)):
        tell(done, len(read.media) + len(read.masked))
        stored[name], is_shown = kept_as(name, path, target)
        if is_shown:
            shown[name] = stored[name]
    return stored, shown, faults


def kept_as(name: str, path: Path, target: Path | None) -> tuple[str, bool]:
    """Under which name the file at `path` is kept in the folder, and whether it can be shown or heard; it is moved
    there, or deleted where there is none or it is there already. `name`: its author's.
    """
    kept = stored_name(name, path)
    is_shown = bool(is_picture(path) or kind_of(path))
    if target is None or (target / kept).exists():
        path.unlink()
    else:
        path.replace(target / kept)
    return kept, is_shown


def _unpacked(package: Package, read: PackageRead, folder: Path, faults: list[Fault]) -> Iterator[tuple[str, Path]]:
    """One at a time, so that they never lie there all at once."""
    for name in read.media:
        paths, damaged = copy_media(package, (name,), folder)
        faults += damaged
        yield from paths.items()
    for masked in read.masked:
        paths, damaged = occlusion.draw(package, (masked,), folder)
        faults += damaged
        yield from paths.items()


def stored_name(name: str, path: Path) -> str:
    """What a medium is called by what it holds; `name`: its author's."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    ending = PurePosixPath(name).suffix.lower()
    return digest.hexdigest() + (ending if _ENDING.match(ending) else "")


def with_stored_media(card: Card, stored: dict[str, str]) -> Card:
    """The card, its pictures and recordings called as they are stored; what is not among them keeps its name."""
    if not any(name in stored for name in media_names((*card.front, *card.back))):
        return card
    return with_names(card, stored)
