"""A file that was read as one deck and now is several: each card of that deck goes where the file now has it."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from bot.decks.arrival import HadCard
from bot.decks.card import Deck
from bot.decks.changes import known_of
from bot.decks.having import Having
from bot.decks.match import match

# The cells of a card that was added in the chat.
_ADDED = "[]"


class Parting(Struct, frozen=True):
    """The place of the deck as which the older one goes on, and by place the cards of it that go to the others."""

    place: int
    came: dict[int, tuple[int, ...]]


def part(decks: Sequence[Deck], whole: str, having: Having, *, certain: bool) -> Parting | None:
    """Tells what the older deck has as what the decks have of which that is; None: there is no such deck.

    Args:
        whole: what it is called.
        certain: it is known to be of this file. Else it is so where the file has half of those that came in a file.
    """
    behind = len(decks)
    older, media = having.cards.pop(behind, []), having.media.pop(behind, {})
    place, keeps_name = None, not older
    if keeps_name:
        # One of the decks may have its name. If the others have anything, it was parted before.
        place = next((at for at, deck in enumerate(decks) if deck.name == whole), None)
        if place is None or behind == 1 or [at for at in range(behind) if having.cards[at]] != [place]:
            return None
        older, certain = having.cards.pop(place), True
    homes = _homes(decks, older)
    living = [each.card_id for each in older if not each.archived and each.file_fields != _ADDED]
    if not certain and (not homes or 2 * sum(card_id in homes for card_id in living) < len(living)):
        return None
    if place is None:
        free = [at for at in range(behind) if not having.cards[at]]
        among = Counter(homes.values())
        place = max(free, key=lambda at: among[at], default=None)
        if place is None:
            return None
    came: dict[int, list[int]] = {}
    for each in older:
        home = homes.get(each.card_id, place)
        having.cards[home].append(each)
        if home != place:
            came.setdefault(home, []).append(each.card_id)
    media = media or {**having.media[place]}
    for at in (place, *came):
        having.media[at] = {**media, **having.media[at]}
    # One that keeps its name and its cards is none that is parted.
    return Parting(place, {at: tuple(cards) for at, cards in came.items()}) if came or not keeps_name else None


def _homes(decks: Sequence[Deck], older: Sequence[HadCard]) -> dict[int, int]:
    """Card → the place of the deck in which the file has it."""
    cards = [card for deck in decks for card in deck.cards]
    places = [at for at, deck in enumerate(decks) for _ in deck.cards]
    return {card_id: places[at] for at, card_id in match([*map(known_of, older)], cards).kept.items()}
