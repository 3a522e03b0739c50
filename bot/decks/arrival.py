"""What the bot and the process that reads a sent file tell each other: a line of JSON each."""

from typing import TypeAlias

import msgspec
from msgspec import Struct

from bot.decks.encoded import Written

MOST_BYTES = 20 * 2**20
"""Of a sent file: more Telegram does not give to a bot."""


class Named(Struct, frozen=True, tag="named"):
    """The names of the decks in the file; from now on a deck is its place among them."""

    names: tuple[str, ...]


class HadType(Struct, frozen=True, tag="had type"):
    """A note type of some of those cards, by which number they name it."""

    notetype_id: int
    body: str


class Had(Struct, frozen=True, tag="had"):
    """Cards that a deck of that name has or had: the bot tells them, archived ones too."""

    deck: int
    cards: tuple["HadCard", ...]


class HadCard(Struct, frozen=True):
    """A card in the database."""

    card_id: int
    written: Written
    archived: bool
    notetype_id: int | None = None


class AllHad(Struct, frozen=True, tag="all"):
    """No more of them follow."""


class DeckCounts(Struct, frozen=True):
    """What becomes of one deck. `cards`: all that it then has; `rewritten` are among the `changed`."""

    name: str
    cards: int
    new: int
    changed: int
    back: int
    gone: int
    rewritten: int
    moved: int


class Counts(Struct, frozen=True, tag="counts"):
    """What the file holds, and what importing it would do.

    Attributes:
        notes: entries of a package, 0 for other files.
        lost: entries that cannot be read, each with line and cause.
        faults: what else its author should look at.
        missing: pictures that cards show and the file does not bring.
        read_as: an encoding that was found by evidence; empty: UTF-8.
    """

    decks: tuple[DeckCounts, ...]
    notes: int
    lost: tuple[str, ...]
    faults: tuple[str, ...]
    missing: int
    read_as: str


class Type(Struct, frozen=True, tag="type"):
    """A note type of cards that follow; they name it by its place among those that were told."""

    body: str


class Arriving(Struct, frozen=True):
    """A card that is new (`card_id` is None) or is to be written anew; `notetype`: the place of its type."""

    card_id: int | None
    written: Written
    notetype: int | None = None


class Cards(Struct, frozen=True, tag="cards"):
    """Some of a deck's cards."""

    deck: int
    cards: tuple[Arriving, ...]


class Rest(Struct, frozen=True, tag="rest"):
    """What else is to be known of a deck: the cards that are in it no longer, and its media by the author's names."""

    deck: int
    gone: tuple[int, ...]
    media: dict[str, str]


class Refused(Struct, frozen=True, tag="refused"):
    """The file cannot be read; `line` says why to who sent it."""

    line: str


class End(Struct, frozen=True, tag="end"):
    """That was all."""


Message: TypeAlias = Named | HadType | Had | AllHad | Counts | Type | Cards | Rest | Refused | End


def to_line(message: Message) -> bytes:
    """The message as it travels."""
    return msgspec.json.encode(message) + b"\n"


def from_line(line: bytes) -> Message:
    """The message that `to_line` made; raises msgspec.DecodeError."""
    message: Message = msgspec.json.decode(line, type=Message)
    return message
