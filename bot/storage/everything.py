"""All that somebody has here, on its way out and back: their cards, the whole log and every memory as they lie here."""

import json
from sqlite3 import Connection, Row
from typing import Any

import msgspec
from msgspec import Raw

from bot.decks.everything_told import CardLine, LogLine, ProgressLine
from bot.decks.progress import Own, OwnRow
from bot.storage import exports, reviews
from bot.study.hours import Moment
from bot.study.memory import Memory

_AT_ONCE = 2000
_LOGGED = ("at", "day", "day_ends_at", "kind", "grade", "stage_before", "taken_ms", "undoes", "was_due")
_AS_JSON = ("before", "after", "elsewhere")


def met_decks(db: Connection, learner_id: int) -> frozenset[int]:
    """The decks of whose cards the learner has a memory."""
    rows = db.execute(
        "select distinct deck_id from memories join cards using (card_id) where learner_id = :id", {"id": learner_id}
    ).fetchall()
    return frozenset(row["deck_id"] for row in rows)


def cards(db: Connection, deck_id: int, learner_id: int, *, own: bool) -> list[CardLine]:
    """The deck's cards in their order; of those that are in it no longer all where it is their `own`, else those that
    they have graded.
    """
    rows = db.execute(
        "select * from cards where deck_id = :deck_id and (archived_at is null or :own or exists "
        "(select 1 from reviews where learner_id = :id and reviews.card_id = cards.card_id)) "
        "order by archived_at is not null, position, card_id",
        {"deck_id": deck_id, "id": learner_id, "own": own},
    )
    return [CardLine(exports.side_of(row), row["archived_at"] is not None) for row in rows]


def policies(db: Connection, learner_id: int) -> dict[int, str]:
    """The policies with which they graded, as they are kept."""
    rows = db.execute(
        "select policy_id, body from policies where policy_id in "
        "(select policy_id from reviews where learner_id = :id) order by policy_id",
        {"id": learner_id},
    ).fetchall()
    return {row["policy_id"]: row["body"] for row in rows}


def last_review(db: Connection, learner_id: int) -> int:
    """The number of the log's last row, 0 if there is none."""
    row = db.execute("select max(review_id) as last from reviews where learner_id = :id", {"id": learner_id}).fetchone()
    return row["last"] or 0


def log(db: Connection, learner_id: int, after: int, last: int) -> tuple[list[LogLine], int]:
    """The next rows of the whole log behind that one up to the last, and the number of the last of them."""
    rows = db.execute(
        "select * from reviews where learner_id = :id and review_id > :after and review_id <= :last "
        "order by review_id limit :most",
        {"id": learner_id, "after": after, "last": last, "most": _AT_ONCE},
    ).fetchall()
    return [LogLine(_raw(_logged(row))) for row in rows], rows[-1]["review_id"] if rows else last


def _logged(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"id": row["review_id"], "card": row["card_id"]}
    told |= {name: row[name] for name in _LOGGED if row[name] is not None}
    told |= {name: Raw(row[name].encode()) for name in _AS_JSON if row[name] is not None}
    return told | ({"policy": row["policy_id"]} if row["policy_id"] is not None else {})


def progress(db: Connection, learner_id: int) -> list[ProgressLine]:
    """Every memory, and what they put aside."""
    rows = db.execute(
        "select memories.*, suspended_at, buried_day from memories left join aside using (learner_id, card_id) "
        "where learner_id = :id union all "
        "select aside.learner_id, aside.card_id, stage, stability, difficulty, step, interval_days, due_at, due_day, "
        "last_at, last_day, reviews, lapses, suspended_at, buried_day "
        "from aside left join memories using (learner_id, card_id) where aside.learner_id = :id and stage is null "
        "order by card_id",
        {"id": learner_id},
    )
    return [ProgressLine(_raw(_told(row))) for row in rows]


