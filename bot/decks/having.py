"""What decks have already, as the bot tells it to the process that reads a file for them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import BinaryIO

from msgspec import Struct, field

from bot.decks.arrival import AllHad, Had, HadCard, HadDeck, HadMedia, HadType, Ids, from_line
from bot.decks.card import Card
from bot.decks.encoded import from_json
from bot.decks.media import media_names, with_stored_media


class Having(Struct, frozen=True):
    """What they have, by their places among the decks of the file, and behind these.

    Attributes:
        there: those of the decks that there are.
        types: the note types of the cards, by the number by which these call them.
        media: of each deck the stored names by the author's.
        lent: the same of other decks, out of which cards come into it.
        ids: by what cards in use of other decks of its sender's are known, by their places.
    """

    there: dict[int, HadDeck] = field(default_factory=dict)
    cards: defaultdict[int, list[HadCard]] = field(default_factory=lambda: defaultdict(list))
    types: dict[int, str] = field(default_factory=dict)
    media: defaultdict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    lent: defaultdict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    ids: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    @property
    def stored(self) -> frozenset[str]:
        """All their media, as they are stored."""
        return frozenset(stored for names in self.media.values() for stored in names.values())

    def with_media(self, place: int, cards: tuple[Card, ...], brought: Mapping[str, str]) -> tuple[Card, ...]:
        """The cards of a file, and media that it names and does not bring (as `brought`) are those of the deck."""
        known = self.lent[place] | self.media[place]
        if not known:
            return cards
        # What is there and can neither be shown nor heard is called in the cards as its author calls it.
        other = {*brought} | {
            name
            for had in self.cards[place]
            for side in (had.written.front, had.written.back)
            for name in media_names(from_json(side))
        }
        names = {name: stored for name, stored in known.items() if name not in other}
        return tuple([with_stored_media(card, names) for card in cards])


def hear(lines: BinaryIO, having: Having) -> None:
    """Have also what is told until all of it is."""
    while not isinstance(message := from_line(lines.readline()), AllHad):
        match message:
            case HadDeck(deck):
                having.there[deck] = message
            case Ids(deck, known):
                having.ids[deck].update(known)
            case HadType(notetype_id, body):
                having.types[notetype_id] = body
            case HadMedia(deck, names):
                having.media[deck].update(names)
            case Had(deck, cards):
                having.cards[deck] += cards
            case _:
                raise AssertionError("only these are told")
