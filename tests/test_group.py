"""A study group from being added to the closed card."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FRANCE, KENYA, PERU, PICK, WELCOME, answered, asked, edits_of
from tests.people import CAPITALS, BotHere, Group, Somebody, screen_of

STILL = "This card is still open. Another can come in {} seconds."


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone."""
    return "10.1"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A deck of questions, and one of statements between which two questions stand."""
    mixed = "The sea is salty.;\nHow many legs has a fly?;Six\nIron rusts.;\nHow many has a spider?;Eight\n"
    return {"capitals.txt": CAPITALS, "nature.txt": mixed}


async def test_who_adds_the_bot_reads_how_to_begin(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """Added to a group, the bot says what it does and how to begin, once."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    assert await group.adds_bot(ben) == screen_of(WELCOME, "[Capitals · 5]", "[Nature · 4]")
    assert len(group.messages()) == 1


async def test_quiz_without_a_deck_offers_the_decks(playground: Playground, anna: Somebody, ben: Somebody) -> None:
    """/quiz without a deck offers the decks; an administrator's tap chooses and the first card stands there."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    assert await ben.sends("/quiz", group) == screen_of(PICK, "[Capitals · 5]", "[Nature · 4]")
    assert await ben.taps("Capitals", chat=group) == screen_of(PICK, "[Capitals · 5]", "[Nature · 4]")
    assert ben.toast == "Only administrators of this group can do that."
    assert await anna.taps("Capitals", chat=group) == asked(FRANCE)
    assert len(group.messages()) == 2


async def test_a_turn_from_question_to_answer(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Everybody looks and grades alone, the group sees a tally, and after its time the answer stands there."""
    assert await ben.sends("/quiz", group) == asked(FRANCE)
    assert await ben.taps("Show answer", chat=group) == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    assert (ben.toast, ben.is_alert) == ("Paris", True)
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."
    await cleo.taps("Show answer", "Again", chat=group)
    assert cleo.toast == "Again, back in 1 minute."
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 2 knew it")


