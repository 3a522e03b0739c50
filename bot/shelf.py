"""The decks folder and the decks in the database: what changed in the one is read into the other.

Files are read off the event loop, at the start and again once they changed and then stood still over two looks. Nothing
is ever written into the folder.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bot.clock import Clock
from bot.decks import folder
from bot.decks.card import Deck, DeckError, Fault
from bot.decks.delimited import parse
from bot.decks.folder import Stamp
from bot.tutor import Tutor, library

log = logging.getLogger(__name__)

# Another way of reading the same bytes is another deck: files are read anew when this number changes.
READER = 1
FAULTS_TOLD = 10


@dataclass(frozen=True, slots=True)
class _File:
    """A deck file as read, or why it could not be."""

    name: str
    digest: str
    deck: Deck | None
    fault: str = ""


class Shelf:
    """Keeps the decks in step with their files. `tell` is given what a deck's author has to know."""

    def __init__(self, tutor: Tutor, root: Path, clock: Clock, tell: Callable[[str], Awaitable[None]]) -> None:
        self._tutor = tutor
        self._root = root
        self._clock = clock
        self._tell = tell
        self._loaded: dict[str, Stamp] = {}
        self._seen: dict[str, Stamp] = {}
        self._looking = asyncio.Lock()

    async def load(self) -> None:
        """Read the whole folder, at the start. Raises OSError if it cannot be read."""
        now = await asyncio.to_thread(folder.scan, self._root)
        await self._read(tuple(now), now)
        await self._tutor.do(library.missing, self._clock.now(), frozenset(now))
        self._seen = now

    async def look(self) -> None:
        """Read what changed since it was read and stands still since the last look."""
        async with self._looking:
            try:
                now = await asyncio.to_thread(folder.scan, self._root)
            except OSError as error:
                log.warning("the decks folder cannot be read: %s; the decks stay as they are", error.strerror)
                return
            changed = folder.settled(self._seen, now, self._loaded)
            self._seen = now
            await self._read(tuple(name for name in changed if name in now), now)
            gone = [name for name in changed if name not in now]
            for name in gone:
                self._loaded.pop(name, None)
            if gone:
                await self._tutor.do(library.missing, self._clock.now(), frozenset(now))

    async def _read(self, names: tuple[str, ...], present: dict[str, Stamp]) -> None:
        known = await self._tutor.do(library.digests, self._clock.now())
        for name in names:
            found = await asyncio.to_thread(_file, self._root, name, known.get(name, ""))
            self._loaded[name] = present[name]
            if found.fault:
                log.warning("%s", found.fault)
                await self._tell(found.fault)
            elif found.deck is not None:
                await self._store(found, found.deck, frozenset(present))

    async def _store(self, found: _File, deck: Deck, present: frozenset[str]) -> None:
        reading = await self._tutor.do(library.read, self._clock.now(), deck, found.digest, present)
        log.info(
            "read %s: %d cards, %d new, %d archived", found.name, len(deck.cards), reading.created, reading.archived
        )
        lost = [fault for fault in deck.faults if fault.loses_card]
        if lost:
            await self._tell("\n".join(_said(fault) for fault in lost[:FAULTS_TOLD]))


def _file(root: Path, name: str, known_digest: str) -> _File:
    try:
        data = (root / name).read_bytes()
    except OSError as error:
        return _File(name, "", None, f"{name} cannot be read: {error.strerror}. The deck stays as it was.")
    digest = f"{READER}:{hashlib.sha256(data).hexdigest()}"
    if digest == known_digest:
        return _File(name, digest, None)
    try:
        return _File(name, digest, parse(data, name))
    except DeckError as error:
        return _File(name, digest, None, f"{error} The deck stays as it was.")


def _said(fault: Fault) -> str:
    return f"{fault.file}, line {fault.line}: {fault.what} {fault.cause}".strip()
