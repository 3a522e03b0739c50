"""Methods that put a message into a chat, or take one out."""

from typing import Any

from . import acts, buttons, ephemeral, files, rich, wire
from .drafts import caption_of, text_of
from .params import Call
from .reach import chat_named, open_chat, topic_named
from .refusals import bad
from .texts import Written
from .values import Chat, StoredFile
from .world import MessageParts, World

DELETABLE_SECONDS = 48 * 3600
RIGHTS = {
    "text": ("can_send_messages", "text messages"),
    "rich": ("can_send_messages", "text messages"),
    "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"),
    "voice": ("can_send_voice_notes", "voice notes"),
    "audio": ("can_send_audios", "music"),
}
ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)


def send_message(world: World, call: Call) -> dict[str, Any]:
    """sendMessage."""
    written = text_of(world, call.params)
    chat = open_chat(world, call)
    return _posted(world, call, chat, {"text": written.text, "entities": written.entities})


def send_rich(world: World, call: Call) -> dict[str, Any]:
    """sendRichMessage."""
    chat = open_chat(world, call)
    return _posted(world, call, chat, rich.parts_of(world, call))


def send_photo(world: World, call: Call) -> dict[str, Any]:
    """sendPhoto."""
    written = caption_of(world, call.params)
    chat = open_chat(world, call)
    file = files.photo(world, call, "photo", call.params.get("photo"))
    parts = _captioned(file, written)
    parts |= {"spoiler": call.flag("has_spoiler"), "caption_above": call.flag("show_caption_above_media")}
    return _posted(world, call, chat, parts)


def send_document(world: World, call: Call) -> dict[str, Any]:
    """sendDocument."""
    written = caption_of(world, call.params)
    chat = open_chat(world, call)
    file = files.document(world, call, "document", call.params.get("document"))
    return _posted(world, call, chat, _captioned(file, written))


def send_voice(world: World, call: Call) -> dict[str, Any]:
    """sendVoice."""
    written = caption_of(world, call.params)
    chat = open_chat(world, call)
    return _posted(world, call, chat, _captioned(files.voice(world, call, "voice", call.params.get("voice")), written))


def send_audio(world: World, call: Call) -> dict[str, Any]:
    """sendAudio."""
    written = caption_of(world, call.params)
    chat = open_chat(world, call)
    return _posted(world, call, chat, _captioned(files.audio(world, call, "audio", call.params.get("audio")), written))


def _captioned(file: StoredFile, written: Written) -> MessageParts:
    """A file with its words: a message of the file's own kind."""
    return {"kind": file.kind, "file": file, "text": written.text, "entities": written.entities}


def _posted(world: World, call: Call, chat: Chat, parts: MessageParts) -> dict[str, Any]:
    rows, keyboard = buttons.read_markup(call.params.get("reply_markup"))
    right, what = RIGHTS[parts.get("kind", "text")]
    if chat.kind != "private" and not chat.may(world.bot.id, right):
        raise bad(f"not enough rights to send {what} to the chat")
    if parts.get("rich_files") and chat.kind != "private" and not chat.may(world.bot.id, RIGHTS["photo"][0]):
        raise bad("not enough rights to send photos to the chat")
    topic = topic_named(world, call, chat)
    target = ephemeral.target_of(world, call, chat)
    parts |= {"rows": rows, "reply_keyboard": dict(keyboard)}
    parts |= {"silent": call.flag("disable_notification"), "protected": call.flag("protect_content")}
    if target is None:
        parts["reply_to"] = _reply_to(call, chat)
    answered = chat.messages.get(parts.get("reply_to", 0))
    place = target.topic if target else answered.topic if answered else None
    parts["topic"] = topic if place is None else place
    if chat.is_shut(world.bot.id, parts["topic"]):
        raise bad("TOPIC_CLOSED")
    world.flood.check(chat.id, chat.kind, world.clock.passed())
    if target is None:
        return wire.message(world, world.post(chat, world.bot, **parts))
    sent = world.post_ephemeral(chat, world.bot, target.receiver, replaces=target.replaces, **parts)
    return wire.message(world, sent)


def _reply_to(call: Call, chat: Chat) -> int:
    reply = call.params.get("reply_parameters") or {}
    number = int(reply.get("message_id") or 0)
    if number in chat.messages:
        return number
    if reply and not reply.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return 0


def delete_message(world: World, call: Call) -> bool:
    """deleteMessage."""
    chat = open_chat(world, call)
    if call.number("message_id") not in chat.messages:
        raise bad("message to delete not found")
    if not _deleted(world, chat, call.number("message_id")):
        raise bad("message can't be deleted for everyone")
    return True


def delete_messages(world: World, call: Call) -> bool:
    """deleteMessages: those that are not there are skipped."""
    chat = open_chat(world, call)
    numbers = call.params.get("message_ids") or []
    if not 1 <= len(numbers) <= 100:
        raise bad("too many messages to delete" if numbers else "message identifiers are not specified")
    for number in numbers:
        if int(number) in chat.messages:
            _deleted(world, chat, int(number))
    return True


def _deleted(world: World, chat: Chat, number: int) -> bool:
    message = chat.messages[number]
    administers = chat.member(world.bot.id).administers
    young = world.seconds() - message.sent_at < DELETABLE_SECONDS
    allowed = administers or (young and (chat.kind == "private" or message.sender is world.bot))
    if allowed:
        world.remove(message)
    return allowed


def send_chat_action(world: World, call: Call) -> bool:
    """sendChatAction."""
    chat = open_chat(world, call)
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    topic_named(world, call, chat)
    world.happened("typing", chat_id=chat.id, text=call.text("action"))
    return True


def get_file(world: World, call: Call) -> dict[str, Any]:
    """getFile."""
    file = files.find(world, call.text("file_id"))
    if file is None:
        raise bad("invalid file_id" if call.text("file_id") else "file_id is not specified")
    if len(file.data) > files.LARGEST_DOWNLOAD_BYTES:
        raise bad("file is too big")
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": files.path_of(file),
    }


def leave_chat(world: World, call: Call) -> bool:
    """leaveChat: the bot hears nothing more from there."""
    chat = chat_named(world, call.params.get("chat_id"))
    if chat.kind == "private":
        raise bad("chat not found")
    acts.bot_leaves(world, open_chat(world, call))
    return True
