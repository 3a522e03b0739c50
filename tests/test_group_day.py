"""A group's day: its pushes keep to its wishes, rest where nobody looks, and leave alone what was met today."""

from datetime import UTC, datetime

import pytest

from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import FRANCE, KENYA, PERU
from tests.habits import settles, studies
from tests.people import CAPITALS, BotHere, Group, Somebody, screen_of

QUESTION = screen_of("Nobody has looked at the last five cards. Shall I go on?", "[Go on]")
FRONTS = [f"What is number {number}?" for number in range(1, 21)]


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Capitals, and cards enough for weeks in a row."""
    many = "".join(f"{front};{number}\n" for number, front in enumerate(FRONTS, 1))
    return {"capitals.txt": CAPITALS, "numbers.txt": many}


@pytest.fixture
async def at_noon(group: Group, anna: Somebody) -> Group:
    """The group has all the cards and gets one every day at 12:00."""
    await anna.sends("/decks", group)
    await anna.taps("Numbers", chat=group)
    await anna.sends("/settings", group)
    await anna.taps("Hours", "12:00", chat=group)
    return group


async def noons(clock: WorldClock, days: int) -> None:
    """So many times it becomes noon, and a minute more."""
    for _ in range(days):
        now = clock.now()
        await clock.move_to(now.replace(day=now.day + (now.hour >= 12), hour=12, minute=1))


def put(group: Group) -> int:
    """How many cards stand in the group."""
    return sum("Show answer" in screen.labels or "Next card" in screen.labels for screen in group.sees_all())


# --- wishes -----------------------------------------------------------------------------------------------------------


async def test_a_card_at_each_of_the_hours(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """Two hours are two cards a day, each another one."""
    await anna.taps("18:00", chat=at_noon)
    for hours, front in ((3, FRANCE), (6, PERU), (18, KENYA)):
        await clock.advance(hours=hours)
        assert front in at_noon.sees().text
    assert put(at_noon) == 3


async def test_a_group_has_quiet_hours(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """Nothing comes in them; an administrator who takes them away gets the next hour's card."""
    await anna.taps("06:00", "Back", "Quiet", "22:00 to 07:00", chat=at_noon)
    await noons(clock, 1)
    await clock.move_to(datetime(2026, 3, 3, 6, 0, tzinfo=UTC))
    assert put(at_noon) == 1
    await anna.taps("No quiet hours", chat=at_noon)
    await noons(clock, 1)
    await clock.move_to(datetime(2026, 3, 4, 6, 0, tzinfo=UTC))
    assert put(at_noon) == 3


