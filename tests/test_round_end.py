"""How a live round ends, and what it outlives: a restart, a move, a farewell."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import PERU, edits_of
from tests.people import BotHere, Group, Somebody, screen_of
from tests.rounds import HOST_ONLY, first_card, lobby, lobby_of, named, next_card, setup, table


async def test_stop(group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Its host or an administrator stops it; the card shows its answer, and the table follows."""
    await first_card(ben, group, clock, "Race")
    await cleo.taps("Paris", chat=group)
    await cleo.taps("Stop", chat=group)
    assert cleo.toast == HOST_ONLY
    await anna.taps("Stop", chat=group)
    await clock.advance(seconds=1)
    assert group.sees_all()[-2].text.endswith("Paris\n\n1 of 1 had it right")
    assert group.sees() == table("The round was stopped.", "1. Cleo · 1 of 1 · 5 points")
    assert not group.message().silent
    await clock.advance(minutes=2)
    assert group.sees() == table("The round was stopped.", "1. Cleo · 1 of 1 · 5 points")
    assert (await ben.sends("/quiz", group)).text.startswith("Capitals")


async def test_a_lobby_is_called_off(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Stopped in its lobby, a round has no table and no card; who taps later is told that it is over.

    However many they are, the group's pace is left to others.
    """
    await lobby_of(ben, group)
    message, data = group.press("I'm in")[0], group.press("I'm in")[1].data
    assert await ben.taps("Stop", chat=group) == screen_of("The round was called off.")
    await clock.advance(seconds=40)
    edits = edits_of(playground, group)
    for _ in range(10):
        await cleo.taps_data(message, data)
        assert cleo.toast == "That round is over."
    assert group.sees() == screen_of("The round was called off.")
    assert edits_of(playground, group) - edits <= 1


async def test_five_cards_without_an_answer_end_it(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A round that nobody answers any more ends by itself."""
    await first_card(ben, group, clock, "Race", "10 cards")
    for _ in range(5):
        await next_card(clock)
    assert group.sees() == screen_of("The round is over. Nobody answered.")


@pytest.mark.parametrize("deck_files", [{"capitals.txt": "".join(f"Card {n}?;Answer {n}\n" for n in range(12))}])
async def test_silence_ends_a_longer_round(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Five cards in a row that nobody answered: an answer in between begins the count anew."""
    await first_card(ben, group, clock, "Race", "10 cards")
    for _ in range(2):
        await next_card(clock)
    await ben.taps(group.sees().rows[0][0], chat=group)
    for _ in range(5):
        await next_card(clock)
    assert group.sees().text.startswith("Capitals · 8/10")
    await next_card(clock)
    ended = group.sees().text.splitlines()[0]
    assert ended == "Nobody answered for a while, so the round ends here."


async def test_a_round_goes_on_after_a_restart(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """The card that stood there takes answers, and the next one comes at its time."""
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await bot.stop()
    clock.advance(seconds=5)
    await bot.start()
    await cleo.taps("Paris", chat=group)
    assert cleo.toast == "Right, 4 points."
    await clock.advance(seconds=13)
    assert "2 of 2 had it right" in group.sees().text
    await clock.advance(seconds=3)
    assert PERU in group.sees().text


async def test_a_round_that_is_late_ends_with_its_table(
    group: Group, ben: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """A bot that was away for longer says that the round ended, and gives the table."""
    await first_card(ben, group, clock, "Race")
    await ben.taps("Paris", chat=group)
    await bot.stop()
    clock.advance(seconds=80)
    await bot.start()
    await clock.advance(seconds=1)
    assert group.sees_all()[-2].text.endswith("Paris\n\n1 of 1 had it right")
    assert group.sees() == table("I was away for a while, so the round ended.", "1. Ben · 1 of 1 · 5 points")


async def test_a_lobby_survives_becoming_a_supergroup(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """The round goes on in the supergroup: its lobby stands there anew, then its cards."""
    await lobby_of(ben, group, "Race")
    await group.migrates()
    assert group.sees() == lobby("Ben", form="Race")
    await clock.advance(seconds=30)
    await ben.taps("Paris", chat=group)
    assert ben.toast == "Right, 5 points."


async def test_a_card_survives_becoming_a_supergroup(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """The open card stands in the supergroup and closes at its time."""
    await first_card(ben, group, clock, "Race")
    await group.migrates()
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=18)
    assert "1 of 1 had it right" in group.sees().text


async def test_a_bot_that_is_kicked_ends_it(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """In the middle of a round: nothing more is sent, and added again, the group begins anew."""
    await first_card(ben, group, clock, "Race")
    await group.kicks_bot(anna)
    await clock.advance(minutes=3)
    await group.adds_bot(anna)
    seen = len(group.messages())
    await clock.advance(minutes=3)
    assert len(group.messages()) == seen
    assert await ben.sends("/round", group) == setup()


async def test_who_is_forgotten_is_not_in_the_table(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """/forget in the middle of a round takes its player and host out; the round goes on without them."""
    await first_card(ben, group, clock, "Race")
    for who in (ben, cleo):
        await who.taps("Paris", chat=group)
    await ben.sends("/forget")
    await ben.taps("Erase everything")
    for _ in range(4):
        await next_card(clock)
    await next_card(clock)
    assert group.sees() == table("The round is over.", "1. Cleo · 1 of 5 · 4 points")


async def test_who_is_first_stays_first(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Anna answered before and is forgotten: Cleo, who came next, was still quicker than Ben."""
    await first_card(anna, group, clock, "Race")
    for who in (anna, cleo):
        await who.taps("Paris", chat=group)
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    await ben.taps("Paris", chat=group)
    await clock.advance(seconds=18)
    assert group.sees().text.endswith(f"2 of 2 had it right · {named('Cleo')} was first")
