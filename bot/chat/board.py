"""/board: the week's members, and who wants to stand there."""

import telegram

from bot.chat import buttons
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.tutor import board
from bot.tutor.outcomes import Outcome


async def on_board(c: Context, update: telegram.Update) -> None:
    """/board."""
    chat_id = who(update).chat_id
    await c.do(board.asked, chat_id)
    await c.answer(update, Outcome(await c.see(board.view, chat_id), silent=True))


async def on_hide(c: Context, update: telegram.Update, tap: buttons.Hide) -> None:
    """A member leaves the board or comes back to it; it is drawn anew."""
    asker = who(update)
    outcome = await c.do(board.hide, asker, tap.hidden, tapped_message(update))
    await c.answer(update, Outcome(toast=outcome.toast))
    if outcome.where is not None:
        shown = outcome.view or await c.see(board.view, asker.chat_id)
        await c.show(asker.chat_id, Outcome(shown, outcome.where))


COMMANDS = (Command("board", "who keeps alive what is due", private=False, group=True, run=on_board),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Hide: on_hide}
