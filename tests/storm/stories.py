"""What happens on the stage: short scenes, each a list of steps, and how a story is put together from a seed."""

import random
from collections.abc import Callable, Sequence

from tests.habits import settles
from tests.storm import own_stories, room_stories
from tests.storm.stage import Stage
from tests.storm.steps import GROUP, Scene, Step, next_hour, passes, says, studies, taps

PEOPLE = ("Anna", "Ben", "Cleo")
GRADES = ("Again", "Hard", "Good", "Easy")


def edits(name: str, change: Callable[[str], str]) -> Step:
    async def do(stage: Stage) -> None:
        stage.rewrites(change)

    return Step(f"the deck file is edited: {name}", do)


async def _backs_up(stage: Stage) -> None:
    stage.backups.append(await stage.backs_up())


# What an author does to a deck file; what is learned stays.
EDITS: dict[str, Callable[[str], str]] = {
    "typo": lambda text: text.replace("country 1?", "the country 1?"),
    "answer": lambda text: text.replace("City 2\n", "City 2, by the sea\n"),
    "moved": lambda text: "\n".join([*text.splitlines()[1:], text.splitlines()[0]]) + "\n",
    "added": lambda text: text + f"What is the capital of country {1000 + len(text.splitlines())}?;Another city\n",
    "removed": lambda text: "\n".join(text.splitlines()[:-1]) + "\n",
}


# Scenes


def private(name: str, grades: Sequence[str]) -> Scene:
    """A session with an undo."""
    steps = [says(name, "/quiz 3")]
    for grade in grades:
        steps += [studies(name, grade), studies(name, grade)]
    return Scene("private", (*steps, taps(name, "Undo"), studies(name, grades[-1])))


def push(name: str, grade: str) -> Scene:
    """The daily push, and its card."""
    return Scene("push", (next_hour("20:00"), passes(seconds=10), studies(name, grade), studies(name, grade)))


def snooze(name: str, grade: str, choice: str) -> Scene:
    """A push put off."""
    later = passes(hours=1, seconds=10) if choice == "In an hour" else passes(days=1)
    return Scene("snooze", (next_hour("20:00"), taps(name, "Later"), taps(name, choice), later, studies(name, grade)))


def group_turn(first: str, second: str, grade: str) -> Scene:
    """A card for everybody, closed by its time, and the next."""
    return Scene(
        "group",
        (
            says(first, "/quiz", GROUP),
            taps(first, "Show answer", where=GROUP),
            passes(seconds=5),
            taps(first, grade, where=GROUP),
            taps(second, "Show answer", where=GROUP),
            Step("the apps are started anew", lambda stage: stage.apps_restart()),
            taps(second, "Show answer", where=GROUP),
            passes(seconds=5),
            taps(second, grade, where=GROUP),
            taps(second, "Undo", where=GROUP),
            taps(second, grade, where=GROUP),
            passes(seconds=25),
            passes(minutes=11),
            taps(second, "Next card", where=GROUP),
        ),
        group=True,
    )


def group_push(first: str, grade: str) -> Scene:
    """The group's daily card."""
    return Scene(
        "group push",
        (
            says(first, "/quiz", GROUP),
            next_hour("21:00"),
            passes(seconds=10),
            taps(first, "Show answer", where=GROUP),
            passes(seconds=5),
            taps(first, grade, where=GROUP),
        ),
        group=True,
    )


def live_round(first: str, second: str, grade: str) -> Scene:
    """A round of cards that everybody flips, stopped after the second."""
    return Scene(
        "round",
        (
            says(first, "/round", GROUP),
            taps(first, "Fast", where=GROUP),
            taps(first, "Start", where=GROUP),
            taps(second, "I'm in", where=GROUP),
            passes(seconds=31),
            taps(first, "Show answer", where=GROUP),
            passes(seconds=4),
            taps(first, grade, where=GROUP),
            passes(seconds=13),
            passes(seconds=4),
            taps(second, "Show answer", where=GROUP),
            passes(seconds=4),
            taps(second, grade, where=GROUP),
            taps(first, "Stop", where=GROUP),
            passes(seconds=5),
            taps(second, "My mistakes", where=GROUP),
        ),
        group=True,
    )


def race(first: str, second: str) -> Scene:
    """A race over three cards, left to itself, with everybody tapping on the first of them."""
    options = [f"City {number}" for number in range(1, 13)]
    return Scene(
        "race",
        (
            says(first, "/round", GROUP),
            taps(first, "Race", where=GROUP),
            taps(first, "Start", where=GROUP),
            passes(seconds=31),
            taps(first, *options, where=GROUP),
            taps(second, *reversed(options), where=GROUP),
            passes(seconds=19),
            passes(seconds=4),
            says(second, "/round", GROUP),
            passes(minutes=2),
            passes(minutes=2),
        ),
        group=True,
    )


