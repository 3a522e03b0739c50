"""Content → text with entities, pictures beside it. Never markup text."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of a text with a look, as Telegram has it; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text and its looks."""

    text: str
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What one message can show: a text, or a picture with the text under it."""

    text: Text
    picture: Path | None = None
