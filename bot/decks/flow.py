"""Pieces of text in order → paragraphs; cells → a table. What every reader of markup builds its content with."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct, field
from msgspec.structs import replace

from bot.decks.content import (
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Heading,
    Hint,
    Inline,
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

_NO_STYLES: frozenset[str] = frozenset()


class Flow(Struct):
    """Text as it comes, and the blocks that it has become."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[Inline] = field(default_factory=list)
    at_line_start: bool = True
    direction: Direction = Direction.UNSAID
    directions: list[Direction | None] = field(default_factory=list)
    """For each open part of the text what to go back to; None where it has no direction of its own."""

    def write(self, text: str, styles: frozenset[str], link: str = "") -> None:
        """Text in one look; line breaks in it are line breaks."""
        if not text:
            return
        _, broken, line = text.rpartition("\n")
        self.at_line_start = (bool(broken) or self.at_line_start) and not line.strip()
        self.pieces.append(Run(text, styles, link))

    def put(self, piece: Inline) -> None:
        self.at_line_start = False
        self.pieces.append(piece)

    def break_line(self) -> None:
        self.at_line_start = True
        self.pieces.append(Run("\n"))

    def break_line_unless_at_start(self) -> None:
        if not self.at_line_start:
            self.break_line()

    def add(self, block: Block) -> None:
        """A block between paragraphs."""
        self.flush()
        self.blocks.append(block)

    def extend(self, content: Content) -> None:
        """Blocks between paragraphs."""
        self.flush()
        self.blocks.extend(content)

    def add_code(self, text: str, language: str) -> None:
        text = text.strip("\n").rstrip()
        if not is_blank(text):
            self.add(Code(text, language))
        self.at_line_start = True

    def turn(self, said: str, *, ends: bool) -> None:
        """A part of the text begins, in the direction that it says, or ends."""
        if ends:
            before = self.directions.pop() if self.directions else None
            if before is not None:
                self.flush()
                self.direction = before
        elif direction := direction_of(said):
            self.flush()
            self.directions.append(self.direction)
            self.direction = direction
        else:
            self.directions.append(None)

    def flush(self) -> None:
        """Ends what is being written."""
        self.blocks.extend(paragraphs(self.pieces, self.direction))
        self.pieces = []
        self.at_line_start = True

    def finish(self) -> Content:
        """The blocks so far; what follows begins anew."""
        self.flush()
        content, self.blocks = tuple(self.blocks), []
        return content


def direction_of(said: str) -> Direction:
    """What an author's word for a direction means."""
    said = said.lower()
    return Direction(said) if said in ("rtl", "ltr") else Direction.UNSAID


def paragraphs(pieces: Sequence[Inline], direction: Direction = Direction.UNSAID) -> Iterator[Block]:
    """Paragraphs parted by empty lines; one that is wholly code over several lines is a block of code."""
    for filled, lines in groupby(_lines(pieces), key=lambda line: not is_blank(line_words(line))):
        if not filled:
            continue
        joined: list[Inline] = []
        count = 0
        for line in lines:
            if count:
                joined.append(_line_end(joined[-1], line[0]))
            joined += line
            count += 1
        if count > 1 and all(isinstance(piece, Run) and "code" in piece.styles for piece in joined):
            yield Code(line_words(joined))
        else:
            yield Paragraph(merged(_without_indent(joined)), direction)


def _lines(pieces: Sequence[Inline]) -> list[list[Inline]]:
    lines: list[list[Inline]] = [[]]
    for piece in pieces:
        if not isinstance(piece, Run) or "\n" not in piece.text:
            lines[-1].append(piece)
            continue
        first, *others = piece.text.split("\n")
        if first:
            lines[-1].append(Run(first, piece.styles, piece.link))
        lines += [[Run(text, piece.styles, piece.link)] if text else [] for text in others]
    for line in lines:
        _strip_end(line)
    return lines


def _strip_end(line: list[Inline]) -> None:
    while line and isinstance(last := line[-1], Run):
        kept = last.text.rstrip()
        if kept == last.text:
            return
        line.pop()
        if kept:
            line.append(Run(kept, last.styles, last.link))
            return


def _line_end(before: Inline, after: Inline) -> Run:
    both = isinstance(before, Run) and isinstance(after, Run) and before.link == after.link
    link = before.link if both and isinstance(before, Run) else ""
    return Run("\n", before.styles & after.styles, link)


def _without_indent(pieces: list[Inline]) -> list[Inline]:
    while isinstance(first := pieces[0], Run):
        kept = first.text.lstrip()
        if kept:
            return [Run(kept, first.styles, first.link), *pieces[1:]]
        pieces = pieces[1:]
    return pieces


def merged(pieces: Sequence[Inline]) -> Line:
    """The pieces with neighbours of one look as one."""
    line: list[Inline] = []
    for _, same in groupby(pieces, key=_look):
        run, *others = same
        if isinstance(run, Run) and others:
            line.append(replace(run, text="".join([run.text, *[other.text for other in others]])))
        else:
            line += [run, *others]
    return tuple(line)


def _look(piece: Inline) -> tuple[object, ...]:
    return (Run, piece.styles, piece.link) if isinstance(piece, Run) else (type(piece),)


# --- where only a line has room


def line_of(content: Content) -> tuple[Line, tuple[Block, ...]]:
    """Everything of a content that a line can hold, and its pictures and recordings, which none can."""
    pieces: list[Inline] = []
    lifted: list[Block] = []
    for block in content:
        if isinstance(block, Picture | Sound):
            lifted.append(block)
            continue
        inner, others = _line_of(block)
        lifted += others
        if inner:
            pieces += [Run("\n"), *inner] if pieces else inner
    return merged(pieces), tuple(lifted)


def _line_of(block: Block) -> tuple[Line, tuple[Block, ...]]:
    match block:
        case Paragraph(runs) | Heading(runs):
            return runs, ()
        case Displayed(text):
            return (Formula(text),), ()
        case Code(text):
            return (Run(text, frozenset({"code"})),), ()
        case Source(text):
            return (Run(text),), ()
        case Table(rows):
            return line_of(tuple([_row(row) for row in rows]))
        case Points(items):
            inner = [line_of(item) for item in items]
            pieces = [Paragraph((Run("• "), *line)) for line, _ in inner]
            return line_of(tuple(pieces))[0], tuple([block for _, lifted in inner for block in lifted])
        case Quote(content):
            return line_of(content)
        case Hint(content, label):
            return line_of((*((Paragraph((Run(label),)),) if label else ()), *content))
        case Picture() | Sound():
            return (), (block,)


def _row(row: Sequence[Line]) -> Paragraph:
    filled = [cell for cell in row if cell]
    return Paragraph(tuple([piece for at, cell in enumerate(filled) for piece in ((Run(" · "),) if at else ()) + cell]))


def rows_of(rows: Sequence[tuple[Sequence[Line], bool]]) -> tuple[Block, ...]:
    """A table of rows, each with whether all of its cells are heads; what has one column only is no table."""
    filled = [(tuple(cells), heads) for cells, heads in rows if any(cells)]
    columns = max((len(cells) for cells, _ in filled), default=0)
    if columns < 2:
        return tuple([Paragraph(cells[0]) for cells, _ in filled])
    heads = 0
    while heads < len(filled) and filled[heads][1]:
        heads += 1
    whole = tuple([cells + ((),) * (columns - len(cells)) for cells, _ in filled])
    return (Table(whole, heads if heads < len(whole) else 0),)
