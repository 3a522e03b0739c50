"""⋯ under a group's card where a server has nothing for one alone: the private chat has it."""

from dataclasses import replace

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FIRST_WORD, FRANCE, asked, shown_to
from tests.notebook import log
from tests.people import CAPITALS, NOTHING, BotHere, Group, Somebody, screen_of

LONG = ("It keeps a ship from drifting. " * 8).strip()
FOUR = "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]"
MENU = screen_of(f"Capitals · from your group\n\n{FRANCE}", "[Suspend] [Bury today]", "[Deck] [History]")
ANSWER = f"Capitals · from your group\n\n{FRANCE}\n─────\nParis"
MENU_SHOWN = screen_of(ANSWER, "[Suspend] [Bury today]", "[Mark as wrong] [Deck]", "[History] [Back]")
CLOSED = "This card is closed; its answer stands in the group for all."


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.2"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of short answers, and one whose answer is too long for an alert."""
    return {"capitals.txt": CAPITALS, "ships.txt": f"What is an anchor for?;{LONG}\nWhat is a keel?;A beam\n"}


async def test_the_private_chat_has_it(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, playground: Playground, clock: WorldClock
) -> None:
    """A tap leads there; what is done there is Ben's alone, and who has looked goes on to their grades."""
    await ben.sends("/quiz", group)
    assert await ben.taps("⋯", chat=group) == asked(FRANCE)
    assert (ben.toast, ben.answers[-1].url) == ("", "https://t.me/deckhand_bot?start=menu_1")
    assert await ben.follows() == replace(MENU, text=f"{FIRST_WORD}{MENU.text}"), "what this chat is, once"
    shown = await ben.taps("History")
    assert (
        shown.text.startswith(f"Capitals · from your group\n\n{FRANCE}\n\nYour progress: new"),
        shown.labels[-1],
    ) == (True, "Back")
    assert await ben.taps("Back") == MENU
    assert (await ben.taps("Suspend")).text == f"Capitals · from your group\n\n{FRANCE}\n\nYour progress: suspended"
    assert await ben.taps("Take up again") == MENU
    await ben.taps("Deck")
    assert [each.text.split("\n")[0] for each in ben.sees_all()[-2:]] == ["Capitals · from your group", "Capitals"]
    assert ben.sees().labels[0] == "Subscribe"
    await ben.taps("Show answer", "⋯", chat=group)
    assert await ben.follows() == MENU_SHOWN
    assert "Mark as wrong" not in (await ben.taps("Mark as wrong")).labels
    assert await ben.taps("Back") == screen_of(ANSWER, *FOUR)
    assert await ben.taps("Good") == screen_of(f"{ANSWER}\n\nGood, back in 10 minutes.", "[Undo]")
    assert cleo.sees() == NOTHING
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · 1 knew it", grades=True)
    assert not [text for text in shown_to(playground, group) if "Paris" in text or "suspended" in text]
    assert len(log(bot, ben)) == 1


async def test_a_link_is_for_who_tapped(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Passed on it opens nothing, and once the card is closed it says so; so does what stands there already."""
    await ben.sends("/quiz", group)
    await ben.taps("⋯", chat=group)
    await ben.follows()
    assert (await cleo.starts("menu_1")).text == "This card is no longer asked."
    for no_turn in ("menu_", "menu_x", "menu_-1", f"menu_{2**63}", f"menu_{2**62}_edit"):
        assert (await cleo.starts(no_turn)).text == "This card is no longer asked."
    assert (await ben.starts("menu_1_edit")).text.startswith("Only who owns the deck")
    await ben.starts("menu_1")
    history = await ben.taps("History")
    await clock.advance(minutes=10)
    for choice in ("Suspend", "Back"):
        assert (await ben.taps(choice), ben.toast) == (history, CLOSED)
    assert (await ben.starts("menu_1")).text == CLOSED


async def test_under_an_answer_in_private(group: Group, anna: Somebody, ben: Somebody, cleo: Somebody) -> None:
    """Whose answer is too long for an alert has ⋯ under it in private; it covers no turn of one's own."""
    await anna.sends("/decks", group)
    await anna.taps("Ships", "✓ Capitals", chat=group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    shown = await ben.follows()
    assert shown.menu
    assert "Mark as wrong" in (await ben.taps("⋯")).labels
    assert await ben.taps("Back") == replace(shown, text=shown.text.removeprefix(FIRST_WORD))
    await cleo.taps("⋯", chat=group)
    assert LONG not in (await cleo.follows()).text
    menu = cleo.message().rows[0][0].data
    await cleo.starts("deck_capitals")
    own = cleo.sees()
    assert await cleo.taps_data(cleo.message(), menu) == own
    assert cleo.toast.startswith("This card is no longer asked")


@pytest.mark.parametrize("server", ["10.3"])
async def test_a_moment_that_nothing_followed(group: Group, ben: Somebody, playground: Playground) -> None:
    """Nobody knows whether it arrived: the private chat has it, and who has it in place of the card asks there anew."""
    await ben.sends("/quiz", group)
    playground.faults.add("sendMessage", "after", "reset")
    assert (await ben.taps("⋯", chat=group)).text == "One moment…"
    assert await ben.follows() == replace(MENU, text=f"{FIRST_WORD}{MENU.text}")
    assert (await ben.taps("⋯", chat=group)).text == FRANCE
    assert await ben.taps("Back", chat=group) == asked(FRANCE)
    playground.faults.add("deleteEphemeralMessage")
    await ben.taps("⋯", "Back", chat=group)
    assert (ben.toast, ben.sees(group).text) == ("One moment…", FRANCE)
    playground.faults.add("editEphemeralMessageText")
    await ben.taps("Suspend", chat=group)
    assert ben.toast.startswith("Suspended for you alone,")
    assert (await ben.taps("History", chat=group)).text.startswith(f"{FRANCE}\n\nYour progress: suspended\n\nNext")