def reload(name: str, grade: str, edit: str) -> Scene:
    """The deck file changes while somebody studies."""
    return Scene(
        "reload",
        (
            says(name, "/quiz"),
            edits(edit, EDITS[edit]),
            passes(seconds=5),
            studies(name, grade),
            passes(seconds=5),
            studies(name, grade),
            passes(seconds=5),
            studies(name, grade),
        ),
    )


def backup(name: str, grade: str) -> Scene:
    """A backup while somebody studies, and the one that the bot makes by itself."""
    return Scene(
        "backup",
        (says(name, "/quiz"), Step("a backup", _backs_up), studies(name, grade), passes(days=1), studies(name, grade)),
    )


def settings(name: str) -> Scene:
    return Scene(
        "settings",
        (says(name, "/settings"), taps(name, "Limits"), taps(name, "20 new"), taps(name, "Back"), taps(name, "Done")),
    )


def hours(name: str) -> Scene:
    """One more hour a day, and quiet ones."""
    return Scene(
        "hours",
        (
            says(name, "/settings"),
            *(taps(name, label) for label in ("Hours", "12:00", "Back", "Quiet", "22:00 to 07:00", "Back", "Done")),
            next_hour("12:00"),
            studies(name, "Good"),
            studies(name, "Good"),
        ),
    )


def away(name: str) -> Scene:
    """Somebody blocks the bot, and comes back after a push that could not come."""
    return Scene(
        "away",
        (
            Step(f"{name} blocks the bot", lambda stage: stage.blocks(name)),
            next_hour("20:00"),
            passes(seconds=10),
            Step(f"{name} unblocks the bot", lambda stage: stage.unblocks(name)),
            says(name, "/start"),
            studies(name, "Good"),
            studies(name, "Good"),
        ),
    )


def kicked(name: str) -> Scene:
    """The bot is removed from the group while a card is open, and added again."""
    return Scene(
        "kicked",
        (
            says(name, "/quiz", GROUP),
            Step(f"{name} removes the bot", lambda stage: stage.kicks(name)),
            next_hour("21:00"),
            passes(seconds=10),
            Step(f"{name} adds the bot", lambda stage: stage.adds(name)),
            says(name, "/quiz", GROUP),
            taps(name, "Show answer", where=GROUP),
            passes(seconds=5),
            taps(name, "Good", where=GROUP),
        ),
        group=True,
    )


def restart(name: str, grade: str) -> Scene:
    """The bot is told to end and started again."""
    again = Step("the bot is started anew", lambda stage: stage.restarts())
    return Scene("restart", (says(name, "/quiz"), again, studies(name, grade), studies(name, grade)), alone=True)


def stats(name: str) -> Scene:
    return Scene("stats", (says(name, "/stats"), says(name, "/decks"), says(name, "/quiz")))


def forget(name: str) -> Scene:
    """Everything about somebody is erased, and they begin anew."""
    return Scene(
        "forget",
        (
            says(name, "/quiz"),
            says(name, "/forget"),
            taps(name, "Erase everything"),
            studies(name, "Good"),
            says(name, "/start"),
            taps(name, "Capitals"),
            studies(name, "Good"),
            studies(name, "Good"),
        ),
    )


def rush(names: Sequence[str], grade: str, where: str = "") -> Scene:
    """Everybody taps at once and twice, and the bot hears it all once more."""
    first = [says(name, "/quiz", where) for name in (names[:1] if where else names)]
    taps_at_once = Step("everybody taps at once", lambda stage: stage.rush(names, grade, where))
    again = Step("it is heard again", lambda stage: stage.hears_again())
    return Scene(
        "rush", (*first, taps_at_once, passes(seconds=5), taps_at_once, again, taps_at_once, again), bool(where)
    )


def two_look(first: str, others: Sequence[str], grade: str) -> Scene:
    """Two look at a group's card at once, which a third has looked at, and grade it at once."""
    at_once = Step("two tap at once", lambda stage: stage.rush(others, grade, GROUP))
    return Scene(
        "two look",
        (
            says(first, "/quiz", GROUP),
            taps(first, "Show answer", where=GROUP),
            passes(seconds=5),
            at_once,
            passes(seconds=5),
            at_once,
            passes(seconds=25),
        ),
        group=True,
        people=3,
    )


