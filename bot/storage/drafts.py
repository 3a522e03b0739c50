"""Cards that people write in the chat: what is not saved yet, the decks it may go to, and how it gets there."""

import re
from collections.abc import Iterable
from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.decks.card import Kind
from bot.decks.content import Content, words
from bot.decks.encoded import fields_to_json, from_json, to_json
from bot.decks.likeness import normalised
from bot.decks.media import media_names
from bot.storage.columns import from_ms, to_ms
from bot.storage.editors import THEIRS

_WORD = re.compile(r"[^\W_]{2,}")
_MOST_WORDS = 6
_MOST_COMPARED = 200


class Draft(Struct, frozen=True):
    """A card on its way.

    Attributes:
        deck_id: where it will go; None: to the first deck of one's own, made when it is saved.
        stage: the side that is asked for, or "preview": both are there.
        reversed: it will be a second card, too, the other way round.
        message_id: where the question or the preview stands; None: it was not sent yet.
        asked_at: when the side was asked for.
    """

    learner_id: int
    stage: str
    asked_at: datetime
    deck_id: int | None = None
    front: Content = ()
    back: Content = ()
    reversed: bool = False
    message_id: int | None = None


class Twin(Struct, frozen=True):
    """A card that asks the same, and the decks in which one does, its own first."""

    card_id: int
    front: Content
    deck_names: tuple[str, ...]


class Place(Struct, frozen=True):
    """A deck into which somebody may write; `own`: it belongs to them."""

    deck_id: int
    name: str
    own: bool


# --- what is not saved yet


def find(db: Connection, learner_id: int) -> Draft | None:
    row = db.execute("select * from drafts where learner_id = :id", {"id": learner_id}).fetchone()
    if row is None:
        return None
    return Draft(
        row["learner_id"],
        row["stage"],
        from_ms(row["began_at"]),
        row["deck_id"],
        from_json(row["front"]),
        from_json(row["back"]),
        bool(row["reversed"]),
        row["message_id"],
    )


def keep(db: Connection, draft: Draft) -> Draft:
    """The person's draft from now on; the one before it is gone."""
    db.execute(
        "insert into drafts (learner_id, deck_id, stage, front, back, reversed, message_id, began_at) values "
        "(:learner_id, :deck_id, :stage, :front, :back, :reversed, :message_id, :at) on conflict (learner_id) do "
        "update set deck_id = :deck_id, stage = :stage, front = :front, back = :back, reversed = :reversed, "
        "message_id = :message_id, began_at = :at",
        {
            "learner_id": draft.learner_id,
            "deck_id": draft.deck_id,
            "stage": draft.stage,
            "front": to_json(draft.front),
            "back": to_json(draft.back),
            "reversed": int(draft.reversed),
            "message_id": draft.message_id,
            "at": to_ms(draft.asked_at),
        },
    )
    return draft


def drop(db: Connection, learner_id: int) -> None:
    db.execute("delete from drafts where learner_id = :id", {"id": learner_id})


def media(db: Connection) -> frozenset[str]:
    """The pictures and recordings of cards that are not saved yet, as they are stored."""
    rows = db.execute("select front, back from drafts").fetchall()
    return frozenset(name for row in rows for side in row for name in media_names(from_json(side)))


# --- where it can go


def places(db: Connection, learner_id: int) -> tuple[Place, ...]:
    """The decks that are this person's or that they may edit, by name; none that was put away."""
    rows = db.execute(
        f"select deck_id, name, owner_id is :id as own from decks where archived_at is null and {THEIRS} "  # noqa: S608
        "order by name, deck_id",
        {"id": learner_id},
    ).fetchall()
    return tuple(Place(row["deck_id"], row["name"], bool(row["own"])) for row in rows)


def used_last(db: Connection, some: Iterable[Place]) -> int | None:
    """Of these decks the one to which a card was added last; None: to none of them."""
    latest: list[tuple[int, int]] = []
    for place in some:
        # What is added goes to the end.
        row = db.execute(
            "select card_id, file_fields from cards where deck_id = :id order by position desc limit 1",
            {"id": place.deck_id},
        ).fetchone()
        if row is not None and row["file_fields"] == "[]":
            latest.append((row["card_id"], place.deck_id))
    return max(latest)[1] if latest else None


# --- the same card


def twin(db: Connection, learner_id: int, deck_id: int | None, front: Content) -> Twin | None:
    """A card in that deck, or in one of this person's own, that asks the same: the same words, however written.

    It says in which of these decks there is one.
    """
    asked = normalised(words(front))
    if not asked:
        return None
    roughly, values = _roughly(asked)
    # Who asks nothing else is among the shortest that have all these words.
    rows = db.execute(
        "select card_id, front, name from cards join decks using (deck_id) "  # noqa: S608
        "where (owner_id = :id or deck_id = :deck_id) and cards.archived_at is null and decks.archived_at is null "
        f"and {roughly} order by length(cards.front), card_id limit {_MOST_COMPARED}",
        {**values, "id": learner_id, "deck_id": deck_id},
    ).fetchall()
    fronts = [(row, from_json(row["front"])) for row in rows]
    same = [(row, front) for row, front in fronts if normalised(words(front)) == asked]
    if not same:
        return None
    row, front = same[0]
    return Twin(row["card_id"], front, tuple(dict.fromkeys(row["name"] for row, _ in same)))


