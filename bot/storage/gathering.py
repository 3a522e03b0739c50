"""Which card a group's members want most: what a group's turn is chosen from."""

from datetime import date, datetime
from sqlite3 import Connection

from bot.storage.columns import to_day, to_ms


def most_wanted(
    db: Connection,
    chat_id: int,
    members: frozenset[int],
    today: date,
    now: datetime,
    put: frozenset[int],
    decks: frozenset[int],
) -> int | None:
    """The question of these decks of the group that is due for most members, else new for most.

    Among equals one that was never put here comes first, in deck order, then the one put longest ago.
    Statements and cards that wait for an answer are not put to groups, and none of `put` again.
    """
    names = {f"member{n}": member for n, member in enumerate(sorted(members))}
    listed = ", ".join(f":{name}" for name in names) or "null"
    decks_named = {f"deck{n}": deck for n, deck in enumerate(sorted(decks))}
    decks_listed = ", ".join(f":{name}" for name in decks_named) or "null"
    rows = db.execute(
        "select cards.card_id, "  # noqa: S608 only names of parameters are put in
        "count(memories.card_id) filter (where due_day <= :today or due_at <= :now) as due, "
        "count(memories.card_id) as met from cards join decks using (deck_id) "
        "join subscriptions on subscriptions.deck_id = cards.deck_id and chat_id = :chat_id and left_at is null "
        "left join (select card_id, max(turn_id) as last_put from turns where chat_id = :chat_id group by card_id) "
        "as put on put.card_id = cards.card_id "
        f"left join memories on memories.card_id = cards.card_id and learner_id in ({listed}) "
        "where cards.archived_at is null and decks.archived_at is null and kind = 'question' "
        f"and cards.deck_id in ({decks_listed}) "
        "group by cards.card_id, decks.name, cards.deck_id, position, last_put "
        "order by due desc, met, last_put nulls first, decks.name, cards.deck_id, position, cards.card_id limit :most",
        {
            "chat_id": chat_id,
            "today": to_day(today),
            "now": to_ms(now),
            "most": len(put) + 1,
            **names,
            **decks_named,
        },
    ).fetchall()
    return next((row["card_id"] for row in rows if row["card_id"] not in put), None)
