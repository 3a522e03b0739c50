"""Every word on files that people send, and on decks of their own."""

import re
from collections.abc import Sequence
from typing import ClassVar

from bot.chat.count_texts import EnglishCounts, many_of
from bot.chat.names import of_deck
from bot.chat.pair_texts import EnglishPairs
from bot.chat.unlinked import unlinked
from bot.decks.arrival import Counts
from bot.decks.names import are_copies

LINES_SHOWN = 20
_LONGEST_LINE = 300
_LONGEST_REMEDY = 100
_SENTENCE = re.compile(r"[.?] (?=[A-Z])")


def _short(line: str) -> str:
    """The line no longer than one is shown: what is cut is what the file says, and not what to do at the end."""
    line = " ".join(line.split())
    if len(line) <= _LONGEST_LINE:
        return line
    ends = (found.end() for found in _SENTENCE.finditer(line))
    end = next((line[at:] for at in ends if len(line) - at <= _LONGEST_REMEDY), "")
    begin = line[: _LONGEST_LINE - 2 - len(end)].rstrip()
    return f"{begin}… {end}".rstrip()


class EnglishImports(EnglishCounts, EnglishPairs):
    """The words in English."""

    help_import = (
        "Send me a deck file (text, Markdown, or a package of Anki), and it becomes a deck of your own after you have "
        "seen what is in it."
    )

    # --- a file on its way in -----------------------------------------------------------------------------------------

    import_button = "Import"
    with_progress = "With my progress"
    keep_progress = "Keep progress"

    def start_anew(self, many: int) -> str:
        return "Start it anew" if many == 1 else "Start them anew"

    cancel = "Cancel"
    faults_file = "lines-that-need-a-look.txt"

    def looking(self, name: str) -> str:
        return self.importing(name, "", 0, 0, looking=True)

    _parts: ClassVar = {"unpacking": "pictures and sounds", "reading": "cards", "learning": "cards finished"}

    def importing(self, name: str, part: str, done: int, all_of_them: int, *, looking: bool) -> str:
        """`part`: of what so many are done; `looking`: nothing is imported yet."""
        doing = f"Looking into {name}" if looking else f"Importing {name}"
        return f"{doing}: {done:,} of {all_of_them:,} {self._parts[part]}" if done else f"{doing}…"

    def too_large(self, megabytes: int, *, is_text: bool) -> str:
        smaller = "Export its decks one by one, or leave the media out."
        if is_text:
            smaller = "Cut it into several files, each of which becomes a deck of its name."
        return (
            f"A file sent to a bot has {megabytes} MB at the most, Telegram sets that. {smaller} "
            "Or whoever runs this bot takes it in, while the bot is stopped: python -m bot deck import FILE"
        )

    def one_at_a_time(self, running: str) -> str:
        return f"One file at a time: {running} is still being read."

    def comes_too_soon(self, running: str, name: str) -> str:
        return f"{self.one_at_a_time(running)} Send {name} again when that is done."

    def import_passed(self, name: str) -> str:
        return f"{name}: another file was sent after this one. Nothing of it was imported."

    not_fetched = "Telegram did not give me that file. Send it again in a while."
    not_read = "That file could not be read: it takes more time or memory than there is for one. Send it in parts."
    import_failed = "Something went wrong, and nothing was imported. Send the file again in a while."
    import_halted = "Something went wrong in the middle. It goes on as soon as it can, from where it stands."
    import_goes_on = "Your last import is not done yet: it goes on now. Send this file again in a while."
    import_over = "That import is over. Send the file again."
    too_late_to_cancel = "It is in already."
    import_cancelled = "Cancelled. Nothing was imported."

    def refused_file(self, line: str) -> str:
        return f"{_short(line)}\nNothing was imported."

    def dry_run(self, name: str, counts: Counts, *, same: bool, anew: bool) -> str:
        """What importing would do, before anything is written, as it is chosen now."""
        counts = counts.as_chosen(same=same)
        others = [
            self.another_deck(unlinked(of_deck(deck.is_called)))
            for deck in counts.decks
            if deck.gone and deck.new >= deck.cards
        ]
        would = "Nothing has changed in the cards."
        if counts.says_other:
            would = self._would(counts, anew=anew)
        elif any(deck.moved for deck in counts.decks):
            would = self._takes(counts)
        asked = [*self._alike(counts, same=same), *self._rewritten(counts, anew=anew)]
        found = f"{name}: {self._found(counts)}{self._named(counts)}"
        shown = [
            found,
            would,
            *self._parted(counts),
            *self._first_new(counts),
            *asked,
            *self._progress(counts),
        ]
        return "\n".join([*shown, *others[:1], *self._looks(counts)])

    def _parted(self, counts: Counts) -> list[str]:
        """A deck, as a file was read before, is those that it names; else what moves from one deck to another."""
        into = [unlinked(of_deck(deck.is_called)) for deck in counts.decks if deck.came]
        parted = [each for each in counts.goes_on if each.whole]
        if parted:
            named = ", ".join(unlinked(of_deck(counts.decks[each.deck].called or each.name)) for each in parted)
            which = f"The deck {named} becomes" if len(parted) == 1 else f"The decks {named} become"
            some = {each.deck for each in parted} | {place for place, deck in enumerate(counts.decks) if deck.came}
            many = f"these {len(some)} decks" if len(some) == len(counts.decks) else f"{len(some)} of these decks"
            if len(some) == 1 and counts.decks[parted[0].deck].called:
                return self._keeping_names(counts)
            as_what = many if len(some) > 1 else unlinked(of_deck(counts.decks[parted[0].deck].name))
            return [f"{which} {as_what}: what was learned goes with its cards."]
        lines = [*self._called_anew(counts), *self._keeping_names(counts)]
        came = sum(deck.came for deck in counts.decks)
        if not came:
            return lines
        where = into[0] if len(into) == 1 else "another deck"
        what = "goes with it" if came == 1 else "goes with them"
        return [
            *lines,
            f"{many_of(came, 'card')} {'moves' if came == 1 else 'move'} to {where}: what was learned {what}.",
        ]

    def _called_anew(self, counts: Counts) -> list[str]:
        """Decks that the file has under another name than until now."""
        anew = [
            (unlinked(of_deck(each.name)), unlinked(of_deck(counts.decks[each.deck].name)))
            for each in counts.goes_on
            if not counts.decks[each.deck].called
        ]
        if not anew:
            return []
        first = " → ".join(anew[0])
        if len(anew) == 1:
            return [f"One deck has a new name, {first}, and goes on from where it is."]
        return [f"{len(anew)} decks have new names, as {first}, and go on from where they are."]

    def _keeping_names(self, counts: Counts) -> list[str]:
        """Decks that the file has under another name, and that keep theirs; that of a copy is no other one."""
        decks = [counts.decks[each.deck] for each in counts.goes_on]
        kept = [
            unlinked(of_deck(deck.called)) for deck in decks if deck.called and not are_copies(deck.called, deck.name)
        ]
        if len(kept) > 1:
            return [f"{len(kept)} of your decks have other names in this file, as {kept[0]}: they keep theirs."]
        return [f"This is your deck {each}: it keeps its name." for each in kept]

    def _first_new(self, counts: Counts) -> list[str]:
        """A card as it was read, which shows whether the file is what its sender takes it for."""
        first = next((deck.first_new for deck in counts.decks if deck.first_new), None)
        if first is None or any(deck.alike for deck in counts.decks):
            return []
        is_all = all(deck.new >= deck.cards for deck in counts.decks)
        return [f"First {'card' if is_all else 'new card'}: {' → '.join(map(unlinked, first))}"]

    def _alike(self, counts: Counts, *, same: bool) -> list[str]:
        alike = sum(deck.alike for deck in counts.decks)
        return [self.alike(counts.pairs, alike, same=same)] if alike and counts.pairs else []

    def _rewritten(self, counts: Counts, *, anew: bool) -> list[str]:
        known = sum(deck.known for deck in counts.decks)
        if not known:
            return []
        if known == 1:
            then = "It begins anew for you." if anew else "Your progress with it is kept."
            return [f"You have learned a card whose answer is quite another now. {then}"]
        then = "They begin anew for you." if anew else "Your progress with them is kept."
        return [f"You have learned {known:,} cards whose answers are quite others now. {then}"]

    def _progress(self, counts: Counts) -> list[str]:
        found = counts.progress
        if found is None:
            return []
        parts = [
            many_of(found.cards, "card"),
            many_of(found.reviews, "review"),
            f"{found.suspended:,} suspended" if found.suspended else "",
            f"{found.buried:,} buried" if found.buried else "",
        ]
        with_it = " Your settings come with it." if counts.settings is not None else ""
        lines = [f"Progress in it: {', '.join(filter(None, parts))}.{with_it}"]
        if found.kept:
            have = "card has" if found.kept == 1 else "cards have"
            lines.append(f"{found.kept:,} {have} newer progress here: kept.")
        if not found.news:
            lines.append("You have all of that progress.")
        return lines

    def another_deck(self, name: str) -> str:
        """A deck of that name is there, and has no card of the file's."""
        return (
            f"You have a deck {name} with none of these cards. If this is another one, cancel and name it otherwise in "
            "the file: importing archives what you have."
        )

    def nothing_changed(self, name: str, counts: Counts) -> str:
        found = f"{name}: {self._found(counts)}\nNothing has changed: you have all of it."
        edited = self._edited(counts)
        here = [*self._keeping_names(counts), *([f"{edited}."] if edited else [])]
        return "\n".join([found, *here, *self._looks(counts)])

    def _looks(self, counts: Counts) -> list[str]:
        read_as = f"Read as {counts.read_as}. Look whether its letters are right." if counts.read_as else ""
        rest = sum(counts.unlisted)
        more = f"And {rest} more: the file below names them all." if rest > 0 else ""
        shown = [unlinked(line) for line in (*counts.lost, *counts.faults)]
        lines = [line for line in (read_as, *map(_short, shown), more) if line]
        return ["", *lines] if lines else []

    def imported(
        self, decks: Sequence[str], cards: int, counts: Counts | None, *, goes_on: bool, settings: bool, hidden: bool
    ) -> str:
        """`counts`: what was told of the file, if that is still known; `goes_on`: with what was learned elsewhere, and
        with `settings` that were chosen there; `hidden`: no link leads to any of them.
        """
        alone = len(decks) == 1
        many = many_of(cards, "card")
        done = "" if counts is None else self._done(counts)
        what = f"{decks[0]} is yours: {many}{done}." if alone else f"{many} in {len(decks)} decks are yours{done}."
        progress = " Your progress is in it, and you go on from there." if goes_on else ""
        if settings:
            progress = " Your grades and your settings came with it, and you go on from there."
            if not goes_on:
                progress = " Your settings came with it."
        nobody = f" Nobody else sees {'it' if alone else 'them'} until you share a link." if hidden else ""
        return f"{what}{progress}{nobody}"

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
        return f"{name}\n{many_of(cards, 'card')}, archived. What was learned is kept; no card of it comes."

    def own_link(self, name: str, link: str) -> str:
        return (
            f"Whoever opens this link subscribes to {name}, sees what you change in it, and keeps a progress of "
            f"their own:\n{link}"
        )
