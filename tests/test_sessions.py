"""Turns in a row: what a session holds, how it is narrowed, how it ends, and what comes when nothing is due."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.habits import settles, studies
from tests.notebook import differences, log, memories
from tests.people import BotHere, screen_of

NUMBERS = "".join(f"What is {number} and {number}?;It is {2 * number}\n" for number in range(1, 31))
ODDS = """\
#separator:semicolon
#html:true
A matrix is invertible when no singular value is zero;
requires <30 examples;<b>at most</b> &lt;40
Who knows?;;
"""


@pytest.fixture
def deck_files(deck_files: dict[str, str]) -> dict[str, str]:
    """Five capitals, thirty sums, and a deck with a statement and a card that waits for its answer."""
    return {**deck_files, "big-numbers.txt": NUMBERS, "odds-and-ends.txt": ODDS}


async def begins(somebody: Somebody, deck: str, grade: str = "Good") -> None:
    """The deck is subscribed, its first card graded, and no daily cards are wanted."""
    await somebody.starts(f"deck_{deck}")
    if "Show answer" in somebody.sees().labels:
        await somebody.taps("Show answer")
    await somebody.taps(grade)
    if "Not now" in somebody.sees().labels:
        await somebody.taps("Not now")


def places(somebody: Somebody) -> str:
    """The place and the number of cards, as the turn has them."""
    found = re.search(r" · (\d+/\d+)", somebody.sees().text)
    return found[1] if found else ""


async def test_a_session_counts_its_cards_and_those_that_come_back(anna: Somebody) -> None:
    """Ten of the day at its start; one more for each grade that brings its card back in this session."""
    await anna.starts("deck_big-numbers")
    assert places(anna) == "1/10"
    await anna.taps("Show answer", "Good · 10m", "Not now")
    assert places(anna) == "2/11"
    await anna.taps("Show answer", "Easy")
    assert places(anna) == "3/11"
    await anna.taps("Show answer", "Again")
    assert places(anna) == "4/12"


async def test_the_last_place_is_the_last(anna: Somebody) -> None:
    """Place by place to the end, where both numbers meet, and then the summary."""
    await begins(anna, "capitals")
    seen = [places(anna)]
    while "Show answer" in anna.sees().labels:
        await anna.taps("Show answer", "Good")
        seen.append(places(anna))
    assert seen == ["2/6", "3/7", "4/8", "5/9", "6/10", "7/10", "8/10", "9/10", "10/10", ""]
    assert anna.sees() == screen_of(
        "Done: 5 cards (10 with those that came back).\nIn 2 days: 5 cards, about 2 minutes.", "[Undo] [Stats]"
    )


async def test_the_summary_says_what_was_remembered(anna: Somebody, clock: WorldClock) -> None:
    """Of the due cards those known at the first grade, and when the next come."""
    await settles(anna)
    await studies(anna)
    await clock.move_to(datetime(2026, 3, 20, 12, 0, tzinfo=UTC))
    await anna.sends("/quiz")
    assert places(anna) == "1/5"
    await anna.taps("Show answer", "Again")
    assert places(anna) == "2/6"
    await studies(anna, "Good")
    first, second = anna.sees().text.splitlines()
    assert first == "Done: 5 cards (6 with those that came back), 4 of 5 remembered."
    assert re.fullmatch(r"(Tomorrow|In \d+ days): 1 card, about 1 minute, at 20:00\.", second)


async def test_a_statement_has_its_grades_at_once(bot: BotHere, anna: Somebody) -> None:
    """Nothing is hidden behind a statement: it is asked how well it was known, and the grade counts."""
    await anna.starts("deck_odds-and-ends")
    statement = "A matrix is invertible when no singular value is zero"
    grades = ("[Again · 1m] [Hard · 6m]", anna.sees().rows[-1])
    assert anna.sees().text.endswith(f"\n\nOdds and ends · 1/2\n\n{statement}\n\nHow well did you know this?")
    assert [label.split(" · ")[0] for label in anna.sees().labels] == ["Again", "Hard", "Good", "Easy"]
    assert grades[0] == "[{}] [{}]".format(*anna.sees().rows[0])
    await anna.taps("Good", "Not now")
    assert log(bot, anna) == [("learn", 3)]


async def test_what_looks_like_markup_is_shown_as_written(anna: Somebody) -> None:
    """A literal sign stays literal beside real markup."""
    await begins(anna, "odds-and-ends")
    assert anna.sees().text.endswith("requires <30 examples")
    screen = await anna.taps("Show answer")
    assert screen.text.endswith("requires <30 examples\n─────\nat most <40")
    assert screen.message is not None
    assert [entity.type for entity in screen.message.entities] == ["bold"]


async def test_a_card_without_an_answer_is_never_asked(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """It waits in the deck, is named on its page and seen when looking through, and comes in no session."""
    await begins(anna, "odds-and-ends", "Easy")
    for _ in range(3):
        await studies(anna)
        await clock.advance(days=20)
    assert all("Who knows?" not in one.text for one in anna.sees_all())
    assert len(memories(bot, anna)) == 2
    await anna.sends("/decks")
    screen = await anna.taps("✓ Odds and ends")
    assert screen.text.startswith("Odds and ends\n2 cards, 1 more waits for an answer\n")
    await anna.taps("Look through", "‹")
    assert "Who knows?" in anna.sees().text
    assert anna.sees().text.endswith("Waits for an answer; it is not asked until the deck has one.")


@pytest.mark.parametrize(
    ("typed", "deck", "place"),
    [
        ("/quiz capitals", "Capitals", "1/5"),
        ("/quiz CAPITLAS", "Capitals", "1/5"),
        ("/quiz numbers", "Big numbers", "1/9"),
        ("/quiz big", "Big numbers", "1/9"),
        ("/quiz bn", "Big numbers", "1/9"),
        ("/quiz 3", "Big numbers", "1/3"),
        ("/quiz Big numbers 2", "Big numbers", "1/2"),
        ("/quiz 20", "Big numbers", "1/9"),
        ("/quiz capitals 20", "Capitals", "1/5"),
        ("/quiz 0", "Big numbers", "1/9"),
        ("/quiz 99999", "Big numbers", "1/9"),
        ("/quiz capitals 99999999999999999999", "Capitals", "1/5"),
        ("/quiz capitals 0", "Capitals", "1/5"),
    ],
)
async def test_a_quiz_is_narrowed(anna: Somebody, typed: str, deck: str, place: str) -> None:
    """To a deck, whose name matches loosely, to so many cards, or to both."""
    await anna.starts("deck_capitals")
    await begins(anna, "big-numbers", "Easy")
    screen = await anna.sends(typed)
    assert screen.text.startswith(f"{deck} · {place}")


@pytest.mark.parametrize(
    ("typed", "place"),
    [("/quiz 1984", "1984 · 1/2"), ("/quiz French 101", "French 101 · 1/2"), ("/quiz 1985", "1984 · 1/4")],
)
async def test_a_decks_name_may_be_a_number(
    bot: BotHere, anna: Somebody, decks_dir: Path, typed: str, place: str
) -> None:
    """A number is a deck's name where a deck has that very name, else it is how many cards."""
    for name in ("1984", "French 101"):
        (decks_dir / f"{name.split()[0]}.txt").write_text(f"#deck:{name}\nOne?;1\nTwo?;2\n", "utf-8")
    await bot.restart()
    await anna.starts("deck_1984")
    await anna.starts("deck_french")
    assert (await anna.sends(typed)).text.startswith(f"{place}\n")


