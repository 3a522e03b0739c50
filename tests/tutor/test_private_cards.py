"""Cards of a deck that is somebody's own: whoever does not have it learns nothing of them, whatever a client sends."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from bot.decks import html
from bot.decks.content import Content
from bot.decks.departure import Form
from bot.storage import cards, chats, drafts, editors, edits, migrations, notices, owned, reviews, search, sqlite
from bot.storage.edits import Edit
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.study.hours import Moment
from bot.tutor import Desk, adding, aside, card_page, complaining, editing, everything, exporting, finding, sharing
from bot.tutor.card_views import CardsView
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import BotAdminsOnly, CardDone, TakenOut

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN, CLEO = 7, 8, 9
HERE = Message(100, "text")
OWNER, READER, STRANGER = (Who(learner, learner, learner, "") for learner in (ANNA, BEN, CLEO))


def text(words: str) -> Content:
    return html.parse(words)


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    """Anna's deck of one card that she wrote; Ben studies it and Cleo has nothing to do with it."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        for learner in (ANNA, BEN, CLEO):
            chats.ensure(db, learner, "private")
        deck_id = owned.add(db, ANNA, "Secrets", "Secrets")
        drafts.save(db, deck_id, "guid", [(text("password"), text("swordfish"))])
        chats.subscribe(db, BEN, deck_id, NOW)
        search.take_in(db, search.unread(db))
        yield Desk(db, NOW, "UTC")


