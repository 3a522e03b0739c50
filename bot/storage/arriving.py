"""Files that people sent, and the cards of one that is being imported: in no deck until all of them are here."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct
from msgspec.structs import asdict

from bot.decks.arrival import Arriving, HadCard
from bot.decks.encoded import Written
from bot.storage.columns import to_ms

_PAGE = 200


class SentFile(Struct, frozen=True):
    """A file that is not imported yet: by what Telegram gives it again, and as its sender calls it."""

    file_id: str
    name: str


def add(db: Connection, learner_id: int, sent: SentFile) -> int:
    """The id under which the file waits to be imported; another of this person waits no longer."""
    db.execute("delete from imports where learner_id = :id", {"id": learner_id})
    row = db.execute(
        "insert into imports (learner_id, file_id, name) values (:id, :file_id, :name) returning import_id",
        {"id": learner_id, "file_id": sent.file_id, "name": sent.name},
    ).fetchone()
    return int(row["import_id"])


def find(db: Connection, import_id: int, learner_id: int) -> SentFile | None:
    """The file, if it waits and is this person's."""
    row = db.execute(
        "select file_id, name from imports where import_id = :import_id and learner_id = :learner_id",
        {"import_id": import_id, "learner_id": learner_id},
    ).fetchone()
    return None if row is None else SentFile(row["file_id"], row["name"])


def drop(db: Connection, import_id: int) -> None:
    """It waits no longer, and what arrived of it is gone."""
    db.execute("delete from imports where import_id = :id", {"id": import_id})


def clear(db: Connection, import_id: int, most: int) -> bool:
    """Whether nothing is here of that file's cards any more; at most so many go at once."""
    gone = db.execute(
        "delete from arriving where import_id = :id and (deck, position) in "
        "(select deck, position from arriving where import_id = :id limit :most)",
        {"id": import_id, "most": most},
    ).rowcount
    return gone < most


def abandoned(db: Connection) -> list[int]:
    """The files of which cards are here."""
    return [row["import_id"] for row in db.execute("select distinct import_id from arriving").fetchall()]


def keep(db: Connection, import_id: int, deck: int, cards: Iterable[Arriving], types: Sequence[str]) -> None:
    """Some cards of a file's deck are here; `types` are the note types that they name by their places."""
    ids: dict[int | None, int | None] = {None: None}
    rows: list[dict[str, int | str | None]] = []
    for each in cards:
        if each.notetype is not None and each.notetype not in ids:
            ids[each.notetype] = _type_id(db, types[each.notetype])
        told = {"import_id": import_id, "deck": deck, "card_id": each.card_id, "notetype_id": ids[each.notetype]}
        rows.append({**asdict(each.written), **told})
    db.executemany(
        "insert into arriving (import_id, deck, position, card_id, kind, guid, note, fields, front, back, tags, "
        "notetype_id) values (:import_id, :deck, :position, :card_id, :kind, :guid, :note, :fields, :front, :back, "
        ":tags, :notetype_id)",
        rows,
    )


def _type_id(db: Connection, body: str) -> int:
    told = {"body": body}
    row = db.execute("select notetype_id from notetypes where body = :body", told).fetchone()
    if row is None:
        row = db.execute("insert into notetypes (body) values (:body) returning notetype_id", told).fetchone()
    return int(row["notetype_id"])


def types_of(db: Connection, deck_id: int) -> dict[int, str]:
    """The note types that cards of a deck have or had, by id."""
    rows = db.execute(
        "select notetype_id, body from notetypes where notetype_id in "
        "(select notetype_id from cards where deck_id = :deck_id)",
        {"deck_id": deck_id},
    ).fetchall()
    return {row["notetype_id"]: row["body"] for row in rows}


def had(db: Connection, deck_id: int, after: int) -> tuple[HadCard, ...]:
    """The next cards that a deck has or had, by id from after that one on; empty at the end."""
    rows = db.execute(
        "select * from cards where deck_id = :deck_id and card_id > :after order by card_id limit :page",
        {"deck_id": deck_id, "after": after, "page": _PAGE},
    ).fetchall()
    return tuple(
        HadCard(
            row["card_id"],
            Written(**{name: row[name] for name in Written.__struct_fields__}),
            row["archived_at"] is not None,
            row["notetype_id"],
        )
        for row in rows
    )


def move_in(
    db: Connection, import_id: int, deck: int, deck_id: int, gone: Sequence[int], at: datetime
) -> None:  # fmt: skip
    """A file's deck becomes that deck: what arrived is in it, and these cards are so no longer."""
    which = {"import_id": import_id, "deck": deck, "deck_id": deck_id}
    db.execute(
        "update cards set position = new.position, kind = new.kind, guid = new.guid, note = new.note, "
        "fields = new.fields, front = new.front, back = new.back, tags = new.tags, notetype_id = new.notetype_id, "
        "indexed = 0, archived_at = null "
        "from arriving as new where new.import_id = :import_id and new.deck = :deck "
        "and cards.card_id = new.card_id and cards.deck_id = :deck_id",
        which,
    )
    db.execute(
        "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags, notetype_id) "
        "select :deck_id, position, kind, guid, note, fields, front, back, tags, notetype_id from arriving "
        "where import_id = :import_id and deck = :deck and card_id is null order by position",
        which,
    )
    db.executemany(
        "update cards set archived_at = :at, indexed = 0 "
        "where card_id = :card_id and deck_id = :deck_id and archived_at is null",
        [{"at": to_ms(at), "card_id": card_id, "deck_id": deck_id} for card_id in gone],
    )
