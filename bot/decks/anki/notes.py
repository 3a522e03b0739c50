"""Cards → the notes that they are in Anki: of the type that they came with, or of one of ours with two sides a card."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.decks import html as reading
from bot.decks.anki import mentions
from bot.decks.anki.notetypes import MOST_ORDINALS, NoteType, Template, type_of
from bot.decks.card import Card, parted_guid
from bot.decks.content import words
from bot.decks.media import media_names, renamed
from bot.decks.writing import html

# Note types are known again by these ids; no note of Anki's own has them.
_FIRST_NOTETYPE = 1_764_200_000_000
_FIRST_OF_OTHERS = 1_764_400_000_000
# Of one of ours: a note of more cards than these has a note for each.
_MOST_SIBLINGS = 60
_UNIT = "\x1f"
_CSS = """.card { font-family: arial; font-size: 20px; text-align: center; color: black; background-color: white; }
.cloze { font-weight: bold; color: #0072b2; }
.source { font-size: 14px; color: #777; }
pre { text-align: left; white-space: pre-wrap; }
table { margin: auto; border-collapse: collapse; }
td, th { border: 1px solid #ccc; padding: 2px 8px; }
"""


class WrittenNote(Struct, frozen=True):
    """A note as it is written.

    Attributes:
        notetype: the id of its type.
        sorted_by: the field by which Anki sorts, as plain text; `first`: so the first one.
        cards: by ordinal the place of each among those that were given.
    """

    guid: str
    notetype: int
    fields: tuple[str, ...]
    sorted_by: str
    first: str
    tags: tuple[str, ...]
    cards: Mapping[int, int]


class Notes(Struct, frozen=True):
    """Notes in the order of the first of their cards, and the types that they have, by id."""

    notes: tuple[WrittenNote, ...]
    types: Mapping[int, NoteType]


def notes_of(cards: Sequence[Card], names: Mapping[str, str]) -> Notes:
    """Siblings as one note.

    Args:
        cards: with guids; those of siblings are `note:ordinal`. Fields of a note that came from Anki are what it has.
        names: what pictures and recordings are called there, by their names in the cards of our own types.
    """
    types = _Types()
    type_ids = [types.of(card) for card in cards]
    gathered: dict[str, _Gathered] = {}
    # A note's id is that of the cards that are made of it; one that is not, though it was, makes room for them.
    for place in sorted(range(len(cards)), key=lambda place: type_ids[place] is None):
        _gather(gathered, place, cards[place], type_ids[place])
    notes: list[WrittenNote] = []
    for guid, found in sorted(gathered.items(), key=lambda each: min(each[1].cards.values())):
        mine = {ordinal: cards[place] for ordinal, place in found.cards.items()}
        type_id = found.type_id
        if type_id is None:
            type_id, fields = types.ours(max(mine) + 1), _sides(mine, names)
        else:
            fields = _whole(mine[min(mine)].fields, types.known[type_id])
        sort_field = types.known[type_id].sort_field
        tags = dict.fromkeys(tag for card in mine.values() for tag in card.tags)
        first, sorted_by = (
            words(reading.parse(fields[at], keeps_newlines=False)) for at in (0, sort_field if sort_field else 0)
        )
        notes.append(WrittenNote(guid, type_id, fields, sorted_by, first, tuple(tags), found.cards))
    return Notes(tuple(notes), {note.notetype: types.known[note.notetype] for note in notes})


def media_of(card: Card) -> Iterator[str]:
    """The pictures and recordings that a card brings to Anki, by the names in it, some perhaps twice."""
    notetype = _typed(card)
    if notetype is None:
        yield from media_names((*card.front, *card.back))
        return
    texts = [text for each in notetype.templates for text in (each.question, each.answer)]
    for text in (*card.fields, *texts):
        yield from mentions.names(text)


class _Gathered(Struct):
    """One note to be; `type_id` is None of one of our own types. `cards`: places by ordinal."""

    type_id: int | None
    cards: dict[int, int]


def _gather(gathered: dict[str, _Gathered], place: int, card: Card, type_id: int | None) -> None:
    guid, ordinal = parted_guid(card.guid, card.note)
    found = gathered.get(guid)
    if type_id is None and (ordinal >= _MOST_SIBLINGS or (found and (found.type_id or ordinal in found.cards))):
        guid, ordinal = card.guid, 0
    while (found := gathered.get(guid)) and (found.type_id != type_id or ordinal in found.cards):
        guid += "'"  # an author gave one id to two cards
    gathered.setdefault(guid, _Gathered(type_id, {})).cards[ordinal] = place


class _Types:
    """The types that are met, by id."""

    def __init__(self) -> None:
        self.known: dict[int, NoteType] = {}
        self._ids: dict[str, int] = {}

    def of(self, card: Card) -> int | None:
        """The id of the type that the card came with; None where it is one of ours."""
        notetype = _typed(card)
        if notetype is None:
            return None
        if card.notetype not in self._ids:
            self._ids[card.notetype] = self._id(card.notetype, notetype)
        return self._ids[card.notetype]

    def _id(self, body: str, notetype: NoteType) -> int:
        made = _FIRST_OF_OTHERS + int(hashlib.sha256(body.encode()).hexdigest()[:8], 16)
        id_ = notetype.id or made
        known = self.known.setdefault(id_, notetype)
        if _shape(known) != _shape(notetype):  # it was changed there between two imports
            id_ = made
            self.known[id_] = notetype
        return id_

    def ours(self, width: int) -> int:
        """The id of our type with so many cards."""
        id_ = _FIRST_NOTETYPE + width
        if id_ not in self.known:
            self.known[id_] = _notetype(id_, width)
        return id_


_decoded: dict[str, NoteType | None] = {}


def _typed(card: Card) -> NoteType | None:
    """The type that it came with, if its note can be of it."""
    if not card.notetype:
        return None
    if card.notetype not in _decoded:
        _decoded[card.notetype] = type_of(card.notetype)
    notetype = _decoded[card.notetype]
    if notetype is None or len(card.fields) > len(notetype.fields) or not card.note:
        return None
    _, ordinal = parted_guid(card.guid, card.note)
    return notetype if ordinal < (MOST_ORDINALS if notetype.is_cloze else len(notetype.templates)) else None


def is_ours(body: str) -> bool:
    """Whether the type that is kept so is one that we give to a card which has none."""
    notetype = type_of(body)
    return notetype is not None and 0 < (notetype.id or 0) - _FIRST_NOTETYPE <= _MOST_SIBLINGS


def _shape(notetype: NoteType) -> tuple[object, ...]:
    return notetype.is_cloze, notetype.fields, tuple(each.name for each in notetype.templates)


def _whole(fields: Sequence[str], notetype: NoteType) -> tuple[str, ...]:
    return (*(field.replace(_UNIT, "") for field in fields), *[""] * (len(notetype.fields) - len(fields)))


def _sides(cards: Mapping[int, Card], names: Mapping[str, str]) -> tuple[str, ...]:
    fields = [""] * (2 * (max(cards) + 1))
    for ordinal, card in cards.items():
        for at, side in enumerate((card.front, card.back)):
            fields[2 * ordinal + at] = html(renamed(side, names)).replace(_UNIT, "")
    return tuple(fields)


def _notetype(id_: int, width: int) -> NoteType:
    """A front and a back for each card; what has no front is no card."""
    if width == 1:
        return NoteType("Deckhand Basic", False, ("Front", "Back"), (_template("Card 1", "Front", "Back"),), id_, _CSS)
    pairs = [(f"Front {number}", f"Back {number}") for number in range(1, width + 1)]
    templates = tuple(_template(f"Card {number}", *pair) for number, pair in enumerate(pairs, 1))
    fields = tuple(name for pair in pairs for name in pair)
    return NoteType(f"Deckhand {width} cards", False, fields, templates, id_, _CSS)


def _template(name: str, front: str, back: str) -> Template:
    return Template(name, f"{{{{{front}}}}}", f"{{{{FrontSide}}}}\n\n<hr id=answer>\n\n{{{{{back}}}}}")
