"""A member looks at the group's card, and alone sees the answer in its place."""

from bot.playground.clock import WorldClock
from tests.groups import FRANCE, asked
from tests.people import NOTHING, Group, Somebody, screen_of

FOUR = "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]"
PARIS = screen_of(f"{FRANCE}\n─────\nParis", *FOUR)
GOOD = screen_of("Good, back in 10 minutes.", "[Undo]")


async def test_the_answer_is_seen_by_one_in_place_of_the_card(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Ben sees front, back and his own four buttons where the card stood; others see card and tally."""
    await ben.sends("/quiz", group)
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert ben.toast == ""
    assert cleo.sees(group) == group.sees() == asked(FRANCE, "1 looked · 0 knew it")
    assert await ben.taps("Good", chat=group) == GOOD
    assert len(ben.answers) == 2
    await clock.advance(seconds=3)
    assert cleo.sees(group) == group.sees() == asked(FRANCE, "1 looked · 1 knew it")
    assert ben.sees() == NOTHING