async def test_next_card_puts_another(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Under the closed card, Next card puts the next one in a new message; the old one stays as it is."""
    await ben.sends("/quiz", group)
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")
    assert await cleo.taps("Next card", chat=group) == asked(PERU)
    assert group.sees_all()[-2] == answered(FRANCE, "Paris", "Nobody graded it")


async def test_next_card_twice_in_a_hurry_is_one(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """A second tap on Next card ends nothing: it says that the card it brought is open."""
    await ben.sends("/quiz", group)
    await clock.advance(minutes=10)
    await ben.tap_twice("Next card", chat=group)
    assert group.sees_all()[-2:] == [answered(FRANCE, "Paris", "Nobody graded it"), asked(PERU)]
    assert ben.toasts == [STILL.format(60)]


async def test_two_members_ask_for_the_next_card_at_once(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, playground: Playground
) -> None:
    """Two members tap Next card in the same moment: one card is put."""
    await ben.sends("/quiz", group)
    await clock.advance(minutes=10)
    for update in [somebody.taps_unheard("Next card", chat=group) for somebody in (ben, cleo)]:
        await heard(playground, update)
    assert [each.text.split("\n\n")[1] for each in group.sees_all()[-2:]] == [f"{FRANCE}\n─────\nParis", PERU]
    assert sorted([ben.toast, cleo.toast]) == ["", STILL.format(60)]


async def test_quiz_points_to_the_open_turn(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """While a card is open another member's /quiz is answered with a reply to it; after a minute it puts the next."""
    await ben.sends("/quiz", group)
    turn = group.message()
    await clock.advance(seconds=18)
    assert await cleo.sends("/quiz", group) == screen_of(STILL.format(42))
    assert group.message().reply_to == turn.id
    await clock.advance(seconds=42)
    assert await cleo.sends("/quiz", group) == asked(PERU)
    assert group.sees_all()[-3] == answered(FRANCE, "Paris", "Nobody graded it")


async def test_who_began_a_turn_may_end_it(group: Group, ben: Somebody) -> None:
    """The one who began the open turn gets another at once; the old one is closed and shows its answer."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Easy", chat=group)
    assert await ben.sends("/quiz", group) == asked(PERU)
    assert group.sees_all()[-2] == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_quiz_of_a_deck(group: Group, anna: Somebody, ben: Somebody) -> None:
    """/quiz DECK narrows to one of the group's decks; one that it has not is offered."""
    assert await ben.sends("/quiz nature", group) == screen_of(PICK, "[✓ Capitals · 5]", "[Nature · 4]")
    await anna.taps("Nature", chat=group)
    assert anna.toast == "Subscribed"
    assert group.sees() == asked("How many legs has a fly?", deck="Nature")
    assert await anna.sends("/quiz capitals", group) == asked(FRANCE)
    assert (await anna.sends("/quiz physics", group)).text == PICK
    assert await anna.taps("✓ Nature", chat=group) == screen_of(
        "This group studies Capitals and Nature. /quiz puts a card to everybody.",
        "[✓ Capitals · 5]",
        "[✓ Nature · 4]",
    )


async def test_a_number_may_name_a_groups_deck(group: Group, anna: Somebody, bot: BotHere) -> None:
    """Where the group has a deck of that very name a number means it; any other is a card like all."""
    (bot.decks_dir / "orwell.txt").write_text("#deck:1984\nWho watches?;Big Brother\n", "utf-8")
    await bot.restart()
    await anna.sends("/decks", group)
    await anna.taps("1984", chat=group)
    assert await anna.sends("/quiz 1984", group) == asked("Who watches?", deck="1984")
    assert await anna.sends("/quiz 1985", group) == asked(FRANCE)


async def test_statements_are_not_put(group: Group, anna: Somebody) -> None:
    """Of a deck with statements a group gets the questions alone, each once a day."""
    await anna.sends("/decks", group)
    await anna.taps("✓ Capitals", "Nature", chat=group)
    fronts = [(await anna.sends("/quiz", group)).text.split("\n\n")[1] for _ in range(2)]
    assert fronts == ["How many legs has a fly?", "How many has a spider?"]
    assert await anna.sends("/quiz", group) == screen_of(
        "Every card of this group's decks was put today. More tomorrow."
    )


async def test_who_has_not_looked(group: Group, ben: Somebody, cleo: Somebody) -> None:
    """A grade by who has not looked is answered "Look first" and counts for nothing."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await cleo.taps("Easy", chat=group)
    assert cleo.toast == "Look first"
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)


async def test_a_second_grade_changes_nothing(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """The first grade of a member counts, whatever they tap after it."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Again", "Good", "Show answer", "Easy", chat=group)
    assert ben.toasts == ["Paris", "Again, back in 1 minute.", *["Already graded: Again."] * 1, "Paris", ben.toast]
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · 0 knew it", grades=True)


