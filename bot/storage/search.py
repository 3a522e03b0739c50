"""Which cards have these words. All of it is SQLite's full-text index, FTS5: another engine has its own.

The index (`card_words`) follows the cards: whoever writes one sets its `indexed` to 0, and it is read again. What it
holds can be made anew from the cards at any time, so an index that is torn is thrown away.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.encoded import from_json
from bot.decks.terms import Term, as_indexed, plain_words

MOST_RANKED = 2000
"""Of words that more cards have, the newest so many are put in order."""
_A_STEP = 100
_CHARACTERS_OF_A_STEP = 60_000
_PAGES_OF_A_STEP = 32
_MINE = (
    "with mine as (select deck_id from decks where archived_at is null and (owner_id = :learner_id or deck_id in "
    "(select deck_id from subscriptions where chat_id = :learner_id and left_at is null))) "
)
_MINE_ALONE = f"{_MINE} select deck_id from mine"  # noqa: S608 the parts are ours


class Unread(Struct, frozen=True):
    """A card that the index does not know as it is written, and its words as the index is to have them."""

    card_id: int
    deck_id: int
    written: tuple[str, str, str]
    front: str
    back: str
    tags: str


# --- who looks for something ------------------------------------------------------------------------------------------


def find(db: Connection, learner_id: int, terms: Sequence[Term], skip: int, most: int) -> list[int]:
    """Cards of decks that this learner has sent or studies, in which all the terms are: what fits best comes first.

    Raises sqlite3.DatabaseError that `is_torn`.
    """
    match = _match(db, learner_id, terms)
    if not match:
        return []
    last = db.execute(
        "select rowid from card_words where card_words match :match order by rowid desc limit 1 offset :most",
        {"match": match, "most": MOST_RANKED - 1},
    ).fetchone()
    # A word in the front weighs more than one in the back, and that more than a tag.
    rows = db.execute(
        "select card_id from card_words cross join cards on card_id = card_words.rowid "
        "where card_words match :match and card_words.rowid >= :last and archived_at is null "
        "order by bm25(card_words, 0.0, 8.0, 2.0, 1.0), card_id limit :most offset :skip",
        {"match": match, "last": 0 if last is None else last["rowid"], "most": most, "skip": skip},
    ).fetchall()
    return [row["card_id"] for row in rows]


def count(db: Connection, learner_id: int, terms: Sequence[Term]) -> int | None:
    """How many there are of them; None: more than are put in order."""
    match = _match(db, learner_id, terms)
    if not match:
        return 0
    number: int = db.execute(
        "select count(*) from (select 1 from card_words cross join cards on card_id = card_words.rowid "
        "where card_words match :match and archived_at is null limit :most)",
        {"match": match, "most": MOST_RANKED + 1},
    ).fetchone()[0]
    return None if number > MOST_RANKED else number


def _match(db: Connection, learner_id: int, terms: Sequence[Term]) -> str:
    """How the index is asked for the cards of this learner's decks with all the terms; empty: there are none."""
    decks = db.execute(_MINE_ALONE, {"learner_id": learner_id}).fetchall()
    if not decks or not terms:
        return ""
    # Nothing that somebody typed is in it but letters, digits and marks, in quotes.
    words, where = " AND ".join(map(_phrase, terms)), " OR ".join(f"d{row['deck_id']}" for row in decks)
    return f"{{front back tags}} : ({words}) AND deck : ({where})"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.beginning else "")


def where(db: Connection, learner_id: int) -> int:
    """In how many decks this learner finds something."""
    return len(db.execute(_MINE_ALONE, {"learner_id": learner_id}).fetchall())


def studied_last(db: Connection, learner_id: int, most: int) -> list[int]:
    """Cards that are still there for this learner, those studied last first, out of so many of the latest reviews."""
    rows = db.execute(
        f"{_MINE} select card_id, max(review_id) as latest from "  # noqa: S608
        "(select card_id, review_id from reviews where learner_id = :learner_id order by review_id desc limit :most) "
        "join cards using (card_id) join mine using (deck_id) where archived_at is null "
        "group by card_id order by latest desc",
        {"learner_id": learner_id, "most": most},
    ).fetchall()
    return [row["card_id"] for row in rows]


