"""Decks and cards, and their permanent ids."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from sqlite3 import Connection, Row

from msgspec import Struct
from msgspec.structs import asdict

from bot.decks.card import Deck, Kind
from bot.decks.content import Content
from bot.decks.encoded import Written, from_json
from bot.decks.match import Known, Matching
from bot.storage import owned
from bot.storage.columns import to_ms


class StoredDeck(Struct, frozen=True):
    """A deck that is or was offered. `cards` counts what can be asked, statements among them.

    `owner_id`: who sent it. `private`: only its owner has it, and whom its owner lets in by a link with
    `share_token`, or lets edit it by one with `edit_token`.
    """

    deck_id: int
    file: str
    slug: str
    name: str
    digest: str
    archived: bool
    cards: int
    waiting: int
    owner_id: int | None = None
    private: bool = False
    share_token: str | None = None
    edit_token: str | None = None
    description: str = ""

    @classmethod
    def from_row(cls, row: Row) -> "StoredDeck":
        return cls(
            row["deck_id"],
            row["file"],
            row["slug"],
            row["name"],
            row["digest"],
            row["archived_at"] is not None,
            row["cards"],
            row["waiting"],
            row["owner_id"],
            row["audience"] == "private",
            row["share_token"],
            row["edit_token"],
            row["description"],
        )


# At eight in the morning many are asked the same few.
_content = lru_cache(maxsize=512)(from_json)


class StoredCard(Struct, frozen=True):
    """A card as it is asked. `deck_file` says where its pictures lie; siblings share a `note` that is not empty."""

    card_id: int
    deck_id: int
    deck_name: str
    deck_file: str
    kind: Kind
    front: Content
    back: Content
    archived: bool
    note: str = ""

    @classmethod
    def from_row(cls, row: Row) -> "StoredCard":
        return cls(
            row["card_id"],
            row["deck_id"],
            row["name"],
            row["file"],
            Kind(row["kind"]),
            _content(row["front"]),
            _content(row["back"]),
            row["archived_at"] is not None or row["deck_archived_at"] is not None,
            row["note"],
        )


_DECK = (
    "select decks.*, count(card_id) filter (where cards.archived_at is null and cards.kind <> 'waiting') as cards, "
    "count(card_id) filter (where cards.archived_at is null and cards.kind = 'waiting') as waiting "
    "from decks left join cards using (deck_id) "
)


# A private deck is there for its owner, and for the chats that have it.
_THERE_FOR = (
    "(audience = 'everybody' or owner_id = :chat_id or deck_id in "
    "(select deck_id from subscriptions where chat_id = :chat_id and left_at is null))"
)


def decks(db: Connection, chat_id: int) -> list[StoredDeck]:
    """The decks that this chat can have, by name."""
    rows = db.execute(
        f"{_DECK} where decks.archived_at is null and {_THERE_FOR} group by deck_id order by name, deck_id",
        {"chat_id": chat_id},
    ).fetchall()
    return [StoredDeck.from_row(row) for row in rows]


def names(db: Connection, chat_id: int) -> dict[int, str]:
    """What the decks that this chat can have are called, by id: without their cards, which take long to count."""
    rows = db.execute(
        f"select deck_id, name from decks where archived_at is null and {_THERE_FOR}",  # noqa: S608
        {"chat_id": chat_id},
    ).fetchall()
    return {row["deck_id"]: row["name"] for row in rows}


def names_had(db: Connection, chat_id: int) -> dict[int, str]:
    """The same of those that it has."""
    rows = db.execute(
        "select deck_id, name from subscriptions join decks using (deck_id) "
        "where chat_id = ? and left_at is null and archived_at is null",
        (chat_id,),
    ).fetchall()
    return {row["deck_id"]: row["name"] for row in rows}


def put_away(db: Connection, owner_id: int) -> list[StoredDeck]:
    """The decks that their owner has archived, by name."""
    rows = db.execute(
        _DECK + "where decks.archived_at is not null and owner_id = :id group by deck_id order by name, deck_id",
        {"id": owner_id},
    ).fetchall()
    return [StoredDeck.from_row(row) for row in rows]


def every_deck(db: Connection) -> list[StoredDeck]:
    """The decks of the folder, archived ones too: a file that comes back is the deck that it was."""
    rows = db.execute(_DECK + "where origin = '' group by deck_id order by deck_id").fetchall()
    return [StoredDeck.from_row(row) for row in rows]


def deck(db: Connection, deck_id: int, chat_id: int) -> StoredDeck | None:
    """The deck, perhaps archived; None if it is not there for this chat."""
    row = db.execute(
        f"{_DECK} where deck_id = :deck_id and {_THERE_FOR} group by deck_id",
        {"deck_id": deck_id, "chat_id": chat_id},
    ).fetchone()
    return None if row is None else StoredDeck.from_row(row)


def offered_as(db: Connection, slug: str) -> int | None:
    """The deck of that slug, if it is offered to everybody."""
    row = db.execute(
        "select deck_id from decks where slug = :slug and audience = 'everybody' and archived_at is null",
        {"slug": slug},
    ).fetchone()
    return None if row is None else int(row["deck_id"])


def shared_as(db: Connection, token: str) -> int | None:
    """The deck into which this token of its owner's link lets."""
    row = db.execute(
        "select deck_id from decks where share_token = :token and archived_at is null", {"token": token}
    ).fetchone()
    return None if row is None else int(row["deck_id"])


