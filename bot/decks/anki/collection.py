"""A collection → notes, cards and the log as values, whichever of its two schemas it has."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec import DecodeError, Struct, field
from msgspec import json as read_json

from bot.decks.anki import schemas
from bot.decks.anki.archive import Limits
from bot.decks.anki.notetypes import NoteType
from bot.decks.anki.tables import Tables, opened
from bot.decks.card import DeckError

_UNIT = "\x1f"
_CAUSE = "Export it from Anki again."
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class Note(Struct, frozen=True):
    """One note; its fields are loose HTML, in the order of its type's."""

    guid: str
    notetype: NoteType
    fields: tuple[str, ...]
    tags: tuple[str, ...]


class CardState(Struct, frozen=True):
    """One card and how far somebody is with it.

    Attributes:
        id: by which the log names it.
        ordinal: of its template, or of its gap, from 0.
        deck: `A::B`; of a card that is in a filtered deck the one it came from.
        kind: 0 new, 1 learning, 2 review, 3 relearning.
        queue: -1 suspended, -2 and -3 buried.
        due: of a card in review days since `Collection.created_on`; of one in learning seconds since 1970, or the same
            days when its step crosses one; of a new one its place.
        interval: days, negative: seconds.
        stability: days; None when Anki kept none.
        difficulty: 1 to 10; None when Anki kept none.
        reviewed_at: seconds since 1970; None when Anki kept none.
        ease: of SM-2, in thousandths.
        steps_left: of learning or relearning; thousands count those of today.
    """

    id: int
    note: Note
    ordinal: int
    deck: str
    kind: int
    queue: int
    due: int
    interval: int
    lapses: int
    stability: float | None
    difficulty: float | None
    reviewed_at: float | None
    ease: int = 0
    reviews: int = 0
    steps_left: int = 0

    @property
    def suspended(self) -> bool:
        """Whether its owner put it aside."""
        return self.queue == -1

    @property
    def buried(self) -> bool:
        """Whether it rests until its owner's next day."""
        return self.queue in (-2, -3)


class ReviewRow(Struct, frozen=True):
    """One row of the log.

    Attributes:
        at_ms: ms since 1970, UTC; also its id.
        card: `CardState.id`.
        ease: 1 to 4; 0: no review, but a date that was set by hand.
        interval: days, negative: seconds; so is `last_interval`.
        factor: 100 to 1100 tell FSRS's difficulty, more an ease of SM-2.
        taken_ms: how long the answer took.
        kind: 0 learn, 1 review, 2 relearn, 3 filtered, 4 manual, 5 rescheduled.
    """

    at_ms: int
    card: int
    ease: int
    interval: int
    last_interval: int
    factor: int
    taken_ms: int
    kind: int


class Collection(Struct, frozen=True):
    """Everything of a package but its log and its media.

    Attributes:
        created_on: the day from which days are counted.
        cards: by id, only those whose note is there.
        notes: how many notes there are.
        orphans: how many cards have no note, or one of no known type.
    """

    created_on: date
    cards: tuple[CardState, ...]
    notes: int
    orphans: int


def read(path: Path, file: str, limits: Limits | None = None) -> Collection:
    """What the database at `path` holds.

    Args:
        file: the package's name for who sent it.

    Raises:
        DeckError: it is no collection that can be read.
    """
    limits = limits or Limits()
    with opened(path, file) as tables:
        try:
            created_on, decks, kinds = _head(tables)
        except (ValueError, DecodeError, RecursionError) as error:
            raise DeckError(file, 0, "its note types or decks cannot be read", _CAUSE) from error
        notes: dict[int, Note] = {}
        characters = 0
        for id_, guid, mid, tags, fields in tables.notes(2 * limits.cards):
            characters += len(fields)
            if characters > limits.characters:
                raise DeckError(file, 0, "its notes are longer than a collection's", "Export its decks one by one.")
            if (notetype := kinds.get(mid)) is not None:
                notes[id_] = Note(guid, notetype, tuple(fields.split(_UNIT)), tuple(tags.split()))
        cards: list[CardState] = []
        orphans = 0
        for (
            id_,
            nid,
            did,
            ordinal,
            kind,
            queue,
            due,
            interval,
            lapses,
            due_before,
            deck_before,
            data,
            *more,
        ) in tables.cards(limits.cards):
            if (note := notes.get(nid)) is None:
                orphans += 1
                continue
            deck = decks.get(deck_before or did, "Default")
            due = due_before if deck_before and due_before else due
            memory = _memory(data)
            strength = (memory.s, memory.d, memory.lrt)
            cards.append(CardState(id_, note, ordinal, deck, kind, queue, due, interval, lapses, *strength, *more))
    return Collection(created_on, tuple(cards), len(notes), orphans)


def reviews(path: Path, file: str, limits: Limits | None = None) -> Iterator[ReviewRow]:
    """The log of the database at `path`, one row after the other, so that none waits in memory; raises as `read`."""
    with opened(path, file) as tables:
        for row in tables.reviews((limits or Limits()).reviews):
            yield ReviewRow(*row)


class _Memory(Struct, frozen=True):
    s: float | None = None
    d: float | None = None
    lrt: float | None = None


def _memory(data: str) -> _Memory:
    """Add-ons write into it, too, so what is no memory is none."""
    if '"s"' not in data and '"lrt"' not in data:
        return _NO_MEMORY
    try:
        found = read_json.decode(data, type=_Memory)
    except (DecodeError, RecursionError):
        return _NO_MEMORY
    is_one = found.s is not None and found.d is not None and found.s > 0 and 1 <= found.d <= 10
    return found if is_one else _Memory(lrt=found.lrt)


_NO_MEMORY = _Memory()


class _Named(Struct):
    name: str


class _Conf11(Struct):
    # In some of them a text.
    offset: object = field(default=None, name="creationOffset")


Head = tuple[date, Mapping[int, str], Mapping[int, NoteType]]


def _head(tables: Tables) -> Head:
    """The first day, the decks' names and the note types, by id; raises ValueError and DecodeError."""
    col = tables.col()
    if tables.is_newer:
        decks = {id_: name.replace(_UNIT, "::") for id_, name in tables.decks()}
        return _first_day(col.created, tables.offset_minutes()), decks, schemas.of_schema_18(tables)
    named = read_json.decode(col.decks, type=dict[int, _Named])
    offset = read_json.decode(col.conf or "{}", type=_Conf11).offset
    first = _first_day(col.created, offset if isinstance(offset, int) else None)
    return first, {id_: deck.name for id_, deck in named.items()}, schemas.of_schema_11(col.models)


def _first_day(created: int, west_minutes: int | None) -> date:
    """In the zone in which the collection was made, at four in the morning.

    Where it does not say how far west that was, a zone from -12 to +12 hours is taken in which it was four.
    """
    moment = created + 8 * 3600 if west_minutes is None else created - 60 * west_minutes
    if not 0 <= moment < _END_OF_TIME:
        raise ValueError("a collection from before its program")
    return (datetime.fromtimestamp(0, UTC) + timedelta(seconds=moment)).date()
