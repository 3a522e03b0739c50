"""The first minute with the bot, and coming back to it."""

from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from tests.notebook import log
from tests.people import BotHere, Screen, screen_of

WELCOME = (
    "Deckhand asks you cards shortly before you would forget them. A few taps a day are enough.\nWhich deck first?"
)
ASK_HOUR = "When shall the daily cards come?"
ASK_CLOCK = "What time is it for you now? You can also type your city."
HOURS = ("[07:30] [12:30] [20:00]", "[Another hour] [Not now]")
SECOND = "Capitals · 2/6\n\nWhat is the capital of Peru?"
IN_BERLIN = "Every day at 20:00, Berlin time. You can change that in /settings."


@pytest.fixture
def deck_files(deck_files: dict[str, str]) -> dict[str, str]:
    """The capitals, and a second deck."""
    return {**deck_files, "small-numbers.txt": "Two and two?;Four\nTwo and three?;Five\n"}


async def answers_first(somebody: Somebody) -> Screen:
    """From nothing to the first graded card."""
    await somebody.sends("/start")
    return await somebody.taps("Capitals · 5", "Show answer", "Good")


async def test_three_taps_lead_to_the_first_graded_card(anna: Somebody) -> None:
    """/start, a deck, the answer, a grade: all in one message, and nothing was typed or asked before."""
    assert await anna.sends("/start") == screen_of(WELCOME, "[Capitals · 5]", "[Small numbers · 2]")
    first = "Capitals · 1/5\n\nWhat is the capital of France?"
    assert await anna.taps("Capitals") == screen_of(first, "[Show answer]")
    assert anna.toast == "Subscribed"
    shown = screen_of(f"{first}\n─────\nParis", "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 7d]")
    assert await anna.taps("Show answer") == shown
    assert await anna.taps("Good") == screen_of(f"Noted, back in 10 minutes. {ASK_HOUR}", *HOURS)
    assert len(anna.messages()) == 1
    assert anna.notifications == 1


async def test_the_hour_and_the_zone_are_asked_by_buttons(anna: Somebody) -> None:
    """After the first card an hour, the time it is there and a place; then the next card, with what was chosen."""
    await answers_first(anna)
    assert (await anna.taps("20:00")).text == ASK_CLOCK
    assert {"10:00", "09:00", "Other times", "Skip"} <= set(anna.sees().labels)
    assert await anna.taps("10:00") == screen_of("Which is nearest?", "[Berlin] [Lagos]", "[Paris] [Another]")
    assert await anna.taps("Berlin") == screen_of(f"{IN_BERLIN}\n\n{SECOND}", "[Show answer]")
    assert len(anna.messages()) == 1


async def test_unusual_clocks_are_among_the_other_times(anna: Somebody) -> None:
    """Kathmandu's quarter of an hour is found by leafing, and by the longer list of places."""
    await answers_first(anna)
    await anna.taps("20:00")
    while "14:45" not in anna.sees().labels:
        await anna.taps("Other times")
    await anna.taps("14:45")
    assert (await anna.taps("Kathmandu")).text.startswith("Every day at 20:00, Kathmandu time.")


@pytest.mark.parametrize(
    ("typed", "said"), [("7:30", "07:30"), ("02:30", "02:30"), ("7pm", "19:00"), ("19.15", "19:15")]
)
async def test_the_hour_can_be_typed(anna: Somebody, typed: str, said: str) -> None:
    """The question's message loses its buttons then, and the zone's question follows."""
    await answers_first(anna)
    assert (await anna.sends(typed)).text == ASK_CLOCK
    assert anna.sees_all()[0].labels == []
    await anna.taps("10:00")
    assert (await anna.taps("Berlin")).text.startswith(f"Every day at {said}, Berlin time.")


async def test_what_is_no_hour_is_asked_again(anna: Somebody) -> None:
    """Words that are no hour get the question again, with an example."""
    await answers_first(anna)
    again = screen_of("I did not find an hour in that. Type it like 7:30 or 7pm, or tap one.", *HOURS)
    assert await anna.sends("in the evening") == again
    assert (await anna.sends("21:45")).text == ASK_CLOCK


