"""Content → text with entities, pictures beside it. Never markup text."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from bot.chat.pages import cut, units
from bot.chat.plain_blocks import ENGLISH, QUOTE, Cell, Drawing, Find, chars, stretch
from bot.chat.texts import English
from bot.chat.unlinked import BREAK
from bot.decks.content import Content, Displayed, Formula, Heading, Line, Paragraph, Run, Table, is_blank, walk

MOST_OF_A_TEXT = 4096
MOST_UNDER_A_PICTURE = 1024
MOST_ENTITIES = 100

# A card that many have is drawn for one after the other; so many, of so many characters, are kept.
_KEPT, _FEW = 256, 300
_LOOK = itemgetter(1)
RULE = re.compile(r"[─━—-]+")


Sheet = Callable[[tuple[str, ...]], Path | None]


class Entity(Struct, frozen=True):
    """A stretch of a text with a look, as Telegram has it; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    language: str | None = None
    url: str | None = None


class Text(Struct, frozen=True):
    """Literal text and its looks."""

    text: str
    entities: tuple[Entity, ...] = ()


class Page(Struct, frozen=True):
    """What one message can show: a text, or a picture with the text under it."""

    text: Text
    picture: Path | None = None
    names_picture: bool = True
    """Whether the picture's name may be told where it cannot be shown."""
    is_sheet: bool = False
    """Whether the picture shows formulas, of which the text has the source."""


def needing_pictures(contents: Sequence[Content]) -> tuple[str, ...]:
    """The LaTeX of the formulas that a line of Unicode cannot say, each once, in order; none of those that are folded
    or hidden, as these are to be read only when somebody wants to.
    """
    if not any(map(_has_formulas, contents)):
        return ()
    drawing = Drawing(lambda _: None)
    for content in contents:
        stretch(content, drawing)
    return tuple(dict.fromkeys(drawing.formulas))


@lru_cache(maxsize=_KEPT)
def _has_formulas(content: Content) -> bool:
    for block in walk(content):
        match block:
            case Displayed():
                return True
            case Paragraph(runs) | Heading(runs):
                lines: Sequence[Line] = (runs,)
            case Table(rows):
                lines = [cell for row in rows for cell in row]
            case _:
                continue
        if any(isinstance(piece, Formula) for line in lines for piece in line):
            return True
    return False


def draw(
    parts: Sequence[Content | Text],
    find: Find,
    most: int = MOST_OF_A_TEXT,
    *,
    asking: bool = False,
    sheet: Sheet = lambda _: None,
    say: English = ENGLISH,
) -> tuple[Page, ...]:
    """The pages that show the parts, one after the other, all of it.

    An empty line is between parts, but none around a thin line. Without a picture a page has at most 4096 UTF-16
    units; with one somewhere, every page at most 1024 and one picture; never more than 100 entities. Texts are taken as
    they are; nothing in a card's content becomes a link or a command. Where nothing can be seen there is no page.

    Args:
        most: units of a page where there is no picture.
        find: a picture's file by its name; None: words stand in its place.
        asking: the answer is still to be thought of, so nothing is told that stands in no text: names and words for
            pictures, addresses under links, languages of code.
        sheet: a picture of formulas, if there is one; they are those that Unicode cannot say, and stand in the text as
            their source all the same. It is asked for only where there is no other picture.
        say: the words for what is missing or folded.
    """
    flow = _Flow(Drawing(find, asking, say))
    for part in parts:
        flow.add(part)
    is_sheet = flow.add_sheet(sheet)
    if not flow.pictures:
        return tuple(_pages(flow.cells, most))
    pages: list[Page] = []
    start = 0
    for number, (at, picture) in enumerate(flow.pictures, 1):
        end = at if number < len(flow.pictures) else len(flow.cells)
        pages += _illustrated(flow.cells[start:end], at - start, Page(Text(""), picture, not asking, is_sheet))
        start = end
    return tuple(pages)


class _Flow(Struct):
    """Everything to be shown as one run of characters, and where among them the pictures are."""

    drawing: Drawing
    cells: list[Cell] = field(default_factory=list)
    pictures: list[tuple[int, Path]] = field(default_factory=list)
    breaks_due: int = 0
    after_rule: bool = False
    sheet_place: int | None = None

    def add(self, part: Content | Text) -> None:
        is_rule = isinstance(part, Text) and bool(RULE.fullmatch(part.text.strip()))
        if self.cells:
            self.breaks_due = 1 if is_rule or self.after_rule else 2
        if isinstance(part, Text):
            self._put([] if is_blank(part.text) else _cells_of(part))
        else:
            self._add_content(part)
        self.after_rule = is_rule

    def _add_content(self, content: Content) -> None:
        said = _said(content, self.drawing.asking, self.drawing.say)
        if said is not None:
            self._put([*said])
            return
        drawn = stretch(content, self.drawing)
        before, length = len(self.cells), len(drawn.cells)
        self._put(drawn.cells)
        start = len(self.cells) - length if len(self.cells) > before else before
        self.pictures += [(start + at if at else before, path) for at, path in drawn.pictures]
        if self.drawing.formulas and self.sheet_place is None:
            self.sheet_place = len(self.cells)

    def add_sheet(self, sheet: Sheet) -> bool:
        """The picture of all formulas stands behind the part that has the first of them; whether there is one.

        A message has one picture. Beside one of the card's own it would tear the card into pages.
        """
        if self.sheet_place is None or self.pictures:
            return False
        path = sheet(tuple(dict.fromkeys(self.drawing.formulas)))
        if path is not None:
            self.pictures.append((self.sheet_place, path))
        return path is not None

    def _put(self, cells: list[Cell]) -> None:
        if not cells:
            return
        if self.cells:
            self.cells += [("\n", ())] * self.breaks_due
            self.cells += cells
        else:
            self.cells = cells
        self.breaks_due = 0


