"""How much a group remembers when its cards are chosen in different ways: `python -m tests.study.simulate --seeds 20`.

The members' memories are hidden, and of other models than the one that the bot reckons with (`HalfLife`, `Activation`).
Cards differ, people differ, some are missing on some days, and a tenth of the cards was known before. The scheduler
sees grades alone. New cards have the same limit a day whichever way is taken.
"""

import argparse
import math
import statistics
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Protocol

from bot.study import group, intervals
from bot.study.group import Member
from bot.study.hours import Moment
from bot.study.memory import Grade, Memory, Policy

POLICY = Policy()
BEGIN = datetime(2026, 3, 2, 18, tzinfo=UTC)
LAST_TURNS = 10


@dataclass(frozen=True, slots=True)
class Setting:
    members: int = 8
    cards: int = 80
    days: int = 60
    turns: int = 8
    new_per_day: int = 4
    model: str = "half-life"


class Trace(Protocol):
    """One member's true memory of one card; days since the beginning."""

    def chance(self, at: float) -> float:
        """To know it, if asked at that moment."""

    def turn(self, at: float, *, knows: bool) -> None:
        """It was asked, and its answer seen."""


@dataclass(slots=True)
class HalfLife:
    """Forgets exponentially.

    A turn lengthens the half-life, the more the nearer the card was to being forgotten, and each time less; one that
    does not find it known shortens it.
    """

    ease: float
    days: float = 0.0
    last: float = 0.0
    turns: int = 0

    def chance(self, at: float) -> float:
        return 0.0 if self.days == 0 else float(0.5 ** ((at - self.last) / self.days))

    def turn(self, at: float, *, knows: bool) -> None:
        if knows:
            self.days *= 1 + 6.0 * self.ease * (1 - self.chance(at)) ** 0.7 / (1 + 0.1 * self.turns)
        else:
            self.days = max(3.0 * self.ease, 0.4 * self.days)
        self.last, self.turns = at, self.turns + 1


@dataclass(slots=True)
class Activation:
    """Every turn leaves a trace of its own that fades by a power law, the faster the better the card was known then.

    Pavlik and Anderson 2005 (doi 10.1207/s15516709cog0000_14), with their numbers.
    """

    ease: float
    traces: list[tuple[float, float]] = field(default_factory=list)

    def _activation(self, at: float) -> float:
        # Between sessions time passes 40 times as slowly as in them.
        ages = ((max(at - when, 1e-3) * 86_400 * 0.025, fading) for when, fading in self.traces)
        return math.log(sum(age**-fading for age, fading in ages)) if self.traces else -math.inf

    def chance(self, at: float) -> float:
        return 1 / (1 + math.exp(min((-0.704 - self.ease - self._activation(at)) / 0.255, 700)))

    def turn(self, at: float, *, knows: bool) -> None:
        self.traces.append((at, 0.217 * math.exp(self._activation(at)) + 0.177))


@dataclass(slots=True)
class Person:
    """A member: how often they are there, what they truly know, and what the bot thinks they know."""

    presence: float
    truth: list[Trace]
    thought: dict[int, tuple[Memory, float]] = field(default_factory=dict)
    new_today: int = 0


MODELS: dict[str, Callable[[float], Trace]] = {
    "half-life": lambda ease: HalfLife(math.exp(ease)),
    "activation": lambda ease: Activation(0.9 + ease),
}


class World:
    """A group, its deck, and its days. The same seed gives the same people, cards and days, whatever is chosen."""

    def __init__(self, seed: int, setting: Setting) -> None:
        chance = Random(seed)
        self.setting = setting
        easy = [chance.gauss(0, 0.5) for _ in range(setting.cards)]
        self.people = [Person(chance.uniform(0.5, 1.0), self._truth(chance, easy)) for _ in range(setting.members)]
        self.there = [[chance.random() < person.presence for person in self.people] for _ in range(setting.days)]
        self.chance = Random(seed + 1_000_003)
        self.takers: deque[set[int]] = deque(maxlen=LAST_TURNS)
        self.put: dict[int, int] = {}
        self.day = 0
        self.at = BEGIN

    def _truth(self, chance: Random, easy: list[float]) -> list[Trace]:
        quick = chance.gauss(0, 0.35)
        truth: list[Trace] = []
        for ease in easy:
            trace = MODELS[self.setting.model](ease + quick)
            if chance.random() < 0.1:
                # Known before, more or less.
                for _ in range(3):
                    trace.turn(-chance.uniform(1, 30), knows=False)
            truth.append(trace)
        return truth

    @property
    def since(self) -> float:
        return (self.at - BEGIN) / timedelta(days=1)

    @property
    def active(self) -> list[int]:
        return sorted(set().union(*self.takers))

    def new_left(self, n: int) -> int:
        """How many new cards are left today for a member."""
        return self.setting.new_per_day - self.people[n].new_today

    def turn(self, card: int) -> None:
        """Everybody who is there answers and grades."""
        self.put[card] = self.day
        there = {n for n, is_there in enumerate(self.there[self.day]) if is_there}
        for n in sorted(there):
            self._answers(self.people[n], card)
        self.takers.append(there)
        self.at += timedelta(minutes=1)

    def _answers(self, person: Person, card: int) -> None:
        trace, known_at = person.truth[card], self.since
        chance = trace.chance(known_at)
        knows = self.chance.random() < chance
        if knows:
            # Easily known or only just; people are not sure of it themselves.
            sureness = chance + self.chance.gauss(0, 0.1)
            grade = Grade.EASY if sureness > 0.97 else Grade.GOOD if sureness > 0.7 else Grade.HARD
        else:
            grade = Grade.AGAIN
        trace.turn(known_at, knows=knows)
        before = person.thought[card][0] if card in person.thought else None
        person.new_today += before is None
        answer = intervals.answers(before, self.moment, POLICY, self.chance.random())[grade]
        person.thought[card] = answer.memory, known_at

    @property
    def today(self) -> date:
        return self.at.date()

    @property
    def moment(self) -> Moment:
        ends = datetime(self.at.year, self.at.month, self.at.day, 4, tzinfo=UTC) + timedelta(days=1)
        return Moment(self.at, self.today, ends)

    def remembered(self) -> float:
        """The mean true chance to know, over all cards and members."""
        return statistics.fmean(trace.chance(self.since) for person in self.people for trace in person.truth)

    def open_cards(self) -> list[int]:
        """What was not put today, in deck order."""
        return [card for card in range(self.setting.cards) if self.put.get(card) != self.day]


