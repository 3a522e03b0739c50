"""Whom a deck of one's own is for: by a link, to edit it, everybody, a group; and what it says of itself."""

from msgspec import Struct
from msgspec.structs import replace

from bot.decks import textfile
from bot.storage import cards, chats, editors, owned
from bot.storage.cards import StoredDeck
from bot.storage.turns import Message
from bot.tutor import group, owning, planning, starting
from bot.tutor.deck_views import AskDescriptionView, DeckView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import AdminsOnly, BotAdminsOnly, Subscribed, TakenOut

LONGEST_DESCRIPTION = 500
_ASKING = starting.ASKING_DESCRIPTION


def _own(desk: Desk, who: Who, deck_id: int) -> StoredDeck | None:
    """The deck, if it belongs to who asks and is not put away."""
    deck = owning.own(desk, who, deck_id)
    return None if deck is None or deck.archived else deck


class Shared(Struct, frozen=True):
    """A deck of one's own with the tokens of its links, and how many others may edit it."""

    deck: StoredDeck
    editors: int


def share(desk: Desk, who: Who, deck_id: int, token: str) -> Shared | None:
    """The deck with the token of the link that lets others in; None if it is not there for who asks to share.

    `token`: new and such as nobody can guess; taken where there is no link yet.
    """
    deck = _own(desk, who, deck_id)
    if deck is None:
        return None
    if deck.share_token is None:
        owned.share(desk.db, deck_id, token)
        deck = replace(deck, share_token=token)
    return Shared(deck, editors.count(desk.db, deck_id))


def let_edit(desk: Desk, who: Who, deck_id: int, token: str) -> Shared | None:
    """The same with the token of the link whose followers may edit the deck."""
    deck = _own(desk, who, deck_id)
    if deck is None:
        return None
    if deck.edit_token is None:
        owned.share_editing(desk.db, deck_id, token)
        deck = replace(deck, edit_token=token)
    return Shared(deck, editors.count(desk.db, deck_id))


def edit_alone(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """Nobody else may edit the deck any more, and the link to that lets nobody in; who studies it goes on."""
    if _own(desk, who, deck_id) is None:
        return owning.none(desk, who, message)
    owned.share_editing(desk.db, deck_id, None)
    editors.clear(desk.db, deck_id)
    return starting.deck_page(desk, who, deck_id, message)


def offer(desk: Desk, who: Who, deck_id: int, wanted: bool, admin: bool, message: Message) -> Outcome:
    """An administrator of the bot offers a deck of their own to everybody, or (not wanted) does so no longer.

    Who has it by then keeps it.
    """
    if not admin:
        return Outcome(toast=BotAdminsOnly())
    deck = _own(desk, who, deck_id)
    if deck is None:
        return owning.none(desk, who, message)
    owned.offer(desk.db, deck_id, textfile.slug_of(f"{deck.name}.txt") if wanted else None)
    return starting.deck_page(desk, who, deck_id, message)


def become_editor(desk: Desk, who: Who, token: str) -> Outcome | None:
    """The deck's page for somebody whom its owner let edit it, subscribed; None: the link leads nowhere."""
    deck_id = editors.deck_of(desk.db, token)
    if deck_id is None:
        return None
    began = starting.is_new(desk, who)
    chats.started(desk.db, who.chat_id, desk.now)
    planning.here(desk, who.chat_id)
    chats.subscribe(desk.db, who.chat_id, deck_id, desk.now)
    planning.replan(desk, who.chat_id)
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    assert deck is not None, "whoever has it finds it"
    if deck.owner_id != who.learner_id:
        editors.let_in(desk.db, deck_id, who.learner_id, desk.now)
    page = starting.deck_page(desk, who, deck_id, None)
    assert isinstance(page.view, DeckView), "whoever has it sees its page"
    return replace(page, view=replace(page.view, invited=not page.view.own, began=began))


def give_group(desk: Desk, who: Who, token: str, admin: bool, thread_id: int | None) -> Outcome:
    """A group gets the deck into which a link lets, from an administrator; the group's decks as they then are."""
    chats.ensure(desk.db, who.chat_id, "group")
    chats.started(desk.db, who.chat_id, desk.now)
    deck_id = cards.offered_as(desk.db, token) or cards.shared_as(desk.db, token)
    if not admin or deck_id is None:
        return Outcome(toast=TakenOut() if admin else AdminsOnly())
    new = chats.subscribe(desk.db, who.chat_id, deck_id, desk.now)
    planning.replan(desk, who.chat_id)
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    assert deck is not None, "the group has it"
    view = replace(group.setup_view(desk, who.chat_id, quiz=False, at=deck_id), topic=thread_id is not None)
    return Outcome(view, toast=Subscribed(deck.name) if new else None)


def ask_description(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """What is typed next is what the deck says of itself."""
    deck = _own(desk, who, deck_id)
    if deck is None:
        return owning.none(desk, who, message)
    owning.ask(desk, who, _ASKING, deck_id)
    return Outcome(AskDescriptionView(deck), message)


def no_description(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """The deck says nothing of itself."""
    if _own(desk, who, deck_id) is None:
        return owning.none(desk, who, message)
    owned.describe(desk.db, deck_id, "")
    return starting.deck_page(desk, who, deck_id, message)


def typed_description(desk: Desk, who: Who, asking: str, text: str) -> Outcome | None:
    """The deck's page with what it says of itself, if that was asked for last and no card was put since."""
    if not asking.startswith(_ASKING):
        return None
    deck = owning.asked(desk, who, _ASKING, asking)
    readable = described(text)
    if deck is None or deck.archived or not readable:
        return None
    if len(readable) > LONGEST_DESCRIPTION:
        chats.change(desk.db, who.chat_id, asking=asking)
        return Outcome(AskDescriptionView(deck, too_long=True))
    owned.describe(desk.db, deck.deck_id, readable)
    return starting.deck_page(desk, who, deck.deck_id, None)


def described(text: str) -> str:
    """What was written of a deck, its lines of signs that people see; empty if nothing of it can be read."""
    return "\n".join(filter(None, map(owning.plain_name, text.splitlines())))
