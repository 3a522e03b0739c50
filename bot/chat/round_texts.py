"""Every word of live rounds."""

from collections.abc import Sequence
from typing import ClassVar

from bot.chat.wording import count, some_of
from bot.study.round import FAST, FIRST, FLIP, LATER, NORMAL, RACE, SLOW, STREAK


class EnglishRounds:
    """What is said in a live round, a part of `English`."""

    # --- setting up ---------------------------------------------------------------------------------------------------

    paces: ClassVar[dict[int, str]] = {SLOW: "Slow", NORMAL: "Normal", FAST: "Fast"}
    forms: ClassVar[dict[str, str]] = {FLIP: "Flip", RACE: "Race"}
    all_decks = "All decks"
    start_round = "Start"
    call_off = "Call off"

    def round_setup(self, deck: str, cards: int, seconds: int, form: str) -> str:
        """`deck` is empty for all of the group's."""
        return f"A round for everybody here\n{self._round(deck, cards, seconds)}\n{self._rules(form)}"

    def _round(self, deck: str, cards: int, seconds: int) -> str:
        return f"{deck or self.all_decks} · {count(cards, 'card')} · {seconds} seconds for each"

    def _rules(self, form: str) -> str:
        if form == FLIP:
            return "Flip: look at the answer, then say how well you knew it."
        firsts = ", ".join(str(points) for points in FIRST)
        return (
            f"Race: tap the right answer, one try each. The first get {firsts} points, all others {LATER}; "
            f"right answers in a row add up to {STREAK}."
        )

    def round_chosen(self, words: str, chosen: bool) -> str:
        return f"{'✓ ' if chosen else ''}{words}"

    def round_cards(self, cards: int) -> str:
        return count(cards, "card")

    def round_pace(self, seconds: int) -> str:
        return self.paces[seconds]

    round_impossible: ClassVar[dict[str, str]] = {
        "small": "That cannot be raced: it takes a deck with at least three different short answers in words.",
        "put": "Every card of that was put today, so there is none for a round. Another deck, or a race?",
    }

    # --- the lobby ----------------------------------------------------------------------------------------------------

    im_in = "I'm in"
    stop_round = "Stop"

    def lobby(self, deck: str, cards: int, seconds: int, form: str, names: Sequence[str], waiting: bool) -> str:
        """`waiting`: the first card is still to come."""
        inside = (
            f"{len(names)} {'is' if len(names) == 1 else 'are'} in: {some_of(names)}" if names else "Nobody is in yet"
        )
        begins = "\nIt begins in half a minute; who answers later is in as well." if waiting else ""
        return f"Round · {self._round(deck, cards, seconds)}\n{self._rules(form)}{begins}\n\n{inside}"

    # --- its cards ----------------------------------------------------------------------------------------------------

    def round_place(self, deck: str, place: int, cards: int, seconds: int) -> str:
        return f"{deck} · {place}/{cards} · {seconds} s"

    def race_open(self, answered: int, players: int) -> str:
        if not answered:
            return "Nobody has answered yet"
        return f"{answered} of {players} {'has' if answered == 1 else 'have'} answered"

    def race_closed(self, answered: int, right: int, first: str) -> str:
        """`first`: the name of who had it right first; empty if nobody had."""
        if not answered:
            return "Nobody answered"
        said = f"{right} of {answered} had it right"
        return f"{said} · {first} was first" if first and right > 1 else said

    # --- its end ------------------------------------------------------------------------------------------------------

    my_mistakes = "My mistakes"

    def round_ended(self, ended: str, began: bool) -> str:
        """`began`: a card was asked."""
        if not began:
            return {
                "silent": "Nobody started this round.",
                "stopped": "The round was called off.",
                "empty": "There was no card for this round.",
            }.get(ended, "I was away for a while, so this round did not take place.")
        return {
            "stopped": "The round was stopped.",
            "silent": "Nobody answered for a while, so the round ends here.",
            "interrupted": "I was away for a while, so the round ended.",
        }.get(ended, "The round is over.")

    def round_line(self, place: int, name: str, right: int, cards: int, points: int | None) -> str:
        """A line of the table; a flip has no points."""
        behind = "" if points is None else f" · {count(points, 'point')}"
        return f"{place}. {name} · {right} of {cards}{behind}"

    def round_beyond(self, people: int) -> str:
        return f"and {people} more"

    round_nobody = "Nobody answered."

    def missed_place(self, deck: str, place: int, total: int) -> str:
        return f"{deck} · {place}/{total} · missed in the round"

    def gone_through(self, cards: int) -> str:
        return f"Done: {count(cards, 'card')} gone through again. The schedule stays as it was."

    def nothing_missed(self, played: bool) -> str:
        return "None of your answers in that round was wrong." if played else "You took no part in that round."

    # --- toasts -------------------------------------------------------------------------------------------------------

    host_only = "Only who began the round, or an administrator, can do that."
    round_over = "That round is over."
    round_stopped = "Stopped. Here is how it stands."

    def round_going(self, running: bool) -> str:
        return "A round is going on." if running else "A round is being set up."

    def round_joined(self, new: bool) -> str:
        return "You are in." if new else "You are in already."

    def raced(self, right: bool, points: int, back: str) -> str:
        """To one member alone. `back`: in how long the card is back, where the answer counted; else empty."""
        said = f"Right, {count(points, 'point')}." if right else "Wrong."
        return f"{said} Back in {back}." if back else said

    def raced_before(self, right: bool) -> str:
        return f"One try each: yours was {'right' if right else 'wrong'}."

    help_round = (
        "/round: the same cards for all, each with its time. In a race the first right answers get most points. Your "
        "answer there counts for your memory, as Good or Again, only where the card is due for you; a card that is new "
        "or not due stays as it is."
    )
