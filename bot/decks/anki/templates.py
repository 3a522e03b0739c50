"""A note and a template → the HTML of a card's two sides, with the words that Anki would show."""

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bot.decks.anki.collection import Note
from bot.decks.anki.filters import Place, applied, has_gap
from bot.decks.anki.notetypes import Template
from bot.decks.anki.unseen import folded, without_unseen
from bot.decks.textfile import one_line

_TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|\{\{(?P<handle>(?:(?!\{\{|\}\}).)*)\}\}", re.DOTALL)
_OTHER_MARKS = "{{=<% %>=}}"
_BLANK = re.compile(r"(?:\s|</?(?:br|div) ?/?>)*", re.IGNORECASE)
_ANSWER_BEGINS = re.compile(r"""<hr\b[^<>]*\bid\s*=\s*["']?answer\b[^<>]*>""", re.IGNORECASE)
_GAP_NAME = re.compile(r"c\d+", re.ASCII)
_FRONT = "FrontSide"
# A character that no text holds, and that gaps are not marked with.
_FRONT_HERE = "\ufdd0"
_DEEPEST = 100
_LONGEST_TEMPLATE = 200_000
_LONGEST_NAME = 40
_WORK_OF_A_NODE = 30
_MOST_WORK_OF_A_CHARACTER = 50


class TemplateError(Exception):
    """A template that makes no card; says why in some words.

    Attributes:
        work: as in `Sides`.
    """

    def __init__(self, why: str, work: int = 0) -> None:
        super().__init__(why)
        self.work = work


class Field(Struct, frozen=True):
    """`{{filter:Name}}`."""

    name: str
    filters: tuple[str, ...]


class Section(Struct, frozen=True):
    """`{{#Name}}…{{/Name}}`, shown if the field has something; `{{^Name}}`: if it has nothing."""

    name: str
    if_empty: bool
    nodes: "tuple[Node, ...]"


Node = str | Field | Section


class Compiled(Struct, frozen=True):
    """A template that was read, to be filled with many notes."""

    name: str
    question: tuple[Node, ...]
    answer: tuple[Node, ...]


class Sides(Struct, frozen=True):
    """A card's HTML.

    Attributes:
        front: empty: the note has no such card.
        back: what is new on the back; what repeats the front is left out of it.
        unknown: fields that the template names and the note has not.
        work: how many characters were gone through to make it.
    """

    front: str
    back: str
    unknown: tuple[str, ...]
    work: int


def compiled(template: Template) -> Compiled:
    """The template, read; raises TemplateError."""
    return Compiled(template.name, _parsed(template.question), _parsed(template.answer))


def render(note: Note, template: Compiled, ordinal: int, deck: str, longest: int) -> Sides:
    """The two sides of a note's card.

    Args:
        ordinal: of the card; of a cloze one less than its number.
        deck: `A::B`.
        longest: characters that a side may have.

    Raises:
        TemplateError: a side gets too long.
    """
    notetype = note.notetype
    fields = dict(zip(notetype.fields, (*note.fields, *[""] * len(notetype.fields)), strict=False))
    values = _specials(note, template, deck, ordinal) | fields
    filled = frozenset(name for name, value in values.items() if not _is_blank(value))
    number = ordinal + 1
    front = _Filling(values, filled, Place(number, is_front=True), "", longest)
    front_html = folded(without_unseen(front.text(template.question)))
    back = _Filling(values, filled, Place(number, is_front=False), _FRONT_HERE, longest)
    back_html = folded(without_unseen(back.text(template.answer)))
    unknown = dict.fromkeys((*front.unknown, *back.unknown))
    exists = _asks(template.question, values, filled, number) and not _is_blank(front_html)
    new = _new_on_back(back_html, front_html)
    return Sides(front_html if exists else "", new, tuple(unknown), front.work + back.work)


def _specials(note: Note, template: Compiled, deck: str, ordinal: int) -> dict[str, str]:
    specials = {
        "Tags": " ".join(note.tags),
        "Type": note.notetype.name,
        "Deck": deck,
        "Subdeck": deck.rpartition("::")[2],
        "Card": template.name,
        "CardFlag": "",
        _FRONT: "",
    }
    return specials | ({f"c{ordinal + 1}": "1"} if note.notetype.is_cloze else {})


def _new_on_back(back: str, front: str) -> str:
    """The back without the front that it repeats: here both stand in one message."""
    if _FRONT_HERE in back:
        return _ANSWER_BEGINS.sub("", back.replace(_FRONT_HERE, ""))
    before, *after = _ANSWER_BEGINS.split(back, maxsplit=1)
    if after and _squeezed(before) == _squeezed(front):
        return after[0]
    return _ANSWER_BEGINS.sub("", back)


