"""Cards that go from the deck that a file was to those that it names."""

import sqlite3

from bot.storage import cards, chats, drafts, editors, owned, packages, parting, search, topics
from tests.storage.test_reviews import ANNA, AT, CARD, db, grades

__all__ = ["db"]

GROUP, BEN = -(2**40), 2**40 + 1
WORDS = (
    f"update cards set indexed = 0, front = '[]', back = '[]', fields = '[\"a\", \"b\"]' where card_id = {CARD}",
    f"insert into chats (chat_id, kind) values ({GROUP}, 'group'), ({BEN}, 'private')",
)


def furnished(db: sqlite3.Connection) -> int:
    """Deck 1 is Anna's; a group has it in a topic, Ben may edit it and has left it. The id of another deck of hers."""
    for statement in WORDS:
        db.execute(statement)
    db.execute("update decks set owner_id = ?, origin = 'A', audience = 'private' where deck_id = 1", (ANNA,))
    for chat_id in (ANNA, GROUP, BEN):
        chats.subscribe(db, chat_id, 1, AT)
    topics.tie(db, GROUP, 1, 7)
    chats.leave(db, BEN, 1, AT)
    editors.let_in(db, 1, BEN, AT)
    db.execute("insert into media values (1, 'said', 'said'), (1, 'map.png', 'stored.png')")
    return owned.add(db, ANNA, "B", "B")


def test_whoever_has_the_one_has_the_other(db: sqlite3.Connection) -> None:
    """As they have it: in a topic, left, or to edit; log and memory stay with the card, and /find knows where it is."""
    other = furnished(db)
    grades(db)
    before = [tuple(row) for row in db.execute("select * from memories")]
    (stale,) = search.unread(db)
    parting.move(db, [CARD, 99], 1, other)
    assert cards.card(db, CARD).deck_id == other
    assert before == [tuple(row) for row in db.execute("select * from memories")]
    had = "select chat_id, left_at is null, thread_id from subscriptions where deck_id = ? order by chat_id"
    assert [tuple(row) for row in db.execute(had, (other,))] == [tuple(row) for row in db.execute(had, (1,))]
    assert topics.tied(db, GROUP) == {1: 7, other: 7}
    assert editors.may_edit(db, other, BEN)
    # What was added in the chat stands in no file; what the file brings, it brings again.
    assert [tuple(row) for row in db.execute("select name from media where deck_id = ?", (other,))] == [("said",)]
    # It was read for the index before it went.
    search.take_in(db, [stale])
    (unread,) = search.unread(db)
    assert unread.deck_id == other
    parting.move(db, [CARD], 1, 1)
    assert cards.card(db, CARD).deck_id == other, "only out of the older deck"


def test_a_deck_goes_on_under_the_name_in_its_file(db: sqlite3.Connection) -> None:
    """Unless its owner gave it another, or made a deck of that name meanwhile."""
    furnished(db)
    assert parting.older(db, "a") is None, "that one was sent"
    parting.goes_on_as(db, 1, "B", "B")
    assert owned.sent_as(db, ANNA, "A") == 1
    parting.goes_on_as(db, 1, "C", "C")
    assert (owned.sent_as(db, ANNA, "C"), cards.card(db, CARD).deck_name) == (1, "C")
    owned.rename(db, 1, "Mine")
    parting.goes_on_as(db, 1, "D", "D")
    assert (owned.sent_as(db, ANNA, "D"), cards.card(db, CARD).deck_name) == (1, "Mine")


def test_decks_of_a_text_are_one_again(db: sqlite3.Connection) -> None:
    """That of them with the most cards in use; all cards of all of them are in it, and whoever had one has it."""
    other = furnished(db)
    db.execute("update cards set archived_at = 1")
    db.execute(
        "update decks set owner_id = null, file = '@1', origin = ? where deck_id = 1", (packages.origin("a", "A"),)
    )
    db.execute("update decks set owner_id = null, origin = ? where deck_id = ?", (packages.origin("a", "B"), other))
    drafts.save(db, other, "guid", [((), ())])
    parting.join(db, "b", AT)
    assert parting.older(db, "b") is None
    parting.join(db, "a", AT)
    assert parting.older(db, "a") == other
    assert [row["deck_id"] for row in db.execute("select deck_id from cards")] == [other, other]
    assert topics.tied(db, GROUP) == {1: 7, other: 7}
    parting.join(db, "a", AT)
    assert parting.older(db, "a") == other, "there is nothing to be joined"


def test_a_text_of_the_folder_is_known_by_its_path(db: sqlite3.Connection) -> None:
    """As long as it is one deck; put away, it is nobody's any more."""
    assert parting.older(db, "a") == 1
    db.execute("update decks set origin = 'a' || char(10) || 'A'")
    parting.put_away(db, "a", AT)
    assert not cards.card(db, CARD).archived, "it is one of those that the text now is"
    db.execute("update decks set origin = ''")
    parting.put_away(db, "a", AT)
    assert cards.card(db, CARD).archived
    parting.goes_on_as(db, 1, "a\nB", "B")
    assert (parting.older(db, "a"), cards.card(db, CARD).deck_file) == (None, "@1")
