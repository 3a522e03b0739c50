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
LOOK_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Size:
    """How many chats are due at once, and for how long their pushes are watched."""

    chats: int = 100_000
    seconds: float = 10.0
    floor: int = 2000
    rounds: int = 3


async def measure(folder: Path, size: Size) -> list[Figure]:
    bots, floors = folder / "bot", folder / "floor"
    for each in (bots, floors):
        each.mkdir()
    make(bots, size.chats)
    # Two bots on one server would drive each other from one look for updates to the next.
    nobody, others = Learners(0), Learners(0)
    await nobody.server.start()
    await others.server.start()
    floor_rates: list[float] = []
    floor_cpus: list[float] = []

    async def bare(floor: Child) -> None:
        for _ in range(size.rounds):
            before = await floor.ask("figures")
            seconds = (await floor.ask("send", size.floor))["seconds"]
            after = await floor.ask("figures")
            floor_rates.append(size.floor / seconds)
            floor_cpus.append((after["cpu"] - before["cpu"]) / size.floor)

    async with Child("floor", others.server.base_url, floors) as floor:
        await bare(floor)
        watched = await _watched(nobody, bots, size)
        await bare(floor)
    await nobody.server.stop()
    await others.server.stop()
    rate, floor_rate = watched.per_second, statistics.median(floor_rates)
    cpu, floor_cpu = watched.cpu, statistics.median(floor_cpus)
    return [
        above("push: due to accepted", f"{rate:.0f}/s", f"{floor_rate:.0f}/s", rate / floor_rate, 0.6),
        Figure("  processor time", f"{1000 * cpu:.2f} ms", f"{1000 * floor_cpu:.2f} ms", f"{floor_cpu / cpu:.2f}"),
        below(f"  {size.chats} due at once: first out after", watched.first, 2, "s", digits=2),
        below("  memory at most", watched.most_rss / MEGABYTE, 200, "MB"),
        Figure(
            "  memory when watched first, last", f"{watched.rss[0] / MEGABYTE:.0f}, {watched.rss[1] / MEGABYTE:.0f} MB"
        ),
        Figure(f"  sent in {size.seconds:g} s", f"{watched.sent}"),
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
class _Watched:
    per_second: float
    cpu: float
    first: float
    most_rss: float
    rss: tuple[float, float]
    sent: int
    held: float


async def _watched(nobody: Learners, folder: Path, size: Size) -> _Watched:
    arrivals: list[float] = []
    nobody.arrivals = arrivals
    async with Child("bot", nobody.server.base_url, folder) as bot:
        # It is up, and has not ticked yet: from here on it is as if all of them fell due at once.
        began, before = time.perf_counter(), await bot.ask("figures")
        seen = [before["rss"]]
        said = before
        while time.perf_counter() - began < size.seconds and len(arrivals) < size.chats:
            await asyncio.sleep(LOOK_SECONDS)
            said = await bot.ask("figures")
            seen.append(said["rss"])
        sent = list(arrivals)
        nobody.arrivals = None
        await bot.kill()
    assert sent, "no push came"
    return _Watched(
        per_second=(len(sent) - 1) / (sent[-1] - sent[0]),
        cpu=(said["cpu"] - before["cpu"]) / len(sent),
        first=sent[0] - began,
        most_rss=max(seen),
        rss=(seen[min(8, len(seen) - 1)], seen[-1]),
        sent=len(sent),
        held=said["held"],
    )
