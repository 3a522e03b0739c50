"""Markup to text and entities: HTML, MarkdownV2 and the old Markdown, with Telegram's words for what is wrong."""

import html
import re
from dataclasses import dataclass

from .links import units
from .refusals import RefusalError, bad
from .values import Entity

HTML_KINDS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>")
CHARACTER = re.compile(r"&(?:#x([0-9A-Fa-f]+)|#([0-9]+)|([A-Za-z]+));?")
ATTRIBUTE = re.compile(r"([A-Za-z-]+)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+)))?")


@dataclass(slots=True)
class Open:
    """A piece of markup that has begun and not ended."""

    kind: str
    name: str
    offset: int
    byte_offset: int
    language: str = ""
    url: str = ""

    def closed(self, end: int) -> Entity:
        """The entity that it is when it ends at that unit."""
        return Entity(self.kind, self.offset, end - self.offset, language=self.language, url=self.url)


def cannot_parse(words: str) -> RefusalError:
    """400 for markup that is wrong."""
    return bad(f"can't parse entities: {words}")


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """The text and entities of Telegram's HTML; raises RefusalError with the byte offset of what is wrong."""
    text: list[str] = []
    size = 0
    stack: list[Open] = []
    entities: list[Entity] = []
    at = 0
    while at < len(source):
        piece, after = source[at], at + 1
        if piece == "<":
            after = _html_tag(source, at, size, stack, entities)
            piece = ""
        elif piece == "&" and (match := CHARACTER.match(source, at)):
            piece, after = _character(match), match.end()
        text.append(piece)
        size += units(piece)
        at = after
    if stack:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].name}"')
    return "".join(text), entities


def _character(match: re.Match[str]) -> str:
    """What a character reference stands for; one that Telegram does not know stays as it is."""
    if match[1] or match[2]:
        return html.unescape(f"&#{'x' + match[1] if match[1] else match[2]};")
    return NAMED.get(match[3], match.group())


def _html_tag(source: str, at: int, size: int, stack: list[Open], entities: list[Entity]) -> int:
    """Take in the tag at that place and give the place after it."""
    byte_offset = len(source[:at].encode())
    match = TAG.match(source, at)
    if match is None:
        name = re.match(r"</?([^\s>]*)", source[at:])
        assert name is not None
        if ">" not in source[at:]:
            raise cannot_parse(
                f"Unclosed {'end' if source.startswith('</', at) else 'start'} tag at byte offset {byte_offset}"
            )
        raise cannot_parse(f'Unsupported start tag "{name[1]}" at byte offset {byte_offset}')
    name_of = match["name"].lower()
    if match["end"]:
        _html_end(name_of, byte_offset, size, stack, entities)
    elif name_of in HTML_KINDS:
        stack.append(_html_start(name_of, match["rest"], byte_offset, size, stack))
    else:
        raise cannot_parse(f'Unsupported start tag "{name_of}" at byte offset {byte_offset}')
    return match.end()


def _html_start(name: str, rest: str, byte_offset: int, size: int, stack: list[Open]) -> Open:
    attributes = {key.lower(): one or two or three for key, one, two, three in ATTRIBUTE.findall(rest)}
    begun = Open(HTML_KINDS[name], name, size, byte_offset)
    if name == "span" and attributes.get("class") != "tg-spoiler":
        raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {byte_offset}')
    if name == "a":
        begun.url = html.unescape(attributes.get("href", ""))
    if name == "blockquote" and "expandable" in attributes:
        begun.kind = "expandable_blockquote"
    if name == "code" and stack and stack[-1].name == "pre":
        stack[-1].language = attributes.get("class", "").removeprefix("language-")
        begun.kind = ""
    return begun


def _html_end(name: str, byte_offset: int, size: int, stack: list[Open], entities: list[Entity]) -> None:
    if not stack:
        raise cannot_parse(f"Unexpected end tag at byte offset {byte_offset}")
    begun = stack.pop()
    if begun.name != name:
        raise cannot_parse(
            f'Unmatched end tag at byte offset {byte_offset}, expected "</{begun.name}>", found "</{name}>"'
        )
    if begun.kind and size > begun.offset and (begun.kind != "text_link" or begun.url):
        entities.append(begun.closed(size))


RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS_2 = {"||": "spoiler", "__": "underline", "*": "bold", "_": "italic", "~": "strikethrough"}
MARKS_1 = {"*": "bold", "_": "italic"}
NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
}


def parse_markdown(source: str, version: int) -> tuple[str, list[Entity]]:
    """The text and entities of MarkdownV2 (2) or of the old Markdown (1); quotations and emoji are not known here."""
    return _Markdown(source, version).parse()


class _Markdown:
    def __init__(self, source: str, version: int) -> None:
        self.source = source
        self.version = version
        self.at = 0
        self.text: list[str] = []
        self.size = 0
        self.stack: list[Open] = []
        self.entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self.at < len(self.source):
            self._step()
        if self.stack:
            raise self._unended(self.stack[-1])
        return "".join(self.text), self.entities

    def _step(self) -> None:
        here = self.source[self.at]
        following = self.source[self.at + 1 : self.at + 2]
        escapable = RESERVED | {"\\"} if self.version == 2 else frozenset("_*`[")
        if here == "\\" and following and (following in escapable or (self.version == 2 and ord(following) < 127)):
            self._put(following, 2)
        elif here == "`":
            self._code()
        elif here == "[":
            self._begin(Open("text_link", "[", self.size, self._bytes()))
        elif here == "]" and self.stack and self.stack[-1].name == "[":
            self._link()
        elif mark := self._mark():
            self._toggle(mark)
        elif self.version == 2 and here in RESERVED:
            raise cannot_parse(f"Character '{here}' is reserved and must be escaped with the preceding '\\'")
        else:
            self._put(here, 1)

    def _mark(self) -> str:
        marks = MARKS_2 if self.version == 2 else MARKS_1
        return next((mark for mark in marks if marks[mark] and self.source.startswith(mark, self.at)), "")

    def _toggle(self, mark: str) -> None:
        kind = (MARKS_2 if self.version == 2 else MARKS_1)[mark]
        if self.stack and self.stack[-1].kind == kind:
            self._end(self.stack.pop(), len(mark))
        elif any(begun.kind == kind for begun in self.stack):
            raise self._unended(self.stack[-1])
        else:
            self._begin(Open(kind, mark, self.size, self._bytes()))

    def _code(self) -> None:
        fence = "```" if self.source.startswith("```", self.at) else "`"
        begun = Open("pre" if len(fence) == 3 else "code", fence, self.size, self._bytes())
        end = self.source.find(fence, self.at + len(fence))
        if end < 0:
            raise self._unended(begun)
        inside = self.source[self.at + len(fence) : end]
        if len(fence) == 3 and (match := re.match(r"([^\s`]*)\n", inside)):
            begun.language, inside = match[1], inside[match.end() :]
        if self.version == 2:
            inside = re.sub(r"\\([\x01-\x7e])", r"\1", inside)
        self.at = end
        self.text.append(inside)
        self.size += units(inside)
        self._end(begun, len(fence))

    def _link(self) -> None:
        begun = self.stack.pop()
        match = re.compile(r"\]\(((?:\\.|[^)\\])*)\)").match(self.source, self.at)
        if match is None:
            raise cannot_parse(f"Can't find end of a URL at byte offset {self._bytes()}")
        begun.url = re.sub(r"\\(.)", r"\1", match[1])
        self._end(begun, match.end() - self.at)

    def _begin(self, begun: Open) -> None:
        self.stack.append(begun)
        self.at += len(begun.name)

    def _end(self, begun: Open, width: int) -> None:
        self.at += width
        if self.size > begun.offset and (begun.kind != "text_link" or begun.url):
            self.entities.append(begun.closed(self.size))

    def _put(self, character: str, width: int) -> None:
        self.text.append(character)
        self.size += units(character)
        self.at += width

    def _bytes(self) -> int:
        return len(self.source[: self.at].encode())

    def _unended(self, begun: Open) -> RefusalError:
        name = NAMES.get(begun.kind, "TextUrl")
        return cannot_parse(f"Can't find end of {name} entity at byte offset {begun.byte_offset}")
