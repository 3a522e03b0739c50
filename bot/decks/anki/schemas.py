"""The note types of a collection of Anki's, from both schemas that it may have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct, field

from bot.decks.anki import protobuf
from bot.decks.anki.notetypes import Look, NoteType, Template
from bot.decks.anki.tables import Tables

T = TypeVar("T")

_CLOZE = 1
_MOST = 2**63


# --- the older schema: JSON, in which add-ons and other programs write what they like ---------------------------------


class _Named(Struct):
    name: str
    ord: int = 0
    id: object = None


class _Field11(_Named, rename="camel"):
    tag: object = None
    font: object = "Arial"
    size: object = 20
    sticky: object = False
    rtl: object = False
    description: object = ""
    plain_text: object = False
    collapsed: object = False
    exclude_from_search: object = False
    prevent_deletion: object = False


class _Template11(_Named):
    qfmt: str = ""
    afmt: str = ""
    bqfmt: object = ""
    bafmt: object = ""
    bfont: object = ""
    bsize: object = 0


class _NoteType11(Struct, rename="camel"):
    name: str
    flds: list[_Field11]
    tmpls: list[_Template11]
    kind: int = field(default=0, name="type")
    css: object = ""
    sortf: object = 0
    latex_pre: object = ""
    latex_post: object = ""
    latexsvg: object = False
    original_stock_kind: object = 0
    original_id: object = None


def of_schema_11(models: str) -> dict[int, NoteType]:
    """The types in the JSON of table `col`, by id; raises ValueError, msgspec.DecodeError."""
    found = msgspec.json.decode(models, type=dict[int, _NoteType11])
    return {id_: _from_11(id_, model) for id_, model in found.items()}


def _from_11(id_: int, model: _NoteType11) -> NoteType:
    fields = sorted(model.flds, key=lambda each: each.ord)
    return NoteType(
        model.name,
        model.kind == _CLOZE,
        tuple(each.name for each in fields),
        tuple(
            Template(
                each.name,
                each.qfmt,
                each.afmt,
                _whole(each.id, None),
                _text(each.bqfmt),
                _text(each.bafmt),
                _text(each.bfont),
                _whole(each.bsize, 0),
            )
            for each in sorted(model.tmpls, key=lambda each: each.ord)
        ),
        id_,
        _text(model.css),
        _whole(model.sortf, 0),
        _text(model.latex_pre),
        _text(model.latex_post),
        model.latexsvg is True,
        _whole(model.original_stock_kind, 0),
        _whole(model.original_id, None),
        tuple(
            Look(
                _whole(each.id, None),
                _whole(each.tag, None),
                _text(each.font),
                _whole(each.size, 20),
                each.sticky is True,
                each.rtl is True,
                _text(each.description),
                each.plain_text is True,
                each.collapsed is True,
                each.exclude_from_search is True,
                each.prevent_deletion is True,
            )
            for each in fields
        ),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object, otherwise: T) -> int | T:
    return value if type(value) is int and -_MOST <= value < _MOST else otherwise


# --- the newer schema: protobuf ---------------------------------------------------------------------------------


def of_schema_18(tables: Tables) -> dict[int, NoteType]:
    """The types in their tables, by id; raises ValueError.

    The numbers are those of https://github.com/ankitects/anki/blob/main/proto/anki/notetypes.proto
    """
    fields: defaultdict[int, list[tuple[int, str, Look]]] = defaultdict(list)
    for id_, place, name, config in tables.fields():
        fields[id_].append((place, name, _look_18(_said(config))))
    templates: defaultdict[int, list[tuple[int, Template]]] = defaultdict(list)
    for id_, place, name, config in tables.templates():
        templates[id_].append((place, _template_18(name, _said(config))))
    return {
        id_: _from_18(
            id_,
            name,
            _said(config),
            sorted(fields[id_], key=lambda each: each[0]),
            [each for _, each in sorted(templates[id_], key=lambda each: each[0])],
        )
        for id_, name, config in tables.notetypes()
    }


_Said = Mapping[int, int | bytes]


def _said(config: bytes) -> _Said:
    return dict(protobuf.fields(config))


def _from_18(
    id_: int, name: str, said: _Said, fields: Sequence[tuple[int, str, Look]], templates: Sequence[Template]
) -> NoteType:
    return NoteType(
        name,
        _number(said, 1, 0) == _CLOZE,
        tuple(called for _, called, _ in fields),
        tuple(templates),
        id_,
        _words(said, 3),
        _number(said, 2, 0),
        _words(said, 5),
        _words(said, 6),
        bool(_number(said, 7, 0)),
        _number(said, 9, 0),
        _number(said, 10, None),
        tuple(look for _, _, look in fields),
    )


def _template_18(name: str, said: _Said) -> Template:
    return Template(
        name,
        _words(said, 1),
        _words(said, 2),
        _number(said, 8, None),
        _words(said, 3),
        _words(said, 4),
        _words(said, 6),
        _number(said, 7, 0),
    )


def _look_18(said: _Said) -> Look:
    flags: dict[str, Any] = {
        name: bool(_number(said, number, 0))
        for name, number in (
            ("sticky", 1),
            ("right_to_left", 2),
            ("plain", 6),
            ("collapsed", 7),
            ("unsearched", 8),
            ("kept", 11),
        )
    }
    return Look(
        id=_number(said, 9, None),
        tag=_number(said, 10, None),
        font=_words(said, 3),
        size=_number(said, 4, 0),
        description=_words(said, 5),
        **flags,
    )


def _words(said: _Said, number: int) -> str:
    value = said.get(number, b"")
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _number(said: _Said, number: int, otherwise: T) -> int | T:
    value = said.get(number)
    if not isinstance(value, int):
        return otherwise
    # Below zero it stands as two's complement.
    return value - 2 * _MOST if value >= _MOST else value
