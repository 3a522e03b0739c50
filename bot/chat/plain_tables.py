"""A table in a message: columns of equal width where a phone has room for them, else a record for each row."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import TypeVar

MOST_COLUMNS = 34
"""How many characters of one width stand in a line of code on a narrow phone."""
_GUTTER = "  "
_LONGEST_RECORD = 48
_EMPTY = "–"
_NUMBER = re.compile(r"[+\-−]?[\d.,' ]*\d(?:\s?[%°€$£])?|")
_TO_THE_LEFT = frozenset({"R", "AL"})
_ISOLATE, _END_OF_ISOLATE = "\u2068", "\u2069"

L = TypeVar("L")
Cells = list[tuple[str, tuple[L, ...]]]
"""Characters with their looks."""


def width(text: str) -> int:
    """How many columns a text takes where all characters have one width: two for a wide one, none for a mark."""
    if text.isascii():
        return len(text)
    return sum(map(_width, text))


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def columns_of(rows: Sequence[Sequence[str]], heads: int) -> list[str] | None:
    """The lines of the table with its columns aligned, numbers to the right; None where they have no room."""
    if any("\n" in cell for row in rows for cell in row[:-1]):
        return None  # side by side the words of two such cells would be read in another order
    cells = [[[line.strip() for line in cell.split("\n")] for cell in row] for row in rows]
    widths = [max(width(line) for row in cells for line in row[at]) for at in range(len(cells[0]))]
    if sum(widths) + len(_GUTTER) * (len(widths) - 1) > MOST_COLUMNS:
        return None
    numbers = numeric(rows, heads)
    lines: list[str] = []
    for number, row in enumerate(cells):
        for parts in zip_longest(*row, fillvalue=""):
            padded = map(_padded, parts, widths, numbers)
            lines.append(_GUTTER.join(padded).rstrip())
        if number + 1 == heads:
            lines.append(_GUTTER.join(["─" * size for size in widths]))
    return lines


def numeric(rows: Sequence[Sequence[str]], heads: int) -> list[bool]:
    """Of each column, whether there are but numbers in it under the heads: these stand to the right."""
    return [
        all(_NUMBER.fullmatch(line.strip()) for row in rows[heads:] for line in row[at].split("\n"))
        for at in range(len(rows[0]))
    ]


def _padded(text: str, size: int, is_number: bool) -> str:
    filling = " " * (size - width(text))
    if any(unicodedata.bidirectional(char) in _TO_THE_LEFT for char in text):
        text = f"{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return filling + text if is_number else text + filling


def records_of(rows: Sequence[Sequence[Cells[L]]], heads: int, bold: Callable[[Cells[L]], Cells[L]]) -> Cells[L]:
    """A line for each row, or a paragraph whose first line says what it is about; every word once and in order."""
    short = all(sum(len(cell) + 3 for cell in row) <= _LONGEST_RECORD for row in rows)
    shown: Cells[L] = []
    for number, row in enumerate(rows):
        is_head = number < heads
        cells = [bold(cell) if is_head or (at == 0 and not short) else cell for at, cell in enumerate(row)]
        if number:
            shown += _literal("\n" if short else "\n\n")
        if is_head and not short and not cells[0]:
            # Nothing stands above what the records are about.
            del cells[0]
        if short or is_head:
            shown += _joined([cell or _literal(_EMPTY) for cell in cells], " · ")
        else:
            shown += _joined([cell for cell in cells if cell], "\n")
    return shown


def _joined(cells: Sequence[Cells[L]], between: str) -> Cells[L]:
    return [part for at, cell in enumerate(cells) for part in ([*_literal(between), *cell] if at else cell)]


def _literal(text: str) -> "Cells[L]":
    return [(char, ()) for char in text]