async def test_a_narrowed_quiz_ends_after_so_many_cards(anna: Somebody) -> None:
    """Two cards were asked for: both, also where they come back, and then the summary."""
    await begins(anna, "big-numbers", "Easy")
    await anna.sends("/quiz 2")
    await anna.taps("Show answer", "Good", "Show answer", "Easy")
    assert places(anna) == "3/3"
    assert (await anna.taps("Show answer", "Good")).text.startswith("Done: 2 cards (3 with those that came back).")


async def test_a_deck_not_subscribed_is_offered(anna: Somebody) -> None:
    """Asked for by name it is one tap away; a name that no deck has gets the decks that are there."""
    await begins(anna, "capitals")
    screen = await anna.sends("/quiz numbers")
    asked = screen_of(
        "You have not subscribed to Big numbers yet.\n\nBig numbers\n30 cards",
        "[Subscribe]",
        "[Look through] [Share a link]",
        "[Back]",
    )
    assert screen == asked
    assert (await anna.taps("Subscribe")).text.startswith("Big numbers · 1/9")
    assert (await anna.sends("/quiz astronomy")).text == "I know no deck called “astronomy”. These are here:"
    assert len(anna.sees().labels) == 3


async def test_a_typed_name_is_never_markup_or_a_link(anna: Somebody) -> None:
    """Whatever stands behind /quiz is repeated as plain words, shortened if it is long."""
    await begins(anna, "capitals")
    screen = await anna.sends("/quiz <b>x</b> @everybody https://evil.example/a #tag /forget")
    assert screen.text.replace("\u2060", "").startswith("I know no deck called “<b>x</b> @everybody https://evil")
    assert screen.links == []
    screen = await anna.sends("/quiz " + "very " * 700)
    assert len(screen.text) < 300
    assert screen.labels


