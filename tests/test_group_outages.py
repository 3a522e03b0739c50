"""A group's card that Telegram does not take for longer than it stays open, or that cannot be closed."""

import sqlite3
from contextlib import closing

import pytest

from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FRANCE, PERU, answered, asked
from tests.people import BotHere, Group


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


async def test_a_card_that_had_to_wait_until_it_was_over_shows_its_answer(
    group: Group, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Told to wait, it arrives when its turn is closed: nobody is asked what can no longer be answered."""
    playground.faults.add("sendMessage", status=429, retry_after=700, chat_id=group.id)
    tries = playground.counts["sendMessage"]
    update = anna.sends_unheard("/quiz", group)
    await playground.called.until(lambda: playground.counts["sendMessage"] > tries, 10)
    for _ in range(8):
        await clock.advance(seconds=100)
    await heard(playground, update)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_a_push_that_had_to_wait_until_another_card_was_put_shows_its_answer(
    group: Group, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Somebody asks for a card while the push waits: that one is open, the push's is closed."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "20:00", "Back", "Done", chat=group)
    playground.faults.add("sendMessage", status=429, retry_after=90, chat_id=group.id)
    clock.move_to(clock.now().replace(hour=20, minute=0))
    tries = playground.counts["sendMessage"]
    await playground.called.until(lambda: playground.counts["sendMessage"] > tries, 10)
    await clock.advance(seconds=61)
    update = anna.sends_unheard("/quiz", group)
    for _ in range(4):
        await clock.advance(seconds=10)
    await heard(playground, update)
    asking = [screen for screen in group.sees_all() if "Show answer" in screen.labels]
    assert len(asking) == 1


async def test_a_push_that_arrives_when_its_turn_is_over_shows_its_answer(
    group: Group, anna: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """A round is started while its call goes on: nobody told it to wait."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "20:00", "Back", "Done", chat=group)
    await clock.move_to(clock.now().replace(hour=19, minute=58))
    await anna.sends("/round", group)
    setup, data = group.message().id, group.press("Start")[1].data

    async def start(_params: object) -> None:
        told = playground.counts["answerCallbackQuery"]
        acts.tap(playground.world, anna.person, group.chat, setup, data)
        assert await playground.called.until(lambda: playground.counts["answerCallbackQuery"] > told, 4)

    playground.faults.add("sendMessage", "after", "call", hook=start, chat_id=group.id)
    await clock.move_to(clock.now().replace(hour=20, minute=0))
    await clock.advance(seconds=5)
    lobby, push = group.sees_all()[-2:]
    assert (lobby.labels, push.labels) == (["I'm in", "Stop"], ["Next card"])
    assert push.text.endswith("Nobody graded it")


async def test_a_card_that_cannot_be_closed_keeps_no_other_groups_open(
    playground: Playground, group: Group, anna: Somebody, ben: Somebody, bot: BotHere, clock: WorldClock
) -> None:
    """A card that we spoiled ourselves stays open in its group; in the other one the answer stands there in time."""
    other = playground.group("Circle", [anna, ben], with_bot=False)
    await other.adds_bot(anna)
    await anna.taps("Capitals", chat=other)
    await anna.sends("/quiz", group)
    await anna.sends("/quiz", other)
    await clock.advance(seconds=61)
    await anna.sends("/quiz", other)
    assert (group.sees(), other.sees()) == (asked(FRANCE), asked(PERU))
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update cards set back = 'spoilt' where front like '%France%'")
    await clock.advance(minutes=11)
    assert other.sees() == answered(PERU, "Lima", "Nobody graded it")
    assert group.sees() == asked(FRANCE)
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update cards set back = (select back from cards where front like '%Peru%') where back = 'spoilt'")
    await clock.advance(seconds=2)
    assert group.sees() == answered(FRANCE, "Lima", "Nobody graded it")
