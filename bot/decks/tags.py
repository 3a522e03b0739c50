"""Loose HTML → tokens: texts, tags, formulas, recordings, and the marks of gaps.

The tags that cards use are understood where they are whole; every other `<` is a literal character. A scanner of our
own, because `html.parser` guesses: it drops `</>`, takes `<!` and `</ x` for comments and swallows what follows a
`<script>`, differently from one patch release of Python to the next, and a card must not lose a word to that.
"""

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from msgspec import Struct

from bot.decks.content import is_blank
from bot.decks.gaps import FILLING_BEGINS, FILLING_ENDS, GAP_MARK, HALF, told, without_halves

STYLE_OF = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "cite": "italic", "dfn": "italic", "var": "italic",
    "u": "underline", "ins": "underline", "mark": "underline", "s": "strike", "strike": "strike", "del": "strike",
    "code": "code", "kbd": "code", "samp": "code", "tt": "code", "sub": "sub", "sup": "sup", "tg-spoiler": "spoiler",
}  # fmt: skip
BREAK_AROUND = frozenset({
    "div", "p", "center", "section", "article", "header", "footer", "main", "nav", "aside", "figure", "figcaption",
    "caption", "address",
})  # fmt: skip
LISTS = frozenset({"ul", "ol", "dl"})
ITEMS = frozenset({"li", "dt", "dd"})
ROWS = frozenset({"tr", "thead", "tbody", "tfoot"})
CELLS = frozenset({"td", "th"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
HOLDING = LISTS | ITEMS | ROWS | CELLS | HEADINGS | {"table", "blockquote", "details", "summary"}
"""They hold what stands in them: lists, tables, quotations, and their parts."""
ALONE = frozenset({"br", "img", "hr", "source", "wbr"})
# They say no more than the text in them does.
_WITHOUT_LOOK = frozenset(
    {"font", "big", "small", "abbr", "ruby", "rb", "rt", "rp", "bdi", "bdo", "q", "label", "nobr"}
)
_NAMED = (
    STYLE_OF.keys() | BREAK_AROUND | HOLDING | ALONE | _WITHOUT_LOOK | {"a", "span", "pre", "audio", "video"}
)  # fmt: skip
_VALUE = r"""(?:"[^"]*"|'[^']*'|[^\s"'<>=]+)"""
# Any other attribute without a value is refused: `if a <b and c> d` is a comparison.
_SWITCH = r"(?:controls|nowrap|reversed|hidden|autoplay|loop|open|compact|noshade)"
_TAG = (
    rf"<(?P<slash>/?)(?P<name>{'|'.join(sorted(_NAMED, key=len, reverse=True))})"
    rf"(?P<attributes>(?:\s+(?:[\w:-]+\s*=\s*{_VALUE}|{_SWITCH}(?=[\s/>])))*)\s*/?{HALF}?>"
)
_MATHJAX = r"<anki-mathjax(?:\s[^<>]*)?>"
# Two backslashes before a bracket are a line's end in a formula, or a backslash.
_FORMULA = rf"(?<!\\)\\[(\[]|\[\$\$?\]|\[latex\]|{_MATHJAX}"
_SOUND = r"\[sound:(?P<sound>[^\[\]<>\n]+)\]"
_MARK = rf"(?P<mark>{GAP_MARK.pattern}|{FILLING_BEGINS}|{FILLING_ENDS})"
_WITH_TAGS = re.compile(rf"{_TAG}|(?P<formula>{_FORMULA})|{_SOUND}|{_MARK}", re.IGNORECASE)
_WITHOUT_TAGS = re.compile(rf"(?P<formula>{_FORMULA})|{_SOUND}|{_MARK}", re.IGNORECASE)
_ATTRIBUTE = re.compile(rf"([\w:-]+)\s*=\s*({_VALUE})")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]*));")
_ENDS = {"\\(": "\\)", "\\[": "\\]", "[$]": "[/$]", "[$$]": "[/$$]", "[latex]": "[/latex]"}
_MATHJAX_END = "</anki-mathjax>"
_TAG_IN_FORMULA = re.compile(r"</?(?:br|div|p|span|font)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MATHEMATICS = re.compile(
    r"\s*(?:\$\$(?P<shown>.*)\$\$|\$(?P<inline>[^$]*)\$"
    r"|\\begin\{(?P<kind>displaymath|math|equation\*?)\}(?P<within>.*)\\end\{(?P=kind)\})\s*",
    re.DOTALL,
)


class Tag(Struct):
    """A tag; `literal` once it turned out to be none."""

    name: str
    closes: bool
    attributes: dict[str, str]
    written: str
    literal: bool = False


class Tex(Struct, frozen=True):
    """A formula as LaTeX; `displayed` in a line of its own."""

    text: str
    displayed: bool


class Heard(Struct, frozen=True):
    """A recording by its name."""

    name: str


class Mark(Struct, frozen=True):
    """One of the marks that `gaps` writes."""

    text: str


Token = str | Tag | Tex | Heard | Mark


