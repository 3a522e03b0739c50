"""Steps and scenes: what a story is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.playground.values import FileKind, Server
from tests.storm.promises import Kept
from tests.storm.stage import ZONE, Stage

Do = Callable[[Stage], Awaitable[object]]
GROUP = "group"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens."""

    name: str
    do: Do


@dataclass(frozen=True, slots=True)
class Scene:
    """Steps that belong together.

    Attributes:
        group: they need the study group.
        forum: and that it may have topics.
        ships: they need the deck with recordings, a picture, a table and a formula.
        alone: the bot has to be a process of its own.
        people: how many there have to be; 0: one, two in a group.
        server: where this scene is played by itself.
    """

    name: str
    steps: tuple[Step, ...]
    group: bool = False
    forum: bool = False
    ships: bool = False
    alone: bool = False
    people: int = 0
    server: Server = "10.3"


# What people do. A number that nobody had before stands for {n} in what they write.


def begins(name: str, text: str = "", where: str = "") -> Step:
    """Somebody begins something with a number of its own."""

    async def do(stage: Stage) -> None:
        stage.serial += 1
        if text:
            await stage.says(name, text.format(n=stage.serial), where)

    return Step(f"{name} says {text}" if text else f"{name} begins", do)


def says(name: str, text: str, where: str = "") -> Step:
    return Step(f"{name} says {text}", lambda stage: stage.says(name, text.format(n=stage.serial), where))


def taps(name: str, *labels: str, where: str = "") -> Step:
    async def do(stage: Stage) -> None:
        await stage.taps(name, *(label.format(n=stage.serial) for label in labels), where=where)

    return Step(f"{name} taps {labels[0]}", do)


def taps_twice(name: str, label: str, where: str = "") -> Step:
    """The same button twice at once."""

    async def do(stage: Stage) -> None:
        for query in filter(None, [stage.tap(name, label, where=where) for _ in range(2)]):
            await stage.waits_for(query.update_id)

    return Step(f"{name} taps {label} twice", do)


def sends(name: str, file: str, data: Callable[[Stage], bytes], caption: str = "", kind: FileKind = "document") -> Step:
    async def do(stage: Stage) -> None:
        n = stage.serial
        await stage.shows(name, data(stage), file.format(n=n), caption=caption.format(n=n), kind=kind)

    return Step(f"{name} sends {file}", do)


def is_promised(name: str, said: str, kept: Kept) -> Step:
    """From here on what is said to somebody has to be so in the end."""

    async def do(stage: Stage) -> None:
        stage.is_promised(name, said.format(n=stage.serial), kept)

    return Step(f"{name} listens", do)


def studies(name: str, grade: str, where: str = "") -> Step:
    return Step(f"{name} studies", lambda stage: stage.studies(name, grade, where))


# What happens


def passes(**span: float) -> Step:
    words = " ".join(f"{amount:g} {unit}" for unit, amount in span.items())
    return Step(f"{words} pass", lambda stage: stage.passes(**span))


def next_hour(hour: str) -> Step:
    """It becomes that local hour next time."""

    async def do(stage: Stage) -> None:
        here = stage.clock.now().astimezone(ZoneInfo(ZONE))
        hours, minutes = map(int, hour.split(":"))
        there = here.replace(hour=hours, minute=minutes, second=0, microsecond=0)
        there = there if there > here else there + timedelta(days=1)
        await stage.reaches(f"{there:%m-%d}", hour)

    return Step(f"it becomes {hour}", do)
