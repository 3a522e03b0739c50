"""Cards too long for one message, and cards with pictures."""

import struct
import zlib
from pathlib import Path

import pytest

from bot.chat.pages import units
from bot.playground.people import Somebody
from bot.playground.values import Server
from tests.notebook import notebook, open_turns
from tests.people import BotHere
from tests.test_card_page import opens as opens_page

WORDS = " ".join(f"word{number}" for number in range(1400))


def png(shade: int) -> bytes:
    """A small grey picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade]) * 40 for _ in range(40))
    header = struct.pack(">IIBBBBB", 40, 40, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def server() -> Server:
    """One without rich messages, so that all of it goes the plain way."""
    return "10.0"


@pytest.fixture
def deck_files() -> dict[str, str]:
    """One deck a test, the cards in the order in which they are asked."""
    header = "#separator:semicolon\n#html:true\n"
    return {
        "long.txt": f"{header}Say it all.;{WORDS}\nShort?;Yes\n",
        "pictures.txt": (
            f'{header}A picture?;There: <img src="one.png">\nWithout?;No picture\nAnother?;<img src="two.png">\n'
        ),
        "front.txt": f'{header}<img src="one.png"> What is it?;Grey\nAnd now?;Text\n',
        "cities.txt": f'{header}<img src="paris.png"> Which city?;Paris\n',
        "marked.txt": (
            f'{header}Is \\(x^2 \\leq 1\\)?;<blockquote>So <b>it</b> is</blockquote><a href="https://x.org/y">see</a>'
            "<ul><li>a<li>b</ul><table><tr><th>n</th><th>m</th></tr><tr><td>1</td><td>2</td></tr></table>"
            "<details>and \\(\\int_a^b f\\)</details>\n"
        ),
        "missing.txt": f'{header}Lost?;Was here: <img src="lost.png">\n',
        "both.txt": f'{header}Long with a picture?;<img src="one.png">{WORDS[:2600]}\n',
    }


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The decks with their pictures."""
    (decks_dir / "one.png").write_bytes(png(60))
    (decks_dir / "two.png").write_bytes(png(190))
    return decks_dir


async def opens(somebody: Somebody, deck: str) -> None:
    """The deck's first card stands there with its answer."""
    await somebody.starts(f"deck_{deck}")
    await somebody.taps("Show answer")


async def test_a_long_answer_is_leafed_through(bot: BotHere, anna: Somebody) -> None:
    """No word is dropped: the pages follow each other in the same message, each with the grades."""
    await opens(anna, "long")
    said = anna.sees().text
    assert anna.sees().labels == ["More 2/3", "Again · 1m", "Hard · 6m", "Good · 10m", anna.sees().labels[-1]]
    for label in ("More 2/3", "More 3/3"):
        said += " " + (await anna.taps(label)).text
        assert units(anna.sees().text) <= 4096
    assert said.split()[-1400:] == WORDS.split()
    assert anna.sees().labels[0] == "From the start"
    assert (await anna.taps("From the start")).text.startswith("Long · 1/2\n\nSay it all.")
    assert len(anna.messages()) == 1
    assert len(open_turns(bot, anna)) == 1


async def test_a_grade_counts_from_any_page(anna: Somebody) -> None:
    """The next turn takes the place of the page that was open."""
    await opens(anna, "long")
    await anna.taps("More 2/3", "Good", "Not now")
    assert anna.sees().text.endswith("Long · 2/3\n\nShort?")
    assert anna.sees().labels == ["Show answer"]


async def test_an_old_page_never_brings_the_turn_back(bot: BotHere, anna: Somebody) -> None:
    """Leafing in a turn that is over shows its pages without grades; in one that moved, it moves here."""
    await opens(anna, "long")
    old = anna.message()
    await anna.sends("/start")
    await anna.taps_old(old, "More 2/3")
    assert [bool(one.labels) for one in anna.sees_all()] == [True, False]
    assert open_turns(bot, anna) == [old.id]
    await anna.sends("/quiz")
    await anna.taps_old(old, "More 2/3")
    assert anna.sees_all()[0].labels == ["More 3/3"]


async def test_a_text_becomes_a_photo_in_place(anna: Somebody) -> None:
    """The answer's picture comes into the same message, with the words under it."""
    await anna.starts("deck_pictures")
    message = anna.message().id
    screen = await anna.taps("Show answer")
    assert anna.message().id == message
    assert screen.picture == "picture1.png"
    assert screen.text == "Pictures · 1/3\n\nA picture?\n─────\nThere:"
    assert screen.labels[:3] == ["Again · 1m", "Hard · 6m", "Good · 10m"]


