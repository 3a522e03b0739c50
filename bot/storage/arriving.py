"""Files that people sent, and the cards of one that is being imported: in no deck until all of them are here."""

from collections.abc import Sequence
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.arrival import HadCard
from bot.decks.encoded import Written
from bot.decks.known import known_as

_PAGE = 200
_IDS = 2000


class SentFile(Struct, frozen=True):
    """A file that is not imported yet: by what Telegram gives it again (empty: it came another way), and as its sender
    calls it.
    """

    file_id: str
    name: str


class Waiting(Struct, frozen=True):
    """A file that waits to be imported.

    Attributes:
        found: what it would do, as was told, JSON; empty: it was not looked into yet.
        same: cards that look new are taken for those of which they may be another wording; which ones otherwise stands
            in `found`.
        anew: cards whose answer is quite another begin anew for who sent it.
        plan: it is being carried out and will be, JSON; empty: nothing is decided.
        message_id: where it stands how far it is, or what it would do; None: nowhere yet.
        told: what it would do stands there; else it is being looked into, or imported.
    """

    file: SentFile
    found: str
    same: bool
    anew: bool
    plan: str
    message_id: int | None
    told: bool


class Told(Struct, frozen=True):
    """A file that waits, as its sender calls it, and the message which says how far it is, or what it would do."""

    import_id: int
    name: str
    message_id: int


class ArrivingCard(Struct, frozen=True):
    """A card on its way; `card_id` None: a new one; `written` None: it stays as it is. `progress` is JSON, or empty."""

    card_id: int | None
    position: int
    written: Written | None
    notetype: str
    progress: str


def unseen(db: Connection, owner_id: int, sent: SentFile) -> int | None:
    """The id under which that very file waits already, if it was not looked into."""
    row = db.execute(
        "select import_id from imports where learner_id = :id and file_id = :file_id and found is null",
        {"id": owner_id, "file_id": sent.file_id},
    ).fetchone()
    return None if row is None else int(row["import_id"])


def add(db: Connection, owner_id: int | None, sent: SentFile) -> int:
    """The id under which the file waits to be imported; another of this person (None: nobody's) waits no longer."""
    db.execute("delete from imports where learner_id is :id", {"id": owner_id})
    row = db.execute(
        "insert into imports (learner_id, file_id, name) values (:id, :file_id, :name) returning import_id",
        {"id": owner_id, "file_id": sent.file_id, "name": sent.name},
    ).fetchone()
    return int(row["import_id"])


def find(db: Connection, import_id: int, owner_id: int | None) -> Waiting | None:
    """The file, if it waits and is this person's."""
    row = db.execute(
        "select * from imports where import_id = :import_id and learner_id is :owner_id",
        {"import_id": import_id, "owner_id": owner_id},
    ).fetchone()
    if row is None:
        return None
    file = SentFile(row["file_id"], row["name"])
    return Waiting(
        file=file,
        found=row["found"] or "",
        same=bool(row["same"]),
        anew=bool(row["anew"]),
        plan=row["plan"] or "",
        message_id=row["message_id"],
        told=bool(row["told"]),
    )


def told(db: Connection, owner_id: int) -> Told | None:
    """The file of this person of which something stands in a message, unless it is being carried through."""
    row = db.execute(
        "select import_id, name, message_id from imports "
        "where learner_id = :id and message_id is not null and plan is null",
        {"id": owner_id},
    ).fetchone()
    return None if row is None else Told(row["import_id"], row["name"], row["message_id"])


def untold(db: Connection) -> list[tuple[int, int]]:
    """The files out of chats of which it is to be told what they would do, and whose they are."""
    rows = db.execute(
        "select import_id, learner_id from imports "
        "where told = 0 and plan is null and learner_id is not null and file_id <> '' order by import_id"
    ).fetchall()
    return [(row["import_id"], row["learner_id"]) for row in rows]


def looked_into(db: Connection, import_id: int, found: str) -> None:
    """What it would do is known."""
    db.execute("update imports set found = :found where import_id = :id", {"found": found, "id": import_id})


def stands_in(db: Connection, import_id: int, message_id: int) -> None:
    """It stands in that message how far it is."""
    db.execute(
        "update imports set message_id = :message_id where import_id = :id", {"message_id": message_id, "id": import_id}
    )


