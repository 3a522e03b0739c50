"""The decks folder and the decks in the database: what changed in the one is read into the other.

Files are read off the event loop, at the start and again once they changed and then stood still over two looks. Nothing
is ever written into the folder.
"""

import asyncio
import contextlib
import functools
import gc
import hashlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence, Set
from pathlib import Path
from typing import Any

from msgspec import Struct

from bot.clock import Clock
from bot.decks import folder
from bot.decks.card import Deck, DeckError
from bot.decks.folder import Stamp
from bot.decks.opening import contents
from bot.decks.textfile import GivenUp, GoOn, NotADeckError, called_in_a_line, surely, while_wanted
from bot.packages import Packages, Reading, unnameable
from bot.storage.advice import command
from bot.storage.errors import StorageFailed
from bot.tutor import Tutor, library
from bot.tutor.library import Found

log = logging.getLogger(__name__)

# Another way of reading the same bytes is another deck: files are read anew when this number changes.
READER = 7
FAULTS_TOLD = 10
_UNREAD = Stamp(-1, -1)


class _File(Struct, frozen=True):
    """A file as read: its deck, or why it could not be read; neither if it is as it was, no deck, or just now gone.

    Attributes:
        lost: how many of its entries are in no deck; `others` are its other faults.
    """

    name: str
    found: Found | None = None
    lost: int = 0
    others: int = 0
    fault: str = ""
    again: bool = False  # it could not be opened: worth another try though it did not change
    is_deck: bool = True  # Markdown without a card is somebody's notes
    is_parted: bool = False  # it is several decks, or was, and goes the way of a package


