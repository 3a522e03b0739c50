"""What `deck check` says about deck files, before anybody studies from them."""

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.decks import limits
from bot.decks.card import Card, Deck, DeckError, Fault, Kind
from bot.decks.content import pictures, words
from bot.decks.folder import MISSING, is_package, picture_fault
from bot.decks.likeness import normalised
from bot.decks.media import is_stored
from bot.decks.opening import contents
from bot.decks.reading import read
from bot.decks.textfile import NotADeckError

_MOST_OF_A_FRONT = 80

Said = tuple[list[str], int, int]
"""The lines about a file, how many cards of it would be lost, and how many other faults it has."""


def report(files: Sequence[Path]) -> tuple[list[str], int]:
    """The lines to print about the files, and the exit status: 1 if a card of one would be lost, else 0."""
    lines: list[str] = []
    status = 0
    for file in files:
        try:
            said, lost = _said(file)
        except NotADeckError as notes:
            lines.append(str(notes.fault))
        except DeckError as error:
            lines.append(str(error.fault))
            status = 1
        except OSError as error:
            reason = (error.strerror or "it cannot be read").lower()
            lines.append(f"{file.as_posix()}: {reason}. Is the path right, and may you read the file?")
            status = 1
        else:
            lines += said
            status |= lost
    return lines, status


def _said(file: Path) -> tuple[list[str], bool]:
    """The lines about one file, and whether a card of it would be lost."""
    if is_package(file.name):
        lines, losing, _ = _packed(file)
        return lines, losing > 0
    decks = read(contents(file, file.as_posix()), file.as_posix())
    lines = [line for deck in decks for line in _about(deck, _pictures(deck, file))]
    return lines, any(fault.loses_card for deck in decks for fault in deck.faults)


def _packed(file: Path) -> Said:
    """What is said of a package or a zip, read in a process with the limits that sent ones have.

    Raises OSError if it cannot be opened.
    """
    file.open("rb").close()
    name = file.as_posix()
    with TemporaryDirectory(prefix="deckhand-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 the program is ours
                [sys.executable, "-m", "bot.decks.check_packed", file.resolve(), name, folder],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=Path(__file__).parents[2],
                env={"PYTHONUTF8": "1"},
                timeout=limits.READING_SECONDS_OF_LARGE,
                check=True,
            )
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return refused(limits.out_of_time(name))
    lines, lost, others = json.loads(done.stdout)
    return lines, lost, others


def refused(fault: Fault) -> Said:
    """What is said of a file that cannot be read: it counts as a card that is lost."""
    return [str(fault)], 1, 0


def about_zip(decks: Sequence[Deck], packed: Sequence[Fault]) -> Said:
    """What is said of the decks of a zip, whose pictures and recordings are called as they would be stored, and of what
    is packed in it once more.
    """
    lines = [line for deck in decks for line in _about(deck, _left_out(deck))]
    lost, others = counted(decks, None)
    return [*lines, *map(str, packed)], lost + len(packed), others


def counted(decks: Sequence[Deck], file: Path | None) -> tuple[int, int]:
    """How many entries of that file (None: of a zip) are in no deck, and its other faults: pictures that cannot be
    shown among them.
    """
    faults = [fault for deck in decks for fault in deck.faults]
    lost = sum(fault.loses_card for fault in faults)
    missing = [_missing_in_zip(deck) if file is None else _picture_faults(deck, file) for deck in decks]
    return lost, len(faults) - lost + sum(map(len, missing))


def count(file: Path) -> tuple[int, int]:
    """The same of a file that is still to be read; one that cannot be read counts as one that is lost."""
    try:
        if is_package(file.name):
            _, lost, others = _packed(file)
            return lost, others
        return counted(read(contents(file, file.as_posix()), file.as_posix()), file)
    except NotADeckError:
        return 0, 0
    except (DeckError, OSError):
        return 1, 0


def _about(deck: Deck, of_pictures: Iterable[str]) -> Iterator[str]:
    yield f"{deck.file}: {deck.name}"
    yield _counts(deck)
    if deck.columns:
        yield deck.columns
    if deck.read_as:
        yield f"Read as {deck.read_as}. Look whether its letters are right; saved as UTF-8 there is no doubt."
    yield from of_pictures
    for card in deck.cards:
        if card.kind is Kind.WAITING:
            yield f"waits for an answer, line {card.line}: {_front(card)}"
    yield from _same_fronts(deck.cards)
    yield from map(str, deck.faults)


def _counts(deck: Deck) -> str:
    kinds = [card.kind for card in deck.cards]
    lost = sum(fault.loses_card for fault in deck.faults)
    waiting = kinds.count(Kind.WAITING)
    # Siblings begin in the same line.
    entries = len({card.line for card in deck.cards}) + lost
    parts = [
        _counted(kinds.count(Kind.QUESTION), "card", "cards"),
        _counted(kinds.count(Kind.STATEMENT), "statement", "statements"),
        _counted(waiting, "waits for an answer", "wait for an answer"),
        *([f"{lost} lost"] if lost else []),
    ]
    return f"{_counted(entries, 'entry', 'entries')}: {', '.join(parts)}"


def _counted(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _picture_lines(deck: Deck) -> dict[str, int]:
    lines: dict[str, int] = {}
    for card in deck.cards:
        for picture in pictures((*card.front, *card.back)):
            lines.setdefault(picture.name, card.line)
    return lines


def _picture_faults(deck: Deck, file: Path) -> dict[str, str]:
    return {name: fault for name in _picture_lines(deck) if (fault := picture_fault(file.parent, file.name, name))}


def _missing_in_zip(deck: Deck) -> list[str]:
    return [name for name in _picture_lines(deck) if not is_stored(name)]


def _left_out(deck: Deck) -> Iterator[str]:
    lines, missing = _picture_lines(deck), _missing_in_zip(deck)
    if lines:
        yield f"{_counted(len(lines) - len(missing), 'picture', 'pictures')} found, {len(missing)} missing"
    for name in missing:
        yield f"picture missing, line {lines[name]}: {_short(name)}"


def _pictures(deck: Deck, file: Path) -> Iterator[str]:
    lines, faults = _picture_lines(deck), _picture_faults(deck, file)
    missing = [name for name, fault in faults.items() if fault == MISSING]
    if lines:
        found = _counted(len(lines) - len(faults), "picture", "pictures")
        unfit = len(faults) - len(missing)
        yield f"{found} found, {len(missing)} missing" + (f", {unfit} cannot be shown" if unfit else "")
    for name, fault in faults.items():
        if fault == MISSING:
            yield f"picture missing, line {lines[name]}: {_short(name)}"
        else:
            yield f"picture cannot be shown, line {lines[name]}: {_short(name)}, {fault}"


def _same_fronts(cards: Sequence[Card]) -> Iterator[str]:
    """The same entry twice is a fault of its own; here are different entries under one front."""
    groups: defaultdict[str, dict[tuple[str, ...], Card]] = defaultdict(dict)
    for card in cards:
        groups[normalised(words(card.front))].setdefault(card.fields, card)
    for group in groups.values():
        if len(group) > 1:
            same = list(group.values())
            lines = ", ".join(str(card.line) for card in same)
            yield f"the same front in lines {lines}, each is kept as a card of its own: {_front(same[0])}"


def _front(card: Card) -> str:
    return _short(words(card.front))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_OF_A_FRONT else text[: _MOST_OF_A_FRONT - 1] + "…"
