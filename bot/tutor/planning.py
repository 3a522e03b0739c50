"""When a chat's next push comes, worked out anew whenever something changed that it depends on."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.storage import chats, pushes
from bot.storage.chats import Chat
from bot.storage.pushes import Lately
from bot.study import hours, session
from bot.study.hours import Timetable
from bot.study.push import thinning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Head


def here(desk: Desk, chat_id: int) -> Chat | None:
    """Somebody did something in this chat: pushes that had thinned out come as wished again.

    Gives the chat with its settings, as it was before; None if it is not known.
    """
    chat = chats.find(desk.db, chat_id)
    if chat is None:
        return None
    chats.tapped(desk.db, chat_id, desk.now)
    if chat.ignored_days or chat.gone_at:
        replan(desk, chat_id)
    return chat


def timetable(desk: Desk, chat: Chat) -> Timetable:
    return chats.timetable(desk.db, chat, desk.default_zone, thinning(chat.ignored_days))


def lately(desk: Desk, chat: Chat) -> Lately:
    """The slots claimed from shortly before now on, wherever the chat's study day stands, and since its last push."""
    earliest = min(chat.next_push_at or desk.now, desk.now) - timedelta(days=3)
    return pushes.lately(desk.db, chat.chat_id, min(earliest.date(), chat.last_push_day or date.max))


def replan(desk: Desk, chat_id: int) -> None:
    """Set the chat's next push from its wishes as they now are. A push that is due already stays due."""
    chat = chats.find(desk.db, chat_id)
    if chat is None or (chat.next_push_at is not None and chat.next_push_at <= desk.now and chat.gone_at is None):
        return
    at = chat.snoozed_until
    if chat.gone_at is not None or not chats.subscribed(desk.db, chat_id):
        chats.change(desk.db, chat_id, next_push_at=None)
        return
    slot = hours.next_slot(timetable(desk, chat), desk.now, lately(desk, chat).done)
    if slot is not None and (at is None or slot.at < at):
        at = slot.at
    chats.change(desk.db, chat_id, next_push_at=at)


def head_of(desk: Desk, turn_id: int, planned: int = 0) -> Head | None:
    """The line of the push that brought this turn, if one did; `planned`: how many cards its session had then."""
    push = pushes.of_turn(desk.db, turn_id)
    return None if push is None else head(push.head, planned)


def head(said: Mapping[str, object], planned: int) -> Head:
    """The line of a push with so many cards (0: a group's), and what it says besides."""
    return Head(
        waiting=planned,
        minutes=session.minutes(planned) if planned else 0,
        every=int(str(said.get("every", 1))),
        default_zone=str(said.get("default_zone", "")),
    )
