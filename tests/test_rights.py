"""Who may do what: every tap, command and start link, tried by everybody who may and by everybody who may not.

The people of the tables: anna, whose cards they are, and who owns the group; ben, who studies as well; boss, who runs
the bot (BOT_ADMINS); cleo, a member who has looked at the group's card; dora, a member who has not, and never began in
private; gwen, an administrator who speaks as the group; fred, who has looked and left; zed, whom the bot never met;
olga, a member who is not on the list (BOT_ALLOWED), while the group is; robo, another bot; news, a channel's voice.

does: it is done. own: it is done for themselves and changes nothing of anybody else. silent: nothing at all. The other
words are refusals (`tests/rights.py`): answered with those words, and not a row changes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import date

import pytest

from bot.app import COMMANDS, TAPS
from bot.chat import buttons, pace
from bot.chat.buttons import Tap
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.notebook import log, notebook
from tests.people import CAPITALS, BotHere
from tests.rights import Before, World, table

LONG = "It keeps a ship from drifting. " * 8
# The picture takes longer than all else: of those who may see their own, she does it for all.
DRAWN_FOR = "anna"
TODAY = date(2026, 3, 2).toordinal()
CAPITALS_DECK, SHIPS_DECK = 1, 2
A_CARD = 1

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
DecksAt,FoundCard                    own      own      own      own      unknown  closed
CardWrong                            does     does     does     does     unknown  closed
CardPage,CardHistory,CardLeaf,Hear   own      own      own      own      unknown  closed
CardEdit,CardField                   file     file     file     file     unknown  closed
CardAside,CardForget                 own      own      own      own      unknown  closed
Leave                                own      own      own      own      unknown  closed
FirstHour,Clock,Place,Zone           own      own      own      own      unknown  closed
Open,SetHour,SetNumber               own      own      own      own      unknown  closed
SetQuiet,Pause                       own      own      own      own      unknown  closed
GroupShow,GroupDeck,GroupDecksAt     strange  strange  strange  strange  strange  closed
GroupTopic,GroupNext                 strange  strange  strange  strange  strange  closed
GroupGive                            gone     gone     gone     does     unknown  closed
GroupMenu                            gone     gone     gone     gone     unknown  closed
Hide,MyState,GoOn                    strange  strange  strange  strange  strange  closed
RoundSet,RoundStart,RoundJoin        strange  strange  strange  strange  strange  closed
RoundStop,RoundMissed,Race           strange  strange  strange  strange  strange  closed
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
StudyImported                        strange  strange  strange  strange  strange
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
GroupNext                            does     does     does     does     does
"""

COMMANDS_IN_PRIVATE = """
command                              anna     ben      boss     fred     olga     zed
start,help,quiz,undo,stats           own      own      own      own      closed   own
decks,settings,forget,export,find    own      own      own      own      closed   own
add                                  own      own      own      own      closed   own
join,leave,me,board,round            group    group    group    group    closed   group
"""

COMMANDS_IN_THE_GROUP = """
command                              anna     gwen     cleo     dora     olga     news     robo
settings                             does     does     admins   admins   admins   admins   silent
start,undo,stats,forget,export,find  private  private  private  private  private  private  silent
add                                  private  private  private  private  private  private  silent
quiz,decks,help,board,round          does     does     does     does     does     does     silent
join,leave,me                        does     voice    does     does     does     voice    silent
"""

