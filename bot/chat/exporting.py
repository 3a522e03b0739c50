"""/export: a deck as a file, with one's own progress if wished."""

import asyncio
import logging
import secrets
from collections.abc import Sequence

import msgspec
import telegram

from bot.chat import alike, buttons, deck_screens, everything
from bot.chat.artist import tap as button
from bot.chat.exports import NotMade, process
from bot.chat.names import of_deck
from bot.chat.outbox import MOST_OF_A_DOCUMENT, Document, Failed
from bot.chat.outgoing import authors_names, media_files
from bot.chat.page_screens import Rows, by, text
from bot.chat.places import without_place
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.decks.departure import Form, Order, Told, write_order
from bot.decks.textfile import slug_of
from bot.storage.cards import StoredDeck
from bot.tutor import asking, exporting, starting
from bot.tutor.exporting import Wanted
from bot.tutor.outcomes import Outcome, Who

log = logging.getLogger(__name__)

_ENDINGS = {
    Form.ANKI: ".apkg",
    Form.PROGRESS: "-with-progress.apkg",
    Form.TEXT: ".txt",
    Form.MARKDOWN: ".md",
    Form.JSONL: ".jsonl",
}


_EVERYTHING, _BARE = "everything", "bare"


class TooLarge(Exception):  # noqa: N818 (it tells what happened)
    """It is larger than a bot may send."""


async def on_export(c: Context, update: telegram.Update) -> None:
    """/export."""
    decks = await c.do(exporting.decks, who(update))
    await c.outbox.send(who(update).chat_id, await _decks(c, who(update), decks, 0))


async def on_export_tap(c: Context, update: telegram.Update, tap: buttons.Export) -> None:
    """Another page of the list, a deck, or what it is wanted as."""
    if tap.form in (_EVERYTHING, _BARE, *Form):
        if await c.do(asking.was_done, update.update_id):
            await c.answer(update, Outcome())
            return
        if tap.form in (_EVERYTHING, _BARE):
            await everything.on_everything(c, update, bare=tap.form == _BARE)
        else:
            await _on_form(c, update, tap.deck_id, Form(tap.form))
        # From here on it is the file that was asked for, however often Telegram repeats that.
        await c.do(asking.is_done, update.update_id)
        return
    by_whom, where = who(update), tapped_message(update)
    decks = await c.do(exporting.decks, by_whom)
    chosen = next((deck for deck in decks if deck.deck_id == tap.deck_id and not tap.form), None)
    await c.answer(update, Outcome())
    screen = await _decks(c, by_whom, decks, tap.deck_id) if chosen is None else _forms(c, chosen)
    await c.outbox.edit(by_whom.chat_id, where.message_id, where.media, screen)


async def _decks(c: Context, by_whom: Who, decks: Sequence[StoredDeck], at: int) -> Screen:
    say = c.say
    all_of_it = (button(say.export_everything, buttons.Export(0, _EVERYTHING)),)
    if not decks:
        return text(c.artist, say.export_none, ((button(say.decks_button, buttons.Decks()),), all_of_it))

    names = alike.called(say, await c.do(starting.there, by_whom.chat_id), by_whom.chat_id)

    def shown(deck: StoredDeck) -> Button:
        return button(say.deck_button(names[deck.deck_id], deck.cards), buttons.Export(deck.deck_id, ""))

    rows = deck_screens.leafed(c.artist, decks, at, shown, lambda deck_id: buttons.Export(deck_id, "at"))
    return text(c.artist, say.export_which, (*rows, all_of_it))


def _forms(c: Context, deck: StoredDeck) -> Screen:
    forms = [button(words, buttons.Export(deck.deck_id, form)) for form, words in c.say.export_forms.items()]
    rows: Rows = (*by(1, forms), (button(c.say.back, buttons.Export(deck.deck_id, "at")),))
    return text(c.artist, c.say.export_as(unlinked(of_deck(deck.name))), rows)


# --- the file ---------------------------------------------------------------------------------------------------------


async def _on_form(c: Context, update: telegram.Update, deck_id: int, form: Form) -> None:
    by_whom = who(update)
    origin = await c.do(exporting.origin, by_whom, deck_id, secrets.token_hex(8))
    wanted = (
        None if origin is None else await c.see(exporting.wanted, by_whom, deck_id, form, origin, MOST_OF_A_DOCUMENT)
    )
    assert update.callback_query is not None, "it was tapped"
    if wanted is None:
        await c.outbox.toast(update.callback_query.id, c.say.export_not_yours)
        return
    await c.outbox.toast(update.callback_query.id, c.say.export_making)
    name = unlinked(of_deck(wanted.deck.name))
    try:
        order, told, data = await _made(c, wanted)
    except TooLarge:
        await c.tell(update, c.say.export_too_large(name, MOST_OF_A_DOCUMENT // 2**20))
        return
    except NotMade as failed:
        log.error("deck %d could not be exported as %s: %s", deck_id, form, failed)  # noqa: TRY400 (it names the place)
        await c.tell(update, c.say.export_failed)
        return
    met = sum(side.progress is not None for side in order.cards)
    grades = sum(row.grade > 0 for side in order.cards for row in side.log)
    caption = c.say.exported(form, name, len(order.cards), told.media, met, grades) + c.say.export_loses(told)
    # With its media beside it a text is a zip.
    ending = ".zip" if form is Form.MARKDOWN and told.media else _ENDINGS[form]
    document = Document(_file_name(wanted.deck) + ending, data)
    if isinstance(await c.outbox.document(by_whom.chat_id, document, Text(caption)), Failed):
        await c.tell(update, c.say.export_not_sent)


def _file_name(deck: StoredDeck) -> str:
    return slug_of(f"{deck.name.replace('/', '-')}.txt")


async def _made(c: Context, wanted: Wanted) -> tuple[Order, Told, bytes]:
    """The file with what was ordered, and what is to be said of it; raises NotMade and TooLarge.

    Nobody else waits meanwhile.
    """
    with without_place(c.clock), c.clock.busy():
        order = await asyncio.to_thread(_ordered, c, wanted)
        async with c.exports.folder() as folder:
            ordered, made = folder / "order", folder / "made"
            await asyncio.to_thread(write_order, order, ordered)
            told = msgspec.json.decode(await process("bot.decks.exporting", ordered, made), type=Told)
            if told.too_large:
                raise TooLarge
            return order, told, await asyncio.to_thread(made.read_bytes)


def _ordered(c: Context, wanted: Wanted) -> Order:
    """With the files of its media, those that are there."""
    if wanted.order.form in (Form.TEXT, Form.JSONL):
        return wanted.ordered({}, authors_names(wanted.stored))
    return wanted.ordered(media_files(c, wanted.deck, wanted.stored, wanted.order.cards), authors_names(wanted.stored))


COMMANDS = (Command("export", "a deck as a file, for Anki or an editor", private=True, group=False, run=on_export),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Export: on_export_tap}
