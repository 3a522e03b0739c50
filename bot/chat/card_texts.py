"""Every word on one card: its page, what can be done with it, its history."""

from datetime import timedelta

from bot.chat.wording import count, measured
from bot.study.memory import Stage
from bot.tutor.card_views import State


class EnglishCards:
    """The words in English."""

    # --- how somebody stands with a card ------------------------------------------------------------------------------

    def card_state(self, state: State) -> str:
        """In a few words, as they stand on a card's page."""
        if state.aside.suspended:
            return "suspended"
        waits = self._waits(state)
        return f"{waits} · rests until tomorrow" if state.aside.buried else waits

    def _waits(self, state: State) -> str:
        if state.stage is None:
            return "new"
        stage = "" if state.stage is Stage.REVIEW else "learning, "
        if state.days is not None:
            return f"{stage}due in {self._days(state.days)}" if state.days > 0 else f"{stage}due now"
        wait = state.wait or timedelta(0)
        return f"{stage}due in {self._span(wait)}" if wait > timedelta(0) else f"{stage}due now"

    def _days(self, days: int) -> str:
        if days < 30:
            return count(days, "day")
        return measured(days / 30.4375, "month") if days < 365 else measured(days / 365.25, "year")

    def _span(self, wait: timedelta) -> str:
        minutes = max(1, int(wait / timedelta(minutes=1) + 0.5))
        return count(minutes, "minute") if minutes < 60 else measured(minutes / 60, "hour")
