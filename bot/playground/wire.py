"""The world's values as the Bot API writes them."""

from collections.abc import Iterable
from typing import Any

from .values import Button, Chat, Entity, Member, Message, Person, Rows, StoredFile
from .world import World

# An anonymous administrator is seen by bots as this account.
ANONYMOUS = Person(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
# And somebody who speaks as a channel as this one.
CHANNEL = Person(136817688, "Channel", "Channel_Bot", is_bot=True)
# The longest side of each size in which a picture is offered.
SIDES = (90, 320, 800, 1280)

RIGHTS = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
]
PERMISSIONS = [
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
]


def user(person: Person) -> dict[str, Any]:
    """A User."""
    body: dict[str, Any] = {"id": person.id, "is_bot": person.is_bot, "first_name": person.name}
    if person.username:
        body["username"] = person.username
    if person.language and not person.is_bot:
        body["language_code"] = person.language
    return body


def chat(world: World, of: Chat) -> dict[str, Any]:
    """A Chat."""
    if of.kind == "private":
        person = world.people[of.id]
        body: dict[str, Any] = {"id": of.id, "type": "private", "first_name": person.name}
        return body | ({"username": person.username} if person.username else {})
    body = {"id": of.id, "type": of.kind, "title": of.title} | ({"is_forum": True} if of.topics else {})
    return body | ({"all_members_are_administrators": False} if of.kind == "group" else {})


def member(world: World, of: Member) -> dict[str, Any]:
    """A ChatMember of the kind that its status asks for."""
    person = world.who(of.person_id)
    assert person is not None
    body: dict[str, Any] = {"user": user(person), "status": of.status}
    if of.status == "creator":
        body["is_anonymous"] = of.anonymous
    elif of.status == "administrator":
        body |= {"can_be_edited": False, "is_anonymous": of.anonymous} | dict.fromkeys(RIGHTS, True)
    elif of.status == "restricted":
        body |= {"is_member": True, "until_date": 0} | {right: right not in of.may_not for right in PERMISSIONS}
    elif of.status == "kicked":
        body["until_date"] = 0
    return body


def entity(world: World, of: Entity) -> dict[str, Any]:
    """A MessageEntity."""
    body: dict[str, Any] = {"type": of.type, "offset": of.offset, "length": of.length}
    if of.language:
        body["language"] = of.language
    if of.url:
        body["url"] = of.url
    if of.custom_emoji_id:
        body["custom_emoji_id"] = of.custom_emoji_id
    person = world.who(of.user_id) if of.user_id else None
    return body | ({"user": user(person)} if person else {})


def button(of: Button) -> dict[str, Any]:
    """An InlineKeyboardButton."""
    body: dict[str, Any] = {"text": of.text}
    if of.url:
        body["url"] = of.url
    if of.data:
        body["callback_data"] = of.data
    if of.copy_text:
        body["copy_text"] = {"text": of.copy_text}
    if of.style:
        body["style"] = of.style
    return body | ({"disabled": {}} if of.disabled else {})


def keyboard(rows: Rows) -> dict[str, Any]:
    """An InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button(each) for each in row] for row in rows]}


def sizes(file: StoredFile) -> list[dict[str, Any]]:
    """A picture as a list of PhotoSize, the largest last, which bears the file's own id."""
    longest = max(file.width, file.height)
    smaller = [_size(file, side / longest, f"{file.id}-{side}") for side in SIDES if side < longest]
    return [*smaller, _size(file, min(1.0, 2560 / longest), file.id)]


def _size(file: StoredFile, scale: float, file_id: str) -> dict[str, Any]:
    return {
        "file_id": file_id,
        "file_unique_id": file.unique_id + file_id[len(file.id) :],
        "file_size": max(1, round(len(file.data) * scale)),
        "width": max(1, round(file.width * scale)),
        "height": max(1, round(file.height * scale)),
    }