class Shelf:
    """Keeps the decks in step with their files. `tell` is given what a deck's author has to know.

    Packages take longer: `begin` lets them be read beside all else. `go_on` is asked all the while: once it says no,
    what is being read is given up, and the next start reads it.
    """

    def __init__(
        self,
        tutor: Tutor,
        root: Path,
        clock: Clock,
        tell: Callable[[str], Awaitable[None]],
        packages: Packages,
        begin: Callable[[Coroutine[Any, Any, None], str], None],
        go_on: GoOn = surely,
    ) -> None:
        self._go_on = go_on
        self._tutor = tutor
        self._root = root
        self._clock = clock
        self._tell = tell
        self._loaded: dict[str, Stamp] = {}
        self._seen: dict[str, Stamp] = {}
        self._told: dict[str, str] = {}
        self._notes: frozenset[str] = frozenset()
        self._looking = asyncio.Lock()
        self._packages = packages
        self._begin = begin
        # In the order in which they are to be read.
        self._waiting: dict[str, None] = {}
        self._reading_packages = False

    async def load(self) -> None:
        """Read the whole folder but its packages, at the start. Raises OSError if it cannot be read, GivenUp."""
        now = await asyncio.to_thread(folder.scan, self._root)
        await self._read(tuple(now), now)
        self._seen = now

    async def look(self) -> None:
        """Read what changed since it was read and stands still since the last look."""
        async with self._looking:
            try:
                now = await asyncio.to_thread(folder.scan, self._root)
            except OSError as error:
                why = f"The decks folder {self._root} cannot be read: {error.strerror}"
                await self._say_once("", f"{why}. The decks stay as they are.")
                return
            self._told.pop("", None)
            changed = folder.settled(self._seen, now, self._loaded)
            self._seen = now
            try:
                if changed:
                    await self._read(tuple(name for name in changed if name in now), now, self._loaded.keys() - changed)
            except GivenUp:
                log.info("the decks that were being read are given up; the next start reads them")
                return
        if self._waiting:
            self.begin_packages()

    def begin_packages(self) -> None:
        """Let those be read that changed; to be called once after the start, when what was going on goes on."""
        if not self._reading_packages:
            self._reading_packages = True
            self._begin(self._read_packages(), "reading packages of the decks folder")

    async def _read_packages(self) -> None:
        try:
            while self._waiting:
                name = next(iter(self._waiting))
                del self._waiting[name]
                try:
                    await self._tell_of(name, await self._packages.read(name, READER))
                except (OSError, StorageFailed):
                    # Once something can be written it can be read.
                    self._loaded[name] = _UNREAD
                    raise
            await self._packages.tidy()
            # It may have gone while it was read.
            await self._put_away(frozenset(self._seen.keys() | self._loaded.keys()))
        finally:
            self._reading_packages = False

    async def _tell_of(self, name: str, reading: Reading) -> None:
        if reading.again:
            self._loaded[name] = _UNREAD
        if reading.fault:
            await self._say_once(name, reading.fault)
        elif not reading.again:
            self._told.pop(name, None)
        self._log_counts(name, len(reading.lost), reading.others)
        if reading.rewritten:
            await self._tell(_rewritten(name, reading.rewritten))
        if reading.lost:
            await self._tell(_lost(reading.lost))

    async def _read(self, names: tuple[str, ...], now: dict[str, Stamp], still: Set[str] = frozenset()) -> None:
        """Read these files, and archive the decks whose file is not there any more.

        `now`: what the folder holds; `still`: what was loaded and may be gone only for the moment.
        """
        with _no_search_for_garbage():
            await self._read_files(names, now, still)

    async def _read_files(self, names: tuple[str, ...], now: dict[str, Stamp], still: Set[str]) -> None:
        known = await self._tutor.do(library.digests, self._clock.now())
        known |= await self._tutor.do(library.package_digests, self._clock.now())
        several = await self._tutor.do(library.package_decks, self._clock.now())
        texts = [name for name in names if not folder.is_package(name)]
        packages = [name for name in names if folder.is_package(name)]
        read = functools.partial(_file, self._root, several=several, go_on=self._go_on)
        files = [await asyncio.to_thread(read, name, known.get(name, "")) for name in texts]
        for file in files:
            if file.fault:
                await self._say_once(file.name, file.fault)
            else:
                self._told.pop(file.name, None)
        packages += [file.name for file in files if file.is_parted]
        self._notes = self._notes.difference(names).union(file.name for file in files if not file.is_deck)
        await self._store([file.found for file in files if file.found], frozenset(now) - self._notes | still)
        for file in files:
            self._log_counts(file.name, file.lost, file.others)
        self._loaded = {name: stamp for name, stamp in self._loaded.items() if name in now or name in still}
        self._loaded |= {file.name: now[file.name] for file in files if not file.again}
        self._loaded |= {name: now[name] for name in packages}
        self._waiting |= dict.fromkeys(packages)

    async def _store(self, found: list[Found], present: frozenset[str]) -> None:
        now = self._clock.now()
        deck_ids = await self._tutor.do(library.claim, now, found, present, self._go_on) if found else ()
        for deck_id, each in while_wanted(zip(deck_ids, found, strict=True), self._go_on):
            known = await self._tutor.see(library.known, self._clock.now(), deck_id)
            # Off the event loop and outside of any transaction: nobody's tap waits for a big deck to be compared.
            compared = await asyncio.to_thread(library.compare, known, each.deck.cards, self._go_on)
            matching = compared.matching
            await self._tutor.do(library.keep, self._clock.now(), deck_id, each, compared)
            counts = (len(each.deck.cards), len(matching.created), len(matching.gone))
            log.info("read %s: %d cards, %d new, %d archived", each.deck.file, *counts)
            if matching.rewritten:
                await self._tell(_rewritten(each.deck.file, len(matching.rewritten)))
        await self._put_away(present)
        for each in found:
            lost = [str(fault) for fault in each.deck.faults if fault.loses_card]
            if lost:
                await self._tell(_lost(lost))

    async def _put_away(self, present: frozenset[str]) -> None:
        """Archive the decks whose file is not among these."""
        for deck_id in await self._tutor.do(library.missing, self._clock.now(), present):
            log.info("deck %d has no file any more and is archived", deck_id)

    def _log_counts(self, name: str, lost: int, others: int) -> None:
        """One line for the file, without a word of its cards."""
        if lost or others:
            told = command("deck", "check", str(self._root / name))
            log.warning("%s: faults: %d, entries in no deck: %d; named by %s", name, lost + others, lost, told)

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


def _file(root: Path, name: str, known_digest: str, *, several: Set[tuple[str, str]], go_on: GoOn) -> _File:
    """`several`: files that are several decks, with the name of each of these."""
    stays = " The deck stays as it was." if known_digest else ""
    if fault := unnameable(name):
        return _File(name, fault=fault)
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
    # A bot that starts with the decks that it knows does not wait for what reads other ones.
    from bot.decks.reading import read

    try:
        deck, *others = read(data, name, go_on)
        # The last of several is the deck that it was.
        is_parted = bool(others) or (name, called_in_a_line(deck.name)) in several
        if is_parted:
            return _File(name, is_parted=True)
        # Here, where the deck was read: a thread that is given one may still hold it when its answer is there already,
        # and then the first search for garbage goes through all of it.
        return _File(name, Found(deck, digest), *_counted(deck, root / name))
    except NotADeckError:
        return _File(name, is_deck=False)
    except DeckError as error:
        return _File(name, fault=f"{error}{stays}")


def _counted(deck: Deck, path: Path) -> tuple[int, int]:
    """How many entries are in no deck, and how many other faults there are."""
    # Loaded with what read it.
    from bot.decks.check import counted

    return counted([deck], path)


def _lost(faults: Sequence[str]) -> str:
    more = len(faults) - FAULTS_TOLD
    lines = faults[:FAULTS_TOLD]
    return "\n".join([*lines, f"And {more} more: deck check names them all."] if more > 0 else lines)
