"""Cells → the blocks of a card, each in the look that fits what it holds."""

import re
from collections.abc import Sequence

from bot.decks import html
from bot.decks.card import Kind
from bot.decks.codelike import is_codelike
from bot.decks.content import Block, Code, Content, Direction, Paragraph, Picture, Run, Sound, Source, is_blank, words
from bot.decks.looks import Look, asks, look_of

_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read(cell: str, is_html: bool | None) -> Content:
    """What a cell says; `is_html` is what the file's header says, None when it says nothing."""
    if is_blank(cell):
        return ()
    # The marks of formulas are regular expressions in code.
    formulas = "\\" not in cell or not is_codelike(_LINE_BREAK.sub("\n", cell))
    if is_html is False:
        return html.literal(cell, formulas=formulas)
    return html.parse(cell, keeps_newlines=not is_html, formulas=formulas)


def answer_of(cells: Sequence[Content], *, has_sources: bool) -> tuple[Content, Content]:
    """The blocks of the answer, and the sources among the cells.

    Args:
        has_sources: whether one of the cells may be a source. It needs a column of its own, so a file of two columns
            has none; and where a column is named so, no other holds one.

    A date alone is a source beside an answer, and an answer where there is no other.
    """
    filled = [(content, _look(content)) for content in cells if content]
    has_answer = any(look in (Look.PROSE, Look.CODE) for _, look in filled)
    answer: list[Block] = []
    sources: list[Block] = []
    for content, look in filled:
        if has_sources and (look is Look.SOURCE or (look is Look.DATE and has_answer)):
            sources.append(Source(words(content)))
        else:
            answer += drawn(content)
    return tuple(answer), tuple(sources)


def drawn(content: Content) -> Content:
    """The cell in its look: one that reads as code becomes a block of code, its pictures after it."""
    if _look(content) is not Look.CODE:
        return content
    beside = tuple([block for block in content if isinstance(block, Picture | Sound)])
    text = "\n\n".join([words((block,)) for block in content if not isinstance(block, Picture | Sound)])
    return (Code(text), *beside)


def kind_of(front: Content, back: Content) -> Kind:
    """What can be done with a card of these two sides."""
    if back:
        return Kind.QUESTION
    text = "\n".join(words((block,)) for block in front if not isinstance(block, Picture | Sound))
    return Kind.WAITING if asks(text) else Kind.STATEMENT


def _look(content: Content) -> Look:
    """The look of a cell; where its author marked anything up, the marks say it all."""
    texts = [block for block in content if not isinstance(block, Picture | Sound)]
    if not texts or not all(map(_is_unmarked, texts)):
        return Look.PROSE
    look = look_of("\n\n".join([words((block,)) for block in texts]))
    return look if look is Look.CODE or len(texts) == len(content) else Look.PROSE


def _is_unmarked(block: Block) -> bool:
    return (
        isinstance(block, Paragraph)
        and block.direction is Direction.UNSAID
        and all(isinstance(run, Run) and not run.styles and not run.link for run in block.runs)
    )
