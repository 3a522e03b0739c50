"""How far somebody is in Anki becomes a memory of ours: Anki's own reckoning is the judge."""

import random
import warnings
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.decks.anki import collection
from bot.decks.anki.progress import progress_of
from bot.decks.progress import MOST_GRADES, CardProgress, Graded
from bot.study import elsewhere, hours
from bot.study.memory import Policy, Stage
from tests.decks.anki.samples import open_package

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WHO = elsewhere.Learned("UTC", 4, Policy(), hours.moment(NOW, "UTC", 4))
DAY = 86_400_000
NOW_MS = int(NOW.timestamp() * 1000)


def states_of(package, read):
    """Every card with its rows of the log."""
    log = defaultdict(list)
    for row in collection.reviews(package.collection, "x"):
        log[row.card].append(row)
    return [(state, log[state.id]) for deck in read.decks for state in deck.states]


@pytest.fixture
def col(tmp_path):
    """A collection without FSRS: logs that go back to the beginning, logs that do not, and none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from anki.collection import Collection

    col = Collection(str(tmp_path / "made.anki2"))
    chance, now = random.Random(5), datetime.now(UTC)
    for number in range(40):
        note = col.new_note(col.models.by_name("Basic"))
        note.fields = [f"front {number}", "back"]
        col.add_note(note, 1)
        card = note.cards()[0]
        card.type = card.queue = 2
        card.ivl, card.due, card.reps = chance.randint(1, 200), col.sched.today + 3, 4
        card.factor = chance.choice((1300, 2500, 3000))
        at, interval, is_cut = now - timedelta(days=chance.randint(250, 300)), 0, number % 7 == 3
        for row in range(number % 6):
            before, interval = interval, max(2 * interval, 5 if is_cut else 1)
            kind, factor = int(row > 0 or is_cut), chance.choice((2500, 1800))
            told = (int(at.timestamp() * 1000) + number, card.id, -1, chance.randint(1, 4), interval, before, factor)
            col.db.execute("insert into revlog values (?,?,?,?,?,?,?,5000,?)", *told, kind)
            at += timedelta(days=interval)
        col.update_card(card)
    yield col
    col.close()


def test_without_fsrs_the_log_or_sm_2_tells_what_anki_would_make_of_it(col, tmp_path):
    """The log replayed; where it is cut off, SM-2's numbers at its beginning; without one, the card's."""
    from anki.collection import ExportAnkiPackageOptions

    path = tmp_path / "x.apkg"
    col.fix_integrity()
    col.export_anki_package(out_path=str(path), options=ExportAnkiPackageOptions(with_scheduling=True), limit=None)
    told = {id_: col.compute_memory_state(id_) for id_ in col.find_cards("")}
    (tmp_path / "in").mkdir()
    learned = elsewhere.Learned("UTC", 4, Policy(), hours.moment(datetime.now(UTC), "UTC", 4))
    with open_package(path, tmp_path / "in") as (package, read):
        for state, rows in states_of(package, read):
            assert state.stability is None
            memory = elsewhere.memory_of(progress_of(state, rows, read.created_on), learned)
            if rows:
                assert memory.stability == pytest.approx(told[state.id].stability, rel=1e-3)
                assert memory.difficulty == pytest.approx(told[state.id].difficulty, abs=1e-3)
            else:
                # Of such a card Anki makes a memory when it is answered next.
                assert memory.strength == elsewhere.from_sm2(state.ease, state.interval, learned.policy)
                assert memory.stability == state.interval


def test_with_fsrs_it_is_what_anki_keeps(sample, tmp_path):
    """Stability, difficulty, due day, stage, and how many grades were given; new cards have no memory."""
    with open_package(sample.path("new.apkg"), tmp_path) as (package, read):
        for state, rows in states_of(package, read):
            progress = progress_of(state, rows, read.created_on)
            if progress is None:
                assert (state.kind, rows, state.queue) == (0, [], 0)
                continue
            shown = sample.cards[state.note.guid, state.ordinal]
            learned = elsewhere.Learned("UTC", 4, Policy(), hours.moment(datetime.now(UTC), "UTC", 4))
            memory = elsewhere.memory_of(progress, learned)
            assert (progress.suspended, progress.buried) == (shown.suspended, shown.buried)
            assert (memory is None) == (state.kind == 0)
            if shown.stability and memory:
                assert (memory.stability, memory.difficulty) == pytest.approx(
                    (shown.stability, shown.difficulty), abs=1e-3
                )
            if shown.due_on and memory:
                assert abs((memory.due_day - shown.due_on).days) <= 1
            assert len([*elsewhere.logged(progress, learned)]) == sum(row.ease > 0 for row in rows)


def test_a_step_comes_back_where_it_was():
    """Within the day at its moment, across a day on that day, on the step that is left."""
    soon, later = NOW_MS + 300_000, NOW_MS + DAY
    told = CardProgress("learning", 2.0, 5.0, due_ms=soon, steps_left=1, reviews=1, last_ms=NOW_MS)
    memory = elsewhere.memory_of(told, WHO)
    assert (memory.stage, memory.step, memory.due_at) == (Stage.LEARNING, 1, NOW + timedelta(minutes=5))
    memory = elsewhere.memory_of(CardProgress("relearning", 2.0, 5.0, due_ms=later, steps_left=9, last_ms=NOW_MS), WHO)
    assert (memory.stage, memory.step, memory.due_day) == (Stage.RELEARNING, 0, date(2026, 11, 21))


def test_the_log_tells_which_cards_were_new():
    """Made new again it begins anew; one that is cut off begins with a card that was known; the future is left out."""

    def told(*rows):
        log = elsewhere.logged(CardProgress("review", log=tuple(rows)), WHO)
        return [(each.graded.grade, each.before) for each in log]

    learned = Graded(NOW_MS - 9 * DAY, 3, "learn"), Graded(NOW_MS - 8 * DAY, 3, "learn", 3, -600)
    assert told(*learned, Graded(NOW_MS - DAY, 1, "review", -600, 3)) == [
        (3, None), (3, Stage.LEARNING), (1, Stage.REVIEW),
    ]  # fmt: skip
    assert told(*learned, Graded(NOW_MS - 7 * DAY, 0, "reset"), Graded(NOW_MS - DAY, 2, "learn"))[2] == (2, None)
    assert told(Graded(NOW_MS - DAY, 3, "review", 20, 10)) == [(3, Stage.REVIEW)]
    assert told(Graded(NOW_MS + DAY, 3, "learn")) == []


def test_what_nobody_can_have_learned_makes_no_fault():
    """Days of another age, a memory beyond all bounds, a log without end: each within its bounds."""
    state = collection.CardState(
        1, collection.Note("g", None, (), ()), 0, "D", 2, 0, 9**18, 9**18, -5, 1e300, 5.0, 1e30, -1, -1, -1
    )
    rows = [collection.ReviewRow(at, 1, 3, 9**18, 9**18, -9, 9**18, 1) for at in range(MOST_GRADES + 50)]
    progress = progress_of(state, rows, date(9000, 1, 1))
    memory = elsewhere.memory_of(progress, WHO)
    assert (memory.stability, memory.interval_days, memory.lapses) == (36_500, 36_500, 0)
    assert (memory.due_day - NOW.date()).days == 36_500
    assert memory.last_at == NOW
    assert len(progress.log) == MOST_GRADES
    assert progress_of(state, [], date(1900, 1, 1)).log == ()
