"""A study group from being added to the closed card."""

from datetime import UTC, datetime

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.groups import FRANCE, PERU, PICK, WELCOME, answered, asked
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


async def test_statements_are_not_put(group: Group, anna: Somebody, clock: WorldClock) -> None:
    """Of a deck with statements a group gets the questions alone, each once a day."""
    await anna.sends("/decks", group)
    await anna.taps("✓ Capitals", "Nature", chat=group)
    fronts = [(await anna.sends("/quiz", group)).text.split("\n\n")[1] for _ in range(2)]
    assert fronts == ["How many legs has a fly?", "How many has a spider?"]
    assert await anna.sends("/quiz", group) == screen_of(
        "Every card of this group's deck was put today. More tomorrow."
    )
    await anna.sends("/decks", group)
    await anna.taps("Capitals", chat=group)
    await clock.move_to(datetime(2026, 3, 3, 2, 18, tzinfo=UTC))
    nothing = screen_of("Every card of this deck was put today. More from 04:00.")
    assert await anna.sends("/quiz nature", group) == nothing


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


async def test_the_menu_of_a_group(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Members see the commands for all, administrators the settings, too."""
    assert ben.menu_in(group) == ["/quiz", "/round", "/decks", "/board", "/me", "/join", "/leave", "/help"]
    assert sorted(anna.menu_in(group)) == sorted([*ben.menu_in(group), "/settings"])
    helped = await ben.sends("/help", group)
    assert helped.text.startswith("A card is put to everybody.")
