"""Every word on what a session came to, when nothing is due, and on the figures of /stats."""

from collections.abc import Sequence
from datetime import datetime, time

from bot.chat.wording import clock, count, listed, not_met, some_of


class EnglishSessions:
    """The words in English."""

    def done(self, cards: int, grades: int, due: int, remembered: int, cram: bool) -> str:
        """`grades`: what the counter of the turns came to, where a card that comes back counts anew."""
        if cram:
            return f"Done: {count(cards, 'card')} looked at ahead. The schedule stays as it was."
        share = f", {remembered} of {due} remembered" if due else ""
        back = f" ({grades} with those that came back)" if grades > cards else ""
        return f"Done: {count(cards, 'card')}{back}{share}."

    def due_now(self, cards: int, decks: Sequence[str], minutes: int) -> str:
        """What of these decks can be asked at once, behind the end of a session that was of others, or of so many."""
        return f"Due now: {count(cards, 'card')} in {some_of(decks)}, about {count(minutes, 'minute')}."

    def coming(
        self,
        cards: int,
        days: int | None,
        hour: time | None,
        at: datetime | None,
        minutes: int,
        since: time | None = None,
    ) -> str:
        """What comes next, behind a session's end. `at` is local, days are those of the clock."""
        if at is not None:
            return f"The next card comes at {clock(at)}."
        when = {0: "Today", 1: "Tomorrow"}.get(days or 0, f"In {days} days")
        when += f" from {clock(since)}" if since else ""
        push = f", at {clock(hour)}" if hour else ""
        return f"{when}: {count(cards, 'card')}, about {count(minutes, 'minute')}{push}."

    nothing_coming = "Nothing more is planned. A deck has more for you under /decks."

    def nothing_due(
        self,
        days: int | None,
        hour: time | None,
        at: datetime | None,
        since: time | None = None,
        elsewhere: bool = False,
    ) -> str:
        """`elsewhere`: in another deck there is."""
        nothing = f"Nothing is due{' there' if elsewhere else ''}"
        if at is not None:
            return f"{nothing}. The next card comes at {clock(at)}."
        if days is None:
            return f"{nothing}, and no card is planned."
        when = {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")
        when += f" from {clock(since)}" if since else ""
        push = f" at {clock(hour)}" if hour else ""
        return f"{nothing}. The next card comes {when}{push}."

    def which_deck(self, typed: str, cap: int | None) -> str:
        """Above one button for each deck that is meant, perhaps; `cap`: so many cards were asked for."""
        rest = f" For {count(cap, 'card')} of one, type more of its name." if cap else ""
        return f"Several decks fit “{typed}”. Which one?{rest}"

    def subscribe_all(self, name: str) -> str:
        """Above those buttons, where they are all that can be had below a name."""
        return f"Subscribe to all of {name}"

    def yours_mark(self, name: str) -> str:
        """Beside the deck of another that reads the same."""
        return f"{name} (yours)"

    def number_mark(self, name: str, number: int) -> str:
        """The same of decks which nothing else tells apart."""
        return f"{name} ({number})"

    def begun(self, decks: Sequence[str]) -> str:
        """Where their first card does not come at once."""
        return f"You are subscribed to {some_of(decks)} now."

    new_used_up = "Today's new cards are used up."
    no_decks = "You have no deck. Pick one, and its first card comes at once."
    study_ahead = "Study ahead"
    stats_button = "Stats"
    quiz_button = "Study"

    def more_new(self, cards: int) -> str:
        return f"{cards} more new card{'' if cards == 1 else 's'}"

    # --- statistics ---------------------------------------------------------------------------------------------------

    def stats(
        self,
        given: int,
        due: int,
        remembered: int,
        met: int,
        resting: int,
        unseen: int,
        suspended: int,
        due_then: int,
        new_then: int,
        streak: int,
        since: time | None = None,
    ) -> str:
        """Three lines under the picture; `resting`: in memory but not asked; `suspended`: of `unseen`; `due_then`,
        `new_then` are tomorrow's, which after midnight begins today, `since` then.
        """
        share = f", {round(100 * remembered / due)} % of {due} due remembered" if due else ""
        rest = f" ({resting} of them suspended, or in no deck that you study)" if resting else ""
        row = f"; {count(streak, 'day')} in a row" if streak > 1 else ""
        return (
            f"Last 30 days: {count(given, 'review')}{share}{row}.\n"
            f"{count(met, 'card')} in memory{rest}, {not_met(unseen, suspended)}.\n"
            f"{self._tomorrow(due_then, new_then, since)}"
        )

    def _tomorrow(self, due: int, new: int, since: time | None) -> str:
        """The picture counts only what is due: new cards come on top."""
        day = f"Today from {clock(since)}" if since else "Tomorrow"
        if not due and not new:
            return f"{day}: nothing is due."
        cards = listed([*([f"{due} to review"] if due else []), *([f"{new} new"] if new else [])])
        return f"{day}: {cards}, about {count(max(1, round((due + new) / 3)), 'minute')}."

    stats_failed = "The picture could not be drawn this time; the figures are these."
