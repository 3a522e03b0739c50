"""What a group's next card is chosen from: who takes part, what they have met, and the decks in their order."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from sqlite3 import Connection, Cursor
from typing import Any

from msgspec import Struct

from bot.storage.chats import COLUMNS, Chat
from bot.storage.columns import to_day, to_ms
from bot.study.group import Met

LAST_TURNS = 10
# Nobody waits for so many rows, whichever way they are read; with more, candidates are looked for first.
MOST_ROWS = 6_000
_CANDIDATE_ROWS = 1_500
_NEW_CANDIDATES = 2
_ASKED_FOR_NEW = 3
# None that a member put aside; few did, so those are listed once.
_ASKED = (
    "not in (select card_id from aside where learner_id = :member "
    "and (suspended_at is not null or buried_day >= :today))"
)


class Field(Struct, frozen=True):
    """The cards in question: questions of these decks, in their order, that are still there.

    Attributes:
        notes: what the cards put today share with their siblings.
        siblings: it is these siblings that are in question, else the others.
    """

    decks: tuple[int, ...]
    notes: frozenset[str]
    siblings: bool = False


def active(db: Connection, chat_id: int) -> frozenset[int]:
    """Who graded in one of the group's last ten turns or began to take part since, and has not left."""
    rows = db.execute(
        "with latest as (select turn_id, opened_at from turns where chat_id = :chat_id and learner_id is null "
        "order by turn_id desc limit :turns) "
        "select learner_id from answers where turn_id in (select turn_id from latest) and grade is not null "
        "union select learner_id from members where chat_id = :chat_id "
        "and joined_at >= (select case when count(*) = :turns then min(opened_at) else 0 end from latest) "
        "except select learner_id from members where chat_id = :chat_id and left_at is not null",
        {"chat_id": chat_id, "turns": LAST_TURNS},
    ).fetchall()
    return frozenset(row["learner_id"] for row in rows)


def people(db: Connection, members: Collection[int]) -> list[Chat]:
    """Their own chats, in the order of their ids."""
    bound: dict[str, Any] = {}
    rows = db.execute(
        f"select {COLUMNS} from chats where chat_id in ({_listed('member', members, bound)}) order by chat_id",  # noqa: S608
        bound,
    ).fetchall()
    return [Chat.from_row(row) for row in rows]


def new_on(db: Connection, members: Collection[int], day: date) -> dict[int, int]:
    """How many new cards each of them met on a study day of theirs, undone grades left out; who met none is missing."""
    bound: dict[str, Any] = {"day": to_day(day)}
    rows = db.execute(
        "select learner_id, count(*) as new from reviews "  # noqa: S608 only names of parameters are put in
        f"where learner_id in ({_listed('member', members, bound)}) and day = :day and stage_before is null "
        "and grade is not null and kind <> 'cram' "
        "and not exists (select 1 from reviews as later where later.undoes = reviews.review_id) group by learner_id",
        bound,
    ).fetchall()
    return {row["learner_id"]: row["new"] for row in rows}


def notes(db: Connection, cards: Collection[int]) -> frozenset[str]:
    """What these cards share with their siblings, those that have any."""
    bound: dict[str, Any] = {}
    rows = db.execute(
        f"select distinct note from cards where card_id in ({_listed('card', cards, bound)}) and note <> ''",  # noqa: S608
        bound,
    ).fetchall()
    return frozenset(row["note"] for row in rows)


def all_met(db: Connection, field: Field, days: Mapping[int, date], now: datetime) -> list[Met] | None:
    """All that these members have met of the field, each on their study day; None: that is too much to read."""
    bound: dict[str, Any] = {"most": MOST_ROWS + 1}
    row = db.execute(
        f"select (select count(*) from cards where deck_id in ({_listed('deck', field.decks, bound)})) as cards, "  # noqa: S608
        f"(select count(*) from (select 1 from memories where learner_id in ({_listed('member', days, bound)}) "
        "limit :most) as some) as memories",
        bound,
    ).fetchone()
    lookups = row["cards"] * len(days)
    if min(lookups, row["memories"]) > MOST_ROWS:
        return None
    return _met(db, field, days, now, by_card=lookups < row["memories"])


def met_of(db: Connection, field: Field, days: Mapping[int, date], now: datetime, cards: Sequence[int]) -> list[Met]:
    """What these members have met of some cards of the field."""
    return _met(db, field, days, now, by_card=True, cards=cards)


def _met(
    db: Connection,
    field: Field,
    days: Mapping[int, date],
    now: datetime,
    *,
    by_card: bool,
    cards: Sequence[int] | None = None,
) -> list[Met]:
    bound: dict[str, Any] = {"now": to_ms(now)}
    who = []
    for n, (learner_id, day) in enumerate(days.items()):
        bound[f"learner{n}"], bound[f"today{n}"] = learner_id, to_day(day)
        who.append(f"(:learner{n}, :today{n})")
    # A cross join is done in the order in which it is written: from the smaller side.
    tables = "cards cross join who cross join memories" if by_card else "who cross join memories cross join cards"
    chosen = "" if cards is None else f"and cards.card_id in ({_listed('card', cards, bound)}) "
    these = f"with who (learner_id, today) as (values {', '.join(who)}) "
    fits = chosen + f"and {_fits(field, bound)}"
    rows = _plain(db)
    found: list[Met] = rows.execute(
        f"{these}select who.learner_id, cards.card_id, stability, difficulty, (:now - last_at) / 86400000.0, "  # noqa: S608 only names of parameters are put in
        f"today - last_day from {tables} "
        f"where memories.learner_id = who.learner_id and memories.card_id = cards.card_id {fits}",
        bound,
    ).fetchall()
    # What somebody put aside counts for them as what they graded today: for nothing.
    rested: list[Met] = rows.execute(
        f"{these}select who.learner_id, cards.card_id, 1.0, 1.0, 0.0, 0 from who cross join aside cross join cards "  # noqa: S608
        "where aside.learner_id = who.learner_id and (suspended_at is not null or buried_day >= today) "
        f"and cards.card_id = aside.card_id {fits}",
        bound,
    ).fetchall()
    if not rested:
        return found
    aside = {row[:2] for row in rested}
    return [*(row for row in found if row[:2] not in aside), *rested]


