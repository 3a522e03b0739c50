"""Which card a group gets: the one that those who take part, taken together, gain most from."""

from datetime import date

from bot.storage import chats, gathering, turns
from bot.storage.chats import Chat
from bot.storage.gathering import Field
from bot.study import group, hours
from bot.study.group import Member
from bot.tutor import topics
from bot.tutor.desk import Desk


def choose(
    desk: Desk, chat: Chat, decks: frozenset[int] | None = None, besides: frozenset[int] = frozenset()
) -> int | None:
    """The card with the greatest gain; none twice in a study day, and siblings of today's only when no other is left.

    Among equals, and where nobody is known to take part or would gain, those never put here come first, in deck order,
    then the one put longest ago.

    `decks`: of these alone; None: of those that a push may bring. `besides`: cards that are not wanted.
    """
    wanted = topics.pushed(desk, chat.chat_id) if decks is None else decks
    own = tuple(deck_id for deck_id in chats.subscribed(desk.db, chat.chat_id) if deck_id in wanted)
    since = hours.day_starts_at(desk.moment_of(chat).day, desk.zone_of(chat), chat.rollover_hour)
    put = turns.put_since(desk.db, chat.chat_id, since)
    notes = gathering.notes(desk.db, put)
    last = gathering.last_put(desk.db, chat.chat_id)
    members, days = _members(desk, gathering.active(desk.db, chat.chat_id))
    for siblings in (False, True) if notes else (False,):
        field = Field(own, notes, siblings)
        chosen = _best(desk, field, members, days, last, put | besides) if members else None
        if chosen is None:
            chosen = _longest_ago(desk, field, last, put | besides)
        if chosen is not None:
            return chosen
    return None


def _members(desk: Desk, active: frozenset[int]) -> tuple[list[Member], dict[int, date]]:
    """Those who take part, and the study day that each of them lives."""
    learners = [desk.learner_of(chat) for chat in gathering.people(desk.db, active)]
    days = {learner.learner_id: learner.moment.day for learner in learners}
    done: dict[int, int] = {}
    for day in set(days.values()):
        done |= gathering.new_on(desk.db, [member for member, its in days.items() if its == day], day)
    members = [
        Member(
            learner.learner_id,
            learner.chat.new_per_day
            + chats.extra_on(learner.chat, learner.moment.day)
            - done.get(learner.learner_id, 0),
            learner.policy,
        )
        for learner in learners
    ]
    return members, days


def _best(
    desk: Desk,
    field: Field,
    members: list[Member],
    days: dict[int, date],
    last: dict[int, int],
    besides: frozenset[int],
) -> int | None:
    """The card of the field with the greatest gain; None: nobody gains from any."""
    met = gathering.all_met(desk.db, field, days, desk.now)
    if met is None:
        wanting = [member.learner_id for member in members if member.new_left > 0]
        some = [card for card in gathering.candidates(desk.db, field, days, wanting) if card not in besides]
        found = group.gains(members, gathering.met_of(desk.db, field, days, desk.now, some))
    else:
        found = group.gains(members, met)
        # What nobody has met is worth the same, whichever it is.
        unmet = _longest_ago(desk, field, last, besides | found.by_card.keys())
        some = found.best(besides) + ([] if unmet is None else [unmet])
    ordered = gathering.in_order(desk.db, field, some)
    best = min(ordered, key=lambda card: (-found.of(card), last.get(card, 0)), default=None)
    return best if best is not None and found.of(best) > 0 else None


def _longest_ago(desk: Desk, field: Field, last: dict[int, int], besides: frozenset[int]) -> int | None:
    """The first card in deck order that was never put to the group, else the one put longest ago."""
    oldest: int | None = None
    for card in gathering.in_order(desk.db, field):
        if card in besides:
            continue
        if card not in last:
            return card
        if oldest is None or last[card] < last[oldest]:
            oldest = card
    return oldest
