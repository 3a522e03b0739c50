"""Note types of Anki's as values, and the JSON in which they are kept: nothing of them is lost."""

import msgspec
from msgspec import DecodeError, Struct, ValidationError

MOST_ORDINALS = 500
"""Cards that a note with gaps can have: Anki's own limit."""


class Template(Struct, frozen=True, omit_defaults=True):
    """How one card of a note is made, in Anki's template language.

    Attributes:
        id: Anki's own, by which it knows the template again; None where it has none.
        browser_question: what Anki's list of cards shows instead; so has `browser_answer`.
    """

    name: str
    question: str
    answer: str
    id: int | None = None
    browser_question: str = ""
    browser_answer: str = ""
    browser_font: str = ""
    browser_size: int = 0


class Look(Struct, frozen=True, omit_defaults=True):
    """How Anki shows one field to who types into it.

    Attributes:
        id: Anki's own, by which it knows the field again; None where it has none.
        tag: which field of one of Anki's own note types it is; None: of none.
        kept: it cannot be deleted.
    """

    id: int | None = None
    tag: int | None = None
    font: str = "Arial"
    size: int = 20
    sticky: bool = False
    right_to_left: bool = False
    description: str = ""
    plain: bool = False
    collapsed: bool = False
    unsearched: bool = False
    kept: bool = False


class NoteType(Struct, frozen=True, omit_defaults=True):
    """What the fields of a note are called, and which cards it has.

    Attributes:
        is_cloze: its one template makes a card for each number of a gap.
        id: Anki's own, by which it knows the type again; None: it is none of Anki's.
        sort_field: place of the field by which Anki sorts.
        latex_before: what stands before a formula's LaTeX, and `latex_after` behind it.
        stock: which of Anki's own types it is, 0 for none.
        first_id: Anki's id of the type that it is a copy of.
        looks: of its fields, in their order; empty: as Anki makes them.
    """

    name: str
    is_cloze: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]
    id: int | None = None
    css: str = ""
    sort_field: int = 0
    latex_before: str = ""
    latex_after: str = ""
    latex_as_svg: bool = False
    stock: int = 0
    first_id: int | None = None
    looks: tuple[Look, ...] = ()


def to_json(notetype: NoteType) -> str:
    """The type as it is kept; equal ones give equal texts."""
    return msgspec.json.encode(notetype).decode()


def from_json(text: str) -> NoteType:
    """The type that `to_json` wrote."""
    return msgspec.json.decode(text, type=NoteType)


def type_of(body: str) -> NoteType | None:
    """The type that is kept so; None if no note can be of it."""
    try:
        notetype = from_json(body)
    except (DecodeError, ValidationError):
        return None
    return notetype if notetype.fields and notetype.templates else None
