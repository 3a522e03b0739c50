"""A file that somebody sent → what becomes of their decks, in a process of its own with limits on memory and time.

`python -m bot.decks.intake FILE NAME FOLDER [MEDIA]` reads FILE, which its sender calls NAME, and tells on stdout what
it finds (`arrival`); on stdin it is told the cards that decks of these names have. FOLDER is empty and deleted by who
gave it. With MEDIA, a folder in which media are kept, it tells the cards as well, else only how many.
"""

import json
import os
import resource
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import reading
from bot.decks.anki import mentions
from bot.decks.arrival import (
    MOST_BYTES,
    AllHad,
    Arriving,
    Cards,
    Counts,
    DeckCounts,
    End,
    Had,
    HadCard,
    HadType,
    Message,
    Named,
    Refused,
    Rest,
    Type,
    from_line,
    to_line,
)
from bot.decks.card import Card, Deck, DeckError, Fault, Kind
from bot.decks.content import Picture, Sound, pictures, walk
from bot.decks.encoded import Written, from_json, written
from bot.decks.match import Known, Matching, match
from bot.decks.opening import contents

MEMORY_BYTES = 1024 * 2**20
CPU_SECONDS = 120
# A line of them is read at once by the bot, beside people's taps.
_LINE_CHARACTERS = 100_000
_MOST_DECKS = 200
_ZIP = b"PK"


class _Sent(Struct, frozen=True):
    """A file as it was read; `stored` are its media by name, `shown` the pictures among them."""

    decks: tuple[Deck, ...]
    faults: tuple[Fault, ...]
    notes: int
    stored: dict[str, str]
    shown: dict[str, str]


class _Change(Struct, frozen=True):
    """What becomes of a deck; `anew` are the kept cards that are to be written, by their place."""

    cards: tuple[Card, ...]
    matching: Matching
    anew: dict[int, Written]
    counts: DeckCounts


def main(arguments: Sequence[str]) -> None:
    """Read the file and tell; how the process ends says nothing, its last message does."""
    file, name, folder = arguments[:3]
    media = Path(arguments[3]) if len(arguments) > 3 else None
    # Whoever taps meanwhile comes first.
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    last: Message = End()
    try:
        _tell_all(_read(Path(file), name, Path(folder), media), media is not None)
    except DeckError as error:
        last = Refused(str(error.fault))
    except MemoryError:
        last = Refused(str(Fault(name, 0, "it takes more memory than there is for a file", "Send it in parts.")))
    _tell(last)


def _tell_all(sent: _Sent, everything: bool) -> None:
    _tell(Named(tuple(deck.name for deck in sent.decks)))
    had, types = _heard(sys.stdin.buffer)
    changes: list[_Change] = []
    for place, deck in enumerate(sent.decks):
        changes.append(_change(deck.name, deck.cards, had.pop(place, []), types))
    _tell(_counts(sent, changes))
    if everything:
        places: dict[str, int] = {}
        for place, change in enumerate(changes):
            for some in _in_lines(change, places):
                _tell(Cards(place, some))
            _tell(Rest(place, change.matching.gone, _media_of(change.cards, sent)))


def _tell(message: Message) -> None:
    sys.stdout.buffer.write(to_line(message))
    sys.stdout.buffer.flush()


def _heard(lines: BinaryIO) -> tuple[dict[int, list[HadCard]], dict[int, str]]:
    """The cards that decks have, by the decks' places, and their note types."""
    had: defaultdict[int, list[HadCard]] = defaultdict(list)
    types: dict[int, str] = {}
    while not isinstance(message := from_line(lines.readline()), AllHad):
        if isinstance(message, HadType):
            types[message.notetype_id] = message.body
        else:
            assert isinstance(message, Had), "only these are told"
            had[message.deck] += message.cards
    return had, types


# --- reading ----------------------------------------------------------------------------------------------------------


def _read(path: Path, name: str, folder: Path, media: Path | None) -> _Sent:
    with path.open("rb") as file:
        is_zip = file.read(2) == _ZIP
    if is_zip or name.lower().endswith((".apkg", ".colpkg")):
        sent = _package(path, name, folder, media)
    else:
        decks = (reading.read(contents(path, name), name),)
        sent = _Sent(decks, tuple(fault for deck in decks for fault in deck.faults), 0, {}, {})
    if len(sent.decks) > _MOST_DECKS:
        raise DeckError(name, 0, f"{len(sent.decks)} decks where {_MOST_DECKS} are the most", "Export some of them.")
    return sent


