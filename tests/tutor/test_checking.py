"""Whether every memory is what the log leads to, after all that people do."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.storage.database import Database
from bot.tutor import checking
from bot.tutor.checking import Verdict
from tests.people import BotHere


async def verdict(bot: BotHere) -> Verdict:
    """What `verify` finds beside the running bot."""
    database = await Database.open(bot.folder / "deckhand.db", only_reading=True)
    try:
        return await database.read(checking.verify)
    finally:
        await database.close()


async def begins(anna: Somebody) -> None:
    """The first card is known for days, the next one stands there."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Easy", "Not now")


async def test_an_empty_database_agrees(bot: BotHere, anna: Somebody) -> None:
    """Before the first grade there is nothing to differ."""
    await anna.sends("/start")
    assert await verdict(bot) == Verdict(0, ())


@pytest.mark.parametrize("grade", ["Again", "Hard", "Good", "Easy"])
async def test_every_grade_agrees(bot: BotHere, anna: Somebody, clock: WorldClock, grade: str) -> None:
    """Learning, review, lapse and relearning over weeks lead to what the log says."""
    await begins(anna)
    for _ in range(6):
        await clock.advance(days=9)
        await anna.sends("/quiz")
        await anna.taps("Show answer", grade)
    memories = await verdict(bot)
    assert memories.memories >= 1
    assert memories.differ == ()


async def test_what_was_taken_back_is_no_memory(bot: BotHere, anna: Somebody) -> None:
    """An undone grade counts neither in the log nor in the cache, again and again."""
    await begins(anna)
    await anna.taps("Show answer", "Good")
    assert await verdict(bot) == Verdict(2, ())
    await anna.sends("/undo")
    assert await verdict(bot) == Verdict(1, ())
    await anna.taps("Hard")
    assert await verdict(bot) == Verdict(2, ())
    for _ in range(2):
        await anna.sends("/undo")
    assert await verdict(bot) == Verdict(0, ())


async def test_studying_ahead_changes_no_memory(bot: BotHere, anna: Somebody) -> None:
    """Cards looked at ahead stand in the log and lead nowhere, also when taken back."""
    await begins(anna)
    for _ in range(4):
        await anna.taps("Show answer", "Easy")
    before = await verdict(bot)
    assert before == Verdict(5, ())
    await anna.sends("/quiz")
    await anna.taps("Study ahead", "Show answer", "Again")
    assert await verdict(bot) == before
    await anna.sends("/undo")
    assert await verdict(bot) == before


async def test_moved_zone_hour_and_retention_agree(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """Each entry was made by the settings of its moment, and is replayed by them."""
    await begins(anna)
    await anna.sends("/settings")
    await anna.taps("Limits")
    other = next(label for label in anna.sees().labels if label.endswith("%") and not label.startswith("✓"))
    await anna.taps(other)
    await anna.sends("/settings")
    await anna.taps("Zone")
    await anna.sends("Kathmandu")
    for _ in range(4):
        await clock.advance(days=8, hours=5)
        await anna.sends("/quiz")
        await anna.taps("Show answer", "Good")
    assert (await verdict(bot)).differ == ()


async def test_memories_of_a_group_and_of_who_is_forgotten(
    bot: BotHere, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """A group's grades count as everybody's own, and who is forgotten leaves nothing that differs."""
    group = playground.group("Study circle", [anna, ben])
    await anna.sends("/quiz", group)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    for member in (anna, ben):
        await member.taps("Show answer", chat=group)
        await member.taps("Good", chat=group)
    assert await verdict(bot) == Verdict(2, ())
    await ben.starts()
    await ben.sends("/forget")
    await ben.taps("Erase everything")
    assert await verdict(bot) == Verdict(1, ())


async def test_a_card_taken_out_keeps_its_memory(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """An archived card's memory is still what its log leads to."""
    await begins(anna)
    (bot.decks_dir / "capitals.txt").write_text("What is the capital of Peru?;Lima\n", "utf-8")
    for _ in range(2):
        await clock.advance(seconds=5)
    assert await verdict(bot) == Verdict(1, ())
