"""A person sends a deck file: what is in it is said first, and nothing is written before a tap says so."""

import telegram

from bot.chat import buttons, carrying
from bot.chat.bringing import Wishes
from bot.chat.import_choices import CHOICES, choose
from bot.chat.import_jobs import Job, message_of
from bot.chat.import_screens import cancel_row
from bot.chat.page_screens import text
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.decks.arrival import MOST_BYTES
from bot.storage.arriving import SentFile
from bot.tutor import importing
from bot.tutor.importing import Import

_LONGEST_NAME = 60
_PACKED = (".apkg", ".colpkg", ".zip")
_TAKEN = ("take", "mine")


def may_be_deck(message: telegram.Message) -> bool:
    """Whether a file is there that somebody may mean as a deck: a picture or a film sent as a file is none."""
    document = message.document
    return (
        document is not None
        and message.animation is None
        and not (document.mime_type or "").startswith(("image/", "audio/", "video/"))
    )


async def on_document(c: Context, update: telegram.Update, message: telegram.Message) -> None:
    """A file was sent: say what importing it would do."""
    by_whom, document = who(update), message.document
    assert document is not None, "it was looked at before"
    name = _name_of(document.file_name or "")
    if (document.file_size or 0) > MOST_BYTES:
        is_text = not name.lower().endswith(_PACKED)
        await c.tell(update, c.say.too_large(MOST_BYTES // 2**20, is_text=is_text))
        return
    file = SentFile(document.file_id, name)
    if running := c.imports.running(by_whom.learner_id):
        # The same update once more is no other file.
        if not await c.do(importing.comes_again, by_whom, file):
            await c.tell(update, c.say.comes_too_soon(unlinked(running), unlinked(name)))
        return
    before = await c.do(importing.told, by_whom)
    import_id = await c.do(importing.sent, by_whom, file)
    if import_id is None:
        c.imports.begin(carrying.tidy(c), "carrying an import through")
        await c.tell(update, c.say.import_goes_on)
        return
    comes_again = before is not None and before.import_id == import_id
    stands_in = message_of(before.message_id if before is not None and comes_again else None)
    job = Job(c, Import(import_id, by_whom.learner_id), file, stands_in)
    c.imports.starts(by_whom.learner_id, file.name)
    try:
        await job.show(text(c.artist, c.say.looking(job.name), cancel_row(c.artist, import_id)))
    finally:
        c.imports.begin(carrying.carry_out(c, job, carrying.look_into), "a look into a sent file")
    if before is not None and not comes_again:
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
    elif tap.what in CHOICES:
        await choose(c, update, one, tap.what)
        return
    await c.outbox.toast(update.callback_query.id, words)
    if found is None or running or words:
        return
    wishes = Wishes(tap.what == "mine", found.same, found.anew, importing.otherwise(found))
    job = Job(c, one, found.file, tapped_message(update), wishes)
    if tap.what in _TAKEN:
        c.imports.starts(by_whom.learner_id, found.file.name)
        c.imports.begin(carrying.carry_out(c, job, carrying.bring), "an import")
    else:
        await carrying.give_up(c, job, c.say.import_cancelled)


def _name_of(told: str) -> str:
    """The file's name as its sender calls it, one that can be said and used."""
    name = "".join(char for char in told.replace("\\", "/").rpartition("/")[2] if char.isprintable()).strip()
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot and len(ending) < 10:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}"
    return name[:_LONGEST_NAME] or "deck.txt"


COMMANDS = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Import: on_import}
