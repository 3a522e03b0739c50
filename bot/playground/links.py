"""What Telegram makes into links by itself in a plain text: addresses, mentions, hashtags, commands.

Nothing is found inside code, nor inside a link that is there already.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .values import Entity

# Outside code these are never looked into; the rest may hold links.
CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})

MENTION = re.compile(r"(?<!\w)@([A-Za-z][A-Za-z0-9_]{3,31})(?![A-Za-z0-9_])")
COMMAND = re.compile(r"(?<![\w/<>])/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]{3,32}))?(?![\w/<>])")
HASHTAG = re.compile(r"(?<![\w‌])#(?=[\w‌]*[^\W\d_])([\w‌]{1,256})(?![\w‌]*#)")
CASHTAG = re.compile(r"(?<![\w$])\$([A-Z]{1,8})(?![\w$])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?!\w)")
ADDRESS = re.compile(
    r"(?<![\w@.$/-])(?:(?P<scheme>https?|ftp|tg|ton)://)?"
    r"(?P<host>(?:[^\W_](?:[\w-]*[^\W_])?\.)+(?P<top>[^\W\d_]{2,}|xn--[a-z0-9-]+))"
    r"(?::\d{1,5})?(?P<path>[/?#][^\s<>«»\"]*)?(?![\w@])",
    re.IGNORECASE,
)

# Every country's top-level name, and of the others the common ones and those that words are mistaken for.
TOPS = frozenset((Path(__file__).parent / "data" / "tops.txt").read_text("utf-8").split())


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def found(text: str, given: Sequence[Entity]) -> tuple[Entity, ...]:
    """The given entities and, sorted in, the links that Telegram finds by itself."""
    closed = [(entity.offset, entity.end) for entity in given if entity.type in CLOSED]
    taken = list(closed)
    fresh: list[Entity] = []
    for kind, start, end in _matches(text):
        offset = units(text[:start])
        length = units(text[start:end])
        if any(offset < other_end and begin < offset + length for begin, other_end in taken):
            continue
        taken.append((offset, offset + length))
        fresh.append(Entity(kind, offset, length))
    return tuple(sorted([*given, *fresh], key=lambda entity: (entity.offset, -entity.length)))


def _matches(text: str) -> Iterator[tuple[str, int, int]]:
    """Kind, start and end of everything that could be a link, what wins first."""
    for match in EMAIL.finditer(text):
        if match.group().rsplit(".", 1)[-1].lower() in TOPS:
            yield "email", match.start(), match.end()
    for match in ADDRESS.finditer(text):
        if match["top"].lower() in TOPS or match["top"].lower().startswith("xn--"):
            end = match.end() - len(_loose_end(match.group())) if match["path"] else match.end()
            yield "url", match.start(), end
    for kind, pattern in (("mention", MENTION), ("bot_command", COMMAND), ("hashtag", HASHTAG), ("cashtag", CASHTAG)):
        for match in pattern.finditer(text):
            yield kind, match.start(), match.end()


def _loose_end(address: str) -> str:
    """What ends a sentence rather than the address."""
    kept = address.rstrip(".,:;!?'")
    while kept.endswith(")") and kept.count(")") > kept.count("("):
        kept = kept[:-1].rstrip(".,:;!?'")
    return address[len(kept) :]
