"""/export: a deck as a file, with one's own progress if wished."""

import asyncio
import logging
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import telegram

from bot.chat import buttons, deck_screens
from bot.chat.outbox import MOST_OF_A_DOCUMENT, Document, Failed
from bot.chat.page_screens import Rows, by, text
from bot.chat.places import without_place
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.chat.turn_screens import tap as button
from bot.chat.unlinked import unlinked
from bot.decks import encoded
from bot.decks.exporting import Form, Order, Told, write_order
from bot.decks.media import media_names
from bot.decks.textfile import slug_of
from bot.storage.cards import StoredDeck
from bot.tutor import exporting
from bot.tutor.exporting import Wanted
from bot.tutor.outcomes import Outcome

log = logging.getLogger(__name__)

MAKING_SECONDS = 180.0
_ENDINGS = {
    Form.ANKI: ".apkg",
    Form.PROGRESS: "-with-progress.apkg",
    Form.TEXT: ".txt",
    Form.MARKDOWN: ".md",
    Form.JSONL: ".jsonl",
}
# The kinds of blocks that name a file, as a card's JSON has them.
_WITH_MEDIA = ('"picture"', '"sound"')
_SAYS_NOTHING = 300
"""Characters of an error that the log takes."""


class NotMade(Exception):  # noqa: N818 (it tells what happened)
    """No file came out of the process that makes it; the message is for the log."""


class TooLarge(Exception):  # noqa: N818 (it tells what happened)
    """It is larger than a bot may send."""


async def on_export(c: Context, update: telegram.Update) -> None:
    """/export."""
    decks = await c.do(exporting.decks, who(update))
    await c.outbox.send(who(update).chat_id, _decks(c, decks, 0))


async def on_export_tap(c: Context, update: telegram.Update, tap: buttons.Export) -> None:
    """Another page of the list, a deck, or what it is wanted as."""
    if tap.form in [*Form]:
        await _on_form(c, update, tap.deck_id, Form(tap.form))
        return
    by_whom, where = who(update), tapped_message(update)
    decks = await c.do(exporting.decks, by_whom)
    chosen = next((deck for deck in decks if deck.deck_id == tap.deck_id and not tap.form), None)
    await c.answer(update, Outcome())
    screen = _decks(c, decks, tap.deck_id) if chosen is None else _forms(c, chosen)
    await c.outbox.edit(by_whom.chat_id, where.message_id, where.media, screen)


def _decks(c: Context, decks: Sequence[StoredDeck], at: int) -> Screen:
    say = c.say
    if not decks:
        return text(c.artist, say.export_none, ((button(say.decks_button, buttons.Decks()),),))

    def shown(deck: StoredDeck) -> Button:
        return button(say.deck_button(deck.name, deck.cards), buttons.Export(deck.deck_id, ""))

    rows = deck_screens.leafed(c.artist, decks, at, shown, lambda deck_id: buttons.Export(deck_id, "at"))
    return text(c.artist, say.export_which, rows)


def _forms(c: Context, deck: StoredDeck) -> Screen:
    forms = [button(words, buttons.Export(deck.deck_id, form)) for form, words in c.say.export_forms.items()]
    rows: Rows = (*by(1, forms), (button(c.say.back, buttons.Export(deck.deck_id, "at")),))
    return text(c.artist, c.say.export_as(unlinked(deck.name)), rows)


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
    name = unlinked(wanted.deck.name)
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
    grades = sum(len(side.log) for side in order.cards)
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
            told = await _make(ordered, made)
            if told.too_large:
                raise TooLarge
            return order, told, await asyncio.to_thread(made.read_bytes)


def _ordered(c: Context, wanted: Wanted) -> Order:
    """With the files of its media, those that are there."""
    names = {stored: name for name, stored in wanted.stored.items()}
    if wanted.order.form in (Form.TEXT, Form.JSONL):
        return wanted.ordered({}, names)
    paths: dict[str, Path | None] = {name: c.imports.media / stored for name, stored in wanted.stored.items()}
    if not wanted.stored:
        paths = {name: c.picture(wanted.deck.file, name) for name in _named(wanted.order)}
    found = {name: str(path.absolute()) for name, path in paths.items() if path is not None and path.is_file()}
    return wanted.ordered(found, names)


def _named(order: Order) -> dict[str, None]:
    """The pictures and recordings of all cards, in order."""
    texts = [text for side in order.cards for text in (side.front, side.back)]
    holding = [text for text in texts if any(kind in text for kind in _WITH_MEDIA)]
    return dict.fromkeys(name for text in holding for name in media_names(encoded.from_json(text)))


async def _make(order: Path, made: Path) -> Told:
    """Makes it in a process of its own, which knows nothing of our environment. Raises NotMade."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.decks.exporting", str(order), str(made)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={"PYTHONUTF8": "1"},
    )
    try:
        async with asyncio.timeout(MAKING_SECONDS):
            stdout, stderr = await process.communicate()
    except TimeoutError:
        raise NotMade(f"it took longer than {MAKING_SECONDS:g} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        # Its last line names the error; what a card says is not in it.
        kind = stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0]
        raise NotMade(f"its process ended with {process.returncode}, {kind[:_SAYS_NOTHING]}")
    return msgspec.json.decode(stdout, type=Told)


COMMANDS = (Command("export", "a deck as a file, for Anki or an editor", private=True, group=False, run=on_export),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Export: on_export_tap}
