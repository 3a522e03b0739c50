"""A card put to a group: everybody looks and grades for themselves, the group sees a tally."""

from datetime import timedelta

from msgspec import Struct

from bot.storage import answers, cards, chats, gathering, marks, reviews, turns
from bot.storage.cards import StoredCard
from bot.storage.chats import Chat
from bot.storage.database import attempt
from bot.storage.turns import Message, Turn
from bot.study import hours
from bot.study import turn as rules
from bot.study.memory import Grade
from bot.tutor import asking, planning, showing, starting
from bot.tutor.desk import Desk
from bot.tutor.outcomes import GroupNothingView, GroupSetupView, GroupTurnView, Outcome, RevealedView, Tally, Who
from bot.tutor.toasts import (
    AdminsOnly,
    Already,
    Graded,
    GroupClosed,
    LookFirst,
    NewTimes,
    NoLonger,
    Reveal,
    StillOpen,
    Subscribed,
    TakenOut,
)

_FORMER = "former id of {}"


class Closed(Struct, frozen=True):
    """A turn that is over: its message is to be drawn with the answer."""

    chat_id: int
    turn_id: int
    message: Message
    thread_id: int | None
    view: GroupTurnView


def added(desk: Desk, chat_id: int) -> Outcome:
    """The bot came into a group (again): what it does and how to begin."""
    chats.ensure(desk.db, chat_id, "group")
    chats.started(desk.db, chat_id, desk.now)
    planning.replan(desk, chat_id)
    return Outcome(setup_view(desk, chat_id, quiz=False))


def setup_view(desk: Desk, chat_id: int, *, quiz: bool, at: int = 0) -> GroupSetupView:
    return GroupSetupView(tuple(cards.decks(desk.db)), frozenset(chats.subscribed(desk.db, chat_id)), quiz, at)


def decks_at(desk: Desk, who: Who, deck_id: int, quiz: bool, admin: bool, message: Message) -> Outcome:
    """The list open at that deck; it stands there for all, so it is the administrators who leaf through it."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    holds = turns.on_message(desk.db, who.chat_id, message.message_id)
    if holds is not None:
        return Outcome(view(desk, holds), message)
    return Outcome(setup_view(desk, who.chat_id, quiz=quiz, at=deck_id), message)


def subscribe(
    desk: Desk, who: Who, deck_id: int, wanted: bool, quiz: bool, admin: bool, thread_id: int | None, message: Message
) -> Outcome:
    """An administrator gives the group a deck, or takes it away; with `quiz` its first card follows."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    deck = cards.deck(desk.db, deck_id)
    if deck is None or deck.archived:
        return Outcome(setup_view(desk, who.chat_id, quiz=quiz), message, toast=TakenOut())
    holds = turns.on_message(desk.db, who.chat_id, message.message_id)
    if holds is not None:
        # Another administrator's tap has made a turn of this message.
        return Outcome(view(desk, holds), message)
    chats.ensure(desk.db, who.chat_id, "group")
    chats.started(desk.db, who.chat_id, desk.now)
    if not wanted:
        chats.leave(desk.db, who.chat_id, deck_id, desk.now)
        planning.replan(desk, who.chat_id)
        left = Subscribed(deck.name, left=True)
        return Outcome(setup_view(desk, who.chat_id, quiz=False, at=deck_id), message, toast=left)
    toast = Subscribed(deck.name) if chats.subscribe(desk.db, who.chat_id, deck_id, desk.now) else None
    planning.replan(desk, who.chat_id)
    if not quiz or turns.open_in(desk.db, who.chat_id) is not None:
        return Outcome(setup_view(desk, who.chat_id, quiz=False, at=deck_id), message, toast=toast)
    return Outcome(_begin(desk, who, deck_id, thread_id, message).view, message, toast=toast)


