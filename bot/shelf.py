"""The decks folder and the decks in the database: what changed in the one is read into the other.

Files are read off the event loop, at the start and again once they changed and then stood still over two looks. Nothing
is ever written into the folder.
"""

import asyncio
import contextlib
import gc
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Set
from pathlib import Path

from msgspec import Struct

from bot.clock import Clock
from bot.decks import check, folder
from bot.decks.card import Deck, DeckError, Fault
from bot.decks.folder import Stamp
from bot.decks.match import match
from bot.decks.opening import contents
from bot.decks.reading import read
from bot.decks.textfile import NotADeckError
from bot.storage.advice import command
from bot.tutor import Tutor, library
from bot.tutor.library import Found

log = logging.getLogger(__name__)

# Another way of reading the same bytes is another deck: files are read anew when this number changes.
READER = 4
FAULTS_TOLD = 10


class _File(Struct, frozen=True):
    """A file as read: its deck, or why it could not be read; neither if it is as it was, no deck, or just now gone."""

    name: str
    found: Found | None = None
    fault: str = ""
    again: bool = False  # it could not be opened: worth another try though it did not change
    is_deck: bool = True  # Markdown without a card is somebody's notes


class Shelf:
    """Keeps the decks in step with their files. `tell` is given what a deck's author has to know."""

    def __init__(self, tutor: Tutor, root: Path, clock: Clock, tell: Callable[[str], Awaitable[None]]) -> None:
        self._tutor = tutor
        self._root = root
        self._clock = clock
        self._tell = tell
        self._loaded: dict[str, Stamp] = {}
        self._seen: dict[str, Stamp] = {}
        self._told: dict[str, str] = {}
        self._notes: frozenset[str] = frozenset()
        self._looking = asyncio.Lock()

    async def load(self) -> None:
        """Read the whole folder, at the start. Raises OSError if it cannot be read."""
        now = await asyncio.to_thread(folder.scan, self._root)
        await self._read(tuple(now), now)
        self._seen = now

    async def look(self) -> None:
        """Read what changed since it was read and stands still since the last look."""
        async with self._looking:
            try:
                now = await asyncio.to_thread(folder.scan, self._root)
            except OSError as error:
                await self._say_once(
                    "", f"The decks folder cannot be read: {error.strerror}. The decks stay as they are."
                )
                return
            self._told.pop("", None)
            changed = folder.settled(self._seen, now, self._loaded)
            self._seen = now
            if changed:
                await self._read(tuple(name for name in changed if name in now), now, self._loaded.keys() - changed)

    async def _read(self, names: tuple[str, ...], now: dict[str, Stamp], still: Set[str] = frozenset()) -> None:
        """Read these files, and archive the decks whose file is not there any more.

        `now`: what the folder holds; `still`: what was loaded and may be gone only for the moment.
        """
        with _no_search_for_garbage():
            await self._read_files(names, now, still)

    async def _read_files(self, names: tuple[str, ...], now: dict[str, Stamp], still: Set[str]) -> None:
        known = await self._tutor.do(library.digests, self._clock.now())
        files = [await asyncio.to_thread(_file, self._root, name, known.get(name, "")) for name in names]
        for file in files:
            if file.fault:
                await self._say_once(file.name, file.fault)
            else:
                self._told.pop(file.name, None)
        self._notes = self._notes.difference(names).union(file.name for file in files if not file.is_deck)
        await self._store([file.found for file in files if file.found], frozenset(now) - self._notes | still)
        self._loaded = {name: stamp for name, stamp in self._loaded.items() if name in now or name in still}
        self._loaded |= {file.name: now[file.name] for file in files if not file.again}

    async def _store(self, found: list[Found], present: frozenset[str]) -> None:
        deck_ids = await self._tutor.do(library.claim, self._clock.now(), found, present) if found else ()
        for deck_id, each in zip(deck_ids, found, strict=True):
            known = await self._tutor.do(library.known, self._clock.now(), deck_id)
            # Off the event loop and outside of any transaction: nobody's tap waits for a big deck to be matched.
            matching = await asyncio.to_thread(match, known, each.deck.cards)
            await self._tutor.do(library.keep, self._clock.now(), deck_id, each, matching)
            counts = (len(each.deck.cards), len(matching.created), len(matching.gone))
            log.info("read %s: %d cards, %d new, %d archived", each.deck.file, *counts)
            if matching.rewritten:
                await self._tell(_rewritten(each.deck.file, len(matching.rewritten)))
        for deck in await self._tutor.do(library.missing, self._clock.now(), present):
            log.info("deck %d has no file any more and is archived", deck.deck_id)
        for each in found:
            await self._log_faults(each.deck)
            lost = [fault for fault in each.deck.faults if fault.loses_card]
            if lost:
                await self._tell(_lost(lost))

    async def _log_faults(self, deck: Deck) -> None:
        """One line for the file, without a word of its cards."""
        path = self._root / deck.file
        lost, others = await asyncio.to_thread(check.counted, deck, path)
        if lost or others:
            told = command("deck", "check", str(path))
            log.warning("%s: faults: %d, entries in no deck: %d; named by %s", deck.file, lost + others, lost, told)

    async def _say_once(self, name: str, fault: str) -> None:
        """Tell of a fault of this file, once until it is another one or over. Such faults quote nothing of the file."""
        if self._told.get(name) != fault:
            self._told[name] = fault
            log.warning("%s", fault)
            await self._tell(fault)


@contextlib.contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """A big deck is a million objects, none of them garbage: each search through them would hold up everybody's tap."""
    searches = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searches:
            gc.enable()


def _rewritten(file: str, answers: int) -> str:
    """For a deck's author: an answer that now says another thing may want another front."""
    many = "1 answer says" if answers == 1 else f"{answers} answers say"
    return (
        f"{file}: {many} something quite different under the same front. What people learned of the card is kept; "
        "a front of its own would make it a new card."
    )


def _file(root: Path, name: str, known_digest: str) -> _File:
    stays = " The deck stays as it was." if known_digest else ""
    written = name.encode(errors="replace").decode()
    if written != name:
        # Such a name can be neither kept nor told of: names on a disk are bytes, ours are texts.
        return _File(name, fault=f"{written} cannot be read: its name is not UTF-8. Rename it.")
    try:
        data = contents(root / name, name)
    except DeckError as error:
        return _File(name, fault=f"{error}{stays}")
    except FileNotFoundError:
        return _File(name, again=True)
    except OSError as error:
        return _File(name, fault=f"{name} cannot be read: {error.strerror}.{stays}", again=True)
    digest = f"{READER}:{hashlib.sha256(data).hexdigest()}"
    if digest == known_digest:
        return _File(name)
    try:
        return _File(name, Found(read(data, name), digest))
    except NotADeckError:
        return _File(name, is_deck=False)
    except DeckError as error:
        return _File(name, fault=f"{error}{stays}")


def _lost(faults: list[Fault]) -> str:
    more = len(faults) - FAULTS_TOLD
    lines = [str(fault) for fault in faults[:FAULTS_TOLD]]
    return "\n".join([*lines, f"And {more} more: deck check names them all."] if more > 0 else lines)
