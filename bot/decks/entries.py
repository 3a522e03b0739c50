"""A record of a text file, its cells sorted by what their columns are for → its cards."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from msgspec import Struct

from bot.decks import gaps
from bot.decks.anki.masks import without_masks
from bot.decks.anki.stock import Reverse, reverse_of
from bot.decks.anki.unseen import folded, without_unseen
from bot.decks.card import Card, Fault, Kind, note_of, too_many_gaps
from bot.decks.cells import answer_of, drawn, kind_of, read
from bot.decks.column_names import Role
from bot.decks.content import Content, Source, words
from bot.decks.headers import Headers
from bot.decks.records import Record

SPOKEN = {"\t": "tab", " ": "space"}


class Layout(Struct, frozen=True):
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
        return SPOKEN.get(self.delimiter, self.delimiter)


class Entry(Struct, frozen=True):
    """A record, its cells sorted.

    Attributes:
        fronts: what is asked, gaps and all.
        numbers: of the gaps in it, a card each.
        asks_back: the first of the backs is asked for the front as well.
    """

    record: Record
    cells: dict[Role, list[str]]
    fronts: list[str]
    backs: list[str]
    numbers: list[int]
    asks_back: bool = False

    @property
    def deck(self) -> str:
        """The deck that it names; empty: none."""
        return next((" ".join(name.split()) for name in self.cells[Role.DECK] if name.strip()), "")

    @property
    def characters(self) -> int:
        """How long the sides that are made of the gaps are, about."""
        return 2 * len(self.numbers) * sum(map(len, self.fronts))


def entry_of(record: Record, layout: Layout) -> Entry:
    """What the record says: what it asks and answers, as its note type has it where one is named."""
    cells: dict[Role, list[str]] = {role: [] for role in Role}
    for role, cell in zip(layout.roles, record.cells, strict=False):
        cells[role].append(cell)
    fronts, backs = cells[Role.FRONT], cells[Role.BACK]
    notetype = notetype_of(cells, layout)
    if notetype and not any(map(gaps.numbers, fronts)):
        # Not every note type of Anki's has its text first, and what stands before it may tell the answer.
        at = next((at for at, cell in enumerate(backs) if gaps.numbers(cell)), None)
        if at is not None:
            fronts, backs = [backs[at]], [*fronts, *backs[:at], *backs[at + 1 :]]
    numbers = sorted({number for cell in fronts for number in gaps.numbers(cell) if number})
    reverse = Reverse.NEVER if numbers else reverse_of(notetype)
    asks_back = reverse is Reverse.ALWAYS
    if reverse is Reverse.IF_SAID:
        # No card shows its third field.
        asks_back, backs = any(cell.strip() for cell in backs[1:2]), [*backs[:1], *backs[2:]]
    return Entry(record, cells, fronts, backs, numbers, asks_back)


def notetype_of(cells: Mapping[Role, Sequence[str]], layout: Layout) -> str:
    """The note type of Anki's that an entry with these cells has; empty: none is named."""
    return next((name.strip() for name in cells[Role.NOTETYPE] if name.strip()), layout.headers.notetype)


def cards_of(entry: Entry, layout: Layout) -> Iterator[Card | Fault]:
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
        yield from _asked(entry, layout)


def _asked(entry: Entry, layout: Layout) -> Iterator[Card | Fault]:
    """The card without a gap, and the one the other way round if there is one."""
    fronts, backs = entry.fronts, entry.backs
    other = _card(entry, layout, backs[:1], [*fronts, *backs[1:]], 2) if entry.asks_back else None
    if other is not None and not other.front:
        other = None
    card = _card(entry, layout, fronts, backs, 0 if other is None else 1)
    if card.front:
        yield card
    elif card.back and other is None:
        cause = f"Is the question missing, or one {layout.spoken} too many before it?"
        yield Fault(layout.file, entry.record.line, "nothing in the first field", cause, loses_card=True)
    if other is not None:
        yield other


def _fields(record: Record, layout: Layout) -> tuple[str, ...]:
    """Its cells, but for the deck: a card that goes to another one says the same, also one that was edited here."""
    if Role.DECK not in layout.roles:
        return record.cells
    roles = zip_longest(record.cells, layout.roles[: len(record.cells)])
    return tuple([cell for cell, role in roles if role is not Role.DECK])


def _card(entry: Entry, layout: Layout, fronts: Sequence[str], backs: Sequence[str], number: int) -> Card:
    """The card with these sides; `number` of its gap, or of it among the cards of a note; 0: it is the only one."""
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
        has_siblings = entry.asks_back or len(entry.numbers) > 1
        note = guid or (note_of("\x1f".join((*entry.fronts, *entry.backs[: entry.asks_back]))) if has_siblings else "")
        guid = guid and f"{guid}:{number - 1}"
    tags = (*layout.headers.tags, *(tag for cell in cells[Role.TAGS] for tag in cell.split()))
    fields = _fields(entry.record, layout)
    row = entry.record.cells if fields != entry.record.cells else ()
    return Card(front, back, kind, fields, guid, note, tuple(dict.fromkeys(tags)), line=entry.record.line, row=row)
