"""The four answers, against 421 answers in a real Anki collection and as properties."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bot.study.fuzz import fuzz_of, fuzz_range, fuzzed, rounded
from bot.study.hours import Moment
from bot.study.intervals import Answer, answers
from bot.study.memory import MAX_DAYS, Grade, Memory, Policy, Stage, raw_days
from tests.study.vectors import PARAMETERS, VECTORS, moment_of, policy_of

ANKI = {sequence["id"]: sequence for sequence in VECTORS["anki_buttons"]}
CHAINS = {name: sequence for name, sequence in ANKI.items() if sequence["unrounded_chain"]}
DAY = timedelta(days=1)
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)

fuzzes = st.floats(0, 1, exclude_max=True)
policies = st.builds(
    Policy,
    retention=st.sampled_from([0.7, 0.8, 0.9, 0.97]),
    max_days=st.sampled_from([1, 7, 60, MAX_DAYS]),
    parameters=st.sampled_from(list(PARAMETERS.values())),
)
# What happens to a card: a grade, so many minutes after the last one.
lives = st.lists(st.tuples(st.sampled_from(Grade), st.integers(0, 200_000), fuzzes), max_size=12)


def memory_before(steps: list[dict], place: int, policy: Policy) -> Memory | None:
    """The memory as Anki had stored it (rounded) before a step."""
    before = steps[place]["before"]
    if before["kind"] == "new":
        return None
    moment = moment_of(steps[place]["at"])
    due_at, due_day = before.get("due_at"), before.get("due_date")
    stage = Stage(before["kind"])
    wanted = policy.relearning_steps if stage is Stage.RELEARNING else policy.learning_steps
    return Memory(
        stage=stage,
        stability=before["stability"],
        difficulty=before["difficulty"],
        step=None if stage is Stage.REVIEW else max(len(wanted) - before["steps_left"], 0),
        interval_days=before["days"],
        due_at=None if due_at is None else datetime.fromisoformat(due_at),
        due_day=None if due_day is None else date.fromisoformat(due_day),
        last_at=moment_of(steps[place - 1]["at"]).at,
        last_day=moment.day - steps[place]["elapsed_days"] * DAY,
        reviews=before["reps"],
        lapses=before["lapses"],
    )


def expect_buttons(given_: dict[Grade, Answer], step: dict, policy: Policy, tolerance: float) -> None:
    """Every button is what Anki offered, and leads where Anki's would."""
    moment = moment_of(step["at"])
    for grade, button in zip(Grade, step["buttons"].values(), strict=True):
        answer = given_[grade]
        memory = answer.memory
        assert (memory.stage, memory.strength) == (
            button["kind"],
            pytest.approx((button["stability"], button["difficulty"]), rel=tolerance),
        )
        if "days" in button:
            assert (answer.days, answer.span, memory.interval_days) == (button["days"], None, button["days"])
            assert memory.due_day == moment.day + button["days"] * DAY
            assert memory.step is None
        else:
            expect_step(answer, button, moment, policy)


