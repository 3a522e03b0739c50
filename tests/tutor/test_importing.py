"""What is decided of an import and carried through by small transactions, whatever others do between two of them."""

import sqlite3

import pytest

from bot.decks import html
from bot.decks.arrival import Counts
from bot.decks.choices import DeckChoices, Settings
from bot.decks.content import Picture
from bot.decks.encoded import Written
from bot.storage import cards, chats, drafts, edits, forgetting, owned
from bot.storage.arriving import ArrivingCard, SentFile
from bot.storage.drafts import Draft
from bot.storage.edits import Edit
from bot.storage.forgotten import Forgotten
from bot.tutor import importing
from bot.tutor.desk import Desk
from bot.tutor.importing import Arrived, Import
from bot.tutor.outcomes import Who
from tests.storage.test_reviews import ANNA, AT, CARD, db

__all__ = ["db"]

MEDIA = {"map.png": f"{'a' * 64}.png"}
NEW = ArrivingCard(None, 0, Written(0, "question", "", "", '["q", "a"]', "[]", "[]", ""), "", "")


def desk(db: sqlite3.Connection) -> Desk:
    """Here and now."""
    return Desk(db, AT, "UTC")


def arrived(at: Desk, *, decided: bool = True) -> tuple[Import, tuple[Arrived, ...]]:
    """Anna's file of one deck with a card and a picture, of which all has arrived."""
    one = importing.began(at, ANNA, SentFile("", "maps.apkg"))
    assert one is not None
    assert importing.arrive(at, one, 0, [NEW])
    plan = (Arrived("Maps", None, (), MEDIA),)
    decks = importing.decide(at, one, plan, None) if decided else plan
    assert decks is not None
    return one, decks


def test_of_who_is_forgotten_meanwhile_nothing_comes(db: sqlite3.Connection, tmp_path) -> None:
    """Not even the names of their pictures, which would keep the files."""
    at = desk(db)
    one, (deck,) = arrived(at)
    assert deck.deck_id is not None
    assert importing.move_in(at, one, 0, deck.deck_id) == 1
    assert drafts.places(db, ANNA) == (), "a deck is put away until all of it is there"
    forgetting.forget(db, ANNA, Forgotten(tmp_path / "forgotten"), 1)
    importing.add_media(at, one, deck.deck_id, [*MEDIA.items()])
    assert importing.media_in_use(at) == frozenset()
    assert importing.open_up(at, one, (deck,)) is None


def test_a_deck_that_was_made_meanwhile_under_that_name_takes_the_cards(db: sqlite3.Connection) -> None:
    """Else there were two of that name, and the next file would find the wrong one."""
    at = desk(db)
    one, plan = arrived(at, decided=False)
    made = owned.add(db, ANNA, "Maps", "Maps")
    decided = importing.decide(at, one, plan, None)
    assert decided is not None
    assert [deck.deck_id for deck in decided] == [made]


def test_media_are_in_use_from_the_moment_that_something_names_them(db: sqlite3.Connection) -> None:
    """A card that is being written, a side that is typed anew, an import that is decided: no sweep takes them."""
    at = desk(db)
    deck_id = owned.add(db, ANNA, "Mine", "Mine")
    names = [f"{letter * 64}.png" for letter in "bcd"]
    draft, edit, added = [(Picture(name),) for name in names]
    drafts.keep(db, Draft(ANNA, "back", AT, None, draft))
    assert importing.media_in_use(at) == {names[0]}
    edits.keep(db, Edit(ANNA, CARD, "back", None, edit))
    assert importing.media_in_use(at) == {*names[:2]}
    drafts.save(db, deck_id, "guid", [(added, added)])
    assert importing.media_in_use(at) == {*names}
    arrived(at)
    assert importing.media_in_use(at) == {*names, *MEDIA.values()}


def test_what_was_added_in_the_chat_keeps_its_media(db: sqlite3.Connection) -> None:
    """No file names them, so the deck's next file does not take them; what the last one brought goes with it."""
    at = desk(db)
    one, (deck,) = arrived(at)
    assert deck.deck_id is not None
    added = f"{'b' * 64}.png"
    importing.add_media(at, one, deck.deck_id, [*MEDIA.items(), ("old.png", f"{'c' * 64}.png")])
    drafts.save(db, deck.deck_id, "guid", [((Picture(added),), (Picture(added),))])
    while not importing.drop_media(at, one, deck):
        pass
    assert owned.media_in_use(db) == {added, *MEDIA.values()}


