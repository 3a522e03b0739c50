"""/board: the week's members, and who wants to stand there."""

import telegram

from bot.chat import buttons
from bot.chat.outbox import is_worth_again
from bot.chat.pace import Urgency
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.chat.tallies import Drawn, Shown, Taken
from bot.storage.turns import Message
from bot.tutor import board
from bot.tutor.outcomes import Outcome


async def on_board(c: Context, update: telegram.Update) -> None:
    """/board."""
    chat_id = who(update).chat_id
    await c.do(board.asked, chat_id)
    await c.answer(update, Outcome(await c.see(board.view, chat_id), silent=True))


async def on_hide(c: Context, update: telegram.Update, tap: buttons.Hide) -> None:
    """A member leaves the board or comes back to it: told at once, and the board says so soon."""
    asker = who(update)
    outcome = await c.do(board.hide, asker, tap.hidden, tapped_message(update))
    await c.answer(update, Outcome(toast=outcome.toast))
    if outcome.where is not None:
        await c.boards.changed(Shown(asker.chat_id, outcome.where.message_id))


async def draw(c: Context, shown: Shown, taken: Taken, patient: bool) -> Drawn:
    """The board as it is now, when the group's pace lets it go; `shown.turn_id` is its message's."""
    permit = c.outbox.permit_now(shown.chat_id, Urgency.TALLY)
    if permit is None:
        if not patient:
            return Drawn.LATER
        permit = await c.outbox.permit(shown.chat_id, Urgency.TALLY)
    taken()
    outcome = Outcome(await c.see(board.view, shown.chat_id), Message(shown.turn_id, "text"))
    delivery = await c.show(shown.chat_id, outcome, permit=permit)
    return Drawn.LATER if is_worth_again(delivery) else Drawn.YES


COMMANDS = (Command("board", "who keeps alive what is due", private=False, group=True, run=on_board),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Hide: on_hide}
