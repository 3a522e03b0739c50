"""What a member can do with a group's card by ⋯, seen by nobody else."""

import pytest

from bot.chat import buttons
from bot.playground.clock import WorldClock
from bot.playground.server import Playground
from tests.groups import FIRST_WORD, FRANCE, KENYA, PERU, answered, asked, edits_of, log_of
from tests.notebook import notebook
from tests.people import CAPITALS, BotHere, Group, Screen, Somebody, screen_of
from tests.test_flip import CLOSED, FOUR, GOOD, GOOD_1, PARIS
from tests.test_imports import RIVERS, done, sent
from tests.test_sharing import payload

MENU = screen_of(FRANCE, "[Suspend] [Bury today]", "[Deck] [History]", "[Back]")
ANSWER = f"{FRANCE}\n─────\nParis"
MENU_SHOWN = screen_of(ANSWER, "[Suspend] [Bury today]", "[Mark as wrong] [Deck]", "[History] [Back]")
NO_MORE = "This card is no longer asked"
NILE = "Longest river?\n─────\nNile"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """The capitals, a deck whose card has a hint, and one whose card is too long for a message."""
    hinted = (
        "#html:true\nHighest mountain?<details><summary>Help</summary>In Asia</details>;Everest\nDeepest lake?;Baikal\n"
    )
    return {
        "capitals.txt": CAPITALS,
        "earth.txt": hinted,
        "ships.txt": f"What is an anchor for?;{'It holds. ' * 600}\n",
    }


async def test_before_looking(group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, clock: WorldClock) -> None:
    """It stands in place of the card for Ben alone, with nothing of the back; Back shows the card, untouched."""
    await ben.sends("/quiz", group)
    assert group.sees().menu
    assert await ben.taps("⋯", chat=group) == MENU
    assert ben.toast == ""
    history = f"{FRANCE}\n\nYour progress: new\n\nNext: Again 1m, Hard 6m, Good 10m, Easy 7d\nNever graded."
    assert await ben.taps("History", chat=group) == screen_of(history, "[Suspend] [Bury today]", "[Deck] [Back]")
    assert cleo.sees(group) == group.sees() == asked(FRANCE)
    assert await ben.taps("Back", chat=group) == asked(FRANCE)
    with notebook(bot) as db:
        assert db.execute("select ephemeral_id from present").fetchone()[0] is None, "nothing more is to be taken away"
    assert await ben.taps("Show answer", chat=group) == PARIS
    await clock.advance(seconds=4)
    assert group.sees() == asked(FRANCE, "1 looked · nobody graded yet")
    assert log_of(bot) == []


async def test_under_the_answer(group: Group, ben: Somebody, clock: WorldClock, playground: Playground) -> None:
    """It opens in the same message and leads back to the grades; nothing that all see is changed by it."""
    await ben.sends("/quiz", group)
    assert await ben.taps("Show answer", chat=group) == PARIS
    assert ben.sees(group).menu
    await clock.advance(seconds=4)
    edits = edits_of(playground, group)
    assert await ben.taps("⋯", chat=group) == MENU_SHOWN
    assert (await ben.taps("History", chat=group)).text.startswith(f"{ANSWER}\n\nYour progress: new\n\nNext: Again 1m")
    assert await ben.taps("Back", chat=group) == PARIS
    await clock.advance(seconds=30)
    assert edits_of(playground, group) == edits
    assert await ben.taps("Good", chat=group) == GOOD
    assert not ben.sees(group).menu
    # The app forgot it: who has graded finds it under the group's message, and goes back to what they graded.
    ben.restarts_app()
    assert (await ben.taps("⋯", chat=group)).text == ANSWER
    assert await ben.taps("Back", chat=group) == GOOD
    await clock.advance(minutes=10)
    assert ben.sees(group) == GOOD_1
    assert group.sees() == answered(FRANCE, "Paris", "1 of 1 knew it")
    assert not group.sees().menu


