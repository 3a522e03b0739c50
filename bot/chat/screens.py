"""What one message shows: pages of text and pictures, and rows of buttons."""

from msgspec import Struct

from bot.chat.plain import Page
from bot.chat.rich import Rich


class Button(Struct, frozen=True):
    """A button with its words and either a payload, an address, or a text that it copies."""

    text: str
    data: str = ""
    url: str = ""
    copy: str = ""


class Screen(Struct, frozen=True):
    """A message as a value.

    Attributes:
        pages: of several, one is shown at a time.
        rows: its buttons.
        rich: all of it in one message, where that shows more and the server takes it.
        leafing: the row above the others that leads to the next page; a rich message needs none.
    """

    pages: tuple[Page, ...]
    rows: tuple[tuple[Button, ...], ...] = ()
    rich: Rich | None = None
    leafing: tuple[tuple[Button, ...], ...] = ()
