"""One person's turns: the next card, its answer, a grade, and what then stands in the message."""

from dataclasses import dataclass, replace

from bot.decks.card import Kind
from bot.storage import cards, chats, marks, reviews, turns, waiting
from bot.storage.turns import Message, Session, Turn
from bot.study import queue
from bot.study.intervals import Answer
from bot.study.memory import Grade, Memory
from bot.tutor import planning, showing
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Lead, Outcome, View, Who
from bot.tutor.toasts import Already, Forgotten, LookFirst, NewTimes, NoLonger, NotYours, TakenBack, TakenOut, Toast

# Studying ahead has no natural end, so it comes in helpings.
AHEAD_CARDS = 20


@dataclass(frozen=True, slots=True)
class Wish:
    """How a quiz is narrowed: to a deck, to so many different cards, or to cards that are not due yet."""

    deck_id: int | None = None
    cap: int | None = None
    ahead: bool = False


def quiz(desk: Desk, who: Who, wish: Wish, message: Message | None = None) -> Outcome:
    """The next due card in a session of its own, or when there is one."""
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    return begin(desk, who, wish, message)


def begin(desk: Desk, who: Who, wish: Wish, message: Message | None, lead: Lead | None = None) -> Outcome:
    """A new session with its first turn in `message`; the open turn before it is over."""
    learner = desk.learner(who.learner_id)
    planned = plan(desk, learner, wish)
    if planned == 0:
        return Outcome(showing.nothing_due(desk, learner, wish.deck_id, lead), message)
    marks.first_time(desk.db, who.update_id, desk.now)
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
        candidate for candidate in candidates if candidate.card_id not in put and _comes_soon(candidate.memory, learner)
    ]
    count = len(now) + len(soon)
    return count if wish.cap is None else min(count, wish.cap)


def _comes_soon(memory: Memory | None, learner: Learner) -> bool:
    """Whether it is being learned, and comes before its moment when nothing else is left."""
    return memory is not None and memory.due_at is not None and memory.due_at <= learner.moment.at + queue.AHEAD


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
    return elsewhere(before, message)


def elsewhere(turn: Turn, message: Message | None) -> tuple[Message, ...]:
    """The message that has to lose the turn's buttons when they stand in `message` from now on."""
    where = standing_in(turn)
    return () if where is None or (message and where.message_id == message.message_id) else (where,)


def stand(desk: Desk, turn: Turn, message: Message) -> tuple[Message, ...]:
    """Put the turn into this message; the one it stood in before has to lose its buttons."""
    turns.stands_in(desk.db, turn.turn_id, message)
    return elsewhere(turn, message)


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
        return Outcome(showing.summary(desk, learner, current, lead), message)
    turn = turns.begin(
        desk.db,
        chat_id=current.chat_id,
        learner_id=learner.learner_id,
        card_id=card_id,
        session_id=current.session_id,
        message=message,
        at=desk.now,
    )
    return Outcome(replace(showing.view(desk, turn), lead=lead), message)


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
    bare = stand(desk, _get(desk, turn_id), message)
    turns.looked(desk.db, turn_id, desk.now)
    return Outcome(showing.view(desk, _get(desk, turn_id)), message, bare)


def leaf(desk: Desk, who: Who, turn: Turn, message: Message) -> Outcome:
    """The turn in this message, where another of its pages is wanted."""
    planning.here(desk, who.chat_id)
    if not turn.is_open:
        return Outcome(showing.closed(desk, turn), message)
    return Outcome(showing.view(desk, turn), message, stand(desk, turn, message))


def grade(desk: Desk, who: Who, turn_id: int, given: Grade, promised: int, message: Message) -> Outcome:
    """The grade is in the log and in the memory, and the next turn is open; a second one changes nothing.

    A button that `promised` what no longer holds (a day has gone by) changes nothing either, but is drawn anew.
    """
    refused = refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused
    turn = _get(desk, turn_id)
    bare = stand(desk, turn, message)
    shown = showing.view(desk, turn)
    if not shown.shown:
        return Outcome(shown, message, bare, toast=LookFirst())
    if showing.promise(shown.answers.get(given)) != promised:
        return Outcome(shown, message, bare, toast=NewTimes())
    turns.close(desk.db, turn_id, "graded", desk.now)
    assert turn.session_id is not None, "a person's turn always has a session"
    current = turns.session(desk.db, turn.session_id)
    review(desk, who.learner_id, turn, given, "cram" if current.reason == "ahead" else "")
    learner = desk.learner(who.learner_id)
    asked = _first_question(desk, learner, _get(desk, turn_id)) if learner.chat.setup == "fresh" else None
    if asked is not None:
        return Outcome(asked, message, bare)
    return replace(next_turn(desk, learner, current, message), bare=bare)


