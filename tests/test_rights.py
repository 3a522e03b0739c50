"""Who may do what: every tap, tried by everybody who may and by everybody who may not.

The people of the tables: anna, whose cards they are, and who owns the group; ben, who studies as well; boss, who runs
the bot (BOT_ADMINS); cleo, a member who has looked at the group's card; dora, a member who has not, and never began in
private; gwen, an administrator who speaks as the group; fred, who has looked and left; zed, whom the bot never met;
olga, a member who is not on the list (BOT_ALLOWED), while the group is; robo, another bot; news, a channel's voice.

does: it is done. own: it is done for themselves and changes nothing of anybody else. silent: nothing at all. The other
words are refusals (`tests/rights.py`): answered with those words, and not a row changes. Commands and start
links are in `tests/test_rights_in_words.py`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing

import pytest

from bot.app import TAPS
from bot.chat import buttons
from bot.chat.buttons import Tap
from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.everybody import ANYBODYS, DRAWN_FOR, TWO_DECKS, a_card, a_turn, everybody, last_review
from tests.notebook import log
from tests.people import BotHere
from tests.rights import Before, World, table

TAPS_IN_PRIVATE = """
tap                                  anna     ben      boss     fred     zed      olga
Import,Pair                          sent     sent     sent     sent     unknown  closed
StudyImported                        taken    taken    taken    taken    unknown  closed
Add,AddTo                            unwritten unwritten unwritten unwritten unknown closed
AddBack                              taken    taken    taken    taken    unknown  closed
Own                                  taken    taken    taken    taken    unknown  closed
FindAt                               lost     lost     lost     lost     unknown  closed
Show,Give,Leaf,Later,Snooze,CardMenu does     gone     gone     gone     unknown  closed
Undo                                 does     none     none     none     unknown  closed
Study,MoreNew,Stats                  own      own      own      own      unknown  closed
Decks,Deck,Subscribe,Look,Share      own      own      own      own      unknown  closed
Export                               own      own      own      own      unknown  closed
DecksAt,FoundCard,SubscribeTree      own      own      own      own      unknown  closed
CardWrong                            does     does     does     does     unknown  closed
CardPage,CardHistory,CardLeaf,Hear   own      own      own      own      unknown  closed
CardEdit,CardField                   file     file     file     file     unknown  closed
CardAside,CardForget                 own      own      own      own      unknown  closed
Leave                                own      own      own      own      unknown  closed
FirstHour,Clock,Place,Zone           own      own      own      own      unknown  closed
Open,SetHour,SetNumber               own      own      own      own      unknown  closed
SetQuiet,Pause                       own      own      own      own      unknown  closed
GroupShow,GroupDeck,GroupDecksAt     strange  strange  strange  strange  strange  closed
GroupTopic,GroupNext,GroupAsk        strange  strange  strange  strange  strange  closed
GroupGive                            gone     gone     gone     does     unknown  closed
GroupMenu                            gone     gone     gone     gone     unknown  closed
Hide,MyState,GoOn                    strange  strange  strange  strange  strange  closed
RoundSet,RoundStart,RoundJoin        strange  strange  strange  strange  strange  closed
RoundOf,RoundStop,RoundMissed,Race   strange  strange  strange  strange  strange  closed
Forget                               own      own      own      own      unknown  closed
"""
# fred looked while he was a member: the card's answer is no secret to him, and the grade is his own. What else can be
# done with a group's card is for who is there.

TAPS_IN_THE_GROUP = """
tap                                  anna     gwen     cleo     dora     olga
Show,Give,Undo,Later,Snooze          strange  strange  strange  strange  strange
Study,MoreNew,Stats,Forget,Export    strange  strange  strange  strange  strange
Decks,DecksAt,Deck,Subscribe,Leave   strange  strange  strange  strange  strange
Look,Share,Own,Import,Pair,FirstHour strange  strange  strange  strange  strange
StudyImported,SubscribeTree          strange  strange  strange  strange  strange
Add,AddTo,AddBack                    strange  strange  strange  strange  strange
FindAt,FoundCard                     strange  strange  strange  strange  strange
Clock,Place,Zone,Open                does     does     admins   admins   admins
SetHour,SetNumber,SetQuiet,Pause     does     does     admins   admins   admins
CardPage,CardHistory,CardLeaf,Hear   strange  strange  strange  strange  strange
CardMenu                             strange  strange  strange  strange  strange
CardAside,CardForget                 strange  strange  strange  strange  strange
CardEdit,CardField                   strange  strange  strange  strange  strange
CardWrong                            strange  strange  strange  strange  strange
GroupDeck,GroupDecksAt,GroupTopic    does     does     admins   admins   admins
Leaf                                 gone     gone     gone     gone     gone
GroupGive                            look     look     does     look     look
Hide                                 absent   absent   does     absent   absent
MyState,GoOn                         does     does     does     does     does
RoundSet,RoundStart,RoundJoin        over     over     over     over     over
RoundStop                            over     over     over     over     over
RoundMissed                          missed   missed   missed   missed   missed
Race                                 gone     gone     gone     gone     gone
GroupShow,GroupMenu                  does     does     does     does     does
GroupNext,GroupAsk                   does     does     does     does     does
RoundOf                              does     does     does     does     does
"""

UNDER_THE_CARD = (buttons.GroupShow, buttons.GroupMenu, buttons.GroupGive, buttons.GroupNext)


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck whose answers the group can show to one alone, and one whose answer is too long for that."""
    return TWO_DECKS


