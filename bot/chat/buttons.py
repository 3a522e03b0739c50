"""What a button carries: the kinds of taps, each a small typed value.

A payload proves nothing: what it names is checked anew for person, chat and right when it is tapped.
"""

from bot.chat.group_buttons import (
    GoOn,
    GroupAsk,
    GroupDeck,
    GroupDecksAt,
    GroupGive,
    GroupMenu,
    GroupNext,
    GroupShow,
    GroupTopic,
    Hide,
    MyState,
)
from bot.chat.import_buttons import Import, Pair, StudyImported
from bot.chat.payloads import LIMIT_BYTES, Tap, kinds, parse
from bot.chat.round_buttons import Race, RoundJoin, RoundMissed, RoundOf, RoundSet, RoundStart, RoundStop

__all__ = [
    "LIMIT_BYTES",
    "GoOn",
    "GroupAsk",
    "GroupDeck",
    "GroupDecksAt",
    "GroupGive",
    "GroupMenu",
    "GroupNext",
    "GroupShow",
    "GroupTopic",
    "Hide",
    "Import",
    "MyState",
    "Pair",
    "Race",
    "RoundJoin",
    "RoundMissed",
    "RoundOf",
    "RoundSet",
    "RoundStart",
    "RoundStop",
    "StudyImported",
    "Tap",
    "kinds",
    "parse",
]


# --- a person's turn ----------------------------------------------------------------------------------------------


class Show(Tap, frozen=True, tag="s"):
    turn_id: int


class Give(Tap, frozen=True, tag="g"):
    """A grade, 1 to 4, with the time that its button promises (see `showing.promise`)."""

    turn_id: int
    grade: int
    promised: int


class Leaf(Tap, frozen=True, tag="p"):
    """Another page of a turn too long for one message."""

    turn_id: int
    page: int


class Undo(Tap, frozen=True, tag="u"):
    review_id: int


class Later(Tap, frozen=True, tag="l"):
    """The ways to put a push off, or (back) the push as it was."""

    turn_id: int
    back: bool


class Snooze(Tap, frozen=True, tag="z"):
    """hour, evening or tomorrow."""

    turn_id: int
    choice: str


# --- studying and decks ---------------------------------------------------------------------------------------------


class Study(Tap, frozen=True, tag="q"):
    """A session, of one deck unless 0; ahead: of cards that are not due yet; depth: as `starting.wish`."""

    deck_id: int
    ahead: bool
    depth: int = 0


class MoreNew(Tap, frozen=True, tag="n"):
    """More new cards on that day, `total` in all, so that a double tap is one; then a session, of one deck unless 0;
    depth: as Study.
    """

    day: int
    total: int
    deck_id: int
    depth: int = 0


class Decks(Tap, frozen=True, tag="ds"): ...


class DecksAt(Tap, frozen=True, tag="dp"):
    """The page of the list that holds this deck, the first page if none does; first: of the first words' list."""

    deck_id: int
    first: bool


class Deck(Tap, frozen=True, tag="d"):
    deck_id: int


class Subscribe(Tap, frozen=True, tag="d1"):
    deck_id: int


class SubscribeTree(Tap, frozen=True, tag="dt"):
    """All decks below a name; depth: as `starting.wish`."""

    deck_id: int
    depth: int


class Leave(Tap, frozen=True, tag="d0"):
    deck_id: int


class Look(Tap, frozen=True, tag="dl"):
    deck_id: int
    place: int
    page: int


class Share(Tap, frozen=True, tag="dh"):
    deck_id: int


class Own(Tap, frozen=True, tag="do"):
    """A deck of one's own: name it anew, withdraw its link, put it away (sure: also from others), or bring it back."""

    deck_id: int
    choice: str


class Export(Tap, frozen=True, tag="x"):
    """A deck as a file of that form; empty: which forms there are; at: the page of the list that holds the deck."""

    deck_id: int
    form: str


class Stats(Tap, frozen=True, tag="st"): ...


class Forget(Tap, frozen=True, tag="f"):
    sure: bool


# --- one card ---------------------------------------------------------------------------------------------------------


class CardPage(Tap, frozen=True, tag="k"):
    card_id: int


class CardLeaf(Tap, frozen=True, tag="kp"):
    """Another page of the page of a card too long for one message."""

    card_id: int
    page: int


class CardAside(Tap, frozen=True, tag="ka"):
    """suspend, bury or up (take up again); on its page, or (not 0) under its turn; undo: what was done under that."""

    card_id: int
    turn_id: int
    choice: str


class CardEdit(Tap, frozen=True, tag="ke"):
    """which side, front, back, save or cancel; on its page, or (not 0) under its turn."""

    card_id: int
    turn_id: int
    choice: str


