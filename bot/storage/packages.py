"""Decks of packages in the decks folder: nobody's, each known by its package's path there and its name in it."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.storage import owned

# Parts path and name in `decks.origin`. No name of a deck has one, so no deck that came another way is taken for these.
_BETWEEN = "\n"


class PackedDeck(Struct, frozen=True):
    """A deck that is or was in a package; `digest` is that of the package's bytes, empty while it is being read."""

    deck_id: int
    path: str
    name: str
    digest: str
    archived: bool


def origin(path: str, name: str) -> str:
    """By which the deck of that name in the package is known."""
    return f"{path}{_BETWEEN}{name}"


def every(db: Connection) -> list[PackedDeck]:
    """All of them: first those that are offered, then those that were put away, the last first."""
    rows = db.execute(
        "select deck_id, origin, digest, archived_at from decks where origin like :any "
        "order by archived_at is not null, archived_at desc, deck_id",
        {"any": f"%{_BETWEEN}%"},
    ).fetchall()
    return [
        PackedDeck(row["deck_id"], *_parted(row["origin"]), row["digest"], row["archived_at"] is not None)
        for row in rows
    ]


def _parted(known_as: str) -> tuple[str, str]:
    path, _, name = known_as.rpartition(_BETWEEN)
    return path, name


def path_of(known_as: str) -> str | None:
    """The path of the package to which a deck of that `origin` belongs; None: to none."""
    return _parted(known_as)[0] or None


def name_of(known_as: str) -> str:
    """What its file calls the deck of that `origin`; empty: it lies in the folder as a text of its own."""
    return _parted(known_as)[1]


def claimed(db: Connection, path: str, names: Sequence[str]) -> tuple[int | None, ...]:
    """Which deck each name in that package is; None: a new one.

    One of that name whose package is gone comes into question, too: each export of Anki has another file name.
    """
    decks = every(db)
    own = {deck.name: deck.deck_id for deck in decks if deck.path == path}
    gone = {deck.name: deck.deck_id for deck in reversed(decks) if deck.path != path and deck.archived}
    return tuple(own.get(name, gone.get(name)) for name in names)


def read(db: Connection, path: str, digest: str, deck_ids: Sequence[int], at: datetime) -> None:
    """The package has these decks; others that it had are put away."""
    for deck in every(db):
        if deck.path == path and deck.deck_id not in deck_ids and not deck.archived:
            owned.archive(db, deck.deck_id, at)
    db.executemany(
        "update decks set digest = :digest where deck_id = :deck_id",
        [{"digest": digest, "deck_id": deck_id} for deck_id in deck_ids],
    )
