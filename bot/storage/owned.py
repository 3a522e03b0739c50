"""Decks that people sent: whose they are, who is let in, and their media."""

from datetime import datetime
from sqlite3 import Connection

from msgspec import Struct

from bot.storage.columns import maybe_ms


class HadBy(Struct, frozen=True):
    """How many people and groups have a deck besides its owner."""

    people: int
    groups: int


def had_by(db: Connection, deck_id: int, owner_id: int) -> HadBy:
    """Who has the deck besides its owner, but for those whom nothing can be sent to any more."""
    row = db.execute(
        "select count(*) filter (where kind = 'private') as people, count(*) filter (where kind = 'group') as groups "
        "from subscriptions join chats using (chat_id) "
        "where deck_id = :deck_id and chat_id <> :owner_id and left_at is null and gone_at is null",
        {"deck_id": deck_id, "owner_id": owner_id},
    ).fetchone()
    return HadBy(row["people"], row["groups"])


def archived_for(db: Connection, chat_id: int) -> tuple[str, ...]:
    """The names of the decks that this chat would have if their owners, who are others, had not archived them."""
    rows = db.execute(
        "select name from subscriptions join decks using (deck_id) where chat_id = :chat_id and left_at is null "
        "and archived_at is not null and owner_id is not null and owner_id <> :chat_id order by name, deck_id",
        {"chat_id": chat_id},
    ).fetchall()
    return tuple([row["name"] for row in rows])


def sent_as(db: Connection, owner_id: int, origin: str) -> int | None:
    """The deck that this person sent under that name."""
    row = db.execute(
        "select deck_id from decks where owner_id = :id and origin = :origin", {"id": owner_id, "origin": origin}
    ).fetchone()
    return None if row is None else int(row["deck_id"])


def of(db: Connection, owner_id: int) -> dict[int, str]:
    """What files call this person's decks that are not put away, by number."""
    rows = db.execute(
        "select deck_id, origin from decks where owner_id = :id and archived_at is null order by deck_id",
        {"id": owner_id},
    ).fetchall()
    return {row["deck_id"]: row["origin"] for row in rows}


def add(db: Connection, owner_id: int | None, name: str, origin: str) -> int:
    """The id of a new private deck with no card yet, known by its `origin` when it comes again; nobody's if no owner is
    given. It lies in no folder: its file is @ and its id.
    """
    row = db.execute(
        "insert into decks (file, slug, name, digest, owner_id, origin, audience) "
        "values ('@', '@', :name, '', :id, :origin, 'private') returning deck_id",
        {"name": name, "id": owner_id, "origin": origin},
    ).fetchone()
    db.execute(
        "update decks set file = '@' || deck_id, slug = '@' || deck_id where deck_id = :id", {"id": row["deck_id"]}
    )
    return int(row["deck_id"])


def brought_by(db: Connection, deck_id: int, import_id: int) -> None:
    """That import changed the deck last."""
    db.execute(
        "update decks set import_id = :import_id where deck_id = :deck_id",
        {"import_id": import_id, "deck_id": deck_id},
    )


def brought(db: Connection, owner_id: int, import_id: int) -> tuple[int, ...]:
    """The decks of this person that the import changed last, but for those that they put away."""
    rows = db.execute(
        "select deck_id from decks where owner_id = :id and import_id = :import_id and archived_at is null "
        "order by deck_id",
        {"id": owner_id, "import_id": import_id},
    ).fetchall()
    return tuple([row["deck_id"] for row in rows])


def archive(db: Connection, deck_id: int, at: datetime | None) -> None:
    """Put the deck away, or (None) bring it back."""
    db.execute(
        "update decks set archived_at = :at where deck_id = :deck_id",
        {"at": maybe_ms(at), "deck_id": deck_id},
    )


def rename(db: Connection, deck_id: int, name: str) -> None:
    """Another name to be read; the file's next version is known by the one that it has in the file."""
    db.execute("update decks set name = :name where deck_id = :deck_id", {"name": name, "deck_id": deck_id})


