"""A text file → Deck, or an error with file and line."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from msgspec import Struct

from bot.decks import gaps
from bot.decks.anki.masks import without_masks
from bot.decks.anki.unseen import folded, without_unseen
from bot.decks.card import Card, Deck, Fault, Kind, note_of, too_many_gaps, within_a_deck
from bot.decks.cells import answer_of, drawn, kind_of, read
from bot.decks.content import Content, Source, words
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

    def content(self, cell: str) -> Content:
        """What a cell says. One of an export of Anki may hold what no browser shows; in a text that somebody typed
        `<script>` is a word.
        """
        is_html = self.headers.html
        return read(folded(without_unseen(cell)) if is_html else cell, is_html)

    @property
    def spoken(self) -> str:
        return _SPOKEN.get(self.delimiter, self.delimiter)


class _Entry(Struct, frozen=True):
    """A record, its cells sorted.

    Attributes:
        fronts: what is asked, gaps and all.
        numbers: of the gaps in it, a card each.
    """

    record: Record
    cells: dict[Role, list[str]]
    fronts: list[str]
    backs: list[str]
    numbers: list[int]

    @property
    def characters(self) -> int:
        """How long the sides that are made of the gaps are, about."""
        return 2 * len(self.numbers) * sum(map(len, self.fronts))


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
    characters = 0
    for record in found:
        faults += _record_faults(record, layout)
        entry = _entry(record, layout)
        characters += entry.characters
        within_a_deck(characters, file, record.line)
        for card in _cards(entry, layout):
            if isinstance(card, Fault):
                faults.append(card)
            else:
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


def _entry(record: Record, layout: _Layout) -> _Entry:
    cells: dict[Role, list[str]] = {role: [] for role in Role}
    for role, cell in zip(layout.roles, record.cells, strict=False):
        cells[role].append(cell)
    fronts, backs = cells[Role.FRONT], cells[Role.BACK]
    if layout.headers.has_notetypes and not any(map(gaps.numbers, fronts)):
        # Not every note type of Anki's has its text first, and what stands before it may tell the answer.
        at = next((at for at, cell in enumerate(backs) if gaps.numbers(cell)), None)
        if at is not None:
            fronts, backs = [backs[at]], [*fronts, *backs[:at], *backs[at + 1 :]]
    numbers = sorted({number for cell in fronts for number in gaps.numbers(cell) if number})
    return _Entry(record, cells, fronts, backs, numbers)


def _cards(entry: _Entry, layout: _Layout) -> Iterator[Card | Fault]:
    """The cards of an entry, or the fault that makes it none; nothing if nothing is in it."""
    file, line = layout.file, entry.record.line
    if any(without_masks(cell) != cell for cell in entry.fronts):
        cause = "Export it from Anki as .apkg, with its media."
        yield Fault(file, line, "image occlusion needs a package", cause, loses_card=True)
    elif wrong := too_many_gaps(len(entry.numbers)):
        yield Fault(file, line, *wrong, loses_card=True)
    elif entry.numbers:
        for number in entry.numbers:
            asking = [gaps.asking(cell, number) for cell in entry.fronts]
            telling = [gaps.telling(cell, number) for cell in entry.fronts if gaps.numbers(cell)]
            yield _card(entry, layout, asking, [*telling, *entry.backs], number)
    else:
        card = _card(entry, layout, entry.fronts, entry.backs, 0)
        if card.front:
            yield card
        elif card.back:
            cause = f"Is the question missing, or one {layout.spoken} too many before it?"
            yield Fault(file, line, "nothing in the first field", cause, loses_card=True)


def _card(entry: _Entry, layout: _Layout, fronts: Sequence[str], backs: Sequence[str], number: int) -> Card:
    """The card with these sides; `number` of its gap, 0: it asks for none."""
    cells = entry.cells
    front = tuple(block for cell in fronts for block in drawn(layout.content(cell)))
    has_sources = layout.count > 2 and Role.SOURCE not in layout.roles
    back, sources = answer_of(list(map(layout.content, backs)), has_sources=has_sources)
    sources += tuple(Source(words(content)) for cell in cells[Role.SOURCE] if (content := layout.content(cell)))
    kind = kind_of(front, back)
    if kind is Kind.STATEMENT and front:
        front += sources
    else:
        back += sources
    guid = note = "".join(cells[Role.GUID]).strip()
    if number:
        # As the cards of a package are known.
        note = guid or (note_of("\x1f".join(entry.fronts)) if len(entry.numbers) > 1 else "")
        guid = guid and f"{guid}:{number - 1}"
    tags = (*layout.headers.tags, *(tag for cell in cells[Role.TAGS] for tag in cell.split()))
    return Card(front, back, kind, entry.record.cells, guid, note, tuple(dict.fromkeys(tags)), entry.record.line)


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