@pytest.fixture
async def world(bot: BotHere, playground: Playground) -> AsyncIterator[World]:
    """Everybody, with cards of their own and grades given; the group has no card yet."""
    with closing(await everybody(bot, playground)) as world:
        yield world


async def shown(world: World) -> str:
    """What stands on a grade's button of hers."""
    await a_turn(world)
    await world.people["anna"].taps("Show answer")
    return world.people["anna"].press("Good")[1].data


def named(text: str) -> dict[type[Tap], dict[str, str]]:
    """A table of taps, a kind a row."""
    kinds = {kind.__name__: kind for kind in TAPS}
    return {kinds[name]: expected for names, expected in table(text) for name in names.split(",")}


def test_every_kind_of_tap_stands_in_both_tables() -> None:
    """A new button asks for a decision on who may tap it."""
    assert set(named(TAPS_IN_PRIVATE)) == set(TAPS)
    assert set(named(TAPS_IN_THE_GROUP)) == set(TAPS)


async def test_taps_in_private(world: World) -> None:
    """What a payload names is done for its owner alone, whoever else sends it from their own chat."""
    group_turn = await a_card(world, "Capitals")
    anna = world.people["anna"]
    of_anna: dict[type[Tap], Callable[[], Awaitable[str]]] = {
        buttons.Show: lambda: made(buttons.Show),
        buttons.Leaf: lambda: made(buttons.Leaf, 1),
        buttons.Later: lambda: made(buttons.Later, False),
        buttons.CardMenu: lambda: made(buttons.CardMenu, "open"),
        buttons.Snooze: lambda: made(buttons.Snooze, "hour"),
        buttons.Give: lambda: shown(world),
    }

    async def made(kind: Callable[..., Tap], *more: object) -> str:
        return kind(await a_turn(world), *more).pack()

    for kind, row in named(TAPS_IN_PRIVATE).items():
        if kind in of_anna:
            data = await of_anna[kind]()
        elif kind is buttons.Undo:
            data = buttons.Undo(last_review(world.bot, anna)).pack()
        elif kind is buttons.GroupShow:
            data = buttons.GroupShow(group_turn).pack()
        elif kind is buttons.GroupMenu:
            data = buttons.GroupMenu(group_turn, "open").pack()
        elif kind is buttons.GroupGive:
            data = buttons.GroupGive(group_turn, 3, -600).pack()
        else:
            data = ANYBODYS[kind].pack()
        for name, expected in sorted(row.items(), key=lambda pair: pair[1] in ("does", "own")):
            if kind is buttons.Stats and expected == "own" and name != DRAWN_FOR:
                continue
            somebody = world.people[name]
            own = anna.message().id if name == "anna" and expected == "does" else world.pages.get(name, 1)
            await tried(world, name, expected, somebody, own, data)
    assert [grade for _, grade in log(world.bot, world.people["dora"])] == []


async def tried(world: World, name: str, expected: str, place: object, message_id: int, data: str) -> None:
    """Somebody sends that data, and what comes of it is what the table says."""
    before = Before.of(world, name)
    await world.taps(name, place, message_id, data)  # type: ignore[arg-type]
    if data == buttons.Stats().pack():
        await world.done()
    before.check(expected, data)
    before.check_toast(expected, data)


async def test_taps_in_the_group(world: World, clock: WorldClock) -> None:
    """The group is its administrators' to set up, its cards are for all who are in it, and nothing private works."""
    group_turn = await a_card(world, "Capitals")
    private_turn = await a_turn(world)
    of_a_turn: dict[type[Tap], Tap] = {
        buttons.Show: buttons.Show(private_turn),
        buttons.Give: buttons.Give(private_turn, 3, -600),
        buttons.Leaf: buttons.Leaf(private_turn, 0),
        buttons.Later: buttons.Later(private_turn, False),
        buttons.CardMenu: buttons.CardMenu(private_turn, "open"),
        buttons.Snooze: buttons.Snooze(private_turn, "hour"),
        buttons.Undo: buttons.Undo(last_review(world.bot, world.people["anna"])),
        buttons.GroupShow: buttons.GroupShow(group_turn),
        buttons.GroupGive: buttons.GroupGive(group_turn, 3, 0),
        buttons.GroupMenu: buttons.GroupMenu(group_turn, "open"),
    }
    await world.people["anna"].sends("/settings", world.group)
    settings = world.group.message().id
    turn = next(message.id for message in world.group.messages() if "capital of" in message.text)
    for kind, row in named(TAPS_IN_THE_GROUP).items():
        tap = of_a_turn.get(kind) or ANYBODYS[kind]
        message_id = turn if kind in UNDER_THE_CARD else settings
        for name, expected in sorted(row.items(), key=lambda pair: pair[1] in ("does", "own")):
            if kind in (buttons.GroupNext, buttons.GroupAsk, buttons.RoundOf):
                await clock.advance(minutes=2)
            await tried(world, name, expected, world.group, message_id, tap.pack())
