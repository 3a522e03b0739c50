"""What one message shows: pages of text and pictures, and rows of buttons."""

from dataclasses import dataclass

from bot.chat.plain import Page


@dataclass(frozen=True, slots=True)
class Button:
    """A button with its words and either a payload or an address."""

    text: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Screen:
    """A message as a value. Of several pages one is shown at a time."""

    pages: tuple[Page, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
