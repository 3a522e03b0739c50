"""Memories and the review log they are a cache of."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from sqlite3 import Connection, Row
from typing import Any

from msgspec import Struct

from bot.storage.columns import from_day, from_ms, maybe_day, maybe_from_day, maybe_from_ms, maybe_ms, to_day, to_ms
from bot.study import board
from bot.study.hours import Moment
from bot.study.memory import Grade, Memory, Policy, Stage
from bot.study.queue import Asked

_MEMORY = (
    "stage",
    "stability",
    "difficulty",
    "step",
    "interval_days",
    "due_at",
    "due_day",
    "last_at",
    "last_day",
    "reviews",
    "lapses",
)
MEMORY_COLUMNS = ", ".join(f"memories.{name}" for name in _MEMORY)
_STAGES = {str(stage): stage for stage in Stage}


class Review(Struct, frozen=True):
    """One entry of the log: a grade, (kind `undo`) the taking back of one, or (kind `manual`) `after` set by hand.

    A grade without a policy was given elsewhere.
    """

    review_id: int
    learner_id: int
    card_id: int
    turn_id: int | None
    moment: Moment
    kind: str
    grade: Grade | None
    before: Memory | None
    after: Memory | None
    policy_id: int | None
    undoes: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Review":
        return cls(
            review_id=row["review_id"],
            learner_id=row["learner_id"],
            card_id=row["card_id"],
            turn_id=row["turn_id"],
            moment=Moment(from_ms(row["at"]), from_day(row["day"]), from_ms(row["day_ends_at"])),
            kind=row["kind"],
            grade=None if row["grade"] is None else Grade(row["grade"]),
            before=_from_text(row["before"]),
            after=_from_text(row["after"]),
            policy_id=row["policy_id"],
            undoes=row["undoes"],
        )


class Done(Struct, frozen=True):
    """What a learner did on a study day, undone grades and cramming left out."""

    new: int
    reviews: int


def to_columns(memory: Memory) -> dict[str, Any]:
    return {
        "stage": str(memory.stage),
        "stability": memory.stability,
        "difficulty": memory.difficulty,
        "step": memory.step,
        "interval_days": memory.interval_days,
        "due_at": maybe_ms(memory.due_at),
        "due_day": maybe_day(memory.due_day),
        "last_at": to_ms(memory.last_at),
        "last_day": to_day(memory.last_day),
        "reviews": memory.reviews,
        "lapses": memory.lapses,
    }


def from_columns(row: Row | dict[str, Any]) -> Memory:
    return from_values([row[name] for name in _MEMORY])


def from_values(values: Sequence[Any]) -> Memory:
    """Out of the values of `MEMORY_COLUMNS`."""
    # In their order, without a look at each name: every push and every card asked reads several.
    stage, stability, difficulty, step, interval_days, due_at, due_day, last_at, last_day, reviews, lapses = values
    return Memory(
        _STAGES[stage],
        stability,
        difficulty,
        step,
        interval_days,
        maybe_from_ms(due_at),
        maybe_from_day(due_day),
        from_ms(last_at),
        from_day(last_day),
        reviews,
        lapses,
    )


def _to_text(memory: Memory | None) -> str | None:
    return None if memory is None else json.dumps(to_columns(memory))


def _from_text(text: str | None) -> Memory | None:
    return None if text is None else from_columns(json.loads(text))


def policy_id(db: Connection, policy: Policy) -> int:
    """The id of this policy; each different one is kept once."""
    body = {"body": policy.to_json()}
    row = db.execute("select policy_id from policies where body = :body", body).fetchone()
    if row is None:
        row = db.execute("insert into policies (body) values (:body) returning policy_id", body).fetchone()
    return int(row["policy_id"])


def policies(db: Connection) -> dict[int, Policy]:
    rows = db.execute("select policy_id, body from policies").fetchall()
    return {row["policy_id"]: Policy.from_json(row["body"]) for row in rows}


def memory(db: Connection, learner_id: int, card_id: int) -> Memory | None:
    row = db.execute(
        "select * from memories where learner_id = :learner_id and card_id = :card_id",
        {"learner_id": learner_id, "card_id": card_id},
    ).fetchone()
    return None if row is None else from_columns(row)


_SET_MEMORY = (
    f"insert into memories (learner_id, card_id, {', '.join(_MEMORY)}) "  # noqa: S608 names are ours
    f"values (:learner_id, :card_id, {', '.join(f':{name}' for name in _MEMORY)}) "
    f"on conflict (learner_id, card_id) do update set {', '.join(f'{name} = excluded.{name}' for name in _MEMORY)}"
)


def set_memory(db: Connection, learner_id: int, card_id: int, value: Memory | None) -> None:
    """Write the memory as it now stands; None: the card is new again."""
    key = {"learner_id": learner_id, "card_id": card_id}
    if value is None:
        db.execute("delete from memories where learner_id = :learner_id and card_id = :card_id", key)
        return
    db.execute(_SET_MEMORY, {**key, **to_columns(value)})


def add(
    db: Connection,
    *,
    learner_id: int,
    card_id: int,
    turn_id: int | None,
    moment: Moment,
    kind: str,
    grade: Grade,
    before: Memory | None,
    after: Memory | None,
    taken_ms: int | None,
    policy: int,
) -> int:
    """Append a grade to the log and return its id."""
    row = db.execute(
        "insert into reviews (learner_id, card_id, turn_id, at, day, day_ends_at, kind, grade, stage_before, before, "
        "after, taken_ms, policy_id, was_due) values (:learner_id, :card_id, :turn_id, :at, :day, :day_ends_at, :kind, "
        ":grade, :stage_before, :before, :after, :taken_ms, :policy, :was_due) returning review_id",
        {
            "learner_id": learner_id,
            "card_id": card_id,
            "turn_id": turn_id,
            "at": to_ms(moment.at),
            "day": to_day(moment.day),
            "day_ends_at": to_ms(moment.day_ends_at),
            "kind": kind,
            "grade": int(grade),
            "stage_before": None if before is None else str(before.stage),
            "before": _to_text(before),
            "after": _to_text(after),
            "taken_ms": taken_ms,
            "policy": policy,
            "was_due": int(before is not None and board.due_day(before) <= moment.day),
        },
    ).fetchone()
    return int(row["review_id"])


def undo(db: Connection, review: Review, moment: Moment) -> bool:
    """Append the row that takes `review` back; False if that was done before."""
    row = db.execute(
        "insert into reviews (learner_id, card_id, turn_id, at, day, day_ends_at, kind, undoes) "
        "values (:learner_id, :card_id, :turn_id, :at, :day, :day_ends_at, 'undo', :undoes) "
        "on conflict (undoes) do nothing returning review_id",
        {
            "learner_id": review.learner_id,
            "card_id": review.card_id,
            "turn_id": review.turn_id,
            "at": to_ms(moment.at),
            "day": to_day(moment.day),
            "day_ends_at": to_ms(moment.day_ends_at),
            "undoes": review.review_id,
        },
    ).fetchone()
    return row is not None


# A grade stands unless a later row takes it back.
_STANDS = (
    "reviews.grade is not null and not exists (select 1 from reviews as later where later.undoes = reviews.review_id)"
)
# One that was given elsewhere, or before its card's memory was set by hand, has nothing to go back to.
_CAN_BE_UNDONE = (
    f"{_STANDS} and reviews.policy_id is not null and not exists (select 1 from reviews as set_later "  # noqa: S608 ours
    "where set_later.learner_id = reviews.learner_id and set_later.card_id = reviews.card_id "
    "and set_later.kind = 'manual' and set_later.review_id > reviews.review_id)"
)


def set_by_hand(db: Connection, learner_id: int, card_id: int, moment: Moment, value: Memory | None) -> None:
    """The memory is this from now on, and the log says so; None: the card is new again."""
    before = memory(db, learner_id, card_id)
    db.execute(
        "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, stage_before, before, after) "
        "values (:learner_id, :card_id, :at, :day, :day_ends_at, 'manual', :stage_before, :before, :after)",
        {
            "learner_id": learner_id,
            "card_id": card_id,
            "at": to_ms(moment.at),
            "day": to_day(moment.day),
            "day_ends_at": to_ms(moment.day_ends_at),
            "stage_before": None if before is None else str(before.stage),
            "before": _to_text(before),
            "after": _to_text(value),
        },
    )
    set_memory(db, learner_id, card_id, value)


def last_id(db: Connection) -> int:
    """The number of the last entry in the log."""
    return int(db.execute("select coalesce(max(review_id), 0) as last from reviews").fetchone()["last"])


def last_standing(db: Connection, learner_id: int) -> Review | None:
    """The learner's latest grade that can be taken back."""
    row = db.execute(
        f"select * from reviews where learner_id = :learner_id and {_CAN_BE_UNDONE} order by review_id desc limit 1",  # noqa: S608
        {"learner_id": learner_id},
    ).fetchone()
    return None if row is None else Review.from_row(row)


