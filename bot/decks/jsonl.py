"""Our own form, `deckhand.cards/1`: JSON Lines in which nothing of a deck is lost. decks/README.md describes it."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from msgspec import Struct

from bot.decks import encoded, html
from bot.decks.card import Card, Deck, DeckError, Fault, Kind
from bot.decks.cells import kind_of
from bot.decks.content import (
    MOST_LEVELS,
    Block,
    Code,
    Content,
    Formula,
    Heading,
    Hint,
    Line,
    Paragraph,
    Points,
    Quote,
    Run,
    Table,
    is_blank,
    walk,
    words,
)
from bot.decks.encoding import text_of
from bot.decks.textfile import (
    LONGEST_LINE,
    GoOn,
    lines_of,
    no_card,
    readable,
    repeats,
    slug_of,
    surely,
    while_wanted,
)

FORMAT = "deckhand.cards/1"
_FORMATS = "deckhand.cards/"
ENDING = ".jsonl"
_LINK = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]*")
_MOST_COUNTED = 10**9
_MOST_GAPS = 10_000
_MOST_TYPES = 500
_LONGEST_TYPE = 500_000
_HEADER = '{"format": "deckhand.cards/1", "deck": "…"}'


def _markdown(text: str) -> Content:
    # It takes a library, which the starting bot does not wait for.
    from bot.decks import markdown

    return markdown.parse(text)


_READERS: dict[str, Callable[[str], Content]] = {"html": html.parse, "markdown": _markdown, "text": html.literal}


class _WrongLine(Exception):  # noqa: N818 - it becomes a Fault, or a DeckError
    def __init__(self, what: str, cause: str) -> None:
        self.what, self.cause = what, cause
        super().__init__(what)


class _Header(Struct, frozen=True):
    deck: str
    tags: tuple[str, ...]
    types: tuple[str, ...] = ()


def has_header(data: bytes) -> bool:
    """True when the bytes begin as this form does, whatever the file is called."""
    start = data[:400].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and f'"{_FORMATS}'.encode() in start.split(b"\n", 1)[0]


def parse(data: bytes, file: str, go_on: GoOn = surely) -> Deck:
    """The deck in a file's bytes.

    Args:
        file: path inside the decks folder, with `/`; faults name it, the slug comes from it.
        go_on: asked all the while.

    Raises:
        GivenUp: it was not to go on.
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    decoded = text_of(data, file)
    filled = [(number, line) for number, line in enumerate(lines_of(decoded.text, file), 1) if line.strip()]
    header = _header(*filled[0], file) if filled else _Header("", ())
    cards: list[Card] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, line in while_wanted(filled[1:], go_on):
        try:
            card = _card(_object(line), header, number)
        except _WrongLine as wrong:
            faults.append(Fault(file, number, wrong.what, wrong.cause, loses_card=True))
        else:
            faults += repeats(card, seen, file)
            cards.append(card)
    if not cards:
        raise no_card(faults, file)
    name = header.deck or readable(PurePosixPath(file).stem)
    columns = "Deckhand's own form: a line a card."
    return Deck(slug_of(file), name, file, tuple(cards), tuple(faults), columns, decoded.read_as)


def lines(name: str, cards: Sequence[Card]) -> Iterator[str]:
    """The lines of a file, each with its line break, which `parse` reads back exactly; `name`: the deck's."""
    types = dict.fromkeys(card.notetype for card in cards if card.notetype)
    yield header(name, [*types])
    places = {body: at for at, body in enumerate(types)}
    for card in cards:
        yield card_line(card, places.get(card.notetype))


def header(name: str, types: Sequence[str], **more: Any) -> str:
    """The first line; `types` are the bodies of note types that cards name by their places."""
    known = {"notetypes": [json.loads(body) for body in types]} if types else {}
    return _line({"format": FORMAT, "deck": name, **known, **more})


def card_line(card: Card, notetype: int | None, **more: Any) -> str:
    """A card's line; `notetype` is the place of its note type in the header."""
    return _line({
        **({"guid": card.guid} if card.guid else {}),
        **({"note": card.note} if card.note else {}),
        "kind": card.kind.value,
        "front": encoded.to_tree(card.front),
        "back": encoded.to_tree(card.back),
        **({"tags": card.tags} if card.tags else {}),
        "fields": card.fields,
        **({"notetype": notetype} if notetype is not None else {}),
        **more,
    })  # fmt: skip


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _header(number: int, line: str, file: str) -> _Header:
    try:
        return _header_in(_object(line))
    except _WrongLine as wrong:
        raise DeckError(file, number, wrong.what, wrong.cause) from wrong


def _header_in(said: dict[str, Any]) -> _Header:
    form = _text(said, "format")
    if form == FORMAT:
        return _Header(" ".join(_text(said, "deck").split()), _texts(said, "tags"), _types(said))
    if form.startswith(_FORMATS):
        raise _WrongLine("this form is newer than what is read here", f"Export it as {FORMAT}.")
    raise _WrongLine("this line is no header", f"The first line is {_HEADER}.")


