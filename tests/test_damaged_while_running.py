"""A database that is spoilt under the running bot: nothing is confirmed that was not done."""

import random
from pathlib import Path

import pytest

from bot.playground.people import Somebody
from bot.storage.errors import DatabaseRefused
from bot.storage.restore import restore
from tests.conftest import START
from tests.people import BotHere


def spoil(path: Path) -> None:
    """Noise over every page but the first, in the file and in what is to be played into it."""
    for each in (path, Path(f"{path}-wal")):
        at = min(4096, each.stat().st_size)
        with each.open("r+b") as file:
            file.seek(at)
            file.write(random.Random(1).randbytes(each.stat().st_size - at))


async def test_who_grades_on_a_spoilt_database_is_told_and_nothing_is_confirmed(
    anna: Somebody, ben: Somebody, bot: BotHere, tmp_path: Path
) -> None:
    """The tap is answered in words, the card keeps its grades, the admins hear of it once, and a start is refused."""
    bot.extra = {"BOT_ADMINS": str(ben.id)}
    await ben.sends("/help")
    await bot.restart()
    await anna.sends("/start")
    await anna.taps("Capitals", "Show answer")
    before = anna.sees()
    spoil(tmp_path / "deckhand.db")
    for _ in range(3):
        assert await anna.taps("Good") == before
        assert anna.toast == "I could not reach my notebook for a moment. Your last grade is safe; tap again."
    assert [said.text for said in ben.sees_all()[1:]] == [
        "A fault in an update: the database is damaged (StorageFailed). The log has the rest."
    ]
    await bot.stop()
    with pytest.raises(
        DatabaseRefused, match=r"is damaged\. Nothing was changed\. Put the last whole backup back: "
    ) as caught:
        await bot.start()
    await bot.stop()
    restore(Path(caught.value.message.split()[-1]), tmp_path / "deckhand.db", START)
    await bot.start()
    # The backup is from before she came.
    assert (await anna.sends("/start")).labels == ["Capitals · 5"]
