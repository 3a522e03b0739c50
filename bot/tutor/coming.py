"""What comes next for a learner: when, how much, and what can be had before."""

from datetime import date, time, timedelta

from bot.storage import chats, reviews, waiting
from bot.storage.columns import from_ms
from bot.storage.waiting import Narrow
from bot.study import hours
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Coming, MoreNew

# A second helping of new cards, when the day's limit is used up.
HELPING = 5


def next_study(desk: Desk, learner: Learner, deck: Narrow) -> Coming | None:
    """When there is a card again, if ever: a learning moment later today, or the first study day that has one."""
    today = learner.moment.day
    at_ms, due_day = waiting.next_due(desk.db, learner.learner_id, today, deck)
    if at_ms is not None and from_ms(at_ms) < learner.moment.day_ends_at:
        return Coming(1, max(from_ms(at_ms), learner.moment.at), None, None, learner.zone)
    tomorrow = today + timedelta(days=1)
    # As tomorrow has it: what rests today comes then.
    unseen = waiting.count_new(desk.db, learner.learner_id, tomorrow, deck)
    days: list[date] = []
    if unseen and learner.chat.new_per_day:
        days.append(tomorrow)
    if at_ms is not None:
        days.append(tomorrow)
    if due_day is not None:
        days.append(max(due_day, tomorrow))
    if not days:
        return None
    day = min(days)
    due = min(waiting.due_by(desk.db, learner.learner_id, today, day), learner.chat.reviews_per_day)
    new = min(unseen, learner.chat.new_per_day)
    return Coming(due + new, None, (day - today).days, _hour_on(desk, learner, day), learner.zone)


def _hour_on(desk: Desk, learner: Learner, day: date) -> time | None:
    """The first push hour of that day; None if none comes then."""
    chat = learner.chat
    # Who reads this is here, so nothing is thinned out.
    table = chats.timetable(desk.db, chat, desk.default_zone, every=1)
    begins_at = hours.day_starts_at(day, learner.zone, chat.rollover_hour)
    first = hours.next_slot(table, begins_at - timedelta(microseconds=1))
    return first.hour if first is not None and first.day == day else None


def more_new(desk: Desk, learner: Learner, deck: Narrow) -> MoreNew | None:
    """An offer of more new cards today, if there are any (of that deck) and the day's limit holds them back."""
    unseen = waiting.count_new(desk.db, learner.learner_id, learner.moment.day, deck)
    limits = desk.limits(learner)
    if unseen == 0 or limits.new_left > 0:
        return None
    cards = min(HELPING, unseen)
    # Whoever lowered the limit after studying has met more than it allows; those do not use up the helping.
    met = reviews.done_on(desk.db, learner.learner_id, learner.moment.day).new
    extra = max(chats.extra_on(learner.chat, learner.moment.day), met - learner.chat.new_per_day)
    return MoreNew(cards, learner.moment.day, extra + cards)
