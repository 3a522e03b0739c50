"""What an act on the page names, looked up, and whether the person who acts may."""

from collections.abc import Mapping
from typing import Any

from .values import GENERAL, Button, Chat, Message, Person
from .world import World

Body = Mapping[str, Any]


class NotDoneError(Exception):
    """An act that could not be done; its words are for whoever looks at the page."""


def must_be_let_write(person: Person, chat: Chat, topic: int) -> None:
    """Raise NotDoneError unless somebody may write there."""
    must_be_inside(person, chat)
    if chat.kind != "private" and not chat.may(person.id, "can_send_messages"):
        raise NotDoneError(f"{person.name} may not write in this group.")
    if chat.is_shut(person.id, topic):
        raise NotDoneError("This topic is closed.")


def person_of(world: World, body: Body) -> Person:
    """The person that was named."""
    person = world.people.get(body.get("person", 0))
    if person is None:
        raise NotDoneError("Nobody here has that name.")
    return person


def chat_of(world: World, body: Body) -> Chat:
    """The chat that was named."""
    chat = world.chats.get(body.get("chat", 0))
    if chat is None:
        raise NotDoneError("That chat is not there any more.")
    return chat


def must_be_inside(person: Person, chat: Chat) -> None:
    """Raise NotDoneError unless somebody is in a chat."""
    if not chat.member(person.id).inside:
        raise NotDoneError(f"{person.name} is not in this chat.")


def must_administer(person: Person, chat: Chat) -> None:
    """Raise NotDoneError unless somebody is an administrator of a group."""
    if chat.kind == "private" or not chat.member(person.id).administers:
        raise NotDoneError(f"{person.name} is no administrator here.")


def topic_of(chat: Chat, body: Body) -> int:
    """The topic that was named, the general one where none was."""
    topic = body.get("topic", GENERAL)
    if not isinstance(topic, int) or (topic != GENERAL and topic not in chat.topics):
        raise NotDoneError("That topic is not there any more.")
    return topic


def message_of(person: Person, chat: Chat, body: Body) -> Message | None:
    """The message that was named as the page calls it, if that person sees it."""
    name = body.get("message", 0)
    private = (each for (who, number), each in chat.ephemeral.items() if f"{who}.{number}" == name and who == person.id)
    return next(private, None) if isinstance(name, str) else chat.messages.get(name)


def button_of(message: Message | None, body: Body) -> Button | None:
    """The button at that place now."""
    row, column = body.get("row"), body.get("column")
    if message is None or not isinstance(row, int) or not isinstance(column, int):
        return None
    if not 0 <= row < len(message.rows) or not 0 <= column < len(message.rows[row]):
        return None
    return message.rows[row][column]
