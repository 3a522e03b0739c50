"""Decks of one name: the mark by which they are told apart is typed, too, and is the same wherever one is chosen."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.people import BotHere, Group, screen_of
from tests.test_imports import done, sent
from tests.test_sharing import payload

WORDS = {
    f"{at}.txt": f"#deck:{name}\n{at} one?;1\n{at} two?;2\n" for at, name in enumerate(("Words", "Words", "Verbs"))
}


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Two decks of one name and another."""
    return WORDS


@pytest.fixture
async def room(playground: Playground, anna: Somebody, ben: Somebody) -> Group:
    """A group of Anna's, Ben in it, that has the three decks."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    for name in ("Words (1)", "Words (2)", "Verbs"):
        await anna.taps(name, chat=group)
        await anna.sends("/decks", group)
    return group


async def test_a_name_is_typed_with_its_mark(anna: Somebody) -> None:
    """In private: a deck that one has begins, another is offered; the number of cards may stand behind it."""
    await anna.starts("deck_0")
    await anna.taps("Show answer", "Easy", "Not now")
    await anna.starts("deck_1")
    assert (await anna.sends("/quiz words")).labels == ["Words (1) · 2", "Words (2) · 2"]
    for typed in ("Words (2)", "words (2) 12", "words (2)"):
        assert (await anna.sends(f"/quiz {typed}")).text.startswith("Words · 1/2\n\n1 one?"), typed
    assert (await anna.sends("/quiz Words (1)")).text.startswith("Words · 1/1\n\n0 two?")
    assert (await anna.sends("/quiz Words (3)")).labels == ["Words (1) · 2", "Words (2) · 2"]


async def test_what_was_imported_is_called_as_everywhere(anna: Somebody) -> None:
    """Under its import a deck has the name by which it is chosen from all others, and typed."""
    await sent(anna, "#deck:Words\n5 one?;1\n5 two?;2\n", "5.txt")
    result = await done(anna, "Import")
    assert result.labels == ["Study", "Words (yours) · 2"]
    assert (await anna.sends("/export")).labels[0] == "Words (yours) · 2"
    await anna.sends("/add One?\n1")
    assert (await anna.taps("To deck …")).labels[0].startswith("Words (yours)")
    await anna.taps("Back", "Cancel")
    assert "Rename" in (await anna.sends("/quiz Words (yours)")).labels, "its page, as she has not subscribed to it"


async def test_a_group_asks_which_and_takes_the_mark(
    room: Group, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """Whoever may ask chooses, and what it calls the decks is what is typed, for a card as for a round."""
    assert "This group studies Verbs, Words (1) and Words (2)." in room.sees().text
    which = screen_of("Several decks fit “words”. Which one?", "[Words (1) · 2]", "[Words (2) · 2]")
    assert await anna.sends("/quiz words", room) == which
    card = await ben.taps("Words (2)", chat=room)
    assert card.text.startswith("Words (2)\n\n1 one?")
    await ben.taps_old(room.messages()[-2], "Words (1)")
    assert ben.toast.startswith("This card is still open"), ben.toast
    await clock.advance(minutes=2)
    assert (await anna.sends("/quiz words (1)", room)).text.startswith("Words (1)\n\n0 one?")
    assert (await anna.sends("/quiz Words (2)", room)).text.startswith("Words (2)\n\n1 two?")
    assert (await anna.sends("/quiz verbs", room)).text.startswith("Verbs\n\n")
    assert await anna.sends("/round words", room) == which
    asked = room.message()
    for data in ("gq:99", "ro:99"):
        await ben.taps_data(asked, data)
        assert ben.toast.startswith("That is not in the decks any more"), data
    assert (await anna.sends("/round Words (2)", room)).labels[:4] == ["All decks", "Verbs", "Words (1)", "✓ Words (2)"]
    await anna.taps("Call off", chat=room)
    await ben.taps_old(asked, "Words (1)")
    assert room.sees().text.startswith("A round for everybody here\nWords (1) · 5 cards")
    assert "Words (1) · 1 card" in (await ben.taps("Start", chat=room)).text
    await clock.advance(seconds=30)
    assert room.sees().text.startswith("Words (1) · 1/1")


async def test_a_group_reads_the_same_whoever_owns_a_deck(
    bot: BotHere, playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """No deck is “yours” where several read it: in its lists, a round and its cards each is told apart by a number."""
    await sent(anna, "#deck:Words\n5 one?;1\n", "5.txt")
    await done(anna, "Import")
    await anna.taps("Words (yours)", "Share a link")
    group = playground.group("Study group", [anna], with_bot=False, supergroup=True)
    await group.adds_bot(anna)
    await anna.taps("Words (1)", chat=group)
    await anna.sends(f"/start {payload(anna)}", group)
    assert group.sees().labels == ["Verbs · 2", "✓ Words (1) · 2", "Words (2) · 2", "✓ Words (3) · 1"], "numbers only"
    assert (await anna.sends("/quiz words", group)).labels == ["Words (1) · 2", "Words (3) · 1"]
    water = await group.opens_topic("Water", anna)
    assert (await anna.sends("/decks", water)).labels == ["Words (1)", "Words (3)", "All decks"]
    await anna.taps("Words (3)", chat=water)
    assert anna.toast == "Words (3) comes here now"
    assert (await anna.sends("/quiz", water)).text.startswith("Words (3)\n\n5 one?")
    await group.closes_topic("Water", anna)
    await clock.advance(minutes=2)
    anna.sends_unheard("/quiz Words (3)", water)
    await clock.advance(seconds=1)
    assert "so the cards of Words (3) come here until it is opened again." in group.topic_named("General").sees().text
