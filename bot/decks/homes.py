"""Which deck of a file each card that its decks had is in now. All of them are one pool: an author who moves a card to
another deck means the same card.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from msgspec import Struct

from bot.decks.arrival import HadCard, HadDeck
from bot.decks.card import Deck
from bot.decks.changes import known_of
from bot.decks.having import Having
from bot.decks.match import Sides, both_sides, cells, pair_all, sides_of

# The cells of a card that was added in the chat.
_ADDED = "[]"

_NEARLY_ALL = 0.8


class Homes(Struct, frozen=True):
    """Where they are.

    Attributes:
        goes_on: the place of a deck that is new by its name → that of the older one which goes on as this.
        came: the place of a deck → the cards that come into it out of others.
    """

    goes_on: dict[int, int]
    came: dict[int, tuple[int, ...]]


def settle(decks: Sequence[Deck], having: Having) -> Homes:
    """Finds them. From then on `having` has each card at the place of the deck in which it is, or from which it is
    gone, and none that stays in a deck which is in the file no longer.
    """
    strays = [having.there[place] for place in sorted(having.there) if place >= len(decks)]
    if len(decks) == 1 and not strays:
        return Homes({}, {})
    homes = _found(decks, having)
    goes_on: dict[int, int] = {}
    for stray in sorted(strays, key=lambda stray: not stray.whole):
        if not stray.of_file and not _has_half(having.cards[stray.deck], homes):
            having.cards.pop(stray.deck)
        elif (place := _goes_on_at(stray, decks, having, homes, goes_on)) is not None:
            goes_on[place] = stray.deck
            having.media[place] = having.media[stray.deck]
    return Homes(goes_on, _gather(len(decks), having, homes, {older: place for place, older in goes_on.items()}))


def wanted(decks: Sequence[Deck], having: Having) -> tuple[int, ...]:
    """The places of the sender's other decks that the file has, too: under another name, or as parts of others.

    It has nearly all of their ids. Of one that has more besides, the file is an extract at the most.
    """
    if not having.ids:
        return ()
    there = {card.guid for deck in decks for card in deck.cards if card.guid}
    return tuple(place for place, ids in sorted(having.ids.items()) if len(ids & there) >= _NEARLY_ALL * len(ids) > 0)


def _found(decks: Sequence[Deck], having: Having) -> dict[int, int]:
    """Card → the place of the deck in which the file has it.

    First all that is exact, each step within the decks before between them: id, fields, text. What only looks the same
    is so within its deck alone; of a deck that is in the file no longer, in any.
    """
    pool = _Pool(decks, having)
    pool.between(Sides.pair_ids)
    pool.within(lambda some: some.pair_equal(cells))
    pool.between(lambda some: some.pair_first_in_use(cells), pool.came_in_files)
    pool.within(lambda some: some.pair(both_sides))
    pool.between(lambda some: some.pair_first_in_use(both_sides), pool.came_in_files)
    if pool.of_strays:
        pool.within(pair_all)
        pool.between(pair_all, pool.of_strays)
    return pool.homes


class _Pool:
    """The cards that the decks had and have, and which is which so far."""

    def __init__(self, decks: Sequence[Deck], having: Having) -> None:
        places = sorted(having.there)
        self._had_in = [place for place in places for _ in having.cards[place]]
        self._is_in = [place for place, deck in enumerate(decks) for _ in deck.cards]
        had = [known_of(each) for place in places for each in having.cards[place]]
        self._sides = sides_of(had, [card for deck in decks for card in deck.cards])
        # What somebody added to a deck in the chat was never in the file, and stays where they put it.
        self.came_in_files = frozenset(old for old, known in enumerate(had) if known.file_fields != ())
        self.of_strays = frozenset(old for old, place in enumerate(self._had_in) if place >= len(decks))

    @property
    def homes(self) -> dict[int, int]:
        """Of those that were found, card → the place of its deck now."""
        return {self._sides.old[old].card_id: self._is_in[new] for new, old in self._sides.kept.items()}

    def within(self, step: Callable[[Sides], None]) -> None:
        """Take the step in each deck by itself."""
        olds, news = _by_place(self._sides.old_left, self._had_in), _by_place(self._sides.new_left, self._is_in)
        pairs: dict[int, int] = {}
        for place in olds.keys() & news.keys():
            pairs |= self._stepped(step, olds[place], news[place])
        self._sides.take(pairs)

    def between(self, step: Callable[[Sides], None], only: Set[int] | None = None) -> None:
        """Take it among all, as if they were one deck; `only`: of the cards that the decks had."""
        left = self._sides.old_left
        some = left if only is None else [old for old in left if old in only]
        self._sides.take(self._stepped(step, some, self._sides.new_left))

    def _stepped(self, step: Callable[[Sides], None], old_left: list[int], new_left: list[int]) -> dict[int, int]:
        some = Sides(self._sides.old, self._sides.new, old_left, new_left)
        step(some)
        return some.kept


def _by_place(cards: Iterable[int], places: Sequence[int]) -> Mapping[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for card in cards:
        found[places[card]].append(card)
    return found


def _has_half(cards: Sequence[HadCard], homes: Mapping[int, int]) -> bool:
    """Whether the file has half of those in use that came in a file, and any at all."""
    living = [each.card_id for each in cards if not each.archived and each.file_fields != _ADDED]
    found = sum(each.card_id in homes for each in cards)
    return found > 0 and 2 * sum(card_id in homes for card_id in living) >= len(living)


def _goes_on_at(
    stray: HadDeck, decks: Sequence[Deck], having: Having, homes: Mapping[int, int], taken: Mapping[int, int]
) -> int | None:
    """The place of the deck that has most of its cards, of those that are new; None: it goes on as none.

    One that was all of the file does so in any case; another one where half of the one is half of the other.
    """
    free = [place for place in range(len(decks)) if place not in having.there and place not in taken]
    among = Counter(homes[each.card_id] for each in having.cards[stray.deck] if each.card_id in homes)
    place = max(free, key=lambda place: among[place], default=None)
    if place is None or stray.whole:
        return place
    living = sum(not each.archived for each in having.cards[stray.deck])
    return place if among[place] and 2 * among[place] >= min(living, len(decks[place].cards)) else None


def _gather(
    behind: int, having: Having, homes: Mapping[int, int], goes_on_at: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:
    """Puts each card to its deck, and the media of the deck out of which it comes with it. Gives those that come."""
    came: defaultdict[int, list[int]] = defaultdict(list)
    ways: set[tuple[int, int]] = set()
    had = {place: having.cards.pop(place) for place in sorted(having.cards)}
    for place, cards in had.items():
        here = goes_on_at.get(place, place)
        for each in cards:
            home = homes.get(each.card_id, here)
            if home != here:
                came[home].append(each.card_id)
                ways.add((place, home))
            if home < behind:
                having.cards[home].append(each)
    for place, home in sorted(ways):
        having.lent[home] |= having.media[place]
    return {place: tuple(cards) for place, cards in came.items()}
