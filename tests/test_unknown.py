"""Somebody unknown, who never began or was forgotten: looking stores nothing, and the answer says how to begin."""

import pytest

from bot.playground.people import Somebody
from tests.notebook import tables_naming
from tests.people import BotHere, screen_of

UNKNOWN = "I know nothing about you. /start begins anew."


@pytest.mark.parametrize("words", ["/stats", "/settings", "/undo", "20:00", "Berlin", "hello"])
async def test_looking_makes_nobody_known(bot: BotHere, anna: Somebody, words: str) -> None:
    """Who was forgotten, or never met, stays so by looking, and reads how to begin; old buttons say the same."""
    assert await anna.sends(words) == screen_of(UNKNOWN)
    assert tables_naming(bot, anna.id) == []
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer", "Good", "Another hour")
    question = anna.message()
    await anna.sends("/forget")
    await anna.taps("Erase everything")
    assert await anna.sends(words) == screen_of(UNKNOWN)
    assert (await anna.sends("/help")).text.startswith("A card shows its question;")
    assert tables_naming(bot, anna.id) == []
    for label in ("20:00", "Not now"):
        await anna.taps_old(question, label)
        assert anna.toast == UNKNOWN
        assert [message.rows for message in anna.messages() if message.id == question.id] == [()]
    assert tables_naming(bot, anna.id) == []