async def test_ten_new_cards_a_day_and_five_more_on_demand(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """The day's limit ends the session; five more come when asked for, and a second tap counts once."""
    await begins(anna, "big-numbers", "Easy")
    await studies(anna)
    assert len(memories(bot, anna)) == 10
    assert anna.sees().labels == ["Undo", "5 more new cards", "Stats"]
    await anna.tap_twice("5 more new cards")
    assert places(anna) == "1/5"
    await studies(anna)
    assert len(memories(bot, anna)) == 15
    await clock.advance(days=1)
    await studies(anna)
    assert len(memories(bot, anna)) == 25


async def test_an_older_offer_of_five_more_gives_five_more(bot: BotHere, anna: Somebody) -> None:
    """Two offers stand there: what the newer one gave is no reason for the older one to give nothing."""
    await begins(anna, "big-numbers", "Easy")
    await studies(anna)
    older = anna.message()
    await anna.sends("/quiz")
    await anna.taps("5 more new cards")
    await studies(anna)
    for _ in range(2):
        await anna.taps_old(older, "5 more new cards")
        assert "Big numbers · 1/5" in anna.sees_all()[0].text
    await studies(anna)
    assert len(memories(bot, anna)) == 20


async def test_more_new_cards_are_of_the_deck_that_was_studied(anna: Somebody) -> None:
    """At the end of a session of one deck; where that has no more, none of another deck are offered."""
    await begins(anna, "big-numbers", "Easy")
    await anna.sends("/settings")
    await anna.taps("Limits", "5 new", "Back", "Done")
    await anna.starts("deck_capitals")
    await studies(anna)
    assert anna.sees().labels == ["Undo", "1 more new card", "Stats"]
    assert (await anna.taps("1 more new card")).text.startswith("Capitals · 1/1\n\n")
    await studies(anna)
    assert anna.sees().labels == ["Undo", "Stats"]


async def test_an_old_offer_of_more_does_not_hold_tomorrow(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """What was offered for a day gives the next day's usual ten, not fifteen."""
    await begins(anna, "big-numbers", "Easy")
    await studies(anna)
    await clock.advance(days=1)
    await anna.taps("5 more new cards")
    assert places(anna) == "1/10"


async def test_reviews_are_limited_by_the_day(anna: Somebody, clock: WorldClock) -> None:
    """What is over the limit waits for tomorrow, and nothing due is said until then."""
    await begins(anna, "big-numbers", "Easy")
    await studies(anna)
    await anna.taps("5 more new cards")
    await studies(anna)
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new")
    await anna.taps_data(anna.message(), "sn:reviews_per_day:10")
    await clock.advance(days=60)
    await anna.sends("/quiz")
    assert places(anna) == "1/10"
    assert (await studies(anna, "Easy")).text.startswith("Done: 10 cards, 10 of 10 remembered.\nTomorrow: 5 cards")
    assert (await anna.sends("/quiz")).text == "Nothing is due. The next card comes tomorrow."


async def test_the_day_begins_at_four(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """New cards of the next day come from 04:00 of the chosen zone on, not from midnight."""
    await begins(anna, "big-numbers", "Easy")
    await studies(anna)
    await clock.move_to(datetime(2026, 3, 3, 3, 59, tzinfo=UTC))
    assert (await anna.sends("/quiz")).text == "Nothing is due. The next card comes today from 04:00."
    await clock.advance(minutes=1)
    await anna.sends("/quiz")
    assert places(anna) == "1/10"


async def test_nothing_due_says_when(anna: Somebody, clock: WorldClock) -> None:
    """The next card's day with the hour of its push, or the minute of a learning card."""
    await settles(anna)
    await studies(anna)
    assert re.fullmatch(
        r"Nothing is due\. The next card comes in \d+ days at 20:00\.", (await anna.sends("/quiz")).text
    )
    assert anna.sees().labels == ["Study ahead"]


async def test_no_hour_is_promised_where_no_push_comes(anna: Somebody) -> None:
    """On a day without pushes, and in a pause, only the day is said."""
    await settles(anna)
    await studies(anna)
    await anna.sends("/settings")
    await anna.taps("Pause", "30 days")
    assert re.fullmatch(r"Nothing is due\. The next card comes in \d+ days\.", (await anna.sends("/quiz")).text)
    await anna.sends("/settings")
    await anna.taps("Pause", "End the pause", "Back", "Days")
    comes = int(re.findall(r"in (\d+) days", anna.sees_all()[-2].text)[0])
    day = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[comes % 7]
    await anna.taps(f"✓ {day}")
    assert (await anna.sends("/quiz")).text == f"Nothing is due. The next card comes in {comes} days."


async def test_no_hour_is_promised_in_quiet_hours(anna: Somebody) -> None:
    """An hour that the quiet hours swallow brings no push; the day's first that does is said."""
    await settles(anna)
    await studies(anna)
    await anna.sends("/settings")
    await anna.taps("Hours", "06:00", "Back", "Quiet", "22:00 to 07:00")
    assert (await anna.sends("/quiz")).text.endswith(" days at 20:00.")
    await anna.sends("/settings")
    await anna.taps("Quiet", "No quiet hours")
    assert (await anna.sends("/quiz")).text.endswith(" days at 06:00.")


async def test_a_learning_card_is_asked_ahead_or_named_by_the_minute(anna: Somebody, clock: WorldClock) -> None:
    """When nothing else is left it comes up to 20 minutes early; later ones are told by the clock."""
    await begins(anna, "odds-and-ends", "Easy")
    await anna.taps("Show answer", "Again")
    assert places(anna) == "3/3"
    assert anna.sees().text.endswith("requires <30 examples")


async def test_studying_ahead_changes_no_schedule(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """Cards that are not due are looked at and graded without times; every memory stays as it was."""
    await settles(anna)
    await studies(anna)
    before = memories(bot, anna)
    await anna.sends("/quiz")
    await anna.taps("Study ahead", "Show answer")
    assert "ahead, the schedule stays" in anna.sees().text
    assert anna.sees().labels == ["Again", "Hard", "Good", "Easy"]
    await anna.taps("Again")
    while "Show answer" in anna.sees().labels:
        await anna.taps("Show answer", "Easy")
    assert anna.sees().text.startswith("Done: 5 cards looked at ahead. The schedule stays as it was.")
    assert memories(bot, anna) == before
    assert differences(bot) == ()
    assert [kind for kind, _ in log(bot, anna)] == ["learn"] * 5 + ["cram"] * 5
    await anna.taps("Undo")
    assert memories(bot, anna) == before
    assert differences(bot) == ()


async def test_a_quiz_takes_the_buttons_off_the_open_turn(anna: Somebody) -> None:
    """There is one open turn: the one before it keeps its words only."""
    await begins(anna, "capitals")
    for _ in range(3):
        await anna.sends("/quiz")
    assert [bool(one.labels) for one in anna.sees_all()] == [False, False, False, True]


async def test_a_card_taken_out_of_its_deck_gives_way(
    bot: BotHere, anna: Somebody, clock: WorldClock, decks_dir
) -> None:  # type: ignore[no-untyped-def]
    """Its open turn says so at the next tap, and the next card stands there."""
    await begins(anna, "capitals")
    deck = decks_dir / "capitals.txt"
    deck.write_text(deck.read_text("utf-8").replace("What is the capital of Peru?;Lima\n", ""), "utf-8")
    for _ in range(3):
        await clock.advance(seconds=5)
    await anna.taps("Show answer")
    assert anna.toast == "That is not in the decks any more."
    assert "Kenya" in anna.sees().text
