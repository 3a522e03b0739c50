"""Cards that learners say are wrong, once a card and person until the card is changed."""

from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct
from msgspec.structs import replace

from bot.storage.columns import to_ms


def add(db: Connection, card_id: int, learner_id: int, at: datetime) -> bool:
    """Whether this learner had not said so before of the card as it is."""
    row = db.execute(
        "insert into complaints (card_id, learner_id, at) values (:card_id, :learner_id, :at) "
        "on conflict (card_id, learner_id) do update set at = excluded.at, settled_at = null, came = null "
        "where came = 'mended' returning card_id",
        {"card_id": card_id, "learner_id": learner_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def said(db: Connection, card_id: int, learner_id: int) -> bool:
    """Whether this learner has said so of the card as it is, also if it was found to be right."""
    row = db.execute(
        "select 1 from complaints where card_id = :card_id and learner_id = :learner_id and came is not 'mended'",
        {"card_id": card_id, "learner_id": learner_id},
    ).fetchone()
    return row is not None


def is_open(db: Connection, card_id: int) -> bool:
    """Whether somebody waits for the card to be mended, or found to be right."""
    row = db.execute(
        "select 1 from complaints where card_id = :card_id and settled_at is null", {"card_id": card_id}
    ).fetchone()
    return row is not None


def last(db: Connection, card_id: int) -> str | None:
    """What came of it last: mended or right; None: nothing yet."""
    row = db.execute(
        "select came from complaints where card_id = :card_id and came is not null order by settled_at desc limit 1",
        {"card_id": card_id},
    ).fetchone()
    return None if row is None else str(row["came"])


def settle(db: Connection, card_id: int, came: str, at: datetime) -> tuple[int, ...]:
    """It was `mended`, or found to be `right`; those who waited for that."""
    rows = db.execute(
        "update complaints set settled_at = :at, came = :came where card_id = :card_id and settled_at is null "
        "returning learner_id",
        {"card_id": card_id, "came": came, "at": to_ms(at)},
    ).fetchall()
    if came == "mended":
        # What was right before is another card now.
        db.execute("update complaints set came = 'mended' where card_id = :card_id", {"card_id": card_id})
    return tuple(sorted(row["learner_id"] for row in rows))


class Said(Struct, frozen=True):
    """What a card says that somebody finds wrong: its sides, as they are kept; `gone`: it is archived."""

    front: str
    back: str
    gone: bool

    @property
    def here(self) -> "Said":
        """The same of a card that is not archived."""
        return replace(self, gone=False)


def said_of(db: Connection, deck_id: int) -> dict[int, Said]:
    """The deck's cards of which somebody has said so as they are, by id."""
    # In this order: there are few of these, and a deck may have many cards.
    rows = db.execute(
        "select distinct card_id, front, back, archived_at from complaints cross join cards using (card_id) "
        "where deck_id = :deck_id and came is not 'mended'",
        {"deck_id": deck_id},
    ).fetchall()
    return {row["card_id"]: Said(row["front"], row["back"], row["archived_at"] is not None) for row in rows}
