"""Lines of Markdown → the entries in which cards are written: as hashcards has them, as Obsidian Spaced Repetition has.

hashcards: `Q:`, `A:` and `C:` begin a line; what follows belongs to it up to the next of them or a line of `---`.
Obsidian: `::` or `:::` within a line; `?` or `??` in a line of its own, blocks that touch it above and below; `==…==`
in a block. An empty line ends a block. A file with a tag `#flashcards` is Obsidian's alone. Where a card begins with
it, it is that card's own, else it is for the cards that follow.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from bot.decks.card import Fault
from bot.decks.markdown_gaps import highlighted
from bot.decks.markdown_lines import DECK_TAG, Line


class Form(Enum):
    """How an entry is written; the value is what its author wrote."""

    LETTERS = "Q: and A:"
    BRACKETS = "C: with […]"
    ONE_WAY = "::"
    BOTH_WAYS = ":::"
    BLOCK_ONE_WAY = "?"
    BLOCK_BOTH_WAYS = "??"
    HIGHLIGHTS = "==…=="


OF_HASHCARDS = frozenset({Form.LETTERS, Form.BRACKETS})


class Entry(Struct, frozen=True):
    """One card or more, as written.

    Attributes:
        line: where it begins, from 1.
        back: empty where the form has one text, or nothing was written there.
        deck: what a tag names that is its own, such as "language/words"; empty: a tag alone; None: it has none.
    """

    line: int
    form: Form
    front: str
    back: str
    deck: str | None = None


class Tags(Struct, frozen=True):
    """A line with tags that is in no card.

    Attributes:
        decks: what they name for the cards below it.
        alone: nothing else stands there.
    """

    line: int
    decks: tuple[str, ...]
    alone: bool


_Found: TypeAlias = Entry | Tags | Fault

_LETTER = re.compile(r"([QAC]):")
_IN_LINE = re.compile(r":::|::")
_BLOCK_FORMS = {"?": Form.BLOCK_ONE_WAY, "??": Form.BLOCK_BOTH_WAYS}
# What a line of a list, a heading or a quotation begins with is no part of its question.
_BEFORE_TEXT = re.compile(r"\s*(?:(?:[-*+>]|\d{1,9}[.)]|#{1,6})\s+)*(?:\[[ xX]\]\s+)?")
_LIST_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_INDENTED = re.compile(r"(?: {4}|\t)")
_ONLY_TAGS = re.compile(r"(?:#[^\s#]+\s*)+")


def entries(lines: Sequence[Line], file: str, *, tagged: bool = False) -> Iterator[_Found]:
    """The entries in their order, what is said of their decks, and what looks like an entry and is none.

    Args:
        tagged: the file has a tag `#flashcards` before its first line.
    """
    tagged = tagged or any(not line.in_code and DECK_TAG.search(line.marks) for line in lines)
    reader: _Obsidian | _Letters = _Obsidian(file)
    strays: list[Fault] = []
    has_letters = False
    for line in lines:
        letter = _LETTER.match(line.marks) if not tagged else None
        if letter and letter[1] in "QC":
            has_letters = True
            yield from reader.finish()
            reader = _Letters(file, line)
        elif letter and isinstance(reader, _Obsidian):
            strays.append(Fault(file, line.number, "an answer without a question", "Is its Q: missing?", True))
        elif isinstance(reader, _Letters) and line.marks.rstrip() == "---":
            yield from reader.finish()
            reader = _Obsidian(file)
        else:
            yield from reader.take(line)
    yield from reader.finish()
    # Where nobody asks with Q: a line that begins with A: is prose.
    yield from strays if has_letters else ()


class _Letters:
    """One entry that begins with Q: or C:."""

    def __init__(self, file: str, first: Line) -> None:
        self._file, self._number = file, first.number
        self._form = Form.LETTERS if first.text[0] == "Q" else Form.BRACKETS
        self._front, self._back = [first.text[2:].strip()], list[str]()
        self._answered = False

    def take(self, line: Line) -> Iterator[Entry | Fault]:
        text = line.text
        if line.marks.startswith("A:"):
            if self._form is Form.LETTERS and not self._answered:
                self._answered = True
                text = text[2:].strip()
            else:
                cause = "Is a Q: missing between them? The line was read as part of what stands above it."
                yield Fault(self._file, line.number, "an answer where none is asked for", cause)
        (self._back if self._answered else self._front).append(text)

    def finish(self) -> Iterator[Entry | Fault]:
        yield Entry(self._number, self._form, _text(self._front), _text(self._back))


class _Obsidian:
    """Blocks, line after line."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._block: list[Line] = []
        self._parted: tuple[int, Form] | None = None
        self._in_list = self._is_code = False

    def take(self, line: Line) -> Iterator[_Found]:
        if line.in_code:
            self._block.append(line)
        elif not line.text.strip():
            yield from self.finish()
        elif (tags := _tags((line,))) and tags[0].alone:
            yield from tags
        else:
            if not self._block:
                self._begin(line)
            yield from self._take_text(line)

    def _begin(self, line: Line) -> None:
        is_item = bool(_LIST_ITEM.match(line.marks))
        indented = bool(_INDENTED.match(line.marks))
        self._is_code = indented and not is_item and not self._in_list
        self._in_list = is_item or (indented and self._in_list)

    def _take_text(self, line: Line) -> Iterator[_Found]:
        self._in_list = self._in_list or bool(_LIST_ITEM.match(line.marks))
        form = _BLOCK_FORMS.get(line.marks.strip())
        if self._is_code:
            self._block.append(line)
        elif form and self._parted is None:
            if self._block:
                self._parted = len(self._block), form
            else:
                cause = "Is there an empty line above it? Both sides touch it."
                yield Fault(self._file, line.number, f"a {form.value} with nothing above it", cause, loses_card=True)
        elif self._parted is None and (mark := _IN_LINE.search(line.marks)):
            yield from _tags(self._block)
            self._block = []
            yield from self._one_line(line, mark)
        else:
            self._block.append(line)

    def _one_line(self, line: Line, mark: re.Match[str]) -> Iterator[_Found]:
        begins = _BEFORE_TEXT.match(line.marks, 0, mark.start())
        front, deck = _own_tag(line.text[begins.end() if begins else 0 : mark.start()])
        back = line.text[mark.end() :].strip()
        if front:
            yield Entry(line.number, Form(mark[0]), front, back, deck)
        elif mark[0] == "::":
            cause = "Is the question missing before it?"
            yield Fault(self._file, line.number, "nothing before the ::", cause, loses_card=True)

    def finish(self) -> Iterator[_Found]:
        block, parted, is_code = self._block, self._parted, self._is_code
        self._block, self._parted, self._is_code = [], None, False
        if not block or is_code:
            return
        first = block[0].number
        if parted:
            at, form = parted
            front, deck = _own_tag(_text([line.text for line in block[:at]]))
            back = _text([line.text for line in block[at:]])
            yield Entry(first, form, front, back, deck)
            if not back:
                cause = "Is there an empty line below it? Both sides touch it."
                yield Fault(self._file, block[-1].number + 1, f"a {form.value} with nothing below it", cause)
            return
        text, deck = _own_tag(_text([line.text for line in block]))
        if any("==" in line.marks for line in block) and highlighted(text):
            yield Entry(first, Form.HIGHLIGHTS, text, "", deck)
        else:
            yield from _tags(block)


def _own_tag(text: str) -> tuple[str, str | None]:
    """The text without the tag that is this entry's own, and what that names; None: it has none."""
    text = text.strip()
    found = DECK_TAG.match(text)
    return (text[found.end() :].strip(), found[1].strip("/")) if found else (text, None)


def _tags(lines: Sequence[Line]) -> list[Tags]:
    """What lines that are in no card say of the decks of the cards below."""
    found = [(line, DECK_TAG.findall(line.marks)) for line in lines]
    return [
        Tags(line.number, tuple(path.strip("/") for path in paths), bool(_ONLY_TAGS.fullmatch(line.marks.strip())))
        for line, paths in found
        if paths
    ]


def _text(lines: Sequence[str]) -> str:
    """The lines without empty ones around them; what they begin with says what is code and what is nested."""
    return "\n".join(lines).strip("\n").rstrip()
