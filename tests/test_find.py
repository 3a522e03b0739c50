"""/find: cards with these words, in what one has, each with its page."""

import sqlite3
from contextlib import closing

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Group, Somebody
from tests.habits import settles
from tests.notebook import notebook
from tests.people import CAPITALS, BotHere, screen_of
from tests.test_imports import done, sent

ORGANS = "".join(f"What is organ number {number} for?;It pumps ({number})\n" for number in range(1, 20))
RIVERS = "What flows through Paris?;The Seine\n日本語は何ですか;Japanese (the language)\n"
SEAS = "#html:true\nWhich salty sea?<details><summary>A hint</summary>It begins with M</details>;Med\n"
WHAT = "What are you looking for? Type one or more words; in quotes they must stand together."
UNKNOWN = "I know nothing about you. /start begins anew."
AMONG = (
    "I looked through fronts, backs and tags in 1 deck that you study or have sent. "
    "A word is found by how it begins, not by what is inside it."
)


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Four decks, of which people here study one at first."""
    return {"capitals.txt": CAPITALS, "organs.txt": ORGANS, "rivers.txt": RIVERS, "seas.txt": SEAS}


async def test_cards_are_found_and_open(anna: Somebody) -> None:
    """The page of each opens below what was found; cards of decks that she does not study are not found."""
    await settles(anna)
    found = await anna.sends("/find PÁRIS")
    assert found == screen_of("1 card with PÁRIS", "[What is the capital of France?]")
    page = await anna.taps("What is the capital of France?")
    assert page.text.startswith("Capitals\n\nWhat is the capital of France?\n─────\nParis")
    assert anna.sees_all()[-2] == found
    await anna.sends("/quiz rivers")
    await anna.taps("Subscribe")
    assert (await anna.sends("/find paris")).labels == ["What flows through Paris?", "What is the capital of France?"]
    assert (await anna.sends('/find "through paris"')).labels == ["What flows through Paris?"]
    assert (await anna.sends("/find 本語")).labels == ["日本語は何ですか"]


async def test_what_is_folded_stays_folded(anna: Somebody) -> None:
    """A button names the front without its hint, which would give the answer away."""
    await settles(anna)
    await anna.sends("/quiz seas")
    await anna.taps("Subscribe")
    assert (await anna.sends("/find salty")).labels == ["Which salty sea?"]


async def test_without_words_it_asks_for_them(anna: Somebody, bot: BotHere) -> None:
    """They are typed next; a card that is put meanwhile is what words are typed under. Nobody unknown is asked."""
    assert (await anna.sends("/find")).text == (await anna.sends("/find paris")).text == UNKNOWN
    await settles(anna)
    assert await anna.sends("/find") == screen_of(WHAT)
    assert await anna.sends("oslo") == screen_of("1 card with oslo", "[What is the capital of Norway?]")
    assert not (await anna.sends("oslo")).text.startswith("1 card"), "once"
    await anna.sends("/find")
    await bot.restart()
    assert await anna.sends("  lima \n  peru") == screen_of("1 card with lima peru", "[What is the capital of Peru?]")
    await anna.sends("/find")
    nothing = await anna.sends("/find seine")
    assert nothing == screen_of(f"Nothing found for seine.\n{AMONG}", "[Look for something else]")
    assert await anna.taps("Look for something else") == screen_of(WHAT)
    assert (await anna.sends("nairobi")).labels == ["What is the capital of Kenya?"]
    no_word = screen_of("There is no word in that to look for. Type letters or digits.", "[Look for something else]")
    assert await anna.sends("/find 😀 *") == no_word


async def test_many_cards_come_in_pages(anna: Somebody) -> None:
    """Eight at a time, there and back; the words are read from the message, also after what they look like a link."""
    await settles(anna)
    await anna.sends("/quiz organs")
    await anna.taps("Subscribe")
    first = await anna.sends("/find organ/number")
    assert first.text.replace("\u2060", "") == "Cards 1 to 8 of 19 with organ/number"
    assert len(first.labels) == 9
    second = await anna.taps("›")
    assert second.text.replace("\u2060", "") == "Cards 9 to 16 of 19 with organ/number"
    assert not set(first.labels[:8]) & set(second.labels[:8])
    last = await anna.taps("›")
    assert last.text.replace("\u2060", "") == "Cards 17 to 19 of 19 with organ/number"
    assert last.labels[-1] == "‹"
    assert await anna.taps("‹", "‹") == first
    await anna.taps_data(anna.message(), "yp:99999999")
    assert anna.sees() == first


async def test_what_was_written_or_taken_out(anna: Somebody, bot: BotHere, clock: WorldClock, group: Group) -> None:
    """An edited file is found by its new words; a card that is gone says so. In a group it is for private chats."""
    await settles(anna)
    await anna.sends("/find peru")
    (bot.decks_dir / "capitals.txt").write_text(CAPITALS.replace("Lima", "Lima on the Rimac").replace("Peru", "Perú"))
    for seconds in (5, 5, 1):  # the file has come to rest, it is read, then the cards
        await clock.advance(seconds=seconds)
    assert (await anna.sends("/find rimac")).labels == ["What is the capital of Perú?"]
    (bot.decks_dir / "capitals.txt").write_text("\n".join(CAPITALS.splitlines()[:1]))
    for seconds in (5, 5, 1):  # the file has come to rest, it is read, then the cards
        await clock.advance(seconds=seconds)
    found = anna.message()
    await anna.taps_old(found, "What is the capital of Perú?")
    assert anna.toast.startswith("That is not in the decks any more")
    assert (await anna.sends("/find rimac")).text.startswith("Nothing found for rimac.\n")
    await anna.sends("/find paris", group)
    assert group.sees().text == "That works in our private chat."


async def test_a_torn_index_is_nobodys_fault(anna: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """Who looks just then is told to look again, and then finds; after a start it is looked at as a whole."""
    await settles(anna)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("delete from card_words_data where id > 10")
    torn = await anna.sends("/find oslo")
    assert torn.text.startswith("Nothing found for oslo.\nSome cards were written a moment ago")
    assert torn.labels == ["Look again", "Look for something else"]
    await clock.advance(seconds=1)
    found = screen_of("1 card with oslo", "[What is the capital of Norway?]")
    assert await anna.taps("Look again") == found
    await bot.stop()
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("delete from card_words")
    await bot.start()
    assert await anna.sends("/find oslo") == found
    with notebook(bot) as looked_at:
        assert looked_at.execute("select count(*) from cards where indexed = 0").fetchone()[0] == 0


async def test_cards_that_read_the_same_are_told_apart(anna: Somebody, clock: WorldClock) -> None:
    """By the deck behind them, whose end is seen, as its name is where one is chosen; others read as always."""
    await settles(anna)
    await anna.sends("/quiz rivers")
    await anna.taps("Subscribe")
    for name in ("Biology::Cells", "Biology::Plants of the sea and the land", "Rivers"):
        await sent(
            anna, f"#deck:{name}\nWhat makes ATP?;A\nATP in {name[-4:]}?;B\nWhat flows through Paris?;C\n", "1.txt"
        )
        await done(anna, "Import")
    await clock.advance(seconds=1)
    assert sorted((await anna.sends("/find atp")).labels) == [
        "ATP in ells?",
        "ATP in land?",
        "ATP in vers?",
        "What makes ATP? · Biology › Cells",
        "What makes ATP? · Rivers",
        "What makes ATP? · …and the land",
    ]
    assert (await anna.taps("What makes ATP? · Biology › Cells")).text.startswith("Biology › Cells\n\nWhat makes ATP?")
    assert sorted((await anna.sends("/find paris")).labels) == [
        "What flows through Paris? · Rivers",
        "What is the capital of France?",
        "…flows through Paris? · …› Cells",
        "…through Paris? · Rivers (yours)",
        "…through Paris? · …and the land",
    ]
    gaps = "#deck:Gaps\nThe one holds what the whole of the cell needs: glycogen.;A\n"
    await sent(anna, gaps + gaps.splitlines()[1].replace("one", "other").replace(";A", ";B") + "\n", "2.txt")
    await done(anna, "Import")
    await clock.advance(seconds=1)
    assert sorted((await anna.sends("/find glycogen")).labels) == [
        "The one holds what the whole of…",
        "The other holds what the whole of…",
    ], "in one deck their beginnings tell more"
