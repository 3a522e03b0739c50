"""Which cards wait for a learner: what the queue chooses from."""

from collections.abc import Iterable
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any

from bot.storage import chats
from bot.storage.columns import from_day, to_day, to_ms
from bot.storage.reviews import MEMORY_COLUMNS, from_values
from bot.study.queue import Candidate

# To one deck, by its id; to the decks of a name and below it, by that name; or to none.
Narrow = int | str | None

# Most people have put nothing aside: that is asked once, not for each card. Where they have, it is listed once: to look
# each card up would be slower.
_NOTHING_ASIDE = "not exists (select 1 from aside where learner_id = :learner_id)"
_SUSPENDED = "(select card_id from aside where learner_id = :learner_id and suspended_at is not null)"
_BURIED = "(select card_id from aside where learner_id = :learner_id and buried_day >= :today)"
_ASKED = f"({_NOTHING_ASIDE} or cards.card_id not in {_SUSPENDED})"
# `:deck` narrows to one (PostgreSQL cannot tell the type of it in `:deck is null`), `:tree` to those below a name.
_NARROWED = (
    "cards.deck_id = coalesce(:deck, cards.deck_id) "
    "and (:tree = '' or decks.name = :tree or substr(decks.name, 1, length(:tree) + 2) = :tree || '::')"
)
# Cards of the decks that the learner's own chat has.
_OWN = (
    f"cards.archived_at is null and cards.kind <> 'waiting' and {_ASKED} and decks.archived_at is null "  # noqa: S608
    f"and {_NARROWED} "
    "and exists (select 1 from subscriptions "
    "where chat_id = :learner_id and deck_id = cards.deck_id and left_at is null)"
)
# A card that was buried, or last met in a group, rests that day: it comes tomorrow at the soonest.
_AWAKE = (
    f"({_NOTHING_ASIDE} or cards.card_id not in {_BURIED}) and "  # noqa: S608
    "(not exists (select 1 from reviews where learner_id = :learner_id and day = :today and kind = 'group') or "
    "coalesce((select reviews.kind from reviews where reviews.learner_id = :learner_id "
    "and reviews.card_id = cards.card_id and reviews.day = :today and reviews.kind <> 'undo' "
    "order by review_id desc limit 1), '') <> 'group')"
)
_MINE = f"{_OWN} and {_AWAKE}"
_CANDIDATE = f"cards.card_id, note, deck_id, position, {MEMORY_COLUMNS}"
_MET = f"select {_CANDIDATE} from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608


def learning(db: Connection, learner_id: int, today: date, deck: Narrow) -> list[Candidate]:
    """The cards on a learning step, whose moment may or may not have come."""
    rows = db.execute(_LEARNING, _bound(learner_id, today, deck)).fetchall()
    return [_candidate(row) for row in rows]


_LEARNING = _MET + f"where learner_id = :learner_id and due_at is not null and {_MINE} order by due_at, card_id"


def due(db: Connection, learner_id: int, today: date, deck: Narrow, most: int) -> list[Candidate]:
    """The cards whose study day has come, those nearest to being forgotten first, at most so many."""
    bound = {**_bound(learner_id, today, deck), "most": most}
    # The nearest are found by their index alone. Only where not all of these may be asked, more are looked at.
    for reach in (most, 4 * most, -1):
        rows = db.execute(_DUE, {**bound, "reach": reach, "limit": most if reach < 0 else reach}).fetchall()
        asked = [row for row in rows if row["asked"]]
        if len(asked) >= most or len(rows) < reach:
            break
    return [_candidate(row[:-1]) for row in asked[:most]]


# Retrievability falls with elapsed days ÷ stability alone, so this order is the order of retrievability.
_NEAREST = "order by (:today - last_day) / stability desc, card_id"
# Those that were suspended are the nearest of all in the end.
_WAITS = f"learner_id = :learner_id and due_day <= :today and ({_NOTHING_ASIDE} or card_id not in {_SUSPENDED})"
# Those that may not be asked come too, and are told as such: then fewer rows than were looked for are all there are.
# Only where all are looked at they stay away.
_DUE = (
    f"select {_CANDIDATE}, {_MINE} as asked from (select card_id from memories "  # noqa: S608
    f"where {_WAITS} {_NEAREST} limit :reach) as nearest "
    "join memories on memories.learner_id = :learner_id and memories.card_id = nearest.card_id "
    f"join cards on cards.card_id = nearest.card_id join decks using (deck_id) where :reach > 0 or {_MINE} "
    "order by (:today - last_day) / stability desc, nearest.card_id limit :limit"
)


def count_due(db: Connection, learner_id: int, today: date, deck: Narrow, most: int = -1) -> int:
    """How many cards `due` could give, counted up to `most` (all if below zero)."""
    row = db.execute(
        "select count(*) as cards from (select 1 from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and due_day <= :today and {_MINE} limit :most) as found",
        {**_bound(learner_id, today, deck), "most": most},
    ).fetchone()
    return int(row["cards"])


