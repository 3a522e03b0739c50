"""Who tapped under a group's card in the group: they may see what can be done with it, until they leave the group."""

from sqlite3 import Connection


def note(db: Connection, turn_id: int, learner_id: int) -> None:
    """This member taps under the card, in the group."""
    db.execute(
        "insert into present (turn_id, learner_id) values (:turn_id, :learner_id) on conflict do nothing",
        {"turn_id": turn_id, "learner_id": learner_id},
    )


def is_there(db: Connection, turn_id: int, learner_id: int) -> bool:
    """Whether this member has tapped under the card in the group, and has not left that since."""
    row = db.execute(
        "select 1 from present where turn_id = :turn_id and learner_id = :learner_id",
        {"turn_id": turn_id, "learner_id": learner_id},
    ).fetchone()
    return row is not None


def groups_with(db: Connection, learner_id: int, deck_id: int) -> tuple[int, ...]:
    """The groups that have the deck, in which this person tapped under a card and which they have not left since."""
    rows = db.execute(
        "select chat_id from subscriptions join chats using (chat_id) "
        "where deck_id = :deck_id and left_at is null and kind = 'group' and gone_at is null "
        "and exists (select 1 from present join turns using (turn_id) "
        "where present.learner_id = :learner_id and turns.chat_id = subscriptions.chat_id)",
        {"deck_id": deck_id, "learner_id": learner_id},
    ).fetchall()
    return tuple(row["chat_id"] for row in rows)


def leave(db: Connection, chat_id: int, learner_id: int) -> None:
    """This person is in the group no more."""
    db.execute(
        "delete from present where learner_id = :learner_id "
        "and turn_id in (select turn_id from turns where chat_id = :chat_id)",
        {"chat_id": chat_id, "learner_id": learner_id},
    )


def shown_in(db: Connection, turn_id: int, learner_id: int, ephemeral_id: int | None) -> None:
    """This member alone, who has not looked, sees what can be done in that message; None: in none (any more)."""
    db.execute(
        "update present set ephemeral_id = :ephemeral_id where turn_id = :turn_id and learner_id = :learner_id",
        {"turn_id": turn_id, "learner_id": learner_id, "ephemeral_id": ephemeral_id},
    )
