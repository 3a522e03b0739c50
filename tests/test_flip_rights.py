"""Who may do what by tapping under a message that one member alone sees: every kind of tap, by who may and who may not.

cleo has looked at the group's card and graded it; dora looked at the card before, and sees that alone. The words are
those of `tests/test_rights.py`.
"""

from collections.abc import AsyncIterator
from contextlib import closing

import pytest

from bot.app import TAPS
from bot.chat import buttons
from bot.chat.buttons import Tap
from bot.chat.dispatch import ALONE
from bot.playground import acts
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Message
from tests.everybody import ANYBODYS, last_review, newest
from tests.people import BotHere
from tests.rights import Before, World, table

TAPS_UNDER_WHAT_ONE_SEES = """
tap                                  cleo     dora
Show,Give,Later,Snooze               strange  strange
GroupShow                            strange  strange
Leaf                                 does     gone
GroupGive,GroupMenu                  own      gone
Undo                                 own      none
"""


@pytest.fixture
async def world(bot: BotHere, playground: Playground) -> AsyncIterator[World]:
    """A group with a second card, as the module's first lines say."""
    people = {name: playground.person(name) for name in ("anna", "cleo", "dora")}
    group = playground.group("Group", list(people.values()), with_bot=False)
    await group.adds_bot(people["anna"])
    await people["anna"].taps("Capitals", chat=group)
    await people["anna"].sends("/quiz", group)
    await people["dora"].taps("Show answer", chat=group)
    await people["anna"].sends("/quiz", group)
    await people["cleo"].taps("Show answer", "Good", chat=group)
    with closing(World(bot, playground, group, people, {})) as world:
        yield world


async def under(world: World, name: str, seen: Message, data: str) -> None:
    """Somebody's client sends data for a message that this person alone sees."""
    await world.playground.moved_and_settled()
    person, chat = world.people[name].person, world.group.chat
    query = acts.tap(world.playground.world, person, chat, 0, data, ephemeral_id=seen.ephemeral_id)
    await heard(world.playground, query.update_id)


def alone(world: World, name: str) -> Message:
    """What this person alone sees in the group."""
    return next(each for each in world.people[name].view(world.group).messages() if each.ephemeral_id)


async def test_taps_under_what_one_member_sees(world: World) -> None:
    """Data names nothing of another member there, and no button of another place works."""
    group_turn, review = newest(world.bot, "turns"), last_review(world.bot, world.people["cleo"])
    seen = {name: alone(world, name) for name in ("cleo", "dora")}
    made: dict[type[Tap], Tap] = {
        buttons.Show: buttons.Show(group_turn),
        buttons.Give: buttons.Give(group_turn, 3, -600),
        buttons.Later: buttons.Later(group_turn, False),
        buttons.Snooze: buttons.Snooze(group_turn, "hour"),
        buttons.GroupShow: buttons.GroupShow(group_turn),
        buttons.GroupGive: buttons.GroupGive(group_turn, 3, -600),
        buttons.GroupMenu: buttons.GroupMenu(group_turn, "open"),
        buttons.Undo: buttons.Undo(review),
        buttons.Leaf: buttons.Leaf(group_turn, 0),
    }
    rows = {name: row for names, row in table(TAPS_UNDER_WHAT_ONE_SEES) for name in names.split(",")}
    others = {kind: tap for kind, tap in ANYBODYS.items() if kind is not buttons.GroupNext}
    everywhere = dict.fromkeys(("cleo", "dora"), "strange")
    tried = [(made[kind], rows[kind.__name__]) for kind in made] + [(tap, everywhere) for tap in others.values()]
    assert {type(tap) for tap, _ in tried} | {buttons.GroupNext} >= ALONE.keys()
    assert set(made) | set(ANYBODYS) <= set(TAPS)
    for tap, row in tried:
        for name, expected in sorted(row.items(), key=lambda pair: pair[1] in ("does", "own")):
            before = Before.of(world, name, world.group if expected in ("does", "own") else None)
            await under(world, name, seen[name], tap.pack())
            if expected in ("does", "own"):
                before.check_others(tap.pack())
            else:
                before.check(expected, tap.pack())
                before.check_toast(expected, tap.pack())
