"""Cards that go to another deck, with all that people learned of them: a file names another one for them, is several
decks now, or one again.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.storage import owned, packages
from bot.storage.columns import to_ms


def older(db: Connection, path: str) -> int | None:
    """The deck that the text at that path in the decks folder was while it was read as one."""
    row = db.execute("select deck_id from decks where file = :path and origin = ''", {"path": path}).fetchone()
    return None if row is None else int(row["deck_id"])


def goes_on_as(db: Connection, deck_id: int, origin: str, name: str) -> None:
    """The deck is known by that `origin` from now on, and called by that name unless somebody gave it another."""
    row = db.execute("select name, origin from decks where deck_id = :deck_id", {"deck_id": deck_id}).fetchone()
    was_called = packages.name_of(row["origin"])
    db.execute(
        "update decks set name = :name, origin = :origin, file = '@' || deck_id "
        "where deck_id = :deck_id and origin <> :origin and not exists "
        # Its owner may have made one of that name in the chat meanwhile.
        "(select 1 from decks as other where other.owner_id = decks.owner_id and other.origin = :origin)",
        {
            "name": name if was_called in ("", row["name"]) else row["name"],
            "origin": origin,
            "deck_id": deck_id,
        },
    )


class Moved(Struct, frozen=True):
    """So many cards came out of a deck that had so many in use."""

    deck_id: int
    cards: int
    had: int


def move(db: Connection, card_ids: Sequence[int], deck_id: int) -> list[Moved]:
    """These cards are in that deck, and out of which they came. What was added to those in the chat is kept for it."""
    out_of = Counter(older_id for card_id in card_ids if (older_id := _deck_of(db, card_id)) not in (None, deck_id))
    moved = [
        Moved(older_id, cards, _in_use(db, older_id)) for older_id, cards in out_of.items() if older_id is not None
    ]
    db.executemany(
        "update cards set deck_id = :deck_id, indexed = 0 where card_id = :card_id and deck_id <> :deck_id",
        [{"card_id": card_id, "deck_id": deck_id} for card_id in card_ids],
    )
    db.executemany(
        "insert into media (deck_id, name, stored) select :deck_id, name, stored from media "
        "where deck_id = :older_id and name = stored on conflict do nothing",
        [{"older_id": each.deck_id, "deck_id": deck_id} for each in moved],
    )
    return moved


def follow(db: Connection, moved: Sequence[Moved], deck_id: int, owner_id: int | None, *, is_new: bool) -> None:
    """Whoever has a deck out of which cards came to that one has that, too, where it is much the same deck.

    So it is if it `is_new` and half of its cards came out of the one; who may edit the one may then edit the other. Of
    a deck that is offered to everybody, and for its owner, it is enough that half of what was in the one came. Any
    other was there before, and whom its owner lets in is the owner's to say.
    """
    cards = _in_use(db, deck_id)
    offered = db.execute(
        "select audience = 'everybody' as offered from decks where deck_id = :deck_id", {"deck_id": deck_id}
    ).fetchone()["offered"]
    for each in moved:
        most_of_it = is_new and 2 * each.cards >= cards
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


def _deck_of(db: Connection, card_id: int) -> int | None:
    row = db.execute("select deck_id from cards where card_id = :card_id", {"card_id": card_id}).fetchone()
    return None if row is None else int(row["deck_id"])


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
            move(db, [row["card_id"] for row in rows], one)
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
