"""A group is set up: its decks, and what becomes of it when the bot comes, goes, or the group moves."""

import re

import telegram

from bot.chat import buttons, topics
from bot.chat import round as rounds
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Command, Context, TapHandler, is_admin, tapped_message, thread, who, words_after_command
from bot.tutor import group_setup, sharing
from bot.tutor.toasts import AdminsOnly

# What a link can carry behind deck_.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,59}")


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
    where = tapped_message(update)
    await c.answer(
        update, await c.do(group_setup.decks_at, who(update), tap.deck_id, tap.quiz, admin, thread(update), where)
    )


async def on_topic(c: Context, update: telegram.Update, tap: buttons.GroupTopic) -> None:
    """An administrator puts a deck into the topic where the button stands, or takes it out."""
    admin, where, thread_id = await is_admin(c, update), tapped_message(update), thread(update)
    name = topics.name_in(update.effective_message)
    await c.answer(
        update,
        await c.do(group_setup.topic, who(update), tap.deck_id, tap.choice, thread_id, name, admin, where),
    )


async def on_group_decks(c: Context, update: telegram.Update) -> None:
    """/decks in a group: which it studies; in a topic, which of them belong there."""
    await c.answer(update, await c.do(group_setup.decks, who(update).chat_id, thread(update)))


async def on_start(c: Context, update: telegram.Update) -> None:
    """/start in a group: a link to a deck led here, and who followed it chose this group for it."""
    kind, _, token = (words_after_command(update) or [""])[0].partition("_")
    if kind != "deck":
        await c.tell(update, c.say.private_only)
        return
    admin = await is_admin(c, update)
    outcome = await c.do(sharing.give_group, who(update), token, admin, thread(update))
    if isinstance(outcome.toast, AdminsOnly) and _TOKEN.fullmatch(token):
        link = Button(c.say.to_group, url=f"https://t.me/{c.bot.username}?startgroup=deck_{token}")
        screen = Screen(c.artist.pages([Text(c.say.admins_give_decks)]), ((link,),))
        await c.outbox.send(who(update).chat_id, screen, thread_id=thread(update))
        return
    await c.answer(update, outcome)


async def on_membership(c: Context, update: telegram.Update) -> None:
    """The bot was added, kicked, blocked or let in again, or may do more than before, or less."""
    change = update.my_chat_member
    assert change is not None, "only such updates come here"
    if not _may_speak(change.new_chat_member):
        await c.do(group_setup.gone, change.chat.id)
    elif change.chat.type != "private":
        was_here = _is_here(change.old_chat_member)
        outcome = await c.do(group_setup.able_again if was_here else group_setup.added, change.chat.id)
        await c.show(change.chat.id, outcome)


def _is_here(bot: telegram.ChatMember) -> bool:
    """Whether it is in the chat."""
    return (
        bot.is_member if isinstance(bot, telegram.ChatMemberRestricted) else bot.status in ("member", "administrator")
    )


def _may_speak(bot: telegram.ChatMember) -> bool:
    """Whether it is in the chat and nobody has forbidden it to write there."""
    return _is_here(bot) and not (isinstance(bot, telegram.ChatMemberRestricted) and not bot.can_send_messages)


async def on_moved(c: Context, old_id: int, new_id: int) -> None:
    """The group became a supergroup."""
    await c.do(group_setup.moved, old_id, new_id)
    c.sounds.moved(old_id, new_id)


async def on_arrived(c: Context, old_id: int, new_id: int) -> None:
    """The supergroup is there; its messages stayed behind, so what is open is drawn anew.

    Of the two messages that tell of the move one leads to this, so that it is drawn once.
    """
    await rounds.show(c, new_id, await c.do(group_setup.arrived, old_id, new_id))


COMMANDS = (
    Command("start", "the deck of a link", private=False, group=True, run=on_start, listed=False),
    Command("decks", "which decks this group studies, and where", private=False, group=True, run=on_group_decks),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {
    buttons.GroupDeck: on_deck,
    buttons.GroupDecksAt: on_decks_at,
    buttons.GroupTopic: on_topic,
}
