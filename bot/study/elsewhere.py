"""What somebody learned elsewhere → a memory of ours and rows of our log.

A memory is what the other program kept of FSRS; where it kept none, its log replayed with the learner's parameters;
where there is no log either, what SM-2's ease and interval tell.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from msgspec import Struct

from bot.decks.progress import CardProgress, Graded
from bot.study import hours
from bot.study.hours import Moment
from bot.study.memory import MAX_DAYS, Grade, Memory, Policy, Stage, Strength, strengthened

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHORTEST = 0.001
_EASE = 2500
# A factor up to this tells a difficulty, more an ease.
_MOST_DIFFICULTY = 1100


class Learned(Struct, frozen=True):
    """When and how somebody learns here, for what comes from elsewhere."""

    zone: str
    rollover_hour: int
    policy: Policy
    now: Moment

    def moment(self, at_ms: int) -> Moment:
        """That instant as they live it."""
        return hours.moment(_EPOCH + timedelta(milliseconds=at_ms), self.zone, self.rollover_hour)


class Logged(Struct, frozen=True):
    """A grade that was given elsewhere; `before`: where the card stood then, None: it was new."""

    moment: Moment
    graded: Graded
    before: Stage | None


_BEFORE = {"learn": Stage.LEARNING, "review": Stage.REVIEW, "relearn": Stage.RELEARNING, "cram": Stage.REVIEW}


def logged(progress: CardProgress, who: Learned) -> Iterator[Logged]:
    """The grades of its log, oldest first; what a clock put into the future is left out."""
    is_new = True
    for each in progress.log:
        if each.kind == "reset":
            is_new = True
        elif (moment := who.moment(each.at_ms)).at <= who.now.at:
            # A log that does not go back to the beginning begins with a card that is known.
            first = is_new and (each.kind == "learn" or each.last_interval == 0)
            yield Logged(moment, each, None if first else _BEFORE[each.kind])
            is_new = False


def memory_of(progress: CardProgress, who: Learned) -> Memory | None:
    """The memory with which they go on here; None: the card is new to them."""
    if not progress.stage:
        return None
    stage = Stage(progress.stage)
    strength = _strength(progress, who)
    last = _last(progress, who)
    due_day, due_at = _due(progress, last, who)
    return Memory(
        stage,
        strength.stability,
        strength.difficulty,
        None if stage is Stage.REVIEW else _step(progress, stage, who.policy),
        min(progress.interval_days, MAX_DAYS),
        due_at,
        due_day,
        last.at,
        last.day,
        max(progress.reviews, progress.grades, 1),
        progress.lapses,
    )


def _step(progress: CardProgress, stage: Stage, policy: Policy) -> int:
    steps = policy.learning_steps if stage is Stage.LEARNING else policy.relearning_steps
    return max(min(len(steps) - max(progress.steps_left, 1), len(steps) - 1), 0)


def _last(progress: CardProgress, who: Learned) -> Moment:
    """When it was last answered; where nothing tells, its interval before it is due, and not after the present."""
    known = progress.answered_ms
    if known is None and progress.due_day is not None:
        began = hours.day_starts_at(_day(progress.due_day - progress.interval_days), who.zone, who.rollover_hour)
        known = (began - _EPOCH) // timedelta(milliseconds=1)
    if known is None:
        return who.now
    moment = who.moment(max(known, 0))
    return moment if moment.at <= who.now.at else who.now


def _due(progress: CardProgress, last: Moment, who: Learned) -> tuple[date | None, datetime | None]:
    """Its day, or its moment where that lies within the study day of the last answer."""
    if progress.due_ms is not None:
        moment = who.moment(max(progress.due_ms, 0))
        if moment.day <= last.day:
            return None, moment.at
        return moment.day, None
    if progress.due_day is None:
        return who.now.day, None
    most = (who.now.day - _EPOCH.date()).days + MAX_DAYS
    return _day(min(progress.due_day, most)), None


def _day(number: int) -> date:
    return _EPOCH.date() + timedelta(days=max(number, 0))


# --- how strong it is -------------------------------------------------------------------------------------------------


def _strength(progress: CardProgress, who: Learned) -> Strength:
    if progress.stability is not None and progress.difficulty is not None:
        return Strength(min(progress.stability, float(MAX_DAYS)), progress.difficulty)
    replayed = _replayed(progress, who)
    if replayed is not None:
        return replayed
    if progress.stage == "review":
        return from_sm2(progress.ease or _EASE, progress.interval_days, who.policy)
    return strengthened(None, 0, Grade.GOOD, who.policy.parameters)


def _replayed(progress: CardProgress, who: Learned) -> Strength | None:
    """What the model makes of the log since the card was last new; None if there is nothing in it."""
    strength: Strength | None = None
    last: date | None = None
    parameters = who.policy.parameters
    for each in progress.log:
        if each.kind == "reset":
            strength = last = None
            continue
        if each.kind == "cram" and each.factor == 0:
            continue  # it moved nothing there either
        day = who.moment(each.at_ms).day
        grade = Grade(each.grade)
        if strength is None and each.kind != "learn" and each.interval > 0:
            # The beginning is not in this log: what SM-2 made of it up to here stands for that, as Anki has it.
            ease = each.factor if each.factor > _MOST_DIFFICULTY else _EASE
            strength = from_sm2(ease, each.interval, who.policy)
        else:
            elapsed = 0 if last is None else max((day - last).days, 0)
            strength = strengthened(strength, elapsed, grade, parameters)
        last = day
    return strength


def from_sm2(ease: int, interval_days: int, policy: Policy) -> Strength:
    """What SM-2's two numbers tell, its intervals taken to keep 90 % as they were meant to: the stability is the
    interval, the difficulty that under which a Good would have lengthened it by the ease (in thousandths).

    The formula: `memory_state_from_sm2` of https://github.com/open-spaced-repetition/fsrs-rs
    """
    w = policy.parameters
    stability = min(max(interval_days, _SHORTEST), float(MAX_DAYS))
    growth = math.exp(w[8]) * math.pow(stability, -w[9]) * math.expm1(0.1 * w[10])
    return Strength(stability, min(max(11 - (ease / 1000 - 1) / growth, 1.0), 10.0))
