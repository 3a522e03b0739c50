"""Formulas that a line of Unicode cannot say come as one picture with the card."""

from pathlib import Path

import pytest

from bot.chat.formula_pictures import FormulaPictures
from bot.chat.parcels import Parcel
from bot.chat.plain import Text
from bot.chat.refusals import Meaning
from bot.playground.clock import WorldClock
from bot.playground.people import Somebody
from bot.playground.values import Message, Server
from tests.people import BotHere, Group

PICTURE = Path(__file__).parents[1] / "docs/pictures/turn.png"
FRONT, BACK = r"\sum_{i=1}^n i", r"\int_0^1 f"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Formulas on both sides, formulas that nothing draws, formulas beside a picture."""
    header = "#separator:semicolon\n#html:true\n"
    return {
        "capitals.txt": f"{header}Which is \\({FRONT}\\)?;Rather \\({BACK}\\)\n",
        "sums.txt": f"{header}Which is \\({FRONT}\\)?;Rather \\({BACK}\\)\n",
        "odd.txt": f"{header}What?;\\(\\unknown{{x}}\\)\n",
        "own.txt": f'{header}Seen?;\\({BACK}\\) <img src="here.png">\n',
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The decks, and a picture."""
    (decks_dir / "here.png").write_bytes(PICTURE.read_bytes())
    return decks_dir


@pytest.fixture
def server() -> Server:
    """One without rich messages, so that no client draws them."""
    return "10.0"


def shows_sheet(bot: BotHere, message: Message, *formulas: str) -> bool:
    """Whether the message's picture is that of these formulas, which is there."""
    path = FormulaPictures(bot.folder, lambda work, _: work.close()).path_of(formulas)
    assert path is not None, formulas
    return message.file is not None and message.file.data == path.read_bytes()


async def test_a_card_with_formulas_is_a_picture(bot: BotHere, anna: Somebody) -> None:
    """The question's picture has its own formulas alone, the answer's has both; the source stands under it."""
    await anna.starts("deck_sums")
    assert anna.sees().text.endswith(f"\n\nSums · 1/1\n\nWhich is {FRONT}?")
    assert shows_sheet(bot, anna.message(), FRONT)
    await anna.taps("Show answer")
    assert anna.sees().text == f"Sums · 1/1\n\nWhich is {FRONT}?\n─────\nRather {BACK}"
    assert shows_sheet(bot, anna.message(), FRONT, BACK)
    assert len(anna.messages()) == 1


async def test_what_cannot_be_drawn_is_its_source(anna: Somebody) -> None:
    """And a card that has a picture of its own keeps that."""
    await anna.starts("deck_odd")
    shown = await anna.taps("Show answer")
    assert (shown.text, shown.picture) == ("Odd · 1/1\n\nWhat?\n─────\n\\unknown{x}", None)
    await anna.taps("Good")
    await anna.starts("deck_own")
    shown = await anna.taps("Show answer")
    assert shown.text.endswith(f"─────\n{BACK}")
    own = anna.message().file
    assert own is not None
    assert own.data == PICTURE.read_bytes()


@pytest.mark.parametrize("meaning", [Meaning.PICTURE, Meaning.NO_PICTURES])
def test_a_picture_of_formulas_that_is_not_taken_needs_no_words(meaning: Meaning) -> None:
    """The source stands there anyway."""
    assert Parcel(Text(FRONT), picture=Path("sheet.png"), is_sheet=True).eased(meaning) == Parcel(Text(FRONT))


@pytest.mark.parametrize("server", ["10.3"])
async def test_a_group_sees_the_answers_formulas_at_its_end(
    bot: BotHere, group: Group, ben: Somebody, anna: Somebody, clock: WorldClock
) -> None:
    """Who looks sees them alone and before, as a picture: what all see has the formulas themselves."""
    await anna.sends("/quiz", group)
    assert (group.message().kind, group.sees().text.count(FRONT)) == ("rich", 1)
    await ben.taps("Show answer", chat=group)
    assert shows_sheet(bot, ben.view(group).message(), FRONT, BACK)
    assert BACK not in group.sees().text
    await ben.taps("Good", chat=group)
    await anna.taps("Show answer", "Good", chat=group)
    await clock.advance(hours=25)
    assert any(BACK in message.text for message in group.messages() if message.kind == "rich")


async def test_an_alert_shows_no_picture(bot: BotHere, group: Group, ben: Somebody, anna: Somebody) -> None:
    """So on an older server the answer waits in the private chat."""
    await anna.sends("/quiz", group)
    await ben.taps("Show answer", chat=group)
    assert not ben.is_alert
    await ben.follows()
    assert shows_sheet(bot, ben.message(), FRONT, BACK)
