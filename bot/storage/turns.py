"""Open questions and where they stand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.columns import from_ms, maybe_from_ms, maybe_ms, to_ms

# Who takes longer was not thinking of the card.
LONGEST_TAKEN = timedelta(minutes=1)


class Turn(Struct, frozen=True):
    """One card put to one person, or (learner_id None) to a group."""

    turn_id: int
    chat_id: int
    learner_id: int | None
    card_id: int
    session_id: int | None
    asked_by: int | None
    thread_id: int | None
    opened_at: datetime
    looked_at: datetime | None
    grades: bool
    closes_at: datetime | None
    closed_at: datetime | None
    ended: str | None
    message_id: int | None
    media: str | None
    buttons: bool
    round_id: int | None

    @classmethod
    def from_row(cls, row: Row) -> "Turn":
        return cls(
            turn_id=row["turn_id"],
            chat_id=row["chat_id"],
            learner_id=row["learner_id"],
            card_id=row["card_id"],
            session_id=row["session_id"],
            asked_by=row["asked_by"],
            thread_id=row["thread_id"],
            opened_at=from_ms(row["opened_at"]),
            looked_at=maybe_from_ms(row["looked_at"]),
            grades=bool(row["grades"]),
            closes_at=maybe_from_ms(row["closes_at"]),
            closed_at=maybe_from_ms(row["closed_at"]),
            ended=row["ended"],
            message_id=row["message_id"],
            media=row["media"],
            buttons=bool(row["buttons"]),
            round_id=row["round_id"],
        )

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Message(Struct, frozen=True):
    """A message of ours in a chat: its id and whether it holds a picture (Telegram lets it never lose that again)."""

    message_id: int
    media: str


def find(db: Connection, turn_id: int) -> Turn | None:
    row = db.execute("select * from turns where turn_id = :id", {"id": turn_id}).fetchone()
    return None if row is None else Turn.from_row(row)


def get(db: Connection, turn_id: int) -> Turn:
    """The turn of that id, which is known to be there."""
    turn = find(db, turn_id)
    assert turn is not None, "it was seen in this transaction"
    return turn


def open_in(db: Connection, chat_id: int) -> Turn | None:
    """The one open turn of a chat."""
    row = db.execute("select * from turns where chat_id = :id and closed_at is null", {"id": chat_id}).fetchone()
    return None if row is None else Turn.from_row(row)


def latest_in(db: Connection, chat_id: int) -> Turn | None:
    row = db.execute(
        "select * from turns where chat_id = :id order by turn_id desc limit 1", {"id": chat_id}
    ).fetchone()
    return None if row is None else Turn.from_row(row)


def latest_id(db: Connection, chat_id: int) -> int:
    """The id of the turn that was put last in a chat; 0: none was."""
    latest = latest_in(db, chat_id)
    return 0 if latest is None else latest.turn_id


def before(db: Connection, turn: Turn) -> Turn | None:
    """The turn that was put last in its chat before this one."""
    row = db.execute(
        "select * from turns where chat_id = :chat_id and turn_id < :turn_id order by turn_id desc limit 1",
        {"chat_id": turn.chat_id, "turn_id": turn.turn_id},
    ).fetchone()
    return None if row is None else Turn.from_row(row)


def on_message(db: Connection, chat_id: int, message_id: int) -> Turn | None:
    """The turn that a message shows or showed last."""
    row = db.execute(
        "select * from turns where chat_id = :chat_id and message_id = :message_id order by turn_id desc limit 1",
        {"chat_id": chat_id, "message_id": message_id},
    ).fetchone()
    return None if row is None else Turn.from_row(row)


def stood_before(db: Connection, turn: Turn) -> Message | None:
    """Where the chat's last turn before this one stood, if another card came in its place."""
    row = db.execute(
        "select message_id, media, ended from turns where chat_id = :chat_id and turn_id < :turn_id "
        "and message_id is not null order by turn_id desc limit 1",
        {"chat_id": turn.chat_id, "turn_id": turn.turn_id},
    ).fetchone()
    return None if row is None or row["ended"] != "superseded" else Message(row["message_id"], row["media"])


