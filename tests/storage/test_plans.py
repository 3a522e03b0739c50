"""What is asked at every card and at every tick is found by an index, however much was learned."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage import (
    chats,
    gathering,
    marks,
    members,
    migrations,
    notes,
    pushes,
    reviews,
    rounds,
    sqlite,
    turns,
    waiting,
)
from bot.storage.gathering import Field
from bot.storage.pushes import Push

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FIELD = Field((1, 2), frozenset({"note"}))
DAYS = {1: NOW.date(), 2: NOW.date()}


def plan_of(ask: Callable[[sqlite3.Connection], object], folder: Path) -> str:
    """How SQLite goes about the first statement of what is asked."""
    with closing(sqlite.writer(folder / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        said: list[str] = []
        db.set_trace_callback(said.append)
        ask(db)
        db.set_trace_callback(None)
        return " ".join(row["detail"] for row in db.execute(f"explain query plan {said[0]}"))


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda db: reviews.last_standing(db, 1), "reviews_of_learner"),
        (lambda db: reviews.last_asked(db, 1, 3), "reviews_of_learner"),
        (lambda db: reviews.progress(db, 1), "turns_of_session"),
        (lambda db: turns.latest_in(db, 1), "turns_of_chat"),
        (lambda db: turns.open_in(db, 1), "turns_open"),
        (lambda db: turns.on_message(db, 1, 2), "turns_of_message"),
        (lambda db: turns.closing(db, NOW), "turns_closing"),
        (lambda db: rounds.due(db, NOW), "rounds_next"),
        (lambda db: rounds.open_in(db, 1), "rounds_open"),
        (lambda db: rounds.turn_of(db, 1), "turns_of_round"),
        (lambda db: pushes.in_state(db, "claimed"), "pushes_open"),
        (lambda db: chats.due(db, NOW, 10), "chats_due"),
        (lambda db: members.to_ask(db), "chats_to_ask"),
        (lambda db: members.passed_by(db, 1, NOW, 5), "turns_of_chat"),
        (lambda db: marks.first_time(db, 5, NOW), "handled_at"),
        (lambda db: gathering.new_on(db, [1, 2], NOW.date()), "reviews_of_day"),
        (lambda db: list(gathering.in_order(db, FIELD)), "cards_of_deck"),
        (lambda db: notes.siblings(db, 1, "note", 1), "cards_of_note"),
    ],
)
def test_it_is_found_by_its_index(ask: Callable[[sqlite3.Connection], object], index: str, tmp_path: Path) -> None:
    """No table is read from end to end, and nothing is sorted to find the latest."""
    plan = plan_of(ask, tmp_path)
    assert f"INDEX {index} " in plan
    assert "SCAN" not in plan
    assert "ORDER BY" not in plan or index == "pushes_open", "few are open, so these may be sorted"


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda db: waiting.due(db, 1, NOW.date(), None, 12), "COVERING INDEX memories_due_day"),
        (lambda db: waiting.count_due(db, 1, NOW.date(), None, 12), "COVERING INDEX memories_due_day"),
        (lambda db: waiting.learning(db, 1, NOW.date(), None), "INDEX memories_due_at"),
    ],
)
def test_what_waits_is_found_by_its_index(
    ask: Callable[[sqlite3.Connection], object], index: str, tmp_path: Path
) -> None:
    """The nearest among thousands of due cards are told by the index alone; only what is put is looked up."""
    plan = plan_of(ask, tmp_path)
    assert f"SEARCH memories USING {index} " in plan
    assert "SCAN cards" not in plan
    assert "SCAN memories" not in plan


@pytest.mark.parametrize(
    "ask",
    [
        lambda db: pushes.lately(db, 1, NOW.date()),
        lambda db: pushes.has_newer(db, Push(1, NOW.date(), NOW.time(), NOW, "claimed", None, {})),
    ],
)
def test_a_push_reads_none_of_the_years_before_it(ask: Callable[[sqlite3.Connection], object], tmp_path: Path) -> None:
    """What was pushed to a chat is looked for from a study day on."""
    assert re.search(r"SEARCH pushes USING INDEX \w+ \(chat_id=\? AND day[>=]", plan_of(ask, tmp_path))


@pytest.mark.parametrize(
    ("ask", "first", "second"),
    [
        (
            lambda db: gathering.met_of(db, FIELD, DAYS, NOW, [5, 6]),
            "SEARCH cards USING",
            "SEARCH memories USING INDEX",
        ),
        (lambda db: gathering._met(db, FIELD, DAYS, NOW, by_card=False), "SEARCH memories USING", "SEARCH cards USING"),
        (lambda db: gathering.active(db, 1), "SEARCH answers USING", "INDEX turns_of_chat"),
        (
            lambda db: gathering.candidates(db, FIELD, DAYS, []),
            "SEARCH memories USING COVERING INDEX memories_due_day",
            "SEARCH cards USING",
        ),
    ],
)
def test_what_a_group_gains_is_read_from_the_smaller_side(
    ask: Callable[[sqlite3.Connection], object], first: str, second: str, tmp_path: Path
) -> None:
    """Neither all cards nor all memories are read, whichever side is begun with."""
    plan = plan_of(ask, tmp_path)
    assert first in plan
    assert second in plan
    assert plan.index(first) < plan.index(second)
    assert not {"SCAN cards", "SCAN memories", "SCAN turns", "SCAN answers"} & set(re.findall(r"SCAN \w+", plan))
