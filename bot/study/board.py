"""A group's week: who kept alive what was due, and how much of the group's cards is alive.

The week is the group's study days since Monday, today among them. Its cards are the questions of the decks that the
group has now: what can be put to it.

- *Due that week* for a member: the cards whose day had come on a study day of the week, be it that they were graded
  then, and not earlier, or that they wait still, from whenever. Each card counts once. Days are the member's own.
- *Kept alive*: of those, what was graded when due and is alive.
- *Alive*: the chance that the card is known is at or above what that member wants to remember, and it stands on no
  first step, where what was not known waits to be learned (again).
- *Score*: kept alive ÷ due that week, for who had at least 5 due. A card that was not due brings nothing; how fast or
  how often it was graded does not matter. Equal scores share a place, and the places after it stay empty: 1, 2, 2, 4.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from bot.study.memory import Memory, Policy, raw_days

LEAST_DUE = 5


class Week(Struct, frozen=True):
    """One member's week in a group: cards that were due, and how many of them were kept alive."""

    learner_id: int
    due: int
    kept: int

    @property
    def is_ranked(self) -> bool:
        return self.due >= LEAST_DUE

    @property
    def score(self) -> Fraction:
        """From 0 to 1; only of who is ranked."""
        return Fraction(self.kept, self.due)


def week_begins(today: date) -> date:
    """The Monday of a study day's week."""
    return today - timedelta(days=today.weekday())


def due_day(memory: Memory) -> date:
    """The study day on which a card is due; on a step the one after its last grade, as before that it is repetition."""
    return memory.due_day or memory.last_day + timedelta(days=1)


def days_alive(policy: Policy) -> float:
    """How many days a card of stability 1 is alive after a grade; one of another stability so many times longer."""
    return raw_days(1.0, policy.retention, policy.parameters)


def placed(weeks: Sequence[Week]) -> list[tuple[int, Week]]:
    """Those who are ranked, best first, each with its place from 1; equal ones stay in the order given."""
    ranked = sorted((week for week in weeks if week.is_ranked), key=lambda week: week.score, reverse=True)
    places: list[tuple[int, Week]] = []
    for number, week in enumerate(ranked, 1):
        shares = places and places[-1][1].score == week.score
        places.append((places[-1][0] if shares else number, week))
    return places


def cells(alive: int, met: int, most: int) -> int:
    """How many of a bar's `most` cells are filled: none only for nothing, all only for everything."""
    if not alive:
        return 0
    return most if alive >= met else min(max(round(most * alive / met), 1), most - 1)
