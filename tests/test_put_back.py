"""Suspend and Bury today are taken back by Undo under what came in the card's place, or by /undo right after."""

import pytest

from bot.chat import buttons
from bot.playground import acts
from bot.playground.people import Somebody, heard
from tests.habits import settles
from tests.notebook import differences, log, notebook
from tests.people import BotHere

PERU = "Capitals · 1/4\n\nWhat is the capital of Peru?"
KENYA = "Capitals · 1/4\n\nWhat is the capital of Kenya?"
LATE = "That was taken back already, or it is too late. /find has the card."


@pytest.fixture
async def settled(anna: Somebody) -> Somebody:
    """Anna, before her second card."""
    await settles(anna)
    await anna.sends("/quiz")
    return anna


def aside(bot: BotHere) -> list[int]:
    """The cards that are put aside."""
    with notebook(bot) as db:
        return [row["card_id"] for row in db.execute("select card_id from aside order by card_id").fetchall()]


async def test_the_button_puts_the_card_there_again(bot: BotHere, settled: Somebody) -> None:
    """It stands under the next card for that one screen; tapped twice, or late, it says so and changes nothing."""
    turn, message = settled.sees(), settled.message().id
    await settled.taps("⋯")
    following = await settled.taps("Suspend")
    assert following.text == f"Suspended: What is the capital of Peru?\n\n{KENYA}"
    assert (following.rows, following.menu) == ((("Show answer",), ("Undo",)), True)
    data = next(button.data for row in settled.message().rows for button in row if button.text == "Undo")
    assert (await settled.taps("Undo"), aside(bot), settled.message().id) == (turn, [], message)

    async def late() -> str:
        query = acts.tap(settled.playground.world, settled.person, settled.chat, message, data)
        await heard(settled.playground, query.update_id)
        return settled.answers[-1].text

    assert (await late(), settled.sees(), aside(bot)) == (LATE, turn, [])
    # As it was: the answer stood there.
    shown = await settled.taps("Show answer")
    await settled.taps("⋯")
    assert (await settled.taps("Bury today")).text == f"Resting today: What is the capital of Peru?\n\n{KENYA}"
    assert await settled.taps("Undo") == shown
    await settled.taps("⋯", "Bury today")
    assert "Undo" not in (await settled.taps("Show answer")).labels
    await settled.taps("Good")
    graded = settled.sees()
    assert (await late(), settled.sees(), aside(bot)) == (LATE, graded, [2])
    assert differences(bot) == ()


async def test_undo_takes_the_latest_back(bot: BotHere, settled: Somebody) -> None:
    """A card put aside before the grade that was given before it, and a later grade before the card."""
    before = log(bot, settled)
    await settled.taps("⋯", "Suspend")
    assert ((await settled.sends("/undo")).text, aside(bot), log(bot, settled)) == (PERU, [], before)
    assert [bool(screen.labels) for screen in settled.sees_all()][-2:] == [False, True]
    await settled.taps("⋯", "Suspend", "Show answer", "Easy")
    assert "Nairobi" in (await settled.sends("/undo")).text
    assert (aside(bot), log(bot, settled)[-1][0]) == ([2], "undo")
    await settled.taps("⋯", "Bury today")
    assert "Nairobi" in (await settled.sends("/undo")).text
    assert aside(bot) == [2]
    assert "France" in (await settled.sends("/undo")).text
    assert differences(bot) == ()


async def test_it_stands_at_the_end_of_a_session_too(bot: BotHere, settled: Somebody) -> None:
    """In the place of the one that takes a grade back; then the session goes on where it was."""
    for _ in range(3):
        await settled.taps("Show answer", "Easy")
    last = settled.sees()
    await settled.taps("⋯")
    done = await settled.taps("Suspend")
    assert done.text.startswith("Suspended: What is the capital of Norway?\n\nDone: 3 cards")
    assert done.labels.count("Undo") == 1
    assert (await settled.taps("Undo"), aside(bot)) == (last, [])
    await settled.taps("⋯", "Suspend")
    assert (await settled.sends("/undo")).text == last.text
    assert [bool(screen.labels) for screen in settled.sees_all()][-2:] == [False, True]


async def test_it_names_a_turn_of_ones_own(bot: BotHere, settled: Somebody, ben: Somebody) -> None:
    """What somebody else put aside, and a turn that was never there, are not taken back."""
    await settles(ben)
    await settled.taps("⋯", "Suspend")
    data = next(button.data for row in settled.message().rows for button in row if button.text == "Undo")
    turn = await ben.sends("/quiz")
    for sent in (data, buttons.CardAside(2, 999, "undo").pack(), buttons.CardAside(2, 0, "undo").pack()):
        query = acts.tap(ben.playground.world, ben.person, ben.chat, ben.message().id, sent)
        await heard(ben.playground, query.update_id)
        assert (ben.answers[-1].text, ben.sees(), aside(bot)) == (LATE, turn, [2])
