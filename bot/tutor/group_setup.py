"""A group and its bot: which decks it studies, and what becomes of it when it moves or goes."""

from bot.storage import cards, chats, marks, turns
from bot.storage.turns import Message
from bot.tutor import group, planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import AdminsOnly, Subscribed, TakenOut

_FORMER = "former id of {}"


def added(desk: Desk, chat_id: int) -> Outcome:
    """The bot came into a group (again): what it does and how to begin."""
    chats.ensure(desk.db, chat_id, "group")
    chats.started(desk.db, chat_id, desk.now)
    planning.replan(desk, chat_id)
    return Outcome(group.setup_view(desk, chat_id, quiz=False))


def decks_at(desk: Desk, who: Who, deck_id: int, quiz: bool, admin: bool, message: Message) -> Outcome:
    """The list open at that deck; it stands there for all, so it is the administrators who leaf through it."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    holds = turns.on_message(desk.db, who.chat_id, message.message_id)
    if holds is not None:
        return Outcome(group.view(desk, holds), message)
    return Outcome(group.setup_view(desk, who.chat_id, quiz=quiz, at=deck_id), message)


def subscribe(
    desk: Desk, who: Who, deck_id: int, wanted: bool, quiz: bool, admin: bool, thread_id: int | None, message: Message
) -> Outcome:
    """An administrator gives the group a deck, or takes it away; with `quiz` its first card follows."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    deck = cards.deck(desk.db, deck_id)
    if deck is None or deck.archived:
        return Outcome(group.setup_view(desk, who.chat_id, quiz=quiz), message, toast=TakenOut())
    holds = turns.on_message(desk.db, who.chat_id, message.message_id)
    if holds is not None:
        # Another administrator's tap has made a turn of this message.
        return Outcome(group.view(desk, holds), message)
    chats.ensure(desk.db, who.chat_id, "group")
    chats.started(desk.db, who.chat_id, desk.now)
    if not wanted:
        chats.leave(desk.db, who.chat_id, deck_id, desk.now)
        planning.replan(desk, who.chat_id)
        left = Subscribed(deck.name, left=True)
        return Outcome(group.setup_view(desk, who.chat_id, quiz=False, at=deck_id), message, toast=left)
    toast = Subscribed(deck.name) if chats.subscribe(desk.db, who.chat_id, deck_id, desk.now) else None
    planning.replan(desk, who.chat_id)
    if not quiz or turns.open_in(desk.db, who.chat_id) is not None:
        return Outcome(group.setup_view(desk, who.chat_id, quiz=False, at=deck_id), message, toast=toast)
    return Outcome(group.begin(desk, who, deck_id, thread_id, message).view, message, toast=toast)


def gone(desk: Desk, chat_id: int) -> None:
    """The chat no longer has us: its pushes stop at once, its data stays."""
    chats.gone(desk.db, chat_id, desk.now)


def moved(desk: Desk, old_id: int, new_id: int) -> Outcome:
    """The group became a supergroup: its open turn is to be drawn there, unless that was done before."""
    marks.put(desk.db, _FORMER.format(new_id), str(old_id))
    return group.unsent(desk, new_id) if chats.move(desk.db, old_id, new_id) else Outcome()


def let_in_only(desk: Desk, allowed: frozenset[int]) -> None:
    """Pushes stop for chats that are not among these; a card asked for brings them back when they are let in again."""
    for chat_id in chats.planned(desk.db):
        if not allowed & {chat_id, former_id(desk, chat_id)}:
            chats.gone(desk.db, chat_id, desk.now)


def former_id(desk: Desk, chat_id: int) -> int:
    """The id this group had before it became a supergroup; 0 if we know of none."""
    return int(marks.get(desk.db, _FORMER.format(chat_id)) or 0)
