"""A person sends a deck file: what is in it is said first, and nothing is written before a tap says so."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import telegram
from msgspec import Struct
from telegram.error import TelegramError

from bot.chat import buttons, import_screens
from bot.chat.bringing import Bringing, Over, Part, Refused, Tell, Wishes
from bot.chat.import_choices import CHOICES, choose
from bot.chat.import_screens import cancel_row
from bot.chat.import_texts import LINES_SHOWN
from bot.chat.imports import Stopped
from bot.chat.intake import NotRead
from bot.chat.outbox import Document, Sent
from bot.chat.page_screens import text
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.decks.arrival import MOST_BYTES
from bot.storage.arriving import SentFile
from bot.storage.turns import Message
from bot.tutor import importing
from bot.tutor.importing import Arrived, Import
from bot.tutor.outcomes import Who

log = logging.getLogger(__name__)

FETCHING_SECONDS = 60.0
PROGRESS_FROM = 500
"""An import of fewer cards is over before anybody has read how far it is."""
_EVERY = timedelta(seconds=1)
_LONGEST_NAME = 60
_PACKED = (".apkg", ".colpkg", ".zip")
_TAKEN = ("take", "mine")


class _Said(Exception):  # noqa: N818 (it tells what happened)
    """It ends here, with these words."""


class _Job(Struct, frozen=True):
    """A sent file, and the message that says how it stands."""

    who: Who
    import_id: int
    file: SentFile
    where: Message
    wishes: Wishes = Wishes()

    @property
    def name(self) -> str:
        return unlinked(self.file.name)

    @property
    def one(self) -> Import:
        return Import(self.import_id, self.who.learner_id)

    def bringing(self, c: Context) -> Bringing:
        return Bringing(c.tutor, c.clock, self.one)


_Tells = Callable[[], Awaitable[None]]
_Work = Callable[[Context, _Job, Path], Awaitable[_Tells]]


def may_be_deck(message: telegram.Message) -> bool:
    """Whether a file is there that somebody may mean as a deck: a picture or a film sent as a file is none."""
    document = message.document
    return (
        document is not None
        and message.animation is None
        and not (document.mime_type or "").startswith(("image/", "audio/", "video/"))
    )


# --- what people do ---------------------------------------------------------------------------------------------------


async def on_document(c: Context, update: telegram.Update, message: telegram.Message) -> None:
    """A file was sent: say what importing it would do."""
    by_whom, document = who(update), message.document
    assert document is not None, "it was looked at before"
    name = _name_of(document.file_name or "")
    if (document.file_size or 0) > MOST_BYTES:
        is_text = not name.lower().endswith(_PACKED)
        await c.tell(update, c.say.too_large(MOST_BYTES // 2**20, is_text=is_text))
        return
    if running := c.imports.running(by_whom.learner_id):
        await c.tell(update, c.say.comes_too_soon(unlinked(running), unlinked(name)))
        return
    file, before = SentFile(document.file_id, name), await c.do(importing.told, by_whom)
    import_id = await c.do(importing.sent, by_whom, file)
    if import_id is None:
        c.imports.begin(tidy(c), "carrying an import through")
        await c.tell(update, c.say.import_goes_on)
        return
    screen = text(c.artist, c.say.looking(unlinked(file.name)), cancel_row(c.artist, import_id))
    delivery = await c.outbox.send(by_whom.chat_id, screen)
    if isinstance(delivery, Sent):
        job = _Job(by_whom, import_id, file, Message(delivery.message_id, delivery.media))
        c.imports.starts(by_whom.learner_id, file.name)
        c.imports.begin(_carry_out(c, job, _looked_into), "a look into a sent file")
    if before is not None:
        over = text(c.artist, c.say.import_passed(unlinked(before.name)))
        await c.outbox.edit(by_whom.chat_id, before.message_id, "text", over)


async def on_import(c: Context, update: telegram.Update, tap: buttons.Import) -> None:
    """Import it, or not, or no further; or otherwise than it was going to be."""
    by_whom = who(update)
    assert update.callback_query is not None, "only taps come here"
    one = Import(tap.import_id, by_whom.learner_id)
    found = await c.do(importing.waiting, one)
    running, words = c.imports.running(by_whom.learner_id), ""
    if found is None or tap.what not in (*_TAKEN, *CHOICES, "drop"):
        words = c.say.import_over
    elif running and tap.what != "drop":
        words = c.say.one_at_a_time(running)
    elif running:
        words = "" if c.imports.stop(by_whom.learner_id) else c.say.too_late_to_cancel
    elif found.plan:
        words = c.say.too_late_to_cancel
    await c.outbox.toast(update.callback_query.id, words)
    if found is None or running or words:
        return
    wishes = Wishes(tap.what == "mine", found.same, found.anew, importing.otherwise(found))
    job = _Job(by_whom, tap.import_id, found.file, tapped_message(update), wishes)
    if tap.what in _TAKEN:
        c.imports.starts(by_whom.learner_id, found.file.name)
        c.imports.begin(_carry_out(c, job, _imported), "an import")
    elif tap.what in CHOICES:
        await choose(c, job.one, job.where, tap.what)
    else:
        await _give_up(c, job, c.say.import_cancelled)


async def tidy(c: Context) -> None:
    """What a crash left of imports is gone or carried through, and media that no deck has any more are gone."""
    await c.imports.sweep(lambda: _tidied(c))


async def sweep(c: Context) -> None:
    """Media that no deck has any more are gone."""
    await c.imports.sweep(lambda: c.see(importing.media_in_use))


async def _tidied(c: Context) -> frozenset[str]:
    for one in await c.do(importing.decided):
        bringing = Bringing(c.tutor, c.clock, one)
        plan = await c.do(importing.plan_of, one)
        try:
            decks = await bringing.carry_through()
        except Over:
            continue
        if one.owner_id is not None and plan is not None:
            told = {"goes_on": _goes_on(plan.decks), "settings": plan.settings is not None}
            await c.outbox.send(one.owner_id, import_screens.result(c.artist, one.import_id, decks, None, **told))
    for import_id in await c.do(importing.abandoned):
        while not await c.do(importing.cleared, import_id):
            pass
    return await c.see(importing.media_in_use)


# --- how it is carried out --------------------------------------------------------------------------------------------


async def _carry_out(c: Context, job: _Job, work: _Work) -> None:
    """Do it, and say in the job's message how it ended: what is said there can be tapped at once."""
    try:
        tells = await c.imports.run(job.who.learner_id, lambda folder: work(c, job, folder))
        await tells()
    except Stopped:
        words = c.say.import_cancelled
    except Over:
        words = c.say.import_over
    except Refused as refused:
        words = c.say.refused_file(unlinked(refused.line))
    except _Said as said:
        words = str(said)
    except NotRead as failed:
        log.warning("a file that %d sent could not be read: %s", job.who.learner_id, failed.why)
        words = c.say.not_read
    except Exception:
        decided = await c.do(importing.plan_of, job.one)
        await _show(c, job, text(c.artist, c.say.import_failed if decided is None else c.say.import_halted))
        raise
    else:
        return
    await _give_up(c, job, words)
    c.imports.begin(sweep(c), "deleting media that nobody has")


