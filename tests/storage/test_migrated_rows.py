"""A database of an earlier version with people in it: all that was in it is in it afterwards, and takes what is new."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.storage import migrations, notices, owned, played, present, sqlite, turns
from bot.storage.asked import keep
from bot.storage.migrations import VERSION
from bot.storage.notices import Notice
from bot.storage.played import Page

ANNA, GROUP = 10, -20
LIFE = f"""
insert into decks (deck_id, file, slug, name, digest) values (3, 'a.txt', 'a', 'A', 'd');
insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back)
    values (5, 3, 1, 'question', 'g', '', '["a","b"]', '["a"]', '["b"]');
insert into chats (chat_id, kind, asking) values ({ANNA}, 'private', 'zone'), ({GROUP}, 'group', '');
insert into push_hours (chat_id, minute) values ({ANNA}, 480);
insert into subscriptions (chat_id, deck_id, subscribed_at) values ({ANNA}, 3, 1), ({GROUP}, 3, 1);
insert into policies (policy_id, body) values (1, 'policy');
insert into memories values ({ANNA}, 5, 'review', 3.5, 5.0, null, 3, null, 20003, 1, 20000, 1, 0);
insert into sessions (session_id, chat_id, reason, planned, began_at) values (7, {ANNA}, 'quiz', 1, 1);
insert into turns (turn_id, chat_id, learner_id, card_id, session_id, opened_at, closed_at, ended, message_id, media)
    values (11, {ANNA}, {ANNA}, 5, 7, 1, 2, 'graded', 100, 'text'),
    (12, {ANNA}, {ANNA}, 5, 7, 3, null, null, null, null), (13, {GROUP}, null, 5, null, 1, null, null, 100, 'photo');
insert into answers (turn_id, learner_id, looked_at, grade) values (13, {ANNA}, 2, 3);
insert into reviews
    (review_id, learner_id, card_id, turn_id, at, day, day_ends_at, kind, grade, before, after, policy_id)
    values (1, {ANNA}, 5, 11, 2, 20000, 9, 'review', 3, '{{"due_day":19999}}', '{{}}', 1),
    (2, {ANNA}, 5, 13, 2, 20000, 9, 'group', 3, null, '{{}}', 1);
insert into reviews (review_id, learner_id, card_id, at, day, day_ends_at, kind, undoes)
    values (3, {ANNA}, 5, 3, 20000, 9, 'undo', 1);
insert into pushes (chat_id, day, minute, claimed_at, state, turn_id) values ({ANNA}, 20000, 480, 1, 'sent', 12);
insert into handled values (99, 1);
insert into marks values ('profile', 'said');
"""
"""What every version could hold; `LATER` what only some can."""
LATER = {
    "members": f"insert into members (chat_id, learner_id, name, joined_at) values ({GROUP}, {ANNA}, 'Anna', 1)",
    "inbox": "insert into inbox values (98, '{}')",
    "rounds": "insert into rounds (round_id, chat_id, form, cards, seconds, stage, began_at) "
    f"values (1, {GROUP}, 'flip', 5, 20, 'lobby', 1)",
    "imports": f"insert into imports (import_id, learner_id, file_id, name) values (4, {ANNA}, 'f', 'a.apkg')",
    "media": "insert into media values (3, 'a.png', 'stored')",
    "complaints": f"insert into complaints values (5, {ANNA}, 1, null)",
    "aside": f"insert into aside values ({ANNA}, 5, 1, null)",
    "recordings": f"insert into recordings values (11, 'front', 0, {ANNA}, 101)",
}


def tables(db: sqlite3.Connection) -> Iterator[str]:
    """Those of ours: what the index of words holds is made anew from the cards."""
    for row in db.execute("select name from sqlite_master where type = 'table' order by name").fetchall():
        if not row["name"].startswith(("sqlite_", "card_words")):
            yield row["name"]


def rows(db: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables."""
    return {table: [dict(row) for row in db.execute(f"select * from {table}").fetchall()] for table in tables(db)}


@pytest.mark.parametrize("version", range(1, VERSION))
def test_rows_are_brought_forward(version: int, tmp_path: Path) -> None:
    """None is lost or changed, none points to nothing, and today's rows find what they point to."""
    past = (Path(__file__).parent / f"schema_{version}.sql").read_text("utf-8")
    with closing(sqlite.writer(tmp_path / "past.db")) as db:
        db.row_factory = sqlite3.Row
        migrations.create(db, past, version)
        db.executescript(LIFE)
        for table in set(LATER) & set(tables(db)):
            db.execute(LATER[table])
        before = rows(db)
        migrations.migrate(db, lambda version: tmp_path / "backup")
        after = rows(db)
        for table, held in before.items():
            assert [{name: row[name] for name in old} for old, row in zip(held, after[table], strict=True)] == held
        assert db.execute("pragma foreign_key_check").fetchall() == []
        assert db.execute("pragma integrity_check").fetchone()[0] == "ok"
        assert turns.on_message(db, GROUP, 100) == turns.get(db, 13)
        present.note(db, 13, ANNA)
        notices.add(db, [Notice(5, ANNA, "wrong")])
        assert played.claim(db, Page(ANNA, 100, 5), 0)
        keep(db, ANNA, 1)
        owned.brought_by(db, 3, 4)
        db.execute("delete from chats where chat_id = ?", (ANNA,))
        assert {table: len(rows(db)[table]) for table in ("present", "played", "notices")} == {
            "present": 0,
            "played": 0,
            "notices": 1,
        }
