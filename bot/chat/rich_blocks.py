"""Blocks of content → Telegram's own kind of HTML, with what is counted on the way."""

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from msgspec import Struct, field

from bot.chat.pages import units
from bot.chat.plain_blocks import ENGLISH, Find, clean
from bot.chat.plain_tables import numeric
from bot.chat.rich_lines import directed, formula_html, is_client_formula, line_depth, line_html, text_html
from bot.chat.texts import English
from bot.decks.content import (
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Heading,
    Hint,
    Line,
    Paragraph,
    Picture,
    Points,
    Quote,
    Sound,
    Source,
    Table,
    is_blank,
    line_words,
)
from bot.decks.media import told_name

# What Telegram takes.
MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500
MOST_LEVELS = 16
MOST_MEDIA = 50
MOST_COLUMNS = 20
# Beside a message's text the largest would shout.
_LARGEST_HEADING = 3
_LANGUAGE = re.compile(r"[\w+#.-]{1,40}")
_NAMED_LIKE_A_FILE = re.compile(r"\S+\.\w{2,4}")


class TooMuchError(Exception):
    """More than a rich message can hold."""


class Writing(Struct):
    """What is written so far, and what is needed for it.

    Attributes:
        find: a picture's file by its name.
        asking: nothing is told that stands in no text.
        say: the words for what is missing or folded.
        pictures: in order, each as often as it stands there.
        blocks: how many there are, counted as a server may.
        characters: in UTF-16 units.
    """

    find: Find
    asking: bool = False
    say: English = ENGLISH
    pictures: list[Path] = field(default_factory=list)
    blocks: int = 0
    characters: int = 0

    def content(self, content: Content, level: int = 0) -> str:
        """All blocks, one after the other; those that show nothing are left out. Raises TooMuchError."""
        return "".join([self.block(block, level) for block in content])

    def block(self, block: Block, level: int = 0) -> str:
        """One block, which stands in so many others."""
        match block:
            case Paragraph(runs, direction):
                words = line_words(runs)
                return self._holding("p", directed(self.line(runs, level + 1), words, direction), level)
            case Heading(runs, size, direction):
                words = line_words(runs)
                tag = f"h{min(6, size + _LARGEST_HEADING - 1)}"
                return self._holding(tag, directed(self.line(runs, level + 1), words, direction), level)
            case Points(items, start):
                return self._points(items, start, level)
            case Table():
                return self._table(block, level)
            case Quote(content):
                return self._holding("blockquote", self.content(content, level + 1), level)
            case Hint(content, label):
                return self._hint(content, label, level)
            case _:
                return self._leaf(block, level)

    def folded(self, label: str, html: str, level: int) -> str:
        """What is read when somebody wants to, under a line that says what it is."""
        if not html:
            return ""
        self.count(level + 1)
        said = text_html(label)
        self.characters += units(said)
        return f"<details><summary>{said}</summary>{html}</details>"

    def count(self, level: int) -> None:
        """One block more, on that level. Raises TooMuchError."""
        self.blocks += 1
        if self.blocks > MOST_BLOCKS or level >= MOST_LEVELS or self.characters > MOST_CHARACTERS:
            raise TooMuchError

    def line(self, line: Line, level: int) -> str:
        """What stands in one block; empty where nothing of it can be seen."""
        words = line_words(line)
        if is_blank(words):
            return ""
        if level + line_depth(line) > MOST_LEVELS:
            raise TooMuchError
        self.characters += units(words)
        return line_html(line, asking=self.asking)

    def _holding(self, tag: str, html: str, level: int) -> str:
        if not html:
            return ""
        self.count(level)
        return f"<{tag}>{html}</{tag}>"

    def _leaf(self, block: Code | Displayed | Picture | Sound | Source, level: int) -> str:
        match block:
            case Code(text, language):
                return self._code(text, language, level)
            case Displayed(text):
                return self._displayed(text, level)
            case Source(text):
                return self._said("footer", clean(text).strip(), level)
            case Picture(name, alt):
                return self._picture(name, alt, level)
            case Sound(name):
                return self._said("p", self.say.sound("" if self.asking else clean(told_name(name))), level)

    def _said(self, tag: str, text: str, level: int) -> str:
        if is_blank(text):
            return ""
        self.characters += units(text)
        return self._holding(tag, text_html(text), level)

    def _code(self, text: str, language: str, level: int) -> str:
        shown = clean(text.expandtabs(4)).strip("\n")
        if is_blank(shown):
            return ""
        self.characters += units(shown)
        named = not self.asking and _LANGUAGE.fullmatch(language)
        looks = f' class="language-{escape(language)}"' if named else ""
        return self._holding("pre", f"<code{looks}>{escape(shown, quote=False)}</code>", level)

    def _displayed(self, tex: str, level: int) -> str:
        if not is_client_formula(tex):
            return self._holding("p", self.line((Formula(tex),), level + 1), level)
        self.count(level)
        self.characters += units(tex)
        return formula_html(tex, "tg-math-block")

    def _picture(self, name: str, alt: str, level: int) -> str:
        path = self.find(name)
        if path is None:
            said = "" if self.asking else ", ".join(filter(None, (told_name(name), alt)))
            return self._said("p", self.say.picture_missing(clean(said)), level)
        self.pictures.append(path)
        self.count(level)
        if len(self.pictures) > MOST_MEDIA:
            raise TooMuchError
        shown = f'<img src="tg://photo?id={media_id(len(self.pictures))}"/>'
        caption = clean(alt).strip()
        # Who makes cards by hand may have left the file's own name there.
        if self.asking or is_blank(caption) or _NAMED_LIKE_A_FILE.fullmatch(caption):
            return shown
        self.characters += units(caption)
        return f"<figure>{shown}<figcaption>{text_html(caption)}</figcaption></figure>"

    def _points(self, items: Sequence[Content], start: int | None, level: int) -> str:
        shown: list[str] = []
        expected = start
        for number, item in enumerate(items, start or 0):
            html = self._point(item, level + 1)
            if not html:
                continue
            self.count(level + 1)
            named = f' value="{number}"' if expected not in (None, number) else ""
            shown.append(f"<li{named}>{html}</li>")
            expected = None if start is None else number + 1
        if start is None:
            return self._holding("ul", "".join(shown), level)
        if not shown:
            return ""
        self.count(level)
        begins = "" if start == 1 else f' start="{start}"'
        return f"<ol{begins}>{''.join(shown)}</ol>"

    def _point(self, item: Content, level: int) -> str:
        match item:
            case (Paragraph(runs, direction),):
                return directed(self.line(runs, level + 1), line_words(runs), direction)
        return self.content(item, level + 1)

    def _hint(self, content: Content, label: str, level: int) -> str:
        said = "" if is_blank(label) else clean(label).strip()
        inner = self.content(content, level + 2)
        return self.folded(said or self.say.hint, inner, level) if inner else self._said("p", said, level)

    def _table(self, table: Table, level: int) -> str:
        if table.rows and len(table.rows[0]) > MOST_COLUMNS:
            raise TooMuchError
        cells = [[line_words(cell) for cell in row] for row in table.rows]
        if all(is_blank(cell) for row in cells for cell in row):
            return ""
        looks = [' align="right"' if is_number else "" for is_number in numeric(cells, table.heads)]
        rows: list[str] = []
        for number, row in enumerate(table.rows):
            self.count(level + 1)
            tag = "th" if number < table.heads else "td"
            shown = [f"<{tag}{look}>{self._cell(cell, level)}</{tag}>" for cell, look in zip(row, looks, strict=True)]
            rows.append(f"<tr>{''.join(shown)}</tr>")
        self.count(level)
        return f"<table bordered striped>{''.join(rows)}</table>"

    def _cell(self, cell: Line, level: int) -> str:
        return directed(self.line(cell, level + 3), line_words(cell), Direction.UNSAID)


def media_id(number: int) -> str:
    """What the picture of that number, from 1, is called: a name that tells nothing of the card."""
    return f"picture{number}"
