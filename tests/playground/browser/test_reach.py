"""The page on a phone, at a desk, and without a mouse."""

import pytest
from playwright.async_api import Page, expect

from tests.playground.browser.behind import DESK, Open, begun

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_everything_is_within_reach_of_the_keyboard(open_page: Open) -> None:
    """From the first Tab to the grade without a mouse; who was on a button stays there when the message changes."""
    page = await open_page()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.dataset.chat !== undefined"):
            break
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await page.keyboard.press("Enter")
    start = page.get_by_role("button", name="Start", exact=True)
    await reach(page, "Start")
    await page.keyboard.press("Enter")
    await expect(start).to_be_hidden()
    await expect(page.get_by_role("button", name="Begin", exact=True)).to_be_visible()
    await reach(page, "Begin")
    await page.keyboard.press("Space")
    await expect(page.get_by_role("button", name="Show answer", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Again · 1m")).to_be_focused()
    spoiler = page.locator(".spoiler")
    await reach(page, "Hidden words, open them", backwards=True)
    await page.keyboard.press("Enter")
    await expect(spoiler).to_have_class("spoiler open")
    await reach(page, "Good · 10m")
    await page.keyboard.press("Space")
    await expect(page.locator(".toast")).to_have_text("Good · 10m it is")
    await page.keyboard.press("Escape")
    await expect(page.locator("#phone")).to_have_attribute("data-view", "chats")


async def reach(page: Page, name: str, *, backwards: bool = False) -> None:
    """Tab until the focus is on what bears that name."""
    named = "node => node.getAttribute('aria-label') ?? node.textContent.trim()"
    for _ in range(40):
        if await page.evaluate(f"({named})(document.activeElement)") == name:
            return
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"Tab does not lead to {name}")


async def test_nothing_is_cut_at_390(open_page: Open) -> None:
    """No view scrolls sideways, and every button shows all of its words."""
    page = await open_page()
    await begun(page)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    assert await page.evaluate("document.getElementById('scroller').scrollWidth") <= 390
    cut = "all => all.filter(key => key.scrollWidth > key.clientWidth || key.scrollHeight > key.clientHeight).length"
    assert await page.locator(".key, .world button").evaluate_all(cut) == 0
    bottom = await page.locator(".key").last.bounding_box()
    assert bottom is not None
    assert bottom["y"] + bottom["height"] <= 844
    await page.get_by_role("button", name="Back to the chats").click()
    await expect(page.locator("#chat-list")).to_be_visible()
    await expect(page.locator("#chat")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_a_desk_shows_both_and_follows_the_scheme(open_page: Open) -> None:
    """At 1200 px the chats stand beside the open one, without a back button, dark or light as the machine is."""
    page = await open_page(DESK, color_scheme="dark")
    await expect(page.locator("#chat-list")).to_be_visible()
    await expect(page.locator("#chat-title")).to_have_text("Deckhand")
    await expect(page.get_by_role("button", name="Back to the chats")).to_be_hidden()
    dark = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    await page.emulate_media(color_scheme="light")
    light = await page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (dark, light) == ("rgb(10, 15, 20)", "rgb(238, 241, 245)")
