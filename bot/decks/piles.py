"""The cards of a file, each put to the deck that the file names for it → its decks."""

import unicodedata
from collections.abc import Sequence

from msgspec import Struct, field

from bot.decks.card import Card, Deck, Fault, Parted
from bot.decks.textfile import no_card, repeats, slug_of


class Pile(Struct):
    """What belongs to one deck of a file, so far."""

    name: str
    cards: list[Card] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: dict[tuple[str, ...], int] = field(default_factory=dict)

    def add(self, found: Card | Fault, file: str) -> None:
        """Put a card here, or tell why an entry of this deck is none."""
        if isinstance(found, Fault):
            self.faults.append(found)
        else:
            self.faults += repeats(found, self.seen, file)
            self.cards.append(found)


class Piles:
    """The decks of a file, in the order in which it names them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._piles: dict[str, Pile] = {}

    def of(self, name: str) -> Pile:
        """What belongs to the deck of that name, however it is spelled."""
        return self._piles.setdefault(_known_by(name), Pile(name))

    @property
    def filled(self) -> list[Pile]:
        """Those that have cards."""
        return [pile for pile in self._piles.values() if pile.cards]

    @property
    def faults(self) -> list[Fault]:
        """All that was told of entries."""
        return [fault for pile in self._piles.values() for fault in pile.faults]

    def decks(self, faults: Sequence[Fault], columns: str, read_as: str, parted: Parted | None) -> tuple[Deck, ...]:
        """Those that have cards; with the first is told what is of the file as a whole.

        Raises:
            DeckError: there is no card in the file.
        """
        filled = self.filled
        others = [fault for pile in self._piles.values() if not pile.cards for fault in pile.faults]
        told = sorted([*faults, *others], key=lambda fault: fault.line)
        if not filled:
            raise no_card(told, self._file)
        filled[0].faults[:0] = told
        return tuple(
            Deck(
                slug_of(f"{pile.name.replace('/', '-')}.txt" if len(filled) > 1 else self._file),
                pile.name,
                self._file,
                tuple(pile.cards),
                tuple(sorted(pile.faults, key=lambda fault: fault.line)),
                columns if pile is filled[0] else "",
                read_as if pile is filled[0] else "",
                parted,
            )
            for pile in filled
        )


def _known_by(name: str) -> str:
    """As Anki takes two names for those of one deck."""
    return unicodedata.normalize("NFC", name).casefold()
