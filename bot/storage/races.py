"""A race: what it offers under a card, who chose what, and what cards it can be made of."""

from datetime import datetime
from sqlite3 import Connection

from bot.decks.content import Code, words
from bot.decks.encoded import from_json
from bot.storage.columns import to_ms
from bot.storage.turns import Turn
from bot.study.memory import Grade
from bot.study.round import Side, offered


def sides(db: Connection, deck_id: int) -> list[Side]:
    """The questions of a deck whose answers are nothing but words, in deck order."""
    rows = db.execute(
        "select card_id, front, back from cards where deck_id = :deck_id and archived_at is null "
        "and kind = 'question' order by position, card_id",
        {"deck_id": deck_id},
    ).fetchall()
    found: list[Side] = []
    for row in rows:
        back = offered(from_json(row["back"]))
        if back:
            code = isinstance(back[0], Code)
            found.append(Side(row["card_id"], words(from_json(row["front"])), words(back), code))
    return found


def offer(db: Connection, turn_id: int, card_ids: tuple[int, ...]) -> None:
    """The turn offers the backs of these cards, in this order."""
    db.executemany(
        "insert into options (turn_id, place, card_id) values (:turn_id, :place, :card_id)",
        [{"turn_id": turn_id, "place": place, "card_id": card_id} for place, card_id in enumerate(card_ids)],
    )


def options(db: Connection, turn_id: int) -> list[int]:
    """The cards whose backs a turn offers, in the order of its buttons; none if it is no race's."""
    rows = db.execute(
        "select card_id from options where turn_id = :turn_id order by place", {"turn_id": turn_id}
    ).fetchall()
    return [row["card_id"] for row in rows]


def is_raced(db: Connection, turn_id: int) -> bool:
    """Whether the turn's answer is one of several offered, to be shown to nobody before it is over."""
    return db.execute("select 1 from options where turn_id = :id", {"id": turn_id}).fetchone() is not None


def give(db: Connection, turn_id: int, learner_id: int, choice: int, grade: Grade, at: datetime) -> bool:
    """Whether this answer counts: the first of a member does, no other."""
    row = db.execute(
        "insert into answers (turn_id, learner_id, looked_at, grade, choice, answered_at, rank) "
        "values (:turn_id, :learner_id, :at, :grade, :choice, :at, "
        "(select coalesce(max(rank) + 1, 0) from answers where turn_id = :turn_id)) "
        "on conflict (turn_id, learner_id) do nothing returning turn_id",
        {"turn_id": turn_id, "learner_id": learner_id, "choice": choice, "grade": int(grade), "at": to_ms(at)},
    ).fetchone()
    return row is not None


def given(db: Connection, turn_id: int, learner_id: int) -> Grade | None:
    """What this member's answer came to; None if there is none."""
    row = db.execute(
        "select grade from answers where turn_id = :turn_id and learner_id = :learner_id and choice is not null",
        {"turn_id": turn_id, "learner_id": learner_id},
    ).fetchone()
    return None if row is None else Grade(row["grade"])


def right_so_far(db: Connection, turn_id: int) -> int:
    """How many members had it right."""
    row = db.execute(
        "select count(*) as members from answers where turn_id = :id and choice is not null and grade > 1",
        {"id": turn_id},
    ).fetchone()
    return int(row["members"])


def first_right(db: Connection, turn_id: int) -> str | None:
    """The name of the member who had it right first: by the order in which the answers were kept; None: nobody had."""
    row = db.execute(
        "select coalesce(members.name, '') as name from answers join turns using (turn_id) "
        "left join members on members.learner_id = answers.learner_id and members.chat_id = turns.chat_id "
        "where turn_id = :id and choice is not null and grade > 1 "
        "order by rank limit 1",
        {"id": turn_id},
    ).fetchone()
    return None if row is None else str(row["name"])


def is_answered_by_all(db: Connection, turn: Turn) -> bool:
    """Whether all who are in have answered: at least one has, and none is missing who takes part in the group."""
    row = db.execute(
        "select exists (select 1 from answers where turn_id = :turn_id and choice is not null) "
        "and not exists (select 1 from players join members using (learner_id) "
        "where round_id = :round_id and chat_id = :chat_id and left_at is null and not exists "
        "(select 1 from answers where turn_id = :turn_id and answers.learner_id = players.learner_id "
        "and choice is not null)) as answered",
        {"turn_id": turn.turn_id, "round_id": turn.round_id, "chat_id": turn.chat_id},
    ).fetchone()
    return bool(row["answered"])


def streak(db: Connection, round_id: int, learner_id: int) -> int:
    """How many answers in a row this player had right until now."""
    row = db.execute(
        "select streak from players where round_id = :round_id and learner_id = :learner_id",
        {"round_id": round_id, "learner_id": learner_id},
    ).fetchone()
    return 0 if row is None else int(row["streak"])


def score(db: Connection, round_id: int, learner_id: int, points: int) -> None:
    """A right answer that brings so many points; it goes on with the player's row of right answers."""
    db.execute(
        "update players set points = points + :points, streak = streak + 1 "
        "where round_id = :round_id and learner_id = :learner_id",
        {"round_id": round_id, "learner_id": learner_id, "points": points},
    )


def end_streaks(db: Connection, round_id: int, turn_id: int) -> None:
    """Who did not have this turn's card right begins a new row."""
    db.execute(
        "update players set streak = 0 where round_id = :round_id and not exists (select 1 from answers "
        "where answers.turn_id = :turn_id and answers.learner_id = players.learner_id and grade > 1)",
        {"round_id": round_id, "turn_id": turn_id},
    )
