"""Cards that a learner put aside are left out wherever a card is chosen or counted, for that learner alone."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from bot.decks.delimited import parse
from bot.storage import aside, cards, chats, migrations, reviews, sqlite, turns, waiting
from bot.study.memory import Grade, Memory, Stage
from bot.tutor import Desk, asking, choosing, coming, library, starting, undoing, wishes
from bot.tutor import aside as putting
from bot.tutor.asking import Wish
from bot.tutor.deck_views import DeckView
from bot.tutor.library import Found
from bot.tutor.outcomes import AskHourView, NothingDueView, SummaryView, TurnView, Who

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
ANNA, BEN, GROUP = 7, 8, -1
NEW, LEARNING, DUE, LATER = 1, 2, 3, 4
CARDS = (NEW, LEARNING, DUE, LATER)
WHO = Who(ANNA, ANNA, 1)
# By the way it is asked for: the cards found, or how many.
ASKS: dict[str, Callable[[Desk, date], object]] = {
    "new": lambda desk, day: [each.card_id for each in waiting.new(desk.db, ANNA, day, None, 9)],
    "count_new": lambda desk, day: waiting.count_new(desk.db, ANNA, day, None),
    "learning": lambda desk, day: [each.card_id for each in waiting.learning(desk.db, ANNA, day, None)],
    "due": lambda desk, day: [each.card_id for each in waiting.due(desk.db, ANNA, day, None, 9)],
    "count_due": lambda desk, day: waiting.count_due(desk.db, ANNA, day, None),
    "ahead": lambda desk, day: [
        each.card_id for each in waiting.ahead(desk.db, ANNA, day, None, frozenset({LEARNING}))
    ],
    "count_ahead": lambda desk, day: waiting.count_ahead(desk.db, ANNA, day, None),
    "due_by": lambda desk, day: waiting.due_by(desk.db, ANNA, day, day + timedelta(days=9)),
    "forecast": lambda desk, day: sum(waiting.forecast(desk.db, ANNA, day, 9).values()),
    "next_due": lambda desk, day: waiting.next_due(desk.db, ANNA, day, None, NOW - timedelta(1)),
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna has a deck of four cards: a new one, one on a step, one that is due, one that is due in three days."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        desk = Desk(db, NOW, "UTC")
        deck = parse("".join(f"What is {number}?;It is {number}\n" for number in CARDS).encode(), "deck.txt")
        found = Found(deck, "digest")
        (deck_id,) = library.claim(desk, [found], frozenset({"deck.txt"}))
        library.keep(desk, deck_id, found, library.compare(library.known(desk, deck_id), deck.cards))
        for chat_id in (ANNA, BEN, GROUP):
            chats.ensure(db, chat_id, "private" if chat_id > 0 else "group")
            chats.subscribe(db, chat_id, deck_id, NOW)
        step = Memory(Stage.LEARNING, 1.0, 5.0, 0, 0, NOW, None, NOW - timedelta(1), TODAY - timedelta(1), 1, 0)
        reviews.set_memory(db, ANNA, LEARNING, step)
        for card_id, due in ((DUE, TODAY), (LATER, TODAY + timedelta(3))):
            at = NOW - timedelta(days=9)
            reviews.set_memory(
                db, ANNA, card_id, Memory(Stage.REVIEW, 9.0, 5.0, None, 9, None, due, at, at.date(), 3, 0)
            )
        yield desk


def asked(desk: Desk, day: date = TODAY) -> dict[str, object]:
    """What each way of asking gives."""
    return {name: ask(desk, day) for name, ask in ASKS.items()}


def test_what_waits_without_any_aside(desk: Desk) -> None:
    """The ground that the others stand on: every way of asking finds something."""
    found = asked(desk)
    assert (found["new"], found["learning"], found["due"]) == ([NEW], [LEARNING], [DUE])
    assert [found[name] for name in ("count_new", "count_due", "count_ahead", "due_by", "forecast")] == [1, 1, 2, 3, 3]


def test_suspended_cards_are_nowhere(desk: Desk) -> None:
    """Not today and not on any day to come, until they are taken up again; nobody else notices."""
    before = asked(desk)
    for card_id in CARDS:
        aside.suspend(desk.db, ANNA, card_id, NOW)
    for day in (TODAY, TODAY + timedelta(5)):
        assert set(map(str, asked(desk, day).values())) <= {"[]", "0", "None", "(None, None)"}
    assert isinstance(asking.quiz(desk, WHO, Wish()).view, NothingDueView)
    assert coming.next_study(desk, desk.learner(ANNA), None) is None
    assert waiting.count_new(desk.db, BEN, TODAY, None) == len(CARDS)
    assert waiting.count_unmet(desk.db, ANNA, TODAY, None) == (1, 1)
    for card_id in CARDS:
        aside.take_up(desk.db, ANNA, card_id)
    assert asked(desk) == before


def test_buried_cards_come_tomorrow(desk: Desk) -> None:
    """They are left out today, foreseen for tomorrow, and tomorrow they are as they were."""
    tomorrow = TODAY + timedelta(1)
    then = asked(desk, tomorrow)
    for card_id in CARDS:
        aside.bury(desk.db, ANNA, card_id, TODAY)
    found = asked(desk)
    assert [found[name] for name in ("new", "learning", "due")] == [[], [], []]
    assert [found[name] for name in ("count_new", "count_due", "count_ahead")] == [0, 0, 0]
    assert waiting.count_unmet(desk.db, ANNA, TODAY, None) == (1, 0)
    assert waiting.forecast(desk.db, ANNA, TODAY, 9) == {tomorrow: 2, TODAY + timedelta(3): 1}
    assert found["next_due"] == (None, tomorrow)
    assert asked(desk, tomorrow) == then
    next_study = coming.next_study(desk, desk.learner(ANNA), None)
    assert next_study is not None
    assert (next_study.days, next_study.cards) == (1, 3)
    assert aside.find(desk.db, ANNA, DUE, TODAY) == aside.Aside(buried=True)
    assert aside.find(desk.db, ANNA, DUE, tomorrow) == aside.Aside()


def test_suspended_cards_do_not_hide_the_others(desk: Desk) -> None:
    """However long they have been overdue, so nearest to being forgotten, those behind them are found."""
    db = desk.db
    for number in range(100, 200):
        db.execute(
            "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
            "select :id, deck_id, :id, kind, '', '', fields, front, back from cards where card_id = 1",
            {"id": number},
        )
        at = NOW - timedelta(days=500)
        reviews.set_memory(db, ANNA, number, Memory(Stage.REVIEW, 1.0, 5.0, None, 1, None, TODAY, at, at.date(), 3, 0))
        aside.suspend(db, ANNA, number, NOW)
    assert asked(desk)["due"] == [DUE]
    assert [each.card_id for each in waiting.due(db, ANNA, TODAY, None, 1)] == [DUE]


def test_an_open_turn_of_it_gives_way(desk: Desk) -> None:
    """In its message the session's next card stands, or the session's end; the sibling of a buried card still comes."""
    desk.db.execute("update cards set note = 'pair' where card_id in (:a, :b)", {"a": DUE, "b": NEW})
    message = turns.Message(5, "text")
    view = asking.quiz(desk, WHO, Wish(), message).view
    seen: list[int] = []
    while isinstance(view, TurnView):
        seen.append(view.card.card_id)
        choice = putting.SUSPEND if view.card.card_id == LEARNING else putting.BURY
        outcome = putting.from_turn(desk, WHO, view.turn_id, choice, message)
        assert (outcome.where, outcome.bare) == (message, ())
        view = outcome.view
    assert isinstance(view, SummaryView)
    assert sorted(seen) == [NEW, LEARNING, DUE]
    assert turns.open_in(desk.db, ANNA) is None


def test_what_gave_way_to_undo_still_comes(desk: Desk) -> None:
    """Studying ahead, where no card comes twice: put aside, taken back and graded, the other one comes after all."""
    message = turns.Message(5, "text")
    first = asking.quiz(desk, WHO, Wish(ahead=True), message).view
    assert isinstance(first, TurnView)
    second = putting.from_turn(desk, WHO, first.turn_id, putting.BURY, message).view
    assert isinstance(second, TurnView)
    again = undoing.put_back(desk, WHO, first.turn_id, message).view
    assert isinstance(again, TurnView)
    assert (again.card, aside.find(desk.db, ANNA, first.card.card_id, TODAY)) == (first.card, aside.Aside())
    asking.show(desk, WHO, again.turn_id, message)
    after = asking.grade(desk, WHO, again.turn_id, Grade.EASY, 0, message).view
    assert isinstance(after, AskHourView)
    after = wishes.go_on(desk, WHO, message, None).view
    assert isinstance(after, TurnView)
    assert after.card == second.card


def test_from_its_page_too(desk: Desk) -> None:
    """Suspended in another message, what was asked gives way where it stands; taken up again, nothing is asked anew."""
    standing, page = turns.Message(5, "text"), turns.Message(6, "text")
    view = asking.quiz(desk, WHO, Wish(), standing).view
    assert isinstance(view, TurnView)
    outcome, following = putting.from_page(desk, WHO, view.card.card_id, putting.SUSPEND, page)
    assert outcome.where == page
    assert following is not None
    assert following.where == standing
    assert isinstance(following.view, TurnView)
    assert following.view.card.card_id != view.card.card_id
    assert putting.from_page(desk, WHO, view.card.card_id, putting.TAKE_UP, page)[1] is None
    assert putting.from_page(desk, WHO, DUE, "nonsense", page)[0].toast is None
    assert aside.find(desk.db, ANNA, DUE, TODAY) == aside.Aside()


def test_in_a_group_it_counts_for_nothing(desk: Desk) -> None:
    """The group gets what brings others something; what the only member put aside is worth nothing to the group."""
    db = desk.db
    turn = turns.begin(db, chat_id=GROUP, card_id=LATER, at=NOW - timedelta(days=1))
    db.execute(
        "insert into answers (turn_id, learner_id, looked_at, grade) values (:turn, :id, 1, :grade)",
        {"turn": turn.turn_id, "id": ANNA, "grade": int(Grade.GOOD)},
    )
    turns.close(db, turn.turn_id, "closed", NOW)
    group = chats.find(db, GROUP)
    assert group is not None
    first = choosing.choose(desk, group)
    assert first is not None
    aside.suspend(db, ANNA, first, NOW)
    assert choosing.choose(desk, group) not in (None, first)
    for card_id in CARDS:
        aside.suspend(db, ANNA, card_id, NOW)
    assert choosing.choose(desk, group) is not None, "a group whose members gain nothing still studies"


def test_the_deck_says_what_is_left(desk: Desk) -> None:
    """What is due on a deck's page leaves out what was put aside; what was never met tells it apart."""
    card = cards.card(desk.db, DUE)
    for card_id in (NEW, DUE):
        aside.suspend(desk.db, ANNA, card_id, NOW)
    view = starting.deck_page(desk, WHO, card.deck_id, None).view
    assert isinstance(view, DeckView)
    assert (view.due, view.new, view.suspended) == (0, 1, 1)
