"""/quiz by a name: that of a tree of decks means all of it, one that fits several decks is asked about."""

import pytest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.people import screen_of

DECKS = "Biology::Cells", "Biology::Plants", "Physics of cells", "Physics of plants"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Two trees' worth of decks, two cards each."""
    return {f"{at}.txt": f"#deck:{name}\n{name} one?;1\n{name} two?;2\n" for at, name in enumerate(DECKS)}


async def test_the_name_of_a_tree_means_all_of_its_decks(anna: Somebody) -> None:
    """Those that she has, in one session, which the number holds; a deck of it is named with either sign."""
    for at in range(3):
        await anna.starts(f"deck_{at}")
    await anna.taps("Show answer", "Easy", "Not now")
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new")
    assert (await anna.sends("/quiz biology")).text.startswith("Today's new cards are used up. Nothing is due")
    await anna.sends("/settings")
    await anna.taps("Limits", "10 new")
    for typed in ("Biology::Cells", "Biology › Cells", "biology cells"):
        assert (await anna.sends(f"/quiz {typed}")).text.startswith("Biology › Cells · 1/2\n")
    assert (await anna.sends("/quiz biology 12")).text.startswith("Biology › Cells · 1/4\n")
    await anna.taps("Show answer", "Easy", "Show answer", "Easy")
    assert anna.sees().text.startswith("Biology › Plants · 3/4\n")
    await anna.taps("Show answer", "Easy", "Show answer", "Easy")
    assert anna.sees().text.startswith("Done: 4 cards.\n"), "not the one of physics"
    assert "\nDue now: 1 card in Physics of cells, " in anna.sees().text
    assert (await anna.sends("/quiz Biology")).text.startswith("Nothing is due there.")
    assert (await anna.sends("/quiz")).text.startswith("Physics of cells · 1/1\n")


async def test_the_end_of_a_tree_offers_more_of_it(anna: Somebody) -> None:
    """More new cards of all its decks, and of no other, and to study these ahead."""
    for deck in (2, 0, 1):
        await anna.starts(f"deck_{deck}")
    await anna.taps("Show answer", "Easy", "Not now")
    await anna.sends("/settings")
    await anna.taps("Limits", "0 new")
    spent = await anna.sends("/quiz biology")
    assert spent.text.startswith("Today's new cards are used up. Nothing is due")
    assert spent.rows == (("Study ahead", "3 more new cards"),)
    await anna.taps("Study ahead", "Show answer", "Good")
    assert anna.sees().text.startswith("Done: 1 card looked at ahead."), anna.sees()
    assert (await anna.taps("3 more new cards")).text.startswith("Biology › Cells · 1/3\n")
    await anna.taps("Show answer", "Easy", "Show answer", "Easy", "Show answer")
    summary = await anna.taps("Easy")
    assert summary.text.startswith("Done: 3 cards.\n"), "both decks, and nothing of physics"
    nothing = await anna.sends("/quiz biology")
    assert nothing.rows == (("Study ahead",),)
    ahead = [(await anna.taps("Study ahead")).text.splitlines()[0]]
    for _ in range(3):
        await anna.taps("Show answer")
        ahead.append((await anna.taps("Good")).text.splitlines()[0])
    assert sorted(line.split(" · ")[0] for line in ahead) == ["Biology › Cells"] * 2 + ["Biology › Plants"] * 2, ahead


async def test_a_name_that_fits_several_decks_is_asked_about(anna: Somebody) -> None:
    """Those that she has, else those that there are; a tap goes on."""
    await anna.starts("deck_2")
    await anna.taps("Show answer", "Easy", "Not now")
    assert (await anna.sends("/quiz physics")).text.startswith("Physics of cells · 1/1\n")
    assert await anna.sends("/quiz plants") == screen_of(
        "Several decks fit “plants”. Which one?", "[Biology › Plants · 2]", "[Physics of plants · 2]"
    )
    await anna.taps("Physics of plants", "Subscribe")
    assert await anna.sends("/quiz physics 12") == screen_of(
        "Several decks fit “physics”. Which one? For 12 cards of one, type more of its name.",
        "[Physics of cells · 2]",
        "[Physics of plants · 2]",
    )
    assert (await anna.taps("Physics of plants")).text.startswith("Physics of plants · 1/2\n")


async def test_a_whole_tree_is_had_with_one_tap(anna: Somebody) -> None:
    """Who has none of its decks has all of them then, and the first card of them; who has one is asked nothing."""
    await anna.starts("deck_2")
    await anna.taps("Show answer", "Easy", "Not now")
    assert await anna.sends("/quiz biology") == screen_of(
        "Several decks fit “biology”. Which one?",
        "[Subscribe to all of Biology · 4]",
        "[Biology › Cells · 2]",
        "[Biology › Plants · 2]",
    )
    assert (await anna.taps("Subscribe to all of Biology")).text.startswith("Biology › Cells · 1/4\n")
    assert anna.toast == "Subscribed"
    listed = ["✓ Biology › Cells · 2", "✓ Biology › Plants · 2", "✓ Physics of cells · 2", "Physics of plants · 2"]
    assert (await anna.sends("/decks")).labels == listed
    await anna.taps_data(anna.message(), "dt:99:1")
    assert anna.toast.startswith("That is not in the decks any more")


async def test_a_group_means_the_same(playground: Playground, anna: Somebody) -> None:
    """All decks of a tree; where a name fits several, it asks which."""
    group = playground.group("Study group", [anna], with_bot=False)
    await group.adds_bot(anna)
    for name in ("Biology › Cells", "Biology › Plants", "Physics of cells"):
        await anna.taps(name, chat=group)
        await anna.sends("/decks", group)
    asked = screen_of("Several decks fit “cells”. Which one?", "[Biology › Cells · 2]", "[Physics of cells · 2]")
    assert await anna.sends("/quiz cells", group) == asked
    asked = screen_of("Several decks fit “biology”. Which one?", "[Biology › Cells · 2]", "[Biology › Plants · 2]")
    assert await anna.sends("/round biology", group) == asked, "a round has one deck"
    put = [(await anna.sends("/quiz biology", group)).text.splitlines()[0] for _ in range(4)]
    assert {*put} == {"Biology › Cells", "Biology › Plants"}
