"""A browser for all tests of this folder, and the page in it with a bot of a few lines behind."""

import os
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Error, Page, async_playwright, expect

from bot.playground.demo_world import furnish
from bot.playground.page import add_page
from bot.playground.server import Playground
from tests.playground.browser.behind import PHONE, START, Open, react
from tests.playground.chromium import ARGUMENTS, chromium
from tests.playground.little_bot import LittleBot

WAIT_MS = 5000
# A browser notes when a server is away, and when it refused an act.
EXPECTED = re.compile(r"Failed to load resource: (net::|the server responded with a status of 400)")


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests here."""
    path = chromium()
    if path is None:
        reason = "The tests in a browser did not run: there is no Chromium on this machine."
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="package")
async def playground() -> AsyncIterator[Playground]:
    """A world at 18:05 UTC."""
    playground = Playground(held=True, start=START)
    furnish(playground.world)
    yield playground


@pytest_asyncio.fixture(loop_scope="package")
async def bot(playground: Playground) -> AsyncIterator[LittleBot]:
    """The little bot, running behind the page."""
    bot = LittleBot(playground, react)
    add_page(playground.application, playground.world, bot)
    await playground.start()
    await bot.start()
    await bot.call("setMyDescription", description="I ask cards.")
    for scope, command in (("all_private_chats", "quiz"), ("all_group_chats", "board")):
        commands = [
            {"command": command, "description": "The next card"},
            {"command": "stats", "description": "Figures"},
        ]
        await bot.call("setMyCommands", commands=commands, scope={"type": scope})
    yield bot
    await bot.drop()
    await playground.stop()


Pages = dict[tuple[tuple[str, str], ...], list[Page]]


@pytest.fixture(scope="package")
def idle_pages(browser: Browser) -> Pages:
    """Pages that no test has open, by how they were made: a new one costs a process and most of a second."""
    return {}


@pytest_asyncio.fixture(loop_scope="package")
async def open_page(browser: Browser, idle_pages: Pages, playground: Playground, bot: LittleBot) -> AsyncIterator[Open]:
    """Opens the page on a phone or a desk; at the end nothing may stand in the browser's console."""
    complaints: list[str] = []
    opened: list[tuple[list[Page], Page]] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    def broke(error: Error) -> None:
        complaints.append(str(error))

    async def open_one(size: dict[str, int] = PHONE, **options: str) -> Page:
        idle = idle_pages.setdefault(tuple(sorted(options.items())), [])
        if idle:
            page = idle.pop()
        else:
            context = await browser.new_context(timezone_id="Europe/Berlin", **options)  # type: ignore[arg-type]
            context.set_default_timeout(WAIT_MS)
            page = await context.new_page()
        opened.append((idle, page))
        page.on("console", said)
        page.on("pageerror", broke)
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        await page.goto(f"{playground.base_url}/")
        await expect(page.locator("#chat-list button").first).to_be_visible()
        return page

    yield open_one
    for idle, page in opened:
        await page.evaluate("sessionStorage.clear()")
        await page.goto("about:blank")
        page.remove_listener("console", said)
        page.remove_listener("pageerror", broke)
        idle.append(page)
    assert [said for said in complaints if not EXPECTED.search(said)] == []
