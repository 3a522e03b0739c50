"""The storm's short form: a few stories and each fault once; and that it finds what it is there to find."""

import dataclasses
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground.values import Server
from tests.storm import faults, invariants, runner, stories
from tests.storm.faults import Fault, Planned
from tests.storm.runner import Case
from tests.storm.stage import Stage
from tests.storm.stories import Scene

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


def _shows_a_back(stage: Stage) -> None:
    world = stage.playground.world
    world.post(world.chats[stage.somebody("Anna").id], world.bot, text="City 20")


def _loses_a_grade(stage: Stage) -> None:
    _changes(stage, "delete from reviews where review_id = (select max(review_id) from reviews)")


def _invents_a_grade(stage: Stage) -> None:
    columns = "learner_id, card_id, turn_id, at, day, day_ends_at, kind, grade, before, after, policy_id"
    _changes(stage, f"insert into reviews ({columns}) select {columns} from reviews order by review_id limit 1")


def _changes_a_memory(stage: Stage) -> None:
    _changes(stage, "update memories set stability = stability * 2")


def _misses_a_push(stage: Stage) -> None:
    _changes(stage, "delete from pushes")


def _leaves_a_push_open(stage: Stage) -> None:
    _changes(stage, "update pushes set state = 'sending'")


def _sends_a_push_twice(stage: Stage) -> None:
    stage.playground.puts.append(stage.playground.puts[0])


def _loses_a_push(stage: Stage) -> None:
    stage.playground.puts.clear()
    _changes(stage, "update chats set last_tap_at = null")


def _misses_an_edit(stage: Stage) -> None:
    stage.rewrites(lambda text: text.replace("City 3", "Another city"))


def _logs_a_fault(stage: Stage) -> None:
    stage.heard.lines.append("2026-03-02 09:00:00,000 ERROR bot: KeyError")


def _changes(stage: Stage, statement: str) -> None:
    with closing(sqlite3.connect(stage.database)) as db, db:
        db.execute(statement)


DAMAGES: dict[str, Callable[[Stage], None]] = {
    "acknowledged": _loses_a_grade,
    "has the grades": _invents_a_grade,
    "differs": _changes_a_memory,
    "missed its push": _misses_a_push,
    "is stuck": _leaves_a_push_open,
    "times with a sound": _sends_a_push_twice,
    "nothing ever arrived": _loses_a_push,
    "not what its file says": _misses_an_edit,
    "log:": _logs_a_fault,
    "early": _shows_a_back,
}


@pytest.mark.parametrize("words", DAMAGES)
async def test_what_is_wrong_is_found(words: str, tmp_path: Path) -> None:
    """A grade that is lost or made up, a memory, a push missed, left open, doubled or lost, an error in the log."""
    stage = Stage(tmp_path, alone=False)
    await stage.open()
    try:
        await stories.prepare(stage, ["Anna"], group=False)
        stage.onlooker.allow()
        stage.playground.faults.counts = True
        for step in stories.push("Anna", "Good").steps:
            await step.do(stage)
        await stage.passes(minutes=5)
        assert invariants.broken(stage, disk=False, wall=False, left=False) == []
        DAMAGES[words](stage)
        stage.looks_around()
        found = invariants.broken(stage, disk=False, wall=False, left=False)
    finally:
        await stage.close()
    assert any(words in line for line in found), found