class CardField(Tap, frozen=True, tag="kl"):
    """from: the fields of its note from that one on; ask: that one is typed anew; empty: it is emptied. As CardEdit."""

    card_id: int
    turn_id: int
    choice: str
    field: int


class CardForget(Tap, frozen=True, tag="kf"):
    card_id: int
    sure: bool


class CardHistory(Tap, frozen=True, tag="kh"):
    card_id: int


class Hear(Tap, frozen=True, tag="kv"):
    """What is to be heard in the card that a page shows; 0: in the one that is being written."""

    card_id: int


class CardMenu(Tap, frozen=True, tag="km"):
    """What can be done with a turn's card: open, hint, history, deck or back."""

    turn_id: int
    choice: str


class CardWrong(Tap, frozen=True, tag="kw"):
    """Say that it is wrong, on its page or (not 0) under its turn; right: whom that was told finds it is not."""

    card_id: int
    turn_id: int
    choice: str


class FoundCard(Tap, frozen=True, tag="y"):
    """The page of a card that was found, below the others."""

    card_id: int


class FindAt(Tap, frozen=True, tag="yp"):
    """Another page of what was found, from 0; -1: something else is to be looked for."""

    page: int


# --- a card that is written here --------------------------------------------------------------------------------------


class Add(Tap, frozen=True, tag="a"):
    """What becomes of the card in the button's message: new (the next one), page, edit, front, back, look, reversed,
    twin, decks, name, save or cancel. `value`: a page, a truth value, a card or a deck.
    """

    choice: str
    value: int


class AddTo(Tap, frozen=True, tag="ad"):
    """It goes to that deck."""

    deck_id: int


class AddBack(Tap, frozen=True, tag="ab"):
    """A card that was saved is taken back."""

    card_id: int


# --- wishes -----------------------------------------------------------------------------------------------------------


class FirstHour(Tap, frozen=True, tag="h"):
    """A minute of the day; -1: not now; -2: another hour."""

    minute: int


class Clock(Tap, frozen=True, tag="c"):
    """The question what time it is, from the `more`-th choice on; -1: leave it open."""

    more: int
    settings: bool


class Place(Tap, frozen=True, tag="w"):
    """It is that minute of the day for them now; every: show all zones that fit."""

    minute: int
    settings: bool
    every: bool


class Zone(Tap, frozen=True, tag="t"):
    name: str
    settings: bool


class Open(Tap, frozen=True, tag="o"):
    """A page of the settings."""

    page: str


class SetHour(Tap, frozen=True, tag="sh"):
    minute: int
    wanted: bool


class SetNumber(Tap, frozen=True, tag="sn"):
    name: str
    value: int


class SetQuiet(Tap, frozen=True, tag="sq"):
    """Minutes of the day; both -1: none."""

    begins: int
    ends: int


class Pause(Tap, frozen=True, tag="sp"):
    days: int


_ROUNDS = (RoundOf, RoundSet, RoundStart, RoundJoin, RoundStop, RoundMissed, Race)
# What else a payload names, no button there ever held it.
_IN_GROUPS = frozenset(
    {
        *(GroupShow, GroupGive, GroupMenu, GroupDeck, GroupDecksAt, GroupTopic, GroupNext, GroupAsk, Leaf),
        *(Hide, MyState, GoOn),
        *(Clock, Place, Zone, Open, SetHour, SetNumber, SetQuiet, Pause),
        *_ROUNDS,
    }
)
_IN_GROUPS_ONLY = frozenset(
    {Hide, MyState, GoOn, GroupShow, GroupDeck, GroupDecksAt, GroupTopic, GroupNext, GroupAsk, *_ROUNDS}
)
# What may stand under an open turn, or opens a message of its own: these look after themselves.
BESIDE_A_TURN = (
    *(Show, Give, Leaf, Undo, Later, Snooze, Decks, DecksAt, Stats),
    *(CardMenu, CardAside, CardEdit, CardField, CardWrong),
    *(Hide, MyState, GoOn),
    *(GroupShow, GroupGive, GroupMenu, GroupDeck, GroupDecksAt, GroupTopic, GroupNext, GroupAsk),
    *_ROUNDS,
)
ON_THE_WAY = (FirstHour, Clock, Place, Zone)
# What stands under a person's turn is asked for together with whether that person is known at all.
OF_A_TURN = (Show, Give)


def belongs(tap: Tap, private: bool) -> bool:
    """Whether such a button stands in private chats, or else in groups."""
    return type(tap) not in _IN_GROUPS_ONLY if private else type(tap) in _IN_GROUPS
