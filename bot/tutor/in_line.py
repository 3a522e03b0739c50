"""Which card stands first in line for a learner, and how many stand there."""

from collections.abc import Sequence
from datetime import datetime

from bot.storage import aside, reviews, rounds, sessions, waiting
from bot.storage.sessions import Session
from bot.storage.waiting import Narrow
from bot.study import queue
from bot.tutor.desk import Desk, Learner

# The next card is chosen among so many of a kind, those that come first: among them siblings are kept apart. Where all
# of these are siblings of what was just asked, among more.
CHOICE = 5
MORE = 60
EVERY_CARD = 2000


def choose(desk: Desk, learner: Learner, current: Session) -> int | None:
    """The card that a session asks next; None: it is over."""
    if current.reason == "ahead":
        return _choose_ahead(desk, learner, current)
    limits = desk.limits(learner)
    seen = sessions.cards(desk.db, current.session_id) if current.cap is not None else frozenset()
    recent = reviews.last_asked(desk.db, learner.learner_id, queue.BETWEEN)
    if current.cap is not None and len(seen) >= current.cap:
        # No card more, but all of them that come back.
        all_of_them = gather(desk, learner, current.narrowed, limits, EVERY_CARD)
        candidates = [candidate for candidate in all_of_them if candidate.card_id in seen]
    else:
        candidates = _first_in_line(desk, learner, current.narrowed, limits, recent)
    chosen = queue.next_card(candidates, learner.moment, limits, recent)
    return None if chosen is None else chosen.card_id


def _choose_ahead(desk: Desk, learner: Learner, current: Session) -> int | None:
    seen = sessions.cards(desk.db, current.session_id)
    recent = reviews.last_asked(desk.db, learner.learner_id, queue.BETWEEN)
    if current.round_id is not None:
        missed = rounds.missed(desk.db, current.round_id, learner.learner_id)
        day = learner.moment.day
        left = [
            each
            for each in missed
            if each.card_id not in seen and aside.find(desk.db, learner.learner_id, each.card_id, day) == aside.Aside()
        ]
        return _first_free(left, recent)
    if len(seen) >= current.planned:
        return None
    found = waiting.ahead(desk.db, learner.learner_id, learner.moment.day, current.narrowed, seen, CHOICE)
    return _first_free(found, recent)


def _first_free(cards: Sequence[queue.Candidate | queue.Asked], recent: Sequence[queue.Asked]) -> int | None:
    """The first of them without a sibling among those just asked, else the first; None if there is none."""
    free = (card for card in cards if queue.any_free([card], recent))
    first = next(free, cards[0] if cards else None)
    return None if first is None else first.card_id


def _first_in_line(
    desk: Desk, learner: Learner, deck: Narrow, limits: queue.Limits, recent: Sequence[queue.Asked]
) -> list[queue.Candidate]:
    """The kinds of cards that come first, up to one that has more than siblings of those just asked: what else waits
    need not be read to find the next.
    """
    learner_id, day = learner.learner_id, learner.moment.day
    learning = waiting.learning(desk.db, learner_id, day, deck)
    if queue.any_free([candidate for candidate in learning if is_due(candidate, learner.moment.at)], recent):
        return learning
    due: list[queue.Candidate] = []
    for most in (CHOICE, MORE):
        due = waiting.due(desk.db, learner_id, day, deck, min(limits.reviews_left, most))
        if len(due) < most or queue.any_free(due, recent):
            break
    if queue.any_free(due, recent):
        return [*learning, *due]
    new: list[queue.Candidate] = []
    for most in (CHOICE, MORE) if limits.new_left else ():
        # More than are left for today: the first ones may have to wait behind the others.
        new = waiting.new(desk.db, learner_id, day, deck, most)
        if len(new) < most or queue.any_free(new, recent):
            break
    return [*learning, *due, *new]


def count_now(desk: Desk, learner: Learner, deck: Narrow, limits: queue.Limits) -> int:
    """How many cards are to be asked today, as things are now."""
    learner_id, day = learner.learner_id, learner.moment.day
    learning = waiting.learning(desk.db, learner_id, day, deck)
    count = _soon(learning, learner) + waiting.count_due(desk.db, learner_id, day, deck, limits.reviews_left)
    return count + (waiting.count_new(desk.db, learner_id, day, deck, limits.new_left) if limits.new_left else 0)


def _soon(learning: list[queue.Candidate], learner: Learner) -> int:
    """How many of them are due, with those whose moment comes soon: they are put when nothing else is left."""
    return sum(is_due(candidate, learner.moment.at + queue.AHEAD) for candidate in learning)


def is_due(learning: queue.Candidate, at: datetime) -> bool:
    """Whether the step of a card that is being learned has ended at that moment."""
    return learning.memory is not None and learning.memory.due_at is not None and learning.memory.due_at <= at


def gather(
    desk: Desk, learner: Learner, deck: Narrow, limits: queue.Limits, most: int = CHOICE
) -> list[queue.Candidate]:
    """What the queue begins with: at most so many cards that are due, and so many new ones."""
    day = learner.moment.day
    return [
        *waiting.learning(desk.db, learner.learner_id, day, deck),
        *waiting.due(desk.db, learner.learner_id, day, deck, min(limits.reviews_left, most)),
        *waiting.new(desk.db, learner.learner_id, day, deck, min(limits.new_left, most)),
    ]


def first_and_count(desk: Desk, learner: Learner, limits: queue.Limits) -> tuple[list[queue.Candidate], int]:
    """Cards among which are the first two of the queue for all decks, and what `count_now` gives for these."""
    learner_id, day = learner.learner_id, learner.moment.day
    learning = waiting.learning(desk.db, learner_id, day, None)
    due = waiting.due(desk.db, learner_id, day, None, min(limits.reviews_left, CHOICE))
    # Where there are few, these are all.
    few = len(due) < CHOICE
    due_count = len(due) if few else waiting.count_due(desk.db, learner_id, day, None, limits.reviews_left)
    count = _soon(learning, learner) + due_count
    if len(due) >= 2:
        # No new card comes before these.
        return [*learning, *due], count + waiting.count_new(desk.db, learner_id, day, None, limits.new_left)
    new = waiting.new(desk.db, learner_id, day, None, limits.new_left)
    return [*learning, *due, *new[:CHOICE]], count + len(new)
