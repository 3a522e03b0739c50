"""What each member did in a group's turn: was led to the answer, looked, graded."""

from datetime import datetime
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.columns import from_ms, maybe_from_ms, to_ms
from bot.study.memory import Grade


class Answer(Struct, frozen=True):
    """What one member did in a turn.

    Attributes:
        looked_at: None: led to the private chat and not seen there yet.
        answered_at: when it was graded; None for a grade of an older version.
        ephemeral_id: the message in the group that this member alone sees, as last sent.
    """

    learner_id: int
    looked_at: datetime | None
    grade: Grade | None
    answered_at: datetime | None
    ephemeral_id: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Answer":
        return cls(
            learner_id=row["learner_id"],
            looked_at=maybe_from_ms(row["looked_at"]),
            grade=None if row["grade"] is None else Grade(row["grade"]),
            answered_at=maybe_from_ms(row["answered_at"]),
            ephemeral_id=row["ephemeral_id"],
        )


class Given(Struct, frozen=True):
    """How many looked, graded, and knew it."""

    looked: int
    graded: int
    knew: int


class Left(Struct, frozen=True):
    """A message that one member alone sees, and should not since then."""

    chat_id: int
    turn_id: int
    learner_id: int
    ephemeral_id: int
    followed_at: datetime


def lead(db: Connection, turn_id: int, learner_id: int) -> None:
    """This member asked for the answer in the group and may see it in private."""
    db.execute(
        "insert into answers (turn_id, learner_id) values (:turn_id, :learner_id) "
        "on conflict (turn_id, learner_id) do nothing",
        {"turn_id": turn_id, "learner_id": learner_id},
    )


def was_led(db: Connection, turn_id: int, learner_id: int) -> bool:
    """Whether this member asked for the answer in the group."""
    return of(db, turn_id, learner_id) is not None


