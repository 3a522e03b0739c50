"""Scenes of what is heard and drawn, and of groups with topics, a board and members who ask for themselves."""

from tests.storm.stage import Stage
from tests.storm.steps import GROUP, Scene, Step, next_hour, passes, says, studies, taps

WATER = "Water"


def sounds(name: str, grade: str) -> Scene:
    """A card that is heard, then one with a table, a formula and a picture; there and back."""
    return Scene(
        "sounds",
        (
            says(name, "/quiz ships"),
            taps(name, "Subscribe"),
            studies(name, grade),
            studies(name, grade),
            studies(name, grade),
            taps(name, "⋯"),
            taps(name, "Back"),
            studies(name, grade),
            says(name, "/undo"),
            says(name, "/undo"),
            studies(name, grade),
            studies(name, grade),
            studies(name, grade),
            says(name, "/quiz capitals"),
        ),
        ships=True,
    )


def group_sounds(first: str, second: str, grade: str) -> Scene:
    """The same for everybody: it is heard with the card, and the answer when that is over."""
    card = (
        taps(second, "Show answer", where=GROUP),
        passes(seconds=5),
        taps(second, grade, where=GROUP),
        passes(minutes=11),
    )
    return Scene(
        "group sounds",
        (
            says(first, "/decks", GROUP),
            taps(first, "Ships", where=GROUP),
            says(first, "/quiz ships", GROUP),
            *card,
            says(second, "/quiz ships", GROUP),
            *card,
            taps(second, "Next card", where=GROUP),
            passes(seconds=30),
        ),
        group=True,
        ships=True,
    )


async def _opens(stage: Stage) -> None:
    await stage.opens_topic(WATER)


async def _closes(stage: Stage) -> None:
    await stage.closes_topic(WATER)


async def _reopens(stage: Stage) -> None:
    await stage.closes_topic(WATER, closed=False)


async def _deletes(stage: Stage) -> None:
    stage.deletes_topic(WATER)


def topics(first: str, second: str, grade: str) -> Scene:
    """A topic with a deck of its own: a card there, one at the group's hour when it is closed, one when it is gone."""
    card = (
        taps(second, "Show answer", where=GROUP),
        passes(seconds=5),
        taps(second, grade, where=GROUP),
        passes(minutes=11),
    )
    return Scene(
        "topics",
        (
            Step("a topic is opened", _opens),
            says(first, "/decks", WATER),
            taps(first, "Ships", where=GROUP),
            says(second, "/quiz", WATER),
            *card,
            Step("it is closed", _closes),
            next_hour("21:00"),
            passes(seconds=10),
            *card,
            Step("it is opened again", _reopens),
            says(first, "/quiz", WATER),
            Step("it is deleted", _deletes),
            *card,
            says(first, "/quiz ships", GROUP),
            *card,
        ),
        group=True,
        forum=True,
        ships=True,
    )


def members(first: str, second: str) -> Scene:
    """Who takes part, how they stand, and the week's board."""
    return Scene(
        "members",
        (
            *(says(second, command, GROUP) for command in ("/join", "/me")),
            taps(second, "My state", where=GROUP),
            says(first, "/quiz", GROUP),
            taps(first, "Show answer", where=GROUP),
            passes(seconds=5),
            taps(first, "Good", where=GROUP),
            says(first, "/board", GROUP),
            taps(first, "Hide me", where=GROUP),
            says(second, "/leave", GROUP),
            taps(first, "Show me", where=GROUP),
            says(second, "/board", GROUP),
            passes(minutes=11),
        ),
        group=True,
    )


def group_menu(first: str, second: str, grade: str) -> Scene:
    """What one member does with everybody's card before looking and after it."""
    return Scene(
        "group menu",
        (
            says(first, "/quiz", GROUP),
            *(taps(second, label, where=GROUP) for label in ("⋯", "History", "Suspend", "Take up again", "Back")),
            taps(second, "Show answer", where=GROUP),
            taps(first, "⋯", where=GROUP),
            taps(first, "Bury today", where=GROUP),
            passes(seconds=5),
            *(taps(second, label, where=GROUP) for label in ("⋯", "Mark as wrong", "⋯", "Back")),
            taps(second, grade, where=GROUP),
            taps(second, "⋯", where=GROUP),
            passes(minutes=11),
            taps(second, "Next card", where=GROUP),
            passes(seconds=30),
        ),
        group=True,
    )
