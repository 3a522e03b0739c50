"""A decided import, step by step: arrived cards go into their decks, and what somebody knew of them into their log."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection, Row
from typing import Any

import msgspec
from msgspec import Struct

from bot.decks.progress import Own
from bot.storage import aside, everything, reviews
from bot.storage.columns import to_ms
from bot.study.hours import Moment

# So many cards, and so many characters of their progress, go at once: whoever taps waits no longer than for these.
_CARDS = 100
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


_WRITE = (
    "position = :position, kind = :kind, guid = :guid, note = :note, fields = :fields, front = :front, back = :back, "
    "tags = :tags, notetype_id = :notetype_id, file_fields = null, archived_at = null, "
    # What is read for /find says the same as before.
    "indexed = case when front = :front and back = :back and tags = :tags and archived_at is null then indexed "
    "else 0 end"
)
# One that was edited here since the file was compared stays so: the file says what it said.
_UPDATE = (
    f"update cards set {_WRITE} where card_id = :card_id and deck_id = :deck_id "  # noqa: S608 names are ours
    "and coalesce(file_fields, '') <> :fields"
)
_STAYS = (
    "update cards set position = :position, archived_at = null, "
    "indexed = case when archived_at is null then indexed else 0 end "
    "where card_id = :card_id and deck_id = :deck_id and (position <> :position or archived_at is not null)"
)
_INSERT = (
    "insert into cards (deck_id, position, kind, guid, note, fields, front, back, tags, notetype_id) values "
    "(:deck_id, :position, :kind, :guid, :note, :fields, :front, :back, :tags, :notetype_id) returning card_id"
)


def move_in(
    db: Connection, import_id: int, deck: int, deck_id: int, learner_id: int | None, moment: Moment
) -> int:  # fmt: skip
    """How many of the cards that arrived went into their deck; 0: none are left."""
    rows = db.execute(
        "select * from arriving where import_id = :import_id and deck = :deck order by position limit :most",
        {"import_id": import_id, "deck": deck, "most": _CARDS},
    ).fetchall()
    characters = moved = 0
    for row in rows:
        card_id = _written(db, deck_id, row)
        if row["progress"] is not None and learner_id is not None:
            _bring(db, learner_id, card_id, _decode(row["progress"]), moment)
            characters += len(row["progress"])
        moved += 1
        if characters > _CHARACTERS:
            break
    if moved:
        db.execute(
            "delete from arriving where import_id = :import_id and deck = :deck and position <= :last",
            {"import_id": import_id, "deck": deck, "last": rows[moved - 1]["position"]},
        )
    return moved


def _written(db: Connection, deck_id: int, row: Row) -> int:
    told = {**dict(row), "deck_id": deck_id}
    if row["card_id"] is None:
        return int(db.execute(_INSERT, told).fetchone()["card_id"])
    if not row["kind"] or not db.execute(_UPDATE, told).rowcount:
        db.execute(_STAYS, told)
    return int(row["card_id"])


_LOG = (
    "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, grade, stage_before, taken_ms, elsewhere) "
    "select :learner_id, :card_id, :at, :day, :day_ends_at, :kind, :grade, :stage_before, :taken_ms, :elsewhere "
    "where not exists (select 1 from reviews where learner_id = :learner_id and card_id = :card_id "
    "and at between :at - :same and :at + :same)"
)


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


def add_media(db: Connection, deck_id: int, media: Sequence[tuple[str, str]]) -> None:
    """Some of the deck's media, and where each lies."""
    db.executemany(
        "insert into media (deck_id, name, stored) values (:deck_id, :name, :stored) "
        "on conflict (deck_id, name) do update set stored = excluded.stored",
        [{"deck_id": deck_id, "name": name, "stored": stored} for name, stored in media],
    )


def drop_media(db: Connection, deck_id: int, but: Collection[str] | Mapping[str, str], most: int) -> bool:
    """Whether the deck has none but these; at most so many others go at once.

    What was added in the chat has no other name than that under which it is stored: it stands in no file, and stays.
    """
    rows = db.execute(
        "select name from media where deck_id = :deck_id and name <> stored", {"deck_id": deck_id}
    ).fetchall()
    others = [row["name"] for row in rows if row["name"] not in but]
    db.executemany(
        "delete from media where deck_id = :deck_id and name = :name",
        [{"deck_id": deck_id, "name": name} for name in others[:most]],
    )
    return len(others) <= most
