"""A screen's page on its way out, and what is left of it when Telegram does not take it whole."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from bot.chat.plain import Entity, Text, draw
from bot.chat.refusals import Meaning
from bot.chat.rich import Rich
from bot.chat.screens import Button, Screen
from bot.chat.texts import English
from bot.decks.content import Picture

Rows = Sequence[Sequence[Button]]
Media = Literal["text", "photo"]

NO_PREVIEW = {"is_disabled": True}
# A server that has no rich messages, or does not take this one, takes its content the plain way.
_NOT_RICH = frozenset(
    {
        Meaning.NO_METHOD, Meaning.EMPTY, Meaning.ENTITIES, Meaning.FILE, Meaning.PICTURE, Meaning.NO_PICTURES,
        Meaning.REFUSED,
    }
)  # fmt: skip


class Parcel(Struct, frozen=True):
    """One message as it is to be sent."""

    text: Text
    rows: Rows = ()
    picture: Path | None = None
    data: bytes | None = None  # a picture that is no file
    thread_id: int | None = None
    reply_to: int | None = None  # a message that it points to
    names_picture: bool = True  # whether its name may be told where it cannot be shown
    is_sheet: bool = False  # the picture shows formulas, of which the text has the source
    rich: Rich | None = None  # goes instead of text and picture
    leafing: Rows = ()  # buttons above the others that a rich message needs not

    @classmethod
    def of(cls, screen: Screen, page: int, thread_id: int | None, *, rich: bool = False) -> "Parcel":
        """One page of a screen with its buttons; `rich`: all of it, if that can be."""
        shown = screen.pages[page]
        is_rich = rich and screen.rich is not None
        return cls(
            shown.text,
            screen.rows if is_rich else (*screen.leafing, *screen.rows),
            shown.picture,
            None,
            thread_id,
            names_picture=shown.names_picture,
            is_sheet=shown.is_sheet,
            rich=screen.rich if is_rich else None,
            leafing=screen.leafing if is_rich else (),
        )

    @property
    def media(self) -> Media:
        """What kind of message it becomes; a rich one can be edited as a text can."""
        return "text" if self.rich is not None or (self.picture is None and self.data is None) else "photo"

    def eased(self, meaning: Meaning) -> "Parcel | None":
        """What to send instead after that refusal, with every word of it; None if nothing would help."""
        if self.rich is not None and meaning in _NOT_RICH:
            return replace(self, rich=None, rows=(*self.leafing, *self.rows), leafing=())
        if meaning is Meaning.ENTITIES and self.text.entities:
            return replace(self, text=Text(self.text.text))
        if meaning in (Meaning.TOPIC, Meaning.TOPIC_CLOSED) and self.thread_id is not None:
            return replace(self, thread_id=None)
        if meaning in (Meaning.NO_PICTURES, Meaning.PICTURE) and self.is_sheet:
            return replace(self, picture=None, is_sheet=False)
        if meaning is Meaning.NO_PICTURES and self.picture is not None:
            return replace(self, text=_with(self.text, English.no_pictures_here), picture=None)
        if meaning is Meaning.PICTURE and self.picture is not None:
            return replace(self, text=self._with_note(self.picture.name), picture=None)
        return None

    def _with_note(self, name: str) -> Text:
        (note,) = draw([(Picture(name),)], lambda _: None, asking=not self.names_picture)
        return _with(self.text, note.text.text)

    @property
    def fields(self) -> dict[str, object]:
        """The text with its looks and its buttons, as Telegram itself takes them."""
        return {
            "text": self.text.text,
            "entities": [_looks(each) for each in self.text.entities] or None,
            "reply_markup": self.buttons,
            "link_preview_options": NO_PREVIEW,
        }

    @property
    def buttons(self) -> dict[str, object] | None:
        """The buttons as Telegram itself takes them."""
        return _buttons(self.rows)

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons as the library has them."""
        return keyboard(self.rows)

    @property
    def entities(self) -> list[MessageEntity]:
        """The looks as the library has them."""
        return [
            MessageEntity(each.type, each.offset, each.length, url=each.url, language=each.language)
            for each in self.text.entities
        ]


def _looks(entity: Entity) -> dict[str, object]:
    looks: dict[str, object] = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    details = {"language": entity.language, "url": entity.url}
    return looks | {name: detail for name, detail in details.items() if detail is not None}


def _buttons(rows: Rows) -> dict[str, object] | None:
    built = [[{"text": each.text, **_does(each)} for each in row] for row in rows if row]
    return {"inline_keyboard": built} if built else None


def _does(button: Button) -> dict[str, object]:
    if button.copy:
        return {"copy_text": {"text": button.copy}}
    return {"url": button.url} if button.url else {"callback_data": button.data}


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    """Buttons as the library has them; None for no buttons."""
    built = [[_button(button) for button in row] for row in rows if row]
    return InlineKeyboardMarkup(built) if built else None


def _button(button: Button) -> InlineKeyboardButton:
    if button.copy:
        return InlineKeyboardButton(button.text, copy_text=CopyTextButton(button.copy))
    if button.url:
        return InlineKeyboardButton(button.text, url=button.url)
    return InlineKeyboardButton(button.text, callback_data=button.data)


def _with(text: Text, note: str) -> Text:
    return Text(f"{text.text}\n\n{note}" if text.text else note, text.entities)
