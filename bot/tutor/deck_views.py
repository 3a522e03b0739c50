"""What can be seen of decks: plain values that the chat draws."""

from msgspec import Struct

from bot.storage.cards import StoredCard, StoredDeck
from bot.storage.owned import HadBy


class Introduced(Struct, frozen=True):
    """Said once above the first card to who comes by a link: what this is, and what the deck says of itself."""

    description: str


class WelcomeView(Struct, frozen=True):
    """The first words, and the decks that `chat_id` can have. `at`: the deck at which a long list is open; 0: its
    beginning.
    """

    chat_id: int
    decks: tuple[StoredDeck, ...]
    at: int = 0


class DecksView(Struct, frozen=True):
    """The decks that `chat_id` can have, with `at` as in WelcomeView."""

    chat_id: int
    decks: tuple[StoredDeck, ...]
    subscribed: frozenset[int]
    at: int = 0


class DeckView(Struct, frozen=True):
    """A deck's page, with what waits in it for this chat, archived only for who owns it.

    `new`: the cards that were never met, `suspended` ones among them. `wants`: it was asked for by name and is not
    subscribed. `own`: it belongs to who looks. `editors`: how many others may edit it. `had_by`: it is archived
    once its owner, who reads whom it is taken from, confirms that. `invited`: a link let them edit it. `began`: it
    is the first that they see of the bot.
    """

    deck: StoredDeck
    subscribed: bool
    due: int
    new: int
    suspended: int = 0
    wants: bool = False
    own: bool = False
    editors: int = 0
    had_by: HadBy | None = None
    invited: bool = False
    began: bool = False


class AskNameView(Struct, frozen=True):
    """What shall this deck of one's own be called? `too_long`: what was typed is no name."""

    deck: StoredDeck
    too_long: bool = False


class AskDescriptionView(Struct, frozen=True):
    """What shall this deck of one's own say of itself? `too_long`: what was typed is more than fits."""

    deck: StoredDeck
    too_long: bool = False


class LookView(Struct, frozen=True):
    """A card of a deck as one looks through it."""

    deck: StoredDeck
    card: StoredCard
    place: int
    total: int


class WhichDeckView(Struct, frozen=True):
    """Several decks have what `chat_id` typed in their names. `mine`: they are subscribed, so a tap begins; `cap`: so
    many cards were asked for; `group`: what a group is asked for, quiz or round; `there`: all that the chat can have,
    from which they are told apart; `tree`: the name above them all, where they are all that can be had below it.
    """

    chat_id: int
    name: str
    decks: tuple[StoredDeck, ...]
    mine: bool
    cap: int | None = None
    group: str = ""
    there: tuple[StoredDeck, ...] = ()
    tree: str = ""


class UnknownDeckView(Struct, frozen=True):
    """No deck has that name; these are offered to `chat_id`. `archived`: the one that had it, if its owner, another,
    archived it.
    """

    chat_id: int
    name: str
    decks: tuple[StoredDeck, ...]
    archived: str = ""


DecksViews = (
    WelcomeView | DecksView | DeckView | AskNameView | AskDescriptionView | LookView | WhichDeckView | UnknownDeckView
)
