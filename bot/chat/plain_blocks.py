"""Content → characters with their looks, and where among them its pictures are."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from bot.chat.formulas import exact
from bot.chat.plain_tables import columns_of, records_of
from bot.chat.scripts import level
from bot.chat.texts import English
from bot.chat.unlinked import BREAK, breaks
from bot.decks.content import (
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Gap,
    Heading,
    Hint,
    Line,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Source,
    Table,
    is_blank,
    line_words,
)
from bot.decks.media import told_name

Find = Callable[[str], Path | None]
Look = tuple[tuple[str, str | None], ...]
"""Entity types with their language or address, in order; a quotation is the first."""
Cell = tuple[str, Look]
"""One character and its look."""

ENGLISH = English()
QUOTE: tuple[str, str | None] = ("blockquote", None)
_CODE: Look = (("code", None),)
_BOLD: Look = (("bold", None),)
_ITALIC: Look = (("italic", None),)
_SPOILER: tuple[str, str | None] = ("spoiler", None)
_CHAR = itemgetter(0)
_TYPES = {
    "answer": ("bold", "underline"), "bold": ("bold",), "italic": ("italic",), "underline": ("underline",),
    "strike": ("strikethrough",), "spoiler": ("spoiler",),
}  # fmt: skip
_NOT_LINKED_IN = frozenset({"pre", "code", "text_link"})
_BULLETS = "•◦▪"
_FORMULA_IN_HINT = re.compile(r"\\\((.{1,200}?)\\\)")
_ENDS = re.compile(r"[.,;:?!](?:\s|$)")
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
# Telegram takes these out of a text, or makes them spaces: what is sent is what is shown.
_UNSHOWN = re.compile(r"[\u202a-\u202e]")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
TO_THE_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Where nobody said it, a line's first letter tells.
ISOLATES = {Direction.RIGHT_TO_LEFT: "\u2067", Direction.LEFT_TO_RIGHT: "\u2066", Direction.UNSAID: "\u2068"}
_END_OF_ISOLATE = "\u2069"


class Stretch(Struct):
    """What a content shows: its characters, and before which of them each picture stands."""

    cells: list[Cell] = field(default_factory=list)
    pictures: list[tuple[int, Path]] = field(default_factory=list)

    def put(self, cells: list[Cell], line_breaks: int) -> bool:
        """Adds what can be seen, after line breaks if anything stands before it; whether there was anything."""
        if is_blank(chars(cells)):
            return False
        if self.cells:
            self.cells += [("\n", ())] * line_breaks
            self.cells += cells
        else:
            self.cells = cells
        return True


class Drawing(Struct):
    """What drawing needs beside the content, and what it finds out.

    Attributes:
        find: a picture's file by its name.
        asking: nothing is told that stands in no text.
        say: the words for what is missing or folded.
        formulas: the LaTeX of those that Unicode could not say, in order: a picture says more than their source.
            Those that are folded or hidden are not among them.
    """

    find: Find
    asking: bool = False
    say: English = ENGLISH
    formulas: list[str] = field(default_factory=list)


def once(find: Find) -> Find:
    """The same, which asks for each name once: a file is looked for on the disk."""
    found: dict[str, Path | None] = {}

    def known(name: str) -> Path | None:
        if name not in found:
            found[name] = find(name)
        return found[name]

    return known


def stretch(content: Content, drawing: Drawing, depth: int = 0) -> Stretch:
    """The content as it is shown, where it stands in so many lists."""
    artist = _Artist(drawing, depth)
    shown = Stretch()
    due = 0
    before: Block | None = None
    for block in content:
        if before is not None:
            due = max(due, _breaks(before, block) if not depth else 1)
        if isinstance(block, Picture) and (path := drawing.find(block.name)):
            shown.pictures.append((len(shown.cells), path))
        else:
            drawn = artist.draw(block)
            length = len(drawn.cells)
            is_seen = shown.put(drawn.cells, due)
            if is_seen:
                due = 0
            at = len(shown.cells) - (length if is_seen else 0)
            shown.pictures += [(at + place, path) for place, path in drawn.pictures]
        before = block
    return shown


def _breaks(before: Block, block: Block) -> int:
    """Between paragraphs stands an empty line, before a heading too; what has a look of its own needs none.

    What ends the sentence of a displayed formula stands behind it.
    """
    if isinstance(before, Displayed) and isinstance(block, Paragraph) and _ENDS.match(line_words(block.runs)):
        return 0
    return 2 if isinstance(before, Paragraph) and isinstance(block, Paragraph | Heading) else 1


class _Artist(Struct):
    drawing: Drawing
    depth: int

    def draw(self, block: Block) -> Stretch:
        match block:
            case Paragraph(runs, direction):
                return Stretch(_directed(unlinked_cells(self.line(runs)), direction))
            case Heading(runs, _, direction):
                cells = _directed(unlinked_cells(self.line(runs)), direction)
                return Stretch([(char, _with(look, _BOLD)) for char, look in cells])
            case Points(items, start):
                return self._points(items, start)
            case Table():
                return Stretch(unlinked_cells(self._table(block)))
            case Quote(content):
                inner = stretch(content, self.drawing, self.depth)
                inner.cells = [(char, look if QUOTE in look else (QUOTE, *look)) for char, look in inner.cells]
                return inner
            case Hint(content, label):
                return self._hint(content, label)
            case _:
                return Stretch(self._leaf(block))

    def _leaf(self, block: Code | Displayed | Picture | Sound | Source) -> list[Cell]:
        match block:
            case Code(text, language):
                look: Look = (("pre", (not self.drawing.asking and clean(language)) or None),)
                return [(char, look) for char in clean(text.expandtabs(4)).strip("\n")]
            case Displayed(text):
                return unlinked_cells(self.line((Formula(text),)))
            case Source(text):
                return unlinked_cells([(char, _ITALIC) for char in clean(text).strip()])
            case Picture(name, alt):
                said = "" if self.drawing.asking else ", ".join(filter(None, (told_name(name), alt)))
                return unlinked_cells([(char, ()) for char in self.drawing.say.picture_missing(clean(said))])
            case Sound(name):
                said = "" if self.drawing.asking else told_name(name)
                return unlinked_cells([(char, ()) for char in self.drawing.say.sound(clean(said))])

    def line(self, line: Line) -> list[Cell]:
        """A line's characters; formulas and gaps as text."""
        cells: list[Cell] = []
        for run in level([piece if isinstance(piece, Run) else self._run_of(piece) for piece in line]):
            look = _look(run, self.drawing.asking)
            cells += [(char, look) for char in clean(run.text)]
        return cells

    def _run_of(self, piece: Formula | Gap) -> Run:
        """A formula in Unicode, else its source in monospace, never nothing; a gap as it reads."""
        if isinstance(piece, Gap):
            return Run(gap_words(piece), piece.styles | {"bold"})
        text = exact(piece.text)
        if text is not None:
            return Run(text, piece.styles)
        if "spoiler" not in piece.styles:
            self.drawing.formulas.append(piece.text)
        return Run(" ".join(piece.text.split()), (piece.styles & {"spoiler"}) | {"code"})

    def _points(self, items: Sequence[Content], start: int | None) -> Stretch:
        shown = Stretch()
        for number, item in enumerate(items, start or 0):
            inner = stretch(item, self.drawing, self.depth + 1)
            if is_blank(chars(inner.cells)):
                shown.pictures += [(len(shown.cells), path) for _, path in inner.pictures]
                continue
            mark = f"{_BULLETS[min(self.depth, len(_BULLETS) - 1)]} " if start is None else f"{number}. "
            head: list[Cell] = [(char, ()) for char in mark]
            if any(kind == "pre" for kind, _ in inner.cells[0][1]):
                head[-1] = ("\n", ())
            at = len(shown.cells) + bool(shown.cells)
            places, indented = _indented(inner.cells, "  " if start is None else "   ")
            shown.pictures += [(at + len(head) + places[place], path) for place, path in inner.pictures]
            shown.put([*head, *indented], 1)
        return shown

    def _hint(self, content: Content, label: str) -> Stretch:
        inner = stretch(content, replace(self.drawing, formulas=[]), self.depth)
        inner.cells = [(char, _folded(look)) for char, look in inner.cells]
        said = "" if is_blank(label) else clean(label).strip()
        if is_blank(chars(inner.cells)):
            return Stretch(
                unlinked_cells([(char, _ITALIC) for char in said]), [(0, path) for _, path in inner.pictures]
            )
        mark = "" if said.endswith(("?", ":", "!", "…", "؟", "？")) else ":"
        head = unlinked_cells([(char, _ITALIC) for char in f"{said or self.drawing.say.hint}{mark} "])
        return Stretch([*head, *inner.cells], [(len(head) + at, path) for at, path in inner.pictures])

    def _table(self, table: Table) -> list[Cell]:
        """In columns where these have room, else a line or a paragraph for each row."""
        rows = [[self.line(cell) for cell in row] for row in table.rows]
        has_links = any(kind == "text_link" for row in rows for cell in row for _, look in cell for kind, _ in look)
        if not has_links and (lines := columns_of([[chars(cell) for cell in row] for row in rows], table.heads)):
            look: Look = (("pre", None),)
            return [(char, look) for char in "\n".join(lines)]
        return records_of(rows, table.heads, lambda cells: [(char, _with(look, _BOLD)) for char, look in cells])


