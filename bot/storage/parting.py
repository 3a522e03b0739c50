"""Cards that go to another deck, with all that people learned of them: a file names another one for them, is several
decks now, or one again.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage import owned, packages
from bot.storage.columns import to_ms


def older(db: Connection, path: str) -> int | None:
    """The deck that the text at that path in the decks folder was while it was read as one."""
    row = db.execute("select deck_id from decks where file = :path and origin = ''", {"path": path}).fetchone()
    return None if row is None else int(row["deck_id"])


class Called(Struct, frozen=True):
    """By which `origin` a deck is known from now on, and what its file calls it; empty: it keeps its name."""

    origin: str
    name: str


def own_name(db: Connection, deck_id: int) -> str:
    """What somebody called the deck who gave it another name than its file; empty: nobody did."""
    row = db.execute("select name, origin from decks where deck_id = ?", (deck_id,)).fetchone()
    return "" if _is_named_by_file(row) else str(row["name"])


def _is_named_by_file(row: Row) -> bool:
    return packages.name_of(row["origin"]) in ("", row["name"])


def go_on_as(db: Connection, called: Mapping[int, Called]) -> None:
    """These decks are known so from now on, and are called so unless somebody gave them another name. They may have had
    each other's.
    """
    before = {deck_id: db.execute("select * from decks where deck_id = ?", (deck_id,)).fetchone() for deck_id in called}
    other = {deck_id: each for deck_id, each in called.items() if before[deck_id]["origin"] != each.origin}
    # Their owner may have made one of that name in the chat meanwhile.
    is_known_so: dict[int, int | None] = {}
    for deck_id, each in other.items():
        owner_id = before[deck_id]["owner_id"]
        is_known_so[deck_id] = None if owner_id is None else owned.sent_as(db, owner_id, each.origin)
    while taken := [deck_id for deck_id in other if (one := is_known_so[deck_id]) is not None and one not in other]:
        for deck_id in taken:
            other.pop(deck_id)
    # No two decks of somebody's are ever known by the same.
    db.executemany("update decks set origin = char(10) || deck_id where deck_id = ?", [(deck_id,) for deck_id in other])
    for deck_id, each in other.items():
        name = each.name if each.name and _is_named_by_file(before[deck_id]) else before[deck_id]["name"]
        db.execute(
            "update decks set name = :name, origin = :origin, file = '@' || deck_id where deck_id = :deck_id",
            {"name": name, "origin": each.origin, "deck_id": deck_id},
        )


class Moved(Struct, frozen=True):
    """So many cards came out of a deck that had so many in use."""

    deck_id: int
    cards: int
    had: int


def move(db: Connection, come: Mapping[int, Sequence[int]]) -> dict[int, list[Moved]]:
    """The cards are in their decks, and out of which they came to each. What was added to those in the chat is kept for
    it.
    """
    ways = {deck_id: _out_of(db, json.dumps([*card_ids]), deck_id) for deck_id, card_ids in come.items() if card_ids}
    # Before any of them goes: of one that is parted, none is the rest.
    had = {older_id: _in_use(db, older_id) for out_of in ways.values() for older_id in out_of}
    for deck_id, out_of in ways.items():
        db.execute(
            "update cards set deck_id = :deck_id, indexed = 0 "
            "where card_id in (select value from json_each(:card_ids)) and deck_id <> :deck_id",
            {"card_ids": json.dumps([*come[deck_id]]), "deck_id": deck_id},
        )
        db.executemany(
            "insert into media (deck_id, name, stored) select :deck_id, name, stored from media "
            "where deck_id = :older_id and name = stored on conflict do nothing",
            [{"older_id": older_id, "deck_id": deck_id} for older_id in out_of],
        )
    return {
        deck_id: [Moved(older_id, cards, had[older_id]) for older_id, cards in out_of.items()]
        for deck_id, out_of in ways.items()
    }


def _out_of(db: Connection, card_ids: str, deck_id: int) -> dict[int, int]:
    """How many of these cards (JSON) are in which decks other than that one."""
    rows = db.execute(
        "select deck_id, count(*) as cards from cards where card_id in (select value from json_each(:card_ids)) "
        "and deck_id <> :deck_id group by deck_id",
        {"card_ids": card_ids, "deck_id": deck_id},
    ).fetchall()
    return {row["deck_id"]: row["cards"] for row in rows}


def follow(db: Connection, moved: Sequence[Moved], deck_id: int, owner_id: int | None, *, is_new: bool) -> None:
    """Whoever has a deck out of which cards came to that one has that, too, where it is much the same deck.

    So it is if it `is_new` and most of its cards came out of the one; who may edit the one may then edit the other. Of
    a deck that is offered to everybody, and for its owner, it is enough that half of what was in the one came. Any
    other was there before, and whom its owner lets in is the owner's to say.
    """
    cards = _in_use(db, deck_id)
    offered = db.execute(
        "select audience = 'everybody' as offered from decks where deck_id = :deck_id", {"deck_id": deck_id}
    ).fetchone()["offered"]
    for each in moved:
        most_of_it = is_new and 2 * each.cards > cards
        most_of_the_one = 2 * each.cards >= each.had
        if most_of_it or (offered and most_of_the_one):
            _let_in(db, each.deck_id, deck_id, also_to_edit=most_of_it)
        elif most_of_the_one and owner_id is not None:
            _let_in(db, each.deck_id, deck_id, only=owner_id)


def put_away_if_empty(db: Connection, deck_id: int, at: datetime) -> None:
    """The deck is archived if no card in it is in use any more."""
    if not _in_use(db, deck_id):
        owned.archive(db, deck_id, at)


def _let_in(
    db: Connection, older_id: int, deck_id: int, *, only: int | None = None, also_to_edit: bool = False
) -> None:  # fmt: skip
    told = {"older_id": older_id, "deck_id": deck_id, "only": only}
    db.execute(
        "insert into subscriptions (chat_id, deck_id, subscribed_at, left_at, thread_id) "
        "select chat_id, :deck_id, subscribed_at, left_at, thread_id from subscriptions where deck_id = :older_id "
        "and chat_id = coalesce(:only, chat_id) on conflict do nothing",
        told,
    )
    if also_to_edit:
        db.execute(
            "insert into editors (deck_id, learner_id, since_at) "
            "select :deck_id, learner_id, since_at from editors where deck_id = :older_id on conflict do nothing",
            told,
        )


def _in_use(db: Connection, deck_id: int) -> int:
    row = db.execute(
        "select count(*) as cards from cards where deck_id = :deck_id and archived_at is null", {"deck_id": deck_id}
    ).fetchone()
    return int(row["cards"])


def join(db: Connection, path: str, at: datetime) -> None:
    """The text at that path in the decks folder is one deck again: that of those it was which has the most cards in
    use. All cards of the others are in it, and whoever had one of them has it.
    """
    there = [deck.deck_id for deck in packages.every(db) if deck.path == path and not deck.archived]
    if not there:
        return
    one = max(there, key=lambda deck_id: _in_use(db, deck_id))
    for other in there:
        if other != one:
            rows = db.execute("select card_id from cards where deck_id = :deck_id", {"deck_id": other}).fetchall()
            move(db, {one: [row["card_id"] for row in rows]})
            _let_in(db, other, one, also_to_edit=True)
            owned.archive(db, other, at)
    db.execute("update decks set file = '#' || deck_id where file = :path", {"path": path})
    db.execute(
        "update decks set file = :path, origin = '', digest = '' where deck_id = :deck_id",
        {"path": path, "deck_id": one},
    )


def put_away(db: Connection, path: str, at: datetime) -> None:
    """The deck that the text at that path was as one is archived, if it is there still."""
    db.execute(
        "update decks set archived_at = :at where file = :path and origin = '' and archived_at is null",
        {"at": to_ms(at), "path": path},
    )
