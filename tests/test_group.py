"""A study group from being added to the closed card."""

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import FRANCE, PICK, WELCOME, answered, asked
from tests.people import Group, Somebody, screen_of


async def test_who_adds_the_bot_reads_how_to_begin(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """Added to a group, the bot says what it does and how to begin, once."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    assert await group.adds_bot(ben) == screen_of(WELCOME, "[Capitals · 5]")
    assert len(group.messages()) == 1


async def test_quiz_without_a_deck_offers_the_decks(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """/quiz without a deck offers the decks; an administrator's tap chooses and the first card stands there."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    assert await ben.sends("/quiz", group) == screen_of(PICK, "[Capitals · 5]")
    assert await ben.taps("Capitals", chat=group) == screen_of(PICK, "[Capitals · 5]")
    assert ben.toast == "Only administrators of this group can do that."
    assert await anna.taps("Capitals", chat=group) == asked(FRANCE)
    assert len(group.messages()) == 2


async def test_a_turn_from_question_to_answer(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Everybody looks and grades alone, the group sees a tally, and after its time the answer stands there."""
    assert await ben.sends("/quiz", group) == asked(FRANCE)
    assert await ben.taps("Show answer", chat=group) == asked(FRANCE, "1 looked · 0 knew it", grades=True)
    assert (ben.toast, ben.is_alert) == ("Paris", True)
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."
    await cleo.taps("Show answer", "Again", chat=group)
    assert cleo.toast == "Again, back in 1 minute."
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 2 knew it")
