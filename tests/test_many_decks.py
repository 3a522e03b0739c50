"""More decks than one message can offer: the lists are leafed, in private and in a group."""

import sqlite3
from contextlib import closing

import pytest

from bot.playground import acts
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from tests.people import BotHere, Group

LIST = "Decks you can study. A tick marks those you study."
DECKS = 103
FIRST = [f"Deck {number:03} · 1" for number in range(8)]
SECOND = [f"Deck {number:03} · 1" for number in range(8, 16)]
LAST = [f"Deck {number:03} · 1" for number in range(96, DECKS)]


@pytest.fixture
def deck_files() -> dict[str, str]:
    """More decks of one card each than a message may have buttons."""
    return {f"d{number:03}.txt": f"#deck:Deck {number:03}\nOne?;1\n" for number in range(DECKS)}


async def test_the_first_words_lead_to_every_deck(bot: BotHere, anna: Somebody) -> None:
    """Eight decks a page: More goes on, Back goes back, the last page begins anew; a deck of any page is begun."""
    welcome = await anna.sends("/start")
    assert welcome.text.endswith("Which deck first?")
    assert welcome.labels == [*FIRST, "More 2/13"]
    second = await anna.taps("More 2/13")
    assert (second.text, second.labels) == (welcome.text, [*SECOND, "Back", "More 3/13"])
    assert await anna.taps("Back") == welcome
    for page in range(2, 14):
        await anna.taps(f"More {page}/13")
    assert anna.sees().labels == [*LAST, "Back", "From the start"]
    assert await anna.taps("From the start") == welcome
    assert (await anna.taps("More 2/13", "Deck 011")).text == "Deck 011 · 1/1\n\nOne?"
    assert len(anna.messages()) == 1


async def test_a_decks_page_goes_back_to_its_page_of_the_list(bot: BotHere, anna: Somebody) -> None:
    """Whoever looks at a deck far down the list comes back there, and finds it ticked once it is theirs."""
    await anna.starts("deck_d011")
    listed = await anna.sends("/decks")
    assert (listed.text, listed.labels) == (LIST, [*FIRST, "More 2/13"])
    second = await anna.taps("More 2/13")
    assert second.labels == [*SECOND[:3], f"✓ {SECOND[3]}", *SECOND[4:], "Back", "More 3/13"]
    assert await anna.taps("Deck 014", "Back") == second
    unknown = await anna.sends("/quiz xylophone")
    assert unknown.text == "I know no deck called “xylophone”. These are here:"
    assert unknown.labels == [*FIRST, "More 2/13"]
    assert await anna.taps("More 2/13") == second


async def test_decks_to_take_along_are_leafed_as_well(bot: BotHere, anna: Somebody) -> None:
    """From a deck's page one comes back to its page of the list."""
    await anna.starts("deck_d011")
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute(
            "insert or ignore into subscriptions (chat_id, deck_id, subscribed_at) select ?, deck_id, 1 from decks",
            (anna.id,),
        )
    assert (await anna.sends("/export")).labels == [*FIRST, "More 2/13", "Everything of mine"]
    second = await anna.taps("More 2/13")
    assert second.labels == [*SECOND, "Back", "More 3/13", "Everything of mine"]
    assert await anna.taps("Deck 014", "Back") == second


async def test_an_old_list_is_harmless(bot: BotHere, anna: Somebody) -> None:
    """Leafed when its message holds a card, the card stays; when its decks are gone, it is as it now is."""
    await anna.sends("/start")
    more = anna.press("More 2/13")[1].data
    card = await anna.taps("Deck 003")
    await anna.taps_data(anna.message(), more)
    assert [anna.sees_all()[0], anna.sees().labels] == [card, [*SECOND, "Back", "More 3/13"]]
    for path in sorted(bot.decks_dir.iterdir())[5:]:
        path.unlink()
    await bot.restart()
    await anna.taps("More 3/13")
    assert anna.sees().labels == [*FIRST[:3], f"✓ {FIRST[3]}", FIRST[4]]


async def test_administrators_leaf_through_a_groups_list(
    bot: BotHere, playground: Playground, anna: Somebody, ben: Somebody
) -> None:
    """A group's list is leafed by who may choose from it, stays where a deck was chosen, and begins a quiz there."""
    group: Group = playground.group("Study group", [anna, ben], [anna], with_bot=False)
    await group.adds_bot(anna)
    assert group.sees().labels == [*FIRST, "More 2/13"]
    first = group.sees()
    await ben.taps("More 2/13", chat=group)
    assert (group.sees(), ben.toast) == (first, "Only administrators of this group can do that.")
    await anna.taps("More 2/13", "Deck 011", chat=group)
    assert group.sees().text == "This group studies Deck 011. /quiz puts a card to everybody."
    assert group.sees().labels == [*SECOND[:3], f"✓ {SECOND[3]}", *SECOND[4:], "Back", "More 3/13"]
    await anna.taps("✓ Deck 011", chat=group)
    await ben.sends("/quiz", group)
    more = group.press("More 2/13")[1].data
    await anna.taps("More 2/13", "Deck 014", chat=group)
    assert group.sees().text == "Deck 014\n\nOne?\n\nNobody has looked yet"
    card = group.sees()
    query = acts.tap(playground.world, anna.person, group.chat, group.message().id, more)
    await heard(playground, query.update_id)
    assert group.sees_all()[-1] == card


async def test_a_group_of_many_decks_names_the_first(bot: BotHere, playground: Playground, anna: Somebody) -> None:
    """The sentence stays short however many decks a group has."""
    group = playground.group("Study group", [anna], [anna], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps(*(f"Deck {number:03}" for number in range(8)), "More 2/13", chat=group)
    await anna.taps(*(f"Deck {number:03}" for number in range(8, 12)), chat=group)
    names = ", ".join(f"Deck {number:03}" for number in range(10))
    assert group.sees().text == f"This group studies {names} and 2 more. /quiz puts a card to everybody."
