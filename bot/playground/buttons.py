"""What may stand under a message, and Telegram's words for what may not."""

import re
from collections.abc import Mapping
from typing import Any

from .refusals import bad
from .values import Button, Rows

MOST_BUTTONS = 100
LONGEST_DATA_BYTES = 64
LONGEST_COPY = 256
KINDS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)
STYLES = frozenset({"", "primary", "success", "danger"})
ADDRESS = re.compile(r"(?:https?://|tg://|ton://)?[^\s/]+\.[^\s]+|tg://\S+", re.IGNORECASE)


def read_markup(markup: Any) -> tuple[Rows, Mapping[str, Any]]:
    """The buttons under a message, or the keyboard that takes the place of typing; raises RefusalError."""
    if markup is None or markup == {}:
        return (), {}
    if not isinstance(markup, Mapping):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return (), markup
    if not isinstance(markup["inline_keyboard"], list):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    rows = tuple(tuple(read_button(raw) for raw in row) for row in markup["inline_keyboard"] if row)
    if sum(len(row) for row in rows) > MOST_BUTTONS:
        raise bad("reply markup is too long")
    return rows, {}


def read_button(raw: Mapping[str, Any]) -> Button:
    """One inline button; raises RefusalError for one that Telegram refuses."""
    text = str(raw.get("text", "")).strip()
    kinds = [kind for kind in raw if kind in KINDS]
    if not text:
        raise bad("can't parse inline keyboard button: Text of the button must be non-empty")
    if not kinds and "disabled" not in raw:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise bad("BUTTON_TYPE_INVALID")
    if kinds and kinds[0] not in ("url", "callback_data", "copy_text"):
        raise bad(f"the playground has no buttons of the kind {kinds[0]}")
    style = str(raw.get("style") or "")
    if style not in STYLES:
        raise bad("BUTTON_STYLE_INVALID")
    return Button(
        text,
        data=_data(raw) if "callback_data" in raw else "",
        url=_url(raw) if "url" in raw else "",
        copy_text=_copied(raw) if "copy_text" in raw else "",
        style=style,
        disabled="disabled" in raw,
    )


def _data(raw: Mapping[str, Any]) -> str:
    data = str(raw["callback_data"])
    if not 1 <= len(data.encode()) <= LONGEST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    return data


def _url(raw: Mapping[str, Any]) -> str:
    url = str(raw["url"])
    if not ADDRESS.fullmatch(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return url


def _copied(raw: Mapping[str, Any]) -> str:
    text = str((raw["copy_text"] or {}).get("text", ""))
    if not 1 <= len(text) <= LONGEST_COPY:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    return text
