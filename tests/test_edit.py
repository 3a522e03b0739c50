"""A card of a deck that was sent is changed in the chat: for everybody who has it, and what they learned stays."""

import pytest

from bot.chat import buttons
from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from tests.notebook import differences, memories, notebook, tables_naming
from tests.people import BotHere, Screen, screen_of
from tests.test_imports import done, kept, sent
from tests.test_long_cards import png

RIVERS = "Longest river?;Nile\nRiver of Rome?;Tiber\nRiver of London?;Thames\n"
NILE = "Rivers · 1/3\n\nLongest river?"
LOOKS = "So it will look, for everybody who has the deck. What they learned stays."
ALONE = "So it will look. What you learned stays."


async def tap(somebody: Somebody, of: buttons.Tap) -> Screen:
    """A client sends data for a message that holds nothing."""
    await somebody.sends("/help")
    query = acts.tap(somebody.playground.world, somebody.person, somebody.chat, somebody.message().id, of.pack())
    await heard(somebody.playground, query.update_id)
    return somebody.sees()


@pytest.fixture
async def owner(anna: Somebody) -> Somebody:
    """Anna, who has sent her rivers; ben subscribes in the tests that need him."""
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Study")
    return anna


async def subscribed(anna: Somebody, ben: Somebody) -> None:
    """Ben has Anna's rivers by her link, and knows the first."""
    await anna.sends("/decks")
    await anna.taps("✓ Rivers · 3" if "✓ Rivers · 3" in anna.sees().labels else "Rivers · 3", "Share a link")
    link = anna.sees().text.split("start=")[1].split()[0]
    await ben.starts(link)
    await ben.taps("Show answer", "Good", "Not now")


def stored(bot: BotHere, card_id: int) -> tuple[str, str | None, int]:
    """A card's fields, what its file had, and whether /find is to read it anew."""
    with notebook(bot) as db:
        row = db.execute("select * from cards where card_id = ?", (card_id,)).fetchone()
        return row["fields"], row["file_fields"], row["indexed"]


def river(bot: BotHere) -> int:
    """The id of the first river."""
    with notebook(bot) as db:
        row = db.execute("select card_id from cards where coalesce(file_fields, fields) like '%Nile%'").fetchone()
    return int(row["card_id"])


