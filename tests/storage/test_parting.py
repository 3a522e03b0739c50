"""Cards that go from the deck that a file was to those that it names."""

import sqlite3

import pytest

from bot.storage import cards, chats, drafts, editors, owned, packages, parting, search, topics
from bot.storage.parting import Called, Moved
from tests.storage.test_reviews import ANNA, AT, CARD, db, grades

__all__ = ["db"]

GROUP, BEN = -(2**40), 2**40 + 1
EVERYBODY = (GROUP, ANNA, BEN)
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


def had(db: sqlite3.Connection, deck_id: int) -> list[tuple[object, ...]]:
    """Who has or had the deck, and where."""
    which = "select chat_id, left_at is null, thread_id from subscriptions where deck_id = ? order by chat_id"
    return [tuple(row) for row in db.execute(which, (deck_id,))]


def test_whoever_has_the_one_has_the_other(db: sqlite3.Connection) -> None:
    """As they have it: in a topic, left, or to edit; log and memory stay with the card, and /find knows where it is."""
    other = furnished(db)
    grades(db)
    before = [tuple(row) for row in db.execute("select * from memories")]
    (stale,) = search.unread(db)
    moved = parting.move(db, {other: [CARD, 99]})
    assert moved == {other: [Moved(1, 1, 1)]}
    parting.follow(db, moved[other], other, ANNA, is_new=True)
    assert cards.card(db, CARD).deck_id == other
    assert before == [tuple(row) for row in db.execute("select * from memories")]
    assert had(db, other) == had(db, 1)
    assert topics.tied(db, GROUP) == {1: 7, other: 7}
    assert editors.may_edit(db, other, BEN)
    # What was added in the chat stands in no file; what the file brings, it brings again.
    assert [tuple(row) for row in db.execute("select name from media where deck_id = ?", (other,))] == [("said",)]
    # It was read for the index before it went.
    search.take_in(db, [stale])
    (unread,) = search.unread(db)
    assert unread.deck_id == other
    assert parting.move(db, {other: [CARD]}) == {other: []}, "it is there"
    search.take_in(db, [unread])
    assert not search.unread(db)
    parting.move(db, {1: [CARD]})
    assert [each.deck_id for each in search.unread(db)] == [1]


@pytest.mark.parametrize(
    ("comes", "stays", "has", "is_new", "offered", "who", "may_edit"),
    [
        (1, 9, 0, True, False, EVERYBODY, True),  # parted off
        (2, 9, 1, True, False, EVERYBODY, True),
        (1, 9, 1, True, False, (), False),  # half of it nobody was let in to
        (1, 2, 2, True, False, (), False),  # one card of a new deck
        (1, 0, 1, False, False, (ANNA,), False),  # a private deck that was there before has others' cards
        (1, 1, 9, False, True, EVERYBODY, False),  # half of it is merged into another one
        (1, 2, 9, False, True, (), False),  # one card of many
    ],
)
def test_who_goes_along_to_a_deck(
    db: sqlite3.Connection,
    comes: int,
    stays: int,
    has: int,
    is_new: bool,
    offered: bool,
    who: tuple[int, ...],
    may_edit: bool,
) -> None:
    """Where it is much the same deck; nobody is let in to what their deck's owner keeps private."""
    other = furnished(db)
    db.execute("update cards set archived_at = 1")
    come, stay, own = ([f"{deck}{at}" for at in range(many)] for deck, many in (("c", comes), ("s", stays), ("o", has)))
    for deck_id, names in ((1, come + stay), (other, own)):
        for name in names:
            drafts.save(db, deck_id, name, [((), ())])
    owned.offer(db, other, "b" if offered else None)
    ids = [row["card_id"] for row in db.execute("select card_id from cards where guid like 'c%'")]
    assert len(ids) == comes
    parting.follow(db, parting.move(db, {other: ids})[other], other, ANNA, is_new=is_new)
    assert [chat_id for chat_id, _, _ in had(db, other)] == [*who]
    assert editors.may_edit(db, other, BEN) == may_edit


def test_a_deck_without_cards_is_put_away(db: sqlite3.Connection) -> None:
    """Only if none is in use any more."""
    other = furnished(db)
    parting.put_away_if_empty(db, 1, AT)
    assert not cards.card(db, CARD).archived
    parting.move(db, {other: [CARD]})
    parting.put_away_if_empty(db, 1, AT)
    rows = db.execute("select deck_id from decks where archived_at is not null").fetchall()
    assert [row["deck_id"] for row in rows] == [1]


