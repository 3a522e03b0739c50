"""A turn and its buttons: what they say happens, once, however and whenever they are tapped."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.playground.values import Button, Message
from tests.habits import settles, studies
from tests.notebook import differences, log, memories, open_turns
from tests.people import BotHere, screen_of

GRADES = ("Again", "Hard", "Good", "Easy")
FRANCE = "What is the capital of France?"


async def begins(somebody: Somebody) -> None:
    """The first card stands there with its answer, and no question waits to be asked."""
    await settles(somebody)
    await somebody.taps("Show answer")


@pytest.mark.parametrize(("grade", "minutes"), [("Again · 1m", 1), ("Hard · 6m", 6), ("Good · 10m", 10)])
async def test_a_step_is_what_the_button_says(
    bot: BotHere, anna: Somebody, clock: WorldClock, grade: str, minutes: int
) -> None:
    """The memory is due so many minutes later or a little after, and the card stands there again when they are over."""
    await anna.starts("deck_capitals")
    await anna.taps("Show answer", grade)
    due_at = datetime.fromtimestamp(memories(bot, anna)[0]["due_at"] / 1000, UTC)
    span = due_at - clock.now()
    rounding = timedelta(seconds=30)
    assert timedelta(minutes=minutes) - rounding <= span <= timedelta(minutes=minutes) * 1.25
    await anna.taps("Not now")
    await clock.advance(minutes=minutes * 1.25)
    assert (await anna.sends("/quiz")).text.endswith(FRANCE)


async def test_days_are_what_the_button_says(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """A card graded Easy comes back on the study day that its button promised, and not on the day before."""
    await anna.starts("deck_capitals")
    await anna.taps("Show answer")
    days = int(anna.press("Easy")[1].text.removeprefix("Easy · ").removesuffix("d"))
    await anna.taps("Easy", "Not now")
    await studies(anna, "Easy")
    due = date(1970, 1, 1) + timedelta(days=memories(bot, anna)[0]["due_day"])
    assert due == date(2026, 3, 2) + timedelta(days=days)
    await clock.move_to(datetime(due.year, due.month, due.day, 3, 59, tzinfo=UTC))
    assert (await anna.sends("/quiz")).text.startswith("Nothing is due.")
    await clock.advance(minutes=1)
    assert FRANCE in (await anna.sends("/quiz")).text


async def test_a_promise_that_passed_is_made_anew(bot: BotHere, anna: Somebody, clock: WorldClock) -> None:
    """A card looked at one day and graded days later first shows what now holds; the second tap counts."""
    await anna.starts("deck_capitals")
    await anna.taps("Show answer", "Good", "Not now")
    await studies(anna, "Good")
    await clock.advance(days=3)
    await anna.sends("/quiz")
    await anna.taps("Show answer")
    before, entries = anna.sees().labels, len(log(bot, anna))
    await clock.advance(hours=23)
    old = anna.message()
    await anna.taps("Good")
    assert anna.toast == "The times on the buttons had passed. These hold now; tap again."
    assert anna.message().id == old.id
    assert anna.sees().labels != before
    assert len(log(bot, anna)) == entries
    await anna.taps("Good")
    assert len(log(bot, anna)) == entries + 1


async def test_two_taps_at_once_are_one_grade(bot: BotHere, anna: Somebody) -> None:
    """The second tells what the first came to, and the next card stands there, unlooked at."""
    await begins(anna)
    before = len(log(bot, anna))
    screen = await anna.tap_twice("Good")
    assert len(log(bot, anna)) == before + 1
    assert anna.toast == "Already graded: Good, back in 10 minutes."
    assert screen.labels == ["Show answer"]
    assert len(open_turns(bot, anna)) == 1


@pytest.mark.parametrize("label", ["Capitals", "Show answer", "Good", "20:00", "10:00", "Berlin"])
async def test_every_first_tap_may_be_double(bot: BotHere, anna: Somebody, label: str) -> None:
    """Each button of the first minute, tapped twice at once, leads to the same as tapped once."""
    await anna.sends("/start")
    path = ["Capitals", "Show answer", "Good", "20:00", "10:00", "Berlin"]
    for step in path[: path.index(label)]:
        await anna.taps(step)
    await anna.tap_twice(label)
    for step in path[path.index(label) + 1 :]:
        await anna.taps(step)
    assert anna.sees().text.endswith("Capitals · 2/6\n\nWhat is the capital of Peru?")
    assert log(bot, anna) == [("learn", 3)]
    assert len(anna.messages()) == 1


async def test_a_repeated_tap_changes_nothing(bot: BotHere, playground: Playground, anna: Somebody) -> None:
    """An update of any tap that comes again leaves log, memories and the open turn as they are."""
    await anna.sends("/start")
    for label in ("Capitals", "Show answer", "Good", "20:00", "10:00", "Berlin", "Show answer", "Good"):
        await anna.taps(label)
        await repeat(playground)
    assert anna.sees() == screen_of("Capitals · 3/7\n\nWhat is the capital of Kenya?", "[Show answer]")
    assert log(bot, anna) == [("learn", 3), ("learn", 3)]
    assert len(anna.messages()) == 1
    assert differences(bot) == ()


@pytest.mark.parametrize(
    "text", ["/start", "/quiz", "/quiz capitals 2", "/undo", "/decks", "/settings", "/help", "/stats", "/forget", "hm"]
)
async def test_a_repeated_message_changes_nothing(
    bot: BotHere, playground: Playground, anna: Somebody, text: str
) -> None:
    """A command or words that come again get no second answer, and undo takes only one grade back."""
    await settles(anna)
    await anna.taps("Show answer", "Good", "Show answer", "Good")
    await anna.sends(text)
    before = (anna.sees_all(), log(bot, anna), open_turns(bot, anna))
    await repeat(playground)
    assert (anna.sees_all(), log(bot, anna), open_turns(bot, anna)) == before


async def test_a_repeated_hour_is_no_place(playground: Playground, anna: Somebody) -> None:
    """The typed hour, delivered twice, still leaves the zone's question open."""
    await anna.starts("deck_capitals")
    await anna.taps("Show answer", "Good")
    await anna.sends("10:00")
    await repeat(playground)
    await anna.sends("10:00")
    assert anna.sees().text.startswith("What time is it for you now?")


