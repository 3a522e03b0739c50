"""What the page is told: the world as plain JSON, whole or only what some events changed."""

from collections.abc import Sequence
from typing import Any

from . import acts, rich_page, wire
from .clock import epoch_ms
from .members import inside
from .profile import commands_for
from .values import Button, Chat, Entity, Event, Message, StoredFile
from .world import World

WHO_IS_THERE = frozenset({"person", "chat", "profile"})


def whole(world: World) -> dict[str, Any]:
    """Everything there is, for a page that knows nothing yet."""
    messages = [message(world, each) for chat in world.chats.values() for each in _there(chat)]
    return {"whole": True, "messages": messages, "gone": [], "answers": [], "typing": []} | who_is_there(world)


def changes(world: World, events: Sequence[Event]) -> dict[str, Any]:
    """What these events changed, as it is now."""
    touched = dict.fromkeys(
        (event.chat_id, event.message_id, event.person_id if event.ephemeral_id else 0, event.ephemeral_id)
        for event in events
        if event.message_id or event.ephemeral_id
    )
    there = {_key(chat_id, *which): _found(world.chats[chat_id], *which) for chat_id, *which in touched}
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


def _there(chat: Chat) -> list[Message]:
    return [*chat.messages.values(), *(each for each in chat.ephemeral.values() if not each.lost)]


def _found(chat: Chat, number: int, viewer: int, ephemeral_id: int) -> Message | None:
    if not ephemeral_id:
        return chat.messages.get(number)
    message = chat.ephemeral.get((viewer, ephemeral_id))
    return message if message is not None and not message.lost else None


def _key(chat_id: int, number: int, viewer: int, ephemeral_id: int) -> tuple[int, int | str]:
    """The chat, and what a message is called in it: its id, or for whom it is and its number for them."""
    return chat_id, f"{viewer}.{ephemeral_id}" if ephemeral_id else number


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
        "administrators": [member.person_id for member in inside(of) if member.administers],
        "topics": [{"id": topic.id, "name": topic.name, "closed": topic.closed} for topic in of.topics.values()],
        "migrated": of.migrated_to,
        "commands": {person.id: commands_for(world, of.id, person.id, person.language) for person in people},
    }


def message(world: World, of: Message) -> dict[str, Any]:
    """A message as the page draws it; `only` names the one person who sees it, `replaces` what it covers for them."""
    only = world.viewer(of) if of.receiver is not None else 0
    return {
        "chat": of.chat_id,
        "id": _key(of.chat_id, of.id, only, of.ephemeral_id)[1],
        "order": [of.position[0], int(of.position[1]), of.position[2]],
        "only": only,
        "replaces": of.place if of.replaces else 0,
        "topic": of.topic,
        "from": of.sender.id,
        "as_group": of.as_group,
        "at": of.sent_at,
        "edited": bool(of.edited_at),
        "text": of.text,
        "rich": rich_page.shown(of, _file),
        "entities": [_entity(each) for each in of.entities],
        "file": _file(of.kind, of.file) if of.file else None,
        "rows": [[_button(each) for each in row] for row in of.rows],
        "silent": of.silent,
        "reply": of.reply_to,
        "spoiler": of.spoiler,
        "above": of.caption_above,
        "service": dict(of.service) or None,
        "via": world.bot.username if acts.by_way(world, of) else "",
        "forwarded": _first_writer(of),
    }


def _first_writer(of: Message) -> str:
    """Who wrote what was forwarded; empty for what was not."""
    origin = of.forward_origin
    return str(origin.get("sender_user_name") or origin.get("sender_user", {}).get("first_name", "")) if origin else ""


def _entity(of: Entity) -> dict[str, Any]:
    return {"type": of.type, "offset": of.offset, "length": of.length, "language": of.language, "url": of.url}


def _file(kind: str, of: StoredFile) -> dict[str, Any]:
    shown: dict[str, Any] = {"url": f"/page/files/{of.id}", "name": of.name, "picture": kind == "photo"}
    shown |= {"kind": kind, "bytes": len(of.data), "seconds": of.seconds, "title": of.title}
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
