"""What a card holds, as a small tree: paragraphs, lists, tables, code, pictures, formulas. Readers make it, `encoded`
keeps it, drawers show it.

A value that holds only values older than itself is in no circle, and none of a deck's many is searched for one.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

STYLES = frozenset({"bold", "italic", "underline", "strike", "sub", "sup", "code", "spoiler", "answer"})
"""What text can look like; `answer` is what filled a gap."""
MOST_LEVELS = 12
"""How deep lists, quotations and hints may stand in each other; readers put what is deeper on the last level."""


class Direction(StrEnum):
    """Which way a text is written, where its author said so."""

    UNSAID = ""
    LEFT_TO_RIGHT = "ltr"
    RIGHT_TO_LEFT = "rtl"


# --- inside a line


class Run(Struct, frozen=True, gc=False):
    """Text in one look.

    Attributes:
        text: literal characters; a line break is a line break.
        styles: any of STYLES.
        link: the http or https address that its author put under it, or empty.
    """

    text: str
    styles: frozenset[str] = frozenset()
    link: str = ""


class Formula(Struct, frozen=True, gc=False):
    """A formula within a line, as LaTeX without what parts it from the text."""

    text: str
    styles: frozenset[str] = frozenset()


class Gap(Struct, frozen=True, gc=False):
    """What is asked for in the middle of a text. The answer is not in it: that is on the back alone.

    Attributes:
        number: as its author counts the gaps of a text, from 1.
        hint: what stands in it, or empty.
    """

    number: int
    hint: str = ""
    styles: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """As it reads."""
        return f"[{self.hint or '…'}]"


Inline: TypeAlias = Run | Formula | Gap
Line: TypeAlias = tuple[Inline, ...]


# --- blocks


class Paragraph(Struct, frozen=True, gc=False):
    """Running text."""

    runs: Line
    direction: Direction = Direction.UNSAID


class Heading(Struct, frozen=True, gc=False):
    """A line above what follows; `level` from 1 to 6."""

    runs: Line
    level: int
    direction: Direction = Direction.UNSAID


class Code(Struct, frozen=True, gc=False):
    """A block of code, every space of it meant.

    Attributes:
        language: as the author named it, such as "python"; empty when nobody did.
    """

    text: str
    language: str = ""


class Displayed(Struct, frozen=True, gc=False):
    """A formula in a line of its own, as LaTeX."""

    text: str


class Picture(Struct, frozen=True, gc=False):
    """A picture by its name in the deck's folder, which may be missing there; `alt` says in words what it shows."""

    name: str
    alt: str = ""


class Sound(Struct, frozen=True, gc=False):
    """A recording by its name in the deck's folder."""

    name: str


class Source(Struct, frozen=True, gc=False):
    """Where an answer comes from: a date, an author."""

    text: str


class Points(Struct, frozen=True, gc=False):
    """A list; `start` is the number of its first item, None where they are not counted."""

    items: "tuple[Content, ...]"
    start: int | None = None


class Table(Struct, frozen=True, gc=False):
    """Rows of cells, each row with the same number of them.

    Attributes:
        heads: how many of the first rows say what the columns are.
    """

    rows: tuple[tuple[Line, ...], ...]
    heads: int = 0


class Quote(Struct, frozen=True, gc=False):
    """What somebody else said."""

    content: "Content"


class Hint(Struct, frozen=True, gc=False):
    """A help that is folded until somebody wants it; `label` is what stands on it, or empty."""

    content: "Content"
    label: str = ""


Block: TypeAlias = Paragraph | Heading | Code | Displayed | Picture | Sound | Source | Points | Table | Quote | Hint
Content: TypeAlias = tuple[Block, ...]


# --- what can be asked of any content


def is_blank(text: str) -> bool:
    """True when nothing of the text can be seen: white space, controls, format characters."""
    # As most texts begin with a letter.
    if text[:1].isalnum():
        return False
    return all(char.isspace() or unicodedata.category(char) in ("Cc", "Cf") for char in text)


def walk(content: Content) -> Iterator[Block]:
    """Every block, those that stand in it after it: the order in which they are read."""
    for block in content:
        yield block
        match block:
            case Points(items):
                for item in items:
                    yield from walk(item)
            case Quote(inner) | Hint(inner):
                yield from walk(inner)


def pictures(content: Content) -> tuple[Picture, ...]:
    """The pictures anywhere in it, in order."""
    return tuple([block for block in walk(content) if isinstance(block, Picture)])


def words(content: Content) -> str:
    """The plain words, a line for each block and each row of a table; of a picture or a recording its name."""
    return "\n".join(map(_block_words, content))


def line_words(line: Sequence[Inline]) -> str:
    """The plain words of a line; of a formula its source."""
    return "".join([piece.text for piece in line])


def _block_words(block: Block) -> str:
    match block:
        case Paragraph(runs) | Heading(runs):
            return line_words(runs)
        case Code(text) | Displayed(text) | Source(text):
            return text
        case Picture(name) | Sound(name):
            return name
        case Points(items):
            return "\n".join(map(words, items))
        case Table(rows):
            return "\n".join("\t".join(map(line_words, row)) for row in rows)
        case Quote(content):
            return words(content)
        case Hint(content, label):
            return f"{label}\n{words(content)}" if label else words(content)
