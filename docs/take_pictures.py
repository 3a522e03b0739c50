"""Walks through the demo's page in a real browser and keeps a picture of each screen in docs/pictures.

Run as `python docs/take_pictures.py` for all of them, or with `week`, `decks` or `group` for those of a first week, of
decks and cards of one's own, and of a group; it needs a Chromium. The pictures show the page at 390 px, and a group at
three phones side by side.
"""

import asyncio
import contextlib
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from from_anki import package
from playwright.async_api import Locator, Page, async_playwright

GROUP = "Study group"
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
            await self.key(label).click()
            await self.settle()

    async def say(self, words: str) -> None:
        await self.page.fill("#words", words)
        await self.page.press("#words", "Enter")
        await self.settle()

    async def send(self, file: Path) -> None:
        await self.page.set_input_files("#pick", file)
        await self.page.press("#words", "Enter")
        await self.key("Import").wait_for()
        await self.settle()

    def key(self, label: str) -> Locator:
        return self.page.locator("#messages .key").filter(has_text=label).last

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
            if await self.key("Show answer").count():
                await self.tap("Show answer")
            if not await self.key(names[letter]).count():
                return
            await self.tap(names[letter])

    async def picture(self, name: str) -> None:
        await self.page.locator(".toasts > *").first.wait_for(state="detached")  # a toast goes away by itself
        await self.settle()
        await self.page.screenshot(path=PICTURES / f"{name}.png")


async def first_week(walk: Walk) -> None:
    """First contact, turn, answer, push, summary, settings, and stats."""
    await walk.enter("Deckhand")
    await walk.page.click("#start")
    await walk.key("Machine learning").wait_for()
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


async def decks_of_ones_own(walk: Walk) -> None:
    """A package of Anki comes in; its cards; some are found; one is written."""
    await walk.enter("Deckhand")
    await walk.page.click("#start")
    await walk.key("Machine learning").wait_for()
    with tempfile.TemporaryDirectory() as folder:
        await walk.send(package(Path(folder)))
    await walk.picture("import")
    await walk.tap("With my progress")
    await walk.key("Biology › Enzymes").wait_for()
    for deck, name in (("Enzymes", "card"), ("Gaps", "menu"), ("Pictures", "covered")):
        await walk.say(f"/quiz Biology::{deck}")
        if name != "covered":
            await walk.tap("Show answer")
        if name == "menu":
            await walk.tap("⋯")
        await walk.picture(name)
    await walk.say("/find protein")
    await walk.picture("find")
    await walk.say("/add What moves water through a membrane?\nOsmosis, by a pressure of \\(\\Pi = cRT\\)")
    await walk.picture("add")


class Table:
    """Three members side by side, each at a phone of their own."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._walk = Walk(page)

    def phone(self, number: int) -> Locator:
        return self.page.locator(".phone").nth(number)

    async def tap(self, number: int, *labels: str) -> None:
        for label in labels:
            await self.phone(number).locator(".messages .key").filter(has_text=label).last.click()
            await self._walk.settle()
            await self.back_to_group(number)

    async def back_to_group(self, number: int) -> None:
        """Beyond the group's pace an answer comes by an alert, or in the private chat."""
        read = self.phone(number).locator("dialog[open] button")
        if await read.count():
            await read.click()
        if await self.phone(number).locator(".chat-name h1").inner_text() != GROUP:
            await self.phone(number).locator(".back").click()
            await self.phone(number).locator(".chat-list").get_by_text(GROUP, exact=True).first.click()
        await self._walk.settle()

    async def say(self, number: int, words: str) -> None:
        box = self.phone(number).locator("textarea")
        await box.fill(words)
        await box.press("Enter")
        await self._walk.settle()

    async def enter(self) -> None:
        for number in range(3):
            await self.phone(number).locator(".chat-list").get_by_text(GROUP, exact=True).first.click()
        await self._walk.settle()

    async def press(self, name: str) -> None:
        await self._walk.press(name)

    async def picture(self, name: str) -> None:
        await self._walk.picture(name)


async def study_together(table: Table) -> None:
    """A card that three look at and grade alone, the board after a week, and a race."""
    await table.enter()
    await table.say(0, "/quiz")
    await table.tap(0, "Machine learning")
    await table.tap(0, "Show answer")
    await table.tap(0, "Good")
    await table.tap(1, "Show answer")
    await table.picture("group")
    await table.tap(1, "Again")
    for day in range(12):
        await table.press("+1 day")
        for card in range(3):
            await table.say(0, "/quiz")
            for number in range(3):
                if await table.phone(number).locator(".messages .key").filter(has_text="Show answer").count():
                    await table.tap(number, "Show answer")
                    await table.tap(number, "Again" if (day + card + number) % 5 == 4 else "Good")
            await table.press("+1 hour")
    await table.say(0, "/board")
    await table.picture("board")
    await table.say(1, "/round")
    await table.tap(1, "Race", "Start")
    await table.tap(0, "I'm in")
    await table.tap(2, "I'm in")
    await table.picture("round")


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
    wanted = sys.argv[1:] or ["week", "decks", "group"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for scene in wanted:
            async with demo() as address:
                width, height = (1300, 700) if scene == "group" else (390, 780)
                page = await browser.new_page(viewport={"width": width, "height": height}, device_scale_factor=2)
                await page.goto(address)
                await Walk(page).settle()
                if scene == "group":
                    await study_together(Table(page))
                else:
                    await (first_week if scene == "week" else decks_of_ones_own)(Walk(page))
                await page.close()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