def _first_question(desk: Desk, learner: Learner, turn: Turn) -> View | None:
    """What is asked after the first card, if it was not answered before: in /settings, or ahead of an undo."""
    zone = "zone" if learner.chat.zone is None else "done"
    setup = zone if chats.hours(desk.db, learner.learner_id) else "hour"
    chats.change(desk.db, learner.learner_id, setup=setup)
    return showing.question(desk, turn)


def review(desk: Desk, learner_id: int, turn: Turn, given: Grade, kind: str = "") -> Answer | None:
    """One more entry of the log with the memory it leads to; None when cramming, which changes no memory.

    `kind` is found from the memory before unless given ("group", "cram").
    """
    learner = desk.learner(learner_id)
    before = reviews.memory(desk.db, learner_id, turn.card_id)
    answer = None if kind == "cram" else showing.offered(learner, turn.card_id, before)[given]
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


def was_done(desk: Desk, update_id: int) -> bool:
    """Whether this update was worked off, or has at least changed what it changes."""
    return marks.was_handled(desk.db, update_id)


def is_done(desk: Desk, update_id: int) -> None:
    """This update is answered: repeated, it gets no second answer."""
    marks.first_time(desk.db, update_id, desk.now)


def again(desk: Desk, who: Who) -> Outcome:
    """For a repeated update: the open turn is sent if it never stood anywhere, else nothing is done."""
    turn = turns.open_in(desk.db, who.chat_id)
    if turn is None or turn.message_id is not None:
        return Outcome()
    return Outcome(showing.view(desk, turn))


def resume(desk: Desk, who: Who, lead: Lead | None = None, *, decks_beside: bool = False) -> Outcome | None:
    """The open turn in a new message (the old one loses its buttons); None if there is none."""
    turn = turns.open_in(desk.db, who.chat_id)
    if turn is None or turn.learner_id != who.learner_id:
        return None
    where = standing_in(turn)
    shown = replace(showing.view(desk, turn), lead=lead, decks_beside=decks_beside)
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
        return replace(_over(desk, who, None, message), toast=NoLonger())
    if turn.learner_id != who.learner_id:
        return Outcome(toast=NotYours())
    if not turn.is_open:
        return replace(_over(desk, who, turn, message), toast=_why_over(desk, turn))
    card = cards.card(desk.db, turn.card_id)
    if card.archived or card.kind is Kind.WAITING:
        turns.close(desk.db, turn_id, "withdrawn", desk.now)
        assert turn.session_id is not None, "a person's turn always has a session"
        current = turns.session(desk.db, turn.session_id)
        return replace(next_turn(desk, desk.learner(who.learner_id), current, message), toast=TakenOut())
    return None


def _over(desk: Desk, who: Who, turn: Turn | None, message: Message) -> Outcome:
    """What the message of a turn that is over (None: is not to be had here) shows now."""
    there = turns.on_message(desk.db, who.chat_id, message.message_id)
    if message.media == "photo" and (there is None or not there.is_open):
        # A photo never becomes a text: what came after it stands in a message of its own.
        return Outcome(bare=(message,))
    # A message whose sending was left open is not known by its id: it shows the turn that its button names.
    return Outcome(
        showing.redraw(desk, who, message) or (None if turn is None else showing.closed(desk, turn)), message
    )


def _why_over(desk: Desk, turn: Turn) -> Toast:
    assert turn.learner_id is not None, "only asked of a person's turn"
    given = reviews.of_turn(desk.db, turn.turn_id, turn.learner_id)
    if turn.ended == "graded" and given is not None and given.grade is not None:
        if not reviews.stands(desk.db, given.review_id):
            return TakenBack()
        return Already(given.grade, showing.answer_of(given))
    return NoLonger()