def share(db: Connection, deck_id: int, token: str | None) -> None:
    """Whoever has this token is let in; None: nobody any more."""
    db.execute(
        "update decks set share_token = :token where deck_id = :deck_id", {"token": token, "deck_id": deck_id}
    )  # fmt: skip


def share_editing(db: Connection, deck_id: int, token: str | None) -> None:
    """Whoever has this token may edit the deck; None: nobody more."""
    db.execute("update decks set edit_token = :token where deck_id = :deck_id", {"token": token, "deck_id": deck_id})


def describe(db: Connection, deck_id: int, text: str) -> None:
    """What the deck says of itself."""
    db.execute("update decks set description = :text where deck_id = :deck_id", {"text": text, "deck_id": deck_id})


def offer(db: Connection, deck_id: int, slug: str | None) -> None:
    """Everybody is offered the deck, under that slug or the next one that is free; None: it is private again.

    A deck that was offered before keeps its slug, so that its old links lead to it.
    """
    which = {"deck_id": deck_id}
    if slug is None:
        db.execute("update decks set audience = 'private' where deck_id = :deck_id", which)
        return
    db.execute("update decks set audience = 'everybody' where deck_id = :deck_id", which)
    row = db.execute("select slug from decks where deck_id = :deck_id", which).fetchone()
    if row["slug"].startswith("@"):
        free = free_slug(db, slug)
        db.execute("update decks set slug = :slug where deck_id = :deck_id", {**which, "slug": free})


def free_slug(db: Connection, slug: str) -> str:
    """The slug, with a number behind it where a deck has it."""
    taken = {row["slug"] for row in db.execute("select slug from decks").fetchall()}
    free, number = slug, 2
    while free in taken:
        free, number = f"{slug[:36]}-{number}", number + 1
    return free


def media_in_use(db: Connection) -> frozenset[str]:
    """The files that a deck has, by the names under which they are stored."""
    return frozenset(row["stored"] for row in db.execute("select distinct stored from media").fetchall())


def abandon(db: Connection, owner_id: int) -> None:
    """The owner goes. A deck from which somebody else learns or learned stays, and nobody's; of others nothing is left
    but their ids and those of their cards, so that none of them is given to another one.
    """
    rows = db.execute("select deck_id from decks where owner_id = :id", {"id": owner_id}).fetchall()
    for deck_id in [row["deck_id"] for row in rows]:
        if not _is_somebody_elses(db, deck_id, owner_id):
            _empty(db, deck_id)
    db.execute(
        "update decks set owner_id = null, share_token = null, edit_token = null where owner_id = :id",
        {"id": owner_id},
    )
    forget_types(db)


def forget_types(db: Connection) -> None:
    """Note types that no card has any more, nor one that arrives, are gone."""
    db.execute(
        "delete from notetypes where not exists (select 1 from cards where cards.notetype_id = notetypes.notetype_id) "
        "and not exists (select 1 from arriving where arriving.notetype_id = notetypes.notetype_id)"
    )


def _is_somebody_elses(db: Connection, deck_id: int, owner_id: int) -> bool:
    # Who learns from it has subscribed once, or belongs to a group that has.
    row = db.execute(
        "select 1 from subscriptions where deck_id = :deck_id and chat_id <> :owner_id limit 1",
        {"deck_id": deck_id, "owner_id": owner_id},
    ).fetchone()
    return row is not None


def _empty(db: Connection, deck_id: int) -> None:
    # To delete a card is to look for its memories, reviews and turns in all there are.
    which = {"deck_id": deck_id}
    db.execute("delete from media where deck_id = :deck_id", which)
    db.execute(
        "update cards set position = 0, guid = '', note = '', fields = '[]', front = '[]', back = '[]', tags = '', "
        "notetype_id = null, indexed = 0, file_fields = null, archived_at = coalesce(archived_at, 0) "
        "where deck_id = :deck_id",
        which,
    )
    db.execute(
        "update decks set owner_id = null, name = '', description = '', origin = '@', slug = '@' || deck_id, "
        "audience = 'private', share_token = null, edit_token = null, archived_at = coalesce(archived_at, 0) "
        "where deck_id = :deck_id",
        which,
    )
