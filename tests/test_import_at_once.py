"""A file that changes decks does so in one moment: at every step of it others see all of the old, or all of the new."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from bot.chat.bringing import Bringing, Wishes
from bot.clock import SystemClock
from bot.decks.content import words
from bot.storage import cards, chats
from bot.storage.arriving import SentFile
from bot.storage.database import Database
from bot.tutor import Desk, Tutor, checking, importing
from tests.decks.anki.samples import database, package_of

ANNA, BEN = 2**40, 2**40 + 1
CARDS = 150
NOW = datetime.now(UTC)

T = TypeVar("T")
Seen = dict[str, list[str]]


@dataclass
class Step:
    """The database as one of the import's transactions left it, in a file of its own; what that did, by its name."""

    name: str
    path: Path


class Watched(Tutor):
    """Keeps the database as it is after each transaction."""

    def __init__(self, kept: Database, folder: Path) -> None:
        super().__init__(kept, "UTC")
        self.steps: list[Step] = []
        self._path, self._folder = kept.path, folder

    async def do(self, work: Callable[..., T], now: datetime, /, *args: Any, **kwargs: Any) -> T:
        done = await super().do(work, now, *args, **kwargs)
        path = self._folder / f"{len(self.steps)}.db"
        with closing(sqlite3.connect(self._path)) as here, closing(sqlite3.connect(path)) as there:
            here.backup(there)
        self.steps.append(Step(work.__name__, path))
        return done


def package(folder: Path, said: str, numbers: range, rivers: int) -> Path:
    """Two decks, Rivers of so many cards and Peaks of the others; all are in review, and all answers say the same."""
    decks = json.dumps({"1": {"id": 1, "name": "Rivers"}, "2": {"id": 2, "name": "Peaks"}})
    notes = [(f"Question number {number}?", f"{said} number {number}") for number in numbers]
    then = f"""update col set decks = '{decks}';
        update cards set did = 2 where id > {rivers};
        update notes set guid = 'guid' || substr(flds, 17, instr(flds, '?') - 17);
        update cards set type = 2, queue = 2, due = 2000, ivl = 40, reps = 2, factor = 2500;"""
    path = folder / "both.apkg"
    path.write_bytes(package_of(database(folder / "made.db", notes, then=then)))
    return path


def seen(db: sqlite3.Connection) -> Seen:
    """What Ben sees who looks through all decks that he has."""
    return {
        deck.name: [
            words(card.back) for place in range(deck.cards) if (card := cards.nth(db, deck.deck_id, place)) is not None
        ]
        for deck in cards.decks(db, BEN)
    }


def looked_at(path: Path) -> Seen:
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return seen(db)


async def brought(tutor: Tutor, path: Path, folder: Path, wishes: Wishes) -> None:
    """Anna's package is imported."""
    one = await tutor.do(importing.began, NOW, ANNA, SentFile("", path.name))
    assert one is not None
    inner = folder / "inner"
    inner.mkdir()
    bringing = Bringing(tutor, SystemClock(), one)
    _, decks = await bringing.bring(path, path.name, inner, inner, wishes)
    await bringing.decide(decks)
    await bringing.carry_through()


async def lives_on(path: Path) -> None:
    """The next life of a bot that died and left this database ends what was begun."""
    database = await Database.open(path)
    tutor = Tutor(database, "UTC")
    for one in await tutor.do(importing.decided, NOW):
        await Bringing(tutor, SystemClock(), one).carry_through()
    for import_id in await tutor.do(importing.abandoned, NOW):
        while not await tutor.do(importing.cleared, NOW, import_id):
            pass
    await database.close()


def has_both(desk: Desk) -> None:
    """Ben has subscribed to whatever Anna has."""
    for deck in cards.decks(desk.db, ANNA):
        chats.subscribe(desk.db, BEN, deck.deck_id, NOW)


async def test_whoever_looks_sees_all_of_the_old_or_all_of_the_new(tmp_path: Path) -> None:
    """With cards that are new, that say something else, that moved and that are gone, in both decks of the file; and a
    bot that dies behind any step leaves what comes to one or the other, with its owner's progress or without any.
    """
    kept = await Database.open(tmp_path / "deckhand.db")
    first, steps = tmp_path / "first", tmp_path / "steps"
    first.mkdir(), steps.mkdir()
    tutor, watched = Tutor(kept, "UTC"), Watched(kept, steps)
    await brought(tutor, package(first, "It was", range(CARDS), 60), first, Wishes())
    await tutor.do(lambda desk: chats.ensure(desk.db, BEN, "private"), NOW)
    await tutor.do(has_both, NOW)
    old = looked_at(kept.path)
    # The first twenty are gone, as many are new, and the deck of some is another one.
    await brought(watched, package(tmp_path, "It is", range(20, CARDS + 20), 50), tmp_path, Wishes(progress=True))
    new = looked_at(kept.path)
    await kept.close()
    assert old == {
        "Rivers": [f"It was number {number}" for number in range(60)],
        "Peaks": [f"It was number {number}" for number in range(60, CARDS)],
    }
    assert new == {
        "Rivers": [f"It is number {number}" for number in range(20, 70)],
        "Peaks": [f"It is number {number}" for number in range(70, CARDS + 20)],
    }
    views = ["old" if (view := looked_at(step.path)) == old else view == new and "new" for step in watched.steps]
    names = [step.name for step in watched.steps]
    turn = names.index("place")
    assert views == ["old"] * turn + ["new"] * (len(names) - turn)
    assert names.count("learn") > 2, "there are several steps behind the turn"
    for at, step in enumerate(watched.steps):
        await lives_on(step.path)
        is_new = at >= names.index("decide")
        with closing(sqlite3.connect(step.path)) as db:
            db.row_factory = sqlite3.Row
            assert seen(db) == (new if is_new else old), step.name
            assert db.execute("select count(*) from arriving").fetchone()[0] == 0
            assert checking.verify(db).differ == ()
            known = db.execute("select count(*), min(stability) > 0 from memories join cards using (card_id) "
                               "where learner_id = ? and archived_at is null", (ANNA,)).fetchone()  # fmt: skip
            assert tuple(known) == ((CARDS, 1) if is_new else (0, None)), step.name
        shutil.rmtree(step.path, ignore_errors=True)
