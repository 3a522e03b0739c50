"""A live round is set up by buttons, by one round at a time."""

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from tests.people import Group, Somebody, screen_of
from tests.rounds import GOING, HOST_ONLY, lobby, setup


async def test_a_round_is_set_up_by_buttons(group: Group, ben: Somebody) -> None:
    """Who types /round chooses number, pace and form in one message."""
    assert await ben.sends("/round", group) == setup()
    assert await ben.taps("10 cards", "Fast", "Race", chat=group) == setup(10, 10, "Race")
    assert await ben.taps("Slow", "Flip", "5 cards", chat=group) == setup(5, 30, "Flip")


async def test_only_its_host_and_administrators_set_it_up(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody
) -> None:
    """Another member's tap changes nothing; an administrator's does."""
    await ben.sends("/round", group)
    for button in ("Race", "Start", "Call off"):
        assert await cleo.taps(button, chat=group) == setup()
        assert cleo.toast == HOST_ONLY
    assert await anna.taps("Race", chat=group) == setup(form="Race")
    assert await anna.taps("Call off", chat=group) == screen_of("The round was called off.")


async def test_an_anonymous_administrator_hosts(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Typed as the group itself, /round is set up by any administrator's tap."""
    await group.promotes(ben, anonymous=True)
    assert await ben.sends("/round", group, as_group=True) == setup()
    assert await ben.taps("Start", chat=group) == lobby("Ben")


async def test_a_second_round_points_to_the_first(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """Two who type /round at once have one round between them; while it goes on, /round and /quiz point to it."""
    for update in [who.sends_unheard("/round", group) for who in (ben, cleo)]:
        await heard(playground, update)
    assert [str(screen) for screen in group.sees_all()[-2:]] == [
        str(setup()),
        str(screen_of("A round is being set up.")),
    ]
    first = group.messages()[-2]
    await ben.taps("Start", chat=group)
    for command in ("/round", "/quiz"):
        assert await cleo.sends(command, group) == GOING
        assert group.message().reply_to == first.id


async def test_its_host_has_the_setup_at_hand_again(group: Group, ben: Somebody) -> None:
    """/round again brings what was set up into a new message, and the old one loses its buttons."""
    await ben.sends("/round", group)
    await ben.taps("Race", chat=group)
    assert await ben.sends("/round", group) == setup(form="Race")
    assert group.sees_all()[-2].rows == ()


async def test_what_nobody_starts_is_given_up(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """After five minutes a round that was not started says so, and another can be set up."""
    await ben.sends("/round", group)
    await clock.advance(minutes=5)
    assert group.sees() == screen_of("Nobody started this round.")
    assert await ben.sends("/round", group) == setup()


async def test_a_group_without_a_deck_is_offered_the_decks(
    playground: Playground, anna: Somebody, ben: Somebody
) -> None:
    """/round in a group that studies nothing says how to begin."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    assert "[Capitals · 5]" in str(await ben.sends("/round", group))


TREES = {
    f"{at}.txt": f"#deck:{name}\nWhat?;{at}\n"
    for at, name in enumerate(("Biology", "Biology::Cells", "Sea::Birds", "Sea::Fish"))
}


@pytest.mark.parametrize("deck_files", [TREES], ids=["two trees"])
async def test_the_name_of_a_tree_means_the_deck_at_its_root(playground: Playground, anna: Somebody) -> None:
    """A round has one deck. Where there is none of that name, it is asked which below it is meant."""
    group = playground.group("Study group", [anna], with_bot=False)
    await group.adds_bot(anna)
    for name in ("Biology", "Biology › Cells", "Sea › Birds", "Sea › Fish"):
        await anna.taps(f"{name} · 1", chat=group)
        await anna.sends("/decks", group)
    assert (await anna.sends("/round sea", group)).labels == ["Sea › Birds · 1", "Sea › Fish · 1"]
    assert "✓ Biology" in (await anna.sends("/round biology", group)).labels
