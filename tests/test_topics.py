"""A group with topics: what was asked for in one stays there, and decks may belong to them."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.places import Place
from bot.playground.server import Playground
from tests.groups import FRANCE, KENYA, PERU, answered, asked, log_of
from tests.people import CAPITALS, BotHere, BotProcess, Group, Screen, Somebody, screen_of

NILE, RHINE = "Where does the Nile end?", "Where does the Rhine end?"
NONE_HERE = "No deck belongs in this topic yet. Tap those whose cards shall come here."
HERE = "A tick marks the decks of this topic: their cards come here, and /quiz here draws from them."
EVERY_ELSEWHERE = "Every deck of this group has a topic of its own: /quiz there, or /quiz with a deck's name here."
CLOSED = (
    "The topic “Water” is closed, so the cards of Rivers come here until it is opened again. "
    "/decks in another topic puts them there."
)
GONE = "The topic “Water” is gone, so the cards of Rivers come here. /decks in another topic puts them there."


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Two decks."""
    return {"capitals.txt": CAPITALS, "rivers.txt": f"{NILE};In the Mediterranean\n{RHINE};In the North Sea\n"}


@pytest.fixture
async def group(playground: Playground, anna: Somebody, ben: Somebody) -> Group:
    """A supergroup of Anna, who administers it, and Ben; it has both decks."""
    group = playground.group("Study group", [anna, ben], with_bot=False, supergroup=True)
    await group.adds_bot(anna)
    await anna.taps("Capitals", "Rivers", chat=group)
    return group


@pytest.fixture
async def at_noon(rivers: Place, general: Place, anna: Somebody) -> Place:
    """The group gets a card at 12:00; the rivers belong in the topic “Water”, which this is."""
    await anna.sends("/settings", general)
    await anna.taps("Hours", "12:00", chat=general)
    return rivers


@pytest.fixture
async def water(group: Group, anna: Somebody) -> Place:
    """The topic “Water”, without a deck."""
    return await group.opens_topic("Water", anna)


@pytest.fixture
async def rivers(water: Place, anna: Somebody) -> Place:
    """The topic “Water”, to which the deck of rivers belongs."""
    await anna.sends("/decks", water)
    await anna.taps("Rivers", chat=water)
    return water


@pytest.fixture
def general(group: Group, water: Place) -> Place:
    """The general topic."""
    return group.topic_named("General")


def card(front: str) -> Screen:
    """A card of the rivers as the group sees it."""
    return asked(front, deck="Rivers")


def first(screen: Screen) -> Screen:
    """The push that says once in which zone it comes."""
    return screen_of(f"This is UTC time: no zone was chosen yet. /settings changes it.\n\n{screen.text}", *BARE)


BARE = ("[Show answer]",)


# --- what was asked for in a topic ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["/quiz", "/decks", "/help", "/settings", "/undo"])
async def test_an_answer_stays_in_its_topic(water: Place, general: Place, anna: Somebody, command: str) -> None:
    """A card, a page, a refusal: each comes where it was asked for."""
    said = len(general.messages())
    await anna.sends(command, water)
    assert (len(water.messages()), len(general.messages())) == (1, said)


async def test_a_message_that_is_gone_comes_again_in_its_topic(
    playground: Playground, water: Place, ben: Somebody
) -> None:
    """A card whose message somebody deleted is put again where it was."""
    await ben.sends("/quiz", water)
    playground.faults.add("editMessageText", status=400, description="Bad Request: message to edit not found")
    await ben.taps("Show answer", chat=water)
    again = asked(FRANCE, "1 looked · nobody graded yet").text
    assert [screen.text for screen in water.sees_all()] == [asked(FRANCE).text, again]


