"""A group is set up: its decks, and what becomes of it when the bot comes, goes, or the group moves."""

import telegram

from bot.chat import buttons
from bot.chat.talk import Command, Context, TapHandler, is_admin, tapped_message, thread, who
from bot.tutor import group_setup
from bot.tutor.outcomes import Outcome


async def on_deck(c: Context, update: telegram.Update, tap: buttons.GroupDeck) -> None:
    """An administrator gives the group a deck or takes it away."""
    admin = await is_admin(c, update)
    where = tapped_message(update)
    outcome = await c.do(
        group_setup.subscribe, who(update), tap.deck_id, tap.wanted, tap.quiz, admin, thread(update), where
    )
    await c.answer(update, outcome)


async def on_decks_at(c: Context, update: telegram.Update, tap: buttons.GroupDecksAt) -> None:
    """An administrator leafs through a long list of decks, which stands there for all."""
    admin = await is_admin(c, update)
    outcome = await c.do(group_setup.decks_at, who(update), tap.deck_id, tap.quiz, admin, tapped_message(update))
    await c.answer(update, outcome)


async def on_group_decks(c: Context, update: telegram.Update) -> None:
    """/decks in a group: which it studies."""
    chat_id = who(update).chat_id
    await c.answer(update, Outcome((await c.do(group_setup.added, chat_id)).view))


async def on_membership(c: Context, update: telegram.Update) -> None:
    """The bot was added, kicked, blocked or let in again."""
    change = update.my_chat_member
    assert change is not None, "only such updates come here"
    here = change.new_chat_member.status in ("member", "administrator", "restricted")
    was_here = change.old_chat_member.status in ("member", "administrator", "restricted")
    if not here:
        await c.do(group_setup.gone, change.chat.id)
    elif change.chat.type != "private" and not was_here:
        await c.show(change.chat.id, await c.do(group_setup.added, change.chat.id))


async def on_moved(c: Context, old_id: int, new_id: int) -> None:
    """The group became a supergroup; its messages stayed behind, so the open turn is drawn anew."""
    await c.show(new_id, await c.do(group_setup.moved, old_id, new_id))


COMMANDS = (Command("decks", "which decks this group studies", private=False, group=True, run=on_group_decks),)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.GroupDeck: on_deck, buttons.GroupDecksAt: on_decks_at}