def expect_step(answer: Answer, button: dict, moment: Moment, policy: Policy) -> None:
    wait = timedelta(seconds=button["secs"])
    beyond = moment.at + wait - moment.day_ends_at
    if beyond < timedelta(0):
        assert (answer.span, answer.days) == (wait, None)
        assert answer.memory.due_at == moment.at + wait
    else:
        assert (answer.span, answer.days) == (None, 1 + beyond // DAY)
        assert answer.memory.due_day == moment.day + (1 + beyond // DAY) * DAY
    steps = policy.learning_steps if answer.memory.stage is Stage.LEARNING else policy.relearning_steps
    assert answer.memory.step == len(steps) - button["steps_left"]


def expect_after(memory: Memory, after: dict, tolerance: float) -> None:
    due_at = None if memory.due_at is None else memory.due_at.isoformat().replace("+00:00", "Z")
    due_day = None if memory.due_day is None else memory.due_day.isoformat()
    assert (due_at, due_day) == (after.get("due_at"), after.get("due_date"))
    assert (memory.stage, memory.reviews, memory.lapses) == (after["kind"], after["reps"], after["lapses"])
    assert memory.stability == pytest.approx(after["stability"], rel=tolerance, abs=1e-4)
    assert memory.difficulty == pytest.approx(after["difficulty"], rel=tolerance, abs=1e-3)
    if memory.stage is Stage.REVIEW:
        assert memory.interval_days == after["days"]


def test_all_of_anki_is_there():
    """The tests below look at all 421 answers, and at 41 whole lives."""
    assert sum(len(sequence["steps"]) for sequence in ANKI.values()) == 421
    assert len(CHAINS) == 41


@pytest.mark.parametrize("sequence", ANKI.values(), ids=ANKI)
def test_anki_step_by_step(sequence):
    """From each state that Anki had stored, all four buttons and what the tapped one led to are Anki's."""
    policy = policy_of(sequence["preset"])
    for place, step in enumerate(sequence["steps"]):
        memory = memory_before(sequence["steps"], place, policy)
        offered = answers(memory, moment_of(step["at"]), policy, None)
        expect_buttons(offered, step, policy, tolerance=1e-4)
        expect_after(offered[Grade(step["rating"])].memory, step["after"], tolerance=1e-4)


@pytest.mark.parametrize("sequence", CHAINS.values(), ids=CHAINS)
def test_anki_whole_life(sequence):
    """A card's whole life, from new and never rounded, has Anki's buttons all the way."""
    policy = policy_of(sequence["preset"])
    memory = None
    for step in sequence["steps"]:
        offered = answers(memory, moment_of(step["at"]), policy, None)
        expect_buttons(offered, step, policy, tolerance=2e-3)
        memory = offered[Grade(step["rating"])].memory
        expect_after(memory, step["after"], tolerance=2e-3)


def live(life, policy: Policy) -> tuple[Memory | None, Moment]:
    """A card's memory after its life, and the moment of its last grade."""
    memory, at = None, AT
    for grade, minutes, fuzz in life:
        at += timedelta(minutes=minutes)
        memory = answers(memory, moment_of(at), policy, fuzz)[grade].memory
    return memory, moment_of(at)


def comes_at(answer: Answer, moment: Moment) -> datetime:
    """When the card comes back: its moment, or when its study day begins."""
    memory = answer.memory
    if memory.due_at is not None:
        return memory.due_at
    return moment.day_ends_at + (memory.due_day - moment.day - DAY)


def test_new_card_on_default_buttons():
    """A new card offers 1 minute, 5 and a half, 10 minutes and 8 days."""
    offered = answers(None, moment_of(AT), Policy(), None)
    assert [(answer.span, answer.days) for answer in offered.values()] == [
        (timedelta(seconds=60), None),
        (timedelta(seconds=330), None),
        (timedelta(seconds=600), None),
        (None, 8),
    ]


def test_step_over_the_rollover_is_due_by_day():
    """At 03:55 Good's ten minutes are one day, Again's minute is still a minute."""
    moment = moment_of(datetime(2026, 3, 2, 3, 55, tzinfo=UTC))
    offered = answers(None, moment, Policy(), 0.99)
    assert (offered[Grade.AGAIN].span, offered[Grade.AGAIN].days) == (timedelta(minutes=1), None)
    assert (offered[Grade.GOOD].span, offered[Grade.GOOD].days) == (None, 1)
    assert offered[Grade.GOOD].memory.due_day == date(2026, 3, 2)
    assert offered[Grade.GOOD].memory.step == 1
    assert offered[Grade.GOOD].memory.interval_days == 0


def test_step_that_ends_at_the_rollover_is_due_by_day():
    """A step that ends exactly when the next study day begins is one of that day."""
    moment = moment_of(datetime(2026, 3, 2, 3, 50, tzinfo=UTC))
    assert answers(None, moment, Policy(), None)[Grade.GOOD].days == 1


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ((DAY,), 2),
        ((3 * DAY,), 4),
        ((DAY, 2 * DAY), 2),
        ((timedelta(hours=16),), 1),
        ((timedelta(hours=1), 2 * DAY), 1),
    ],
    ids=str,
)
def test_hard_on_a_long_first_step(steps, days):
    """More than a day is rounded half up to whole days, and a single step grows by at most one day."""
    early = moment_of(datetime(2026, 3, 1, 5, tzinfo=UTC))
    assert answers(None, early, Policy(learning_steps=steps), None)[Grade.HARD].days == days


