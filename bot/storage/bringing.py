"""A decided import: the cards that arrived go into their decks at once, then what somebody knew of them into a log."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import Any

import msgspec
from msgspec import Struct

from bot.decks.progress import Own
from bot.storage import aside, everything, reviews
from bot.storage.columns import to_ms
from bot.study.hours import Moment

# So many that arrived, with so much of their progress, are done with at once: whoever taps waits no longer than that.
_AT_ONCE = 500
_LEARNED = 100
_CHARACTERS = 30_000
# The same grade, told by a file that had to move it a little, as in Anki a moment is its name.
_SAME_MS = 10


class LogRow(Struct, frozen=True, array_like=True):
    """A grade that was given elsewhere, as the log has it; `elsewhere` is JSON."""

    at: int
    day: int
    day_ends_at: int
    kind: str
    grade: int
    stage_before: str | None
    taken_ms: int
    elsewhere: str


class Brought(Struct, frozen=True, omit_defaults=True):
    """What a file brings of its owner's progress with a card.

    Attributes:
        memory: its columns; None: there is none.
        answered: when it was last answered, ms; a memory that knows of a later answer stays.
        anew: the card is new again, whatever was known of it.
        own: what another Deckhand had, which is taken as it is there; all else is empty then.
    """

    memory: dict[str, Any] | None = None
    answered: int = 0
    suspended: bool = False
    buried: bool = False
    anew: bool = False
    log: tuple[LogRow, ...] = ()
    own: Own | None = None


def to_json(brought: Brought) -> str:
    """What `Brought` says, as it waits with its card."""
    return msgspec.json.encode(brought).decode()


_decode = msgspec.json.Decoder(Brought).decode


def sent_to_everybody(db: Connection, origin: str) -> int | None:
    """The deck for everybody that came under that name, and is nobody's."""
    row = db.execute(
        "select min(deck_id) as deck_id from decks "
        "where owner_id is null and origin = :origin and audience = 'everybody'",
        {"origin": origin},
    ).fetchone()
    return None if row["deck_id"] is None else int(row["deck_id"])


# Each is one statement for a whole deck: SQLite lets the event loop go on while it carries one out.
_NEW = "from arriving as new where new.import_id = :import_id and new.deck = :deck"
_THESE = f"{_NEW} and cards.card_id = new.card_id and cards.deck_id = :deck_id"
_TEXT = ("kind", "guid", "fields", "front", "back", "tags")
_PLACE = ("position", "note", "notetype_id")


def _change(names: Sequence[str], which: str) -> str:
    return (
        f"update cards set {', '.join(f'{name} = new.{name}' for name in names)}, file_fields = null, "  # noqa: S608 ours
        # What is read for /find says the same as before.
        "archived_at = null, indexed = case when cards.front = new.front and cards.back = new.back "
        "and cards.tags = new.tags and archived_at is null then indexed else 0 end "
        # One that was edited here since the file was compared stays so: the file says what it said.
        f"{_THESE} and new.kind <> '' and coalesce(file_fields, '') <> new.fields and {which}"
    )


# SQLite writes the entry in an index anew for each column that a statement names, also where it stays what it was: to
# leave out those that most cards keep makes it a third quicker.
_STAYS_THERE = (
    "(cards.position = new.position and cards.note = new.note "
    "and coalesce(cards.notetype_id, 0) = coalesce(new.notetype_id, 0))"
)
_CHANGE = _change(_TEXT, _STAYS_THERE)
_CHANGE_PLACE = _change((*_TEXT, *_PLACE), f"not {_STAYS_THERE}")
_STAY = (
    "update cards set position = new.position, archived_at = null, "  # noqa: S608
    "indexed = case when archived_at is null then indexed else 0 end "
    f"{_THESE} and (new.kind = '' or file_fields = new.fields) "
    "and (cards.position <> new.position or archived_at is not null)"
)
_COLUMNS = ", ".join((*_PLACE, *_TEXT))
_ADD = (
    f"insert into cards (deck_id, {_COLUMNS}) select :deck_id, {_COLUMNS} {_NEW} and card_id is null order by position"
)


def place(db: Connection, import_id: int, deck: int, deck_id: int) -> int:
    """All cards that arrived are in their deck. Those that are new have numbers above the one that you get."""
    last = db.execute("select coalesce(max(card_id), 0) as card_id from cards").fetchone()["card_id"]
    told = {"import_id": import_id, "deck": deck, "deck_id": deck_id}
    for statement in (_CHANGE, _CHANGE_PLACE, _STAY, _ADD):
        db.execute(statement, told)
    return int(last)


