"""How long a group's card is open, and what is tapped when it no longer is."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.values import Server
from tests.groups import FRANCE, KENYA, PERU, answered, asked
from tests.people import CAPITALS, BotHere, Group, Somebody


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of questions, and another, so that six cards can be put in a day."""
    return {"capitals.txt": CAPITALS, "nature.txt": "How many legs has a fly?;Six\nHow many has a spider?;Eight\n"}


async def test_a_late_tap_says_so(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Whatever is tapped on a card that is closed is answered with one line, and the tally stays."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    message = group.message()
    await clock.advance(minutes=10)
    for somebody, label in ((ben, "Show answer"), (cleo, "Show answer"), (cleo, "Easy")):
        await somebody.taps_old(message, label)
        assert somebody.toast == "This card is closed; its answer stands in the group for all."
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_who_looked_in_time_may_grade_until_the_next_card(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """A grade that comes after the end is that member's own, the tally stays; with the next card it is too late."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", chat=group)
    message = group.message()
    await clock.advance(minutes=10)
    await ben.taps_old(message, "Good")
    assert ben.toast == "Good, back in 10 minutes."
    await clock.advance(seconds=30)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")
    await ben.sends("/quiz", group)
    await cleo.taps_old(message, "Good")
    assert cleo.toast == "This card is closed; its answer stands in the group for all."


async def test_it_closes_when_all_who_usually_take_part_have_graded(
    group: Group, ben: Somebody, cleo: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """The first turn closes at its time; the next as soon as all who graded the first did, and after 20 s at least."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=599)
    assert "Show answer" in group.sees().labels
    await clock.advance(seconds=1)
    assert group.sees() == answered(FRANCE, "Paris", "2 of 2 knew it")

    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await cleo.taps("Show answer", "Again", chat=group)
    await clock.advance(seconds=19)
    assert group.sees() == asked(PERU, "2 looked · 1 knew it", grades=True)
    await anna.taps("Show answer", chat=group)
    await clock.advance(seconds=1)
    assert group.sees() == answered(PERU, "Lima", "1 of 2 knew it")

    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await clock.advance(seconds=30)
    assert group.sees() == asked(KENYA, "1 looked · 1 knew it", grades=True)
    await cleo.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=3)
    assert group.sees() == answered(KENYA, "Nairobi", "2 of 2 knew it")


async def test_who_stopped_taking_part_is_not_waited_for(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Who graded in two of the last five turns keeps the next one open no longer."""
    await anna.sends("/decks", group)
    await anna.taps("Nature", chat=group)
    for number in range(5):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", "Good", chat=group)
        if number < 2:
            await cleo.taps("Show answer", "Good", chat=group)
        await clock.advance(seconds=20)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=20)
    assert group.sees().labels == ["Next card"]


async def test_the_groups_own_time(group: Group, anna: Somebody, clock: WorldClock) -> None:
    """A turn is open for as long as the group's settings say."""
    await anna.sends("/settings", group)
    await anna.taps("Limits", "2 min", "Back", chat=group)
    assert group.sees().text.endswith("A card stays open for 2 minutes")
    await anna.sends("/quiz", group)
    await clock.advance(seconds=119)
    assert group.sees() == asked(FRANCE)
    await clock.advance(seconds=1)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_a_card_goes_on_after_a_restart(group: Group, ben: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """Every button of a group's card works after a restart, and the card closes at its time."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await bot.restart()
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."
    await bot.stop()
    clock.advance(minutes=15)
    await bot.start()
    await clock.advance(seconds=4)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")
