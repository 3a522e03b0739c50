"""What the page is told: the world as plain JSON, whole or only what some events changed."""

from collections.abc import Sequence
from typing import Any

from . import wire
from .clock import epoch_ms
from .members import inside
from .profile import commands_for
from .values import Button, Chat, Entity, Event, Message, StoredFile
from .world import World

WHO_IS_THERE = frozenset({"person", "chat", "profile"})


def whole(world: World) -> dict[str, Any]:
    """Everything there is, for a page that knows nothing yet."""
    messages = [message(world, each) for chat in world.chats.values() for each in chat.messages.values()]
    return {"whole": True, "messages": messages, "gone": [], "answers": [], "typing": []} | who_is_there(world)


def changes(world: World, events: Sequence[Event]) -> dict[str, Any]:
    """What these events changed, as it is now."""
    touched = dict.fromkeys((event.chat_id, event.message_id) for event in events if event.message_id)
    there = {place: world.chats[place[0]].messages.get(place[1]) for place in touched}
    news: dict[str, Any] = {
        "whole": False,
        "messages": [message(world, each) for each in there.values() if each is not None],
        "gone": [list(place) for place, each in there.items() if each is None],
        "answers": [_answer(event) for event in events if event.answer is not None],
        "typing": [event.chat_id for event in events if event.kind == "typing"],
    }
    return news | who_is_there(world) if any(event.kind in WHO_IS_THERE for event in events) else news


def who_is_there(world: World) -> dict[str, Any]:
    """The bot with its words, the people, and the chats with everybody's commands."""
    bot = {"id": world.bot.id, "username": world.bot.username, "about": world.profile.get("description", "")}
    return {
        "bot": bot | {"name": world.profile.get("name") or world.bot.name},
        "people": [{"id": person.id, "name": person.name} for person in world.people.values()],
        "chats": [_chat(world, chat) for chat in world.chats.values()],
    }


def clock(world: World) -> dict[str, Any]:
    """The time there, and whether it goes on by itself."""
    return {"now_ms": epoch_ms(world.clock.now()), "running": not world.clock.held}


def _chat(world: World, of: Chat) -> dict[str, Any]:
    members = [member.person_id for member in inside(of)]
    people = [world.people[number] for number in members if number in world.people]
    return {
        "id": of.id,
        "kind": of.kind,
        "title": of.title,
        "members": members,
        "migrated": bool(of.migrated_to),
        "commands": {person.id: commands_for(world, of.id, person.id, person.language) for person in people},
    }


def message(world: World, of: Message) -> dict[str, Any]:
    """A message as the page draws it."""
    return {
        "chat": of.chat_id,
        "id": of.id,
        "from": of.sender.id,
        "as_group": of.as_group,
        "at": of.sent_at,
        "edited": bool(of.edited_at),
        "text": of.text,
        "entities": [_entity(each) for each in of.entities],
        "file": _file(of.kind, of.file) if of.file else None,
        "rows": [[_button(each) for each in row] for row in of.rows],
        "silent": of.silent,
        "spoiler": of.spoiler,
        "above": of.caption_above,
        "service": dict(of.service) or None,
    }


def _entity(of: Entity) -> dict[str, Any]:
    return {"type": of.type, "offset": of.offset, "length": of.length, "language": of.language, "url": of.url}


def _file(kind: str, of: StoredFile) -> dict[str, Any]:
    shown: dict[str, Any] = {"url": f"/page/files/{of.id}", "name": of.name, "picture": kind == "photo"}
    # As large as Telegram would offer it.
    largest = wire.sizes(of)[-1] if of.width else {"width": 0, "height": 0}
    return shown | {"width": largest["width"], "height": largest["height"]}


def _button(of: Button) -> dict[str, Any]:
    """A button without its data: the server looks that up again when it is tapped."""
    return {"text": of.text, "url": of.url, "copy": of.copy_text, "style": of.style, "disabled": of.disabled}


def _answer(event: Event) -> dict[str, Any]:
    answer = event.answer
    assert answer is not None
    return {"query": answer.query_id, "text": answer.text, "alert": answer.alert, "url": answer.url}
