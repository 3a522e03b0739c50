"""What a chat wishes: hours, days, zone, quiet hours, limits, pause; asked on the way or changed in the settings."""

from datetime import date, time, timedelta

from msgspec.structs import replace

from bot.storage import chats, sessions, turns
from bot.storage.chats import Chat
from bot.storage.turns import Message
from bot.study import hours, zones
from bot.tutor import asking, coming, planning, showing, starting
from bot.tutor.asking import Wish
from bot.tutor.desk import Desk
from bot.tutor.outcomes import (
    AskClockView,
    AskHourView,
    AskPlaceView,
    HoursSaid,
    Outcome,
    SettingsView,
    Typed,
    View,
    Who,
)
from bot.tutor.toasts import Forgotten, InQuiet

MOST_HOURS = 6
MOST_EXTRA = 500
# What a settings button may choose, by the setting's name.
RANGES: dict[str, range] = {
    "new_per_day": range(201),
    "reviews_per_day": range(10, 1001),
    "rollover_hour": range(13),
    "group_minutes": range(1, 61),
    "push_days": range(128),
    "retention": range(70, 98),
}


# --- asked on the way -------------------------------------------------------------------------------------------------


def first_hour(desk: Desk, who: Who, hour: time | None, message: Message | None) -> Outcome:
    """The hour chosen after the first card (None: not now); then the zone is asked, or studying goes on."""
    chat = desk.learner(who.learner_id).chat
    planning.here(desk, who.chat_id)
    asked = showing.asked_now(desk, chat)
    if asked == "zone":
        # A second tap: the next question stands there already.
        return Outcome(ask_clock(desk, who), message)
    if asked != "hour":
        return go_on(desk, who, message, None)
    if hour is None:
        chats.change(desk.db, who.chat_id, setup="done")
        return go_on(desk, who, message, _said(desk, who))
    chats.set_hours(desk.db, who.chat_id, (hour,))
    chats.change(desk.db, who.chat_id, setup="done" if chat.zone else "zone")
    planning.replan(desk, who.chat_id)
    return Outcome(ask_clock(desk, who), message) if chat.zone is None else go_on(desk, who, message, _said(desk, who))


def every_hour(desk: Desk, who: Who, message: Message) -> Outcome:
    """All the hours of the day to choose from, while the hour is asked."""
    if showing.asked_now(desk, desk.learner(who.learner_id).chat) != "hour":
        return first_hour(desk, who, None, message)
    planning.here(desk, who.chat_id)
    return Outcome(AskHourView(None, every=True), message)


def _not_asked(desk: Desk, who: Who, settings: bool, message: Message | None) -> Outcome | None:
    """Where studying stopped, if nobody asks for the zone any more; None while it is asked."""
    if settings or showing.asked_now(desk, desk.learner(who.learner_id).chat) == "zone":
        return None
    return go_on(desk, who, message, None)


def ask_clock(desk: Desk, who: Who, *, settings: bool = False, more: int = 0, unknown: bool = False) -> AskClockView:
    """The question itself. In a group the bot reads what is no command where it is a reply to it."""
    return AskClockView(desk.now, more, unknown, settings, reply=who.chat_id != who.learner_id)


def clock(desk: Desk, who: Who, more: int, settings: bool, message: Message | None) -> Outcome:
    """The question what time it is there, from the `more`-th choice on."""
    over = _not_asked(desk, who, settings, message)
    if over is not None:
        return over
    planning.here(desk, who.chat_id)
    if settings:
        chats.change(desk.db, who.chat_id, asking="zone")
    return Outcome(ask_clock(desk, who, settings=settings, more=more), message)


def place(desk: Desk, who: Who, shown: time, settings: bool, every: bool, message: Message | None) -> Outcome:
    """The zones where it is that time now, a few or (every) all that are well known."""
    over = _not_asked(desk, who, settings, message)
    if over is not None:
        return over
    planning.here(desk, who.chat_id)
    if settings:
        # A place can still be typed.
        chats.change(desk.db, who.chat_id, asking="zone")
    found = zones.by_clock(desk.now, shown)[:12] if every else zones.suggestions(desk.now, shown)
    if not found:
        # The question was answered so late that it is that time nowhere any more: the times are asked anew.
        return Outcome(ask_clock(desk, who, settings=settings), message)
    return Outcome(AskPlaceView(found, None if every else shown, settings), message)


def zone(desk: Desk, who: Who, name: str, settings: bool, message: Message | None) -> Outcome:
    """The zone is the chat's; pushes are planned by it from now on."""
    over = _not_asked(desk, who, settings, message)
    if over is not None:
        return over
    if not hours.known_zone(name):
        return Outcome(ask_clock(desk, who, settings=settings, unknown=True), message)
    chat_of(desk, who)
    planning.here(desk, who.chat_id)
    chats.change(desk.db, who.chat_id, zone=name, zone_told=1, asking="")
    planning.replan(desk, who.chat_id)
    if settings:
        return Outcome(page(desk, who, "main", "zone"), message)
    chats.change(desk.db, who.chat_id, setup="done")
    return go_on(desk, who, message, _said(desk, who))


def leave_zone_open(desk: Desk, who: Who, message: Message | None) -> Outcome:
    """The zone's question is put aside; pushes come in the default zone, and the first of them says so."""
    over = _not_asked(desk, who, False, message)
    if over is not None:
        return over
    planning.here(desk, who.chat_id)
    chats.change(desk.db, who.chat_id, setup="done")
    planning.replan(desk, who.chat_id)
    return go_on(desk, who, message, _said(desk, who))


def _said(desk: Desk, who: Who) -> HoursSaid:
    chat = chats.ensure(desk.db, who.chat_id, "private")
    return HoursSaid(chats.hours(desk.db, who.chat_id), desk.zone_of(chat), chat.zone is not None)


