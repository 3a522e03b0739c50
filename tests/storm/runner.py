"""Plays a story with its faults to the end, lets the world calm down, and says what did not hold."""

import asyncio
import dataclasses
import random
import shutil
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.playground.values import Server
from tests.memory import in_memory
from tests.storm import faults, invariants, own_stories, room_stories, stories
from tests.storm.disk import Disk, may_mount
from tests.storm.faults import Planned
from tests.storm.going_on import goes_on
from tests.storm.stage import Stage, StageError
from tests.storm.steps import Scene

# Every commit waits for the disk, and a story is about what is lost, not about how fast it is.
IN_MEMORY = in_memory()
# The newest as often as all before.
OF_SEEDS: tuple[Server, ...] = ("10.3", "10.3", "10.3", "10.2", "10.1", "10.0")
# Longer than any pause after which the bot tries again.
CALM_MINUTES = (0.5, 1, 5, 11, 16)
STOP_SECONDS = 10.0
LAST_LINES = 25


@dataclass(frozen=True, slots=True)
class Case:
    """A story and what goes wrong in it; `name` is how it is played again."""

    name: str
    scenes: tuple[Scene, ...]
    planned: tuple[Planned, ...]
    people: tuple[str, ...] = stories.PEOPLE
    alone: bool = True
    server: Server = "10.3"

    @classmethod
    def of_seed(cls, seed: int) -> "Case":
        """The same seed is the same story with the same faults; only the bot's own timing may differ."""
        dice = random.Random(seed)
        scenes = tuple(stories.draw(dice))
        planned = tuple(faults.draw(dice, sum(len(scene.steps) for scene in scenes)))
        return cls(f"SEED={seed}", scenes, planned, server=dice.choice(OF_SEEDS))

    def __str__(self) -> str:
        return ", ".join([*([f"on {self.server}"] if self.server != "10.3" else []), *map(str, self.planned)])


@dataclass(slots=True)
class Result:
    """What came of a case."""

    name: str
    faults: str
    broken: list[str] = field(default_factory=list)
    story: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    met: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        word = "FINDING" if self.broken else "well"
        return f"{self.name}: {word} in {self.seconds:.1f} s, {self.met} met: {self.faults or 'no faults'}"

    def whole(self) -> str:
        """Everything that is needed to understand a finding."""
        parts = [str(self), "broken:", *self.broken, "story:", *self.story, "the log's end:", *self.log[-LAST_LINES:]]
        return "\n  ".join(parts)