def begin(
    db: Connection,
    *,
    chat_id: int,
    card_id: int,
    at: datetime,
    learner_id: int | None = None,
    session_id: int | None = None,
    message: Message | None = None,
    looked_at: datetime | None = None,
    asked_by: int | None = None,
    thread_id: int | None = None,
    closes_at: datetime | None = None,
    round_id: int | None = None,
) -> Turn:
    """A new open turn. `message` is where it will be drawn, None: in a message still to be sent.

    Raises sqlite3.IntegrityError if the chat has an open turn: close that first.
    """
    row = db.execute(
        "insert into turns (chat_id, learner_id, card_id, session_id, asked_by, thread_id, opened_at, looked_at, "
        "closes_at, message_id, media, round_id) values (:chat_id, :learner_id, :card_id, :session_id, :asked_by, "
        ":thread_id, :at, :looked_at, :closes_at, :message_id, :media, :round_id) returning turn_id",
        {
            "chat_id": chat_id,
            "learner_id": learner_id,
            "card_id": card_id,
            "session_id": session_id,
            "asked_by": asked_by,
            "thread_id": thread_id,
            "at": to_ms(at),
            "looked_at": maybe_ms(looked_at),
            "closes_at": maybe_ms(closes_at),
            "message_id": None if message is None else message.message_id,
            "media": None if message is None else message.media,
            "round_id": round_id,
        },
    ).fetchone()
    return Turn(
        turn_id=row["turn_id"],
        chat_id=chat_id,
        learner_id=learner_id,
        card_id=card_id,
        session_id=session_id,
        asked_by=asked_by,
        thread_id=thread_id,
        opened_at=at,
        looked_at=looked_at,
        grades=False,
        closes_at=closes_at,
        closed_at=None,
        ended=None,
        message_id=None if message is None else message.message_id,
        media=None if message is None else message.media,
        buttons=True,
        round_id=round_id,
    )


def close(db: Connection, turn_id: int, ended: str, at: datetime) -> bool:
    """Whether this call closed the turn (False: it was closed before)."""
    row = db.execute(
        "update turns set closed_at = :at, ended = :ended where turn_id = :id and closed_at is null returning turn_id",
        {"at": to_ms(at), "ended": ended, "id": turn_id},
    ).fetchone()
    return row is not None


def looked(db: Connection, turn_id: int, at: datetime) -> Turn:
    """The private turn with its answer shown; only the first time is kept."""
    row = db.execute(
        "update turns set looked_at = coalesce(looked_at, :at) where turn_id = :id returning *",
        {"at": to_ms(at), "id": turn_id},
    ).fetchone()
    return Turn.from_row(row)


def close_by(db: Connection, turn_id: int, closes_at: datetime | None) -> None:
    """The group's turn closes at that moment, or (None) when the next one comes."""
    db.execute("update turns set closes_at = :at where turn_id = :id", {"at": maybe_ms(closes_at), "id": turn_id})


def stands_in(db: Connection, turn_id: int, message: Message) -> None:
    """The turn was drawn in this message, with its buttons."""
    stand_in(db, {turn_id: message})


def stand_in(db: Connection, where: Mapping[int, Message]) -> None:
    """The same of several turns."""
    db.executemany(
        "update turns set message_id = :message_id, media = :media, buttons = 1 where turn_id = :id",
        [{"message_id": at.message_id, "media": at.media, "id": turn_id} for turn_id, at in where.items()],
    )


def bare(db: Connection, turn_id: int) -> None:
    """The turn's message bears no buttons any more."""
    db.execute("update turns set buttons = 0 where turn_id = :id", {"id": turn_id})


def open_grades(db: Connection, turn_id: int) -> bool:
    """The group's message bears the grade buttons from now on; whether it did not before."""
    row = db.execute(
        "update turns set grades = 1 where turn_id = :id and grades = 0 returning turn_id", {"id": turn_id}
    ).fetchone()
    return row is not None


def put_since(db: Connection, chat_id: int, since: datetime) -> frozenset[int]:
    """The cards put to a chat since a moment."""
    rows = db.execute(
        "select distinct card_id from turns where chat_id = :chat_id and opened_at >= :since",
        {"chat_id": chat_id, "since": to_ms(since)},
    ).fetchall()
    return frozenset(row["card_id"] for row in rows)


def closing(db: Connection, now: datetime, most: int = 100) -> list[Turn]:
    """Group turns whose time is over."""
    rows = db.execute(
        "select * from turns where closed_at is null and closes_at <= :now order by closes_at limit :most",
        {"now": to_ms(now), "most": most},
    ).fetchall()
    return [Turn.from_row(row) for row in rows]


def undrawn(db: Connection, since: datetime) -> list[Turn]:
    """Closed group turns whose message may still show the question: what a crash left behind."""
    rows = db.execute(
        "select * from turns where learner_id is null and closed_at >= :since "
        "and buttons = 1 and message_id is not null",
        {"since": to_ms(since)},
    ).fetchall()
    return [Turn.from_row(row) for row in rows]


def taken(turn: Turn, at: datetime) -> int:
    """Milliseconds between the turn and the grade, capped at a minute."""
    return min(at - turn.opened_at, LONGEST_TAKEN) // timedelta(milliseconds=1)
