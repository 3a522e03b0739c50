"""The push: the first due card itself, at the hour that was chosen, with one line on what waits."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat import buttons
from bot.chat.pace import NONE
from bot.chat.push import AT_ONCE
from bot.playground import acts
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody, heard
from bot.playground.server import Playground
from tests.chat.still import turns
from tests.habits import moment, settles, studies, until
from tests.people import BotHere, Group, screen_of

PERU = screen_of("4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of Peru?", "[Show answer]", "[Later]")
PERU_SHOWN = "4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of Peru?\n─────\nLima"


async def test_the_push_is_the_first_due_card(anna: Somebody, clock: WorldClock) -> None:
    """At its minute the card comes, with what waits; not a moment earlier."""
    await settles(anna)
    said = len(anna.messages())
    await until(clock, "03-02", "19:59")
    assert len(anna.messages()) == said
    await until(clock, "03-02", "20:00")
    assert anna.sees() == PERU
    assert len(anna.messages()) == said + 1


async def test_the_tick_needs_nobody_who_moves_the_clock(
    playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """Where time runs by itself, the push leaves within seconds of its minute."""
    await settles(anna)
    await until(clock, "03-02", "19:59")
    await clock.advance(seconds=59.5)
    sent = playground.counts["sendMessage"]
    clock.run()
    called = await playground.when_called("sendMessage", sent + 1)
    assert timedelta(0) <= called.at - moment("03-02", "20:00") < timedelta(seconds=10)
    clock.hold()
    assert anna.sees() == PERU


async def test_a_push_is_a_new_message_and_the_turn_before_it_loses_its_buttons(
    anna: Somebody, clock: WorldClock
) -> None:
    """There is one notification, and one message with buttons: at most one turn is open in a chat."""
    await settles(anna)
    sounds = anna.notifications
    assert "Show answer" in anna.sees().labels
    await until(clock, "03-02", "20:00")
    before, push = anna.sees_all()[-2:]
    assert (before.rows, push.labels) == ((), ["Show answer", "Later"])
    assert anna.notifications == sounds + 1
    await until(clock, "03-03", "20:00")
    assert [bool(screen.rows) for screen in anna.sees_all()] == [False, False, True]
    assert anna.notifications == sounds + 2


async def test_a_statement_that_nobody_graded_does_not_go_on_asking(
    bot: BotHere, anna: Somebody, clock: WorldClock, decks_dir: Path
) -> None:
    """Followed by another push, it keeps its words, and not the question for a grade that nobody can give there."""
    (decks_dir / "sayings.txt").write_text("The sea is wide.;\nThe sea is deep.;\n", "utf-8")
    await bot.restart()
    await settles(anna)
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave", "Back", "Sayings", "Subscribe")
    asked = anna.sees().text
    await until(clock, "03-02", "20:00")
    assert "Sayings · 1/2\n\nThe sea is wide.\n\nHow well did you know this?" in anna.sees().text
    await until(clock, "03-03", "20:00")
    assert [screen.text for screen in anna.sees_all()][-3:-1] == [asked, "Sayings\n\nThe sea is wide."]
    assert [bool(screen.rows) for screen in anna.sees_all()][-3:] == [False, False, True]


async def test_a_push_is_answered_like_any_turn(anna: Somebody, clock: WorldClock) -> None:
    """The line stays while the answer is shown; the next card of the session stands in the same message."""
    await settles(anna)
    await until(clock, "03-02", "20:00")
    assert (await anna.taps("Show answer")).text == PERU_SHOWN
    assert (await anna.taps("Good")).text == "Capitals · 2/5\n\nWhat is the capital of Kenya?"
    assert len(anna.messages()) == 2


async def test_nothing_due_nothing_sent(anna: Somebody, clock: WorldClock) -> None:
    """Who has seen everything hears nothing until a card is due again."""
    await settles(anna)
    await studies(anna)
    sounds = anna.notifications
    await until(clock, "03-02", "20:00")
    await until(clock, "03-03", "20:00")
    assert anna.notifications == sounds


async def test_a_learning_step_alone_causes_no_push(anna: Somebody, clock: WorldClock) -> None:
    """A card in its first minutes is not worth a notification, though it is due."""
    await settles(anna)
    await studies(anna)
    await anna.taps("Undo", "Good")
    sounds = anna.notifications
    await until(clock, "03-02", "20:00")
    assert anna.notifications == sounds
    assert (await anna.sends("/quiz")).labels == ["Show answer"]


async def test_a_learning_step_comes_along_with_what_is_due(anna: Somebody, clock: WorldClock) -> None:
    """Where a new card causes the push, a learning card is among what it says and comes first."""
    await settles(anna)
    await anna.taps("Show answer", "Good")
    await until(clock, "03-02", "20:00")
    assert anna.sees().text.startswith("4 due · about 1 min\n\nCapitals · 1/4\n\nWhat is the capital of Peru?")


async def test_new_cards_count_as_due_within_the_days_limit(anna: Somebody, clock: WorldClock) -> None:
    """No new card a day, no push for new ones; raised again, they come."""
    await settles(anna)
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new")
    sounds = anna.notifications
    await until(clock, "03-02", "20:00")
    assert anna.notifications == sounds
    await anna.taps("5 new")
    await until(clock, "03-03", "20:00")
    assert anna.notifications == sounds + 1


async def test_the_days_limit_is_counted_in_the_line(anna: Somebody, clock: WorldClock) -> None:
    """What was new today is used up: two of five are left."""
    await settles(anna)
    await anna.sends("/settings")
    await anna.taps("Limits", "5 new", "Back", "Done")
    await anna.sends("/quiz")
    await anna.taps("Show answer", "Easy", "Show answer", "Easy")
    await until(clock, "03-02", "20:00")
    assert anna.sees().text.startswith("2 due · about 1 min\n\nCapitals · 1/2\n\n")


@pytest.mark.parametrize(("minute", "comes"), [("19:49", True), ("19:50", False), ("19:59", False)])
async def test_who_was_just_here_gets_none(anna: Somebody, clock: WorldClock, minute: str, comes: bool) -> None:
    """Who tapped within the last ten minutes has the cards before their eyes, and that slot is done."""
    await settles(anna)
    await until(clock, "03-02", minute)
    await anna.taps("Show answer")
    sounds = anna.notifications
    for hour in ("20:00", "20:11", "23:00"):
        await until(clock, "03-02", hour)
    assert anna.notifications == sounds + comes
    await until(clock, "03-03", "20:00")
    assert anna.notifications == sounds + comes + 1


@pytest.mark.parametrize("label", ["✓ Capitals", "Look through", "Share a link"])
async def test_who_reads_in_a_deck_is_here(anna: Somebody, clock: WorldClock, label: str) -> None:
    """Every tap says that somebody is here, also one that asks for no card."""
    await settles(anna)
    await until(clock, "03-02", "19:30")
    await anna.sends("/decks")
    if label != "✓ Capitals":
        await anna.taps("✓ Capitals")
    await until(clock, "03-02", "19:55")
    await anna.taps(label)
    sounds = anna.notifications
    await until(clock, "03-02", "20:00")
    await until(clock, "03-02", "23:00")
    assert anna.notifications == sounds


async def test_who_leaves_all_decks_hears_no_more(anna: Somebody, clock: WorldClock) -> None:
    """Without a deck nothing is due; coming back brings the pushes back."""
    await settles(anna)
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Leave")
    sounds = anna.notifications
    await until(clock, "03-03", "20:00")
    assert anna.notifications == sounds
    await anna.taps("Subscribe")
    await until(clock, "03-04", "20:00")
    assert anna.notifications == sounds + 1


async def test_who_chose_no_hour_gets_no_push(anna: Somebody, clock: WorldClock) -> None:
    """The question can be put aside."""
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Easy", "Not now")
    sounds = anna.notifications
    for _ in range(3):
        await clock.advance(days=1)
    assert anna.notifications == sounds


async def test_who_is_forgotten_gets_no_push(anna: Somebody, clock: WorldClock) -> None:
    """Nothing is left that could be pushed."""
    await settles(anna)
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    sounds = anna.notifications
    await clock.advance(days=2)
    assert anna.notifications == sounds


async def test_a_push_comes_once_also_across_a_restart(anna: Somebody, clock: WorldClock, bot: BotHere) -> None:
    """The slot is in the database: starting anew within its minute sends nothing more, and the buttons work."""
    await settles(anna)
    await until(clock, "03-02", "20:00")
    seen = anna.sees_all()
    await bot.restart()
    await clock.advance(seconds=30)
    await bot.restart()
    assert anna.sees_all() == seen
    assert (await anna.taps("Show answer")).text == PERU_SHOWN


async def test_a_tap_on_an_earlier_push_says_so(anna: Somebody, clock: WorldClock) -> None:
    """A client that still shows its button gets one friendly line, and nothing is graded."""
    await settles(anna)
    await until(clock, "03-02", "20:00")
    old = anna.message()
    await until(clock, "03-03", "20:00")
    await anna.taps_old(old, "Show answer")
    assert anna.toast == "This card is no longer asked; here is the present one."
    assert anna.sees() == PERU


async def test_two_hundred_pushes_at_once_all_arrive_once(
    playground: Playground, anna: Somebody, clock: WorldClock
) -> None:
    """At Telegram's pace all of them come within ten seconds, each once, and who taps meanwhile is answered."""
    people = [playground.person(f"Learner {number}") for number in range(200)]
    playground.world.flood.on = False
    await _wish_for_eight(playground, people)
    await anna.sends("/start")
    await anna.taps("Capitals")
    sounds = [somebody.notifications for somebody in people]
    playground.world.flood.on = True
    began = clock.now().replace(hour=20)
    clock.move_to(began)
    query = acts.tap(playground.world, anna.person, anna.chat, anna.message().id, anna.press("Show answer")[1].data)
    await heard(playground, query.update_id)
    assert "Paris" in anna.sees().text
    assert _arrived(people, sounds) < 200, "the tap did not have to wait for all pushes"
    while _arrived(people, sounds) < 200 and clock.now() < began + timedelta(seconds=30):
        await clock.advance(seconds=1)
    assert clock.now() <= began + timedelta(seconds=10)
    await clock.advance(minutes=1)
    assert [somebody.notifications - before for somebody, before in zip(people, sounds, strict=True)] == [1] * 200