@pytest.mark.parametrize("hour", [5, 12, 23])
@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_step_of_a_day_is_a_study_day_when_clocks_change(day, hour):
    """A step of 24 hours is due on the next study day, also where that day's clock is an hour shorter or longer."""
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime.combine(day, time(hour), berlin).astimezone(UTC)
    moment = Moment(at, day, datetime.combine(day + DAY, time(4), berlin).astimezone(UTC))
    offered = answers(None, moment, Policy(learning_steps=(DAY, 3 * DAY)), None)
    assert [offered[grade].days for grade in (Grade.AGAIN, Grade.HARD, Grade.GOOD)] == [1, 2, 3]


def test_fewer_steps_than_before():
    """A card on a step that no longer exists is on the last one: Good leaves, nothing fails."""
    memory, moment = live([(Grade.GOOD, 0, 0.0)], Policy(learning_steps=(timedelta(minutes=1),) * 5))
    memory = replace(memory, step=4)
    offered = answers(memory, moment, Policy(), None)
    assert offered[Grade.HARD].span == timedelta(minutes=10)
    assert offered[Grade.GOOD].memory.stage is Stage.REVIEW


def test_daily_goods_leave_the_steps():
    """Good once a day is not "in 10 minutes" for ever: the second one already counts in days."""
    policy, memory, waits = Policy(), None, []
    for day in range(5):
        answer = answers(memory, moment_of(AT + day * DAY), policy, None)[Grade.GOOD]
        memory = answer.memory
        waits.append(answer.days)
    assert waits[0] is None
    assert all(days >= 1 for days in waits[1:])


def test_hard_may_shorten_a_long_interval():
    """A Hard comes sooner than last time only when the model has lost much confidence."""
    memory, moment = live([(Grade.EASY, 0, 0.0)], Policy())
    memory = replace(memory, interval_days=500, stability=20.0)
    hard = answers(memory, moment_of(moment.at + 8 * DAY), Policy(), None)[Grade.HARD]
    assert hard.days == round(raw_days(hard.memory.stability, 0.9)) < 500


@pytest.mark.parametrize("stability", range(5, 100, 7))
def test_fuzz_never_takes_back_a_longer_interval(stability):
    """Where the model says longer than last time, the smallest fuzz still gives at least a day more."""
    memory, moment = live([(Grade.EASY, 0, 0.0)], Policy())
    memory = replace(memory, stability=float(stability))
    raw = raw_days(answers(memory, moment, Policy(), None)[Grade.HARD].memory.stability, 0.9)
    memory = replace(memory, interval_days=rounded(raw) - 1)
    assert fuzz_range(raw, 1, MAX_DAYS)[0] < rounded(raw)
    assert answers(memory, moment, Policy(), 0.0)[Grade.HARD].days == rounded(raw)


def test_fuzz_after_the_last_step():
    """Good and Easy leave with a fuzz around whole days; what Easy has to exceed is fuzzed around Good's unrounded."""
    # Without an easy bonus Good and Easy are close enough for the difference to show.
    policy = Policy(parameters=tuple(1.0 if place == 16 else each for place, each in enumerate(PARAMETERS["default"])))
    memory, moment = live([(Grade.EASY, 0, 0.5), (Grade.AGAIN, 20_000, 0.5)], policy)
    good_differs = easy_differs = False
    for tenths in range(5, 300):
        relearning = replace(memory, stability=tenths / 10)
        offered = answers(relearning, moment_of(moment.at + DAY), policy, 0.0)
        good, easy = (raw_days(offered[grade].memory.stability, 0.9) for grade in (Grade.GOOD, Grade.EASY))
        unrounded, whole = (fuzzed(days, 1, MAX_DAYS, 0.0) for days in (good, max(rounded(good), 1)))
        over_unrounded, over_whole = (
            fuzzed(max(rounded(easy), 1), least + 1, MAX_DAYS, 0.0) for least in (unrounded, whole)
        )
        assert (offered[Grade.GOOD].days, offered[Grade.EASY].days) == (whole, over_unrounded)
        good_differs |= unrounded != whole
        easy_differs |= over_unrounded != over_whole
    assert good_differs
    assert easy_differs