async def test_a_grade_tapped_twice_at_once(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Two taps in the same moment are one grade."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await ben.tap_twice("Good", chat=group)
    assert ben.toasts[1:] == ["Good, back in 10 minutes.", "Already graded: Good."]
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_a_late_tap_says_so(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Whatever is tapped on a card that is closed is answered with one line, and the tally stays."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    message = group.message()
    await clock.advance(minutes=10)
    for somebody, label in ((ben, "Show answer"), (cleo, "Show answer"), (cleo, "Easy")):
        await somebody.taps_old(message, label)
        assert somebody.toast == "This card is closed; its answer stands in the group for all."
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_who_looked_in_time_may_grade_until_the_next_card(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """A grade that comes after the end is that member's own, the tally stays; with the next card it is too late."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", chat=group)
    message = group.message()
    await clock.advance(minutes=10)
    await ben.taps_old(message, "Good")
    assert ben.toast == "Good, back in 10 minutes."
    await clock.advance(seconds=30)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")
    await ben.sends("/quiz", group)
    await cleo.taps_old(message, "Good")
    assert cleo.toast == "This card is closed; its answer stands in the group for all."


async def test_it_closes_when_all_who_usually_take_part_have_graded(
    group: Group, ben: Somebody, cleo: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """The first turn closes at its time; the next as soon as all who graded the first did, and after 20 s at least."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=599)
    assert "Show answer" in group.sees().labels
    await clock.advance(seconds=1)
    assert group.sees() == answered(FRANCE, "Paris", "2 of 2 knew it")

    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await cleo.taps("Show answer", "Again", chat=group)
    await clock.advance(seconds=19)
    assert group.sees() == asked(PERU, "2 looked · 1 knew it", grades=True)
    await anna.taps("Show answer", chat=group)
    await clock.advance(seconds=1)
    assert group.sees() == answered(PERU, "Lima", "1 of 2 knew it")

    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await clock.advance(seconds=30)
    assert group.sees() == asked(KENYA, "1 looked · 1 knew it", grades=True)
    await cleo.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=3)
    assert group.sees() == answered(KENYA, "Nairobi", "2 of 2 knew it")


async def test_who_stopped_taking_part_is_not_waited_for(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Who graded in two of the last five turns keeps the next one open no longer."""
    await anna.sends("/decks", group)
    await anna.taps("Nature", chat=group)
    for number in range(5):
        await ben.sends("/quiz", group)
        await ben.taps("Show answer", "Good", chat=group)
        if number < 2:
            await cleo.taps("Show answer", "Good", chat=group)
        await clock.advance(seconds=20)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    await clock.advance(seconds=20)
    assert group.sees().labels == ["Next card"]


async def test_the_groups_own_time(group: Group, anna: Somebody, clock: WorldClock) -> None:
    """A turn is open for as long as the group's settings say."""
    await anna.sends("/settings", group)
    await anna.taps("Limits", "2 min", "Back", chat=group)
    assert group.sees().text.endswith("A card stays open for 2 minutes")
    await anna.sends("/quiz", group)
    await clock.advance(seconds=119)
    assert group.sees() == asked(FRANCE)
    await clock.advance(seconds=1)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_thirty_members_at_once(playground: Playground, anna: Somebody, clock: WorldClock) -> None:
    """Thirty who look and grade in a moment are a handful of edits, and what is shown in the end is the last state."""
    members = [playground.person(f"Member {number}") for number in range(30)]
    group = playground.group("Study group", [anna, *members], with_bot=False)
    await group.adds_bot(anna)
    await anna.taps("Capitals", chat=group)
    await anna.sends("/quiz", group)
    before = edits_of(playground, group)
    await members[0].taps("Show answer", chat=group)
    for label in ("Show answer", "Good"):
        updates = [somebody.taps_unheard(label, chat=group) for somebody in members]
        await asyncio.gather(*(heard(playground, update) for update in updates))
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "30 looked · 30 knew it", grades=True)
    assert edits_of(playground, group) - before <= 4


async def test_a_tally_that_waits_is_drawn_when_the_bot_stops(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere
) -> None:
    """What was to be drawn in a moment stands there when the bot is stopped before."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    await bot.stop()
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)


async def test_a_tap_in_the_air_when_the_bot_stops_is_in_the_tally(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, playground: Playground
) -> None:
    """What is done while the bot ends is seen in the group, too."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> None:
        began.set()
        await goes_on.wait()

    playground.faults.add("answerCallbackQuery", "before", "call", hook=slow)
    cleo.taps_unheard("Show answer", chat=group)
    await began.wait()
    stopping = asyncio.create_task(bot.stop())
    polled = playground.world.updates
    assert await polled.polled.until(lambda: not polled.is_polled, 5)
    goes_on.set()
    await stopping
    assert group.sees() == asked(FRANCE, "2 looked · nobody graded yet", grades=True)


async def test_a_closed_turn_that_could_not_be_drawn_is_drawn_later(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Telegram is away at the moment at which the turn's time is over; when it is back the answer stands there."""
    await ben.sends("/quiz", group)
    away = playground.faults.add("editMessageText", times=5)
    await clock.advance(minutes=10)
    for _ in range(3):
        await clock.advance(seconds=4)
    assert away.times == 0
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_a_tally_that_may_not_have_arrived_is_drawn_again(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """Nobody else looks, and when Telegram is back the tally is right all the same."""
    await ben.sends("/quiz", group)
    away = playground.faults.add("editMessageText", times=5)
    update = ben.taps_unheard("Show answer", chat=group)
    for _ in range(4):
        await clock.advance(seconds=4)
    await heard(playground, update)
    assert away.times == 0
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)


async def test_a_flood_in_one_group_keeps_no_push_waiting(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """While Telegram lets nothing more into one group, another gets its card, and the tally follows at last."""
    other = playground.group("Other group", [anna, ben], with_bot=False)
    await other.adds_bot(anna)
    await anna.taps("Capitals", chat=other)
    await anna.sends("/settings", other)
    await anna.taps("Hours", "12:00", chat=other)
    await clock.move_to(datetime(2026, 3, 2, 11, 59, 50, tzinfo=UTC))
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await cleo.taps("Show answer", "Good", chat=group)
    playground.faults.add("editMessageText", status=429, retry_after=60, chat_id=group.id)
    await clock.advance(seconds=5)
    await clock.advance(seconds=5)
    assert FRANCE in other.sees().text
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet", grades=True)
    await clock.advance(seconds=60)
    assert group.sees() == asked(FRANCE, "2 looked · 1 knew it", grades=True)


async def test_members_are_heard_side_by_side(
    group: Group, ben: Somebody, cleo: Somebody, playground: Playground
) -> None:
    """While Telegram is slow with Ben's tap, Cleo gets her answer."""
    await ben.sends("/quiz", group)
    began, goes_on = asyncio.Event(), asyncio.Event()

    async def slow(_: object) -> None:
        began.set()
        await goes_on.wait()

    playground.faults.add("answerCallbackQuery", "before", "call", hook=slow)
    update = ben.taps_unheard("Show answer", chat=group)
    await began.wait()
    cleo.taps_unheard("Show answer", chat=group)
    await playground.world.changed.until(lambda: bool(cleo.answers), 5)
    assert cleo.toast == "Paris"
    assert not ben.answers
    goes_on.set()
    await heard(playground, update)
    assert ben.toast == "Paris"


async def test_a_repeated_update_changes_nothing(
    group: Group, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """What Telegram delivers again, because it did not hear that it was done, is done once."""
    update = ben.sends_unheard("/quiz", group)
    await heard(playground, update)
    await ben.taps("Show answer", chat=group)
    grade = ben.taps_unheard("Good", chat=group)
    await heard(playground, grade)
    for number in (update, grade):
        playground.redeliver(number)
        await heard(playground, number)
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_a_card_goes_on_after_a_restart(group: Group, ben: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """Every button of a group's card works after a restart, and the card closes at its time."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    await bot.restart()
    await ben.taps("Good", chat=group)
    assert ben.toast == "Good, back in 10 minutes."
    await bot.stop()
    clock.advance(minutes=15)
    await bot.start()
    await clock.advance(seconds=4)
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")


async def test_the_menu_of_a_group(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Members see the commands for all, administrators the settings, too."""
    assert ben.menu_in(group) == ["/quiz", "/round", "/decks", "/board", "/me", "/join", "/leave", "/help"]
    assert sorted(anna.menu_in(group)) == sorted([*ben.menu_in(group), "/settings"])
    helped = await ben.sends("/help", group)
    assert helped.text.startswith("A card is put to everybody.")