def tells(db: Connection, import_id: int, *, told: bool) -> None:
    """Whether it stands there what it would do."""
    db.execute("update imports set told = :told where import_id = :id", {"told": int(told), "id": import_id})


def choose(db: Connection, import_id: int, *, same: bool, anew: bool, found: str) -> None:
    """How it is to be done from now on."""
    db.execute(
        "update imports set same = :same, anew = :anew, found = :found where import_id = :id",
        {"same": int(same), "anew": int(anew), "found": found, "id": import_id},
    )


def decide(db: Connection, import_id: int, plan: str) -> None:
    """From now on it is carried through, whatever happens."""
    db.execute("update imports set plan = :plan where import_id = :id", {"plan": plan, "id": import_id})


def decided(db: Connection, owner_id: int | None) -> int | None:
    """The import of this person that is being carried through."""
    row = db.execute(
        "select import_id from imports where learner_id is :id and plan is not null", {"id": owner_id}
    ).fetchone()
    return None if row is None else int(row["import_id"])


def every_decided(db: Connection) -> list[tuple[int, int | None]]:
    """All that are to be carried through, and whose they are."""
    rows = db.execute("select import_id, learner_id from imports where plan is not null").fetchall()
    return [(row["import_id"], row["learner_id"]) for row in rows]


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
    """The files of which cards are here that nobody decided to import."""
    rows = db.execute(
        "select import_id from imports where plan is null "
        "and exists (select 1 from arriving where arriving.import_id = imports.import_id)"
    ).fetchall()
    return [row["import_id"] for row in rows]


_KEEP = (
    "insert into arriving (import_id, deck, position, card_id, kind, guid, note, fields, front, back, tags, "
    "notetype_id, progress) values (:import_id, :deck, :position, :card_id, :kind, :guid, :note, :fields, :front, "
    ":back, :tags, :notetype_id, :progress)"
)
_AS_IT_IS = dict.fromkeys(("kind", "guid", "note", "fields", "front", "back", "tags"), "")


def keep(db: Connection, import_id: int, deck: int, cards: Sequence[ArrivingCard]) -> None:
    """Some cards of a file's deck are here."""
    types: dict[str, int | None] = {"": None}
    rows: list[dict[str, int | str | None]] = []
    for each in cards:
        if each.notetype not in types:
            types[each.notetype] = _type_id(db, each.notetype)
        new = each.written
        told = _AS_IT_IS if new is None else {name: getattr(new, name) for name in _AS_IT_IS}
        rows.append({
            **told,
            "import_id": import_id,
            "deck": deck,
            "position": each.position,
            "card_id": each.card_id,
            "notetype_id": types[each.notetype],
            "progress": each.progress or None,
        })  # fmt: skip
    db.executemany(_KEEP, rows)


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


def known(db: Connection, deck_id: int, after: int) -> dict[int, str]:
    """By what the next cards in use of a deck are known, by number from after that one on; empty at the end."""
    rows = db.execute(
        "select card_id, guid, front, back from cards "
        "where deck_id = :deck_id and card_id > :after and archived_at is null order by card_id limit :page",
        {"deck_id": deck_id, "after": after, "page": _IDS},
    ).fetchall()
    return {row["card_id"]: known_as(row["guid"], row["front"], row["back"]) for row in rows}


def had(db: Connection, deck_id: int, owner_id: int | None, after: int) -> tuple[HadCard, ...]:
    """The next cards that a deck has or had, by id from after that one on, and how far this person is with them; empty
    at the end.
    """
    rows = db.execute(
        "select cards.*, last_at, suspended_at from cards "
        "left join memories on memories.learner_id = :owner_id and memories.card_id = cards.card_id "
        "left join aside on aside.learner_id = :owner_id and aside.card_id = cards.card_id "
        "where deck_id = :deck_id and cards.card_id > :after order by cards.card_id limit :page",
        {"deck_id": deck_id, "owner_id": owner_id, "after": after, "page": _PAGE},
    ).fetchall()
    return tuple(
        HadCard(
            row["card_id"],
            Written(**{name: row[name] for name in Written.__struct_fields__}),
            row["archived_at"] is not None,
            row["notetype_id"],
            row["file_fields"],
            row["last_at"],
            row["suspended_at"] is not None,
        )
        for row in rows
    )
