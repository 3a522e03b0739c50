"""The words people read: plurals, intervals, toasts that fit, and a tone without shouting."""

import ast
import inspect
import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.chat import settings_texts, texts
from bot.chat.answers import words
from bot.chat.texts import English
from bot.study.hours import moment
from bot.study.intervals import Answer, answers
from bot.study.memory import Grade, Policy
from bot.tutor import toasts as t

SAY = English()
MEMORY = answers(None, moment(datetime(2026, 3, 2, 9, tzinfo=UTC), "UTC", 4), Policy(), 0.5)[Grade.GOOD].memory


def answer(**span: float) -> Answer:
    """An answer that comes back after so many days, or after a shorter span."""
    if set(span) == {"days"}:
        return Answer(MEMORY, None, int(span["days"]))
    return Answer(MEMORY, timedelta(**span), None)


@pytest.mark.parametrize(
    ("span", "short", "long"),
    [
        ({"seconds": 20}, "1m", "1 minute"),
        ({"minutes": 1}, "1m", "1 minute"),
        ({"minutes": 5.5}, "6m", "6 minutes"),
        ({"minutes": 59}, "59m", "59 minutes"),
        ({"hours": 1}, "1h", "1 hour"),
        ({"hours": 3}, "3h", "3 hours"),
        ({"hours": 2.5}, "2.5h", "2.5 hours"),
        ({"days": 1}, "1d", "1 day"),
        ({"days": 8}, "8d", "8 days"),
        ({"days": 29}, "29d", "29 days"),
        ({"days": 37}, "1.2mo", "1.2 months"),
        ({"days": 91}, "3mo", "3 months"),
        ({"days": 364}, "12mo", "12 months"),
        ({"days": 365}, "1y", "1 year"),
        ({"days": 767}, "2.1y", "2.1 years"),
        ({"days": 36_500}, "99.9y", "99.9 years"),
    ],
)
def test_intervals_read_well(span: dict[str, float], short: str, long: str) -> None:
    """Short on a button, in words in a sentence, with the right plural."""
    assert SAY.short(answer(**span)) == short
    assert SAY.long(answer(**span)) == long


def test_counts_agree_with_their_nouns() -> None:
    """One is one everywhere."""
    assert SAY.done(1, 1, 1, 1, cram=False) == "Done: 1 card, 1 of 1 remembered."
    assert SAY.done(11, 14, 8, 7, cram=False) == "Done: 11 cards (14 with those that came back), 7 of 8 remembered."
    assert SAY.coming(1, 1, time(20), None, 1) == "Tomorrow: 1 card, about 1 minute, at 20:00."
    assert SAY.coming(6, 3, None, None, 2) == "In 3 days: 6 cards, about 2 minutes."
    assert SAY.more_new(1) == "1 more new card"
    assert SAY.stats(1, 0, 0, 1, 0, 0, 0, 1, 0, 1).splitlines()[0] == "Last 30 days: 1 review."
    assert SAY.my_state(9, 1, 0, 0, 0, 0, 0, 30).endswith("\n1 more is a statement, which a group is not asked.")
    assert SAY.my_state(0, 2, 0, 0, 0, 0, 0, 30).startswith("In this group's decks: 0 of 0 cards met")
    assert SAY.deck_page("Kana", 1, 1, True, 0, 1, 0).splitlines()[1] == "1 card, 1 more waits for an answer"
    assert SAY.pause_days(1) == "1 day"
    assert SAY.still_open(1, "").endswith("1 second.")


def test_dates_are_written_out() -> None:
    """A weekday with its date, and days in a row as one thing."""
    assert SAY.on_date(date(2026, 3, 9)) == "Monday, 9 March"
    assert SAY.days(frozenset(range(7))) == "every day"
    assert SAY.days(frozenset(range(5))) == "Monday to Friday"
    assert SAY.days(frozenset({0, 2, 6})) == "Monday, Wednesday and Sunday"


TOASTS: list[t.Toast] = [
    t.Already(Grade.GOOD, answer(days=4)),
    t.Subscribed("A deck with quite a long name of sixty characters or even more"),
    t.Subscribed("Kana", left=True),
    *(
        t.NotYours(),
        t.NoLonger(),
        t.Passed(),
        t.NewTimes(),
        t.LookFirst(),
        t.TakenOut(),
        t.Forgotten(),
    ),
    *(t.TakenBack(), t.UndoLater(), t.NothingToUndo(), t.AdminsOnly(), t.GroupClosed()),
    t.Graded(Grade.EASY, answer(days=9)),
    t.StillOpen(42),
    t.InQuiet(time(6)),
]


@pytest.mark.parametrize("toast", TOASTS, ids=lambda toast: type(toast).__name__)
def test_a_toast_is_one_friendly_line(toast: t.Toast) -> None:
    """Never empty, and never longer than Telegram shows; the present card is promised only where one is shown."""
    for shown in (True, False):
        said = words(SAY, toast, shown)
        assert 0 < len(said) <= 200
        assert "\n" not in said
    assert "present one" not in words(SAY, t.NoLonger(), shown=False)


def test_nobody_shouts() -> None:
    """No sentence of ours has an exclamation mark, an exception's name or SQL in it."""
    trees = [ast.parse(inspect.getsource(module)) for module in (texts, settings_texts)]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    said = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert len(said) > 150
    for sentence in said:
        assert "!" not in sentence, sentence
        assert not re.search(r"\b\w+Error\b|Exception|Traceback|\bselect\b|sqlite", sentence, re.IGNORECASE), sentence


def test_a_long_line_about_a_file_still_says_what_to_do() -> None:
    """What is cut out is what the file says; without a remedy at the end the end is cut."""
    what = f"notes.md, line 11: several decks for the same cards: {', '.join(f'#flashcards/{n}' for n in range(30))}"
    remedy = "A card is in one deck, here in the first. The others are tags of it."
    line = SAY.refused_file(f"{what}. {remedy}").split("\n")[0]
    assert line.startswith("notes.md, line 11: several decks for the same cards: #flashcards/0")
    assert line.endswith(f"… {remedy}")
    assert len(line) <= 300
    line = SAY.refused_file("word " * 100).split("\n")[0]
    assert (line.endswith("…"), len(line) <= 300) == (True, True)