def last_asked(db: Connection, learner_id: int, most: int) -> tuple[Asked, ...]:
    """The cards of the learner's latest standing grades, the latest first."""
    rows = db.execute(
        f"select card_id, note from reviews join cards using (card_id) where learner_id = :learner_id and {_STANDS} "  # noqa: S608
        "order by review_id desc limit :most",
        {"learner_id": learner_id, "most": most},
    ).fetchall()
    return tuple(Asked(row["card_id"], row["note"]) for row in rows)


def find(db: Connection, review_id: int) -> Review | None:
    row = db.execute("select * from reviews where review_id = :id", {"id": review_id}).fetchone()
    return None if row is None else Review.from_row(row)


def stands(db: Connection, review_id: int) -> bool:
    """Whether this is a grade that was not taken back."""
    row = db.execute(f"select 1 from reviews where review_id = :id and {_STANDS}", {"id": review_id}).fetchone()  # noqa: S608
    return row is not None


def can_be_undone(db: Connection, review_id: int) -> bool:
    """Whether this grade stands and what it changed has not been set by hand since."""
    row = db.execute(f"select 1 from reviews where review_id = :id and {_CAN_BE_UNDONE}", {"id": review_id}).fetchone()  # noqa: S608
    return row is not None


def of_turn(db: Connection, turn_id: int, learner_id: int) -> Review | None:
    """The grade that this learner gave in a turn, standing or not."""
    row = db.execute(
        "select * from reviews where turn_id = :turn_id and learner_id = :learner_id and kind <> 'undo' "
        "order by review_id desc limit 1",
        {"turn_id": turn_id, "learner_id": learner_id},
    ).fetchone()
    return None if row is None else Review.from_row(row)


