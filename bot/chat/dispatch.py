"""Which handler an update belongs to, and whom the bot listens to at all."""

from collections.abc import Mapping

import telegram

from bot.chat import (
    adding,
    buttons,
    editing,
    finding,
    flip,
    group_menu,
    group_setup,
    importing,
    inline,
    members,
    quiz,
    rooms,
    settings,
    topics,
)
from bot.chat.inbox import Raw
from bot.chat.talk import Context, TapHandler, is_alone, tapped_message, who
from bot.tutor import adding as drafts
from bot.tutor import asking, showing, starting, typed
from bot.tutor import editing as edits
from bot.tutor import group_setup as groups
from bot.tutor.outcomes import Outcome
from bot.tutor.toasts import Forgotten

# Commands that take a picture or a recording, so that they may be written below one.
_WITH_MEDIA = frozenset({"add"})
# What is tapped under a message that one member alone sees, and nothing else is.
ALONE: Mapping[type[buttons.Tap], TapHandler] = {**flip.ALONE, **group_menu.ALONE}


class Dispatch:
    """The one door for updates. `allowed`: ids of users and chats, empty for everybody."""

    def __init__(self, context: Context, taps: Mapping[type[buttons.Tap], TapHandler], allowed: frozenset[int]) -> None:
        self._c = context
        self._taps = taps
        self._allowed = allowed
        self._private = {command.name: command for command in context.commands if command.private}
        self._group = {command.name: command for command in context.commands if command.group}

    async def handle(self, update: telegram.Update) -> None:
        """Do what the update asks for, whole, before it is confirmed to Telegram."""
        with self._c.clock.busy():
            if update.inline_query is not None:
                await self._on_inline_query(update.inline_query)
            elif not await self._may(update):
                await self._refuse(update)
            elif update.callback_query is not None:
                await self._on_tap(update, update.callback_query)
            elif update.effective_chat is None or update.effective_chat.type == "channel":
                return  # readers of a channel are no study group
            elif update.my_chat_member is not None:
                await group_setup.on_membership(self._c, update)
            elif update.chat_member is not None:
                await members.on_member(self._c, update)
            elif update.message is not None:
                await self._on_message(update, update.message)

    async def _on_inline_query(self, query: telegram.InlineQuery) -> None:
        # In which chat it is typed, Telegram does not tell.
        served = not self._allowed or query.from_user.id in self._allowed
        await (inline.on_query if served else inline.refuse)(self._c, query)

    async def _may(self, update: telegram.Update) -> bool:
        """A private chat has its person's id. A group stays allowed when it becomes a supergroup."""
        chat, message = update.effective_chat, update.message
        if not self._allowed or chat is None or chat.id in self._allowed:
            return not self._allowed or chat is not None
        if chat.type == "private":
            return False
        before = message.migrate_from_chat_id if message else None
        return (before or await self._c.do(groups.former_id, chat.id)) in self._allowed

    async def _refuse(self, update: telegram.Update) -> None:
        """One line to any other chat; a group is left."""
        c, chat, query = self._c, update.effective_chat, update.callback_query
        if query is not None:
            await c.outbox.toast(query.id, c.say.not_allowed)
        if chat is None or (
            update.my_chat_member and update.my_chat_member.new_chat_member.status in ("left", "kicked")
        ):
            return
        if update.chat_member is not None or (update.message is not None and _is_service(update.message)):
            return
        if query is None and (update.my_chat_member is None or chat.type != "private"):
            await c.tell(update, c.say.not_allowed)
        if chat.type != "private":
            await rooms.leave(c.outbox.calls, c.bot, chat.id)

    async def _on_tap(self, update: telegram.Update, query: telegram.CallbackQuery) -> None:
        tap = buttons.parse(query.data or "")
        alone = query.message is not None and is_alone(query.message)
        handler = None if tap is None else (ALONE if alone else self._taps).get(type(tap))
        if tap is None or handler is None or query.message is None or not _belongs(tap, query.message):
            await self._c.outbox.toast(query.id, self._c.say.strange_button)
        elif not await self._knows(tap, query.from_user.id, query.message.chat.id):
            await self._c.answer(update, Outcome(toast=Forgotten()))
        elif alone or not await self._has_passed(update, tap):
            await handler(self._c, update, tap)

    async def _knows(self, tap: buttons.Tap, person_id: int, chat_id: int) -> bool:
        """Whether anything is known of who tapped, or will be asked together with what the tap does."""
        return isinstance(tap, buttons.OF_A_TURN) or await self._c.do(starting.meets, person_id, chat_id)

    async def _has_passed(self, update: telegram.Update, tap: buttons.Tap | None) -> bool:
        """Whether the tap came too late: a turn or a question has taken the place of the page it belonged to."""
        if isinstance(tap, buttons.BESIDE_A_TURN):
            return False
        on_the_way = isinstance(tap, buttons.ON_THE_WAY)
        outcome = await self._c.do(showing.passed, who(update), tapped_message(update), on_the_way)
        if outcome is not None:
            await self._c.answer(update, outcome)
        return outcome is not None

    async def _on_message(self, update: telegram.Update, message: telegram.Message) -> None:
        if message.migrate_to_chat_id:
            await group_setup.on_moved(self._c, message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await group_setup.on_arrived(self._c, message.migrate_from_chat_id, message.chat.id)
        elif message.left_chat_member is not None:
            await members.on_left(self._c, message.chat.id, message.left_chat_member.id)
        elif await topics.on_told(self._c, message) or _is_nobodys(message):
            return
        else:
            await self._on_words(update, message)

    async def _on_words(self, update: telegram.Update, message: telegram.Message) -> None:
        private = message.chat.type == "private"
        if private and await self._c.do(typed.were_answered, who(update)):
            await adding.show_again(self._c, update)
            return
        await self._on_new_words(update, message, private)
        if private:
            await self._c.do(asking.is_done, update.update_id)

    async def _on_new_words(self, update: telegram.Update, message: telegram.Message, private: bool) -> None:
        name = self._command_of(message)
        if name is None:
            if private and importing.may_be_deck(message):
                await importing.on_document(self._c, update, message)
            elif private and not _is_service(message):
                await self._on_private_words(update, message)
            elif not private:
                await settings.on_reply(self._c, update, message)
            return
        command = (self._private if private else self._group).get(name)
        if command is not None:
            rested = Outcome()
            if private and name not in _WITH_MEDIA:
                rested = await self._c.do(drafts.rests, who(update))
            if private:
                await self._c.do(edits.rests, who(update))
            await command.run(self._c, update)
            await self._c.strip(message.chat.id, rested)
        elif private:
            await self._c.tell(update, self._c.say.group_only if name in self._group else self._c.say.other_commands)
        elif name in self._private:
            await self._c.tell(update, self._c.say.private_only)

    async def _on_private_words(self, update: telegram.Update, message: telegram.Message) -> None:
        """What was asked for last: a side of a card, words to look for; else whatever the open turn makes of it."""
        if await editing.on_side(self._c, update, message):
            return
        if await self._c.do(drafts.listens, who(update)):
            await adding.on_side(self._c, update, message)
        elif not await finding.on_words(self._c, update):
            await quiz.on_words(self._c, update)

    def _command_of(self, message: telegram.Message) -> str | None:
        """The command's name; None for other words and for a command to another bot."""
        text, entities = message.text or message.caption or "", message.entities or message.caption_entities
        entity = entities[0] if entities else None
        if entity is None or entity.type != "bot_command" or entity.offset != 0:
            return None
        name, _, bot = text[1 : entity.length].partition("@")
        if bot and bot.casefold() != self._c.bot.username.casefold():
            return None
        name = name.casefold()
        return name if message.text is not None or name in _WITH_MEDIA else None


def seen(raw: Raw) -> Raw:
    """What is asked for of an update: all but the buttons of the message under which one was tapped."""
    tap = raw.get("callback_query") or {}
    if "reply_markup" not in (message := tap.get("message") or {}):
        return raw
    kept = {name: value for name, value in message.items() if name != "reply_markup"}
    return {**raw, "callback_query": {**tap, "message": kept}}


def _belongs(tap: buttons.Tap, message: telegram.MaybeInaccessibleMessage) -> bool:
    if is_alone(message):
        return message.chat.type in ("group", "supergroup")
    return message.chat.type != "channel" and buttons.belongs(tap, message.chat.type == "private")


def _is_nobodys(message: telegram.Message) -> bool:
    """Whether no person of this chat has sent it: a channel, the channel behind a group, another bot."""
    sender = message.from_user
    return sender is None or bool(message.is_automatic_forward) or (sender.is_bot and message.sender_chat is None)


def _is_service(message: telegram.Message) -> bool:
    if message.checklist or message.giveaway or message.giveaway_winners:
        # What the library does not count among the attachments.
        return False
    return message.text is None and message.effective_attachment is None
