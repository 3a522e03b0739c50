"""One person's turns: the next card, its answer, a grade, and what then stands in the message."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.decks.card import Kind
from bot.storage import cards, chats, marks, reviews, turns, waiting
from bot.storage.turns import Message, Session, Turn
from bot.study import queue, session
from bot.study.fuzz import fuzz_of
from bot.study.intervals import Answer, answers
from bot.study.memory import Grade, Memory
from bot.tutor import coming, planning
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import (
    Already,
    AskHourView,
    ClosedView,
    Forgotten,
    Lead,
    LookFirst,
    NoLonger,
    NothingDueView,
    NotYours,
    Outcome,
    SummaryView,
    TakenOut,
    Toast,
    TurnView,
    View,
    Who,
)

# A learning card that is due this soon is part of the session that begins now.
SOON = timedelta(minutes=20)
# Studying ahead has no natural end, so it comes in helpings.
AHEAD_CARDS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """How a quiz is narrowed: to a deck, to so many different cards, or to cards that are not due yet."""

    deck_id: int | None = None
    cap: int | None = None
    ahead: bool = False


def quiz(desk: Desk, who: Who, wish: Wish, message: Message | None = None) -> Outcome:
    """The next due card in a session of its own, or when there is one. A repeated update draws what is there."""
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    if not marks.first_time(desk.db, who.update_id, desk.now):
        return again(desk, who)
    return begin(desk, who, wish, message)


def begin(desk: Desk, who: Who, wish: Wish, message: Message | None, lead: Lead | None = None) -> Outcome:
    """A new session with its first turn in `message`; the open turn before it is over."""
    learner = desk.learner(who.learner_id)
    planned = plan(desk, learner, wish)
    if planned == 0:
        return Outcome(nothing_due(desk, learner, wish.deck_id, lead), message)
    bare = supersede(desk, who.chat_id, message)
    reason = "ahead" if wish.ahead else "quiz"
    began = turns.begin_session(desk.db, who.chat_id, reason, wish.deck_id, planned, wish.cap, desk.now)
    outcome = next_turn(desk, learner, began, message, lead)
    return replace(outcome, bare=bare)


def plan(desk: Desk, learner: Learner, wish: Wish) -> int:
    """How many cards a session that begins now has at its start."""
    if wish.ahead:
        count = waiting.count_ahead(desk.db, learner.learner_id, learner.moment.day, wish.deck_id)
        return min(count, wish.cap or AHEAD_CARDS)
    candidates = gather(desk, learner, wish.deck_id)
    now = queue.queue(candidates, learner.moment, learner.policy, desk.limits(learner))
    put = {candidate.card_id for candidate in now}
    soon = [
        candidate
        for candidate in candidates
        if candidate.card_id not in put and _due_within(candidate.memory, learner, SOON)
    ]
    count = len(now) + len(soon)
    return count if wish.cap is None else min(count, wish.cap)


def _due_within(memory: Memory | None, learner: Learner, span: timedelta) -> bool:
    return memory is not None and memory.due_at is not None and memory.due_at <= learner.moment.at + span


def gather(desk: Desk, learner: Learner, deck_id: int | None) -> list[queue.Candidate]:
    """All that the queue may choose from."""
    day, limits = learner.moment.day, desk.limits(learner)
    return [
        *waiting.learning(desk.db, learner.learner_id, day, deck_id),
        *waiting.due(desk.db, learner.learner_id, day, deck_id),
        *waiting.new(desk.db, learner.learner_id, day, deck_id, limits.new_left),
    ]


def supersede(desk: Desk, chat_id: int, message: Message | None) -> tuple[Message, ...]:
    """Close the chat's open turn; the message that now must lose its buttons, unless it is drawn anew itself."""
    before = turns.open_in(desk.db, chat_id)
    if before is None:
        return ()
    turns.close(desk.db, before.turn_id, "superseded", desk.now)
    where = standing_in(before)
    return () if where is None or (message and where.message_id == message.message_id) else (where,)


def standing_in(turn: Turn) -> Message | None:
    return None if turn.message_id is None else Message(turn.message_id, turn.media or "text")


def next_turn(
    desk: Desk, learner: Learner, current: Session, message: Message | None, lead: Lead | None = None
) -> Outcome:
    """The session's next turn, opened, or its summary."""
    card_id = _choose(desk, learner, current)
    if card_id is None:
        turns.end_session(desk.db, current.session_id, desk.now)
        planning.replan(desk, current.chat_id)
        return Outcome(summary(desk, learner, current, lead), message)
    turn = turns.begin(
        desk.db,
        chat_id=current.chat_id,
        learner_id=learner.learner_id,
        card_id=card_id,
        session_id=current.session_id,
        message=message,
        at=desk.now,
    )
    return Outcome(replace(view(desk, turn), lead=lead), message)


