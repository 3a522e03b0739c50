"""Time on the page: the clock, the days, and what comes while somebody is away."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from bot.playground.server import Playground
from tests.playground.browser.behind import Open, begun, chat, write
from tests.playground.little_bot import LittleBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_the_clock_has_buttons(open_page: Open, bot: LittleBot) -> None:
    """An hour, a day, and to the push that the bot names; the phone's clock is the browser's zone."""
    page = await open_page()
    await chat(page, "Deckhand").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.locator(".message.other")).to_contain_text("Welcome")
    clock, date = page.locator("#world-time"), page.locator("#world-date")
    await expect(clock).to_have_text("20:05")
    await page.get_by_role("button", name="+1 hour").click()
    await expect(clock).to_have_text("21:05")
    await page.get_by_role("button", name="+1 day").click()
    await expect(date).to_have_text("Tue 4 Aug")
    await page.get_by_role("button", name="To the next push").click()
    await expect(page.locator(".toast")).to_contain_text("No push is planned.")
    bot.push_at = datetime(2026, 8, 5, 5, 30, tzinfo=UTC)
    await page.get_by_role("button", name="To the next push").click()
    await expect(page.locator(".message").last).to_contain_text("12 due")
    await expect(clock).to_have_text("07:30")
    await expect(date).to_have_text("Wed 5 Aug")


async def test_days_part_the_messages(open_page: Open) -> None:
    """A message of the next day stands under its day, with the world's time."""
    page = await open_page()
    await begun(page)
    await expect(page.locator(".pill")).to_have_text(["Today"])
    await page.get_by_role("button", name="+1 day").click()
    await write(page, "/quiet")
    await expect(page.locator(".pill")).to_have_text(["Yesterday", "Today"])
    stamp = page.locator(".message").last.locator(".stamp")
    await expect(stamp).to_contain_text("20:05")
    await expect(stamp.get_by_label("sent without a sound")).to_be_visible()


async def test_what_a_dropped_bot_missed_waits_for_it(open_page: Open, bot: LittleBot) -> None:
    """A tapped button turns while the bot is down, and is answered when it runs again."""
    page = await open_page()
    await begun(page)
    await page.get_by_role("button", name="Drop the bot").click()
    await expect(page.locator("#bot-state")).to_have_text("Bot is down")
    await page.get_by_role("button", name="Easy · 8d").click()
    await expect(page.get_by_role("button", name="Easy · 8d")).to_have_attribute("aria-busy", "true")
    await page.get_by_role("button", name="Start it again").click()
    await expect(page.locator(".toast")).to_have_text("Easy · 8d it is")
    await expect(page.locator('[aria-busy="true"]')).to_have_count(0)
    assert bot.running


async def test_the_page_finds_a_server_that_was_away(open_page: Open, playground: Playground, bot: LittleBot) -> None:
    """When the server comes back, the page comes back by itself and shows what was said meanwhile."""
    page = await open_page()
    await begun(page)
    port = int(playground.base_url.rsplit(":", 1)[1])
    await bot.drop()
    await playground.stop()
    await expect(page.locator("#lost")).to_be_visible()
    anna = next(iter(playground.world.people))
    playground.world.post(playground.world.chats[anna], playground.world.bot, text="Said in between")
    await playground.start(port)
    await bot.start()
    await expect(page.locator(".message").last).to_contain_text("Said in between")
    await expect(page.locator("#lost")).to_be_hidden()


async def test_another_chat_counts_what_was_not_read(open_page: Open, playground: Playground) -> None:
    """A message in a chat that is not open is counted there and in the title, until it is opened."""
    page = await open_page()
    await begun(page)
    world = playground.world
    group = next(chat for chat in world.chats.values() if chat.kind == "group")
    ben = list(world.people.values())[1]
    for text in ("one", "two"):
        world.post(group, ben, text=text)
    await expect(page.locator("#back-count")).to_have_text("2")
    await expect(page).to_have_title(re.compile(r"^\(2\)"))
    await page.get_by_role("button", name="Back to the chats").click()
    entry = chat(page, "Study group")
    await expect(entry).to_contain_text("2 new messages")
    await entry.click()
    await expect(page).to_have_title(re.compile(r"^Deckhand"))
