"""The figures of a group's board, counted by the database: see `study/board.py` for what counts."""

from collections.abc import Sequence
from datetime import date
from sqlite3 import Connection

from msgspec import Struct

from bot.storage.columns import to_day
from bot.study.board import Week


class Counted(Struct, frozen=True):
    """A member to be counted: the study day they live, and the days that a card of stability 1 is alive for them."""

    learner_id: int
    today: date
    days_alive: float


def _cards(kind: str) -> str:
    """The cards of that kind in the group's decks."""
    return (
        "own (card_id) as (select cards.card_id from subscriptions join decks using (deck_id) "  # noqa: S608 ours
        "join cards using (deck_id) where chat_id = :chat_id and left_at is null and decks.archived_at is null "
        f"and cards.archived_at is null and kind = '{kind}')"
    )


# What can be put to the group.
_CARDS = _cards("question")
_STANDS = "not exists (select 1 from reviews as later where later.undoes = reviews.review_id)"
_ALIVE = "coalesce(step, 1) > 0 and today - last_day <= days_alive * stability"
# One row for each of a member's cards: whether it was graded when due and is alive.
_WEEK = f"""
done (learner_id, card_id) as (
    select distinct reviews.learner_id, card_id from counted join reviews using (learner_id)
    where day between :monday and today and was_due = 1 and kind in ('learn', 'review', 'relearn', 'group')
    and {_STANDS}
    and card_id in (select card_id from own)
),
week (learner_id, card_id, kept) as (
    select learner_id, card_id, case when {_ALIVE} then 1 else 0 end
    from done join counted using (learner_id) join memories using (learner_id, card_id)
    union all
    select learner_id, card_id, 0 from counted join memories using (learner_id)
    where due_day <= today and card_id in (select card_id from own)
    and not exists (select 1 from done where done.learner_id = memories.learner_id and done.card_id = memories.card_id)
    union all
    select learner_id, card_id, 0 from counted join memories using (learner_id)
    where due_at is not null and last_day < today and card_id in (select card_id from own)
    and not exists (select 1 from done where done.learner_id = memories.learner_id and done.card_id = memories.card_id)
)
"""  # noqa: S608 the parts are ours


def weeks(db: Connection, chat_id: int, monday: date, members: Sequence[Counted]) -> list[Week]:
    """The weeks of these members in this group, in their order."""
    if not members:
        return []
    rows = db.execute(
        f"with {_counted(members)}, {_CARDS}, {_WEEK} "  # noqa: S608 only names of parameters are put in
        "select learner_id, count(*) as due, sum(kept) as kept from week group by learner_id",
        {"monday": to_day(monday), **_bound(chat_id, members)},
    ).fetchall()
    found = {row["learner_id"]: Week(row["learner_id"], row["due"], row["kept"]) for row in rows}
    return [found.get(each.learner_id, Week(each.learner_id, 0, 0)) for each in members]


def alive(db: Connection, chat_id: int, members: Sequence[Counted]) -> tuple[int, int]:
    """How many of the group's cards that these members have met are alive, and how many were met; each for each."""
    if not members:
        return 0, 0
    row = db.execute(
        f"with {_counted(members)}, {_CARDS} select count(*) as met, count(*) filter (where {_ALIVE}) as alive "  # noqa: S608
        "from counted join memories using (learner_id) where card_id in (select card_id from own)",
        _bound(chat_id, members),
    ).fetchone()
    return row["alive"], row["met"]


def _counted(members: Sequence[Counted]) -> str:
    # PostgreSQL takes the types of the columns from the first row.
    first = "(cast(:learner0 as bigint), cast(:today0 as integer), cast(:alive0 as double precision))"
    rows = (f"(:learner{n}, :today{n}, :alive{n})" for n in range(1, len(members)))
    return f"counted (learner_id, today, days_alive) as (values {', '.join([first, *rows])})"


def _bound(chat_id: int, members: Sequence[Counted]) -> dict[str, int | float]:
    bound: dict[str, int | float] = {"chat_id": chat_id}
    for n, each in enumerate(members):
        bound[f"learner{n}"], bound[f"today{n}"] = each.learner_id, to_day(each.today)
        bound[f"alive{n}"] = each.days_alive
    return bound


class State(Struct, frozen=True):
    """One member in a group's decks: cards that can be put there, met, due today (also on a step), and met first today.

    `statements`: cards of these decks that cannot. `given` and `known`: grades of cards that were not new in the
    last days, and how many of those were known.
    """

    cards: int
    statements: int
    met: int
    due: int
    new: int
    given: int
    known: int


def state(db: Connection, chat_id: int, learner_id: int, today: date, since: date) -> State:
    """How a member stands today; the grades are counted from a study day on, undone ones and cramming left out."""
    bound = {"chat_id": chat_id, "learner_id": learner_id, "today": to_day(today), "since": to_day(since)}
    cards = db.execute(
        f"with {_CARDS} select count(*) as cards, count(memories.card_id) as met, "  # noqa: S608
        "count(*) filter (where due_at is not null or due_day <= :today) as due "
        "from own left join memories on memories.card_id = own.card_id and learner_id = :learner_id",
        bound,
    ).fetchone()
    statements = db.execute(
        f"with {_cards('statement')} select count(*) as cards from own",  # noqa: S608 ours
        {"chat_id": chat_id},
    ).fetchone()
    graded = db.execute(
        f"with {_CARDS} select count(*) filter (where stage_before is null and day = :today) as new, "  # noqa: S608
        "count(*) filter (where stage_before is not null) as given, "
        "count(*) filter (where stage_before is not null and grade > 1) as known "
        "from reviews where learner_id = :learner_id and day >= :since and grade is not null and kind <> 'cram' "
        f"and {_STANDS} and card_id in (select card_id from own)",
        bound,
    ).fetchone()
    return State(
        cards["cards"],
        statements["cards"],
        cards["met"],
        cards["due"],
        graded["new"],
        graded["given"],
        graded["known"],
    )
