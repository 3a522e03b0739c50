"""Live rounds of groups: their stages, and who plays."""

from datetime import datetime
from sqlite3 import Connection, Row

from msgspec import Struct

from bot.storage.columns import from_ms, maybe_from_ms, maybe_ms, to_ms
from bot.storage.turns import Message, Turn
from bot.study.queue import Asked

RUNNING = ("lobby", "asking", "reading")


class Round(Struct, frozen=True):
    """A live round. `place`: the card asked now, from 1; `next_at`: when its next step is due, None: never."""

    round_id: int
    chat_id: int
    thread_id: int | None
    host_id: int | None
    form: str
    deck_id: int | None
    cards: int
    seconds: int
    stage: str
    place: int
    unanswered: int
    next_at: datetime | None
    message: Message | None
    began_at: datetime
    ended_at: datetime | None
    ended: str | None

    @classmethod
    def from_row(cls, row: Row) -> "Round":
        stands = row["message_id"] is not None
        return cls(
            round_id=row["round_id"],
            chat_id=row["chat_id"],
            thread_id=row["thread_id"],
            host_id=row["host_id"],
            form=row["form"],
            deck_id=row["deck_id"],
            cards=row["cards"],
            seconds=row["seconds"],
            stage=row["stage"],
            place=row["place"],
            unanswered=row["unanswered"],
            next_at=maybe_from_ms(row["next_at"]),
            message=Message(row["message_id"], row["media"] or "text") if stands else None,
            began_at=from_ms(row["began_at"]),
            ended_at=maybe_from_ms(row["ended_at"]),
            ended=row["ended"],
        )

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_running(self) -> bool:
        """Whether it is more than set up: cards come, or will in a moment."""
        return self.stage in RUNNING


class Result(Struct, frozen=True):
    """What a player came to: how many cards answered, how many right or known, and a race's points."""

    learner_id: int
    name: str
    answered: int
    right: int
    points: int


def find(db: Connection, round_id: int) -> Round | None:
    row = db.execute("select * from rounds where round_id = :id", {"id": round_id}).fetchone()
    return None if row is None else Round.from_row(row)


def get(db: Connection, round_id: int) -> Round:
    """The round of that id, which is known to be there."""
    found = find(db, round_id)
    assert found is not None, "it was seen in this transaction"
    return found


def open_in(db: Connection, chat_id: int) -> Round | None:
    """The one round of a chat that has not ended."""
    row = db.execute("select * from rounds where chat_id = :id and ended_at is null", {"id": chat_id}).fetchone()
    return None if row is None else Round.from_row(row)


def running_in(db: Connection, chat_id: int) -> Round | None:
    """The round of a chat that was started and has not ended."""
    found = open_in(db, chat_id)
    return found if found is not None and found.is_running else None


def begin(
    db: Connection,
    *,
    chat_id: int,
    thread_id: int | None,
    host_id: int | None,
    form: str,
    deck_id: int | None,
    cards: int,
    seconds: int,
    next_at: datetime,
    at: datetime,
) -> Round:
    """A new round, being set up. Raises sqlite3.IntegrityError if the chat has an open one."""
    row = db.execute(
        "insert into rounds (chat_id, thread_id, host_id, form, deck_id, cards, seconds, stage, next_at, began_at) "
        "values (:chat_id, :thread_id, :host_id, :form, :deck_id, :cards, :seconds, 'setup', :next_at, :at) "
        "returning *",
        {
            "chat_id": chat_id,
            "thread_id": thread_id,
            "host_id": host_id,
            "form": form,
            "deck_id": deck_id,
            "cards": cards,
            "seconds": seconds,
            "next_at": to_ms(next_at),
            "at": to_ms(at),
        },
    ).fetchone()
    return Round.from_row(row)


def set_up(db: Connection, round_id: int, *, form: str, deck_id: int | None, cards: int, seconds: int) -> None:
    """What its host chose."""
    db.execute(
        "update rounds set form = :form, deck_id = :deck_id, cards = :cards, seconds = :seconds where round_id = :id",
        {"id": round_id, "form": form, "deck_id": deck_id, "cards": cards, "seconds": seconds},
    )


