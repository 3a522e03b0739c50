"""Forgetting reaches every byte, and the list beside the database keeps restored backups from bringing anybody back."""

import asyncio
import random
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from bot.storage import forgetting, inbox, notices, sqlite
from bot.storage.backup import backup, check
from bot.storage.database import Database
from bot.storage.errors import DatabaseRefused, StorageFailed
from bot.storage.forgetting import Left
from bot.storage.forgotten import Forgotten, list_of
from bot.storage.migrations import VERSION
from bot.storage.notices import Notice
from bot.storage.restore import restore
from tests.people import surroundings
from tests.storage.full_disk import files_of_at_most
from tests.storage.traces import traces

AT = datetime(2026, 3, 2, 9, 5, 7, tzinfo=UTC)
IDS = (0x5A17C3E9, 0x3B6E91D4A7, 0xE1B2946F0D35C)
ADMIN = 0x4C81F2D7B6
SCHEMA_1 = Path(__file__).with_name("schema_1.sql")


def met(connection: sqlite3.Connection, *ids: int) -> None:
    """Somebody began."""
    for person_id in ids:
        connection.execute("insert into chats (chat_id, kind) values (?, 'private')", (person_id,))


async def forgotten(database: Database, person_id: int, update_id: int = 10, left: Left = Left.NOTHING) -> None:
    """Somebody is forgotten by that update, but for what is left."""
    asked = Forgotten(list_of(database.path))
    await database.write(lambda db: forgetting.forget(db, person_id, asked, update_id))
    assert await forgetting.clean(database) is left


def people(path: Path) -> list[int]:
    """Whom a database knows."""
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("select chat_id from chats order by chat_id")]


def holds(folder: Path, words: bytes) -> bool:
    """Whether any file has these bytes."""
    return any(words in each.read_bytes() for each in folder.iterdir())


def busy(connection: sqlite3.Connection, seed: int) -> None:
    """Rows of many people come, change and go in turn, so that pages are split with some of everybody's in them."""
    dice = random.Random(seed)
    others = [dice.randrange(2**28, 2**40) for _ in range(30)]
    met(connection, *IDS, *others)
    connection.execute("insert into decks (deck_id, file, slug, name, digest) values (1, 'a', 'a', 'a', 'a')")
    cards = [(number, number, str(number)) for number in range(1, 200)]
    connection.executemany(
        "insert into cards (card_id, deck_id, position, kind, guid, note, fields, front, back) "
        "values (?, 1, ?, 'question', ?, '', '[]', '[]', '[]')",
        cards,
    )
    for number in range(6000):
        who = dice.choice(IDS) if dice.random() < 0.2 else dice.choice(others)
        card = dice.randrange(1, 200)
        connection.execute(
            "insert into memories values (?, ?, 'review', 1, 1, null, 1, null, ?, 1, 1, 1, 0) "
            "on conflict do update set due_day = excluded.due_day",
            (who, card, number),
        )
        if number % 3 == 0:
            connection.execute("delete from memories where learner_id = ? and card_id = ?", (who, dice.randrange(200)))
        connection.execute(
            "insert into reviews (learner_id, card_id, at, day, day_ends_at, kind, grade, before, after) "
            "values (?, ?, 1, 1, 1, 'review', 3, ?, ?)",
            (who, card, "b" * dice.randrange(300), "a" * dice.choice((10, 200, 9000 if number % 50 == 0 else 50))),
        )
        connection.execute("insert or ignore into push_hours values (?, ?)", (who, dice.randrange(1440)))


def large(connection: sqlite3.Connection, size: int) -> None:
    """A row of twice as many bytes."""
    connection.execute("insert or replace into marks values ('large', hex(zeroblob(?)))", (size,))