async def test_another_hour_is_found_by_tapping(anna: Somebody) -> None:
    """All the hours of the day are there, and the way to type one is said."""
    await answers_first(anna)
    screen = await anna.taps("Another hour")
    assert screen.text == "Type the hour, like 7:30, 19:15 or 7pm."
    assert screen.labels == [*(f"{hour:02}:00" for hour in range(24)), "Not now"]
    assert (await anna.taps("05:00")).text == ASK_CLOCK


async def test_the_zone_can_be_typed(anna: Somebody) -> None:
    """A city is enough, a slip of the finger in it is forgiven, and the question loses its buttons."""
    await answers_first(anna)
    await anna.taps("20:00")
    screen = await anna.sends("Berln")
    assert screen == screen_of(f"{IN_BERLIN}\n\n{SECOND}", "[Show answer]")
    assert anna.sees_all()[0].labels == []


@pytest.mark.parametrize("typed", ["Atlantis", "somewhere warm", "🏝"])
async def test_an_unknown_city_leads_back_to_the_clock(anna: Somebody, typed: str) -> None:
    """What is no place is said, and the time is asked for instead."""
    await answers_first(anna)
    await anna.taps("20:00")
    screen = await anna.sends(typed)
    assert screen.text == "I do not know that place. What time is it for you now?"
    await anna.taps("10:00")
    assert (await anna.taps("Berlin")).text.startswith(IN_BERLIN)


async def test_what_is_typed_leaves_no_buttons_behind(anna: Somebody) -> None:
    """Each question that was answered by typing loses its buttons, also one that had to be asked again."""
    await answers_first(anna)
    for words in ("25:00", "7pm", "Atlantis", "Brazil", "Pariss"):
        await anna.sends(words)
        assert [bool(one.labels) for one in anna.sees_all()[:-1]] == [False] * (len(anna.messages()) - 1), words
    said = "Every day at 19:00, Paris time. You can change that in /settings."
    assert anna.sees() == screen_of(f"{said}\n\n{SECOND}", "[Show answer]")


async def test_a_question_that_studying_went_past_loses_its_buttons_too(anna: Somebody) -> None:
    """Typed after /quiz, the hour and then the zone leave buttons under the open turn alone."""
    await answers_first(anna)
    await anna.sends("/quiz")
    await anna.sends("7pm")
    assert [bool(one.labels) for one in anna.sees_all()] == [False, False, True]
    await anna.sends("Paris")
    assert [bool(one.labels) for one in anna.sees_all()] == [False, False, False, True]
    assert anna.sees().labels == ["Show answer"]


async def test_a_name_that_may_be_several_places_is_asked_back(anna: Somebody) -> None:
    """A country with several zones offers them."""
    await answers_first(anna)
    await anna.taps("20:00")
    screen = await anna.sends("Brazil")
    assert screen.text == "Which is nearest?"
    assert "Sao Paulo" in screen.labels or "São Paulo" in screen.labels


async def test_the_time_there_can_be_typed(anna: Somebody) -> None:
    """A typed time, where the zone is asked, is the time it is there now."""
    await answers_first(anna)
    await anna.taps("20:00")
    assert (await anna.sends("10:02")).labels == ["Berlin", "Lagos", "Paris", "Another"]


async def test_not_now_goes_on_studying(anna: Somebody, clock: WorldClock) -> None:
    """Who wants no hour gets the next card, no push ever, and is not asked again."""
    await answers_first(anna)
    said = "No daily cards for now. /settings has the hours when you want them."
    assert await anna.taps("Not now") == screen_of(f"{said}\n\n{SECOND}", "[Show answer]")
    await anna.taps("Show answer", "Good")
    assert anna.sees().text.startswith("Capitals · 3/7")
    await clock.advance(days=3)
    assert anna.notifications == 1


async def test_a_zone_left_open_is_the_default_and_said(anna: Somebody, clock: WorldClock) -> None:
    """Skipped, the hour is kept in the default zone; the message says so, and the push comes."""
    await answers_first(anna)
    await anna.taps("20:00")
    screen = await anna.taps("Skip")
    said = "Every day at 20:00, in UTC time until you tell me your zone in /settings."
    assert screen == screen_of(f"{said}\n\n{SECOND}", "[Show answer]")
    await clock.advance(hours=11)
    assert anna.notifications == 2


