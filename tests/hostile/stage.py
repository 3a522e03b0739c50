"""A real bot process to which everything is sent, others who tap meanwhile, and what that cost."""

import asyncio
import contextlib
import functools
import gc
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from bot.playground.people import Somebody
from bot.playground.screens import Screen
from bot.playground.server import Playground
from bot.playground.values import Message, Server
from tests.bench import seed
from tests.hostile.corpus import Sent
from tests.people import BotProcess

TAPPERS = 10
# All of them together, one after the other: often enough to meet a file that is read in a moment.
TAPS_EVERY = 0.04
# More than they can grade while all files are sent.
CARDS = 6000
GUARD_SECONDS = 400.0
MB = 2**20
MOST_BYTES = 300 * MB
_LOOKING = ("Looking into ", "Importing ")
_LEVELS = re.compile(r" (WARNING|ERROR|CRITICAL) |Traceback|Error\b")
_WELL_KNOWN = re.compile("took long|waits|put aside")


@dataclass
class Outcome:
    """What became of one file: the line that its sender read, seconds, bytes, and what is wrong with it."""

    sent: Sent
    line: str = ""
    seconds: float = 0.0
    bot: int = 0
    reader: int = 0
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Stage:
    """The process, its folder, who sends and who taps."""

    def __init__(self, folder: Path, server: Server = "10.3") -> None:
        self.playground = Playground(strict=True, server=server)
        # Whoever gets several messages for each file would wait, by the server's limits and by the bot's own pace, and
        # that would be taken for reading.
        self.playground.world.flood.on = False
        self.folder = folder
        self.decks = folder / "decks"
        self.process = BotProcess(self.playground, folder, self.decks)
        self.process.command = ["-m", "tests.hostile.unpaced"]
        self.anna = self.playground.person("Anna")
        self.others = [self.playground.person(f"Other {number}") for number in range(TAPPERS)]
        self.waits: list[float] = []
        self._tap = asyncio.Lock()
        self.readers: dict[int, int] = {}
        self._log_read = 0
        self._rest = 0.5

    async def open(self) -> None:
        await self.playground.start()
        db = seed.make(self.folder / "deckhand.db")
        seed.add_deck(db, 1, CARDS, self.decks)
        seed.add_people(db, self.others[0].id, TAPPERS, 1)
        seed.add_memories(db, self.others[0].id, TAPPERS, 1, met=CARDS, due=CARDS)
        seed.done(db)
        await self.process.start()
        await self.anna.sends("/start")
        for other in self.others:
            await other.sends("/quiz")
        # This process answers for Telegram: what it searches for garbage, the others wait for.
        gc.collect()
        gc.freeze()

    async def close(self) -> None:
        if self.process.process is not None and self.process.process.returncode is None:
            await self.process.terminate()
        await self.playground.stop()

    @property
    def pid(self) -> int:
        assert self.process.process is not None, "it was started"
        return self.process.process.pid

    # --- who taps -----------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def tapping(self) -> AsyncIterator[None]:
        """Others go on studying, and the bot is watched."""
        tasks = [asyncio.create_task(self._taps()), asyncio.create_task(self._watches())]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            for each in ended:
                if isinstance(each, Exception):
                    raise each

    async def _taps(self) -> None:
        while True:
            for other in self.others:
                async with self._tap:
                    before, began = other.message(), time.perf_counter()
                    other.taps_unheard("Show answer" if "Show answer" in other.sees().labels else "Good")
                    answered = await self.playground.called.until(
                        functools.partial(_is_another, other, before), GUARD_SECONDS
                    )
                    assert answered, f"{other.name} is not answered"
                    waited = time.perf_counter() - began
                    self.waits.append(waited)
                await asyncio.sleep(max(0.0, TAPS_EVERY - waited))

    async def _watches(self) -> None:
        while True:
            for pid in _children(self.pid):
                self.readers[pid] = max(self.readers.get(pid, 0), _peak(pid))
            await asyncio.sleep(0.03)

    # --- what is sent -------------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def nobody_taps(self) -> AsyncIterator[None]:
        """Inside, no tap waits for its answer: nobody's waiting is counted to what comes before and after."""
        async with self._tap:
            yield

    async def rests(self) -> list[float]:
        """How long others wait for as long as the last file took, with none that is read."""
        async with self.nobody_taps():
            self.waits = []
        await asyncio.sleep(self._rest)
        async with self.nobody_taps():
            return self.waits

    async def sends(self, sent: Sent) -> Outcome:
        """One file, and all that can be seen to go wrong."""
        outcome = Outcome(sent)
        async with self.nobody_taps():
            self.waits = outcome.waits
        self.readers.clear()
        _forget_peak(self.pid)
        before, began = _peak(self.pid), time.perf_counter()
        await self._shows(outcome)
        outcome.seconds = time.perf_counter() - began
        self._rest = min(5.0, max(0.5, outcome.seconds))
        outcome.bot = max(0, _peak(self.pid) - before)
        outcome.reader = max(self.readers.values(), default=0)
        # A file with all the faults may stand below it.
        said = next(screen for screen in reversed(self.anna.sees_all()) if screen.text)
        outcome.line = plain(said)
        outcome.wrong += wrong_of(sent, outcome.line, said.labels)
        if outcome.bot > MOST_BYTES:
            outcome.wrong.append("the bot's memory")
        if "Cancel" in said.labels:
            await self.anna.taps("Cancel")
            await self._until("Cancelled.")
        outcome.wrong += [*self._left()]
        outcome.wrong += [f"log: {line}" for line in self.logged()]
        async with self.nobody_taps():
            return outcome

    async def imports(self, sent: Sent) -> None:
        """It becomes decks of Anna's."""
        await self._shows(Outcome(sent))
        await self.anna.taps("Import")
        await self._until(" yours")

    async def _shows(self, outcome: Outcome) -> None:
        """The file is sent, and what is said of it stands there."""
        last = self.anna.message().id
        await self.anna.shows(outcome.sent.data, outcome.sent.file)

        def looked() -> bool:
            return self.anna.message().id > last and not self.anna.sees().text.startswith(_LOOKING)

        if not await self.playground.called.until(looked, GUARD_SECONDS):
            outcome.wrong.append("nothing was said")

    async def _until(self, words: str) -> None:
        said = await self.playground.called.until(
            lambda: any(words in screen.text for screen in self.anna.sees_all()[-2:]), GUARD_SECONDS
        )
        assert said, words

    def _left(self) -> Iterator[str]:
        """What an import that was not wanted leaves behind."""
        for path in self.folder.iterdir():
            if "incoming" in path.name:
                yield f"left: {path.name}"
        media = self.folder / "deckhand.db.media"
        if media.exists() and any(media.iterdir()):
            yield "left: media"

    def logged(self) -> list[str]:
        """The warnings since it was asked last."""
        lines = self.process.log.read_text("utf-8", "replace").splitlines()
        fresh, self._log_read = lines[self._log_read :], len(lines)
        return [line for line in fresh if _LEVELS.search(line) and not _WELL_KNOWN.search(line)]