async def test_a_photo_keeps_what_it_shows(bot: BotHere, anna: Somebody) -> None:
    """The next card without a picture follows in a new message, without a sound; the photo loses its buttons."""
    await opens(anna, "pictures")
    shown = anna.sees()
    await anna.taps("Good", "Not now")
    photo, now = anna.sees_all()
    assert (photo.picture, photo.text, photo.labels) == ("picture1.png", shown.text, [])
    assert now.picture is None
    assert now.text.endswith("Pictures · 2/4\n\nWithout?")
    assert anna.notifications == 1
    assert open_turns(bot, anna) == [anna.message().id]


async def test_a_photo_becomes_another_photo_in_place(anna: Somebody) -> None:
    """From picture to picture no new message is needed."""
    await anna.sends("/decks")
    await anna.taps("Front", "Look through")
    assert anna.sees().picture == "picture1.png"
    assert len(anna.messages()) == 1
    await anna.taps("‹")
    assert (anna.sees().picture, len(anna.messages())) == (None, 2)


async def test_taps_on_an_old_photo_send_nothing(anna: Somebody) -> None:
    """A button of a photo that is over says so, and no message follows."""
    await opens(anna, "pictures")
    old = anna.message()
    await anna.taps("Good")
    before = anna.sees_all()
    for label in ("Again", "Good"):
        await anna.taps_old(old, label)
        assert anna.toast == "Already graded: Good, back in 10 minutes."
    assert anna.sees_all() == before


async def test_a_missing_picture_is_said_in_its_place(anna: Somebody) -> None:
    """The card is studied all the same."""
    await opens(anna, "missing")
    assert anna.sees().text == "Missing · 1/1\n\nLost?\n─────\nWas here:\n[picture missing: lost.png]"
    assert (await anna.taps("Easy")).text.startswith("Noted, back in")


async def test_a_missing_picture_does_not_tell_the_answer(anna: Somebody) -> None:
    """Its name stands there with the answer only, for the deck's author."""
    await anna.starts("deck_cities")
    assert anna.sees().text.endswith("\n\nCities · 1/1\n\n[picture missing]\nWhich city?")
    assert (await anna.taps("Show answer")).text.endswith("[picture missing: paris.png]\nWhich city?\n─────\nParis")


async def test_lists_tables_links_and_formulas_are_drawn(anna: Somebody) -> None:
    """With the looks that Telegram takes: a quotation, a link, columns, what is folded."""
    await anna.starts("deck_marked")
    assert anna.sees().text.endswith("\n\nMarked · 1/1\n\nIs x² ≤ 1?")
    text = (await anna.taps("Show answer")).text
    assert text.endswith("─────\nSo it is\nsee\n• a\n• b\nn  m\n─  ─\n1  2\nHint: and \\int_a^b f")
    kinds = [(each.type, each.url) for each in anna.message().entities]
    assert kinds == [
        ("blockquote", ""), ("bold", ""), ("text_link", "https://x.org/y"), ("pre", ""), ("italic", ""), ("spoiler", "")
    ]  # fmt: skip


async def test_a_long_text_under_a_picture_is_leafed_through(bot: BotHere, anna: Somebody) -> None:
    """At most 1024 units under it; every page has its words, and one message at a time has the buttons."""
    await opens(anna, "both")
    said, pages = "", 0
    while True:
        message = anna.message()
        assert units(message.text) <= 1024
        said, pages = f"{said} {message.text}", pages + 1
        assert [bool(one.labels) for one in anna.sees_all()].count(True) == 1
        assert open_turns(bot, anna) == [message.id]
        if anna.sees().labels[0] == "From the start":
            break
        await anna.taps("More")
    assert pages > 2
    assert said.split()[-100:] == WORDS[:2600].split()[-100:]
    await anna.taps("Good")
    assert anna.sees().text.startswith("Noted")


async def test_a_long_card_is_leafed_on_its_page(bot: BotHere, anna: Somebody) -> None:
    """Its page has a row that leads through it, above what can be done, and comes round to its beginning."""
    with notebook(bot) as db:
        card_id = int(db.execute("select card_id from cards where fields like '%Say it all%'").fetchone()[0])
    await anna.sends("/start")
    first = await opens_page(anna, card_id)
    assert first.rows[0] == ("More 2/3",)
    second = await anna.taps("More 2/3")
    assert second.text != first.text
    assert second.rows[0] == ("More 3/3",)
    assert (await anna.taps("More 3/3")).text.endswith("new")
    assert await anna.taps("From the start") == first


async def test_the_menu_of_a_pictured_card_stays_with_its_picture(anna: Somebody) -> None:
    """⋯, History and Back are drawn in the same photo; nothing is sent anew."""
    await anna.starts("deck_front")
    turn, message = await anna.sends("/quiz"), anna.message().id
    assert turn.picture
    for label in ("⋯", "History"):
        assert (await anna.taps(label)).picture == turn.picture
        assert anna.message().id == message
    assert await anna.taps("Back") == turn
    assert anna.message().id == message