async def test_a_group_has_days(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """On a day that was taken away no card comes."""
    await anna.taps("Back", "Days", "✓ Tu", chat=at_noon)
    await noons(clock, 2)
    assert put(at_noon) == 1
    await noons(clock, 1)
    assert put(at_noon) == 2


async def test_a_group_has_a_pause(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """So long no card comes, and after it one a day, none of what was left out."""
    await anna.taps("Back", "Pause", "3 days", chat=at_noon)
    await noons(clock, 3)
    assert put(at_noon) == 0
    await noons(clock, 1)
    assert put(at_noon) == 1


# --- nobody looks -----------------------------------------------------------------------------------------------------


async def test_after_five_cards_it_asks_once(at_noon: Group, clock: WorldClock) -> None:
    """At the sixth hour the question comes in the card's place, then nothing for as long as nobody taps."""
    await noons(clock, 5)
    assert put(at_noon) == 5
    await noons(clock, 1)
    assert at_noon.sees() == QUESTION
    messages = len(at_noon.messages())
    await noons(clock, 7)
    assert len(at_noon.messages()) == messages


async def test_go_on(at_noon: Group, cleo: Somebody, clock: WorldClock) -> None:
    """Any member's tap brings the cards back, one at the next hour and no burst of those that fell away."""
    await noons(clock, 10)
    assert await cleo.taps("Go on", chat=at_noon) == screen_of("I go on: the next card comes tomorrow at 12:00.")
    await noons(clock, 1)
    assert put(at_noon) == 6
    await noons(clock, 1)
    assert put(at_noon) == 7


async def test_go_on_twice(at_noon: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Who taps after somebody else did is told the same."""
    await noons(clock, 6)
    question = at_noon.message()
    await ben.taps("Go on", chat=at_noon)
    await cleo.taps_old(question, "Go on")
    assert at_noon.sees() == screen_of("I go on: the next card comes tomorrow at 12:00.")


@pytest.mark.parametrize("how", ["grades unseen", "taps the old card", "/quiz"])
async def test_whatever_is_tapped_wakes_the_group(at_noon: Group, ben: Somebody, clock: WorldClock, how: str) -> None:
    """A tap anywhere in the group, also one that does nothing else, or /quiz."""
    await noons(clock, 5)
    card = at_noon.message()
    old = next(message for message in at_noon.messages() if any(b.text == "Next card" for r in message.rows for b in r))
    await noons(clock, 2)
    assert at_noon.sees() == QUESTION
    match how:
        case "grades unseen":
            await ben.taps_data(card, "gg:5:3:0")
        case "taps the old card":
            await ben.taps_data(old, "gs:1")
        case "/quiz":
            await ben.sends("/quiz", at_noon)
    before = put(at_noon)
    await noons(clock, 1)
    assert put(at_noon) == before + 1


async def test_a_look_in_between_keeps_it_awake(at_noon: Group, ben: Somebody, clock: WorldClock) -> None:
    """Five in a row are meant: a card that somebody looked at begins the count anew."""
    await noons(clock, 4)
    await ben.taps("Show answer", chat=at_noon)
    await noons(clock, 5)
    assert put(at_noon) == 9
    await noons(clock, 1)
    assert at_noon.sees() == QUESTION


async def test_a_card_that_was_asked_for_is_no_card_that_passed(
    at_noon: Group, ben: Somebody, clock: WorldClock
) -> None:
    """Who sends /quiz is there, even where nobody then looks."""
    await noons(clock, 4)
    await clock.advance(minutes=2)
    await ben.sends("/quiz", at_noon)
    await noons(clock, 4)
    assert put(at_noon) == 9


async def test_a_round_that_nobody_answers_is_no_row_of_pushes(
    at_noon: Group, ben: Somebody, clock: WorldClock
) -> None:
    """Five cards of a round without an answer end that round, and the next hour brings its card."""
    await ben.sends("/round", at_noon)
    await ben.taps("Start", chat=at_noon)
    await clock.advance(seconds=30)
    for _ in range(5):
        await clock.advance(seconds=18)
        await clock.advance(seconds=3)
    assert at_noon.sees().text == "The round is over. Nobody answered."
    await noons(clock, 1)
    assert at_noon.sees().labels == ["Show answer"]


async def test_the_question_that_surely_failed_is_asked_again(
    at_noon: Group, clock: WorldClock, playground: Playground
) -> None:
    """Telegram is away at that moment: the question comes a little later, once."""
    await noons(clock, 5)
    playground.faults.add("sendMessage", status=429, retry_after=30, chat_id=at_noon.id)
    await noons(clock, 1)
    for _ in range(4):
        await clock.advance(minutes=2)
    assert [screen for screen in at_noon.sees_all() if screen == QUESTION] == [QUESTION]


async def test_it_is_asked_once_across_restarts(at_noon: Group, bot: BotHere, clock: WorldClock) -> None:
    """Asked before the bot was stopped, it is not asked again; asleep it stays."""
    await noons(clock, 6)
    await bot.restart()
    await noons(clock, 2)
    assert [screen for screen in at_noon.sees_all() if screen == QUESTION] == [QUESTION]
    assert put(at_noon) == 5


async def test_added_again_it_goes_on(at_noon: Group, anna: Somebody, clock: WorldClock) -> None:
    """A group that slept and takes the bot in again gets its cards."""
    await noons(clock, 6)
    await at_noon.kicks_bot(anna)
    await at_noon.adds_bot(anna)
    await noons(clock, 1)
    assert "Show answer" in at_noon.sees().labels


# --- the same card in private and in the group ------------------------------------------------------------------------


async def all_due(somebody: Somebody, clock: WorldClock) -> None:
    """In private everything was graded a while ago, and on this Wednesday at noon all five capitals are due."""
    await settles(somebody)
    await studies(somebody)
    await clock.move_to(datetime(2026, 3, 18, 12, 0, tzinfo=UTC))
    assert somebody.sees().text.startswith("5 due")


async def test_graded_in_the_group_it_is_not_pushed_in_private(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Four of five due cards are met in the group: the evening's push brings the fifth and speaks of no other."""
    await all_due(ben, clock)
    fronts = set()
    for _ in range(4):
        await ben.sends("/quiz", group)
        fronts.add(group.sees().text.split("\n\n")[1])
        await ben.taps("Show answer", "Good", chat=group)
        await clock.advance(minutes=2)
    await clock.move_to(datetime(2026, 3, 18, 19, 0, tzinfo=UTC))
    head, _, front = ben.sees().text.split("\n\n")
    assert head == "1 due · about 1 min"
    assert front not in fronts


async def test_graded_in_the_group_it_is_not_quizzed_in_private(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """With all of them met in the group nothing is due in private, no push comes, and tomorrow is another day."""
    await all_due(ben, clock)
    for grade in ("Again", "Good", "Good", "Good", "Good"):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", grade, chat=group)
        await clock.advance(minutes=2)
    sounds = ben.notifications
    assert (await ben.sends("/quiz")).text == "Nothing is due. The next card comes tomorrow at 20:00."
    await clock.move_to(datetime(2026, 3, 18, 22, 0, tzinfo=UTC))
    assert ben.notifications == sounds + 1
    assert (await ben.sends("/quiz")).text.startswith("Nothing is due.")
    await clock.move_to(datetime(2026, 3, 19, 9, 0, tzinfo=UTC))
    assert "Show answer" in (await ben.sends("/quiz")).labels