def find(db: Connection, card_id: int) -> StoredCard | None:
    row = db.execute(
        "select cards.*, name, file, decks.archived_at as deck_archived_at from cards join decks using (deck_id) "
        "where card_id = :card_id",
        {"card_id": card_id},
    ).fetchone()
    return None if row is None else StoredCard.from_row(row)


def card(db: Connection, card_id: int) -> StoredCard:
    """The card of that id, which is known to be there."""
    found = find(db, card_id)
    assert found is not None, "cards are never deleted"
    return found


def nth(db: Connection, deck_id: int, place: int) -> StoredCard | None:
    """The card at a place (from 0) of a deck as one looks through it, those that wait for an answer last."""
    row = db.execute(
        "select cards.*, name, file, decks.archived_at as deck_archived_at from cards join decks using (deck_id) "
        "where deck_id = :deck_id and cards.archived_at is null order by kind = 'waiting', position, card_id "
        "limit 1 offset :place",
        {"deck_id": deck_id, "place": place},
    ).fetchone()
    return None if row is None else StoredCard.from_row(row)


def known(db: Connection, deck_id: int) -> list[Known]:
    """What the matching rule needs of every card the deck ever had."""
    rows = db.execute(
        "select * from cards where deck_id = :deck_id order by position, card_id", {"deck_id": deck_id}
    ).fetchall()
    return [
        Known(
            card_id=row["card_id"],
            fields=tuple(json.loads(row["fields"])),
            front=from_json(row["front"]),
            back=from_json(row["back"]),
            kind=Kind(row["kind"]),
            guid=row["guid"],
            archived=row["archived_at"] is not None,
            note=row["note"],
            file_fields=None if row["file_fields"] is None else tuple(json.loads(row["file_fields"])),
        )
        for row in rows
    ]


def texts(db: Connection, deck_id: int) -> frozenset[str]:
    """The fields of the deck's cards as its file has them: by these a renamed file is known."""
    rows = db.execute(
        "select coalesce(file_fields, fields) as fields from cards where deck_id = :deck_id", {"deck_id": deck_id}
    ).fetchall()
    return frozenset(row["fields"] for row in rows)


def add_deck(db: Connection, found: Deck, at: datetime) -> int:
    """The id of a new deck, not offered until it is updated. A slug that is taken gets a number behind it."""
    slug = owned.free_slug(db, found.slug)
    row = db.execute(
        "insert into decks (file, slug, name, digest, archived_at) values (:file, :slug, :name, '', :at) "
        "returning deck_id",
        {"file": found.file, "slug": slug, "name": found.name, "at": to_ms(at)},
    ).fetchone()
    return int(row["deck_id"])


def move_decks(db: Connection, files: Mapping[int, str]) -> None:
    """Give these decks (by id) their files; a deck that so loses its file to another has none (`#` and its id)."""
    for deck in every_deck(db):
        losing = deck.deck_id not in files and deck.file in files.values()
        if losing or files.get(deck.deck_id, deck.file) != deck.file:
            db.execute("update decks set file = '#' || deck_id where deck_id = :deck_id", {"deck_id": deck.deck_id})
    # The digest goes with the old file: after a crash the new one is read again.
    db.executemany(
        "update decks set file = :file, digest = '' where deck_id = :deck_id and file <> :file",
        [{"file": file, "deck_id": deck_id} for deck_id, file in files.items()],
    )


def update_deck(db: Connection, deck_id: int, found: Deck, digest: str) -> None:
    """The deck as its file has it, offered."""
    db.execute(
        "update decks set name = :name, digest = :digest, archived_at = null where deck_id = :deck_id",
        {"name": found.name, "digest": digest, "deck_id": deck_id},
    )


def archive_deck(db: Connection, deck_id: int, at: datetime) -> None:
    db.execute(
        "update decks set archived_at = :at where deck_id = :deck_id",
        {"at": to_ms(at), "deck_id": deck_id},
    )


def store(db: Connection, deck_id: int, cards: Sequence[Written], matching: Matching, at: datetime) -> None:
    """Write a reading of a deck: kept cards change under their ids, new ones get one, gone ones are archived.

    What was edited here stays so until its file says something else.
    """
    db.executemany(
        "update cards set position = :position, kind = :kind, guid = :guid, note = :note, fields = :fields, "
        "front = :front, back = :back, tags = :tags, file_fields = null, archived_at = null, "
        "indexed = case when front = :front and back = :back and tags = :tags and archived_at is null then indexed "
        # One that was edited here since the file was compared stays so: the file says what it said.
        "else 0 end where card_id = :card_id and coalesce(file_fields, '') <> :fields",
        [
            {**asdict(cards[index]), "card_id": card_id}
            for index, card_id in matching.kept.items()
            if index not in matching.edited
        ],
    )
    db.executemany(
        "update cards set position = :position, archived_at = null, "
        "indexed = case when archived_at is null then indexed else 0 end "
        "where card_id = :card_id and file_fields is not null",
        [{"position": index, "card_id": card_id} for index, card_id in matching.kept.items()],
    )
    db.executemany(
        "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags) "
        "values (:deck_id, :position, :kind, :guid, :note, :fields, :front, :back, :tags)",
        [{**asdict(cards[index]), "deck_id": deck_id} for index in matching.created],
    )
    db.executemany(
        "update cards set archived_at = :at, indexed = 0 where card_id = :card_id and archived_at is null",
        [{"at": to_ms(at), "card_id": card_id} for card_id in matching.gone],
    )