@pytest.mark.parametrize("seed", [1, 2])
async def test_pages_that_were_split_keep_nothing(tmp_path: Path, seed: int) -> None:
    """SQLite leaves copies of rows where it splits a page, out of reach of secure_delete: those go as well."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=seed))
    for person_id in IDS:
        assert {"as a column", "as a rowid"} <= traces(database.path, person_id)
        await forgotten(database, person_id)
        assert traces(database.path, person_id) == set()
    await database.close()
    assert check(database.path) == VERSION


async def test_what_somebody_sent_goes_with_them(tmp_path: Path) -> None:
    """Their updates that were put aside go; others' stay, and so does what they sent after asking to be forgotten."""
    database = await Database.open(tmp_path / "deckhand.db")
    message = '{{"update_id": {0}, "message": {{"from": {{"id": {1}, "first_name": "Zoraida"}}, "text": "hush"}}}}'
    tap = '{{"update_id": {0}, "callback_query": {{"from": {{"id": {1}}}, "message": {{"from": {{"id": 1}}}}}}}}'
    bodies = [(7, message.format(7, IDS[0])), (8, message.format(8, IDS[1])), (9, tap.format(9, IDS[0]))]
    await database.write(lambda db: (met(db, *IDS[:2]), inbox.keep(db, [*bodies, (11, tap.format(11, IDS[0]))])))
    assert holds(tmp_path, b"Zoraida")
    assert "as text" in traces(database.path, IDS[0])
    await forgotten(database, IDS[0], update_id=10)
    assert await database.read(inbox.kept) == [bodies[1][1], tap.format(11, IDS[0])]
    await database.write(lambda db: inbox.drop(db, [11]))
    await forgotten(database, IDS[1])
    assert not holds(tmp_path, b"Zoraida")
    assert traces(database.path, IDS[0]) == set()
    await database.close()


async def test_a_large_database_is_written_anew_when_it_is_time_for_that(tmp_path: Path) -> None:
    """Rows go at once, from the WAL as well; copies that split pages keep are told of, and go once a day."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=1))
    await database.write(partial(large, size=17 * 2**20))
    for person_id in IDS:
        await forgotten(database, person_id, left=Left.TRACES)
        assert person_id not in people(database.path)
        assert database.path.with_name("deckhand.db-wal").stat().st_size == 0
    assert any(traces(database.path, person_id) for person_id in IDS)
    await database.close()
    database = await Database.open(tmp_path / "deckhand.db")
    assert await forgetting.clean(database, large=True) is Left.NOTHING
    assert [traces(database.path, person_id) for person_id in IDS] == [set()] * 3
    assert database.path.stat().st_size > forgetting.AT_ONCE_BYTES
    await database.close()


async def test_a_bot_that_ends_does_not_wait_for_it(tmp_path: Path) -> None:
    """Writing anew is given up in the middle, harms nothing, and is done at the next try."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=1))
    asked = Forgotten(list_of(database.path))
    await database.write(lambda db: forgetting.forget(db, IDS[0], asked, 1))
    assert await forgetting.clean(database, go_on=lambda: False) is Left.MORE
    backup(database.path, tmp_path / "copy.db")
    assert await database.write(lambda db: db.execute("select count(*) from chats").fetchone()[0]) == 32
    assert await forgetting.clean(database) is Left.NOTHING
    assert traces(database.path, IDS[0]) == set()
    await database.close()
    # A copy made before that has it all, and it is done when the copy is put back.
    assert traces(tmp_path / "copy.db", IDS[0])
    assert restore(tmp_path / "copy.db", database.path, AT).left_out == 0
    assert traces(database.path, IDS[0]) == set()


async def test_a_full_disk_holds_it_up_and_spoils_nothing(tmp_path: Path) -> None:
    """The rows are gone and the rest is tried again; a wish that cannot be written down is not half carried out."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=2))
    asked = Forgotten(list_of(database.path))
    await database.write(lambda db: forgetting.forget(db, IDS[0], asked, 1))
    assert await database.outside(sqlite.empty_wal, alone=True)
    with files_of_at_most(100_000):
        assert await forgetting.clean(database) is Left.MORE
    assert await forgetting.clean(database) is Left.NOTHING
    assert traces(database.path, IDS[0]) == set()
    with files_of_at_most(list_of(database.path).stat().st_size + 20), pytest.raises(StorageFailed):
        await database.write(lambda db: forgetting.forget(db, IDS[1], asked, 2))
    assert asked.among(IDS, None) == [IDS[0]]
    await forgotten(database, IDS[1])
    assert asked.among(IDS, None) == [IDS[0], IDS[1]]
    await database.close()
    assert check(database.path) == VERSION
    assert IDS[2] in people(database.path)


async def test_a_reader_holds_it_up_and_it_is_made_up_for(tmp_path: Path) -> None:
    """While somebody reads what was, it is not said to be gone; the next try does it, also after a restart."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(lambda db: met(db, *IDS))
    asked = Forgotten(list_of(database.path))
    with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("begin")
        reader.execute("select * from chats").fetchall()
        await database.write(lambda db: forgetting.forget(db, IDS[0], asked, 1))
        assert await forgetting.clean(database) is Left.MORE
        assert "as a rowid" in traces(database.path, IDS[0])
    await database.close()
    database = await Database.open(tmp_path / "deckhand.db")
    assert await forgetting.clean(database) is Left.NOTHING
    assert traces(database.path, IDS[0]) == set()
    await database.close()


