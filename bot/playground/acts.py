"""What people do: write, tap, block, add the bot, leave. Each makes the updates that Telegram would make of it.

A function that lets the bot hear of it gives the id of the update, 0 where the bot does not hear it.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from . import wire
from .links import units
from .profile import commands_for
from .texts import settle
from .values import GENERAL, Chat, Entity, Member, Message, Person, Query, Status, StoredFile, knows
from .world import MessageParts, World, digest

SPEAKERS = ("from", "sender_chat")  # what a message bears where another speaks than who sent it


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A message somebody sent, and the update that tells the bot of it (0: it does not hear it)."""

    message: Message
    update_id: int


def say(
    world: World,
    person: Person,
    chat: Chat,
    text: str,
    *,
    reply_to: int = 0,
    topic: int = GENERAL,
    as_group: bool = False,
    as_channel: Chat | None = None,
    entities: tuple[Entity, ...] = (),
) -> Said:
    """Somebody writes a text; white space around it is dropped and commands and links in it are found.

    A command that the bot declared ephemeral is seen by the bot alone, but for one that the group or a channel speaks.
    """
    written = settle(text, entities)
    parts: MessageParts = {"text": written.text, "entities": written.entities, "reply_to": reply_to, "topic": topic}
    parts["as_group"] = as_group or chat.member(person.id).anonymous
    if as_channel is not None:
        parts["bears"] = {"from": wire.user(wire.CHANNEL), "sender_chat": wire.chat(world, as_channel)}
    private = not (parts["as_group"] or as_channel) and _is_ephemeral(
        world, person, chat, written.text, written.entities
    )
    return _said(world, person, chat, parts, ephemeral=private)


def _is_ephemeral(world: World, person: Person, chat: Chat, text: str, entities: tuple[Entity, ...]) -> bool:
    """Whether a text is a command that is for the bot's eyes only."""
    known = knows(world.server, "10.2")
    if not known or chat.kind not in ("group", "supergroup") or not chat.member(world.bot.id).inside:
        return False
    said = {
        part(text, entity).partition("@")[0].removeprefix("/").lower()
        for entity in entities
        if entity.type == "bot_command" and _for_bot(world, text, entity)
    }
    commands = commands_for(world, chat.id, person.id, person.language)
    return any(each["command"] in said and each.get("is_ephemeral") for each in commands)


def show(
    world: World,
    person: Person,
    chat: Chat,
    file: StoredFile,
    text: str = "",
    *,
    topic: int = GENERAL,
) -> Said:
    """Somebody sends a file, with a caption where it can have one."""
    written = settle(text, ())
    parts: MessageParts = {"kind": file.kind, "file": file, "text": written.text, "entities": written.entities}
    return _said(world, person, chat, {**parts, "topic": topic})


def forward(world: World, person: Person, chat: Chat, message: Message, *, topic: int = GENERAL) -> Said:
    """Somebody forwards a message; its buttons stay behind, and whoever wrote it first is told."""
    origin = {"type": "user", "sender_user": wire.user(message.sender), "date": message.sent_at}
    origin = dict(message.forward_origin) or origin
    parts: MessageParts = {"text": message.text, "entities": message.entities, "kind": message.kind}
    bears = {name: value for name, value in message.bears.items() if name not in SPEAKERS}
    parts |= {"file": message.file, "bears": bears, "spoiler": message.spoiler, "topic": topic}
    parts |= {"rich": message.rich, "rich_files": message.rich_files}
    return _said(world, person, chat, {**parts, "forward_origin": origin})


def send(
    world: World, person: Person, chat: Chat, bears: Mapping[str, Any], *, text: str = "", sent_at: int = 0
) -> Said:
    """Somebody sends what has no function of its own here: a voice message, a poll, a text by way of another bot.

    `bears`: its fields as the Bot API names them. `sent_at`: epoch seconds, where it is not now.
    """
    parts: MessageParts = {"kind": "text" if text else "other", "bears": bears}
    if text:
        written = settle(text, ())
        parts |= {"text": written.text, "entities": written.entities}
    return _said(world, person, chat, parts | ({"sent_at": sent_at} if sent_at else {}))


def send_by_way(world: World, person: Person, chat: Chat, parts: Mapping[str, Any], topic: int = GENERAL) -> Said:
    """Somebody sends what the bot found for them: it is theirs, and says by way of whom it came."""
    bears = {"via_bot": wire.user(world.bot)}
    return _said(world, person, chat, cast(MessageParts, {**parts, "bears": bears, "topic": topic}))


