"""One card: its page and what can be done with it."""

import telegram

from bot.chat import buttons
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.tutor import card_page


async def on_page(c: Context, update: telegram.Update, tap: buttons.CardPage) -> None:
    await c.answer(update, await c.do(card_page.page, who(update), tap.card_id, tapped_message(update)))


COMMANDS: tuple[Command, ...] = ()
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.CardPage: on_page}
