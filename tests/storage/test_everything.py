"""What another Deckhand knew of somebody and a card is taken back beside what is known here, and the log agrees."""

import json
import sqlite3
from datetime import timedelta

import pytest
from msgspec.structs import replace

from bot.decks.arrival import Arriving
from bot.decks.progress import CardProgress, Own, OwnRow
from bot.storage import everything, reviews
from bot.storage.columns import to_day, to_ms
from bot.study.elsewhere import Learned
from bot.study.memory import Policy
from bot.tutor import checking
from bot.tutor.bringing import prepared
from tests.storage.test_reviews import ANNA, CARD, KNOWN, MOMENT, db, grades

__all__ = ["db"]

LATER = replace(KNOWN, last_at=KNOWN.last_at + timedelta(days=1), last_day=KNOWN.last_day + timedelta(days=1))
THERE = replace(KNOWN, last_at=KNOWN.last_at - timedelta(days=1), last_day=KNOWN.last_day - timedelta(days=1))


def text(memory) -> str:
    """Its columns."""
    return json.dumps(reviews.to_columns(memory))


def row(number, kind="review", grade=3, *, hours=0, after=None, undoes=None) -> OwnRow:
    """A row of the other log, so many hours after MOMENT."""
    at = MOMENT.at + timedelta(hours=hours)
    policy = 0 if kind == "review" else None
    told = (to_ms(at), to_day(MOMENT.day), to_ms(MOMENT.day_ends_at))
    return OwnRow(number, *told, kind, grade, None, None, after, None, policy, undoes, 1, None)


def own(*rows, memory=None) -> Own:
    """All that is known there."""
    return Own(None if memory is None else text(memory), rows, (Policy().to_json(),), 7, None)


def log(db: sqlite3.Connection) -> list[tuple[str, int | None]]:
    """Kind and grade of each row."""
    return [(each["kind"], each["grade"]) for each in db.execute("select * from reviews order by review_id")]


def test_a_card_that_is_new_here_goes_on_from_there(db: sqlite3.Connection) -> None:
    """With its whole log, what was taken back too, and what it was put aside for; twice is once."""
    there = own(row(8), row(9, hours=1), row(10, "undo", None, hours=2, undoes=9), memory=KNOWN)
    for _ in range(2):
        everything.take_back(db, ANNA, CARD, there, MOMENT)
        assert reviews.memory(db, ANNA, CARD) == KNOWN
        assert log(db) == [("review", 3), ("review", 3), ("undo", None), ("manual", None)]
        assert checking.verify(db).differ == ()
    assert [tuple(each) for each in db.execute("select undoes from reviews where kind = 'undo'")] == [(2,)]
    assert [tuple(each)[2:] for each in db.execute("select * from aside")] == [(7, None)]


@pytest.mark.parametrize(("there", "kept"), [(THERE, False), (LATER, True)], ids=["earlier", "later"])
def test_of_two_memories_the_later_one_stays(db: sqlite3.Connection, there, kept) -> None:
    """Grades of both are in the log, whichever came first."""
    grades(db)
    here = reviews.memory(db, ANNA, CARD)
    everything.take_back(db, ANNA, CARD, own(row(8, hours=-48), memory=there), MOMENT)
    assert reviews.memory(db, ANNA, CARD) == (there if kept else here)
    assert log(db) == [("learn", 3), ("review", 3), ("manual", None)]
    assert checking.verify(db).differ == ()


def test_a_log_that_ends_with_what_was_set_needs_no_more(db: sqlite3.Connection) -> None:
    """It says what the memory is, wherever the card's number comes from."""
    there = own(row(8), row(9, "manual", None, hours=1, after=text(KNOWN)), memory=KNOWN)
    everything.take_back(db, ANNA, CARD, there, MOMENT)
    assert log(db) == [("review", 3), ("manual", None)]
    assert reviews.memory(db, ANNA, CARD) == KNOWN
    assert checking.verify(db).differ == ()


@pytest.mark.parametrize(
    ("policy", "memory"),
    [
        ("{}", text(KNOWN)),
        ("[]", text(KNOWN)),
        (Policy().to_json().replace("[60,600]", "[1e300]"), text(KNOWN)),
        (Policy().to_json().replace("0.9", "NaN"), text(KNOWN)),
        (Policy().to_json(), text(KNOWN).replace("12.5", "-1")),
        (Policy().to_json(), text(replace(KNOWN, last_day=KNOWN.last_day + timedelta(days=5)))),
        (Policy().to_json(), text(replace(KNOWN, last_at=KNOWN.last_at + timedelta(days=2)))),
    ],
    ids=["no-policy", "a-list", "endless-step", "no-number", "no-memory", "coming-day", "coming-moment"],
)
def test_what_was_forged_is_left_out(policy, memory) -> None:
    """Policies and answers after which nothing can be graded, a memory that nobody has: the card comes without any."""
    learned = Learned("UTC", 4, Policy(), MOMENT)
    progress = CardProgress(own=Own(memory, (row(8),), (policy,)))
    card = prepared(Arriving(None, 0, None, progress=progress), [], learned, anew=False)
    assert card.progress == ""


def test_what_led_nowhere_there_leads_nowhere_here(db: sqlite3.Connection) -> None:
    """The card's only grade was taken back, or the file lies: the card is new, and the log says no other thing."""
    everything.take_back(db, ANNA, CARD, own(row(8), row(9, "undo", None, undoes=8)), MOMENT)
    assert (reviews.memory(db, ANNA, CARD), log(db)) == (None, [("review", 3), ("undo", None)])
    everything.take_back(db, ANNA, CARD, own(row(20, hours=5)), MOMENT)
    assert (reviews.memory(db, ANNA, CARD), log(db)[2:]) == (None, [("review", 3), ("manual", None)])
    assert checking.verify(db).differ == ()
