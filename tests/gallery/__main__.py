"""Draws the gallery: `python -m tests.gallery [FOLDER]` looks through its deck in the demo's page at 390 px, light and
dark, behind a server that has rich messages and one that has none, and puts all cards of each look into one picture,
`rich-light.png` to `plain-dark.png` (FOLDER: .gallery).

Needs a Chromium.
"""

import asyncio
import contextlib
import itertools
import os
import re
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page, async_playwright

from tests.people import ROOT
from tests.playground.chromium import ARGUMENTS, chromium
from tests.recordings import opus

PHONE = {"width": 390, "height": 3200}
COLUMNS = 8
GAP = 16
# An edit comes whole; what takes longer are pictures, and folds that look how long they are.
DRAWN = """async node => {
  await Promise.all([...node.querySelectorAll("img")].map(img => img.decode()));
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
Scheme = Literal["light", "dark"]
# The way in which cards come, by what the server knows.
WAYS = {"rich": "10.3", "plain": "10.0"}
PAPER: dict[Scheme, str] = {"light": "white", "dark": "black"}


def lay_out(folder: Path) -> None:
    """The deck and its pictures, as an author has them."""
    shutil.copy(Path(__file__).with_name("cards.txt"), folder / "gallery.txt")
    wide, tall = Image.new("RGB", (800, 500), "white"), Image.new("RGB", (300, 900), "#cde")
    ImageDraw.Draw(wide).ellipse((60, 90, 380, 410), outline="#246", width=8)
    ImageDraw.Draw(wide).rectangle((440, 110, 720, 390), outline="#a42", width=8)
    ImageDraw.Draw(tall).line((20, 20, 280, 880), fill="#246", width=12)
    wide.save(folder / "shapes.png")
    tall.save(folder / "tall.png")
    brain = Image.new("RGB", (600, 400), "#f6ead8")
    ImageDraw.Draw(brain).ellipse((80, 50, 520, 350), fill="#e3b7a0", outline="#844", width=6)
    ImageDraw.Draw(brain).ellipse((240, 190, 380, 260), fill="#b9604c")
    brain.save(folder / "shown.png")
    ImageDraw.Draw(brain).rectangle((225, 175, 395, 275), fill="#ffd24d", outline="#8a6d00", width=4)
    brain.save(folder / "hidden.png")
    (folder / "word.ogg").write_bytes(opus(2))


@contextlib.asynccontextmanager
async def demo(decks_dir: Path) -> AsyncIterator[str]:
    """The address of a demo with these decks, which runs meanwhile."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0"),
        cwd=ROOT,
        env={**os.environ, "BOT_DECKS_DIR": str(decks_dir)},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None, "it was asked for"
    try:
        said = (await process.stdout.readline()).decode()
        yield next(word for word in said.split() if word.startswith("http"))
    finally:
        process.terminate()
        await process.wait()


async def look_through(browser: Browser, address: str, way: str, scheme: Scheme) -> list[bytes]:
    """A picture of every card, both sides."""
    page = await browser.new_page(viewport=PHONE, color_scheme=scheme, device_scale_factor=1)
    await page.goto(address)
    await page.locator("#server").select_option(WAYS[way])
    await page.locator("#chat-list").get_by_text("Deckhand", exact=True).first.click()
    start = page.locator("#start")
    if await start.is_visible():
        await start.click()
        await _settled(page)
    await page.fill("#words", "/decks")
    await page.press("#words", "Enter")
    await _settled(page)
    await _tap(page, "Gallery")
    await _tap(page, "Look through")
    pictures: list[bytes] = []
    cards = 1
    while len(pictures) < cards:
        shown = page.locator("#messages .message").filter(has_text=f"card {len(pictures) + 1} of ").last
        await shown.wait_for()
        await shown.evaluate(DRAWN)
        cards = int(re.findall(r"card \d+ of (\d+)", await shown.inner_text())[-1])
        pictures.append(await shown.screenshot())
        await page.locator("#messages button").filter(has_text="›").last.click()
    await page.close()
    return pictures


async def _tap(page: Page, label: str) -> None:
    await page.locator("#messages button").filter(has_text=label).last.click()
    await _settled(page)


async def _settled(page: Page) -> None:
    """Return when nothing moved for a moment: a formula that is drawn for the first time takes a while."""
    before, same = "", 0
    while same < 2:
        await page.wait_for_timeout(120)
        now = await page.locator("#messages").inner_html()
        before, same = now, same + 1 if now == before else 0


def together(pictures: list[bytes], scheme: Scheme) -> Image.Image:
    """All of them in columns, each put where there is most room."""
    images = [Image.open(BytesIO(each)).convert("RGB") for each in pictures]
    width = max(image.width for image in images)
    tops = [GAP] * COLUMNS
    places: list[tuple[int, int]] = []
    for image in images:
        column = tops.index(min(tops))
        places.append((GAP + column * (width + GAP), tops[column]))
        tops[column] += image.height + GAP
    sheet = Image.new("RGB", (GAP + COLUMNS * (width + GAP), max(tops)), PAPER[scheme])
    for image, place in zip(images, places, strict=True):
        sheet.paste(image, place)
    return sheet


async def main(folder: Path) -> None:
    path = chromium()
    if path is None:
        sys.exit("A Chromium is needed to draw the gallery.")
    with tempfile.TemporaryDirectory() as made:
        decks_dir = Path(made) / "decks"
        decks_dir.mkdir()
        lay_out(decks_dir)
        async with demo(decks_dir) as address, async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            for way, scheme in itertools.product(WAYS, PAPER):
                target = folder / f"{way}-{scheme}.png"
                together(await look_through(browser, address, way, scheme), scheme).save(target)
                sys.stdout.write(f"The {way} way, {scheme}: {target}\n")
            await browser.close()


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".gallery"
    chosen.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(chosen))
