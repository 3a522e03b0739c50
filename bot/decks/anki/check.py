"""What `deck check` says about a package."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.decks.anki.collection import reviews
from bot.decks.anki.occlusion import draw
from bot.decks.anki.package import Package, copy_media, unpacked
from bot.decks.anki.reading import DeckRead, PackageRead, read_package
from bot.decks.card import Fault, Kind

_MOST_FAULTS = 20


def about(path: Path) -> tuple[list[str], bool]:
    """The lines to print about the package, and whether a card of it would be lost.

    Raises:
        DeckError: it cannot be read as a whole.
        OSError: it cannot be opened or read.
    """
    read, logged, faults = _read(path)
    lines = [*_counts(path.as_posix(), read, logged), *map(_line_of, read.decks), *_lines_of(faults)]
    return lines, any(fault.loses_card for fault in faults)


def count(path: Path) -> tuple[int, int]:
    """How many cards of the package would be lost, and its other faults; raises the same."""
    _, _, faults = _read(path)
    lost = sum(fault.loses_card for fault in faults)
    return lost, len(faults) - lost


def _read(path: Path) -> tuple[PackageRead, int, list[Fault]]:
    """What is in the package, how many reviews its log has, and all its faults."""
    file = path.as_posix()
    with TemporaryDirectory(prefix="deckhand-") as name, unpacked(path, file, Path(name)) as package:
        read = read_package(package)
        damaged = _damaged_media(package, read, Path(name))
        logged = sum(1 for _ in reviews(package.collection, file, package.limits))
    return read, logged, [*(fault for deck in read.decks for fault in deck.deck.faults), *read.faults, *damaged]


def _damaged_media(package: Package, read: PackageRead, folder: Path) -> list[Fault]:
    damaged: list[Fault] = []
    for masked in {each.picture: each for each in read.masked}.values():
        paths, faults = draw(package, (masked,), folder)
        damaged += faults
        for path in paths.values():
            path.unlink()
    for name in read.media:
        paths, faults = copy_media(package, (name,), folder)
        damaged += faults
        for path in paths.values():
            path.unlink()
    return damaged


def _counts(file: str, read: PackageRead, logged: int) -> Iterator[str]:
    states = [state for deck in read.decks for state in deck.states]
    decks = _counted(len(read.decks), "deck", "decks")
    yield f"{file}: {_counted(read.notes, 'note', 'notes')}, {_counted(len(states), 'card', 'cards')} in {decks}"
    remembered = sum(state.stability is not None for state in states)
    suspended = sum(state.suspended for state in states)
    yield f"{_counted(logged, 'review', 'reviews')}, {remembered} with FSRS memory, {suspended} suspended"
    yield _counted(len(read.media), "picture or sound found", "pictures and sounds found")


def _line_of(deck: DeckRead) -> str:
    kinds = [card.kind for card in deck.deck.cards]
    parts = [_counted(kinds.count(Kind.QUESTION), "card", "cards")]
    if statements := kinds.count(Kind.STATEMENT):
        parts.append(_counted(statements, "statement", "statements"))
    if waiting := kinds.count(Kind.WAITING):
        parts.append(_counted(waiting, "waits for an answer", "wait for an answer"))
    return f"{deck.deck.name}: {', '.join(parts)}. {deck.deck.columns}"


def _lines_of(faults: list[Fault]) -> Iterator[str]:
    # Those that lose a card come first: of many the others are not told.
    faults.sort(key=lambda fault: not fault.loses_card)
    yield from map(str, faults[:_MOST_FAULTS])
    if len(faults) > _MOST_FAULTS:
        yield f"And {len(faults) - _MOST_FAULTS} more such lines."


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
