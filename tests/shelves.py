"""What the tests of deck files share: a second deck, the look at the folder, what somebody is offered."""

from pathlib import Path

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody

RIVERS = """\
Which river flows through Cairo?;the Nile
Which river flows through London?;the Thames
Which river flows through Vienna?;the Danube
"""
FRANCE = "What is the capital of France?;Paris\n"


async def looks(clock: WorldClock, times: int = 2) -> None:
    """The bot looks at its folder so many times; what changed is read at the second look."""
    for _ in range(times):
        await clock.advance(seconds=5)


async def learns_first_card(anna: Somebody, deck: str = "Capitals") -> None:
    """The deck's first card is known for days; the next one stands there."""
    await anna.sends("/start")
    await anna.taps(f"{deck} ·", "Show answer", "Easy", "Not now")


async def page(anna: Somebody, name: str = "Capitals") -> str:
    """What the page of one of Anna's decks says."""
    await anna.sends("/decks")
    return (await anna.taps(f"✓ {name}")).text


async def offered(anna: Somebody) -> list[str]:
    """The decks that Anna can have."""
    return (await anna.sends("/decks")).labels


def rewrite(folder: Path, before: str, after: str, name: str = "capitals.txt") -> None:
    """Change the text of a deck file."""
    text = (folder / name).read_text("utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), "utf-8")