async def repeat(playground: Playground) -> None:
    """The last update is delivered once more, under its own id."""
    updates = playground.world.updates
    last = updates._last_id
    playground.redeliver(last)
    assert await updates.confirmed.until(lambda: updates.is_confirmed(last), 10)


async def test_a_tap_made_while_the_bot_was_down_counts(bot: BotHere, playground: Playground, anna: Somebody) -> None:
    """What was tapped meanwhile is done at the start, once, in the same message."""
    await begins(anna)
    await bot.stop()
    updates = [anna.taps_unheard("Good"), anna.taps_unheard("Good")]
    await bot.start()
    for update in updates:
        assert await playground.world.updates.confirmed.until(
            lambda update=update: playground.world.updates.is_confirmed(update), 10
        )
    assert log(bot, anna) == [("learn", 4), ("learn", 3)]
    assert anna.sees().text.startswith("Capitals · 3/6")


async def test_buttons_work_after_a_restart(bot: BotHere, anna: Somebody) -> None:
    """An open turn, its answer and its grades live through a restart."""
    await settles(anna)
    await bot.restart()
    await anna.taps("Show answer")
    await bot.restart()
    await anna.taps("Good")
    assert anna.sees().text.startswith("Capitals · 3/6")


async def test_an_old_turn_points_to_the_present_one(bot: BotHere, anna: Somebody) -> None:
    """A turn that another has replaced has no buttons; tapped all the same, it says so and is drawn without them."""
    await begins(anna)
    old = anna.message()
    await anna.sends("/quiz")
    assert [one.labels for one in anna.sees_all()] == [[], ["Show answer"]]
    before = log(bot, anna)
    for label in ("Again", "Hard", "Good", "Easy"):
        await anna.taps_old(old, label)
        assert anna.toast == "This card is no longer asked; here is the present one."
    assert log(bot, anna) == before
    assert anna.sees_all()[0].labels == []


