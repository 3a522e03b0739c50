"""The blocks of a rich message as the chat will hold them: checked, counted, with their pictures and links.

The words of the refusals are ours, but where the README says otherwise.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from . import links, wire
from .rich_tags import cannot_parse
from .texts import TAKEN_OUT
from .values import Entity, StoredFile
from .world import World

MOST_CHARACTERS: Final = 32_768
MOST_BLOCKS: Final = 500
DEEPEST: Final = 16
MOST_MEDIA: Final = 50
MOST_COLUMNS: Final = 20
# What each kind of text or block brings beside its type: `?` for what may be left out.
TEXTS: Final = dict.fromkeys(("bold", "italic", "underline", "strikethrough", "spoiler", "code"), "text") | {
    **dict.fromkeys(("marked", "subscript", "superscript"), "text"),
    "date_time": "text unix_time date_time_format",
    "text_mention": "text user",
    "custom_emoji": "custom_emoji_id alternative_text",
    "mathematical_expression": "expression",
    "url": "text url",
    "email_address": "text email_address",
    "phone_number": "text phone_number",
    "bank_card_number": "text bank_card_number",
    "mention": "text username",
    "hashtag": "text hashtag",
    "cashtag": "text cashtag",
    "bot_command": "text bot_command",
    "anchor": "name",
    "anchor_link": "text anchor_name",
    "reference": "text name",
    "reference_link": "text reference_name",
}
BLOCKS: Final = {
    "paragraph": "text",
    "heading": "text size",
    "pre": "text language?",
    "footer": "text",
    "divider": "",
    "mathematical_expression": "expression",
    "anchor": "name",
    "list": "items",
    "blockquote": "blocks credit? is_expandable?",
    "pullquote": "text credit?",
    "collage": "blocks caption?",
    "slideshow": "blocks caption?",
    "table": "cells is_bordered? is_striped? caption?",
    "details": "summary blocks is_open?",
    "map": "location zoom width height caption?",
    "photo": "photo caption?",
}
CELL: Final = "text? is_header? colspan? rowspan? align? valign?"
ITEM: Final = "blocks has_checkbox? is_checked? value? type?"
NUMBERS: Final = frozenset({"size", "unix_time", "zoom", "width", "height", "colspan", "rowspan", "value"})
# Nothing is looked for inside these.
CLOSED: Final = frozenset(
    {"code", "url", "email_address", "phone_number", "text_mention", "anchor_link", "reference_link"}
)
FOUND: Final = {"mention": ("username", "@"), "hashtag": ("hashtag", "#"), "cashtag": ("cashtag", "$")}
ESCAPED: Final = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d+);")
ROMAN: Final = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(slots=True)
class Settling:
    """The blocks of one message on their way into a chat. `picture` gives the file that an InputMediaPhoto means."""

    world: World
    picture: Callable[[Mapping[str, Any]], StoredFile]
    find_links: bool
    files: list[StoredFile] = field(default_factory=list)
    characters: int = 0
    count: int = 0

    def blocks(self, given: Any, depth: int = 1) -> list[dict[str, Any]]:
        """An Array of RichBlock; raises RefusalError."""
        return [self._block(each, depth) for each in _listed(given, "blocks")]

    def _block(self, given: Any, depth: int) -> dict[str, Any]:
        kind, fields = _fields(given, BLOCKS, "block")
        self._counted(depth)
        if kind == "photo":
            self._photo(fields)
        if kind == "heading" and not 1 <= fields["size"] <= 6:
            raise cannot_parse("the size of a heading is a number from 1 to 6")
        if "expression" in fields:
            self._formula(fields["expression"])
        for name in ("text", "credit", "summary"):
            if name in fields:
                fields[name] = self.text(fields[name], depth, closed=kind == "pre")
        if "blocks" in fields:
            fields["blocks"] = self.blocks(fields["blocks"], depth + 1)
        if "items" in fields:
            items = _listed(fields["items"], "items")
            fields["items"] = [self._item(each, place, depth + 1) for place, each in enumerate(items, 1)]
        if "cells" in fields:
            fields["cells"] = [self._row(row, depth) for row in _listed(fields["cells"], "cells")]
        if "caption" in fields:
            fields["caption"] = self._caption(fields["caption"], depth, whole=kind != "table")
        return {"type": kind, **fields}

    def _counted(self, depth: int) -> None:
        self.count += 1
        if depth > DEEPEST:
            raise cannot_parse(f"more than {DEEPEST} levels")
        if self.count > MOST_BLOCKS:
            raise cannot_parse(f"more than {MOST_BLOCKS} blocks")

    def _photo(self, fields: dict[str, Any]) -> None:
        medium = fields["photo"]
        if not isinstance(medium, Mapping) or medium.get("type") != "photo":
            raise cannot_parse('Field "photo" must be an InputMediaPhoto')
        file = self.picture(medium)
        self.files.append(file)
        if len(self.files) > MOST_MEDIA:
            raise cannot_parse(f"more than {MOST_MEDIA} media")
        fields["photo"] = wire.sizes(file)
        if medium.get("has_spoiler"):
            fields["has_spoiler"] = True

    def _item(self, given: Any, place: int, depth: int) -> dict[str, Any]:
        _, fields = _fields(given, {"": ITEM}, "list item")
        self._counted(depth)
        label = _label(fields.get("value", place), fields["type"]) if "type" in fields else "•"
        return {"label": label, **fields, "blocks": self.blocks(fields["blocks"], depth + 1)}

    def _row(self, given: Any, depth: int) -> list[dict[str, Any]]:
        self._counted(depth)
        cells = [_fields(each, {"": CELL}, "table cell")[1] for each in _listed(given, "cells")]
        if sum(max(1, cell.get("colspan", 1)) for cell in cells) > MOST_COLUMNS:
            raise cannot_parse(f"more than {MOST_COLUMNS} columns")
        for cell in cells:
            cell.setdefault("align", "left")
            cell.setdefault("valign", "middle")
            if cell["align"] not in ("left", "center", "right") or cell["valign"] not in ("top", "middle", "bottom"):
                raise cannot_parse("unsupported alignment of a table cell")
            if "text" in cell:
                cell["text"] = self.text(cell["text"], depth + 1)
        return cells

    def _caption(self, given: Any, depth: int, *, whole: bool) -> Any:
        if not whole:
            return self.text(given, depth)
        _, fields = _fields(given, {"": "text credit?"}, "caption")
        return {name: self.text(value, depth) for name, value in fields.items()}

    # Texts

    def text(self, given: Any, depth: int, *, closed: bool = False) -> Any:
        """A RichText; `closed`: nothing in it becomes a link."""
        if depth > DEEPEST:
            raise cannot_parse(f"more than {DEEPEST} levels")
        if isinstance(given, str):
            return self._string(given, closed)
        if isinstance(given, list):
            return [self.text(each, depth, closed=closed) for each in given]
        kind, fields = _fields(given, TEXTS, "text")
        if kind == "spoiler" and (closed or _holds(given["text"], "code")):
            self.world.complaints.append("a spoiler around or inside of code is none")
            return self.text(given["text"], depth, closed=closed)
        if kind == "text_mention":
            person = self.world.who(int((fields["user"] or {}).get("id") or 0))
            if person is None:
                return self.text(given["text"], depth, closed=closed)
            fields["user"] = wire.user(person)
        self.characters += len(str(fields.get("alternative_text", "")))
        if "expression" in fields:
            self._formula(fields["expression"])
        if "text" in fields:
            fields["text"] = self.text(fields["text"], depth + 1, closed=closed or kind in CLOSED)
        return {"type": kind, **fields}

    def _formula(self, source: str) -> None:
        self.characters += len(source)
        if ESCAPED.search(source):
            self.world.complaints.append(f"a formula is LaTeX as it stands, nothing in it is escaped: {source}")

    def _string(self, given: str, closed: bool) -> Any:
        text = "".join(each for each in given if each not in TAKEN_OUT)
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise cannot_parse(f"more than {MOST_CHARACTERS} characters")
        if closed or not self.find_links:
            return text
        parts, at, coded = [], 0, text.encode("utf-16-le", "surrogatepass")
        for entity in links.found(text, ()):
            parts += [_cut(coded, at, entity.offset), _link(entity, _cut(coded, entity.offset, entity.end))]
            at = entity.end
        parts = [each for each in [*parts, _cut(coded, at, len(coded) // 2)] if each]
        return text if len(parts) < 2 and text in parts else parts[0] if len(parts) == 1 else parts or ""


def _cut(coded: bytes, start: int, end: int) -> str:
    return coded[2 * start : 2 * end].decode("utf-16-le", "surrogatepass")


def _link(entity: Entity, words: str) -> dict[str, Any]:
    """A RichText for a link that was found."""
    if entity.type in FOUND:
        name, mark = FOUND[entity.type]
        return {"type": entity.type, "text": words, name: words.removeprefix(mark)}
    if entity.type == "bot_command":
        return {"type": "bot_command", "text": words, "bot_command": words}
    if entity.type == "email":
        return {"type": "email_address", "text": words, "email_address": words}
    return {"type": "url", "text": words, "url": words if re.match(r"[a-z]+:", words, re.I) else f"http://{words}"}


def _fields(given: Any, kinds: Mapping[str, str], what: str) -> tuple[str, dict[str, Any]]:
    """The kind of an object and those of its fields that are known; raises RefusalError for what is missing."""
    if not isinstance(given, Mapping):
        raise cannot_parse(f"a rich {what} must be an Object")
    kind = str(given.get("type", "")) if "" not in kinds else ""
    if kind not in kinds:
        raise cannot_parse(f'Unsupported rich {what} type "{kind}"')
    fields: dict[str, Any] = {}
    for name in kinds[kind].split():
        plain = name.removesuffix("?")
        if given.get(plain) is not None:
            fields[plain] = _right(plain, given[plain])
        elif not name.endswith("?"):
            raise cannot_parse(f'Field "{plain}" of a rich {what} must be there')
    return kind, fields


def _right(name: str, value: Any) -> Any:
    if name in NUMBERS and (not isinstance(value, int) or isinstance(value, bool)):
        raise cannot_parse(f'Field "{name}" must be a Number')
    if name in ("expression", "language", "name", "url") and not isinstance(value, str):
        raise cannot_parse(f'Field "{name}" must be a String')
    return value


def _listed(given: Any, name: str) -> Sequence[Any]:
    if not isinstance(given, list):
        raise cannot_parse(f'Field "{name}" must be an Array')
    return given


def _holds(text: Any, kind: str) -> bool:
    if isinstance(text, list):
        return any(_holds(each, kind) for each in text)
    return isinstance(text, Mapping) and (text.get("type") == kind or _holds(text.get("text"), kind))


def _label(number: int, kind: str) -> str:
    """What stands before an item of an ordered list."""
    if kind in "aA" and number > 0:
        letters = ""
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(97 + rest) + letters
    elif kind in "iI" and 0 < number < 40:
        letters = ""
        for worth, sign in ROMAN:
            while number >= worth:
                letters, number = letters + sign, number - worth
    else:
        letters = str(number)
    return f"{letters.upper() if kind in 'AI' else letters}."
