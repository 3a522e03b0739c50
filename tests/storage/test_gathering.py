"""Which card a group gets: the one that those who take part gain most from."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.storage import answers, aside, chats, gathering, members, migrations, reviews, sqlite, turns
from bot.storage.gathering import Field
from bot.study.hours import Moment
from bot.study.memory import Grade, Memory, Policy, Stage
from bot.tutor import choosing
from bot.tutor.desk import Desk

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
GROUP, OTHER = -1, -2
ANNA, BEN, CLEO = MEMBERS = (1, 2, 3)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Three people, two groups, and a deck of cards 1 to 4 that the first group studies; another has card 9."""
    db = sqlite.writer(tmp_path / "deckhand.db")
    migrations.create(db, migrations.schema(), migrations.VERSION)
    for chat_id in (GROUP, OTHER, *MEMBERS):
        chats.ensure(db, chat_id, "group" if chat_id < 0 else "private")
    for deck_id, name in ((1, "Beta"), (2, "Alpha")):
        db.execute(
            "insert into decks (deck_id, file, slug, name, digest) values (?, ?, ?, ?, '')", (deck_id, name, name, name)
        )
    for card_id in (1, 2, 3, 4):
        _card(db, card_id, 1)
    _card(db, 9, 2)
    chats.subscribe(db, GROUP, 1, NOW)
    yield db
    db.close()


def _card(db: sqlite3.Connection, card_id: int, deck_id: int) -> None:
    db.execute(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "values (?, ?, ?, 'question', '', '', '[]', '[]', '[]')",
        (card_id, deck_id, card_id),
    )


def _met(db: sqlite3.Connection, card_id: int, *who: int, days: int = 10, stability: float = 10.0) -> None:
    at = NOW - timedelta(days=days)
    memory = Memory(
        Stage.REVIEW, stability, 5.0, None, 1, None, at.date() + timedelta(days=1), at, at.date(), reviews=1, lapses=0
    )
    for learner_id in who:
        reviews.set_memory(db, learner_id, card_id, memory)


def _join(db: sqlite3.Connection, *who: int, at: datetime = NOW) -> None:
    for learner_id in who:
        members.take_part(db, GROUP, learner_id, "somebody", at)


def _put(
    db: sqlite3.Connection, *cards: int, chat_id: int = GROUP, days: int = 0, graded_by: int | None = None
) -> None:
    at = NOW - timedelta(days=days)
    for card_id in cards:
        turn = turns.begin(db, chat_id=chat_id, card_id=card_id, at=at)
        if graded_by is not None:
            answers.look(db, turn.turn_id, graded_by, at)
            answers.give(db, turn.turn_id, graded_by, Grade.GOOD, at)
        turns.close(db, turn.turn_id, "closed", at)


def _graded_new(db: sqlite3.Connection, learner_id: int, card_id: int) -> None:
    reviews.add(
        db,
        learner_id=learner_id,
        card_id=card_id,
        turn_id=None,
        moment=Moment(NOW, TODAY, NOW + timedelta(hours=19)),
        kind="learn",
        grade=Grade.GOOD,
        before=None,
        after=None,
        taken_ms=None,
        policy=reviews.policy_id(db, Policy()),
    )


def _chosen(
    db: sqlite3.Connection, decks: set[int] | None = None, besides: set[int] | None = None, chat_id: int = GROUP
) -> int | None:
    desk, chat = Desk(db, NOW, "Etc/UTC"), chats.ensure(db, chat_id, "group")
    wanted = None if decks is None else frozenset(decks)
    return choosing.choose(desk, chat, wanted, frozenset(besides or ()))


def test_new_cards_come_in_deck_order(db: sqlite3.Connection) -> None:
    """With nothing met by anybody the decks are gone through from the first card on, by the decks' names."""
    assert _chosen(db) == 1
    _join(db, *MEMBERS)
    assert _chosen(db) == 1
    assert _chosen(db, besides={1, 2}) == 3
    chats.subscribe(db, GROUP, 2, NOW)
    assert _chosen(db) == 9
    assert _chosen(db, {1}) == 1


