"""Which new card is which old one, when a deck is read again. Pure: values in, values out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from itertools import product

from msgspec import Struct, field

from bot.decks.card import Card, Kind, parted_guid
from bot.decks.content import Content, words
from bot.decks.likeness import Print, candidates, likeness, normalised, print_of, rough_likeness

SHORTEST_TELLING_BACK = 12
ALIKE = 0.7
MAYBE_ALIKE = 0.55
SHARING_ALIKE = 0.3
REWRITTEN_BELOW = 0.4
# Of cards that share a side so many pairs are compared; where "Yes" answers more, nobody could tell.
_MOST_OF_A_SIDE = 64


class Known(Struct, frozen=True, gc=False):
    """A card that is in the database, archived or not.

    Attributes:
        file_fields: the cells that its file had when it was edited here; empty: it is in no file; None: never edited.
    """

    card_id: int
    fields: tuple[str, ...]
    front: Content
    back: Content
    kind: Kind
    guid: str = ""
    archived: bool = False
    note: str = ""
    file_fields: tuple[str, ...] | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """Those by which its file knows it."""
        return self.file_fields or self.fields


class Matching(Struct, frozen=True):
    """What becomes of the cards.

    Attributes:
        kept: place among the new cards → the card it is.
        created: places of the new cards that are new.
        gone: cards that are in the file no longer and were until now.
        rewritten: kept cards whose answer changed so much that their memory may no longer fit.
        edited: places of kept cards that stay as they were edited here, as their file says nothing new.
        alike: place of one that is new → one that is gone, of which it may be another wording: they are less alike, or
            one side is the same.
    """

    kept: dict[int, int]
    created: tuple[int, ...]
    gone: tuple[int, ...]
    rewritten: tuple[int, ...]
    edited: frozenset[int] = frozenset()
    alike: dict[int, int] = field(default_factory=dict)


def match(
    old: Sequence[Known], new: Sequence[Card], *, same: bool = False, otherwise: Collection[tuple[int, int]] = ()
) -> Matching:
    """Finds each new card among the old ones, archived ones too; `same`: also where it may be another wording.

    `otherwise`: pairs (place among the new cards, old card) of which the contrary of `same` holds.

    The steps in their order, each only among what is left and only where it is one to one: guid, exact text of all
    fields, normalised text, normalised front, a telling back, guarded likeness. A sibling follows the card of its note.
    """
    sides = sides_of(old, new)
    pair_all(sides)
    alike = _maybe_alike(sides)
    taken = {at: place for at, place in alike.items() if same != ((at, old[place].card_id) in otherwise)}
    sides.take(taken)
    alike = {at: place for at, place in alike.items() if at not in taken}
    kept = {at: old[place].card_id for at, place in sorted(sides.kept.items())}
    edited = frozenset(at for at, place in sides.kept.items() if _says_what_it_said(new[at], old[place].file_fields))
    return Matching(
        kept,
        tuple(at for at in range(len(new)) if at not in kept),
        # One that was added by hand was never in the file.
        tuple(old[place].card_id for place in sides.old_left if not _is_aside(old[place])),
        tuple(
            kept[at] for at in kept if at not in edited and is_rewritten(old[sides.kept[at]].back, new[at].back)
        ),
        edited,
        {at: old[place].card_id for at, place in sorted(alike.items())},
    )  # fmt: skip


def _says_what_it_said(card: Card, cells: tuple[str, ...] | None) -> bool:
    return cells == card.fields or (bool(card.row) and cells == card.row)


def pair_all(sides: "Sides") -> None:
    """Pairs by all steps but for what may only be another wording."""
    sides.pair_ids()
    sides.pair_equal(cells)
    sides.pair_equal(row)
    sides.pair_first_in_use(both_sides)
    sides.pair(lambda card: _normal(card.front))
    sides.pair(_telling_back)
    sides.pair_siblings()
    sides.take(_alike(sides, ALIKE))
    sides.pair_siblings()


def _is_aside(card: Known) -> bool:
    return card.archived or card.file_fields == ()


Either = Known | Card


class Sides(Struct):
    """What is left on both sides, as places in order, and what was paired: new place → old place."""

    old: Sequence[Known]
    new: Sequence[Card]
    old_left: list[int]
    new_left: list[int]
    kept: dict[int, int] = field(default_factory=dict)

    def pair(self, key: Callable[[Either], Hashable], *, in_use: bool = False) -> None:
        """Pairs those whose key is not empty and only theirs on both sides; `in_use`: as if none were archived."""
        self._pair(key, in_use=in_use, only_unique=True)

    def pair_equal(self, key: Callable[[Either], Hashable], *, in_use: bool = False) -> None:
        """Pairs in order where several share a key: the same entry twice in a file is twice the same card, and reading
        the file again must not take the memory of both.
        """
        self._pair(key, in_use=in_use, only_unique=False)

    def pair_first_in_use(self, key: Callable[[Either], Hashable]) -> None:
        """Pairs as `pair` does, and where an archived one has the key, too, the one in use."""
        self.pair(key, in_use=True)
        self.pair(key)

    def pair_ids(self) -> None:
        """Pairs those of the same id."""
        self.pair_first_in_use(lambda card: card.guid)
        # A text says of a note's only card what a package says of its first.
        self.pair_first_in_use(lambda card: card.guid and parted_guid(card.guid, card.note))

    def pair_siblings(self) -> None:
        """Pairs what is left of notes of which a card was paired. Where cards have ids of their own, these say it."""
        notes = {(self.old[place].note, self.new[at].note) for at, place in self.kept.items()}
        olds, news = Counter(old for old, _ in notes), Counter(new for _, new in notes)
        same = {old: new for old, new in notes if old and olds[old] == news[new] == 1}
        self.pair(lambda card: not card.guid and (same.get(card.note, "") if isinstance(card, Known) else card.note))

    def take(self, pairs: dict[int, int]) -> None:
        """Takes the pairs (new place → old place) out of what is left."""
        self.kept |= pairs
        taken = frozenset(pairs.values())
        self.old_left = [place for place in self.old_left if place not in taken]
        self.new_left = [at for at in self.new_left if at not in pairs]

    def _pair(self, key: Callable[[Either], Hashable], *, in_use: bool, only_unique: bool) -> None:
        old_left = [place for place in self.old_left if not self.old[place].archived] if in_use else self.old_left
        if not old_left or not self.new_left:
            return
        olds, news = _grouped(self.old, old_left, key), _grouped(self.new, self.new_left, key)
        pairs: dict[int, int] = {}
        for shared in olds.keys() & news.keys():
            if not only_unique or len(olds[shared]) == len(news[shared]) == 1:
                pairs.update(zip(news[shared], olds[shared], strict=False))
        self.take(pairs)


def sides_of(old: Sequence[Known], new: Sequence[Card]) -> Sides:
    """All of them are left. Those in use come before archived ones: in one step equals are told apart by order."""
    return Sides(old, new, sorted(range(len(old)), key=lambda place: old[place].archived), list(range(len(new))))


def _grouped(
    cards: Sequence[Either], places: Sequence[int], key: Callable[[Either], Hashable]
) -> dict[Hashable, list[int]]:
    groups: defaultdict[Hashable, list[int]] = defaultdict(list)
    for place in places:
        if shared := key(cards[place]):
            groups[shared].append(place)
    return groups


def cells(card: Either) -> Hashable:
    """What its file says of it; of siblings, which have the fields of their note, also which it is."""
    written = card.cells if isinstance(card, Known) else card.fields
    return written and (written, parted_guid(card.guid, card.note)[1])


def row(card: Either) -> Hashable:
    """The same as it was kept once, with the name of its deck."""
    return cells(card) if isinstance(card, Known) else card.row and (card.row, parted_guid(card.guid, card.note)[1])


def both_sides(card: Either) -> str:
    """What it says, normalised."""
    return _normal(card.front, card.back)


def _normal(*contents: Content) -> str:
    return "\n".join(normalised(words(content)) for content in contents).strip()


def _print(*contents: Content) -> Print:
    return print_of(_normal(*contents))


def _telling_back(card: Either) -> str:
    text = _normal(card.back)
    return text if len(text) >= SHORTEST_TELLING_BACK else ""


def _maybe_alike(sides: Sides) -> dict[int, int]:
    """Those that are in use and less alike, or share a side, or are siblings of such: whoever wrote them has to say."""
    living = [place for place in sides.old_left if not _is_aside(sides.old[place])]
    asked = Sides(sides.old, sides.new, living, sides.new_left)
    asked.take(_alike(asked, MAYBE_ALIKE))
    asked.take(_best(_sharing(asked, lambda card: _normal(card.back)), SHARING_ALIKE))
    asked.take(_best(_sharing(asked, lambda card: _normal(card.front)), SHARING_ALIKE))
    asked.pair_siblings()
    return asked.kept


def _alike(sides: Sides, least: float) -> dict[int, int]:
    """Those that are each other's best of the same kind, and alike enough: new place → old place."""
    old_at, new_at = sides.old_left, sides.new_left
    if not old_at or not new_at:
        return {}
    old_prints = [_print(sides.old[place].front, sides.old[place].back) for place in old_at]
    new_prints = [_print(sides.new[place].front, sides.new[place].back) for place in new_at]
    compared = (
        (new_at[ours], old_at[theirs], likeness(new_prints[ours], old_prints[theirs]))
        for ours, theirs in candidates(new_prints, old_prints)
        if sides.new[new_at[ours]].kind is sides.old[old_at[theirs]].kind
    )
    return _best(compared, least)