def look(db: Connection, turn_id: int, learner_id: int, at: datetime) -> bool:
    """This member sees the answer; whether for the first time, which alone is kept."""
    row = db.execute(
        "insert into answers (turn_id, learner_id, looked_at) values (:turn_id, :learner_id, :at) "
        "on conflict (turn_id, learner_id) do update set looked_at = :at where answers.looked_at is null "
        "returning turn_id",
        {"turn_id": turn_id, "learner_id": learner_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def not_seen(db: Connection, turn_id: int, learner_id: int) -> None:
    """What was to be seen could not be shown: this member was only led to it."""
    db.execute(
        "update answers set looked_at = null where turn_id = :turn_id and learner_id = :learner_id and grade is null",
        {"turn_id": turn_id, "learner_id": learner_id},
    )


def shown_in(db: Connection, turn_id: int, learner_id: int, ephemeral_id: int | None) -> None:
    """This member alone sees the turn in that message; None: in none (any more)."""
    db.execute(
        "update answers set ephemeral_id = :ephemeral_id where turn_id = :turn_id and learner_id = :learner_id",
        {"turn_id": turn_id, "learner_id": learner_id, "ephemeral_id": ephemeral_id},
    )


def give(db: Connection, turn_id: int, learner_id: int, grade: Grade, at: datetime) -> bool:
    """Whether this grade counts: the first of who has looked does, no other."""
    row = db.execute(
        "update answers set grade = :grade, answered_at = :at where turn_id = :turn_id and learner_id = :learner_id "
        "and looked_at is not null and grade is null returning turn_id",
        {"turn_id": turn_id, "learner_id": learner_id, "grade": int(grade), "at": to_ms(at)},
    ).fetchone()
    return row is not None


def take_back(db: Connection, turn_id: int, learner_id: int) -> None:
    """This member has not graded, unless the tally of a closed turn counts it."""
    db.execute(
        "update answers set grade = null, answered_at = null where turn_id = :turn_id and learner_id = :learner_id "
        "and not exists (select 1 from turns where turns.turn_id = answers.turn_id "
        "and (answers.answered_at is null or answers.answered_at <= turns.closed_at))",
        {"turn_id": turn_id, "learner_id": learner_id},
    )


def of(db: Connection, turn_id: int, learner_id: int) -> Answer | None:
    """What this member did in a turn; None for nothing."""
    row = db.execute(
        "select * from answers where turn_id = :turn_id and learner_id = :learner_id",
        {"turn_id": turn_id, "learner_id": learner_id},
    ).fetchone()
    return None if row is None else Answer.from_row(row)


def of_turn(db: Connection, turn_id: int) -> list[Answer]:
    """Who looked and who graded, in the order they looked."""
    rows = db.execute(
        "select * from answers where turn_id = :id and looked_at is not null order by looked_at, learner_id",
        {"id": turn_id},
    ).fetchall()
    return [Answer.from_row(row) for row in rows]


def given(db: Connection, turn_id: int) -> Given:
    """What a turn's tally says: of a closed one, what was graded before it closed."""
    row = db.execute(
        "select count(looked_at) as looked, count(grade) filter (where in_time) as graded, "
        "count(*) filter (where in_time and grade > 1) as knew from (select answers.looked_at, answers.grade, "
        "closed_at is null or answered_at is null or answered_at <= closed_at as in_time "
        "from answers join turns using (turn_id) where turn_id = :id) as found",
        {"id": turn_id},
    ).fetchone()
    return Given(row["looked"], row["graded"], row["knew"])


def graded(db: Connection, turn_id: int) -> frozenset[int]:
    """Who graded in a turn."""
    rows = db.execute(
        "select learner_id from answers where turn_id = :id and grade is not null", {"id": turn_id}
    ).fetchall()
    return frozenset(row["learner_id"] for row in rows)


def takers(db: Connection, chat_id: int, before_turn: int, most: int) -> list[frozenset[int]]:
    """Who graded in each of a group's last turns before this one, newest first; who has left the group is left out.

    A turn that nobody graded does not tell who takes part, nor does a round's, for which one says that one is in.
    """
    rows = db.execute(
        "select turn_id from turns where chat_id = :chat_id and learner_id is null and turn_id < :turn_id "
        "and round_id is null and exists (select 1 from answers where answers.turn_id = turns.turn_id "
        "and grade is not null) order by turn_id desc limit :most",
        {"chat_id": chat_id, "turn_id": before_turn, "most": most},
    ).fetchall()
    found = db.execute(
        "select learner_id from members where chat_id = :chat_id and left_at is not null", {"chat_id": chat_id}
    ).fetchall()
    gone = frozenset(row["learner_id"] for row in found)
    return [graded(db, row["turn_id"]) - gone for row in rows]


def left(db: Connection, most: int) -> list[Left]:
    """Messages that one member alone sees and should no more; so many of a group, the oldest.

    An answer, once the group has another turn; what was opened before looking (`present`), once its turn is closed, as
    the answer that stands there for all is covered by it.
    """
    rows = db.execute(
        "select * from (select alone.*, row_number() over (partition by chat_id order by turn_id, learner_id) as place "
        "from (select turns.chat_id, turn_id, answers.learner_id, ephemeral_id, (select opened_at from turns as newer "
        "where newer.chat_id = turns.chat_id and newer.turn_id > turns.turn_id order by newer.turn_id limit 1) "
        "as followed_at from answers join turns using (turn_id) where ephemeral_id is not null union all "
        "select turns.chat_id, turn_id, present.learner_id, ephemeral_id, closed_at "
        "from present join turns using (turn_id) where ephemeral_id is not null) as alone) as found "
        "where place <= :most and followed_at is not null order by turn_id, learner_id",
        {"most": most},
    ).fetchall()
    return [
        Left(row["chat_id"], row["turn_id"], row["learner_id"], row["ephemeral_id"], from_ms(row["followed_at"]))
        for row in rows
    ]


def alone_in(db: Connection, chat_id: int, learner_id: int, ephemeral_id: int) -> int | None:
    """The turn of which the group's message that this member alone sees is known to hold something."""
    row = db.execute(
        "select turn_id from turns where chat_id = :chat_id and turn_id in ("
        "select turn_id from answers where learner_id = :learner_id and ephemeral_id = :ephemeral_id union all "
        "select turn_id from present where learner_id = :learner_id and ephemeral_id = :ephemeral_id)",
        {"chat_id": chat_id, "learner_id": learner_id, "ephemeral_id": ephemeral_id},
    ).fetchone()
    return None if row is None else int(row["turn_id"])


def taken_away(db: Connection, message: Left) -> None:
    """That message is not there any more, unless another took its place meanwhile."""
    for table in ("answers", "present"):
        db.execute(
            f"update {table} set ephemeral_id = null where turn_id = :turn_id and learner_id = :learner_id "  # noqa: S608 one of two names
            "and ephemeral_id = :ephemeral_id",
            {"turn_id": message.turn_id, "learner_id": message.learner_id, "ephemeral_id": message.ephemeral_id},
        )
