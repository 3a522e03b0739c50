"""What the bot and the process that makes one file of everything tell each other: an order in lines, what is said."""

from typing import TypeAlias

from msgspec import Raw, Struct

from bot.decks.choices import Settings
from bot.decks.departure import StoredSide


class Head(Struct, frozen=True, tag="head"):
    """The first line of an order.

    Attributes:
        made_at: as ISO 8601 has it.
        origin: as in `bot.decks.exporting.Order`.
        policies: by the number that the log's rows name, as they are kept.
        most_bytes: of the file.
        bare: pictures and recordings stay behind.
    """

    made_at: str
    origin: str
    settings: Settings
    policies: dict[int, str]
    most_bytes: int
    bare: bool = False


class DeckHead(Struct, frozen=True, tag="deck"):
    """A deck; its cards are the lines that follow.

    Attributes:
        own: it is theirs and not only studied; `studied`: its cards come to them.
        types: the note types of its cards, by the number that these name.
        names: by the name of a picture in the cards the one that its author gave it, where that is another.
        media: files by the author's name.
    """

    name: str
    description: str
    own: bool
    studied: bool
    archived: bool
    types: dict[int, str]
    names: dict[str, str]
    media: dict[str, str]


class CardLine(Struct, frozen=True, tag="card", gc=False):
    """A card of the deck above."""

    side: StoredSide
    archived: bool


class LogLine(Struct, frozen=True, tag="log", gc=False):
    """A row of the log, as it is written."""

    body: Raw


class ProgressLine(Struct, frozen=True, tag="progress", gc=False):
    """How far they are with a card, as it is written."""

    body: Raw


Line: TypeAlias = Head | DeckHead | CardLine | LogLine | ProgressLine


class Told(Struct, frozen=True):
    """What whoever gets the file is told of it; `grades`: those that count. `too_large`: there is none."""

    decks: int = 0
    cards: int = 0
    media: int = 0
    grades: int = 0
    too_large: bool = False