def _types(said: dict[str, Any]) -> tuple[str, ...]:
    bodies = said.get("notetypes", [])
    if not bodies:
        return ()
    # It is of a package of Anki's, which most files have nothing to do with.
    from bot.decks.anki import notetypes

    wrong = _WrongLine('"notetypes" are no note types of Anki\'s', "Export it again.")
    if not isinstance(bodies, list) or len(bodies) > _MOST_TYPES:
        raise wrong
    try:
        types = [notetypes.to_json(notetypes.from_json(json.dumps(body))) for body in bodies]
    except (ValueError, RecursionError) as error:
        raise wrong from error
    if any(len(body) > _LONGEST_TYPE for body in types):
        raise wrong
    return tuple(types)


def _object(line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
        if "\\u" in line:
            # Half of a character can be written so, and can be kept nowhere.
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise _WrongLine(
            "this line is no JSON", 'Is it cut off, or does a " or a , miss? A card is one line.'
        ) from error
    if not isinstance(value, dict):
        raise _WrongLine("this line is no JSON object", "Each line is { … }.")
    return value


def _card(said: dict[str, Any], header: _Header, number: int) -> Card:
    front, back = _side(said, "front"), _side(said, "back")
    if not front:
        raise _WrongLine("nothing on its front", 'Is "front" missing?')
    kind = kind_of(front, back)
    written = _text(said, "kind")
    if written not in ("", *Kind):
        raise _WrongLine(f"there is no kind {written[:40]!r}", "Write question, statement or waiting, or leave it out.")
    if written and not back and written != Kind.QUESTION:
        kind = Kind(written)
    fields = _texts(said, "fields") or tuple(map(_written, (said["front"], said.get("back", ""))))
    tags = tuple(dict.fromkeys((*header.tags, *_texts(said, "tags"))))
    guid, note = _text(said, "guid"), _text(said, "note")
    return Card(front, back, kind, fields, guid, note, tags, number, _notetype(said, header))


def _notetype(said: dict[str, Any], header: _Header) -> str:
    place = said.get("notetype")
    if place is None:
        return ""
    if type(place) is not int or not 0 <= place < len(header.types):
        raise _WrongLine('"notetype" is no place among those of the first line', "Leave it out: it is two sides then.")
    return header.types[place]


def _written(side: Any) -> str:
    return side if isinstance(side, str) else json.dumps(side, ensure_ascii=False, separators=(",", ":"))


def _side(said: dict[str, Any], name: str) -> Content:
    """A side as a tree, or as text that a reader takes up; blank text is nothing."""
    side = said.get(name, "")
    if isinstance(side, str):
        side = {"text": side}
    if isinstance(side, list):
        return _tree(side, name)
    if isinstance(side, dict) and len(side) == 1:
        form, text = next(iter(side.items()))
        if form in _READERS and isinstance(text, str):
            if len(text) > LONGEST_LINE:
                what = f"{len(text):,} characters in {name} where {LONGEST_LINE:,} are the most"
                raise _WrongLine(what, "Split it into several cards.")
            return () if is_blank(text) else _READERS[form](text)
    raise _WrongLine(f"{name} cannot be read", 'Write a text, {"html": …}, {"markdown": …} or a tree.')


def _tree(blocks: list[Any], name: str) -> Content:
    try:
        content = encoded.from_tree(blocks)
    except ValueError as error:
        raise _WrongLine(f"{name} is no tree of a card", "decks/README.md shows what one is made of.") from error
    if _levels(content) > MOST_LEVELS:
        raise _WrongLine(f"{name} stands deeper than {MOST_LEVELS} levels", "Take some of its lists or quotations out.")
    if not all(map(_is_whole, walk(content))):
        cause = "A heading has a level of 1 to 6, a table rows of one length, a link an address of http."
        raise _WrongLine(f"{name} is no tree of a card", cause)
    return () if is_blank(words(content)) else content


def _levels(content: Content) -> int:
    deepest = 0
    left = [(content, 0)]
    while left:
        inner, level = left.pop()
        deepest = max(deepest, level)
        for block in inner:
            match block:
                case Points(items):
                    left += [(item, level + 1) for item in items]
                case Quote(within) | Hint(within):
                    left.append((within, level + 1))
    return deepest


def _is_whole(block: Block) -> bool:
    """What holds of every tree that a reader makes, and no type says."""
    match block:
        case Paragraph(runs):
            return _are_whole(runs)
        case Heading(runs, level):
            return _are_whole(runs) and 1 <= level <= 6
        case Table(rows, heads):
            same = len({len(row) for row in rows}) == 1
            return same and 0 <= heads <= len(rows) and all(_are_whole(cell) for row in rows for cell in row)
        case Points(_, start):
            return start is None or abs(start) < _MOST_COUNTED
        case Code(_, language):
            return bool(_LANGUAGE.fullmatch(language))
    return True


def _are_whole(line: Line) -> bool:
    return all(
        not piece.link or bool(_LINK.fullmatch(piece.link))
        if isinstance(piece, Run)
        else isinstance(piece, Formula) or 0 <= piece.number < _MOST_GAPS
        for piece in line
    )


def _text(said: dict[str, Any], name: str) -> str:
    value = said.get(name, "")
    if not isinstance(value, str):
        raise _WrongLine(f'"{name}" is no text', "Put it into quotes.")
    return value


def _texts(said: dict[str, Any], name: str) -> tuple[str, ...]:
    value = said.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _WrongLine(f'"{name}" is no list of texts', f'Write "{name}": ["…", "…"].')
    return tuple(value)
