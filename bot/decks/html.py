"""Loose HTML, or plain text, → content."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from bot.decks import tags
from bot.decks.content import Block, Content, Displayed, Formula, Gap, Paragraph, Picture, Run, Sound, is_blank
from bot.decks.flow import Flow
from bot.decks.frames import Frames
from bot.decks.gaps import FILLING_BEGINS, FILLING_ENDS, GAP_MARK, HALF, told
from bot.decks.tags import Heard, Mark, Tag, Tex, Token, unescape

_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]+)")
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_LINK = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)
_DATA = re.compile(r"data:[^,]{0,80}", re.IGNORECASE)
_STYLES_OF_CSS = (
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "bold"),
    (re.compile(r"font-style\s*:\s*(?:italic|oblique)"), "italic"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*underline"), "underline"),
    (re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through"), "strike"),
    (re.compile(r"vertical-align\s*:\s*sub"), "sub"),
    (re.compile(r"vertical-align\s*:\s*super"), "sup"),
)
# Below a break this is how its author set the file out: as much white space as a new line has, or one space. More is
# an indent that somebody wants to see.
_SET_OUT = re.compile(r"\A(?:[ \t\r]*\n\s*|[ \t](?![ \t]))")
_ONE_SPACE = re.compile(r"\A[ \t](?![ \t\r\n])")
_ISOLATES = {"rtl": "\u2067", "ltr": "\u2066", "auto": "\u2068"}
_END_OF_ISOLATE = "\u2069"


def parse(text: str, *, keeps_newlines: bool = True, formulas: bool = True) -> Content:
    """What the text says, tags, entities and formulas understood once; no word of it is lost.

    Args:
        keeps_newlines: a line break in the text is one in the card; else it is a space, as in HTML.
        formulas: what stands between their marks is one; else it is text like any other.
    """
    found = tags.tokens(text, formulas=formulas)
    if all(isinstance(token, str) or (isinstance(token, Tag) and token.name == "br") for token in found):
        return _paragraphs("".join(_plain(found, keeps_newlines)))
    builder = _Builder(keeps_newlines)
    for token in found:
        builder.add(token)
    return builder.finish()


def literal(text: str, *, formulas: bool = True) -> Content:
    """The text as it stands, in paragraphs parted by empty lines; formulas and recordings are what they are."""
    found = tags.tokens(text, tags=False, formulas=formulas)
    if len(found) == 1:
        return _paragraphs(text)
    builder = _Builder(keeps_newlines=True, decode=str)
    for token in found:
        builder.add(token)
    return builder.finish()


def _paragraphs(text: str) -> Content:
    lines = [line.rstrip() for line in text.split("\n")]
    groups = groupby(lines, key=is_blank)
    return tuple([Paragraph((Run("\n".join(group).lstrip()),)) for blank, group in groups if not blank])


def _plain(found: Sequence[Token], keeps_newlines: bool) -> Iterator[str]:
    begins = False
    for token in found:
        if isinstance(token, str):
            text = unescape(_begun(token, keeps_newlines) if begins else token)
            yield text if keeps_newlines else text.replace("\n", " ")
        else:
            yield "\n"
        begins = not isinstance(token, str)


def _begun(text: str, keeps_newlines: bool) -> str:
    """What begins a line behind a tag, without what is nothing to see there."""
    return (_ONE_SPACE if keeps_newlines else _SET_OUT).sub("", text) if text[:1].isspace() else text


class _Builder:
    """Takes tokens in order and gives blocks."""

    def __init__(self, keeps_newlines: bool, decode: Callable[[str], str] = unescape) -> None:
        self._keeps_newlines = keeps_newlines
        self._decode = decode
        self._frames = Frames()
        self._styles: Counter[str] = Counter()
        self._look: frozenset[str] = frozenset()
        self._spans: dict[str, list[tuple[frozenset[str], str, str]]] = {}
        self._link = ""
        self._pre_depth = 0
        self._pre: list[str] = []
        self._language = ""

    @property
    def _flow(self) -> Flow:
        return self._frames.flow

    def add(self, token: Token) -> None:
        match token:
            case str():
                begins = self._flow.at_line_start and not self._pre_depth and "code" not in self._look
                self.add_text(self._decode(_begun(token, self._keeps_newlines) if begins else token))
            case Tag(literal=True):
                if not token.written.endswith(HALF + ">"):
                    self.add_text(unescape(token.written))
            case Tag():
                self._add_tag(token)
            case Tex(text, displayed):
                self._add_formula(text, displayed)
            case Heard(name):
                self._add_block(Sound(name))
            case Mark(text):
                self._add_mark(text)

    def add_text(self, text: str) -> None:
        if self._pre_depth:
            self._pre.append(text)
            return
        if not self._keeps_newlines:
            text = text.replace("\n", " ")
        self._flow.write(text, self._look, self._link)

    def finish(self) -> Content:
        if self._pre_depth:
            self._end_pre()
        return self._frames.finish()

    # --- pieces

    def _add_formula(self, text: str, displayed: bool) -> None:
        if self._pre_depth:
            self._pre.append(text)
        elif displayed:
            self._add_block(Displayed(text))
        else:
            self._flow.put(Formula(text, self._look - {"code"}))

    def _add_mark(self, mark: str) -> None:
        if found := GAP_MARK.fullmatch(mark):
            if self._pre_depth:
                self._pre.append(self._decode(told(mark)))
            else:
                self._flow.put(Gap(int(found[1]), self._decode(found[2]), self._look - {"code"}))
        elif mark == FILLING_BEGINS:
            self._style("answer", 1)
        elif mark == FILLING_ENDS:
            self._style("answer", -1)

    def _add_block(self, block: Block) -> None:
        if self._pre_depth:
            self._end_pre(stays_open=True)
        self._flow.add(block)

    def _add_picture(self, tag: Tag) -> None:
        name, alt = tag.attributes["src"], tag.attributes.get("alt", "")
        if _REMOTE.match(name):
            # Nobody's server is told who looks at a card: it stays an address.
            self._flow.write(alt or name, self._look, name if _LINK.fullmatch(name) else "")
            return
        data = _DATA.match(name)
        self._add_block(Picture(data[0] if data else name, alt))

    def _add_sound(self, tag: Tag) -> None:
        name = tag.attributes.get("src", "")
        if is_blank(name) or tag.closes:
            return
        if _REMOTE.match(name):
            self._flow.write(name, self._look, name if _LINK.fullmatch(name) else "")
        else:
            data = _DATA.match(name)
            self._add_block(Sound(data[0] if data else name))

    # --- tags

    def _add_tag(self, tag: Tag) -> None:
        name = tag.name
        if name == "pre":
            self._add_pre(tag)
        elif name in tags.STYLE_OF:
            self._style(tags.STYLE_OF[name], -1 if tag.closes else 1)
            self._read_language(tag)
        elif name == "br":
            self._break()
        elif name == "img":
            self._add_picture(tag)
        elif name in ("audio", "video", "source"):
            self._add_sound(tag)
        elif name == "hr":
            self._flow.flush()
        elif name in tags.BREAK_AROUND:
            self._break_unless_at_start()
            if not self._pre_depth:
                self._flow.turn(tag.attributes.get("dir", ""), ends=tag.closes)
        elif name not in tags.HOLDING:
            self._add_span(tag)
        elif self._pre_depth:
            self._break_unless_at_start()
        elif not self._frames.add(tag):
            self.add_text(unescape(tag.written))

    def _style(self, style: str, by: int) -> None:
        self._styles[style] += by
        self._look = frozenset(style for style, count in self._styles.items() if count > 0)

    def _break(self) -> None:
        if self._pre_depth:
            self._pre.append("\n")
        else:
            self._flow.break_line()

    def _break_unless_at_start(self) -> None:
        if not self._pre_depth:
            self._flow.break_line_unless_at_start()
        elif self._pre and not self._pre[-1].endswith("\n"):
            self._pre.append("\n")

    def _add_span(self, tag: Tag) -> None:
        """Looks, links and directions that a tag gives the text in it."""
        if tag.name == "rt":
            self.add_text(")" if tag.closes else "(")
        if tag.closes:
            styles, link, isolate = self._spans[tag.name].pop() if self._spans.get(tag.name) else (frozenset(), "", "")
            if isolate:
                self.add_text(_END_OF_ISOLATE)
            for style in styles:
                self._style(style, -1)
            self._link = link
            return
        css = tag.attributes.get("style", "").lower()
        given = frozenset(style for pattern, style in _STYLES_OF_CSS if css and pattern.search(css))
        if tag.attributes.get("class") == "tg-spoiler":
            given |= {"spoiler"}
        isolate = _ISOLATES.get(tag.attributes.get("dir", "auto" if tag.name == "bdi" else "").lower(), "")
        self._spans.setdefault(tag.name, []).append((given, self._link, isolate))
        href = tag.attributes.get("href", "")
        if tag.name == "a" and _LINK.fullmatch(href):
            self._link = href
        for style in given:
            self._style(style, 1)
        self.add_text(isolate)

    # --- code

    def _add_pre(self, tag: Tag) -> None:
        if not tag.closes:
            if not self._pre_depth:
                self._flow.flush()
                self._language = ""
            self._pre_depth += 1
            self._read_language(tag)
        elif self._pre_depth:
            self._pre_depth -= 1
            if not self._pre_depth:
                self._end_pre()

    def _read_language(self, tag: Tag) -> None:
        if self._pre_depth and (found := _LANGUAGE.search(tag.attributes.get("class", ""))):
            self._language = found[1]

    def _end_pre(self, *, stays_open: bool = False) -> None:
        self._flow.add_code("".join(self._pre), self._language)
        self._pre = []
        if not stays_open:
            self._pre_depth = 0
