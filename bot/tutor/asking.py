"""One person's turns: the next card, its answer, a grade, and what then stands in the message."""

from msgspec import Struct
from msgspec.structs import replace

from bot.decks.card import Kind
from bot.storage import cards, chats, marks, reviews, sessions, turns, waiting
from bot.storage.cards import StoredCard
from bot.storage.sessions import Session
from bot.storage.turns import Message, Turn
from bot.storage.waiting import Narrow
from bot.study.intervals import Answer
from bot.study.memory import Grade, Memory
from bot.tutor import in_line, planning, showing
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Lead, Outcome, View, Who
from bot.tutor.toasts import Already, Forgotten, LookFirst, NewTimes, NoLonger, NotYours, TakenBack, TakenOut, Toast

# Studying ahead has no natural end, so it comes in helpings.
AHEAD_CARDS = 20


class Wish(Struct, frozen=True):
    """How a quiz is narrowed: to a deck or a tree of them, to so many different cards, or to those not due yet."""

    deck_id: int | None = None
    cap: int | None = None
    ahead: bool = False
    tree: str = ""

    @property
    def narrowed(self) -> Narrow:
        return self.tree or self.deck_id


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
        return Outcome(showing.nothing_due(desk, learner, wish.narrowed, lead), message)
    marks.first_time(desk.db, who.update_id, desk.now)
    bare = supersede(desk, who.chat_id, message)
    reason = "ahead" if wish.ahead else "quiz"
    began = sessions.begin(desk.db, who.chat_id, reason, wish.deck_id, planned, wish.cap, desk.now, None, wish.tree)
    outcome = next_turn(desk, learner, began, message, lead)
    return replace(outcome, bare=bare)


def plan(desk: Desk, learner: Learner, wish: Wish) -> int:
    """How many cards a session that begins now has at its start."""
    if wish.ahead:
        count = waiting.count_ahead(desk.db, learner.learner_id, learner.moment.day, wish.narrowed)
        return min(count, wish.cap or AHEAD_CARDS)
    count = in_line.count_now(desk, learner, wish.narrowed, desk.limits(learner))
    return count if wish.cap is None else min(count, wish.cap)


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
    if standing_in(turn) != message:
        turns.stands_in(desk.db, turn.turn_id, message)
    return elsewhere(turn, message)


def standing_in(turn: Turn) -> Message | None:
    return None if turn.message_id is None else Message(turn.message_id, turn.media or "text")


def next_turn(
    desk: Desk,
    learner: Learner,
    current: Session,
    message: Message | None,
    lead: Lead | None = None,
) -> Outcome:
    """The session's next turn, opened, or its summary."""
    card_id = in_line.choose(desk, learner, current)
    if card_id is None:
        sessions.end(desk.db, current.session_id, desk.now)
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
    shown = showing.view_of(desk, learner, turn, cards.card(desk.db, card_id), current)
    return Outcome(shown if lead is None else replace(shown, lead=lead), message)


def show(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome:
    """The turn with its answer and its grades."""
    there = admit(desk, who, turn_id, message)
    if isinstance(there, Outcome):
        return there
    bare = stand(desk, there.turn, message)
    turn = turns.looked(desk.db, turn_id, desk.now)
    return Outcome(showing.view_of(desk, there.learner, turn, there.card, there.current), message, bare)


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
    there = admit(desk, who, turn_id, message)
    if isinstance(there, Outcome):
        return there
    learner, turn, current = there.learner, there.turn, there.current
    bare = stand(desk, turn, message)
    if not showing.is_shown(turn, there.card):
        return Outcome(showing.view(desk, turn), message, bare, toast=LookFirst())
    before = reviews.memory(desk.db, learner.learner_id, turn.card_id)
    answer = None if current.reason == "ahead" else showing.offered(learner, turn.card_id, before)[given]
    if showing.promise(answer) != promised:
        return Outcome(showing.view(desk, turn), message, bare, toast=NewTimes())
    turns.close(desk.db, turn_id, "graded", desk.now)
    _log(desk, learner, turn, given, before, answer, "cram" if current.reason == "ahead" else "")
    fresh = learner.chat.setup == "fresh" and current.round_id is None and showing.has_deck(desk, learner.learner_id)
    asked = _first_question(desk, learner, _get(desk, turn_id)) if fresh else None
    if asked is not None:
        return Outcome(asked, message, bare)
    outcome = next_turn(desk, learner, current, message)
    return outcome if not bare else replace(outcome, bare=bare)


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
    _log(desk, learner, turn, given, before, answer, kind)
    return answer


def _log(
    desk: Desk, learner: Learner, turn: Turn, given: Grade, before: Memory | None, answer: Answer | None, kind: str
) -> None:
    """The grade and what it leads to are written down."""
    stages = {"learning": "learn", "review": "review", "relearning": "relearn"}
    reviews.add(
        desk.db,
        learner_id=learner.learner_id,
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
        reviews.set_memory(desk.db, learner.learner_id, turn.card_id, answer.memory)


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


class Admitted(Struct, frozen=True):
    """What a tap that counts is about: the open turn of who tapped, and what belongs to it."""

    learner: Learner
    turn: Turn
    card: StoredCard
    current: Session


def refuse(desk: Desk, who: Who, turn_id: int, message: Message) -> Outcome | None:
    """Why a tap on this turn does not count, with its message as it now is; None if it counts."""
    there = admit(desk, who, turn_id, message)
    return there if isinstance(there, Outcome) else None


def admit(desk: Desk, who: Who, turn_id: int, message: Message) -> Admitted | Outcome:
    """What the tap is about; or, if it does not count, why, with its message as it now is."""
    if who.chat_id == who.learner_id:
        chat = planning.here(desk, who.chat_id)
    elif (chat := chats.find(desk.db, who.learner_id)) is not None:
        planning.here(desk, who.chat_id)
    if chat is None:
        return Outcome(toast=Forgotten())
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.chat_id != who.chat_id:
        return replace(_over(desk, who, None, message), toast=NoLonger())
    if turn.learner_id != who.learner_id:
        return Outcome(toast=NotYours())
    if not turn.is_open:
        return replace(_over(desk, who, turn, message), toast=_why_over(desk, turn))
    assert turn.session_id is not None, "a person's turn always has a session"
    learner, card = desk.learner_of(chat), cards.card(desk.db, turn.card_id)
    current = sessions.get(desk.db, turn.session_id)
    if card.archived or card.kind is Kind.WAITING:
        turns.close(desk.db, turn_id, "withdrawn", desk.now)
        return replace(next_turn(desk, learner, current, message), toast=TakenOut())
    return Admitted(learner, turn, card, current)


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
