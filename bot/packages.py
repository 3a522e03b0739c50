"""Packages of Anki in the decks folder → decks for everybody, each by the way of a file that somebody sends.

So is a text that is several decks.
"""

import asyncio
import hashlib
import logging
from pathlib import Path

from msgspec import Struct

from bot.chat.bringing import Bringing, Refused, Wishes
from bot.chat.imports import Imports
from bot.chat.intake import NotRead
from bot.clock import Clock
from bot.decks.arrival import MOST_BYTES, Counts
from bot.decks.folder import is_package
from bot.storage.advice import command
from bot.storage.arriving import SentFile
from bot.tutor import Tutor, importing, library
from bot.tutor.importing import Package

log = logging.getLogger(__name__)

_STAYS = " Its decks stay as they were."


class Reading(Struct, frozen=True):
    """What came of reading a package.

    Attributes:
        fault: why it could not be read; empty: it could, or it is as it was.
        again: it could not be opened: worth another try though it did not change.
        lost: what each entry that is in no deck is, and why.
        others: how many other faults there are, pictures that are missing among them.
        rewritten: how many cards now have quite another answer.
    """

    fault: str = ""
    again: bool = False
    lost: tuple[str, ...] = ()
    others: int = 0
    rewritten: int = 0


class Packages:
    """Reads them, one at a time and while nobody's sent file is read, all of one or nothing."""

    def __init__(self, tutor: Tutor, root: Path, clock: Clock, imports: Imports) -> None:
        self._tutor, self._root, self._clock, self._imports = tutor, root, clock, imports
        self._brought = False

    async def read(self, name: str, reader: int) -> Reading:
        """What came of the package of that name, which is read if its bytes are others than before.

        `reader`: which way of reading; another one makes other decks of the same bytes.
        """
        if fault := unnameable(name):
            return Reading(fault)
        # What a crash left half done may be this very package.
        await self._imports.after_others()
        known = (await self._tutor.do(library.package_digests, self._clock.now())).get(name, "")
        stays = _STAYS if known else ""
        path = self._root / name
        try:
            if fault := too_large(name, path):
                return Reading(fault + stays)
            digest = await asyncio.to_thread(_digest, path, reader)
        except FileNotFoundError:
            return Reading(again=True)
        except OSError as error:
            return Reading(f"{name} cannot be read: {error.strerror}.{stays}", again=True)
        if digest == known:
            return Reading()
        async with self._imports.folder() as folder:
            await self._carry_on()
            return await self._bring(Package(name, digest), reader, folder, stays)

    async def tidy(self) -> None:
        """Return when all that was decided is carried through, and media that no deck has any more are gone."""
        await self._imports.after_others()
        if self._brought:
            self._brought = False
            await self._imports.sweep(lambda: self._tutor.see(importing.media_in_use, self._clock.now()))

    async def _carry_on(self) -> None:
        """Carry through what was decided before: the disk was full, or a crash came between."""
        for one in await self._tutor.do(importing.decided, self._clock.now()):
            if one.owner_id is None:
                await Bringing(self._tutor, self._clock, one).carry_through()

    async def _bring(self, package: Package, reader: int, folder: Path, stays: str) -> Reading:
        name = package.path
        one = await self._tutor.do(importing.began, self._clock.now(), None, SentFile("", name), package)
        assert one is not None, "all that was decided is done"
        bringing = Bringing(self._tutor, self._clock, one)
        try:
            path, media = self._root / name, folder / "media"
            await asyncio.to_thread(media.mkdir)
            beside = "" if is_package(name) else str(self._root)
            counts, decks = await bringing.bring(path, name, folder, media, Wishes(), beside=beside)
            if counts.settings is not None:
                return Reading(_of_one_person(name) + stays)
            # It may have been saved anew, as other decks: these cards are not the ones of the bytes that were known.
            if await asyncio.to_thread(_digest, path, reader) != package.digest:
                return Reading(again=True)
            async with self._imports.all_kept(media):
                await bringing.decide(decks)
            done = await bringing.carry_through()
        except FileNotFoundError:
            return Reading(again=True)
        except Refused as refused:
            return Reading(refused.line + stays)
        except NotRead as failed:
            log.warning("%s could not be read: %s", name, failed.why)
            return Reading(f"{name} cannot be read: it takes more memory or time than there is for a file.{stays}")
        finally:
            await bringing.call_off()
        self._brought = True
        log.info("read %s: %d decks, %d cards", name, len(done), sum(deck.cards for deck in done))
        return _reading(counts)


def unnameable(name: str) -> str:
    """Why a file of that name is not read; empty: it can be. Names on a disk are bytes, ours are texts."""
    written = name.encode(errors="replace").decode()
    # Such a name can be neither kept nor told of.
    return "" if written == name else f"{written} cannot be read: its name is not UTF-8. Rename it."


def _digest(path: Path, reader: int) -> str:
    """What is told of the file's bytes and of the way of reading them. Raises OSError."""
    with path.open("rb") as file:
        return f"{reader}:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def _reading(counts: Counts) -> Reading:
    rewritten = sum(deck.rewritten for deck in counts.decks)
    return Reading(lost=counts.lost, others=len(counts.faults) + counts.missing, rewritten=rewritten)


def _of_one_person(name: str) -> str:
    """It may hold what is nobody else's."""
    return f"{name} is everything of one person, and is offered to nobody. Whose it is sends it to the bot."


def too_large(name: str, path: Path) -> str:
    """Why a package is not read; empty: it has no more bytes than may be. Raises OSError."""
    if path.stat().st_size <= MOST_BYTES:
        return ""
    most = MOST_BYTES // 2**20
    way = command("deck", "import", str(path), "--everybody")
    return f"{name} has more than {most} MB, the most for a package in the folder. While the bot is stopped: {way}"
