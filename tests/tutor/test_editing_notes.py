"""A field of a note is saved for what the note is then, and for its cards in other decks that one may edit."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.decks import html
from bot.decks.anki.notetypes import NoteType, Template, to_json
from bot.decks.anki.remade import Remaking
from bot.decks.anki.remaking import remade
from bot.decks.content import words
from bot.decks.encoded import from_json
from bot.storage import chats, editors, migrations, owned, sqlite
from bot.storage.turns import Message
from bot.tutor import editing_notes
from bot.tutor.card_views import FieldEditedView
from bot.tutor.desk import Desk
from bot.tutor.editing_notes import Ready
from bot.tutor.outcomes import Who

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANNA, BEN = 10, 20
OWNER, EDITOR = Who(ANNA, ANNA, 1), Who(BEN, BEN, 2)
HERE = Message(1, "text")
NOTETYPE = NoteType(
    "Word",
    False,
    ("Word", "Meaning"),
    (Template("1", "{{Word}}", "{{Meaning}}"), Template("2", "{{Meaning}}", "{{Word}}")),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Anna's note whose first card lies in one deck, which Ben may edit as well, and whose second lies in another."""
    with closing(sqlite.writer(tmp_path / "deckhand.db")) as db:
        migrations.create(db, migrations.schema(), migrations.VERSION)
        for learner in (ANNA, BEN):
            chats.ensure(db, learner, "private")
        db.execute("insert into notetypes (body) values (?)", (to_json(NOTETYPE),))
        for ordinal, name in enumerate(("Asked", "Turned")):
            deck_id = owned.add(db, ANNA, name, name)
            db.execute(
                "insert into cards (deck_id, position, kind, guid, note, fields, front, back, notetype_id) values "
                """(?, 0, 'question', ?, 'n', '["sea", "Meer"]', '[]', '[]', 1)""",
                (deck_id, f"n:{ordinal}"),
            )
        editors.let_in(db, 1, BEN, NOW)
        yield Desk(db, NOW, "UTC")


def typed(desk: Desk, who: Who, field: int, text: str) -> Ready:
    """What is asked for and typed for a field of the first card's note."""
    editing_notes.ask(desk, who, 1, 0, field, HERE)
    heard = editing_notes.hear(desk, who, html.parse(text))
    assert isinstance(heard, Ready)
    return heard


def made(ready: Ready) -> tuple[Remaking, ...]:
    return tuple([remade(order) for order in ready.orders])


def looks(desk: Desk, who: Who, ready: Ready) -> FieldEditedView:
    view = editing_notes.look(desk, who, ready, made(ready), None).view
    assert isinstance(view, FieldEditedView)
    return view


def saved(desk: Desk, who: Who) -> None:
    """A tap on Save."""
    ready = editing_notes.ready(desk, who, 1, HERE)
    assert isinstance(ready, Ready)
    assert editing_notes.save(desk, who, ready, made(ready), HERE) is not None


def cards(desk: Desk) -> list[tuple[list[str], str]]:
    """The fields and the front of each card, in their order."""
    rows = desk.db.execute("select fields, front from cards order by card_id").fetchall()
    return [(json.loads(row["fields"]), words(from_json(row["front"]))) for row in rows]


def test_what_somebody_else_saved_meanwhile_is_not_written_over(desk: Desk) -> None:
    """While the cards are made anew another field is saved: nothing is saved of what was made of the old ones."""
    desk.db.execute("update cards set archived_at = 1 where card_id = 2")
    typed(desk, OWNER, 0, "ocean")
    ready = editing_notes.ready(desk, OWNER, 1, HERE)
    assert isinstance(ready, Ready)
    typed(desk, EDITOR, 1, "Ozean")
    saved(desk, EDITOR)
    assert editing_notes.save(desk, OWNER, ready, made(ready), HERE) is None
    assert cards(desk)[0] == (["sea", "Ozean"], "sea")
    again = editing_notes.ready(desk, OWNER, 1, HERE)
    assert isinstance(again, Ready)
    assert again.changed


def test_a_sibling_in_another_deck_that_one_may_edit_is_changed_as_well(desk: Desk) -> None:
    """It is counted before; whose owner edits it, and one that was not the same note any more, is not."""
    ready = typed(desk, OWNER, 1, "Ozean")
    view = looks(desk, OWNER, ready)
    assert (view.others, view.left, view.made) == (1, 0, 0)
    saved(desk, OWNER)
    assert cards(desk) == [(["sea", "Ozean"], "sea"), (["sea", "Ozean"], "Ozean")]
    desk.db.execute("""update cards set fields = '["sea", "See"]' where card_id = 2""")
    assert (looks(desk, OWNER, typed(desk, OWNER, 1, "Meer")).others, looks(desk, OWNER, ready).left) == (0, 0)


def test_a_sibling_in_a_deck_that_one_may_not_edit_stays(desk: Desk) -> None:
    """That is said before it is saved."""
    view = looks(desk, EDITOR, typed(desk, EDITOR, 1, "Ozean"))
    assert (view.others, view.left) == (0, 1)
    saved(desk, EDITOR)
    assert cards(desk) == [(["sea", "Ozean"], "sea"), (["sea", "Meer"], "")]


def test_a_sibling_that_changed_meanwhile_is_looked_at_anew(desk: Desk) -> None:
    """As the note itself is: in its deck, or to whom that is."""
    typed(desk, OWNER, 1, "Ozean")
    ready = editing_notes.ready(desk, OWNER, 1, HERE)
    assert isinstance(ready, Ready)
    desk.db.execute("update cards set archived_at = 1 where card_id = 2")
    assert editing_notes.save(desk, OWNER, ready, made(ready), HERE) is None
    saved(desk, OWNER)
    assert cards(desk)[1][0] == ["sea", "Meer"]
