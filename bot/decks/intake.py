"""A file that somebody sent → what becomes of their decks, in a process of its own with limits on memory and time.

`python -m bot.decks.intake ORDER` (`arrival.Order`, JSON) reads the file and tells on stdout what it finds; on stdin it
is told the cards that decks of these names have.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.decks import limits, reading
from bot.decks.anki import mentions
from bot.decks.arrival import (
    Arriving,
    Cards,
    Counts,
    End,
    Far,
    GoesOn,
    Message,
    Named,
    Order,
    Refused,
    Rest,
    Type,
    Wanted,
    to_line,
)
from bot.decks.card import Card, Deck, DeckError, Fault
from bot.decks.changes import Change, Progress, change_of, progress_counts, told
from bot.decks.choices import DeckChoices, Settings
from bot.decks.content import Picture, Sound, pictures, walk
from bot.decks.deck_counts import MOST_PAIRS
from bot.decks.having import Having, hear
from bot.decks.homes import Homes, settle, wanted
from bot.decks.media import with_stored_media
from bot.decks.opening import contents
from bot.decks.textfile import called_in_a_line

if TYPE_CHECKING:
    from bot.decks.anki.archive import Limits

# A line of them is read at once by the bot, beside people's taps.
_LINE_CHARACTERS = 100_000
_MOST_DECKS = 200
_MOST_DECKS_OF_LARGE = 2000
_ZIP = b"PK"
_TOLD_EVERY = 50


class _Sent(Struct, frozen=True):
    """A file as it was read.

    Attributes:
        stored: of each deck, as `decks`, its media by the author's names; empty: the file brings none.
        shown: those that can be shown or heard, by the names under which they are stored.
        progress: as `decks`; so are the `choices`; empty: the file says nothing of that.
        wholes: what the decks are called that its files were while each was read as one; empty: they always were what
            they are.
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


def main(arguments: Sequence[str]) -> None:
    """Read the file and tell; how the process ends says nothing, its last message does."""
    order = msgspec.json.decode(arguments[0], type=Order)
    limits.keep_to_them(large=order.large)
    last: Message = End()
    try:
        _tell_all(_read(order), order)
    except DeckError as error:
        last = Refused(str(error.fault))
    except MemoryError:
        last = Refused(str(limits.out_of_memory(order.name)))
    _tell(last)


def _tell_all(sent: _Sent, order: Order) -> None:
    _tell(Named(tuple(deck.name for deck in sent.decks), sent.wholes))
    having = Having()
    hear(sys.stdin.buffer, having)
    others = wanted(sent.decks, having)
    _tell(Wanted(others))
    if others:
        hear(sys.stdin.buffer, having)
    homes = settle(sent.decks, having)
    changes: list[Change] = []
    for place, deck in enumerate(sent.decks):
        progress = sent.progress[place] if sent.progress else ()
        cards = having.with_media(place, deck.cards, sent.stored[place] if sent.stored else {})
        had, came = having.cards.pop(place, []), frozenset(homes.came.get(place, ()))
        changes.append(
            change_of(
                *(deck.name, cards, progress, had, having.types),
                same=order.same,
                otherwise=order.otherwise,
                came=came,
            )
        )
    _tell(_counts(sent, changes, having, homes))
    if order.media:
        places: dict[str, int] = {}
        for place, change in enumerate(changes):
            for some in _in_lines(change, places, progress=order.progress):
                _tell(Cards(place, some))
            media = _media_of(change.cards, having.lent[place]) | having.media[place]
            if sent.stored:
                media = _media_of(change.cards, {**media, **sent.stored[place]})
            choices = sent.choices[place] if sent.choices else None
            _tell(Rest(place, change.matching.gone, media, choices, homes.came.get(place, ())))


def _tell(message: Message) -> None:
    sys.stdout.buffer.write(to_line(message))
    sys.stdout.buffer.flush()


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(order: Order) -> _Sent:
    name = order.name
    with Path(order.file).open("rb") as file:
        is_zip = file.read(2) == _ZIP
    sent = _zipped(order) if is_zip or name.lower().endswith((".apkg", ".colpkg")) else _text(order)
    most = _MOST_DECKS_OF_LARGE if order.large else _MOST_DECKS
    if len(sent.decks) > most:
        raise DeckError(name, 0, f"{len(sent.decks)} decks where {most} are the most", "Export some of them.")
    return sent


def _text(order: Order) -> _Sent:
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
    return _Sent(_apart(decks), faults, 0, stored, shown, wholes=_wholes(decks))


def _zipped(order: Order) -> _Sent:
    # It takes zip, zstd, SQLite and a library of pictures, which a text does not wait for.
    from bot.decks.anki.archive import opened
    from bot.decks.bundle import is_bundle
    from bot.decks.taking_back import is_everything

    most = limits.of_zip(large=order.large)
    with opened(Path(order.file), order.name, most) as archive:
        names = archive.names
    if is_everything(names):
        return _everything(order, most)
    if is_bundle(names):
        return _bundle(order, most)
    return _package(order, most)