def test_a_deck_goes_on_under_the_name_in_its_file(db: sqlite3.Connection) -> None:
    """Unless its owner gave it another, or made a deck of that name meanwhile."""
    furnished(db)
    assert parting.older(db, "a") is None, "that one was sent"
    parting.go_on_as(db, {1: Called("B", "B")})
    assert owned.sent_as(db, ANNA, "A") == 1
    parting.go_on_as(db, {1: Called("C", "C")})
    assert (owned.sent_as(db, ANNA, "C"), cards.card(db, CARD).deck_name) == (1, "C")
    assert parting.own_name(db, 1) == ""
    parting.go_on_as(db, {1: Called("C (1)", "")})
    assert (owned.sent_as(db, ANNA, "C (1)"), cards.card(db, CARD).deck_name) == (1, "C"), "that of a copy is no name"
    owned.rename(db, 1, "Mine")
    parting.go_on_as(db, {1: Called("D", "D")})
    assert (owned.sent_as(db, ANNA, "D"), cards.card(db, CARD).deck_name) == (1, "Mine")
    assert parting.own_name(db, 1) == "Mine"


def test_decks_swap_their_names(db: sqlite3.Connection) -> None:
    """Or go round; of one whose name another deck has that keeps it, none changes."""
    furnished(db)
    owned.add(db, ANNA, "C", "C")
    owned.rename(db, 3, "Mine")

    def called(**origins: int) -> list[tuple[str, str]]:
        parting.go_on_as(db, {deck_id: Called(origin, origin) for origin, deck_id in origins.items()})
        return [(row["origin"], row["name"]) for row in db.execute("select * from decks order by deck_id limit 3")]

    db.execute("update decks set name = 'A' where deck_id = 1")
    assert called(B=1, A=2) == [("B", "B"), ("A", "A"), ("C", "Mine")]
    assert called(A=1, C=2, B=3) == [("A", "A"), ("C", "C"), ("B", "Mine")]
    owned.add(db, ANNA, "D", "D")
    assert called(D=1, A=2, E=3) == [("A", "A"), ("C", "C"), ("E", "Mine")]
    # Those of packages in the folder are nobody's, and known by its path.
    db.execute("update decks set owner_id = null, origin = 'p' || char(10) || name where deck_id < 3")
    parting.go_on_as(db, {1: Called("p\nC", "C"), 2: Called("p\nA", "A")})
    assert packages.claimed(db, "p", ["A", "C"]) == (2, 1)


def test_of_a_deck_that_is_parted_none_is_the_rest(db: sqlite3.Connection) -> None:
    """Each is told what was in it before any card went."""
    other = furnished(db)
    third = owned.add(db, ANNA, "C", "C")
    for guid in "abc":
        drafts.save(db, 1, guid, [((), ())])
    first, second, third_card, _ = [row["card_id"] for row in db.execute("select card_id from cards order by card_id")]
    assert parting.move(db, {other: [first, second], third: [third_card], 1: [], 99: []}) == {
        other: [Moved(1, 2, 4)],
        third: [Moved(1, 1, 4)],
    }
    # They swap what they have.
    assert parting.move(db, {third: [first, second], other: [third_card]}) == {
        third: [Moved(other, 2, 2)],
        other: [Moved(third, 1, 1)],
    }
    assert [row["deck_id"] for row in db.execute("select deck_id from cards order by card_id")] == [
        third,
        third,
        other,
        1,
    ]


def test_decks_of_a_text_are_one_again(db: sqlite3.Connection) -> None:
    """That of them with the most cards in use; all cards of all of them are in it, and whoever had one has it."""
    other = furnished(db)
    db.execute("update cards set archived_at = 1")
    db.execute(
        "update decks set owner_id = null, file = '@1', origin = ? where deck_id = 1", (packages.origin("a", "A"),)
    )
    db.execute("update decks set owner_id = null, origin = ? where deck_id = ?", (packages.origin("a", "B"), other))
    drafts.save(db, other, "guid", [((), ())])
    packages.read(db, "a", "as it was", [1, other], AT)
    parting.join(db, "b", AT)
    assert parting.older(db, "b") is None
    parting.join(db, "a", AT)
    assert parting.older(db, "a") == other
    assert [row["deck_id"] for row in db.execute("select deck_id from cards")] == [other, other]
    assert topics.tied(db, GROUP) == {1: 7, other: 7}
    row = db.execute("select digest from decks where deck_id = ?", (other,)).fetchone()
    assert row["digest"] == "", "the text is to be read as one"
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
    parting.go_on_as(db, {1: Called("a\nB", "B")})
    assert (parting.older(db, "a"), cards.card(db, CARD).deck_file) == (None, "@1")
