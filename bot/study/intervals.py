"""The four answers to a card: what each button says is what happens.

The policy around the memory model, as Anki 26.9 has it with FSRS. All four come from one function, because each bounds
the next: a better grade never comes back sooner.
"""

from datetime import UTC, timedelta

from msgspec import Struct

from bot.study.fuzz import fuzz_range, fuzzed, fuzzed_moment, rounded
from bot.study.hours import Moment
from bot.study.memory import Grade, Memory, Policy, Stage, Strength, elapsed_days, raw_days, strengthened
from bot.study.steps import Step, after_again, after_good, after_hard, due_day

_SHORTEST_IN_DAYS = 0.5


class Answer(Struct, frozen=True):
    """What one grade leads to. Exactly one of `span` and `days` is given: that is what its button says.

    Attributes:
        memory: as it stands after the grade.
        span: the wait within the study day. The moment in `memory` may lie a little later, never the label.
        days: the wait in study days, at least 1.
    """

    memory: Memory
    span: timedelta | None
    days: int | None


# A step or a number of days.
_Wait = Step | int


def answers(memory: Memory | None, moment: Moment, policy: Policy, fuzz: float | None) -> dict[Grade, Answer]:
    """The answer to each of the four grades, Again first; `memory` None: the card is new.

    `fuzz` from 0 up to, not including, 1 (see `fuzz_of`) is one number for all four; None: no fuzz.

    Raises:
        ValueError: the moment is not UTC, lies after its study day, or its day before the last grade.
    """
    moment = _whole_milliseconds(moment)
    elapsed = 0 if memory is None else elapsed_days(memory, moment.day)
    before = None if memory is None else memory.strength
    after = {grade: strengthened(before, elapsed, grade, policy.parameters) for grade in Grade}
    raw = {grade: raw_days(after[grade].stability, policy.retention, policy.parameters) for grade in Grade}
    if memory is None or memory.stage is not Stage.REVIEW:
        waits = _while_learning(memory, raw, policy, fuzz)
    else:
        waits = _in_review(memory.interval_days, raw, policy, fuzz)
    return {grade: _answer(memory, grade, after[grade], waits[grade], moment, fuzz) for grade in Grade}


def _in_review(prev: int, raw: dict[Grade, float], policy: Policy, fuzz: float | None) -> dict[Grade, _Wait]:
    hard = _lengthened(raw[Grade.HARD], prev, 1, policy, fuzz)
    good = _lengthened(raw[Grade.GOOD], prev, hard + 1, policy, fuzz)
    easy = _lengthened(raw[Grade.EASY], prev, good + 1, policy, fuzz)
    again = after_again(policy.relearning_steps) or _without_steps(raw[Grade.AGAIN], policy, fuzz)
    return {Grade.AGAIN: again, Grade.HARD: hard, Grade.GOOD: good, Grade.EASY: easy}


def _lengthened(raw: float, prev: int, least: int, policy: Policy, fuzz: float | None) -> int:
    """A pass nearly always lengthens; it may shorten when the model has lost much confidence."""
    if rounded(raw) > prev:
        floor = prev + 1
    elif prev <= fuzz_range(raw, 1, policy.max_days)[1]:
        floor = prev
    else:
        floor = 0
    return fuzzed(raw, max(floor, least), policy.max_days, fuzz)


def _while_learning(
    memory: Memory | None, raw: dict[Grade, float], policy: Policy, fuzz: float | None
) -> dict[Grade, _Wait]:
    relearning = memory is not None and memory.stage is Stage.RELEARNING
    steps = policy.relearning_steps if relearning else policy.learning_steps
    index = None if memory is None else memory.step
    again, hard, good = after_again(steps), after_hard(steps, index), after_good(steps, index)
    last_good = _without_steps(raw[Grade.GOOD], policy, fuzz) if not steps else _left(raw[Grade.GOOD], 1, policy, fuzz)
    in_days = fuzzed(raw[Grade.GOOD], 1, policy.max_days, fuzz)
    return {
        Grade.AGAIN: again or _without_steps(raw[Grade.AGAIN], policy, fuzz),
        Grade.HARD: hard or _without_steps(raw[Grade.HARD], policy, fuzz),
        Grade.GOOD: good or last_good,
        Grade.EASY: _left(raw[Grade.EASY], in_days + 1, policy, fuzz),
    }


def _left(raw: float, least: int, policy: Policy, fuzz: float | None) -> int:
    """The days after the last step: the fuzz is taken around whole days here."""
    return fuzzed(max(rounded(raw), 1), least, policy.max_days, fuzz)


def _without_steps(raw: float, policy: Policy, fuzz: float | None) -> _Wait:
    """Days, or the model's own seconds where it says something of waits that short."""
    if raw < _SHORTEST_IN_DAYS and policy.same_day:
        return Step(0, timedelta(seconds=max(int(raw * 86_400), 1)))
    return _left(raw, 1, policy, fuzz)


def _answer(
    memory: Memory | None, grade: Grade, after: Strength, wait: _Wait, moment: Moment, fuzz: float | None
) -> Answer:
    step = wait if isinstance(wait, Step) else None
    day = moment.day + timedelta(days=wait) if isinstance(wait, int) else due_day(wait.wait, moment)
    due_at = fuzzed_moment(moment.at, step.wait, moment.day_ends_at, fuzz) if step and day is None else None
    now = Memory(
        stage=_stage(memory, step),
        stability=after.stability,
        difficulty=after.difficulty,
        step=step.place if step else None,
        interval_days=wait if isinstance(wait, int) else _interval_days(memory),
        due_at=due_at,
        due_day=day,
        last_at=moment.at,
        last_day=moment.day,
        reviews=memory.reviews + 1 if memory else 1,
        lapses=_lapses(memory, grade),
    )
    return Answer(now, step.wait if step and day is None else None, (day - moment.day).days if day else None)


def _stage(memory: Memory | None, step: Step | None) -> Stage:
    if step is None:
        return Stage.REVIEW
    return Stage.LEARNING if memory is None or memory.stage is Stage.LEARNING else Stage.RELEARNING


def _interval_days(memory: Memory | None) -> int:
    return memory.interval_days if memory else 0


def _lapses(memory: Memory | None, grade: Grade) -> int:
    if memory is None:
        return 0
    return memory.lapses + (memory.stage is Stage.REVIEW and grade is Grade.AGAIN)


def _whole_milliseconds(moment: Moment) -> Moment:
    """The moment as the log will hold it, so that a replay comes to the same memory."""
    if moment.at.tzinfo is not UTC or not moment.at < moment.day_ends_at:
        raise ValueError("a moment is UTC and lies before the end of its study day")
    return Moment(moment.at.replace(microsecond=moment.at.microsecond // 1000 * 1000), moment.day, moment.day_ends_at)
