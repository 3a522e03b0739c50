"""A file that somebody sent, whatever it is → its decks, with what it brings besides."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import limits, reading
from bot.decks.arrival import Order
from bot.decks.card import Deck, DeckError, Fault
from bot.decks.changes import Progress
from bot.decks.choices import DeckChoices, Settings
from bot.decks.folder import is_package
from bot.decks.media import with_stored_media
from bot.decks.opening import contents
from bot.decks.textfile import called_in_a_line, readable

if TYPE_CHECKING:
    from bot.decks.anki.archive import Limits

_MOST_DECKS = 200
_MOST_DECKS_OF_LARGE = 2000
_ZIP = b"PK"

TellFar: TypeAlias = Callable[[int, int], None]
"""Is told how many of how many pictures and sounds are unpacked."""


class Sent(Struct, frozen=True):
    """A file as it was read.

    Attributes:
        stored: of each deck, as `decks`, its media by the author's names; empty: the file brings none.
        shown: those that can be shown or heard, by the names under which they are stored.
        progress: as `decks`; so are the `choices`; empty: the file says nothing of that.
        wholes: what the decks are called that its files were while each was read as one; empty: they always were what
            they are.
        is_named_by_file: it is one deck, and called as the file is.
    """

    decks: tuple[Deck, ...]
    faults: tuple[Fault, ...]
    notes: int = 0
    stored: tuple[dict[str, str], ...] = ()
    shown: frozenset[str] = frozenset()
    progress: tuple[Progress, ...] = ()
    choices: tuple[DeckChoices, ...] = ()
    settings: Settings | None = None
    wholes: tuple[str, ...] = ()
    is_named_by_file: bool = False


def read_sent(order: Order, tell: TellFar) -> Sent:
    """The file as it was read; raises DeckError, MemoryError."""
    name = order.name
    with Path(order.file).open("rb") as file:
        is_zip = file.read(2) == _ZIP
    sent = _zipped(order, tell) if is_zip or is_package(name) else _text(order)
    most = _MOST_DECKS_OF_LARGE if order.large else _MOST_DECKS
    if len(sent.decks) > most:
        raise DeckError(name, 0, f"{len(sent.decks)} decks where {most} are the most", "Export some of them.")
    return sent


def _text(order: Order) -> Sent:
    decks = reading.read(contents(Path(order.file), order.name), order.name)
    faults = tuple(sorted((fault for deck in decks for fault in deck.faults), key=lambda fault: fault.line))
    stored: tuple[dict[str, str], ...] = ()
    shown: frozenset[str] = frozenset()
    if order.beside:
        # It takes a library of pictures.
        from bot.decks.beside import keep_beside

        media = Path(order.media) if order.media else None
        stored, shown = keep_beside(decks, Path(order.beside), Path(order.folder), media)
        decks = tuple(
            replace(deck, cards=tuple(with_stored_media(card, names) for card in deck.cards))
            for deck, names in zip(decks, stored, strict=True)
        )
    is_named = [deck.name for deck in decks] == [readable(PurePosixPath(order.name).stem)]
    return Sent(_apart(decks), faults, 0, stored, shown, wholes=_wholes(decks), is_named_by_file=is_named)


def _zipped(order: Order, tell: TellFar) -> Sent:
    # It takes zip, zstd, SQLite and a library of pictures, which a text does not wait for.
    from bot.decks.anki.archive import opened
    from bot.decks.bundle import is_bundle
    from bot.decks.taking_back import is_everything

    most = limits.of_zip(large=order.large)
    with opened(Path(order.file), order.name, most) as archive:
        names = archive.names
    if is_everything(names):
        return _everything(order, most, tell)
    if is_bundle(names):
        return _bundle(order, most, tell)
    return _package(order, most, tell)


def _bundle(order: Order, most: "Limits", tell: TellFar) -> Sent:
    from bot.decks.bundle import read_bundle

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    read = read_bundle(Path(order.file), order.name, folder, media, most, tell)
    return Sent(_apart(read.decks), read.faults, 0, read.stored, read.shown, wholes=_wholes(read.decks))


def _wholes(decks: Sequence[Deck]) -> tuple[str, ...]:
    """What decks are called that files of theirs were to a reader who takes each file for one."""
    return tuple(dict.fromkeys(called_in_a_line(deck.parted.whole) for deck in decks if deck.parted is not None))


def _everything(order: Order, most: "Limits", tell: TellFar) -> Sent:
    from bot.decks.taking_back import read_everything

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    read = read_everything(Path(order.file), order.name, folder, media, most, tell)
    return Sent(_apart(read.decks), read.faults, 0, read.stored, read.shown, read.progress, read.choices, read.settings)


def _package(order: Order, most: "Limits", tell: TellFar) -> Sent:
    from bot.decks import keeping
    from bot.decks.anki.package import unpacked
    from bot.decks.anki.progress import of_package
    from bot.decks.anki.reading import read_package

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    with unpacked(Path(order.file), order.name, folder, most) as package:
        read = read_package(package)
        progress = of_package(package, read)
        stored, shown, damaged = keeping.keep(package, read, folder, media, tell)
    faults = [fault for each in read.decks for fault in each.deck.faults]
    decks = [
        replace(each.deck, cards=tuple(with_stored_media(card, shown) for card in each.deck.cards))
        for each in read.decks
    ]
    found = (*faults, *read.faults, *damaged)
    return Sent(_apart(decks), found, read.notes, (stored,) * len(decks), frozenset(shown.values()), progress)


def _apart(decks: Sequence[Deck]) -> tuple[Deck, ...]:
    """The decks, each called by a line, none like another: by their names they are known when the file comes again."""
    again: Counter[str] = Counter()
    named: dict[str, Deck] = {}
    for deck in decks:
        called = name = called_in_a_line(deck.name)
        while name in named:
            again[called] += 1
            name = f"{called} ({again[called] + 1})"
        named[name] = replace(deck, name=name)
    return tuple(named.values())
