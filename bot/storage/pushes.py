"""Slots claimed and done: a push is one row for a chat, a study day and an hour."""

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.chats import to_minute, to_time
from bot.storage.columns import from_day, from_ms, to_day, to_ms


class Push(Struct, frozen=True):
    """A claimed slot. `head` is what its line says besides how much waits: mostly nothing."""

    chat_id: int
    day: date
    hour: time
    claimed_at: datetime
    state: str
    turn_id: int | None
    head: dict[str, object]

    @classmethod
    def from_row(cls, row: Row) -> "Push":
        return cls(
            row["chat_id"],
            from_day(row["day"]),
            to_time(row["minute"]),
            from_ms(row["claimed_at"]),
            row["state"],
            row["turn_id"],
            json.loads(row["head"]) if row["head"] else {},
        )


class Lately(Struct, frozen=True):
    """What was claimed of late.

    Attributes:
        taken: all slots.
        done: those, but for snoozed ones: they do not count among the day's hours.
        open: one of them did not leave yet, or its arrival is open.
        sent: the study days on which one went out, with the moment at which the last of them was claimed.
    """

    taken: frozenset[tuple[date, time]]
    done: frozenset[tuple[date, time]]
    open: bool
    sent: dict[date, datetime]


def claim(db: Connection, push: Push, *, extra: bool = False) -> bool:
    """Whether the slot is ours: nobody claimed it before, in any life of the bot. `extra`: a snoozed one."""
    taken = db.execute(
        "insert into pushes (chat_id, day, minute, claimed_at, state, extra, turn_id, head) "
        "values (:chat_id, :day, :minute, :at, :state, :extra, :turn_id, :head) "
        "on conflict (chat_id, day, minute) do nothing",
        {
            **_key(push.chat_id, push.day, push.hour),
            "at": to_ms(push.claimed_at),
            "state": push.state,
            "extra": int(extra),
            "turn_id": push.turn_id,
            "head": _text(push.head),
        },
    )
    return taken.rowcount == 1


def cover(db: Connection, chat_id: int, day: date, hour: time) -> None:
    """This slot's push stands for those before it that did not leave yet, or whose arrival is open."""
    db.execute(
        "update pushes set state = case state when 'claimed' then 'covered' else 'sent' end "
        "where chat_id = :chat_id and state in ('claimed', 'unsure') and not (day = :day and minute = :minute)",
        _key(chat_id, day, hour),
    )


def lately(db: Connection, chat_id: int, since: date) -> Lately:
    """What the chat claimed from a study day on."""
    rows = db.execute(
        "select day, minute, claimed_at, extra, state from pushes where chat_id = :chat_id and day >= :since",
        {"chat_id": chat_id, "since": to_day(since)},
    ).fetchall()
    taken: set[tuple[date, time]] = set()
    done: set[tuple[date, time]] = set()
    is_open = False
    sent: dict[date, datetime] = {}
    for number, minute, claimed_at, extra, state in rows:
        day, at = from_day(number), from_ms(claimed_at)
        key = (day, to_time(minute))
        taken.add(key)
        if not extra:
            done.add(key)
        if state in ("claimed", "unsure"):
            is_open = True
        if state in ("sent", "unsure", "following"):
            sent[day] = max(at, sent.get(day, at))
    return Lately(frozenset(taken), frozenset(done), is_open, sent)


def find(db: Connection, chat_id: int, day: date, hour: time) -> Push | None:
    row = db.execute(
        "select * from pushes where chat_id = :chat_id and day = :day and minute = :minute", _key(chat_id, day, hour)
    ).fetchone()
    return None if row is None else Push.from_row(row)


def of_turn(db: Connection, turn_id: int) -> Push | None:
    """The slot that brought a turn, if a push did."""
    row = db.execute("select * from pushes where turn_id = :id", {"id": turn_id}).fetchone()
    return None if row is None else Push.from_row(row)


def put(db: Connection, push: Push, state: str, turn_id: int, head: dict[str, object]) -> None:
    """The slot is in this state, with the turn that it brings and what its line says besides the usual."""
    db.execute(
        "update pushes set state = :state, turn_id = :turn_id, head = :head "
        "where chat_id = :chat_id and day = :day and minute = :minute",
        {
            **_key(push.chat_id, push.day, push.hour),
            "state": state,
            "turn_id": turn_id,
            "head": _text(head),
        },
    )


def has_newer(db: Connection, push: Push) -> bool:
    """Whether a slot of this chat was claimed later, and has left or is to leave."""
    # No clock puts it more than two study days before this one, and years of others need not be looked at.
    row = db.execute(
        "select 1 from pushes where chat_id = :chat_id and day >= :since and claimed_at > :at "
        "and state in ('claimed', 'sending', 'sent', 'unsure', 'following') limit 1",
        {"chat_id": push.chat_id, "since": to_day(push.day) - 2, "at": to_ms(push.claimed_at)},
    ).fetchone()
    return row is not None


def mark(db: Connection, push: Push, state: str) -> None:
    db.execute(
        "update pushes set state = :state where chat_id = :chat_id and day = :day and minute = :minute",
        {**_key(push.chat_id, push.day, push.hour), "state": state},
    )


class End(Struct, frozen=True):
    """The call with this turn is over: what the slot becomes that was being sent, and what the one that followed."""

    turn_id: int
    sending: str
    following: str


def end(db: Connection, ends: Sequence[End]) -> None:
    """What becomes of the slots of which the calls are over; any that has ended before stays as it is."""
    # Found by their turns: a group may have got another id while it was sent.
    db.executemany(
        "update pushes set state = case state when 'sending' then :sending else :following end "
        "where turn_id = :turn_id and state in ('sending', 'following')",
        [{"turn_id": each.turn_id, "sending": each.sending, "following": each.following} for each in ends],
    )


def in_state(db: Connection, *states: str, most: int = -1) -> list[Push]:
    """The slots in one of these states, of those that are not the last one of a slot; oldest first in each.

    At most `most` of each state, all if below zero.
    """
    found: list[Push] = []
    for state in states:
        # In the words of the index: without them the tick would read every push there ever was.
        rows = db.execute(
            "select * from pushes where state in ('claimed', 'sending', 'unsure', 'following') and state = :state "
            "order by claimed_at, chat_id limit :most",
            {"state": state, "most": most},
        )
        found += [Push.from_row(row) for row in rows.fetchall()]
    return found


def _text(head: dict[str, object] | None) -> str:
    return json.dumps(head) if head else ""


def _key(chat_id: int, day: date, hour: time) -> dict[str, int]:
    return {"chat_id": chat_id, "day": to_day(day), "minute": to_minute(hour)}
