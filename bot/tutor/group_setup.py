"""A group and its bot: which decks it studies, in which topics, and what becomes of it when it moves or goes."""

from msgspec.structs import replace

from bot.storage import cards, chats, marks, topics, turns
from bot.storage.turns import Message
from bot.tutor import group, live, planning, rounds, starting
from bot.tutor.desk import Desk
from bot.tutor.outcomes import GroupSetupView, GroupTopicView, Outcome, Who
from bot.tutor.toasts import AdminsOnly, Subscribed, TakenOut, Tied

_FORMER = "former id of {}"


def added(desk: Desk, chat_id: int) -> Outcome:
    """The bot came into a group (again): what it does and how to begin."""
    chats.ensure(desk.db, chat_id, "group")
    chats.started(desk.db, chat_id, desk.now)
    planning.replan(desk, chat_id)
    return Outcome(group.setup_view(desk, chat_id, quiz=False))


def able_again(desk: Desk, chat_id: int) -> Outcome:
    """The bot may do more in this group, or less, and may speak there: pushes that rested come again.

    Where it never could say what it does, it says so now.
    """
    chat = chats.find(desk.db, chat_id)
    if chat is None or chat.started_at is None:
        return added(desk, chat_id)
    if chat.gone_at is not None:
        chats.started(desk.db, chat_id, desk.now)
        planning.replan(desk, chat_id)
    return Outcome()


def decks(desk: Desk, chat_id: int, thread_id: int | None) -> Outcome:
    """The group's decks; in a topic, which of them belong there."""
    chats.ensure(desk.db, chat_id, "group")
    chats.started(desk.db, chat_id, desk.now)
    planning.replan(desk, chat_id)
    topics.reopen(desk.db, chat_id, thread_id or topics.GENERAL)
    if thread_id is None or not chats.subscribed(desk.db, chat_id):
        return Outcome(group.setup_view(desk, chat_id, quiz=False))
    return Outcome(_topic_view(desk, chat_id, thread_id))


def decks_at(
    desk: Desk, who: Who, deck_id: int, quiz: bool, admin: bool, thread_id: int | None, message: Message
) -> Outcome:
    """The list open at that deck; it stands there for all, so it is the administrators who leaf through it."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    return _held(desk, who, message) or Outcome(_list(desk, who.chat_id, thread_id, quiz, deck_id), message)


def _held(desk: Desk, who: Who, message: Message) -> Outcome | None:
    """The turn that another administrator's tap has made of this message."""
    turn = turns.on_message(desk.db, who.chat_id, message.message_id)
    return None if turn is None else Outcome(group.view(desk, turn), message)


def _list(desk: Desk, chat_id: int, thread_id: int | None, quiz: bool, at: int = 0) -> GroupSetupView:
    """The decks there are, and in a topic the way to those that belong there."""
    view = group.setup_view(desk, chat_id, quiz=quiz, at=at)
    return replace(view, topic=thread_id is not None and bool(view.subscribed))


def subscribe(
    desk: Desk, who: Who, deck_id: int, wanted: bool, quiz: bool, admin: bool, thread_id: int | None, message: Message
) -> Outcome:
    """An administrator gives the group a deck, or takes it away; with `quiz` its first card follows."""
    if not admin:
        return Outcome(toast=AdminsOnly())
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    if deck is None or deck.archived:
        return Outcome(_list(desk, who.chat_id, thread_id, quiz), message, toast=TakenOut())
    held = _held(desk, who, message)
    if held is not None:
        return held
    chats.ensure(desk.db, who.chat_id, "group")
    chats.started(desk.db, who.chat_id, desk.now)
    if not wanted:
        chats.leave(desk.db, who.chat_id, deck_id, desk.now)
        planning.replan(desk, who.chat_id)
        left = Subscribed(deck.name, left=True)
        return Outcome(_list(desk, who.chat_id, thread_id, False, deck_id), message, toast=left)
    toast = Subscribed(deck.name) if chats.subscribe(desk.db, who.chat_id, deck_id, desk.now) else None
    planning.replan(desk, who.chat_id)
    if not quiz or turns.open_in(desk.db, who.chat_id) is not None or live.running(desk, who.chat_id) is not None:
        return Outcome(_list(desk, who.chat_id, thread_id, False, deck_id), message, toast=toast)
    return Outcome(group.begin(desk, who, frozenset((deck_id,)), thread_id, message).view, message, toast=toast)