async def test_put_aside_for_one_alone(
    group: Group, ben: Somebody, cleo: Somebody, bot: BotHere, clock: WorldClock
) -> None:
    """Suspended or buried it counts for Ben alone, also where he studies the deck himself, and is taken up again."""
    await ben.starts("deck_capitals")
    assert FRANCE in ben.sees().text
    await ben.sends("/quiz", group)
    await ben.taps("⋯", chat=group)
    shown = await ben.taps("Suspend", chat=group)
    assert shown == screen_of(f"{FRANCE}\n\nYour progress: suspended", "[Take up again] [Deck]", "[History] [Back]")
    assert ben.toast == "Suspended for you alone, until you take it up again."
    assert ben.sees().text == f"Capitals · 1/5\n\n{PERU}", "where the card was asked, too, another stands"
    assert cleo.sees(group) == group.sees() == asked(FRANCE)
    assert await ben.taps("Take up again", chat=group) == MENU
    assert (await ben.taps("Bury today", chat=group)).text == f"{FRANCE}\n\nYour progress: new · rests until tomorrow"
    with notebook(bot) as db:
        rows = db.execute("select learner_id, card_id, suspended_at, buried_day is null from aside").fetchall()
        assert [tuple(row) for row in rows] == [(ben.id, 1, None, 0)]
    assert (await cleo.taps("⋯", chat=group)) == MENU
    await clock.advance(minutes=10)
    assert group.sees() == answered(FRANCE, "Paris", "Nobody graded it")


async def test_suspended_in_private(group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock) -> None:
    """Who looks at it in the group all the same reads that it does not come back by itself; the menu has what is so."""
    await ben.starts("deck_capitals")
    await ben.sends("/quiz", group)
    await ben.taps("⋯", "Suspend")
    assert await ben.taps("⋯", chat=group) == screen_of(
        f"{FRANCE}\n\nYour progress: suspended", "[Take up again] [Deck]", "[History] [Back]"
    )
    await ben.taps("Back", "Show answer", "Good", chat=group)
    assert ben.sees(group) == screen_of(
        "Good. The card is suspended for you: it comes back when you take it up again.", "[Undo] [Next card]"
    )
    assert await cleo.taps("Show answer", "Good", chat=group) == GOOD


@pytest.mark.parametrize("server", ["10.1"])
async def test_suspended_in_private_in_the_toast(group: Group, ben: Somebody) -> None:
    """The same where a group has nothing for one alone."""
    await ben.starts("deck_capitals")
    await ben.taps("⋯", "Suspend")
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "Good", chat=group)
    assert ben.toast == "Good. The card is suspended for you: it comes back when you take it up again."