def _package(path: Path, name: str, folder: Path, media: Path | None) -> _Sent:
    # It takes zip, zstd, SQLite and a library of pictures, which a text does not wait for.
    from bot.decks import keeping
    from bot.decks.anki.archive import Limits
    from bot.decks.anki.package import unpacked
    from bot.decks.anki.reading import read_package

    limits = Limits(
        file=MOST_BYTES,
        collection=100 * 2**20,
        everything=400 * 2**20,
        cards=50_000,
        characters=40_000_000,
        work=240_000_000,
    )
    with unpacked(path, name, folder, limits) as package:
        read = read_package(package)
        stored, shown, damaged = keeping.keep(package, read, folder, media)
    faults = [fault for each in read.decks for fault in each.deck.faults]
    decks = [
        replace(each.deck, cards=tuple(keeping.with_stored_pictures(card, shown) for card in each.deck.cards))
        for each in read.decks
    ]
    return _Sent(_apart(decks), (*faults, *read.faults, *damaged), read.notes, stored, shown)


def _apart(decks: Sequence[Deck]) -> tuple[Deck, ...]:
    """The decks, none called like another: by their names they are known when the file comes again."""
    seen: Counter[str] = Counter()
    named: list[Deck] = []
    for deck in decks:
        seen[deck.name] += 1
        named.append(deck if seen[deck.name] == 1 else replace(deck, name=f"{deck.name} ({seen[deck.name]})"))
    return tuple(named)


# --- matching ---------------------------------------------------------------------------------------------------------


def _change(name: str, cards: tuple[Card, ...], had: Sequence[HadCard], types: Mapping[int, str]) -> _Change:
    matching = match([_known(each) for each in had], cards)
    before = {each.card_id: each for each in had}
    anew: dict[int, Written] = {}
    changed = back = moved = 0
    for at, card_id in matching.kept.items():
        old, new = before[card_id], written(cards[at], at)
        body = "" if old.notetype_id is None else types[old.notetype_id]
        if old.archived or (old.written, body) != (new, cards[at].notetype):
            anew[at] = new
            back += old.archived
            moved += not old.archived and _reads_the_same(old.written, new)
            changed += not old.archived and not _reads_the_same(old.written, new)
    return _Change(
        cards,
        matching,
        anew,
        DeckCounts(
            name,
            sum(card.kind is not Kind.WAITING for card in cards),
            len(matching.created),
            changed,
            back,
            len(matching.gone),
            len(matching.rewritten),
            moved,
        ),
    )


def _known(had: HadCard) -> Known:
    kept = had.written
    fields: list[str] = json.loads(kept.fields)
    return Known(
        had.card_id,
        tuple(fields),
        from_json(kept.front),
        from_json(kept.back),
        Kind(kept.kind),
        kept.guid,
        had.archived,
        kept.note,
    )


def _reads_the_same(old: Written, new: Written) -> bool:
    return (old.front, old.back, old.kind) == (new.front, new.back, new.kind)


def _counts(sent: _Sent, changes: Sequence[_Change]) -> Counts:
    named = {
        picture.name for change in changes for card in change.cards for picture in pictures((*card.front, *card.back))
    }
    return Counts(
        tuple(change.counts for change in changes),
        sent.notes,
        tuple(str(fault) for fault in sent.faults if fault.loses_card),
        tuple(str(fault) for fault in sent.faults if not fault.loses_card),
        len(named - set(sent.shown.values())),
        next((deck.read_as for deck in sent.decks if deck.read_as), ""),
    )


# --- telling ----------------------------------------------------------------------------------------------------------


def _in_lines(change: _Change, places: dict[str, int]) -> Iterator[tuple[Arriving, ...]]:
    """The cards that are to be written, so many together as a line holds; `places` are those of the types told."""
    line: list[Arriving] = []
    characters = 0
    for card_id, at, new in _arriving(change):
        line.append(Arriving(card_id, new, _told(change.cards[at].notetype, places)))
        characters += len(new.fields) + len(new.front) + len(new.back)
        if characters > _LINE_CHARACTERS:
            yield tuple(line)
            line, characters = [], 0
    if line:
        yield tuple(line)


def _arriving(change: _Change) -> Iterator[tuple[int | None, int, Written]]:
    for at, new in change.anew.items():
        yield change.matching.kept[at], at, new
    for at in change.matching.created:
        yield None, at, written(change.cards[at], at)


def _told(body: str, places: dict[str, int]) -> int | None:
    """The place of a note type, which is told before the first card that has it."""
    if not body:
        return None
    if body not in places:
        places[body] = len(places)
        _tell(Type(body))
    return places[body]


def _media_of(cards: Sequence[Card], sent: _Sent) -> dict[str, str]:
    """The media of a deck: its pictures and sounds, and what else its fields name."""
    if not sent.stored:
        return {}
    named: set[str] = set()
    for card in cards:
        named.update(block.name for block in walk((*card.front, *card.back)) if isinstance(block, Picture | Sound))
        for field in card.fields:
            named.update(mentions.names(field))
    return {name: stored for name, stored in sent.stored.items() if name in named or stored in named}


if __name__ == "__main__":
    main(sys.argv[1:])