def message(world: World, of: Message, *, with_reply: bool = True) -> dict[str, Any]:
    """A Message as it is now."""
    where = world.chats[of.chat_id]
    body: dict[str, Any] = {"message_id": of.id}
    if of.receiver is not None:
        body |= {"ephemeral_message_id": of.ephemeral_id, "receiver_user": user(of.receiver)}
    if where.kind != "channel":
        body["from"] = user(ANONYMOUS if of.as_group else of.sender)
    if of.as_group or where.kind == "channel":
        body["sender_chat"] = chat(world, where)
    body |= {"chat": chat(world, where), "date": of.sent_at}
    if of.edited_at:
        body["edit_date"] = of.edited_at
    body |= _thread(where, of)
    # What is no reply is told as one to the message that created its topic.
    replied = where.messages.get(of.reply_to) or where.messages.get(of.topic)
    if replied is not None and replied is not of and with_reply:
        body["reply_to_message"] = message(world, replied, with_reply=False)
    body |= dict(of.service) | _content(world, of) | dict(of.bears)
    if of.forward_origin:
        body["forward_origin"] = dict(of.forward_origin)
    if of.protected:
        body["has_protected_content"] = True
    if of.rows:
        body["reply_markup"] = keyboard(of.rows)
    return body


def _thread(where: Chat, of: Message) -> dict[str, Any]:
    """The topic; else, in a supergroup, the thread of replies, which is the id of its first message and no topic."""
    if of.topic:
        return {"message_thread_id": of.topic, "is_topic_message": True}
    first = of
    while first.reply_to in where.messages:
        first = where.messages[first.reply_to]
    return {"message_thread_id": first.id} if where.kind == "supergroup" and first is not of else {}


def _content(world: World, of: Message) -> dict[str, Any]:
    entities = [entity(world, each) for each in of.entities]
    if of.kind == "text":
        return {"text": of.text} | ({"entities": entities} if entities else {})
    if of.kind == "rich":
        return {"rich_message": dict(of.rich)}
    body: dict[str, Any] = {}
    if of.file is not None and of.kind == "photo":
        body["photo"] = sizes(of.file)
    elif of.file is not None and of.kind == "document":
        body["document"] = document(of.file)
    elif of.file is not None and of.kind in ("voice", "audio"):
        body[of.kind] = _sound(of.file)
    elif of.file is not None and of.kind == "sticker":
        body["sticker"] = _sticker(of.file)
    if of.text:
        body |= {"caption": of.text} | ({"caption_entities": entities} if entities else {})
    if of.spoiler:
        body["has_media_spoiler"] = True
    return body | ({"show_caption_above_media": True} if of.caption_above else {})


def document(file: StoredFile) -> dict[str, Any]:
    """A Document."""
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_name": file.name,
        "mime_type": file.mime,
        "file_size": len(file.data),
    }


def _sound(file: StoredFile) -> dict[str, Any]:
    """A Voice or an Audio."""
    body: dict[str, Any] = {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "duration": file.seconds,
        "mime_type": file.mime,
        "file_size": len(file.data),
    }
    if file.kind == "audio":
        told = {"file_name": file.name, "title": file.title, "performer": file.performer}
        body |= {name: value for name, value in told.items() if value}
    return body


def _sticker(file: StoredFile) -> dict[str, Any]:
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "👍",
    }


def inaccessible(world: World, where: Chat, message_id: int) -> dict[str, Any]:
    """What stands for a message that is no longer there."""
    return {"chat": chat(world, where), "message_id": message_id, "date": 0}


def full_chat(world: World, of: Chat) -> dict[str, Any]:
    """A ChatFullInfo."""
    body = chat(world, of) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(
            ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
        ),
    }
    if of.kind == "private":
        return body
    return body | {"permissions": {right: right not in of.forbids for right in PERMISSIONS}}


def members(world: World, of: Iterable[Member]) -> list[dict[str, Any]]:
    """An Array of ChatMember."""
    return [member(world, each) for each in of]
