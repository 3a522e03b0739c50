"""Every word on what is in a file, and on what importing it would do or did, in numbers."""

from bot.chat.names import of_deck
from bot.chat.unlinked import unlinked
from bot.decks.arrival import Counts

_NAMED = 10


def many_of(number: int, one: str, many: str = "") -> str:
    """So many of them."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _total(counts: Counts, name: str) -> int:
    return sum(int(getattr(deck, name)) for deck in counts.decks)


class EnglishCounts:
    """The words in English."""

    def _edited(self, counts: Counts) -> str:
        edited = sum(deck.edited for deck in counts.decks)
        return f"{edited} {'stays as it was' if edited == 1 else 'stay as they were'} edited here" if edited else ""

    def _found(self, counts: Counts) -> str:
        cards = sum(deck.cards for deck in counts.decks)
        of = f"{many_of(counts.notes, 'note')} → " if counts.notes else ""
        decks = f" in {len(counts.decks)} decks" if len(counts.decks) > 1 else ""
        return f"{of}{many_of(cards, 'card')}{decks}"

    def _named(self, counts: Counts) -> str:
        """The decks by their names, where there are several, after what was found."""
        if len(counts.decks) < 2:
            return ""
        named = [f"{unlinked(of_deck(deck.name))} ({deck.cards:,})" for deck in counts.decks[:_NAMED]]
        more = len(counts.decks) - len(named)
        return f": {', '.join(named)}{f' and {more:,} more' if more else ''}"

    def _would(self, counts: Counts, *, anew: bool) -> str:
        lost = len(counts.lost) + counts.unlisted[0]
        changed, gone = _total(counts, "changed"), _total(counts, "gone")
        parts = [
            f"{_total(counts, 'new'):,} new",
            f"{changed:,} changed{self._memory(counts, changed, anew=anew)}" if changed else "",
            self._quite_other(counts),
            self._untyped(counts),
            self._edited(counts),
            self._back(counts),
            f"{gone:,} archived, as the file has them no more" if gone else "",
            f"{many_of(lost, 'entry', 'entries')} cannot be read" if lost else "",
            f"{many_of(counts.missing, 'picture')} missing" if counts.missing else "",
        ]
        return " · ".join(filter(None, parts))

    def _memory(self, counts: Counts, changed: int, *, anew: bool) -> str:
        """What becomes of what was learned of so many cards that are changed."""
        begins = _total(counts, "known") if anew else 0
        return "" if begins >= changed else f" (memory kept except for {begins:,})" if begins else " (memory kept)"

    def _quite_other(self, counts: Counts) -> str:
        """Cards with quite another answer, the first by name."""
        rewritten = _total(counts, "rewritten")
        if not rewritten:
            return ""
        first = next((deck.first_rewritten for deck in counts.decks if deck.first_rewritten), "")
        named = f"{':' if rewritten == 1 else ', as'} “{unlinked(first)}”" if first else ""
        return f"{rewritten:,} of them with quite another answer{named}"

    def _untyped(self, counts: Counts) -> str:
        untyped = _total(counts, "untyped")
        if not untyped:
            return ""
        lose = "loses its Anki note type and goes" if untyped == 1 else "lose their Anki note type and go"
        return f"{untyped:,} of them {lose} back to Anki as another note"

    def _back(self, counts: Counts) -> str:
        back = _total(counts, "back")
        return f"{back:,} {'comes' if back == 1 else 'come'} back" if back else ""

    def _takes(self, counts: Counts) -> str:
        """What is taken from the file where no card says anything else."""
        typed, moved = _total(counts, "typed"), _total(counts, "moved")
        reordered = any(deck.reordered for deck in counts.decks)
        parts = [
            f"the Anki note {'type' if typed == 1 else 'types'} of {many_of(typed, 'card')}" if typed else "",
            "the order of the cards" if reordered else "",
            "tags, and fields that no card shows" if moved > typed and not reordered else "",
        ]
        return f"Every card says what it said. Import takes from the file {' and '.join(filter(None, parts))}."

    def _done(self, counts: Counts) -> str:
        """What was done, as it was told before; empty where all of it is new, or nothing was to be done."""
        new, changed, gone = (_total(counts, name) for name in ("new", "changed", "gone"))
        if not counts.says_other or new == _total(counts, "cards"):
            return ""
        parts = [
            f"{new:,} new" if new else "",
            f"{changed:,} changed" if changed else "",
            self._back(counts),
            f"{gone:,} archived" if gone else "",
        ]
        return f" ({', '.join(filter(None, parts))})"
