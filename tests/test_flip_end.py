"""How a card ends that members graded where each alone sees it."""

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import FRANCE, PERU, answered, asked
from tests.people import Group, Somebody, screen_of
from tests.rounds import lobby_of


async def second_card(group: Group, clock: WorldClock, *members: Somebody) -> None:
    """These took part in the group's first card, and look at its second, which is new."""
    await members[0].sends("/quiz", group)
    for somebody in members:
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    await clock.advance(minutes=1)
    await members[0].sends("/quiz", group)


async def test_the_last_grade_ends_it_at_once(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """However lately the tally was drawn, with the last one's grade the answer stands there for all."""
    await second_card(group, clock, ben, cleo)
    await clock.advance(seconds=3)
    await ben.taps("Show answer", chat=group)
    await clock.advance(seconds=3)
    await ben.taps("Good", chat=group)
    await clock.advance(seconds=15)
    await cleo.taps("Show answer", chat=group)
    assert group.sees() == asked(PERU, "2 looked · 1 knew it")
    await cleo.taps("Good", chat=group)
    assert group.sees() == answered(PERU, "Lima", "2 of 2 knew it")


async def test_a_late_grade_edits_nothing_else(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """What all see has ended and stays, so a grade after it leaves the group's pace to others."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await cleo.taps("Show answer", chat=group)
    await clock.advance(minutes=10)
    before = len(playground.calls)
    await cleo.taps("Good", "Undo", "Good", chat=group)
    await clock.advance(seconds=30)
    edits = [call.method for call in playground.calls[before:] if call.method.startswith("edit")]
    assert edits == ["editEphemeralMessageText"] * 3
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_who_takes_a_grade_back_is_waited_for(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """All have graded, and one undoes that before the end: the card stays open until its time, or the next grade."""
    await second_card(group, clock, ben, cleo)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await cleo.taps("Undo", chat=group)
    await clock.advance(seconds=30)
    assert group.sees() == asked(PERU, "2 looked · 1 knew it")
    await cleo.taps("Again", chat=group)
    assert group.sees() == answered(PERU, "Lima", "1 of 2 knew it")


async def test_a_pushed_one_waits_for_the_next(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """A pushed card of which a grade is taken back has no time of its own, as before."""
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(hours=3)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await cleo.taps("Undo", chat=group)
    await clock.advance(hours=3)
    assert "Show answer" in group.sees().labels


async def test_who_leaves_is_not_waited_for(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Ben has graded, and Cleo, the other who usually does, leaves: the card ends, but not before its 20 s."""
    await second_card(group, clock, ben, cleo)
    await ben.taps("Show answer", "Good", chat=group)
    await cleo.sends("/leave", group)
    await clock.advance(seconds=19)
    assert group.sees() == asked(PERU, "1 looked · 1 knew it")
    await clock.advance(seconds=1)
    assert group.sees() == answered(PERU, "Lima", "1 of 1 knew it")


async def test_a_groups_first_card_has_a_way_on(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Nobody is known to wait for, so it ends at its time only; who has graded taps Next card as soon as a minute."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    assert ben.sees(group).labels == cleo.sees(group).labels == ["Undo", "Next card"]
    await clock.advance(seconds=25)
    await cleo.taps("Next card", chat=group)
    assert cleo.toast == "This card is still open. Another can come in 35 seconds."
    await clock.advance(seconds=35)
    await cleo.taps("Next card", chat=group)
    assert group.sees_all()[-2:] == [answered(FRANCE, "Paris", "2 of 2 knew it"), asked(PERU)]
    await ben.taps("Show answer", "Good", chat=group)
    assert ben.sees(group) == screen_of("Good, back in 10 minutes.", "[Undo]")


async def test_cards_that_nobody_graded_change_nobodys_habits(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """After five of them, and a round, it is still known who is waited for: the card ends when those have graded."""
    await second_card(group, clock, ben, cleo)
    for _ in range(3):
        await clock.advance(minutes=10)
        await ben.sends("/quiz", group)
    await clock.advance(days=1)
    await lobby_of(anna, group)
    await anna.taps("I'm in", chat=group)
    await clock.advance(seconds=30)
    await anna.taps("Show answer", "Good", chat=group)
    await clock.advance(days=1)
    for _ in range(2):
        await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    assert [somebody.sees(group).labels for somebody in (ben, cleo)] == [["Undo"]] * 2
    await clock.advance(seconds=20)
    assert group.sees().text.endswith("2 of 2 knew it")
    await clock.advance(seconds=61)
    for somebody in (ben, cleo):
        assert somebody.sees(group).text.endswith("2 of 2 knew it")
        assert somebody.sees(group).labels == ["Undo", "Next card"]
