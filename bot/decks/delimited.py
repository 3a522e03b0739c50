"""A text file → Deck, or an error with file and line."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from bot.decks.card import Card, Deck, Fault, Kind
from bot.decks.cells import answer_of, drawn, kind_of, read
from bot.decks.content import Source, words
from bot.decks.encoding import text_of
from bot.decks.headers import Headers, Role, names_columns, read_headers, roles_of
from bot.decks.records import ONE_COLUMN, Record, common_count, find_delimiter, records
from bot.decks.textfile import lines_of, no_card, one_line, readable, repeats, slug_of, without_overlong

_LONGEST_SEPARATOR = 40
_SPOKEN = {"\t": "tab", " ": "space"}
# Marks that hardly stand in prose.
_NAMED = {"tab": "\t", "pipe": "|", "semicolon": ";"}


class _Layout(Struct, frozen=True):
    """How the file is to be read."""

    file: str
    delimiter: str
    count: int
    roles: tuple[Role, ...]
    names: tuple[str, ...]
    headers: Headers

    @property
    def spoken(self) -> str:
        return _SPOKEN.get(self.delimiter, self.delimiter)


def parse(data: bytes, file: str) -> Deck:
    """The deck in a file's bytes (see `text_of` for how they may be encoded).

    Args:
        file: path inside the decks folder, with `/`; faults name it, slug and name come from it.

    Raises:
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    decoded = text_of(data, file)
    lines = lines_of(decoded.text, file)
    faults = [*without_overlong(lines, file)]
    headers = read_headers(lines)
    layout, found = _layout(lines, headers, file)
    faults += [*_header_faults(layout), *_column_faults(layout, found)]
    cards: list[Card] = []
    seen: dict[tuple[str, ...], int] = {}
    for record in found:
        faults += _record_faults(record, layout)
        card = _card(record, layout)
        if isinstance(card, Fault):
            faults.append(card)
        elif card:
            faults += repeats(card, seen, file)
            cards.append(card)
    if not cards:
        raise no_card(faults, file)
    name = headers.deck or readable(PurePosixPath(file).stem)
    return Deck(slug_of(file), name, file, tuple(cards), tuple(faults), _columns_sentence(layout), decoded.read_as)


def _layout(lines: Sequence[str], headers: Headers, file: str) -> tuple[_Layout, list[Record]]:
    body = lines[headers.lines :]
    has_entities = headers.html is not False
    delimiter = headers.separator or find_delimiter(body, has_entities=has_entities)
    names = tuple(next(records([headers.columns], delimiter)).cells) if headers.columns.strip() else ()
    count = len(names) or common_count(list(records(body, delimiter, has_entities=has_entities)))[0]
    found = list(records(body, delimiter, headers.lines + 1, count, has_entities=has_entities))
    if not names and found and names_columns(found[0].cells):
        names, found = found[0].cells, found[1:]
    widest = max((len(record.cells) for record in found), default=1)
    roles = roles_of(max(widest, count), names, headers.roles)
    return _Layout(file, delimiter, count, roles, names, headers), found


def _header_faults(layout: _Layout) -> Iterator[Fault]:
    if wrong := layout.headers.wrong_separator:
        cause = "Write tab, comma, semicolon, colon, pipe, space or one character."
        yield Fault(
            layout.file, wrong[0], f'"{one_line(wrong[1], _LONGEST_SEPARATOR)}" is no separator that is known', cause
        )
    for line, text in layout.headers.comments:
        if layout.count > 1 and len(text.split(layout.delimiter)) == layout.count:
            what = "a comment that has as many fields as a card"
            yield Fault(layout.file, line, what, "Is it a card? A # is a card's only below the first line without one.")


def _column_faults(layout: _Layout, found: Sequence[Record]) -> Iterator[Fault]:
    """One column that looks like several: what then stands on the fronts is the answers, too."""
    if layout.delimiter != ONE_COLUMN:
        return
    for name, mark in _NAMED.items():
        holding = sum(mark in cell for record in found for cell in record.cells)
        if holding * 4 >= len(found):
            what = (
                f"{holding} of {len(found)} lines hold a {_SPOKEN.get(mark, mark)}, and the file was read as one column"
            )
            cause = f'Does it part question and answer? Write "#separator:{name}" as the first line.'
            yield Fault(layout.file, 0, what, cause)


def _record_faults(record: Record, layout: _Layout) -> Iterator[Fault]:
    if record.unclosed:
        what = "a quote is opened and not closed"
        yield Fault(layout.file, record.line, what, 'Is its second " missing? The line was read as it stands.')
    count = len(record.cells)
    if count == layout.count:
        return
    what = f"{count} {'field' if count == 1 else 'fields'} where the file has {layout.count}"
    if count > layout.count:
        yield Fault(layout.file, record.line, what, f"Is a {layout.spoken} inside the text missing its quotes?")
    else:
        yield Fault(layout.file, record.line, what, f"Is a {layout.spoken} missing, or the line broken in two?")


def _card(record: Record, layout: _Layout) -> Card | Fault | None:
    """The card of a record; a fault if it has no front; None if nothing is in it."""
    cells: dict[Role, list[str]] = {role: [] for role in Role}
    for role, cell in zip(layout.roles, record.cells, strict=False):
        cells[role].append(cell)
    is_html = layout.headers.html
    front = tuple(block for cell in cells[Role.FRONT] for block in drawn(read(cell, is_html)))
    has_sources = layout.count > 2 and Role.SOURCE not in layout.roles
    back, sources = answer_of([read(cell, is_html) for cell in cells[Role.BACK]], has_sources=has_sources)
    sources += tuple(Source(words(content)) for cell in cells[Role.SOURCE] if (content := read(cell, is_html)))
    if not front:
        if not back and not sources:
            return None
        cause = f"Is the question missing, or one {layout.spoken} too many before it?"
        return Fault(layout.file, record.line, "nothing in the first field", cause, loses_card=True)
    kind = kind_of(front, back)
    if kind is Kind.STATEMENT:
        front += sources
    else:
        back += sources
    guid = "".join(cells[Role.GUID]).strip()
    tags = (*layout.headers.tags, *(tag for cell in cells[Role.TAGS] for tag in cell.split()))
    return Card(front, back, kind, record.cells, guid, guid, tuple(dict.fromkeys(tags)), record.line)


def _columns_sentence(layout: _Layout) -> str:
    if layout.delimiter == ONE_COLUMN or layout.count < 2:
        return "One column: every line is a front."
    start = f"{layout.count} columns, parted by {layout.spoken}"
    if not layout.names and not layout.headers.roles:
        return f"{start}: the first is the front, the others belong to the back."
    parts = [f"{at + 1} {_ROLE_WORDS[role]}" for at, role in enumerate(layout.roles[: layout.count])]
    return f"{start}: {', '.join(parts)}."


_ROLE_WORDS = {
    Role.FRONT: "is the front",
    Role.BACK: "belongs to the back",
    Role.SOURCE: "is the source",
    Role.TAGS: "holds tags",
    Role.GUID: "holds the id",
    Role.UNUSED: "is not used",
}
