"""Bytes → text, or in words what the bytes are instead."""

from bot.decks.card import DeckError

_KINDS = (
    (b"PK\x03\x04", "a packed file", "Is it an Anki package or a spreadsheet? Export it as text."),
    (b"\xd0\xcf\x11\xe0", "a file of an office program", "Save it as text (UTF-8)."),
    (b"%PDF-", "a PDF", "Save its words as text (UTF-8)."),
    (b"SQLite format 3\0", "a database", "Is it an Anki collection? Export it as text."),
    (b"\x1f\x8b", "a packed file", "Unpack it first."),
    (b"\x89PNG", "a picture", "Put it beside the deck that shows it, under its own ending."),
    (b"\xff\xd8\xff", "a picture", "Put it beside the deck that shows it, under its own ending."),
    (b"\x7fELF", "a program", "Take it out of the folder."),
)
_BINARY = frozenset(range(32)) - frozenset(b"\t\n\v\f\r\x1b")


def text_of(data: bytes, file: str) -> str:
    """The text of a file in UTF-8, with or without a byte order mark.

    Raises:
        DeckError: it is no such text.
    """
    for start, kind, advice in _KINDS:
        if data.startswith(start):
            raise DeckError(file, 0, f"this is {kind} and no text", advice)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16(data):
        raise DeckError(file, 0, "this is not UTF-8 text", "Was it saved as Unicode (UTF-16)? Save it again as UTF-8.")
    if b"\0" in data:
        raise _no_text(data, file)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if _looks_binary(data):
            raise _no_text(data, file) from error
        what = "this line has a character that is not UTF-8"
        cause = "Was it saved by Excel or an older Notepad? Save it again as UTF-8."
        raise DeckError(file, _line(data, error.start), what, cause) from error


def _no_text(data: bytes, file: str) -> DeckError:
    if _looks_binary(data):
        return DeckError(file, 0, "this is no text", "Is it a picture, a sound or a program under the name of a deck?")
    cause = "Was the file damaged on its way? Write the line anew."
    return DeckError(file, _line(data, data.index(b"\0")), "this line has a NUL byte, which no text has", cause)


def _line(data: bytes, at: int) -> int:
    return data.count(b"\n", 0, at) + 1


def _is_utf16(data: bytes) -> bool:
    """Every second byte of Latin text is a NUL, and of any text those of its spaces and line ends."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if bool(even) == bool(odd) or (even + odd) * 20 < len(data):
        return False
    return b"\n" not in data or (b"\0\n" if even else b"\n\0") in data


def _looks_binary(data: bytes) -> bool:
    """Of what is no text, many bytes are such as no text has."""
    head = data[:4096]
    return sum(byte in _BINARY for byte in head) * 12 > len(head)
