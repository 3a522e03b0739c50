"""What the bot and the process that makes a note's cards anew tell each other: an order, and what became of it."""

from collections.abc import Mapping

from msgspec import Struct

NONE_OF_THEM = -1
"""In the place of an ordinal: no card of the note can be made."""


class Order(Struct, frozen=True):
    """A note, and what one of its fields shall say.

    Attributes:
        notetype: its type as it is kept.
        fields: as they are until now.
        field: the place of the one that was typed anew; `typed`: what, as content is kept; nothing: it is emptied.
        ordinals: of the cards that it has.
        deck: `A::B`; templates may show it.
        media: under which name each of the deck's media lies in `folder`, by its author's name.
    """

    notetype: str
    fields: tuple[str, ...]
    field: int
    typed: str
    ordinals: tuple[int, ...]
    tags: tuple[str, ...]
    deck: str
    media: Mapping[str, str]
    folder: str = ""


class Remade(Struct, frozen=True):
    """A card as it then is; its sides as they are kept."""

    ordinal: int
    kind: str
    front: str
    back: str


class Spoiled(Struct, frozen=True):
    """A card that the note has and then could not have.

    Attributes:
        ordinal: NONE_OF_THEM: they take too long or too much.
        why: in some words without a full stop; empty: nothing would be on its front.
        gap: it is that of a gap which would be gone.
        masks: what covers its picture would have to be drawn anew.
    """

    ordinal: int
    why: str = ""
    gap: bool = False
    masks: bool = False


class Remaking(Struct, frozen=True):
    """What becomes of a note: its fields and all of its cards, new ones too; or the one that is spoiled."""

    fields: tuple[str, ...] = ()
    cards: tuple[Remade, ...] = ()
    spoiled: Spoiled | None = None
