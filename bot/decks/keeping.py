"""Media of a package → files that are named by what they hold, and cards that call them so."""

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.decks.anki import occlusion
from bot.decks.anki.package import Package, copy_media
from bot.decks.anki.reading import PackageRead
from bot.decks.card import Fault
from bot.decks.media import stored_name
from bot.decks.picture import is_picture
from bot.decks.recording import kind_of


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
