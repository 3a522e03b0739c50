"""Where files that people sent are read: one at a time, each until it is done or its sender stops it."""

import asyncio
import contextlib
import hashlib
import os
import shutil
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

from bot.chat.rests import Rests
from bot.decks import folder
from bot.decks.media import is_stored
from bot.decks.picture import is_picture
from bot.decks.recording import kind_of
from bot.storage.database import to_its_end
from bot.storage.owners import give, give_all, next_of, own_folder

T = TypeVar("T")

INCOMING = ".incoming-"
"""What stands behind the database's name in that of a folder in which a file is read."""
# What could not be brought to its end is tried again after a rest.
FIRST_REST_SECONDS = 5.0
LONGEST_REST_SECONDS = 600.0


def media_beside(database: Path) -> Path:
    """The folder in which pictures and sounds of sent decks lie."""
    # Called like the database: of another one in the same folder nothing is swept away.
    return database.with_name(f"{database.name}.media")


def clear_incoming(database: Path) -> None:
    """Delete the folders in which files were being read, while none is: a crash left them."""
    for left in database.parent.glob(f"{database.name}{INCOMING}*"):
        shutil.rmtree(left)


class Stopped(Exception):  # noqa: N818 (it tells what happened)
    """Who sent the file wants it no more."""


class Imports:
    """Keeps the order. `media` is the folder beside the database in which pictures and sounds of sent decks lie."""

    def __init__(
        self, database: Path, begin: Callable[[Coroutine[Any, Any, None], str], None], passed: Callable[[], float]
    ) -> None:
        self.media = media_beside(database)
        self.begin = begin
        self._passed = passed
        # What could not be brought to its end, by its import.
        self._left: dict[int, Callable[[], Coroutine[Any, Any, None]]] = {}
        self._rests: Rests[int] = Rests(FIRST_REST_SECONDS, LONGEST_REST_SECONDS)
        self._database = database
        self._one = asyncio.Lock()
        # Whose file is being read, or waits for that; None: it cannot be stopped any more.
        self._running: dict[int, asyncio.Task[Any] | None] = {}
        self._names: dict[int, str] = {}
        self._stopped: set[int] = set()
        self._ended = asyncio.Event()
        # Media that nothing names yet; and, of each sweep, those that were so since it began to look at what is named.
        self._held: Counter[str] = Counter()
        self._spared: list[set[str]] = []
        self._files = threading.Lock()

    def picture(self, name: str) -> Path | None:
        """Where a picture of a sent deck lies; None if it is not there, or the name is none of ours."""
        path = self.media / name
        return path if is_stored(name) and is_picture(path) else None

    def sound(self, name: str) -> Path | None:
        """Where a recording of a sent deck lies, likewise."""
        path = self.media / name
        return path if is_stored(name) and kind_of(path) else None

    def running(self, learner_id: int) -> str:
        """The file of this person that is being read, as it is called; empty: none is."""
        return self._names.get(learner_id, "")

    def stop(self, learner_id: int) -> bool:
        """Whether what is being read of this person is read no further; False if that is too late."""
        task = self._running.get(learner_id)
        if task is None:
            return False
        self._stopped.add(learner_id)
        task.cancel()
        return True

    async def over(self, learner_id: int, seconds: float) -> None:
        """Return when nothing is left of a file of this person that was being read, or after that time."""
        self.stop(learner_id)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while learner_id in self._running:
                    self._ended.clear()
                    await self._ended.wait()

    def is_past_stopping(self, learner_id: int) -> None:
        """From here on it is carried through. Raises Stopped."""
        if learner_id in self._stopped:
            raise Stopped
        self._running[learner_id] = None

    def starts(self, learner_id: int, name: str) -> None:
        """A file of this person is to be read; nobody can stop it before `run` is there."""
        self._running[learner_id] = None
        self._names[learner_id] = name

    async def run(self, learner_id: int, work: Callable[[Path], Awaitable[T]]) -> T:
        """What `work` gives, with an empty folder of its own, as soon as nobody else's file is read.

        Raises Stopped, and what `work` raises.
        """
        task = asyncio.current_task()
        assert task is not None, "it runs in a task"
        self._running[learner_id] = task
        try:
            async with self.folder() as folder:
                return await work(folder)
        except asyncio.CancelledError:
            if learner_id not in self._stopped:
                raise
            task.uncancel()
            raise Stopped from None
        finally:
            self._running.pop(learner_id, None)
            self._names.pop(learner_id, None)
            self._stopped.discard(learner_id)
            self._ended.set()

    def later(self, import_id: int, again: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """It could not be brought to its end: that is tried again after a rest."""
        self._left[import_id] = again
        self._rests.begin(import_id, self._passed())

    async def look(self) -> None:
        """Begin again what has rested."""
        for import_id in self._left.keys() - self._rests.resting(self._passed()):
            self.begin(self._left.pop(import_id)(), "carrying an import on")

    @asynccontextmanager
    async def folder(self) -> AsyncIterator[Path]:
        """An empty folder for what is unpacked of a file, as soon as nobody else's is read."""
        async with self._one:
            own_folder(self.media, next_of(self._database))
            folder = Path(mkdtemp(prefix=f"{self._database.name}{INCOMING}", dir=self._database.parent))
            try:
                yield folder
            finally:
                await self._removed(folder)

    async def _removed(self, folder: Path) -> None:
        """The folder is gone when this ends, also when it is stopped: a sweep must not meet it half deleted."""
        await to_its_end(asyncio.to_thread(self._remove, folder))

    def _remove(self, folder: Path) -> None:
        shutil.rmtree(folder)
        with self._files:
            # Where root runs the bot, what was kept of the file is not to stay root's.
            give_all(self.media, next_of(self._database))

    async def after_others(self) -> None:
        """Return when what was read, carried through or swept before is done."""
        async with self._one:
            pass

    @asynccontextmanager
    async def kept(self, data: bytes, ending: str) -> AsyncIterator[str]:
        """The name under which these bytes lie among the media; no sweep takes them away before this is left."""
        name = await asyncio.to_thread(_named, data, ending)
        with self._holding([name]):
            await asyncio.to_thread(self._keep, name, data)
            yield name

    @asynccontextmanager
    async def all_kept(self, folder: Path) -> AsyncIterator[None]:
        """What lies in the folder lies among the media; no sweep takes it away before this is left.

        Until then what a file brings is nowhere but in a folder of its own, so a sweep need not wait until it is read.
        """
        with self._holding(await asyncio.to_thread(_names_in, folder)):
            await to_its_end(asyncio.to_thread(self._move, folder))
            yield

    @contextmanager
    def _holding(self, names: Sequence[str]) -> Iterator[None]:
        self._held.update(names)
        for spared in self._spared:
            spared.update(names)
        try:
            yield
        finally:
            # Of those that nothing holds any more not even the name stays.
            self._held -= Counter(names)

    def _move(self, folder: Path) -> None:
        for name in _names_in(folder):
            with self._files:
                if not (self.media / name).exists():
                    (folder / name).replace(self.media / name)

    def _keep(self, name: str, data: bytes) -> None:
        with self._files:
            own_folder(self.media, next_of(self._database))
            path, part = self.media / name, self.media / f".{name}"
            if not path.exists():
                part.unlink(missing_ok=True)  # of a crash
                with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as file:
                    file.write(data)
                give(part, next_of(self._database))
                part.replace(path)

    async def sweep(self, in_use: Callable[[], Awaitable[frozenset[str]]]) -> None:
        """Delete the media that no deck has, and what a crash left of a file that was being read."""
        async with self._one:
            await self.let_go(in_use)
            await asyncio.to_thread(clear_incoming, self._database)

    async def let_go(self, in_use: Callable[[], Awaitable[frozenset[str]]]) -> None:
        """Delete the media that no deck has, also while a file is being read."""
        spared = set(+self._held)
        self._spared.append(spared)
        try:
            await asyncio.to_thread(self._let_go, await in_use(), spared)
        finally:
            self._spared = [each for each in self._spared if each is not spared]

    def _let_go(self, in_use: frozenset[str], spared: set[str]) -> None:
        if self.media.exists():
            own_folder(self.media, next_of(self._database))
        for path in self.media.glob("*"):
            with self._files:
                if path.name not in in_use and path.name not in spared:
                    path.unlink(missing_ok=True)


def _names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def picture_of(root: Path, imports: Imports, deck_file: str, name: str) -> Path | None:
    """The picture that a card of this deck calls so."""
    return imports.picture(name) if _is_sent(deck_file) else folder.picture_path(root, deck_file, name)


def sound_of(root: Path, imports: Imports, deck_file: str, name: str) -> Path | None:
    """The recording that a card of this deck calls so."""
    return imports.sound(name) if _is_sent(deck_file) else folder.sound_path(root, deck_file, name)


def _is_sent(deck_file: str) -> bool:
    return deck_file.startswith("@") and "." not in deck_file


def _named(data: bytes, ending: str) -> str:
    return hashlib.sha256(data).hexdigest() + ending