def quiz(desk: Desk, who: Who, typed: str, thread_id: int | None, insists: bool) -> tuple[Outcome, Closed | None]:
    """A card for everybody, and the turn before it if that closes; while the open one is fresh it is pointed to.

    `typed`: the name of a deck, or nothing. `insists`: who began the open turn may end it at once.
    """
    chats.ensure(desk.db, who.chat_id, "group")
    if not marks.first_time(desk.db, who.update_id, desk.now):
        return unsent(desk, who.chat_id), None
    chats.started(desk.db, who.chat_id, desk.now)
    planning.here(desk, who.chat_id)
    own = chats.subscribed(desk.db, who.chat_id)
    named = [deck.deck_id for deck in starting.named(desk, typed) if deck.deck_id in own] if typed else []
    if not own or (typed and not named):
        return Outcome(setup_view(desk, who.chat_id, quiz=True)), None
    before = turns.open_in(desk.db, who.chat_id)
    if before is not None and not (insists and before.asked_by == who.learner_id):
        left = before.opened_at + rules.PATIENCE - desk.now
        if left > timedelta(0):
            where = asking.standing_in(before)
            return Outcome(None, where, toast=StillOpen(max(1, round(left.total_seconds())))), None
    closed = None if before is None else close(desk, before)
    return _begin(desk, who, named[0] if named else None, thread_id), closed


def unsent(desk: Desk, chat_id: int) -> Outcome:
    """The open turn, if it stands nowhere: a crash came in between, or its message stayed behind in another chat."""
    turn = turns.open_in(desk.db, chat_id)
    return Outcome() if turn is None or turn.message_id is not None else Outcome(view(desk, turn), silent=True)


def _begin(desk: Desk, who: Who, deck_id: int | None, thread_id: int | None, message: Message | None = None) -> Outcome:
    chat = chats.ensure(desk.db, who.chat_id, "group")
    card_id = choose(desk, chat, deck_id)
    if card_id is None:
        return Outcome(GroupNothingView())
    turn = turns.begin(
        desk.db,
        chat_id=chat.chat_id,
        card_id=card_id,
        asked_by=who.learner_id,
        thread_id=thread_id,
        closes_at=desk.now + timedelta(minutes=chat.group_minutes),
        message=message,
        at=desk.now,
    )
    return Outcome(view(desk, turn))


def push(desk: Desk, chat: Chat) -> tuple[Turn, Closed | None] | None:
    """The turn of a group's push, open until the next turn, and the one it ends; None if no card is left."""
    card_id = choose(desk, chat)
    if card_id is None:
        return None
    before = turns.open_in(desk.db, chat.chat_id)
    closed = None if before is None else close(desk, before)
    return turns.begin(desk.db, chat_id=chat.chat_id, card_id=card_id, at=desk.now), closed


def choose(desk: Desk, chat: Chat, deck_id: int | None = None) -> int | None:
    """The card that is due for most of those who take part, else new for most; none twice in a study day."""
    day = desk.moment_of(chat).day
    since = hours.day_starts_at(day, desk.zone_of(chat), chat.rollover_hour)
    latest = turns.latest_in(desk.db, chat.chat_id)
    members = frozenset[int]()
    if latest is not None:
        members = frozenset().union(*answers.takers(desk.db, chat.chat_id, latest.turn_id + 1, 10))
    put = turns.put_since(desk.db, chat.chat_id, since)
    return gathering.most_wanted(desk.db, chat.chat_id, members, day, desk.now, put, deck_id)


def show(desk: Desk, who: Who, turn_id: int, message: Message, fits_alert: bool) -> Outcome:
    """The back for this member alone, who from then on may grade.

    `fits_alert`: it is shown at once; else it is shown, and counted as looked at, in the private chat.
    """
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.chat_id != who.chat_id or turn.learner_id is not None:
        return Outcome(toast=NoLonger())
    card = cards.card(desk.db, turn.card_id)
    if _is_anothers(desk, turn, message):
        return Outcome(toast=NoLonger())
    if not turn.is_open:
        return Outcome(view(desk, turn), message, toast=GroupClosed())
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    turns.stands_in(desk.db, turn_id, message)
    if fits_alert:
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    else:
        answers.lead(desk.db, turn_id, who.learner_id)
    turns.open_grades(desk.db, turn_id)
    return Outcome(view(desk, _again(desk, turn)), message, toast=Reveal(turn_id, card))


def _is_anothers(desk: Desk, turn: Turn, message: Message) -> bool:
    """Whether the message holds another turn, so that no button under it can have named this one."""
    there = turns.on_message(desk.db, turn.chat_id, message.message_id)
    return there is not None and there.turn_id != turn.turn_id


