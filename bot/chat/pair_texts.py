"""Every word on cards of a file that look new and may be others with another wording."""

from collections.abc import Sequence

from bot.chat.unlinked import unlinked
from bot.decks.deck_counts import Pair


class EnglishPairs:
    """The words in English."""

    one_by_one = "One by one"
    all_the_same = "All are the same"
    all_new = "All are new"
    import_back = "Back"

    def they_are_the_same(self, many: int) -> str:
        return "It is the same" if many == 1 else "They are the same"

    def they_are_new(self, many: int) -> str:
        return "It is new" if many == 1 else "They are new"

    def alike(self, pairs: Sequence[Pair], many: int, *, same: bool) -> str:
        """What is taken for what as it is chosen now; `pairs`: the first of so many."""
        otherwise = sum(pair.otherwise for pair in pairs)
        taken = many - otherwise if same else otherwise
        shown = next((pair for pair in pairs if pair.otherwise != same), None if taken else pairs[0])
        new, old = ("", "") if shown is None else (unlinked(shown.new), unlinked(shown.old))
        if taken == many:
            read = "1 card of yours now reads otherwise" if many == 1 else f"{many} cards of yours now read otherwise"
            return f"{read}, as “{new}” for “{old}”: what you learned is kept."
        if taken:
            read = "is a card of yours" if taken == 1 else "are cards of yours"
            told = f"{taken} of {many} that look new {read} with another wording"
            if shown is not None:
                told = f"{told}, as “{new}” for “{old}”"
            return f"{told}: what you learned is kept."
        if many == 1:
            return f"“{new}” looks new: or is it “{old}” with another wording?"
        return f"{many} look new: or are they others with another wording, as “{new}” for “{old}”?"

    def pairs(self, name: str, pairs: Sequence[tuple[str, str]], rest: int, *, same: bool) -> str:
        """All of them, each with a number; `rest`: how many there are besides, of which `same` holds."""
        lines = [
            f"{number}. “{unlinked(new)}” for “{unlinked(old)}”" for number, (new, old) in enumerate(pairs, 1)
        ]  # fmt: skip
        more = f"And {rest} more: taken as {'the same' if same else 'new'}." if rest else ""
        meant = "✓ is your card with another wording, and what you learned is kept. ✗ is a new card."
        return "\n".join(filter(None, [f"{name}: which of these are the same?", *lines, more, meant]))

    def pair_button(self, number: int, *, same: bool) -> str:
        """How that pair is answered now."""
        return f"{number} {'✓' if same else '✗'}"
