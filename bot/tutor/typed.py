"""What is typed where something was asked for: in private anything, in a group a reply to the question."""

from datetime import time

from msgspec.structs import replace

from bot.storage import asked as asked_for
from bot.storage import chats, turns
from bot.storage.chats import Chat
from bot.storage.turns import Message
from bot.study import hours, zones
from bot.tutor import adding, asking, owning, planning, sharing, showing, wishes
from bot.tutor.desk import Desk
from bot.tutor.outcomes import AskHourView, AskPlaceView, Outcome, Typed, Who, can_be_typed
from bot.tutor.toasts import Forgotten


def words(desk: Desk, who: Who, text: str) -> Outcome:
    """What the words mean where they were asked for; else the open turn again, or what can be done now."""
    chat = planning.here(desk, who.chat_id)
    if chat is None:
        return Outcome(toast=Forgotten())
    named = (
        owning.typed_name(desk, who, chat.asking, text)
        or sharing.typed_description(desk, who, chat.asking, text)
        or adding.typed_deck(desk, who, chat.asking, text)
    )
    if named is not None:
        return replace(named, bare=_question_of(desk, chat, ()))
    # What the settings asked for last was opened on purpose, and later than what is asked on the way.
    settings = bool(chat.asking)
    wanted = chat.asking or showing.asked_now(desk, chat)
    hour = hours.parse_hour(text)
    asked = turns.latest_in(desk.db, who.chat_id)
    outcome = _answer(desk, who, text, wanted, hour, settings)
    if outcome is None and wanted and not settings and asked is not None and not asked.is_open:
        outcome = Outcome(
            AskHourView(None, again=True) if wanted == "hour" else wishes.ask_clock(desk, who, unknown=True)
        )
    if outcome is None:
        return wishes.go_on(desk, who, None, Typed())
    # The message that asked loses its buttons: the answer was typed.
    bare = outcome.bare or (() if settings or asked is None else asking.elsewhere(asked, None))
    return replace(outcome, bare=(*bare, *_question_of(desk, chat, bare)))


def were_answered(desk: Desk, who: Who) -> bool:
    """Whether this update of somebody in private was worked off, or has at least changed what it changes. If not, what
    is asked for now is kept with it: should the bot die before it answers, the same words are an answer again.
    """
    if asking.was_done(desk, who.update_id):
        return True
    asked_for.keep(desk.db, who.chat_id, who.update_id)
    return False


def asks(desk: Desk, chat_id: int, message_id: int) -> bool:
    """Whether this message of a group asks for something that a reply to it may say."""
    chat = chats.find(desk.db, chat_id)
    return chat is not None and chat.is_group and bool(chat.asking) and chat.asked_in == message_id


def replied(desk: Desk, who: Who, text: str, message_id: int) -> Outcome:
    """What an administrator's reply to the message that asks leads to; nothing if it asks no more."""
    chat = chats.find(desk.db, who.chat_id)
    if chat is None or not asks(desk, who.chat_id, message_id):
        return Outcome()
    planning.here(desk, who.chat_id)
    outcome = _answer(desk, who, text, chat.asking, hours.parse_hour(text), True) or Outcome()
    if can_be_typed(outcome.view):
        # Asked again, it may be answered again.
        chats.change(desk.db, who.chat_id, asking=chat.asking)
    return replace(outcome, bare=(*outcome.bare, Message(message_id, "text")))


def _question_of(desk: Desk, chat: Chat, known: tuple[Message, ...]) -> tuple[Message, ...]:
    """The message in which the question stood last, unless it is known anyway or a turn has taken its place."""
    if chat.asked_in is None or chat.asked_in in [message.message_id for message in known]:
        return ()
    there = turns.on_message(desk.db, chat.chat_id, chat.asked_in)
    return () if there is not None and there.is_open else (Message(chat.asked_in, "text"),)


def asked_in(desk: Desk, chat_id: int, message: Message) -> None:
    """The question that can be answered by typing came to stand in this message."""
    chats.change(desk.db, chat_id, asked_in=message.message_id)


def _answer(desk: Desk, who: Who, text: str, wanted: str, hour: time | None, settings: bool) -> Outcome | None:
    """What the words lead to as the hour or the zone that is asked for; None if they are neither."""
    if wanted == "hour" and hour is not None:
        return wishes.set_hour(desk, who, hour, True, None) if settings else wishes.first_hour(desk, who, hour, None)
    if wanted == "hour" and settings:
        # Once: what is typed after that is meant for somebody else.
        chats.change(desk.db, who.chat_id, asking="")
        return Outcome(wishes.page(desk, who, "hour", "unread"))
    if wanted != "zone":
        return None
    if not settings and hour is not None and (hour,) == chats.hours(desk.db, who.chat_id):
        # The hour itself, typed or delivered twice: it says nothing about the zone.
        return Outcome(wishes.ask_clock(desk, who))
    found = zones.by_name(text)
    if len(found) == 1:
        return wishes.zone(desk, who, found[0], settings, None)
    if settings:
        chats.change(desk.db, who.chat_id, asking="zone")
    if found:
        return Outcome(AskPlaceView(found[:6], None, settings))
    if hour is not None:
        return wishes.place(desk, who, hour, settings, False, None)
    return Outcome(wishes.ask_clock(desk, who, settings=True, unknown=True)) if settings else None
