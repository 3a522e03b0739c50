"""What somebody sees of a message, as a value that compares whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .values import Message

# Links are called so in a text, and some of them otherwise in a rich message.
FOLLOWED = frozenset(
    {"url", "text_link", "mention", "text_mention", "hashtag", "cashtag", "bot_command", "email", "email_address"}
)


@dataclass(frozen=True, slots=True)
class Screen:
    """Text, rows of button labels and the name of the picture; the message itself is not compared.

    `menu`: there is a button ⋯ as well, by which many messages say what else can be done. It is compared no more than
    the message, so that whoever asks what a message says need not name it.
    """

    text: str
    rows: tuple[tuple[str, ...], ...] = ()
    picture: str | None = None
    message: Message | None = field(default=None, compare=False, repr=False)
    menu: bool = field(default=False, compare=False)

    @property
    def labels(self) -> list[str]:
        """All buttons, in reading order."""
        return [label for row in self.rows for label in row]

    @property
    def links(self) -> list[str]:
        """The kinds of everything in the text that can be followed by a tap."""
        if self.message is None:
            return []
        kinds = [*(each.type for each in self.message.entities), *_types(self.message.rich)]
        return [kind for kind in kinds if kind in FOLLOWED]

    def __str__(self) -> str:
        rows = [" ".join(f"[{label}]" for label in row) for row in self.rows]
        return "\n".join([*([f"(picture {self.picture})"] if self.picture else []), self.text, *rows])


def _types(of: Any) -> list[str]:
    """The types of everything in a RichMessage, outer ones first."""
    if isinstance(of, Mapping):
        own = [str(of["type"])] if "type" in of else []
        return [*own, *_types(list(of.values()))]
    return [kind for each in of for kind in _types(each)] if isinstance(of, list) else []


NOTHING = Screen("")
MENU = "⋯"


def screen(message: Message) -> Screen:
    """What a message looks like."""
    labels = [[button.text for button in row] for row in message.rows]
    rows = tuple(tuple(label for label in row if label != MENU) for row in labels if row != [MENU])
    return Screen(message.text, rows, message.file_name or None, message, any(MENU in row for row in labels))


def screen_of(text: str, *rows: str, picture: str | None = None) -> Screen:
    """The screen with that text and rows of buttons written as they look: `"[Again · 1m] [Hard · 6m]"`."""
    return Screen(text, tuple(tuple(row.removeprefix("[").removesuffix("]").split("] [")) for row in rows), picture)
