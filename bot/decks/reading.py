"""The bytes of a deck file → Deck: which reader it wants, by its content and its ending."""

from pathlib import PurePosixPath

from bot.decks import delimited, jsonl
from bot.decks.card import Deck

_MARKDOWN = frozenset({".md", ".markdown"})


def read(data: bytes, file: str) -> Deck:
    """The deck in a file's bytes. Packages of Anki hold several decks and are read by `anki.reading`.

    Args:
        file: its name or its path inside the decks folder, with `/`.

    Raises:
        NotADeckError: it is Markdown without a card: somebody's notes.
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    ending = PurePosixPath(file).suffix.lower()
    if ending == jsonl.ENDING or jsonl.has_header(data):
        return jsonl.parse(data, file)
    if ending in _MARKDOWN:
        # It takes a library, which the starting bot does not wait for.
        from bot.decks import markdown_cards

        return markdown_cards.parse(data, file)
    return delimited.parse(data, file)
