"""The storm's short form: a few stories, and each fault once."""

import dataclasses

import pytest

from bot.playground.values import Server
from tests.storm import faults, own_stories, room_stories, runner, stories
from tests.storm.faults import Fault, Planned
from tests.storm.runner import Case
from tests.storm.steps import Scene

EVENINGS = 12
HERE = [fault for fault in faults.FAULTS.values() if not (fault.alone or fault.slow or fault.is_of_groups)]
# Not neighbours, which are of one kind: each evening has some of all.
SOME = [tuple(HERE[number::EVENINGS]) for number in range(EVENINGS)]
EVENING = dataclasses.replace(
    stories.push("Anna", "Good"),
    steps=(
        *stories.push("Anna", "Good").steps,
        *stories.settings("Anna").steps[:2],
        *stories.push("Anna", "Easy").steps[2:],
    ),
)
# What only a group can meet: refusals of what one alone sees, each at a call of its own, and another server.
REFUSED = {"too long for one": 2, "deleted": 3, "not a member": 4, "unknown": 9}
CARD = stories.group_turn("Anna", "Ben", "Good")
TWO = stories.two_look("Anna", ("Ben", "Cleo"), "Good")
GROUPS: dict[str, tuple[Scene, Server, dict[str, int]]] = {
    "what one alone sees is refused": (CARD, "10.3", REFUSED),
    "an older one comes instead": (CARD, "10.3", {"10.1 instead": 8}),
    "an older one comes while two look": (TWO, "10.3", {"10.2 after a tap": 3}),
    "a newer one comes instead": (CARD, "10.2", {"10.3 since then": 4}),
}


async def test_a_story_with_kills_ends_well() -> None:
    """Killed twice as a process of its own: what it acknowledged is there, nothing came twice, nobody is stuck."""
    kill = faults.FAULTS["kill"]
    planned = (Planned(kill, 3, "after"), Planned(kill, 9, "before"), Planned(faults.FAULTS["I/O error"], 13))
    result = await runner.play(
        Case("a story", (stories.private("Anna", ("Good", "Easy")), EVENING), planned, ("Anna",))
    )
    assert not result.broken, result.whole()
    assert result.met == len(planned)


async def test_a_seed_is_always_the_same_story() -> None:
    """So it can be played again."""
    assert str(Case.of_seed(7).planned) == str(Case.of_seed(7).planned)
    assert [scene.name for scene in Case.of_seed(7).scenes] == [scene.name for scene in Case.of_seed(7).scenes]


@pytest.mark.parametrize("some", SOME, ids=[" + ".join(fault.name for fault in some) for some in SOME])
async def test_each_fault_in_an_evening(some: tuple[Fault, ...]) -> None:
    """A push, its card, and the settings, with a few faults in each evening, in this process."""
    planned = tuple(Planned(fault, 1 + 2 * number, fault.times[-1]) for number, fault in enumerate(some))
    result = await runner.play(runner.swept(EVENING, planned, "an evening"))
    assert not result.broken, result.whole()
    assert result.met == len(planned), result.whole()


@pytest.mark.parametrize(("scene", "server", "numbers"), GROUPS.values(), ids=GROUPS)
async def test_a_group(scene: Scene, server: Server, numbers: dict[str, int]) -> None:
    """A card for everybody, on servers that can show something to one alone, cannot, or are another one suddenly."""
    planned = tuple(Planned(faults.FAULTS[name], number) for name, number in numbers.items())
    result = await runner.play(Case("a group", (scene,), planned, ("Anna", "Ben", "Cleo"), alone=False, server=server))
    assert not result.broken, result.whole()
    assert result.met == len(planned), result.whole()


async def test_what_people_do_but_study() -> None:
    """A file becomes a deck that another has, a card of it is mended, cards are heard, while calls go wrong."""
    scenes = (own_stories.share("Anna", "Ben"), room_stories.sounds("Ben", "Good"))
    names = {"torn": 1, "reset": 9, "429 short": 21, "500": 30, "HTML": 45}
    planned = tuple(
        Planned(faults.FAULTS[name], number, faults.FAULTS[name].times[-1]) for name, number in names.items()
    )
    result = await runner.play(Case("decks of one's own", scenes, planned, ("Anna", "Ben"), alone=False))
    assert not result.broken, result.whole()
    assert result.met == len(planned), result.whole()