def new(db: Connection, learner_id: int, today: date, deck: Narrow, most: int) -> list[Candidate]:
    """The first cards in deck order that the learner never met."""
    found: list[Candidate] = []
    # Deck after deck, each in the order of its index: all that were not met need not be sorted to find the first.
    for deck_id in chats.subscribed(db, learner_id, deck if isinstance(deck, str) else ""):
        if (isinstance(deck, int) and deck != deck_id) or len(found) >= most:
            continue
        rows = db.execute(
            "select card_id, note, deck_id, position from cards "  # noqa: S608
            f"where deck_id = :deck and archived_at is null and kind <> 'waiting' and {_ASKED} and {_AWAKE} "
            "and not exists (select 1 from memories where learner_id = :learner_id "
            "and memories.card_id = cards.card_id) order by position, card_id limit :most",
            {**_bound(learner_id, today, deck_id), "most": most - len(found)},
        ).fetchall()
        found += [Candidate(row["card_id"], row["note"], (row["deck_id"], row["position"]), None) for row in rows]
    return found


def ahead(
    db: Connection, learner_id: int, today: date, deck: Narrow, seen: frozenset[int], most: int = 1
) -> list[Candidate]:
    """The cards that are due soonest after today and were not put in this session, so many: for studying ahead."""
    rows = db.execute(
        _MET + f"where learner_id = :learner_id and (due_day > :today or due_at is not null) and {_MINE} "
        "order by due_day is not null, due_day, due_at, position, card_id limit :most",
        {**_bound(learner_id, today, deck), "most": len(seen) + most},
    ).fetchall()
    return [_candidate(row) for row in rows if row["card_id"] not in seen][:most]


def count_ahead(db: Connection, learner_id: int, today: date, deck: Narrow) -> int:
    """How many cards `ahead` could give, one after the other."""
    row = db.execute(
        "select count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and (due_day > :today or due_at is not null) and {_MINE}",
        _bound(learner_id, today, deck),
    ).fetchone()
    return int(row["cards"])


def count_new(db: Connection, learner_id: int, today: date, deck: Narrow, most: int = -1) -> int:
    """How many cards of the learner's decks were never met, counted up to `most` (all if below zero)."""
    row = db.execute(_COUNT_NEW, {**_bound(learner_id, today, deck), "most": most}).fetchone()
    return int(row["cards"])


# From the decks that the learner has: else every card of all decks is looked at until enough are found.
_COUNT_NEW = (
    "select count(*) as cards from (select 1 from subscriptions join decks using (deck_id) "  # noqa: S608
    "join cards using (deck_id) where chat_id = :learner_id and left_at is null and decks.archived_at is null "
    f"and {_NARROWED} and cards.archived_at is null "
    f"and cards.kind <> 'waiting' and {_ASKED} and {_AWAKE} and not exists (select 1 from memories "
    "where learner_id = :learner_id and memories.card_id = cards.card_id) limit :most) as found"
)


def count_unmet(db: Connection, learner_id: int, today: date, deck: Narrow) -> tuple[int, int]:
    """How many cards of the learner's decks were never met, and how many of these are suspended; one that only rests
    today is like the others.
    """
    row = db.execute(_COUNT_UNMET, _bound(learner_id, today, deck)).fetchone()
    return row["cards"], row["suspended"]


_COUNT_UNMET = (
    f"select count(*) as cards, count(*) filter (where not {_ASKED}) as suspended "  # noqa: S608
    "from subscriptions join decks using (deck_id) join cards using (deck_id) "
    "where chat_id = :learner_id and left_at is null and decks.archived_at is null "
    f"and {_NARROWED} and cards.archived_at is null and cards.kind <> 'waiting' and not exists "
    "(select 1 from memories where learner_id = :learner_id and memories.card_id = cards.card_id)"
)


def count_met(db: Connection, learner_id: int, today: date) -> int:
    """How many of the cards that are asked here, today or some day, were met."""
    row = db.execute(
        "select count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and {_OWN}",
        _bound(learner_id, today, None),
    ).fetchone()
    return int(row["cards"])


def count_due_of_each(db: Connection, learner_id: int, today: date) -> dict[int, int]:
    """How many cards `due` could give, by deck; those that have none are left out."""
    rows = db.execute(
        "select deck_id, count(*) as cards from memories join cards using (card_id) join decks using (deck_id) "  # noqa: S608
        f"where learner_id = :learner_id and due_day <= :today and {_MINE} group by deck_id",
        _bound(learner_id, today, None),
    ).fetchall()
    return {row["deck_id"]: row["cards"] for row in rows}


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


def next_due(
    db: Connection, learner_id: int, today: date, deck: Narrow, now: datetime
) -> tuple[int | None, date | None]:
    """The earliest learning moment after `now` (ms UTC) and the earliest due day after today of the learner's cards,
    each if there is one.
    """
    row = db.execute(
        f"select min(case when due_at > :now and {_AWAKE} then due_at end) as at, "  # noqa: S608
        f"min(case when due_day > :today then due_day when not ({_AWAKE}) then :today + 1 end) as day "
        "from memories join cards using (card_id) join decks using (deck_id) "
        f"where learner_id = :learner_id and {_OWN}",
        {**_bound(learner_id, today, deck), "now": to_ms(now)},
    ).fetchone()
    return row["at"], None if row["day"] is None else from_day(row["day"])


def _bound(learner_id: int, today: date, deck: Narrow) -> dict[str, int | str | None]:
    tree = deck if isinstance(deck, str) else ""
    return {"learner_id": learner_id, "today": to_day(today), "deck": None if tree else deck, "tree": tree}


def _candidate(values: Iterable[Any]) -> Candidate:
    """Out of the values of `_CANDIDATE`."""
    card_id, note, deck_id, position, *memory = values
    return Candidate(card_id, note, (deck_id, position), from_values(memory))