async def test_who_put_it_aside_is_not_waited_for(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """As who graded, and until it is taken up again; the last of those who are waited for ends the card so."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await cleo.taps("⋯", "Bury today", chat=group)
    await clock.advance(seconds=10)
    await cleo.taps("Take up again", chat=group)
    await clock.advance(seconds=20)
    assert group.sees() == asked(PERU, "1 looked · 1 knew it")
    await cleo.taps("Suspend", chat=group)
    end = answered(PERU, "Lima", "1 of 1 knew it")
    assert (cleo.toast, group.sees()) == ("Suspended for you alone, until you take it up again.", end)
    assert cleo.sees(group) == end, "what covered it is taken away"
    await clock.advance(minutes=1)
    # 20 seconds are for slow readers, whoever is ready.
    await ben.taps("Next card", "Show answer", "⋯", "Bury today", chat=group)
    await cleo.taps("⋯", "Bury today", chat=group)
    await clock.advance(seconds=19)
    assert group.sees() == asked(KENYA, "1 looked · nobody graded yet")
    await clock.advance(seconds=1)
    assert group.sees() == answered(KENYA, "Nairobi", "Nobody graded it")


async def test_nor_is_who_put_it_aside_in_private(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """The group's card looks at that by the next tick, also where it is taken back."""
    await ben.sends("/quiz", group)
    for somebody in (ben, cleo):
        await somebody.taps("Show answer", "Good", chat=group)
    await clock.advance(minutes=10)
    await ben.taps("Next card", "Show answer", "Good", chat=group)
    await cleo.starts("deck_capitals")
    assert PERU in (await cleo.taps("⋯")).text
    await cleo.taps("Suspend")
    await clock.advance(seconds=10)
    await cleo.taps("Undo")
    await clock.advance(seconds=20)
    assert group.sees() == asked(PERU, "1 looked · 1 knew it")
    await cleo.taps("⋯", "Bury today")
    await clock.advance(seconds=1)
    assert group.sees() == answered(PERU, "Lima", "1 of 1 knew it")


async def test_a_hint_helps_before_looking_only(group: Group, anna: Somebody, ben: Somebody) -> None:
    """It is unfolded for Ben alone; who has looked needs none."""
    await anna.sends("/decks", group)
    await anna.taps("Earth", "✓ Capitals", chat=group)
    await ben.sends("/quiz", group)
    assert "Hint" in (await ben.taps("⋯", chat=group)).labels
    assert (await ben.taps("Hint", chat=group)).text == "Highest mountain?\n\nHelp\n\nIn Asia"
    assert "Hint" not in ben.sees(group).labels
    await ben.taps("Back", "Show answer", "⋯", chat=group)
    assert "Everest" in ben.sees(group).text
    assert "Hint" not in ben.sees(group).labels


async def test_the_history_of_a_card_too_long_for_a_message(group: Group, anna: Somebody, ben: Somebody) -> None:
    """It is seen without leafing, in the group and in private."""
    await anna.sends("/decks", group)
    await anna.taps("Ships", "✓ Capitals", chat=group)
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", "⋯", chat=group)
    past = (await ben.taps("History", chat=group)).text
    assert past.startswith("Your progress: new\n\nNext: Again 1m, Hard 6m, Good 10m")
    assert past.endswith("Never graded.")
    assert (await ben.taps("Back", chat=group)).text.startswith("What is an anchor for?\n─────\nIt holds.")
    await ben.starts("deck_ships")
    assert (await ben.taps("Show answer", "⋯", "History")).text.endswith(past.replace("\n\n", "\n"))


async def test_a_card_that_is_theirs_nowhere_else(
    group: Group, anna: Somebody, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Its owner is told once that it is wrong, and mends it in private; a member finds no way into the deck."""
    await sent(anna, RIVERS, "rivers.txt")
    await done(anna, "Import")
    await anna.taps("Rivers", "Share a link")
    await anna.sends(f"/start {payload(anna)}", group)
    await anna.sends("/decks", group)
    await anna.taps("✓ Capitals", chat=group)
    await ben.sends("/quiz", group)
    assert (await ben.taps("⋯", chat=group)).labels == ["Suspend", "Bury today", "History", "Back"]
    await ben.taps("Back", "Show answer", chat=group)
    assert (await ben.taps("⋯", chat=group)).labels == ["Suspend", "Bury today", "Mark as wrong", "History", "Back"]
    assert ben.sees(group).text == NILE
    assert "Mark as wrong" not in (await ben.taps("Mark as wrong", chat=group)).labels
    assert ben.toast == "Thank you. Who can mend it is told, without your name."
    assert anna.sees().text.startswith("Somebody says that this card is wrong:\n\nRivers\n\nLongest river?")
    assert "Ben" not in anna.sees().text
    told = len(anna.sees_all())
    turn = group.message()
    menu = next(data for row in turn.rows for button in row if (data := button.data).startswith("gk:"))
    alone = ben.view(group).message()
    await ben.taps_data(alone, menu.replace("open", "wrong"))
    assert (ben.toast, len(anna.sees_all())) == ("You have said so before. Thank you.", told)
    for choice, said in (("deck", "That is not in the decks"), ("edit", "Only who owns the deck")):
        await ben.taps_data(alone, menu.replace("open", choice))
        assert (await ben.follows()).text.startswith(said)
    await clock.advance(minutes=1)
    # Cleo has not looked, whatever her client sends.
    await cleo.taps("⋯", chat=group)
    await cleo.taps_data(cleo.view(group).message(), menu.replace("open", "wrong"))
    assert cleo.toast == "Look first"
    # Who owns it edits it where nobody else sees that.
    assert "Edit" in (await anna.taps("⋯", chat=group)).labels
    assert "Mark as wrong" not in anna.sees(group).labels
    await anna.taps("Edit", chat=group)
    shown = await anna.follows()
    assert shown == screen_of("Rivers\n\nLongest river?\n\nWhich side?", "[Front side] [Back side]", "[Cancel]")
    await anna.taps("Front")
    await anna.sends("Which river is the longest?")
    await anna.taps("Save")
    assert "Which river is the longest?" in (await cleo.taps("History", chat=group)).text
    assert ben.sees() == screen_of("The card that you marked as wrong was mended: Which river is the longest?")


async def test_over_for_all_it_is_over_for_each(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock, bot: BotHere
) -> None:
    """Once the card is closed a choice is answered in words; what covered its end is taken away, late grades stay."""
    await ben.sends("/quiz", group)
    turn = group.message()
    await ben.taps("⋯", chat=group)
    await cleo.taps("Show answer", "⋯", chat=group)
    await clock.advance(minutes=10)
    await clock.advance(seconds=1)
    end = answered(FRANCE, "Paris", "Nobody graded it")
    assert ben.sees(group) == group.sees() == end
    assert (await cleo.taps("Suspend", chat=group)).rows == screen_of("", *FOUR).rows
    assert cleo.toast == CLOSED
    await cleo.taps("Again", chat=group)
    await ben.taps_data(turn, buttons.GroupMenu(1, "open").pack())
    assert (ben.toast, ben.sees(group)) == (CLOSED, end)
    with notebook(bot) as db:
        assert db.execute("select count(*) from aside").fetchone()[0] == 0


async def test_who_left_is_shown_nothing_more(group: Group, ben: Somebody, cleo: Somebody, bot: BotHere) -> None:
    """Neither by the link nor by what a client sends; who only takes part no longer is still there."""
    await ben.sends("/quiz", group)
    turn = group.message()
    await ben.taps("Show answer", chat=group)
    alone = ben.view(group).message()
    await ben.sends("/leave", group)
    await ben.taps_data(alone, "gk:1:open")
    assert MENU_SHOWN in ben.sees_all(group)
    for _ in range(18):
        await ben.taps_data(turn, "gk:2:open")
    assert await cleo.taps("⋯", chat=group) == MENU, "what opens nothing costs nothing of the group's pace"
    await cleo.sends("/start")
    await group.loses(cleo)
    assert (await cleo.starts("menu_1")).text.startswith(NO_MORE)
    for data in ("gk:1:open", "gk:1:suspend", "gk:1:back"):
        await cleo.taps_data(cleo.message(), data)
        assert cleo.toast.startswith(NO_MORE)
    # What no button there holds: another choice under what all see, another turn, what is no choice.
    for message, data in ((turn, "gk:1:suspend"), (turn, "gk:2:open"), (alone, "gk:2:bury"), (alone, "gk:1:erase")):
        await ben.taps_data(message, data)
        assert ben.toast.startswith(NO_MORE)
    with notebook(bot) as db:
        assert db.execute("select count(*) from aside").fetchone()[0] == 0
        assert [row[0] for row in db.execute("select learner_id from present").fetchall()] == [ben.id]


async def test_what_covers_the_card_of_who_is_forgotten_goes(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """At the next tap under it, the menu or an answer; so does the menu of who left and came back."""
    await ben.sends("/quiz", group)
    await cleo.taps("⋯", chat=group)
    await ben.taps("Show answer", chat=group)
    await clock.advance(minutes=1)
    for somebody, label in ((cleo, "Suspend"), (ben, "Good")):
        await somebody.sends("/forget")
        await somebody.taps("Erase everything")
        assert await somebody.taps(label, chat=group) == group.sees()
        assert somebody.toast.startswith(NO_MORE)
    await clock.advance(minutes=1)
    await ben.taps("Show answer", "Good", chat=group)
    await ben.sends("/forget")
    await ben.taps("Erase everything")
    assert await ben.taps("Undo", chat=group) == group.sees()
    assert ben.toast == "I know nothing about you. /start begins anew."
    await clock.advance(minutes=1)
    await cleo.taps("⋯", chat=group)
    await group.loses(cleo)
    await group.adds(cleo)
    assert await cleo.taps("Back", chat=group) == group.sees()
    assert await cleo.taps("⋯", chat=group) == MENU


async def test_no_menu_while_a_rounds_clock_runs(group: Group, ben: Somebody, clock: WorldClock) -> None:
    """Neither under the card nor under its answer, whatever a client sends."""
    await ben.sends("/round", group)
    await ben.taps("Start", chat=group)
    await clock.advance(seconds=31)
    assert FRANCE in group.sees().text
    assert not group.sees().menu
    await ben.taps("Show answer", chat=group)
    assert "Paris" in ben.sees(group).text
    assert not ben.sees(group).menu
    for message in (group.message(), ben.view(group).message()):
        await ben.taps_data(message, buttons.GroupMenu(1, "open").pack())
        assert ben.toast.startswith(NO_MORE)


async def test_it_goes_into_the_private_chat_where_the_pace_is_used_up(
    group: Group, ben: Somebody, cleo: Somebody, clock: WorldClock
) -> None:
    """Nobody waits for the group's minute: the same menu stands in private, for who tapped in the group."""
    await ben.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    for _ in range(12):
        await ben.taps("Back" if "Back" in ben.sees(group).labels else "⋯", chat=group)
        assert ben.answers[-1].url == ""
    await ben.taps("⋯", chat=group)
    assert await ben.follows() == screen_of(f"{FIRST_WORD}Capitals · from your group\n\n{ANSWER}", *_rows(MENU_SHOWN))
    await cleo.taps("⋯", chat=group)
    shown = await cleo.follows()
    assert shown.text == f"{FIRST_WORD}Capitals · from your group\n\n{FRANCE}"
    assert _rows(shown) == ["[Suspend] [Bury today]", "[Deck] [History]"]
    await clock.advance(minutes=1)
    assert await ben.taps("⋯", chat=group) == MENU_SHOWN


def _rows(screen: Screen) -> list[str]:
    """Its buttons, as they are written."""
    return [" ".join(f"[{label}]" for label in row) for row in screen.rows]
