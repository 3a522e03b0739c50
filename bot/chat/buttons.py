"""What a button carries: small typed values, packed and parsed in one place.

A payload proves nothing: what it names is checked anew for person, chat and right when it is tapped.
"""

import re
from dataclasses import dataclass, fields
from typing import Any

LIMIT_BYTES = 64
# As `pack` writes them and no other way: one payload for each tap.
_INT = re.compile(r"(0|-?[1-9][0-9]{0,17})\Z")
_WORD = re.compile(r"[A-Za-z0-9_+/\-]{0,40}\Z")
_SHAPES: dict[Any, re.Pattern[str]] = {str: _WORD, int: _INT, bool: re.compile(r"[01]\Z")}


@dataclass(frozen=True, slots=True)
class Tap:
    """Something a button asks for. Fields are whole numbers, truth values or short words."""

    def pack(self) -> str:
        """The payload, at most 64 bytes of ASCII. Raises ValueError for a value that could not be parsed again."""
        words = [_CODES[type(self)]]
        for name, holds in _FIELDS[type(self)]:
            value = getattr(self, name)
            word = value if holds is str else str(int(value))
            if not _SHAPES[holds].match(word):
                raise ValueError(f"a payload that does not fit: {type(self).__name__}")
            words.append(word)
        payload = ":".join(words)
        if len(payload) > LIMIT_BYTES:
            raise ValueError(f"a payload that does not fit: {type(self).__name__}")
        return payload


# --- a person's turn ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Show(Tap):
    turn_id: int


@dataclass(frozen=True, slots=True)
class Give(Tap):
    """A grade, 1 to 4, with the time that its button promises (see `showing.promise`)."""

    turn_id: int
    grade: int
    promised: int


@dataclass(frozen=True, slots=True)
class Leaf(Tap):
    """Another page of a turn too long for one message."""

    turn_id: int
    page: int


@dataclass(frozen=True, slots=True)
class Undo(Tap):
    review_id: int


@dataclass(frozen=True, slots=True)
class Later(Tap):
    """The ways to put a push off, or (back) the push as it was."""

    turn_id: int
    back: bool


@dataclass(frozen=True, slots=True)
class Snooze(Tap):
    """hour, evening or tomorrow."""

    turn_id: int
    choice: str


# --- studying and decks ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Study(Tap):
    """A session, of one deck unless 0; ahead: of cards that are not due yet."""

    deck_id: int
    ahead: bool


@dataclass(frozen=True, slots=True)
class MoreNew(Tap):
    """`total` more new cards in all on that day, so that twice is once; then a session, of one deck unless 0."""

    day: int
    total: int
    deck_id: int


@dataclass(frozen=True, slots=True)
class Decks(Tap): ...


@dataclass(frozen=True, slots=True)
class DecksAt(Tap):
    """The page of the list that holds this deck, the first page if none does; first: of the first words' list."""

    deck_id: int
    first: bool


@dataclass(frozen=True, slots=True)
class Deck(Tap):
    deck_id: int


@dataclass(frozen=True, slots=True)
class Subscribe(Tap):
    deck_id: int


@dataclass(frozen=True, slots=True)
class Leave(Tap):
    deck_id: int


@dataclass(frozen=True, slots=True)
class Look(Tap):
    deck_id: int
    place: int
    page: int


@dataclass(frozen=True, slots=True)
class Share(Tap):
    deck_id: int


@dataclass(frozen=True, slots=True)
class Stats(Tap): ...


@dataclass(frozen=True, slots=True)
class Forget(Tap):
    sure: bool


# --- wishes -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FirstHour(Tap):
    """A minute of the day; -1: not now; -2: another hour."""

    minute: int


@dataclass(frozen=True, slots=True)
class Clock(Tap):
    """The question what time it is, from the `more`-th choice on; -1: leave it open."""

    more: int
    settings: bool


@dataclass(frozen=True, slots=True)
class Place(Tap):
    """It is that minute of the day for them now; every: show all zones that fit."""

    minute: int
    settings: bool
    every: bool


@dataclass(frozen=True, slots=True)
class Zone(Tap):
    name: str
    settings: bool


