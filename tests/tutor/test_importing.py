"""What is decided of an import and carried through, whatever others do between two of its transactions."""

import json
import sqlite3
from datetime import timedelta

import pytest
from msgspec import structs

from bot.decks import html
from bot.decks.arrival import Counts
from bot.decks.choices import DeckChoices, Settings
from bot.decks.content import Picture
from bot.decks.encoded import Written
from bot.storage import bringing, cards, chats, drafts, edits, exports, forgetting, owned, packages, reviews
from bot.storage.arriving import ArrivingCard, SentFile
from bot.storage.bringing import Brought, to_json
from bot.storage.columns import to_ms
from bot.storage.drafts import Draft
from bot.storage.edits import Edit
from bot.storage.forgotten import Forgotten
from bot.tutor import checking, file_decks, importing, placing
from bot.tutor.desk import Desk
from bot.tutor.file_decks import FileDeck
from bot.tutor.importing import Arrived, Import, Package
from bot.tutor.outcomes import Who
from tests.storage.test_reviews import ANNA, AT, CARD, KNOWN, db, grades

__all__ = ["db"]

MEDIA = {"map.png": f"{'a' * 64}.png"}
NEW = ArrivingCard(None, 0, Written(0, "question", "", "", '["q", "a"]', "[]", "[]", ""), "", "")


def desk(db: sqlite3.Connection) -> Desk:
    """Here and now."""
    return Desk(db, AT, "UTC")


def arrived(at: Desk, name: str = "Maps", *some: ArrivingCard, goes_on: bool = False) -> Import:
    """Anna's file of one deck with a card and a picture, of which all has arrived, and which is decided."""
    one = importing.began(at, ANNA, SentFile("", "maps.apkg"))
    assert one is not None
    assert importing.arrive(at, one, 0, some or [NEW])
    assert importing.decide(at, one, (Arrived(name, None, (), MEDIA, goes_on=goes_on),), None)
    return one


@pytest.mark.parametrize("placed", [False, True], ids=["decided", "placed"])
def test_of_who_is_forgotten_meanwhile_nothing_comes(db: sqlite3.Connection, tmp_path, placed: bool) -> None:
    """Not even the names of their pictures, which would keep the files."""
    at = desk(db)
    one = arrived(at)
    assert importing.media_in_use(at) == {*MEDIA.values()}
    assert not placed or placing.place(at, one)
    assert len(drafts.places(db, ANNA)) == placed, "no deck is there before its cards are"
    forgetting.forget(db, ANNA, Forgotten(tmp_path / "forgotten"), 1)
    assert importing.media_in_use(at) == frozenset()
    assert not placing.place(at, one)
    assert (placing.learn(at, one), placing.finish(at, one)) == (0, None)
    assert db.execute("select count(*) from cards where fields <> '[]'").fetchone()[0] == 0


def test_a_deck_that_was_made_meanwhile_under_that_name_takes_the_cards(db: sqlite3.Connection) -> None:
    """Else there were two of that name, and the next file would find the wrong one."""
    at = desk(db)
    one = arrived(at)
    made = owned.add(db, ANNA, "Maps", "Maps")
    assert placing.place(at, one)
    decks = placing.finish(at, one)
    assert decks is not None
    assert [(deck.deck_id, deck.cards) for deck in decks] == [(made, 1)]


def test_an_older_version_decided_it_and_died(db: sqlite3.Connection) -> None:
    """It moved cards in one by one, into a deck that it had put away: what it left goes in, and the deck is there."""
    at = desk(db)
    one = arrived(at)
    made = owned.add(db, ANNA, "Maps", "Maps")
    owned.archive(db, made, AT)
    plan = {"decks": [{"name": "Maps", "deck_id": made, "gone": [CARD], "media": MEDIA, "goes_on": True}]}
    db.execute("update imports set plan = ?", (json.dumps(plan),))
    db.execute("update cards set deck_id = ?", (made,))
    assert placing.place(at, one)
    assert placing.learn(at, one) == 1
    decks = placing.finish(at, one)
    assert decks is not None
    assert [(deck.deck_id, deck.cards, deck.archived) for deck in decks] == [(made, 1, False)]
    assert chats.subscribed(db, ANNA) == (made,)
    assert importing.media_in_use(at) == {*MEDIA.values()}


