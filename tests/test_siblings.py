"""Cards of one note do not meet: whoever answers one has not just read the other."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles
from tests.people import Group
from tests.rounds import first_card, next_card

PAIRS = 8


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Eight notes, each asked both ways."""
    pairs = "".join(f"Is it word {number}?;It is meaning {number}\n" for number in range(PAIRS))
    return {"capitals.txt": f"#separator:semicolon\n#notetype:Basic (and reversed card)\n#deck:Capitals\n{pairs}"}


async def test_siblings_stand_apart_as_long_as_there_are_others(anna: Somebody, clock: WorldClock) -> None:
    """New cards, cards that come back while new ones are left, and those asked ahead: three others are between them."""
    await settles(anna)
    await anna.sends("/quiz")
    asked: list[str] = []
    grades = ["Good", "Again", "Good", "Easy"]
    while "Show answer" in anna.sees().labels:
        asked.append(anna.sees().text.split("\n\n")[1])
        assert len(asked) < 90, "it ends"
        await clock.advance(seconds=70)
        await anna.taps("Show answer", grades[len(asked) % 4] if len(asked) < 30 else "Good")
    assert near(asked) == [], asked
    await clock.advance(hours=1)
    await anna.sends("/quiz")
    await anna.taps("Study ahead")
    ahead: list[str] = []
    while "Show answer" in anna.sees().labels:
        ahead.append(anna.sees().text.split("\n\n")[1])
        await anna.taps("Show answer", "Good")
    assert len(ahead) > 6
    assert near(ahead) == [], ahead


async def test_siblings_that_were_missed_stand_apart(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """Of two that came one after the other among what was missed in a round, one waits until another was asked."""
    missed = ("Is it word 3?", "It is meaning 3", "It is meaning 5")
    await first_card(ben, group, clock, "20 cards")
    while "Show answer" in group.sees().labels:
        grade = "Again" if group.sees().text.split("\n\n")[1] in missed else "Good"
        await ben.taps("Show answer", grade, chat=group)
        await next_card(clock)
    await ben.taps("My mistakes", chat=group)
    await ben.follows()
    asked: list[str] = []
    while "Show answer" in ben.sees().labels:
        asked.append(ben.sees().text.split("\n\n")[1])
        await ben.taps("Show answer", "Good")
    assert asked == [missed[0], missed[2], missed[1]]


def near(asked: list[str]) -> list[tuple[str, str]]:
    """Siblings with fewer than three cards between them, but for the last few, where others may be wanting."""
    number = [front.rstrip("?").split()[-1] for front in asked]
    return [
        (asked[place], asked[other])
        for place in range(len(asked) - 9)
        for other in range(place + 1, place + 4)
        if number[place] == number[other] and asked[place] != asked[other]
    ]
