"""A deck of one's own: its name, what it says of itself, whom it is for, putting it away."""

import secrets
from collections.abc import Callable

import telegram

from bot.chat import buttons
from bot.chat.artist import row
from bot.chat.artist import tap as button
from bot.chat.names import of_deck
from bot.chat.page_screens import Rows, text
from bot.chat.screens import Button
from bot.chat.talk import Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.tutor import owning, sharing
from bot.tutor.outcomes import Outcome
from bot.tutor.sharing import Shared
from bot.tutor.toasts import TakenOut

# 128 bits.
_TOKEN_BYTES = 16


async def on_own(c: Context, update: telegram.Update, tap: buttons.Own) -> None:
    asker, where = who(update), tapped_message(update)
    match tap.choice:
        case "name":
            outcome = await c.do(owning.ask_name, asker, tap.deck_id, where)
        case "describe":
            outcome = await c.do(sharing.ask_description, asker, tap.deck_id, where)
        case "plain":
            outcome = await c.do(sharing.no_description, asker, tap.deck_id, where)
        case "withdraw":
            outcome = await c.do(owning.withdraw, asker, tap.deck_id, where)
        case "away" | "sure" | "back":
            away, sure = tap.choice != "back", tap.choice == "sure"
            outcome = await c.do(owning.put_away, asker, tap.deck_id, away, sure, where)
        case "alone":
            outcome = await c.do(sharing.edit_alone, asker, tap.deck_id, where)
        case "offer" | "private":
            admin = asker.learner_id in c.admins
            outcome = await c.do(sharing.offer, asker, tap.deck_id, tap.choice == "offer", admin, where)
        case "edit":
            await _let_edit(c, update, tap.deck_id)
            return
        case _:
            outcome = Outcome(toast=TakenOut())
    await c.answer(update, outcome)


async def share(c: Context, update: telegram.Update, deck_id: int) -> None:
    """A link that lets in whoever opens it, until it is withdrawn, and whom else the deck can be for."""
    shared = await c.do(sharing.share, who(update), deck_id, secrets.token_urlsafe(_TOKEN_BYTES))
    admin = who(update).learner_id in c.admins
    await _show(c, update, shared, lambda found: _share_page(c, found, admin))


async def _let_edit(c: Context, update: telegram.Update, deck_id: int) -> None:
    shared = await c.do(sharing.let_edit, who(update), deck_id, secrets.token_urlsafe(_TOKEN_BYTES))
    await _show(c, update, shared, lambda found: _edit_page(c, found))


async def _show(
    c: Context, update: telegram.Update, shared: Shared | None, page: Callable[[Shared], tuple[str, Rows]]
) -> None:
    if shared is None:
        await c.answer(update, Outcome(toast=TakenOut()))
        return
    await c.answer(update, Outcome())
    where = tapped_message(update)
    words, rows = page(shared)
    rows = (*rows, row(button(c.say.back, buttons.Deck(shared.deck.deck_id))))
    await c.outbox.edit(who(update).chat_id, where.message_id, where.media, text(c.artist, words, rows))


def _share_page(c: Context, shared: Shared, admin: bool) -> tuple[str, Rows]:
    say, deck = c.say, shared.deck
    word = deck.share_token if deck.private else deck.slug
    link, name = f"https://t.me/{c.bot.username}?start=deck_{word}", unlinked(of_deck(deck.name))
    edit = button(say.let_edit, buttons.Own(deck.deck_id, "edit"))
    group = Button(say.to_group, url=f"https://t.me/{c.bot.username}?startgroup=deck_{word}")
    if not deck.private:
        no_more = button(say.offer_no_more, buttons.Own(deck.deck_id, "private")) if admin else None
        return say.offered(name, link), (row(edit, group), *((row(no_more),) if no_more else ()))
    offer = button(say.offer, buttons.Own(deck.deck_id, "offer")) if admin else None
    withdraw = button(say.withdraw, buttons.Own(deck.deck_id, "withdraw"))
    return say.own_link(name, link), (row(edit, group), row(withdraw, offer))


def _edit_page(c: Context, shared: Shared) -> tuple[str, Rows]:
    say, deck = c.say, shared.deck
    link = f"https://t.me/{c.bot.username}?start=edit_{deck.edit_token}"
    words = f"{say.edit_link(unlinked(of_deck(deck.name)), link)}\n\n{say.editors(shared.editors)}"
    return words, (row(button(say.edit_alone, buttons.Own(deck.deck_id, "alone"))),)


TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.Own: on_own}
