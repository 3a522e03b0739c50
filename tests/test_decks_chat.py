"""Decks in the private chat: their list, pages and links; and words that are no command."""

from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from tests.habits import settles, studies
from tests.notebook import memories
from tests.people import BotHere, screen_of

LIST = "Decks you can study. A tick marks those you study."
TYPED = "I listen to taps and commands; /help lists them. Here is where we were."


@pytest.fixture
def deck_files(deck_files: dict[str, str]) -> dict[str, str]:
    """The capitals, and a deck with a name that a client might take for an address."""
    return {**deck_files, "notes.txt": "#deck:readme.md\nOne?;1\nTwo?;2\n"}


async def test_a_deck_is_subscribed_on_its_page(anna: Somebody) -> None:
    """One button a deck opens its page; Subscribe puts the first card at once."""
    assert await anna.sends("/decks") == screen_of(LIST, "[Capitals · 5]", "[readme.md · 2]")
    page = screen_of("Capitals\n5 cards", "[Subscribe]", "[Look through] [Share a link]", "[Back]")
    assert await anna.taps("Capitals") == page
    assert await anna.taps("Back") == screen_of(LIST, "[Capitals · 5]", "[readme.md · 2]")
    assert (await anna.taps("Capitals", "Subscribe")).text.startswith("Capitals · 1/5")
    assert anna.toast == "Subscribed"
    assert len(anna.messages()) == 1


async def test_decks_of_one_name_are_told_apart(anna: Somebody) -> None:
    """Wherever one is chosen: her own, and once she has two of them, which; by themselves names are as they were."""
    await settles(anna)
    await anna.sends("/add Capital of Chad?\nN'Djamena")
    await anna.taps("To deck …", "New deck")
    await anna.sends("Capitals")
    await anna.taps("Save")
    hers = "✓ Capitals (yours) · 1"
    assert (await anna.sends("/decks")).labels == ["✓ Capitals · 5", hers, "readme.md · 2"]
    asked = await anna.sends("/quiz capitals")
    assert asked.labels == ["Capitals · 5", hers.removeprefix("✓ ")]
    assert "Chad" in (await anna.taps("Capitals (yours)")).text
    assert (await anna.sends("/export")).labels[:2] == asked.labels
    await anna.sends("/decks")
    await anna.taps("✓ Capitals (yours)", "Rename")
    await anna.sends("Towns")
    assert {"✓ Capitals · 5", "✓ Towns · 1"} <= {*(await anna.sends("/decks")).labels}


async def test_the_page_says_what_waits(anna: Somebody) -> None:
    """A deck that one has shows what is due and what was not met, and goes on from there."""
    await settles(anna)
    await anna.sends("/decks")
    page = screen_of(
        "Capitals\n5 cards\n0 due now, 4 not met yet.", "[Study] [Leave]", "[Look through] [Share a link]", "[Back]"
    )
    assert await anna.taps("✓ Capitals") == page
    assert (await anna.taps("Study")).text.startswith("Capitals · 1/4")
    assert [bool(one.labels) for one in anna.sees_all()] == [False, True]


async def test_a_deck_begun_after_the_days_new_cards(anna: Somebody) -> None:
    """It says why no card comes, and more new cards are those of the deck that was asked for."""
    await settles(anna)
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new", "Back", "Done")
    await anna.sends("/decks")
    await anna.taps("readme", "Subscribe")
    said = "You are subscribed to readme.\u2060md now. Today's new cards are used up. Nothing is due"
    assert anna.sees().text.startswith(said)
    assert (await anna.starts("deck_notes")).text.startswith(said), "as a link says it"
    assert (await anna.taps("2 more new cards")).text == "readme.\u2060md · 1/2\n\nOne?"


