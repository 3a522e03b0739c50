"""A deck of one's own: its name, its link, and putting it away."""

from msgspec.structs import replace

from bot.storage import cards, chats, owned, turns
from bot.storage.cards import StoredDeck
from bot.storage.turns import Message
from bot.tutor import planning, starting
from bot.tutor.deck_views import AskNameView, DeckView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import TakenOut

LONGEST_NAME = 100
_ASKING = starting.ASKING_NAME


def own(desk: Desk, who: Who, deck_id: int) -> StoredDeck | None:
    """The deck, perhaps put away, if it belongs to who asks."""
    planning.here(desk, who.chat_id)
    deck = cards.deck(desk.db, deck_id, who.chat_id)
    return deck if deck is not None and deck.owner_id == who.learner_id else None


def none(desk: Desk, who: Who, message: Message | None) -> Outcome:
    """It is not there for who asks: what is."""
    return Outcome(starting.decks_view(desk, who), message, toast=TakenOut())


def ask_name(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """What is typed next is the deck's name."""
    deck = own(desk, who, deck_id)
    if deck is None:
        return none(desk, who, message)
    ask(desk, who, _ASKING, deck_id)
    return Outcome(AskNameView(deck), message)


def ask(desk: Desk, who: Who, what: str, deck_id: int) -> None:
    """What is typed next is `what` of the deck."""
    latest = turns.latest_id(desk.db, who.chat_id)
    chats.change(desk.db, who.chat_id, asking=f"{what}{deck_id}:{latest}", asked_in=None)


def asked(desk: Desk, who: Who, what: str, asking: str) -> StoredDeck | None:
    """The deck of one's own of which `what` was asked for, if no card was put since; it is asked for no more."""
    chats.change(desk.db, who.chat_id, asking="")
    deck_id, turn_id = map(int, asking.removeprefix(what).split(":"))
    return own(desk, who, deck_id) if turn_id == turns.latest_id(desk.db, who.chat_id) else None


def typed_name(desk: Desk, who: Who, asking: str, text: str) -> Outcome | None:
    """The deck's page with its new name, if that was asked for last and no card was put since."""
    if not asking.startswith(_ASKING):
        return None
    deck = asked(desk, who, _ASKING, asking)
    name = plain_name(text)
    if deck is None or not name:
        return None
    if len(name) > LONGEST_NAME:
        chats.change(desk.db, who.chat_id, asking=asking)
        return Outcome(AskNameView(deck, too_long=True))
    owned.rename(desk.db, deck.deck_id, name)
    return starting.deck_page(desk, who, deck.deck_id, None)


def plain_name(text: str) -> str:
    """What was typed as a name, in one line; empty if nothing of it can be read."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def withdraw(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """The link lets nobody in any more; who is in stays."""
    deck = own(desk, who, deck_id)
    if deck is None:
        return none(desk, who, message)
    owned.share(desk.db, deck_id, None)
    return starting.deck_page(desk, who, deck_id, message)


def put_away(desk: Desk, who: Who, deck_id: int, away: bool, sure: bool, message: Message) -> Outcome:
    """The deck is offered to nobody and asked no more, or (not `away`) is again; what was learned is kept.

    Where others have it, its owner is asked first, unless that was answered (`sure`).
    """
    deck = own(desk, who, deck_id)
    if deck is None:
        return none(desk, who, message)
    had_by = owned.had_by(desk.db, deck_id, who.learner_id)
    if away and not sure and not deck.archived and (had_by.people or had_by.groups):
        page = starting.deck_page(desk, who, deck_id, message)
        return replace(page, view=replace(page.view, had_by=had_by)) if isinstance(page.view, DeckView) else page
    if deck.archived != away:
        owned.archive(desk.db, deck_id, desk.now if away else None)
        planning.replan(desk, who.chat_id)
    return starting.deck_page(desk, who, deck_id, message)
