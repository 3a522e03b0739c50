"""A text as Telegram takes it in: cleaned, trimmed, with its entities checked and moved, and links found.

Lengths and offsets are UTF-16 code units. The words of refusals are Telegram's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from . import links
from .links import units
from .markup import parse_html, parse_markdown
from .refusals import bad
from .values import Entity

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
MOST_ENTITIES = 100
STYLES = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote"})
LINKS = frozenset({"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"})
KNOWN = STYLES | LINKS | links.CLOSED
# A text of nothing but these counts as empty.
UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff \n")
# Taken out of every text: line and paragraph separators, and what turns the direction of writing.
TAKEN_OUT = frozenset("\r" + "".join(chr(code) for code in range(0x2028, 0x202F)))


@dataclass(frozen=True, slots=True)
class Written:
    """A text ready to be shown; `lost` entities were one too many."""

    text: str
    entities: tuple[Entity, ...]
    lost: int = 0


def take_in(text: str, parse_mode: str, entities: Sequence[Mapping[str, Any]] | None) -> Written:
    """The text as the chat will hold it; raises RefusalError with Telegram's words. Its length is not looked at."""
    mode = parse_mode.lower()
    if mode == "html":
        text, given = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        text, given = parse_markdown(text, version=2 if mode == "markdownv2" else 1)
    elif mode:
        raise bad("unsupported parse_mode")
    else:
        given = [read_entity(entity) for entity in entities or ()]
    return settle(text, given)


def settle(text: str, given: Sequence[Entity]) -> Written:
    """A text and the entities meant for it, checked, cleaned, trimmed, with the links that Telegram finds."""
    check_ranges(text, given)
    text, moved = _without(text, given)
    text, moved = _trimmed(text, sorted(moved, key=lambda entity: (entity.offset, -entity.length)))
    whole = links.found(text, _nothing_in_code([entity for entity in moved if entity.length > 0]))
    return Written(text, whole[:MOST_ENTITIES], max(0, len(whole) - MOST_ENTITIES))


def checked_text(written: Written) -> Written:
    """The same if it can stand as a message of its own."""
    if set(written.text) <= UNSEEN:
        raise bad("message text is empty")
    if units(written.text) > LONGEST_TEXT:
        raise bad("message is too long")
    return written


def checked_caption(written: Written) -> Written:
    """The same if it can stand under a picture; it may be empty."""
    if units(written.text) > LONGEST_CAPTION:
        raise bad("message caption is too long")
    return written


def read_entity(raw: Mapping[str, Any]) -> Entity:
    """One MessageEntity as a bot gives it."""
    kind = str(raw.get("type", ""))
    if kind not in KNOWN:
        raise bad(f'can\'t parse entities: Unsupported entity type "{kind}" specified')
    try:
        offset, length = int(raw["offset"]), int(raw["length"])
    except (KeyError, TypeError, ValueError):
        raise bad('can\'t parse entities: Field "offset" must be a Number') from None
    user = raw.get("user") or {}
    return Entity(
        kind,
        offset,
        length,
        language=str(raw.get("language") or ""),
        url=str(raw.get("url") or ""),
        user_id=int(user.get("id", 0)),
        custom_emoji_id=str(raw.get("custom_emoji_id") or ""),
    )


def check_ranges(text: str, entities: Sequence[Entity]) -> None:
    """Raise RefusalError for an entity that leaves the text or cuts a character in two."""
    ends = [0]  # after how many units each character ends
    for character in text:
        ends.append(ends[-1] + (2 if ord(character) > 0xFFFF else 1))
    borders = {unit: place for place, unit in enumerate(ends)}
    for entity in sorted(entities, key=lambda each: each.offset):
        _check_range(text, entity, borders, ends[-1])


def _check_range(text: str, entity: Entity, borders: Mapping[int, int], total: int) -> None:
    def byte_offset(unit: int) -> int:
        return len(text[: borders[unit]].encode("utf-8", "surrogatepass"))

    if entity.offset < 0:
        raise bad(f"receive an entity with incorrect offset {entity.offset}")
    if entity.length < 0:
        raise bad(f"receive an entity with incorrect length {entity.length}")
    if entity.offset > total:
        raise bad(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
    start = f"entity beginning at UTF-16 offset {entity.offset} ends"
    if entity.end > total:
        raise bad(f"{start} after the end of the text at UTF-16 offset {entity.end}")
    if entity.offset not in borders:
        place = byte_offset(entity.offset + 1)
        raise bad(f"entity begins in a middle of a UTF-16 symbol at byte offset {place}")
    if entity.end not in borders:
        raise bad(f"{start} in a middle of a UTF-16 symbol at byte offset {byte_offset(entity.end + 1)}")


def _without(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without what Telegram takes out; control characters become spaces."""
    kept: list[str] = []
    gone: list[int] = []  # the units at which one was taken out; all of them are one unit long
    at = 0
    for character in text:
        if character in TAKEN_OUT:
            gone.append(at)
        else:
            kept.append(" " if ord(character) < 32 and character != "\n" else character)
        at += 2 if ord(character) > 0xFFFF else 1

    def moved(unit: int) -> int:
        return unit - sum(1 for place in gone if place < unit)

    return "".join(kept), [
        replace(entity, offset=moved(entity.offset), length=moved(entity.end) - moved(entity.offset))
        for entity in entities
    ]


def _trimmed(text: str, entities: Sequence[Entity]) -> tuple[str, list[Entity]]:
    """Without white space at the end, and at the beginning as far as no entity holds it."""
    text = text.rstrip(" \n")
    total = units(text)
    first = min((entity.offset for entity in entities if entity.length), default=total)
    lead = min(len(text) - len(text.lstrip(" \n")), first)
    kept = [
        replace(entity, offset=max(0, entity.offset - lead), length=min(entity.end, total) - entity.offset)
        for entity in entities
        if entity.offset < total
    ]
    return text[lead:], kept


def _nothing_in_code(entities: Sequence[Entity]) -> list[Entity]:
    """Without what code cannot hold: another style ends before it and begins again after it."""
    code: list[Entity] = []
    for entity in entities:
        if entity.type in ("pre", "code") and all(entity.offset >= other.end for other in code):
            code.append(entity)
    rest = [entity for entity in entities if entity.type not in ("pre", "code")]
    for block in code:
        rest = [part for entity in rest for part in _around(entity, block)]
    return sorted([*code, *rest], key=lambda entity: (entity.offset, -entity.length))


def _around(entity: Entity, block: Entity) -> list[Entity]:
    """The parts of an entity before and after a block of code; quotations may hold code."""
    if entity.type.endswith("blockquote") or entity.end <= block.offset or block.end <= entity.offset:
        return [entity]
    parts = []
    if entity.offset < block.offset:
        parts.append(replace(entity, length=block.offset - entity.offset))
    if block.end < entity.end:
        parts.append(replace(entity, offset=block.end, length=entity.end - block.end))
    return parts
