"""A note's fields and its type → the two sides of one of its cards, as trees."""

from collections.abc import Sequence

from msgspec import Struct

from bot.decks.anki import occlusion
from bot.decks.anki.archive import Limits
from bot.decks.anki.collection import Note
from bot.decks.anki.masks import has_masks
from bot.decks.anki.notetypes import NoteType, Template
from bot.decks.anki.occlusion import Masked
from bot.decks.anki.templates import Compiled, Sides, TemplateError, compiled, render
from bot.decks.cells import drawn, read
from bot.decks.content import Content


class Rendered(Struct, frozen=True):
    """A card's sides; pictures and sounds are called as its note calls them.

    Attributes:
        front: empty: the note has no such card.
        masked: pictures that are covered and still to be drawn, which the sides name.
        sides: the HTML from which they were read.
    """

    front: Content
    back: Content
    masked: tuple[Masked, ...]
    sides: Sides


def template_of(notetype: NoteType, ordinal: int) -> Template | None:
    """The template of that card of a note of this type, None if it has none."""
    place = 0 if notetype.is_cloze else ordinal
    return notetype.templates[place] if 0 <= place < len(notetype.templates) and ordinal >= 0 else None


def rendered(
    notetype: NoteType, fields: Sequence[str], ordinal: int, *, tags: Sequence[str] = (), deck: str = ""
) -> Rendered:
    """The card of a note with these fields, in the order of its type's.

    Args:
        ordinal: of its template, or of its gap, from 0.
        deck: `A::B`; templates may show it.

    Raises:
        TemplateError: there is no such card, or its template cannot be filled; says why in some words.
    """
    template = template_of(notetype, ordinal)
    if template is None:
        raise TemplateError("its note type has no such card")
    note = Note("", notetype, tuple(fields), tuple(tags))
    return filled(note, compiled(template), ordinal, deck, Limits().side)


def filled(note: Note, template: Compiled, ordinal: int, deck: str, longest: int) -> Rendered:
    """The same with a template that was read before; no side is longer than so many characters."""
    sides = render(note, template, ordinal, deck, longest)
    masked: tuple[Masked, ...] = ()
    if has_masks(note.fields):
        sides, masked = occlusion.covered(note.fields, ordinal + 1, sides)
    front = drawn(read(sides.front, is_html=True))
    return Rendered(front, drawn(read(sides.back, is_html=True)) if front else (), masked, sides)
