"""Messages in a group that one member alone sees: to whom one may be sent, and the methods that change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from . import editing
from .params import Call
from .reach import own_ephemeral
from .refusals import bad
from .values import Chat, Person
from .world import World

ANSWERABLE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Target:
    """Who alone is to see a message, and in place of which one (0: of none)."""

    receiver: Person
    replaces: int = 0


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
        tapped = _tapped(world, wanted, chat, receiver)
        return Target(receiver, tapped if wanted.get("replace_callback_query_message") else 0)
    if not chat.member(world.bot.id).administers:
        _check_command(world, call, chat, receiver)
    return Target(receiver)


def _tapped(world: World, wanted: Mapping[str, Any], chat: Chat, receiver: Person) -> int:
    """The message whose tap is answered; raises RefusalError for a tap that allows no answer of this kind."""
    query = world.queries.get(str(wanted["callback_query_id"]))
    if query is None or world.clock.passed() - query.tapped_at > ANSWERABLE_SECONDS:
        raise bad(editing.TOO_OLD)
    if query.person is not receiver or query.chat_id != chat.id:
        raise bad("the callback query is of another user or chat")
    if query.ephemeral_id and wanted.get("replace_callback_query_message"):
        raise bad("replace_callback_query_message must be false for callback queries from ephemeral messages")
    return query.message_id


def _check_command(world: World, call: Call, chat: Chat, receiver: Person) -> None:
    """Raise RefusalError unless the receiver's ephemeral command is answered, as one who is no administrator must."""
    number = int((call.params.get("reply_parameters") or {}).get("ephemeral_message_id") or 0)
    command = chat.ephemeral.get((receiver.id, number))
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
