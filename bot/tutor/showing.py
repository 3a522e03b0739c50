"""What a message shows: an open turn, one that is over, a session's end, a question asked on the way."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from bot.decks.card import Kind
from bot.storage import cards, chats, owned, reviews, sessions, turns, waiting
from bot.storage.cards import StoredCard
from bot.storage.chats import Chat
from bot.storage.sessions import Session
from bot.storage.turns import Message, Turn
from bot.storage.waiting import Narrow
from bot.study import session
from bot.study.fuzz import fuzz_of
from bot.study.intervals import Answer, answers
from bot.study.memory import Grade, Memory, Policy
from bot.tutor import coming, planning
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import (
    AskClockView,
    AskHourView,
    ClosedView,
    Head,
    Lead,
    NothingDueView,
    Outcome,
    SummaryView,
    TurnView,
    View,
    Who,
)
from bot.tutor.toasts import Passed


def redraw(desk: Desk, who: Who, message: Message) -> View | None:
    """What a message shows as things now are; None if it never held a turn."""
    turn = turns.on_message(desk.db, who.chat_id, message.message_id)
    if turn is None or turn.learner_id != who.learner_id:
        return None
    if turn.is_open:
        return view(desk, turn)
    learner = desk.learner(who.learner_id)
    latest = turns.latest_in(desk.db, who.chat_id)
    if latest is not None and latest.turn_id == turn.turn_id and turn.ended in ("graded", "withdrawn"):
        asked = question(desk, turn)
        if asked is not None:
            return asked
        if turn.session_id is not None and sessions.get(desk.db, turn.session_id).ended_at is not None:
            return summary(desk, learner, sessions.get(desk.db, turn.session_id))
    return closed(desk, turn)


def passed(desk: Desk, who: Who, message: Message, answers_question: bool) -> Outcome | None:
    """For a tap that is not about a turn: what its message shows, if a turn or a question stands there now.

    `answers_question`: the button belonged to a question asked on the way, which may be the one that stands there.
    """
    turn = turns.on_message(desk.db, who.chat_id, message.message_id)
    if turn is None or turn.learner_id != who.learner_id:
        return None
    asks = not answers_question and question(desk, turn) is not None
    if not turn.is_open and not asks:
        return None
    return Outcome(redraw(desk, who, message), message, toast=Passed())


def question(desk: Desk, turn: Turn) -> View | None:
    """The hour's or the zone's question, if it was put after this turn and is still open."""
    latest = turns.latest_in(desk.db, turn.chat_id)
    if latest is None or latest.turn_id != turn.turn_id or turn.ended != "graded":
        return None
    match asked_now(desk, desk.learner(turn.chat_id).chat):
        case "hour":
            given = reviews.of_turn(desk.db, turn.turn_id, turn.chat_id)
            return AskHourView(None if given is None else answer_of(given))
        case "zone":
            return AskClockView(desk.now)
    return None


def asked_now(desk: Desk, chat: Chat) -> str:
    """Which question asked on the way is open: hour or zone; empty: none. Who has no deck is asked nothing, as nothing
    would come at that hour.
    """
    return chat.setup if chat.setup in ("hour", "zone") and has_deck(desk, chat.chat_id) else ""


def has_deck(desk: Desk, chat_id: int) -> bool:
    """Whether cards can come to this chat by themselves."""
    return bool(chats.subscribed(desk.db, chat_id))


def view(desk: Desk, turn: Turn) -> TurnView:
    """The open turn as it is drawn now."""
    assert turn.learner_id is not None, "a person's turn"
    assert turn.session_id is not None, "a person's turn always has a session"
    learner = desk.learner(turn.learner_id)
    return view_of(desk, learner, turn, cards.card(desk.db, turn.card_id), sessions.get(desk.db, turn.session_id))


def view_of(
    desk: Desk, learner: Learner, turn: Turn, card: StoredCard, current: Session, head: Head | None = None
) -> TurnView:
    """The same for who has read already what belongs to the turn.

    `head`: the line of the push that brings it now, so it is the first of its session.
    """
    graded = (0, 0) if head is not None else reviews.progress(desk.db, current.session_id)
    if head is None and current.reason == "push":
        head = planning.head_of(desk, turn.turn_id, current.planned)
    place, total = session.progress(current.planned, *graded)
    shown, cram = is_shown(turn, card), current.reason == "ahead"
    answers_now: Mapping[Grade, Answer] = {}
    if shown and not cram:
        answers_now = offered(learner, turn.card_id, reviews.memory(desk.db, learner.learner_id, turn.card_id))
    return TurnView(
        turn_id=turn.turn_id,
        card=card,
        place=place,
        total=total,
        shown=shown,
        answers=answers_now,
        cram=cram,
        missed=current.round_id is not None,
        head=head,
    )


def is_shown(turn: Turn, card: StoredCard) -> bool:
    """Whether the answer stands there with its grades."""
    return turn.looked_at is not None or card.kind is Kind.STATEMENT


def offered(learner: Learner, card_id: int, before: Memory | None) -> Mapping[Grade, Answer]:
    """What each of the four grades leads to at this moment."""
    fuzz = fuzz_of(card_id, 0 if before is None else before.reviews)
    return answers(before, learner.moment, learner.policy, fuzz)


def promise(answer: Answer | None) -> int:
    """What a grade's button promises: days, or minus seconds, until the card is back; 0: nothing is scheduled."""
    if answer is None:
        return 0
    return answer.days or -((answer.span or timedelta(0)) // timedelta(seconds=1))


def closed(desk: Desk, turn: Turn) -> ClosedView:
    assert turn.learner_id is not None, "only asked of a person's turn"
    given = reviews.of_turn(desk.db, turn.turn_id, turn.learner_id) if turn.ended == "graded" else None
    if given is not None and not reviews.stands(desk.db, given.review_id):
        given = None
    return ClosedView(
        turn.turn_id,
        cards.card(desk.db, turn.card_id),
        turn.looked_at is not None,
        None if given is None else given.grade,
        None if given is None else answer_of(given),
    )


def unanswered(desk: Desk, chat_id: int, message_id: int) -> ClosedView | None:
    """The push in this message, if it gave way unanswered and asks for a grade, which nobody can give there now."""
    turn = turns.on_message(desk.db, chat_id, message_id)
    if turn is None or turn.ended != "superseded" or turn.session_id is None:
        return None
    asks = cards.card(desk.db, turn.card_id).kind is Kind.STATEMENT
    return closed(desk, turn) if asks and sessions.get(desk.db, turn.session_id).reason == "push" else None


def answer_of(given: reviews.Review) -> Answer | None:
    """What this entry's button promised; None when nothing was scheduled."""
    after, before = given.after, given.before
    if after is None or given.grade is None or given.kind == "cram":
        return None
    if after.due_day is not None:
        return Answer(memory=after, span=None, days=(after.due_day - given.moment.day).days)
    # The moment may lie a little later than the step that was promised. Steps do not depend on the wanted retention.
    fuzz = fuzz_of(given.card_id, 0 if before is None else before.reviews)
    return answers(before, given.moment, Policy(), fuzz)[given.grade]


def summary(desk: Desk, learner: Learner, current: Session, lead: Lead | None = None) -> SummaryView:
    """What the session came to and what comes next."""
    done = session.summarise(steps(desk, current))
    last = reviews.last_standing(desk.db, learner.learner_id)
    deck_id, depth = _as_buttons_name(desk, learner, current.narrowed)
    now = coming.due_now(desk, learner)
    return SummaryView(
        session_id=current.session_id,
        cards=done.cards,
        grades=done.grades,
        due=done.due,
        remembered=done.remembered,
        coming=coming.next_study(desk, learner, None, now),
        undo=None if last is None else last.review_id,
        more=coming.more_new(desk, learner, current.narrowed),
        cram=current.reason == "ahead",
        missed=current.round_id is not None,
        lead=lead,
        deck_id=deck_id,
        depth=depth,
        now=now if now.cards else None,
    )


def _as_buttons_name(desk: Desk, learner: Learner, deck: Narrow) -> tuple[int | None, int]:
    """A deck, or one of a tree's and how deep below the roots the tree is: a name may be longer than a button holds."""
    if not isinstance(deck, str):
        return deck, 0
    first = chats.subscribed(desk.db, learner.learner_id, deck)[:1]
    return (first[0], len(deck.split("::"))) if first else (None, 0)


def steps(desk: Desk, current: Session) -> list[session.Step]:
    return [
        session.Step(
            entry.card_id, entry.before, None if entry.kind == "cram" else entry.after, entry.grade, entry.moment.day
        )
        for entry in reviews.of_session(desk.db, current.session_id)
        if entry.grade is not None
    ]


def nothing_due(desk: Desk, learner: Learner, deck: Narrow, lead: Lead | None = None) -> NothingDueView:
    """When the next card comes, and what can be done before: of one deck, of a tree of them or of all."""
    deck_id, depth = _as_buttons_name(desk, learner, deck)
    offer = coming.more_new(desk, learner, deck)
    has_any = has_deck(desk, learner.learner_id)
    now = coming.NOTHING if deck is None else coming.due_now(desk, learner)
    return NothingDueView(
        coming=coming.next_study(desk, learner, deck),
        ahead=waiting.count_ahead(desk.db, learner.learner_id, learner.moment.day, deck) > 0,
        more=offer,
        used_up=offer is not None and deck is not None,
        decks=has_any,
        deck_id=deck_id,
        depth=depth,
        lead=lead,
        now=now if now.cards else None,
        archived=() if has_any else owned.archived_for(desk.db, learner.learner_id),
    )


def with_decks(shown: View | None) -> View | None:
    """The same with a way to the decks beside it."""
    return replace(shown, decks_beside=True) if isinstance(shown, TurnView | NothingDueView) else shown
