"""Pushes: a slot that is due is claimed and put as a turn, then completed; each step is written before the next."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from bot.storage import cards, chats, pushes, rounds, sessions, turns
from bot.storage.chats import Chat
from bot.storage.pushes import End, Push
from bot.storage.sessions import Session
from bot.storage.turns import Message, Turn
from bot.study import hours, queue
from bot.study.push import ON_TIME, SOON
from bot.tutor import asking, claiming, group, in_line, planning, showing, sleeping
from bot.tutor.desk import Desk
from bot.tutor.group import Closed
from bot.tutor.in_step import Steps, in_step
from bot.tutor.outcomes import Outcome, TurnView


class Waiting(Struct, frozen=True):
    """The chats whose push is due, longest waiting first, and the claimed slots that are still to be sent."""

    due: list[int]
    open: list[Push]


def waiting(desk: Desk, most: int) -> Waiting:
    """At most so many that are due, and so many slots of each kind, those with an open end first."""
    return Waiting(chats.due(desk.db, desk.now, most), pushes.in_state(desk.db, "unsure", "claimed", most=most))


def recover(desk: Desk) -> list[tuple[int, Message]]:
    """After a start: what was under way when the process died may or may not have arrived.

    Gives the messages (with their chats) that may still bear the buttons of the turn before such a push.
    """
    left: list[tuple[int, Message]] = []
    for push in pushes.in_state(desk.db, "sending", "following"):
        pushes.mark(desk.db, push, "sent" if push.state == "following" or _stands(desk, push) else "unsure")
        turn = None if push.turn_id is None else turns.find(desk.db, push.turn_id)
        if turn is not None:
            left += [(push.chat_id, message) for message in _bare(desk, turn)]
    return left


class Put(Struct, frozen=True):
    """A push to be sent now: its slot, its turn and screen, its topic, and a group's turn that it ends."""

    push: Push
    turn_id: int
    outcome: Outcome
    thread_id: int | None
    closed: Closed | None


class NotYet(Struct, frozen=True):
    """A push that waits for the end of the quiet hours."""

    until: datetime


def put(desk: Desk, errands: Sequence[int | Push]) -> list[Put | NotYet | None]:
    """What each of them brings: a chat in which a slot is due (none twice), or a slot that was claimed before.

    None if nothing is to be sent (any more), NotYet for a claimed one that waits for a morning.
    """
    # What is due comes first, and stands for what was claimed before in the same chat.
    due = [each for each in errands if not isinstance(each, Push)]
    brought = dict(zip(due, in_step([_put_due(desk, chat_id) for chat_id in due]), strict=True))
    return [_put_again(desk, each) if isinstance(each, Push) else brought[each] for each in errands]


def _put_due(desk: Desk, chat_id: int) -> Steps[Put | None]:
    """The turn that the slot which is due in this chat brings: claimed, opened and marked as being sent at once."""
    chat = chats.find(desk.db, chat_id)
    yield
    if chat is None or chat.next_push_at is None or chat.next_push_at > desk.now:
        return None
    due = claiming.due(desk, chat)
    yield
    if due is None:
        return None
    if _plays(desk, chat):
        claiming.claim(desk, due, "here")
        return None
    awake = not chat.is_group or sleeping.is_awake(desk, chat)
    opened = (yield from _open_turn(desk, chat, due.push)) if awake else None
    if opened is None:
        claiming.claim(desk, due, "nothing")
        return None
    said = _said(desk, chat, due.push)
    push = claiming.claim(desk, due, "sending", opened.turn.turn_id, said)
    yield
    return _put(desk, chat, push, opened, said)


def _put_again(desk: Desk, push: Push) -> Put | NotYet | None:
    """The same of a slot that was claimed before, and has not left or may not have arrived.

    After an unsure one another card follows without a sound (the same if only one is due), once.
    """
    current = pushes.find(desk.db, push.chat_id, push.day, push.hour)
    chat = chats.find(desk.db, push.chat_id)
    if current is None or chat is None or current.state not in ("claimed", "unsure"):
        return None
    follows = current.state == "unsure"
    quiet_until = desk.now if chat.quiet is None else hours.quiet_ends_at(desk.now, planning.timetable(desk, chat))
    why = _why_not(desk, chat, current, quiet_until)
    if why is not None:
        pushes.mark(desk.db, push, "sent" if follows and why != "gone" else why)
        return None
    if quiet_until > desk.now:
        return NotYet(quiet_until)
    opened = _same_turn(desk, current) or in_step([_open_turn(desk, chat, current)])[0]
    if opened is None:
        pushes.mark(desk.db, push, "sent" if follows else "nothing")
        return None
    said = _said(desk, chat, current)
    pushes.put(desk.db, push, "following" if follows else "sending", opened.turn.turn_id, said)
    return _put(desk, chat, push, opened, said, follows=follows)


def _put(
    desk: Desk, chat: Chat, push: Push, opened: "_Opened", said: dict[str, object], *, follows: bool = False
) -> Put:
    turn = opened.turn
    view = group.view(desk, turn) if opened.current is None else _private_view(desk, chat, turn, opened.current, said)
    return Put(push, turn.turn_id, Outcome(view, bare=opened.bare, silent=follows), turn.thread_id, opened.closed)