def _roughly(asked: str) -> tuple[str, dict[str, str]]:
    """A condition that every front with these words meets, however they are written: few of many have to be read."""
    conditions: list[str] = ["true"]
    values: dict[str, str] = {}
    for at, word in enumerate(sorted(set(_WORD.findall(asked)), key=len)[-_MOST_WORDS:]):
        if word.isascii():
            # The database folds the case of these letters alone.
            conditions.append(f"cards.front like '%' || :word{at} || '%'")
            values[f"word{at}"] = word
        else:
            # A first letter may be large, or all of them.
            rest = word[1:] if word.upper() != word else word
            conditions.append(f"(instr(cards.front, :word{at}) > 0 or instr(cards.front, :large{at}) > 0)")
            values |= {f"word{at}": rest, f"large{at}": rest.upper()}
    return " and ".join(conditions), values


# --- how it gets there


def save(db: Connection, deck_id: int, guid: str, sides: Iterable[tuple[Content, Content]]) -> tuple[int, ...]:
    """The ids of the new cards at the end of the deck, siblings if they are several: they stand in no file."""
    last = db.execute(
        "select coalesce(max(position), -1) as last from cards where deck_id = :id", {"id": deck_id}
    ).fetchone()["last"]
    every = tuple(sides)
    saved: list[int] = []
    for place, (front, back) in enumerate(every):
        row = db.execute(
            "insert into cards (deck_id, position, kind, guid, note, fields, front, back, file_fields) values "
            "(:deck_id, :position, :kind, :guid, :note, :fields, :front, :back, '[]') returning card_id",
            {
                "deck_id": deck_id,
                "position": last + 1 + place,
                "kind": str(Kind.QUESTION),
                "guid": f"{guid}:{place}" if len(every) > 1 else guid,
                "note": guid if len(every) > 1 else "",
                "fields": fields_to_json((words(front), words(back))),
                "front": to_json(front),
                "back": to_json(back),
            },
        ).fetchone()
        saved.append(int(row["card_id"]))
        db.executemany(
            "insert into media (deck_id, name, stored) values (:deck_id, :name, :name) "
            "on conflict (deck_id, name) do nothing",
            [{"deck_id": deck_id, "name": name} for name in media_names((*front, *back))],
        )
    return tuple(saved)


def saved_as(db: Connection, learner_id: int, guid: str) -> int | None:
    """The card that was saved under that id into a deck that is still this person's to edit."""
    row = db.execute(
        f"select card_id from cards join decks using (deck_id) "  # noqa: S608
        f"where guid in (:guid, :guid || ':0') and {THEIRS} limit 1",
        {"guid": guid, "id": learner_id},
    ).fetchone()
    return None if row is None else int(row["card_id"])


def added(db: Connection, learner_id: int, card_id: int) -> tuple[int, ...]:
    """The card that was added, and what was added with it, if this person may edit its deck; archived ones too."""
    row = db.execute(
        f"select deck_id, note from cards join decks using (deck_id) "  # noqa: S608
        f"where card_id = :card_id and file_fields = '[]' and {THEIRS}",
        {"card_id": card_id, "id": learner_id},
    ).fetchone()
    if row is None or not row["note"]:
        return () if row is None else (card_id,)
    siblings = db.execute(
        "select card_id from cards where deck_id = :deck_id and note = :note and file_fields = '[]' order by card_id",
        {"deck_id": row["deck_id"], "note": row["note"]},
    ).fetchall()
    return tuple(sibling["card_id"] for sibling in siblings)


def is_remembered(db: Connection, deck_id: int, card_ids: Iterable[int]) -> bool:
    """Whether anybody who has the deck, alone or in a group, has met one of these cards."""
    return any(
        db.execute(
            "select 1 from memories where card_id = :card_id and learner_id in "
            "(select chat_id from subscriptions where deck_id = :deck_id union "
            "select learner_id from members join subscriptions using (chat_id) where deck_id = :deck_id) limit 1",
            {"card_id": card_id, "deck_id": deck_id},
        ).fetchone()
        for card_id in card_ids
    )


def take_out(db: Connection, card_ids: Iterable[int], at: datetime) -> None:
    """They are in no deck any more."""
    db.executemany(
        "update cards set archived_at = :at, indexed = 0 where card_id = :card_id and archived_at is null",
        [{"at": to_ms(at), "card_id": card_id} for card_id in card_ids],
    )
