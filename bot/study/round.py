"""A live round: how long what takes, what an answer brings, and what a race offers beside the right answer."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from heapq import nsmallest
from math import log
from random import Random

from msgspec import Struct

from bot.decks.content import Content, Sound, Source, pictures
from bot.decks.likeness import normalised
from bot.study.hours import Moment
from bot.study.memory import Memory

# A round that is set up and not started is given up after this long.
SETUP = timedelta(minutes=5)
# Its message may still be on its way for so long; after that it is lost.
UNDER_WAY = timedelta(seconds=10)
LOBBY = timedelta(seconds=30)
# Late taps still count so long after a card's time, as people see it, is over.
GRACE = timedelta(seconds=2)
READING = timedelta(seconds=3)
# A step that is later than this finds nobody there any more: the bot was down, so the round ends.
LATE = timedelta(minutes=1)
# After so many cards in a row that nobody answered the round ends by itself.
SILENT = 5

FLIP, RACE = "flip", "race"
FORMS = (FLIP, RACE)
CARDS = (5, 10, 20)
SLOW, NORMAL, FAST = 30, 16, 10
PACES = (SLOW, NORMAL, FAST)

# The first right answers bring most: so much for each of the first, and that much for all who come later.
FIRST = (5, 4, 3)
LATER = 2
# One more point for each right answer in a row before this one, and no more than so many.
STREAK = 3

MOST_OPTIONS = 4
FEWEST_OPTIONS = 3
# A back that is longer than this cannot be read beside three others while time runs.
LONGEST_OPTION = 300
# The wrong options are drawn among so many of those that are nearest to the right one.
NEAREST = 9


def asked_until(stands_at: datetime, seconds: int) -> datetime:
    """When the card closes that stands there since `stands_at`: its time and the grace for late taps."""
    return stands_at + timedelta(seconds=seconds) + GRACE


def is_late(next_at: datetime, now: datetime) -> bool:
    """Whether the step that was due at `next_at` comes too late for the round to go on."""
    return now - next_at > LATE


def points(right_before: int, in_a_row: int) -> int:
    """What a right answer in a race brings.

    5, 4, 3, then 2 by how many had it right before; one more for each of the right answers in a row before it, up to 3.
    A wrong answer or none brings nothing and ends the row.
    """
    first = FIRST[right_before] if right_before < len(FIRST) else LATER
    return first + min(in_a_row, STREAK)


def counts(memory: Memory | None, moment: Moment) -> bool:
    """Whether a race answer is a review: the card was met, is due on or before this study day, and rests no more.

    Anything else would be farming: a new card is met by looking at it, and one that is not due has time.
    """
    if memory is None or memory.last_day >= moment.day:
        return False
    if memory.due_day is not None:
        return memory.due_day <= moment.day
    return memory.due_at is not None and memory.due_at < moment.day_ends_at


def places(scores: Sequence[object]) -> list[int]:
    """The place of each score, best first; equal ones share a place, and the places behind them stay empty."""
    found: list[int] = []
    for at, score in enumerate(scores):
        found.append(found[-1] if at and score == scores[at - 1] else at + 1)
    return found


def offered(back: Content) -> Content:
    """What a race offers of a back: its first paragraph, as what stands below explains; nothing if it has a picture."""
    told = tuple(block for block in back if not isinstance(block, Source))
    return () if pictures(told) or any(isinstance(block, Sound) for block in told) else told[:1]


class Side(Struct, frozen=True):
    """A card as a race sees it: its words, of its back those that are offered, and whether they are code."""

    card_id: int
    front: str
    back: str
    code: bool = False


def key(words: str) -> str:
    """By what two texts are the same answer or question; what is nothing but signs is compared by these."""
    return normalised(words) or " ".join(words.split())


class Look(Struct, frozen=True):
    """How a back looks at a glance: code, or beginning with a number, and how long it is (a logarithm)."""

    card_id: int
    code: bool
    number: bool
    length: float

    @classmethod
    def of(cls, side: Side) -> "Look":
        first = side.back.split(maxsplit=1)[:1]
        number = any(char.isdigit() for char in "".join(first))
        return cls(side.card_id, side.code, number, log(len(side.back) + 4))

    def distance(self, other: "Look") -> float:
        """From 0 on; another kind counts as seven times the length."""
        another = self.code != other.code or self.number != other.number
        return abs(self.length - other.length) + 2.0 * another


class Field(Struct, frozen=True):
    """The cards of a deck that a race can be made of, with what is the same among them.

    Attributes:
        askable: the cards for which there are wrong options enough.
        asked: how the back of each of them looks, and the keys of every back that is right for its front.
        offered: one card for each different back, by its key.
    """

    askable: frozenset[int]
    asked: dict[int, tuple[Look, frozenset[str]]]
    offered: dict[str, Look]

    @classmethod
    def of(cls, sides: Iterable[Side]) -> "Field":
        """The field of these cards, all of one deck. Those with long backs are known, and not asked or offered."""
        looks: dict[int, tuple[Look, str]] = {}
        offered: dict[str, Look] = {}
        rights: dict[str, set[str]] = {}
        for side in sides:
            front, back = key(side.front), key(side.back)
            rights.setdefault(front, set()).add(back)
            if len(side.back) <= LONGEST_OPTION:
                look = Look.of(side)
                looks[side.card_id] = (look, front)
                offered.setdefault(back, look)
        right = {front: frozenset(backs) for front, backs in rights.items()}
        wrong = {front: len(offered) - len(backs & offered.keys()) for front, backs in right.items()}
        asked = {
            card_id: (look, right[front])
            for card_id, (look, front) in looks.items()
            if wrong[front] >= FEWEST_OPTIONS - 1
        }
        return cls(frozenset(asked), asked, offered)

    def options(self, card_id: int, dice: Random) -> tuple[int, ...]:
        """The cards whose backs are offered, shuffled: the asked one and up to three wrong ones of its kind and length.

        No two have the same back, and no wrong one is right for the same front.
        """
        look, right = self.asked[card_id]
        wrong = [other for back, other in self.offered.items() if back not in right]
        near = nsmallest(NEAREST, wrong, key=lambda other: (look.distance(other), other.card_id))
        offered = [card_id, *(other.card_id for other in dice.sample(near, min(MOST_OPTIONS - 1, len(near))))]
        dice.shuffle(offered)
        return tuple(offered)
