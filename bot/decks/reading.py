"""The bytes of a deck file → Deck: which reader it wants, by its content and its ending."""

from pathlib import PurePosixPath

from msgspec.structs import replace

from bot.decks import delimited, jsonl
from bot.decks.card import Card, Deck, Fault, overlong
from bot.decks.textfile import no_card

_MARKDOWN = frozenset({".md", ".markdown"})


def read(data: bytes, file: str) -> Deck:
    """The deck in a file's bytes. Packages of Anki hold several decks and are read by `anki.reading`.

    Args:
        file: its name or its path inside the decks folder, with `/`.

    Raises:
        NotADeckError: it is Markdown without a card: somebody's notes.
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    deck = _read(data, file)
    faults = [*deck.faults]
    cards: list[Card] = []
    for card in deck.cards:
        if wrong := overlong(card.front, card.back):
            faults.append(Fault(file, card.line, *wrong, loses_card=True))
        else:
            cards.append(card)
    if not cards:
        raise no_card(faults, file)
    return deck if len(cards) == len(deck.cards) else replace(deck, cards=tuple(cards), faults=tuple(faults))


def _read(data: bytes, file: str) -> Deck:
    ending = PurePosixPath(file).suffix.lower()
    if ending == jsonl.ENDING or jsonl.has_header(data):
        return jsonl.parse(data, file)
    if ending in _MARKDOWN:
        # It takes a library, which the starting bot does not wait for.
        from bot.decks import markdown_cards

        return markdown_cards.parse(data, file)
    return delimited.parse(data, file)