@dataclass(frozen=True, slots=True)
class Open(Tap):
    """A page of the settings."""

    page: str


@dataclass(frozen=True, slots=True)
class SetHour(Tap):
    minute: int
    wanted: bool


@dataclass(frozen=True, slots=True)
class SetNumber(Tap):
    name: str
    value: int


@dataclass(frozen=True, slots=True)
class SetQuiet(Tap):
    """Minutes of the day; both -1: none."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Pause(Tap):
    days: int


# --- a group ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupShow(Tap):
    turn_id: int


@dataclass(frozen=True, slots=True)
class GroupGive(Tap):
    """A grade, 1 to 4; in private with the time that its button promises (see `showing.promise`), in the group 0."""

    turn_id: int
    grade: int
    promised: int


@dataclass(frozen=True, slots=True)
class GroupDeck(Tap):
    """Give the group a deck or take it away; quiz: and begin."""

    deck_id: int
    wanted: bool
    quiz: bool


@dataclass(frozen=True, slots=True)
class GroupDecksAt(Tap):
    """The page of the group's list that holds this deck; quiz: as GroupDeck."""

    deck_id: int
    quiz: bool


@dataclass(frozen=True, slots=True)
class GroupNext(Tap): ...


_CODES: dict[type[Tap], str] = {
    Show: "s",
    Give: "g",
    Leaf: "p",
    Undo: "u",
    Later: "l",
    Snooze: "z",
    Study: "q",
    MoreNew: "n",
    Decks: "ds",
    DecksAt: "dp",
    Deck: "d",
    Subscribe: "d1",
    Leave: "d0",
    Look: "dl",
    Share: "dh",
    Stats: "st",
    Forget: "f",
    FirstHour: "h",
    Clock: "c",
    Place: "w",
    Zone: "t",
    Open: "o",
    SetHour: "sh",
    SetNumber: "sn",
    SetQuiet: "sq",
    Pause: "sp",
    GroupShow: "gs",
    GroupGive: "gg",
    GroupDeck: "gd",
    GroupDecksAt: "gp",
    GroupNext: "gn",
}
# What else a payload names, no button there ever held it.
_IN_GROUPS = frozenset(
    {
        *(GroupShow, GroupGive, GroupDeck, GroupDecksAt, GroupNext, Leaf),
        *(Clock, Place, Zone, Open, SetHour, SetNumber, SetQuiet, Pause),
    }
)
_IN_GROUPS_ONLY = frozenset({GroupShow, GroupDeck, GroupDecksAt, GroupNext})
# What may stand under an open turn, or opens a message of its own: these look after themselves.
BESIDE_A_TURN = (
    *(Show, Give, Leaf, Undo, Later, Snooze, Decks, DecksAt, Stats),
    *(GroupShow, GroupGive, GroupDeck, GroupDecksAt, GroupNext),
)
ON_THE_WAY = (FirstHour, Clock, Place, Zone)
# What stands under a person's turn is asked for together with whether that person is known at all.
OF_A_TURN = (Show, Give)
_KINDS = {code: kind for kind, code in _CODES.items()}
_FIELDS = {kind: tuple((field.name, field.type) for field in fields(kind)) for kind in _CODES}


def parse(payload: str) -> Tap | None:
    """The tap that a payload means; None for whatever no button of ours ever held."""
    if len(payload) > LIMIT_BYTES:
        return None
    code, *values = payload.split(":")
    kind = _KINDS.get(code)
    if kind is None or len(values) != len(_FIELDS[kind]):
        return None
    if any(not _SHAPES[holds].match(value) for (_, holds), value in zip(_FIELDS[kind], values, strict=True)):
        return None
    read = [
        value if holds is str else value == "1" if holds is bool else int(value)
        for (_, holds), value in zip(_FIELDS[kind], values, strict=True)
    ]
    return kind(*read)


def belongs(tap: Tap, private: bool) -> bool:
    """Whether such a button stands in private chats, or else in groups."""
    return type(tap) not in _IN_GROUPS_ONLY if private else type(tap) in _IN_GROUPS


def kinds() -> tuple[type[Tap], ...]:
    """Every kind of tap, for the table of handlers."""
    return tuple(_CODES)
