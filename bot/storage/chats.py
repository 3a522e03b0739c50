"""Chats: their settings, hours and subscriptions."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage import members, rounds
from bot.storage.columns import from_ms, maybe_from_day, maybe_from_ms, to_day, to_ms
from bot.study.hours import Timetable

# By the number that the table holds, bit 0 for Monday.
_DAYS = tuple(frozenset(day for day in range(7) if mask >> day & 1) for mask in range(128))


class Chat(Struct, frozen=True):
    """A chat and what it chose. A private chat's id is its person's; the person's memory follows its settings."""

    chat_id: int
    kind: str
    started_at: datetime | None
    gone_at: datetime | None
    zone: str | None
    zone_told: bool
    setup: str
    rollover_hour: int
    new_per_day: int
    reviews_per_day: int
    retention: float
    push_days: frozenset[int]
    quiet: tuple[time, time] | None
    paused_until: date | None
    group_minutes: int
    extra_new: int
    extra_new_day: date | None
    last_tap_at: datetime | None
    last_push_day: date | None
    ignored_days: int
    asking: str
    snoozed_until: datetime | None
    next_push_at: datetime | None
    asked_in: int | None
    asleep_at: datetime | None

    @classmethod
    def from_row(cls, row: Row) -> "Chat":
        """Out of a row of `COLUMNS`."""
        # In their order, without a look at each name: every tap and every push reads a chat.
        (
            chat_id,
            kind,
            started_at,
            gone_at,
            zone,
            zone_told,
            setup,
            rollover_hour,
            new_per_day,
            reviews_per_day,
            retention,
            push_days,
            quiet_from,
            quiet_to,
            paused_until,
            group_minutes,
            extra_new,
            extra_new_day,
            last_tap_at,
            last_push_day,
            ignored_days,
            asking,
            snoozed_until,
            next_push_at,
            asked_in,
            asleep_at,
        ) = row
        return cls(
            chat_id,
            kind,
            maybe_from_ms(started_at),
            maybe_from_ms(gone_at),
            zone,
            bool(zone_told),
            setup,
            rollover_hour,
            new_per_day,
            reviews_per_day,
            retention,
            _DAYS[push_days],
            None if quiet_from is None else (to_time(quiet_from), to_time(quiet_to)),
            maybe_from_day(paused_until),
            group_minutes,
            extra_new,
            maybe_from_day(extra_new_day),
            maybe_from_ms(last_tap_at),
            maybe_from_day(last_push_day),
            ignored_days,
            asking,
            maybe_from_ms(snoozed_until),
            maybe_from_ms(next_push_at),
            asked_in,
            maybe_from_ms(asleep_at),
        )

    @property
    def is_group(self) -> bool:
        return self.kind == "group"


COLUMNS = (
    "chat_id, kind, started_at, gone_at, zone, zone_told, setup, rollover_hour, new_per_day, reviews_per_day, "
    "retention, push_days, quiet_from, quiet_to, paused_until, group_minutes, extra_new, extra_new_day, last_tap_at, "
    "last_push_day, ignored_days, asking, snoozed_until, next_push_at, asked_in, asleep_at"
)


def to_minute(at: time) -> int:
    return at.hour * 60 + at.minute


