"""Decks: beginning one, leaving it, looking through it, sharing a link to it."""

import telegram

from bot.chat import buttons, deck_screens, owning
from bot.chat.names import of_deck
from bot.chat.plain import Text
from bot.chat.screens import Screen
from bot.chat.talk import Command, Context, TapHandler, tapped_message, who
from bot.chat.unlinked import unlinked
from bot.tutor import starting
from bot.tutor.outcomes import Outcome
from bot.tutor.toasts import TakenOut


async def on_decks(c: Context, update: telegram.Update) -> None:
    """/decks."""
    await c.answer(update, await c.do(starting.decks_page, who(update), None))


async def on_decks_tap(c: Context, update: telegram.Update, tap: buttons.Decks) -> None:
    await c.answer(update, await c.do(starting.decks_page, who(update), tapped_message(update)))


async def on_decks_at(c: Context, update: telegram.Update, tap: buttons.DecksAt) -> None:
    """Another page of a long list, or the list again as it is now."""
    await c.answer(update, await c.do(starting.decks_at, who(update), tap.deck_id, tap.first, tapped_message(update)))


async def on_deck(c: Context, update: telegram.Update, tap: buttons.Deck) -> None:
    await c.answer(update, await c.do(starting.deck_page, who(update), tap.deck_id, tapped_message(update)))


async def on_subscribe(c: Context, update: telegram.Update, tap: buttons.Subscribe) -> None:
    await c.answer(update, await c.do(starting.subscribe, who(update), tap.deck_id, tapped_message(update)))


async def on_subscribe_tree(c: Context, update: telegram.Update, tap: buttons.SubscribeTree) -> None:
    where = tapped_message(update)
    await c.answer(update, await c.do(starting.subscribe_tree, who(update), tap.deck_id, tap.depth, where))


async def on_study_imported(c: Context, update: telegram.Update, tap: buttons.StudyImported) -> None:
    """Study all decks that came in one file."""
    await c.answer(update, await c.do(starting.subscribe_imported, who(update), tap.import_id, tapped_message(update)))


async def on_leave(c: Context, update: telegram.Update, tap: buttons.Leave) -> None:
    await c.answer(update, await c.do(starting.leave, who(update), tap.deck_id, tapped_message(update)))


async def on_look(c: Context, update: telegram.Update, tap: buttons.Look) -> None:
    where = tapped_message(update)
    outcome = await c.do(starting.look_through, who(update), tap.deck_id, tap.place, where)
    await c.answer(update, outcome, tap.page)


async def on_share(c: Context, update: telegram.Update, tap: buttons.Share) -> None:
    """A link that subscribes whoever opens it."""
    deck = await c.do(starting.offered, who(update), tap.deck_id)
    if deck is None:
        await c.answer(update, Outcome(toast=TakenOut()))
        return
    if deck.owner_id == who(update).learner_id:
        await owning.share(c, update, deck.deck_id)
        return
    link = f"https://t.me/{c.bot.username}?start=deck_{deck.slug}"
    screen = Screen(
        c.artist.pages([Text(c.say.share_link(unlinked(of_deck(deck.name)), link))]),
        deck_screens.back_to_deck(c.artist, deck.deck_id),
    )
    await c.answer(update, Outcome())
    where = tapped_message(update)
    await c.outbox.edit(who(update).chat_id, where.message_id, where.media, screen)


COMMANDS = (Command("decks", "subscribe, leave, look through", private=True, group=False, run=on_decks),)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.Decks: on_decks_tap,
    buttons.DecksAt: on_decks_at,
    buttons.Deck: on_deck,
    buttons.Subscribe: on_subscribe,
    buttons.SubscribeTree: on_subscribe_tree,
    buttons.StudyImported: on_study_imported,
    buttons.Leave: on_leave,
    buttons.Look: on_look,
    buttons.Share: on_share,
    **owning.TAPS,
}