LINKS = """
link                                 anna     ben      boss     cleo     dora     fred     olga     zed
turn_of_the_group                    gone     gone     gone     own      gone     own      closed   gone
turn_of_anna,turn_to_come            gone     gone     gone     gone     gone     gone     closed   gone
turn_0,turn_१                        gone     gone     gone     gone     gone     gone     closed   gone
menu_of_the_group                    gone     gone     gone     own      gone     gone     closed   gone
menu_of_the_group_deck               gone     gone     gone     own      gone     gone     closed   gone
menu_of_the_group_edit               gone     gone     gone     editor   gone     gone     closed   gone
menu_of_anna,menu_to_come,menu_0     gone     gone     gone     gone     gone     gone     closed   gone
menu_,menu,menu_१                    gone     gone     gone     gone     gone     gone     closed   gone
turn_-1,turn_1_0,turn_,turn          own      own      own      own      own      own      closed   own
deck_capitals,deck_nonsense          own      own      own      own      own      own      closed   own
round_0,round_99                     missed   missed   missed   missed   missed   missed   closed   missed
"""
# cleo and fred were led to their private chats by the group's card, whose answer is too long to be shown in the group.


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck whose answers the group can show to one alone, and one whose answer is too long for that."""
    return {"capitals.txt": CAPITALS, "ships.txt": f"What is an anchor for?;{LONG.strip()}\nWhat is a keel?;A beam\n"}


@pytest.fixture
async def world(bot: BotHere, playground: Playground) -> AsyncIterator[World]:
    """Everybody, with cards of their own and grades given; the group has no card yet."""
    people = {name: playground.person(name) for name in ("anna", "ben", "boss", "cleo", "dora", "fred", "gwen", "olga")}
    people["zed"] = playground.person("zed")
    people["robo"] = playground.person("robo", "robo_bot", is_bot=True)
    inside = [people[name] for name in ("anna", "gwen", "cleo", "dora", "fred", "olga", "robo")]
    group = playground.group("Group", inside, with_bot=False)
    pages: dict[str, int] = {}
    for name in ("anna", "ben", "boss", "cleo", "fred", "olga"):
        await people[name].sends("/start")
        await people[name].taps("Capitals", "Show answer", "Good", "Not now")
        await people[name].sends("/help")
        pages[name] = people[name].message().id
    await group.promotes(people["gwen"], anonymous=True)
    await group.adds_bot(people["anna"])
    known = [people[name].id for name in people if name != "olga"]
    bot.extra |= {"BOT_ALLOWED": ",".join(map(str, [*known, group.id])), "BOT_ADMINS": str(people["boss"].id)}
    bot.rates = pace.NONE  # so many messages in one moment would wait for the next minute
    await bot.restart()
    with closing(World(bot, playground, group, people, pages)) as world:
        yield world


async def a_card(world: World, deck: str) -> int:
    """The group has a card of that deck, at which cleo and fred have looked; fred has left. Gives the turn."""
    anna, fred = world.people["anna"], world.people["fred"]
    await anna.taps(deck, chat=world.group)
    await anna.sends("/quiz", world.group)
    for name in ("cleo", "fred"):
        await world.people[name].taps("Show answer", chat=world.group)
    await world.group.loses(fred)
    return newest(world.bot, "turns")


def newest(bot: BotHere, rows: str) -> int:
    """The highest id of a table's rows."""
    with notebook(bot) as db:
        return int(db.execute(f"select max({rows.removesuffix('s')}_id) from {rows}").fetchone()[0])


# --- taps in private --------------------------------------------------------------------------------------------------

# Data that any client can send by itself; it names nothing of anybody.
ANYBODYS: dict[type[Tap], Tap] = {
    buttons.Study: buttons.Study(0, False),
    buttons.MoreNew: buttons.MoreNew(TODAY, 5, 0),
    buttons.Stats: buttons.Stats(),
    buttons.Decks: buttons.Decks(),
    buttons.DecksAt: buttons.DecksAt(CAPITALS_DECK, False),
    buttons.Deck: buttons.Deck(CAPITALS_DECK),
    buttons.Subscribe: buttons.Subscribe(CAPITALS_DECK),
    buttons.Leave: buttons.Leave(CAPITALS_DECK),
    buttons.Look: buttons.Look(CAPITALS_DECK, 0, 0),
    buttons.Share: buttons.Share(CAPITALS_DECK),
    buttons.Export: buttons.Export(CAPITALS_DECK, "text"),
    # Of a deck that is nobody's own, and of a file that nobody sent; tests/test_imports.py has those of somebody's.
    buttons.Own: buttons.Own(CAPITALS_DECK, "away"),
    buttons.Import: buttons.Import(99, "take"),
    buttons.StudyImported: buttons.StudyImported(99),  # tests/test_import_study.py has those of somebody's
    buttons.Pair: buttons.Pair(99, 0, True),  # tests/test_import_pairs.py has those of somebody's
    # Nobody writes a card, and none was added; tests/test_add.py has those of who does.
    buttons.Add: buttons.Add("save", 0),
    buttons.AddTo: buttons.AddTo(CAPITALS_DECK),
    buttons.AddBack: buttons.AddBack(A_CARD),
    buttons.CardPage: buttons.CardPage(A_CARD),
    buttons.CardHistory: buttons.CardHistory(A_CARD),
    buttons.CardLeaf: buttons.CardLeaf(A_CARD, 0),
    buttons.Hear: buttons.Hear(A_CARD),
    buttons.CardAside: buttons.CardAside(A_CARD, 0, "up"),
    buttons.CardForget: buttons.CardForget(A_CARD, False),
    buttons.CardEdit: buttons.CardEdit(A_CARD, 0, "which"),  # of a file; tests/test_edit.py has those of others
    buttons.CardField: buttons.CardField(A_CARD, 0, "ask", 0),  # likewise; tests/test_edit_notes.py
    buttons.CardWrong: buttons.CardWrong(A_CARD, 0, "say"),
    buttons.FoundCard: buttons.FoundCard(A_CARD),
    buttons.FindAt: buttons.FindAt(0),  # of a message in which nothing was looked for
    buttons.FirstHour: buttons.FirstHour(480),
    buttons.Clock: buttons.Clock(0, True),
    buttons.Place: buttons.Place(540, True, False),
    buttons.Zone: buttons.Zone("Europe/Berlin", True),
    buttons.Open: buttons.Open("limits"),
    buttons.SetHour: buttons.SetHour(480, True),
    buttons.SetNumber: buttons.SetNumber("rollover_hour", 5),
    buttons.SetQuiet: buttons.SetQuiet(1320, 420),
    buttons.Pause: buttons.Pause(7),
    buttons.Forget: buttons.Forget(True),
    buttons.GroupDeck: buttons.GroupDeck(SHIPS_DECK, True, False),
    buttons.GroupDecksAt: buttons.GroupDecksAt(SHIPS_DECK, False),
    buttons.GroupTopic: buttons.GroupTopic(SHIPS_DECK, "put"),
    buttons.GroupNext: buttons.GroupNext(),
    buttons.Hide: buttons.Hide(True),
    buttons.MyState: buttons.MyState(),
    buttons.GoOn: buttons.GoOn(),
    # Of a round that there never was; tests/test_round_rights.py has those of one that is played.
    buttons.RoundSet: buttons.RoundSet(99, "cards", 10),
    buttons.RoundStart: buttons.RoundStart(99),
    buttons.RoundJoin: buttons.RoundJoin(99),
    buttons.RoundStop: buttons.RoundStop(99),
    buttons.RoundMissed: buttons.RoundMissed(99),
    buttons.Race: buttons.Race(99, 0),
}


