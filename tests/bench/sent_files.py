"""A package on its way in: how long it takes, in how much memory, and how long it holds up whoever taps meanwhile."""

import asyncio
import gc
import json
import resource
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from bot.chat.bringing import Bringing, Wishes
from bot.clock import SystemClock
from bot.storage.arriving import SentFile
from bot.storage.database import Database
from bot.tutor import Desk, Tutor, importing, placing
from tests.bench.table import Figure, below
from tests.decks.anki.samples import SCHEMA, package_of

OWNER = 7_000_000_001
DAY_MS = 86_400_000
EVERY = 0.003

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Size:
    """Cards of the package, and rows of its log; cards as usual."""

    cards: int = 20_000
    reviews: int = 5_000
    usual: int = 200


@dataclass
class Took:
    """Seconds: from the first byte to the open deck; processor time of the transaction that puts all cards in their
    places, and of the longest other one; the longest that the event loop was held.
    """

    seconds: float = 0.0
    placing: float = 0.0
    transaction: float = 0.0
    loop: float = 0.0


class Timed(Tutor):
    """Times each transaction by the processor's clock: what else this machine does meanwhile is no part of it."""

    def __init__(self, database: Database, took: Took) -> None:
        super().__init__(database, "Europe/Berlin")
        self._took = took

    async def do(self, work: Callable[..., T], now: datetime, /, *args: Any, **kwargs: Any) -> T:
        def timed(desk: Desk) -> T:
            began = time.thread_time()
            try:
                return work(desk, *args, **kwargs)
            finally:
                self._tell(work is placing.place, time.thread_time() - began)

        return await super().do(timed, now)

    def _tell(self, is_placing: bool, seconds: float) -> None:
        if is_placing:
            self._took.placing = seconds
        else:
            self._took.transaction = max(self._took.transaction, seconds)


async def measure(folder: Path, size: Size) -> list[Figure]:
    figures = await _changed(folder, size)
    here = folder / "with progress"
    here.mkdir()
    path = here / "big.apkg"
    path.write_bytes(package(here / "made.db", size.cards, size.reviews))
    took = await imported(here, path, Wishes(progress=True))
    reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return [
        *figures,
        below(
            f"a package of {size.cards:,} cards, {size.reviews:,} reviews, with progress: takes", took.seconds, 60, "s"
        ),
        below("  all of it put in its place: processor time", 1000 * took.placing, 150, "ms"),
        below("  longest transaction: processor time", 1000 * took.transaction, 50, "ms"),
        below("  event loop held", 1000 * took.loop, 50, "ms"),
        below("memory of its reader at the most", reader, 300, "MB", digits=0),
    ]


async def _changed(folder: Path, size: Size) -> list[Figure]:
    """Decks of which a new file changes every card, while others may study them."""
    figures: list[Figure] = []
    for cards, most in ((size.usual, 3), (size.cards, 150)):
        here = folder / f"changed {cards}"
        here.mkdir()
        path = here / "big.apkg"
        for said in ("The answer is", "Everybody knows that it is"):
            path.write_bytes(package(here / "made.db", cards, 0, said))
            took = await imported(here, path, Wishes())
        what = f"all {cards:,} cards of a deck changed"
        figures += [
            below(f"{what}: processor time", 1000 * took.placing, most, "ms"),
            below("  longest other transaction", 1000 * took.transaction, 50, "ms"),
            below("  event loop held", 1000 * took.loop, 50, "ms"),
        ]
    return figures


async def imported(folder: Path, path: Path, wishes: Wishes) -> Took:
    """Imports the package for OWNER into the database of the folder."""
    database = await Database.open(folder / "deckhand.db")
    # As the bot has it: what was there before it began is looked through no more.
    gc.collect()
    gc.freeze()
    took, clock = Took(), SystemClock()
    tutor = Timed(database, took)
    watching = asyncio.create_task(turns(took))
    try:
        began = time.perf_counter()
        one = await tutor.do(importing.began, clock.now(), OWNER, SentFile("", path.name))
        assert one is not None
        await _look_and_bring(Bringing(tutor, clock, one), folder, path, wishes)
        took.seconds = time.perf_counter() - began
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await database.close()
    return took


async def _look_and_bring(bringing: Bringing, folder: Path, path: Path, wishes: Wishes) -> None:
    media, look, bring = (Path(mkdtemp(dir=folder)) for _ in range(3))
    await bringing.look(path, path.name, look)
    _, decks = await bringing.bring(path, path.name, bring, media, wishes)
    await bringing.decide(decks)
    await bringing.carry_through()


async def turns(took: Took) -> None:
    """How long the event loop is held, for as long as this runs: by this process, not by what else the machine does."""
    while True:
        began, cpu = time.perf_counter(), time.process_time()
        await asyncio.sleep(EVERY)
        late = time.perf_counter() - began - EVERY
        took.loop = max(took.loop, min(late, time.process_time() - cpu))


def package(path: Path, cards: int, reviews: int, said: str = "The answer is") -> bytes:
    """A package of cards in review that all say so, their log shared out among the first, at most ten for each."""
    now_ms = int(time.time() * 1000)
    created = now_ms // 1000 - 1000 * 86_400
    templates = [{"name": "Card 1", "ord": 0, "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}]
    fields = [{"name": "Front", "ord": 0}, {"name": "Back", "ord": 1}]
    models = {"1": {"id": 1, "name": "Big", "type": 0, "flds": fields, "tmpls": templates, "css": ".card { }"}}
    col = (1, created, 0, 0, 11, 0, 0, 0, "{}", json.dumps(models), '{"1": {"id": 1, "name": "Big"}}', "{}", "{}")
    state = json.dumps({"s": 30.5, "d": 5.5, "lrt": now_ms // 1000 - 10 * 86_400})
    each = max(1, -(-reviews // cards))
    db = sqlite3.connect(path)
    db.executescript(SCHEMA)
    db.execute("insert into col values (?,?,?,?,?,?,?,?,?,?,?,?,?)", col)
    db.executemany(
        "insert into notes values (?,?,1,0,0,' big ',?,'',0,0,'')",
        (
            (n, f"guid{n}", f"What is the answer to question number {n}?\x1f{said} <b>{n}</b>, &amp; no other.")
            for n in range(1, cards + 1)
        ),
    )
    db.executemany(
        "insert into cards values (?,?,1,0,0,0,2,2,?,20,2500,5,0,0,0,0,0,?)",
        ((n, n, 1000 + n % 40, state) for n in range(1, cards + 1)),
    )
    db.executemany(
        "insert into revlog values (?,?,-1,3,20,10,550,4000,?)",
        ((now_ms - (each - n % each + 9) * DAY_MS + n, 1 + n // each, int(n % each > 0)) for n in range(reviews)),
    )
    db.commit()
    db.close()
    data = package_of(path.read_bytes())
    path.unlink()
    return data