def _bundle(order: Order, most: "Limits") -> _Sent:
    from bot.decks.bundle import read_bundle

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    read = read_bundle(Path(order.file), order.name, folder, media, most, _tell_how_far)
    return _Sent(_apart(read.decks), read.faults, 0, read.stored, read.shown, wholes=_wholes(read.decks))


def _wholes(decks: Sequence[Deck]) -> tuple[str, ...]:
    """What decks are called that files of theirs were to a reader who takes each file for one."""
    return tuple(dict.fromkeys(called_in_a_line(deck.parted.whole) for deck in decks if deck.parted is not None))


def _everything(order: Order, most: "Limits") -> _Sent:
    from bot.decks.taking_back import read_everything

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    read = read_everything(Path(order.file), order.name, folder, media, most, _tell_how_far)
    return _Sent(
        _apart(read.decks), read.faults, 0, read.stored, read.shown, read.progress, read.choices, read.settings
    )


def _package(order: Order, most: "Limits") -> _Sent:
    from bot.decks import keeping
    from bot.decks.anki.package import unpacked
    from bot.decks.anki.progress import of_package
    from bot.decks.anki.reading import read_package

    folder, media = Path(order.folder), Path(order.media) if order.media else None
    with unpacked(Path(order.file), order.name, folder, most) as package:
        read = read_package(package)
        progress = of_package(package, read)
        stored, shown, damaged = keeping.keep(package, read, folder, media, _tell_how_far)
    faults = [fault for each in read.decks for fault in each.deck.faults]
    decks = [
        replace(each.deck, cards=tuple(with_stored_media(card, shown) for card in each.deck.cards))
        for each in read.decks
    ]
    found = (*faults, *read.faults, *damaged)
    return _Sent(_apart(decks), found, read.notes, (stored,) * len(decks), frozenset(shown.values()), progress)


def _tell_how_far(done: int, all_of_them: int) -> None:
    if done % _TOLD_EVERY == 0:
        _tell(Far(done, all_of_them))


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


# --- telling ----------------------------------------------------------------------------------------------------------


def _counts(sent: _Sent, changes: Sequence[Change], having: Having, homes: Homes) -> Counts:
    named = {
        picture.name for change in changes for card in change.cards for picture in pictures((*card.front, *card.back))
    }
    return Counts(
        tuple(change.counts for change in changes),
        sent.notes,
        tuple(str(fault) for fault in sent.faults if fault.loses_card),
        tuple(str(fault) for fault in sent.faults if not fault.loses_card),
        len(named - sent.shown - having.stored),
        next((deck.read_as for deck in sent.decks if deck.read_as), ""),
        progress_counts(changes),
        settings=sent.settings,
        pairs=tuple(
            [replace(pair, deck=place) for place, change in enumerate(changes) for pair in change.pairs][:MOST_PAIRS]
        ),
        goes_on=tuple(
            GoesOn(older, having.there[older].name, place, having.there[older].whole)
            for place, older in sorted(homes.goes_on.items())
        ),
    )


def _in_lines(change: Change, places: dict[str, int], *, progress: bool) -> Iterator[tuple[Arriving, ...]]:
    """The cards that are told, so many together as a line holds; `places` are those of the types told."""
    line: list[Arriving] = []
    characters = 0
    for each in told(change, progress=progress):
        new = each.written
        notetype = None if new is None else _type_told(change.cards[each.position].notetype, places)
        line.append(Arriving(each.card_id, each.position, new, notetype, each.rewritten, each.progress))
        if new is not None:
            characters += len(new.fields) + len(new.front) + len(new.back)
        if each.progress is not None:
            characters += 200 + 100 * len(each.progress.log)
            characters += 1000 * len(each.progress.own.rows) if each.progress.own is not None else 0
        if characters > _LINE_CHARACTERS:
            yield tuple(line)
            line, characters = [], 0
    if line:
        yield tuple(line)


def _type_told(body: str, places: dict[str, int]) -> int | None:
    """The place of a note type, which is told before the first card that has it."""
    if not body:
        return None
    if body not in places:
        places[body] = len(places)
        _tell(Type(body))
    return places[body]


def _media_of(cards: Sequence[Card], stored: dict[str, str]) -> dict[str, str]:
    """The media of a deck: its pictures and sounds, and what else its fields name."""
    named: set[str] = set()
    for card in cards:
        named.update(block.name for block in walk((*card.front, *card.back)) if isinstance(block, Picture | Sound))
        for field in card.fields:
            named.update(mentions.names(field))
    return {name: file for name, file in stored.items() if name in named or file in named}


if __name__ == "__main__":
    main(sys.argv[1:])
