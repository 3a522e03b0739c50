"""Loose HTML → content.

The few tags that cards use are understood where they are whole; every other `<` is a literal character. A scanner of
our own, because `html.parser` guesses: it drops `</>`, takes `<!` and `</ x` for comments and swallows what follows a
`<script>`, differently from one patch release of Python to the next, and a card must not lose a word to that.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.entities import html5
from itertools import groupby

from msgspec import Struct

from bot.decks.content import Block, Code, Content, Paragraph, Picture, Run, is_blank

_STYLE_OF = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strike", "strike": "strike", "del": "strike", "code": "code", "sub": "sub", "sup": "sup",
}  # fmt: skip
_BREAKS_AROUND = frozenset({"div", "p"})
_NAMES = "|".join(sorted((*_STYLE_OF, *_BREAKS_AROUND, "br", "img", "pre"), key=len, reverse=True))
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'<>=]+)"""
# An attribute without a value is refused: `if a <b and c> d` is a comparison.
_TAG = re.compile(rf"""<(/?)({_NAMES})((?:\s+[\w:-]+\s*=\s*{_VALUE})*)\s*/?>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(rf"([\w:-]+)\s*=\s*({_VALUE})")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));")
_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]+)")

Look = frozenset[str]
Cell = tuple[str, Look]
"""One character and its styles."""


class _Tag(Struct):
    name: str
    closes: bool
    attributes: dict[str, str]
    written: str
    literal: bool = False


def parse(text: str, *, keeps_newlines: bool = True) -> Content:
    """What the text says, tags and entities understood once.

    Args:
        keeps_newlines: a line break in the text is one in the card; else it is a space, as in HTML.
    """
    tokens = list(_tokens(text))
    if all(isinstance(token, str) or token.name == "br" for token in tokens):
        return literal("".join(_plain(token, keeps_newlines) for token in tokens))
    _find_literal([token for token in tokens if isinstance(token, _Tag)])
    builder = _Builder(keeps_newlines)
    for token in tokens:
        if isinstance(token, str):
            builder.add_text(unescape(token))
        elif token.literal:
            builder.add_text(unescape(token.written))
        else:
            builder.add_tag(token)
    return builder.finish()


def literal(text: str) -> Content:
    """The text as it stands, in paragraphs parted by empty lines."""
    lines = [line.rstrip() for line in text.split("\n")]
    groups = groupby(lines, key=is_blank)
    return tuple(Paragraph((Run("\n".join(group).lstrip()),)) for blank, group in groups if not blank)


def _plain(token: "str | _Tag", keeps_newlines: bool) -> str:
    if isinstance(token, _Tag):
        return "\n"
    return unescape(token) if keeps_newlines else unescape(token).replace("\n", " ")


def unescape(text: str) -> str:
    """The text with its entities decoded once; `&nbsp;` is a space, and what is no entity stays."""
    return _ENTITY.sub(_entity, text)


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return "" if name == "shy" else html5.get(name + ";", found[0]).replace("\xa0", " ")
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000 or (code < 32 and code not in (9, 10)):
        return found[0]
    return " " if code == 0xA0 else chr(code)


def _tokens(text: str) -> Iterator[str | _Tag]:
    end = 0
    for found in _TAG.finditer(text):
        slash, name, attributes = found.groups()
        if slash and attributes:
            continue
        yield text[end : found.start()]
        yield _Tag(name.lower(), bool(slash), _attributes(attributes), found[0])
        end = found.end()
    yield text[end:]


def _attributes(text: str) -> dict[str, str]:
    return {name.lower(): unescape(value.strip("\"'")).strip() for name, value in _ATTRIBUTE.findall(text)}


def _find_literal(tags: Iterable[_Tag]) -> None:
    """Marks the tags that are none: opened and never closed, closed and never opened, a picture without a name."""
    opened: dict[str, list[_Tag]] = {}
    for tag in tags:
        if tag.name == "br":
            continue
        if tag.name == "img":
            tag.literal = tag.closes or is_blank(tag.attributes.get("src", ""))
        elif not tag.closes:
            tag.literal = True
            opened.setdefault(tag.name, []).append(tag)
        elif opened.get(tag.name):
            opened[tag.name].pop().literal = False
        else:
            tag.literal = True


class _Builder:
    """Takes texts and tags in order and gives blocks."""

    def __init__(self, keeps_newlines: bool) -> None:
        self._keeps_newlines = keeps_newlines
        self._blocks: list[Block] = []
        self._cells: list[Cell] = []
        self._styles: Counter[str] = Counter()
        self._pre_depth = 0
        self._pre: list[str] = []
        self._language = ""
        self._at_line_start = True

    def add_text(self, text: str) -> None:
        if not self._pre_depth and not self._keeps_newlines:
            text = text.replace("\n", " ")
        self._follow(text)
        if self._pre_depth:
            self._pre.append(text)
            return
        look = frozenset(+self._styles)
        self._cells.extend((char, look) for char in text)

    def add_tag(self, tag: _Tag) -> None:
        if tag.name == "pre":
            self._add_pre(tag)
        elif tag.name == "img":
            self._flush()
            self._blocks.append(Picture(tag.attributes["src"]))
        elif tag.name == "br":
            self._break()
        elif tag.name in _BREAKS_AROUND:
            self._break_unless_at_line_start()
        elif tag.closes:
            self._styles[_STYLE_OF[tag.name]] -= 1
        else:
            self._styles[_STYLE_OF[tag.name]] += 1
            self._read_language(tag)

    def finish(self) -> Content:
        self._flush()
        return tuple(self._blocks)

    def _add_pre(self, tag: _Tag) -> None:
        if not tag.closes:
            if not self._pre_depth:
                self._flush()
                self._language = ""
            self._pre_depth += 1
            self._read_language(tag)
            return
        self._pre_depth -= 1
        if not self._pre_depth:
            self._flush_pre()

    def _read_language(self, tag: _Tag) -> None:
        if self._pre_depth and (found := _LANGUAGE.search(tag.attributes.get("class", ""))):
            self._language = found[1]

    def _break(self) -> None:
        self._at_line_start = True
        if self._pre_depth:
            self._pre.append("\n")
        else:
            self._cells.append(("\n", frozenset()))

    def _break_unless_at_line_start(self) -> None:
        if not self._at_line_start:
            self._break()

    def _follow(self, text: str) -> None:
        """Notes where the line stands after `text`; looked up anew at every tag, a long cell would take minutes."""
        _, broken, line = text.rpartition("\n")
        self._at_line_start = (bool(broken) or self._at_line_start) and not line.strip()

    def _flush(self) -> None:
        """Ends what is being written: a picture and a block of code stand between paragraphs."""
        if self._pre_depth:
            self._flush_pre()
        self._blocks.extend(_paragraphs(self._cells))
        self._cells = []
        self._at_line_start = True

    def _flush_pre(self) -> None:
        text = "".join(self._pre).strip("\n").rstrip()
        self._pre = []
        self._at_line_start = True
        if not is_blank(text):
            self._blocks.append(Code(text, self._language))


def _paragraphs(cells: list[Cell]) -> Iterator[Block]:
    """Paragraphs parted by empty lines; one that is wholly code over several lines is a block of code."""
    for filled, lines in groupby(_lines(cells), key=lambda line: not is_blank("".join(char for char, _ in line))):
        if not filled:
            continue
        joined: list[Cell] = []
        for line in lines:
            joined += [("\n", joined[-1][1] & line[0][1]), *line] if joined else line
        if len({char for char, _ in joined} & {"\n"}) and all("code" in look for _, look in joined):
            yield Code("".join(char for char, _ in joined))
        else:
            yield Paragraph(_runs(_without_indent(joined)))


def _lines(cells: list[Cell]) -> list[list[Cell]]:
    lines: list[list[Cell]] = [[]]
    for cell in cells:
        if cell[0] == "\n":
            lines.append([])
        else:
            lines[-1].append(cell)
    for line in lines:
        while line and line[-1][0].isspace():
            line.pop()
    return lines


def _without_indent(cells: list[Cell]) -> list[Cell]:
    start = next(index for index, (char, _) in enumerate(cells) if not char.isspace())
    return cells[start:]


def _runs(cells: list[Cell]) -> tuple[Run, ...]:
    looks = groupby(cells, key=lambda cell: cell[1])
    return tuple(Run("".join(char for char, _ in group), look) for look, group in looks)
