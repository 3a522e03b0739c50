"""Which cards a live round asks, where it stands, and what becomes of it when Telegram does not take them."""

from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.chat.posting import png
from tests.people import CAPITALS, Group, Somebody, screen_of
from tests.rounds import country, first_card, lobby, lobby_of, next_card, right, table

MIXED = """\
What does a mast look like?;Like this:<img src=mast.png>
<img src=mast.png>What is this?;A mast
The sea is salty.;
What steers?;A rudder<br><br>It hangs at the stern, and nobody could read all of this while time runs.
What holds?;An anchor
What waits for its answer?;
"""


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck files with their picture."""
    png(decks_dir / "mast.png")
    return decks_dir


@pytest.mark.parametrize("deck_files", [{"ships.txt": MIXED}])
async def test_what_a_race_asks(playground: Playground, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """Questions answered in words: no statement, no picture to be chosen; of a long answer the first paragraph."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Ships", chat=group)
    await first_card(anna, group, clock, "Race")
    offered = {("A mast",), ("A rudder",), ("An anchor",), ("Stop",)}
    fronts = []
    for _ in range(3):
        screen = group.sees()
        assert set(screen.rows) == offered
        fronts.append((screen.text.splitlines()[-2 if screen.picture else -3], bool(screen.picture)))
        await anna.taps("A mast", chat=group)
        await clock.advance(seconds=18)
        await clock.advance(seconds=3)
    assert sorted(fronts) == [("What holds?", False), ("What is this?", True), ("What steers?", False)]
    assert group.sees().text.startswith("The round is over.")


@pytest.mark.parametrize("deck_files", [{"capitals.txt": CAPITALS, "digits.txt": "Two and two?;4\nOne and one?;2\n"}])
async def test_a_round_of_one_deck(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """Of several decks all are meant until one is chosen, by a button or behind /round."""
    await anna.sends("/decks", group)
    await anna.taps("Digits", chat=group)
    screen = await ben.sends("/round", group)
    assert screen.text.splitlines()[1] == "All decks · 5 cards · 16 seconds for each"
    assert screen.rows[:3] == (("✓ All decks",), ("Capitals",), ("Digits",))
    assert (await ben.taps("Digits", chat=group)).text.splitlines()[1] == "Digits · 5 cards · 16 seconds for each"
    await ben.taps("Call off", chat=group)
    assert (await ben.sends("/round digits", group)).rows[2] == ("✓ Digits",)
    await ben.taps("Start", chat=group)
    assert "Digits · 2 cards" in group.sees().text
    await clock.advance(seconds=30)
    assert group.sees().text.startswith("Digits · 1/2")


async def test_what_was_taken_out_is_not_asked_again(
    group: Group, ben: Somebody, clock: WorldClock, decks_dir: Path
) -> None:
    """Where a race asks again what was put today, a card that left its file meanwhile is passed over."""
    await first_card(ben, group, clock, "Race")
    for _ in range(5):
        await ben.taps(right(group), chat=group)
        await next_card(clock)
    await first_card(ben, group, clock, "Race")
    assert country(group) == "France"
    (decks_dir / "capitals.txt").write_text(CAPITALS.replace("What is the capital of Peru?;Lima\n", ""), "utf-8")
    for _ in range(2):
        await clock.advance(seconds=5)
    await ben.taps(right(group), chat=group)
    await next_card(clock)
    assert country(group) == "Kenya"


async def test_a_round_stays_in_its_topic(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """Its cards and its table come where /round was typed; /round in another topic leads there."""
    await group.migrates()
    place = await group.opens_topic("Games", anna)
    await ben.sends("/round", place)
    await ben.taps("Race", "Start", chat=place)
    await clock.advance(seconds=30)
    assert place.sees().text.startswith("Capitals · 1/5")
    await ben.taps("Paris", chat=place)
    general = group.topic_named("General")
    assert await anna.sends("/round", general) == screen_of("A round is going on.", "[Go to the card]")
    await anna.taps("Stop", chat=place)
    await clock.advance(seconds=1)
    assert place.sees() == table("The round was stopped.", "1. Ben · 1 of 1 · 5 points")


async def test_a_card_that_telegram_does_not_take_comes_later(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Told to wait, or with the network down for a moment, the round waits, and the card has its whole time."""
    await lobby_of(ben, group, "Race")
    playground.faults.add("sendMessage", status=429, retry_after=20, chat_id=group.id)
    await clock.advance(seconds=30)
    for _ in range(3):
        await clock.advance(seconds=8)
    assert group.sees().text.startswith("Capitals · 1/5")
    await clock.advance(seconds=15)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 5 points."


async def test_each_card_that_telegram_does_not_take_comes_as_soon_as_the_first(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """What went wrong with one card makes nobody wait longer for the next."""
    await lobby_of(ben, group, "Race")
    for number, seconds in ((1, 30), (2, 3)):
        playground.faults.add("sendMessage", status=429, retry_after=1, chat_id=group.id)
        await clock.advance(seconds=seconds)
        await clock.advance(seconds=1)
        assert f" · {number}/5" not in group.sees().text, number
        await clock.advance(seconds=1.5)
        assert f" · {number}/5" in group.sees().text, number
        await clock.advance(seconds=18)


async def test_the_next_card_waits_for_the_answer(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """An answer that Telegram does not take at first has its time to be read before the next card comes."""
    await first_card(ben, group, clock, "Race")
    playground.faults.add("editMessageText", times=8, chat_id=group.id)
    await clock.advance(seconds=18)
    while not (answered := group.sees().text).endswith("Nobody answered"):
        await clock.advance(seconds=1)
        assert "· 1/5 ·" in group.sees().text
    for _ in range(2):
        await clock.advance(seconds=1)
        assert group.sees().text == answered
    await clock.advance(seconds=2)
    assert "· 2/5 ·" in group.sees().text


async def test_a_card_that_telegram_does_not_take_for_long_ends_it(
    group: Group, ben: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """After a minute nobody waits any more: the round says that it ended, as soon as it can."""
    await lobby_of(ben, group, "Race")
    playground.faults.add("sendMessage", status=429, retry_after=90, chat_id=group.id)
    await clock.advance(seconds=30)
    for _ in range(10):
        await clock.advance(seconds=10)
    assert group.sees() == screen_of("I was away for a while, so the round ended. Nobody answered.")
    assert lobby("Ben", form="Race", over=True) in group.sees_all()
