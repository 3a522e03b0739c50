"""Private answers with pictures, and answers too long for one message."""

from pathlib import Path

import pytest

from bot.playground.server import Playground
from tests.chat.posting import png
from tests.people import Group, Somebody, screen_of

LONG = " ".join(f"word{number}" for number in range(300))


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A picture in the answer, one in the question, a long answer, a long one with a picture at its end."""
    return {
        "a.txt": "What does a mast look like?;Like this:<img src=mast.png>\n",
        "b.txt": "<img src=mast.png>What is this?;A mast\n",
        "c.txt": f"What are the words?;{LONG}\n",
        "d.txt": f"What are the words?;{LONG} so:<img src=mast.png>\n",
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck files with their picture."""
    png(decks_dir / "mast.png")
    return decks_dir


@pytest.fixture
async def group(playground: Playground, anna: Somebody, ben: Somebody) -> Group:
    """A group without a deck; the server is known to show something to one alone."""
    group = playground.group("Study group", [anna, ben], with_bot=False)
    await group.adds_bot(anna)
    await anna.sends("/quiz", group)
    return group


FOUR = "[Again · 1m] [Hard · 6m]"


@pytest.mark.parametrize("first", [True, False])
async def test_a_picture_in_the_answer(group: Group, anna: Somebody, ben: Somebody, first: bool) -> None:
    """It is shown to one alone, also as the first answer after a start; the picture stays with what was graded."""
    await anna.taps("A ·", chat=group)
    if not first:
        await anna.taps("Show answer", chat=group)
    shown = await ben.taps("Show answer", chat=group)
    assert (shown.text, shown.picture) == ("What does a mast look like?\n─────\nLike this:", "picture1.png")
    assert str(shown).splitlines()[-2].startswith(FOUR)
    assert {screen.picture for screen in group.sees_all()} == {None}
    graded = screen_of("Good, back in 10 minutes.", "[Undo] [Next card]", picture="picture1.png")
    assert await ben.taps("Good", chat=group) == graded
    assert await ben.taps("Undo", chat=group) == shown


async def test_a_picture_in_the_question(group: Group, anna: Somebody, ben: Somebody) -> None:
    """The card is a picture for all, and its private answer is one, too."""
    await anna.taps("B ·", chat=group)
    shown = await ben.taps("Show answer", chat=group)
    assert (shown.text, shown.picture) == ("What is this?\n─────\nA mast", "picture1.png")
    assert group.sees().picture == "picture1.png"
    assert (await ben.taps("Easy", chat=group)).picture == "picture1.png"


async def test_what_can_be_done_stands_under_the_picture(group: Group, anna: Somebody, ben: Somebody) -> None:
    """One in the answer is not there before looking, and stays on the way to the menu and back."""
    await anna.taps("A ·", chat=group)
    before = await ben.taps("⋯", chat=group)
    assert (before.text, before.picture, before.labels[0]) == ("What does a mast look like?", None, "Suspend")
    shown = await ben.taps("Back", "Show answer", chat=group)
    menu = await ben.taps("⋯", chat=group)
    assert (menu.text, menu.picture) == (shown.text, "picture1.png")
    assert (await ben.taps("History", chat=group)).picture == "picture1.png"
    assert await ben.taps("Back", chat=group) == shown
    assert {screen.picture for screen in group.sees_all()} == {None}


async def test_a_long_answer_is_leafed_through(group: Group, anna: Somebody, ben: Somebody) -> None:
    """No page is longer than what an edit takes, all of it is there, and the grades stand on every page."""
    await anna.taps("C ·", chat=group)
    pages = [await ben.taps("Show answer", chat=group)]
    assert pages[0].labels[0] == "More 2/3"
    pages += [await ben.taps("More", chat=group), await ben.taps("More", chat=group)]
    assert max(len(page.text) for page in pages) <= 1024
    assert " ".join(page.text for page in pages).replace("\n", " ").endswith(LONG)
    assert {tuple(page.labels[1:3]) for page in pages} == {("Again · 1m", "Hard · 6m")}
    assert await ben.taps("From the start", chat=group) == pages[0]
    assert await ben.taps("More", chat=group) == pages[1]
    assert (await ben.taps("Good", chat=group)).text == "Good, back in 10 minutes."
    assert await ben.taps("Undo", chat=group) == pages[0]
    assert ben.toasts == []


async def test_leafing_to_a_picture_and_back(group: Group, anna: Somebody, ben: Somebody) -> None:
    """A text becomes the page with the picture; on the pages without one the picture stays, as it can never leave."""
    await anna.taps("D ·", chat=group)
    first = await ben.taps("Show answer", chat=group)
    assert first.picture is None
    last = await ben.taps("More 2", "More 3", chat=group)
    assert last.picture == "picture1.png"
    again = await ben.taps("From the start", chat=group)
    assert (again.text, again.picture) == (first.text, "picture1.png")
    assert (await ben.taps("Good", chat=group)).text == "Good, back in 10 minutes."


async def test_leafing_beyond_the_pace(group: Group, anna: Somebody, ben: Somebody) -> None:
    """Where no edit may go, More leads into the private chat, where the whole card waits with its grades."""
    await anna.taps("C ·", chat=group)
    await ben.taps("Show answer", chat=group)
    while not ben.answers[-1].url:
        assert len(ben.answers) < 20
        await ben.taps(ben.sees(group).labels[0], chat=group)
    assert "word299" in (await ben.follows()).text
    assert (await ben.taps("Good")).labels == ["Undo"]


async def test_a_picture_that_telegram_does_not_take(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """The private answer comes as words, and its grades with it."""
    await anna.taps("A ·", chat=group)
    await anna.taps("Show answer", chat=group)
    playground.faults.add("sendPhoto", status=400, description="IMAGE_PROCESS_FAILED")
    shown = await ben.taps("Show answer", chat=group)
    assert shown.text.endswith("Like this:\n\n[picture missing: mast.png]")
    assert (await ben.taps("Good", chat=group)).text == "Good, back in 10 minutes."


async def test_a_picture_that_a_server_shows_to_all(
    group: Group, anna: Somebody, ben: Somebody, playground: Playground
) -> None:
    """A server that stopped knowing such messages: the picture is deleted at once, and waits in the private chat."""
    await anna.taps("A ·", chat=group)
    await anna.taps("Show answer", chat=group)
    # With no connection broken, so that nothing tells of it.
    playground.world.server = "10.2"
    await ben.taps("Show answer", chat=group)
    calls = [call.method for call in playground.calls if call.method not in ("getUpdates", "answerCallbackQuery")]
    assert calls[calls.index("sendPhoto") + 1] == "deleteMessage"
    assert {screen.picture for screen in group.sees_all()} == {None}
    assert (await ben.follows()).picture == "picture1.png"