async def test_a_turn_stands_in_one_message(bot: BotHere, anna: Somebody) -> None:
    """Resumed in a new message and answered from the old one, the turn's buttons stand only there."""
    await settles(anna)
    old = anna.message()
    await anna.sends("/start")
    await anna.taps_old(old, "Show answer")
    assert [bool(one.labels) for one in anna.sees_all()] == [True, False]
    assert open_turns(bot, anna) == [old.id]


async def test_an_answer_given_unseen_does_not_count(bot: BotHere, anna: Somebody) -> None:
    """A grade invented for a card whose answer was not shown is asked to look first."""
    await settles(anna)
    show = anna.press("Show answer")[1].data
    await anna.taps_data(anna.message(), f"g:{show.partition(':')[2]}:3:-600")
    assert anna.toast == "Look first"
    assert log(bot, anna) == [("learn", 4)]


def all_buttons(somebody: Somebody) -> list[tuple[Message, Button]]:
    """Every button that stands there now, with its message."""
    return [(message, button) for message in somebody.messages() for row in message.rows for button in row]


async def test_every_earlier_button_is_answered_with_words(
    bot: BotHere, playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """At the end of a first week, each button ever shown, tapped again, grades nothing and leaves one open turn."""
    shown: dict[tuple[int, str], Message] = {}
    await a_week(playground, anna, clock, shown)
    entries = [entry for entry in log(bot, anna) if entry[0] != "undo"]
    undone = len(log(bot, anna)) - len(entries)
    assert len(shown) > 60
    for (message_id, data), message in shown.items():
        if data.startswith(("f:", "u:")):
            continue
        present = anna.chat.messages.get(message_id)
        lives = present is not None and any(data == button.data for row in present.rows for button in row)
        if lives and data.startswith("g:"):
            continue
        before, answered = anna.sees_all(), len(anna.answers)
        await anna.taps_data(message, data)
        assert len(anna.answers) == answered + 1
        words = anna.toast
        assert lives or words or anna.sees_all() != before, f"{data} does nothing and says nothing"
        assert "notebook" not in words
        assert len(open_turns(bot, anna)) <= 1
    after = log(bot, anna)
    assert [entry for entry in after if entry[0] != "undo"] == entries
    assert len(after) == len(entries) + undone
    assert differences(bot) == ()


async def a_week(
    playground: Playground, anna: Somebody, clock: WorldClock, shown: dict[tuple[int, str], Message]
) -> None:
    """Seven days of pushes, sessions, undos and pages; every button that ever stood anywhere is kept."""

    async def does(*labels: str) -> None:
        for label in labels:
            await anna.taps(label)
            note()

    def note() -> None:
        for message, button in all_buttons(anna):
            shown[message.id, button.data] = message

    await anna.sends("/start")
    note()
    await does("Capitals", "Show answer", "Good", "Another hour", "20:00", "Other times", "Other times")
    await does("Other times", "10:00")
    await does("Another", "Berlin")
    for grade in (*GRADES, "Good", "Good"):
        await does("Show answer", grade)
    await anna.sends("/undo")
    note()
    for page in ("Hours", "Days", "Zone", "Quiet", "Limits", "Pause"):
        await anna.sends("/settings")
        await does(page, "Back")
    await anna.sends("/decks")
    await does("✓ Capitals", "Look through", "›", "Back", "Share a link", "Back", "Back")
    for day in range(1, 7):
        await clock.move_to(datetime(2026, 3, 2 + day, 19, 0, tzinfo=UTC))
        note()
        while "Show answer" in anna.sees().labels:
            await does("Show answer", GRADES[day % 3 + 1])
        note()
    await anna.sends("/quiz")
    note()
    if "Study ahead" in anna.sees().labels:
        await does("Study ahead", "Show answer", "Good")
