"""A deck → a file that other programs open, in a process of its own: `python -m bot.decks.exporting ORDER FILE`.

What is to be said of the file it tells on stdout (`Told`).
"""

import hashlib
import json
import sys
import zipfile
from base64 import b32encode
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.decks import encoded, jsonl, writing
from bot.decks.anki.notes import media_of
from bot.decks.anki.writing import Answered, Carried, Days, Progress, write_package
from bot.decks.card import Card, Kind
from bot.decks.media import beside, media_names, renamed, with_names
from bot.decks.textfile import slug_of


class Form(StrEnum):
    """What a deck can be exported as."""

    ANKI = "anki"
    """A package without anybody's progress."""
    PROGRESS = "progress"
    """A package with that of whom it is made for."""
    MARKDOWN = "markdown"
    """As hashcards has it; with its media in a zip."""
    TEXT = "text"
    """Header lines and a line a card."""
    JSONL = "jsonl"
    """Our own form, in which nothing is lost."""


# Many of them live for a while, in the bot: they are kept out of what the collector of garbage goes through.
class StoredSide(Struct, frozen=True, gc=False):
    """A card as the database has it: trees and fields as JSON; `note` is empty or shared by siblings.

    `suspended` and `buried`: whoever it is made for does not want to be asked it, or not today.
    """

    card_id: int
    kind: Kind
    guid: str
    note: str
    fields: str
    front: str
    back: str
    tags: str
    notetype_id: int | None = None
    progress: Progress | None = None
    log: tuple[Answered, ...] = ()
    suspended: bool = False
    buried: bool = False


class Order(Struct, frozen=True):
    """What is to be made.

    Attributes:
        origin: a word of this database alone; with a card's number it makes an id that no other card has anywhere.
        names: by the name of a picture in the cards the one that its author gave it, where that is another.
        media: files by the author's name; those that the cards do not name stay behind.
        types: the note types of cards that came from Anki.
        most_bytes: of the file, if no more can be sent.
    """

    form: Form
    deck: str
    origin: str
    cards: tuple[StoredSide, ...]
    names: dict[str, str]
    media: dict[str, str]
    days: Days
    types: dict[int, str]
    most_bytes: int


class Told(Struct, frozen=True):
    """What whoever gets the file is told of it.

    Attributes:
        media: pictures and recordings in it.
        sources: cards of which the source is a line of the answer there.
        simpler: other cards that say the same with less.
        too_large: there is none: it would be larger than it may be.
    """

    media: int = 0
    sources: int = 0
    simpler: int = 0
    too_large: bool = False


def make(order: Order, path: Path) -> Told:
    """Writes the file; raises OSError and sqlite3.Error if the disk does not take it, or one of the media is gone."""
    cards = [card_of(side, order.origin, order.names, order.types) for side in order.cards]
    media = _media(order, cards)
    told = Told(len(media))
    if sum(file.stat().st_size for file in media.values()) > order.most_bytes:
        return Told(too_large=True)
    if order.form is Form.MARKDOWN:
        told = _markdown(order, cards, media, path)
    elif order.form is Form.TEXT:
        path.write_bytes(writing.text_file(order.deck, cards))
    elif order.form is Form.JSONL:
        path.write_text("".join(jsonl.lines(order.deck, cards)), "utf-8")
    else:
        carried = [
            Carried(card, side.progress, side.log, side.suspended, side.buried)
            for card, side in zip(cards, order.cards, strict=True)
        ]
        write_package(path, order.deck, carried, media, order.days)
    return told if path.stat().st_size <= order.most_bytes else Told(too_large=True)


def _media(order: Order, cards: list[Card]) -> dict[str, Path]:
    """Of those that are there, the ones that go along."""
    if order.form in (Form.TEXT, Form.JSONL):
        return {}
    if order.form is Form.MARKDOWN:
        named = {name for card in cards for name in media_names((*card.front, *card.back))}
    else:
        named = {name for card in cards for name in media_of(card)}
    return {name: Path(file) for name, file in order.media.items() if name in named}


def _markdown(order: Order, cards: list[Card], media: dict[str, Path], path: Path) -> Told:
    # It takes a library, which the other forms do not wait for.
    from bot.decks.markdown_writing import markdown_file

    names = beside(media)
    made = markdown_file(order.deck, [with_names(card, names) for card in cards])
    text = made.text.encode("utf-8", "replace")
    if not media:
        path.write_bytes(text)
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr(slug_of(f"{order.deck.replace('/', '-')}.md") + ".md", text)
            for name, medium in media.items():
                # Pictures and sounds are as small as they get.
                file.write(medium, names[name], zipfile.ZIP_STORED)
    return Told(len(media), made.sources, made.simpler)


def card_of(side: StoredSide, origin: str, names: Mapping[str, str], types: Mapping[int, str]) -> Card:
    """The card with its author's names for media and an id of its own; see `Order`."""
    front, back = (renamed(encoded.from_json(text), names) for text in (side.front, side.back))
    guid = side.guid or guid_of(origin, side.card_id)
    fields = tuple(json.loads(side.fields))
    body = "" if side.notetype_id is None else types[side.notetype_id]
    return Card(front, back, side.kind, fields, guid, side.note, tuple(side.tags.split()), notetype=body)


def guid_of(origin: str, card_id: int) -> str:
    """The id of a card whose author gave it none: the same for ever, whatever becomes of its text."""
    digest = hashlib.sha256(f"{origin} {card_id}".encode()).digest()
    return b32encode(digest)[:16].decode().lower()


def write_order(order: Order, path: Path) -> None:
    """Puts it into a file, a card a line, so that no step of it takes long; raises OSError."""
    with path.open("wb") as file:
        for each in (replace(order, cards=()), *order.cards):
            file.write(msgspec.json.encode(each) + b"\n")


def read_order(path: Path) -> Order:
    """What `write_order` wrote."""
    with path.open("rb") as file:
        order = msgspec.json.decode(file.readline(), type=Order)
        cards = msgspec.json.Decoder(StoredSide)
        return replace(order, cards=tuple([cards.decode(line) for line in file]))


if __name__ == "__main__":
    told = make(read_order(Path(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(told))
