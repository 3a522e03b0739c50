"""Who may do what in a live round: each of its buttons, tried by its host, by administrators, members and strangers."""

from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.chat import buttons, pace
from bot.chat.buttons import Tap
from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.people import BotHere, Group, Somebody
from tests.rights import Before, World, table
from tests.rounds import GOING, first_card, next_card, wrong
from tests.test_payloads import BEYOND

# anna owns the group, gwen speaks as the group, cleo began the round, dora is a member; olga is one who is not on the
# list (BOT_ALLOWED), while the group is. Who may not is tried first, then the first of those who may.
IN_THE_SETUP = """
tap                  anna   gwen   cleo   dora   olga
RoundSet             does   does   does   host   host
RoundStop            does   does   does   host   host
RoundStart           does   does   does   host   host
RoundMissed          missed missed missed missed missed
"""
IN_THE_LOBBY = """
tap                  anna   gwen   cleo   dora   olga
RoundJoin            does   does   inside does   does
RoundSet             going  going  going  host   host
RoundStop            does   does   does   host   host
"""
WITH_A_CARD = """
tap                  anna   gwen   cleo   dora   olga
Race                 does   does   does   does   does
RoundStop            does   does   does   host   host
"""
NAMES = ("anna", "gwen", "cleo", "dora", "olga")


@pytest.fixture
async def world(bot: BotHere, playground: Playground) -> AsyncIterator[World]:
    """A group with a deck in which cleo has begun a round."""
    people = {name: playground.person(name) for name in (*NAMES, "zed")}
    group = playground.group("Group", [people[name] for name in NAMES], with_bot=False)
    await group.promotes(people["gwen"], anonymous=True)
    await group.adds_bot(people["anna"])
    await people["anna"].taps("Capitals", chat=group)
    bot.extra |= {"BOT_ALLOWED": str(group.id)}
    bot.rates = pace.NONE  # so many messages in one moment would wait for the next minute
    await bot.restart()
    await people["cleo"].sends("/round", group)
    with closing(World(bot, playground, group, people)) as world:
        yield world


async def tried(world: World, name: str, expected: str, data: str) -> None:
    """Somebody sends that data from the newest message, and what comes of it is what the table says."""
    before = Before.of(world, name, beside=world.group)
    await world.taps(name, world.group, world.group.message().id, data)
    before.check(expected, data)
    before.check_toast(expected, data)


async def holds(world: World, text: str, taps: dict[type[Tap], Tap]) -> None:
    """The table is true; what changes nothing is tried by all before anybody does anything."""
    rows = [(taps[kind], row) for kind in taps for names, row in table(text) if kind.__name__ == names]
    assert len(rows) == len(table(text))
    for tap, row in rows:
        for name in [name for name in NAMES if row[name] != "does"]:
            await tried(world, name, row[name], tap.pack())
    for tap, row in rows:
        able = [name for name in NAMES if row[name] == "does"]
        for name in able if isinstance(tap, buttons.Race | buttons.RoundJoin) else able[:1]:
            await tried(world, name, "does", tap.pack())


async def test_a_round_in_its_setup(world: World) -> None:
    """Its host and administrators set it up and start it; nobody else does."""
    taps: dict[type[Tap], Tap] = {
        buttons.RoundSet: buttons.RoundSet(1, "cards", 10),
        buttons.RoundMissed: buttons.RoundMissed(1),
        buttons.RoundStart: buttons.RoundStart(1),
        buttons.RoundStop: buttons.RoundStop(1),
    }
    await holds(world, IN_THE_SETUP, taps)


async def test_a_round_in_its_lobby(world: World) -> None:
    """Everybody may come in; its host and administrators stop it."""
    await world.people["cleo"].taps("Start", chat=world.group)
    taps: dict[type[Tap], Tap] = {
        buttons.RoundJoin: buttons.RoundJoin(1),
        buttons.RoundSet: buttons.RoundSet(1, "cards", 10),
        buttons.RoundStop: buttons.RoundStop(1),
    }
    await holds(world, IN_THE_LOBBY, taps)


async def test_a_round_with_a_card(world: World, clock: WorldClock) -> None:
    """Everybody answers; its host and administrators stop it."""
    await world.people["cleo"].taps("Race", "Start", chat=world.group)
    await clock.advance(seconds=30)
    taps: dict[type[Tap], Tap] = {
        buttons.Race: buttons.Race(1, 0),
        buttons.RoundStop: buttons.RoundStop(1),
    }
    await holds(world, WITH_A_CARD, taps)


async def test_what_no_button_of_a_round_ever_held(world: World, clock: WorldClock) -> None:
    """Other turns, other options, the buttons of a plain card under a race's: refused, and not a row changes."""
    await world.people["cleo"].taps("Race", "Start", chat=world.group)
    await clock.advance(seconds=30)
    forged = [
        *(buttons.Race(turn_id, 0) for turn_id in (2, *BEYOND)),
        *(buttons.Race(1, option) for option in (4, -1, 10**18 - 1)),
        *(buttons.GroupShow(1), buttons.GroupGive(1, 3, 0)),
    ]
    for tap in forged:
        await tried(world, "dora", "gone", tap.pack())
    for kind in (buttons.RoundJoin, buttons.RoundStop, buttons.RoundStart):
        for round_id in (2, *BEYOND):
            await tried(world, "dora", "over", kind(round_id).pack())


async def test_a_race_stays_where_it_stands(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A made-up answer under the group's first message draws no card over it."""
    first = group.message()
    await first_card(ben, group, clock, "Race")
    seen, data = group.sees_all(), group.message().rows[0][0].data
    await ben.taps_data(first, data)
    await clock.advance(seconds=3)
    assert group.sees_all()[:-1] == seen[:-1]
    assert "1 of 1 has answered" in group.sees().text


async def test_choices_that_no_button_ever_held(world: World) -> None:
    """A number, pace, form or deck that is not offered leaves the round as it was set up."""
    cleo, group = world.people["cleo"], world.group
    shown = str(group.sees())
    for what, value in (("cards", 1000), ("pace", 1), ("form", 2), ("form", -1), ("deck", 99), ("x", 5), ("at", 99)):
        await world.taps("cleo", group, group.message().id, buttons.RoundSet(1, what, value).pack())
        assert str(group.sees()) == shown, what
        assert cleo.toast == "", what


async def test_a_race_is_not_flipped_in_private(world: World, clock: WorldClock) -> None:
    """Who has answered cannot open the card's answer by a link while others still think."""
    await world.people["cleo"].taps("Race", "Start", chat=world.group)
    await clock.advance(seconds=30)
    await world.taps("cleo", world.group, world.group.message().id, buttons.Race(1, 0).pack())
    world.bot.extra.pop("BOT_ALLOWED")
    await world.bot.restart()
    assert (await world.people["cleo"].starts("turn_1")).text == "This card is no longer asked."


async def test_mistakes_wait_for_the_rounds_end(group: Group, ben: Somebody, anna: Somebody, clock: WorldClock) -> None:
    """Who was wrong cannot open that card by a link while others still think; once the round is over it is there."""
    await first_card(ben, group, clock, "Race")
    await ben.taps(wrong(group), chat=group)
    assert await ben.starts("round_1") == GOING
    await next_card(clock)
    await anna.taps("Stop", chat=group)
    await clock.advance(seconds=1)
    assert (await ben.starts("round_1")).text.startswith("Capitals · 1/1 · missed in the round")
