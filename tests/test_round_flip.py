"""A flip: everybody looks and grades alone, and the group's other cards make room for it."""

import sqlite3

from bot.playground.clock import WorldClock
from tests.groups import FRANCE, answered, log_of
from tests.people import BotHere, Group, Somebody
from tests.rounds import first_card, lobby, lobby_of, table


async def test_a_flip_from_card_to_table(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Everybody looks and grades alone; each grade is a review, and the table counts what each knew."""
    await first_card(ben, group, clock)
    for grade in ("Good", "Again", "Good", "Good", "Good"):
        for who, given in ((ben, "Easy"), (cleo, grade)):
            await who.taps("Show answer", chat=group)
            await clock.advance(seconds=4)
            await who.taps(given, chat=group)
        await clock.advance(seconds=10)
        assert group.sees().text.endswith(f"{1 + (grade == 'Good')} of 2 knew it")
        await clock.advance(seconds=3)
    assert group.sees() == table("The round is over.", "1. Ben · 5 of 5", "2. Cleo · 4 of 5")
    assert sorted(log_of(bot)) == sorted(
        [(ben.id, "group", 4)] * 5 + [(cleo.id, "group", grade) for grade in (3, 1, 3, 3, 3)]
    )


async def test_an_open_card_is_over_when_a_round_starts(group: Group, ben: Somebody) -> None:
    """The card that was open in the group shows its answer."""
    await ben.sends("/quiz", group)
    await lobby_of(ben, group)
    assert answered(FRANCE, "Paris", "Nobody graded it") in group.sees_all()


async def test_a_push_does_not_come_into_a_round(
    group: Group, anna: Somebody, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Its slot is done without a card."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    await clock.advance(hours=2, minutes=59, seconds=45)
    await lobby_of(ben, group)
    await clock.advance(seconds=20)
    assert group.sees() == lobby("Ben")
    with sqlite3.connect(bot.folder / "deckhand.db") as db:
        assert list(db.execute("select state from pushes where chat_id = ?", (group.id,))) == [("here",)]
