"""What somebody wrote or sent → the side of a card, its picture or its recording kept beside the database."""

import asyncio
import html as markup
import logging
import re
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import accumulate
from pathlib import PurePosixPath

import telegram
from msgspec import Struct
from msgspec.structs import replace
from telegram.error import TelegramError

from bot.chat.talk import Context
from bot.decks import picture, recording
from bot.decks.content import Block, Content, Picture, Sound

log = logging.getLogger(__name__)

FETCHING_SECONDS = 60.0
MOST_OF_A_SOUND = 5 * 2**20
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_BLOCKS = frozenset({"pre", "blockquote", "expandable_blockquote"})
_ADDRESS = re.compile(r"https?://[^\s\"<>]+", re.IGNORECASE)
_LANGUAGE = re.compile(r"[\w+#.-]+")
# One that begins anew before it ends is no formula.
_FORMULA = re.compile(
    r"\\\((?:[^\\]|\\[^()])*\\\)|\\\[(?:[^\\]|\\[^\[\]])*\\\]|\[\$(\$?)\][^\[]*\[/\$\1\]|\[latex\][^\[]*\[/latex\]"
)
# A name of a recording that is typed would be that of somebody else's.
_SOUND = re.compile(r"\[(?=sound:)", re.IGNORECASE)
# Halves of pairs, and what our readers mark gaps with, are no characters; nor are controls, but for line break and tab.
_NONE = re.compile("[\ud800-\udfff\ufdd0-\ufdef\x00-\x08\x0b-\x1f\x7f]")
_PICTURES = ((b"\x89PNG", ".png"), (b"GIF8", ".gif"), (b"RIFF", ".webp"))
_SOUNDS = {"audio/ogg": ".ogg", "audio/opus": ".ogg", "audio/mp4": ".m4a", "audio/x-m4a": ".m4a", "audio/wav": ".wav"}
_SOUND_ENDING = re.compile(r"\.(?:mp3|m4a|ogg|oga|opus|wav|flac|aac)\Z")


class Unfit(Exception):  # noqa: N818 (it tells what happened)
    """No side of a card can be made of it, and these are the words for who sent it."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Mark(Struct, frozen=True):
    """A stretch of a text with a look, by its characters; `detail`: an address, or the language of code."""

    kind: str
    begins: int
    ends: int
    detail: str = ""


class Words(Struct, frozen=True):
    """A text with the looks that its author gave it."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(cls, text: str, entities: Sequence[telegram.MessageEntity]) -> "Words":
        """As Telegram has it, its offsets counted in UTF-16 units."""
        units = [0, *accumulate(2 if char > "\uffff" else 1 for char in text)]
        marks = [
            Mark(
                str(entity.type),
                bisect_left(units, entity.offset),
                min(bisect_left(units, entity.offset + entity.length), len(text)),
                entity.url or entity.language or "",
            )
            for entity in entities
        ]
        return cls(text, tuple([mark for mark in marks if mark.begins < mark.ends]))

    def content(self, begins: int = 0, ends: int | None = None) -> Content:
        """What a stretch of it says, its formulas understood; no word of it is lost."""
        ends = len(self.text) if ends is None else ends
        formulas = [found.span() for found in _FORMULA.finditer(self.text)]
        marks = [
            replace(mark, begins=max(mark.begins, begins), ends=min(mark.ends, ends))
            for mark in self.marks
            # A look that begins or ends in a formula would be a part of it.
            if not any(start < mark.begins < end or start < mark.ends < end for start, end in formulas)
        ]
        shown = [mark for mark in marks if mark.begins < mark.ends]
        # What reads HTML is loaded with the first card that somebody writes: the starting bot does not wait for it.
        from bot.decks import html

        return html.parse("".join(self._written(begins, ends, sorted(shown, key=_order))))

    def line_break(self, begins: int = 0) -> int:
        """Where the first line ends from there on, code and quotations being whole; -1: there is one line only."""
        at = self.text.find("\n", begins)
        while at >= 0 and any(mark.kind in _BLOCKS and mark.begins <= at < mark.ends for mark in self.marks):
            at = self.text.find("\n", at + 1)
        return at

    def is_code(self, at: int) -> bool:
        """Whether that character stands in code."""
        return any(mark.kind in ("pre", "code") and mark.begins <= at < mark.ends for mark in self.marks)

    def _written(self, begins: int, ends: int, marks: list[Mark]) -> Iterator[str]:
        """HTML of a stretch; a mark that reaches over the end of another is two."""
        at = begins
        while marks:
            first, *others = marks
            yield _escaped(self.text[at : first.begins])
            opening, closing = self._tags(first)
            inside = [replace(mark, ends=min(mark.ends, first.ends)) for mark in others if mark.begins < first.ends]
            after = [replace(mark, begins=max(mark.begins, first.ends)) for mark in others if mark.ends > first.ends]
            yield opening
            yield from self._written(first.begins, first.ends, inside)
            yield closing
            at, marks = first.ends, sorted(after, key=_order)
        yield _escaped(self.text[at:ends])

    def _tags(self, mark: Mark) -> tuple[str, str]:
        if mark.kind in _TAGS:
            return f"<{_TAGS[mark.kind]}>", f"</{_TAGS[mark.kind]}>"
        if mark.kind == "pre":
            if _LANGUAGE.fullmatch(mark.detail):
                return f'<pre><code class="language-{mark.detail}">', "</code></pre>"
            return "<pre>", "</pre>"
        address = {"text_link": mark.detail, "url": self.text[mark.begins : mark.ends]}.get(mark.kind, "")
        return (f'<a href="{_escaped(address)}">', "</a>") if _ADDRESS.fullmatch(address) else ("", "")


