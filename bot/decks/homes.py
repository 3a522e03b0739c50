"""Which deck of a file each card that its decks had is in now. All of them are one pool: an author who moves a card to
another deck means the same card.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import partial

from msgspec import Struct

from bot.decks.arrival import HadCard
from bot.decks.card import Card, Deck, parted_guid
from bot.decks.changes import known_of
from bot.decks.encoded import to_json
from bot.decks.having import Having
from bot.decks.known import is_id, known_as
from bot.decks.match import Sides, both_sides, cells, pair_all, row, sides_of

# The cells of a card that was added in the chat.
_ADDED = "[]"

_NEARLY_ALL = 0.8


class Homes(Struct, frozen=True):
    """Where they are.

    Attributes:
        goes_on: the place of a deck → that of the older one which goes on as this, and had another name.
        came: the place of a deck → the cards that come into it out of others.
    """

    goes_on: dict[int, int]
    came: dict[int, tuple[int, ...]]


def settle(decks: Sequence[Deck], having: Having) -> Homes:
    """Finds them. From then on `having` has each card at the place of the deck in which it is, or from which it is
    gone, and none that stays in a deck which is in the file no longer.
    """
    if len(decks) == 1 and having.there.keys() <= {0}:
        return Homes({}, {})
    homes = _found(decks, having)
    others = [
        each for each in having.there.values() if not each.of_file and not _has_half(having.cards[each.deck], homes)
    ]
    if others:
        # They only happen to be called so: no card of theirs stands in the way of those that the file's decks had.
        for each in others:
            having.cards.pop(each.deck)
        homes = _found(decks, having)
    goes_on = _named_anew(decks, having, homes)
    goes_on |= _new_by_name(decks, having, homes, goes_on)
    return Homes(goes_on, _gather(len(decks), having, homes, goes_on))


def wanted(decks: Sequence[Deck], having: Having) -> tuple[int, ...]:
    """The places of the sender's other decks that the file has, too: under another name, or as parts of others.

    It has nearly all of their ids. Of one that has more besides, the file is an extract at the most. What only says the
    same as cards of a deck is that deck where it is much of one that is new by its name.
    """
    if not having.ids:
        return ()
    those = [{known_as(card.guid, to_json(card.front), to_json(card.back)) for card in deck.cards} for deck in decks]
    new = [keys for place, keys in enumerate(those) if place not in having.there]
    there = set().union(*those, *(_ids_of(card) for deck in decks for card in deck.cards if card.guid))
    found: list[int] = []
    for place, ids in sorted(having.ids.items()):
        same = ids & there
        is_deck = any(map(is_id, same)) or any(2 * len(same & keys) >= len(keys) for keys in new)
        if is_deck and len(same) >= _NEARLY_ALL * len(ids) > 0:
            found.append(place)
    return tuple(found)


def _ids_of(card: Card) -> tuple[str, ...]:
    """Those that other files may have for it: a text says of a note's only card what a package says of its first."""
    mine, ordinal = parted_guid(card.guid, card.note)
    return () if ordinal else (mine, f"{mine}:0")


def _found(decks: Sequence[Deck], having: Having) -> dict[int, int]:
    """Card → the place of the deck in which the file has it.

    First all that is exact, each step within the decks before between them: id, fields, text. What only looks the same
    is so within its deck alone; of a deck that is in the file no longer, in any.
    """
    pool = _Pool(decks, having)
    # The sender may have the same notes in another deck, too, which is not called as one of the file's.
    pool.between(Sides.pair_ids, pool.in_use_here)
    pool.between(Sides.pair_ids)
    for step, key in ((Sides.pair_equal, cells), (Sides.pair_equal, row), (Sides.pair, both_sides)):
        # An archived one says the same as one that was moved before such cards were known again: that one is it.
        for in_use in (True, False):
            pool.within(partial(step, key=key, in_use=in_use))
            pool.between(partial(Sides.pair, key=key, in_use=in_use), pool.came_in_files)
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
        self.in_use_here = frozenset(old for old, known in enumerate(had) if not known.archived) - self.of_strays

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


def _named_anew(decks: Sequence[Deck], having: Having, homes: Mapping[int, int]) -> dict[int, int]:
    """As in `Homes.goes_on`, where decks have each other's names now: what is in them tells, and who may see it.

    So goes a deck of which nothing is under its name, and more than half is more than half of another one, if that goes
    so, too, or is new, and another one takes its name, unless the file has that no longer.
    """
    goes: dict[int, int] = {}
    for older in having.there:
        living = [each.card_id for each in having.cards[older] if not each.archived]
        among = Counter(homes[card_id] for card_id in living if card_id in homes)
        for place, many in among.most_common(1):
            has_name = older < len(decks) or place in having.there
            if has_name and older not in among and 2 * many > max(len(living), len(decks[place].cards)):
                goes[older] = place
    # Cards that only go on from deck to deck, as those of this week to the last one, leave all decks what they are.
    goes_on = {place: older for older, place in goes.items()}
    while stay := [
        older
        for older, place in goes.items()
        if (place in having.there and place not in goes) or (older < len(decks) and older not in goes_on)
    ]:
        for older in stay:
            goes_on.pop(goes.pop(older))
    return goes_on


def _new_by_name(
    decks: Sequence[Deck], having: Having, homes: Mapping[int, int], goes_on: Mapping[int, int]
) -> dict[int, int]:
    """As in `Homes.goes_on`, of those that are in the file no longer: as that of the new ones which has most of their
    cards, if half of the smaller is in the other. What the file was as one deck goes on in any case.
    """
    free = [place for place in range(len(decks)) if place not in having.there and place not in goes_on]
    is_free, gone_on = frozenset(free), {*goes_on.values()}
    found: list[tuple[bool, int, int, int]] = []
    for older, stray in having.there.items():
        if older < len(decks) or older in gone_on:
            continue
        living = sum(not each.archived for each in having.cards[older])
        among = Counter(homes[each.card_id] for each in having.cards[older] if each.card_id in homes)
        some = free if stray.whole and stray.of_file else is_free & among.keys()
        for place in some:
            if stray.whole or 2 * among[place] >= min(living, len(decks[place].cards)):
                found.append((not stray.whole, -among[place], older, place))
    new: dict[int, int] = {}
    for _, _, older, place in sorted(found):
        if place not in new and older not in gone_on:
            new[place] = older
            gone_on.add(older)
    return new


def _gather(
    behind: int, having: Having, homes: Mapping[int, int], goes_on: Mapping[int, int]
) -> dict[int, tuple[int, ...]]:
    """Puts each card to its deck, and the media of the deck out of which it comes with it. Gives those that come."""
    goes_on_at = {older: place for place, older in goes_on.items()}
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
    media = {**having.media}
    for older in goes_on_at:
        having.media.pop(older, None)
    for place, older in goes_on.items():
        having.media[place] = media.get(older, {})
    for place, home in sorted(ways):
        having.lent[home] |= media.get(place, {})
    return {place: tuple(cards) for place, cards in came.items()}