def tokens(text: str, *, tags: bool = True, formulas: bool = True) -> list[Token]:
    """The tokens of a text in order, texts between them as they are written; what is a tag by its looks only is
    marked as literal.
    """
    scanner = _Scanner(text if tags else without_halves(text), formulas)
    found = list(scanner.tokens(_WITH_TAGS if tags else _WITHOUT_TAGS))
    _find_literal(token for token in found if isinstance(token, Tag))
    return found


def unescape(text: str) -> str:
    """The text with its entities decoded once; `&nbsp;` is a space, and what is no entity stays."""
    return _ENTITY.sub(_entity, text) if "&" in text else text


def _entity(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        return "" if name == "shy" else html5.get(name + ";", found[0]).replace("\xa0", " ")
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000 or (code < 32 and code not in (9, 10)):
        return found[0]
    return " " if code == 0xA0 else chr(code)


class _Scanner:
    """Reads one text from the left to the right; remembers where what it looked for comes, so that it looks once."""

    def __init__(self, text: str, formulas: bool) -> None:
        self._text = text
        self._formulas = formulas
        self._folded = text.lower() if len(text.lower()) == len(text) else text
        self._next: dict[str, int] = {}
        self._code_until = 0

    def tokens(self, pattern: re.Pattern[str]) -> Iterator[Token]:
        start = at = 0
        while found := pattern.search(self._text, at):
            token, at = self._token(found)
            if token is not None:
                yield self._text[start : found.start()]
                yield token
                start = at
        yield self._text[start:]

    def _token(self, found: re.Match[str]) -> tuple[Token | None, int]:
        """The token that begins here, None if it is none; and where to read on."""
        groups = found.groupdict()
        if name := groups.get("name"):
            return self._tag(found, name.lower())
        if sound := groups["sound"]:
            return Heard(unescape(sound).strip()), found.end()
        if mark := groups["mark"]:
            return Mark(mark), found.end()
        return self._formula(found)

    def _tag(self, found: re.Match[str], name: str) -> tuple[Tag | None, int]:
        slash, attributes = found["slash"], found["attributes"]
        if slash and attributes:
            return None, found.end()
        if name in ("pre", "code") and not slash and found.end() >= self._code_until:
            # What looks like a formula in code is code.
            self._code_until = max(self._code_until, self._find(f"</{name}>", found.end()))
        return Tag(name, bool(slash), _attributes(attributes), found[0]), found.end()

    def _formula(self, found: re.Match[str]) -> tuple[Tex | None, int]:
        opening = found["formula"].lower()
        closing = _ENDS.get(opening, _MATHJAX_END)
        if not self._formulas or found.start() < self._code_until:
            return None, found.end()
        end = self._find(closing, found.end())
        again = self._find(opening, found.end()) if opening in _ENDS else -1
        if end < 0 or 0 <= again < end:
            return None, found.end()
        tex = _tex(self._text[found.end() : end])
        if is_blank(tex):
            return None, found.end()
        displayed = opening in ("\\[", "[$$]") or "block" in opening
        if opening == "[latex]":
            tex, displayed = _mathematics(tex)
        return Tex(tex, displayed), end + len(closing)

    def _find(self, wanted: str, start: int) -> int:
        at = self._next.get(wanted, 0)
        if 0 <= at < start:
            at = self._folded.find(wanted, start)
            while at > 0 and wanted[0] == "\\" == self._folded[at - 1]:
                at = self._folded.find(wanted, at + 1)
            self._next[wanted] = at
        return at


def _tex(written: str) -> str:
    """A formula's source: tags that an editor put into it taken out, entities decoded."""
    return told(unescape(_TAG_IN_FORMULA.sub(" ", written)), in_formula=True).strip()


def _mathematics(tex: str) -> tuple[str, bool]:
    """What stands between Anki's older marks is a whole piece of a LaTeX document."""
    found = _MATHEMATICS.fullmatch(tex)
    if not found:
        return tex, False
    inner = found["shown"] or found["inline"] or found["within"] or ""
    return inner.strip() or tex, found["shown"] is not None or found["kind"] not in (None, "math")


def _attributes(text: str) -> dict[str, str]:
    if not text:
        return {}
    return {name.lower(): told(unescape(_unquoted(value))).strip() for name, value in _ATTRIBUTE.findall(text)}


def _unquoted(value: str) -> str:
    return value[1:-1] if value[0] in "\"'" else value


def _find_literal(tags: Iterable[Tag]) -> None:
    """Marks the tags that are none: opened and never closed, closed and never opened, a picture without a name.

    Those that HTML lets an author leave open are judged where it is known what they stand in.
    """
    opened: dict[str, list[Tag]] = {}
    for tag in tags:
        if tag.name == "img":
            tag.literal = tag.closes or is_blank(tag.attributes.get("src", ""))
        elif tag.name in ALONE or tag.name in ITEMS or tag.name in ROWS or tag.name in CELLS:
            continue
        elif not tag.closes:
            tag.literal = True
            opened.setdefault(tag.name, []).append(tag)
        elif opened.get(tag.name):
            opened[tag.name].pop().literal = False
        else:
            tag.literal = True
