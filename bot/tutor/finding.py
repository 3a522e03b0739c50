"""What somebody finds among the cards that they have."""

from msgspec import Struct

from bot.decks import names, terms
from bot.decks.terms import Term
from bot.storage import cards, chats, search, turns
from bot.storage.cards import StoredCard, StoredDeck
from bot.storage.errors import StorageFailed
from bot.tutor import planning, starting
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who

# What is typed next is looked for, if the turn whose id follows is still the latest.
ASKING = "find:"
# Of the latest reviews, those among whose cards are the ones studied last.
_LATELY = 200


class Found(Struct, frozen=True):
    """Some of the cards that were found, best first.

    Attributes:
        more: there are others behind them.
        number: how many there are in all, where they are counted; None: very many.
        words: what was typed has a word in it.
        among: in how many decks it was looked for; told only where nothing was found.
        behind: some cards are not in the index yet.
        terms: what was looked for, as it is found in a card.
        there: all decks, to tell these apart; only where some of the cards are in decks that are called the same.
    """

    cards: tuple[StoredCard, ...] = ()
    more: bool = False
    words: bool = True
    among: int = 0
    behind: bool = False
    number: int | None = 0
    terms: tuple[Term, ...] = ()
    there: tuple[StoredDeck, ...] = ()


def find(desk: Desk, learner_id: int, text: str, skip: int, most: int, *, counts: bool = False) -> Found | None:
    """Cards of the decks that this person has sent or studies, archived ones not; None for somebody unknown.

    `counts`: those that are not on this page are counted as well, and decks can be told apart. Nothing is written.
    """
    if chats.find(desk.db, learner_id) is None:
        return None
    wanted = terms.asked(text)
    ids = search.find(desk.db, learner_id, wanted, skip, most + 1)
    among = 0 if ids else search.where(desk.db, learner_id)
    others = skip > 0 or len(ids) > most
    number = search.count(desk.db, learner_id, wanted) if counts and others else len(ids)
    found = _cards(desk, ids[:most])
    same = len({names.folded(card.deck_name) for card in found}) < len({card.deck_id for card in found})
    return Found(
        found,
        more=len(ids) > most,
        words=bool(wanted),
        among=among,
        behind=search.is_behind(desk.db),
        number=number,
        terms=wanted,
        there=starting.there(desk, learner_id) if counts and same else (),
    )


def studied_last(desk: Desk, learner_id: int, skip: int, most: int) -> Found | None:
    """The cards that this person studied last, as far as they still have them; None for somebody unknown."""
    if chats.find(desk.db, learner_id) is None:
        return None
    ids = search.studied_last(desk.db, learner_id, _LATELY)[skip : skip + most + 1]
    among = 0 if ids else search.where(desk.db, learner_id)
    return Found(_cards(desk, ids[:most]), len(ids) > most, among=among)


def _cards(desk: Desk, ids: list[int]) -> tuple[StoredCard, ...]:
    return tuple([cards.card(desk.db, card_id) for card_id in ids])


def here(desk: Desk, who: Who) -> bool:
    """Whether somebody who looks for something is known."""
    return planning.here(desk, who.chat_id) is not None


def ask(desk: Desk, who: Who) -> bool:
    """What is typed next is looked for; False for somebody unknown."""
    if planning.here(desk, who.chat_id) is None:
        return False
    chats.change(desk.db, who.chat_id, asking=f"{ASKING}{turns.latest_id(desk.db, who.chat_id)}", asked_in=None)
    return True


def was_asked(desk: Desk, who: Who) -> bool:
    """Whether what somebody types now is to be looked for: that was asked last, and no card was put since. Once."""
    chat = chats.find(desk.db, who.chat_id)
    if chat is None or not chat.asking.startswith(ASKING):
        return False
    chats.change(desk.db, who.chat_id, asking="")
    return chat.asking == f"{ASKING}{turns.latest_id(desk.db, who.chat_id)}"


def is_torn(failed: StorageFailed) -> bool:
    """Whether it was the index that could not be read, and nothing that anybody wrote."""
    return search.is_torn(failed.__cause__)


def make_anew(desk: Desk) -> None:
    """The index begins with nothing and takes all cards in again."""
    search.make_anew(desk.db)
