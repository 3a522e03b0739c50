"""`deck import`: a deck file of any size from the command line, while the bot is not running."""

import asyncio
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from msgspec import Struct

from bot.chat.bringing import Bringing, Over, Part, Refused, Wishes
from bot.chat.count_texts import many_of
from bot.chat.import_texts import LINES_SHOWN
from bot.chat.imports import INCOMING, clear_incoming, media_beside
from bot.chat.intake import NotRead
from bot.chat.names import of_deck
from bot.chat.texts import English
from bot.clock import Clock
from bot.decks.arrival import Counts
from bot.storage.arriving import SentFile
from bot.storage.cards import StoredDeck
from bot.storage.database import Database
from bot.storage.lock import held
from bot.storage.owners import give_all, next_of, own_folder
from bot.tutor import Tutor, importing

_BAR = 30
_ON_A_TERMINAL, _IN_LINES = 0.1, 5.0
_DECKS_SHOWN = 20
# Stands in names so that Telegram makes no link of them; a terminal makes none.
_JOINER = "\u2060"


class Asked(Struct, frozen=True):
    """What was asked for. `owner_id` None: for everybody; `sure`: nothing is asked before it is done."""

    file: Path
    owner_id: int | None
    progress: bool
    sure: bool


class Failed(Exception):  # noqa: N818 (it tells what happened)
    """It ends here, with this line."""


async def run(asked: Asked, path: Path, default_zone: str, clock: Clock) -> int:
    """The exit status: 0 done, or nothing to do; 1 it was not wanted. Says on stdout what it does.

    Args:
        path: of the database.

    Raises:
        Failed: the file cannot be imported.
        DatabaseRefused: among others, the bot is running.
    """
    with held(path) as hold:
        database = await Database.open(path)
        try:
            hold.take()
            tutor = Tutor(database, default_zone)
            return await _with(asked, database, tutor, clock)
        finally:
            await database.close()


async def _with(asked: Asked, database: Database, tutor: Tutor, clock: Clock) -> int:
    for one in await tutor.do(importing.decided, clock.now()):
        await Bringing(tutor, clock, one).carry_through()
    known = await tutor.see(importing.is_known, clock.now(), asked.owner_id)
    if not known:
        raise Failed(f"Deckhand knows nobody with the number {asked.owner_id}: /start in the chat comes first.")
    mine = await tutor.do(importing.began, clock.now(), asked.owner_id, SentFile("", asked.file.name))
    assert mine is not None, "all that was decided is done"
    # Nobody else has this database now, so they are of some that were killed.
    clear_incoming(database.path)
    folder = Path(mkdtemp(prefix=f"{database.path.name}{INCOMING}", dir=database.path.parent))
    bringing, bar = Bringing(tutor, clock, mine, large=True), Bar(clock)
    try:
        return await _brought(asked, database.path, folder, bringing, bar)
    except asyncio.CancelledError:
        bar.end()
        if not bringing.may_be_decided:
            _say("Stopped: nothing was imported.")
        raise
    except Refused as refused:
        raise Failed(refused.line) from None
    except (NotRead, Over) as ended:
        raise Failed(f"{asked.file.name} could not be read: {ended or 'it was called off'}.") from None
    finally:
        bar.end()
        await bringing.call_off()
        if await tutor.do(importing.plan_of, clock.now(), mine) is not None:
            _say("It is not done yet: it goes on with the next import, or when the bot starts.")
        shutil.rmtree(folder)


