"""A person writes cards in the private chat."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.chat import buttons
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.decks.anki.samples import PICTURE
from tests.notebook import notebook
from tests.people import BotHere, BotProcess, Screen, screen_of
from tests.recordings import opus

KEEL = "What is a keel?\n─────\nA beam"
LINES = "What is a keel?\nA beam"  # with a picture, in a rich message
PREVIEW = ("[Save] [Edit]", "[Also reversed] [To deck …]", "[Cancel]")
OVER = "That card is no longer being written."


def rows(bot: BotHere, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database has."""
    with notebook(bot) as db:
        return [tuple(row) for row in db.execute(query, values)]


def change(bot: BotHere, statement: str, *values: object) -> None:
    """What only another part of the bot, or a crash, does to the database."""
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        db.execute(statement, values)
        db.commit()


def kept(bot: BotHere) -> list[str]:
    """The endings of the media that lie beside the database."""
    return sorted(path.suffix for path in (bot.folder / "deckhand.db.media").glob("*"))


async def test_a_card_is_asked_for_side_by_side(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """It is shown as it will look, saved into a deck of one's own, and comes as a new card; a second Save adds none."""
    assert await anna.sends("/add") == screen_of("What is on the front?", "[Cancel]")
    assert await anna.sends("What is a keel?") == screen_of("And on the back?", "[Cancel]")
    assert await anna.sends("A beam") == screen_of(f"My cards · new card\n\n{KEEL}", *PREVIEW)
    assert [screen.labels for screen in anna.sees_all()[:2]] == [[], []]
    await anna.tap_twice("Save")
    saved = screen_of(f"Saved in My cards.\n\n{KEEL}", "[Add another] [Undo]")
    assert anna.sees() == saved
    assert rows(bot, "select guid <> '', note, indexed from cards where file_fields = '[]'") == [(1, "", 0)]
    assert rows(bot, "select count(*) from drafts") == [(0,)]
    await anna.taps_old(anna.message(), buttons.Add("cancel", 0).pack())
    assert (anna.toast, anna.sees()) == (OVER, saved)
    await clock.advance(minutes=1)
    assert (await anna.sends("/quiz")).text == "My cards · 1/1\n\nWhat is a keel?"


async def test_a_card_can_be_written_anew_and_go_both_ways_to_a_new_deck(bot: BotHere, anna: Somebody) -> None:
    """Each wish is a tap on the preview; siblings share a note and are taken back together."""
    await anna.sends("/add What is a keel?\nA bean\n\n of wood")
    assert anna.sees().text.endswith("What is a keel?\n─────\nA bean\n\nof wood")
    asked = screen_of("My cards · new card\n\n" + anna.sees().text.split("\n\n", 1)[1], *PREVIEW)
    assert (await anna.taps("Edit")).labels == ["Front side", "Back side", "Back"]
    assert await anna.taps("Back side") == screen_of("Send the new back.", "[Back]")
    assert await anna.taps("Back") == asked
    await anna.taps("Edit", "Back side")
    assert (await anna.sends("A beam")).text == f"My cards · new card\n\n{KEEL}"
    reverse = anna.message()
    assert (await anna.taps("Also reversed")).labels[2] == "Also reversed ✓"
    await anna.taps_old(reverse, buttons.Add("reversed", 1).pack())
    assert anna.sees().text == f"My cards · new card, also reversed\n\n{KEEL}"
    assert await anna.taps("To deck …") == screen_of("Which deck does it go to?", "[New deck] [Back]")
    assert await anna.taps("New deck") == screen_of("Type the name of the new deck.", "[Back]")
    assert (await anna.sends("x" * 101)).text == "That is too long for a name. Type a shorter one."
    assert (await anna.sends("Ships")).text == f"Ships · new card, also reversed\n\n{KEEL}"
    assert (await anna.taps("Save")).text == f"Saved in Ships, both ways round.\n\n{KEEL}"
    front, back = rows(bot, "select guid, note, front, archived_at from cards where file_fields = '[]'")
    assert front[1] == back[1] != ""
    assert front[0] != back[0]
    assert await anna.taps("Undo") == screen_of(f"Taken back: it is no longer in Ships.\n\n{KEEL}", "[Add another]")
    assert rows(bot, "select count(*) from cards where file_fields = '[]' and archived_at is null") == [(0,)]
    assert (await anna.taps("Add another")).text == "What is on the front?"
    await anna.sends("Is Ships remembered?")
    assert (await anna.sends("Yes")).text.startswith("Ships · new card\n")


async def test_pictures_recordings_and_what_is_forwarded_are_sides(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """The caption stands below its picture; what cannot be a side is said; what is cancelled is kept nowhere."""
    await anna.shows(PICTURE, "map.png", caption="/add Which country?", kind="photo")
    assert anna.sees() == screen_of("And on the back?", "[Cancel]")
    assert (await anna.gives({"location": {"latitude": 1, "longitude": 2}})).text.startswith(
        "That cannot be on a card."
    )
    assert (await anna.shows(b"\x00" * 100, "none.png")).text.startswith("That picture cannot be shown on a card")
    preview = await anna.shows(opus(2), "a.ogg", kind="voice", caption="Ecuador")
    assert preview.picture
    assert preview.text == "My cards · new card\nWhich country?\n[sound]\nEcuador"
    await anna.taps("Cancel")
    await anna.playground.clock.advance(seconds=1)
    assert anna.sees() == screen_of("Cancelled. Nothing was saved.")
    assert kept(bot) == []
    await ben.sends("/add")
    await anna.sends("/add")
    await anna.shows(PICTURE, "map.png", kind="photo")
    said = await anna.forwards(ben.message())
    assert said.text == "My cards · new card\nWhat is on the front?"
    await anna.taps("Save")
    await anna.sends("/add River?")
    await anna.shows(opus(2), "b.ogg", kind="voice")
    await anna.taps("Save")
    await anna.playground.clock.advance(seconds=1)
    assert kept(bot) == [".ogg", ".png"]
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Easy", "Not now", "Show answer")
    assert [message.kind for message in anna.messages()[-2:]] == ["text", "voice"]
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    await anna.playground.clock.advance(seconds=1)
    assert kept(bot) == []


async def test_a_card_typed_twice_is_noticed(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """However it is written, in any deck of one's own; the other one can be seen, and it can be saved all the same."""
    await anna.sends("/add ЧТО ТАКОЕ КИЛЬ?\nБалка")
    await anna.taps("Save", "Add another")
    await anna.sends("Что такое «киль»")
    seen = await anna.sends("a beam")
    assert seen.text.endswith("a beam\n\nYou have this already: “ЧТО ТАКОЕ КИЛЬ?” in My cards.")
    assert seen.rows == (
        ("Show that card",),
        ("Save all the same", "Edit"),
        ("Also reversed", "To deck …"),
        ("Cancel",),
    )
    assert (await anna.taps("Show that card")).text.startswith("My cards\n\nЧТО ТАКОЕ КИЛЬ?\n─────\nБалка")
    await anna.taps_old(anna.messages()[-2], "Save all the same")
    assert anna.sees_all()[-2].text.startswith("Saved in My cards.")
    assert rows(bot, "select count(*) from cards where file_fields = '[]'") == [(2,)]
    await anna.sends("/add что такое киль?\nБалка")
    await anna.taps("To deck …", "New deck")
    await anna.sends("Ships")
    await anna.taps("Save all the same")
    assert (await anna.sends("/add Что такое киль\nБалка")).text.endswith(" in My cards and Ships.")
    await anna.taps("Cancel")
    assert "already" not in (await ben.sends("/add Что такое киль?\nБалка")).text
    assert "already" not in (await anna.sends("/add What is the capital of France?\nParis")).text


async def test_an_open_turn_stays_and_what_is_typed_is_the_card_s(
    bot: BotHere, anna: Somebody, clock: WorldClock
) -> None:
    """Looking at the answer changes nothing; a card that is put, another command or a question asked later does."""
    await anna.sends("/start")
    await anna.taps("Capitals")
    turn = anna.message()
    await clock.advance(minutes=1)
    await anna.sends("/add")
    await anna.taps_old(turn, "Show answer")
    assert (await anna.sends("What is a keel?")).text == "And on the back?"
    turn = next(message for message in anna.messages() if message.id == turn.id)
    await clock.advance(minutes=1)
    await anna.taps_old(turn, "Good")
    assert (await anna.sends("7:30")).text.startswith("What time is it for you")
    assert await anna.sends("/add") == screen_of("Front:\n\nWhat is a keel?\n\nAnd on the back?", "[Cancel]")
    question = anna.message()
    await anna.sends("/help")
    assert next(message for message in anna.messages() if message.id == question.id).rows == ()
    assert "beam" not in (await anna.sends("A beam")).text
    await anna.sends("/add")
    await anna.sends("/settings")
    await anna.taps("Hours")
    assert "06:15" in (await anna.sends("6:15")).text
    await bot.restart()
    assert (await anna.sends("/add")).text.endswith("And on the back?")
    await bot.restart()
    assert (await anna.sends("A beam")).text == f"My cards · new card\n\n{KEEL}"
    assert (await anna.sends("/add")).text == f"My cards · new card\n\n{KEEL}"
    assert anna.sees_all()[-2].labels == []
    await anna.taps("Edit", "Back side")
    await anna.sends("/help")
    assert (await anna.sends("/add")).text == f"My cards · new card\n\n{KEEL}"


async def test_a_card_that_rests_says_what_it_has(bot: BotHere, anna: Somebody) -> None:
    """A picture is seen again, a long front in its first words, and the next card is asked for below what came."""
    await anna.shows(PICTURE, "map.png", caption="/add Which country?", kind="photo")
    await anna.sends("/help")
    shown = await anna.sends("/add")
    assert shown.picture
    assert shown.labels == ["Cancel"]
    assert shown.text == "Front:\nWhich country?\nAnd on the back?"
    await anna.taps("Cancel")
    await anna.sends("/add " + "keel " * 1000)
    await anna.sends("/help")
    assert await anna.sends("/add") == screen_of(f"Front:\n\n{'keel ' * 15}keel…\n\nAnd on the back?", "[Cancel]")
    await anna.sends("A beam")
    await anna.taps("Save")
    saved = anna.message()
    await anna.taps("Add another")
    await anna.sends("/help")
    await anna.taps_old(saved, "Add another")
    assert anna.sees() == screen_of("What is on the front?", "[Cancel]")


async def test_what_somebody_has_learned_stays(bot: BotHere, anna: Somebody) -> None:
    """A card that was graded is not taken back; its deck's next file leaves it in the deck with its picture."""
    await anna.shows(PICTURE, "keel.png", caption="/add What is a keel?\nA beam", kind="photo")
    saved = await anna.taps("Save")
    assert saved.picture
    message = anna.message()
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Easy")
    await anna.taps_old(message, "Undo")
    assert anna.sees_all()[0] == Screen(
        f"Somebody has learned it already, so it stays in My cards. You can edit it there.\n{LINES}",
        (("Add another",),),
        picture=saved.picture,
    )
    assert rows(bot, "select archived_at from cards where file_fields = '[]'") == [(None,)]
    await anna.shows(b"What is a mast?;A pole\nWhat is a sail?;A cloth\n", "My cards.txt")
    await anna.playground.clock.advance(seconds=1)
    await anna.taps("Import")
    await anna.playground.clock.advance(seconds=1)
    assert kept(bot) == [".png"]
    assert rows(bot, "select count(*) from cards where deck_id = 2 and archived_at is null") == [(3,)]


async def test_only_decks_that_one_may_edit_are_written_into(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """It is looked at anew with each tap, whatever a button names; who is let in as an editor may."""
    await ben.sends("/add What is a mast?\nA pole")
    await ben.taps("Save")
    [(deck_id,)] = rows(bot, "select deck_id from decks where owner_id = ?", ben.id)
    bens = ben.message()
    await anna.sends("/add What is a keel?\nA beam")
    for not_hers in (deck_id, 1, 99):
        await anna.taps_data(anna.message(), buttons.AddTo(not_hers).pack())
        assert anna.sees() == screen_of("Which deck does it go to?", "[New deck] [Back]")
        assert anna.toast.startswith("That is not in the decks")
    change(bot, "insert into editors (deck_id, learner_id, since_at) values (?, ?, 0)", deck_id, anna.id)
    await anna.taps("Back", "To deck …", "My cards")
    change(bot, "delete from editors")
    await anna.taps("Save")
    assert (anna.sees().labels[0], anna.toast[:24]) == ("Save", "That is not in the decks")
    change(bot, "insert into editors (deck_id, learner_id, since_at) values (?, ?, 0)", deck_id, anna.id)
    await anna.taps("To deck …", "My cards", "Save")
    assert rows(bot, "select count(*) from cards where deck_id = ?", deck_id) == [(2,)]
    assert rows(bot, "select count(*) from subscriptions where chat_id = ?", anna.id) == [(0,)]
    change(bot, "delete from editors")
    for data in (anna.message().rows[0][1].data, bens.rows[0][1].data, buttons.AddBack(1).pack()):
        await anna.taps_data(anna.message(), data)
        assert anna.toast.startswith("That is not in the decks")
    assert rows(bot, "select count(*) from cards where deck_id = ? and archived_at is null", deck_id) == [(2,)]


async def test_a_crash_loses_nothing_and_doubles_nothing(anna: Somebody, bot: BotHere, bot_process: BotProcess) -> None:
    """Killed before the preview is sent, and after the card is saved: the next life sends it, and saves it once."""
    await bot_process.start()
    await anna.sends("/add")
    await anna.sends("What is a keel?")
    bot_process.dies_at("sendMessage", "before")
    anna.sends_unheard("A beam")
    await bot_process.dead()
    await bot_process.start()
    assert anna.sees() == screen_of(f"My cards · new card\n\n{KEEL}", *PREVIEW)
    bot_process.dies_at("editMessageText", "before")
    anna.taps_unheard("Save")
    await bot_process.dead()
    assert anna.sees().labels[0] == "Save"
    await bot_process.start()
    assert anna.sees() == screen_of(f"Saved in My cards.\n\n{KEEL}", "[Add another] [Undo]")
    assert rows(bot, "select count(*) from cards where file_fields = '[]'") == [(1,)]


@pytest.mark.parametrize("server", ["10.0"])
async def test_a_photo_that_cannot_become_a_text_gives_way_to_one(anna: Somebody, server: str) -> None:
    """On an older server the question for a side follows below the picture, and so does all that comes after it."""
    await anna.shows(PICTURE, "map.png", caption="/add Which country?\nPeru", kind="photo")
    assert anna.sees().picture
    photo = anna.message()
    assert (await anna.taps("Edit", "Back side")) == screen_of("Send the new back.", "[Back]")
    assert next(message for message in anna.messages() if message.id == photo.id).rows == ()
    await anna.taps_old(photo, buttons.Add("save", 0).pack())
    assert anna.toast == OVER
    await anna.taps("Back", "Edit", "Back side")
    assert (await anna.sends("Ecuador")).text == "My cards · new card\n\nWhich country?\n─────\nEcuador"
    assert (await anna.taps("Save")).text == "Saved in My cards.\n\nWhich country?\n─────\nEcuador"