def test_the_greatest_gain_of_all_together(db: sqlite3.Connection) -> None:
    """A card that two have nearly forgotten goes before one that three still know, and that before nothing at all."""
    _join(db, ANNA, BEN)
    _met(db, 1, ANNA, BEN, days=1, stability=100)
    _met(db, 2, ANNA, BEN, days=8, stability=40)
    _met(db, 3, ANNA, days=60, stability=1)
    _met(db, 3, BEN, days=2, stability=100)
    _met(db, 4, ANNA, BEN, days=60, stability=1)
    asked: set[int] = set()
    while (card_id := _chosen(db, besides=asked)) is not None:
        asked.add(card_id)
        assert len(asked) < 5
        if len(asked) == 1:
            assert card_id == 4
        elif len(asked) == 2:
            assert card_id == 3
    assert asked == {1, 2, 3, 4}


def test_a_card_met_by_none_weighs_against_the_others(db: sqlite3.Connection) -> None:
    """What nobody has met comes before what all know well, and after what all have nearly forgotten."""
    _join(db, *MEMBERS)
    _met(db, 1, *MEMBERS, days=1, stability=100)
    assert _chosen(db) == 2
    _met(db, 4, *MEMBERS, days=60, stability=0.5)
    assert _chosen(db) == 4


def test_only_those_who_take_part_count(db: sqlite3.Connection) -> None:
    """What others would gain does not matter, nor what who has left would."""
    _join(db, ANNA, BEN)
    _met(db, 4, CLEO, days=60, stability=0.5)
    assert _chosen(db) == 1
    _join(db, CLEO)
    members.leave(db, GROUP, ANNA, NOW)
    members.leave(db, GROUP, BEN, NOW)
    assert _chosen(db) == 4


def test_who_takes_part(db: sqlite3.Connection) -> None:
    """Who graded in one of the last ten turns or came since; one who left is among them only once they are back."""
    _join(db, ANNA, at=NOW - timedelta(days=30))
    assert gathering.active(db, GROUP) == {ANNA}
    _put(db, 1, days=20, graded_by=BEN)
    assert gathering.active(db, GROUP) == {ANNA, BEN}, "there were not ten turns yet"
    _put(db, *[2] * 9, days=10)
    assert gathering.active(db, GROUP) == {BEN}
    _join(db, CLEO)
    assert gathering.active(db, GROUP) == {BEN, CLEO}
    _put(db, 2)
    assert gathering.active(db, GROUP) == {CLEO}
    members.leave(db, GROUP, CLEO, NOW)
    assert gathering.active(db, GROUP) == frozenset()


def test_a_card_graded_today_brings_nothing(db: sqlite3.Connection) -> None:
    """What one member has graded in private today is chosen for the others' sake alone."""
    _join(db, ANNA, BEN)
    _met(db, 1, ANNA, BEN, days=0, stability=0.5)
    _met(db, 2, ANNA, days=30, stability=20)
    _met(db, 2, BEN, days=0, stability=0.5)
    _met(db, 3, ANNA, BEN, days=1, stability=100)
    _met(db, 4, ANNA, BEN, days=1, stability=100)
    assert _chosen(db) == 2


def test_new_cards_while_they_last(db: sqlite3.Connection) -> None:
    """When the new cards of all for today are used up, one that is known comes before one that nobody met."""
    _join(db, ANNA)
    _met(db, 4, ANNA, days=2, stability=100)
    chats.change(db, ANNA, new_per_day=1)
    assert _chosen(db) == 1
    _graded_new(db, ANNA, 9)
    assert _chosen(db) == 4
    assert _chosen(db, besides={4}) == 1, "there is nothing else"


def test_siblings_of_todays_come_last(db: sqlite3.Connection) -> None:
    """No card comes twice in a day, and a sibling of one put today only when no other is left."""
    _join(db, *MEMBERS)
    db.execute("update cards set note = 'n' where card_id in (1, 2, 3)")
    _put(db, 1)
    _met(db, 2, *MEMBERS, days=60, stability=0.5)
    assert _chosen(db) == 4
    _put(db, 4)
    assert _chosen(db) == 2
    _put(db, 2)
    assert _chosen(db) == 3
    _put(db, 3)
    assert _chosen(db) is None


def test_with_nobody_known_what_was_put_longest_ago(db: sqlite3.Connection) -> None:
    """A card that nobody answered does not come every day: those never put here go before it, then the oldest."""
    _put(db, 2, 1, days=1)
    _put(db, 3, chat_id=OTHER, days=1)
    assert _chosen(db) == 3
    _put(db, 3, 4, days=1)
    assert _chosen(db) == 2