def _squeezed(html: str) -> str:
    return "".join(html.split())


class _Filling:
    """Puts a note's values into a template, and stops when it gets too long."""

    def __init__(
        self, values: Mapping[str, str], filled: frozenset[str], place: Place, front: str, longest: int
    ) -> None:
        self._values, self._filled, self._place, self._front = values, filled, place, front
        self._longest, self._length = longest, 0
        self.work = 0
        self.unknown: list[str] = []

    def text(self, nodes: Sequence[Node]) -> str:
        return "".join(self._pieces(nodes))

    def _pieces(self, nodes: Sequence[Node]) -> Iterator[str]:
        for node in nodes:
            self._count(0, _WORK_OF_A_NODE)
            if isinstance(node, Section):
                self._note_unknown(node.name)
                if (node.name in self._filled) != node.if_empty:
                    yield from self._pieces(node.nodes)
            elif isinstance(node, Field):
                yield self._value(node)
            else:
                self._count(len(node), 0)
                yield node

    def _value(self, field: Field) -> str:
        if field.name == _FRONT:
            return self._front
        self._note_unknown(field.name)
        value = self._values.get(field.name, "")
        self._count(0, len(value) * (1 + len(field.filters)))
        value = applied(field.filters, value, field.name, self._place)
        self._count(len(value), 0)
        return value

    def _note_unknown(self, name: str) -> None:
        if name and name not in self._values and not _GAP_NAME.fullmatch(name):
            self.unknown.append(name)

    def _count(self, length: int, work: int) -> None:
        self._length += length
        self.work += length + work
        if self._length > self._longest or self.work > self._longest * _MOST_WORK_OF_A_CHARACTER:
            raise TemplateError(f"a side of it is longer than {self._longest:,} characters", self.work)


def _asks(nodes: Sequence[Node], values: Mapping[str, str], filled: frozenset[str], number: int) -> bool:
    """Whether the front shows anything of the note: text of the template alone makes no card."""
    for node in nodes:
        if isinstance(node, Section):
            if (node.name in filled) != node.if_empty and _asks(node.nodes, values, filled, number):
                return True
        elif (
            isinstance(node, Field)
            and node.name in filled
            and ("cloze" not in node.filters or has_gap(values[node.name], number))
        ):
            return True
    return False


def _is_blank(html: str) -> bool:
    return _BLANK.fullmatch(html) is not None


def _parsed(text: str) -> tuple[Node, ...]:
    if len(text) > _LONGEST_TEMPLATE:
        raise TemplateError(f"the template has {len(text):,} characters where {_LONGEST_TEMPLATE:,} are the most")
    if text.lstrip().startswith(_OTHER_MARKS):
        text = text.lstrip().removeprefix(_OTHER_MARKS).replace("<%", "{{").replace("%>", "}}")
    return _Parser().parse(text)


class _Parser:
    def __init__(self) -> None:
        self._open: list[tuple[str, bool, list[Node]]] = [("", False, [])]

    def parse(self, text: str) -> tuple[Node, ...]:
        end = 0
        for token in _TOKEN.finditer(text):
            self._add(text[end : token.start()])
            end = token.end()
            if token["handle"] is not None:
                self._take(token["handle"].strip())
        self._add(text[end:])
        if len(self._open) > 1:
            raise TemplateError(
                f'"{{{{#{one_line(self._open[-1][0], _LONGEST_NAME)}}}}}" of the template is not closed'
            )
        return tuple(self._open[0][2])

    def _add(self, node: Node) -> None:
        if node != "":
            self._open[-1][2].append(node)

    def _take(self, handle: str) -> None:
        mark, name = handle[:1], handle[1:].strip()
        if mark in ("#", "^") and name:
            if len(self._open) > _DEEPEST:
                raise TemplateError("the template is nested too deep")
            self._open.append((name, mark == "^", []))
        elif mark == "/" and name:
            if len(self._open) == 1 or self._open[-1][0] != name:
                raise TemplateError(f'"{{{{/{one_line(name, _LONGEST_NAME)}}}}}" of the template closes nothing')
            opened, if_empty, nodes = self._open.pop()
            self._add(Section(opened, if_empty, tuple(nodes)))
        else:
            *filters, field = handle.split(":")
            self._add(Field(field.strip(), tuple(each.strip() for each in filters)))
