"""The bytes of a deck file → its decks: which reader it wants, by its content and its ending."""

from pathlib import PurePosixPath

from msgspec.structs import replace

from bot.decks import delimited, jsonl
from bot.decks.card import Card, Deck, Fault, overlong
from bot.decks.textfile import GoOn, no_card, surely

_MARKDOWN = frozenset({".md", ".markdown"})


def read(data: bytes, file: str, go_on: GoOn = surely) -> tuple[Deck, ...]:
    """The decks in a file's bytes: one, or those that its entries name. Packages of Anki are read by `anki.reading`.

    Args:
        file: its name or its path inside the decks folder, with `/`.
        go_on: asked all the while.

    Raises:
        GivenUp: it was not to go on.
        NotADeckError: it is Markdown without a card: somebody's notes.
        DeckError: the file as a whole cannot be read, or there is no card in it.
    """
    decks = [_without_overlong(deck) for deck in _read(data, file, go_on)]
    filled = [deck for deck in decks if deck.cards]
    lost = tuple(fault for deck in decks if not deck.cards for fault in deck.faults)
    if not filled:
        raise no_card(lost, file)
    first = replace(filled[0], faults=(*lost, *filled[0].faults)) if lost else filled[0]
    return (first, *filled[1:])


def _without_overlong(deck: Deck) -> Deck:
    faults = [*deck.faults]
    cards: list[Card] = []
    for card in deck.cards:
        if wrong := overlong(card.front, card.back):
            faults.append(Fault(deck.file, card.line, *wrong, loses_card=True))
        else:
            cards.append(card)
    return deck if len(cards) == len(deck.cards) else replace(deck, cards=tuple(cards), faults=tuple(faults))


def _read(data: bytes, file: str, go_on: GoOn) -> tuple[Deck, ...]:
    ending = PurePosixPath(file).suffix.lower()
    if ending == jsonl.ENDING or jsonl.has_header(data):
        return (jsonl.parse(data, file, go_on),)
    if ending in _MARKDOWN:
        # It takes a library, which the starting bot does not wait for.
        from bot.decks import markdown_cards

        return markdown_cards.decks_of(data, file, go_on)
    return delimited.decks_of(data, file, go_on)
