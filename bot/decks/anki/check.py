"""What `deck check` says about a package: `python -m bot.decks.anki.check PATH NAME FOLDER`, which keeps to the limits.

It tells as JSON the lines, how many cards would be lost, and how many other faults there are. FOLDER is an empty one.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.decks import limits
from bot.decks.anki.archive import Limits
from bot.decks.anki.collection import reviews
from bot.decks.anki.occlusion import draw
from bot.decks.anki.package import Package, copy_media, unpacked
from bot.decks.anki.reading import DeckRead, PackageRead, read_package
from bot.decks.arrival import MOST_BYTES
from bot.decks.card import DeckError, Fault, Kind

_MOST_FAULTS = 20


def main(arguments: Sequence[str]) -> None:
    """Read the package and tell."""
    path, name, folder = arguments
    large = Path(path).stat().st_size > MOST_BYTES
    limits.keep_to_them(large=large)
    try:
        said = about(Path(path), name, Path(folder), limits.of_zip(large=large))
    except MemoryError:
        said = refused(limits.out_of_memory(name))
    # Names on a disk are bytes, which JSON can hold only as escapes.
    sys.stdout.write(json.dumps(said))


def refused(fault: Fault) -> tuple[list[str], int, int]:
    """What is said of a file that cannot be read: it counts as a card that is lost."""
    return [str(fault)], 1, 0


def about(path: Path, name: str, folder: Path, most: Limits) -> tuple[list[str], int, int]:
    """The lines to print about the package, how many cards of it would be lost, and its other faults."""
    try:
        with unpacked(path, name, folder, most) as package:
            read = read_package(package)
            damaged = _damaged_media(package, read, folder)
            logged = sum(1 for _ in reviews(package.collection, name, package.limits))
    except DeckError as error:
        return refused(error.fault)
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


if __name__ == "__main__":
    main(sys.argv[1:])
