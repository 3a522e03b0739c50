"""What importing a file would do to one deck, in numbers, and its cards that look new and may be others."""

from collections.abc import Sequence

from msgspec import Struct, structs

MOST_PAIRS = 20
"""So many cards that look new are told with that of which they may be another wording."""


class Would(Struct, frozen=True):
    """Of cards that look new, if they are taken for the others: how many have quite another answer, of how many of
    these who sent the file has a memory, and how many lose their note type.
    """

    rewritten: int = 0
    known: int = 0
    untyped: int = 0


class Pair(Struct, frozen=True):
    """A card that looks new and one that is gone, of which it may be another wording: their fronts.

    Attributes:
        at: the new one's place in its deck.
        otherwise: it was not answered as it was for all of them.
        deck: the place of that deck.
        would: what becomes of it if it is the other.
    """

    at: int
    card_id: int
    new: str
    old: str
    otherwise: bool = False
    deck: int = 0
    would: Would = Would()


class DeckCounts(Struct, frozen=True):
    """What becomes of one deck.

    Attributes:
        cards: all that it then has.
        rewritten: of those that are changed, how many have quite another answer; `known`: how many of these who sent
            the file has a memory of.
        first_rewritten: the front of the first of these.
        moved: of those that read as before, how many take something else from the file: `typed` of them a note type,
            and `reordered` says whether some stand elsewhere.
        untyped: of those that are changed, how many lose their note type.
        edited: cards that stay as they were edited here.
        alike: cards that look new and may be another wording of one that is gone; `would`: what becomes of them if all
            are these.
        came: cards that were in another deck of the file until now, changed or not.
        first_new: both sides of the first new card, in a few words; None: none of the first ones has words on both.
        called: the name that it keeps here, another than in the file; empty: it has that one.
    """

    name: str
    cards: int
    new: int
    changed: int
    back: int
    gone: int
    rewritten: int
    moved: int
    known: int = 0
    edited: int = 0
    alike: int = 0
    first_new: tuple[str, str] | None = None
    first_rewritten: str = ""
    typed: int = 0
    reordered: bool = False
    untyped: int = 0
    would: Would = Would()
    came: int = 0
    called: str = ""

    @property
    def is_called(self) -> str:
        """What its owner reads as its name once the file is imported."""
        return self.called or self.name

    def as_chosen(self, pairs: Sequence[Pair], *, same: bool) -> "DeckCounts":
        """The same, where cards that look new and are taken for others are these, and no new ones; `pairs`: its own."""
        otherwise = [pair for pair in pairs if pair.otherwise]

        def taken(of_all: int, of_some: int) -> int:
            return of_all - of_some if same else of_some

        cards = taken(self.alike, len(otherwise))
        rewritten = taken(self.would.rewritten, sum(pair.would.rewritten for pair in otherwise))
        known = taken(self.would.known, sum(pair.would.known for pair in otherwise))
        untyped = taken(self.would.untyped, sum(pair.would.untyped for pair in otherwise))
        first = next((pair.old for pair in pairs if pair.would.rewritten and pair.otherwise != same), "")
        return structs.replace(
            self,
            new=self.new - cards,
            gone=self.gone - cards,
            changed=self.changed + cards,
            rewritten=self.rewritten + rewritten,
            known=self.known + known,
            untyped=self.untyped + untyped,
            first_rewritten=self.first_rewritten or first,
        )