def gap_words(gap: Gap) -> str:
    """A gap as it reads; a formula in its hint in Unicode, else as its source."""
    return _FORMULA_IN_HINT.sub(lambda found: exact(found[1]) or found[1], gap.text)


def _look(run: Run, asking: bool) -> Look:
    if not run.styles and not run.link:
        return ()
    if "code" in run.styles and "spoiler" not in run.styles:
        # Code stands alone: Telegram refuses other looks in it.
        return _CODE
    kinds = {kind for style in run.styles for kind in _TYPES.get(style, ())}
    look: Look = tuple([(kind, None) for kind in sorted(kinds)])
    return (("text_link", run.link), *look) if run.link and not asking else look


def _with(look: Look, more: Look) -> Look:
    """The look and more, where it is none that stands alone."""
    if any(kind in ("pre", "code") for kind, _ in look):
        return look
    return (*look, *[each for each in more if each not in look])


def _folded(look: Look) -> Look:
    # Code cannot be folded, and what is folded is more than how it looks.
    return (*[each for each in look if each[0] not in ("pre", "code", "spoiler")], _SPOILER)


def _directed(cells: list[Cell], direction: Direction) -> list[Cell]:
    if not cells or (direction is Direction.UNSAID and not TO_THE_LEFT.search(chars(cells))):
        return cells
    opening = ISOLATES[direction]
    lines: list[Cell] = [(opening, cells[0][1])]
    for cell in cells:
        if cell[0] == "\n":
            lines += [(_END_OF_ISOLATE, cell[1]), cell, (opening, cell[1])]
        else:
            lines.append(cell)
    return [*lines, (_END_OF_ISOLATE, cells[-1][1])]


