"""A side of a card, or a field of its note, typed anew: by whoever may edit its deck, for everybody who has it."""

import telegram
from msgspec.structs import replace

from bot.chat import buttons, remaking, said
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.decks.anki.remade import Remaking
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import editing, editing_notes
from bot.tutor.editing_notes import Ready
from bot.tutor.outcomes import Outcome, Who


async def on_tap(c: Context, update: telegram.Update, tap: buttons.CardEdit) -> None:
    """What is to be typed anew, and what becomes of what was typed."""
    by, where = who(update), tapped_message(update)
    match tap.choice:
        case "front" | "back":
            outcome = await c.do(editing.ask, by, tap.card_id, tap.turn_id, tap.choice, where)
        case "save":
            outcome, notices = await _saved(c, update, tap.card_id)
            await c.answer(update, outcome)
            await c.untold.tell(notices)
            return
        case "cancel":
            outcome = await c.do(editing.cancel, by, tap.card_id, tap.turn_id, where)
        case _:
            outcome = await c.do(editing.which, by, tap.card_id, tap.turn_id, where)
    await c.answer(update, outcome)


async def on_field(c: Context, update: telegram.Update, tap: buttons.CardField) -> None:
    """Which field of its note is to be typed anew, or emptied."""
    by, where = who(update), tapped_message(update)
    if tap.choice == "empty":
        ready = await c.do(editing_notes.empty, by, tap.card_id, tap.turn_id, tap.field, where)
        outcome = await _looked(c, by, ready, where) if isinstance(ready, Ready) else ready
    elif tap.choice == "ask":
        outcome = await c.do(editing_notes.ask, by, tap.card_id, tap.turn_id, tap.field, where)
    else:
        outcome = await c.do(editing.which, by, tap.card_id, tap.turn_id, where, tap.field)
    await c.answer(update, outcome)


async def on_side(c: Context, update: telegram.Update, message: telegram.Message) -> bool:
    """Whether what was sent is what was asked for: then the card is shown as it will look."""
    by = who(update)
    if not await c.do(editing.listens, by):
        return False
    try:
        async with said.heard(c, message) as heard:
            ready = await c.do(editing_notes.hear, by, heard.content)
            outcome = await c.do(editing.hear, by, heard.content) if ready is None else ready
    except said.Unfit as unfit:
        await c.tell(update, unfit.words)
        return True
    if isinstance(outcome, Ready):
        outcome = await _looked(c, by, outcome, None)
    await c.answer(update, outcome)
    return True


async def _looked(c: Context, by: Who, ready: Ready, where: Message | None) -> Outcome:
    return await c.do(editing_notes.look, by, ready, await _remade(c, ready), where)


async def _saved(c: Context, update: telegram.Update, card_id: int) -> tuple[Outcome, tuple[Notice, ...]]:
    """What was typed, saved. If somebody else changes the note meanwhile, it is made anew from what that is now."""
    by, where = who(update), tapped_message(update)
    while isinstance(ready := await c.do(editing_notes.ready, by, card_id, where), Ready):
        made = await _remade(c, ready)
        if ready.changed:
            return await c.do(editing_notes.look, by, ready, made, where), ()
        saved = await c.do(editing_notes.save, by, ready, made, where)
        if saved is not None:
            return saved
    return await c.do(editing.save, by, card_id, where) if ready is None else (ready, ())


async def _remade(c: Context, ready: Ready) -> tuple[Remaking, ...]:
    """The cards of the note as they would be, in each of its decks."""
    made: list[Remaking] = []
    for note, order in zip(ready.notes, ready.orders, strict=True):
        media = await c.see(editing_notes.media, note.deck_id)
        made.append(await remaking.remade(replace(order, media={**media, **order.media}), c.imports.media))
    return tuple(made)


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.CardEdit: on_tap, buttons.CardField: on_field}