async def test_what_was_typed_does_not_stand_in_the_way(anna: Somebody) -> None:
    """Who goes on with /quiz while the hour is asked can still answer it, and other words show the open turn."""
    await answers_first(anna)
    await anna.sends("/quiz")
    assert anna.sees().labels == ["Show answer"]
    screen = await anna.sends("what now")
    assert screen.text.endswith("What is the capital of Peru?")
    assert (await anna.sends("20:00")).text == ASK_CLOCK


async def test_start_again_resumes_with_decks_beside(anna: Somebody) -> None:
    """The open turn follows in a new message, the old one loses its buttons, and nothing is asked twice."""
    await answers_first(anna)
    await anna.taps("20:00", "10:00", "Berlin", "Show answer")
    screen = await anna.sends("/start")
    shown = screen_of(f"{SECOND}\n─────\nLima", "[Again · 1m] [Hard · 6m]", "[Good · 10m] [Easy · 8d]", "[Decks]")
    assert screen == shown
    assert [one.labels for one in anna.sees_all()[:-1]] == [[]]
    assert (await anna.taps("Good")).text.startswith("Capitals · 3/7")
    assert (await anna.taps("Show answer")).labels == ["Again · 1m", "Hard · 6m", "Good · 10m", "Easy · 7d"]


async def test_start_with_nothing_due_has_decks_beside(anna: Somebody) -> None:
    """Who has studied everything reads when the next card comes, with the way to the decks."""
    await anna.starts("deck_small-numbers")
    await anna.taps("Show answer", "Easy", "Not now", "Show answer", "Easy")
    assert (await anna.sends("/start")).text.startswith("Nothing is due.")
    assert anna.sees().labels[-1] == "Decks"
    assert (await anna.taps("Decks")).labels == ["Capitals · 5", "✓ Small numbers · 2"]


async def test_decks_beside_a_turn_leave_the_turn_alone(anna: Somebody) -> None:
    """The decks come in a message of their own, and the turn goes on where it stands."""
    await answers_first(anna)
    await anna.taps("Not now")
    await anna.sends("/start")
    assert (await anna.taps("Decks")).text == "Decks you can study. A tick marks those you study."
    assert (await anna.taps("Show answer")).text == "Decks you can study. A tick marks those you study."
    assert "Lima" in anna.sees_all()[-2].text


async def test_a_link_to_a_deck_subscribes(anna: Somebody, ben: Somebody) -> None:
    """/start deck_SLUG puts that deck's first card at once, under what this is."""
    what = WELCOME.splitlines()[0]
    card = screen_of(f"{what}\n\nSmall numbers · 1/2\n\nTwo and two?", "[Show answer]")
    assert await anna.starts("deck_small-numbers") == card
    assert (await anna.sends("/decks")).labels == ["Capitals · 5", "✓ Small numbers · 2"]
    await anna.taps("✓ Small numbers", "Share a link")
    link = anna.sees().text.splitlines()[-1]
    assert (await ben.follows(link)).text == card.text


@pytest.mark.parametrize("payload", ["deck_nothing", "deck_", "elsewhere", "turn_99", "deck_" + "x" * 59])
async def test_a_link_to_nothing_offers_what_is_there(anna: Somebody, payload: str) -> None:
    """An invented link changes nothing, and the decks or a friendly line stand there."""
    screen = await anna.starts(payload)
    assert screen.text in (WELCOME, "That deck is not here. These are:", "This card is no longer asked.")


async def test_the_first_grade_taken_back_is_asked_for_later(bot: BotHere, anna: Somebody) -> None:
    """Undo at the question puts the card back, the question goes, and comes after the next grade."""
    await answers_first(anna)
    screen = await anna.sends("/undo")
    assert screen.text.startswith("Capitals · 1/5")
    assert screen.labels == ["Again · 1m", "Hard · 6m", "Good · 10m", "Easy · 7d"]
    assert anna.sees_all()[0].labels == []
    assert (await anna.taps("Easy")).text == f"Noted, back in 7 days. {ASK_HOUR}"
    assert log(bot, anna) == [("learn", 3), ("undo", None), ("learn", 4)]