def _indented(cells: list[Cell], indent: str) -> tuple[list[int], list[Cell]]:
    """The cells with their lines set in, those of code aside; and where each of them, and the end, now is."""
    places: list[int] = []
    shown: list[Cell] = []
    for cell, following in pairwise([*cells, ("", ())]):
        places.append(len(shown))
        shown.append(cell)
        if cell[0] == "\n" and not any(kind == "pre" for kind, _ in following[1]):
            shown += [(char, cell[1]) for char in indent]
    return [*places, len(shown)], shown


def clean(text: str) -> str:
    """The text as Telegram would show it."""
    if text.isprintable():
        # As most are, and then there is nothing of all this in it.
        return text
    text = _UNSHOWN.sub("", _LINE_ENDS.sub("\n", text))
    return _SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text))


def chars(cells: Iterable[Cell]) -> str:
    """The text of the cells."""
    return "".join(map(_CHAR, cells))


def unlinked_cells(cells: list[Cell]) -> list[Cell]:
    """The cells with what Telegram would link broken up; in code it links nothing."""
    code = {look for look in {look for _, look in cells} if any(kind in _NOT_LINKED_IN for kind, _ in look)}
    shown = "".join(["\0" if look in code else char for char, look in cells]) if code else chars(cells)
    parted: list[Cell] = []
    start = 0
    for at in breaks(shown):
        parted += [*cells[start:at], (BREAK, cells[at - 1][1])]
        start = at
    return parted + cells[start:]
