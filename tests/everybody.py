"""What the tests of rights begin with: a bot, a group, and all kinds of people around them, with cards and grades.

Who they are stands at the top of `tests/test_rights.py`.
"""

from datetime import date

from bot.chat import buttons, pace
from bot.chat.buttons import Tap
from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.notebook import notebook
from tests.people import CAPITALS, BotHere
from tests.rights import World

LONG = "It keeps a ship from drifting. " * 8
# The picture takes longer than all else: of those who may see their own, she does it for all.
DRAWN_FOR = "anna"
TODAY = date(2026, 3, 2).toordinal()
CAPITALS_DECK, SHIPS_DECK = 1, 2
A_CARD = 1
# One whose answers the group can show to one alone, and one whose answer is too long for that.
TWO_DECKS = {"capitals.txt": CAPITALS, "ships.txt": f"What is an anchor for?;{LONG.strip()}\nWhat is a keel?;A beam\n"}


async def everybody(bot: BotHere, playground: Playground) -> World:
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
    return World(bot, playground, group, people, pages)


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
    buttons.SubscribeTree: buttons.SubscribeTree(CAPITALS_DECK, 1),
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
    buttons.GroupAsk: buttons.GroupAsk(CAPITALS_DECK),
    buttons.Hide: buttons.Hide(True),
    buttons.MyState: buttons.MyState(),
    buttons.GoOn: buttons.GoOn(),
    # Of a round that there never was; tests/test_round_rights.py has those of one that is played.
    buttons.RoundOf: buttons.RoundOf(CAPITALS_DECK),
    buttons.RoundSet: buttons.RoundSet(99, "cards", 10),
    buttons.RoundStart: buttons.RoundStart(99),
    buttons.RoundJoin: buttons.RoundJoin(99),
    buttons.RoundStop: buttons.RoundStop(99),
    buttons.RoundMissed: buttons.RoundMissed(99),
    buttons.Race: buttons.Race(99, 0),
}


async def a_turn(world: World) -> int:
    """Anna's open turn, asked anew in her newest message."""
    await world.people["anna"].sends("/quiz")
    return newest(world.bot, "turns")


def last_review(bot: BotHere, somebody: Somebody) -> int:
    """The id of somebody's last entry in the log."""
    with notebook(bot) as db:
        query = "select max(review_id) from reviews where learner_id = ?"
        return int(db.execute(query, (somebody.id,)).fetchone()[0])
