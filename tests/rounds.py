"""What the tests of live rounds share: their screens, and the way into one."""

import re

from bot.chat.names import shown
from bot.playground.clock import WorldClock
from tests.people import Group, Screen, Somebody, screen_of

FLIP = "Flip: look at the answer, then say how well you knew it."
RACE = (
    "Race: tap the right answer, one try each. The first get 5, 4, 3 points, all others 2; "
    "right answers in a row add up to 3."
)
HOST_ONLY = "Only who began the round, or an administrator, can do that."
GOING = screen_of("A round is going on.")
ANSWERS = {"France": "Paris", "Peru": "Lima", "Kenya": "Nairobi", "Japan": "Tokyo", "Norway": "Oslo"}


def named(name: str) -> str:
    """A name as the bot shows it."""
    return shown(name, "Somebody")


def setup(cards: int = 5, seconds: int = 16, form: str = "Flip", deck: str = "Capitals", why: str = "") -> Screen:
    """A round as its host sets it up, in a group with one deck."""

    def choice(*offered: tuple[str, bool]) -> str:
        return " ".join(f"[{'✓ ' if chosen else ''}{words}]" for words, chosen in offered)

    rules = RACE if form == "Race" else FLIP
    said = f"A round for everybody here\n{deck} · {cards} cards · {seconds} seconds for each\n{rules}"
    return screen_of(
        f"{said}\n\n{why}" if why else said,
        choice(*[(f"{many} cards", many == cards) for many in (5, 10, 20)]),
        choice(*[(name, time == seconds) for name, time in (("Slow", 30), ("Normal", 16), ("Fast", 10))]),
        choice(*[(name, name == form) for name in ("Flip", "Race")]),
        "[Start] [Call off]",
    )


def lobby(*names: str, cards: int = 5, seconds: int = 16, form: str = "Flip", over: bool = False) -> Screen:
    """Who is in, and the way in until the first card comes."""
    many = f"{len(names)} {'is' if len(names) == 1 else 'are'} in: "
    shown_names = [named(name) for name in names]
    inside = many + (", ".join(shown_names[:-1]) + " and " if shown_names[1:] else "") + shown_names[-1]
    head = f"Round · Capitals · {cards} cards · {seconds} seconds for each\n{RACE if form == 'Race' else FLIP}"
    if over:
        return screen_of(f"{head}\n\n{inside}")
    begins = "It begins in half a minute; who answers later is in as well."
    return screen_of(f"{head}\n{begins}\n\n{inside}", "[I'm in]", "[Stop]")


def table(head: str, *lines: str) -> Screen:
    """The end of a round; "Anna" in a line stands for her name as it is shown."""
    isolated = [re.sub(r"^(\d+\. )(\w+)", lambda found: found[1] + named(found[2]), line) for line in lines]
    return screen_of("\n".join([head, "", *isolated]), "[My mistakes]")


def country(group: Group) -> str:
    """Which country the newest card asks about."""
    return re.findall(r"capital of (\w+)\?", group.sees().text)[-1]


def right(group: Group) -> str:
    """The right answer to the newest card."""
    return ANSWERS[country(group)]


def wrong(group: Group) -> str:
    """A wrong option of the newest card."""
    labels = [button.text for row in group.message().rows for button in row]
    return next(label for label in labels if label in ANSWERS.values() and label != right(group))


async def lobby_of(host: Somebody, group: Group, *choices: str) -> None:
    """A round in its lobby, set up with these buttons."""
    await host.sends("/round", group)
    await host.taps(*choices, "Start", chat=group)


async def first_card(host: Somebody, group: Group, clock: WorldClock, *choices: str) -> None:
    """The first card of a round stands there."""
    await lobby_of(host, group, *choices)
    await clock.advance(seconds=30)


async def next_card(clock: WorldClock) -> None:
    """The time of a card of the normal pace goes by, and that to read its answer."""
    await clock.advance(seconds=18)
    await clock.advance(seconds=3)
