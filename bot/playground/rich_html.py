"""The HTML of rich messages to the blocks that it stands for.

What comes out are blocks as a bot may give them itself; whether they hold together is looked at in `rich_blocks`.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from .rich_tags import HEADINGS, ROWS_OF_MEDIA, TEXTS, UNBUILT, Element, cannot_parse, tree
from .rich_texts import text_of

MEDIA: Final = re.compile(r"tg://(photo|video|audio|document)\?id=(.+)")


def blocks_of(source: str) -> list[dict[str, Any]]:
    """The blocks of a rich message's HTML; raises RefusalError."""
    return _blocks(tree(source).inside)


def _blocks(inside: Sequence[Element | str]) -> list[dict[str, Any]]:
    """What stands there as blocks; a text between them is a paragraph of its own."""
    blocks: list[dict[str, Any]] = []
    run: list[Element | str] = []
    for each in [*inside, None]:
        if each is not None and (isinstance(each, str) or not each.is_block()):
            run.append(each)
            continue
        text = text_of(run, "the message")
        run = []
        blocks += [{"type": "paragraph", "text": text}] if text else []
        blocks += [_block(each)] if each is not None else []
    return blocks


def _block(of: Element) -> dict[str, Any]:
    if of.name in UNBUILT:
        raise cannot_parse(f'the playground has nothing to draw "{of.name}" with')
    if of.name in TEXTS:
        size = {"size": int(of.name[1])} if of.name in HEADINGS else {}
        return {"type": TEXTS[of.name], "text": text_of(of.inside, of.name), **size}
    if of.name in ROWS_OF_MEDIA:
        caption, rest = _taken_out(of, "figcaption")
        return {"type": ROWS_OF_MEDIA[of.name], "blocks": _blocks(rest), **_caption(caption)}
    return MAKERS[of.name](of)


def _pre(of: Element) -> dict[str, Any]:
    code = of.inside[0] if len(of.inside) == 1 else None
    if isinstance(code, Element) and code.name == "code":
        language = code.attributes.get("class", "").removeprefix("language-")
        text = text_of(code.inside, "code", kept=True)
        return {"type": "pre", "text": text} | ({"language": language} if language else {})
    return {"type": "pre", "text": text_of(of.inside, "pre", kept=True)}


def _list(of: Element) -> dict[str, Any]:
    items, number = [], of.number("start", 1)
    for each in _only(of, "li"):
        box, rest = _taken_out(each, "input")
        item: dict[str, Any] = {"blocks": _blocks(rest)}
        if box is not None:
            item |= {"has_checkbox": True} | ({"is_checked": True} if "checked" in box.attributes else {})
        if of.name == "ol":
            number = each.number("value", number)
            item |= {"value": number, "type": each.attributes.get("type") or of.attributes.get("type") or "1"}
            number += 1
        items.append(item)
    return {"type": "list", "items": items}


def _quotation(of: Element) -> dict[str, Any]:
    credit, rest = _taken_out(of, "cite")
    body: dict[str, Any] = {"type": "blockquote", "blocks": _blocks(rest)}
    body |= {"is_expandable": True} if "expandable" in of.attributes else {}
    return body | ({"credit": text_of(credit.inside, "cite")} if credit else {})


def _aside(of: Element) -> dict[str, Any]:
    credit, rest = _taken_out(of, "cite")
    body = {"type": "pullquote", "text": text_of(rest, "aside")}
    return body | ({"credit": text_of(credit.inside, "cite")} if credit else {})


def _table(of: Element) -> dict[str, Any]:
    caption, rest = _taken_out(of, "caption")
    rows = [[_cell(cell) for cell in _only(row, "td", "th")] for row in _only(Element("table", {}, of.at, rest), "tr")]
    body: dict[str, Any] = {"type": "table", "cells": rows}
    body |= {f"is_{name}": True for name in ("bordered", "striped") if name in of.attributes}
    return body | ({"caption": text_of(caption.inside, "caption")} if caption else {})


def _cell(of: Element) -> dict[str, Any]:
    cell: dict[str, Any] = {"text": text_of(of.inside, of.name)} | ({"is_header": True} if of.name == "th" else {})
    cell |= {name: of.number(name) for name in ("colspan", "rowspan") if name in of.attributes}
    return cell | {name: of.attributes[name] for name in ("align", "valign") if name in of.attributes}


def _details(of: Element) -> dict[str, Any]:
    summary, rest = _taken_out(of, "summary")
    if summary is None:
        raise cannot_parse(f'Tag "details" at byte offset {of.at} must have a summary')
    body = {"type": "details", "summary": text_of(summary.inside, "summary"), "blocks": _blocks(rest)}
    return body | ({"is_open": True} if "open" in of.attributes else {})


def _figure(of: Element) -> dict[str, Any]:
    caption, rest = _taken_out(of, "figcaption")
    blocks = _blocks(rest)
    if len(blocks) != 1 or blocks[0]["type"] not in ("photo", "map"):
        raise cannot_parse(f'Tag "figure" at byte offset {of.at} must hold one medium')
    return blocks[0] | _caption(caption)


def _caption(of: Element | None) -> dict[str, Any]:
    if of is None:
        return {}
    credit, rest = _taken_out(of, "cite")
    text = {"text": text_of(rest, "figcaption")}
    return {"caption": text | ({"credit": text_of(credit.inside, "cite")} if credit else {})}


def _photo(of: Element) -> dict[str, Any]:
    source = of.attributes.get("src", "")
    match = MEDIA.fullmatch(source)
    if match and match[1] != "photo":
        raise cannot_parse(f'the playground has nothing to draw "{match[1]}" with')
    medium = {"type": "photo", "named": match[2]} if match else {"type": "photo", "media": source}
    return {"type": "photo", "photo": medium | ({"has_spoiler": True} if "tg-spoiler" in of.attributes else {})}


def _map(of: Element) -> dict[str, Any]:
    try:
        place = {"latitude": float(of.attributes["lat"]), "longitude": float(of.attributes["long"])}
    except (KeyError, ValueError):
        raise cannot_parse(f'Tag "tg-map" at byte offset {of.at} must have "lat" and "long"') from None
    return {"type": "map", "location": place, "zoom": of.number("zoom", 15), "width": 640, "height": 320}


def _only(of: Element, *names: str) -> list[Element]:
    """The parts of a list, a table or a row, which hold nothing else."""
    inside = [each for each in of.inside if not isinstance(each, str) or each.strip(" \t\r\n")]
    wrong = next((each for each in inside if isinstance(each, str) or each.name not in names), None)
    if wrong is not None:
        what = "Text" if isinstance(wrong, str) else f'Tag "{wrong.name}"'
        raise cannot_parse(f'{what} can\'t stand inside "{of.name}"')
    return [each for each in inside if isinstance(each, Element)]


def _taken_out(of: Element, name: str) -> tuple[Element | None, list[Element | str]]:
    """The first part of that name, and what is left without it."""
    part = next((each for each in of.inside if isinstance(each, Element) and each.name == name), None)
    return part, [each for each in of.inside if each is not part]


MAKERS: Final[dict[str, Callable[[Element], dict[str, Any]]]] = {
    "pre": _pre,
    "hr": lambda _of: {"type": "divider"},
    "ul": _list,
    "ol": _list,
    "blockquote": _quotation,
    "aside": _aside,
    "table": _table,
    "details": _details,
    "figure": _figure,
    "img": _photo,
    "tg-map": _map,
    "tg-math-block": lambda of: {"type": "mathematical_expression", "expression": of.source()},
}
