"""The stage of one story: a Telegram, people, a deck, and the real bot, which may die and is started again.

People on it are patient: who taps or writes waits until the bot is done with it, lets time pass while it only waits
itself, and goes on without an answer when it died or cannot be reached.
"""

import asyncio
import contextlib
import json
import logging
import re
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.playground.faults import ResetError
from bot.playground.values import Server
from tests.chat.posting import png
from tests.habits import moment
from tests.people import BotHere, environment, surroundings
from tests.privacy import Onlooker
from tests.recordings import mp3, opus
from tests.storm.acting import Acting
from tests.storm.disk import Disk
from tests.storm.life import Heard, Process
from tests.storm.promises import Kept, Promise
from tests.storm.watched import Laid, Watched, read

ZONE = "Europe/Berlin"
CARDS = 60
CANNOT_START = 2
START_SECONDS = 90.0
SETTLE_SECONDS = 20.0
# The group chose no zone of its own.
EXTRA = {"BOT_DEFAULT_TIMEZONE": ZONE}
FRONT, BACK = r"country (\d+)\?", r"City (\d+)"
COUNTRIES = "\n".join(f"What is the capital of country {number}?;City {number}" for number in range(CARDS)) + "\n"
SHIPS = (
    "#separator:semicolon\n#html:true\n[sound:bell.ogg]<br>What rings?;A bell[sound:horn.mp3]\n"
    'What is a mast?;\\(\\sum_{i=1}^n i\\) <img src="spar.png" alt="A spar">'
    "<table><tr><th>of</th><th>m</th></tr><tr><td>oak</td><td>12</td></tr></table>\n"
    "What steers?;A rudder[sound:bell.ogg]\n"
)

Cards = Sequence[tuple[str, str]]
"""Fronts and backs; {n} stands for the file's number."""


class StageError(Exception):
    """The story cannot go on, which is a finding."""


