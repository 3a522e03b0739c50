"""What people do with the topics of a forum; each gives the id of the update, 0 where the bot does not hear of it."""

import dataclasses

from . import acts
from .values import GENERAL, Chat, Person, Topic
from .world import World

ICON_COLOUR = 7322096


def open_forum(world: World, chat: Chat) -> None:
    """A supergroup gets topics; what was said so far is in the general one."""
    if chat.kind != "supergroup":
        raise ValueError("only a supergroup has topics")
    chat.topics = {GENERAL: Topic(GENERAL, "General")} | chat.topics
    world.happened("chat", chat_id=chat.id)


def create(world: World, person: Person, chat: Chat, name: str) -> tuple[Topic, int]:
    """Somebody opens a topic."""
    topic = Topic(chat.last_message_id + 1, name)
    chat.topics[topic.id] = topic
    tells = {"forum_topic_created": {"name": name, "icon_color": ICON_COLOUR}}
    update = acts.service(world, chat, person, tells, topic.id).update_id
    world.happened("chat", chat_id=chat.id)
    return topic, update


def close(world: World, person: Person, chat: Chat, topic: int) -> int:
    """Somebody closes a topic: only administrators write there from now on."""
    return _set_closed(world, person, chat, topic, closed=True)


def reopen(world: World, person: Person, chat: Chat, topic: int) -> int:
    """Somebody opens it again."""
    return _set_closed(world, person, chat, topic, closed=False)


def _set_closed(world: World, person: Person, chat: Chat, topic: int, *, closed: bool) -> int:
    chat.topics[topic] = dataclasses.replace(chat.topics[topic], closed=closed)
    world.happened("chat", chat_id=chat.id)
    tells = "forum_topic_closed" if closed else "forum_topic_reopened"
    return acts.service(world, chat, person, {tells: {}}, topic).update_id


def delete(world: World, chat: Chat, topic: int) -> None:
    """Somebody deletes a topic with all that was said in it; nobody is told."""
    if topic == GENERAL:
        raise ValueError("the general topic cannot be deleted")
    del chat.topics[topic]
    for message in [*chat.messages.values(), *chat.ephemeral.values()]:
        if message.topic == topic:
            world.remove(message)
    world.happened("chat", chat_id=chat.id)
