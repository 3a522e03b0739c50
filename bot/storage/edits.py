"""A side of a card, or a field of its note, that somebody types anew, until it is saved; and how a card is changed by
hand.
"""

import json
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.card import Kind
from bot.decks.content import Content, words
from bot.decks.encoded import fields_to_json, from_json, to_json
from bot.decks.media import media_names
from bot.storage.cards import StoredCard


class Edit(Struct, frozen=True):
    """What somebody changes of a card, under a turn or (None) on its page.

    Attributes:
        side: front or back; field: one of its note's.
        content: what was typed; None: nothing yet.
        field: its place in the note; `was`: the note's fields as they were seen. None: it is a side.
    """

    learner_id: int
    card_id: int
    side: str
    turn_id: int | None
    content: Content | None = None
    field: int | None = None
    was: tuple[str, ...] | None = None


def find(db: Connection, learner_id: int) -> Edit | None:
    row = db.execute("select * from edits where learner_id = :id", {"id": learner_id}).fetchone()
    if row is None:
        return None
    content = None if row["content"] is None else from_json(row["content"])
    was = None if row["was"] is None else tuple(json.loads(row["was"]))
    return Edit(learner_id, row["card_id"], row["side"], row["turn_id"], content, row["field"], was)


def keep(db: Connection, edit: Edit) -> None:
    """What this person edits from now on; what they edited before is gone."""
    db.execute(
        "insert into edits (learner_id, card_id, side, turn_id, content, field, was) values "
        "(:learner_id, :card_id, :side, :turn_id, :content, :field, :was) on conflict (learner_id) do update set "
        "card_id = excluded.card_id, side = excluded.side, turn_id = excluded.turn_id, content = excluded.content, "
        "field = excluded.field, was = excluded.was",
        {
            "learner_id": edit.learner_id,
            "card_id": edit.card_id,
            "side": edit.side,
            "turn_id": edit.turn_id,
            "content": None if edit.content is None else to_json(edit.content),
            "field": edit.field,
            "was": None if edit.was is None else fields_to_json(edit.was),
        },
    )


def drop(db: Connection, learner_id: int) -> None:
    db.execute("delete from edits where learner_id = :id", {"id": learner_id})


def media(db: Connection) -> frozenset[str]:
    """The pictures and recordings of what is not saved yet, as they are stored."""
    rows = db.execute("select content from edits where content is not null").fetchall()
    return frozenset(name for row in rows for name in media_names(from_json(row["content"])))


def change(db: Connection, card: StoredCard, front: Content, back: Content) -> None:
    """The card says this from now on. What its file had is kept, so that the same file does not take it back."""
    db.execute(
        "update cards set file_fields = coalesce(file_fields, fields), fields = :fields, front = :front, back = :back, "
        "kind = case when :has_back then :question else kind end, notetype_id = null, indexed = 0 "
        "where card_id = :card_id",
        {
            "card_id": card.card_id,
            "fields": fields_to_json((words(front), words(back)) if back else (words(front),)),
            "front": to_json(front),
            "back": to_json(back),
            "has_back": int(bool(back)),
            "question": str(Kind.QUESTION),
        },
    )
    db.executemany(
        "insert into media (deck_id, name, stored) values (:deck_id, :name, :name) "
        "on conflict (deck_id, name) do nothing",
        [{"deck_id": card.deck_id, "name": name} for name in media_names((*front, *back))],
    )
