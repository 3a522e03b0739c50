"""A text file → its decks, or an error with file and line."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from bot.decks.anki.stock import Reverse, reverse_of
from bot.decks.card import Deck, Fault, Parted, within_a_deck
from bot.decks.column_names import Role
from bot.decks.encoding import text_of
from bot.decks.entries import SPOKEN, Entry, Layout, cards_of, entry_of, notetype_of
from bot.decks.headers import Headers, names_columns, read_headers, roles_of
from bot.decks.piles import Piles
from bot.decks.records import ONE_COLUMN, Record, common_count, find_delimiter, records
from bot.decks.textfile import GoOn, lines_of, one_line, readable, surely, while_wanted, without_overlong

_LONGEST_SEPARATOR = 40
_LONGEST_NAME = 60
# Marks that hardly stand in prose.
_NAMED = {"tab": "\t", "pipe": "|", "semicolon": ";"}


def parse(data: bytes, file: str) -> Deck:
    """The deck in a file that names none for its entries, or one for all of them; raises as `decks_of`."""
    (deck,) = decks_of(data, file)
    return deck


def decks_of(data: bytes, file: str, go_on: GoOn = surely) -> tuple[Deck, ...]:
    """The decks in a file's bytes (see `text_of` for how they may be encoded), in the order of their first entries.

    Args:
        file: path inside the decks folder, with `/`; faults name it, slug and name come from it.
        go_on: asked all the while.

    Raises:
        GivenUp: it was not to go on.
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    decoded = text_of(data, file)
    lines = lines_of(decoded.text, file)
    faults = [*without_overlong(lines, file)]
    headers = read_headers(lines)
    layout, found = _layout(lines, headers, file)
    faults += [*_header_faults(layout), *_column_faults(layout, found)]
    whole = headers.deck or readable(PurePosixPath(file).stem)
    piles = Piles(file)
    others: Counter[str] = Counter()
    characters = 0
    for record in while_wanted(found, go_on):
        entry = entry_of(record, layout)
        pile = piles.of(entry.deck or whole)
        pile.faults += _record_faults(record, layout)
        characters += entry.characters
        within_a_deck(characters, file, record.line)
        for card in cards_of(entry, layout):
            pile.add(card, file)
        others.update(_of_another_type(entry, layout))
    faults += _type_faults(others, file)
    parted = Parted(whole) if Role.DECK in layout.roles else None
    return piles.decks(faults, _columns_sentence(layout), decoded.read_as, parted)


def _layout(lines: Sequence[str], headers: Headers, file: str) -> tuple[Layout, list[Record]]:
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
    return Layout(file, delimiter, count, roles, names, headers), found


def _header_faults(layout: Layout) -> Iterator[Fault]:
    if wrong := layout.headers.wrong_separator:
        cause = "Write tab, comma, semicolon, colon, pipe, space or one character."
        yield Fault(
            layout.file, wrong[0], f'"{one_line(wrong[1], _LONGEST_SEPARATOR)}" is no separator that is known', cause
        )
    for line, text in layout.headers.comments:
        if layout.count > 1 and len(text.split(layout.delimiter)) == layout.count:
            what = "a comment that has as many fields as a card"
            yield Fault(layout.file, line, what, "Is it a card? A # is a card's only below the first line without one.")


def _column_faults(layout: Layout, found: Sequence[Record]) -> Iterator[Fault]:
    """One column that looks like several: what then stands on the fronts is the answers, too."""
    if layout.delimiter != ONE_COLUMN:
        return
    for name, mark in _NAMED.items():
        holding = sum(mark in cell for record in found for cell in record.cells)
        if holding * 4 >= len(found):
            what = (
                f"{holding} of {len(found)} lines hold a {SPOKEN.get(mark, mark)}, and the file was read as one column"
            )
            cause = f'Does it part question and answer? Write "#separator:{name}" as the first line.'
            yield Fault(layout.file, 0, what, cause)


def _record_faults(record: Record, layout: Layout) -> Iterator[Fault]:
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


def _of_another_type(entry: Entry, layout: Layout) -> Iterator[str]:
    """The note type of an entry that is none of Anki's own and has more than a front and a back to show."""
    name = notetype_of(entry.cells, layout)
    is_own = entry.numbers or reverse_of(name) is not Reverse.NEVER
    if name and not is_own and sum(1 for cell in entry.backs if cell.strip()) > 1:
        yield name


def _type_faults(others: Counter[str], file: str) -> Iterator[Fault]:
    for name, notes in others.items():
        many = "1 note" if notes == 1 else f"{notes:,} notes"
        called = one_line(name, _LONGEST_NAME)
        what = f'{many} of "{called}": the first field is the front, the others are the back'
        yield Fault(file, 0, what, "A text does not say how Anki shows them; a package (.apkg) does.")


def _columns_sentence(layout: Layout) -> str:
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
    Role.DECK: "names the deck",
    Role.NOTETYPE: "names Anki's note type",
}
