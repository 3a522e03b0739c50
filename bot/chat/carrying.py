"""A sent file on its way: it is looked into, or imported, and its message says how it stands.

Whatever goes wrong meanwhile, a crash, a disk that fails, Telegram out of reach: it is carried on.
"""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from telegram.error import TelegramError

from bot.chat import alike, import_screens
from bot.chat.bringing import Bringing, Over, Part, Refused, Tell
from bot.chat.import_jobs import Job, message_of, tell_surely, until_over
from bot.chat.import_screens import cancel_row
from bot.chat.import_texts import LINES_SHOWN
from bot.chat.imports import Stopped
from bot.chat.intake import NotRead
from bot.chat.outbox import Document
from bot.chat.page_screens import text
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Context
from bot.chat.unlinked import unlinked
from bot.storage.errors import StorageFailed
from bot.tutor import importing, starting
from bot.tutor.importing import Arrived, Import

log = logging.getLogger(__name__)

FETCHING_SECONDS = 60.0
PROGRESS_FROM = 500
"""An import of fewer cards is over before anybody has read how far it is."""
_EVERY = timedelta(seconds=1)


class _Said(Exception):  # noqa: N818 (it tells what happened)
    """It ends here, with these words."""


_Tells = Callable[[], Awaitable[bool]]
"""Says what came of it: whether that stands there now, or never will."""
Work = Callable[[Context, Job, Path], Awaitable[_Tells]]


async def begin(c: Context) -> None:
    """What an earlier life of the bot was looking into, or importing, is carried on."""
    for one in await c.see(importing.untold):
        c.imports.begin(_carried_on(c, one), "carrying an import on")


async def tidy(c: Context) -> None:
    """What a crash left of imports is gone or carried through, and media that no deck has any more are gone."""
    await c.imports.sweep(lambda: _tidied(c))


async def sweep(c: Context) -> None:
    """Media that no deck has any more are gone."""
    await c.imports.sweep(lambda: c.see(importing.media_in_use))


async def carry_out(c: Context, job: Job, work: Work) -> None:
    """Do it, and say in the job's message how it ended: what is said there can be tapped at once."""
    await until_over(c, job.one, lambda: _carry_out(c, job, work), lambda: _carried_on(c, job.one))


async def give_up(c: Context, job: Job, words: str) -> None:
    """It is imported no more, as who sent it wishes."""
    await job.bringing.call_off()
    await tell_surely(c, job, text(c.artist, words))


# --- carried on -------------------------------------------------------------------------------------------------------


async def _carried_on(c: Context, one: Import) -> None:
    await until_over(c, one, lambda: _carry_on(c, one), lambda: _carried_on(c, one))


async def _carry_on(c: Context, one: Import) -> bool:
    waiting, found = await c.do(importing.waiting, one), await c.do(importing.found, one)
    assert one.owner_id is not None, "somebody sent it"
    if waiting is None or c.imports.running(one.owner_id):
        return True
    job = Job(c, one, waiting.file, message_of(waiting.message_id))
    if waiting.plan:
        await tidy(c)
        return True
    if found is not None and not any(found[1].unlisted):
        return await _tell_found(c, job, import_screens.dry_run(c.artist, job.name, one.import_id, *found), [])
    c.imports.starts(job.owner_id, job.file.name)
    return await _carry_out(c, job, look_into)


async def _tidied(c: Context) -> frozenset[str]:
    for one in await c.do(importing.decided):
        bringing = Bringing(c.tutor, c.clock, one)
        waiting, plan = await c.do(importing.waiting, one), await c.do(importing.plan_of, one)
        try:
            decks = await bringing.carry_through()
        except Over:
            continue
        if one.owner_id is not None and plan is not None and waiting is not None:
            told = {"goes_on": _goes_on(plan.decks), "settings": plan.settings is not None}
            called = await _called(c, one.owner_id)
            screen = import_screens.result(c.artist, one.import_id, decks, None, called, **told)
            await tell_surely(c, Job(c, one, waiting.file, message_of(waiting.message_id)), screen)
    for import_id in await c.do(importing.abandoned):
        while not await c.do(importing.cleared, import_id):
            pass
    return await c.see(importing.media_in_use)


# --- carried out ------------------------------------------------------------------------------------------------------


async def _carry_out(c: Context, job: Job, work: Work) -> bool:
    """Whether it is over, and its end is told."""
    try:
        tells = await c.imports.run(job.owner_id, lambda folder: work(c, job, folder))
        return await tells()
    except Stopped:
        await give_up(c, job, c.say.import_cancelled)
        c.imports.begin(sweep(c), "deleting media that nobody has")
        return True
    except Over:
        words = c.say.import_over
    except Refused as refused:
        words = c.say.refused_file(unlinked(refused.line))
    except _Said as said:
        words = str(said)
    except NotRead as failed:
        log.warning("a file that %d sent could not be read: %s", job.owner_id, failed.why)
        words = c.say.not_read
    except Exception as error:
        await _failed(c, job, error)
        raise
    over = await _end(c, job, text(c.artist, words))
    c.imports.begin(sweep(c), "deleting media that nobody has")
    return over