def _topic_view(desk: Desk, chat_id: int, thread_id: int, at: int = 0) -> GroupTopicView:
    own, tied, there = chats.subscribed(desk.db, chat_id), topics.tied(desk.db, chat_id), starting.there(desk, chat_id)
    return GroupTopicView(
        decks=tuple(deck for deck in there if deck.deck_id in own),
        here=frozenset(deck_id for deck_id, place in tied.items() if place == thread_id),
        elsewhere=frozenset(deck_id for deck_id, place in tied.items() if place != thread_id),
        at=at,
        resting=topics.GENERAL in topics.closed(desk.db, chat_id),
        there=there,
    )


def topic(
    desk: Desk, who: Who, deck_id: int, choice: str, thread_id: int | None, name: str, admin: bool, message: Message
) -> Outcome:
    """An administrator puts a deck into the topic where the message stands, takes it out of there, or leafs.

    `choice`: put, take, or anything else to leaf. `name`: what the topic is called, empty if Telegram does not say.
    """
    if not admin:
        return Outcome(toast=AdminsOnly())
    held = _held(desk, who, message)
    if held is not None:
        return held
    if thread_id is None:
        return Outcome(_list(desk, who.chat_id, None, False, deck_id), message)
    there = tuple(cards.decks(desk.db, who.chat_id))
    known = any(deck.deck_id == deck_id for deck in there)
    changed = _tied(desk, who.chat_id, deck_id, choice, thread_id) if known else None
    toast = None if changed is None else Tied(deck_id, changed, there)
    if name and toast is not None:
        topics.opened_as(desk.db, who.chat_id, thread_id, name)
    return Outcome(_topic_view(desk, who.chat_id, thread_id, deck_id), message, toast=toast)


def _tied(desk: Desk, chat_id: int, deck_id: int, choice: str, thread_id: int) -> bool | None:
    """Whether the deck belongs there now, if that is new; None: nothing was changed."""
    if choice == "put":
        return topics.tie(desk.db, chat_id, deck_id, thread_id) or None
    if choice != "take" or topics.tied(desk.db, chat_id).get(deck_id) != thread_id:
        return None
    topics.tie(desk.db, chat_id, deck_id, None)
    return False


def gone(desk: Desk, chat_id: int) -> None:
    """The chat no longer has us: its pushes stop at once, its data stays."""
    chats.gone(desk.db, chat_id, desk.now)


def moved(desk: Desk, old_id: int, new_id: int) -> None:
    """The group became a supergroup, whoever tells it first: everything of it is there from now on."""
    marks.put(desk.db, _FORMER.format(new_id), str(old_id))
    if not chats.move(desk.db, old_id, new_id):
        return
    chat = chats.find(desk.db, new_id)
    if chat is not None and chat.gone_at is not None:
        # The bot moved along, also where the old group was said to be left.
        chats.started(desk.db, new_id, desk.now)
        planning.replan(desk, new_id)


def arrived(desk: Desk, old_id: int, new_id: int) -> Outcome:
    """The supergroup says what it was before: what was open there and stands nowhere now is to be drawn."""
    moved(desk, old_id, new_id)
    turn = group.unsent(desk, new_id)
    return rounds.unsent_in(desk, new_id) if turn.view is None else turn


def let_in_only(desk: Desk, allowed: frozenset[int]) -> None:
    """Pushes stop for chats that are not among these; a card asked for brings them back when they are let in again."""
    for chat_id in chats.planned(desk.db):
        if not allowed & {chat_id, former_id(desk, chat_id)}:
            chats.gone(desk.db, chat_id, desk.now)


def former_id(desk: Desk, chat_id: int) -> int:
    """The id this group had before it became a supergroup; 0 if we know of none."""
    return int(marks.get(desk.db, _FORMER.format(chat_id)) or 0)
