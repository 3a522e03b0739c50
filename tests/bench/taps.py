"""Taps: a grade to the next card's message, how long people wait for it, what the process then holds.

And a big deck that is read meanwhile.
"""

import asyncio
import contextlib
import itertools
import sqlite3
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.bench import seed
from tests.bench.child import Child
from tests.bench.disk import flush_ms
from tests.bench.learners import FIRST_ID, GRADE, SHOW, Learners
from tests.bench.table import Figure, above, below

AT_ONCE = 64
MEGABYTE = 2**20
READING_SECONDS = 60.0
FLUSHES = 201


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done. `big_deck`: cards of the deck that is read beside the taps; 0: none, and no /stats."""

    learners: int = 600
    rounds: int = 7
    half_load_seconds: float = 10.5
    big_deck: int = 20_000


@dataclass(frozen=True, slots=True)
class Round:
    """So many taps: how many a second, and the processor time of one in seconds."""

    per_second: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Window:
    """Some seconds at half load: so many taps a second; how long half and the hundredth part of them took, and for how
    long the loop was held at most, by the bot and by whatever it was, in seconds.
    """

    per_second: float
    middle: float
    p99: float
    held: float
    late: float


async def measure(folder: Path, size: Size) -> list[Figure]:
    bots, floors = folder / "bot", folder / "floor"
    for each in (bots, floors):
        each.mkdir()
    make(bots, size.learners)
    people, others = Learners(size.learners), Learners(size.learners)
    await people.server.start()
    await others.server.start()
    async with (
        Child("bot", people.server.base_url, bots) as bot,
        Child("floor", others.server.base_url, floors) as floor,
    ):
        await people.all_say("/quiz", AT_ONCE)
        await others.all_say("/quiz", AT_ONCE)
        taken: dict[str, list[Round]] = {"bot show": [], "bot grade": [], "floor": []}
        windows: list[Window] = []
        for _ in range(size.rounds):
            show = await one_round(bot, people, SHOW)
            bare_show = await one_round(floor, others, SHOW)
            grade = await one_round(bot, people, GRADE)
            bare_grade = await one_round(floor, others, GRADE)
            taken["bot show"].append(show)
            taken["bot grade"].append(grade)
            taken["floor"].append(between(bare_show, bare_grade))
            windows.append(await half_load(bot, people, between(show, grade).per_second / 2, size))
        figures = [
            *compared("a grade to the next card", taken["bot grade"], taken["floor"], 0.6),
            *compared("show answer", taken["bot show"], taken["floor"], None),
        ]
        figures += await at_half_load(windows, bots)
        if size.big_deck:
            figures += await after_stats(bot, people, size.learners * size.rounds * 2)
            figures += await big_deck(bot, people, bots, size)
    if size.big_deck:
        figures += await read_again(people, bots, size)
    await people.server.stop()
    await others.server.stop()
    graded = people.graded
    assert reviews_in(bots / "deckhand.db") == graded, "every grade that was given is in the log once"
    return figures


def make(folder: Path, learners: int) -> None:
    """Learners with 200 memories each of a deck of 500 cards, 100 of them due."""
    db = seed.make(folder / "deckhand.db")
    seed.add_deck(db, 1, 500, folder / "decks")
    seed.add_people(db, FIRST_ID, learners, 1)
    seed.add_memories(db, FIRST_ID, learners, 1, met=200, due=100)
    seed.done(db)


def reviews_in(path: Path) -> int:
    with contextlib.closing(sqlite3.connect(path)) as db:
        return int(db.execute("select count(*) from reviews").fetchone()[0])


async def one_round(child: Child, people: Learners, label: str) -> Round:
    """Everybody taps once."""
    before = await child.ask("figures")
    seconds = await people.all_tap(label, AT_ONCE)
    after = await child.ask("figures")
    return Round(len(people.all) / seconds, (after["cpu"] - before["cpu"]) / len(people.all))


def between(one: Round, other: Round) -> Round:
    """As many taps of the one as of the other, in turn."""
    return Round(2 / (1 / one.per_second + 1 / other.per_second), (one.cpu + other.cpu) / 2)


def compared(what: str, ours: list[Round], floor: list[Round], least: float | None) -> Iterator[Figure]:
    """Taps a second, and processor time, beside the floor's: each round with the floor's of the same few seconds."""
    cpu, floor_cpu = (statistics.median(each.cpu for each in rounds) for rounds in (ours, floor))
    rate, floor_rate = (statistics.median(each.per_second for each in rounds) for rounds in (ours, floor))
    faster = statistics.median(one.per_second / other.per_second for one, other in zip(ours, floor, strict=True))
    cheaper = statistics.median(other.cpu / one.cpu for one, other in zip(ours, floor, strict=True))
    yield Figure(f"tap: {what}", f"{rate:.0f}/s", f"{floor_rate:.0f}/s", f"{faster:.2f}")
    value, beside = f"{1000 * cpu:.2f} ms", f"{1000 * floor_cpu:.2f} ms"
    if least is None:
        yield Figure("  processor time", value, beside, f"{cheaper:.2f}")
    else:
        yield above("  processor time", value, beside, cheaper, least)


async def half_load(bot: Child, people: Learners, per_second: float, size: Size) -> Window:
    """Latency when taps come as they come, half as many as could be borne just before: a machine is not as quick a
    minute later.
    """
    # Every second one grades: else a whole window of looks at answers would follow one of grades.
    await people.all_tap(SHOW, AT_ONCE, people.all[::2])
    await bot.ask("fresh")
    took = sorted(await people.arrive(per_second, size.half_load_seconds / size.rounds))
    held = await bot.ask("figures")
    await people.all_tap(GRADE, AT_ONCE, [learner for learner in people.all if not learner.is_asked])
    middle, p99 = (took[int(len(took) * share)] for share in (0.5, 0.99))
    return Window(per_second, middle, p99, held["held"], held["late"])


async def at_half_load(windows: list[Window], folder: Path) -> list[Figure]:
    """Of several windows the middle one: what another program did in one of them is none of ours."""
    _, flush = await asyncio.to_thread(flush_ms, folder, FLUSHES)
    p99s = sorted(1000 * window.p99 for window in windows)
    per_second, middle = (
        statistics.median(each) for each in zip(*((w.per_second, w.middle) for w in windows), strict=True)
    )
    return [
        below(f"tap at half load ({per_second:.0f}/s): p99", statistics.median(p99s), 15, "ms"),
        Figure("  in the quickest window, in the slowest", f"{p99s[0]:.1f}, {p99s[-1]:.1f} ms"),
        Figure("  half of them within", f"{1000 * middle:.1f} ms"),
        Figure("  p99 of a flush of this disk, without a bot", "", f"{flush:.1f} ms"),
        below("  event loop held at most", 1000 * max(window.held for window in windows), 50, "ms"),
        Figure("  and with what others on this core took", f"{1000 * max(window.late for window in windows):.1f} ms"),
    ]


async def after_stats(bot: Child, people: Learners, taps: int) -> list[Figure]:
    """What the process holds."""
    await people.say(people.all[0], "/stats")
    assert "photo" in people.all[0].shown, "the picture of /stats did not come"
    said = await bot.ask("figures")
    return [below(f"memory after /stats and {taps} taps", said["rss"] / MEGABYTE, 90, "MB")]


async def read_again(people: Learners, folder: Path, size: Size) -> list[Figure]:
    """The next life begins, in which no deck is another."""
    people.server.forget()
    async with Child("bot", people.server.base_url, folder) as bot:
        said = await bot.ask("figures")
    return [below(f"reading {size.big_deck} cards again, unchanged", said["reading"], 0.3, "s", digits=2)]


async def big_deck(bot: Child, people: Learners, folder: Path, size: Size) -> list[Figure]:
    """A deck file comes while people go on tapping."""
    await bot.ask("fresh")
    (folder / "decks" / "big.txt").write_text(seed.deck_text(size.big_deck, "solution"), "utf-8")
    took, learners = [0.0], itertools.cycle(people.all[1:])
    began = time.perf_counter()
    while not (said := await bot.ask("figures"))["reading"]:
        assert time.perf_counter() - began < READING_SECONDS, "the deck was not read"
        took.append(await people.tap_on(next(learners)))
        await asyncio.sleep(0.02)
    with contextlib.closing(sqlite3.connect(folder / "deckhand.db")) as db:
        cards = db.execute("select count(*) from cards join decks using (deck_id) where file = 'big.txt'").fetchone()[0]
    assert cards == size.big_deck
    return [
        below(f"reading a deck of {size.big_deck} cards", said["reading"], 5, "s", digits=2),
        below("  event loop held at most", 1000 * said["held"], 50, "ms"),
        Figure("  and with what others on this core took", f"{1000 * said['late']:.1f} ms"),
        below("  a tap meanwhile at most", 1000 * max(took), 1000, "ms"),
    ]