def test_a_new_card_has_its_progress_whoever_stands_beside_it(db: sqlite3.Connection) -> None:
    """Known by its place in the deck, which another card may have: an older one, or one added to its note since."""
    at = desk(db)
    deck_id = owned.add(db, ANNA, "Maps", "Maps")
    beside = f"insert into cards (deck_id, position, kind, guid, note, fields, front, back) values ({deck_id}, 0, "
    beside += "'question', '', '', '[]', '[]', '[]')"
    db.execute(beside)
    progress = to_json(Brought(reviews.to_columns(KNOWN), to_ms(KNOWN.last_at)))
    one = arrived(at, "Maps", structs.replace(NEW, progress=progress))
    assert placing.place(at, one)
    db.execute(beside)
    assert (placing.learn(at, one), placing.learn(at, one)) == (1, 0)
    new = db.execute("select card_id from cards where fields <> '[]'").fetchone()["card_id"]
    assert [row["card_id"] for row in db.execute("select * from memories")] == [new]
    assert reviews.memory(db, ANNA, new) == KNOWN


def test_who_answers_a_card_before_its_progress_is_there_loses_none_of_it(db: sqlite3.Connection) -> None:
    """Whoever has the deck already may be asked a card as new while what they know of it follows; what the file does
    not know better stays as it was answered.
    """
    at = desk(db)
    deck_id = owned.add(db, ANNA, "Maps", "Maps")
    db.execute("update cards set deck_id = ?, position = 7", (deck_id,))
    of_yesterday = structs.replace(KNOWN, last_at=AT - timedelta(days=1), last_day=AT.date() - timedelta(days=1))
    long_known = to_json(Brought(reviews.to_columns(of_yesterday), to_ms(of_yesterday.last_at)))
    one = arrived(
        at,
        "Maps",
        structs.replace(NEW, progress=long_known),
        ArrivingCard(CARD, 7, None, "", to_json(Brought(suspended=True))),
    )
    assert placing.place(at, one)
    new = db.execute("select max(card_id) as card_id from cards").fetchone()["card_id"]
    assert grades(db, new) < grades(db, CARD)
    assert placing.learn(at, one) == 2
    assert reviews.memory(db, ANNA, new) == of_yesterday
    answered = reviews.memory(db, ANNA, CARD)
    assert answered is not None
    assert answered.last_at == AT
    assert checking.verify(db).differ == ()


def test_what_is_done_waits_to_be_told_where_it_was_said_to_be_under_way(db: sqlite3.Connection) -> None:
    """Until then it is done once, and the next file need not wait."""
    at, anna = desk(db), Who(ANNA, ANNA, 1, "")
    one = arrived(at, goes_on=True)
    importing.stands_in(at, one, 7)
    assert (placing.place(at, one), placing.learn(at, one)) == (True, 1)
    placing.ended(at, one)
    assert importing.sent(at, anna, SentFile("2", "x.txt")) is None, "it is not done yet"
    db.execute("insert into notetypes (body) values ('of no card')")
    chats.change(db, ANNA, snoozed_until=AT + timedelta(hours=1))
    decks = placing.finish(at, one)
    assert decks is not None
    assert db.execute("select count(*) from notetypes").fetchone()[0] == 0
    chat = chats.find(db, ANNA)
    assert chat is not None
    assert chat.next_push_at is not None, "whoever goes on is pushed"
    assert importing.decided(at) == [one]
    chats.leave(db, ANNA, decks[0].deck_id, AT)
    assert (placing.place(at, one), placing.learn(at, one), placing.finish(at, one)) == (True, 0, decks)
    assert chats.subscribed(db, ANNA) == (), "it is done once"
    placing.ended(at, one)
    assert importing.decided(at) == []
    one = arrived(at)
    importing.stands_in(at, one, 8)
    assert (placing.place(at, one), placing.learn(at, one)) == (True, 1)
    assert placing.finish(at, one) is not None
    assert importing.sent(at, anna, SentFile("2", "x.txt")) is not None