async def test_an_hour_once_chosen_is_not_asked_again_after_undo(anna: Somebody) -> None:
    """Taken back at the zone's question, the first card leads back to the zone, not to the hour."""
    await answers_first(anna)
    await anna.taps("20:00")
    await anna.sends("/undo")
    assert (await anna.taps("Good")).text == ASK_CLOCK


async def test_without_decks_the_welcome_says_what_is_missing(anna: Somebody, decks_dir, clock: WorldClock) -> None:  # type: ignore[no-untyped-def]
    """Where no deck is offered the welcome says so instead of showing nothing."""
    for file in decks_dir.iterdir():
        file.unlink()
    for _ in range(3):
        await clock.advance(seconds=5)
    assert (await anna.sends("/start")).text.endswith("puts deck files into its decks folder.")
    assert (await anna.sends("/quiz")).text == "You have no deck. Pick one, and its first card comes at once."


# --- who has no deck --------------------------------------------------------------------------------------------------

NO_DECK = "Done: 1 card.\nNothing more is planned. A deck has more for you under /decks."


async def leaves(somebody: Somebody) -> None:
    """The only deck is left, on a page of its own."""
    await somebody.sends("/decks")
    await somebody.taps("✓ Capitals", "Leave")


async def test_a_card_of_a_deck_that_was_left_asks_for_no_hour(bot: BotHere, anna: Somebody) -> None:
    """Taken back after leaving, it is graded again, and no cards are promised to who has no deck."""
    await answers_first(anna)
    await leaves(anna)
    assert (await anna.sends("/undo")).text.startswith("Capitals · 1/5")
    assert (await anna.taps("Easy")).text == NO_DECK
    assert log(bot, anna) == [("learn", 3), ("undo", None), ("learn", 4)]


@pytest.mark.parametrize("answer", ["20:00", "Another hour", "Not now", "typed"])
async def test_the_hour_is_not_taken_from_who_has_no_deck_any_more(anna: Somebody, answer: str) -> None:
    """Left while the question stands, the deck takes it along; it comes again after the next deck's first card."""
    await answers_first(anna)
    question = anna.message()
    await leaves(anna)
    if answer == "typed":
        assert (await anna.sends("20:00")).text.endswith(f" Here is where we were.\n\n{NO_DECK}")
    else:
        await anna.taps_old(question, answer)
        assert anna.sees_all()[0].text == NO_DECK
    assert "\nNo daily cards\n" in (await anna.sends("/settings")).text
    await anna.starts("deck_small-numbers")
    assert (await anna.taps("Show answer", "Good")).text.endswith(ASK_HOUR)


@pytest.mark.parametrize("answer", ["10:00", "Skip", "Other times", "typed"])
async def test_nor_is_the_zone(anna: Somebody, answer: str) -> None:
    """The hour that was chosen before stays, nothing says that cards come then, and the zone is asked later."""
    await answers_first(anna)
    await anna.taps("20:00")
    question = anna.message()
    await leaves(anna)
    if answer == "typed":
        assert (await anna.sends("Berlin")).text.endswith(NO_DECK)
    else:
        await anna.taps_old(question, answer)
        assert anna.sees_all()[0].text == NO_DECK
    await anna.starts("deck_small-numbers")
    assert (await anna.taps("Show answer", "Good")).text == ASK_CLOCK
    await anna.taps("10:00")
    assert (await anna.taps("Berlin")).text.startswith(IN_BERLIN)


async def test_the_hour_is_not_taken_where_the_only_deck_is_gone(
    anna: Somebody, decks_dir: Path, clock: WorldClock
) -> None:
    """The deck's file goes while the question stands: its buttons promise nothing."""
    await answers_first(anna)
    (decks_dir / "capitals.txt").unlink()
    for _ in range(3):
        await clock.advance(seconds=5)
    assert "Every day at" not in (await anna.taps("20:00")).text
    assert "\nNo daily cards\n" in (await anna.sends("/settings")).text


async def test_with_another_deck_the_question_stays(anna: Somebody) -> None:
    """Who leaves one of two decks while the question stands is still asked."""
    await answers_first(anna)
    question = anna.message()
    await anna.starts("deck_small-numbers")
    await leaves(anna)
    assert (await anna.taps_old(question, "20:00")).text != NO_DECK
    assert anna.sees_all()[0].text == ASK_CLOCK
