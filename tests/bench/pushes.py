"""Pushes: from chats that are due in the database to messages that Telegram took."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.bench import seed
from tests.bench.child import Child
from tests.bench.learners import FIRST_ID, Learners
from tests.bench.table import Figure, above, below

MEGABYTE = 2**20
LOOK_SECONDS = 0.05
GUARD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many chats are due at once, for how long their pushes are watched, in how many spans, and how many bare
    messages are sent between two of them.
    """

    chats: int = 100_000
    seconds: float = 8.4
    spans: int = 14
    floor: int = 800


async def measure(folder: Path, size: Size) -> list[Figure]:
    bots, floors = folder / "bot", folder / "floor"
    for each in (bots, floors):
        each.mkdir()
    make(bots, size.chats)
    # Two bots on one server would drive each other from one look for updates to the next.
    nobody, others = Learners(0), Learners(0)
    await nobody.server.start()
    await others.server.start()
    async with Child("floor", others.server.base_url, floors) as floor:
        watched = await _watched(nobody, bots, floor, size)
    await nobody.server.stop()
    await others.server.stop()
    rate = statistics.median(span.per_second for span in watched.spans)
    floor_rate = statistics.median(span.floor for span in watched.spans)
    ratios = sorted(span.per_second / span.floor for span in watched.spans)
    seconds, sent = sum(span.seconds for span in watched.spans), sum(span.sent for span in watched.spans)
    cpu, floor_cpu = watched.cpu, watched.floor_cpu
    return [
        above("push: due to accepted", f"{rate:.0f}/s", f"{floor_rate:.0f}/s", statistics.median(ratios), 0.6),
        Figure("  in the slowest span, in the quickest", "", "", f"{ratios[0]:.2f}, {ratios[-1]:.2f}"),
        Figure("  processor time", f"{1000 * cpu:.2f} ms", f"{1000 * floor_cpu:.2f} ms", f"{floor_cpu / cpu:.2f}"),
        below(f"  {size.chats} due at once: first out after", watched.first, 2, "s", digits=2),
        below("  memory at most", watched.most_rss / MEGABYTE, 200, "MB"),
        Figure(
            "  memory when watched first, last", f"{watched.rss[0] / MEGABYTE:.0f}, {watched.rss[1] / MEGABYTE:.0f} MB"
        ),
        Figure(f"  sent in the {seconds:.1f} s that were watched", f"{sent}"),
        Figure("  event loop held at most", f"{1000 * watched.held:.0f} ms"),
    ]


def make(folder: Path, chats: int) -> None:
    """So many chats whose push is due now, each with three cards that wait; yesterday's was answered."""
    db = seed.make(folder / "deckhand.db")
    seed.add_deck(db, 1, 100, folder / "decks")
    seed.add_people(db, FIRST_ID, chats, 1, push_due=True)
    seed.add_pushes(db)
    seed.add_memories(db, FIRST_ID, chats, 1, met=5, due=3)
    seed.done(db)


@dataclass(frozen=True, slots=True)
class _Span:
    """Some moments of pushing: so many pushes in so many seconds, and the bare messages a second around them."""

    sent: int
    seconds: float
    floor: float

    @property
    def per_second(self) -> float:
        return self.sent / self.seconds


@dataclass(frozen=True, slots=True)
class _Watched:
    spans: list[_Span]
    cpu: float
    floor_cpu: float
    first: float
    most_rss: float
    rss: tuple[float, float]
    held: float


async def _watched(nobody: Learners, folder: Path, floor: Child, size: Size) -> _Watched:
    """The bot stands still while its floor is measured, so that what is compared was measured within a second or two:
    a machine is not as quick a minute later.
    """

    async def bare() -> float:
        return float(size.floor / (await floor.ask("send", size.floor))["seconds"])

    # The first calls open the connections.
    await bare()
    floor_before = await floor.ask("figures")
    bare_rates, spans, seen = [await bare()], [], []
    arrivals: list[float] = []
    nobody.arrivals = arrivals
    async with Child("bot", nobody.server.base_url, folder) as bot:
        # It is up, and has not ticked yet: from here on it is as if all of them fell due at once.
        began, before = time.perf_counter(), await bot.ask("figures")
        while len(spans) < size.spans and len(arrivals) < size.chats:
            came = await _next(arrivals, size)
            # To the end of the watching, not to the last push: a bot that pauses is no quicker for it.
            watched = time.perf_counter()
            seen.append(await bot.ask("figures"))
            sent = len(arrivals)
            bot.rest()
            bare_rates.append(await bare())
            if len(came) > 1:
                around = statistics.mean(bare_rates[-2:])
                spans.append(_Span(len(came) - 1, watched - came[0], around))
            bot.go_on()
            await bot.ask("fresh")
        await bot.kill()
    floor_after = await floor.ask("figures")
    return _Watched(
        spans=spans,
        cpu=(seen[-1]["cpu"] - before["cpu"]) / sent,
        floor_cpu=(floor_after["cpu"] - floor_before["cpu"]) / (size.floor * len(bare_rates)),
        first=arrivals[0] - began,
        most_rss=max(said["rss"] for said in seen),
        rss=(seen[0]["rss"], seen[-1]["rss"]),
        held=max(said["held"] for said in seen),
    )


async def _next(arrivals: list[float], size: Size) -> list[float]:
    """When each push of the next moments came; two of them at least, unless there are no more."""
    start = len(arrivals)
    async with asyncio.timeout(GUARD_SECONDS):
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            came = arrivals[start:]
            lasted = time.perf_counter() - came[0] if len(came) > 1 else 0.0
            if lasted >= size.seconds / size.spans or len(arrivals) >= size.chats:
                return came