async def _failed(c: Context, job: Job, error: Exception) -> None:
    decided = await c.do(importing.plan_of, job.one)
    await job.show(text(c.artist, c.say.import_failed if decided is None else c.say.import_halted))
    if not isinstance(error, StorageFailed | OSError):
        # It would fail again, as no disk does for ever.
        await job.bringing.call_off()


async def _end(c: Context, job: Job, screen: Screen) -> bool:
    """Whether it is told and so over, unless it was decided: told first, so that a crash in between leaves it to be
    done again.
    """
    if not await job.show(screen):
        return False
    await job.bringing.call_off()
    return True


async def look_into(c: Context, job: Job, folder: Path) -> _Tells:
    """Find out what importing it would do."""
    path = await _fetched(c, job, folder)
    counts = await job.bringing.look(path, job.file.name, folder / "unpacked", _teller(c, job, looking=True))
    shown = counts.first(LINES_SHOWN)
    lines = [*counts.lost, *counts.faults]
    if not counts.changes and not (counts.progress and counts.progress.news):
        return functools.partial(_tell_nothing, c, job, text(c.artist, c.say.nothing_changed(job.name, shown)), lines)
    await c.do(importing.looked_into, job.one, shown)
    found = await c.do(importing.found, job.one)
    if found is None:
        raise Over
    return functools.partial(
        _tell_found, c, job, import_screens.dry_run(c.artist, job.name, job.one.import_id, *found), lines
    )


async def _tell_nothing(c: Context, job: Job, screen: Screen, lines: list[str]) -> bool:
    over = await _end(c, job, screen)
    if over:
        await _send_lines(c, job, lines)
    return over


async def _tell_found(c: Context, job: Job, screen: Screen, lines: list[str]) -> bool:
    if not await job.show(screen):
        return False
    await c.do(importing.is_told, job.one)
    await _send_lines(c, job, lines)
    return True


async def bring(c: Context, job: Job, folder: Path) -> _Tells:
    """Import it."""
    assert job.where is not None, "a button there was tapped"
    await c.do(importing.begins, job.one, job.where.message_id)
    words = c.say.importing(job.name, "", 0, 0, looking=False)
    await job.show(text(c.artist, words, cancel_row(c.artist, job.one.import_id)))
    # What came of it before the disk failed is in the way.
    while not await c.do(importing.cleared, job.one.import_id):
        pass
    path, bringing, tell = await _fetched(c, job, folder), job.bringing, _teller(c, job)
    inner, media = folder / "unpacked", folder / "media"
    counts, decks = await bringing.bring(path, job.file.name, inner, media, job.wishes, tell)
    c.imports.is_past_stopping(job.owner_id)
    settings = counts.settings if job.wishes.progress else None
    async with c.imports.all_kept(media):
        await bringing.decide(decks, settings)
    done = await bringing.carry_through(tell)
    told = (len(done), sum(deck.new for deck in counts.decks))
    log.info("%d imported (decks, new cards): %s", job.owner_id, told)
    how = {"goes_on": _goes_on(decks), "settings": settings is not None}
    called = await _called(c, job.owner_id)
    screen = import_screens.result(c.artist, job.one.import_id, done, counts, called, **how)

    async def tells() -> bool:
        await tell_surely(c, job, screen)
        return True

    return tells


async def _called(c: Context, owner_id: int) -> Mapping[int, str]:
    """What this person reads as the names of all decks there are for them."""
    return alike.called(c.say, await c.do(starting.there, owner_id), owner_id)


async def _fetched(c: Context, job: Job, folder: Path) -> Path:
    path = folder / "file"
    try:
        told = await c.bot.get_file(job.file.file_id)
        data = await told.download_as_bytearray(read_timeout=FETCHING_SECONDS)
    except TelegramError as error:
        log.warning("a file that %d sent could not be fetched: %s", job.owner_id, type(error).__name__)
        raise _Said(c.say.not_fetched) from None
    await asyncio.to_thread(path.write_bytes, data)
    for inner in ("unpacked", "media"):
        await asyncio.to_thread((folder / inner).mkdir)
    return path


def _teller(c: Context, job: Job, *, looking: bool = False) -> Tell:
    """Says how far it is, at most once a second and not of what is over soon."""
    said_at = c.clock.now()

    async def tell(part: Part, done: int, all_of_them: int) -> None:
        nonlocal said_at
        if job.where is None or all_of_them < PROGRESS_FROM or c.clock.now() - said_at < _EVERY:
            return
        said_at = c.clock.now()
        words = c.say.importing(job.name, part.value, done, all_of_them, looking=looking)
        row = () if part is Part.LEARNING else cancel_row(c.artist, job.one.import_id)
        await job.show(text(c.artist, words, row))

    return tell


async def _send_lines(c: Context, job: Job, lines: list[str]) -> None:
    """All that needs a look, as a file, where the message has no room for it."""
    if len(lines) > LINES_SHOWN:
        file = Document(c.say.faults_file, "\n".join(lines).encode(errors="replace"))
        await c.outbox.document(job.owner_id, file, Text(""))


def _goes_on(decks: Sequence[Arrived]) -> bool:
    return any(deck.goes_on for deck in decks)
