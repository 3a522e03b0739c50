"""A file that somebody sent → what becomes of their decks, in a process of its own with limits on memory and time.

`python -m bot.decks.intake ORDER` (`arrival.Order`, JSON) reads the file and tells on stdout what it finds; on stdin it
is told the cards that decks of these names have.
"""

import errno
import os
import sys
from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from bot.decks import limits
from bot.decks.anki import mentions
from bot.decks.arrival import (
    Arriving,
    Cards,
    Counts,
    End,
    Far,
    GoesOn,
    HadDeck,
    Message,
    Named,
    Order,
    Refused,
    Rest,
    Type,
    Wanted,
    to_line,
)
from bot.decks.card import Card, DeckError
from bot.decks.changes import Change, change_of, progress_counts, told
from bot.decks.content import Picture, Sound, pictures, walk
from bot.decks.deck_counts import MOST_PAIRS
from bot.decks.having import Having, hear
from bot.decks.homes import Homes, settle, wanted
from bot.decks.names import are_copies
from bot.decks.sent import Sent, read_sent

# A line of them is read at once by the bot, beside people's taps.
_LINE_CHARACTERS = 100_000
_TOLD_EVERY = 50


def main(arguments: Sequence[str]) -> None:
    """Read the file and tell; how the process ends says nothing, its last message does."""
    order = msgspec.json.decode(arguments[0], type=Order)
    # The media that it keeps are for their owner alone.
    os.umask(0o077)
    limits.keep_to_them(large=order.large)
    last: Message = End()
    try:
        _tell_all(read_sent(order, _tell_how_far), order)
    except DeckError as error:
        last = Refused(str(error.fault))
    except OSError as error:
        # Who sent it in a chat can make no room; the bot's log tells who can.
        if not order.large or error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        last = Refused(str(limits.out_of_room(order.name, order.folder)))
    except MemoryError:
        last = Refused(str(limits.out_of_memory(order.name)))
    _tell(last)


def _tell_all(sent: Sent, order: Order) -> None:
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


def _tell_how_far(done: int, all_of_them: int) -> None:
    if done % _TOLD_EVERY == 0:
        _tell(Far(done, all_of_them))


def _tell(message: Message) -> None:
    sys.stdout.buffer.write(to_line(message))
    sys.stdout.buffer.flush()


def _counts(sent: Sent, changes: Sequence[Change], having: Having, homes: Homes) -> Counts:
    named = {
        picture.name for change in changes for card in change.cards for picture in pictures((*card.front, *card.back))
    }
    return Counts(
        tuple(
            replace(change.counts, called=_called(sent, place, having.there.get(homes.goes_on.get(place, place))))
            for place, change in enumerate(changes)
        ),
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


def _called(sent: Sent, place: int, older: HadDeck | None) -> str:
    """As in `DeckCounts`."""
    if older is None or older.called:
        return "" if older is None else older.called
    name = sent.decks[place].name
    return older.name if sent.is_named_by_file and older.name != name and are_copies(older.name, name) else ""


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
