"""Every word of the settings."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import ClassVar

from bot.chat.wording import DAYS, clock, count, listed
from bot.study import hours


class EnglishSettings:
    """The settings in English, a part of `English`."""

    def settings_main(
        self,
        at: Sequence[time],
        days: frozenset[int],
        zone: str,
        now: datetime,
        quiet: tuple[time, time] | None,
        new: int,
        reviews: int,
        retention: float,
        paused_until: date | None,
        chosen: bool,
        rollover: int,
        once: str = "",
    ) -> str:
        """`once`: under which condition cards come, as `once_a_deck` has it; empty: under none."""
        when = f"{self.days(days)}{once}"
        times = f"Cards come at {listed([clock(one) for one in at])}, {when}" if at else "No daily cards"
        paused = f"\nPaused until {self.on_date(paused_until)}" if paused_until else ""
        still = f" · quiet {clock(quiet[0])} to {clock(quiet[1])}" if quiet else ""
        place = hours.place_name(zone) + ("" if chosen else " (not chosen)")
        return (
            f"Settings\n{times}{paused}\n{place}, it is {clock(now)} now{still}\n"
            f"{new} new cards and at most {reviews} reviews a day · remember {round(retention * 100)} %\n"
            f"A study day begins at {rollover:02}:00"
        )

    def once_a_deck(self, group: bool) -> str:
        """Said behind the hours of who has no deck."""
        return f", once {'this group has' if group else 'you have'} a deck"

    def settings_group(
        self,
        at: Sequence[time],
        days: frozenset[int],
        zone: str,
        now: datetime,
        quiet: tuple[time, time] | None,
        paused_until: date | None,
        minutes: int,
        once: str = "",
    ) -> str:
        when = f"{self.days(days)}{once}"
        times = f"A card comes at {listed([clock(one) for one in at])}, {when}" if at else "No daily card"
        paused = f"\nPaused until {self.on_date(paused_until)}" if paused_until else ""
        still = f" · quiet {clock(quiet[0])} to {clock(quiet[1])}" if quiet else ""
        return (
            f"Settings of this group\n{times}{paused}\n{hours.place_name(zone)}, it is {clock(now)} now{still}\n"
            f"A card stays open for {count(minutes, 'minute')}"
        )

    def days(self, days: frozenset[int]) -> str:
        if len(days) == 7:
            return "every day"
        if days == frozenset(range(5)):
            return "Monday to Friday"
        return listed([DAYS[day] for day in sorted(days)]) if days else "on no day"

    def on_date(self, day: date) -> str:
        return f"{DAYS[day.weekday()]}, {day.day} {day.strftime('%B')}"

    def day_short(self, day: int) -> str:
        return DAYS[day][:2]

    def settings_hours(self, at: Sequence[time], reply: bool, once: str = "") -> str:
        """`reply`: what is typed is read as a reply to this message, as in a group."""
        times = f"Cards come at {listed([clock(one) for one in at])}{once}." if at else "No daily cards."
        say = "reply to this with" if reply else "type"
        return f"{times} Tap an hour to add it or take it away, or {say} one, like 7:30."

    def settings_days(self, days: frozenset[int], once: str = "") -> str:
        return f"Cards come {self.days(days)}{once}. Tap a day to change it."

    settings_no_days = "One day has to stay. To hear nothing for a while, use Pause."
    settings_too_many = "Six hours a day are the most."

    def settings_quiet(self, quiet: tuple[time, time] | None) -> str:
        if quiet is None:
            return "No quiet hours. In quiet hours nothing is sent."
        return f"Quiet from {clock(quiet[0])} to {clock(quiet[1])}: nothing is sent then."

    def settings_limits(self, new: int, reviews: int, retention: float, rollover: int) -> str:
        return (
            f"{new} new cards and at most {reviews} reviews a day.\n"
            f"Cards come back when you would still remember {round(retention * 100)} % of them.\n"
            f"A study day begins at {rollover:02}:00."
        )

    def settings_group_limits(self, minutes: int) -> str:
        return f"A card stays open for {count(minutes, 'minute')}, a pushed one until the next."

    def settings_pause(self, until: date | None) -> str:
        if until is None:
            return "No pause. A pause stops the daily cards; due dates stay as they are."
        return f"Paused: the daily cards come again on {self.on_date(until)}. Due dates stay as they are."

    settings_buttons: ClassVar[Mapping[str, str]] = {
        "hour": "Hours",
        "days": "Days",
        "zone": "Zone",
        "quiet": "Quiet",
        "limits": "Limits",
        "pause": "Pause",
        "done": "Done",
    }
    settings_done = "Settings are saved. /quiz goes on studying."
    no_quiet = "No quiet hours"
    no_pause = "End the pause"

    def pause_days(self, days: int) -> str:
        return count(days, "day")

    def number_button(self, name: str, value: int, chosen: bool) -> str:
        mark = "✓ " if chosen else ""
        words = {
            "new_per_day": f"{value} new",
            "reviews_per_day": f"{value} reviews",
            "retention": f"{value} %",
            "rollover_hour": f"day from {value:02}:00",
            "group_minutes": f"{value} min",
        }
        return mark + words[name]

    def in_quiet(self, *at: time) -> str:
        times = listed([clock(one) for one in at])
        return f"{times} {'lies' if len(at) == 1 else 'lie'} in the quiet hours, so nothing comes then."
