"""Messages in a group that one member alone sees: to whom one may be sent, and the methods that change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import editing
from .params import Call
from .reach import own_ephemeral
from .refusals import bad
from .values import Chat, Message, Person, Query
from .world import World

ANSWERABLE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Target:
    """Who alone is to see a message, in place of which one (0: of none), and where; None: where the call says."""

    receiver: Person
    replaces: int = 0
    topic: int | None = None


def target_of(world: World, call: Call, chat: Chat) -> Target | None:
    """Who alone is to see what a call sends; None: everybody. Raises RefusalError.

    A server before Bot API 10.3 does not know the parameter, and so everybody sees it.
    """
    wanted = call.params.get("ephemeral_message_parameters")
    if wanted is None or world.server != "10.3":
        return None
    if not isinstance(wanted, Mapping) or not wanted.get("receiver_user_id"):
        raise bad("can't parse EphemeralMessageParameters: receiver_user_id is not specified")
    if chat.kind not in ("group", "supergroup"):
        raise bad("ephemeral messages can be sent only to groups and supergroups")
    receiver = world.people.get(int(wanted["receiver_user_id"]))
    if receiver is None or receiver.is_bot or not chat.member(receiver.id).inside:
        raise bad("the receiver of the ephemeral message is not a member of the chat")
    if wanted.get("callback_query_id"):
        query = _tapped(world, wanted, chat, receiver)
        return Target(
            receiver,
            query.message_id if wanted.get("replace_callback_query_message") else 0,
            _topic(chat, query),
        )
    number = int((call.params.get("reply_parameters") or {}).get("ephemeral_message_id") or 0)
    command = chat.ephemeral.get((receiver.id, number))
    if not chat.member(world.bot.id).administers:
        _check_command(world, command)
    return Target(receiver, topic=command.topic if command else None)


def _topic(chat: Chat, query: Query) -> int | None:
    key = query.person.id, query.ephemeral_id
    message = chat.ephemeral.get(key) if query.ephemeral_id else chat.messages.get(query.message_id)
    return message.topic if message else None


def _tapped(world: World, wanted: Mapping[str, Any], chat: Chat, receiver: Person) -> Query:
    """The tap that is answered; raises RefusalError for a tap that allows no answer of this kind."""
    query = world.queries.get(str(wanted["callback_query_id"]))
    if query is None or world.clock.passed() - query.tapped_at > ANSWERABLE_SECONDS:
        raise bad(editing.TOO_OLD)
    if query.person is not receiver or query.chat_id != chat.id:
        raise bad("the callback query is of another user or chat")
    if query.ephemeral_id and wanted.get("replace_callback_query_message"):
        raise bad("replace_callback_query_message must be false for callback queries from ephemeral messages")
    return query


def _check_command(world: World, command: Message | None) -> None:
    """Raise RefusalError unless the receiver's ephemeral command is answered, as one who is no administrator must."""
    if command is None or command.receiver is not world.bot:
        raise bad("not enough rights to send an ephemeral message without a callback query or an ephemeral command")
    if world.seconds() - command.sent_at > ANSWERABLE_SECONDS:
        raise bad("the ephemeral command is too old to be answered")


def edit_text(world: World, call: Call) -> bool:
    """editEphemeralMessageText."""
    return bool(editing.edit_text(world, call))


def edit_caption(world: World, call: Call) -> bool:
    """editEphemeralMessageCaption."""
    return bool(editing.edit_caption(world, call))


def edit_media(world: World, call: Call) -> bool:
    """editEphemeralMessageMedia."""
    return bool(editing.edit_media(world, call))


def edit_markup(world: World, call: Call) -> bool:
    """editEphemeralMessageReplyMarkup."""
    return bool(editing.edit_markup(world, call))


def delete(world: World, call: Call) -> bool:
    """deleteEphemeralMessage: what it replaced is seen again."""
    world.remove(own_ephemeral(world, call, "delete"))
    return True
