"""What a learner remembers of one card, and how a grade changes it: the one module that knows `fsrs`."""

import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from fsrs import Card, Rating, Scheduler, State
from fsrs.scheduler import DEFAULT_PARAMETERS
from msgspec import Struct, structs

DEFAULT: tuple[float, ...] = tuple(DEFAULT_PARAMETERS)
MAX_DAYS = 36_500
# FSRS-5 had 19 parameters; these two make FSRS-6 compute what FSRS-5 did.
_OF_FSRS_5 = (0.0, 0.5)
# Who moves west meets a study day again: zones lie up to 26 hours apart, rollover hours up to 23.
_DAYS_LIVED_TWICE = 3
# The library counts whole periods of 24 hours: from noon to noon these are study days, and it asks for nothing but how
# many lie between two grades.
_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)
# Never looked at by the model, but without one the library sleeps to make one up.
_NO_ID = 0


class Grade(IntEnum):
    """How well a card was known; anything but Again is a pass."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Stage(StrEnum):
    """Where a card that was met stands; a new card has no memory at all."""

    LEARNING = "learning"
    REVIEW = "review"
    RELEARNING = "relearning"


_RATINGS = {grade: Rating(grade) for grade in Grade}


class Strength(NamedTuple):
    """What the model keeps of a card: stability in days (above 0, at most 36 500), difficulty from 1 to 10."""

    stability: float
    difficulty: float


class Memory(Struct, frozen=True):
    """One learner's memory of one card.

    Raises:
        ValueError: due both or neither way, a moment that is not UTC, or numbers that the model cannot have given.

    Attributes:
        stability: days until the card is remembered with 90 %, above 0, at most 36 500.
        difficulty: 1 to 10.
        step: place among the learning or relearning steps, from 0; None in review.
        interval_days: the interval last scheduled in days, 0 if there was none.
        due_at: UTC, for a wait within the study day; else None.
        due_day: the study day on which it is due, from one day on; else None.
        last_at: when it was last graded, UTC.
        last_day: the study day of that.
        reviews: grades that stand.
        lapses: how often a card in review was not known.
    """

    stage: Stage
    stability: float
    difficulty: float
    step: int | None
    interval_days: int
    due_at: datetime | None
    due_day: date | None
    last_at: datetime
    last_day: date
    reviews: int
    lapses: int

    def __post_init__(self) -> None:
        if (self.due_at is None) == (self.due_day is None):
            raise ValueError("a memory is due at a moment or on a day, one of the two")
        if (self.step is None) != (self.stage is Stage.REVIEW):
            raise ValueError(f"a card in {self.stage} with step {self.step}")
        if not (0 < self.stability <= MAX_DAYS and 1 <= self.difficulty <= 10):
            raise ValueError(f"no memory has stability {self.stability} and difficulty {self.difficulty}")
        if self.last_at.tzinfo is not UTC or (self.due_at is not None and self.due_at.tzinfo is not UTC):
            raise ValueError("moments are UTC")

    @property
    def strength(self) -> Strength:
        return Strength(self.stability, self.difficulty)


class Policy(Struct, frozen=True):
    """What a learner's schedule depends on besides the memory itself.

    Raises:
        ValueError: a value out of range, among them the model's parameters.

    Attributes:
        retention: wanted share remembered, between 0 and 1.
        learning_steps: waits of a card that was new; whole seconds.
        relearning_steps: waits of a card that was not known any more; whole seconds.
        max_days: no interval is longer, 1 to 36 500.
        parameters: 21 numbers; a set of 19 (FSRS-5) is filled up.
    """

    retention: float = 0.90
    learning_steps: tuple[timedelta, ...] = (timedelta(minutes=1), timedelta(minutes=10))
    relearning_steps: tuple[timedelta, ...] = (timedelta(minutes=10),)
    max_days: int = MAX_DAYS
    parameters: tuple[float, ...] = DEFAULT

    def __post_init__(self) -> None:
        structs.force_setattr(self, "parameters", full_parameters(tuple(float(number) for number in self.parameters)))
        _scheduler(self.parameters)  # refuses numbers out of range
        if not 0 < self.retention < 1:
            raise ValueError(f"a retention of {self.retention} is not between 0 and 1")
        if not 1 <= self.max_days <= MAX_DAYS:
            raise ValueError(f"an interval of at most {self.max_days} days is not between 1 and {MAX_DAYS}")
        for step in self.learning_steps + self.relearning_steps:
            if step < timedelta(seconds=1) or step % timedelta(seconds=1):
                raise ValueError(f"a step of {step} is not a number of whole seconds")

    @property
    def same_day(self) -> bool:
        """Whether the model says something of waits below a day (parameters 17 and 18)."""
        return self.parameters[17] > 0 and self.parameters[18] > 0

    def to_json(self) -> str:
        """The policy as text; equal policies give equal texts."""
        return _written(self)

    @classmethod
    def from_json(cls, text: str) -> "Policy":
        """The policy that `to_json` wrote."""
        body = json.loads(text)
        return cls(
            body["retention"],
            tuple(timedelta(seconds=step) for step in body["learning_steps"]),
            tuple(timedelta(seconds=step) for step in body["relearning_steps"]),
            body["max_days"],
            tuple(body["parameters"]),
        )


# Asked for with every grade, and most people's policies are the same few.
@lru_cache(maxsize=1024)
def _written(policy: Policy) -> str:
    return json.dumps(
        {
            "retention": float(policy.retention),
            "learning_steps": [int(step.total_seconds()) for step in policy.learning_steps],
            "relearning_steps": [int(step.total_seconds()) for step in policy.relearning_steps],
            "max_days": policy.max_days,
            "parameters": policy.parameters,
        },
        separators=(",", ":"),
    )


def full_parameters(parameters: tuple[float, ...]) -> tuple[float, ...]:
    """All 21 numbers of FSRS-6; those of FSRS-5 (19) are filled up with 0.0 and 0.5."""
    return parameters + _OF_FSRS_5 if len(parameters) == len(DEFAULT) - len(_OF_FSRS_5) else parameters


# A grade asks for what its buttons were drawn with: kept, it is worked out once for both.
@lru_cache(maxsize=4096)
def strengthened(
    before: Strength | None, elapsed_days: int, grade: Grade, parameters: tuple[float, ...] = DEFAULT
) -> Strength:
    """What the model keeps after a grade; `before` None: the first grade of a new card.

    Days are differences of study days; 0, the same study day, takes the model's short-term formula.

    Raises:
        ValueError: the elapsed days are negative.
    """
    if elapsed_days < 0:
        raise ValueError(f"a grade {-elapsed_days} study days before the one that came earlier")
    now = _NOON + timedelta(days=elapsed_days)
    if before is None:
        card = Card(_NO_ID, State.Learning, 0, due=now)
    else:
        # The library's formulas are the same in every state, and in review it has no steps to be lost in.
        card = Card(_NO_ID, State.Review, None, before.stability, before.difficulty, due=now, last_review=_NOON)
    after, _ = _scheduler(full_parameters(parameters)).review_card(card, _RATINGS[grade], now)
    if after.stability is None or after.difficulty is None:
        raise ValueError("the model gave no state")
    return Strength(min(after.stability, float(MAX_DAYS)), after.difficulty)


def raw_days(stability: float, retention: float, parameters: tuple[float, ...] = DEFAULT) -> float:
    """Days, unrounded and without bounds, until retrievability falls to `retention`.

    The inverse of the model's forgetting curve (the library rounds its own, halves to even):
    https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
    """
    decay = -full_parameters(parameters)[20]
    return float(stability * (math.pow(retention, 1 / decay) - 1) / (math.pow(0.9, 1 / decay) - 1))


def retrievability(memory: Memory, day: date, policy: Policy) -> float:
    """The chance that the card is known on this study day, above 0, at most 1.

    Raises:
        ValueError: the day lies before the last grade.
    """
    elapsed = elapsed_days(memory, day)
    card = Card(_NO_ID, State.Review, None, memory.stability, memory.difficulty, due=_NOON, last_review=_NOON)
    now = _NOON + timedelta(days=elapsed)
    return float(_scheduler(policy.parameters).get_card_retrievability(card, now))


# Of stability, difficulty and the days since the last grade, fractions of them too.
Rise = Callable[[float, float, float], float]


@lru_cache(maxsize=64)
def rise(days: int, parameters: tuple[float, ...] = DEFAULT) -> Rise:
    """By how much a grade now raises the chance that the card is known, averaged over the coming days.

    The mean of both ends: with the chance that the model gives it now the card is known (Good), else forgotten (Again).
    The forgetting curve's integral is closed. For cards last graded on an earlier study day: on the same one the model
    has other formulas. https://github.com/open-spaced-repetition/fsrs4anki/wiki/The-Algorithm
    """
    # Asked of thousands of memories at once: each number that does not change is worked out once.
    w = full_parameters(parameters)
    decay, power, exp = -w[20], 1 - w[20], math.exp
    factor = math.pow(0.9, 1 / decay) - 1
    reach, whole = factor * days, factor * days * power
    grown, saturation, timing = exp(w[8]), -w[9], w[10]
    left, hardness, lasting, lateness, most_left = w[11], -w[12], w[13], w[14], exp(-w[17] * w[18])

    def of(stability: float, difficulty: float, elapsed: float) -> float:
        aged = 1 + factor * elapsed / stability
        chance = aged**decay
        good = 1 + grown * (11 - difficulty) * stability**saturation * (exp((1 - chance) * timing) - 1)
        good *= stability
        again = left * difficulty**hardness * ((stability + 1) ** lasting - 1) * exp((1 - chance) * lateness)
        if again > stability * most_left:
            again = stability * most_left
        known = good * ((1 + reach / good) ** power - 1)
        forgotten = again * ((1 + reach / again) ** power - 1)
        untouched = stability * ((aged + reach / stability) ** power - aged * chance)
        return float((chance * known + (1 - chance) * forgotten - untouched) / whole)

    return of


@lru_cache(maxsize=64)
def first_rise(days: int, parameters: tuple[float, ...] = DEFAULT) -> float:
    """What `rise` is for a card that was never met and is not known, for each of the turns that keep it.

    A card met once and never again is soon gone, whatever the curve says, so this counts it as kept: again whenever
    its chance has fallen to 90 %, after at least a day, and from its beginning where it is not known. The chance,
    averaged over the days, is shared out among the turns that this takes.
    """
    w = full_parameters(parameters)
    power, factor = 1 - w[20], math.pow(0.9, -1 / w[20]) - 1

    @cache
    def kept(now: Strength, left: int) -> tuple[float, float]:
        # The chance summed over the days that are left, and how many more turns these take.
        gap = min(left, max(1, round(raw_days(now.stability, 0.9, parameters))))
        aged = 1 + factor * gap / now.stability
        known = now.stability * (aged**power - 1) / (factor * power)
        if gap == left:
            return known, 0.0
        chance = aged ** -w[20]
        again = kept(met, left - gap)
        good = kept(strengthened(now, gap, Grade.GOOD, parameters), left - gap)
        mean, turns = (chance * g + (1 - chance) * a for g, a in zip(good, again, strict=True))
        return known + mean, 1 + turns

    met = strengthened(None, 0, Grade.AGAIN, parameters)
    chances, turns = kept(met, days)
    return chances / days / (1 + turns)


def elapsed_days(memory: Memory, day: date) -> int:
    """Study days since the last grade.

    A learner who moved west lives a study day again: it counts as the day of the last grade.

    Raises:
        ValueError: the day lies further before the last grade than a move explains.
    """
    elapsed = (day - memory.last_day).days
    if elapsed < -_DAYS_LIVED_TWICE:
        raise ValueError(f"{day} lies before the last grade on {memory.last_day}")
    return max(elapsed, 0)


@lru_cache(maxsize=1024)
def _scheduler(parameters: tuple[float, ...]) -> Scheduler:
    """The library with everything off that is a policy: steps, fuzz."""
    return Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)