async def test_an_open_card_is_pointed_to_from_another_topic(
    water: Place, general: Place, ben: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """There is one open card in a group: who asks for another elsewhere is told where it is, and led there."""
    await ben.sends("/quiz", water)
    told = await anna.sends("/quiz", general)
    assert told.text == "A card is still open in the topic “Water”. Another can come in 60 seconds."
    assert told.labels == ["Go to the card"]
    link = general.message().rows[0][0].url
    assert link == f"https://t.me/c/{str(water.chat.id).removeprefix('-100')}/{water.message().id}"
    await clock.advance(seconds=60)
    assert await anna.sends("/quiz", general) == asked(PERU)
    assert water.sees() == answered(FRANCE, "Paris", "Nobody graded it")
    assert (await ben.sends("/quiz", water)).text == (
        "A card is still open in the general topic. Another can come in 60 seconds."
    )
    await ben.taps("Next card", chat=water)
    assert ben.toast == "A card is still open in the general topic. Another can come in 60 seconds."


# --- decks that belong in a topic -------------------------------------------------------------------------------------


async def test_decks_are_put_into_a_topic_and_taken_out(
    water: Place, general: Place, group: Group, anna: Somebody, ben: Somebody
) -> None:
    """/decks in a topic offers each of the group's decks; an administrator's tap ties it, another frees it."""
    page = screen_of(NONE_HERE, "[Capitals]", "[Rivers]", "[All decks]")
    assert await ben.sends("/decks", water) == page
    await ben.taps("Rivers", chat=water)
    assert ben.toast == "Only administrators of this group can do that."
    assert water.sees() == page
    assert await anna.taps("Rivers", chat=water) == screen_of(HERE, "[Capitals]", "[✓ Rivers]", "[All decks]")
    assert anna.toast == "Rivers comes here now"
    fire = await group.opens_topic("Fire", anna)
    assert (await anna.sends("/decks", fire)).labels == ["Capitals", "Rivers · in another topic", "All decks"]
    assert (await anna.taps("Rivers", chat=fire)).labels == ["Capitals", "✓ Rivers", "All decks"]
    await anna.taps("✓ Rivers", chat=water)
    assert water.sees().labels == ["Capitals", "Rivers · in another topic", "All decks"], "it was put elsewhere"
    assert await anna.taps("✓ Rivers", chat=fire) == page
    assert anna.toast == "Rivers comes to the general topic now"
    assert (await anna.taps("All decks", chat=fire)).labels == ["✓ Capitals · 5", "✓ Rivers · 2", "Decks of this topic"]
    assert await anna.taps("Decks of this topic", chat=fire) == page
    assert (await anna.sends("/decks", general)).labels == ["✓ Capitals · 5", "✓ Rivers · 2"]


async def test_a_quiz_draws_from_the_topics_decks(
    rivers: Place, general: Place, group: Group, anna: Somebody, ben: Somebody, clock: WorldClock
) -> None:
    """In a topic with decks from those, elsewhere from those that belong nowhere; one that is named comes anywhere."""
    assert await ben.sends("/quiz", rivers) == card(NILE)
    assert await ben.sends("/quiz", rivers) == card(RHINE)
    assert (await ben.sends("/quiz", rivers)).text == "Every card of this deck was put today. More tomorrow."
    fire = await group.opens_topic("Fire", anna)
    for place, front in ((general, FRANCE), (fire, PERU)):
        await clock.advance(seconds=60)
        assert await ben.sends("/quiz", place) == asked(front)
    assert await ben.sends("/quiz capitals", rivers) == asked(KENYA)
    await clock.advance(days=1)
    assert await ben.sends("/quiz rivers", general) == card(NILE)
    await anna.sends("/decks", fire)
    await anna.taps("Capitals", chat=fire)
    assert (await ben.sends("/quiz", general)).text == EVERY_ELSEWHERE


async def test_a_deck_that_was_taken_out_leaves_its_topic_to_the_others(
    rivers: Place, ben: Somebody, decks_dir: Path, clock: WorldClock
) -> None:
    """A topic whose only deck is not there any more is one without a deck."""
    (decks_dir / "rivers.txt").unlink()
    for _ in range(2):
        await clock.advance(seconds=10)
    assert await ben.sends("/quiz", rivers) == asked(FRANCE)


async def test_next_card_stays_in_its_topic(rivers: Place, ben: Somebody, clock: WorldClock) -> None:
    """The button under a closed card brings the next of the same topic."""
    await ben.sends("/quiz", rivers)
    await clock.advance(minutes=10)
    await ben.taps("Next card", chat=rivers)
    assert rivers.sees() == card(RHINE)


async def test_a_push_goes_to_its_decks_topic(
    at_noon: Place, general: Place, anna: Somebody, clock: WorldClock
) -> None:
    """A card of the rivers comes to their topic, one of the capitals to the general one."""
    await clock.advance(hours=3)
    assert general.sees() == first(asked(FRANCE))
    await anna.sends("/decks", general)
    await anna.taps("✓ Capitals", chat=general)
    before = len(general.messages())
    await clock.advance(days=1)
    assert at_noon.sees() == card(NILE)
    assert len(general.messages()) == before
    assert general.sees_all()[-2].labels == ["Next card"]


# --- topics that are closed or gone -----------------------------------------------------------------------------------


@pytest.fixture
async def only_rivers(at_noon: Place, anna: Somebody, general: Place) -> Place:
    """The group has no other deck than the rivers, which belong in their topic."""
    await anna.sends("/decks", general)
    await anna.taps("✓ Capitals", chat=general)
    return at_noon


def ties(bot: BotHere) -> list[int | None]:
    """The topics of the group's decks, as written down."""
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db:
        return [row[0] for row in db.execute("select thread_id from subscriptions where left_at is null")]


async def test_a_closed_topics_cards_come_to_the_general_one(
    only_rivers: Place, general: Place, group: Group, anna: Somebody, clock: WorldClock
) -> None:
    """The card is not lost, the administrators are told once, and opened again the topic has its cards back."""
    await group.closes_topic("Water", anna)
    before = len(general.messages())
    await clock.advance(hours=3)
    assert general.sees_all()[before:] == [first(card(NILE)), screen_of(CLOSED)]
    await clock.advance(days=1)
    assert general.sees() == card(RHINE)
    assert CLOSED not in [screen.text for screen in general.sees_all()[before + 2 :]]
    await group.reopens_topic("Water", anna)
    await clock.advance(days=1)
    assert only_rivers.sees().text.startswith("Rivers\n\n")
    await group.closes_topic("Water", anna)
    await clock.advance(days=1)
    assert general.sees() == screen_of(CLOSED)


async def test_a_deleted_topics_decks_belong_nowhere(
    only_rivers: Place, general: Place, group: Group, clock: WorldClock, bot: BotHere, ben: Somebody
) -> None:
    """Its card comes to the general topic, once, the deck is tied no more, and the administrators are told."""
    group.deletes_topic("Water")
    before = len(general.messages())
    await clock.advance(hours=3)
    assert general.sees_all()[before:] == [first(card(NILE)), screen_of(GONE)]
    assert ties(bot) == [None]
    await bot.restart()
    await clock.advance(days=1)
    assert general.sees_all()[before + 2 :] == [card(RHINE)]


async def test_a_topic_is_called_as_it_was_renamed(
    only_rivers: Place, general: Place, group: Group, anna: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """A name that Telegram told later is the one that is said."""
    tells = {"forum_topic_edited": {"name": "Streams"}}
    world, topic = playground.world, only_rivers.topic or 0
    await heard(playground, acts.service(world, group.chat, anna.person, tells, topic).update_id)
    group.deletes_topic("Water")
    await clock.advance(hours=3)
    assert general.sees().text == GONE.replace("Water", "Streams")


async def test_a_quiz_in_a_topic_that_closes_meanwhile(
    water: Place, general: Place, group: Group, anna: Somebody
) -> None:
    """An administrator may still write there, the bot may not: the card comes to the general topic, without a word."""
    await group.closes_topic("Water", anna)
    before = len(general.messages())
    anna.sends_unheard("/quiz", water)
    await anna.sends("/help", general)
    assert general.sees_all()[before] == asked(FRANCE)
    assert len(general.messages()) == before + 2


async def test_a_card_in_a_topic_that_closes_is_answered_all_the_same(
    at_noon: Place, group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Its buttons still work: who looks sees the answer, a grade counts, and the closed card shows all."""
    await ben.sends("/quiz", at_noon)
    await group.closes_topic("Water", anna)
    await ben.taps("Show answer", chat=at_noon)
    assert "In the Mediterranean" in ben.toast
    await ben.taps("Good", chat=at_noon)
    assert log_of(bot) == [(ben.id, "group", 3)]
    await clock.advance(minutes=10)
    assert at_noon.sees() == answered(NILE, "In the Mediterranean", "1 of 1 knew it", deck="Rivers")


async def test_a_round_in_a_topic_that_closes_goes_on_in_the_general_one(
    rivers: Place, general: Place, group: Group, anna: Somebody, clock: WorldClock
) -> None:
    """It still asks for what belongs in its topic."""
    await anna.sends("/round", rivers)
    await anna.taps("Start", chat=rivers)
    await clock.advance(seconds=30)
    assert NILE in rivers.sees().text
    await group.closes_topic("Water", anna)
    before = len(general.messages())
    await clock.advance(seconds=18)
    await clock.advance(seconds=3)
    assert RHINE in "".join(screen.text for screen in general.sees_all()[before:])


async def test_a_closed_general_topic(
    at_noon: Place, general: Place, group: Group, anna: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Cards that belong nowhere rest, those of a topic come; after one refusal nothing is tried in vain."""
    await group.closes_topic("General", anna)
    said, calls = len(general.messages()), len(playground.calls)
    await clock.advance(hours=3)
    await clock.advance(seconds=10)
    assert at_noon.sees() == first(card(NILE))
    await clock.advance(days=1)
    assert at_noon.sees() == card(RHINE)
    refused = [call for call in playground.calls[calls:] if call.method == "sendMessage" and call.refused]
    assert (len(refused), len(general.messages())) == (1, said)
    assert (
        await anna.sends("/decks", at_noon)
    ).text == f"{HERE} The general topic is closed: decks without a topic rest."
    await group.reopens_topic("General", anna)
    await clock.advance(days=1)
    assert "What is the capital of " in general.sees().text


async def test_a_topic_and_the_general_one_closed(
    only_rivers: Place, group: Group, anna: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """With no place left nothing is tried over and over; a topic that opens again has its cards."""
    await group.closes_topic("General", anna)
    await group.closes_topic("Water", anna)
    calls = len(playground.calls)
    await clock.advance(hours=3)
    for _ in range(6):
        await clock.advance(minutes=10)
    tries = [call for call in playground.calls[calls:] if call.method == "sendMessage"]
    assert 2 <= len(tries) <= 5
    await clock.advance(days=1)
    assert len([call for call in playground.calls[calls:] if call.method == "sendMessage"]) == len(tries)
    await group.reopens_topic("Water", anna)
    await clock.advance(days=1)
    assert only_rivers.sees().text.startswith("Rivers\n\n")


@pytest.fixture
async def process(only_rivers: Place, bot: BotHere, playground: Playground) -> AsyncIterator[BotProcess]:
    """The bot as a process of its own, on the database of the one that set the group up and is stopped."""
    await bot.stop()
    process = BotProcess(playground, bot.folder, bot.decks_dir)
    await process.start()
    yield process
    await process.terminate()


async def test_killed_before_the_card_went_elsewhere(
    general: Place, group: Group, anna: Somebody, clock: WorldClock, process: BotProcess
) -> None:
    """Whether the push arrived is open then: another follows, and who administers the group is told all the same."""
    await group.closes_topic("Water", anna)
    before = len(general.messages())
    process.dies_at("sendMessage", "before", skip=1)
    await clock.advance(hours=3)
    await process.dead()
    await process.restart()
    await clock.advance(seconds=5)
    assert general.sees_all()[before:] == [first(card(RHINE)), screen_of(CLOSED)]
