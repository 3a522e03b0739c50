"""What a card holds, as a small tree: paragraphs, code, pictures, sources. Readers make it, drawers show it."""

import json
import unicodedata
from typing import Any

from msgspec import Struct

STYLES = frozenset({"bold", "italic", "underline", "strike", "sub", "sup", "code"})


class Run(Struct, frozen=True):
    """Text in one look.

    Attributes:
        text: literal characters; a line break is a line break.
        styles: any of STYLES.
    """

    text: str
    styles: frozenset[str] = frozenset()


class Paragraph(Struct, frozen=True):
    """Running text."""

    runs: tuple[Run, ...]


class Code(Struct, frozen=True):
    """A block of code, every space of it meant.

    Attributes:
        language: as the author named it, such as "python"; empty when nobody did.
    """

    text: str
    language: str = ""


class Picture(Struct, frozen=True):
    """A picture by its name in the deck's folder, which may be missing there."""

    name: str


class Source(Struct, frozen=True):
    """Where an answer comes from: a date, an author."""

    text: str


Block = Paragraph | Code | Picture | Source
Content = tuple[Block, ...]


def is_blank(text: str) -> bool:
    """True when nothing of the text can be seen: white space, controls, format characters."""
    return all(char.isspace() or unicodedata.category(char) in ("Cc", "Cf") for char in text)


def words(content: Content) -> str:
    """The plain words, a line for each block; of a picture its name."""
    return "\n".join(_block_words(block) for block in content)


def _block_words(block: Block) -> str:
    match block:
        case Paragraph(runs):
            return "".join(run.text for run in runs)
        case Picture(name):
            return name
        case Code(text) | Source(text):
            return text


def to_json(content: Content) -> str:
    """The content as compact JSON, which `from_json` reads back exactly."""
    return json.dumps([_block_out(block) for block in content], ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> Content:
    """The content that `to_json` wrote.

    Raises:
        ValueError: it is not what `to_json` writes.
    """
    try:
        return tuple(_block_in(block) for block in json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError("not a card's content") from error


def _block_out(block: Block) -> dict[str, Any]:
    match block:
        case Paragraph(runs):
            return {"p": [[run.text, *sorted(run.styles)] for run in runs]}
        case Code(text, language):
            return {"code": text, "language": language}
        case Picture(name):
            return {"picture": name}
        case Source(text):
            return {"source": text}


def _block_in(block: dict[str, Any]) -> Block:
    if "p" in block:
        return Paragraph(tuple(Run(text, frozenset(styles)) for text, *styles in block["p"]))
    if "code" in block:
        return Code(block["code"], block["language"])
    if "picture" in block:
        return Picture(block["picture"])
    return Source(block["source"])
