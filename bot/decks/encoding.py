"""Bytes → text, or in words what the bytes are instead."""

import codecs

from msgspec import Struct

from bot.decks.card import DeckError
from bot.decks.codepages import page_of

_KINDS = (
    (b"PK\x03\x04", "a packed file", "Is it an Anki package or a spreadsheet? Export it as text."),
    (b"\xd0\xcf\x11\xe0", "a file of an office program", "Save it as text (UTF-8)."),
    (b"%PDF-", "a PDF", "Save its words as text (UTF-8)."),
    (b"SQLite format 3\0", "a database", "Is it an Anki collection? Export it there as a package (.apkg)."),
    (b"\x1f\x8b", "a packed file", "Unpack it first."),
    (b"\x89PNG", "a picture", "Put it beside the deck that shows it, under its own ending."),
    (b"\xff\xd8\xff", "a picture", "Put it beside the deck that shows it, under its own ending."),
    (b"\x7fELF", "a program", "Take it out of the folder."),
)
_PAGES = {
    "cp1250": "Windows, Central European",
    "cp1251": "Windows, Cyrillic",
    "cp1252": "Windows, Western European",
}
# So much of the letters must be those of one language.
_ENOUGH = 0.6
_SAMPLE = 4096
_DAMAGED = "Was the file damaged on its way? Write the line anew."
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


class Decoded(Struct, frozen=True):
    """The text of a file, and as what it was read if that is not UTF-8: words for its author, or empty."""

    text: str
    read_as: str = ""


def text_of(data: bytes, file: str) -> Decoded:
    """The text of a file: UTF-8, UTF-16 with or without its mark, or the Windows code page whose letters fit.

    Raises:
        DeckError: it is no such text.
    """
    for start, kind, advice in _KINDS:
        if data.startswith(start):
            raise DeckError(file, 0, f"this is {kind} and no text", advice)
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise DeckError(file, 0, "this text is UTF-32, which is not read", "Save it again as UTF-8.")
    utf16 = _utf16(data)
    if utf16:
        return Decoded(_from_utf16(data, utf16, file), "UTF-16")
    if b"\0" in data:
        raise _no_text(data, file)
    try:
        return Decoded(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        if _looks_binary(data):
            raise _no_text(data, file) from error
        guess = None if _is_damaged_utf8(data) else page_of(data)
        if guess is not None and guess.share >= _ENOUGH:
            return Decoded(data.decode(guess.page), f"{_PAGES[guess.page]} ({guess.page})")
        what = "this line has a character that is not UTF-8"
        cause = "Was it saved by Excel or an older Notepad? Save it again as UTF-8."
        raise DeckError(file, _line(data, error.start), what, cause) from error


def _is_damaged_utf8(data: bytes) -> bool:
    """More is UTF-8 than is not: letters of a code page hardly ever are by chance."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(ord(char) > 127 for char in text) >= 2 * broken


def _from_utf16(data: bytes, encoding: str, file: str) -> str:
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, "ignore").count("\n") + 1
        raise DeckError(file, line, "this line is no whole UTF-16", "Was the file cut off on its way?") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise DeckError(file, line, "this line has a NUL byte, which no text has", _DAMAGED)
    return text


def _no_text(data: bytes, file: str) -> DeckError:
    if _looks_binary(data):
        return DeckError(file, 0, "this is no text", "Is it a picture, a sound or a program under the name of a deck?")
    return DeckError(file, _line(data, data.index(b"\0")), "this line has a NUL byte, which no text has", _DAMAGED)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _utf16(data: bytes) -> str:
    """The order of its bytes if this is UTF-16, else nothing.

    Every second byte of Latin text is a NUL, and of any text those of its spaces and line ends.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    even, odd = data[::2].count(0), data[1::2].count(0)
    if bool(even) == bool(odd) or (even + odd) * 20 < len(data):
        return ""
    if b"\n" in data and (b"\0\n" if even else b"\n\0") not in data:
        return ""
    pairs = [data[at : at + 2] for at in range(0, min(len(data), _SAMPLE) - 1, 2)]
    if 2 * sum(all(32 <= byte < 127 for byte in pair) for pair in pairs) > len(pairs):
        # A plain text with a NUL in it.
        return ""
    return "utf-16-be" if even else "utf-16-le"


def _looks_binary(data: bytes) -> bool:
    """Of what is no text, many bytes are such as no text has."""
    head = data[:_SAMPLE]
    return sum(byte in _BINARY for byte in head) * 12 > len(head)