@pytest.mark.parametrize("kind", ["statement", "waiting"])
@pytest.mark.parametrize("somebody", [False, True])
def test_only_questions_are_put(db: sqlite3.Connection, kind: str, somebody: bool) -> None:
    """Neither a statement nor a card without an answer is put to a group."""
    if somebody:
        _join(db, ANNA)
        _met(db, 1, ANNA, days=60, stability=0.5)
    db.execute("update cards set kind = ? where card_id < 4", (kind,))
    assert _chosen(db) == 4


@pytest.mark.parametrize("somebody", [False, True])
def test_what_is_not_there_is_not_put(db: sqlite3.Connection, somebody: bool) -> None:
    """Neither a card nor a deck that was taken out or left is put, nor one of a deck that the group never had."""
    if somebody:
        _join(db, ANNA)
        _met(db, 1, ANNA, days=60, stability=0.5)
        _met(db, 9, ANNA, days=60, stability=0.5)
    db.execute("update cards set archived_at = 1 where card_id = 1")
    assert _chosen(db) == 2
    assert _chosen(db, {2}) is None
    assert _chosen(db, {1, 2}, chat_id=OTHER) is None
    db.execute("update decks set archived_at = 1 where deck_id = 1")
    assert _chosen(db) is None
    db.execute("update decks set archived_at = null where deck_id = 1")
    chats.leave(db, GROUP, 1, NOW)
    assert _chosen(db) is None


def test_both_ways_to_read_find_the_same(db: sqlite3.Connection) -> None:
    """From the cards or from the memories: what was met is the same, private decks left out."""
    _met(db, 1, ANNA, BEN, days=4)
    _met(db, 3, BEN, days=2)
    _met(db, 9, ANNA, BEN)
    field, days = Field((1,), frozenset()), dict.fromkeys(MEMBERS, TODAY)
    from_cards = gathering.met_of(db, field, days, NOW, [1, 2, 3, 4, 9])
    # Six lookups are more than five memories.
    chosen = gathering.all_met(db, field, days, NOW)
    assert chosen is not None
    assert sorted(chosen) == sorted(from_cards)
    assert sorted(chosen) == [(ANNA, 1, 10.0, 5.0, 4.0, 4), (BEN, 1, 10.0, 5.0, 4.0, 4), (BEN, 3, 10.0, 5.0, 2.0, 2)]


def _many(db: sqlite3.Connection) -> None:
    """Two thousand cards from 10 on, which all know as well as card 3, due a day later than that."""
    db.execute(
        "with recursive n (n) as (select 10 union all select n + 1 from n where n < 2100) "
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "select n, 1, n, 'question', '', '', '[]', '[]', '[]' from n"
    )
    _met(db, 3, *MEMBERS, days=1, stability=100)
    db.execute(
        "insert into memories select learner_id, cards.card_id, stage, stability, difficulty, step, interval_days, "
        "due_at, due_day + 1, last_at, last_day, reviews, lapses from memories cross join cards "
        "where cards.card_id >= 10"
    )


def test_where_there_is_too_much_to_read(db: sqlite3.Connection) -> None:
    """The best is found among what has waited longest for so many and what is new, other decks left out."""
    _join(db, *MEMBERS)
    _many(db)
    _met(db, 2, *MEMBERS, days=60, stability=0.5)
    _met(db, 9, *MEMBERS, days=90, stability=0.5)
    assert gathering.all_met(db, Field((1,), frozenset()), dict.fromkeys(MEMBERS, TODAY), NOW) is None
    assert _chosen(db) == 2
    assert _chosen(db, besides={2}) == 1
    for member in MEMBERS:
        chats.change(db, member, new_per_day=0)
    assert _chosen(db, besides={2}) == 3


def test_what_all_put_aside_hides_nothing_else(db: sqlite3.Connection) -> None:
    """Among too much to read, too, what is due behind it and what is new behind it is found."""
    _join(db, *MEMBERS)
    _many(db)
    for member in MEMBERS:
        aside.bury(db, member, 1, TODAY)
        aside.bury(db, member, 2, TODAY)
    assert _chosen(db, besides={3}) == 4, "nobody has met it"
    db.execute("insert into aside select learner_id, card_id, 1, null from memories where card_id >= 10")
    for member in MEMBERS:
        chats.change(db, member, new_per_day=0)
    _met(db, 3, *MEMBERS, days=1, stability=100)
    assert _chosen(db) == 3
