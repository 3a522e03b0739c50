"""Who takes part in a group."""

from datetime import datetime
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.columns import from_ms, maybe_from_ms, to_ms


class Member(Struct, frozen=True):
    """Somebody who takes part in a group, or did. `name`: as Telegram gave it last. `hidden`: not on the board."""

    chat_id: int
    learner_id: int
    name: str
    joined_at: datetime
    left_at: datetime | None
    hidden: bool

    @classmethod
    def from_row(cls, row: Row) -> "Member":
        return cls(
            chat_id=row["chat_id"],
            learner_id=row["learner_id"],
            name=row["name"],
            joined_at=from_ms(row["joined_at"]),
            left_at=maybe_from_ms(row["left_at"]),
            hidden=bool(row["hidden"]),
        )


def take_part(db: Connection, chat_id: int, learner_id: int, name: str, at: datetime) -> None:
    """This person takes part from now on, or still does, under the name they have now."""
    db.execute(
        "insert into members (chat_id, learner_id, name, joined_at) values (:chat_id, :learner_id, :name, :at) "
        "on conflict (chat_id, learner_id) do update set name = :name, left_at = null, "
        "joined_at = case when members.left_at is null then members.joined_at else :at end "
        "where members.left_at is not null or members.name <> :name",
        {"chat_id": chat_id, "learner_id": learner_id, "name": name, "at": to_ms(at)},
    )


def leave(db: Connection, chat_id: int, learner_id: int, at: datetime) -> bool:
    """Whether this person took part until now."""
    row = db.execute(
        "update members set left_at = :at where chat_id = :chat_id and learner_id = :learner_id "
        "and left_at is null returning learner_id",
        {"chat_id": chat_id, "learner_id": learner_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def of_chat(db: Connection, chat_id: int) -> list[Member]:
    """Everybody who takes part in this group, in the order they began."""
    rows = db.execute(
        "select * from members where chat_id = :chat_id and left_at is null order by joined_at, learner_id",
        {"chat_id": chat_id},
    ).fetchall()
    return [Member.from_row(row) for row in rows]


def find(db: Connection, chat_id: int, learner_id: int) -> Member | None:
    """Whoever takes part in this group, or did."""
    row = db.execute(
        "select * from members where chat_id = :chat_id and learner_id = :learner_id",
        {"chat_id": chat_id, "learner_id": learner_id},
    ).fetchone()
    return None if row is None else Member.from_row(row)


def asked(db: Connection, learner_id: int, card_id: int) -> tuple[int, ...]:
    """The open turns, of no round, in which that card is put to groups where this person takes part."""
    rows = db.execute(
        "select turn_id from members join turns using (chat_id) where members.learner_id = :learner_id "
        "and left_at is null and closed_at is null and card_id = :card_id and turns.learner_id is null "
        "and round_id is null",
        {"learner_id": learner_id, "card_id": card_id},
    ).fetchall()
    return tuple(row["turn_id"] for row in rows)


def began_anew(db: Connection, chat_id: int, learner_id: int, at: datetime) -> None:
    """Who takes part says that they want to: they count as if they had begun now."""
    db.execute(
        "update members set joined_at = :at where chat_id = :chat_id and learner_id = :learner_id",
        {"chat_id": chat_id, "learner_id": learner_id, "at": to_ms(at)},
    )


def hide(db: Connection, chat_id: int, learner_id: int, hidden: bool) -> None:
    """Whether this member is left out of the board."""
    db.execute(
        "update members set hidden = :hidden where chat_id = :chat_id and learner_id = :learner_id",
        {"chat_id": chat_id, "learner_id": learner_id, "hidden": int(hidden)},
    )


def absorb(db: Connection, keeper: int, newcomer: int) -> None:
    """Who took part under a group's other id takes part under the one that was there first; what that knows stays."""
    db.execute(
        "insert into members (chat_id, learner_id, name, joined_at, left_at, hidden) "
        "select :keeper, learner_id, name, joined_at, left_at, hidden from members where chat_id = :newcomer "
        "on conflict (chat_id, learner_id) do nothing",
        {"keeper": keeper, "newcomer": newcomer},
    )


# --- a group in which nobody looks -----------------------------------------------------------------------------------


def passed_by(db: Connection, chat_id: int, since: datetime | None, most: int) -> int:
    """How many cards in a row, up to `most`, were put since a moment and looked at by nobody; rounds left out."""
    rows = db.execute(
        "select opened_at > :since and not exists (select 1 from answers where answers.turn_id = turns.turn_id) "
        "as untouched from turns where chat_id = :chat_id and learner_id is null and round_id is null "
        "order by turn_id desc limit :most",
        {"chat_id": chat_id, "since": -1 if since is None else to_ms(since), "most": most},
    ).fetchall()
    return next((number for number, row in enumerate(rows) if not row["untouched"]), len(rows))


def falls_asleep(db: Connection, chat_id: int, at: datetime) -> None:
    """The group gets no pushes until somebody taps (`chats.tapped`), and is to be asked about that."""
    db.execute(
        "update chats set asleep_at = :at, asleep_said = 0 where chat_id = :chat_id and asleep_at is null",
        {"chat_id": chat_id, "at": to_ms(at)},
    )


def to_ask(db: Connection) -> list[int]:
    """The groups that sleep and were not asked whether to go on."""
    rows = db.execute(
        "select chat_id from chats where asleep_at is not null and asleep_said = 0 and gone_at is null"
    ).fetchall()
    return [row["chat_id"] for row in rows]


def asks(db: Connection, chat_id: int) -> bool:
    """Whether the group is to be asked; from now on it was."""
    row = db.execute(
        "update chats set asleep_said = 1 where chat_id = :chat_id and asleep_at is not null and asleep_said = 0 "
        "and gone_at is null returning chat_id",
        {"chat_id": chat_id},
    ).fetchone()
    return row is not None


def asks_again(db: Connection, chat_id: int) -> None:
    """The group was not asked after all."""
    db.execute("update chats set asleep_said = 0 where chat_id = :chat_id", {"chat_id": chat_id})
