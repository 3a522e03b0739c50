"""What can be seen of a card that somebody writes: plain values that the chat draws."""

from msgspec import Struct

from bot.decks.content import Content
from bot.storage.cards import StoredCard, StoredDeck
from bot.storage.drafts import Place, Twin


class AskSideView(Struct, frozen=True):
    """What is on that side? `anew`: it was there already. `front`: what was given before, if it is to be shown."""

    side: str
    anew: bool = False
    front: Content = ()


class DraftView(Struct, frozen=True):
    """A card as it will look once it is saved.

    `deck`: where it goes; empty: to the first deck of one's own. `twin`: a card that asks the same. `edits`: which side
    is to be written anew is asked for.
    """

    front: Content
    back: Content
    deck: str
    reversed: bool
    edits: bool = False
    twin: Twin | None = None


class DraftDecksView(Struct, frozen=True):
    """The decks that it may go to, the one that it goes to among them; `at`: the one at which a long list is open;
    `there`: as `deck_views.WhichDeckView`, of `chat_id`.
    """

    chat_id: int
    decks: tuple[Place, ...]
    there: tuple[StoredDeck, ...]
    deck_id: int | None
    at: int = 0


class AskDeckView(Struct, frozen=True):
    """How shall the new deck be called? `too_long`: what was typed is no name."""

    too_long: bool = False


class SavedView(Struct, frozen=True):
    """The card in its deck; `reversed`: the other way round as well.

    `gone`: it was taken back. `stays`: it was not, as somebody learns it already.
    """

    card: StoredCard
    reversed: bool
    gone: bool = False
    stays: bool = False


class CancelledView(Struct, frozen=True):
    """Nothing was saved. `media`: a picture or a recording of it may be needed no more."""

    media: bool = False


Unsaved = AskSideView | DraftView | DraftDecksView | AskDeckView
DraftsView = Unsaved | SavedView | CancelledView