def test_again_after_review_is_a_lapse_once():
    """Again in review counts a lapse; again while relearning does not count it twice."""
    memory, moment = live([(Grade.EASY, 0, 0.5)], Policy())
    memory = answers(memory, moment_of(moment.at + 8 * DAY), Policy(), 0.0)[Grade.AGAIN].memory
    assert (memory.stage, memory.lapses, memory.step, memory.interval_days) == (Stage.RELEARNING, 1, 0, 8)
    memory = answers(memory, moment_of(memory.due_at), Policy(), 0.0)[Grade.AGAIN].memory
    assert (memory.stage, memory.lapses) == (Stage.RELEARNING, 1)


def test_without_steps_seconds_only_where_the_model_has_them():
    """Without steps, less than half a day becomes seconds; with parameters 17 and 18 at zero it is a whole day."""
    silent = tuple(0.0 if place in (17, 18) else number for place, number in enumerate(PARAMETERS["default"]))
    again = answers(None, moment_of(AT), Policy(learning_steps=()), None)[Grade.AGAIN]
    assert (again.span, again.memory.stage) == (timedelta(seconds=18_316), Stage.LEARNING)
    again = answers(None, moment_of(AT), Policy(learning_steps=(), parameters=silent), None)[Grade.AGAIN]
    assert (again.days, again.memory.stage) == (1, Stage.REVIEW)


@pytest.mark.parametrize(
    "at", [AT.replace(tzinfo=None), AT.astimezone(ZoneInfo("Europe/Berlin")), datetime(2026, 3, 3, tzinfo=UTC)]
)
def test_wrong_moment_is_refused(at):
    """A moment without a zone, in another zone or after its own study day is refused."""
    with pytest.raises(ValueError, match="moment"):
        answers(None, replace(moment_of(AT), at=at), Policy(), None)


@given(lives, policies, st.integers(0, 200_000), fuzzes)
@settings(max_examples=150, deadline=None)
def test_what_is_printed_is_stored(life, policy, minutes, fuzz):
    """Each answer is due after it is given, says exactly one thing, and that is what its memory holds."""
    memory, moment = live(life, policy)
    moment = moment_of(moment.at + timedelta(minutes=minutes))
    for answer in answers(memory, moment, policy, fuzz).values():
        assert comes_at(answer, moment) > moment.at
        assert (answer.span is None) != (answer.days is None)
        if answer.days is not None:
            assert answer.memory.due_day == moment.day + answer.days * DAY
            assert 1 <= answer.days <= policy.max_days
        else:
            late = answer.memory.due_at - moment.at - answer.span
            assert timedelta(0) <= late <= answer.span / 4
            assert late < timedelta(minutes=5)
            assert answer.memory.due_at < moment.day_ends_at


@given(lives, policies, st.integers(0, 200_000), fuzzes)
@settings(max_examples=150, deadline=None)
def test_better_grade_never_sooner(life, policy, minutes, fuzz):
    """The better of two grades never brings the card back sooner."""
    memory, moment = live(life, policy)
    moment = moment_of(moment.at + timedelta(minutes=minutes))
    moments = [comes_at(answer, moment) for answer in answers(memory, moment, policy, fuzz).values()]
    assert moments == sorted(moments)


@given(lives, policies, st.integers(0, 200_000), st.none() | fuzzes)
@settings(max_examples=150, deadline=None)
def test_passes_in_review_differ(life, policy, minutes, fuzz):
    """In review Hard is shorter than Good and Good than Easy, except where the maximum stops them."""
    memory, moment = live([(Grade.EASY, 0, 0.5), *life, (Grade.EASY, 10, 0.5)], policy)
    offered = answers(memory, moment_of(moment.at + timedelta(minutes=minutes)), policy, fuzz)
    hard, good, easy = (offered[grade].days for grade in (Grade.HARD, Grade.GOOD, Grade.EASY))
    assert hard < good or good == policy.max_days
    assert good < easy or easy == policy.max_days


@given(lives, st.integers(0, 200_000))
@settings(max_examples=50, deadline=None)
def test_button_can_be_drawn_twice(life, minutes):
    """Drawing a card's buttons again at the same moment shows the same."""
    memory, moment = live(life, Policy())
    moment = moment_of(moment.at + timedelta(minutes=minutes))
    fuzz = fuzz_of(7, memory.reviews if memory else 0)
    assert answers(memory, moment, Policy(), fuzz) == answers(memory, moment, Policy(), fuzz)
