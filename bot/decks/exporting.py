"""A deck → a file that other programs open, in a process of its own: `python -m bot.decks.exporting ORDER FILE`.

What is to be said of the file it tells on stdout (`Told`).
"""

import hashlib
import json
import sys
import zipfile
from base64 import b32encode
from collections.abc import Mapping
from pathlib import Path

import msgspec

from bot.decks import encoded, jsonl, writing
from bot.decks.anki.notes import media_of
from bot.decks.anki.writing import Carried, write_package
from bot.decks.card import Card
from bot.decks.departure import Form, Order, StoredSide, Told, read_order
from bot.decks.media import beside, media_names, renamed, with_names
from bot.decks.textfile import slug_of


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


if __name__ == "__main__":
    told = make(read_order(Path(sys.argv[1])), Path(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(told))