async def _give_up(c: Context, job: _Job, words: str) -> None:
    await job.bringing(c).call_off()
    await _show(c, job, text(c.artist, words))


async def _looked_into(c: Context, job: _Job, folder: Path) -> _Tells:
    path = await _fetched(c, job, folder)
    counts = await job.bringing(c).look(path, job.file.name, folder / "unpacked", _teller(c, job, looking=True))
    shown = counts.first(LINES_SHOWN)
    if not counts.changes and not (counts.progress and counts.progress.news):
        await c.do(importing.given_up, job.one)
        screen = text(c.artist, c.say.nothing_changed(job.name, shown))
    else:
        await c.do(importing.looked_into, job.one, shown, job.where.message_id)
        found = await c.do(importing.waiting, job.one)
        if found is None:
            raise Over
        screen = import_screens.dry_run(c.artist, job.name, job.import_id, found, shown)
    return functools.partial(_tell_found, c, job, screen, [*counts.lost, *counts.faults])


async def _tell_found(c: Context, job: _Job, screen: Screen, lines: list[str]) -> None:
    await _show(c, job, screen)
    if len(lines) > LINES_SHOWN:
        await _send_lines(c, job, lines)


async def _imported(c: Context, job: _Job, folder: Path) -> _Tells:
    await _show(
        c, job, text(c.artist, c.say.importing(job.name, "", 0, 0, looking=False), cancel_row(c.artist, job.import_id))
    )
    path, bringing, tell = await _fetched(c, job, folder), job.bringing(c), _teller(c, job)
    inner, media = folder / "unpacked", c.imports.media
    counts, decks = await bringing.bring(path, job.file.name, inner, media, job.wishes, tell)
    c.imports.is_past_stopping(job.who.learner_id)
    settings = counts.settings if job.wishes.progress else None
    await bringing.decide(decks, settings)
    done = await bringing.carry_through(tell)
    told = (len(done), sum(deck.new for deck in counts.decks))
    log.info("%d imported (decks, new cards): %s", job.who.learner_id, told)
    how = {"goes_on": _goes_on(decks), "settings": settings is not None}
    return functools.partial(_show, c, job, import_screens.result(c.artist, job.import_id, done, counts, **how))


async def _fetched(c: Context, job: _Job, folder: Path) -> Path:
    path = folder / "file"
    try:
        told = await c.bot.get_file(job.file.file_id)
        data = await told.download_as_bytearray(read_timeout=FETCHING_SECONDS)
    except TelegramError as error:
        log.warning("a file that %d sent could not be fetched: %s", job.who.learner_id, type(error).__name__)
        raise _Said(c.say.not_fetched) from None
    await asyncio.to_thread(path.write_bytes, data)
    await asyncio.to_thread((folder / "unpacked").mkdir)
    return path


def _teller(c: Context, job: _Job, *, looking: bool = False) -> Tell:
    """Says how far it is, at most once a second and not of what is over soon."""
    said_at = c.clock.now()

    async def tell(part: Part, done: int, all_of_them: int) -> None:
        nonlocal said_at
        if all_of_them < PROGRESS_FROM or c.clock.now() - said_at < _EVERY:
            return
        said_at = c.clock.now()
        words = c.say.importing(job.name, part.value, done, all_of_them, looking=looking)
        await _show(c, job, text(c.artist, words, () if part is Part.LEARNING else cancel_row(c.artist, job.import_id)))

    return tell


async def _show(c: Context, job: _Job, screen: Screen) -> None:
    await c.outbox.edit(job.who.chat_id, job.where.message_id, job.where.media, screen)


async def _send_lines(c: Context, job: _Job, lines: list[str]) -> None:
    """All that needs a look, as a file."""
    file = Document(c.say.faults_file, "\n".join(lines).encode(errors="replace"))
    await c.outbox.document(job.who.chat_id, file, Text(""))


def _goes_on(decks: Sequence[Arrived]) -> bool:
    return any(deck.goes_on for deck in decks)


def _name_of(told: str) -> str:
    """The file's name as its sender calls it, one that can be said and used."""
    name = "".join(char for char in told.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[:_LONGEST_NAME] or "deck.txt"


COMMANDS = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Import: on_import}
