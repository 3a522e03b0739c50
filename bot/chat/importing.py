"""A person sends a deck file: what is in it is said first, and nothing is written before a tap says so."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import telegram
from msgspec import Struct, field
from telegram.error import TelegramError

from bot.chat import buttons
from bot.chat.import_texts import LINES_SHOWN
from bot.chat.imports import Stopped
from bot.chat.intake import NotRead, Reader, reading
from bot.chat.outbox import Document, Sent
from bot.chat.page_screens import Rows, by, text
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.turn_screens import tap as button
from bot.chat.unlinked import unlinked
from bot.decks import arrival
from bot.decks.arrival import MOST_BYTES, AllHad, Cards, Counts, End, Had, HadType, Named, Rest, Type
from bot.storage.arriving import SentFile
from bot.storage.cards import StoredDeck
from bot.storage.turns import Message
from bot.tutor import importing
from bot.tutor.importing import Arrived
from bot.tutor.outcomes import Who

log = logging.getLogger(__name__)

M = TypeVar("M", bound=arrival.Message)

FETCHING_SECONDS = 60.0
PROGRESS_FROM = 500
"""An import of fewer cards is over before anybody has read how far it is."""
_EVERY = timedelta(seconds=1)
_DECKS_SHOWN = 8
_LONGEST_NAME = 60


class _Said(Exception):  # noqa: N818 (it tells what happened)
    """It ends here, with these words."""


class _Job(Struct, frozen=True):
    """A sent file, and the message that says how it stands."""

    who: Who
    import_id: int
    file: SentFile
    where: Message

    @property
    def name(self) -> str:
        return unlinked(self.file.name)


class _Found(Struct):
    """What the reader told: what the file would do, and of what has arrived so far."""

    counts: Counts
    deck_ids: tuple[int | None, ...]
    decks: list[Arrived] = field(default_factory=list)


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
    if (document.file_size or 0) > MOST_BYTES:
        await c.tell(update, c.say.too_large(MOST_BYTES // 2**20))
        return
    if c.imports.is_running(by_whom.learner_id):
        await c.tell(update, c.say.one_at_a_time)
        return
    file = SentFile(document.file_id, _name_of(document.file_name or ""))
    import_id = await c.do(importing.sent, by_whom, file)
    screen = text(c.artist, c.say.looking(unlinked(file.name)), _cancel(c, import_id))
    delivery = await c.outbox.send(by_whom.chat_id, screen)
    if isinstance(delivery, Sent):
        job = _Job(by_whom, import_id, file, Message(delivery.message_id, delivery.media))
        c.imports.starts(by_whom.learner_id)
        c.imports.begin(_carry_out(c, job, _looked_into), "a look into a sent file")


async def on_import(c: Context, update: telegram.Update, tap: buttons.Import) -> None:
    """Import it, or not, or no further."""
    by_whom = who(update)
    assert update.callback_query is not None, "only taps come here"
    file = await c.do(importing.waiting, by_whom, tap.import_id)
    running, words = c.imports.is_running(by_whom.learner_id), ""
    if file is None:
        words = c.say.import_over
    elif running and tap.wanted:
        words = c.say.one_at_a_time
    elif running:
        words = "" if c.imports.stop(by_whom.learner_id) else c.say.too_late_to_cancel
    await c.outbox.toast(update.callback_query.id, words)
    if file is None or running:
        return
    job = _Job(by_whom, tap.import_id, file, tapped_message(update))
    if tap.wanted:
        c.imports.starts(by_whom.learner_id)
        c.imports.begin(_carry_out(c, job, _imported), "an import")
    else:
        await _give_up(c, job, c.say.import_cancelled)


async def tidy(c: Context) -> None:
    """What a crash left of imports is gone, and so are media that no deck has any more."""
    for import_id in await c.do(importing.abandoned):
        await _clear(c, import_id)
    await sweep(c)


async def sweep(c: Context) -> None:
    """Media that neither a deck nor a card on its way has are gone."""
    await c.imports.sweep(lambda: c.see(importing.media_in_use))


# --- how it is carried out --------------------------------------------------------------------------------------------


async def _carry_out(c: Context, job: _Job, work: Callable[[Context, _Job, Path], Awaitable[None]]) -> None:
    """Do it, and say in the job's message how it ended."""
    try:
        await c.imports.run(job.who.learner_id, lambda folder: work(c, job, folder))
    except Stopped:
        words = c.say.import_cancelled
    except _Said as said:
        words = str(said)
    except NotRead as failed:
        log.warning("a file that %d sent could not be read: %s", job.who.learner_id, failed.why)
        words = c.say.not_read
    except Exception:
        await _show(c, job, text(c.artist, c.say.import_failed))
        raise
    else:
        return
    await _give_up(c, job, words)
    c.imports.begin(sweep(c), "deleting media that nobody has")


async def _give_up(c: Context, job: _Job, words: str) -> None:
    await _clear(c, job.import_id)
    await c.do(importing.given_up, job.who, job.import_id)
    await _show(c, job, text(c.artist, words))


async def _clear(c: Context, import_id: int) -> None:
    while not await c.do(importing.cleared, import_id):
        pass


async def _looked_into(c: Context, job: _Job, folder: Path) -> None:
    counts = (await _read(c, job, folder, None)).counts
    lines = [*counts.lost, *counts.faults]
    shown = [unlinked(line) for line in lines[:LINES_SHOWN]]
    if not any(deck.new or deck.changed or deck.back or deck.gone or deck.moved for deck in counts.decks):
        await c.do(importing.given_up, job.who, job.import_id)
        await _show(c, job, text(c.artist, c.say.nothing_changed(job.name, counts, shown)))
    else:
        rows = (
            (button(c.say.import_button, buttons.Import(job.import_id, wanted=True)), *_cancel(c, job.import_id)[0]),
        )
        await _show(c, job, text(c.artist, c.say.dry_run(job.name, counts, shown), rows))
    if len(lines) > LINES_SHOWN:
        await _send_lines(c, job, lines)


