"""What a learner did and what is to come, as numbers."""

from datetime import date, time, timedelta

from msgspec import Struct

from bot.storage import reviews, waiting
from bot.tutor import coming, planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

DAYS_BACK = 30
DAYS_AHEAD = 14


class DayDone(Struct, frozen=True):
    """A study day: grades given, cards that were due and not new among them, and how many of those were known."""

    day: date
    reviews: int
    due: int
    remembered: int


class Stats(Struct, frozen=True):
    """The last 30 study days and the next 14, oldest first; `streak`: study days in a row up to today or yesterday.

    `met`: all that is in memory; `resting`: those of them that are not asked here, for they were taken out, suspended,
    or are of no deck that is studied here. `unseen`: the cards of these decks that were never met, `suspended` ones
    among them. `ahead` counts cards that were met; so does `tomorrow_due`, and the day's new cards come on top.
    `since`: when tomorrow begins, if that is today by the clock.
    """

    done: tuple[DayDone, ...]
    ahead: tuple[tuple[date, int], ...]
    met: int
    resting: int
    unseen: int
    suspended: int
    tomorrow_due: int
    tomorrow_new: int
    streak: int
    since: time | None


def stats(desk: Desk, who: Who) -> Stats | None:
    """The learner's own figures; None for somebody unknown, who stays so."""
    chat = planning.here(desk, who.learner_id)
    if chat is None:
        return None
    learner = desk.learner_of(chat)
    today = learner.moment.day
    rows = reviews.by_day(desk.db, who.learner_id, today - timedelta(days=DAYS_BACK - 1))
    days = [today - timedelta(days=back) for back in range(DAYS_BACK - 1, -1, -1)]
    forecast = waiting.forecast(desk.db, who.learner_id, today, DAYS_AHEAD)
    unseen, suspended = waiting.count_unmet(desk.db, who.learner_id, today, None)
    met = reviews.met(desk.db, who.learner_id)
    ahead = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    return Stats(
        tuple(DayDone(day, *rows.get(day, (0, 0, 0))) for day in days),
        tuple((day, forecast.get(day, 0)) for day in ahead),
        met,
        met - waiting.count_met(desk.db, who.learner_id, today),
        unseen,
        suspended,
        forecast.get(ahead[1], 0),
        min(unseen - suspended, learner.chat.new_per_day),
        _streak(reviews.days(desk.db, who.learner_id), today),
        coming.on_the_clock(desk, learner, ahead[1])[1],
    )


def _streak(studied: frozenset[date], today: date) -> int:
    day = today if today in studied else today - timedelta(days=1)
    count = 0
    while day in studied:
        count, day = count + 1, day - timedelta(days=1)
    return count
