"""Walks a first week through the demo's page in a real browser and keeps a picture of each screen in docs/pictures.

Run as `python docs/take_pictures.py`; it needs a Chromium. The pictures show what the page shows at 390 px.
"""

import asyncio
import contextlib
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Walk:
    """One person's thumb on the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def settle(self) -> None:
        """Return when the page shows what the last act led to: nothing moved for a moment."""
        before = ""
        while (now := await self.page.inner_text("body")) != before:
            before = now
            await self.page.wait_for_timeout(250)

    async def tap(self, *labels: str) -> None:
        for label in labels:
            await self.page.locator("#messages button").filter(has_text=label).last.click()
            await self.settle()

    async def say(self, words: str) -> None:
        await self.page.fill("#words", words)
        await self.page.press("#words", "Enter")
        await self.settle()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).first.click()
        await self.settle()

    async def enter(self, chat: str) -> None:
        if await self.page.locator("#back").is_visible():
            await self.page.click("#back")
        await self.page.locator("#chat-list").get_by_text(chat, exact=True).first.click()
        await self.settle()

    async def study(self, grades: str) -> None:
        """Look at the answer and grade, once for each letter of `grades`."""
        names = {"a": "Again", "h": "Hard", "g": "Good", "e": "Easy"}
        for letter in grades:
            show = self.page.locator("#messages button").filter(has_text="Show answer")
            if await show.count():
                await self.tap("Show answer")
            grade = self.page.locator("#messages button").filter(has_text=names[letter])
            if not await grade.count():
                return
            await self.tap(names[letter])

    async def picture(self, name: str) -> None:
        await self.page.wait_for_timeout(2600)  # a toast goes away by itself
        await self.page.screenshot(path=PICTURES / f"{name}.png")


async def first_week(walk: Walk) -> None:
    """First contact, turn, answer, push, summary, settings, stats and the group."""
    await walk.enter("Deckhand")
    await walk.page.click("#start")
    await walk.settle()
    await walk.picture("first-contact")
    await walk.tap("Machine learning")
    await walk.picture("turn")
    await walk.tap("Show answer")
    await walk.picture("answer")
    await walk.tap("Good")
    await walk.picture("hour")
    await walk.tap("20:00")
    await walk.say("Berlin")
    await walk.study("ggegghgeaggggggggggggg")
    await walk.picture("summary")
    for grades in ("ggghggaggeg" + 14 * "g", "gghgeggegga" + 14 * "g", "ggeggg"):
        await walk.press("To the next push")
        await walk.page.wait_for_timeout(1000)
        await walk.settle()
        if grades == "ggeggg":
            await walk.picture("push")
        await walk.study(grades)
    await walk.say("/stats")
    await walk.page.wait_for_timeout(3000)
    await walk.settle()
    await walk.picture("stats")
    await walk.say("/settings")
    await walk.picture("settings")
    await study_together(walk)


async def study_together(walk: Walk) -> None:
    await walk.enter("Study group")
    await walk.say("/quiz")
    await walk.tap("Machine learning")
    await walk.tap("Show answer")
    with contextlib.suppress(Exception):
        await walk.page.click("#alert-ok", timeout=1500)
    await walk.enter("Study group")
    await walk.picture("group")


@contextlib.asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """The address of a demo that runs meanwhile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", str(port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None, "it was asked for"
    await process.stdout.readline()
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        await process.wait()


async def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("A Chromium is needed to take the pictures.")
    PICTURES.mkdir(exist_ok=True)
    async with demo() as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = await browser.new_page(viewport={"width": 390, "height": 780}, device_scale_factor=2)
        await page.goto(address)
        walk = Walk(page)
        await walk.settle()
        await first_week(walk)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