@lru_cache(maxsize=_KEPT)
def _said(content: Content, asking: bool, say: English) -> tuple[Cell, ...] | None:
    """What a content shows that is a few words alone, and so the same each time; None: there is more to it."""
    lines = [block.runs for block in content if isinstance(block, Paragraph)]
    if len(lines) < len(content) or not all(isinstance(piece, Run) for line in lines for piece in line):
        return None
    cells = stretch(content, Drawing(lambda _: None, asking, say)).cells
    return tuple(cells) if len(cells) <= _FEW else None


def _cells_of(text: Text) -> list[Cell]:
    """A text of ours, each character with the entities that cover it."""
    if not text.entities:
        return [(char, ()) for char in text.text.strip()]
    cells: list[Cell] = []
    offset = 0
    for char in text.text:
        covering = [entity for entity in text.entities if entity.offset <= offset < entity.offset + entity.length]
        cells.append((char, tuple((entity.type, entity.language or entity.url) for entity in covering)))
        offset += units(char)
    while cells and cells[0][0].isspace():
        del cells[0]
    while cells and cells[-1][0].isspace():
        del cells[-1]
    return cells


def _illustrated(cells: list[Cell], at: int, picture: Page) -> list[Page]:
    """The pages of a stretch with one picture, which goes to the page that holds its place."""
    stretches = list(_stretches(cells, MOST_UNDER_A_PICTURE))
    if not stretches:
        return [picture]
    place = max((number for number, (start, _) in enumerate(stretches) if start < at), default=0)
    texts = [_text(shown) for _, shown in stretches]
    return [replace(picture, text=text) if number == place else Page(text) for number, text in enumerate(texts)]


def _pages(cells: list[Cell], limit: int) -> Iterator[Page]:
    if not any(map(_LOOK, cells)) and len(cells) <= limit and units(text := chars(cells)) <= limit:
        # As most are: nothing to mark and nothing to cut.
        if not is_blank(text):
            yield Page(Text(text.strip()))
        return
    for _, shown in _stretches(cells, limit):
        yield Page(_text(shown))


def _stretches(cells: list[Cell], limit: int) -> Iterator[tuple[int, list[Cell]]]:
    """What each page shows, and where that begins among the cells."""
    has_block = any(kind == "pre" for look in set(map(_LOOK, cells)) for kind, _ in look)
    for first, last in _few_entities(cells):
        # One unit is kept free for what holds the indent of code at the top of a page.
        for start, end in cut(chars(cells[first:last]), limit - has_block):
            shown = _trimmed(cells[first + start : first + end])
            if not is_blank(chars(shown)):
                yield first + start, shown


def _few_entities(cells: list[Cell]) -> Iterator[tuple[int, int]]:
    """Stretches with as many entities as a message may have: more are dropped in silence, and code without its look is
    text in which Telegram links.
    """
    start = at = entities = 0
    for look, group in groupby(cells, key=_LOOK):
        if entities + len(look) > MOST_ENTITIES:
            yield start, at
            start, entities = at, 0
        entities += len(look)
        at += len(list(group))
    yield start, at


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """The cells without white space at the ends, which Telegram takes off; code that begins there keeps its indent."""
    text = chars(cells)
    first, last = len(text) - len(text.lstrip()), len(text.rstrip()) - 1
    if last < 0:
        return []
    indent = first
    while indent and cells[indent - 1][0] != "\n" and cells[first][1] == cells[indent - 1][1]:
        indent -= 1
    if indent < first and any(kind == "pre" for kind, _ in cells[first][1]):
        return [(BREAK, cells[first][1]), *cells[indent : last + 1]]
    return cells[first : last + 1]


def _text(cells: list[Cell]) -> Text:
    entities: list[Entity] = []
    written: list[str] = []
    offset, quoted_from = 0, -1
    for look, group in groupby(cells, key=_LOOK):
        text = chars(group)
        length = units(text)
        if (quoted_from >= 0) != (QUOTE in look):
            # However many looks a quotation has in it, it is one.
            if quoted_from >= 0:
                entities.append(Entity("blockquote", quoted_from, offset - quoted_from))
            quoted_from = offset if quoted_from < 0 else -1
        if look:
            entities += [_entity(each, offset, length) for each in look if each is not QUOTE]
        written.append(text)
        offset += length
    if quoted_from >= 0:
        entities.append(Entity("blockquote", quoted_from, offset - quoted_from))
    entities.sort(key=lambda entity: (entity.offset, -entity.length))
    return Text("".join(written), tuple(entities))


def _entity(look: tuple[str, str | None], offset: int, length: int) -> Entity:
    kind, detail = look
    return Entity(kind, offset, length, url=detail) if kind == "text_link" else Entity(kind, offset, length, detail)
