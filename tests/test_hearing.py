"""A page that shows a card lets it be heard: by its button, once, and what was sent goes with the page."""

from pathlib import Path

import pytest

from bot.chat import buttons
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from tests.notebook import notebook
from tests.people import BotHere
from tests.recordings import mp3, opus
from tests.test_edit import tap


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Sound on both sides, none at all, and what is not there."""
    return {
        "norwegian.txt": (
            "[sound:hello.ogg]<br>What is said?;Hello[sound:answer.mp3]\nOnly words?;Yes\n"
            "[sound:gone.ogg]<br>Not there?;No\nHeard again?;[sound:answer.mp3]\n"
        )
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck file with its recordings."""
    (decks_dir / "hello.ogg").write_bytes(opus())
    (decks_dir / "answer.mp3").write_bytes(mp3())
    return decks_dir


def beside(somebody: Somebody, page: int) -> list[tuple[str, bool]]:
    """What is heard below that message, and whether it came without a sound."""
    return [(each.kind, each.silent) for each in somebody.messages() if each.reply_to == page and each.kind != "text"]


async def test_a_page_is_heard_until_it_goes_to_another_card(bot: BotHere, anna: Somebody) -> None:
    """Silently, below it, both sides; once, also after a restart. What has nothing to be heard has no button for it."""
    both = [("voice", True), ("audio", True)]
    await anna.starts()
    await anna.taps("Norwegian ·")
    await anna.sends("/decks")
    look = await anna.taps("✓ Norwegian · 4", "Look through")
    assert look.rows[0] == ("See the card", "Hear it")
    page = anna.message().id
    await anna.taps("Hear it")
    assert beside(anna, page) == both
    assert len(anna.playground.world.files) == 2, "the question had been heard before"
    await bot.restart()
    await anna.taps("Hear it", "See the card", "Hear it", "History", "Hear it")
    assert beside(anna, page) == both
    await anna.taps("Back", "Deck")
    assert beside(anna, page) == []
    await anna.taps("Look through", "Hear it")
    assert beside(anna, page) == both
    assert (await anna.taps("›")).rows[0] == ("See the card",)
    assert beside(anna, page) == []
    assert (await anna.taps("›")).rows[0] == ("See the card",), "what is not there is not offered"
    assert anna.sees().text.startswith("Norwegian · card 3 of 4\n\n[sound missing: gone")


async def test_what_could_not_be_taken_away_keeps_no_other_card_from_being_heard(
    bot: BotHere, anna: Somebody, clock: WorldClock
) -> None:
    """It goes as soon as it can."""
    await anna.starts()
    await anna.taps("Norwegian ·")
    await anna.sends("/decks")
    await anna.taps("✓ Norwegian · 4", "Look through")
    page = anna.message().id
    await anna.taps("Hear it")
    anna.playground.faults.add("deleteMessages", times=99)
    update = anna.taps_unheard("‹")
    for _ in range(4):
        await clock.advance(seconds=1)
    await heard(anna.playground, update)
    anna.playground.faults.clear()
    await bot.restart()
    assert beside(anna, page) == [("voice", True), ("audio", True)]
    await anna.taps("Hear it")
    assert beside(anna, page) == [("audio", True)]
    with notebook(bot) as db:
        assert [tuple(row) for row in db.execute("select card_id, place from played")] == [(4, 0)]
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    assert beside(anna, page) == [], "nothing of it outlives whom it was for"


async def test_what_was_surely_not_sent_is_sent_by_the_next_tap(anna: Somebody) -> None:
    """A bot that moved to another server is sent away by the old one."""
    await anna.starts()
    await anna.taps("Norwegian ·")
    await anna.sends("/decks")
    await anna.taps("✓ Norwegian · 4", "Look through")
    page = anna.message().id
    anna.playground.faults.add("sendVoice", status=400, description="Logged out")
    await anna.taps("Hear it")
    assert beside(anna, page) == [("audio", True)]
    await anna.taps("Hear it")
    assert sorted(beside(anna, page)) == [("audio", True), ("voice", True)]


async def test_a_turn_silences_what_was_heard_of_another_card(bot: BotHere, anna: Somebody, ben: Somebody) -> None:
    """Nothing of an answer stands beside a question. Of nothing to hear that is said, and to a stranger nothing."""
    await anna.starts()
    await anna.taps("Norwegian ·")
    await anna.sends("/decks")
    await anna.taps("✓ Norwegian · 4", "Look through", "Hear it")
    page = anna.messages()[2].id
    assert beside(anna, page)
    await anna.sends("/quiz")
    assert beside(anna, page) == []
    await tap(anna, buttons.Hear(2))
    assert anna.answers[-1].text == "There is nothing to hear in this card."
    await tap(anna, buttons.Hear(0))
    assert anna.answers[-1].text.startswith("That card is no longer being written")
    await tap(anna, buttons.Hear(99))
    assert anna.answers[-1].text.startswith("That is not in the decks")
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    with notebook(bot) as db:
        assert db.execute("select * from played").fetchall() == []


async def test_what_is_written_is_heard_before_it_is_saved(anna: Somebody) -> None:
    """Until the preview becomes something else."""
    await anna.starts()
    await anna.sends("/add")
    await anna.shows(opus(2), "a.ogg", kind="voice", caption="Ecuador")
    preview = await anna.sends("Quito")
    assert "Hear it" in preview.labels
    page = anna.message().id
    await anna.taps("Hear it", "Also reversed")
    assert beside(anna, page) == [("voice", True)]
    asked = next(message for message in anna.messages() if message.id < page)
    await anna.taps_data(asked, "kv:0")
    assert anna.toast.startswith("That card is no longer being written"), "it stands in another message"
    await anna.sends("/add")
    assert beside(anna, page) == [], "it lost its buttons to the same preview below it"
    page = anna.message().id
    await anna.taps("Hear it")
    assert beside(anna, page) == [("voice", True)]
    await anna.taps("Save")
    assert beside(anna, page) == []
