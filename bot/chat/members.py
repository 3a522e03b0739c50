"""Who takes part in a group: somebody comes, goes, and asks how they stand."""

from datetime import timedelta

import telegram

from bot.chat import buttons, names
from bot.chat.ephemeral import Whom
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.talk import Command, Context, TapHandler, thread, who
from bot.storage.board import State
from bot.tutor import members

# What the bot alone was told can be answered so for fifteen seconds; the call takes some of them.
WITHIN = timedelta(seconds=12)


async def on_join(c: Context, update: telegram.Update) -> None:
    """/join."""
    if await _has_a_voice(c, update):
        await c.do(members.join, who(update))
        await _tell(c, update, c.say.joined, c.say.joined_by(_name(c, update)))


async def on_leave(c: Context, update: telegram.Update) -> None:
    """/leave."""
    if await _has_a_voice(c, update):
        if await c.do(members.leave, who(update)):
            await _tell(c, update, c.say.left, c.say.left_by(_name(c, update)))
        else:
            await _tell(c, update, c.say.took_no_part, c.say.took_no_part_by(_name(c, update)))


async def on_me(c: Context, update: telegram.Update) -> None:
    """/me: how this member stands, for this member alone; an answer that the group reads holds a button for that."""
    if await _has_a_voice(c, update):
        words = said(c, await c.do(members.state, who(update)))
        if not await _told_alone(c, update, words):
            button = Button(c.say.my_state_button, buttons.MyState().pack())
            await _reply(c, update, c.say.my_state_offered(_name(c, update)), button)


async def on_my_state(c: Context, update: telegram.Update, tap: buttons.MyState) -> None:
    """Whoever taps is told how they stand, and nobody else."""
    query = update.callback_query
    assert query is not None, "only taps come here"
    words = said(c, await c.do(members.state, who(update)))
    await c.outbox.toast(query.id, words, alert=True)


def said(c: Context, state: State | None) -> str:
    """How a member stands, in at most 200 characters."""
    if state is None:
        return c.say.no_state
    it = state
    return c.say.my_state(it.cards, it.statements, it.met, it.due, it.new, it.given, it.known, members.DAYS_BACK)


async def on_member(c: Context, update: telegram.Update) -> None:
    """Somebody left the group, or was removed: Telegram tells administrators of it."""
    change = update.chat_member
    assert change is not None, "only such updates come here"
    now = change.new_chat_member
    outside = now.status in ("left", "kicked")
    if outside or (isinstance(now, telegram.ChatMemberRestricted) and not now.is_member):
        await c.do(members.left_the_room, change.chat.id, now.user.id)


async def on_left(c: Context, chat_id: int, learner_id: int) -> None:
    """The group reads that somebody left: every bot in it is told of that."""
    await c.do(members.left_the_room, chat_id, learner_id)


async def _has_a_voice(c: Context, update: telegram.Update) -> bool:
    """Whether a person said this; who speaks as the group or as a channel is told that nobody knows who it is."""
    message = update.message
    if message is None or message.sender_chat is None:
        return True
    await _reply(c, update, c.say.no_voice)
    return False


async def _tell(c: Context, update: telegram.Update, words: str, to_all: str) -> None:
    """What anybody may read, but concerns one alone; all are told who that is, as they may not see the command."""
    if not await _told_alone(c, update, words):
        await _reply(c, update, to_all)


def _name(c: Context, update: telegram.Update) -> str:
    """The member's, as the group may read it."""
    return names.shown(who(update).name, c.say.nameless)


async def _told_alone(c: Context, update: telegram.Update, words: str) -> bool:
    """Whether the member alone reads it. What the bot alone was told it may answer so, be it no administrator."""
    message, asker = update.message, who(update)
    command_id = int(message.api_kwargs.get("ephemeral_message_id") or 0) if message is not None else 0
    if message is None or not command_id:
        return False
    left = message.date + WITHIN - c.clock.now()
    permit = await c.ephemerals.leave_within(asker.chat_id, left.total_seconds())
    if permit is None:
        return False
    whom = Whom(asker.chat_id, asker.learner_id, command_id=command_id, thread_id=thread(update))
    return await c.ephemerals.show(whom, _screen(c, words), permit) is not None


async def _reply(c: Context, update: telegram.Update, words: str, *below: Button) -> None:
    """A short line that points to the command, without a sound: the group's talk goes on."""
    message = update.message
    # What the bot alone was told is no message to point to.
    reply_to = message.message_id or None if message is not None else None
    screen = _screen(c, words, *below)
    await c.outbox.send(who(update).chat_id, screen, silent=True, thread_id=thread(update), reply_to=reply_to)


def _screen(c: Context, words: str, *below: Button) -> Screen:
    return Screen(c.artist.pages([Text(words)]), (below,) if below else ())


COMMANDS = (
    Command("join", "take part", private=False, group=True, run=on_join, alone=True),
    Command("leave", "take part no longer", private=False, group=True, run=on_leave, alone=True),
    Command("me", "how you stand in this group's decks", private=False, group=True, run=on_me, alone=True),
)
TAPS: dict[type[buttons.Tap], TapHandler] = {buttons.MyState: on_my_state}
