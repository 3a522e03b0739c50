"""Updates that were put aside: what Telegram gave is kept here until its work is done."""

from collections.abc import Collection, Iterable
from sqlite3 import Connection


def keep(db: Connection, updates: Iterable[tuple[int, str]]) -> None:
    """Ids and bodies, as Telegram gave them."""
    db.executemany(
        "insert into inbox (update_id, body) values (?, ?) on conflict (update_id) do nothing", list(updates)
    )


def kept(db: Connection) -> list[str]:
    """The bodies, in the order in which they happened."""
    return [str(row["body"]) for row in db.execute("select body from inbox order by update_id").fetchall()]


def drop(db: Connection, update_ids: Collection[int]) -> None:
    """Their work is done."""
    db.executemany("delete from inbox where update_id = :id", [{"id": update_id} for update_id in update_ids])
