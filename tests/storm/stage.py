"""The stage of one story: a Telegram, people, a deck, and the real bot, which may die and is started again.

People on it are patient: who taps or writes waits until the bot is done with it, lets time pass while it only waits
itself, and goes on without an answer when it died or cannot be reached.
"""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from bot.playground import acts
from bot.playground.editing import start_link
from bot.playground.faults import ResetError
from bot.playground.people import Group, Place, Somebody
from bot.playground.values import Button, Message, Query, Server
from tests.habits import moment
from tests.people import BotHere, environment, surroundings
from tests.privacy import Onlooker
from tests.storm.disk import Disk
from tests.storm.life import Heard, Process
from tests.storm.watched import Laid, Watched, read

ZONE = "Europe/Berlin"
CARDS = 60
CANNOT_START = 2
# Real seconds after which the bot, not done and not dead, is taken to wait for its clock.
PATIENCE_SECONDS = 0.15
START_SECONDS = 90.0
SETTLE_SECONDS = 20.0
# So much time passes at most for one tap or text; what is not done then is looked for at the end.
LONGEST_ACT_SECONDS = 1800.0
# The tap after which nothing of this person is there.
ERASES = "f:1"
# The group chose no zone of its own.
EXTRA = {"BOT_DEFAULT_TIMEZONE": ZONE}
FRONT, BACK = r"country (\d+)\?", r"City (\d+)"
COUNTRIES = "\n".join(f"What is the capital of country {number}?;City {number}" for number in range(CARDS)) + "\n"


class StageError(Exception):
    """The story cannot go on, which is a finding."""


