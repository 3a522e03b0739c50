"""A page that is left open while the playground ends and another one begins where it was."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, expect

from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.server import Playground
from bot.playground.world import World
from tests.playground.browser.behind import START, TABLE, Open, begun, chat, react, write
from tests.playground.little_bot import LittleBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def ends(playground: Playground, bot: LittleBot) -> None:
    """Ctrl-C."""
    await bot.drop()
    await playground.stop()


@asynccontextmanager
async def another(before: Playground, furnishing: Callable[[World], object] = furnish) -> AsyncIterator[Playground]:
    """A playground at the same address that knows nothing of the one before, and its bot."""
    playground = Playground(held=True, start=START)
    bot = LittleBot(playground, react)
    add_page(playground.application, playground.world, bot)
    playground.world.begin_after(1_785_780_300_000)
    furnishing(playground.world)
    await playground.start(int(before.base_url.rsplit(":", 1)[1]))
    await bot.start()
    yield playground
    await ends(playground, bot)


async def is_ben(page: Page) -> None:
    """From now on the page is Ben's."""
    await page.locator("#who").get_by_label("Ben").check()


async def test_without_a_connection_nothing_is_said_of_the_bot(
    open_page: Open, playground: Playground, bot: LittleBot
) -> None:
    """While nobody answers the lamp is off and says so; with the next playground it is on again."""
    page = await open_page()
    lamp = page.locator("#bot-state")
    await expect(lamp).to_have_text("Bot runs")
    await ends(playground, bot)
    await expect(page.locator("#lost")).to_be_visible()
    await expect(lamp).to_have_text("Not connected")
    await expect(lamp).not_to_have_class("lamp on")
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    async with another(playground):
        await expect(lamp).to_have_text("Bot runs")
        await expect(lamp).to_have_class("lamp on")
        await expect(page.locator("#lost")).to_be_hidden()


async def test_the_same_chat_begins_anew_in_another_world(
    open_page: Open, playground: Playground, bot: LittleBot
) -> None:
    """Ben's private chat stays Ben's, empty and with a Start button that works; what hung over it is gone."""
    page = await open_page()
    await is_ben(page)
    await begun(page)
    await write(page, "hello")
    await page.get_by_role("button", name="Alert", exact=True).click()
    await expect(page.locator("#alert")).to_be_visible()
    await ends(playground, bot)
    async with another(playground):
        await expect(page.locator(".about")).to_be_visible()
        await expect(page.locator(".message")).to_have_count(0)
        await expect(page.locator("#alert")).to_be_hidden()
        await expect(page.locator("#chat-title")).to_have_text("Deckhand")
        await expect(page.locator("#who-in-chat")).to_be_hidden()
        await begun_here(page)
        await page.get_by_role("button", name="Back to the chats").click()
        await expect(page.locator("#who").get_by_label("Ben")).to_be_checked()
        await expect(chat(page, "Deckhand")).to_contain_text("Welcome")


async def begun_here(page: Page) -> None:
    """In the open chat, Start is answered."""
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message").last).to_contain_text("Welcome")


async def test_a_group_is_found_under_the_number_it_had_first(
    open_page: Open, playground: Playground, bot: LittleBot
) -> None:
    """A group that got topics is a plain one in another world; its page shows that one, also after a reload there."""
    page = await open_page()
    await is_ben(page)
    await chat(page, "Study group").click()
    await page.locator("#who-in-chat").get_by_label("Anna").check()
    await page.get_by_role("button", name="Topics", exact=True).click()
    await page.keyboard.type("Verbs")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Verbs", exact=True)).to_be_visible()
    await page.locator("#who-in-chat").get_by_label("Ben").check()
    await ends(playground, bot)
    async with another(playground):
        await expect(page.locator("#topics")).to_be_hidden()
        await expect(page.locator(".pill").last).to_have_text("Anna added Deckhand")
        await expect(page.locator("#chat-title")).to_have_text("Study group")
        await expect(page.locator("#who-in-chat").get_by_label("Ben")).to_be_checked()
        await write(page, "/quiz")
        await expect(page.locator(".message").last).to_contain_text("Dropout?")
    async with another(playground):
        await page.reload()
        await expect(page.locator("#who").get_by_label("Ben")).to_be_checked()
        await expect(chat(page, "Study group")).to_have_attribute("aria-current", "true")


async def test_a_chat_that_is_nowhere_leaves_the_list(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """Whoever is not in another world is somebody who is, and sees the chats that there are."""
    page = await open_page()
    await is_ben(page)
    await begun(page)
    await ends(playground, bot)
    async with another(playground, lambda world: world.person("Zoe")):
        await expect(page.locator("#who").get_by_label("Zoe")).to_be_checked()
        await expect(page.locator("#chat")).to_be_hidden()
        await chat(page, "Deckhand").click()
        await begun_here(page)


async def test_three_phones_stay_where_they_are(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """Each of three shows its own chat in another world."""
    page = await open_page(TABLE)
    phones = page.locator(".phone")
    names = ("Deckhand", "Study group", "Deckhand")
    for number, name in enumerate(names):
        await phones.nth(number).locator(".chat-list button", has_text=name).first.click()
    await page.get_by_role("button", name="Start", exact=True).first.click()
    await expect(phones.nth(0).locator(".message").last).to_contain_text("Welcome")
    await ends(playground, bot)
    async with another(playground):
        await expect(phones.nth(0).locator(".start")).to_be_visible()
        await expect(page.locator(".chat-name h1")).to_have_text(list(names))
        await expect(phones.nth(1).locator(".composer")).to_be_visible()
        await expect(page.locator(".owner")).to_have_text(["Anna’s phone", "Ben’s phone", "Cleo’s phone"])