def candidates(db: Connection, field: Field, days: Mapping[int, date], wanting_new: Sequence[int]) -> list[int]:
    """Cards that may be the best where too much was met to look at all of it, as many as can be looked at.

    Those that have been due longest for each member, first what so many share; and the first that are new for some of
    those who want new ones.
    """
    share = max(_CANDIDATE_ROWS // len(days), 1)
    rows = _plain(db)
    found: Counter[int] = Counter()
    bound: dict[str, Any] = {"share": share, "reach": 4 * share}
    waits = (
        "select cards.card_id from (select card_id from memories "  # noqa: S608 only names of parameters are put in
        f"where learner_id = :member and due_day <= :today and card_id {_ASKED} order by due_day limit :reach) "
        f"as longest cross join cards where cards.card_id = longest.card_id and {_fits(field, bound)} limit :share"
    )
    for member, day in days.items():
        found.update(
            card for (card,) in rows.execute(waits, {**bound, "member": member, "today": to_day(day)}).fetchall()
        )
    shared = [card for card, _ in sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))]
    return [*_new_for_some(db, field, days, wanting_new), *shared[:share]]


def _new_for_some(db: Connection, field: Field, days: Mapping[int, date], members: Sequence[int]) -> list[int]:
    """The first new cards of three of these members, found among the first cards of each deck."""
    some = members[:: max(len(members) // _ASKED_FOR_NEW, 1)][:_ASKED_FOR_NEW]
    bound: dict[str, Any] = {
        "reach": MOST_ROWS // _ASKED_FOR_NEW // max(len(field.decks), 1),
        "most": _NEW_CANDIDATES,
    }
    fits = _fits(field, bound)
    rows = _plain(db)
    found: dict[int, None] = {}
    for member in some:
        new: list[int] = []
        for deck_id in field.decks:
            rows.execute(
                "select card_id from (select card_id, deck_id, position, kind, note, archived_at from cards "  # noqa: S608
                "where deck_id = :deck_id order by position, card_id limit :reach) as cards "
                f"where {fits} and not exists (select 1 from memories where learner_id = :member "
                f"and memories.card_id = cards.card_id) and card_id {_ASKED} order by position, card_id limit :most",
                {**bound, "deck_id": deck_id, "member": member, "today": to_day(days[member])},
            )
            new += [card for (card,) in rows.fetchall()]
            if len(new) >= _NEW_CANDIDATES:
                break
        found |= dict.fromkeys(new[:_NEW_CANDIDATES])
    return list(found)


def in_order(db: Connection, field: Field, cards: Sequence[int] | None = None) -> Iterator[int]:
    """The field's cards, or of `cards` alone, in deck order, read as far as they are asked for."""
    bound: dict[str, Any] = {}
    fits = _fits(field, bound)
    if cards is not None:
        fits += f" and cards.card_id in ({_listed('card', cards, bound)})"
    # Deck after deck, each in the order of its index: nothing need be sorted.
    for deck_id in field.decks:
        for (card_id,) in _plain(db).execute(
            f"select card_id from cards where deck_id = :deck_id and {fits} order by position, card_id",  # noqa: S608
            {**bound, "deck_id": deck_id},
        ):
            yield card_id


def last_put(db: Connection, chat_id: int) -> dict[int, int]:
    """Each card that was ever put to a group, with its latest turn."""
    rows = _plain(db).execute(
        "select card_id, max(turn_id) from turns where chat_id = :chat_id group by card_id", {"chat_id": chat_id}
    )
    return dict(rows.fetchall())


def _fits(field: Field, bound: dict[str, Any]) -> str:
    """The condition for a card of the field; what it needs is bound."""
    shared = _listed("note", sorted(field.notes), bound)
    return (
        "cards.archived_at is null and cards.kind = 'question' "
        f"and cards.deck_id in ({_listed('deck', field.decks, bound)}) "
        f"and cards.note {'in' if field.siblings else 'not in'} ({shared})"
    )


def _listed(name: str, values: Collection[Any], bound: dict[str, Any]) -> str:
    """The names under which the values are bound, for a list of SQL."""
    names = [f"{name}{n}" for n in range(len(values))]
    bound.update(zip(names, values, strict=True))
    # An empty list holds nothing; `null` would make `not in` hold nothing, too.
    return ", ".join(f":{name}" for name in names) or "select null where 1 = 0"


def _plain(db: Connection) -> Cursor:
    """A cursor whose rows are tuples: made faster, and there are thousands."""
    cursor = db.cursor()
    cursor.row_factory = None
    return cursor
