"""Who said that a card is wrong hears that it was mended, as far as they may see it and be written to."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decks import html
from bot.storage import bringing, cards, chats, drafts, edits, migrations, owned, present, sqlite, turns
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import complaining, members, telling
from bot.tutor.card_views import MendedView, WrongView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who
from bot.tutor.toasts import CardDone

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN, CLEO, DORA, GROUP = 10, 20, 30, 40, -1
HERE = Message(100, "text")
OWNER = Who(ANNA, ANNA, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A group has Anna's card and finds it wrong; to Ben and Cleo the bot may write, to Dora it may not."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        for chat_id in (ANNA, BEN, CLEO, DORA, GROUP):
            chats.ensure(db, chat_id, "group" if chat_id < 0 else "private")
        for learner in (ANNA, BEN, CLEO):
            chats.started(db, learner, NOW)
        deck_id = owned.add(db, ANNA, "Rivers", "Rivers")
        drafts.save(db, deck_id, "guid", [(html.parse("Longest river?"), html.parse("Nile"))])
        chats.subscribe(db, GROUP, deck_id, NOW)
        turn = turns.begin(db, chat_id=GROUP, card_id=1, at=NOW, message=HERE)
        desk = Desk(db, NOW, "UTC")
        for update_id, learner in enumerate((BEN, CLEO, DORA), 2):
            present.note(db, turn.turn_id, learner)
            says(desk, learner, update_id)
        yield desk


def says(desk: Desk, learner: int, update_id: int) -> str:
    """That the card is wrong; what that is answered with."""
    return complaining.mark(desk, Who(learner, GROUP, update_id), cards.card(desk.db, 1), ())[0].what


def told(desk: Desk, learner: int) -> MendedView | None:
    """What this person is told of the mended card."""
    letter = telling.begin(desk, Notice(1, learner, telling.MENDED), ())
    assert letter is None or isinstance(letter.view, MendedView)
    return None if letter is None else letter.view


def test_who_has_it_through_a_group_is_told(desk: Desk) -> None:
    """Without a way to its page, which is theirs nowhere; not who never wrote to the bot, or has left the group."""
    _, notices = complaining.settle(desk, OWNER, 1, "mended", False, HERE)
    assert notices == (Notice(1, BEN, "mended"), Notice(1, CLEO, "mended"))
    members.left_the_room(desk, GROUP, CLEO)
    shown = told(desk, BEN)
    assert shown is not None
    assert not shown.page
    assert told(desk, CLEO) is None
    assert {notice.chat_id for notice in telling.to_tell(desk)} == {ANNA}, "who is not to be told is not tried again"


@pytest.mark.parametrize("why", ["blocked", "without the deck", "without the bot"])
def test_who_may_not_be_told_any_more_is_not(desk: Desk, why: str) -> None:
    """They blocked the bot, or the group has the deck no more, or not the bot."""
    complaining.settle(desk, OWNER, 1, "mended", False, HERE)
    match why:
        case "blocked":
            chats.gone(desk.db, BEN, NOW)
        case "without the deck":
            chats.leave(desk.db, GROUP, 1, NOW)
        case _:
            chats.gone(desk.db, GROUP, NOW)
    assert told(desk, BEN) is None


def test_a_card_that_is_changed_is_settled(desk: Desk) -> None:
    """However it was changed; the button that asked for that says so, and who said it was wrong may say so again."""
    before = complaining.said_of(desk, [1])
    assert complaining.changed(desk, None, before) == ()
    edits.change(desk.db, cards.card(desk.db, 1), html.parse("The longest?"), html.parse("Nile"))
    assert says(desk, BEN, 5) == "marked_before", "not settled yet"
    assert complaining.changed(desk, ANNA, before) == (Notice(1, BEN, "mended"), Notice(1, CLEO, "mended"))
    outcome, notices = complaining.settle(desk, Who(ANNA, ANNA, 6), 1, "right", False, HERE)
    assert (outcome.toast, notices) == (CardDone("settled"), ())
    assert isinstance(outcome.view, WrongView)
    assert outcome.view.settled == "mended"
    # Found to be right it stays so, until it says something else.
    assert (says(desk, BEN, 7), says(desk, BEN, 7)) == ("marked", "marked"), "the same tap"
    for expected in (None, CardDone("settled")):
        outcome, _ = complaining.settle(desk, Who(ANNA, ANNA, 8 if expected is None else 9), 1, "right", False, HERE)
        assert outcome.toast == expected
        assert isinstance(outcome.view, WrongView)
        assert outcome.view.settled == "right"
    assert says(desk, BEN, 10) == "marked_before"
    before = complaining.said_of(desk, [1])
    edits.change(desk.db, cards.card(desk.db, 1), html.parse("The very longest?"), html.parse("Nile"))
    assert complaining.changed(desk, ANNA, before) == (), "nobody waited"
    assert says(desk, BEN, 11) == "marked"


def test_a_card_that_is_taken_out_is_settled(desk: Desk) -> None:
    """Once, as when it is changed, in other words; one that comes back as it was may be said to be wrong again."""
    before = complaining.said_of(desk, [1])
    bringing.put_away(desk.db, 1, [1], NOW)
    assert complaining.changed(desk, ANNA, before) == (Notice(1, BEN, "mended"), Notice(1, CLEO, "mended"))
    assert complaining.changed(desk, ANNA, complaining.said_of(desk, [1])) == ()
    shown = told(desk, BEN)
    assert shown is not None
    assert (shown.gone, shown.page) == (True, False)
    owned.archive(desk.db, 1, NOW)
    assert told(desk, CLEO) is None, "the deck went, too"


def test_a_card_that_comes_back_as_it_was_is_as_wrong(desk: Desk) -> None:
    """One that a bot of before archived without a word is not told as mended when it is back unchanged."""
    bringing.put_away(desk.db, 1, [1], NOW)
    before = complaining.said_of(desk, [1])
    desk.db.execute("update cards set archived_at = null")
    assert complaining.changed(desk, ANNA, before) == ()
    assert says(desk, BEN, 5) == "marked_before"


def test_where_nobody_is_told_that_is_said(desk: Desk) -> None:
    """Of a deck whose owner went, or of the folder where nobody is named who runs the bot."""
    edits.change(desk.db, cards.card(desk.db, 1), html.parse("The longest?"), html.parse("Nile"))
    complaining.mended_by(desk, None, 1)
    desk.db.execute("update decks set owner_id = null")
    assert says(desk, BEN, 5) == "marked_untold"
    assert {notice.chat_id for notice in telling.to_tell(desk) if notice.kind == telling.WRONG} == {ANNA}, "as before"
