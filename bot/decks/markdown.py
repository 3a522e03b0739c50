"""Markdown → content: CommonMark with tables, struck text and formulas.

A library reads it and writes HTML, which our own reader takes up: so both forms end in the same tree, and raw HTML in
Markdown is as harmless as in a card of HTML.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererProtocol
from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_block.table import escapedSplit, getLine
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from bot.decks import html
from bot.decks.content import Content, Paragraph, Run
from bot.decks.gaps import without_halves
from bot.decks.verbatim import IN_DOLLARS

_MOST_NESTED = 24
# What stands deeper than the library follows would be dropped, and is no card's.
_TOO_DEEP = re.compile(
    rf"^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d+[.)](?=[ \t]))){{{_MOST_NESTED + 1}}}|^[ \t]{{200}}", re.MULTILINE
)
# The library takes ten times as long for twice as many brackets that are never closed.
_MOST_BRACKETS = 1000
# Most answers are a few words, for which the library would take fifty times as long.
_PLAIN = re.compile(r"[^\W\d_](?:[^\s\\`*_\[\]<>&|#~$!\ufdd0-\ufdef]| (?! ))*(?<! )")
_INLINE_ENDS = {"$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_BLOCK_ENDS = {"$$": "$$", "\\[": "\\]"}


def parse(text: str, *, keeps_newlines: bool = False) -> Content:
    """What the text says; no word of it is lost.

    Args:
        keeps_newlines: a line break in a paragraph is one in the card, as in Obsidian; else it is a space, as in
            CommonMark, where two spaces or a backslash before it make it one.
    """
    if _PLAIN.fullmatch(text):
        return (Paragraph((Run(text),)),)
    text = without_halves(text)
    if text.count("[") > _MOST_BRACKETS or _TOO_DEEP.search(text):
        return html.literal(text)
    return html.parse(_reader(keeps_newlines).render(text), keeps_newlines=False)


class _Reader(MarkdownIt):
    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """An address as it is written: it is a picture's name, too."""
        return url


@cache
def _reader(breaks: bool) -> MarkdownIt:
    reader = _Reader("commonmark", {"breaks": breaks, "maxNesting": 4 * _MOST_NESTED, "html": True})
    reader.enable(["table", "strikethrough"])
    # What a reference defines is shown nowhere, and a card loses no word.
    reader.disable("reference")
    reader.inline.ruler.before("escape", "formula", _formula)
    reader.block.ruler.at("table", _table, {"alt": ["paragraph", "reference"]})
    reader.block.ruler.before("fence", "formula", _displayed, {"alt": ["paragraph", "blockquote", "list", "table"]})
    reader.add_render_rule("formula", _write_formula)
    reader.add_render_rule("displayed", _write_displayed)
    reader.add_render_rule("text", _write_text)
    reader.add_render_rule("paragraph_close", _end_paragraph)
    reader.add_render_rule("hardbreak", _write_break)
    reader.add_render_rule("softbreak", _write_break if breaks else _write_space)
    return reader


def _formula(state: StateInline, silent: bool) -> bool:
    """Formulas within a line; before escapes, for `\\(` is one of these otherwise."""
    opening = state.src[state.pos : state.pos + 2]
    if opening in _INLINE_ENDS:
        end = _find(state, _INLINE_ENDS[opening])
        if opening != "$$" and state.src.find(opening, state.pos + 2, end) >= 0:
            return False
        tex, end = state.src[state.pos + 2 : max(end, state.pos + 2)], end + 2
    elif opening.startswith("$") and (found := IN_DOLLARS.match(state.src, state.pos, state.posMax)):
        tex, end = found[1], found.end()
    else:
        return False
    if not tex.strip():
        return False
    if not silent:
        state.push("displayed" if opening in ("$$", "\\[") else "formula", "", 0).content = tex.strip()
    state.pos = end
    return True


def _find(state: StateInline, closing: str) -> int:
    """Where the next of these is, -1 if there is none; what was looked for in vain is not looked for again."""
    vain: set[tuple[int, str]] = state.env.setdefault("vain", set())
    if (id(state.tokens), closing) in vain:
        return -1
    at = state.src.find(closing, state.pos + 2, state.posMax)
    if at < 0:
        vain.add((id(state.tokens), closing))
    return at


def _displayed(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A formula over lines of its own: what looks like a list or a heading in it is none."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    opening = state.src[start : start + 2]
    if opening not in _BLOCK_ENDS or state.is_code_block(start_line):
        return False
    closing = _BLOCK_ENDS[opening]
    lines = [state.src[start + 2 : state.eMarks[start_line]]]
    line = start_line
    while not lines[-1].rstrip().endswith(closing):
        line += 1
        if line >= end_line or state.sCount[line] < state.blkIndent:
            return False
        lines.append(state.src[state.bMarks[line] : state.eMarks[line]])
    tex = "\n".join(lines).rstrip().removesuffix(closing).strip()
    if not tex or closing in tex:
        return False
    if not silent:
        state.line = line + 1
        token = state.push("displayed", "", 0)
        token.content, token.map, token.block = tex, [start_line, state.line], True
    return True


def _table(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A table as the library reads it; it drops the cells for which there is no heading, here they end their row."""
    before = len(state.tokens)
    if not table(state, start_line, end_line, silent):
        return False
    made, columns, line = state.tokens[before:], 0, start_line
    del state.tokens[before:]
    for token in made:
        if token.type == "th_open":
            columns += 1
        elif token.type == "tr_open" and token.map:
            line = token.map[0]
        elif token.type == "tr_close":
            for cell in _cells(state, line)[columns:]:
                state.tokens += _beyond(cell, line, token.level + 1)
        state.tokens.append(token)
    return True


def _cells(state: StateBlock, line: int) -> list[str]:
    cells: list[str] = escapedSplit(getLine(state, line).strip(" \t"))
    first, last = int(cells[0] == ""), len(cells) - int(cells[-1] == "")
    return cells[first:last]


def _beyond(cell: str, line: int, level: int) -> tuple[Token, Token, Token]:
    """A cell that no heading has."""
    words = Token("inline", "", 0, level=level + 1, block=True, map=[line, line + 1], content=cell.strip(" \t"))
    words.children = []
    return (
        Token("td_open", "td", 1, level=level, block=True),
        words,
        Token("td_close", "td", -1, level=level, block=True),
    )


def _write_formula(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f"<anki-mathjax>{escapeHtml(tokens[at].content)}</anki-mathjax>"


def _write_displayed(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return f'<anki-mathjax block="true">{escapeHtml(tokens[at].content)}</anki-mathjax>'


def _write_text(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    # A backslash that is left is a character; before a bracket it would begin a formula of HTML.
    return escapeHtml(tokens[at].content).replace("\\", "&#92;")


def _end_paragraph(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    # In HTML a paragraph is no more than a line; in a tight list it is not even that.
    return "" if tokens[at].hidden else "</p><br><br>"


def _write_break(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return "<br>"


def _write_space(renderer: RendererProtocol, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return " "
