"""The board: who kept alive what was due this week, with nothing for speed, haste or repetition."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage import board, migrations, sqlite
from bot.storage.board import Counted
from tests.groups import edits_of
from tests.habits import settles, studies
from tests.people import Group

HEAD = "Cards kept alive, of those due since Monday\n"


def stands(group: Group) -> str:
    """What the board says, without what keeps a name's direction to itself."""
    screen = group.sees()
    assert screen.labels == ["Hide me", "Show me"]
    return screen.text.replace("\u2068", "").replace("\u2069", "")


async def grade_all(somebody: Somebody, *grades: str) -> None:
    """Their due cards, one after the other, in private."""
    await somebody.sends("/quiz")
    for grade in grades:
        await somebody.taps("Show answer", grade)


@pytest.fixture
async def wednesday(group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock) -> Group:
    """Ben and Cleo have the five capitals due; Anna takes part and has met none."""
    for each in (ben, cleo):
        await settles(each)
        await studies(each)
    await clock.move_to(datetime(2026, 3, 18, 12, 0, tzinfo=UTC))
    for each in (anna, ben, cleo):
        await each.sends("/join", group)
    return group


async def test_who_kept_most_alive_comes_first(
    wednesday: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Kept alive of what was due; who forgot one has it back when it was relearnt, and then they share the place."""
    await ben.sends("/board", wednesday)
    assert stands(wednesday) == (
        f"{HEAD}1. Ben · 0 of 5\n1. Cleo · 0 of 5\n\nFewer than 5 due so far: Anna\n\n"
        "Together: 0 of 10 learned cards alive\n░░░░░░░░░░░░"
    )
    await grade_all(ben, "Good", "Hard", "Good", "Good", "Easy")
    await grade_all(cleo, "Good", "Again", "Good", "Good", "Good")
    await ben.sends("/board", wednesday)
    assert stands(wednesday) == (
        f"{HEAD}1. Ben · 5 of 5\n2. Cleo · 4 of 5\n\nFewer than 5 due so far: Anna\n\n"
        "Together: 9 of 10 learned cards alive\n███████████░"
    )
    await clock.advance(minutes=11)
    await grade_all(cleo, "Good")
    await ben.sends("/board", wednesday)
    assert stands(wednesday).startswith(f"{HEAD}1. Ben · 5 of 5\n1. Cleo · 5 of 5\n\n")
    assert stands(wednesday).endswith("10 of 10 learned cards alive\n████████████")


async def test_grades_in_the_group_count_as_well(wednesday: Group, ben: Somebody, clock: WorldClock) -> None:
    """A due card that is graded in the group is as good as one graded in private."""
    for _ in range(5):
        await ben.sends("/quiz", wednesday)
        await ben.taps("Show answer", "Good", chat=wednesday)
        await clock.advance(minutes=2)
    await ben.sends("/board", wednesday)
    assert "1. Ben · 5 of 5\n2. Cleo · 0 of 5" in stands(wednesday)


async def test_what_was_taken_back_does_not_count(wednesday: Group, ben: Somebody) -> None:
    """The card waits again, and the board knows it."""
    await grade_all(ben, "Good", "Good", "Good", "Good", "Good")
    await ben.sends("/undo")
    await ben.sends("/board", wednesday)
    assert "1. Ben · 4 of 5" in stands(wednesday)


async def test_early_study_brings_nothing(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Cards graded in the group days before they are due, and new ones, are not on the board."""
    await settles(ben)
    await studies(ben)
    await clock.advance(days=1)
    for _ in range(5):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", "Good", chat=group)
        await clock.advance(minutes=2)
    await ben.sends("/board", group)
    assert stands(group).startswith("Fewer than 5 due so far: Ben\n\n")


async def test_a_week_begins_anew_on_monday(wednesday: Group, ben: Somebody, clock: WorldClock) -> None:
    """What was kept alive last week is last week's; what waits is due this week as well."""
    await grade_all(ben, "Good", "Good", "Good", "Good", "Good")
    await clock.move_to(datetime(2026, 3, 22, 12, 0, tzinfo=UTC))
    await ben.sends("/board", wednesday)
    assert "1. Ben · 5 of 5\n2. Cleo · 0 of 5" in stands(wednesday)
    await clock.move_to(datetime(2026, 3, 23, 12, 0, tzinfo=UTC))
    await ben.sends("/board", wednesday)
    assert stands(wednesday).startswith(f"{HEAD}1. Cleo · 0 of 5\n\nFewer than 5 due so far: Anna and Ben\n\n")


async def test_nobody_yet(group: Group, ben: Somebody) -> None:
    """An empty board says how to get on it."""
    await ben.sends("/board", group)
    assert stands(group) == (
        "Nobody is on the board yet. Look at a card and grade it: who keeps alive what is due for them stands here."
    )
    assert group.message().silent


async def test_hiding(wednesday: Group, ben: Somebody, clock: WorldClock) -> None:
    """Who hides is off the board and out of the group's bar at once, in the same message, and can come back."""
    await ben.sends("/board", wednesday)
    messages = len(wednesday.messages())
    await ben.taps("Hide me", chat=wednesday)
    assert ben.toast == "You are not on the board any more. Show me brings you back."
    assert stands(wednesday) == (
        f"{HEAD}1. Cleo · 0 of 5\n\nFewer than 5 due so far: Anna\n\nTogether: 0 of 5 learned cards alive\n░░░░░░░░░░░░"
    )
    await ben.taps("Hide me", "Show me", chat=wednesday)
    assert ben.toast == "You are on the board."
    await clock.advance(seconds=20)
    assert "1. Ben · 0 of 5" in stands(wednesday)
    assert len(wednesday.messages()) == messages


async def test_many_come_and_go(
    wednesday: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Each is told at once; the group sees few edits and the last state, and the next card waits for none of them."""
    await ben.sends("/board", wednesday)
    before = edits_of(playground, wednesday)
    for _ in range(6):
        for each in (anna, ben, cleo):
            await each.taps("Hide me", chat=wednesday)
            assert each.toast == "You are not on the board any more. Show me brings you back."
    assert edits_of(playground, wednesday) - before == 1
    await clock.advance(seconds=20)
    assert wednesday.message().text.startswith("Nobody is on the board")
    assert edits_of(playground, wednesday) - before == 2
    await ben.sends("/quiz", wednesday)
    assert wednesday.sees().text.startswith("Capitals")


async def test_what_waits_to_be_learned_is_not_alive(group: Group, ben: Somebody) -> None:
    """Of two cards met for the first time, the one that was known is alive."""
    for grade in ("Good", "Again"):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", grade, chat=group)
    await ben.sends("/board", group)
    assert stands(group).endswith("\n\nTogether: 1 of 2 learned cards alive\n██████░░░░░░")


async def test_who_does_not_take_part_cannot_hide(group: Group, ben: Somebody, cleo: Somebody) -> None:
    """They are told so; who left stands on no board, hidden or not."""
    await ben.sends("/join", group)
    await ben.sends("/board", group)
    assert stands(group) == "Fewer than 5 due so far: Ben"
    await cleo.taps("Hide me", chat=group)
    assert cleo.toast == "You do not take part here, so you are not on the board. /join changes that."
    await ben.sends("/leave", group)
    await ben.sends("/board", group)
    assert stands(group).startswith("Nobody is on the board yet.")


async def test_no_board_in_a_cards_place(group: Group, ben: Somebody) -> None:
    """A forged tap on a card's message draws no board over the card."""
    await ben.sends("/join", group)
    await ben.sends("/quiz", group)
    card = group.sees()
    for data in ("gh:1", "go"):
        await ben.taps_data(group.message(), data)
        assert group.sees() == card


async def test_only_this_groups_decks(
    group: Group, playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """In a group without the deck, cards that are due elsewhere are neither due nor in the bar."""
    for _ in range(2):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", "Easy", chat=group)
    await clock.advance(days=20)
    other = playground.group("Others", [anna, ben])
    for place in (group, other):
        await ben.sends("/join", place)
        await ben.sends("/board", place)
    assert stands(group).endswith("\n\nTogether: 0 of 2 learned cards alive\n░░░░░░░░░░░░")
    assert stands(other) == "Fewer than 5 due so far: Ben"


async def test_names_that_would_break_it(group: Group, playground: Playground, ben: Somebody) -> None:
    """Long, right-to-left, linking and line-breaking names are each one short line of plain text."""
    for name in ("A" * 60, "\u202eorez", "@channel http://evil.example", "<b>Bold</b>\nNext"):
        somebody = playground.person(name)
        await group.adds(somebody)
        await somebody.sends("/join", group)
    await ben.sends("/board", group)
    message = group.message()
    assert not message.entities
    assert message.text == (
        f"Fewer than 5 due so far: \u2068{'A' * 23}…\u2069, \u2068orez\u2069, "
        "\u2068@\u2060channel http:\u2060//evil.\u2060ex…\u2069 and \u2068<b>Bold</b> Next\u2069"
    )


@pytest.mark.parametrize(
    "ask",
    [
        lambda db, members: board.weeks(db, -1, date(2026, 3, 2), members),
        lambda db, members: board.alive(db, -1, members),
        lambda db, members: board.state(db, -1, 1, date(2026, 3, 2), date(2026, 2, 2)),
    ],
)
def test_it_is_counted_by_indexes(ask: Callable[[sqlite3.Connection, list[Counted]], object], tmp_path: Path) -> None:
    """However many members and cards there are, no table is read from end to end, and no one else's rows are."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        said: list[str] = []
        db.set_trace_callback(said.append)
        ask(db, [Counted(number, date(2026, 3, 4), 1.0) for number in range(1, 201)])
        db.set_trace_callback(None)
        for statement in said:
            plan = [row["detail"] for row in db.execute(f"explain query plan {statement}")]
            scanned = {line.split()[1] for line in plan if line.startswith("SCAN")}
            assert not scanned & {"cards", "reviews", "memories", "later", "decks", "subscriptions"}, plan