def learn(
    db: Connection,
    import_id: int,
    decks: Sequence[tuple[int, int]],
    learner_id: int | None,
    moment: Moment,
    since: int,
) -> int:
    """How many of the cards that arrived, and are in their places, wait no longer: what their owner knew of them is in
    the log. 0: none are left.

    Args:
        decks: which decks those of the file are, each with what `place` told of it.
        since: the last entry of the log when the cards came into their places.
    """
    rows = db.execute(
        "select deck, position, card_id, progress from arriving where import_id = :import_id "
        "order by deck, position limit :most",
        {"import_id": import_id, "most": _AT_ONCE},
    ).fetchall()
    characters = learned = done = 0
    for row in rows:
        done += 1
        if row["progress"] is None or learner_id is None:
            continue
        card_id = row["card_id"] or _new_card(db, decks[row["deck"]], row["position"])
        brought = _decode(row["progress"])
        _as_it_came(db, learner_id, card_id, brought, moment, since)
        _bring(db, learner_id, card_id, brought, moment)
        characters, learned = characters + len(row["progress"]), learned + 1
        if characters > _CHARACTERS or learned == _LEARNED:
            break
    if done:
        last = rows[done - 1]
        db.execute(
            "delete from arriving where import_id = :import_id and (deck, position) <= (:deck, :position)",
            {"import_id": import_id, "deck": last["deck"], "position": last["position"]},
        )
    return done


def _new_card(db: Connection, placed: tuple[int, int], position: int) -> int:
    # One that was added to its note in the chat since then has that place as well, and a later number.
    row = db.execute(
        "select min(card_id) as card_id from cards "
        "where deck_id = :deck_id and position = :position and card_id > :after",
        {"deck_id": placed[0], "position": position, "after": placed[1]},
    ).fetchone()
    return int(row["card_id"])


_LOG = (
    "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, grade, stage_before, taken_ms, elsewhere) "
    "select :learner_id, :card_id, :at, :day, :day_ends_at, :kind, :grade, :stage_before, :taken_ms, :elsewhere "
    "where not exists (select 1 from reviews where learner_id = :learner_id and card_id = :card_id "
    "and at between :at - :same and :at + :same)"
)


def _as_it_came(
    db: Connection, learner_id: int, card_id: int, brought: Brought, moment: Moment, since: int
) -> None:  # fmt: skip
    """Whoever has the deck may be asked a card as if they knew nothing of what is still to come. Where the file knows
    more of it than was known then, their answer counts no more than one before the file.
    """
    row = db.execute(
        "select before from reviews where learner_id = :learner_id and card_id = :card_id and review_id > :since "
        "and grade is not null and elsewhere is null order by review_id limit 1",
        {"learner_id": learner_id, "card_id": card_id, "since": since},
    ).fetchone()
    if row is None:
        return
    before = None if row["before"] is None else reviews.from_columns(json.loads(row["before"]))
    if _answered(brought) > (0 if before is None else to_ms(before.last_at)):
        reviews.set_by_hand(db, learner_id, card_id, moment, before)


def _answered(brought: Brought) -> int:
    """When the memory in the file was answered last, ms; 0: there is none."""
    if brought.own is not None:
        return 0 if brought.own.memory is None else int(json.loads(brought.own.memory)["last_at"])
    return 0 if brought.memory is None else brought.answered


def _bring(db: Connection, learner_id: int, card_id: int, brought: Brought, moment: Moment) -> None:
    """The past first, then from where they go on: here, where they answered it later than the file knows."""
    if brought.own is not None:
        everything.take_back(db, learner_id, card_id, brought.own, moment)
        return
    who = {"learner_id": learner_id, "card_id": card_id, "same": _SAME_MS}
    db.executemany(_LOG, [{**who, **msgspec.structs.asdict(each)} for each in brought.log])
    before = reviews.memory(db, learner_id, card_id)
    if brought.anew:
        if before is not None:
            reviews.set_by_hand(db, learner_id, card_id, moment, None)
    elif brought.memory is not None and (before is None or brought.answered > to_ms(before.last_at)):
        reviews.set_by_hand(db, learner_id, card_id, moment, reviews.from_columns(brought.memory))
    if brought.suspended:
        aside.suspend(db, learner_id, card_id, moment.at)
    if brought.buried:
        aside.bury(db, learner_id, card_id, moment.day)


def put_away(db: Connection, deck_id: int, gone: Iterable[int], at: datetime) -> None:
    """These cards are in the deck no longer."""
    db.executemany(
        "update cards set archived_at = :at, indexed = 0 "
        "where card_id = :card_id and deck_id = :deck_id and archived_at is null",
        [{"at": to_ms(at), "card_id": card_id, "deck_id": deck_id} for card_id in gone],
    )


def set_media(db: Connection, deck_id: int, media: Mapping[str, str]) -> None:
    """The deck has these media, by their names, each where it is stored, and none else.

    What was added in the chat has no other name than that under which it is stored: it stands in no file, and stays.
    """
    rows = db.execute("select name, stored from media where deck_id = :deck_id", {"deck_id": deck_id}).fetchall()
    had = {row["name"]: row["stored"] for row in rows}
    db.executemany(
        "delete from media where deck_id = :deck_id and name = :name",
        [{"deck_id": deck_id, "name": name} for name, stored in had.items() if name not in media and name != stored],
    )
    db.executemany(
        "insert into media (deck_id, name, stored) values (:deck_id, :name, :stored) "
        "on conflict (deck_id, name) do update set stored = excluded.stored",
        [
            {"deck_id": deck_id, "name": name, "stored": stored}
            for name, stored in media.items()
            if had.get(name) != stored
        ],
    )
