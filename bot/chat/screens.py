"""What one message shows: pages of text and pictures, and rows of buttons."""

from msgspec import Struct

from bot.chat.plain import Page


class Button(Struct, frozen=True):
    """A button with its words and either a payload or an address."""

    text: str
    data: str = ""
    url: str = ""


class Screen(Struct, frozen=True):
    """A message as a value. Of several pages one is shown at a time."""

    pages: tuple[Page, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