def _order(mark: Mark) -> tuple[int, int]:
    return mark.begins, -mark.ends


def _escaped(text: str) -> str:
    return _SOUND.sub("&#91;", markup.escape(_NONE.sub("", text)))


class Heard(Struct, frozen=True):
    """What a message holds that a card can: words, a picture or a recording."""

    words: Words
    media: tuple[Block, ...] = ()

    @property
    def content(self) -> Content:
        """All of it; the words stand under the picture."""
        return (*self.media, *self.words.content())


@asynccontextmanager
async def heard(c: Context, message: telegram.Message) -> AsyncIterator[Heard]:
    """What the message holds, its media among those of sent decks.

    They are safe from being swept away until this is left: by then something in the database has to name them.

    Raises:
        Unfit: there is nothing in it that a card can hold, or it is too large.
    """
    text = message.text if message.text is not None else message.caption
    words = Words.of(text or "", message.entities or message.caption_entities)
    file = _picture_of(message) or _sound_of(message)
    if file is None:
        if message.text is None:
            raise Unfit(c.say.no_side)
        yield Heard(words)
        return
    is_sound = _sound_of(message) is not None
    data = await _fetched(c, file, MOST_OF_A_SOUND if is_sound else picture.MOST_BYTES)
    async with c.imports.kept(data, _ending_of_sound(file) if is_sound else _ending_of_picture(data)) as name:
        if is_sound:
            if await asyncio.to_thread(recording.kind_of, c.imports.media / name) is None:
                raise Unfit(c.say.no_recording)
            yield Heard(words, (Sound(name),))
            return
        if why := await asyncio.to_thread(picture.why_not, c.imports.media / name):
            raise Unfit(c.say.no_picture(why))
        yield Heard(words, (Picture(name),))


File = telegram.PhotoSize | telegram.Document | telegram.Voice | telegram.Audio


def _picture_of(message: telegram.Message) -> File | None:
    if message.photo:
        return message.photo[-1]
    return _document(message, "image/")


def _sound_of(message: telegram.Message) -> File | None:
    return message.voice or message.audio or _document(message, "audio/")


def _document(message: telegram.Message, kind: str) -> File | None:
    document = message.document
    is_that = document is not None and message.animation is None and (document.mime_type or "").startswith(kind)
    return document if is_that else None


async def _fetched(c: Context, file: File, most: int) -> bytes:
    if (file.file_size or 0) > most:
        raise Unfit(c.say.side_too_large(most // 2**20))
    try:
        told = await c.bot.get_file(file.file_id)
        data = await told.download_as_bytearray(read_timeout=FETCHING_SECONDS)
    except TelegramError as error:
        log.warning("what somebody sent for a card could not be fetched: %s", type(error).__name__)
        raise Unfit(c.say.not_fetched) from None
    if len(data) > most:
        raise Unfit(c.say.side_too_large(most // 2**20))
    return bytes(data)


def _ending_of_picture(data: bytes) -> str:
    return next((ending for head, ending in _PICTURES if data.startswith(head)), ".jpg")


def _ending_of_sound(file: File) -> str:
    named = PurePosixPath(getattr(file, "file_name", None) or "").suffix.lower()
    if _SOUND_ENDING.match(named):
        return named
    return ".ogg" if isinstance(file, telegram.Voice) else _SOUNDS.get(getattr(file, "mime_type", None) or "", ".mp3")
