"""What somebody takes along: a deck of theirs as a file, with their own progress if they wish."""

import json
from collections.abc import Sequence
from datetime import date, time

from msgspec import Struct
from msgspec.structs import replace

from bot.decks.departure import (
    LEARNING,
    RELEARNING,
    REVIEW,
    Answered,
    Days,
    Form,
    Order,
    Progress,
    StoredSide,
    factor_of,
)
from bot.storage import arriving, cards, chats, exports, marks
from bot.storage.aside import Aside
from bot.storage.cards import StoredDeck
from bot.storage.exports import Row
from bot.study import hours
from bot.study.memory import Memory, Stage
from bot.tutor import planning, starting
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Who

_ORIGIN = "origin of exports"
_KINDS = {Stage.LEARNING: LEARNING, Stage.REVIEW: REVIEW, Stage.RELEARNING: RELEARNING}
_LOGGED_AS = {"learn": 0, "review": 1, "relearn": 2, "cram": 3}
_BY_HAND = 4
# Anki's days begin at four when a collection is made.
_FOUR = time(4)


class Wanted(Struct, frozen=True):
    """What is to be made, but for the files of the media. `stored`: where those of a deck that was sent lie, by the
    author's name.
    """

    order: Order
    deck: StoredDeck
    stored: dict[str, str]

    def ordered(self, media: dict[str, str], names: dict[str, str]) -> Order:
        """The order with its media (by the author's name), and what the cards call those that have another name."""
        return replace(self.order, media=media, names=names)


def decks(desk: Desk, who: Who) -> tuple[StoredDeck, ...]:
    """The decks that this person studies or has sent, by name."""
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    mine = starting.mine(desk, who)
    return tuple([deck for deck in cards.decks(desk.db, who.chat_id) if _is_ones_own(deck, who, mine)])


def _is_ones_own(deck: StoredDeck, who: Who, mine: frozenset[int]) -> bool:
    return not deck.archived and (deck.deck_id in mine or deck.owner_id == who.learner_id)


def origin(desk: Desk, who: Who, deck_id: int | None, fresh: str) -> str | None:
    """The word that makes ids of this database's cards unlike those of any other; None if the deck is not theirs.

    `deck_id` None: it is for all that is theirs. `fresh`: what the word is from now on where there is none.
    """
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    if deck_id is not None and _found(desk, who, deck_id) is None:
        return None
    known = marks.get(desk.db, _ORIGIN)
    if known is None:
        marks.put(desk.db, _ORIGIN, fresh)
    return known or fresh


def _found(desk: Desk, who: Who, deck_id: int) -> StoredDeck | None:
    found = cards.deck(desk.db, deck_id, who.chat_id)
    return found if found is not None and _is_ones_own(found, who, starting.mine(desk, who)) else None


def wanted(desk: Desk, who: Who, deck_id: int, form: Form, origin: str, most_bytes: int) -> Wanted | None:
    """A deck of this person as it is now; None for one that is not theirs. Nothing is written."""
    chat = chats.find(desk.db, who.learner_id)
    found = _found(desk, who, deck_id)
    if chat is None or found is None:
        return None
    learner = desk.learner_of(chat)
    sides: Sequence[StoredSide] = exports.sides(desk.db, deck_id)
    first = learner.moment.day
    if form is Form.PROGRESS:
        sides, first = _with_progress(desk, learner, deck_id, sides)
    types = arriving.types_of(desk.db, deck_id)
    days = _days(desk, learner, first)
    order = Order(form, found.name, origin, tuple(sides), {}, {}, days, types, most_bytes)
    return Wanted(order, found, exports.media(desk.db, deck_id))


def _days(desk: Desk, learner: Learner, first: date) -> Days:
    began_at = hours.first_at(first, _FOUR, learner.zone)
    east = hours.local(began_at, learner.zone).utcoffset()
    assert east is not None, "a local moment has a zone"
    return Days(first, began_at, -int(east.total_seconds() // 60), learner.chat.rollover_hour, desk.now)


def _with_progress(
    desk: Desk, learner: Learner, deck_id: int, sides: Sequence[StoredSide]
) -> tuple[list[StoredSide], date]:
    """The cards with what the learner has of them, and the day from which that began."""
    logged: dict[int, list[Answered]] = {}
    first = learner.moment.day
    for row in exports.log(desk.db, learner.learner_id, deck_id):
        logged.setdefault(row.review.card_id, []).append(_answered(row))
        first = min(first, row.review.moment.day)
    progress: dict[int, Progress] = {}
    for card_id, memory in exports.memories(desk.db, learner.learner_id, deck_id):
        first = min(first, memory.last_day, memory.due_day or memory.last_day)
        progress[card_id] = _progress(memory, learner)
    aside = exports.put_aside(desk.db, learner.learner_id, deck_id, learner.moment.day)
    up = Aside()
    return [
        replace(
            side,
            progress=progress.get(side.card_id),
            log=tuple(logged.get(side.card_id, ())),
            suspended=aside.get(side.card_id, up).suspended,
            buried=aside.get(side.card_id, up).buried,
        )
        for side in sides
    ], first


def _progress(memory: Memory, learner: Learner) -> Progress:
    policy = learner.policy
    steps = {Stage.LEARNING: policy.learning_steps, Stage.RELEARNING: policy.relearning_steps}.get(memory.stage, ())
    return Progress(
        _KINDS[memory.stage],
        memory.due_at,
        memory.due_day,
        memory.interval_days,
        0 if memory.step is None else max(len(steps) - memory.step, 1),
        memory.stability,
        memory.difficulty,
        policy.retention,
        policy.parameters[20],
        memory.last_at,
        memory.reviews,
        memory.lapses,
    )


def _answered(row: Row) -> Answered:
    at, before, after = row.review.moment.at, row.review.before, row.review.after
    if row.review.grade is None:
        return Answered(at, 0, _BY_HAND, 0, 0, 0, 0)
    grade, taken_ms = int(row.review.grade), row.taken_ms or 0
    if row.elsewhere is not None:
        told = json.loads(row.elsewhere)
        numbers = (told["interval"], told["last_interval"], told["factor"])
        return Answered(at, grade, _LOGGED_AS[row.review.kind], *numbers, taken_ms)
    kind = 0 if before is None else {Stage.REVIEW: 1, Stage.RELEARNING: 2}.get(before.stage, 0)
    factor = factor_of(1.0 if after is None else after.difficulty)
    return Answered(at, grade, kind, _interval(after), _interval(before), factor, taken_ms)


def _interval(memory: Memory | None) -> int:
    """Days, negative: seconds."""
    if memory is None:
        return 0
    return memory.interval_days if memory.due_at is None else -int((memory.due_at - memory.last_at).total_seconds())
