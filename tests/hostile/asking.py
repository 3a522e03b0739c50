"""Asks cards that might do harm when they are shown, and looks at what arrives."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.playground.people import Somebody
from bot.playground.screens import screen
from bot.playground.values import Message
from tests.decks.anki.samples import PICTURE, database, package_of
from tests.decks.test_folder import png
from tests.hostile.shown import CARDS, MEDIA

# Of what may stand in a link; addresses of ours among them.
_SAFE = re.compile(r"https?://", re.IGNORECASE)
_TURNING = re.compile("[\u202a-\u202e]")
_PAGES = 40
_DECK = "Shown · "


def media() -> dict[str, bytes]:
    """What they show and play, or would."""
    return {**MEDIA, "large.png": png(50_000, 50_000), "cut.png": PICTURE[:60]}


def deck() -> str:
    """All of them as a text file."""
    return "#separator:tab\n#html:true\n" + "".join(f"{front}\t{back}\n" for _, front, back in CARDS)


def package(folder: Path) -> bytes:
    """All of them with their media."""
    listing = json.dumps({str(number): name for number, name in enumerate(media())})
    notes = [(front, back) for _, front, back in CARDS]
    named = """update col set decks = '{"1": {"id": 1, "name": "Shown"}}'"""
    entries = [(str(number), data) for number, data in enumerate(media().values())]
    return package_of(database(folder / "made.db", notes, then=named), listing.encode(), *entries)


async def asks_all(somebody: Somebody) -> list[str]:
    """What is wrong with the cards that are asked one after the other, from the one that is shown now."""
    wrong: list[str] = []
    seen: set[int] = set()
    for _ in CARDS:
        number = _number(somebody, "f")
        if number is None:
            break
        seen.add(number)
        wrong += [f"card {number}, asked: {each}" for each in harms(somebody.message())]
        if f"b{number}" in somebody.sees().text.split("?")[-1]:
            wrong.append(f"card {number}: its answer is told")
        if "Show answer" in somebody.sees().labels:
            await somebody.taps("Show answer")
            wrong += [f"card {number}, answered: {each}" for each in harms(somebody.message())]
            if not await _is_told(somebody, f"b{number}"):
                wrong.append(f"card {number}: nothing of its answer is shown:\n{somebody.sees()}")
        await somebody.taps("Easy")
        if "Not now" in somebody.sees().labels:
            await somebody.taps("Not now")
    return [*wrong, *(f"card {number} was not asked" for number in range(1, len(CARDS) + 1) if number not in seen)]


async def _is_told(somebody: Somebody, words: str) -> bool:
    """Whether it stands on a page of the answer."""
    for _ in range(_PAGES):
        if words in somebody.sees().text:
            return True
        if "Next" not in str(somebody.sees().labels):
            return False
        await somebody.taps("Next")
    return False


def _number(somebody: Somebody, mark: str) -> int | None:
    found = re.search(rf"\b{mark}(\d+) ", somebody.sees().text)
    return int(found[1]) if found else None


def harms(message: Message) -> Iterator[str]:
    """What in a message could do something that its card's author wants and nobody else."""
    # What stands above the card is the bot's own.
    own = max(0, message.text.find(_DECK))
    entities = [entity for entity in message.entities if entity.offset >= own]
    # An address that its author made a link is one; nothing else can be followed by a tap.
    for kind in screen(replace(message, entities=tuple(entities))).links:
        if kind not in ("text_link", "url"):
            yield f"it holds a {kind}"
    for url in (*(entity.url for entity in entities if entity.type == "text_link"), *_urls(message.rich)):
        if not _SAFE.match(url):
            yield f"it links to {url[:60]}"
    if any(entity.type == "url" for entity in entities):
        yield "it holds an address that its author made no link"
    if _TURNING.search(message.text):
        yield "it turns what follows"


def _urls(of: Any) -> Iterator[str]:
    if isinstance(of, Mapping):
        if isinstance(of.get("url"), str):
            yield of["url"]
        for value in of.values():
            yield from _urls(value)
    elif isinstance(of, list | tuple):
        for each in of:
            yield from _urls(each)