async def test_a_side_is_typed_anew_under_its_turn(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """Which side, the new words, a look, saved: the turn goes on with them, and so does everybody's memory."""
    await subscribed(owner, ben)
    card_id = river(bot)
    before = memories(bot, ben)
    await owner.sends("/quiz rivers")
    assert (await owner.taps("⋯")).rows[0] == ("Edit", "Suspend")
    assert await owner.taps("Edit") == screen_of(
        "Rivers\n\nLongest river?\n\nWhich side?", "[Front side] [Back side]", "[Cancel]"
    )
    asked = await owner.taps("Front side")
    assert asked.text.endswith("This stands there now:\n\nLongest river?")
    assert asked.labels == ["Copy it", "Cancel"]
    assert owner.press("Copy it")[1].copy_text == "Longest river?"
    look = await owner.sends("The longest river of all?")
    assert look == screen_of(f"Rivers\n\nThe longest river of all?\n\n{LOOKS}", "[Save]", "[Type again] [Cancel]")
    assert not owner.sees_all()[-2].labels
    assert stored(bot, card_id)[1] is None, "nothing is saved before a tap says so"
    turn = await owner.taps("Save")
    assert turn == screen_of("Rivers · 1/3\n\nThe longest river of all?", "[Show answer]")
    assert owner.answers[-1].text == "Saved."
    assert stored(bot, card_id) == ('["The longest river of all?", "Nile"]', '["Longest river?", "Nile"]', 0)
    await owner.taps("Show answer", "Good")
    assert memories(bot, ben) == before
    assert (await tap(ben, buttons.CardPage(card_id))).text.startswith("Rivers\n\nThe longest river of all?")
    assert differences(bot) == ()


async def test_typed_again_and_cancelled(bot: BotHere, owner: Somebody) -> None:
    """Another try in place of the first; cancelled, the turn is as it was. Whoever edits the back has seen it."""
    await owner.sends("/quiz rivers")
    await owner.taps("⋯", "Edit", "Cancel")
    assert owner.sees() == screen_of(NILE, "[Show answer]")
    await owner.taps("⋯", "Edit", "Back side")
    assert "Nile" in owner.sees().text
    assert (await owner.sends("Amazon")).text == f"Rivers\n\nLongest river?\n─────\nAmazon\n\n{ALONE}"
    await owner.taps("Type again")
    assert (await owner.sends("The Nile")).text == f"Rivers\n\nLongest river?\n─────\nThe Nile\n\n{ALONE}"
    turn = await owner.taps("Cancel")
    assert turn.text == f"{NILE}\n─────\nNile"
    assert turn.labels[0].startswith("Again")
    assert stored(bot, river(bot))[1] is None
    # What is typed after another command is no side of a card.
    await owner.taps("⋯", "Edit", "Front side")
    await owner.sends("/help")
    assert (await owner.sends("hello")).text.startswith("I listen to taps and commands")


async def test_the_same_file_leaves_an_edit(bot: BotHere, owner: Somebody) -> None:
    """Sent again, a file whose cells are what they were takes nothing back; formatting and a restart are survived."""
    card_id = river(bot)
    await tap(owner, buttons.CardPage(card_id))
    await owner.taps("Edit", "Back side")
    await bot.restart()
    bold = [{"type": "bold", "offset": 0, "length": 4}]
    await owner.gives({"entities": bold}, text="Nile, 6650 km")
    await bot.restart()
    assert (await owner.taps("Save")).text.startswith(
        "Rivers\n\nLongest river?\n─────\nNile, 6650 km\n\nYour progress: new"
    )
    again = await sent(owner, RIVERS, "rivers.txt")
    assert "Nothing has changed" in again.text
    assert stored(bot, card_id)[:2] == ('["Longest river?", "Nile, 6650 km"]', '["Longest river?", "Nile"]')


async def test_who_may_edit(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """The owner; a subscriber may not, and a stranger sees nothing; a card of the folder is changed in its file."""
    await subscribed(owner, ben)
    card_id = river(bot)
    cleo = owner.playground.person("cleo")
    await cleo.sends("/start")
    for choice in ("which", "front", "back"):
        await tap(ben, buttons.CardEdit(card_id, 0, choice))
        assert ben.answers[-1].text.startswith("Only who owns the deck")
        await tap(cleo, buttons.CardEdit(card_id, 0, choice))
        assert cleo.answers[-1].text.startswith("That is not in the decks")
    await tap(owner, buttons.CardEdit(1, 0, "front"))
    assert owner.answers[-1].text.startswith("This card stands in capitals.txt")
    # A payload for what somebody else is typing does nothing.
    await tap(owner, buttons.CardEdit(card_id, 0, "front"))
    await owner.sends("Mine")
    await tap(ben, buttons.CardEdit(card_id, 0, "save"))
    assert ben.answers[-1].text == "Nothing is being edited any more."
    assert stored(bot, card_id)[1] is None


async def test_a_wrong_card_is_mended_in_two_taps(
    bot: BotHere, owner: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """The owner reads what is said to be wrong, not by whom; once it is saved, ben reads it, once and silently."""
    await subscribed(owner, ben)
    await tap(ben, buttons.CardPage(river(bot)))
    await ben.taps("Mark as wrong")
    told = owner.sees()
    assert told == screen_of(
        "Somebody says that this card is wrong:\n\nRivers\n\nLongest river?\n─────\nNile", "[Edit] [It is right]"
    )
    await owner.taps("Edit", "Back side")
    await owner.sends("Amazon")
    await owner.taps("Save")
    assert ben.sees() == screen_of("The card that you marked as wrong was mended: Longest river?", "[See the card]")
    assert ben.message().silent
    count = len(ben.messages())
    await owner.taps("Edit", "Back side")
    await owner.sends("Nile")
    await owner.taps("Save")
    assert len(ben.messages()) == count
    # Mended otherwise it is mended as well, and what asked for that says so.
    await ben.taps("See the card", "Mark as wrong")
    assert ben.answers[-1].text.startswith("Thank you.")
    told = owner.message()
    assert (told.text or "").startswith("Somebody says that this card is wrong:")
    await sent(owner, RIVERS.replace("Nile", "Congo"), "rivers.txt")
    await done(owner, "Import")
    await clock.advance(minutes=1)
    assert ben.sees().text == "The card that you marked as wrong was mended: Longest river?"
    right = next(button.data for row in told.rows for button in row if button.text == "It is right")
    await owner.taps_data(told, right)
    assert owner.answers[-1].text == "That was settled before; here is the card as it is now."
    assert any(screen.text.startswith("Mended.") and "Congo" in screen.text for screen in owner.sees_all())


async def test_pictures_and_what_is_left_of_who_is_forgotten(bot: BotHere, owner: Somebody, ben: Somebody) -> None:
    """A picture is a side as well, and stays while the words beside it are typed anew; nothing of an edit outlives its
    author's account.
    """
    await subscribed(owner, ben)
    await tap(owner, buttons.CardPage(river(bot)))
    await owner.taps("Edit", "Back side")
    look = await owner.shows(png(60), "nile.png", caption="On the map", kind="photo")
    assert look.labels == ["Save", "Type again", "Cancel"]
    page = await owner.taps("Save")
    assert "On the map" in page.text
    assert len(kept(bot)) == 1
    await owner.taps("Edit", "Back side")
    assert "Its picture or recording stays" in owner.sees().text
    await owner.sends("Here it is")
    await owner.taps("Save")
    with notebook(bot) as db:
        back = str(db.execute("select back from cards where card_id = ?", (river(bot),)).fetchone()[0])
    assert "Here it is" in back
    assert kept(bot)[0] in back
    await tap(ben, buttons.CardPage(river(bot)))
    await ben.taps("Mark as wrong", "Suspend")
    await tap(owner, buttons.CardPage(river(bot)))
    await owner.taps("Edit", "Front side")
    await owner.sends("Not saved")
    assert tables_naming(bot, owner.id)
    for somebody in (owner, ben):
        await somebody.sends("/forget")
        await somebody.taps("Erase everything")
        assert tables_naming(bot, somebody.id) == []