def _why_not(desk: Desk, chat: Chat, push: Push, quiet_until: datetime) -> str | None:
    """The state of a slot that needs no push any more; None if it does."""
    if chat.gone_at is not None:
        return "gone"
    if _stands(desk, push):
        return "sent"
    if pushes.has_newer(desk.db, push):
        # It was under way when that one was claimed, and failed after all: one push stands for both.
        return "covered"
    if not chat.is_group and chat.last_tap_at is not None and chat.last_tap_at > push.claimed_at:
        return "here"
    if _plays(desk, chat):
        return "here"
    late = quiet_until > desk.now or desk.now - push.claimed_at > ON_TIME
    if late and chat.next_push_at is not None and chat.next_push_at - quiet_until <= SOON:
        return "soon"
    return None


def _plays(desk: Desk, chat: Chat) -> bool:
    """Whether a live round goes on in this group."""
    return chat.is_group and rounds.running_in(desk.db, chat.chat_id) is not None


def _stands(desk: Desk, push: Push) -> bool:
    """Whether the push did arrive: its message is known, from the call or from a tap on it."""
    turn = None if push.turn_id is None else turns.find(desk.db, push.turn_id)
    return turn is not None and turn.message_id is not None


class _Opened(Struct, frozen=True):
    """The turn that a push brings, its session (None: a group's), the message before it, a group's turn it ends."""

    turn: Turn
    current: Session | None
    bare: tuple[Message, ...]
    closed: Closed | None


def _same_turn(desk: Desk, push: Push) -> _Opened | None:
    """The turn of a push that surely failed, which is sent again."""
    turn = None if push.turn_id is None or push.state == "unsure" else turns.find(desk.db, push.turn_id)
    if turn is None or not turn.is_open:
        return None
    current = None if turn.session_id is None else sessions.get(desk.db, turn.session_id)
    return _Opened(turn, current, _bare(desk, turn), None)


def _bare(desk: Desk, turn: Turn) -> tuple[Message, ...]:
    """The message of the person's turn before, which may still bear its buttons."""
    before = None if turn.learner_id is None else turns.stood_before(desk.db, turn)
    return () if before is None else (before,)


def _open_turn(desk: Desk, chat: Chat, push: Push) -> Steps[_Opened | None]:
    if not chat.is_group:
        return (yield from _open_private(desk, chat, push))
    begun = group.push(desk, chat)
    return None if begun is None else _Opened(begun[0], None, (), begun[1])


def _open_private(desk: Desk, chat: Chat, push: Push) -> Steps[_Opened | None]:
    learner = desk.learner_of(chat)
    limits = desk.limits(learner)
    yield
    first, planned = in_line.first_and_count(desk, learner, limits)
    yield
    if all(each.memory is not None and each.memory.due_day is None for each in first):
        # A learning step alone brings no push.
        return None
    order = queue.queue(first, learner.moment, limits)
    before = None if push.turn_id is None else turns.find(desk.db, push.turn_id)
    others = [candidate.card_id for candidate in order if before is None or candidate.card_id != before.card_id]
    yield
    bare = asking.supersede(desk, chat.chat_id, None)
    yield
    began = sessions.begin(desk.db, chat.chat_id, "push", None, planned, None, desk.now)
    yield
    turn = turns.begin(
        desk.db,
        chat_id=chat.chat_id,
        learner_id=chat.chat_id,
        card_id=others[0] if others else order[0].card_id,
        session_id=began.session_id,
        at=desk.now,
    )
    yield
    return _Opened(turn, began, bare, None)


def _private_view(desk: Desk, chat: Chat, turn: Turn, current: Session, said: dict[str, object]) -> TurnView:
    head = planning.head(said, current.planned)
    return showing.view_of(desk, desk.learner_of(chat), turn, cards.card(desk.db, turn.card_id), current, head)


def _said(desk: Desk, chat: Chat, push: Push) -> dict[str, object]:
    """What the push says besides the usual; one that is sent again, or follows another, says the same."""
    if chat.zone is not None or chat.zone_told:
        return push.head
    chats.change(desk.db, chat.chat_id, zone_told=1)
    return {**push.head, "default_zone": desk.default_zone}


class Ended(Struct, frozen=True):
    """What came of the call with a turn: where that stands, if anywhere, and what becomes of its slot."""

    end: End
    message: Message | None = None


def end(desk: Desk, ended: Sequence[Ended]) -> None:
    """These calls are over."""
    turns.stand_in(desk.db, {each.end.turn_id: each.message for each in ended if each.message is not None})
    pushes.end(desk.db, [each.end for each in ended])


def sent(turn_id: int, message: Message) -> Ended:
    """The push with this turn stands in this message: its slot is complete."""
    return Ended(End(turn_id, sending="sent", following="sent"), message)


def unsure(turn_id: int) -> Ended:
    """Whether it arrived is open: another follows, unless it was that other itself."""
    return Ended(End(turn_id, sending="unsure", following="sent"))


def failed(turn_id: int) -> Ended:
    """It surely did not arrive: it is sent again."""
    return Ended(End(turn_id, sending="claimed", following="unsure"))


def was_gone(turn_id: int) -> Ended:
    """It surely never arrives: the chat no longer has us."""
    return Ended(End(turn_id, sending="gone", following="gone"))