def _is_another(somebody: Somebody, before: Message) -> bool:
    return somebody.message() is not before


def plain(screen: Screen) -> str:
    """What stands in a message, without the signs that keep names from being links."""
    return screen.text.replace("\u2060", "")


def wrong_of(sent: Sent, line: str, labels: list[str]) -> list[str]:
    """What is wrong with that answer to that file."""
    wrong = []
    if sent.says not in line:
        wrong.append(f"it does not say {sent.says!r}")
    if "went wrong" in line or "could not be read: it takes more time or memory" in line:
        wrong.append("no reason is told")
    if not sent.taken and not (line.endswith("Nothing was imported.") and labels == []):
        wrong.append("it is not refused")
    if not all(char.isprintable() or char == "\n" for char in line):
        wrong.append("it has signs that nobody sees")
    if len(line) > 4000:
        wrong.append("it is longer than a screen")
    return wrong


def percentiles(waits: list[float]) -> tuple[float, float]:
    """Milliseconds that half of them, and 99 of 100, took at the most."""
    if len(waits) < 2:
        return (1000 * waits[0], 1000 * waits[0]) if waits else (0.0, 0.0)
    cuts = quantiles(waits, n=100, method="inclusive")
    return 1000 * cuts[49], 1000 * cuts[98]


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def _peak(pid: int) -> int:
    """The most memory that it held since that was forgotten."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")
