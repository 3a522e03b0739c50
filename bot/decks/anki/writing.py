"""Cards → a package of Anki: their notes and media and, if wished, how far somebody is with them."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from bot.decks.anki import schema11
from bot.decks.anki.notes import WrittenNote, notes_of
from bot.decks.anki.schema11 import CardRow, Collection, LogRow, NoteRow
from bot.decks.card import Card
from bot.decks.departure import LEARNING, NEW, RELEARNING, REVIEW, Answered, Days, Progress
from bot.decks.media import flat

_UNIT = "\x1f"
# Decks are known again by these; none of Anki's own has them.
_FIRST_DECK = 1_764_300_000_000
_DEFAULT = "Default"
"""The one deck that every collection has."""
_MEMORY_DIGITS, _DIFFICULTY_DIGITS = 4, 3
_EASE = 2500
# Queues besides those four: a step of learning crosses a day, the owner put it aside, or did so until tomorrow.
_IN_DAYS, _SUSPENDED, _BURIED = 3, -1, -2


class Carried(Struct, frozen=True):
    """A card on its way out; its guid is not empty, and that of siblings `note:ordinal`.

    Attributes:
        suspended: its owner does not want to be asked it, until that is taken back.
        buried: nor today.
    """

    card: Card
    progress: Progress | None = None
    log: tuple[Answered, ...] = ()
    suspended: bool = False
    buried: bool = False


def write_package(path: Path, deck: str, cards: Sequence[Carried], media: Mapping[str, Path], days: Days) -> None:
    """Makes the package at `path`, the cards in their order.

    Args:
        deck: its name, `A::B` for one that lies in another.
        media: file by the name in the cards; those that are not among them are named in the cards all the same.

    Raises:
        OSError: the disk does not take it, or a file is gone.
        sqlite3.Error: likewise.
    """
    names = flat(media)
    found = notes_of([each.card for each in cards], names)
    made = _Made(cards, days)
    for note in found.notes:
        made.take(note)
    database = path.with_suffix(".anki21")
    decks = {
        schema11.DEFAULT if name == _DEFAULT else _FIRST_DECK + at: name for at, name in enumerate(_with_parents(deck))
    }
    collection = Collection(
        int(days.began_at.timestamp()),
        days.west_minutes,
        days.rollover_hour,
        int(days.now.timestamp()),
        found.types,
        decks,
        len(cards) + 1,
    )
    in_deck = [replace(card, deck=[*decks][-1]) for card in made.cards]
    schema11.write(database, collection, made.notes, in_deck, _spread(made.log))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as package:
        package.write(database, "collection.anki21")
        for number, name in enumerate(media):
            # Pictures and sounds are as small as they get.
            package.write(media[name], str(number), zipfile.ZIP_STORED)
        listed = {str(number): names[name] for number, name in enumerate(media)}
        package.writestr("media", json.dumps(listed, ensure_ascii=False))
    database.unlink()


class _Made:
    """Rows, as far as they are made."""

    def __init__(self, cards: Sequence[Carried], days: Days) -> None:
        self._cards, self._days = cards, days
        self._base = int(days.now.timestamp() * 1000)
        self.notes: list[NoteRow] = []
        self.cards: list[CardRow] = []
        self.log: list[LogRow] = []

    def take(self, note: WrittenNote) -> None:
        """A note with its cards."""
        id_ = self._base + len(self.notes)
        for ordinal, place in note.cards.items():
            card = self._cards[place]
            row = _card(self._base + place + 1, id_, ordinal, place + 1, card.progress, self._days)
            if card.suspended or card.buried:
                row = replace(row, queue=_SUSPENDED if card.suspended else _BURIED)
            self.cards.append(row)
            self.log += [_log(row.id, each) for each in card.log]
        checksum = int(hashlib.sha1(note.first.encode(), usedforsecurity=False).hexdigest()[:8], 16)
        tags = f" {' '.join(note.tags)} " if note.tags else ""
        self.notes.append(
            NoteRow(id_, note.guid, note.notetype, tags, _UNIT.join(note.fields), note.sorted_by, checksum)
        )


def _card(id_: int, note: int, ordinal: int, place: int, progress: Progress | None, days: Days) -> CardRow:
    if progress is None:
        return CardRow(id_, note, 0, ordinal, NEW, NEW, place, 0, 0, 0, 0, 0, "{}")
    queue = progress.kind if progress.kind == REVIEW else LEARNING
    if progress.due_day is not None:
        due = (progress.due_day - days.first).days
        queue = queue if queue == REVIEW else _IN_DAYS
    else:
        assert progress.due_at is not None, "due at a moment or on a day"
        due = int(progress.due_at.timestamp())
    data = {
        "s": round(progress.stability, _MEMORY_DIGITS),
        "d": round(progress.difficulty, _DIFFICULTY_DIGITS),
        "dr": round(progress.retention, 2),
        "decay": round(progress.decay, 4),
        "lrt": int(progress.last_at.timestamp()),
    }
    was_known = progress.kind in (REVIEW, RELEARNING)
    return CardRow(
        id_,
        note,
        0,
        ordinal,
        progress.kind,
        queue,
        due,
        max(progress.interval_days, 1) if was_known else 0,
        _EASE if was_known else 0,
        progress.reviews,
        progress.lapses,
        progress.steps_left,
        json.dumps(data),
    )


def _log(card: int, row: Answered) -> LogRow:
    at_ms = round(row.at.timestamp() * 1000)
    return LogRow(at_ms, card, row.grade, row.interval, row.last_interval, row.factor, row.taken_ms, row.kind)


def _spread(log: Iterable[LogRow]) -> Iterator[LogRow]:
    """In their order; of two at the same moment, which is a row's id, one comes a little later."""
    last = 0
    for row in sorted(log, key=lambda row: row.at_ms):
        last = max(row.at_ms, last + 1)
        yield replace(row, at_ms=last)


def _with_parents(name: str) -> list[str]:
    """`A`, `A::B`, … down to the deck itself."""
    parts = [" ".join(part.split()) or "Deck" for part in name.split("::")]
    return ["::".join(parts[:count]) for count in range(1, len(parts) + 1)]