async def play(case: Case, keep: Path | None = None) -> Result:
    """Play it in a world of its own; of a finding the database and the log are put into the folder `keep`."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="storm-", dir=IN_MEMORY) as name:
        folder = Path(name)
        disk = Disk(folder / "data")
        if may_mount() and any(planned.fault.disk for planned in case.planned):
            disk.mount()
        stage = Stage(folder, alone=case.alone, server=case.server)
        stage.disk = disk
        result = Result(case.name, str(case))
        if any(scene.ships for scene in case.scenes):
            stage.lays_out_ships()
        try:
            await stage.open()
            await _story(stage, case)
            # Those that come later meet nothing: the faults are over.
            result.calls = list(stage.playground.faults.made)
            await _calm(stage)
            stage.not_taken_away = list(invariants.not_taken_away(stage))
            await goes_on(stage)
            await _ends(stage)
            result.broken += _broken(stage, case)
        except StageError as error:
            result.broken.append(str(error))
        except Exception:
            # Of the storm itself or of what it looks at: a finding as well, and no reason to play nothing more.
            result.broken += traceback.format_exc().splitlines()
        finally:
            result.story, result.log = stage.story, stage.log
            result.met = sum(laid.met for laid in stage.laid) + stage.between
            await stage.close()
            if keep is not None and result.broken:
                shutil.copytree(folder, keep, dirs_exist_ok=True)
            disk.unmount()
    result.seconds = time.monotonic() - began
    return result


def _broken(stage: Stage, case: Case) -> list[str]:
    played = [planned.fault for planned in case.planned]
    return invariants.broken(
        stage,
        disk=any(fault.disk for fault in played),
        wall=any(fault.wall for fault in played),
        left=any(fault.leaves for fault in played),
        lied=any(fault.lies for fault in played),
    )


async def _story(stage: Stage, case: Case) -> None:
    group = any(scene.group for scene in case.scenes)
    forum = any(scene.forum for scene in case.scenes)
    await stories.prepare(stage, case.people, group=group, supergroup=forum)
    stage.onlooker.allow()
    stage.playground.faults.counts = True
    for planned in case.planned:
        if planned.fault.at is not None:
            stage.laid.append(faults.lay(stage, planned))
    rests = max((planned.rests for planned in case.planned), default=0)
    steps = [step for scene in case.scenes for step in scene.steps]
    for number, step in enumerate(steps):
        for planned in case.planned:
            if planned.fault.between is not None and planned.number == number:
                stage.note(f"— {planned.fault.name}")
                stage.between += 1
                if not stage.dead:
                    await planned.fault.between(stage)
        if stage.ending:
            await stage.bot.dead()
        if stage.dead:
            if rests > 0:
                rests -= 1
            else:
                stage.note("the bot is started again")
                await stage.start()
        stage.note(f"[{number}] {step.name}")
        await step.do(stage)
        stage.looks_around()


async def _calm(stage: Stage) -> None:
    """The faults are over, the bot runs, and time passes until everything that waits has been tried again."""
    stage.note("calm")
    stage.playground.faults.clear()
    await stage.playground.mend()
    stage.disk.mend()
    await stage.calms()
    for minutes in CALM_MINUTES:
        if stage.ending:
            await stage.bot.dead()
        if stage.dead:
            await stage.start()
        await stage.passes(minutes=minutes)
        stage.looks_around()
    # Some pauses are real time.
    updates = stage.playground.world.updates
    await updates.confirmed.until(lambda: not updates.waiting(), 5.0)
    await stage.passes(seconds=5)


async def _ends(stage: Stage) -> None:
    """Told to end it ends well, in time."""
    if not stage.alone:
        return
    loop = asyncio.get_running_loop()
    began = loop.time()
    status = await stage.bot.terminate()
    took = loop.time() - began
    if status != 0 or took > STOP_SECONDS:
        raise StageError(f"told to end, it exited with status {status} after {took:.1f} s")


# Each fault at every call


SWEPT: Sequence[Scene] = (
    stories.private("Anna", ("Good", "Again", "Easy")),
    stories.push("Anna", "Good"),
    stories.snooze("Anna", "Good", "In an hour"),
    stories.group_turn("Anna", "Ben", "Good"),
    stories.group_push("Anna", "Good"),
    stories.reload("Anna", "Good", "answer"),
    stories.backup("Anna", "Good"),
    stories.settings("Anna"),
    stories.forget("Anna"),
    stories.restart("Anna", "Good"),
    stories.hours("Anna"),
    stories.away("Anna"),
    stories.kicked("Anna"),
    dataclasses.replace(stories.rush(("Anna", "Ben"), "Good"), name="private rush"),
    dataclasses.replace(stories.rush(("Anna", "Ben"), "Good", stories.GROUP), name="group rush"),
    stories.live_round("Anna", "Ben", "Good"),
    stories.race("Anna", "Ben"),
    stories.two_look("Anna", ("Ben", "Cleo"), "Good"),
    dataclasses.replace(stories.group_turn("Anna", "Ben", "Good"), name="group on 10.2", server="10.2"),
    dataclasses.replace(stories.group_turn("Anna", "Ben", "Good"), name="group on 10.1", server="10.1"),
    dataclasses.replace(stories.live_round("Anna", "Ben", "Good"), name="round on 10.1", server="10.1"),
    own_stories.add("Anna"),
    own_stories.menu("Anna"),
    own_stories.find("Anna"),
    own_stories.bring("Anna"),
    own_stories.bring_many("Anna"),
    own_stories.progress("Anna"),
    own_stories.share("Anna", "Ben"),
    own_stories.export("Anna", "Anki package with my progress"),
    own_stories.export("Anna", "Everything of mine"),
    room_stories.sounds("Anna", "Good"),
    room_stories.group_sounds("Anna", "Ben", "Good"),
    room_stories.topics("Anna", "Ben", "Good"),
    room_stories.members("Anna", "Ben"),
    room_stories.group_menu("Anna", "Ben", "Good"),
    dataclasses.replace(room_stories.group_menu("Anna", "Ben", "Good"), name="group menu on 10.1", server="10.1"),
    dataclasses.replace(room_stories.sounds("Anna", "Good"), name="sounds on 10.0", server="10.0"),
    dataclasses.replace(room_stories.topics("Anna", "Ben", "Good"), name="topics on 10.0", server="10.0"),
    dataclasses.replace(own_stories.menu("Anna"), name="menu on 10.1", server="10.1"),
)


# Those that take much real time are played a few times only.
SLOW = (
    *("push:long lock:0:before", "private:long lock:1:after", "group:long lock:2:before"),
    *("push:time-out:0:before", "push:time-out:0:after", "private:time-out:3:after", "group:time-out:2:before"),
)


def swept(scene: Scene, planned: tuple[Planned, ...], name: str) -> Case:
    """A short story: one scene, as few people as it needs."""
    many = scene.people or (2 if scene.group or "rush" in scene.name else 1)
    alone = scene.alone or any(each.fault.alone for each in planned)
    return Case(name, (scene,), planned, stories.PEOPLE[:many], alone, scene.server)


async def sweep(scene: Scene) -> list[Case]:
    """Every fault at every call of a scene, whose calls are counted first."""
    quiet = await play(swept(scene, (), f"CASE='{scene.name}'"))
    if quiet.broken:
        raise StageError(f"without any fault: {quiet.whole()}")
    at_calls = [
        Planned(fault, number, when)
        for number, method in enumerate(quiet.calls)
        for fault in faults.AT_CALLS
        if fault.fits(method) and not fault.slow
        for when in fault.times
    ]
    between = [Planned(fault, number) for number in range(len(scene.steps)) for fault in faults.BETWEEN]
    return [swept(scene, (planned,), case_name(scene, planned)) for planned in (*at_calls, *between)]


def case_name(scene: Scene, planned: Planned) -> str:
    """How `make storm` plays a case of the sweep again."""
    return f"CASE='{scene.name}:{planned.fault.name}:{planned.number}:{planned.when}'"


def case_of(name: str) -> Case:
    """The case of the sweep with that name; raises ValueError."""
    scene_name, fault, number, when = name.split(":")
    scene = next(scene for scene in SWEPT if scene.name == scene_name)
    planned = Planned(faults.FAULTS[fault], int(number), "after" if when == "after" else "before")
    return swept(scene, (planned,), case_name(scene, planned))