def _told(row: Row) -> dict[str, Any]:
    told: dict[str, Any] = {"card": row["card_id"]}
    if row["stage"] is not None:
        told["memory"] = reviews.to_columns(reviews.from_columns(row))
    return told | {name: row[name] for name in ("suspended_at", "buried_day") if row[name] is not None}


_INSERT = (
    "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, grade, stage_before, before, after, "
    "taken_ms, policy_id, undoes, was_due, elsewhere) values (:learner_id, :card_id, :at, :day, :day_ends_at, :kind, "
    ":grade, :stage_before, :before, :after, :taken_ms, :policy_id, :undoes, :was_due, :elsewhere) "
    "on conflict do nothing returning review_id"
)


def take_back(db: Connection, learner_id: int, card_id: int, own: Own, moment: Moment) -> None:
    """The log of a card as another Deckhand had it, but for what is here already, and the memory to which it led; one
    that knows of a later answer stays.

    Numbers of cards are others here, and chance is drawn from them, so the log ends with what the memory is set to.
    """
    last = _add_rows(db, learner_id, card_id, own)
    before = reviews.memory(db, learner_id, card_id)
    memory = _memory(own.memory)
    if memory is None or (before is not None and before.last_at >= memory.last_at):
        memory = before
    if last is not None and last.kind == "manual" and _memory(last.after) == memory:
        reviews.set_memory(db, learner_id, card_id, memory)
    elif memory != before or (last is not None and (memory is not None or _leads_somewhere(own))):
        reviews.set_by_hand(db, learner_id, card_id, moment, memory)
    db.execute(
        "insert into aside (learner_id, card_id, suspended_at, buried_day) select :learner_id, :card_id, :at, :day "
        "where :at is not null or :day is not null on conflict (learner_id, card_id) do nothing",
        {"learner_id": learner_id, "card_id": card_id, "at": own.suspended_at, "day": own.buried_day},
    )


def _memory(text: str | None) -> Memory | None:
    return None if text is None else reviews.from_columns(json.loads(text))


def _leads_somewhere(own: Own) -> bool:
    """Whether its log has a grade that stands and changed a memory."""
    undone = {row.undoes for row in own.rows}
    return any(row.policy is not None and row.kind != "cram" and row.id not in undone for row in own.rows)


def _add_rows(db: Connection, learner_id: int, card_id: int, own: Own) -> OwnRow | None:
    """The last row that was not here yet, None if all were."""
    who = {"learner_id": learner_id, "card_id": card_id}
    here: dict[tuple[int, str, int | None], list[int]] = {}
    for row in db.execute(
        "select * from reviews where learner_id = :learner_id and card_id = :card_id order by review_id", who
    ):
        here.setdefault((row["at"], row["kind"], row["grade"]), []).append(row["review_id"])
    policies = [_policy_id(db, body) for body in own.policies]
    ids: dict[int, int] = {}
    last: OwnRow | None = None
    for each in own.rows:
        known = here.get((each.at, each.kind, each.grade))
        if known:
            ids[each.id] = known.pop(0)
            continue
        told = {name: getattr(each, name) for name in OwnRow.__struct_fields__}
        told["policy_id"] = None if each.policy is None else policies[each.policy]
        told["undoes"] = None if each.undoes is None else ids.get(each.undoes)
        if each.undoes is not None and told["undoes"] is None:
            continue
        added = db.execute(_INSERT, {**told, **who}).fetchone()
        if added is not None:
            ids[each.id], last = added["review_id"], each
    return last


def _policy_id(db: Connection, body: str) -> int:
    told = {"body": body}
    row = db.execute("select policy_id from policies where body = :body", told).fetchone()
    if row is None:
        row = db.execute("insert into policies (body) values (:body) returning policy_id", told).fetchone()
    return int(row["policy_id"])


def _raw(told: dict[str, Any]) -> Raw:
    return Raw(msgspec.json.encode(told))