def rows(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """What tells of the deck and of what was done with its card."""
    tables = ("decks", "cards", "aside", "memories", "complaints", "reviews", "edits", "editors", "subscriptions")
    return [tuple(row) for table in tables for row in db.execute(f"select * from {table}").fetchall()]


ASKED: dict[str, Callable[[Desk, Who], object]] = {
    "page": lambda desk, who: card_page.page(desk, who, 1, None),
    "history": lambda desk, who: card_page.history(desk, who, 1, HERE),
    "forget": lambda desk, who: card_page.forget(desk, who, 1, True, HERE),
    "suspend": lambda desk, who: aside.from_page(desk, who, 1, "suspend", HERE)[0],
    "wrong": lambda desk, who: complaining.say(desk, who, 1, 0, (), HERE)[0],
    "settle": lambda desk, who: complaining.settle(desk, who, 1, "mended", True, HERE)[0],
    "which": lambda desk, who: editing.which(desk, who, 1, 0, HERE),
    "take-back": lambda desk, who: adding.take_back(desk, who, 1, HERE),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_stranger_sees_and_does_nothing(desk: Desk, asked: str) -> None:
    """The card is not there for them, and not a row changes; its owner is shown it."""
    before = rows(desk.db)
    outcome = ASKED[asked](desk, STRANGER)
    assert isinstance(outcome, Outcome)
    assert not isinstance(outcome.view, CardsView)
    assert "swordfish" not in repr(outcome)
    assert outcome.toast == TakenOut()
    assert rows(desk.db) == before
    shown = ASKED[asked](desk, OWNER)
    assert "swordfish" in repr(shown)


def test_nothing_of_it_leaves_or_is_found(desk: Desk) -> None:
    """Not as a file, not among all that is a stranger's, not by its words; whoever studies it has all of that."""
    for who, there in ((READER, True), (STRANGER, False)):
        assert (exporting.wanted(desk, who, 1, Form.TEXT, "o", 10**6) is not None) is there
        assert bool(everything.whole(desk, who, "o", 10**6, True).decks) is there
        deck = cards.deck(desk.db, 1, ANNA)
        assert deck is not None
        assert (everything.cards_of(desk, who, deck) is not None) is there
        found = finding.find(desk, who.learner_id, "swordfish", 0, 5)
        assert found is not None
        assert bool(found.cards) is there


def test_who_may_no_longer_edit_saves_nothing(desk: Desk) -> None:
    """The right was taken back while they typed: what they typed goes nowhere, and so does a card for that deck."""
    editors.let_in(desk.db, 1, BEN, NOW)
    edits.keep(desk.db, Edit(BEN, 1, "back", None, text("mackerel")))
    draft = drafts.Draft(BEN, "preview", NOW, 1, text("a"), text("b"), message_id=HERE.message_id)
    drafts.keep(desk.db, draft)
    assert {place.deck_id for place in drafts.places(desk.db, BEN)} == {1}
    editors.clear(desk.db, 1)
    before = [row for row in rows(desk.db) if "mackerel" not in str(row)]
    outcome, told = editing.save(desk, READER, 1, HERE)
    assert (outcome.toast, told) == (CardDone("edit_over"), ())
    assert adding.save(desk, READER, "Mine", HERE).toast == TakenOut()
    assert adding.to_deck(desk, READER, 1, HERE).toast == TakenOut()
    assert [row for row in rows(desk.db) if "mackerel" not in str(row)] == before
    kept = drafts.find(desk.db, BEN)
    assert kept is not None
    assert (kept.deck_id, kept.front) == (None, text("a"))


def test_a_mended_card_is_told_to_who_still_has_it(desk: Desk) -> None:
    """Who has left the deck by then does not read what its cards say from now on."""
    chats.subscribe(desk.db, CLEO, 1, NOW)
    for who in (READER, STRANGER, OWNER):
        complaining.say(desk, who, 1, 0, (), HERE)
    chats.leave(desk.db, BEN, 1, NOW + timedelta(hours=1))
    _, told = complaining.settle(desk, OWNER, 1, "mended", False, HERE)
    assert told == (Notice(1, CLEO, "mended"),)


def test_a_deck_that_was_put_away_is_edited_by_nobody(desk: Desk) -> None:
    """Neither by its owner, nor does the link to edit it let anybody in, until it is brought back."""
    owned.share_editing(desk.db, 1, "token")
    for away in (NOW, None):
        owned.archive(desk.db, 1, away)
        assert editors.may_edit(desk.db, 1, ANNA) is (away is None)
        assert (sharing.become_editor(desk, STRANGER, "token") is not None) is (away is None)


def test_what_came_with_a_file_is_not_taken_back(desk: Desk) -> None:
    """Only what was added in the chat is, as that stands in no file."""
    desk.db.execute("update cards set file_fields = null")
    before = rows(desk.db)
    assert adding.take_back(desk, OWNER, 1, HERE).toast == TakenOut()
    assert rows(desk.db) == before


def test_only_who_runs_the_bot_offers_a_deck_of_their_own(desk: Desk) -> None:
    """Whoever owns it does not, nor does who runs the bot offer what is another's."""
    before = rows(desk.db)
    assert sharing.offer(desk, OWNER, 1, True, False, HERE).toast == BotAdminsOnly()
    assert sharing.offer(desk, READER, 1, True, True, HERE).toast == TakenOut()
    assert rows(desk.db) == before
    sharing.offer(desk, OWNER, 1, True, True, HERE)
    assert rows(desk.db) != before


def test_an_update_that_comes_again_is_thanked_for_again(desk: Desk) -> None:
    """The bot may have died before it said thank you; the owner is told once, and another tap tells nobody."""
    thanked, before = CardDone("marked"), CardDone("marked_before")
    for who, toast in ((READER, thanked), (READER, thanked), (replace(READER, update_id=2), before)):
        outcome, _ = complaining.say(desk, who, 1, 0, (CLEO,), HERE)
        assert outcome.toast == toast
    assert notices.waiting(desk.db) == (Notice(1, ANNA, "wrong"),)


def test_of_a_deck_whose_owner_went_the_links_lead_nowhere(desk: Desk) -> None:
    """Who learns from it has it still, who may edit it goes on, and nobody else comes in."""
    owned.share(desk.db, 1, "in")
    owned.share_editing(desk.db, 1, "edit")
    editors.let_in(desk.db, 1, BEN, NOW)
    assert (cards.shared_as(desk.db, "in"), editors.deck_of(desk.db, "edit")) == (1, 1)
    owned.abandon(desk.db, ANNA)
    assert (cards.shared_as(desk.db, "in"), editors.deck_of(desk.db, "edit")) == (None, None)
    assert [editors.may_edit(desk.db, 1, learner) for learner in (ANNA, BEN, CLEO)] == [False, True, False]
    assert "swordfish" in repr(card_page.page(desk, READER, 1, None))
    assert "swordfish" not in repr(card_page.page(desk, OWNER, 1, None))


def test_nothing_is_left_of_a_deck_that_nobody_else_had(desk: Desk) -> None:
    """Neither a side of a card, nor what its cells or its file had, nor a tag, a name or a link."""
    desk.db.execute("delete from subscriptions")
    desk.db.execute("update cards set tags = 'tagged', file_fields = '[\"mackerel\"]'")
    owned.describe(desk.db, 1, "for nobody else")
    owned.share(desk.db, 1, "token-of-a-link")
    owned.share_editing(desk.db, 1, "token-to-edit")
    owned.offer(desk.db, 1, "slug-of-it")
    owned.abandon(desk.db, ANNA)
    left = repr(rows(desk.db))
    told = ("password", "swordfish", "mackerel", "tagged", "Secrets", "for nobody else", "token", "slug", "guid")
    assert [word for word in told if word in left] == []


def test_of_cards_that_left_a_deck_one_takes_along_what_one_has_graded(desk: Desk) -> None:
    """Its owner takes all of them; whoever studies it none of those that they never met."""
    drafts.save(desk.db, 1, "other", [(text("gone"), text("away"))])
    drafts.take_out(desk.db, [2], NOW)
    deck = cards.deck(desk.db, 1, ANNA)
    assert deck is not None

    def taken(who: Who) -> list[tuple[int, bool]]:
        found = everything.cards_of(desk, who, deck)
        assert found is not None
        return [(card.side.card_id, card.archived) for card in found.cards]

    assert taken(OWNER) == [(1, False), (2, True)]
    assert taken(READER) == [(1, False)]
    reviews.set_by_hand(desk.db, BEN, 2, Moment(NOW, NOW.date(), NOW), None)
    assert taken(READER) == [(1, False), (2, True)]


def test_a_deck_that_was_offered_keeps_its_link(desk: Desk) -> None:
    """Offered again under another name, the old link leads to it still; another deck of that name gets a number."""
    for slug in ("secrets", "mysteries"):
        owned.offer(desk.db, 1, slug)
        assert (cards.offered_as(desk.db, "secrets"), cards.offered_as(desk.db, "mysteries")) == (1, None)
        owned.offer(desk.db, 1, None)
        assert cards.offered_as(desk.db, "secrets") is None
    other = owned.add(desk.db, BEN, "Secrets", "Secrets")
    owned.offer(desk.db, other, "secrets")
    assert cards.offered_as(desk.db, "secrets-2") == other