async def test_a_restored_backup_brings_nobody_back(tmp_path: Path) -> None:
    """Who asked since is left out to the last byte; who came back and is in a later backup stays in that one."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=3))
    backup(database.path, tmp_path / "early.db")
    for person_id in IDS[:2]:
        await forgotten(database, person_id)
    await database.write(lambda db: met(db, IDS[1]))
    backup(database.path, tmp_path / "late.db")
    await database.close()
    everybody = people(tmp_path / "early.db")
    assert restore(tmp_path / "early.db", database.path, AT).left_out == 2
    assert people(database.path) == sorted(set(everybody) - set(IDS[:2]))
    assert [traces(database.path, person_id) for person_id in IDS[:2]] == [set(), set()]
    assert restore(tmp_path / "late.db", database.path, AT.replace(day=3)).left_out == 0
    assert IDS[1] in people(database.path)
    # What was restored knows how far the list went: who came back there is not taken out of its own backup.
    assert restore(tmp_path / "early.db", database.path, AT.replace(day=4)).left_out == 2
    database = await Database.open(database.path)
    await database.write(lambda db: met(db, IDS[0]))
    backup(database.path, tmp_path / "latest.db")
    await database.close()
    assert restore(tmp_path / "latest.db", database.path, AT.replace(day=5)).left_out == 0
    assert IDS[0] in people(database.path)


async def test_who_was_only_to_be_told_of_a_card_is_left_out(tmp_path: Path) -> None:
    """Who runs the bot need not have written to it when a card is said to be wrong."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(partial(busy, seed=4))
    await database.write(lambda db: notices.add(db, [Notice(1, ADMIN, "wrong")]))
    backup(database.path, tmp_path / "early.db")
    await database.write(lambda db: met(db, ADMIN))
    await forgotten(database, ADMIN)
    await database.close()
    assert restore(tmp_path / "early.db", database.path, AT).left_out == 1
    assert traces(database.path, ADMIN) == set()


async def test_who_is_in_the_list_twice_is_forgotten_once(tmp_path: Path) -> None:
    """Whose wish shares its commit with a fault of ours is left out of an old backup, and not of one made since."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(lambda db: met(db, *IDS[:2]))
    backup(database.path, tmp_path / "early.db")
    asked = Forgotten(list_of(database.path))
    _, fault = await asyncio.gather(
        database.write(lambda db: forgetting.forget(db, IDS[0], asked, 10)),
        database.write(lambda db: db.execute("select * from shelves")),
        return_exceptions=True,
    )
    assert isinstance(fault, sqlite3.OperationalError)
    assert len(list_of(database.path).read_text().splitlines()) == 1 + 2
    assert people(database.path) == [IDS[1]]
    await database.write(lambda db: met(db, IDS[0]))
    backup(database.path, tmp_path / "late.db")
    await database.close()
    assert restore(tmp_path / "early.db", database.path, AT).left_out == 1
    assert people(database.path) == [IDS[1]]
    assert restore(tmp_path / "late.db", database.path, AT.replace(day=3)).left_out == 0
    assert people(database.path) == sorted(IDS[:2])


DIES_BEFORE_THE_COMMIT = """
import os, signal, sys
from pathlib import Path
from bot.storage import forgetting, sqlite
from bot.storage.forgotten import Forgotten, list_of
path = Path(sys.argv[1])
db = sqlite.writer(path)
db.execute("begin immediate")
forgetting.forget(db, int(sys.argv[2]), Forgotten(list_of(path)), 1)
os.kill(os.getpid(), signal.SIGKILL)
"""


async def test_a_crash_before_the_commit_brings_nobody_back(tmp_path: Path) -> None:
    """The wish is on disk and the rows are not gone yet: whatever backup is put back then, it is without the person."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(lambda db: met(db, *IDS))
    await forgotten(database, IDS[2])
    await database.close()
    command = (sys.executable, "-c", DIES_BEFORE_THE_COMMIT, str(database.path), str(IDS[0]))
    died = await asyncio.create_subprocess_exec(*command, env=surroundings())
    assert await died.wait() == -signal.SIGKILL
    assert people(database.path) == sorted(IDS[:2])
    backup(database.path, tmp_path / "between.db")
    assert restore(tmp_path / "between.db", database.path, AT).left_out == 1
    assert people(database.path) == [IDS[1]]


