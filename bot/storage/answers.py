"""What each member did in a group's turn: was led to the answer, looked, graded."""

from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.storage.columns import from_ms, to_ms
from bot.study.memory import Grade


class Answer(Struct, frozen=True):
    """What one member did in a turn."""

    learner_id: int
    looked_at: datetime
    grade: Grade | None


def lead(db: Connection, turn_id: int, learner_id: int) -> None:
    """This member asked for the answer in the group and may see it in private."""
    db.execute(
        "insert into answers (turn_id, learner_id) values (:turn_id, :learner_id) "
        "on conflict (turn_id, learner_id) do nothing",
        {"turn_id": turn_id, "learner_id": learner_id},
    )


def was_led(db: Connection, turn_id: int, learner_id: int) -> bool:
    """Whether this member asked for the answer in the group."""
    row = db.execute(
        "select 1 from answers where turn_id = :turn_id and learner_id = :learner_id",
        {"turn_id": turn_id, "learner_id": learner_id},
    ).fetchone()
    return row is not None


def look(db: Connection, turn_id: int, learner_id: int, at: datetime) -> None:
    """This member sees the answer; only the first time is kept."""
    db.execute(
        "insert into answers (turn_id, learner_id, looked_at) values (:turn_id, :learner_id, :at) "
        "on conflict (turn_id, learner_id) do update set looked_at = coalesce(answers.looked_at, :at)",
        {"turn_id": turn_id, "learner_id": learner_id, "at": to_ms(at)},
    )


def give(db: Connection, turn_id: int, learner_id: int, grade: Grade) -> bool:
    """Whether this grade counts: the first of who has looked does, no other."""
    row = db.execute(
        "update answers set grade = :grade where turn_id = :turn_id and learner_id = :learner_id "
        "and looked_at is not null and grade is null returning turn_id",
        {"turn_id": turn_id, "learner_id": learner_id, "grade": int(grade)},
    ).fetchone()
    return row is not None


def of_turn(db: Connection, turn_id: int) -> list[Answer]:
    """Who looked and who graded, in the order they looked."""
    rows = db.execute(
        "select * from answers where turn_id = :id and looked_at is not null order by looked_at, learner_id",
        {"id": turn_id},
    ).fetchall()
    return [
        Answer(row["learner_id"], from_ms(row["looked_at"]), None if row["grade"] is None else Grade(row["grade"]))
        for row in rows
    ]


def takers(db: Connection, chat_id: int, before_turn: int, most: int) -> list[frozenset[int]]:
    """Who graded in each of a group's last turns before this one, newest first."""
    rows = db.execute(
        "select turn_id from turns where chat_id = :chat_id and learner_id is null and turn_id < :turn_id "
        "order by turn_id desc limit :most",
        {"chat_id": chat_id, "turn_id": before_turn, "most": most},
    ).fetchall()
    return [
        frozenset(answer.learner_id for answer in of_turn(db, row["turn_id"]) if answer.grade is not None)
        for row in rows
    ]
