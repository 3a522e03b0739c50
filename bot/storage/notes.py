"""Cards that are made of a note of Anki's: its fields, its type, and what becomes of its cards in a deck."""

import json
from collections.abc import Iterable, Mapping, Sequence
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.anki.notetypes import MOST_ORDINALS, NoteType, type_of
from bot.decks.anki.remade import Remade
from bot.decks.card import parted_guid
from bot.decks.encoded import fields_to_json
from bot.decks.media import is_stored


class StoredNote(Struct, frozen=True):
    """A note, as one of its cards tells it.

    Attributes:
        note: its id, by which its cards in the deck are known.
        body: its type as it is kept.
        fields: as many as its type has.
        tags: of that card; `deck`: its name.
        ordinal: of that card.
        cards: those that the deck has of it and that are made of its fields, by ordinal.
    """

    deck_id: int
    note: str
    notetype_id: int
    body: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    deck: str
    ordinal: int
    cards: Mapping[int, int]

    @property
    def names(self) -> tuple[str, ...]:
        """What its fields are called."""
        return self.notetype.fields

    @property
    def notetype(self) -> NoteType:
        found = type_of(self.body)
        assert found is not None, "it was read before"
        return found


def of_card(db: Connection, card_id: int) -> StoredNote | None:
    """The note of which that card is made; None: it is made of none."""
    row = db.execute(
        "select cards.*, body, name from cards join notetypes using (notetype_id) join decks using (deck_id) "
        "where card_id = :card_id and note <> ''",
        {"card_id": card_id},
    ).fetchone()
    if row is None:
        return None
    notetype, fields = type_of(row["body"]), tuple(json.loads(row["fields"]))
    _, ordinal = parted_guid(row["guid"], row["note"])
    if notetype is None or len(fields) > len(notetype.fields) or ordinal >= _most(notetype):
        return None
    return StoredNote(
        row["deck_id"],
        row["note"],
        row["notetype_id"],
        row["body"],
        (*fields, *[""] * (len(notetype.fields) - len(fields))),
        tuple(row["tags"].split()),
        row["name"],
        ordinal,
        siblings(db, row["deck_id"], row["note"], row["notetype_id"]),
    )


def siblings(db: Connection, deck_id: int, note: str, notetype_id: int) -> dict[int, int]:
    """The cards that a deck has of a note and that are made of its fields, by ordinal."""
    rows = db.execute(
        "select card_id, guid from cards where deck_id = :deck_id and note = :note and note <> '' "
        "and notetype_id = :notetype_id and archived_at is null",
        {"deck_id": deck_id, "note": note, "notetype_id": notetype_id},
    ).fetchall()
    return {parted_guid(row["guid"], note)[1]: row["card_id"] for row in rows}


def elsewhere(db: Connection, note: StoredNote) -> tuple[StoredNote, ...]:
    """The same note in other decks of the same owner: as Anki lets its cards lie in several."""
    rows = db.execute(
        "select min(card_id) as card_id from cards where deck_id in (select other.deck_id from decks "
        "join decks as other using (owner_id) where decks.deck_id = :deck_id and other.deck_id <> :deck_id "
        "and other.archived_at is null) and note = :note and note <> '' and notetype_id = :notetype_id "
        "and archived_at is null group by deck_id order by deck_id",
        {"deck_id": note.deck_id, "note": note.note, "notetype_id": note.notetype_id},
    ).fetchall()
    found = [of_card(db, row["card_id"]) for row in rows]
    return tuple([each for each in found if each is not None and each.fields == note.fields])


def _most(notetype: NoteType) -> int:
    return MOST_ORDINALS if notetype.is_cloze else len(notetype.templates)


def media(db: Connection, deck_id: int) -> dict[str, str]:
    """Where each of the deck's media lies, by its author's name."""
    rows = db.execute("select name, stored from media where deck_id = :id", {"id": deck_id}).fetchall()
    return {row["name"]: row["stored"] for row in rows}


def stored(db: Connection, deck_id: int, names: Iterable[str]) -> dict[str, str]:
    """The same of these few, as far as the deck has them."""
    found: dict[str, str] = {}
    for name in names:
        row = db.execute(
            "select stored from media where deck_id = :id and name = :name", {"id": deck_id, "name": name}
        ).fetchone()
        if row is not None:
            found[name] = row["stored"]
    return found


def change(
    db: Connection, note: StoredNote, fields: tuple[str, ...], cards: Sequence[Remade], typed: Iterable[str]
) -> None:
    """The note says this from now on, and so do its cards. What their file had is kept, so that the same file does not
    take it back; a card that is new stands behind its siblings, and in no file. `typed`: media that were sent for it.
    """
    # Asked for the last one, SQLite would go through the deck from its end.
    places = db.execute(
        "select position from cards where deck_id = :deck_id and note = :note and note <> ''",
        {"deck_id": note.deck_id, "note": note.note},
    ).fetchall()
    place = max(row["position"] for row in places)
    for card in cards:
        told = {
            "deck_id": note.deck_id,
            "note": note.note,
            "guid": f"{note.note}:{card.ordinal}",
            "card_id": note.cards.get(card.ordinal),
            "fields": fields_to_json(fields),
            "kind": card.kind,
            "front": card.front,
            "back": card.back,
            "tags": " ".join(note.tags),
            "notetype_id": note.notetype_id,
            "place": place,
        }
        db.execute(_CHANGE if card.ordinal in note.cards else _made(db, told), told)
    db.executemany(
        "insert into media (deck_id, name, stored) values (:deck_id, :name, :name) "
        "on conflict (deck_id, name) do nothing",
        [{"deck_id": note.deck_id, "name": name} for name in typed if is_stored(name)],
    )


_CHANGE = (
    "update cards set file_fields = coalesce(file_fields, fields), fields = :fields, kind = :kind, front = :front, "
    "back = :back, indexed = 0 where card_id = :card_id"
)
_BRING_BACK = (
    "update cards set file_fields = '[]', fields = :fields, kind = :kind, front = :front, back = :back, tags = :tags, "
    "notetype_id = :notetype_id, archived_at = null, indexed = 0 where deck_id = :deck_id and note = :note "
    "and note <> '' and guid = :guid"
)
_ADD = (
    "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags, notetype_id, file_fields) "
    "values (:deck_id, :place, :kind, :guid, :note, :fields, :front, :back, :tags, :notetype_id, '[]')"
)


def _made(db: Connection, told: Mapping[str, object]) -> str:
    """How a card gets there that the note had not: perhaps it had it once."""
    row = db.execute(
        "select 1 from cards where deck_id = :deck_id and note = :note and note <> '' and guid = :guid", told
    ).fetchone()
    return _ADD if row is None else _BRING_BACK