def test_which_deck_a_sent_file_was_as_one(db: sqlite3.Connection) -> None:
    """The sender's of its name, whatever else they have, if it is not one of those that it now is."""
    at = desk(db)
    db.execute("update decks set origin = 'World'")
    one = importing.began(at, ANNA, SentFile("", "world.txt"))
    assert one is not None
    assert file_decks.of(at, one, (), ("World",)) == [], "that deck is nobody's"
    peaks, world = owned.add(db, ANNA, "Peaks", "Peaks"), owned.add(db, ANNA, "World", "World")
    older = FileDeck(world, "World", whole=True, of_file=False)
    assert file_decks.of(at, one, ("Seas", "Peaks"), ("World", "Lakes")) == [
        None,
        FileDeck(peaks, "Peaks"),
        older,
    ]
    assert file_decks.of(at, one, ("World",), ("World",)) == [FileDeck(world, "World")]


def test_decks_of_a_package_that_it_has_no_longer(db: sqlite3.Connection) -> None:
    """Those that are offered, and what a text at that path was as one deck."""
    at = desk(db)
    one = importing.began(at, None, SentFile("", "p"), Package("p", "1"))
    assert one is not None
    seas, peaks, other = (owned.add(db, None, "X", packages.origin(path, "X")) for path in ("p", "b", "b/p"))
    db.execute("update decks set origin = 'p' || char(10) || 'Peaks' where deck_id = ?", (peaks,))
    older = file_decks.of(at, one, ("X", "Lakes"), ("World",))[2:]
    assert older == [FileDeck(peaks, "Peaks")]
    db.execute("update decks set file = 'p' where deck_id = ?", (other,))
    db.execute("update decks set origin = '' where deck_id = ?", (other,))
    owned.archive(db, peaks, AT)
    found = file_decks.of(at, one, ("X",), ())
    assert found == [FileDeck(seas, "X"), FileDeck(other, "", whole=True)]


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
    added, old = (f"{letter * 64}.png" for letter in "bc")
    bringing.set_media(db, 1, {"map.png": old, "old.png": old})
    drafts.save(db, 1, "guid", [((Picture(added),), (Picture(added),))])
    bringing.set_media(db, 1, MEDIA)
    assert exports.media(db, 1) == {added: added, **MEDIA}


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
    assert importing.decide(at, one, (Arrived("X", None, (), {}),), None)
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
    assert importing.decide(at, one, (Arrived("Maps", None, (), {}, choices),), settings)
    assert placing.place(at, one)
    assert chats.subscribed(db, ANNA) == (), "what they know of it follows first"
    decks = placing.finish(at, one)
    assert decks is not None
    assert [(deck.description[:14], len(deck.description)) for deck in decks] == [("Maps of\nrivers", 500)]
    assert not decks[0].archived
    assert (chats.subscribed(db, ANNA) == (decks[0].deck_id,)) is wished
    chat = chats.find(db, ANNA)
    assert chat is not None
    assert (chat.zone, chat.new_per_day) == (("Asia/Tokyo", 7) if wished else (None, 10))


def test_a_card_that_comes_back_is_found_again(db: sqlite3.Connection) -> None:
    """The index let it go when it was taken out, so it has to read it anew; one that never went is known already. The
    first two stay as they were edited, the others are written anew as they were.
    """
    at = desk(db)
    db.execute(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "select others.card_id, deck_id, 1, kind, guid, note, fields, front, back from cards, "
        "(select 2 as card_id union select 3 union select 4) as others"
    )
    db.execute("update cards set indexed = 1")
    db.execute("update cards set archived_at = 1 where card_id in (?, 3)", (CARD,))
    one = importing.began(at, None, SentFile("", "a.txt"))
    assert one is not None
    written = Written(0, "question", "", "", '["q", "a"]', "[]", "[]", "")
    importing.arrive(
        at,
        one,
        0,
        [
            ArrivingCard(card_id, place, written if card_id > 2 else None, "", "")
            for place, card_id in enumerate((CARD, 2, 3, 4))
        ],
    )
    bringing.place(db, one.import_id, 0, 1)
    found = [tuple(row) for row in db.execute("select card_id, archived_at, indexed from cards order by card_id")]
    assert found == [(CARD, None, 0), (2, None, 1), (3, None, 0), (4, None, 1)]


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
    bringing.place(db, one.import_id, 0, 1)
    row = db.execute("select position, back, tags, file_fields from cards").fetchone()
    assert (row["position"], "edited" in row["back"]) == (3, says_the_same)
    assert (row["file_fields"], row["tags"]) == ((cells, "") if says_the_same else (None, "tag"))
