"""Whose a group's card is under ⋯, and where: each choice is looked at anew."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decks import html
from bot.storage import chats, drafts, migrations, owned, present, sqlite, turns
from bot.storage.turns import Message
from bot.tutor import group_menu, members
from bot.tutor.card_views import AskWhichView, GroupMenuView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who
from bot.tutor.toasts import CardDone, NoLonger

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN, GROUP, OTHER = 10, 20, -1, -2
HERE = Message(100, "text")
ALL = ("open", "hint", "history", "suspend", "bury", "up", "wrong", "edit", "deck", "back")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna's card is put to a group and to another one; nobody has tapped yet."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        for chat_id in (ANNA, BEN, GROUP, OTHER):
            chats.ensure(db, chat_id, "group" if chat_id < 0 else "private")
        deck_id = owned.add(db, ANNA, "Rivers", "Rivers")
        drafts.save(db, deck_id, "guid", [(html.parse("Longest river?"), html.parse("Nile"))])
        for chat_id in (GROUP, OTHER):
            chats.subscribe(db, chat_id, deck_id, NOW)
            turns.begin(db, chat_id=chat_id, card_id=1, at=NOW, message=HERE)
        yield Desk(db, NOW, "UTC")


def asks(desk: Desk, person: int, chat_id: int, turn_id: int = 1) -> object:
    """What ⋯ shows under what all see."""
    return group_menu.ask(desk, Who(person, chat_id, 1), turn_id, HERE)


def put_aside(db: sqlite3.Connection) -> int:
    """How many cards anybody has put aside."""
    return int(db.execute("select count(*) from aside").fetchone()[0])


def test_a_turn_is_its_own_groups(desk: Desk) -> None:
    """Who was there has its menu there and in private, in no other group, and nobody else has it anywhere."""
    assert isinstance(asks(desk, BEN, GROUP), GroupMenuView)
    for choice in ALL:
        for person, chat_id in ((BEN, OTHER), (ANNA, GROUP), (ANNA, ANNA)):
            done = group_menu.choose_alone(desk, Who(person, chat_id, 2), 1, choice, (), 7)
            strays = (person, chat_id) == (ANNA, GROUP)
            assert (done.toast, done.view, done.over, done.going) == (NoLonger(), None, strays, False)
    assert (put_aside(desk.db), desk.db.execute("select count(*) from complaints").fetchone()[0]) == (0, 0)
    # Nor does leaving another group take it from them.
    members.left_the_room(desk, OTHER, BEN)
    assert group_menu.choose(desk, Who(BEN, BEN, 3), 1, "suspend", ()).toast == CardDone("suspend_alone")
    tapped = [chat.last_tap_at for chat_id in (BEN, GROUP, OTHER) if (chat := chats.find(desk.db, chat_id))]
    assert tapped == [NOW, NOW, None], "somebody was there"
    members.left_the_room(desk, GROUP, BEN)
    assert group_menu.choose(desk, Who(BEN, BEN, 4), 1, "up", ()).toast == NoLonger()
    assert put_aside(desk.db) == 1


def test_a_deck_that_was_put_away(desk: Desk) -> None:
    """Its owner finds it all the same, nobody else; of its card nobody is told any more."""
    for person in (ANNA, BEN):
        chats.subscribe(desk.db, person, 1, NOW)
        asks(desk, person, GROUP)
    owned.archive(desk.db, 1, NOW)
    shown = [asks(desk, person, GROUP) for person in (ANNA, BEN)]
    assert [isinstance(view, GroupMenuView) and view.deck for view in shown] == [True, False]
    outcomes = [group_menu.come(desk, Who(person, person, 5), 1, "edit") for person in (ANNA, BEN)]
    assert [outcome.toast for outcome in outcomes] == [CardDone("not_editor")] * 2


def test_the_back_is_edited_by_who_has_not_looked(desk: Desk) -> None:
    """The question which side it is, in the private chat, has nothing of it yet."""
    asks(desk, ANNA, GROUP)
    outcome = group_menu.come(desk, Who(ANNA, ANNA, 5), 1, "edit")
    assert isinstance(outcome.view, AskWhichView)
    assert not outcome.view.shown
    anna = chats.find(desk.db, ANNA)
    assert anna is not None
    assert anna.started_at == NOW, "who came by a link may be written to"


def test_who_is_forgotten_was_never_there(desk: Desk) -> None:
    """The menu that still stands before them does nothing but go."""
    asks(desk, BEN, GROUP)
    assert present.is_there(desk.db, 1, BEN)
    desk.db.execute("delete from chats where chat_id = ?", (BEN,))
    done = group_menu.choose_alone(desk, Who(BEN, GROUP, 2), 1, "suspend", (), 7)
    assert done == group_menu.Done(toast=NoLonger(), over=True)
    assert chats.find(desk.db, BEN) is None


def test_what_is_known_to_hold_another_turn_stays(desk: Desk) -> None:
    """No button under it has named this one, whatever a client sends; of its own turn it goes once they have left."""
    asks(desk, BEN, GROUP)
    group_menu.shown_in(desk, Who(BEN, GROUP, 1), 1, 7)
    turns.close(desk.db, 1, "closed", NOW)
    turn_id = turns.begin(desk.db, chat_id=GROUP, card_id=1, at=NOW, message=Message(101, "text")).turn_id
    done = group_menu.choose_alone(desk, Who(BEN, GROUP, 2), turn_id, "back", (), 7)
    assert done == group_menu.Done(toast=NoLonger())
    members.left_the_room(desk, GROUP, BEN)
    assert group_menu.choose_alone(desk, Who(BEN, GROUP, 3), 1, "open", (), 7).over
