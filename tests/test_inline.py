"""The bot's name and words in any chat: cards of one's own are found, and one of them is sent there."""

import pytest

from bot.playground.people import Group, Somebody
from bot.playground.server import Playground
from bot.playground.values import Found, InlineQuery
from tests.habits import settles
from tests.people import CAPITALS, BotHere, screen_of

LONG = "It keeps a ship from drifting. " * 300
GAFF = '<img src="3.png" alt="a gaff">;A spar [sound:3.mp3]\n'
SHIPS = f"{GAFF}What is an anchor for?;{LONG.strip()}\n" + "".join(
    f"Rope number {n}?;A <b>line</b>\n" for n in range(1, 30)
)


@pytest.fixture
def deck_files() -> dict[str, str]:
    """A small deck and a larger one."""
    return {"capitals.txt": CAPITALS, "ships.txt": SHIPS}


def titles(query: InlineQuery) -> list[str]:
    """What is offered to choose."""
    return [each.title for each in found(query).results]


def found(query: InlineQuery) -> Found:
    """What the bot answered."""
    assert query.found is not None, "the bot answered nothing"
    return query.found


async def test_a_card_is_sent_into_any_chat(anna: Somebody, group: Group) -> None:
    """Front and back as they are drawn, as a text without buttons; before any word, what was studied last."""
    await settles(anna)
    await anna.taps("Show answer", "Good")
    studied = await anna.types_inline("", group)
    assert titles(studied) == ["What is the capital of Peru?", "What is the capital of France?"]
    query = await anna.types_inline("páris", group)
    [result] = found(query).results
    assert (result.title, result.description) == ("What is the capital of France?", "Paris")
    sent = await anna.chooses(query, result.title, group)
    assert sent == screen_of("What is the capital of France?\n─────\nParis")
    assert sent.message is not None
    assert sent.message.rows == ()


async def test_many_are_found_page_by_page(anna: Somebody, playground: Playground) -> None:
    """Twenty at a time, and no more than there are; an invented page is the first; long cards end in dots."""
    await settles(anna)
    await anna.sends("/quiz ships")
    await anna.taps("Subscribe")
    first = await anna.types_inline("rope")
    assert (len(titles(first)), found(first).next_offset) == (20, "20")
    second = await anna.types_inline("rope", offset="20")
    assert (len(titles(second)), found(second).next_offset) == (9, "")
    assert len({*titles(first), *titles(second)}) == 29
    assert found(await anna.types_inline("rope", offset="40")) == Found(())
    for odd in ("-1", "٢٠", "9" * 60, "x"):
        assert titles(await anna.types_inline("rope", offset=odd)) == titles(first)
    query = await anna.types_inline("anchor")
    assert found(query).results[0].description.endswith("drifting. It…")
    sent = await anna.chooses(query, "What is an anchor for?")
    assert len(sent.text) <= 4096
    assert sent.text.endswith("\n…")
    gaff = await anna.types_inline("gaff")
    assert (await anna.chooses(gaff, "[picture: a gaff]")).text == "[picture: a gaff]\n─────\nA spar\n\n[sound]"
    rope = await anna.types_inline('"number 7"')
    assert (await anna.chooses(rope, "Rope number 7?")).message is not None
    calls = [call.params for call in playground.calls if call.method == "answerInlineQuery"]
    assert {(call["is_personal"], call["cache_time"]) for call in calls} == {(True, 0)}


async def test_nobody_finds_what_is_anothers(anna: Somebody, ben: Somebody, bot: BotHere, group: Group) -> None:
    """Who is unknown, or has no cards, is shown the way in; who is not on the list, nothing."""
    await settles(anna)
    assert found(await ben.types_inline("paris", group)) == Found((), button=("Begin with Deckhand", "inline"))
    assert (await ben.starts("inline")).text.endswith("Which deck first?")
    nothing = Found((), button=("You have no cards yet: choose a deck", "inline"))
    assert found(await ben.types_inline("paris")) == found(await ben.types_inline("")) == nothing
    for words in ("anchor", '"', "NEAR(", "*", "😀", "x" * 4000):
        assert found(await anna.types_inline(words)) == Found((), button=("Nothing found among your cards", "inline"))
    bot.extra |= {"BOT_ALLOWED": f"{anna.id},{group.id}"}
    await bot.restart()
    assert titles(await anna.types_inline("oslo")) == ["What is the capital of Norway?"]
    assert found(await ben.types_inline("oslo", group)) == Found(())