def enter(db: Connection, round_id: int, stage: str, next_at: datetime) -> None:
    """The round is in that stage until `next_at`."""
    db.execute(
        "update rounds set stage = :stage, next_at = :next_at where round_id = :id",
        {"id": round_id, "stage": stage, "next_at": to_ms(next_at)},
    )


def ask(db: Connection, round_id: int, at: datetime) -> None:
    """The next card is asked, and its step is due at once: it is still to be sent."""
    db.execute(
        "update rounds set stage = 'asking', place = place + 1, next_at = :at where round_id = :id",
        {"id": round_id, "at": to_ms(at)},
    )


def answered(db: Connection, round_id: int, anybody: bool) -> None:
    """Whether anybody answered the card that was asked."""
    db.execute(
        "update rounds set unanswered = case when :anybody then 0 else unanswered + 1 end where round_id = :id",
        {"id": round_id, "anybody": int(anybody)},
    )


def end(db: Connection, round_id: int, ended: str, at: datetime, next_at: datetime | None) -> bool:
    """Whether this call ended the round; at `next_at` its table is still to be sent, None: it has none."""
    row = db.execute(
        "update rounds set stage = 'ended', ended_at = :at, ended = :ended, next_at = :next_at "
        "where round_id = :id and ended_at is null returning round_id",
        {"id": round_id, "ended": ended, "at": to_ms(at), "next_at": maybe_ms(next_at)},
    ).fetchone()
    return row is not None


def stands_in(db: Connection, round_id: int, message: Message) -> None:
    """The round was drawn in this message."""
    db.execute(
        "update rounds set message_id = :message_id, media = :media where round_id = :id",
        {"id": round_id, "message_id": message.message_id, "media": message.media},
    )


def told(db: Connection, round_id: int, message: Message | None) -> None:
    """The table of a round that ended stands in this message, or (None) will stand nowhere: no step is due any more."""
    if message is not None:
        stands_in(db, round_id, message)
    db.execute("update rounds set next_at = null where round_id = :id", {"id": round_id})


def due(db: Connection, now: datetime, most: int = 100) -> list[Round]:
    """The rounds whose next step is due, those that ended among them if their table is still to be sent."""
    rows = db.execute(
        "select * from rounds where next_at <= :now order by next_at, round_id limit :most",
        {"now": to_ms(now), "most": most},
    ).fetchall()
    return [Round.from_row(row) for row in rows]


def join(db: Connection, round_id: int, learner_id: int, at: datetime) -> bool:
    """Whether this person was not in the round before."""
    row = db.execute(
        "insert into players (round_id, learner_id, joined_at) values (:round_id, :learner_id, :at) "
        "on conflict (round_id, learner_id) do nothing returning learner_id",
        {"round_id": round_id, "learner_id": learner_id, "at": to_ms(at)},
    ).fetchone()
    return row is not None


def players(db: Connection, current: Round) -> list[str]:
    """The names of who is in, in the order they came; empty for somebody without one."""
    rows = db.execute(
        "select coalesce(members.name, '') as name from players "
        "left join members on members.learner_id = players.learner_id and members.chat_id = :chat_id "
        "where round_id = :id order by players.joined_at, players.learner_id",
        {"id": current.round_id, "chat_id": current.chat_id},
    ).fetchall()
    return [row["name"] for row in rows]


def results(db: Connection, current: Round) -> list[Result]:
    """What everybody who answered any card came to, best first: by points in a race, else by cards known."""
    rows = db.execute(
        "select answers.learner_id, coalesce(members.name, '') as name, count(*) as answered, "
        "count(*) filter (where grade > 1) as right_, coalesce(max(players.points), 0) as points "
        "from turns join answers using (turn_id) "
        "left join members on members.learner_id = answers.learner_id and members.chat_id = :chat_id "
        "left join players on players.learner_id = answers.learner_id and players.round_id = :id "
        "where turns.round_id = :id and grade is not null group by answers.learner_id, members.name "
        "order by points desc, right_ desc, answered, lower(members.name), answers.learner_id",
        {"id": current.round_id, "chat_id": current.chat_id},
    ).fetchall()
    return [Result(row["learner_id"], row["name"], row["answered"], row["right_"], row["points"]) for row in rows]