def go_on(desk: Desk, who: Who, message: Message | None, lead: HoursSaid | Typed | None) -> Outcome:
    """Where studying stopped: the open turn, the session's next one, or a new session."""
    there = turns.open_in(desk.db, who.chat_id)
    if there is not None:
        bare = asking.elsewhere(there, None) if message is None else asking.stand(desk, there, message)
        return Outcome(replace(showing.view(desk, there), lead=lead), message, bare)
    latest = turns.latest_in(desk.db, who.chat_id)
    learner = desk.learner(who.learner_id)
    if latest is not None and latest.session_id is not None:
        current = sessions.get(desk.db, latest.session_id)
        if current.ended_at is None:
            return asking.next_turn(desk, learner, current, message, lead)
    return asking.begin(desk, who, Wish(), message, lead)


# --- the settings -----------------------------------------------------------------------------------------------------


def chat_of(desk: Desk, who: Who) -> Chat:
    return chats.ensure(desk.db, who.chat_id, "private" if who.chat_id == who.learner_id else "group")


def page(desk: Desk, who: Who, name: str, said: str = "") -> SettingsView:
    """A page of the settings as they now are."""
    chat = chat_of(desk, who)
    wanted, has_deck = chats.hours(desk.db, who.chat_id), showing.has_deck(desk, who.chat_id)
    return SettingsView(chat, wanted, desk.zone_of(chat), desk.now, name, said, has_deck)


def open_page(desk: Desk, who: Who, name: str, message: Message | None) -> Outcome:
    """A page; the one that asks for something lets it be typed, too. Nobody becomes known by looking at it."""
    if who.chat_id == who.learner_id and chats.find(desk.db, who.chat_id) is None:
        return Outcome(toast=Forgotten())
    chat_of(desk, who)
    planning.here(desk, who.chat_id)
    chats.change(desk.db, who.chat_id, asking=name if name in ("hour", "zone") else "", asked_in=None)
    view: View = ask_clock(desk, who, settings=True) if name == "zone" else page(desk, who, name)
    return Outcome(view, message)


def set_hour(desk: Desk, who: Who, hour: time, wanted: bool, message: Message | None) -> Outcome:
    """That hour is among the push hours, or is no more."""
    chat = chat_of(desk, who)
    planning.here(desk, who.chat_id)
    now = chats.hours(desk.db, who.chat_id)
    changed = tuple(sorted({*now, hour} if wanted else set(now) - {hour}))
    if len(changed) > MOST_HOURS:
        return Outcome(page(desk, who, "hour", "too_many"), message)
    chats.set_hours(desk.db, who.chat_id, changed)
    planning.replan(desk, who.chat_id)
    chats.change(desk.db, who.chat_id, asking="hour")
    toast = InQuiet(hour) if wanted and chat.quiet and hours.lies_in(hour, chat.quiet) else None
    return Outcome(page(desk, who, "hour", "hours"), message, toast=toast)


def set_number(desk: Desk, who: Who, name: str, value: int, message: Message) -> Outcome:
    """One setting that is a number; a value that no button offers changes nothing."""
    chat_of(desk, who)
    planning.here(desk, who.chat_id)
    where = "days" if name == "push_days" else "limits"
    if value not in RANGES.get(name, ()):
        return Outcome(page(desk, who, "main"), message)
    if name == "push_days" and value == 0:
        return Outcome(page(desk, who, "days", "no_days"), message)
    chats.change(desk.db, who.chat_id, **{name: value / 100 if name == "retention" else value})
    planning.replan(desk, who.chat_id)
    return Outcome(page(desk, who, where, name), message)


def set_quiet(desk: Desk, who: Who, begins: time | None, ends: time | None, message: Message) -> Outcome:
    """Quiet hours from one wall-clock time to another, or (None) none."""
    chat_of(desk, who)
    planning.here(desk, who.chat_id)
    both = begins is not None and ends is not None and begins != ends
    chats.change(
        desk.db,
        who.chat_id,
        quiet_from=chats.to_minute(begins) if both and begins is not None else None,
        quiet_to=chats.to_minute(ends) if both and ends is not None else None,
    )
    planning.replan(desk, who.chat_id)
    return Outcome(page(desk, who, "quiet", "quiet"), message)


def pause(desk: Desk, who: Who, days: int, message: Message) -> Outcome:
    """No pushes for so many local days (0: pushes come again). Due dates stay."""
    chat = chat_of(desk, who)
    planning.here(desk, who.chat_id)
    today = hours.local(desk.now, desk.zone_of(chat)).date()
    until: date | None = today + timedelta(days=days) if 0 < days <= 366 else None
    chats.change(desk.db, who.chat_id, paused_until=until, snoozed_until=None)
    planning.replan(desk, who.chat_id)
    return Outcome(page(desk, who, "pause", "pause"), message)


def more_new(desk: Desk, who: Who, deck_id: int, depth: int, day: int, total: int, message: Message) -> Outcome:
    """More new cards today, then a session of what `starting.wish` says. The button names what the day's extra shall
    be, so twice is once.

    An older one, whose extra another one gave, gives as many more once what was given has been studied.
    """
    learner = desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    today = learner.moment.day
    given = total <= chats.extra_on(learner.chat, today)
    if day != today.toordinal() or (given and turns.open_in(desk.db, who.chat_id) is not None):
        return go_on(desk, who, message, None)
    wish = starting.wish(desk, who, deck_id, depth)
    offer = coming.more_new(desk, learner, wish.narrowed)
    if offer is not None:
        chats.change(desk.db, who.chat_id, extra_new=min(offer.total, MOST_EXTRA), extra_new_day=today)
    return asking.begin(desk, who, wish, message)
