"""Where a long answer is folded: behind a first screenful, so that its buttons are near."""

import re

from msgspec import Struct

from bot.chat.pages import cut
from bot.decks.content import (
    Block,
    Content,
    Displayed,
    Hint,
    Inline,
    Paragraph,
    Picture,
    Points,
    Run,
    Source,
    line_words,
    words,
)

# About a phone's screen is read at once; what is much longer is folded behind that.
SCREENFUL = 900
FOLDED_FROM = 1500
# As many letters as these take of a screen.
_PICTURE, _FORMULA, _FOLDED = 350, 80, 40
# Less than this is not torn out of a paragraph.
_LEAST = 200
# Where a line or a sentence is over.
_END = re.compile(r"\n+|[.!?…]\s+|[。！？]")


class Folding(Struct, frozen=True):
    """What is read at once, what is folded, and the source at the end."""

    at_once: Content
    rest: Content = ()
    source: Content = ()


def folded(content: Content) -> Folding:
    """The content in its parts; all of it at once where it is not long, or cannot be parted."""
    sizes = list(map(_size, content))
    if sum(sizes) <= FOLDED_FROM:
        return Folding(content)
    has_source = isinstance(content[-1], Source)
    body, source = (content[:-1], content[-1:]) if has_source else (content, ())
    left = SCREENFUL
    for at, block in enumerate(body):
        if sizes[at] < left:
            left -= sizes[at]
            continue
        first, second = _parted(block, left)
        rest = (*second, *body[at + 1 :])
        # The little that is left is not worth a tap.
        if sum(map(_size, rest)) < SCREENFUL // 2:
            return Folding(content)
        return Folding((*body[:at], *first), rest, source)
    return Folding(content)


def _size(block: Block) -> int:
    match block:
        case Picture():
            return _PICTURE
        case Displayed():
            return _FORMULA
        case Hint():
            return _FOLDED
        case Points(items):
            return sum(map(_size, (inner for item in items for inner in item)))
    return len(words((block,)))


def _parted(block: Block, room: int) -> tuple[Content, Content]:
    """The block as far as there is room for it, and the rest; what cannot be parted goes to the first."""
    match block:
        case Paragraph(runs, direction):
            first, second = _parted_line(runs, room)
            return (Paragraph(first, direction),), ((Paragraph(second, direction),) if second else ())
        case Points(items, start) if len(items) > 1:
            number = 0
            while number < len(items) and room > 0:
                room -= sum(map(_size, items[number]))
                number += 1
            following = Points(items[number:], None if start is None else start + number)
            return (Points(items[:number], start),), ((following,) if items[number:] else ())
    return (block,), ()


def _parted_line(runs: tuple[Inline, ...], room: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    for at, run in enumerate(runs):
        size = len(line_words((run,)))
        if size < room:
            room -= size
            continue
        if not isinstance(run, Run) or room < _LEAST:
            return _parted_before(runs, at) if at else (runs[:1], runs[1:])
        end = cut(run.text, room)[0][1]
        return (*runs[:at], Run(run.text[:end], run.styles, run.link)), (
            Run(run.text[end:], run.styles, run.link),
            *runs[at + 1 :],
        )
    return runs, ()


def _parted_before(runs: tuple[Inline, ...], at: int) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """In two before that piece, or a little earlier where a line or a sentence ends."""
    torn = 0
    for back in range(at - 1, -1, -1):
        run = runs[back]
        ends = list(_END.finditer(run.text)) if isinstance(run, Run) else []
        if isinstance(run, Run) and ends and torn + len(run.text) - ends[-1].end() <= SCREENFUL // 3:
            first, second = run.text[: ends[-1].end()].rstrip(), run.text[ends[-1].end() :]
            before, behind = (((Run(text, run.styles, run.link),) if text else ()) for text in (first, second))
            return (*runs[:back], *before), (*behind, *runs[back + 1 :])
        torn += len(line_words((run,)))
    return runs[:at], runs[at:]