def reveal(desk: Desk, who: Who, turn_id: int) -> Outcome:
    """In the private chat, by the link from the group: front, back and this member's own four buttons."""
    turn = turns.find(desk.db, turn_id)
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    # Whoever opens the link, only a member who asked for the answer in the group is shown it.
    if turn is None or turn.learner_id is not None or not answers.was_led(desk.db, turn_id, who.learner_id):
        return Outcome(toast=NoLonger())
    if turn.is_open:
        answers.look(desk.db, turn_id, who.learner_id, desk.now)
    return Outcome(_revealed(desk, who, turn))


def _revealed(desk: Desk, who: Who, turn: Turn) -> RevealedView:
    learner = desk.learner(who.learner_id)
    card = cards.card(desk.db, turn.card_id)
    given = reviews.of_turn(desk.db, turn.turn_id, who.learner_id)
    if given is not None:
        undo = given.review_id if reviews.stands(desk.db, given.review_id) else None
        return RevealedView(turn.turn_id, card, {}, given.grade, showing.answer_of(given), undo)
    before = reviews.memory(desk.db, who.learner_id, turn.card_id)
    offered = showing.offered(learner, turn.card_id, before) if turn.is_open else {}
    return RevealedView(turn.turn_id, card, offered, None)


def grade(desk: Desk, who: Who, turn_id: int, given: Grade, promised: int, message: Message) -> Outcome:
    """A review of this member alone; a second tap by the same member changes nothing.

    In private a button that `promised` what no longer holds (a day has gone by) is drawn anew instead.
    """
    turn = turns.find(desk.db, turn_id)
    private = who.chat_id == who.learner_id
    if turn is None or turn.learner_id is not None or (turn.chat_id != who.chat_id and not private):
        return Outcome(toast=NoLonger())
    mine = next((a for a in answers.of_turn(desk.db, turn_id) if a.learner_id == who.learner_id), None)
    if private and mine is None:
        # In private only who came by the group's link has this turn's buttons.
        return Outcome(toast=NoLonger())
    if not private:
        if _is_anothers(desk, turn, message):
            return Outcome(toast=NoLonger())
        turns.stands_in(desk.db, turn_id, message)
    if mine is not None and mine.grade is not None:
        return Outcome(_shown(desk, who, turn, private), message, toast=Already(mine.grade, None))
    if not turn.is_open:
        return Outcome(_shown(desk, who, turn, private), message, toast=GroupClosed())
    if mine is None:
        return Outcome(toast=LookFirst())
    if private:
        shown = _revealed(desk, who, turn)
        if showing.promise(shown.answers.get(given)) != promised:
            return Outcome(shown, message, toast=NewTimes())
    answers.give(desk.db, turn_id, who.learner_id, given)
    answer = asking.review(desk, who.learner_id, turn, given, "group")
    assert answer is not None, "only cramming schedules nothing"
    for chat_id in {who.chat_id, turn.chat_id}:
        planning.here(desk, chat_id)
    _maybe_close(desk, turn)
    return Outcome(_shown(desk, who, _again(desk, turn), private), message, toast=Graded(given, answer))


def _shown(desk: Desk, who: Who, turn: Turn, private: bool) -> GroupTurnView | RevealedView:
    return _revealed(desk, who, turn) if private else view(desk, turn)


def _again(desk: Desk, turn: Turn) -> Turn:
    found = turns.find(desk.db, turn.turn_id)
    assert found is not None, "looked at a moment ago in this transaction"
    return found


def _maybe_close(desk: Desk, turn: Turn) -> None:
    usual = rules.regulars(answers.takers(desk.db, turn.chat_id, turn.turn_id, rules.LAST_TURNS))
    graded = frozenset(a.learner_id for a in answers.of_turn(desk.db, turn.turn_id) if a.grade is not None)
    at = rules.closes_at(turn.opened_at, turn.closes_at, usual, graded)
    if at != turn.closes_at:
        turns.close_by(desk.db, turn.turn_id, at)
    if at is not None and at <= desk.now:
        close(desk, turn)


