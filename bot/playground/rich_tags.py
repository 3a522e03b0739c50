"""The tags of a rich message's HTML, as a tree, with our words for what is wrong."""

import html
import re
from dataclasses import dataclass, field
from typing import Final

from .markup import ATTRIBUTE, CHARACTER, TAG
from .refusals import RefusalError, bad

STYLES: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "code": "code",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "tg-spoiler": "spoiler",
}
INLINE: Final = frozenset({*STYLES, "br", "a", "tg-emoji", "tg-time", "tg-math", "tg-reference"})
HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
TEXTS: Final = {"p": "paragraph", "footer": "footer"} | dict.fromkeys(HEADINGS, "heading")
ROWS_OF_MEDIA: Final = {"tg-collage": "collage", "tg-slideshow": "slideshow"}
# Known to Telegram, not built here.
UNBUILT: Final = frozenset({"video", "audio", "tg-document", "tg-button", "tg-button-row"})
BLOCKS: Final = frozenset(
    {*TEXTS, *ROWS_OF_MEDIA, *UNBUILT, "pre", "hr", "ul", "ol", "blockquote", "aside", "table", "details"}
    | {"img", "figure", "tg-math-block", "tg-map"}
)
# Only inside certain others.
PARTS: Final = frozenset({"li", "cite", "tr", "th", "td", "caption", "summary", "figcaption", "input"})
VOID: Final = frozenset({"br", "hr", "img", "input", "tg-map"})
RAW: Final = frozenset({"tg-math", "tg-math-block"})
NAMED: Final = dict(
    zip(
        ["lt", "gt", "amp", "quot", "apos", "nbsp", "hellip", "mdash", "ndash", "lsquo", "rsquo", "ldquo", "rdquo"],
        "<>&\"'\u00a0\u2026\u2014\u2013\u2018\u2019\u201c\u201d",
        strict=True,
    )
)


@dataclass(slots=True)
class Element:
    """A tag with what stands in it."""

    name: str
    attributes: dict[str, str]
    at: int  # the byte offset of its start
    inside: list["Element | str"] = field(default_factory=list)

    def is_block(self) -> bool:
        """Whether it stands on lines of its own."""
        return self.name in BLOCKS

    def source(self) -> str:
        """The LaTeX of a formula."""
        return "".join(each for each in self.inside if isinstance(each, str)).strip()

    def number(self, name: str, default: int = 0) -> int:
        """An attribute that is a number; raises RefusalError for one that is none."""
        value = self.attributes.get(name, "")
        if value and not re.fullmatch(r"-?\d{1,18}", value):
            words = f'Attribute "{name}" of the tag "{self.name}" at byte offset {self.at} must be a number'
            raise cannot_parse(words)
        return int(value) if value else default


def cannot_parse(words: str) -> RefusalError:
    """400 for content that is wrong."""
    return bad(f"can't parse rich message: {words}")


def tree(source: str) -> Element:
    """An element without a name that holds everything; raises RefusalError."""
    stack = [Element("", {}, 0)]
    at = 0
    while at < len(source):
        here = source[at]
        if here == "<":
            at = _tag(source, at, stack)
        elif here == "&" and (match := CHARACTER.match(source, at)):
            stack[-1].inside.append(_character(match))
            at = match.end()
        else:
            end = re.compile(r"[<&]").search(source, at + 1)
            stack[-1].inside.append(source[at : end.start() if end else len(source)])
            at = end.start() if end else len(source)
    if len(stack) > 1:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return stack[0]


def _character(match: re.Match[str]) -> str:
    if match[1] or match[2]:
        return html.unescape(f"&#{'x' + match[1] if match[1] else match[2]};")
    return NAMED.get(match[3], match.group())


def _tag(source: str, at: int, stack: list[Element]) -> int:
    """Take in the tag at that place and give the place after it."""
    offset = len(source[:at].encode())
    match = TAG.match(source, at)
    if match is None:
        raise cannot_parse(f'Character "<" at byte offset {offset} begins no tag and must be written as "&lt;"')
    name = match["name"].lower()
    if name not in INLINE | BLOCKS | PARTS:
        raise cannot_parse(f'Unsupported {"end" if match["end"] else "start"} tag "{name}" at byte offset {offset}')
    if match["end"]:
        _end(name, offset, stack)
        return match.end()
    begun = Element(name, _attributes(match["rest"]), offset)
    stack[-1].inside.append(begun)
    if name in RAW:
        return _raw(source, match.end(), begun)
    if name not in VOID and not match["rest"].rstrip().endswith("/"):
        stack.append(begun)
    return match.end()


def _attributes(rest: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(rest)
    return {name.lower(): CHARACTER.sub(_character, one or two or three) for name, one, two, three in found}


def _raw(source: str, at: int, begun: Element) -> int:
    """Take in a formula, which is LaTeX as it stands there."""
    closing = f"</{begun.name}>"
    end = source.lower().find(closing, at)
    if end < 0:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{begun.name}"')
    begun.inside.append(source[at:end])
    return end + len(closing)


def _end(name: str, offset: int, stack: list[Element]) -> None:
    if name in VOID:
        return
    if len(stack) == 1:
        raise cannot_parse(f"Unexpected end tag at byte offset {offset}")
    begun = stack.pop()
    if begun.name != name:
        words = f'Unmatched end tag at byte offset {offset}, expected "</{begun.name}>", found "</{name}>"'
        raise cannot_parse(words)
