"""Pushes: a slot is claimed, put as a turn, and completed; each step is written before the next is taken."""

from dataclasses import asdict, dataclass
from datetime import datetime

from bot.storage import chats, pushes, turns, waiting
from bot.storage.chats import Chat
from bot.storage.pushes import Push
from bot.storage.turns import Message, Turn
from bot.study import queue, session
from bot.study.hours import Slot
from bot.study.push import Send, Skip, Wait, decide, snooze, thinning
from bot.tutor import asking, group, planning
from bot.tutor.asking import Wish
from bot.tutor.desk import Desk
from bot.tutor.group import Closed
from bot.tutor.outcomes import Head, Outcome, SnoozedUntil, SnoozedView, Who

# How many chats one claim takes, so that a tick with thousands due never holds the writer for long.
BATCH = 50
_STATES = {"just here": "here", "soon": "soon", "passed": "covered"}


def claim(desk: Desk, most: int = BATCH) -> int:
    """How many chats were due: their slots are claimed and their next push is planned."""
    due = chats.due(desk.db, desk.now, most)
    for chat in due:
        _claim_one(desk, chat)
    return len(due)


def _claim_one(desk: Desk, chat: Chat) -> None:
    assert chat.next_push_at is not None, "it is due"
    table = planning.timetable(desk, chat)
    # A tap in a group says nothing about who else waits for the group's push.
    last_tap_at = None if chat.is_group else chat.last_tap_at
    decision = decide(table, chat.next_push_at, desk.now, planning.done_lately(desk, chat), last_tap_at)
    if chat.snoozed_until is not None and chat.snoozed_until <= desk.now:
        chats.change(desk.db, chat.chat_id, snoozed_until=None)
    match decision:
        case Send(slot=slot, stands_for=others, next_at=next_at):
            for other in others:
                _take(desk, chat, other, "covered")
            _claim_send(desk, chat, slot)
        case Skip(slots=slots, why=why, next_at=next_at):
            for slot in slots:
                _take(desk, chat, slot, _STATES[str(why)])
        case Wait(until=until, slots=slots):
            for slot in slots:
                _take(desk, chat, slot, "covered")
            next_at = until
            chats.change(desk.db, chat.chat_id, snoozed_until=until)
    left = chat.snoozed_until if chat.snoozed_until and chat.snoozed_until > desk.now else None
    chats.plan_push(desk.db, chat.chat_id, min(filter(None, (next_at, left)), default=None))


def _take(desk: Desk, chat: Chat, slot: Slot, state: str) -> bool:
    return pushes.claim(desk.db, chat.chat_id, slot.day, slot.hour, state, desk.now, extra=slot.snoozed)


def _claim_send(desk: Desk, chat: Chat, slot: Slot) -> None:
    if not _has_card(desk, chat):
        _take(desk, chat, slot, "nothing")
        return
    last_at = pushes.last_sent_at(desk.db, chat.chat_id)
    if not _take(desk, chat, slot, "claimed"):
        return
    ignored = chat.ignored_days
    unanswered = last_at is not None and (chat.last_tap_at is None or chat.last_tap_at < last_at)
    if unanswered and chat.last_push_day is not None and chat.last_push_day < slot.day:
        ignored += 1
    chats.change(desk.db, chat.chat_id, ignored_days=ignored, last_push_day=slot.day)
    every = thinning(ignored)
    if every != thinning(chat.ignored_days):
        pushes.say(desk.db, chat.chat_id, slot.day, slot.hour, {"every": every})


def _has_card(desk: Desk, chat: Chat) -> bool:
    """Whether a push has something to bring: due reviews or new cards; a learning step alone brings none."""
    if chat.is_group:
        return group.choose(desk, chat) is not None
    learner = desk.learner(chat.chat_id)
    limits, day = desk.limits(learner), learner.moment.day
    has_new = limits.new_left > 0 and bool(waiting.new(desk.db, learner.learner_id, day, None, 1))
    return has_new or (limits.reviews_left > 0 and bool(waiting.due(desk.db, learner.learner_id, day, None, most=1)))


def waiting_to_leave(desk: Desk) -> list[Push]:
    """The claimed slots that are still to be sent, those with an open end first."""
    return pushes.in_state(desk.db, "unsure", "claimed")


def recover(desk: Desk) -> None:
    """After a start: what was under way when the process died may or may not have arrived."""
    for push in pushes.in_state(desk.db, "sending"):
        pushes.mark(desk.db, push, "unsure")
    for push in pushes.in_state(desk.db, "following"):
        pushes.mark(desk.db, push, "sent")


@dataclass(frozen=True, slots=True)
class Put:
    """A push to be sent now: its screen, its topic, and a group's turn that it ends."""

    outcome: Outcome
    thread_id: int | None
    closed: Closed | None


