"""Lines → records of cells: which delimiter a file has, which quotes are quotes."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct

DELIMITERS = ("\t", "|", ";", ":", ",", " ")
"""Tried in this order; of equals the first is taken."""
ONE_COLUMN = "\x1f"
"""A delimiter that stands in no text: the line is one cell."""

# In a file parted by ; the ; of an entity parts nothing. It is set aside as a character that no text holds.
_ENTITY = re.compile(r"&(lt|gt|amp|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_SET_ASIDE = "\ufdd0"
# Nor do the colons of a gap, in a file that : parts: those that begin it and those of its hint.
_COLONS_OF_A_GAP = re.compile(r"\{\{c[0-9]{1,4}(?:,[0-9]{1,4})*::[^{}]*|::[^{}:]*\}\}", re.IGNORECASE)
_COLON_SET_ASIDE = "\ufdd8"
_MOST_LINES_OF_A_CELL = 50
_SAMPLE = 1000
# Every sentence has spaces: they part columns where nearly every line is a word and its meaning.
_SHARE_OF_SPACES = 0.8


class Record(Struct, frozen=True):
    """One entry of a file.

    Attributes:
        line: where it begins, from 1.
        cells: as written, quotes that enclose a cell taken off.
        unclosed: a quote was opened and not closed, so its line was read as it stands.
    """

    line: int
    cells: tuple[str, ...]
    unclosed: bool = False


def records(
    lines: Sequence[str], delimiter: str, first_line: int = 1, columns: int = 0, *, has_entities: bool = True
) -> Iterator[Record]:
    """The records of the lines that are not empty.

    Args:
        first_line: the number of the first of `lines` in its file.
        columns: how many cells are expected; a quote that swallows lines and yields another number, where its first
            line alone has the right one, counts as not closed. 0: nothing is expected.
        has_entities: `&lt;` is one character and its `;` parts nothing.
    """
    if has_entities:
        lines = [_ENTITY.sub(rf"&\1{_SET_ASIDE}", line) for line in lines]
    if delimiter == ":":
        lines = [_COLONS_OF_A_GAP.sub(_without_colons, line) if "{{" in line else line for line in lines]
    at = 0
    while at < len(lines):
        if lines[at].strip():
            cells, taken, unclosed = _read(lines[at : at + _MOST_LINES_OF_A_CELL + 1], delimiter, columns)
            yield Record(first_line + at, tuple(map(_whole, cells)), unclosed)
            at += taken
        else:
            at += 1


def _without_colons(gap: re.Match[str]) -> str:
    return gap[0].replace(":", _COLON_SET_ASIDE)


def _whole(cell: str) -> str:
    return cell.replace(_SET_ASIDE, ";").replace(_COLON_SET_ASIDE, ":")


def find_delimiter(lines: Sequence[str], *, has_entities: bool = True) -> str:
    """The delimiter under which most lines have the same number of columns; ONE_COLUMN when none suits half of them."""
    sample = [line for line in lines if line.strip()][:_SAMPLE]
    best, best_share = ONE_COLUMN, 0.5
    for delimiter in DELIMITERS:
        count, share = common_count(list(records(sample, delimiter, has_entities=has_entities)))
        if delimiter == " " and (count != 2 or share < _SHARE_OF_SPACES):
            continue
        # The first of equals stays; exactly half of the lines is enough for one that prose does not hold.
        if count > 1 and (share > best_share or (share == best_share and best == ONE_COLUMN and delimiter in "\t|;")):
            best, best_share = delimiter, share
    return best


def common_count(found: Sequence[Record]) -> tuple[int, float]:
    """The number of cells that most records have (of equals the larger), and the share of records that have it."""
    if not found:
        return 0, 0.0
    counts = Counter(len(record.cells) for record in found)
    count = max(counts, key=lambda number: (counts[number], number))
    return count, counts[count] / len(found)


def _read(lines: Sequence[str], delimiter: str, columns: int) -> tuple[tuple[str, ...], int, bool]:
    """The cells of the record at the first line, how many lines it takes, and whether a quote stays open."""
    plain = tuple(lines[0].split(delimiter))
    if '"' not in lines[0]:
        return plain, 1, False
    spaces = delimiter != " "
    reader = csv.reader(
        (line + "\n" for line in lines), delimiter=delimiter, strict=True, skipinitialspace=spaces, lineterminator="\n"
    )
    try:
        cells = tuple(next(reader))
    except csv.Error as error:
        # A quote that is closed within its line and followed by more text is a quotation, not a fault.
        return plain, 1, reader.line_num > 1 or "unexpected end" in str(error)
    except StopIteration:
        return plain, 1, False
    if reader.line_num > _MOST_LINES_OF_A_CELL:
        return plain, 1, True
    if reader.line_num > 1 and len(cells) != columns == len(plain):
        return plain, 1, True
    return cells, reader.line_num, False