def by_way(world: World, message: Message) -> bool:
    """Whether a message came by way of the bot."""
    return bool(message.bears.get("via_bot", {}).get("id") == world.bot.id)


def inline_id(message: Message) -> str:
    """What the bot may call a message that came by way of it, of whose chat it may know nothing."""
    return digest(f"inline message {message.chat_id} {message.id}")[:32]


def post(world: World, channel: Chat, author: Person, text: str) -> int:
    """A post in a channel. The bot hears of it though it asks for no such thing, as at the start of a first run."""
    written = settle(text, ())
    message = world.post(channel, author, text=written.text, entities=written.entities)
    return world.updates.add("channel_post", wire.message(world, message), early=True)


def edit(world: World, message: Message, text: str, *, early: bool = False) -> int:
    """Somebody changes what they wrote; `early`: told though the bot did not ask for such updates."""
    written = settle(text, ())
    new = world.change(dataclasses.replace(message, text=written.text, entities=written.entities))
    if early:
        return world.updates.add("edited_message", wire.message(world, new), early=True)
    return _tell(world, "edited_message", new)


def _said(world: World, person: Person, chat: Chat, parts: MessageParts, *, ephemeral: bool = False) -> Said:
    if not chat.member(person.id).inside:
        raise ValueError(f"{person.name} is not in {chat.title}")
    if chat.kind != "private" and not chat.may(person.id, "can_send_messages"):
        raise ValueError(f"{person.name} may not write in {chat.title}")
    if chat.is_shut(person.id, parts.get("topic", GENERAL)):
        raise ValueError("that topic is closed")
    if chat.kind == "private":
        chat.opened = True
        if not chat.member(world.bot.id).inside:
            unblock(world, person)
    if ephemeral:
        message = world.post_ephemeral(chat, person, world.bot, **parts)
        return Said(message, world.updates.add("message", wire.message(world, message)))
    message = world.post(chat, person, **parts)
    return Said(message, _tell(world, "message", message))


def _tell(world: World, kind: str, message: Message) -> int:
    """Tell the bot of a message, if it hears such ones."""
    return world.updates.add(kind, wire.message(world, message)) if hears(world, message) else 0


def hears(world: World, message: Message) -> bool:
    """Whether the bot gets a message: in groups without being an administrator only service messages, commands,
    replies to it and what came by way of it."""
    chat = world.chats[message.chat_id]
    standing = chat.member(world.bot.id)
    if not standing.inside or chat.migrated_to:
        return False
    if chat.kind == "private" or standing.administers or message.kind == "service":
        return True
    if by_way(world, message):
        return True
    replied = chat.messages.get(message.reply_to)
    if replied is not None and replied.sender is world.bot:
        return True
    return any(entity.type == "bot_command" and _for_bot(world, message.text, entity) for entity in message.entities)


def _for_bot(world: World, text: str, entity: Entity) -> bool:
    raw = part(text, entity)
    return entity.offset == 0 and ("@" not in raw or raw.lower().endswith("@" + world.bot.username.lower()))


def tap(world: World, person: Person, chat: Chat, message_id: int, data: str, *, ephemeral_id: int = 0) -> Query:
    """Somebody taps a button, or a client sends data that no button holds; under an ephemeral message by its id."""
    if not chat.member(person.id).inside:
        raise ValueError(f"{person.name} is not in {chat.title}")
    number = str(int(digest(f"query {world.next('query')}")[:15], 16))
    query = Query(number, person, chat.id, message_id, data, world.clock.passed(), ephemeral_id)
    world.queries[number] = query
    message = chat.ephemeral.get((person.id, ephemeral_id)) if ephemeral_id else chat.messages.get(message_id)
    body = {"id": number, "from": wire.user(person), "chat_instance": chat.instance, "data": data}
    if message and by_way(world, message):
        body["inline_message_id"] = inline_id(message)
    else:
        body["message"] = wire.message(world, message) if message else wire.inaccessible(world, chat, message_id)
    if chat.member(world.bot.id).inside:
        query.update_id = world.updates.add("callback_query", body)
    return query


# Who is where


def block(world: World, person: Person) -> int:
    """Somebody blocks the bot."""
    return _bot_becomes(world, world.private_chat(person), person, Member(world.bot.id, "kicked"))


def unblock(world: World, person: Person) -> int:
    """Somebody takes that back."""
    return _bot_becomes(world, world.private_chat(person), person, Member(world.bot.id))


def deactivate(world: World, person: Person) -> None:
    """Somebody's account is gone; nobody is told."""
    world.deactivated.add(person.id)


