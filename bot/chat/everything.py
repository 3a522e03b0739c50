"""/export, Everything of mine: one zip with all that somebody has here."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from pathlib import Path

import msgspec
import telegram

from bot.chat import buttons
from bot.chat.artist import tap as button
from bot.chat.exports import NotMade, process
from bot.chat.outbox import MOST_OF_A_DOCUMENT, Document, Failed
from bot.chat.outgoing import authors_names, media_files
from bot.chat.page_screens import text
from bot.chat.places import without_place
from bot.chat.plain import Text
from bot.chat.talk import Context, who
from bot.decks.arrival import MOST_BYTES
from bot.decks.everything_told import DeckHead, Line, Told
from bot.storage.cards import StoredDeck
from bot.tutor import everything, exporting
from bot.tutor.everything import DeckCards, Whole
from bot.tutor.outcomes import Who

log = logging.getLogger(__name__)

_NAME = "everything.zip"


async def on_everything(c: Context, update: telegram.Update, *, bare: bool) -> None:
    """All that is theirs; `bare`: without pictures and recordings."""
    by_whom = who(update)
    assert update.callback_query is not None, "it was tapped"
    await c.outbox.toast(update.callback_query.id, c.say.export_making)
    origin = await c.do(exporting.origin, by_whom, None, secrets.token_hex(8))
    assert origin is not None, "everybody may have what is theirs"
    whole = await c.see(everything.whole, by_whom, origin, MOST_OF_A_DOCUMENT, bare)
    try:
        told, data = await _made(c, by_whom, whole)
    except NotMade as failed:
        log.error("all of %d could not be exported: %s", by_whom.learner_id, failed)  # noqa: TRY400 (it names the place)
        await c.tell(update, c.say.export_failed)
        return
    if told.too_large:
        rows = () if bare else ((button(c.say.everything_bare, buttons.Export(0, "bare")),),)
        words = c.say.everything_too_large(MOST_OF_A_DOCUMENT // 2**20, bare=bare)
        await c.outbox.send(by_whom.chat_id, text(c.artist, words, rows))
        return
    large = len(data) > MOST_BYTES
    shared = any(deck.owner_id == by_whom.learner_id and deck.share_token for deck, _ in whole.decks)
    resting = sum(not studied for _, studied in whole.decks)
    caption = c.say.everything(
        told.decks, resting, told.cards, told.media, told.grades, bare=bare, large=large, shared=shared
    )
    if isinstance(await c.outbox.document(by_whom.chat_id, Document(_NAME, data), Text(caption)), Failed):
        await c.tell(update, c.say.export_not_sent)


async def _made(c: Context, by_whom: Who, whole: Whole) -> tuple[Told, bytes]:
    """The file and what is to be said of it; raises NotMade. Nobody else waits meanwhile."""
    with without_place(c.clock), c.clock.busy():
        async with c.exports.folder() as folder:
            ordered, made = folder / "order", folder / "made"
            await _order(c, by_whom, whole, ordered)
            told = msgspec.json.decode(await process("bot.decks.everything", ordered, made), type=Told)
            return told, b"" if told.too_large else await asyncio.to_thread(made.read_bytes)


async def _order(c: Context, by_whom: Who, whole: Whole, path: Path) -> None:
    """Writes down piece after piece, so that it is never here as a whole."""
    await _add(path, [whole.head])
    for deck, studied in whole.decks:
        found = await c.see(everything.cards_of, by_whom, deck)
        if found is not None:
            is_own = deck.owner_id == by_whom.learner_id
            head = await asyncio.to_thread(_deck, c, deck, found, own=is_own, studied=studied)
            await _add(path, [head, *found.cards])
    after = 0
    while after < whole.last_review:
        rows, after = await c.see(everything.log, by_whom, after, whole.last_review)
        await _add(path, rows)
    await _add(path, whole.progress)


def _deck(c: Context, deck: StoredDeck, found: DeckCards, *, own: bool, studied: bool) -> DeckHead:
    names = authors_names(found.stored)
    media = media_files(c, deck, found.stored, [card.side for card in found.cards])
    return DeckHead(deck.name, deck.description, own, studied, deck.archived, found.types, names, media)


async def _add(path: Path, lines: Sequence[Line]) -> None:
    await asyncio.to_thread(_append, path, lines)


def _append(path: Path, lines: Sequence[Line]) -> None:
    encoder = msgspec.json.Encoder()
    with path.open("ab") as file:
        for line in lines:
            file.write(encoder.encode(line) + b"\n")
