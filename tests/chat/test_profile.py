"""What the bot says of itself."""

import shutil

import pytest

from bot.playground.people import Somebody
from bot.playground.server import Playground
from tests.people import BotHere

SAYING = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setChatMenuButton")


@pytest.fixture
def furnished() -> None:
    """Nothing is there, so the bot introduces itself."""


def said(playground: Playground) -> list[int]:
    """How often each of the calls was made."""
    return [playground.counts[method] for method in SAYING]


async def test_menu_and_descriptions_are_set_once(bot: BotHere, playground: Playground) -> None:
    """Commands by scope, both descriptions and the menu button are told at the first start, and not again."""
    assert said(playground) == [3, 1, 1, 1]
    await bot.restart()
    assert said(playground) == [3, 1, 1, 1]


async def test_the_menu_fits_the_place(bot: BotHere, anna: Somebody, ben: Somebody, playground: Playground) -> None:
    """Members of a group are offered less than its administrators, and a private chat what concerns one person."""
    group = playground.group("Study circle", [anna, ben])
    private, admins, members = anna.menu, anna.menu_in(group), ben.menu_in(group)
    assert {"/quiz", "/undo", "/decks", "/settings", "/stats", "/help", "/forget"} <= set(private)
    assert (private[:4], private[-1]) == (["/start", "/quiz", "/undo", "/decks"], "/forget"), "by use"
    assert set(members) < set(admins)
    assert "/undo" not in admins
    assert "/forget" not in admins
    assert "/settings" not in members


async def test_what_was_refused_is_said_at_the_next_start(bot: BotHere, anna: Somebody, playground: Playground) -> None:
    """A refusal keeps nobody from studying, and the next start tries again."""
    await bot.stop()
    (bot.folder / "deckhand.db").unlink()
    shutil.rmtree(bot.folder / "backups")  # a start that finds these asks where the database went
    playground.faults.add("setMyDescription", status=400, description="Bad Request: not now")
    await bot.start()
    assert "[Capitals · 5]" in str(await anna.sends("/start"))
    before = playground.counts["setMyShortDescription"]
    await bot.restart()
    assert playground.counts["setMyShortDescription"] == before + 1