def _choose(desk: Desk, learner: Learner, current: Session) -> int | None:
    seen = turns.session_cards(desk.db, current.session_id)
    if current.reason == "ahead":
        if len(seen) >= current.planned:
            return None
        found = waiting.ahead(desk.db, learner.learner_id, learner.moment.day, current.deck_id, seen)
        return None if found is None else found.card_id
    candidates = gather(desk, learner, current.deck_id)
    if current.cap is not None and len(seen) >= current.cap:
        candidates = [candidate for candidate in candidates if candidate.card_id in seen]
    last = reviews.last_standing(desk.db, learner.learner_id)
    recent = () if last is None else (cards.note(desk.db, last.card_id),)
    chosen = queue.next_card(candidates, learner.moment, learner.policy, desk.limits(learner), recent)
    return None if chosen is None else chosen.card_id


def show(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome:
    """The turn with its answer and its grades."""
    refused = refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused
    turns.looked(desk.db, turn_id, desk.now)
    turns.stands_in(desk.db, turn_id, message)
    return Outcome(view(desk, _get(desk, turn_id)), message)


def grade(desk: Desk, who: Who, turn_id: int, given: Grade, message: Message) -> Outcome:
    """The grade is in the log and in the memory, and the next turn is open; a second one changes nothing."""
    refused = refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused
    turn = _get(desk, turn_id)
    card = cards.card(desk.db, turn.card_id)
    if turn.looked_at is None and card.kind is not Kind.STATEMENT:
        return Outcome(view(desk, turn), message, toast=LookFirst())
    turns.close(desk.db, turn_id, "graded", desk.now)
    turns.stands_in(desk.db, turn_id, message)
    assert turn.session_id is not None, "a person's turn always has a session"
    current = turns.session(desk.db, turn.session_id)
    answer = review(desk, who.learner_id, turn, given, "cram" if current.reason == "ahead" else "")
    learner = desk.learner(who.learner_id)
    if learner.chat.setup == "fresh" and not learner.chat.is_group:
        chats.change(desk.db, who.chat_id, setup="hour")
        return Outcome(AskHourView(answer), message)
    return next_turn(desk, learner, current, message)


def review(desk: Desk, learner_id: int, turn: Turn, given: Grade, kind: str = "") -> Answer | None:
    """One more entry of the log with the memory it leads to; None when cramming, which changes no memory.

    `kind` is found from the memory before unless given ("group", "cram").
    """
    learner = desk.learner(learner_id)
    before = reviews.memory(desk.db, learner_id, turn.card_id)
    answer = None if kind == "cram" else offered(learner, turn.card_id, before)[given]
    stages = {"learning": "learn", "review": "review", "relearning": "relearn"}
    reviews.add(
        desk.db,
        learner_id=learner_id,
        card_id=turn.card_id,
        turn_id=turn.turn_id,
        moment=learner.moment,
        kind=kind or ("learn" if before is None else stages[str(before.stage)]),
        grade=given,
        before=before,
        after=before if answer is None else answer.memory,
        taken_ms=turns.taken(turn, desk.now),
        policy=reviews.policy_id(desk.db, learner.policy),
    )
    if answer is not None:
        reviews.set_memory(desk.db, learner_id, turn.card_id, answer.memory)
    return answer


def offered(learner: Learner, card_id: int, before: Memory | None) -> Mapping[Grade, Answer]:
    """What each of the four grades leads to at this moment."""
    fuzz = fuzz_of(card_id, 0 if before is None else before.reviews)
    return answers(before, learner.moment, learner.policy, fuzz)


def again(desk: Desk, who: Who) -> Outcome:
    """For a repeated update: the open turn is sent if it never stood anywhere, else nothing is done."""
    turn = turns.open_in(desk.db, who.chat_id)
    if turn is None or turn.message_id is not None:
        return Outcome()
    return Outcome(view(desk, turn))


def resume(desk: Desk, who: Who, lead: Lead | None = None, *, decks_beside: bool = False) -> Outcome | None:
    """The open turn in a new message (the old one loses its buttons); None if there is none."""
    turn = turns.open_in(desk.db, who.chat_id)
    if turn is None or turn.learner_id != who.learner_id:
        return None
    where = standing_in(turn)
    shown = replace(view(desk, turn), lead=lead, decks_beside=decks_beside)
    return Outcome(shown, bare=() if where is None else (where,))


def _get(desk: Desk, turn_id: int) -> Turn:
    turn = turns.find(desk.db, turn_id)
    assert turn is not None, "looked at a moment ago in this transaction"
    return turn


def refuse(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome | None:
    """Why a tap on this turn does not count, with its message as it now is; None if it counts."""
    chat = chats.find(desk.db, who.learner_id)
    if chat is None:
        return Outcome(toast=Forgotten())
    planning.here(desk, who.chat_id)
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.chat_id != who.chat_id:
        return Outcome(redraw(desk, who, message), message, toast=NoLonger())
    if turn.learner_id != who.learner_id:
        return Outcome(toast=NotYours())
    if not turn.is_open:
        # A message whose sending was left open is not known by its id: it shows the turn that its button names.
        now = redraw(desk, who, message) or closed(desk, turn)
        return Outcome(now, message, toast=_why_over(desk, turn))
    if cards.card(desk.db, turn.card_id).archived:
        turns.close(desk.db, turn_id, "withdrawn", desk.now)
        assert turn.session_id is not None, "a person's turn always has a session"
        current = turns.session(desk.db, turn.session_id)
        return replace(next_turn(desk, desk.learner(who.learner_id), current, message), toast=TakenOut())
    return None


def _why_over(desk: Desk, turn: Turn) -> Toast:
    assert turn.learner_id is not None, "only asked of a person's turn"
    given = reviews.of_turn(desk.db, turn.turn_id, turn.learner_id)
    if turn.ended == "graded" and given is not None and given.grade is not None:
        return Already(given.grade, _answer_of(given))
    return NoLonger()


def _answer_of(given: reviews.Review) -> Answer | None:
    """When the card comes back after this entry, counted from it; None when nothing was scheduled."""
    after = given.after
    if after is None or given.kind == "cram":
        return None
    if after.due_at is not None:
        return Answer(memory=after, span=after.due_at - given.moment.at, days=None)
    assert after.due_day is not None, "one of the two is always there"
    return Answer(memory=after, span=None, days=(after.due_day - given.moment.day).days)


def redraw(desk: Desk, who: Who, message: Message) -> View | None:
    """What a message shows as things now are; None if it never held a turn."""
    turn = turns.on_message(desk.db, who.chat_id, message.message_id)
    if turn is None or turn.learner_id != who.learner_id:
        return None
    if turn.is_open:
        return view(desk, turn)
    learner = desk.learner(who.learner_id)
    latest = turns.latest_in(desk.db, who.chat_id)
    if latest is not None and latest.turn_id == turn.turn_id and turn.ended == "graded":
        given = reviews.of_turn(desk.db, turn.turn_id, who.learner_id)
        if learner.chat.setup == "hour":
            return AskHourView(None if given is None else _answer_of(given))
        if turn.session_id is not None and turns.session(desk.db, turn.session_id).ended_at is not None:
            return summary(desk, learner, turns.session(desk.db, turn.session_id))
    return closed(desk, turn)


def closed(desk: Desk, turn: Turn) -> ClosedView:
    assert turn.learner_id is not None, "only asked of a person's turn"
    given = reviews.of_turn(desk.db, turn.turn_id, turn.learner_id) if turn.ended == "graded" else None
    return ClosedView(
        turn.turn_id,
        cards.card(desk.db, turn.card_id),
        turn.looked_at is not None,
        None if given is None else given.grade,
        None if given is None else _answer_of(given),
    )


def view(desk: Desk, turn: Turn) -> TurnView:
    """The open turn as it is drawn now."""
    assert turn.learner_id is not None, "a person's turn"
    assert turn.session_id is not None, "a person's turn always has a session"
    learner = desk.learner(turn.learner_id)
    card = cards.card(desk.db, turn.card_id)
    current = turns.session(desk.db, turn.session_id)
    shown = turn.looked_at is not None or card.kind is Kind.STATEMENT
    cram = current.reason == "ahead"
    place, total = session.progress(current.planned, steps(desk, current))
    before = reviews.memory(desk.db, learner.learner_id, turn.card_id)
    return TurnView(
        turn_id=turn.turn_id,
        card=card,
        place=place,
        total=total,
        shown=shown,
        answers=offered(learner, turn.card_id, before) if shown and not cram else {},
        cram=cram,
        head=planning.head_of(desk, turn.turn_id),
    )


def steps(desk: Desk, current: Session) -> list[session.Step]:
    return [
        session.Step(entry.card_id, entry.before, None if entry.kind == "cram" else entry.after, entry.grade)
        for entry in reviews.of_session(desk.db, current.session_id)
        if entry.grade is not None
    ]


def summary(desk: Desk, learner: Learner, current: Session, lead: Lead | None = None) -> SummaryView:
    """What the session came to and what comes next."""
    done = session.summarise(steps(desk, current))
    last = reviews.last_standing(desk.db, learner.learner_id)
    return SummaryView(
        session_id=current.session_id,
        cards=done.cards,
        due=done.due,
        remembered=done.remembered,
        coming=coming.next_study(desk, learner, None),
        undo=None if last is None else last.review_id,
        more=coming.more_new(desk, learner),
        cram=current.reason == "ahead",
        lead=lead,
    )


def nothing_due(desk: Desk, learner: Learner, deck_id: int | None, lead: Lead | None = None) -> NothingDueView:
    """When the next card comes, and what can be done before."""
    return NothingDueView(
        coming=coming.next_study(desk, learner, deck_id),
        ahead=waiting.count_ahead(desk.db, learner.learner_id, learner.moment.day, deck_id) > 0,
        more=coming.more_new(desk, learner),
        decks=bool(chats.subscribed(desk.db, learner.learner_id)),
        deck_id=deck_id,
        lead=lead,
    )


def with_decks(shown: View | None) -> View | None:
    """The same turn with a way to the decks beside it."""
    return replace(shown, decks_beside=True) if isinstance(shown, TurnView) else shown