UNDER_THE_CARD = (buttons.GroupShow, buttons.GroupMenu, buttons.GroupGive, buttons.GroupNext)


async def a_turn(world: World) -> int:
    """Anna's open turn, asked anew in her newest message."""
    await world.people["anna"].sends("/quiz")
    return newest(world.bot, "turns")


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


def last_review(bot: BotHere, somebody: Somebody) -> int:
    """The id of somebody's last entry in the log."""
    with notebook(bot) as db:
        query = "select max(review_id) from reviews where learner_id = ?"
        return int(db.execute(query, (somebody.id,)).fetchone()[0])


async def tried(world: World, name: str, expected: str, place: object, message_id: int, data: str) -> None:
    """Somebody sends that data, and what comes of it is what the table says."""
    before = Before.of(world, name)
    await world.taps(name, place, message_id, data)  # type: ignore[arg-type]
    if data == buttons.Stats().pack():
        await world.done()
    before.check(expected, data)
    before.check_toast(expected, data)


# --- taps in the group ------------------------------------------------------------------------------------------------


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
            if kind is buttons.GroupNext:
                await clock.advance(minutes=2)
            await tried(world, name, expected, world.group, message_id, tap.pack())


# --- commands ---------------------------------------------------------------------------------------------------------


def commands(text: str) -> dict[str, dict[str, str]]:
    """A table of commands, one a row."""
    return {name: expected for names, expected in table(text) for name in names.split(",")}


def test_every_command_stands_in_both_tables() -> None:
    """A new command asks for a decision on who may send it."""
    every = {command.name for command in COMMANDS}
    assert set(commands(COMMANDS_IN_PRIVATE)) == every
    assert set(commands(COMMANDS_IN_THE_GROUP)) == every


async def test_commands_in_private(world: World) -> None:
    """A command is about the one who sends it; who is not on the list is told so."""
    for command, row in commands(COMMANDS_IN_PRIVATE).items():
        for name, expected in row.items():
            if command == "stats" and expected == "own" and name != DRAWN_FOR:
                continue
            before = Before.of(world, name)
            await world.people[name].sends(f"/{command}")
            if command == "stats":
                await world.done()
            before.check(expected, f"/{command}")
            before.check_message(expected, f"/{command}", world.people[name])


async def test_commands_in_the_group(world: World) -> None:
    """A group's settings are its administrators', a person's own things are not for a group, and bots are not heard."""
    await a_card(world, "Capitals")
    for command, row in commands(COMMANDS_IN_THE_GROUP).items():
        for name, expected in row.items():
            before = Before.of(world, "olga" if name == "news" else name, beside=world.group)
            if name == "news":
                await world.people["olga"].gives(A_CHANNELS_VOICE, text=f"/{command}", place=world.group)
            else:
                await world.people[name].sends(f"/{command}", world.group, as_group=name == "gwen")
            before.check(expected, f"/{command}")
            before.check_message(expected, f"/{command}", world.people[before.name].view(world.group))


# What a message bears that somebody sends as their channel.
A_CHANNELS_VOICE = {
    "from": {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    "sender_chat": {"id": -1001555000111, "type": "channel", "title": "News"},
}


# --- start links ------------------------------------------------------------------------------------------------------


async def test_start_links(world: World) -> None:
    """A link to a group's card opens for a member who was led there; any other shows nothing of anybody."""
    private_turn = await a_turn(world)
    group_turn = await a_card(world, "Ships")
    known = {"of_the_group": group_turn, "of_anna": private_turn, "to_come": group_turn + 1}
    for names, row in table(LINKS):
        for link in names.split(","):
            payload = link
            for turn, turn_id in known.items():
                payload = payload.replace(turn, str(turn_id))
            for name, expected in row.items():
                before = Before.of(world, name)
                await world.people[name].starts(payload)
                before.check("own" if expected in ("gone", "missed", "editor") else expected, payload)
                before.check_message(expected, payload, world.people[name])
                answer = "It keeps a ship" in world.people[name].sees().text
                leads = link in ("turn_of_the_group", "menu_of_the_group")
                assert answer == (leads and expected == "own"), (link, name)
