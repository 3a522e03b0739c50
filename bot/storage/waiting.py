"""Which cards wait for a learner: what the queue chooses from."""

from datetime import date
from sqlite3 import Connection, Row

from bot.storage.columns import from_day, to_day
from bot.storage.reviews import from_columns
from bot.study.queue import Candidate

# Cards of the decks that the learner's own chat has. `:deck` narrows to one (PostgreSQL cannot tell the type of it in
# `:deck is null`).
_OWN = (
    "cards.archived_at is null and cards.kind <> 'waiting' and decks.archived_at is null "
    "and cards.deck_id = coalesce(:deck, cards.deck_id) "
    "and exists (select 1 from subscriptions "
    "where chat_id = :learner_id and deck_id = cards.deck_id and left_at is null)"
)
# A card last met in a group rests that day: it comes tomorrow at the soonest.
_AWAKE = (
    "coalesce((select reviews.kind from reviews where reviews.learner_id = :learner_id "
    "and reviews.card_id = cards.card_id and reviews.day = :today and reviews.kind <> 'undo' "
    "order by review_id desc limit 1), '') <> 'group'"
)
_MINE = f"{_OWN} and {_AWAKE}"
_MET = "select memories.*, note, deck_id, position from memories join cards using (card_id) join decks using (deck_id) "


def learning(db: Connection, learner_id: int, today: date, deck: int | None) -> list[Candidate]:
    """The cards on a learning step, whose moment may or may not have come."""
    rows = db.execute(
        _MET + f"where learner_id = :learner_id and due_at is not null and {_MINE} order by due_at, card_id",
        _bound(learner_id, today, deck),
    ).fetchall()
    return [_candidate(row) for row in rows]


def due(db: Connection, learner_id: int, today: date, deck: int | None, most: int = 2000) -> list[Candidate]:
    """The cards whose study day has come, those nearest to being forgotten first, at most so many."""
    # Retrievability falls with elapsed days ÷ stability alone, so this order is the order of retrievability.
    rows = db.execute(
        _MET + f"where learner_id = :learner_id and due_day <= :today and {_MINE} "
        "order by (:today - last_day) / stability desc, card_id limit :most",
        {**_bound(learner_id, today, deck), "most": most},
    ).fetchall()
    return [_candidate(row) for row in rows]


def new(db: Connection, learner_id: int, today: date, deck: int | None, most: int) -> list[Candidate]:
    """The first cards in deck order that the learner never met."""
    rows = db.execute(
        "select card_id, note, deck_id, position from cards join decks using (deck_id) "  # noqa: S608
        f"where {_MINE} and not exists (select 1 from memories where learner_id = :learner_id "
        "and memories.card_id = cards.card_id) order by decks.name, deck_id, position, card_id limit :most",
        {**_bound(learner_id, today, deck), "most": most},
    ).fetchall()
    return [Candidate(row["card_id"], row["note"], (row["deck_id"], row["position"]), None) for row in rows]


def ahead(db: Connection, learner_id: int, today: date, deck: int | None, seen: frozenset[int]) -> Candidate | None:
    """The card that is due soonest after today and was not put in this session: for studying ahead."""
    rows = db.execute(
        _MET + f"where learner_id = :learner_id and (due_day > :today or due_at is not null) and {_MINE} "
        "order by due_day is not null, due_day, due_at, position, card_id limit :most",
        {**_bound(learner_id, today, deck), "most": len(seen) + 1},
    ).fetchall()
    return next((_candidate(row) for row in rows if row["card_id"] not in seen), None)


def count_ahead(db: Connection, learner_id: int, today: date, deck: int | None) -> int:
    """How many cards `ahead` could give, one after the other."""
    row = db.execute(
        "select count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and (due_day > :today or due_at is not null) and {_MINE}",
        _bound(learner_id, today, deck),
    ).fetchone()
    return int(row["cards"])


def count_new(db: Connection, learner_id: int, today: date, deck: int | None) -> int:
    """How many cards of the learner's decks were never met."""
    row = db.execute(
        f"select count(*) as cards from cards join decks using (deck_id) where {_MINE} and not exists "  # noqa: S608
        "(select 1 from memories where learner_id = :learner_id and memories.card_id = cards.card_id)",
        _bound(learner_id, today, deck),
    ).fetchone()
    return int(row["cards"])


def due_by(db: Connection, learner_id: int, today: date, day: date) -> int:
    """How many met cards will be due on `day`, after today, if nothing more is studied today."""
    row = db.execute(
        "select count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and (due_day <= :day or due_at is not null) and {_OWN}",
        {**_bound(learner_id, today, None), "day": to_day(day)},
    ).fetchone()
    return int(row["cards"])


def forecast(db: Connection, learner_id: int, today: date, days: int) -> dict[date, int]:
    """How many met cards fall due on each of the coming study days; what is overdue falls on today."""
    rows = db.execute(
        f"select case when due_day > :today then due_day when {_AWAKE} then :today else :today + 1 end as day, "  # noqa: S608
        "count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "
        f"where learner_id = :learner_id and {_OWN} group by 1",
        _bound(learner_id, today, None),
    ).fetchall()
    last = to_day(today) + days
    return {from_day(row["day"]): row["cards"] for row in rows if row["day"] < last}


def next_due(db: Connection, learner_id: int, today: date, deck: int | None) -> tuple[int | None, date | None]:
    """The earliest learning moment (ms UTC) and the earliest due day of the learner's cards, each if there is one."""
    row = db.execute(
        f"select min(case when {_AWAKE} then due_at end) as at, "  # noqa: S608
        f"min(case when due_day > :today or {_AWAKE} then due_day else :today + 1 end) as day "
        "from memories join cards using (card_id) join decks using (deck_id) "
        f"where learner_id = :learner_id and {_OWN}",
        _bound(learner_id, today, deck),
    ).fetchone()
    return row["at"], None if row["day"] is None else from_day(row["day"])


def _bound(learner_id: int, today: date, deck: int | None) -> dict[str, int | None]:
    return {"learner_id": learner_id, "today": to_day(today), "deck": deck}


def _candidate(row: Row) -> Candidate:
    return Candidate(row["card_id"], row["note"], (row["deck_id"], row["position"]), from_columns(row))
