"""What Telegram's refusals mean. Its words are compared without case, as PTB changes the case of some."""

import os
import re
from datetime import timedelta
from enum import StrEnum

from msgspec import Struct
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.request import Broken

# The library then gives spans as spans, as its next major version will, and does not warn of that at every flood.
os.environ["PTB_TIMEDELTA"] = "true"


class Meaning(StrEnum):
    """What a failed call comes to; the value is what the log calls it."""

    GONE = "the chat no longer has the bot"
    QUIET = "the bot may not write there"
    MIGRATED = "the group became a supergroup"
    WAIT = "too many requests"
    UNCHANGED = "nothing to change"
    MISSING = "the message is not there or cannot be edited"
    PHOTO = "the message is a photo and has no text"
    TOO_OLD = "the tap is too old"
    ENTITIES = "the entities were not understood"
    FILE = "the file id no longer works"
    PICTURE = "the picture was not taken"
    NO_PICTURES = "the bot may not send pictures there"
    TOPIC = "the topic is not there"
    TOPIC_CLOSED = "the topic is closed"
    NOT_SENT = "the server was not reached"
    OPEN = "whether it arrived is open"
    EMPTY = "there is nothing in it"
    NO_METHOD = "the server does not know the method"
    LOGGED_OUT = "the bot was logged out of the server"
    REFUSED = "refused"


NOT_DONE_YET = frozenset({Meaning.NOT_SENT, Meaning.WAIT, Meaning.LOGGED_OUT})
"""Surely nothing was done, and later it may be."""

# In this order: the first words that are found decide.
_WORDS: tuple[tuple[Meaning, tuple[str, ...]], ...] = (
    (Meaning.UNCHANGED, ("message is not modified",)),
    (Meaning.TOO_OLD, ("query is too old", "query id is invalid", "query_id_invalid")),
    (Meaning.PHOTO, ("there is no text in the message to edit",)),
    (
        Meaning.MISSING,
        (
            "message to edit not found",
            "message to be edited not found",
            "message can't be edited",
            "message_id_invalid",
            "message not found",
            "message to delete not found",
            "there is no caption in the message to edit",
        ),
    ),
    (Meaning.ENTITIES, ("can't parse entities", "entity_", "entities_", "can't parse messageentity")),
    (Meaning.FILE, ("wrong file identifier", "wrong file_id", "wrong remote file", "file reference", "file_reference")),
    (Meaning.EMPTY, ("message text is empty",)),
    (Meaning.TOPIC, ("message thread not found", "topic_deleted", "topic_id_invalid")),
    (Meaning.TOPIC_CLOSED, ("topic_closed",)),
    (
        Meaning.NO_PICTURES,
        ("not enough rights to send photos", "chat_send_photos_forbidden", "chat_send_media_forbidden"),
    ),
    (
        Meaning.PICTURE,
        (
            "image_process_failed",
            "photo_",
            "too big for a photo",
            "file is too big",
            "file must be non-empty",
            "as photo",
            "media_empty",
            "media_invalid",
        ),
    ),
    (
        Meaning.GONE,
        (
            "chat not found",
            "peer_id_invalid",
            "group chat was deactivated",
            "group chat was deleted",
            "bot was kicked",
            "user is deactivated",
            "user_is_blocked",
        ),
    ),
    (
        Meaning.QUIET,
        (
            "chat_write_forbidden",
            "chat_send_plain_forbidden",
            "chat_restricted",
            "user_banned_in_channel",
            "have no rights to send a message",
            "not enough rights to send text messages",
            "not enough rights to send messages",
            "need administrator rights in the channel chat",
        ),
    ),
    (Meaning.LOGGED_OUT, ("logged out",)),
)


class Refusal(Struct, frozen=True):
    """One failed call. `words` may be logged: they hold nothing that a person or a card said."""

    meaning: Meaning
    words: str
    seconds: float = 0.0  # how long to wait, when told to
    chat_id: int = 0  # where the group is now, when it moved


def read(error: TelegramError) -> Refusal:
    """What an error of the library means."""
    match error:
        case ChatMigrated():
            return _plain(Meaning.MIGRATED, chat_id=error.new_chat_id)
        case RetryAfter():
            span = error.retry_after
            return _plain(Meaning.WAIT, seconds=span.total_seconds() if isinstance(span, timedelta) else span)
        case Forbidden():
            meaning = _meaning(error.message)
            # Telegram has said of some rights with either status that they are missing.
            return _plain(meaning if meaning in (Meaning.QUIET, Meaning.NO_PICTURES) else Meaning.GONE)
        case BadRequest():  # a kind of NetworkError there, so before it
            return _bad_request(error.message)
        case NetworkError() if _is_ours(error):
            return Refusal(Meaning.REFUSED, f"a fault of ours ({type(error.__cause__).__name__})")
        case NetworkError(__cause__=Broken(sent=False)):
            return Refusal(Meaning.NOT_SENT, f"{Meaning.NOT_SENT} ({_kind(error)})")
        case EndPointNotFound():
            return _plain(Meaning.NO_METHOD)
        case InvalidToken() | Conflict():
            return Refusal(Meaning.REFUSED, type(error).__name__)
    # No answer, a server's own fault, or an answer that is no JSON.
    return Refusal(Meaning.OPEN, f"{Meaning.OPEN} ({_kind(error)})")


def _plain(meaning: Meaning, seconds: float = 0.0, chat_id: int = 0) -> Refusal:
    return Refusal(meaning, meaning.value, seconds, chat_id)


def _meaning(message: str) -> Meaning | None:
    lowered = message.lower()
    return next((meaning for meaning, words in _WORDS if any(each in lowered for each in words)), None)


def _bad_request(message: str) -> Refusal:
    meaning = _meaning(message)
    if meaning is not None:
        return _plain(meaning)
    # What stands in quotation marks or after a colon may be a piece of the message.
    return Refusal(Meaning.REFUSED, re.split(r"[\"'“‘:]", message)[0][:100])


def _is_ours(error: NetworkError) -> bool:
    # PTB wraps whatever its request raises, also our own mistakes such as what is no JSON: never worth another try.
    return error.__cause__ is not None and not isinstance(error.__cause__, Broken | TelegramError)


def _kind(error: BaseException) -> str:
    """What is behind it all; the words of a Broken hold no address."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error) if isinstance(error, Broken) else type(error).__name__