def add_bot(world: World, person: Person, chat: Chat, *, administrator: bool = False) -> int:
    """Somebody adds the bot to a group."""
    member = Member(world.bot.id, "administrator" if administrator else "member")
    update = _bot_becomes(world, chat, person, member)
    return max(update, service(world, chat, person, {"new_chat_members": [wire.user(world.bot)]}).update_id)


def kick_bot(world: World, person: Person, chat: Chat) -> int:
    """Somebody removes the bot from a group; it hears that and nothing more."""
    world.post(chat, person, kind="service", service={"left_chat_member": wire.user(world.bot)})
    return _bot_becomes(world, chat, person, Member(world.bot.id, "kicked"))


def bot_leaves(world: World, chat: Chat) -> int:
    """The bot leaves a group by itself."""
    world.post(chat, world.bot, kind="service", silent=True, service={"left_chat_member": wire.user(world.bot)})
    return _bot_becomes(world, chat, world.bot, Member(world.bot.id, "left"))


def promote_bot(world: World, person: Person, chat: Chat) -> int:
    """Somebody makes the bot an administrator."""
    return _bot_becomes(world, chat, person, Member(world.bot.id, "administrator"))


def restrict_bot(world: World, person: Person, chat: Chat, *may_not: str) -> int:
    """Somebody forbids the bot something, by the names of the Bot API; without any it is a plain member again."""
    status: Status = "restricted" if may_not else "member"
    return _bot_becomes(world, chat, person, Member(world.bot.id, status, may_not=frozenset(may_not)))


def join(world: World, person: Person, chat: Chat, *, added_by: Person | None = None) -> int:
    """Somebody comes into a group."""
    _becomes(world, chat, added_by or person, Member(person.id))
    return service(world, chat, added_by or person, {"new_chat_members": [wire.user(person)]}).update_id


def leave(world: World, person: Person, chat: Chat, *, removed_by: Person | None = None) -> int:
    """Somebody leaves a group, or is removed."""
    said = service(world, chat, removed_by or person, {"left_chat_member": wire.user(person)})
    _becomes(world, chat, removed_by or person, Member(person.id, "kicked" if removed_by else "left"))
    return said.update_id


def promote(world: World, person: Person, chat: Chat, *, anonymous: bool = False) -> int:
    """Somebody becomes an administrator, who may speak as the group."""
    return _becomes(world, chat, person, Member(person.id, "administrator", anonymous))


def demote(world: World, person: Person, chat: Chat) -> int:
    """Somebody is an administrator no more."""
    return _becomes(world, chat, person, Member(person.id))


def migrate(world: World, chat: Chat) -> tuple[Chat, int]:
    """A group becomes a supergroup, with a new id; the new chat and the last update that tells of it."""
    owner = next((m.person_id for m in chat.members.values() if m.status == "creator"), next(iter(chat.members)))
    person = world.people[owner]
    new = Chat(world.supergroup_id(), "supergroup", chat.title, instance=chat.instance)
    new.members, new.forbids = dict(chat.members), chat.forbids
    world.chats[new.id] = new
    service(world, chat, person, {"migrate_to_chat_id": new.id})
    chat.migrated_to = new.id
    world.happened("chat", chat_id=chat.id)
    world.happened("chat", chat_id=new.id)
    return new, service(world, new, person, {"migrate_from_chat_id": chat.id}).update_id


def service(world: World, chat: Chat, person: Person, tells: dict[str, Any], topic: int = GENERAL) -> Said:
    """A service message of what somebody did."""
    message = world.post(chat, person, kind="service", service=tells, topic=topic)
    return Said(message, _tell(world, "message", message))


def _bot_becomes(world: World, chat: Chat, by: Person, new: Member) -> int:
    old = world.set_member(chat, new)
    return world.updates.add("my_chat_member", _member_changed(world, chat, by, old, new)) if old != new else 0


def _becomes(world: World, chat: Chat, by: Person, new: Member) -> int:
    old = world.set_member(chat, new)
    if not chat.member(world.bot.id).administers:
        return 0
    return world.updates.add("chat_member", _member_changed(world, chat, by, old, new))


def _member_changed(world: World, chat: Chat, by: Person, old: Member, new: Member) -> dict[str, Any]:
    return {
        "chat": wire.chat(world, chat),
        "from": wire.user(by),
        "date": world.seconds(),
        "old_chat_member": wire.member(world, old),
        "new_chat_member": wire.member(world, new),
    }


def part(text: str, entity: Entity) -> str:
    """The stretch of a text that an entity covers."""
    assert entity.end <= units(text)
    return text.encode("utf-16-le")[2 * entity.offset : 2 * entity.end].decode("utf-16-le")
