"""A large deck on its way out, in every form and with all that somebody has: how long it takes, in how much memory."""

import asyncio
import functools
import resource
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from bot.chat.bringing import Wishes
from bot.chat.exports import process
from bot.chat.outbox import MOST_OF_A_DOCUMENT
from bot.clock import SystemClock
from bot.decks.departure import Form, write_order
from bot.decks.everything_told import DeckHead, Line
from bot.storage.database import Database
from bot.tutor import Tutor, everything, exporting
from bot.tutor.outcomes import Who
from tests.bench.sent_files import OWNER, Took, imported, package, turns
from tests.bench.table import Figure, below

ANNA = Who(OWNER, OWNER, 1)


@dataclass(frozen=True, slots=True)
class Size:
    """Cards of the deck, and rows of its learner's log."""

    cards: int = 20_000
    reviews: int = 5_000


async def measure(folder: Path, size: Size) -> list[Figure]:
    path = folder / "big.apkg"
    path.write_bytes(package(folder / "made.db", size.cards, size.reviews))
    await imported(folder, path, Wishes(progress=True))
    database = await Database.open(folder / "deckhand.db")
    figures: list[Figure] = []
    try:
        leaving = _Leaving(Tutor(database, "Europe/Berlin"), folder)
        works = [(form.value, functools.partial(leaving.one, form)) for form in Form]
        for what, work in (*works, ("all that is somebody's", leaving.all_of_it)):
            figures += await _timed(f"{size.cards:,} cards, {size.reviews:,} reviews as {what}", work, folder / "made")
    finally:
        await database.close()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    most = below("memory of a process at the most, that which read them included", memory / 1024, 300, "MB", digits=0)
    return [*figures, most]


async def _timed(what, work, made: Path) -> list[Figure]:
    took = Took()
    watching = asyncio.create_task(turns(took))
    began = time.perf_counter()
    await work()
    seconds, size = time.perf_counter() - began, len(await asyncio.to_thread(made.read_bytes))
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    return [
        below(f"{what}: {size / 2**20:.1f} MB, takes", seconds, 60, "s"),
        below("  event loop held", 1000 * took.loop, 50, "ms"),
    ]


class _Leaving:
    """What the chat does for whoever taps, with the file at `made` in the end."""

    def __init__(self, tutor: Tutor, folder: Path) -> None:
        self._tutor, self._now = tutor, SystemClock().now()
        self._order, self._made = folder / "order", folder / "made"

    async def _origin(self) -> str:
        return await self._tutor.do(exporting.origin, self._now, ANNA, None, "bench") or ""

    async def one(self, form: Form) -> None:
        origin = await self._origin()
        (deck,) = await self._tutor.do(exporting.decks, self._now, ANNA)
        wanted = await self._tutor.see(
            exporting.wanted, self._now, ANNA, deck.deck_id, form, origin, MOST_OF_A_DOCUMENT
        )
        assert wanted is not None
        await asyncio.to_thread(write_order, wanted.order, self._order)
        await process("bot.decks.exporting", self._order, self._made)

    async def all_of_it(self) -> None:
        self._order.unlink()
        whole = await self._tutor.see(
            everything.whole, self._now, ANNA, await self._origin(), MOST_OF_A_DOCUMENT, False
        )
        await self._add([whole.head])
        for deck, _ in whole.decks:
            found = await self._tutor.see(everything.cards_of, self._now, ANNA, deck)
            assert found is not None
            await self._add([DeckHead(deck.name, "", True, True, False, found.types, {}, {}), *found.cards])
        after = 0
        while after < whole.last_review:
            rows, after = await self._tutor.see(everything.log, self._now, ANNA, after, whole.last_review)
            await self._add(rows)
        await self._add(whole.progress)
        await process("bot.decks.everything", self._order, self._made)

    async def _add(self, lines: list[Line] | tuple[Line, ...]) -> None:
        def write() -> None:
            with self._order.open("ab") as file:
                for line in lines:
                    file.write(msgspec.json.encode(line) + b"\n")

        await asyncio.to_thread(write)
