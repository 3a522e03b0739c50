"""A moment's patience in place of a group's card, or an answer there, of which nobody knows whether it arrived."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import asked, log_of
from tests.people import BotHere, Group, Somebody, screen_of

LONG = ("It keeps a ship from drifting. " * 8).strip()
ANCHOR = "What is an anchor for?"
MOMENT = screen_of("One moment…", "[Show answer]")
SHOWN = screen_of(f"{ANCHOR}\n─────\n{LONG}", "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]")


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck whose answers no alert can hold."""
    return {"capitals.txt": f"#deck:Capitals\n{ANCHOR};{LONG}\nWhat is a keel for?;{LONG}\n"}


async def test_who_was_led_elsewhere_may_look_where_the_moment_stands(
    bot: BotHere, group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """The private chat has the answer; the moment arrived all the same: to ask there is to look."""
    await ben.sends("/quiz", group)
    playground.faults.add("sendMessage", "after", "reset")
    assert await ben.taps("Show answer", chat=group) == MOMENT
    assert ben.answers[-1].url is not None
    assert group.sees() == asked(ANCHOR, grades=True)
    assert await ben.taps("Show answer", chat=group) == SHOWN
    await clock.advance(seconds=4)
    assert group.sees() == asked(ANCHOR, "1 looked · nobody graded yet", grades=True)
    await ben.taps("Good", chat=group)
    assert log_of(bot) == [(ben.id, "group", 3)]


async def test_once_the_card_is_over_the_moment_goes(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """What it covers shows the answer by then, and the way to the next card."""
    await ben.sends("/quiz", group)
    playground.faults.add("sendMessage", "after", "reset")
    assert await ben.taps("Show answer", chat=group) == MOMENT
    await clock.advance(minutes=11)
    assert "─────" in group.sees().text
    assert await ben.taps("Show answer", chat=group) == group.sees()
    assert ben.toast.startswith("This card is closed")


async def test_an_answer_that_arrived_unknown_is_graded_at_the_second_tap(
    bot: BotHere, group: Group, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """It counted as not seen; the first tap of a grade there is to look, and says so."""
    await ben.sends("/quiz", group)
    await cleo.taps("Show answer", chat=group)
    playground.faults.add("sendMessage", "after", "reset")
    assert await ben.taps("Show answer", chat=group) == SHOWN
    assert ben.answers[-1].url is not None
    assert await ben.taps("Good", chat=group) == SHOWN
    assert (ben.toast, log_of(bot)) == ("Look first", [])
    await ben.taps("Good", chat=group)
    assert log_of(bot) == [(ben.id, "group", 3)]


async def test_a_moment_that_was_not_taken_away_goes_later(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Neither was it to be filled nor to be deleted: it goes with the next tick, and the card stands there again."""
    await ben.sends("/quiz", group)
    playground.faults.add("editEphemeralMessageText", status=400, description="MEDIA_CAPTION_TOO_LONG")
    playground.faults.add("deleteEphemeralMessage")
    assert await ben.taps("Show answer", chat=group) == MOMENT
    await clock.advance(seconds=4)
    assert ben.sees(group) == group.sees() == asked(ANCHOR, grades=True)
