"""A push put off: it comes again at a moment of its own, and no due date moves."""

from bot.storage import chats, turns
from bot.storage.turns import Message
from bot.study.push import snooze
from bot.tutor import asking, planning, showing
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, SnoozedView, Who


def put_off(desk: Desk, who: Who, turn_id: int, choice: str, message: Message) -> Outcome:
    """Put one push off. Due dates stay; the turn is over and comes again with the later push."""
    refused = asking.refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused
    chat = desk.learner(who.learner_id).chat
    until = snooze(choice, desk.now, planning.timetable(desk, chat))
    if until is None:
        return Outcome(showing.redraw(desk, who, message), message)
    bare = asking.supersede(desk, who.chat_id, message)
    chats.change(desk.db, who.chat_id, snoozed_until=until)
    planning.replan(desk, who.chat_id)
    return Outcome(SnoozedView(until, desk.zone_of(chat), desk.now), message, bare)


def choices(desk: Desk, who: Who, turn_id: int, message: Message) -> tuple[Outcome, tuple[str, ...]]:
    """The push with the ways to put it off that exist now."""
    refused = asking.refuse(desk, who, turn_id, message)
    if refused is not None:
        return refused, ()
    table = planning.timetable(desk, desk.learner(who.learner_id).chat)
    possible = tuple(choice for choice in ("hour", "evening", "tomorrow") if snooze(choice, desk.now, table))
    turn = turns.find(desk.db, turn_id)
    assert turn is not None, "looked at a moment ago in this transaction"
    return Outcome(showing.view(desk, turn), message, asking.stand(desk, turn, message)), possible
