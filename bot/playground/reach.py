"""Which chat a call means, and whether the bot may do something there."""

from collections.abc import Mapping
from typing import Any

from .params import Call
from .refusals import RefusalError, bad, forbidden
from .values import GENERAL, Chat, Message, Server
from .world import World

# These a server knows since Bot API 10.2.
EPHEMERAL_METHODS = frozenset(
    {f"editEphemeralMessage{what}" for what in ("Text", "Caption", "Media", "ReplyMarkup")} | {"deleteEphemeralMessage"}
)
# The first Bot API of the methods that an older server may not have.
SINCE: Mapping[str, Server] = {**dict.fromkeys(EPHEMERAL_METHODS, "10.2"), "sendRichMessage": "10.1"}


def chat_named(world: World, chat_id: Any) -> Chat:
    """The chat with that id, as far as the bot knows of it; raises RefusalError."""
    if chat_id in (None, ""):
        raise bad("chat_id is empty")
    try:
        chat = world.chats.get(int(chat_id))
    except ValueError:
        chat = None
    if chat is None or not _met(world, chat):
        raise bad("chat not found")
    return chat


def _met(world: World, chat: Chat) -> bool:
    """Whether the bot has ever seen this chat or its person."""
    if world.bot.id in chat.members and (chat.opened or chat.kind != "private"):
        return True
    return any(chat.id in group.members and world.bot.id in group.members for group in _groups(world))


def _groups(world: World) -> list[Chat]:
    return [chat for chat in world.chats.values() if chat.kind != "private"]


def open_chat(world: World, call: Call) -> Chat:
    """The chat that a call names, if the bot may speak in it; raises RefusalError with the reason."""
    chat = chat_named(world, call.params.get("chat_id"))
    if chat.migrated_to:
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        raise RefusalError(400, words, {"migrate_to_chat_id": chat.migrated_to})
    standing = chat.member(world.bot.id)
    if chat.kind == "private":
        if chat.id in world.deactivated:
            raise forbidden("user is deactivated")
        if not chat.opened:
            raise forbidden("bot can't initiate conversation with a user")
        if not standing.inside:
            raise forbidden("bot was blocked by the user")
    elif standing.status == "kicked":
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    elif standing.status == "left":
        raise forbidden(f"bot is not a member of the {chat.kind} chat")
    return chat


def topic_named(world: World, call: Call, chat: Chat) -> int:
    """The topic that a call names; raises RefusalError for one that is not there. The general one has no number."""
    topic = call.number("message_thread_id")
    if not chat.topics or not topic:
        return GENERAL
    if topic not in chat.topics:
        raise bad("message thread not found")
    return topic


def own_ephemeral(world: World, call: Call, what: str) -> Message:
    """The ephemeral message of the bot that a call names; raises RefusalError."""
    chat = open_chat(world, call)
    message = chat.ephemeral.get((call.number("receiver_user_id"), call.number("ephemeral_message_id")))
    if message is None or message.sender is not world.bot:
        raise bad(f"message to {what} not found")
    return message


def own_message(world: World, call: Call) -> Message:
    """The message of the bot that a call wants to change, an ephemeral one too; raises RefusalError."""
    if call.method in EPHEMERAL_METHODS:
        return own_ephemeral(world, call, "edit")
    if not call.params.get("chat_id") and not call.params.get("inline_message_id"):
        raise bad("chat_id is empty")
    chat = open_chat(world, call)
    if not call.number("message_id"):
        raise bad("message identifier is not specified")
    message = chat.messages.get(call.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if message.sender is not world.bot or message.kind == "service" or message.forward_origin:
        raise bad("message can't be edited")
    return message
