"""What comes next for a learner: at once, later and when, how much, and what can be had before."""

from datetime import date, time, timedelta

from bot.storage import cards, chats, reviews, waiting
from bot.storage.columns import from_ms
from bot.storage.waiting import Narrow
from bot.study import hours
from bot.study.hours import Slot
from bot.tutor import in_line
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Coming, DueNow, MoreNew

# A second helping of new cards, when the day's limit is used up.
HELPING = 5
NOTHING = DueNow(0, 0, 0, ())


def due_now(desk: Desk, learner: Learner) -> DueNow:
    """What can be asked at once, of all decks."""
    learner_id, today, limits = learner.learner_id, learner.moment.day, desk.limits(learner)
    steps = [
        step for step in waiting.learning(desk.db, learner_id, today, None) if in_line.is_due(step, learner.moment.at)
    ]
    due = waiting.count_due_of_each(desk.db, learner_id, today) if limits.reviews_left else {}
    new = waiting.new(desk.db, learner_id, today, None, limits.new_left)
    decks = sorted({card.order[0] for card in (*steps, *new)} | due.keys())
    found = [cards.deck(desk.db, deck_id, learner_id) for deck_id in decks]
    names = tuple(deck.name for deck in found if deck is not None)
    return DueNow(len(steps), min(sum(due.values()), limits.reviews_left), len(new), names)


def next_study(desk: Desk, learner: Learner, deck: Narrow, now: DueNow = NOTHING) -> Coming | None:
    """When there is a card again, if ever: a learning moment later today, or the first study day that has one.

    `now`: what of these can be asked at once, which is not what comes next.
    """
    learner_id, today = learner.learner_id, learner.moment.day
    at_ms, due_day = waiting.next_due(desk.db, learner_id, today, deck, learner.moment.at)
    if at_ms is not None and from_ms(at_ms) < learner.moment.day_ends_at:
        return Coming(1, from_ms(at_ms), None, None, learner.zone)
    tomorrow = today + timedelta(days=1)
    # As tomorrow has it: what rests today comes then.
    unseen = waiting.count_new(desk.db, learner_id, tomorrow, deck) - now.new
    held_back = waiting.count_due(desk.db, learner_id, today, deck) > now.reviews
    days: list[date] = [] if due_day is None else [due_day]
    if (unseen and learner.chat.new_per_day) or at_ms is not None or held_back:
        days.append(tomorrow)
    if not days:
        return None
    day = min(days)
    met = waiting.due_by(desk.db, learner_id, today, day) - now.steps - now.reviews
    due = min(met, learner.chat.reviews_per_day)
    slot = _slot_on(desk, learner, day)
    after, since = on_the_clock(desk, learner, day, slot)
    return Coming(
        due + min(unseen, learner.chat.new_per_day),
        None,
        after,
        None if slot is None else slot.hour,
        learner.zone,
        since,
    )


def on_the_clock(desk: Desk, learner: Learner, day: date, slot: Slot | None = None) -> tuple[int, time | None]:
    """In how many days of the learner's clock a study day begins, or its slot is; and if that is today by the clock, at
    what time it begins, unless it has that slot.
    """
    begins_at = hours.day_starts_at(day, learner.zone, learner.chat.rollover_hour)
    there = hours.local(begins_at if slot is None else slot.at, learner.zone)
    days = max((there.date() - hours.local(desk.now, learner.zone).date()).days, 0)
    return days, there.time() if slot is None and not days else None


def _slot_on(desk: Desk, learner: Learner, day: date) -> Slot | None:
    """The first push of that day; None if none comes then."""
    chat = learner.chat
    # Who reads this is here, so nothing is thinned out.
    table = chats.timetable(desk.db, chat, desk.default_zone, every=1)
    begins_at = hours.day_starts_at(day, learner.zone, chat.rollover_hour)
    first = hours.next_slot(table, begins_at - timedelta(microseconds=1))
    return first if first is not None and first.day == day else None


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
