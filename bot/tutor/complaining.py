"""A card that somebody says is wrong: who can mend it is told, and whoever said so is told once it is mended."""

from msgspec import Struct

from bot.storage import cards, complaints, editors, marks
from bot.storage.cards import StoredCard
from bot.storage.turns import Message
from bot.tutor import asking, card_page, showing
from bot.tutor.card_views import WrongView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone, TakenOut


class Told(Struct, frozen=True):
    """Who is to be told what; `owner_id` None: whoever runs the bot."""

    owner_id: int | None
    view: WrongView


class Mended(Struct, frozen=True):
    """A card that was mended, with those who said that it was wrong."""

    card: StoredCard
    learners: tuple[int, ...]


def say(desk: Desk, who: Who, card_id: int, turn_id: int, message: Message) -> tuple[Outcome, Told | None]:
    """The turn, or (no turn) the card's page, with thanks; who is to be told of it, once a card and person."""
    if turn_id:
        there = asking.admit(desk, who, turn_id, message)
        if isinstance(there, Outcome):
            return there, None
        bare = asking.stand(desk, there.turn, message)
        shown = Outcome(
            showing.view_of(desk, there.learner, there.turn, there.card, there.current), message, bare
        )  # fmt: skip
        card: StoredCard | None = there.card
    elif (passed := showing.passed(desk, who, message, False)) is not None:
        return passed, None
    else:
        card = card_page.seen(desk, who, card_id)
        shown = Outcome() if card is None else Outcome(card_page.view(desk, who, card), message)
    if card is None:
        return card_page.gone(desk, who, message), None
    new = complaints.add(desk.db, card.card_id, who.learner_id, desk.now)
    # Who is to be told may have been told nothing, if the bot died behind the first time.
    new = not marks.first_time(desk.db, who.update_id, desk.now) or new
    toast = CardDone("marked" if new else "marked_before")
    return Outcome(shown.view, shown.where, shown.bare, toast), _told(desk, card) if new else None


def _told(desk: Desk, card: StoredCard) -> Told | None:
    file = editors.file_of(desk.db, card.deck_id)
    if file is not None:
        return Told(None, WrongView(card, file))
    owner_id = editors.owner(desk.db, card.deck_id)
    return None if owner_id is None else Told(owner_id, WrongView(card))


def settle(
    desk: Desk, who: Who, card_id: int, came: str, runs: bool, message: Message
) -> tuple[Outcome, Mended | None]:  # fmt: skip
    """It was mended, or is right as it is, says who was told of it: who may edit it or, for decks of the folder, `runs`
    the bot.
    """
    card = cards.find(desk.db, card_id)
    may = card is not None and (
        editors.may_edit(desk.db, card.deck_id, who.learner_id)
        or (runs and editors.file_of(desk.db, card.deck_id) is not None)
    )
    if card is None or not may or came not in ("mended", "right"):
        return Outcome(toast=TakenOut()), None
    waited = mended_by(desk, who, card)
    mended = waited if came == "mended" else None
    return Outcome(WrongView(card, settled=came), message), mended


def mended_by(desk: Desk, who: Who, card: StoredCard) -> Mended | None:
    """Nobody waits any more for the card to be mended; who did, and still has its deck, but for who mended it."""
    waited = [each for each in complaints.settle(desk.db, card.card_id, desk.now) if each != who.learner_id]
    learners = tuple([each for each in waited if cards.deck(desk.db, card.deck_id, each) is not None])
    return Mended(card, learners) if learners else None
