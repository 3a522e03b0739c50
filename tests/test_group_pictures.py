"""Cards with pictures and cards too long for one message, put to a group."""

from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import heard
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.chat.posting import png
from tests.groups import FIRST_WORD, GRADES, shown_to
from tests.people import Group, Somebody, screen_of

LONG = " ".join(f"word{number}" for number in range(900))


@pytest.fixture
def server() -> Server:
    """One that has no messages for one member alone, and no rich ones."""
    return "10.0"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A picture in the answer, one in the question, a long answer, a long question."""
    return {
        "a.txt": "What does a mast look like?;Like this:<img src=mast.png>\n",
        "b.txt": "<img src=mast.png>What is this?;A mast\n",
        "c.txt": f"What are the words?;{LONG}\n",
        "d.txt": f"Which is missing? {LONG};None\n",
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck files with their picture."""
    png(decks_dir / "mast.png")
    return decks_dir


@pytest.fixture
async def group(playground: Playground, anna: Somebody, ben: Somebody) -> Group:
    """A group without a deck."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    return group


async def test_a_picture_in_the_answer(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """An answer with a picture is shown in private, and to all when the card is closed; never before."""
    await anna.taps("A ·", chat=group)
    await ben.taps("Show answer", chat=group)
    assert ben.toast == ""
    shown = await ben.follows()
    assert (shown.picture, shown.labels[0]) == ("picture1.png", "Again · 1m")
    in_group = "A\n\nWhat does a mast look like?\n─────\nLike this:"
    text = in_group.replace("A", "A · from your group", 1)
    assert shown.text == f"{FIRST_WORD}{text}"
    assert await ben.taps("Good") == screen_of(f"{text}\n\nGood, back in 10 minutes.", "[Undo]", picture="picture1.png")
    assert {screen.picture for screen in group.sees_all()} == {None}
    await clock.advance(minutes=10)
    assert group.sees() == screen_of(f"{in_group}\n\n1 of 1 knew it", "[Next card]", picture="picture1.png")


async def test_a_picture_in_the_question(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """A question with a picture is a photo whose tally and, at the end, answer stand under it."""
    await anna.taps("B ·", chat=group)
    assert await ben.taps("Show answer", chat=group) == screen_of(
        "B\n\nWhat is this?\n\n1 looked · nobody graded yet", "[Show answer]", *GRADES, picture="picture1.png"
    )
    assert ben.toast == "A mast"
    await clock.advance(minutes=10)
    assert group.sees() == screen_of(
        "B\n\nWhat is this?\n─────\nA mast\n\nNobody graded it", "[Next card]", picture="picture1.png"
    )


async def test_a_long_answer(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """An answer longer than a message is leafed through, in private before the end and in the group after it."""
    await anna.taps("C ·", chat=group)
    await ben.taps("Show answer", chat=group)
    assert (await ben.follows()).labels[0] == "More 2/2"
    second = await ben.taps("More")
    assert "word899" in second.text
    assert second.labels[1:] == ["Again · 1m", "Hard · 6m", "Good · 10m", second.labels[-1]]
    leaf = next(button.data for row in ben.message().rows for button in row if button.text == "From the start")
    await anna.taps_data(group.message(), leaf.rpartition(":")[0] + ":1")
    assert not [text for text in shown_to(playground, group) if "word8" in text]
    await clock.advance(minutes=10)
    assert group.sees().labels == ["More 2/2", "Next card"]
    last = await anna.taps("More", chat=group)
    assert "word899" in last.text
    assert last.text.endswith("Nobody graded it")


async def test_a_long_question(group: Group, anna: Somebody, ben: Somebody) -> None:
    """A question longer than a message is leafed through by whoever taps; the grades stand on every page."""
    await anna.taps("D ·", chat=group)
    assert group.sees().labels == ["More 2/2", "Show answer"]
    second = await ben.taps("More", chat=group)
    assert second.text.endswith("word899\n\nNobody has looked yet")
    await ben.taps("Show answer", chat=group)
    assert ben.toast == "None"
    assert group.sees().labels == ["More 2/2", "Show answer", "Again", "Hard", "Good", "Easy"]


async def test_a_picture_that_telegram_does_not_take(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground, clock: WorldClock
) -> None:
    """A picture that Telegram does not take leaves the closed card as words, and no answer is lost."""
    await anna.taps("A ·", chat=group)
    playground.faults.add("editMessageMedia", status=400, description="IMAGE_PROCESS_FAILED", times=3)
    update = ben.taps_unheard("Show answer", chat=group)
    await heard(playground, update)
    await clock.advance(minutes=10)
    assert "Like this:" in group.sees().text
    assert group.sees().labels == ["Next card"]