def test_who_sends_a_file_while_another_is_carried_through_waits(db: sqlite3.Connection) -> None:
    """What was decided is done whatever comes; what only waits gives way to the next file."""
    at, anna = desk(db), Who(ANNA, ANNA, 1, "")
    first, second = (importing.sent(at, anna, SentFile(file_id, "x.txt")) for file_id in ("1", "2"))
    assert first is not None
    assert second is not None
    assert importing.waiting(at, Import(first, ANNA)) is None
    one = Import(second, ANNA)
    importing.looked_into(at, one, Counts((), 0, (), (), 0, ""))
    assert importing.choose(at, one, same=True, anew=False) is not None
    assert importing.decide(at, one, (Arrived("X", None, (), {}),), None) is not None
    assert importing.sent(at, anna, SentFile("3", "x.txt")) is None
    assert importing.began(at, ANNA, SentFile("", "x.txt")) is None
    assert importing.decided(at) == [one]
    assert importing.choose(at, one, same=False, anew=True) is None


@pytest.mark.parametrize("wished", [True, False])
def test_what_was_studied_elsewhere_is_studied_here_if_that_is_wished(db: sqlite3.Connection, wished: bool) -> None:
    """Without their progress somebody only gets the deck, described as it was, as far as one can be."""
    at = desk(db)
    settings = Settings("Asia/Tokyo", 3, 7, 70, 0.8, (0,), (60,), None) if wished else None
    one = importing.began(at, ANNA, SentFile("", "everything.zip"))
    assert one is not None
    choices = DeckChoices(studied=True, description="Maps \x00of\n\n\u202erivers" + "x" * 600)
    plan = importing.decide(at, one, (Arrived("Maps", None, (), {}, choices),), settings)
    assert plan is not None
    decks = importing.open_up(at, one, plan)
    assert decks is not None
    assert [(deck.description[:14], len(deck.description)) for deck in decks] == [("Maps of\nrivers", 500)]
    assert not decks[0].archived
    assert (chats.subscribed(db, ANNA) == (decks[0].deck_id,)) is wished
    chat = chats.find(db, ANNA)
    assert chat is not None
    assert (chat.zone, chat.new_per_day) == (("Asia/Tokyo", 7) if wished else (None, 10))


def test_a_card_that_comes_back_as_it_was_edited_is_found_again(db: sqlite3.Connection) -> None:
    """The index let it go when it was taken out, so it has to read it anew; one that never went is known already."""
    at = desk(db)
    db.execute(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "select 2, deck_id, 1, kind, guid, note, fields, front, back from cards"
    )
    db.execute("update cards set indexed = 1")
    db.execute("update cards set archived_at = 1 where card_id = ?", (CARD,))
    one = importing.began(at, None, SentFile("", "a.txt"))
    assert one is not None
    importing.arrive(
        at, one, 0, [ArrivingCard(card_id, place, None, "", "") for place, card_id in enumerate((CARD, 2))]
    )
    assert importing.move_in(at, one, 0, 1) == 2
    found = [tuple(row) for row in db.execute("select card_id, archived_at, indexed from cards order by card_id")]
    assert found == [(CARD, None, 0), (2, None, 1)]


@pytest.mark.parametrize("says_the_same", [True, False])
def test_what_was_edited_while_its_file_was_read(db: sqlite3.Connection, says_the_same: bool) -> None:
    """It stays as long as the file says what it said, though the file would have moved the card or tagged it."""
    at = desk(db)
    db.execute('update cards set fields = \'["q", "a"]\'')
    one = importing.began(at, None, SentFile("", "a.txt"))
    assert one is not None
    cells = '["q", "a"]' if says_the_same else '["q", "b"]'
    written = Written(3, "question", "", "", cells, "[]", "[]", "tag")
    importing.arrive(at, one, 0, [ArrivingCard(CARD, 3, written, "", "")])
    edits.change(db, cards.card(db, CARD), html.parse("q"), html.parse("edited"))
    assert importing.move_in(at, one, 0, 1) == 1
    row = db.execute("select position, back, tags, file_fields from cards").fetchone()
    assert (row["position"], "edited" in row["back"]) == (3, says_the_same)
    assert (row["file_fields"], row["tags"]) == ((cells, "") if says_the_same else (None, "tag"))
