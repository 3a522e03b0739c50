"""Every word on files that people send, and on decks of their own."""

from collections.abc import Sequence

from bot.chat.unlinked import unlinked
from bot.chat.wording import count
from bot.decks.arrival import Counts

LINES_SHOWN = 20
_LONGEST_LINE = 150


def _short(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


class EnglishImports:
    """The words in English."""

    help_import = (
        "Send me a deck file (text, Markdown, or a package of Anki), and it becomes a deck of your own after you have "
        "seen what is in it."
    )

    # --- a file on its way in -----------------------------------------------------------------------------------------

    import_button = "Import"
    cancel = "Cancel"
    faults_file = "lines-that-need-a-look.txt"

    def looking(self, name: str) -> str:
        return f"Looking into {name}…"

    def importing(self, name: str, done: int, all_of_them: int) -> str:
        return f"Importing {name}: {done} of {all_of_them}" if done else f"Importing {name}…"

    def too_large(self, megabytes: int) -> str:
        return (
            f"A file sent to a bot has {megabytes} MB at the most, Telegram sets that. "
            "Export its decks one by one, or leave the media out."
        )

    one_at_a_time = "One file at a time: another one of yours is still being read."
    not_fetched = "Telegram did not give me that file. Send it again in a while."
    not_read = "That file could not be read: it takes more time or memory than there is for one. Send it in parts."
    import_failed = "Something went wrong, and nothing was imported. Send the file again in a while."
    import_over = "That import is over. Send the file again."
    too_late_to_cancel = "It is in already."
    import_cancelled = "Cancelled. Nothing was imported."

    def refused_file(self, line: str) -> str:
        return f"{_short(line)}\nNothing was imported."

    def dry_run(self, name: str, counts: Counts, shown: Sequence[str]) -> str:
        """What importing would do, before anything is written. `shown`: what needs a look, as far as it fits."""
        others = [
            self.another_deck(unlinked(deck.name)) for deck in counts.decks if deck.gone and deck.new >= deck.cards
        ]
        return "\n".join(
            [f"{name}: {self._found(counts)}", self._would(counts), *others[:1], *self._looks(counts, shown)]
        )

    def another_deck(self, name: str) -> str:
        """A deck of that name is there, and has no card of the file's."""
        return (
            f"You have a deck {name} with none of these cards. If this is another one, cancel and name it otherwise in "
            "the file: importing archives what you have."
        )

    def nothing_changed(self, name: str, counts: Counts, shown: Sequence[str]) -> str:
        found = f"{name}: {self._found(counts)}\nNothing has changed: you have all of it."
        return "\n".join([found, *self._looks(counts, shown)])

    def _found(self, counts: Counts) -> str:
        cards = sum(deck.cards for deck in counts.decks)
        of = f"{count(counts.notes, 'note')} → " if counts.notes else ""
        decks = f" in {len(counts.decks)} decks" if len(counts.decks) > 1 else ""
        return f"{of}{count(cards, 'card')}{decks}"

    def _would(self, counts: Counts) -> str:
        def total(name: str) -> int:
            return sum(int(getattr(deck, name)) for deck in counts.decks)

        rewritten = total("rewritten")
        parts = [
            f"{total('new')} new",
            f"{total('changed')} changed (memory kept)" if total("changed") else "",
            f"{rewritten} of them {'says' if rewritten == 1 else 'say'} quite another thing" if rewritten else "",
            f"{total('back')} come back" if total("back") else "",
            f"{total('gone')} archived, as the file has them no more" if total("gone") else "",
            f"{count(len(counts.lost), 'entry', 'entries')} cannot be read" if counts.lost else "",
            f"{count(counts.missing, 'picture')} missing" if counts.missing else "",
        ]
        return " · ".join(filter(None, parts))

    def _looks(self, counts: Counts, shown: Sequence[str]) -> list[str]:
        read_as = f"Read as {counts.read_as}. Look whether its letters are right." if counts.read_as else ""
        rest = len(counts.lost) + len(counts.faults) - len(shown)
        more = f"And {rest} more: the file below names them all." if rest > 0 else ""
        lines = [line for line in (read_as, *map(_short, shown), more) if line]
        return ["", *lines] if lines else []

    def imported(self, decks: Sequence[str], cards: int) -> str:
        """`decks`: their names, as far as they fit."""
        if len(decks) == 1:
            return f"{decks[0]} is yours: {count(cards, 'card')}. Nobody else sees it until you share a link."
        return f"{count(cards, 'card')} in {len(decks)} decks are yours. Nobody else sees them until you share a link."

    # --- a deck of one's own ------------------------------------------------------------------------------------------

    rename = "Rename"
    put_away = "Archive"
    bring_back = "Bring back"
    withdraw = "Withdraw link"
    ask_name_again = "That is too long for a name. Type a shorter one."

    def ask_name(self, name: str) -> str:
        return f"Type the new name of {name}."

    def away_mark(self, name: str) -> str:
        return f"{name} · archived"

    def deck_put_away(self, name: str, cards: int) -> str:
        return f"{name}\n{count(cards, 'card')}, archived. What was learned is kept; no card of it comes."

    def own_link(self, name: str, link: str) -> str:
        return (
            f"Whoever opens this link subscribes to {name}, sees what you change in it, and keeps a progress of "
            f"their own:\n{link}"
        )
