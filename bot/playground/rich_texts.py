"""What stands inside a block of a rich message's HTML, as a RichText; white space as a browser has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from .rich_tags import INLINE, STYLES, Element, cannot_parse

SPACE: Final = re.compile(r"[ \t\r\n]+")


def text_of(inside: Sequence[Element | str], within: str, *, kept: bool = False) -> Any:
    """A RichText of what stands there, white space as a browser has it; `kept`: as it is written."""
    return _joined(_trimmed(_parts(inside, within, _Line(kept)), kept))


@dataclass(slots=True)
class _Line:
    kept: bool
    last: str = "\n"  # the character before

    def taken(self, text: str) -> str:
        """A piece of the source as it goes on after what was before."""
        if not self.kept:
            text = SPACE.sub(" ", text)
            text = text.removeprefix(" ") if self.last in " \n" else text
        self.last = text[-1:] or self.last
        return text


def _parts(inside: Sequence[Element | str], within: str, line: _Line) -> list[Any]:
    parts: list[Any] = []
    for each in inside:
        if isinstance(each, str):
            part: Any = line.taken(each)
        elif each.name == "br":
            part, line.last = "\n", "\n"
        elif each.name not in INLINE:
            words = "Block tag" if each.is_block() else "Tag"
            raise cannot_parse(f'{words} "{each.name}" at byte offset {each.at} can\'t stand inside "{within}"')
        else:
            part = _piece(each, line)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part:
            parts.append(part)
    return parts


def _trimmed(parts: list[Any], kept: bool) -> list[Any]:
    while parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip("\n" if kept else " \n")
        if parts[-1]:
            break
        parts.pop()
    return parts


def _joined(parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else parts or ""


def _piece(of: Element, line: _Line) -> Any:
    """An inline tag as a RichText."""
    if of.name == "tg-math":
        line.last = "x"
        return {"type": "mathematical_expression", "expression": of.source()}
    text = _joined(_parts(of.inside, of.name, line))
    if of.name == "a":
        return _link(of.attributes, text)
    if of.name == "tg-emoji":
        given = of.attributes.get("emoji-id", "")
        return {"type": "custom_emoji", "custom_emoji_id": given, "alternative_text": plain(text)}
    if of.name == "tg-time":
        when = {"unix_time": of.number("unix"), "date_time_format": of.attributes.get("format", "")}
        return {"type": "date_time", "text": text, **when}
    if of.name == "tg-reference":
        return {"type": "reference", "text": text, "name": of.attributes.get("name", "")}
    return {"type": STYLES[of.name], "text": text} if text else ""


def _link(attributes: dict[str, str], text: Any) -> Any:
    url = attributes.get("href", "")
    if "name" in attributes and not url:
        return {"type": "anchor", "name": attributes["name"]}
    if url.startswith("#"):
        return {"type": "anchor_link", "text": text, "anchor_name": url[1:]}
    if url.startswith("mailto:"):
        return {"type": "email_address", "text": text, "email_address": url.removeprefix("mailto:")}
    if url.startswith("tel:"):
        return {"type": "phone_number", "text": text, "phone_number": url.removeprefix("tel:")}
    if match := re.fullmatch(r"tg://user\?id=(\d+)", url):
        return {"type": "text_mention", "text": text, "user": {"id": int(match[1])}}
    return {"type": "url", "text": text, "url": url} if url and text else text


def plain(text: Any) -> str:
    """The characters of a RichText, formulas as their source."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(plain(each) for each in text)
    return plain(text.get("text", "")) or str(text.get("expression") or text.get("alternative_text") or "")