def close(desk: Desk, turn: Turn) -> Closed | None:
    """The turn is over; what is to be drawn, if it ever stood anywhere."""
    turns.close(desk.db, turn.turn_id, "closed", desk.now)
    where = asking.standing_in(turn)
    if where is None:
        return None
    return Closed(turn.chat_id, turn.turn_id, where, turn.thread_id, view(desk, _again(desk, turn)))


def close_due(desk: Desk) -> tuple[list[Closed], list[Exception]]:
    """The turns whose time is over, closed now; and our faults at those that stay open, which keep no other open."""
    found: list[Closed] = []
    faults: list[Exception] = []
    for turn in turns.closing(desk.db, desk.now):

        def close_one(turn: Turn = turn) -> None:
            closed = close(desk, turn)
            if closed is not None:
                found.append(closed)

        fault = attempt(desk.db, close_one)
        if fault is not None:
            faults.append(fault)
    return found, faults


def undrawn(desk: Desk) -> list[Closed]:
    """After a start: turns that were closed and whose message may still show the question."""
    found = turns.undrawn(desk.db, desk.now - timedelta(days=2))
    return [
        Closed(
            turn.chat_id, turn.turn_id, Message(turn.message_id, turn.media or "text"), turn.thread_id, view(desk, turn)
        )
        for turn in found
        if turn.message_id is not None
    ]


def drawn(desk: Desk, turn_id: int) -> None:
    """The closed turn's message shows its answer."""
    turns.bare(desk.db, turn_id)


def view(desk: Desk, turn: Turn) -> GroupTurnView:
    """The turn as the whole group may see it now."""
    found = answers.of_turn(desk.db, turn.turn_id)
    given = [answer.grade for answer in found if answer.grade is not None]
    tally = Tally(len(found), len(given), sum(1 for grade in given if grade is not Grade.AGAIN))
    return GroupTurnView(
        turn_id=turn.turn_id,
        card=cards.card(desk.db, turn.card_id),
        closed=not turn.is_open,
        tally=tally,
        grades=turn.grades,
        head=planning.head_of(desk, turn.turn_id),
    )


def redraw(desk: Desk, turn_id: int) -> tuple[int, int | None, Message, GroupTurnView] | None:
    """A group's turn: its chat, topic and message, and what it shows now."""
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.learner_id is not None:
        return None
    where = asking.standing_in(turn)
    return None if where is None else (turn.chat_id, turn.thread_id, where, view(desk, turn))


def gone(desk: Desk, chat_id: int) -> None:
    """The chat no longer has us: its pushes stop at once, its data stays."""
    chats.gone(desk.db, chat_id, desk.now)


def card_of(desk: Desk, chat_id: int, turn_id: int) -> StoredCard | None:
    """The card of a turn of this group."""
    turn = turns.find(desk.db, turn_id)
    return None if turn is None or turn.chat_id != chat_id else cards.card(desk.db, turn.card_id)


def leafed(desk: Desk, who: Who, turn: Turn) -> Outcome:
    """The turn for another page of it: as the group sees it, or in private for who was led there."""
    if turn.chat_id == who.chat_id:
        return Outcome(view(desk, turn))
    if who.chat_id == who.learner_id and answers.was_led(desk.db, turn.turn_id, who.learner_id):
        return Outcome(_revealed(desk, who, turn))
    return Outcome(toast=NoLonger())


def moved(desk: Desk, old_id: int, new_id: int) -> Outcome:
    """The group became a supergroup: its open turn is to be drawn there, unless that was done before."""
    marks.put(desk.db, _FORMER.format(new_id), str(old_id))
    return unsent(desk, new_id) if chats.move(desk.db, old_id, new_id) else Outcome()


def let_in_only(desk: Desk, allowed: frozenset[int]) -> None:
    """Pushes stop for chats that are not among these; a card asked for brings them back when they are let in again."""
    for chat_id in chats.planned(desk.db):
        if not allowed & {chat_id, former_id(desk, chat_id)}:
            chats.gone(desk.db, chat_id, desk.now)


def former_id(desk: Desk, chat_id: int) -> int:
    """The id this group had before it became a supergroup; 0 if we know of none."""
    return int(marks.get(desk.db, _FORMER.format(chat_id)) or 0)