def to_time(minute: int) -> time:
    return time(minute // 60, minute % 60)


_FIND = f"select {COLUMNS} from chats where chat_id = :chat_id"  # noqa: S608


def find(db: Connection, chat_id: int) -> Chat | None:
    row = db.execute(_FIND, {"chat_id": chat_id}).fetchone()
    return None if row is None else Chat.from_row(row)


def ensure(db: Connection, chat_id: int, kind: str) -> Chat:
    """The chat, with default settings if nobody knew it."""
    chat = find(db, chat_id)
    if chat is not None:
        return chat
    row = db.execute(
        f"insert into chats (chat_id, kind) values (:chat_id, :kind) returning {COLUMNS}",  # noqa: S608
        {"chat_id": chat_id, "kind": kind},
    ).fetchone()
    return Chat.from_row(row)


def started(db: Connection, chat_id: int, at: datetime) -> None:
    """Remember the first start, and that somebody is here who wants us (again)."""
    db.execute(
        "update chats set started_at = coalesce(started_at, :at), gone_at = null, asleep_at = null, "
        "last_tap_at = :at where chat_id = :chat_id",
        {"chat_id": chat_id, "at": to_ms(at)},
    )


def gone(db: Connection, chat_id: int, at: datetime) -> None:
    """The chat no longer has us: its pushes stop, its data stays."""
    db.execute(
        "update chats set gone_at = :at, next_push_at = null where chat_id = :chat_id and gone_at is null",
        {"chat_id": chat_id, "at": to_ms(at)},
    )


# What `change` may change, so that no other name comes into its statement.
_SETTINGS = (
    "zone",
    "zone_told",
    "setup",
    "rollover_hour",
    "new_per_day",
    "reviews_per_day",
    "retention",
    "push_days",
    "quiet_from",
    "quiet_to",
    "paused_until",
    "group_minutes",
    "extra_new",
    "extra_new_day",
    "last_push_day",
    "ignored_days",
    "asking",
    "asked_in",
    "snoozed_until",
    "next_push_at",
)


def change(db: Connection, chat_id: int, **values: int | float | str | date | datetime | None) -> None:
    """Change the named columns and nothing else, so an edit made meanwhile survives."""
    bound = {name: _column(value) for name, value in values.items()}
    db.execute(_changing(tuple(values)), {**bound, "chat_id": chat_id})


# The same few are changed again and again.
@lru_cache(maxsize=64)
def _changing(names: tuple[str, ...]) -> str:
    assert set(names) <= set(_SETTINGS), names
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    return f"update chats set {assignments} where chat_id = :chat_id"  # noqa: S608 names are ours


def _column(value: int | float | str | date | datetime | None) -> int | float | str | None:
    if isinstance(value, datetime):
        return to_ms(value)
    return to_day(value) if isinstance(value, date) else value


def tapped(db: Connection, chat_id: int, at: datetime) -> None:
    """Somebody is here: the chat is no longer thought to ignore its pushes, to sleep, and to be on a settings page."""
    db.execute(
        "update chats set last_tap_at = :at, ignored_days = 0, gone_at = null, "
        "asking = case kind when 'group' then asking else '' end, asleep_at = null "
        "where chat_id = :chat_id",
        {"chat_id": chat_id, "at": to_ms(at)},
    )


def hours(db: Connection, chat_id: int) -> tuple[time, ...]:
    """The wall-clock hours at which the chat wants its pushes, earliest first."""
    rows = db.execute(
        "select minute from push_hours where chat_id = :chat_id order by minute", {"chat_id": chat_id}
    ).fetchall()
    return tuple(to_time(row["minute"]) for row in rows)


def set_hours(db: Connection, chat_id: int, wanted: tuple[time, ...]) -> None:
    db.execute("delete from push_hours where chat_id = :chat_id", {"chat_id": chat_id})
    db.executemany(
        "insert into push_hours (chat_id, minute) values (:chat_id, :minute)",
        [{"chat_id": chat_id, "minute": minute} for minute in sorted({to_minute(at) for at in wanted})],
    )


def timetable(db: Connection, chat: Chat, default_zone: str, every: int) -> Timetable:
    """When the chat wants to hear from us; `every` thins its pushes out (1: none left out)."""
    return Timetable(
        zone_name=chat.zone or default_zone,
        rollover_hour=chat.rollover_hour,
        hours=hours(db, chat.chat_id),
        days=chat.push_days,
        quiet=chat.quiet,
        paused_until=chat.paused_until,
        every=every,
        last_push_day=chat.last_push_day,
    )


def due(db: Connection, now: datetime, most: int) -> list[int]:
    """The chats whose push is due at `now`, longest waiting first."""
    rows = db.execute(
        "select chat_id from chats where next_push_at <= :now order by next_push_at, chat_id limit :most",
        {"now": to_ms(now), "most": most},
    ).fetchall()
    return [row["chat_id"] for row in rows]


def planned(db: Connection) -> list[int]:
    """The chats to which a push will come."""
    return [row["chat_id"] for row in db.execute("select chat_id from chats where next_push_at is not null")]


def next_push(db: Connection) -> datetime | None:
    """The earliest push planned for any chat."""
    row = db.execute("select min(next_push_at) as at from chats").fetchone()
    return None if row["at"] is None else from_ms(row["at"])


def subscribe(db: Connection, chat_id: int, deck_id: int, at: datetime, *, again: bool = True) -> bool:
    """Whether the subscription is new or came back (False: it was there already, or was left and not to be `again`)."""
    row = db.execute(
        "insert into subscriptions (chat_id, deck_id, subscribed_at) values (:chat_id, :deck_id, :at) "
        "on conflict (chat_id, deck_id) do update set left_at = null, subscribed_at = :at "
        "where subscriptions.left_at is not null and :again returning deck_id",
        {"chat_id": chat_id, "deck_id": deck_id, "at": to_ms(at), "again": again},
    ).fetchone()
    return row is not None


def leave(db: Connection, chat_id: int, deck_id: int, at: datetime) -> bool:
    row = db.execute(
        "update subscriptions set left_at = :at where chat_id = :chat_id and deck_id = :deck_id "
        "and left_at is null returning deck_id",
        {"chat_id": chat_id, "deck_id": deck_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def subscribed(db: Connection, chat_id: int, tree: str = "") -> tuple[int, ...]:
    """Ids of the decks the chat has, in the order of their names; with a `tree`, those of that name and below it."""
    rows = db.execute(
        "select deck_id from subscriptions join decks using (deck_id) "
        "where chat_id = :chat_id and left_at is null and archived_at is null "
        "and (:tree = '' or name = :tree or substr(name, 1, length(:tree) + 2) = :tree || '::') order by name, deck_id",
        {"chat_id": chat_id, "tree": tree},
    ).fetchall()
    return tuple(row["deck_id"] for row in rows)


def move(db: Connection, old_id: int, new_id: int) -> bool:
    """Whether a group that became a supergroup had anything: all of it is the new id's now; twice changes nothing.

    Its messages stay behind, so no turn and no round stands in one any more.
    """
    old, new = find(db, old_id), find(db, new_id)
    if old is None:
        return False
    db.execute("update turns set message_id = null, media = null where chat_id = :old", {"old": old_id})
    db.execute("update rounds set message_id = null, media = null where chat_id = :old", {"old": old_id})
    if new is None or _since(old) <= _since(new):
        _absorb(db, old_id, new_id)
        db.execute("update chats set chat_id = :new where chat_id = :old", {"old": old_id, "new": new_id})
    else:
        _absorb(db, new_id, old_id)
    return True


def _since(chat: Chat) -> datetime:
    return chat.started_at or datetime.max.replace(tzinfo=UTC)


def _absorb(db: Connection, keeper: int, newcomer: int) -> None:
    """What was written under a group's other id comes to the one that was there first, whose settings stay."""
    ids = {"keeper": keeper, "newcomer": newcomer}
    db.execute(
        "update turns set chat_id = :keeper, closed_at = coalesce(closed_at, opened_at), "
        "ended = coalesce(ended, 'superseded') where chat_id = :newcomer",
        ids,
    )
    db.execute("update sessions set chat_id = :keeper where chat_id = :newcomer", ids)
    rounds.absorb(db, keeper, newcomer)
    db.execute(
        "insert into topics (chat_id, thread_id, name, closed_at) "
        "select :keeper, thread_id, name, closed_at from topics where chat_id = :newcomer "
        "on conflict (chat_id, thread_id) do nothing",
        ids,
    )
    db.execute(
        "insert into subscriptions (chat_id, deck_id, subscribed_at, left_at, thread_id) "
        "select :keeper, deck_id, subscribed_at, left_at, thread_id from subscriptions where chat_id = :newcomer "
        "on conflict (chat_id, deck_id) do nothing",
        ids,
    )
    members.absorb(db, keeper, newcomer)
    db.execute("delete from chats where chat_id = :newcomer", ids)


def extra_on(chat: Chat, today: date) -> int:
    """How many more new cards were asked for today."""
    return chat.extra_new if chat.extra_new_day == today else 0
