"""Cards that arrived for a deck come into it, and what is known of them into a log."""

import sqlite3

from bot.decks.encoded import Written
from bot.storage import arriving, bringing
from bot.storage.arriving import ArrivingCard, SentFile
from bot.storage.bringing import Brought, LogRow, to_json
from bot.storage.columns import to_ms
from tests.storage.test_reviews import ANNA, AT, CARD, MOMENT, db

__all__ = ["db"]

NEW = Written(0, "question", "", "", '["q", "a"]', "[]", "[]", "")


def cards(db: sqlite3.Connection) -> list[tuple[int | None, int]]:
    """When each card was archived, and whether it is known to the index."""
    return [tuple(row) for row in db.execute("select archived_at, indexed from cards order by card_id")]


def test_no_card_of_another_deck_is_touched(db: sqlite3.Connection) -> None:
    """It may have gone there since the file was compared."""
    db.execute("insert into decks (deck_id, file, slug, name, digest) values (2, 'b', 'b', 'B', '')")
    import_id = arriving.add(db, ANNA, SentFile("", "a.txt"))
    arriving.keep(db, import_id, 0, [ArrivingCard(CARD, 0, NEW, "", ""), ArrivingCard(None, 1, NEW, "", "")])
    bringing.place(db, import_id, 0, 2)
    bringing.put_away(db, 2, [CARD], AT)
    rows = db.execute("select deck_id, fields, archived_at from cards order by card_id")
    assert [tuple(row) for row in rows] == [(1, "[]", None), (2, '["q", "a"]', None)]


def test_what_came_for_everybody_before_is_found_by_its_name(db: sqlite3.Connection) -> None:
    """Not what somebody sent, nor what was left behind by who was forgotten; of two the older one."""
    assert bringing.sent_to_everybody(db, "Words") is None
    for deck_id, owner_id, audience in (
        (2, ANNA, "private"),
        (3, None, "private"),
        (5, None, "everybody"),
        (4, None, "everybody"),
    ):
        db.execute(
            "insert into decks (deck_id, file, slug, name, digest, origin, owner_id, audience) "
            "values (?, ?, ?, 'Words', '', 'Words', ?, ?)",
            (deck_id, deck_id, deck_id, owner_id, audience),
        )
    assert bringing.sent_to_everybody(db, "Words") == 4
    assert bringing.sent_to_everybody(db, "Other words") is None


def test_a_card_that_is_gone_is_let_go_by_the_index_and_keeps_its_day(db: sqlite3.Connection) -> None:
    """One that was archived before was archived then."""
    db.execute("update cards set indexed = 1")
    bringing.put_away(db, 1, [CARD], AT)
    assert cards(db) == [(to_ms(AT), 0)]
    bringing.put_away(db, 1, [CARD], MOMENT.day_ends_at)
    assert cards(db) == [(to_ms(AT), 0)]


def test_a_grade_that_a_file_had_to_move_a_little_is_the_same(db: sqlite3.Connection) -> None:
    """In Anki a moment is its name, so of two at once the second is told a little later."""
    at = to_ms(AT) - 10**9
    for moved, entries in ((0, 1), (10, 1), (-10, 1), (11, 2)):
        row = LogRow(at + moved, MOMENT.day.toordinal(), at, "review", 3, None, 0, "{}")
        import_id = arriving.add(db, ANNA, SentFile("", "a.apkg"))
        arriving.keep(db, import_id, 0, [ArrivingCard(CARD, 0, None, "", to_json(Brought(log=(row,))))])
        assert bringing.learn(db, import_id, [(1, 0)], ANNA, MOMENT, 0) == 1
        assert db.execute("select count(*) as entries from reviews").fetchone()["entries"] == entries
