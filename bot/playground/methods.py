"""Every method that this server has. The others answer 404, as on a server that does not know them yet."""

from collections.abc import Callable
from typing import Any, Final

from . import editing, ephemeral, inline, members, profile, sending
from .params import Call
from .refusals import bad
from .world import World

Method = Callable[[World, Call], Any]


def set_webhook(world: World, call: Call) -> bool:
    """setWebhook: from now on nobody can ask for updates; none is sent to the address."""
    url = str(call.params.get("url", ""))
    if url and not url.startswith("https://"):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    world.webhook = url
    return True


def delete_webhook(world: World, call: Call) -> bool:
    """deleteWebhook: updates can be asked for again; with drop_pending_updates what waits is forgotten."""
    world.webhook = ""
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def get_webhook_info(world: World, call: Call) -> dict[str, Any]:
    """getWebhookInfo."""
    return {"url": world.webhook, "has_custom_certificate": False, "pending_update_count": len(world.updates.waiting())}


def log_out(world: World, call: Call) -> bool:
    """logOut and close: taken, and nothing follows."""
    return True


BUILT: Final[dict[str, Method]] = {
    "getMe": members.get_me,
    "logOut": log_out,
    "close": log_out,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": sending.send_message,
    "sendRichMessage": sending.send_rich,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendVoice": sending.send_voice,
    "sendAudio": sending.send_audio,
    "sendChatAction": sending.send_chat_action,
    "deleteMessage": sending.delete_message,
    "deleteMessages": sending.delete_messages,
    "getFile": sending.get_file,
    "leaveChat": sending.leave_chat,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageMedia": editing.edit_media,
    "editMessageReplyMarkup": editing.edit_markup,
    "editEphemeralMessageText": ephemeral.edit_text,
    "editEphemeralMessageCaption": ephemeral.edit_caption,
    "editEphemeralMessageMedia": ephemeral.edit_media,
    "editEphemeralMessageReplyMarkup": ephemeral.edit_markup,
    "deleteEphemeralMessage": ephemeral.delete,
    "answerCallbackQuery": editing.answer_callback_query,
    "answerInlineQuery": inline.answer,
    "getChat": members.get_chat,
    "getChatMember": members.get_member,
    "getChatAdministrators": members.get_administrators,
    "getChatMemberCount": members.get_member_count,
    "getUserProfilePhotos": members.get_profile_photos,
    "setMyCommands": profile.set_commands,
    "getMyCommands": profile.get_commands,
    "deleteMyCommands": profile.delete_commands,
    "setMyName": profile.set_words,
    "getMyName": profile.get_words,
    "setMyDescription": profile.set_words,
    "getMyDescription": profile.get_words,
    "setMyShortDescription": profile.set_words,
    "getMyShortDescription": profile.get_words,
    "setChatMenuButton": profile.set_menu_button,
    "getChatMenuButton": profile.get_menu_button,
}

# Refused with words of their own when the bot leaves them out; everything else that is required and missing, below.
OWN_WORDS = frozenset(
    ["chat_id", "text", "message_id", "commands", "photo", "document", "voice", "audio", "media", "file_id", "action"]
)


def run(world: World, call: Call, required: tuple[str, ...]) -> Any:
    """The result of a call; raises RefusalError."""
    for name in required:
        if name not in call.params and name not in call.files and name not in OWN_WORDS:
            raise bad(f"{name} is not specified")
    return BUILT[call.method](world, call)
