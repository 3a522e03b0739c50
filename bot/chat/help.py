"""Beginning, help, and being forgotten."""

import asyncio
import logging

import telegram
from msgspec.structs import replace

from bot.chat import buttons, carrying, flip, group_menu, inline, page_screens
from bot.chat import round as rounds
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who, words_after_command
from bot.storage.errors import StorageFailed
from bot.storage.forgetting import Left
from bot.tutor import importing, sharing, starting
from bot.tutor.outcomes import ForgetView, Outcome

log = logging.getLogger(__name__)

# After that the person is answered all the same: every row is gone, what is left is told of, and the look for
# backups tries again.
CLEANED_WITHIN_SECONDS = 5


async def on_start(c: Context, update: telegram.Update) -> None:
    """/start, alone or with what a link carried."""
    payload = (words_after_command(update) or [""])[0]
    kind, _, value = payload.partition("_")
    if kind == "turn" and value.isdecimal() and len(value) < 19:
        await flip.on_reveal(c, update, int(value))
        return
    if kind == "round" and value.isdecimal() and len(value) < 19:
        await rounds.on_go_through(c, update, int(value))
        return
    if kind == "menu":
        await group_menu.on_link(c, update, value)
        return
    if kind == "edit":
        edited = await c.do(sharing.become_editor, who(update), value)
        await c.answer(update, await c.do(starting.start, who(update), value) if edited is None else edited)
        return
    slug = value if kind == "deck" else "" if payload == inline.START else payload
    await c.answer(update, await c.do(starting.start, who(update), slug))


async def on_help(c: Context, update: telegram.Update) -> None:
    """/help: every command with its line, as the menu has them."""
    chat = update.effective_chat
    assert chat is not None, "every update that is handled has a chat"
    private = chat.type == "private"
    here = [command for command in c.commands if (command.private if private else command.group)]
    listed = [(command.name, command.what) for command in here if command.listed]
    await c.tell(update, c.say.help(listed) if private else c.say.help_group(listed))


async def on_forget(c: Context, update: telegram.Update) -> None:
    """/forget: asked once."""
    await c.answer(update, starting.ask_whether_to_forget())


async def on_forget_tap(c: Context, update: telegram.Update, tap: buttons.Forget) -> None:
    where = tapped_message(update)
    if tap.sure:
        await c.sounds.end(who(update).learner_id)
        outcome = await c.do(starting.forget, who(update), c.tutor.forgotten, where)
        await c.imports.over(who(update).learner_id, CLEANED_WITHIN_SECONDS)
        pictures_gone = await _let_go_of_pictures(c)
        traces = not await _cleaned(c) or not pictures_gone
        c.imports.begin(carrying.tidy(c), "tidying after who was forgotten")
        await c.answer(update, replace(outcome, view=ForgetView(done=True, traces=traces)))
        return
    await c.answer(update, Outcome())
    screen = page_screens.text(c.artist, c.say.forget_kept)
    await c.outbox.edit(who(update).chat_id, where.message_id, where.media, screen)


async def _let_go_of_pictures(c: Context) -> bool:
    """Whether no picture or recording is there that they alone had; after a crash before, the next start sees to it."""
    try:
        await asyncio.to_thread(c.formulas.clear)
        await c.imports.let_go(lambda: c.see(importing.media_in_use))
    except (OSError, StorageFailed) as error:
        log.warning("pictures of somebody forgotten could not be deleted yet: %s", type(error).__name__)
        return False
    return True


async def _cleaned(c: Context) -> bool:
    """Whether nothing is left of who was forgotten; somebody who reads the database may hold that up for long."""
    for _ in range(CLEANED_WITHIN_SECONDS):
        left = await c.tutor.clean()
        if left is not Left.MORE:
            return left is Left.NOTHING
        await c.clock.sleep(1)
    log.warning("somebody was forgotten, and another program's reading keeps the WAL from being emptied; tried again")
    return False


COMMANDS = (
    Command("start", "begin, or go on where you were", private=True, group=False, run=on_start),
    Command("help", "how this works", private=True, group=True, run=on_help),
    Command("forget", "erase everything about you", private=True, group=False, run=on_forget),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Forget: on_forget_tap}
