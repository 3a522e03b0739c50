"""What Telegram answers like. Gateways, proxies and captive portals answer otherwise, in JSON too, with any status.

Looked at is what the bot reads of them, and what PTB cannot make its objects without.
"""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta, Struct

T = TypeVar("T")

# Telegram's ids have at most 52 bits. A larger number is none of theirs, and nothing that the database can keep.
_Number = Annotated[int, Meta(ge=-(2**52), le=2**52)]
# No span of time can be made of much more.
_Seconds = Annotated[float, Meta(ge=-(2.0**31), le=2.0**31)]


class _User(Struct):
    id: _Number
    is_bot: bool
    first_name: str


class _Me(_User):
    username: str


class _Chat(Struct):
    id: _Number
    type: str


class _Message(Struct):
    message_id: _Number
    date: _Number
    chat: _Chat


class _Member(Struct):
    user: _User
    status: str


class _File(Struct):
    file_id: str
    file_unique_id: str


class _Hook(Struct):
    url: str
    has_custom_certificate: bool
    pending_update_count: _Number


class _Description(Struct):
    description: str


class _Update(Struct):
    update_id: Annotated[int, Meta(ge=0, le=2**52)]


class _Parameters(Struct):
    retry_after: _Seconds | None = None
    migrate_to_chat_id: _Number | None = None


class _Refusal(Struct):
    description: str | None = None
    parameters: _Parameters | None = None


# By the method's name in small letters. What is not here is answered with True.
_RESULTS: Mapping[str, Any] = {
    "getme": _Me,
    # Each of them is looked at on its own.
    "getupdates": list[Any],
    "getwebhookinfo": _Hook,
    "getfile": _File,
    "getchatadministrators": list[_Member],
    "getmydescription": _Description,
    **dict.fromkeys(
        ("sendmessage", "sendrichmessage", "sendphoto", "senddocument", "sendvoice", "sendaudio"),
        _Message,
    ),
    **dict.fromkeys(
        ("editmessagetext", "editmessagecaption", "editmessagemedia", "editmessagereplymarkup"),
        _Message | bool,
    ),
}


def is_answer(method: str, value: Any) -> bool:
    """Whether Telegram answers like this to a method that it did."""
    if not isinstance(value, dict) or value.get("ok") is not True or "result" not in value:
        return False
    return _fits(value["result"], _RESULTS.get(method.lower(), bool))


def is_refusal(value: Any) -> bool:
    """Whether Telegram refuses like this."""
    return isinstance(value, dict) and value.get("ok") is False and _fits(value, _Refusal)


def is_update(value: Any) -> bool:
    """Whether it has a number, by which it can be told from others and confirmed."""
    return _fits(value, _Update)


def _fits(value: Any, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