def put(desk: Desk, push: Push) -> Put | None:
    """The turn that this slot brings, opened and marked as being sent; None if nothing is to be sent any more.

    After an unsure one another card follows without a sound (the same if only one is due), once.
    """
    current = pushes.find(desk.db, push.chat_id, push.day, push.hour)
    chat = chats.find(desk.db, push.chat_id)
    if current is None or chat is None or current.state not in ("claimed", "unsure"):
        return None
    if chat.gone_at is not None:
        pushes.mark(desk.db, push, "gone")
        return None
    follows = current.state == "unsure"
    if follows and _seen(desk, chat, current):
        pushes.mark(desk.db, push, "sent")
        return None
    turn, bare, closed = _open_turn(desk, chat, current)
    if turn is None:
        pushes.mark(desk.db, push, "sent" if follows else "nothing")
        return None
    pushes.mark(desk.db, push, "following" if follows else "sending")
    pushes.put(desk.db, push, turn.turn_id, asdict(_head(desk, chat, int(str(current.head.get("every", 1))))))
    view = group.view(desk, turn) if chat.is_group else asking.view(desk, turn)
    return Put(Outcome(view, bare=bare, silent=follows), turn.thread_id, closed)


def _open_turn(desk: Desk, chat: Chat, push: Push) -> tuple[Turn | None, tuple[Message, ...], Closed | None]:
    if not chat.is_group:
        turn, bare = _open_private(desk, chat, push)
        return turn, bare, None
    begun = group.push(desk, chat)
    return (None, (), None) if begun is None else (begun[0], (), begun[1])


def _seen(desk: Desk, chat: Chat, push: Push) -> bool:
    """Whether somebody tapped since: then the push did arrive, or is needed no more."""
    return chat.last_tap_at is not None and chat.last_tap_at > push.claimed_at


def _open_private(desk: Desk, chat: Chat, push: Push) -> tuple[Turn | None, tuple[Message, ...]]:
    learner = desk.learner(chat.chat_id)
    planned = asking.plan(desk, learner, Wish())
    order = queue.queue(asking.gather(desk, learner, None), learner.moment, learner.policy, desk.limits(learner))
    if not order:
        return None, ()
    avoid = None if push.turn_id is None else turns.find(desk.db, push.turn_id)
    others = [candidate.card_id for candidate in order if avoid is None or candidate.card_id != avoid.card_id]
    bare = asking.supersede(desk, chat.chat_id, None)
    began = turns.begin_session(desk.db, chat.chat_id, "push", None, planned, None, desk.now)
    turn = turns.begin(
        desk.db,
        chat_id=chat.chat_id,
        learner_id=chat.chat_id,
        card_id=others[0] if others else order[0].card_id,
        session_id=began.session_id,
        at=desk.now,
    )
    return turn, bare


def _head(desk: Desk, chat: Chat, every: int) -> Head:
    tells_zone = chat.zone is None and not chat.zone_told
    if tells_zone:
        chats.change(desk.db, chat.chat_id, zone_told=1)
    zone = desk.default_zone if tells_zone else ""
    if chat.is_group:
        return Head(0, 0, every, zone)
    cards = asking.plan(desk, desk.learner(chat.chat_id), Wish())
    return Head(cards, session.minutes(cards), every, zone)


def sent(desk: Desk, push: Push, message: Message) -> None:
    """The push stands in this message: the slot is complete."""
    current = pushes.find(desk.db, push.chat_id, push.day, push.hour)
    if current is not None and current.turn_id is not None:
        turns.stands_in(desk.db, current.turn_id, message)
    pushes.mark(desk.db, push, "sent", ("sending", "following"))


def unsure(desk: Desk, push: Push) -> None:
    """Whether it arrived is open: another follows, unless it was that other itself."""
    if not pushes.mark(desk.db, push, "unsure", ("sending",)):
        pushes.mark(desk.db, push, "sent", ("following",))


def failed(desk: Desk, push: Push) -> None:
    """It surely did not arrive: it is sent again."""
    if not pushes.mark(desk.db, push, "claimed", ("sending",)):
        pushes.mark(desk.db, push, "unsure", ("following",))


def was_gone(desk: Desk, push: Push) -> None:
    """It surely never arrives: the chat no longer has us."""
    pushes.mark(desk.db, push, "gone")
    chats.gone(desk.db, push.chat_id, desk.now)


def snooze_until(desk: Desk, who: Who, turn_id: int, choice: str, message: Message) -> Outcome:
    """Put one push off. Due dates stay; the turn is over and comes again with the later push."""
    refused = asking.refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused
    chat = desk.learner(who.learner_id).chat
    until = snooze(choice, desk.now, planning.timetable(desk, chat))
    if until is None:
        return Outcome(asking.redraw(desk, who, message), message)
    turns.close(desk.db, turn_id, "superseded", desk.now)
    chats.change(desk.db, who.chat_id, snoozed_until=until)
    planning.replan(desk, who.chat_id)
    zone = desk.zone_of(chat)
    return Outcome(SnoozedView(until, zone, desk.now), message, toast=SnoozedUntil(until, zone))


def snooze_choices(desk: Desk, who: Who, turn_id: int, message: Message) -> tuple[Outcome, tuple[str, ...]]:
    """The push with the ways to put it off that exist now."""
    refused = asking.refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused, ()
    table = planning.timetable(desk, desk.learner(who.learner_id).chat)
    choices = tuple(choice for choice in ("hour", "evening", "tomorrow") if snooze(choice, desk.now, table))
    turn = turns.find(desk.db, turn_id)
    assert turn is not None, "looked at a moment ago in this transaction"
    return Outcome(asking.view(desk, turn), message), choices


def next_at(desk: Desk) -> datetime | None:
    """The earliest push planned for any chat."""
    return chats.next_push(desk.db)
