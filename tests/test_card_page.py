"""A card's page: how it looks, how one stands with it, and what is done with it there."""

import pytest

from bot.chat import buttons
from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from tests.habits import settles
from tests.notebook import differences, log, memories
from tests.people import BotHere, Screen, screen_of

FRANCE, PERU = 1, 2
PERU_CARD = "Capitals\n\nWhat is the capital of Peru?\n─────\nLima"


async def opens(somebody: Somebody, card_id: int) -> Screen:
    """The card's page, in a message of somebody's own that holds no turn."""
    screen = await somebody.sends("/help")
    query = acts.tap(
        somebody.playground.world,
        somebody.person,
        somebody.chat,
        somebody.message().id,
        buttons.CardPage(card_id).pack(),
    )
    await heard(somebody.playground, query.update_id)
    assert somebody.sees() != screen
    return somebody.sees()


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna knows the first card, due in seven days."""
    await settles(anna)
    return anna


async def test_a_page_says_how_one_stands(bot: BotHere, settled: Somebody, clock: WorldClock) -> None:
    """New, on a step, due in days, due now, suspended, resting: in words, with what can be done then."""
    page = await opens(settled, PERU)
    assert page == screen_of(
        f"{PERU_CARD}\n\nYour progress: new", "[Mark as wrong] [Suspend]", "[Bury today] [History]", "[Deck]"
    )
    assert [(entity.type, entity.offset) for entity in settled.message().entities] == [("italic", len(PERU_CARD) + 2)]
    assert (await opens(settled, FRANCE)).text.endswith("Paris\n\nYour progress: due in 7 days")
    await settled.sends("/quiz")
    await settled.taps("Show answer", "Good")
    assert (await opens(settled, PERU)).text.endswith("Your progress: learning, due in 11 minutes")
    assert (await settled.taps("Suspend")) == screen_of(
        f"{PERU_CARD}\n\nYour progress: suspended",
        "[Mark as wrong] [Take up again]",
        "[Forget progress] [History]",
        "[Deck]",
    )
    assert (await settled.taps("Take up again")).text.endswith("Your progress: learning, due in 11 minutes")
    buried = await settled.taps("Bury today")
    assert buried.text.endswith("Your progress: learning, due in 11 minutes · rests until tomorrow")
    assert buried.labels[:3] == ["Mark as wrong", "Take up again", "Suspend"]
    assert settled.answers[-1].text == "It rests until tomorrow."
    await clock.advance(days=1)
    assert (await opens(settled, PERU)).text.endswith("Your progress: learning, due now")
    assert (await settled.taps("Deck")).text.startswith("Capitals\n5 cards")
    assert differences(bot) == ()


async def test_the_history_and_forgetting(bot: BotHere, settled: Somebody, clock: WorldClock) -> None:
    """Grades as lines with what each led to; forgotten after one question, the card is new, and undo ends there."""
    await clock.advance(days=8)
    await settled.sends("/quiz")
    await settled.taps("Show answer", "Good")
    await opens(settled, FRANCE)
    history = await settled.taps("History")
    assert history.text == (
        "Capitals\n\nWhat is the capital of France?\n─────\nParis\n\nYour progress: due in 1.3 months\n\n"
        "Next: Again 10m, Hard 1.4mo, Good 1.5mo, Easy 1.9mo\n2026-03-10  Good · 1.3mo\n2026-03-02  Easy · 7d"
    )
    assert (await settled.taps("Back")).text.endswith("\n\nYour progress: due in 1.3 months")
    asked = await settled.taps("Forget progress")
    assert asked.rows == (("Forget it", "Keep it"),)
    assert (await settled.taps("Keep it")).text.endswith("\n\nYour progress: due in 1.3 months")
    assert memories(bot, settled)[0]["card_id"] == FRANCE
    await settled.taps("Forget progress")
    assert (await settled.taps("Forget it")).text.endswith("Paris\n\nYour progress: new")
    assert [row["card_id"] for row in memories(bot, settled)] == []
    assert log(bot, settled)[-1] == ("manual", None)
    assert (await settled.taps("History")).text.endswith(
        "Next: Again 1m, Hard 6m, Good 10m, Easy 7d\n2026-03-10  progress forgotten\n"
        "2026-03-10  Good · 1.3mo\n2026-03-02  Easy · 7d"
    )
    assert (await settled.sends("/undo")).text == "There is nothing to undo."
    assert differences(bot) == ()