def _sharing(sides: Sides, side: Callable[[Either], str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of the same kind that share a side; where others share it, too, with how alike the cards are, else 1.0."""
    olds, news = _grouped(sides.old, sides.old_left, side), _grouped(sides.new, sides.new_left, side)
    for shared in olds.keys() & news.keys():
        pairs = [*product(news[shared], olds[shared])]
        if len(pairs) > _MOST_OF_A_SIDE:
            continue
        old_prints = {place: _print(sides.old[place].front, sides.old[place].back) for place in olds[shared]}
        new_prints = {at: _print(sides.new[at].front, sides.new[at].back) for at in news[shared]}
        for at, place in pairs:
            if sides.new[at].kind is sides.old[place].kind:
                alike = 1.0 if len(pairs) == 1 else rough_likeness(new_prints[at], old_prints[place])
                yield at, place, alike


def _best(compared: Iterable[tuple[int, int, float]], least: float) -> dict[int, int]:
    """Those that are each other's best of the compared (new place, old place, how alike): new place → old place."""
    best_of_new: dict[int, tuple[float, int, bool]] = {}
    best_of_old: dict[int, tuple[float, int, bool]] = {}
    for at, place, alike in compared:
        _improve(best_of_new, at, place, alike)
        _improve(best_of_old, place, at, alike)
    return {
        at: place
        for at, (alike, place, tied) in best_of_new.items()
        if alike >= least and not tied and best_of_old[place][1:] == (at, False)
    }


def _improve(best: dict[int, tuple[float, int, bool]], one: int, other: int, alike: float) -> None:
    """Notes the best partner so far; whether another is as good, for then there is no best."""
    so_far = best.get(one, (-1.0, -1, False))
    if alike > so_far[0]:
        best[one] = (alike, other, False)
    elif alike == so_far[0]:
        best[one] = (alike, so_far[1], True)


def is_rewritten(before: Content, after: Content) -> bool:
    """Whether an answer is so much another one that what is known of the card may no longer fit."""
    if before == after or not before:
        return False
    return rough_likeness(_print(before), _print(after)) < REWRITTEN_BELOW