async def test_an_older_deckhands_backup_leaves_them_out_too(tmp_path: Path) -> None:
    """A copy that knows nothing of the list, of an older version: whoever is on the list goes."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(lambda db: met(db, IDS[0]))
    await forgotten(database, IDS[0])
    await database.close()
    with closing(sqlite3.connect(tmp_path / "old.db")) as old:
        old.executescript(SCHEMA_1.read_text("utf-8"))
        old.execute(f"pragma application_id = {int.from_bytes(b'deck')}")
        old.execute("pragma user_version = 1")
        met(old, *IDS)
        old.commit()
    assert restore(tmp_path / "old.db", database.path, AT).left_out == 1
    assert people(database.path) == sorted(IDS[1:])


def test_the_list_names_nobody(tmp_path: Path) -> None:
    """It holds no id in any form, is its owner's alone, and the same person looks different in another list."""
    lists = [Forgotten(tmp_path / "one"), Forgotten(tmp_path / "two")]
    for each in lists:
        each.add(IDS[0])
    contents = [(tmp_path / name).read_bytes() for name in ("one", "two")]
    assert not set(contents[0].splitlines()) & set(contents[1].splitlines())
    assert traces(tmp_path / "one", IDS[0]) == set()
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert [each.among(IDS, None) for each in lists] == [[IDS[0]]] * 2


def test_a_place_in_another_list_says_nothing(tmp_path: Path) -> None:
    """A list begun anew counts from one: a backup from before it is not taken for one made after its first entries."""
    old, new = Forgotten(tmp_path / "old"), Forgotten(tmp_path / "new")
    places = [old.add(person_id) for person_id in IDS]
    new.add(IDS[2])
    assert new.among(IDS, places[-1]) == [IDS[2]]
    assert old.among(IDS, places[0]) == list(IDS[1:])
    assert old.among(IDS, places[-1]) == []
    assert old.place() == places[-1]
    assert Forgotten(tmp_path / "none").place() is None


def test_an_entry_that_a_crash_cut_off_counts_for_nothing(tmp_path: Path) -> None:
    """Whoever it was got no answer; the next entry is whole again."""
    path = tmp_path / "list"
    asked = Forgotten(path)
    first = asked.add(IDS[0])
    asked.add(IDS[1])
    path.write_bytes(path.read_bytes()[:-30])
    assert asked.place() == first
    assert asked.among(IDS, None) == [IDS[0]]
    asked.add(IDS[2])
    assert asked.among(IDS, first) == [IDS[2]]


@pytest.mark.parametrize("size", [0, 20])
def test_a_list_that_a_full_disk_cut_off_is_none(tmp_path: Path, size: int) -> None:
    """Nobody is told that they are in it, nothing is left behind, and it begins as soon as there is room."""
    asked = Forgotten(tmp_path / "list")
    with files_of_at_most(size), pytest.raises(StorageFailed):
        asked.add(IDS[0])
    assert list(tmp_path.iterdir()) == []
    asked.add(IDS[0])
    assert asked.among(IDS, None) == [IDS[0]]


async def test_without_the_list_nobody_is_forgotten_and_nothing_restored(tmp_path: Path) -> None:
    """A list that is none stops both, and says what to do: a person who was told so must not come back."""
    database = await Database.open(tmp_path / "deckhand.db")
    await database.write(lambda db: met(db, IDS[0]))
    list_of(database.path).write_text("something else\n")
    asked = Forgotten(list_of(database.path))
    with pytest.raises(StorageFailed, match="is no list of who was forgotten"):
        await database.write(lambda db: forgetting.forget(db, IDS[0], asked, 1))
    backup(database.path, tmp_path / "copy.db")
    await database.close()
    assert people(database.path) == [IDS[0]]
    with pytest.raises(DatabaseRefused, match="move it away, or bring it back"):
        restore(tmp_path / "copy.db", database.path, AT)
    assert people(database.path) == [IDS[0]]
