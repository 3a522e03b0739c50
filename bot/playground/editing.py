"""Methods that change a message of the bot, and the answer to a tap."""

import dataclasses
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import buttons, files, rich, wire
from .drafts import caption_of, text_of
from .links import units
from .params import Call
from .reach import own_message
from .refusals import bad
from .values import Answer, Message
from .world import World

# Guessed: how long a tap may wait for its answer.
ANSWERABLE_SECONDS = 60
LONGEST_ANSWER = 200
# Not what the page of the Bot API says, but what its servers do.
LONGEST_EPHEMERAL_EDIT = 1024
UNCHANGED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_RICH: Mapping[str, Any] = {"rich": {}, "rich_files": ()}
START = re.compile(r"[A-Za-z0-9_-]{1,64}")


def edit_text(world: World, call: Call) -> dict[str, Any]:
    """editMessageText."""
    written = None if rich.wanted(world, call) else text_of(world, call.params)
    message = own_message(world, call)
    if message.kind not in ("text", "rich"):
        raise bad("there is no text in the message to edit")
    parts: dict[str, Any] = dict(rich.parts_of(world, call)) if written is None else dict(NOT_RICH)
    if written is not None:
        parts |= {"kind": "text", "text": written.text, "entities": written.entities}
    if message.receiver is not None and units(parts["text"]) > LONGEST_EPHEMERAL_EDIT:
        raise bad("MEDIA_CAPTION_TOO_LONG")
    return _changed(world, call, message, parts)


def edit_caption(world: World, call: Call) -> dict[str, Any]:
    """editMessageCaption."""
    written = caption_of(world, call.params)
    message = own_message(world, call)
    if message.kind not in ("photo", "document", "voice", "audio"):
        raise bad("there is no caption in the message to edit")
    above = call.flag("show_caption_above_media")
    return _changed(world, call, message, {"text": written.text, "entities": written.entities, "caption_above": above})


def edit_media(world: World, call: Call) -> dict[str, Any]:
    """editMessageMedia: a text becomes a picture or a document, a picture another; none becomes a text."""
    media = call.params.get("media")
    if not isinstance(media, Mapping) or not media.get("media"):
        raise bad("media not found")
    written = caption_of(world, media)
    message = own_message(world, call)
    kind = str(media.get("type"))
    if kind not in ("photo", "document"):
        raise bad(f"the playground has no media of the type {kind}")
    find = files.photo if kind == "photo" else files.document
    file = find(world, call, "media", media["media"])
    parts: dict[str, Any] = {**NOT_RICH, "kind": file.kind, "file": file}
    parts |= {"text": written.text, "entities": written.entities, "spoiler": bool(media.get("has_spoiler"))}
    return _changed(world, call, message, parts)


def edit_markup(world: World, call: Call) -> dict[str, Any]:
    """editMessageReplyMarkup."""
    return _changed(world, call, own_message(world, call), {})


def _changed(world: World, call: Call, message: Message, parts: dict[str, Any]) -> dict[str, Any]:
    """The message with these parts; buttons that are not given again are gone."""
    rows, _ = buttons.read_markup(call.params.get("reply_markup"))
    new = dataclasses.replace(message, **parts, rows=rows)
    if new == message:
        raise bad(UNCHANGED)
    return wire.message(world, world.change(new))


def answer_callback_query(world: World, call: Call) -> bool:
    """answerCallbackQuery: the first answer is shown, later ones are taken and not shown."""
    query = world.queries.get(call.text("callback_query_id"))
    if query is None or world.clock.passed() - query.tapped_at > ANSWERABLE_SECONDS:
        raise bad(TOO_OLD)
    text = call.text("text")
    if units(text) > LONGEST_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    url = call.text("url")
    if url and not start_link(world, url):
        raise bad("URL_INVALID")
    if not query.answered:
        query.answered = True
        world.answer(Answer(query.person.id, query.chat_id, text, call.flag("show_alert"), url, query.id))
    return True


def start_link(world: World, url: str) -> str | None:
    """The payload of a link that opens the bot's private chat; None for any other link."""
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.netloc.lower() not in ("t.me", "telegram.me") or parts.scheme not in ("http", "https"):
        return None
    payload = parse_qs(parts.query).get("start", [""])[0]
    right = parts.path.strip("/").lower() == world.bot.username.lower() and START.fullmatch(payload)
    return payload if right else None