def asked(db: Connection, round_id: int) -> frozenset[int]:
    """The cards that were asked in a round."""
    rows = db.execute("select card_id from turns where round_id = :id", {"id": round_id}).fetchall()
    return frozenset(row["card_id"] for row in rows)


def turn_of(db: Connection, round_id: int) -> Turn | None:
    """The round's latest turn, open or over."""
    row = db.execute(
        "select * from turns where round_id = :id order by turn_id desc limit 1", {"id": round_id}
    ).fetchone()
    return None if row is None else Turn.from_row(row)


def place_of(db: Connection, turn: Turn) -> int:
    """Which card of its round a turn is, from 1."""
    row = db.execute(
        "select count(*) as place from turns where round_id = :round_id and turn_id <= :turn_id",
        {"round_id": turn.round_id, "turn_id": turn.turn_id},
    ).fetchone()
    return int(row["place"])


def stood(db: Connection, turn: Turn, until: datetime, at: datetime) -> None:
    """The round's card stands there since `at` and is asked until then: nobody loses the time that it took to send."""
    db.execute("update turns set opened_at = :at where turn_id = :id", {"id": turn.turn_id, "at": to_ms(at)})
    db.execute(
        "update rounds set next_at = :until where round_id = :id and stage = 'asking'",
        {"id": turn.round_id, "until": to_ms(until)},
    )


def hurry(db: Connection, round_id: int, until: datetime) -> None:
    """The card that is asked now is over by then, if it would be later."""
    db.execute(
        "update rounds set next_at = :until where round_id = :id and stage = 'asking' and next_at > :until",
        {"id": round_id, "until": to_ms(until)},
    )


def questions(db: Connection, decks: frozenset[int]) -> frozenset[int]:
    """The cards of these decks that can be put to a group."""
    found: set[int] = set()
    for deck_id in decks:
        rows = db.execute(
            "select card_id from cards where deck_id = :deck_id and archived_at is null and kind = 'question'",
            {"deck_id": deck_id},
        ).fetchall()
        found.update(row["card_id"] for row in rows)
    return frozenset(found)


def missed(db: Connection, round_id: int, learner_id: int) -> list[Asked]:
    """The cards of a round that this learner did not know, answered wrong, or looked at and did not grade."""
    rows = db.execute(
        "select turns.card_id, note from turns join answers using (turn_id) join cards using (card_id) "
        "join decks using (deck_id) where round_id = :id and answers.learner_id = :learner_id "
        "and (grade = 1 or (grade is null and answers.looked_at is not null)) "
        "and cards.archived_at is null and decks.archived_at is null order by turn_id",
        {"id": round_id, "learner_id": learner_id},
    ).fetchall()
    return [Asked(row["card_id"], row["note"]) for row in rows]


def played(db: Connection, round_id: int, learner_id: int) -> bool:
    """Whether this learner looked at or answered any card of the round."""
    row = db.execute(
        "select 1 from turns join answers using (turn_id) where round_id = :id and answers.learner_id = :learner_id",
        {"id": round_id, "learner_id": learner_id},
    ).fetchone()
    return row is not None


def absorb(db: Connection, keeper: int, newcomer: int) -> None:
    """The rounds under a group's other id come to this one; of two that are open that one ends."""
    ids = {"keeper": keeper, "newcomer": newcomer}
    db.execute(
        "update rounds set stage = 'ended', ended_at = began_at, ended = 'interrupted', next_at = null "
        "where chat_id = :newcomer and ended_at is null "
        "and exists (select 1 from rounds as other where other.chat_id = :keeper and other.ended_at is null)",
        ids,
    )
    db.execute("update rounds set chat_id = :keeper where chat_id = :newcomer", ids)
