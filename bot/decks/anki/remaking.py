"""A note of which a field was typed anew → its cards as they then look, in a process of its own with limits.

`python -m bot.decks.anki.remaking` is given an order as JSON on stdin and tells on stdout what became of it. Templates
are somebody's, and so is what they are filled with: one that takes long or much costs nobody else a tap.
"""

import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bot.decks import gaps
from bot.decks.anki import notetypes
from bot.decks.anki.notetypes import MOST_ORDINALS, NoteType
from bot.decks.anki.remade import NONE_OF_THEM, Order, Remade, Remaking, Spoiled
from bot.decks.card import overlong
from bot.decks.cells import kind_of
from bot.decks.encoded import from_json, to_json
from bot.decks.html import parse
from bot.decks.media import is_stored, keeping_media, media_names, renamed
from bot.decks.picture import is_picture
from bot.decks.recording import kind_of as kind_of_sound
from bot.decks.writing import html

if TYPE_CHECKING:
    from bot.decks.anki.rendering import Rendered

MEMORY_BYTES = 240 * 2**20
CPU_SECONDS = 5
_MOST_WRITTEN = 2_000_000


def remade(order: Order) -> Remaking:
    """The cards of the note with its new field; a card that this makes for the first time is one of them."""
    notetype = notetypes.from_json(order.notetype)
    fields = _with_typed(order)
    cards: list[Remade] = []
    written = 0
    for ordinal in (*order.ordinals, *_others(order, notetype, fields)):
        card = _card(order, notetype, ordinal, fields)
        if isinstance(card, Spoiled):
            return Remaking(spoiled=card)
        if card is not None:
            cards.append(card)
            # Each is kept with all the fields, and all of them at once.
            written += len(card.front) + len(card.back) + sum(map(len, fields))
            if written > _MOST_WRITTEN:
                return Remaking(spoiled=Spoiled(NONE_OF_THEM))
    return Remaking(fields, tuple(cards))


def _with_typed(order: Order) -> tuple[str, ...]:
    fields = [*order.fields]
    typed = from_json(order.typed)
    if typed:
        typed = keeping_media(parse(fields[order.field], keeps_newlines=False), typed)
    # A character that parts the fields of a note is no part of one.
    fields[order.field] = html(typed).replace("\x1f", "")
    return tuple(fields)


def _others(order: Order, notetype: NoteType, fields: tuple[str, ...]) -> Iterator[int]:
    """Which cards it may have besides those that it has."""
    if notetype.is_cloze:
        found = {number - 1 for field in fields for number in gaps.numbers(field)}
        every = sorted(each for each in found if 0 <= each < MOST_ORDINALS)
    else:
        every = [*range(len(notetype.templates))]
    there = frozenset(order.ordinals)
    yield from (ordinal for ordinal in every if ordinal not in there)


def _card(order: Order, notetype: NoteType, ordinal: int, fields: tuple[str, ...]) -> Remade | Spoiled | None:
    """That card of the note; None: it had none and has none, or one that it has is not here."""
    # It takes a library of pictures, which who only orders does not wait for.
    from bot.decks.anki.rendering import rendered
    from bot.decks.anki.templates import TemplateError

    is_new = ordinal not in order.ordinals
    try:
        made = rendered(notetype, fields, ordinal, tags=order.tags, deck=order.deck)
        # One that its old fields made as well was taken out, or lies in another deck.
        if is_new and (not made.front or rendered(notetype, order.fields, ordinal, tags=order.tags).front):
            return None
    except TemplateError as error:
        return None if is_new else Spoiled(ordinal, str(error))
    return _written(order, ordinal, made) if made.front else Spoiled(ordinal, gap=notetype.is_cloze)


def _written(order: Order, ordinal: int, made: "Rendered") -> Remade | Spoiled:
    if any(each.name not in order.media for each in made.masked):
        return Spoiled(ordinal, masks=True)
    if wrong := overlong(made.front, made.back):
        return Spoiled(ordinal, wrong[0])
    names = {name: order.media.get(name, "") for name in media_names((*made.front, *made.back))}
    shown = {name: stored for name, stored in names.items() if _is_shown(Path(order.folder), stored)}
    front, back = renamed(made.front, shown), renamed(made.back, shown)
    return Remade(ordinal, str(kind_of(front, back)), to_json(front), to_json(back))


def _is_shown(folder: Path, stored: str) -> bool:
    """Whether it can be seen or heard; what cannot keeps its author's name."""
    return is_stored(stored) and bool(is_picture(folder / stored) or kind_of_sound(folder / stored))


def main() -> None:
    """Carry out the order; how the process ends says nothing, what it tells does."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    sys.stdout.buffer.write(msgspec.json.encode(remade(order)))


if __name__ == "__main__":
    main()
