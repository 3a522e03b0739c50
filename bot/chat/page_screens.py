"""Questions asked on the way, settings and the rest as screens."""

from collections.abc import Sequence
from datetime import time

from bot.chat import buttons
from bot.chat.artist import Artist, tap
from bot.chat.plain import Text
from bot.chat.screens import Button, Screen
from bot.chat.wording import clock
from bot.storage.chats import to_minute, to_time
from bot.study import hours, zones
from bot.tutor.outcomes import (
    AskClockView,
    AskHourView,
    AskPlaceView,
    ForgetView,
    GroupNothingView,
    SettingsView,
)

FIRST_HOURS = (time(7, 30), time(12, 30), time(20))
HOURS = tuple(
    time(minute // 60, minute % 60) for minute in (360, 420, 450, 480, 540, 720, 780, 960, 1080, 1140, 1200, 1260)
)
QUIET = ((time(22), time(7)), (time(23), time(8)), (time(0), time(6)), (time(21), time(9)))
NUMBERS = {
    "new_per_day": (0, 5, 10, 20, 40),
    "reviews_per_day": (50, 100, 200, 500),
    "retention": (80, 85, 90, 95),
    "rollover_hour": (0, 2, 4, 6),
}
GROUP_MINUTES = (2, 5, 10, 30)
PAUSES = (1, 3, 7, 14, 30)
CLOCKS_SHOWN = 12

Rows = tuple[tuple[Button, ...], ...]


def by(width: int, shown: Sequence[Button]) -> Rows:
    """The buttons in rows of that many."""
    return tuple(tuple(shown[at : at + width]) for at in range(0, len(shown), width))


def text(artist: Artist, words: str, rows: Rows = ()) -> Screen:
    return Screen(artist.pages([Text(words)]), rows)


def ask_hour(artist: Artist, view: AskHourView) -> Screen:
    say = artist.say
    if view.every:
        return _every_hour(artist)
    shown = [tap(clock(at), buttons.FirstHour(to_minute(at))) for at in FIRST_HOURS]
    rows = (tuple(shown), (tap(say.another_hour, buttons.FirstHour(-2)), tap(say.not_now, buttons.FirstHour(-1))))
    return text(artist, say.ask_hour_again if view.again else say.ask_hour(view.answer), rows)


def _every_hour(artist: Artist) -> Screen:
    """All hours of the day, for who wants another one than those offered first."""
    shown = [tap(clock(time(hour)), buttons.FirstHour(hour * 60)) for hour in range(24)]
    return text(artist, artist.say.type_hour, (*by(4, shown), (tap(artist.say.not_now, buttons.FirstHour(-1)),)))


def ask_clock(artist: Artist, view: AskClockView) -> Screen:
    say = artist.say
    choices = zones.clock_choices(view.now)
    start = view.more if 0 <= view.more < len(choices) else 0
    some = sorted(choices[start : start + CLOCKS_SHOWN])
    shown = [tap(clock(at), buttons.Place(to_minute(at), view.settings, False)) for at in some]
    onward = start + CLOCKS_SHOWN if start + CLOCKS_SHOWN < len(choices) else 0
    leave = tap(say.back, buttons.Open("main")) if view.settings else tap(say.skip_zone, buttons.Clock(-1, False))
    rows = (*by(3, shown), (tap(say.other_times, buttons.Clock(onward, view.settings)), leave))
    return text(artist, say.ask_clock_unknown if view.unknown else say.ask_clock(reply=view.reply), rows)


def ask_place(artist: Artist, view: AskPlaceView) -> Screen:
    say = artist.say
    shown = [tap(hours.place_name(name), buttons.Zone(name, view.settings)) for name in view.zones]
    other: buttons.Tap = buttons.Clock(0, view.settings)
    if view.shown is not None:
        other = buttons.Place(to_minute(view.shown), view.settings, True)
    shown.append(tap(say.another_place, other))
    back = ((tap(say.back, buttons.Open("main")),),) if view.settings else ()
    return text(artist, say.which_place, (*by(2, shown), *back))


def forget(artist: Artist, view: ForgetView) -> Screen:
    say = artist.say
    if view.done:
        return text(artist, say.forgotten_but_for_traces if view.traces else say.forgotten)
    return text(
        artist,
        say.ask_forget,
        ((tap(say.forget_sure, buttons.Forget(True)),), (tap(say.forget_not, buttons.Forget(False)),)),
    )


def group_nothing(artist: Artist, view: GroupNothingView) -> Screen:
    return text(artist, artist.say.group_nothing(view.decks, view.some, view.elsewhere, view.since))


def settings(artist: Artist, view: SettingsView) -> Screen:
    pages = {
        "main": _main,
        "hour": _hours,
        "days": _days,
        "quiet": _quiet,
        "limits": _limits,
        "pause": _pause,
        "done": _done,
    }
    return pages.get(view.page, _main)(artist, view)


def _main(artist: Artist, view: SettingsView) -> Screen:
    say, chat = artist.say, view.chat
    now = hours.local(view.now, view.zone)
    if chat.is_group:
        words = say.settings_group(
            view.hours,
            chat.push_days,
            view.zone,
            now,
            chat.quiet,
            chat.paused_until,
            chat.group_minutes,
            _once(artist, view),
        )
    else:
        words = say.settings_main(
            view.hours,
            chat.push_days,
            view.zone,
            now,
            chat.quiet,
            chat.new_per_day,
            chat.reviews_per_day,
            chat.retention,
            chat.paused_until,
            chat.zone is not None,
            chat.rollover_hour,
            _once(artist, view),
        )
    shown = [tap(words, buttons.Open(name)) for name, words in say.settings_buttons.items()]
    return text(artist, words + _silenced(artist, view), (*by(3, shown[:6]), (shown[6],)))


def _once(artist: Artist, view: SettingsView) -> str:
    """What has to be there before a card comes; empty: nothing more."""
    return "" if view.has_deck else artist.say.once_a_deck(view.chat.is_group)


def _silenced(artist: Artist, view: SettingsView) -> str:
    """A line on the push hours that the quiet hours swallow; empty if there are none."""
    quiet = view.chat.quiet
    silenced = [at for at in view.hours if quiet is not None and hours.lies_in(at, quiet)]
    return "\n" + artist.say.in_quiet(*silenced) if silenced else ""


def _back(artist: Artist) -> tuple[Button, ...]:
    return (tap(artist.say.back, buttons.Open("main")),)


def _hours(artist: Artist, view: SettingsView) -> Screen:
    say = artist.say
    offered = sorted({*HOURS, *view.hours})
    shown = [
        tap(f"{'✓ ' if at in view.hours else ''}{clock(at)}", buttons.SetHour(to_minute(at), at not in view.hours))
        for at in offered
    ]
    words = say.settings_hours(view.hours, view.chat.is_group, _once(artist, view)) + _silenced(artist, view)
    if view.said == "too_many":
        words = f"{say.settings_too_many} {words}"
    if view.said == "unread":
        words = f"{say.ask_hour_again} {words}"
    return text(artist, words, (*by(4, shown), _back(artist)))


def _days(artist: Artist, view: SettingsView) -> Screen:
    say, chosen = artist.say, view.chat.push_days
    mask = sum(1 << day for day in chosen)
    shown = [
        tap(f"{'✓ ' if day in chosen else ''}{say.day_short(day)}", buttons.SetNumber("push_days", mask ^ 1 << day))
        for day in range(7)
    ]
    words = say.settings_days(chosen, _once(artist, view))
    if view.said == "no_days":
        words = f"{say.settings_no_days} {words}"
    return text(artist, words, (tuple(shown[:4]), tuple(shown[4:]), _back(artist)))


def _quiet(artist: Artist, view: SettingsView) -> Screen:
    say = artist.say
    shown = [
        tap(
            f"{'✓ ' if view.chat.quiet == pair else ''}{clock(pair[0])} to {clock(pair[1])}",
            buttons.SetQuiet(to_minute(pair[0]), to_minute(pair[1])),
        )
        for pair in QUIET
    ]
    none = ("" if view.chat.quiet else "✓ ") + say.no_quiet
    rows = (*by(2, shown), (tap(none, buttons.SetQuiet(-1, -1)),), _back(artist))
    return text(artist, say.settings_quiet(view.chat.quiet) + _silenced(artist, view), rows)


def _limits(artist: Artist, view: SettingsView) -> Screen:
    say, chat = artist.say, view.chat
    if chat.is_group:
        shown = [
            tap(
                say.number_button("group_minutes", value, value == chat.group_minutes),
                buttons.SetNumber("group_minutes", value),
            )
            for value in GROUP_MINUTES
        ]
        return text(artist, say.settings_group_limits(chat.group_minutes), (*by(2, shown), _back(artist)))
    now = {
        "new_per_day": chat.new_per_day,
        "reviews_per_day": chat.reviews_per_day,
        "retention": round(chat.retention * 100),
        "rollover_hour": chat.rollover_hour,
    }
    rows: list[tuple[Button, ...]] = []
    for name, values in NUMBERS.items():
        shown = [
            tap(say.number_button(name, value, value == now[name]), buttons.SetNumber(name, value)) for value in values
        ]
        rows += by(3 if len(values) == 5 else 2, shown)
    words = say.settings_limits(chat.new_per_day, chat.reviews_per_day, chat.retention, chat.rollover_hour)
    return text(artist, words, (*rows, _back(artist)))


def _pause(artist: Artist, view: SettingsView) -> Screen:
    say = artist.say
    shown = [tap(say.pause_days(days), buttons.Pause(days)) for days in PAUSES]
    rows = by(3, shown)
    if view.chat.paused_until is not None:
        rows += ((tap(say.no_pause, buttons.Pause(0)),),)
    return text(artist, say.settings_pause(view.chat.paused_until), (*rows, _back(artist)))


def _done(artist: Artist, view: SettingsView) -> Screen:
    return text(artist, artist.say.settings_done)


def from_minute(minute: int) -> time | None:
    """The wall-clock time of a payload; None if it is none."""
    return to_time(minute) if 0 <= minute < 24 * 60 else None
