"""A deck of one's own: its name, the link that lets others in, putting it away."""

import secrets

import telegram

from bot.chat import buttons
from bot.chat.page_screens import text
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.turn_screens import tap as button
from bot.chat.unlinked import unlinked
from bot.tutor import owning
from bot.tutor.outcomes import Outcome
from bot.tutor.toasts import TakenOut

# 128 bits.
_TOKEN_BYTES = 16


async def on_own(c: Context, update: telegram.Update, tap: buttons.Own) -> None:
    where = tapped_message(update)
    match tap.choice:
        case "name":
            outcome = await c.do(owning.ask_name, who(update), tap.deck_id, where)
        case "withdraw":
            outcome = await c.do(owning.withdraw, who(update), tap.deck_id, where)
        case "away" | "back":
            outcome = await c.do(owning.put_away, who(update), tap.deck_id, tap.choice == "away", where)
        case _:
            outcome = Outcome(toast=TakenOut())
    await c.answer(update, outcome)


async def share(c: Context, update: telegram.Update, deck_id: int) -> None:
    """A link that lets in whoever opens it, until it is withdrawn."""
    deck = await c.do(owning.share, who(update), deck_id, secrets.token_urlsafe(_TOKEN_BYTES))
    if deck is None:
        await c.answer(update, Outcome(toast=TakenOut()))
        return
    link = f"https://t.me/{c.bot.username}?start=deck_{deck.share_token}"
    rows = (
        (button(c.say.withdraw, buttons.Own(deck_id, "withdraw")),),
        (button(c.say.back, buttons.Deck(deck_id)),),
    )
    await c.answer(update, Outcome())
    where = tapped_message(update)
    screen = text(c.artist, c.say.own_link(unlinked(deck.name), link), rows)
    await c.outbox.edit(who(update).chat_id, where.message_id, where.media, screen)


TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Own: on_own}
