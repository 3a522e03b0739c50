"""The media of a deck on its way out: what its cards call them, what its author did, and where they lie."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from bot.chat.talk import Context
from bot.decks import encoded
from bot.decks.departure import StoredSide
from bot.decks.media import media_names
from bot.storage.cards import StoredDeck

# The kinds of blocks that name a file, as a card's JSON has them.
_WITH_MEDIA = ('"picture"', '"sound"')


def authors_names(stored: Mapping[str, str]) -> dict[str, str]:
    """What its author called the media of a deck that was sent, by what its cards call them."""
    return {file: name for name, file in stored.items()}


def media_files(c: Context, deck: StoredDeck, stored: Mapping[str, str], sides: Sequence[StoredSide]) -> dict[str, str]:
    """The files of the deck's media that are there, by their author's names: all of a deck that was sent, of one in
    the folder the pictures that these cards name.
    """
    paths: dict[str, Path | None] = {name: c.imports.media / file for name, file in stored.items()}
    if not stored:
        paths = {name: c.picture(deck.file, name) for name in _named(sides)}
    return {name: str(path.absolute()) for name, path in paths.items() if path is not None and path.is_file()}


def _named(sides: Sequence[StoredSide]) -> dict[str, None]:
    """The pictures and recordings of all cards, in order."""
    texts = [text for side in sides for text in (side.front, side.back)]
    holding = [text for text in texts if any(kind in text for kind in _WITH_MEDIA)]
    return dict.fromkeys(name for text in holding for name in media_names(encoded.from_json(text)))