class Stage(Acting):
    """One world. `alone`: the bot runs as a process of its own, which can be killed, else in this one."""

    def __init__(self, folder: Path, *, alone: bool, data: Path | None = None, server: Server = "10.3") -> None:
        super().__init__()
        self.folder = folder
        self.data = data or folder / "data"
        self.data.mkdir(exist_ok=True)
        self.decks = folder / "decks"
        self.decks.mkdir()
        (self.decks / "capitals.txt").write_text(COUNTRIES, "utf-8")
        self.database = self.data / "deckhand.db"
        self.playground = Watched(self.database, server)
        self.onlooker = Onlooker(self.playground.world, self.database, FRONT, BACK)
        self.not_taken_away: list[str] = []  # what one alone sees of cards that are over
        self.clock = self.playground.clock
        self.alone = alone
        self.bot: Any = None
        self.heard = Heard()
        self.story: list[str] = []
        # Chats with their hours (minute of the day in ZONE) and the wall-clock moment from which these hold.
        self.hours: dict[int, tuple[int, float]] = {}
        self.latest = self.clock.now()  # the latest that the clock on the wall ever showed
        self.ending = False  # told to end
        self.backups: list[int] = []  # exit statuses
        self.kills = 0
        self.moves: dict[int, int] = {}  # groups that became supergroups
        self.thinned: set[int] = set()  # chats that left so many pushes unanswered that not every day brings one
        self.laid: list[Laid] = []  # the story's faults
        self.serial = 0  # the number that stands for {n} in what people write
        self.promises: list[Promise] = []
        self.files: dict[int, list[Cards]] = {}  # fronts and backs in each version of a sent file, by its number
        self.refused = False  # something was refused for good that could have been done
        self.between = 0  # how many of those between two steps were played
        self.disk = Disk(self.data)
        self._beside: set[asyncio.Task[None]] = set()

    # Its beginning and its end

    async def open(self) -> None:
        """Start Telegram and the bot."""
        await self.playground.start()
        if self.alone:
            self.bot = Process(self.playground, self.data, self.decks)
            self.bot.extra = EXTRA
            self.bot.log = self.folder / "bot.log"
            self.bot.command = ["-m", "bot", "run", "--clock", self.playground.clock_url]
            await self.start()
        else:
            logging.getLogger().addHandler(self.heard)
            self.bot = BotHere(self.playground, self.data, self.decks)
            self.bot.extra = EXTRA
            self.bot.clock_url = self.playground.clock_url
            await self.bot.start()

    async def close(self) -> None:
        """End everything, whatever state it is in."""
        for task in self._beside:
            task.cancel()
        self.disk.mend()
        with contextlib.suppress(Exception):
            if self.alone and not self.dead:
                await self.bot.kill()
            elif not self.alone:
                await self.bot.stop()
        logging.getLogger().removeHandler(self.heard)
        await self.playground.stop()

    async def start(self) -> None:
        """Start the bot; time passes while it cannot get through."""
        assert self.alone
        ended = None if self.bot.process is None else self.bot.process.returncode
        if ended == CANNOT_START and self.disk.is_broken:
            self.disk.mend()
        elif ended not in (None, 0, -signal.SIGKILL):
            raise StageError(f"it ended by itself, or told to end not well: exit status {ended}")
        self.ending = False
        # A new life of the bot does not know whom it was told to leave alone.
        self.playground.waits.clear()
        updates = self.playground.world.updates
        before = updates.polls
        process = await self.bot.launch()
        loop = asyncio.get_running_loop()
        until = loop.time() + START_SECONDS
        while not (updates.polls > before and updates.is_polled):
            if process.returncode == -signal.SIGKILL or (self.ending and process.returncode == 0):
                return  # it met that while it started; the next step starts it anew
            if process.returncode == CANNOT_START and self.disk.is_broken:
                self.note("the bot cannot start on such a disk, which is mended")
                self.disk.mend()
                process = await self.bot.launch()
            if process.returncode is not None:
                raise StageError(f"the bot did not come up, exit status {process.returncode}")
            if loop.time() > until:
                raise StageError(f"the bot did not come up in {START_SECONDS:g} s")
            came = await updates.polled.until(lambda: updates.polls > before and updates.is_polled, 0.3)
            # Before the story there is no fault to wait out, only a machine that takes long.
            if not came and self.playground.faults.counts:
                await self.passes(seconds=2)
        await self.settles()

    @property
    def dead(self) -> bool:
        """Whether the process is gone."""
        return self.alone and (self.bot.process is None or self.bot.process.returncode is not None)

    async def kill(self) -> None:
        """End the process in the middle of what it does."""
        self.kills += 1
        await self.bot.kill()

    async def dies(self) -> None:
        """As a fault: the call in which it dies is hung up on."""
        await self.kill()
        raise ResetError

    async def restarts(self) -> None:
        """It is told to end and started again."""
        if self.alone and not self.dead:
            status = await self.bot.terminate()
            if status not in (0, -signal.SIGKILL):
                raise StageError(f"told to end, it exited with status {status}")
        if self.alone:
            await self.start()
        else:
            await self.bot.stop()
            self.playground.waits.clear()
            await self.bot.start()

    @property
    def log(self) -> list[str]:
        """Every line of its log, in all its lives."""
        if not self.alone:
            return self.heard.lines
        return self.bot.log.read_text("utf-8", "replace").splitlines() if self.bot.log.exists() else []

    # Time

    async def passes(self, **span: float) -> None:
        """Time passes; what it makes due is done."""
        self.clock.advance(**span)
        await self.settles()

    async def reaches(self, day: str, hour: str) -> None:
        """It becomes that date and local hour, unless it is later already."""
        at = moment(day, hour, ZONE)
        if at > self.clock.now():
            self.clock.move_to(at)
            await self.settles()

    async def is_set(self, **span: float) -> None:
        """Somebody sets the clock on the wall."""
        self.clock.set_forth(**span)
        await self.settles()

    async def settles(self) -> None:
        """Return when the bot has done what the clock's last move made due."""
        self.latest = max(self.latest, self.clock.now())
        if self.playground.faults.counts:
            self.thinned |= {row["chat_id"] for row in self.rows("select chat_id from chats where ignored_days >= 3")}
        try:
            await self.clock.settled(SETTLE_SECONDS)
        except TimeoutError as error:
            if not self.dead:
                raise StageError(str(error)) from None

    def note(self, what: str) -> None:
        """A line of the story."""
        self.story.append(f"{self.clock.now():%m-%d %H:%M:%S} {what}")

    # What happens beside

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something happen while the story goes on."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def calms(self) -> None:
        """What happens beside ends."""
        await asyncio.gather(*self._beside)

    async def backs_up(self) -> int:
        """`python -m bot backup`; its exit status."""
        target = self.folder / f"backup-{len(self.backups)}.db"
        self.note(f"backup into {target.name}")
        return await self.program("backup", str(target))

    async def program(self, *words: str) -> int:
        """A command of the bot's own on this database, from the command line; its exit status."""
        settings = environment(self.playground, self.data, self.decks, {})
        with (self.folder / "programs.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *words),
                env={**surroundings(), **settings},
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        return await process.wait()

    def lays_out_ships(self) -> None:
        """A second deck: with recordings, a picture, a table and a formula."""
        (self.decks / "ships.txt").write_text(SHIPS, "utf-8")
        (self.decks / "bell.ogg").write_bytes(opus())
        (self.decks / "horn.mp3").write_bytes(mp3())
        png(self.decks / "spar.png")

    def is_promised(self, name: str, said: str, kept: Kept) -> None:
        """What is so in the end if somebody reads that from now on; of what the same words said so before, they do so
        no more.
        """
        since, person_id = len(self.playground.world.sights), self.somebody(name).id
        self.promises = [
            replace(each, until=since)
            if (each.person_id, each.said.pattern, each.until) == (person_id, said, None) and each.number != self.serial
            else each
            for each in self.promises
        ]
        self.promises.append(Promise(person_id, re.compile(said), since, self.serial, kept))

    def of_file(self, number: int, cards: Cards) -> set[tuple[str, ...]]:
        """The fields of a version of a sent file."""
        return {(front.format(n=number), back) for front, back in cards}

    def cards_of_file(self, number: int) -> set[tuple[str, ...]]:
        """The fields of the cards that are there of a sent file, as the file had them."""
        query = (
            "select coalesce(file_fields, fields) from cards where archived_at is null "
            "and instr(coalesce(file_fields, fields), ?)"
        )
        return {tuple(json.loads(fields)) for (fields,) in self.rows(query, f"river {number}-")}

    def rewrites(self, change: Callable[[str], str]) -> None:
        """Somebody edits the deck file."""
        path = self.decks / "capitals.txt"
        path.write_text(change(path.read_text("utf-8")), "utf-8")

    def deck_lines(self) -> list[str]:
        """What the deck file holds."""
        return (self.decks / "capitals.txt").read_text("utf-8").splitlines()

    def rows(self, query: str, *values: object) -> list[Any]:
        """What the database holds."""
        with read(self.database) as db:
            return db.execute(query, values).fetchall()
