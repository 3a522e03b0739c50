"""What `deck check` says about a package."""

from collections.abc import Iterator
from pathlib import Path

from bot.decks.anki.archive import Limits
from bot.decks.anki.collection import reviews
from bot.decks.anki.occlusion import draw
from bot.decks.anki.package import Package, copy_media, unpacked
from bot.decks.anki.reading import DeckRead, PackageRead, read_package
from bot.decks.card import Fault, Kind

_MOST_FAULTS = 20


def about(path: Path, name: str, folder: Path, most: Limits) -> tuple[list[str], int, int]:
    """The lines to print about the package, how many cards of it would be lost, and its other faults.

    Raises DeckError if it cannot be read as a whole.
    """
    with unpacked(path, name, folder, most) as package:
        read = read_package(package)
        damaged = _damaged_media(package, read, folder)
        logged = sum(1 for _ in reviews(package.collection, name, package.limits))
    faults = [*(fault for deck in read.decks for fault in deck.deck.faults), *read.faults, *damaged]
    lines = [*_counts(name, read, logged), *map(_line_of, read.decks), *_lines_of(faults)]
    lost = sum(fault.loses_card for fault in faults)
    return lines, lost, len(faults) - lost


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
