"""A rich message as the page draws it: its blocks with formulas as trees and pictures as addresses."""

from collections.abc import Callable, Mapping
from typing import Any

from .rich_formulas import tree
from .values import Message, StoredFile

Look = Callable[[str, StoredFile], dict[str, Any]]  # a file of that kind as the page knows it


def shown(of: Message, look: Look) -> dict[str, Any] | None:
    """The blocks, and whether they are written right to left; None for what is not rich."""
    if of.kind != "rich":
        return None
    files = {file.id: file for file in of.rich_files}
    return {"blocks": _blocks(of.rich["blocks"], files, look), "rtl": bool(of.rich.get("is_rtl"))}


def _blocks(blocks: list[dict[str, Any]], files: Mapping[str, StoredFile], look: Look) -> list[dict[str, Any]]:
    return [_block(each, files, look) for each in blocks]


def _block(of: dict[str, Any], files: Mapping[str, StoredFile], look: Look) -> dict[str, Any]:
    block = {name: _text(value) for name, value in of.items()}
    if "blocks" in of:
        block["blocks"] = _blocks(of["blocks"], files, look)
    if "items" in of:
        block["items"] = [each | {"blocks": _blocks(each["blocks"], files, look)} for each in of["items"]]
    if of["type"] == "photo":
        block["photo"] = look("photo", files[of["photo"][-1]["file_id"]])
    if of["type"] == "mathematical_expression":
        block["tree"] = tree(of["expression"], block=True)
    return block


def _text(of: Any) -> Any:
    """A RichText, or anything that holds some, with its formulas."""
    if isinstance(of, list):
        return [_text(each) for each in of]
    if not isinstance(of, dict):
        return of
    body = {name: _text(value) for name, value in of.items()}
    return body | ({"tree": tree(of["expression"], block=False)} if "expression" in of else {})
