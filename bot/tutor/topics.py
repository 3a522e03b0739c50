"""A group's topics: which decks belong where, and what becomes of a topic that is closed or gone."""

from msgspec import Struct

from bot.storage import cards, chats, topics, turns
from bot.storage.cards import StoredDeck
from bot.storage.topics import GENERAL
from bot.storage.turns import Turn
from bot.tutor.desk import Desk
from bot.tutor.toasts import Elsewhere


class Lost(Struct, frozen=True):
    """A topic that takes nothing any more: what it was called (empty: not known), the decks whose cards come elsewhere.

    `deleted`: for good, so they belong to no topic any more. `there`: as WhichDeckView.
    """

    name: str
    decks: tuple[int, ...]
    deleted: bool
    there: tuple[StoredDeck, ...]


# --- which decks ------------------------------------------------------------------------------------------------------


def asked_in(desk: Desk, chat_id: int, thread_id: int | None) -> frozenset[int]:
    """The decks that a card asked for in this topic is drawn from (None: the general one, or a group without topics).

    Those tied to it; where none is, those of the group that are tied to no other.
    """
    own, tied = frozenset(chats.subscribed(desk.db, chat_id)), topics.tied(desk.db, chat_id)
    return own & {deck for deck, tied_to in tied.items() if tied_to == thread_id} or own - tied.keys()


def pushed(desk: Desk, chat_id: int) -> frozenset[int]:
    """The decks that a push may bring a card of: all of the group's, but for those whose place is known to be closed.

    A tied deck has two places, its topic and the general one.
    """
    own = frozenset(chats.subscribed(desk.db, chat_id))
    closed = topics.closed(desk.db, chat_id)
    if GENERAL not in closed:
        return own
    return frozenset(deck for deck, tied_to in topics.tied(desk.db, chat_id).items() if tied_to not in closed) & own


def of_card(desk: Desk, chat_id: int, card_id: int) -> int | None:
    """The topic that a push with this card goes to; None: the general one."""
    return topics.of_card(desk.db, chat_id, card_id)


def elsewhere(desk: Desk, turn: Turn, thread_id: int | None) -> Elsewhere | None:
    """Where the turn stands, seen from this topic; None if it stands right here."""
    if turn.thread_id == thread_id:
        return None
    return Elsewhere(turn.thread_id, topics.name_of(desk.db, turn.chat_id, turn.thread_id or GENERAL))


# --- what Telegram tells ----------------------------------------------------------------------------------------------


def renamed(desk: Desk, chat_id: int, thread_id: int, name: str) -> None:
    """The topic has another name."""
    topics.renamed(desk.db, chat_id, thread_id, name)


def opened_as(desk: Desk, chat_id: int, thread_id: int, name: str) -> None:
    """Something is asked for in a topic that was called so at first."""
    topics.opened_as(desk.db, chat_id, thread_id, name)


def reopened(desk: Desk, chat_id: int, thread_id: int | None) -> None:
    """The topic, or (None) the general one, takes messages again."""
    topics.reopen(desk.db, chat_id, thread_id or GENERAL)


def lost(desk: Desk, chat_id: int, thread_id: int | None, deleted: bool) -> Lost | None:
    """A topic took no message, as it is closed or `deleted`; None: the general one, closed.

    What had to go there goes to the general one. Gives what the administrators are to be told, until they were. A turn
    that the general one did not take is withdrawn: there is no other place for it.
    """
    if thread_id is None:
        topics.close(desk.db, chat_id, GENERAL, desk.now)
        turn = turns.open_in(desk.db, chat_id)
        if turn is not None and turn.message_id is None and turn.thread_id is None:
            turns.close(desk.db, turn.turn_id, "withdrawn", desk.now)
        return None
    tied = topics.tied(desk.db, chat_id)
    there = tuple(cards.decks(desk.db, chat_id))
    decks = tuple(deck.deck_id for deck in there if tied.get(deck.deck_id) == thread_id)
    name = topics.name_of(desk.db, chat_id, thread_id)
    topics.leave(desk.db, chat_id, thread_id)
    closed = topics.closed(desk.db, chat_id)
    if not decks or (thread_id in closed and not deleted):
        return None
    if GENERAL in closed:
        # There is nowhere to tell it.
        told(desk, chat_id, thread_id, deleted)
        return None
    return Lost(name, decks, deleted, there)


def told(desk: Desk, chat_id: int, thread_id: int, deleted: bool) -> None:
    """The administrators know: a deleted topic has no decks any more, of a closed one they are not told again."""
    if deleted:
        topics.untie(desk.db, chat_id, thread_id)
    else:
        topics.close(desk.db, chat_id, thread_id, desk.now)
