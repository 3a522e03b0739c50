"""Content ↔ the JSON in which it is kept. Kinds of blocks are added; what was written once is read for ever."""

import json
from typing import Any

from msgspec import Struct

from bot.decks.card import Card
from bot.decks.content import (
    STYLES,
    Block,
    Code,
    Content,
    Direction,
    Displayed,
    Formula,
    Gap,
    Heading,
    Hint,
    Inline,
    Line,
    Paragraph,
    Picture,
    Points,
    Quote,
    Run,
    Sound,
    Source,
    Table,
)


class Written(Struct, frozen=True, gc=False):
    """A card as it is kept, all of it as text; `fields` is a JSON list, `tags` are parted by spaces."""

    position: int
    kind: str
    guid: str
    note: str
    fields: str
    front: str
    back: str
    tags: str


def written(card: Card, position: int) -> Written:
    """The card as it is kept at that place of its deck."""
    return Written(
        position,
        str(card.kind),
        card.guid,
        card.note,
        fields_to_json(card.fields),
        to_json(card.front),
        to_json(card.back),
        " ".join(card.tags),
    )


def fields_to_json(fields: tuple[str, ...]) -> str:
    """The fields of a card as they are kept."""
    return json.dumps(fields, ensure_ascii=False)


def to_json(content: Content) -> str:
    """The content as compact JSON, which `from_json` reads back exactly."""
    return json.dumps(to_tree(content), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Content:
    """The content that `to_json` wrote, today's or an older one.

    Raises:
        ValueError: it is not what `to_json` writes.
    """
    try:
        return from_tree(json.loads(text))
    except RecursionError as error:
        raise ValueError("not a card's content") from error


def to_tree(content: Content) -> list[dict[str, Any]]:
    """The content as what `to_json` writes, not yet as text."""
    return _content_out(content)


def from_tree(blocks: list[Any]) -> Content:
    """The content that `to_tree` gave, today's or an older one; raises ValueError as `from_json` does."""
    try:
        return _content_in(blocks)
    except (AttributeError, KeyError, RecursionError, TypeError) as error:
        raise ValueError("not a card's content") from error


def _content_out(content: Content) -> list[dict[str, Any]]:
    return [_block_out(block) for block in content]


def _content_in(blocks: list[dict[str, Any]]) -> Content:
    return tuple([_block_in(block) for block in blocks])


def _block_out(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(runs, direction):
            return {"p": _line_out(runs), **_said("dir", direction.value)}
        case Heading(runs, level, direction):
            return {"h": _line_out(runs), "level": level, **_said("dir", direction.value)}
        case Code(text, language):
            return {"code": text, "language": language}
        case Displayed(text):
            return {"formula": text}
        case Picture(name, alt):
            return {"picture": name, **_said("alt", alt)}
        case Sound(name):
            return {"sound": name}
        case Source(text):
            return {"source": text}
        case _:
            return _nested_out(block)


def _nested_out(block: Points | Table | Quote | Hint) -> dict[str, Any]:
    match block:
        case Points(items, start):
            return {"points": [_content_out(item) for item in items], "start": start}
        case Table(rows, heads):
            return {"table": [[_line_out(cell) for cell in row] for row in rows], "heads": heads}
        case Quote(content):
            return {"quote": _content_out(content)}
        case Hint(content, label):
            return {"hint": _content_out(content), **_said("label", label)}


def _block_in(block: dict[str, Any]) -> Block:
    if "p" in block:
        return Paragraph(_line_in(block["p"]), Direction(block.get("dir", "")))
    if "h" in block:
        return Heading(_line_in(block["h"]), _number(block["level"]), Direction(block.get("dir", "")))
    if "code" in block:
        return Code(_text(block["code"]), _text(block["language"]))
    if "formula" in block:
        return Displayed(_text(block["formula"]))
    if "picture" in block:
        return Picture(_text(block["picture"]), _text(block.get("alt", "")))
    if "sound" in block:
        return Sound(_text(block["sound"]))
    if "source" in block:
        return Source(_text(block["source"]))
    return _nested_in(block)


def _nested_in(block: dict[str, Any]) -> Block:
    if "points" in block:
        start = block["start"]
        return Points(tuple(map(_content_in, block["points"])), None if start is None else _number(start))
    if "table" in block:
        return Table(tuple(tuple(map(_line_in, row)) for row in block["table"]), _number(block["heads"]))
    if "quote" in block:
        return Quote(_content_in(block["quote"]))
    return Hint(_content_in(block["hint"]), _text(block.get("label", "")))


def _line_out(line: Line) -> list[Any]:
    return [_piece_out(piece) for piece in line]


def _piece_out(piece: Inline) -> Any:
    match piece:
        case Run(text, styles, ""):
            return [text, *sorted(styles)]
        case Run(text, styles, link):
            return {"link": link, "text": text, **_styles_out(styles)}
        case Formula(text, styles):
            return {"formula": text, **_styles_out(styles)}
        case Gap(number, hint, styles):
            return {"gap": number, **_said("hint", hint), **_styles_out(styles)}


def _line_in(pieces: list[Any]) -> Line:
    return tuple([_piece_in(piece) for piece in pieces])


def _piece_in(piece: Any) -> Inline:
    if isinstance(piece, list):
        text, *styles = piece
        return Run(_text(text), _styles(styles))
    styles = piece.get("styles", [])
    if "link" in piece:
        return Run(_text(piece["text"]), _styles(styles), _text(piece["link"]))
    if "formula" in piece:
        return Formula(_text(piece["formula"]), _styles(styles))
    return Gap(_number(piece["gap"]), _text(piece.get("hint", "")), _styles(styles))


def _said(key: str, value: str) -> dict[str, str]:
    return {key: value} if value else {}


def _styles_out(styles: frozenset[str]) -> dict[str, list[str]]:
    return {"styles": sorted(styles)} if styles else {}


_NO_STYLES: frozenset[str] = frozenset()


def _styles(written: list[str]) -> frozenset[str]:
    if not written:
        return _NO_STYLES
    styles = frozenset(written)
    if not styles <= STYLES:
        raise TypeError("no such style")
    return styles


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _number(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("no number")
    return value