async def test_pushes_that_come_to_nothing_and_those_whose_calls_hang(
    playground: Playground, bot: BotHere, clock: WorldClock
) -> None:
    """Who was just here takes neither leave nor place from who was not. Told to end while calls hang, these arrive, and
    those that waited for a place come in the next life: each once.
    """
    people = [playground.person(f"Learner {number}") for number in range(AT_ONCE + 7)]
    playground.world.flood.on = False
    await _wish_for_eight(playground, people)
    at = clock.now().replace(hour=20)
    await clock.move_to(at - timedelta(minutes=2))
    await _tap_eight(playground, people[:-1])
    sounds = [somebody.notifications for somebody in people]
    await clock.move_to(at)
    assert [_arrived(people, sounds), _arrived(people[-1:], sounds[-1:])] == [1, 1]
    bot.rates = NONE
    await bot.restart()
    slow = playground.faults.add("sendMessage", "before", "timeout", times=len(people))
    clock.move_to(at + timedelta(days=1))
    await playground.called.until(lambda: slow.met == AT_ONCE, 10)
    stopping = asyncio.create_task(bot.stop())
    await turns()
    slow.release()
    await stopping
    assert _arrived(people, sounds) == AT_ONCE + 1
    await bot.start()
    await clock.advance(minutes=1)
    came = [somebody.notifications - before for somebody, before in zip(people, sounds, strict=True)]
    assert came == [*[1] * (len(people) - 1), 2]


