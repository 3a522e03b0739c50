"""Files that are broken or made to harm are sent to the bot, and cards that might do harm are asked."""

import logging
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from bot.playground.values import Server
from tests.hostile import asking
from tests.hostile.corpus import corpus
from tests.hostile.stage import plain, wrong_of
from tests.notebook import notebook
from tests.people import BotHere
from tests.test_imports import done, kept, sent

# Those of which each is read by another part of the reader; `python -m tests.hostile` sends all.
SOME = frozenset({
    "zstd bomb", "overlapping", "leads out ..!collection.anki2", "a view that never ends", "template: 2000 deep",
    "masks over a picture: 50 000 × 50 000", "everything: log nested", "text: a line of 9 MB", "text: JSON nested",
    "text: a name that turns",
})  # fmt: skip


@pytest.fixture
def deck_files() -> dict[str, str]:
    """Cards that might do harm."""
    return {"shown.txt": asking.deck()}


@pytest.fixture
def decks_dir(decks_dir: Path) -> Path:
    """The deck with its pictures and recordings."""
    for name, data in asking.media().items():
        (decks_dir / name).write_bytes(data)
    return decks_dir


async def test_each_kind_of_file_is_a_line_and_nothing_is_written(
    bot: BotHere, anna: Somebody, playground: Playground, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever sends one reads why; when that stands there nothing is left of it, and they can go on."""
    await anna.sends("/start")
    left: list[str] = []

    async def looks(call: Mapping[str, Any]) -> None:
        if "Looking into" not in call["text"]:
            left.extend(path.name for path in bot.folder.glob("*incoming-*"))

    playground.faults.add("editMessageText", "before", "call", hook=looks, times=99)
    met = 0
    for file in corpus(tmp_path):
        if file.called in SOME:
            await sent(anna, file.data, file.file)
            said = plain(anna.sees())
            assert not wrong_of(file, said, anna.sees().labels), (file.called, said)
            if "Cancel" in anna.sees().labels:
                await done(anna, "Cancel")
            assert left == [], file.called
            met += 1
    assert met == len(SOME)
    with notebook(bot) as db:
        assert [row[0] for row in db.execute("select count(*) from imports")] == [0]
        assert [row[0] for row in db.execute("select count(*) from decks")] == [1]
    assert kept(bot) == []
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("server", ["10.3", "10.0"])
async def test_a_card_that_might_harm_is_shown_and_does_not(bot: BotHere, anna: Somebody, server: Server) -> None:
    """By both ways it arrives, its words with it, and nothing in it is a link, a picture or a sign of its author's."""
    await anna.sends("/start")
    with closing(sqlite3.connect(bot.folder / "deckhand.db")) as db, db:
        db.execute("update chats set new_per_day = 999")
    await anna.starts("deck_shown")
    wrong = await asking.asks_all(anna)
    assert not wrong, "\n".join(wrong)
