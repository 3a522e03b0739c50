"""A side of a card typed anew: by whoever may edit its deck, for everybody who has it."""

import telegram

from bot.chat import buttons, card, said
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.tutor import editing


async def on_tap(c: Context, update: telegram.Update, tap: buttons.CardEdit) -> None:
    """What is to be typed anew, and what becomes of what was typed."""
    by, where = who(update), tapped_message(update)
    match tap.choice:
        case "front" | "back":
            outcome = await c.do(editing.ask, by, tap.card_id, tap.turn_id, tap.choice, where)
        case "save":
            outcome, mended = await c.do(editing.save, by, tap.card_id, where)
            await c.answer(update, outcome)
            if mended is not None:
                await card.tell_mended(c, mended)
            return
        case "cancel":
            outcome = await c.do(editing.cancel, by, tap.card_id, tap.turn_id, where)
        case _:
            outcome = await c.do(editing.which, by, tap.card_id, tap.turn_id, where)
    await c.answer(update, outcome)


async def on_side(c: Context, update: telegram.Update, message: telegram.Message) -> bool:
    """Whether what was sent is the side that was asked for: then it is shown as it will look."""
    if not await c.do(editing.listens, who(update)):
        return False
    try:
        async with said.heard(c, message) as heard:
            await c.answer(update, await c.do(editing.hear, who(update), heard.content))
    except said.Unfit as unfit:
        await c.tell(update, unfit.words)
    return True


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.CardEdit: on_tap}