# --- the index --------------------------------------------------------------------------------------------------------


def is_behind(db: Connection) -> bool:
    """Whether there are cards that it does not know as they are written."""
    return db.execute("select 1 from cards where indexed = 0 limit 1").fetchone() is not None


def unread(db: Connection) -> list[Unread]:
    """The next cards for it to take in, as many as are written in a few milliseconds."""
    rows = db.execute(
        "select card_id, deck_id, front, back, tags from cards where indexed = 0 and archived_at is null "
        "order by card_id limit :most",
        {"most": _A_STEP},
    )
    found: list[Unread] = []
    left = _CHARACTERS_OF_A_STEP
    for row in rows:
        front, back = (as_indexed(plain_words(from_json(row[side]))) for side in ("front", "back"))
        left -= len(front) + len(back)
        if found and left < 0:
            break
        as_written = (row["front"], row["back"], row["tags"])
        found.append(Unread(row["card_id"], row["deck_id"], as_written, front, back, as_indexed(row["tags"])))
    return found


def take_in(db: Connection, cards: Iterable[Unread]) -> None:
    """The index knows these cards, unless they were written again meanwhile."""
    for card in cards:
        front, back, tags = card.written
        same = {"card_id": card.card_id, "deck_id": card.deck_id, "front": front, "back": back, "tags": tags}
        known = db.execute(
            "update cards set indexed = 1 where card_id = :card_id and indexed = 0 and archived_at is null "
            "and deck_id = :deck_id and front = :front and back = :back and tags = :tags",
            same,
        )
        if known.rowcount:
            db.execute("delete from card_words where rowid = :card_id", {"card_id": card.card_id})
            db.execute(
                "insert into card_words (rowid, deck, front, back, tags) "
                "values (:card_id, 'd' || :deck_id, :front, :back, :tags)",
                {"card_id": card.card_id, "deck_id": card.deck_id, "front": card.front, "back": card.back,
                 "tags": card.tags},
            )  # fmt: skip


def let_go(db: Connection) -> bool:
    """Whether it holds nothing any more of cards that were taken out; some are let go at once."""
    rows = db.execute(
        "select card_id from cards where indexed = 0 and archived_at is not null limit :most", {"most": _A_STEP}
    ).fetchall()
    gone = [{"card_id": row["card_id"]} for row in rows]
    db.executemany("delete from card_words where rowid = :card_id", gone)
    db.executemany("update cards set indexed = 1 where card_id = :card_id", gone)
    return len(gone) < _A_STEP


def merge(db: Connection) -> bool:
    """Whether it lies in few enough parts; if not, a piece of them is written as one.

    To be asked until it is so after every step: left to itself it would do all of that at once while somebody waits.
    """
    before = db.total_changes
    db.execute("insert into card_words (card_words, rank) values ('merge', :pages)", {"pages": _PAGES_OF_A_STEP})
    return db.total_changes - before < 2  # so it says that there was nothing to do


def sweep(connection: Connection) -> None:
    """It is one part, and no word is in it any more of cards that were taken out: a second for 100 000 of them."""
    while not let_go(connection):
        pass
    connection.execute("insert into card_words (card_words) values ('optimize')")


def agrees(db: Connection) -> bool:
    """Whether it has as many cards as say that they are in it."""
    cards = db.execute("select count(*) as cards from cards where indexed = 1 and archived_at is null").fetchone()
    known = db.execute("select count(*) as cards from card_words_docsize").fetchone()
    waiting = db.execute(
        "select count(*) as cards from cards join card_words_docsize on id = card_id "
        "where indexed = 0 or archived_at is not null"
    ).fetchone()
    return int(cards["cards"]) == int(known["cards"]) - int(waiting["cards"])


def is_torn(error: BaseException | None) -> bool:
    """Whether it was the index that could not be read, and not the database."""
    return getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_CORRUPT_VTAB


def make_anew(db: Connection) -> None:
    """Throw it away; it takes all cards in again."""
    sql = db.execute("select sql from sqlite_master where name = 'card_words'").fetchone()["sql"]
    db.execute("drop table card_words")
    db.execute(sql)
    db.execute("insert into card_words (card_words, rank) values ('automerge', 0)")
    db.execute("update cards set indexed = 0 where archived_at is null")
