"""What was asked for last is what is typed next, unless a card was put since."""

import sqlite3

import pytest

from bot.storage import chats, drafts
from bot.storage.turns import Message
from bot.tutor import adding, asking, editing, finding, owning, sharing
from bot.tutor import typed as words
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who
from tests.storage.test_reviews import ANNA, AT, CARD, db

__all__ = ["db"]

WHO, HERE = Who(ANNA, ANNA, 1, ""), Message(100, "text")
DRAFT = drafts.Draft(ANNA, "preview", AT, message_id=HERE.message_id)


def typed(desk: Desk, kind: str) -> bool:
    """Whether words that are typed now are what was asked for."""
    chat = chats.find(desk.db, ANNA)
    assert chat is not None
    match kind:
        case "find":
            return finding.was_asked(desk, WHO)
        case "edit":
            return editing.listens(desk, WHO)
        case "name":
            return owning.typed_name(desk, WHO, chat.asking, "Word") is not None
        case "description":
            return sharing.typed_description(desk, WHO, chat.asking, "Word") is not None
    return adding.typed_deck(desk, WHO, chat.asking, "Word") is not None


ASKS = {
    "find": lambda desk: finding.ask(desk, WHO),
    "edit": lambda desk: editing.ask(desk, WHO, CARD, 0, "front", HERE),
    "name": lambda desk: owning.ask_name(desk, WHO, 1, HERE),
    "description": lambda desk: sharing.ask_description(desk, WHO, 1, HERE),
    "deck": lambda desk: adding.ask_deck(desk, WHO, HERE),
}


@pytest.mark.parametrize("kind", ASKS)
def test_what_is_typed_behind_a_card_answers_the_card(db: sqlite3.Connection, kind: str) -> None:
    """Before it, the words are what was asked for; each question is answered once."""
    desk = Desk(db, AT, "UTC")
    db.execute("update decks set owner_id = ?, origin = 'A', audience = 'private'", (ANNA,))
    drafts.keep(db, DRAFT)
    assert not typed(desk, kind)
    ASKS[kind](desk)
    assert typed(desk, kind)
    if kind != "edit":  # which listens until it has heard something that is a side
        assert not typed(desk, kind)
    drafts.keep(db, DRAFT)
    ASKS[kind](desk)
    db.execute("insert into turns (chat_id, learner_id, card_id, opened_at) values (?, ?, ?, 0)", (ANNA, ANNA, CARD))
    assert not typed(desk, kind)
    assert not typed(desk, kind)


@pytest.mark.parametrize("kind", ASKS)
def test_the_same_words_answer_the_same_question_again(db: sqlite3.Connection, kind: str) -> None:
    """As often as they come, until they were answered; words that come after them do not."""
    desk, first = Desk(db, AT, "UTC"), Who(ANNA, ANNA, 71, "")
    db.execute("update decks set owner_id = ?, origin = 'A', audience = 'private'", (ANNA,))
    drafts.keep(db, DRAFT)
    ASKS[kind](desk)
    for _ in range(3):
        assert not words.were_answered(desk, first)
        assert typed(desk, kind)
        chats.change(db, ANNA, asking="")
    # 7 is where 71 begins.
    for update_id in (72, 7):
        assert not words.were_answered(desk, Who(ANNA, ANNA, update_id, ""))
        assert [row["asking"] for row in db.execute("select asking from chats")] == [""]
    asking.is_done(desk, 71)
    assert words.were_answered(desk, first)
    assert not typed(desk, kind)