async def test_what_was_learned_stays_when_a_deck_is_left(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """No card of it comes any more; who comes back finds every memory as it was."""
    await settles(anna)
    await studies(anna)
    before = memories(bot, anna)
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    assert anna.toast == "Left Capitals; what you learned stays"
    assert anna.sees().labels[0] == "Subscribe"
    await clock.advance(days=30)
    assert (await anna.sends("/quiz")).text == "You have no deck. Pick one, and its first card comes at once."
    assert memories(bot, anna) == before
    await anna.sends("/decks")
    assert (await anna.taps("Capitals", "Subscribe")).text.startswith("Capitals · 1/5")
    assert memories(bot, anna) == before


async def test_leaving_takes_the_open_turn_along(anna: Somebody) -> None:
    """A card of the deck that stands there loses its buttons."""
    await settles(anna)
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    assert [bool(one.labels) for one in anna.sees_all()] == [False, True]


async def test_words_after_the_last_deck_was_left_offer_the_decks(anna: Somebody) -> None:
    """The session went with its deck: nobody reads of an end with no cards in it."""
    await anna.starts("deck_capitals")
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    assert (await anna.sends("hello")).text == "You have no deck. Pick one, and its first card comes at once."


async def test_a_deck_is_looked_through(anna: Somebody) -> None:
    """Card by card with both sides, round and round, and back to its page."""
    await anna.sends("/decks")
    screen = await anna.taps("Capitals", "Look through")
    first = "Capitals · card 1 of 5\n\nWhat is the capital of France?\n─────\nParis"
    assert screen == screen_of(first, "[See the card]", "[‹] [Back] [›]")
    assert (await anna.taps("‹")).text.startswith("Capitals · card 5 of 5")
    assert (await anna.taps("›")).text == first
    assert (await anna.taps("See the card")).labels[-1] == "Deck"
    await anna.taps("Deck", "Look through")
    assert (await anna.taps("Back")).text == "Capitals\n5 cards"


async def test_a_link_can_be_shared(anna: Somebody, ben: Somebody) -> None:
    """Whoever opens it has the deck."""
    await anna.sends("/decks")
    screen = await anna.taps("Capitals", "Share a link")
    link = f"https://t.me/{anna.playground.world.bot.username}?start=deck_capitals"
    assert screen == screen_of(f"Whoever opens this link subscribes to Capitals:\n{link}", "[Back]")
    assert "Capitals · 1/5" in (await ben.follows(link)).text


async def test_a_decks_name_is_no_link(anna: Somebody) -> None:
    """In none of the places where it stands beside words of ours."""
    await anna.starts("deck_notes")
    assert anna.sees().links == []
    await anna.sends("/decks")
    assert (await anna.taps("✓ readme.md")).links == []
    assert (await anna.taps("Look through")).links == []
    await anna.sends("/quiz readme.md")
    assert anna.sees().links == []


async def test_a_page_gives_way_to_the_turn_it_became(anna: Somebody) -> None:
    """Buttons of a deck's page, tapped when a card already stands there, leave the card alone."""
    await anna.sends("/decks")
    await anna.taps("Capitals")
    page = anna.message()
    await anna.taps("Subscribe", "Show answer")
    shown = anna.sees()
    for label in ("Subscribe", "Look through", "Share a link"):
        await anna.taps_old(page, label)
        assert anna.toast == "That was answered before; here is what comes now."
        assert anna.sees() == shown


async def test_a_late_tap_for_the_decks_leaves_the_card_alone(anna: Somebody, bot: BotHere) -> None:
    """Two taps in a hurry, Subscribe and Back: the card stands in the page's place, the decks in a message below."""
    await anna.sends("/decks")
    await anna.taps("Capitals")
    await bot.stop()
    anna.taps_unheard("Subscribe")
    last = anna.taps_unheard("Back")
    await bot.start()
    await heard(anna.playground, last)
    card, decks = anna.sees_all()
    assert card == screen_of("Capitals · 1/5\n\nWhat is the capital of France?", "[Show answer]")
    assert decks.text == LIST


async def test_a_deck_whose_file_went_says_so(anna: Somebody, decks_dir: Path, clock: WorldClock) -> None:
    """Its page and its buttons answer with what became of it, and nothing of it is offered."""
    await anna.sends("/decks")
    await anna.taps("readme.md")
    page = anna.message()
    (decks_dir / "notes.txt").unlink()
    for _ in range(4):
        await clock.advance(seconds=5)
    for label in ("Subscribe", "Look through", "Share a link"):
        await anna.taps_old(page, label)
        assert anna.toast == "That is not in the decks any more."
    assert anna.sees() == screen_of(LIST, "[Capitals · 5]")


async def test_words_with_nothing_due_say_what_can_be_done(anna: Somebody) -> None:
    """Nobody is left without an answer: who has studied all, and who has begun no deck."""
    await anna.sends("/start")
    assert (await anna.sends("hello")).text == "You have no deck. Pick one, and its first card comes at once."
    assert anna.sees().labels == ["Decks"]
    await settles(anna)
    await studies(anna)
    screen = await anna.sends("hello")
    assert screen.text.startswith(f"{TYPED}\n\nNothing is due.")
    assert "Study ahead" in screen.labels


async def test_an_unknown_command_is_said(anna: Somebody) -> None:
    """With the way to those that are known; the open turn stays where it is."""
    await settles(anna)
    assert (await anna.sends("/pizza")).text == "I do not know that command. /help lists what I know."
    assert (await anna.taps("Show answer")).text == "I do not know that command. /help lists what I know."
    assert "Lima" in anna.sees_all()[0].text


async def test_commands_are_known_in_any_case_and_by_name(anna: Somebody) -> None:
    """/Quiz and /quiz@this_bot are /quiz."""
    await settles(anna)
    for text in ("/Quiz", f"/quiz@{anna.playground.world.bot.username}", "/QUIZ capitals"):
        assert (await anna.sends(text)).text.startswith("Capitals · 1/4")


async def test_help_lists_the_commands_of_the_menu(anna: Somebody, clock: WorldClock) -> None:
    """Each with one line, the same ones, none missing; every one of them is answered."""
    screen = await anna.sends("/help")
    listed = [line.split(" — ")[0] for line in screen.text.splitlines() if line.startswith("/")]
    assert sorted(listed) == sorted(anna.menu)
    assert len(listed) == len(set(listed)) == 11
    for command in listed:
        before = len(anna.messages())
        await anna.sends(command)
        await clock.advance(seconds=1)  # on a busy machine the picture of /stats comes after its update is put aside
        assert len(anna.messages()) > before, command
        assert "I do not know that command" not in anna.sees().text