class Stage:
    """One world. `alone`: the bot runs as a process of its own, which can be killed, else in this one."""

    def __init__(self, folder: Path, *, alone: bool, data: Path | None = None, server: Server = "10.3") -> None:
        self.folder = folder
        self.data = data or folder / "data"
        self.data.mkdir(exist_ok=True)
        self.decks = folder / "decks"
        self.decks.mkdir()
        (self.decks / "capitals.txt").write_text(COUNTRIES, "utf-8")
        self.database = self.data / "deckhand.db"
        self.playground = Watched(self.database, server)
        self.onlooker = Onlooker(self.playground.world, self.database, FRONT, BACK)
        self.overseen: list[str] = []  # what somebody saw and should not
        self.not_taken_away: list[str] = []  # what one alone sees of cards that are over
        self.clock = self.playground.clock
        self.alone = alone
        self.bot: Any = None
        self.heard = Heard()
        self.story: list[str] = []
        self.people: dict[str, Somebody] = {}
        self.group: Group | None = None
        # Chats with their hours (minute of the day in ZONE) and the wall-clock moment from which these hold.
        self.hours: dict[int, tuple[int, float]] = {}
        self.latest = self.clock.now()  # the latest that the clock on the wall ever showed
        self.unheard: list[int] = []  # updates that nobody waits for any more
        self.ending = False  # told to end
        self.heard_of: list[int] = []
        self.backups: list[int] = []  # exit statuses
        self.kills = 0
        self.moves: dict[int, int] = {}  # groups that became supergroups
        self.forgotten: set[int] = set()
        self.thinned: set[int] = set()  # chats that left so many pushes unanswered that not every day brings one
        self.absent: set[int] = set()  # chats in which the bot was not for a while
        self.laid: list[Laid] = []  # the story's faults
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
        self.playground.refused_until.clear()
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
            self.playground.refused_until.clear()
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

    # What people do

    def somebody(self, name: str) -> Somebody:
        """A person, known by name."""
        if name not in self.people:
            self.people[name] = self.playground.person(name)
        return self.people[name]

    def place(self, name: str, where: str) -> Place:
        """Where somebody is: in private or in the group, as that person sees it."""
        assert self.group is not None or not where
        return self.somebody(name).view(self.group if where else None)

    async def says(self, name: str, text: str, where: str = "") -> None:
        """Somebody writes."""
        self.note(f"{name} says {text}{where and ' in the group'}")
        place = self.place(name, where)
        await self.waits_for(acts.say(self.playground.world, self.somebody(name).person, place.chat, text).update_id)

    async def taps(self, name: str, *labels: str, where: str = "") -> bool:
        """Somebody taps the first of these buttons that is there, on the newest message; whether there was one.

        Who is given a link into the private chat follows it.
        """
        query = self.tap(name, *labels, where=where)
        if query is None:
            return False
        await self.waits_for(query.update_id)
        given = next((each for each in reversed(self.playground.world.answers) if each.query_id == query.id), None)
        if given is not None and given.url:
            await self.says(name, f"/start {start_link(self.playground.world, given.url)}")
        return True

    def tap(self, name: str, *labels: str, where: str = "") -> Query | None:
        """The same without waiting; None if no such button is there."""
        found = next(filter(None, (_button(self.place(name, where), label) for label in labels)), None)
        if found is None:
            self.note(f"{name} finds none of {', '.join(labels)}{where and ' in the group'}")
            return None
        message, button = found
        somebody, chat = self.somebody(name), self.playground.world.chats[message.chat_id]
        if button.data == ERASES:
            self.forgotten.add(somebody.id)
        seen_by = f"{message.id}" if not message.ephemeral_id else f"{message.ephemeral_id} of {name} alone"
        self.note(f"{name} taps {button.text}{where and ' in the group'} ({button.data}, on {seen_by})")
        self.onlooker.tapped(somebody.id, button.data)
        return acts.tap(
            self.playground.world,
            somebody.person,
            chat,
            message.id,
            button.data,
            ephemeral_id=message.ephemeral_id,
        )

    async def rush(self, names: Sequence[str], grade: str, where: str = "") -> None:
        """All of them tap at once, each twice."""
        queries = [self.tap(name, "Show answer", grade, where=where) for name in names for _ in range(2)]
        for query in filter(None, queries):
            await self.waits_for(query.update_id)

    async def apps_restart(self) -> None:
        """Everybody's app forgets what that person alone saw in the group."""
        for somebody in self.people.values():
            somebody.restarts_app()

    def looks_around(self) -> None:
        """Note what somebody has seen since the last time and should not."""
        self.overseen += self.onlooker.look()

    async def blocks(self, name: str) -> None:
        """Somebody blocks the bot: no push can come."""
        self.absent.add(self.somebody(name).id)
        await self.waits_for(acts.block(self.playground.world, self.somebody(name).person))

    async def unblocks(self, name: str) -> None:
        """And takes that back."""
        await self.waits_for(acts.unblock(self.playground.world, self.somebody(name).person))

    async def kicks(self, name: str) -> None:
        """Somebody removes the bot from the group."""
        assert self.group is not None
        self.absent.add(self.group.id)
        await self.waits_for(acts.kick_bot(self.playground.world, self.somebody(name).person, self.group.chat))

    async def adds(self, name: str) -> None:
        """Somebody adds it again."""
        assert self.group is not None
        await self.waits_for(acts.add_bot(self.playground.world, self.somebody(name).person, self.group.chat))

    async def hears_again(self) -> None:
        """Telegram hands out once more what the bot confirmed."""
        for update_id in self.heard_of[-3:]:
            if self.playground.world.updates.is_confirmed(update_id):
                self.playground.redeliver(update_id)
                await self.waits_for(update_id)

    async def studies(self, name: str, grade: str, where: str = "") -> None:
        """The next tap of somebody who studies: look, grade, or ask for a card where none stands."""
        if not await self.taps(name, "Show answer", grade, "Not now", "Next card" if where else "Study", where=where):
            await self.says(name, "/quiz", where)

    async def waits_for(self, update_id: int) -> None:
        """Return when the bot is done with an update, has died, or cannot be reached."""
        updates = self.playground.world.updates
        self.heard_of.append(update_id)
        spent, span = 0.0, 1.0
        while not updates.is_confirmed(update_id):
            away = self.playground.cut_off and not self.playground.back_soon
            if self.dead or self.ending or away or spent > LONGEST_ACT_SECONDS:
                self.unheard.append(update_id)
                return
            if await self._first(lambda: updates.is_confirmed(update_id)):
                return
            await self.passes(seconds=span)
            spent, span = spent + span, min(span * 3, 300.0)

    async def _first(self, holds: Callable[[], bool]) -> bool:
        """Whether that comes true before it is dead, within the patience that people have."""
        confirmed = asyncio.create_task(self.playground.world.updates.confirmed.until(holds, PATIENCE_SECONDS))
        ending = asyncio.create_task(self.bot.process.wait()) if self.alone else None
        await asyncio.wait({confirmed, ending} if ending else {confirmed}, return_when=asyncio.FIRST_COMPLETED)
        done = confirmed.done() and confirmed.result()
        for task in filter(None, (confirmed, ending)):
            task.cancel()
        await asyncio.gather(*filter(None, (confirmed, ending)), return_exceptions=True)
        if self.dead:
            await self._hung_up()
        return done

    async def _hung_up(self) -> None:
        """Let the server see that the process is gone."""
        with contextlib.suppress(AssertionError):
            await self.bot.dead()

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


def _button(place: Place, label: str) -> tuple[Message, Button] | None:
    """The newest button with that label, or one that begins so."""
    for message in reversed(place.messages()):
        for row in message.rows:
            for button in row:
                if button.data and (button.text == label or button.text.startswith(f"{label} ·")):
                    return message, button
    return None
