"""How a sent file is to be imported, chosen in the message that tells what it would do."""

from functools import partial

import telegram

from bot.chat import buttons, import_screens
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.decks.arrival import Counts
from bot.storage.arriving import Waiting
from bot.storage.turns import Message
from bot.tutor import importing
from bot.tutor.importing import Import

_SAME = {"same": True, "all": True, "new": False, "none": False}
_ANEW = {"anew": True, "keep": False}
_PAIRS = ("pairs", "all", "none")
CHOICES = (*_SAME, *_ANEW, *_PAIRS, "back")
"""What a tap on `buttons.Import` may choose."""


async def choose(c: Context, update: telegram.Update, one: Import, what: str) -> None:
    """One of `CHOICES` was tapped."""
    chosen = await c.do(importing.choose, one, same=_SAME.get(what), anew=_ANEW.get(what))
    await _answer(c, update, one, chosen, pairs=what in _PAIRS)


async def on_pair(c: Context, update: telegram.Update, tap: buttons.Pair) -> None:
    """A card that looks new is the other one with another wording, or it is new."""
    by_whom = who(update)
    assert update.callback_query is not None, "only taps come here"
    running = c.imports.running(by_whom.learner_id)
    one = Import(tap.import_id, by_whom.learner_id)
    if running:
        await c.outbox.toast(update.callback_query.id, c.say.one_at_a_time(running))
    else:
        chosen = await c.do(importing.choose_pair, one, tap.place, same=tap.same)
        await _answer(c, update, one, chosen, pairs=True)


async def _answer(
    c: Context, update: telegram.Update, one: Import, chosen: tuple[Waiting, Counts] | None, *, pairs: bool
) -> None:
    if chosen is not None:
        await c.answered(update, partial(_show, c, one, tapped_message(update), chosen, pairs=pairs))
    else:
        assert update.callback_query is not None, "only taps come here"
        await c.outbox.toast(update.callback_query.id, c.say.import_over)


async def _show(c: Context, one: Import, where: Message, chosen: tuple[Waiting, Counts], *, pairs: bool) -> None:
    assert one.owner_id is not None, "somebody sent it"
    screen = import_screens.pairs if pairs else import_screens.dry_run
    name = unlinked(chosen[0].file.name)
    await c.outbox.edit(one.owner_id, where.message_id, where.media, screen(c.artist, name, one.import_id, *chosen))


COMMANDS = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Pair: on_pair}
