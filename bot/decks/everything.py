"""All that somebody has here → one zip, `deckhand.everything/1`, in a process of its own.

`python -m bot.decks.everything ORDER FILE`: ORDER is a line for each piece, so that nobody holds all of it. What is to
be said of the file is told on stdout (`Told`). docs/everything.md describes it.
"""

import json
import sys
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from bot.decks import jsonl
from bot.decks.anki.notes import media_of
from bot.decks.departure import StoredSide
from bot.decks.everything_told import CardLine, DeckHead, Head, Line, LogLine, ProgressLine, Told
from bot.decks.exporting import card_of
from bot.decks.media import media_names, stored_name

FORMAT = "deckhand.everything/1"
MANIFEST, SETTINGS, POLICIES, LOG, PROGRESS = (
    "manifest.json",
    "settings.json",
    "policies.json",
    "log.jsonl",
    "progress.jsonl",
)


class _Row(Struct, gc=False):
    """What tells whether a row of the log is a grade that counts."""

    id: int
    kind: str
    grade: int | None = None
    undoes: int | None = None


class _Manifest(Struct):
    """What stands in the file's first page; `grades`: all that are in the log."""

    made_at: str
    decks: list[dict[str, Any]] = field(default_factory=list)
    cards: int = 0
    grades: int = 0
    media: int = 0
    format: str = FORMAT


def make(order: Iterable[bytes], path: Path) -> Told:
    """Writes the file; raises OSError if the disk does not take it, or one of the media is gone.

    `order`: lines, the first a `Head`.
    """
    lines = msgspec.json.Decoder(Line)
    pieces = (lines.decode(line) for line in order)
    head = next(pieces)
    assert isinstance(head, Head), "an order begins with its head"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        made = _Made(file, head)
        for piece in pieces:
            made.take(piece)
            if made.bytes > head.most_bytes:
                break
        told = made.finish()
    is_small = made.bytes <= head.most_bytes and path.stat().st_size <= head.most_bytes
    return told if is_small else Told(too_large=True)


class _Made:
    """The file, as far as it is written: one entry at a time."""

    def __init__(self, file: zipfile.ZipFile, head: Head) -> None:
        self._file, self._head = file, head
        self._manifest = _Manifest(head.made_at)
        self._deck: DeckHead | None = None
        self._named: set[str] = set()
        self._entry: Any = None
        self._entry_name = ""
        self._media: set[str] = set()
        self._types: dict[int, int] = {}
        self._counted: set[int] = set()
        self.bytes = 0
        self._write(SETTINGS, head.settings)
        self._write(POLICIES, {number: json.loads(body) for number, body in head.policies.items()})

    def take(self, piece: Line) -> None:
        match piece:
            case DeckHead():
                self._begin_deck(piece)
            case CardLine(side, archived):
                self._add_card(side, archived)
            case LogLine(body):
                self._open(LOG)
                self._count(msgspec.json.decode(body, type=_Row))
                self._put(bytes(body) + b"\n")
            case ProgressLine(body):
                self._open(PROGRESS)
                self._put(bytes(body) + b"\n")

    def finish(self) -> Told:
        for name in (LOG, PROGRESS):
            if name not in self._file.namelist():
                self._open(name)
        self._close()
        manifest = self._manifest
        manifest.media = len(self._media)
        self._write(MANIFEST, manifest)
        return Told(len(manifest.decks), manifest.cards, manifest.media, len(self._counted))

    def _count(self, row: _Row) -> None:
        """Of grades is told what /stats says: none that was taken back, none that left the schedule as it was."""
        self._manifest.grades += row.grade is not None
        if row.grade is not None and row.kind != "cram":
            self._counted.add(row.id)
        elif row.undoes is not None:
            self._counted.discard(row.undoes)

    def _begin_deck(self, deck: DeckHead) -> None:
        name = f"decks/{len(self._manifest.decks) + 1}.jsonl"
        self._open(name)
        self._deck, self._named = deck, set()
        self._types = {number: place for place, number in enumerate(deck.types)}
        told = {"own": deck.own, "studied": deck.studied, "archived": deck.archived, "description": deck.description}
        self._manifest.decks.append({"file": name, "name": deck.name, **told, "cards": 0, "media": {}})
        self._put(jsonl.header(deck.name, [*deck.types.values()]).encode())

    def _add_card(self, side: StoredSide, archived: bool) -> None:
        assert self._deck is not None, "a card follows its deck"
        card = card_of(side, self._head.origin, self._deck.names, self._deck.types)
        place = None if side.notetype_id is None else self._types[side.notetype_id]
        more = {"id": side.card_id, **({"archived": True} if archived else {})}
        self._put(jsonl.card_line(card, place, **more).encode("utf-8", "replace"))
        self._named.update(media_names((*card.front, *card.back)))
        self._named.update(media_of(card))
        self._manifest.decks[-1]["cards"] += not archived
        self._manifest.cards += not archived

    def _open(self, name: str) -> None:
        if self._entry_name != name:
            self._close()
            self._entry, self._entry_name = self._file.open(name, "w"), name

    def _close(self) -> None:
        if self._entry is not None:
            self._entry.close()
        self._entry, self._entry_name = None, ""
        deck, self._deck = self._deck, None
        if deck is not None and not self._head.bare:
            self._add_media(deck)

    def _add_media(self, deck: DeckHead) -> None:
        kept = self._manifest.decks[-1]["media"]
        for name, file in deck.media.items():
            if name not in self._named:
                continue
            path = Path(file)
            entry = f"media/{stored_name(name, path)}"
            kept[name] = entry
            if entry not in self._media:
                self._media.add(entry)
                self.bytes += path.stat().st_size
                if self.bytes <= self._head.most_bytes:
                    # Pictures and sounds are as small as they get.
                    self._file.write(path, entry, zipfile.ZIP_STORED)

    def _put(self, data: bytes) -> None:
        self._entry.write(data)

    def _write(self, name: str, value: object) -> None:
        self._file.writestr(name, msgspec.json.format(msgspec.json.encode(value), indent=1))


if __name__ == "__main__":
    with Path(sys.argv[1]).open("rb") as ordered:
        told = make(ordered, Path(sys.argv[2]))
    sys.stdout.buffer.write(msgspec.json.encode(told))