def of_card(db: Connection, learner_id: int, card_id: int, most: int) -> list[Review]:
    """What the log has of a card besides what was taken back, the latest first, at most so many."""
    rows = db.execute(
        "select * from reviews where learner_id = :learner_id and card_id = :card_id "  # noqa: S608
        f"and (kind = 'manual' or ({_STANDS})) order by at desc, review_id desc limit :most",
        {"learner_id": learner_id, "card_id": card_id, "most": most},
    ).fetchall()
    return [Review.from_row(row) for row in rows]


def done_on(db: Connection, learner_id: int, day: date) -> Done:
    """What counts against the limits of a study day."""
    row = db.execute(
        "select count(*) filter (where stage_before is null) as new, "  # noqa: S608
        "count(*) filter (where stage_before = 'review') as reviews "
        f"from reviews where learner_id = :learner_id and day = :day and kind <> 'cram' and {_STANDS}",
        {"learner_id": learner_id, "day": to_day(day)},
    ).fetchone()
    return Done(row["new"], row["reviews"])


def of_session(db: Connection, session_id: int) -> list[Review]:
    """The standing grades of a session, in the order they were given."""
    rows = db.execute(
        "select reviews.* from reviews join turns using (turn_id) "  # noqa: S608
        f"where session_id = :session_id and {_STANDS} order by review_id",
        {"session_id": session_id},
    ).fetchall()
    return [Review.from_row(row) for row in rows]


def progress(db: Connection, session_id: int) -> tuple[int, int]:
    """How many standing grades a session has, and after how many of them the card comes back the same day."""
    # A memory that is due at a moment names no day; cramming leaves it as it was.
    row = db.execute(
        "select count(*) as graded, count(*) filter "  # noqa: S608
        "(where reviews.kind <> 'cram' and after like '%\"due_day\": null%') as returning_ "
        f"from reviews join turns using (turn_id) where session_id = :session_id and {_STANDS}",
        {"session_id": session_id},
    ).fetchone()
    return row["graded"], row["returning_"]


def log(db: Connection) -> Iterator[Review]:
    """The whole log, a learner's card after the other, each in the order it was written."""
    for row in db.execute("select * from reviews order by learner_id, card_id, review_id"):
        yield Review.from_row(row)


def every_memory(db: Connection) -> Iterator[tuple[tuple[int, int], Memory]]:
    """All memories by learner and card, in the order of the log."""
    for row in db.execute("select * from memories order by learner_id, card_id"):
        yield (row["learner_id"], row["card_id"]), from_columns(row)


def by_day(db: Connection, learner_id: int, since: date) -> dict[date, tuple[int, int, int]]:
    """Per study day: standing grades, cards among them that were due and not new, and how many of these were known.

    As a session's summary has it: a card that comes back the same day was counted by its first grade.
    """
    rows = db.execute(
        "select day, count(*) as given, count(*) filter (where place = 1 and stage_before is not null) as due, "  # noqa: S608
        "count(*) filter (where place = 1 and stage_before is not null and grade > 1) as known "
        "from (select day, stage_before, grade, row_number() over (partition by day, card_id order by review_id) "
        f"as place from reviews where learner_id = :id and day >= :since and kind <> 'cram' and {_STANDS}) as given "
        "group by day",
        {"id": learner_id, "since": to_day(since)},
    ).fetchall()
    return {from_day(row["day"]): (row["given"], row["due"], row["known"]) for row in rows}


def days(db: Connection, learner_id: int) -> frozenset[date]:
    """The study days on which the learner graded anything."""
    rows = db.execute(
        f"select distinct day from reviews where learner_id = :id and {_STANDS}",  # noqa: S608
        {"id": learner_id},
    ).fetchall()
    return frozenset(from_day(row["day"]) for row in rows)


def met(db: Connection, learner_id: int) -> int:
    """How many cards the learner has a memory of."""
    row = db.execute("select count(*) as cards from memories where learner_id = :id", {"id": learner_id}).fetchone()
    return int(row["cards"])