SCENES: dict[str, Callable[[random.Random], Scene]] = {
    "private": lambda dice: private(dice.choice(PEOPLE), [dice.choice(GRADES) for _ in range(3)]),
    "push": lambda dice: push(dice.choice(PEOPLE), dice.choice(GRADES)),
    "snooze": lambda dice: snooze(dice.choice(PEOPLE), dice.choice(GRADES), dice.choice(("In an hour", "Tomorrow"))),
    "group": lambda dice: group_turn(*dice.sample(PEOPLE, 2), dice.choice(GRADES)),
    "group push": lambda dice: group_push(dice.choice(PEOPLE), dice.choice(GRADES)),
    "round": lambda dice: live_round(*dice.sample(PEOPLE, 2), dice.choice(GRADES)),
    "race": lambda dice: race(*dice.sample(PEOPLE, 2)),
    "reload": lambda dice: reload(dice.choice(PEOPLE), dice.choice(GRADES), dice.choice(sorted(EDITS))),
    "backup": lambda dice: backup(dice.choice(PEOPLE), dice.choice(GRADES)),
    "settings": lambda dice: settings(dice.choice(PEOPLE)),
    "stats": lambda dice: stats(dice.choice(PEOPLE)),
    "hours": lambda dice: hours(dice.choice(PEOPLE)),
    "away": lambda dice: away(dice.choice(PEOPLE)),
    "two look": lambda dice: two_look(*_one_and_others(dice), dice.choice(GRADES)),
    "kicked": lambda dice: kicked("Anna"),
    "restart": lambda dice: restart(dice.choice(PEOPLE), dice.choice(GRADES)),
    "forget": lambda dice: forget("Cleo"),
    "rush": lambda dice: rush(PEOPLE, dice.choice(GRADES), dice.choice(("", GROUP))),
}


def _one_and_others(dice: random.Random) -> tuple[str, list[str]]:
    first, *others = dice.sample(PEOPLE, 3)
    return first, others


# What is younger than the others: all that people do but study.
SCENES |= {
    "add": lambda dice: own_stories.add(dice.choice(PEOPLE)),
    "menu": lambda dice: own_stories.menu(dice.choice(PEOPLE)),
    "find": lambda dice: own_stories.find(dice.choice(PEOPLE)),
    "bring": lambda dice: own_stories.bring(dice.choice(PEOPLE)),
    "bring many": lambda dice: own_stories.bring_many(dice.choice(PEOPLE)),
    "progress": lambda dice: own_stories.progress(dice.choice(PEOPLE)),
    "share": lambda dice: own_stories.share(*dice.sample(PEOPLE, 2)),
    "export": lambda dice: own_stories.export(dice.choice(PEOPLE), dice.choice(own_stories.FORMS)),
    "sounds": lambda dice: room_stories.sounds(dice.choice(PEOPLE), dice.choice(GRADES)),
    "group sounds": lambda dice: room_stories.group_sounds("Anna", dice.choice(PEOPLE[1:]), dice.choice(GRADES)),
    "topics": lambda dice: room_stories.topics("Anna", dice.choice(PEOPLE), dice.choice(GRADES)),
    "group menu": lambda dice: room_stories.group_menu(*dice.sample(PEOPLE, 2), dice.choice(GRADES)),
    "members": lambda dice: room_stories.members(*dice.sample(PEOPLE, 2)),
}


# The slow ones come more rarely.
WEIGHTS = {"stats": 1, "forget": 2, "backup": 2, "settings": 2, "restart": 2}


def draw(dice: random.Random) -> list[Scene]:
    """A story: a few scenes, one after the other."""
    names = sorted(SCENES)
    chosen = dice.choices(names, [WEIGHTS.get(name, 4) for name in names], k=dice.randint(2, 4))
    return [SCENES[name](dice) for name in chosen]


# Before the story begins


async def prepare(stage: Stage, people: Sequence[str], *, group: bool, supergroup: bool = False) -> None:
    """These people have the deck and their cards at eight in Berlin; the group has it and a card at nine."""
    for name in people:
        somebody = stage.somebody(name)
        await settles(somebody)
        stage.hours[somebody.id] = (20 * 60, stage.clock.now().timestamp())
    if group:
        first = stage.somebody(people[0])
        all_of_them = [stage.somebody(name) for name in people]
        stage.group = stage.playground.group("Study", all_of_them, with_bot=False, supergroup=supergroup)
        await stage.group.adds_bot(first)
        await first.taps("Capitals", chat=stage.group)
        await first.sends("/settings", stage.group)
        await first.taps("Hours", "21:00", "Back", "Done", chat=stage.group)
        await stage.passes(seconds=70)
        stage.hours[stage.group.id] = (21 * 60, stage.clock.now().timestamp())
