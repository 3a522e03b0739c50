"""The decks that somebody means who types a name, and a quiz on them."""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from bot.decks import names
from bot.storage import cards, owned
from bot.storage.cards import StoredDeck
from bot.tutor import asking, starting
from bot.tutor.asking import Wish
from bot.tutor.deck_views import UnknownDeckView, WhichDeckView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who

Called = Callable[[Sequence[StoredDeck], int], Mapping[int, str]]
"""What a chat, by its id, calls each of these decks: its name, marked where others of them read the same."""


class Meant(Struct, frozen=True):
    """The decks that a typed name may mean, most likely first; with a `tree`, all of that name and below it."""

    decks: tuple[StoredDeck, ...]
    tree: str


def meant_by(desk: Desk, who: Who, typed: str, called: Called) -> Meant:
    """What somebody means who types that, among all that this chat can have; first among what it has."""
    every = starting.there(desk, who.chat_id)
    offered, own = [deck for deck in every if not deck.archived], starting.mine(desk, who)
    if told := _told_apart(typed, offered, called(every, who.chat_id)):
        return Meant((told,), "")
    for some in ([deck for deck in offered if deck.deck_id in own], offered):
        if tree := names.tree(typed, [deck.name for deck in some]):
            return Meant(tuple(deck for deck in some if names.below(tree, deck.name)), tree)
    return Meant(tuple(offered[place] for place in names.best(typed, [deck.name for deck in offered])), "")


def _told_apart(typed: str, decks: Sequence[StoredDeck], called: Mapping[int, str]) -> StoredDeck | None:
    """The deck whose mark, by which it is told apart from others of its name, was typed with its name."""
    marked = [deck for deck in decks if names.folded(called[deck.deck_id]) != names.folded(deck.name)]
    for deck in marked:
        if called[deck.deck_id].casefold() == typed.casefold():
            return deck
    wanted = names.folded(typed)
    if any(names.folded(deck.name) == wanted for deck in decks):
        return None
    return next((deck for deck in marked if names.folded(called[deck.deck_id]) == wanted), None)


def is_a_name(desk: Desk, who: Who, whole: str) -> bool:
    """Whether a deck has that very name, but for case, accents and punctuation."""
    return any(names.folded(whole) == names.folded(deck.name) for deck in cards.decks(desk.db, who.chat_id))


def quiz_named(desk: Desk, who: Who, typed: str, cap: int | None, whole: str, called: Called) -> Outcome:
    """A quiz on the deck of that name; one that is not subscribed is offered, one that does not exist is said so.

    `whole`: the name with the number behind it, which may be a deck's own.
    """
    desk.learner(who.learner_id)
    if typed != whole and is_a_name(desk, who, whole):
        typed, cap = whole, None
    if not typed:
        return asking.quiz(desk, who, Wish(cap=cap))
    found, own = meant_by(desk, who, typed, called), starting.mine(desk, who)
    taken = [deck for deck in found.decks if deck.deck_id in own]
    if found.tree and len(taken) > 1:
        return asking.quiz(desk, who, Wish(tree=found.tree, cap=cap))
    if len(taken) == 1:
        return asking.quiz(desk, who, Wish(deck_id=taken[0].deck_id, cap=cap))
    if len(taken or found.decks) > 1:
        several, every = tuple(taken) or found.decks, starting.there(desk, who.chat_id)
        return Outcome(WhichDeckView(who.chat_id, typed, several, bool(taken), cap, there=every, tree=found.tree))
    if not found.decks:
        gone = owned.archived_for(desk.db, who.chat_id)
        put_away = next((gone[place] for place in names.best(typed, gone)), "")
        return Outcome(UnknownDeckView(who.chat_id, typed, tuple(cards.decks(desk.db, who.chat_id)), put_away))
    return starting.deck_page(desk, who, found.decks[0].deck_id, None, wants=True)
