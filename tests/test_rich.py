"""A card with a table, a formula and a picture, studied on servers with rich messages and without."""

from pathlib import Path

import pytest

from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.playground.values import Message, Server
from tests.chat.posting import png
from tests.people import Group

FORMULA = r"\sum_{i=1}^n i"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """All that only a rich message shows, and a card that is but text."""
    header = "#separator:semicolon\n#html:true\n"
    return {
        "capitals.txt": f'{header}What is a mast?;\\({FORMULA}\\) <img src="spar.png" alt="A spar"><table>'
        "<tr><th>of</th><th>m</th></tr><tr><td>oak</td><td>12</td></tr></table>\nWhat steers?;A rudder\n"
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck with its picture."""
    png(decks_dir / "spar.png")
    return decks_dir


def looks(message: Message) -> tuple[str, list[str]]:
    """What kind of message it is, and of which blocks."""
    return message.kind, [block["type"] for block in message.rich.get("blocks", ())]


async def test_a_turn_goes_from_text_to_rich_and_back(anna: Somebody, playground: Playground) -> None:
    """In one message, and the next card in it again; nothing of the back stands in what was sent before it."""
    await anna.starts("deck_capitals")
    first = anna.message()
    assert first.kind == "text"
    assert first.text.endswith("\n\nCapitals · 1/2\n\nWhat is a mast?")
    shown = await anna.taps("Show answer")
    answer = anna.message()
    parts = ["paragraph", "paragraph", "divider", "paragraph", "photo", "table"]
    assert (answer.id, looks(answer)) == (first.id, ("rich", parts))
    assert shown.text == f"Capitals · 1/2\nWhat is a mast?\n{FORMULA}\nA spar\nof\tm\noak\t12"
    assert (shown.picture, shown.labels[:3]) == ("picture1.png", ["Again · 1m", "Hard · 6m", "Good · 10m"])
    await anna.taps("Good", "Not now")
    assert (anna.message().id, anna.message().kind) == (first.id, "text")
    assert anna.sees().text.endswith("Capitals · 2/3\n\nWhat steers?")
    assert len(anna.messages()) == 1
    await anna.sends("/decks")
    await anna.taps("✓ Capitals", "Look through")
    assert looks(anna.message()) == ("rich", parts)
    assert len(playground.world.files) == 1


@pytest.mark.parametrize("server", ["10.1", "10.0"])
async def test_an_older_server_shows_all_of_it_as_a_picture_with_text(anna: Somebody, server: Server) -> None:
    """The picture comes into the message, and its words stand under it."""
    await anna.starts("deck_capitals")
    first = anna.message().id
    shown = await anna.taps("Show answer")
    assert (anna.message().kind, anna.message().id, shown.picture) == ("photo", first, "picture1.png")
    assert shown.text == f"Capitals · 1/2\n\nWhat is a mast?\n─────\n{FORMULA}\nof    m\n───  ──\noak  12"


async def test_a_group_has_it_at_the_end(group: Group, anna: Somebody, ben: Somebody, clock: WorldClock) -> None:
    """What one member alone sees goes the plain way; of the answer nothing is in the group's message before its end."""
    await anna.sends("/quiz", group)
    asked = group.message()
    await ben.taps("Show answer", chat=group)
    assert ben.view(group).message().kind == "photo"
    assert "spar" not in str(asked)
    await ben.taps("Good", chat=group)
    await clock.advance(hours=25)
    closed = next(message for message in group.messages() if message.id == asked.id)
    assert looks(closed)[0] == "rich"
    assert "A spar" in closed.text