def _arrived(people: list[Somebody], sounds: list[int]) -> int:
    return sum(somebody.notifications - before for somebody, before in zip(people, sounds, strict=True))


async def _wish_for_eight(playground: Playground, people: list[Somebody]) -> None:
    """All of them subscribe and choose 20:00 at once, with what their buttons would send."""
    for number, somebody in enumerate(people, 1):
        somebody.sends_unheard("/start deck_capitals")
        update = somebody.sends_unheard("/settings")
        if number % 10 == 0 or somebody is people[-1]:
            await heard(playground, update)
            await playground.clock.advance(seconds=1)
    await _tap_eight(playground, people)


async def _tap_eight(playground: Playground, people: list[Somebody]) -> None:
    for somebody in people:
        tap = buttons.SetHour(20 * 60, True).pack()
        update = acts.tap(playground.world, somebody.person, somebody.chat, somebody.message().id, tap).update_id
    await heard(playground, update)


async def test_a_group_gets_its_card_at_its_hour(anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """The push closes the turn before it, answer and all, and puts the next card to everybody."""
    group = anna.playground.group("Study", [anna, ben], with_bot=False)
    await _study_group(group, anna)
    await anna.sends("/quiz", group)
    await clock.move_to(clock.now().replace(hour=20))
    before, push = group.sees_all()[-2:]
    assert before.labels == ["Next card"]
    assert push.labels == ["Show answer"]
    assert push.text.endswith("Nobody has looked yet")
    assert "Capitals" in push.text


async def _study_group(group: Group, admin: Somebody) -> None:
    await group.adds_bot(admin)
    await admin.taps("Capitals", chat=group)
    await admin.sends("/settings", group)
    await admin.taps("Hours", "20:00", "Back", "Done", chat=group)
