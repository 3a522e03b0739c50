"""What is heard beside a page that shows a card with both sides, once somebody asks for it."""

from collections.abc import Collection

from msgspec import Struct

from bot.storage import drafts, played
from bot.storage.played import Page
from bot.storage.turns import Message
from bot.tutor import card_page, draft_views, sounding
from bot.tutor.card_views import (
    AskFieldsView,
    AskFieldView,
    AskSideView,
    AskWhichView,
    CardView,
    EditedView,
    FieldEditedView,
)
from bot.tutor.deck_views import LookView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, View, Who
from bot.tutor.toasts import CardDone, DraftOver

WRITTEN = 0
"""In the place of a card's id: it is being written, and is no card yet."""


class Asked(Struct, frozen=True):
    """The recordings of a page's card, by their names in its deck's file."""

    page: Page
    deck_file: str
    names: tuple[str, ...]


def ask(desk: Desk, who: Who, card_id: int, message: Message) -> tuple[Outcome, Asked | None]:
    """What somebody is to hear who has the card's deck, or writes it; or why there is nothing."""
    page = Page(who.chat_id, message.message_id, card_id)
    if card_id == WRITTEN:
        draft = drafts.find(desk.db, who.learner_id)
        if draft is None or draft.message_id != message.message_id:
            return Outcome(toast=DraftOver()), None
        return Outcome(), Asked(page, "@", sounding.all_in((*draft.front, *draft.back)))
    card = card_page.seen(desk, who, card_id)
    if card is None:
        return card_page.gone(desk, who, message), None
    names = sounding.all_in((*card.front, *card.back))
    if not names:
        return Outcome(toast=CardDone("unheard")), None
    return Outcome(), Asked(page, card.deck_file, names)


def shown_in(view: View | None) -> int | None:
    """The card that a page with this view shows, both sides or where one is edited; None: it is no such page."""
    match view:
        case (
            CardView(card=card)
            | LookView(card=card)
            | AskWhichView(card=card)
            | AskSideView(card=card)
            | EditedView(card=card)
            | AskFieldsView(card=card)
            | AskFieldView(card=card)
            | FieldEditedView(card=card)
        ):
            return card.card_id
        case draft_views.DraftView():
            return WRITTEN
    return None


def claim(desk: Desk, page: Page, place: int) -> bool:
    """Whether it is this call's to send: only once a page, whatever happens to it."""
    return played.claim(desk.db, page, place)


def stands_in(desk: Desk, page: Page, place: int, message_id: int) -> bool:
    """It was sent; whether its page is still there for it."""
    return played.stands_in(desk.db, page, place, message_id)


def give_back(desk: Desk, page: Page, place: int) -> None:
    """It surely was not sent."""
    played.give_back(desk.db, page, place)


def pages(desk: Desk) -> list[Page]:
    """All beside which something may be heard."""
    return played.pages(desk.db)


def beside(desk: Desk, page: Page) -> list[int]:
    """The messages in which that is."""
    return played.of_page(desk.db, page)


def taken_away(desk: Desk, page: Page, message_ids: Collection[int]) -> bool:
    """These are gone, or stay there for good, and what is on its way is not to stay; whether nothing is left."""
    return played.remove(desk.db, page, message_ids)