async def _imported(c: Context, job: _Job, folder: Path) -> None:
    await _show(c, job, text(c.artist, c.say.importing(job.name, 0, 0), _cancel(c, job.import_id)))
    found = await _read(c, job, folder, c.imports.media)
    c.imports.is_past_stopping(job.who.learner_id)
    decks = await c.do(importing.finish, job.who, job.import_id, found.decks)
    if decks is None:
        raise _Said(c.say.import_over)
    await _clear(c, job.import_id)
    await c.do(importing.given_up, job.who, job.import_id)
    counts = [(len(found.decks), sum(deck.new for deck in found.counts.decks))]
    log.info("%d imported (decks, new cards): %s", job.who.learner_id, counts)
    await _show(c, job, _result(c, decks))


def _result(c: Context, decks: tuple[StoredDeck, ...]) -> Screen:
    words = c.say.imported([unlinked(deck.name) for deck in decks], sum(deck.cards for deck in decks))
    shown = [
        button(c.say.deck_button(deck.name, deck.cards), buttons.Deck(deck.deck_id)) for deck in decks[:_DECKS_SHOWN]
    ]
    study = ((button(c.say.quiz_button, buttons.Subscribe(decks[0].deck_id)),),) if len(decks) == 1 else ()
    return text(c.artist, words, (*study, *by(1, shown)))


async def _read(c: Context, job: _Job, folder: Path, media: Path | None) -> _Found:
    """What is in the file; with `media`, a folder, its media are there and its cards have arrived."""
    path, inner = folder / "file", folder / "unpacked"
    await _fetch(c, job, path)
    await asyncio.to_thread(inner.mkdir)
    async with reading(path, job.file.name, inner, media) as reader:
        named = await _heard(c, reader, Named)
        deck_ids = await c.do(importing.same_named, job.who, named.names)
        for place, deck_id in enumerate(deck_ids):
            await _tell_what_it_has(c, reader, place, deck_id)
        await reader.say(AllHad())
        found = _Found(await _heard(c, reader, Counts), deck_ids)
        if media is not None:
            await _arrive(c, job, reader, found)
        return found


async def _fetch(c: Context, job: _Job, path: Path) -> None:
    try:
        told = await c.bot.get_file(job.file.file_id)
        data = await told.download_as_bytearray(read_timeout=FETCHING_SECONDS)
    except TelegramError as error:
        log.warning("a file that %d sent could not be fetched: %s", job.who.learner_id, type(error).__name__)
        raise _Said(c.say.not_fetched) from None
    await asyncio.to_thread(path.write_bytes, data)


async def _tell_what_it_has(c: Context, reader: Reader, place: int, deck_id: int | None) -> None:
    if deck_id is None:
        return
    for notetype_id, body in (await c.see(importing.types_of, deck_id)).items():
        await reader.say(HadType(notetype_id, body))
    after = 0
    while had := await c.see(importing.had, deck_id, after):
        await reader.say(Had(place, had))
        after = had[-1].card_id


async def _heard(c: Context, reader: Reader, kind: type[M]) -> M:
    message = await reader.hear()
    if isinstance(message, arrival.Refused):
        raise _Said(c.say.refused_file(unlinked(message.line)))
    if not isinstance(message, kind):
        raise NotRead(f"its reader says {type(message).__name__} for {kind.__name__}")
    return message


async def _arrive(c: Context, job: _Job, reader: Reader, found: _Found) -> None:
    total = sum(deck.new + deck.changed + deck.back + deck.moved for deck in found.counts.decks)
    done, said_at = 0, c.clock.now()
    types: list[str] = []
    while not isinstance(message := await reader.hear(), End):
        match message:
            case Type(body=body):
                types.append(body)
            case Cards(deck=place, cards=cards):
                if not await c.do(importing.arrive, job.who, job.import_id, place, cards, types):
                    raise _Said(c.say.import_over)
                done += len(cards)
                said_at = await _say_how_far(c, job, done, total, said_at)
            case Rest(deck=place, gone=gone, media=kept):
                name = found.counts.decks[place].name
                found.decks.append(Arrived(name, found.deck_ids[place], gone, kept))
            case _:
                raise NotRead(f"its reader says {type(message).__name__} for cards")


async def _say_how_far(c: Context, job: _Job, done: int, total: int, said_at: datetime) -> datetime:
    """When that was said last."""
    if total < PROGRESS_FROM or c.clock.now() - said_at < _EVERY:
        return said_at
    await _show(c, job, text(c.artist, c.say.importing(job.name, done, total), _cancel(c, job.import_id)))
    return c.clock.now()


async def _show(c: Context, job: _Job, screen: Screen) -> None:
    await c.outbox.edit(job.who.chat_id, job.where.message_id, job.where.media, screen)


async def _send_lines(c: Context, job: _Job, lines: list[str]) -> None:
    """All that needs a look, as a file."""
    file = Document(c.say.faults_file, "\n".join(lines).encode(errors="replace"))
    await c.outbox.document(job.who.chat_id, file, Text(""))


def _cancel(c: Context, import_id: int) -> Rows:
    return ((button(c.say.cancel, buttons.Import(import_id, wanted=False)),),)


def _name_of(told: str) -> str:
    """The file's name as its sender calls it, one that can be said and used."""
    name = "".join(char for char in told.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[:_LONGEST_NAME] or "deck.txt"


COMMANDS = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Import: on_import}
