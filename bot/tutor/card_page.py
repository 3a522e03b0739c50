"""One card's page: how it looks, how a learner stands with it, and what can be done with it."""

from bot.storage import aside, cards, reviews
from bot.storage.cards import StoredCard
from bot.storage.turns import Message
from bot.study.memory import Memory
from bot.tutor import planning, starting
from bot.tutor.card_views import CardView, State
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import TakenOut


def page(desk: Desk, who: Who, card_id: int, message: Message | None) -> Outcome:
    """The card with both sides, for who has its deck."""
    planning.here(desk, who.chat_id)
    card = seen(desk, who, card_id)
    return gone(desk, who, message) if card is None else Outcome(view(desk, who, card), message)


def seen(desk: Desk, who: Who, card_id: int) -> StoredCard | None:
    """The card, if who asks has its deck or can have it; None if it is not there for them, or was taken out."""
    card = cards.find(desk.db, card_id)
    if card is None or card.archived or cards.deck(desk.db, card.deck_id, who.learner_id) is None:
        return None
    return card


def gone(desk: Desk, who: Who, message: Message | None) -> Outcome:
    return Outcome(starting.decks_view(desk, who), message, toast=TakenOut())


def view(desk: Desk, who: Who, card: StoredCard) -> CardView:
    """The page as things now are."""
    return CardView(card, state(desk, desk.learner(who.learner_id), card.card_id), editable=False)


def state(desk: Desk, learner: Learner, card_id: int) -> State:
    """How the learner stands with the card at this moment."""
    put = aside.find(desk.db, learner.learner_id, card_id, learner.moment.day)
    memory = reviews.memory(desk.db, learner.learner_id, card_id)
    if memory is None:
        return State(None, None, None, put)
    return _met(learner, memory, put)


def _met(learner: Learner, memory: Memory, put: aside.Aside) -> State:
    if memory.due_day is not None:
        return State(memory.stage, (memory.due_day - learner.moment.day).days, None, put)
    assert memory.due_at is not None, "it is due on a day or at a moment"
    return State(memory.stage, None, memory.due_at - learner.moment.at, put)