Choose = Callable[[World, Random], int]


def in_deck_order(world: World, chance: Random) -> int:
    """Never put before the others, while new cards last for anybody; then the one put longest ago."""
    cards = world.open_cards()
    if world.active and all(world.new_left(n) <= 0 for n in world.active):
        cards = [card for card in cards if card in world.put] or cards
    return min(cards, key=lambda card: world.put.get(card, -1))


def expected_gain(world: World, chance: Random) -> int:
    """As the bot chooses."""
    active = world.active
    if not active:
        return in_deck_order(world, chance)
    members = [Member(n, world.new_left(n), POLICY) for n in active]
    now, today = world.since, world.day
    found = group.gains(
        members,
        (
            (n, card, memory.stability, memory.difficulty, now - at, today - int(at))
            for n in active
            for card, (memory, at) in world.people[n].thought.items()
        ),
    )
    best = max(world.open_cards(), key=found.of)
    return best if found.of(best) > 0 else in_deck_order(world, chance)


def _due_for(world: World, card: int) -> list[int]:
    """For how many days it has been due, for each member who takes part."""
    late = []
    for n in world.active:
        if card in world.people[n].thought:
            memory, _ = world.people[n].thought[card]
            due = memory.due_day or memory.last_day
            if due <= world.today and memory.last_day < world.today:
                late.append((world.today - due).days)
    return late


def most_overdue(world: World, chance: Random) -> int:
    """What has been due for the most days for anybody; with nothing due the next of the deck."""
    late = {card: max(days) for card in world.open_cards() if (days := _due_for(world, card))}
    return max(late, key=late.__getitem__) if late else in_deck_order(world, chance)


def random_due(world: World, chance: Random) -> int:
    """Any card that is due for anybody; with nothing due the next of the deck."""
    due = [card for card in world.open_cards() if _due_for(world, card)]
    return chance.choice(due) if due else in_deck_order(world, chance)


WAYS: dict[str, Choose] = {
    "expected gain": expected_gain,
    "most overdue for anybody": most_overdue,
    "random due": random_due,
    "deck order": in_deck_order,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Share remembered: the mean true chance to know, over all cards and members.

    On the last evening, which is what is promised; the mean of all evenings; thirty days later, without a turn.
    """

    last: float
    mean: float
    later: float


def live(seed: int, choose: Choose, setting: Setting = Setting()) -> Outcome:
    """The days of one group."""
    world, chance = World(seed, setting), Random(seed + 17)
    evenings = []
    for day in range(setting.days):
        world.day, world.at = day, BEGIN + timedelta(days=day)
        for person in world.people:
            person.new_today = 0
        for _ in range(setting.turns):
            world.turn(choose(world, chance))
        world.at = BEGIN + timedelta(days=day, hours=4)
        evenings.append(world.remembered())
    world.at += timedelta(days=30)
    return Outcome(evenings[-1], statistics.fmean(evenings), world.remembered())


def _row(name: str, found: Sequence[float], ours: Sequence[float]) -> str:
    ahead = [mine - theirs for mine, theirs in zip(ours, found, strict=True)]
    spread = statistics.stdev(found) if len(found) > 1 else 0.0
    row = f"{name:26}{statistics.fmean(found):.3f} ± {spread:.3f}, {min(found):.3f} to {max(found):.3f}"
    if name == "expected gain":
        return row
    return (
        f"{row}; behind by {statistics.fmean(ahead):.3f}, {min(ahead):+.3f} to {max(ahead):+.3f}, "
        f"in {sum(lead > 0 for lead in ahead)} of {len(ahead)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    for model in MODELS:
        show(Setting(model=model), given.seeds)


def show(setting: Setting, seeds: int) -> None:
    found = {name: [live(seed, way, setting) for seed in range(seeds)] for name, way in WAYS.items()}
    for what in fields(Outcome):
        sys.stdout.write(f"\nShare remembered, {what.name} ({seeds} seeds, {setting})\n")
        ours = [getattr(outcome, what.name) for outcome in found["expected gain"]]
        for name, outcomes in found.items():
            sys.stdout.write(_row(name, [getattr(outcome, what.name) for outcome in outcomes], ours) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