async def _brought(asked: Asked, database: Path, folder: Path, bringing: Bringing, bar: "Bar") -> int:
    inner = {name: folder / name for name in ("looked", "brought")}
    for each in inner.values():
        each.mkdir()
    counts = await bringing.look(asked.file.resolve(), asked.file.name, inner["looked"], bar.tell)
    bar.end()
    _say(_dry_run(asked, counts))
    if not counts.changes and not (asked.progress and counts.progress and counts.progress.news):
        return 0
    if not asked.sure and not await _yes():
        _say("Nothing was imported.")
        return 1
    media = media_beside(database)
    own_folder(media, next_of(database))
    wishes = Wishes(progress=asked.progress)
    counts, decks = await bringing.bring(
        asked.file.resolve(), asked.file.name, inner["brought"], media, wishes, bar.tell
    )
    # Who runs this as root leaves the bot what it brought.
    give_all(media, next_of(database))
    await bringing.decide(decks, counts.settings if asked.progress else None)
    done = await bringing.carry_through(bar.tell)
    bar.end()
    _say(_result(asked, done))
    return 0


def _dry_run(asked: Asked, counts: Counts) -> str:
    say, shown = English(), counts.first(LINES_SHOWN)
    if counts.changes or (asked.progress and counts.progress and counts.progress.news):
        return say.dry_run(asked.file.name, shown, same=False, anew=False)
    return say.nothing_changed(asked.file.name, shown)


def _result(asked: Asked, decks: tuple[StoredDeck, ...]) -> str:
    lines = [f"{of_deck(deck.name)}: {many_of(deck.cards, 'card')}" for deck in decks[:_DECKS_SHOWN]]
    more = [f"And {len(decks) - _DECKS_SHOWN} more decks."] if len(decks) > _DECKS_SHOWN else []
    whom = "Everybody is offered" if asked.owner_id is None else f"{asked.owner_id} has"
    return "\n".join([*lines, *more, f"{whom} {'it' if len(decks) == 1 else 'them'} from now on."])


async def _yes() -> bool:
    sys.stdout.write("Import it? [y/N] ")
    sys.stdout.flush()
    if sys.stdin is None:  # closed by whoever began this
        _say("")
        return False
    try:
        await _until_answered()
        return _answer().strip().lower() in ("y", "yes")
    except (EOFError, asyncio.CancelledError) as error:
        _say("")
        if isinstance(error, asyncio.CancelledError):
            raise
        return False


def _answer() -> str:
    return input()


async def _until_answered() -> None:
    """Return when there is something to read: to read at once would keep the event loop from hearing signals."""
    loop, there = asyncio.get_running_loop(), asyncio.Event()
    try:
        number = sys.stdin.fileno()
        loop.add_reader(number, there.set)
    except OSError:
        return  # a file, which has its answers already
    try:
        await there.wait()
    finally:
        loop.remove_reader(number)


def _say(text: str) -> None:
    sys.stdout.write(text.replace(_JOINER, "") + "\n")
    sys.stdout.flush()


class Bar:
    """How far it is: on a terminal one line that is written over ten times a second, else a line now and then."""

    def __init__(self, clock: Clock, write: Callable[[str], object] = sys.stdout.write) -> None:
        self._clock, self._write = clock, write
        self._is_terminal = sys.stdout.isatty()
        self._said_at = float("-inf")
        self._width = 0

    async def tell(self, part: Part, done: int, all_of_them: int) -> None:
        """So many of so many are done."""
        now = self._clock.passed()
        every = _ON_A_TERMINAL if self._is_terminal else _IN_LINES
        if now - self._said_at < every or not all_of_them:
            return
        self._said_at = now
        words = f"{_PARTS[part]} {done:,} of {all_of_them:,}"
        if not self._is_terminal:
            self._write(f"{words}\n")
        else:
            filled = min(_BAR * done // all_of_them, _BAR)
            line = f"[{'#' * filled}{'.' * (_BAR - filled)}] {words}"
            self._write(f"\r{line:<{self._width}}")
            self._width = len(line)
        sys.stdout.flush()

    def end(self) -> None:
        """The line is free for something else."""
        if self._width:
            self._write(f"\r{'':<{self._width}}\r")
            self._width = 0


_PARTS = {
    Part.UNPACKING: "pictures and sounds:",
    Part.READING: "cards read:",
    Part.LEARNING: "cards finished:",
}
