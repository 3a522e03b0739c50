"""Which recordings of a card are heard when, and that each is sent once."""

import sqlite3

from bot.decks.card import Kind
from bot.decks.content import Hint, Points, Quote, Sound
from bot.storage.cards import StoredCard
from bot.tutor import sounding
from bot.tutor.desk import Desk
from bot.tutor.sounding import MOST_OF_A_SIDE, Due
from tests.storage.test_reviews import ANNA, AT, CARD, db

__all__ = ["db"]


def test_what_a_hint_hides_is_heard_with_the_answer() -> None:
    """What stands open in front is heard first, once; of many no more than so many, and none of those later."""
    many = tuple(Sound(f"{number}.mp3") for number in range(MOST_OF_A_SIDE))
    front = (Points(((Sound("a.mp3"),),), None), Quote((Sound("b.mp3"),)), Hint((Sound("hidden.mp3"),), "Hint"), *many)
    card = StoredCard(CARD, 1, "A", "a", Kind.QUESTION, front, (Sound("a.mp3"), Sound("c.mp3")), archived=False)
    assert sounding.front(card) == ("a.mp3", "b.mp3", "0.mp3", "1.mp3")
    assert sounding.back(card) == ("hidden.mp3", "c.mp3")


def test_a_recording_is_one_calls_to_send(db: sqlite3.Connection) -> None:
    """Whoever asks second, or for a turn that is over, sends nothing; given back, it may be sent again."""
    desk = Desk(db, AT, "UTC")
    db.execute(
        "insert into turns (turn_id, chat_id, learner_id, card_id, opened_at, message_id) values (5, ?, ?, ?, 0, 9)",
        (ANNA, ANNA, CARD),
    )
    due = Due(5, "front", 0, "a.mp3", "a", None, 9)
    assert [sounding.claim(desk, due, ANNA) for _ in range(2)] == [True, False]
    sounding.give_back(desk, due)
    assert sounding.claim(desk, due, ANNA)
    assert sounding.stands_in(desk, due, ANNA, 10)
    sounding.give_back(desk, due)
    db.execute("update turns set closed_at = 1")
    assert not sounding.claim(desk, due, ANNA)
    assert not sounding.claim(desk, Due(5, "back", 0, "b.mp3", "a", None, 9), ANNA)
