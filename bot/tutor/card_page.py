"""One card's page: how it looks, how a learner stands with it, its history, and forgetting its progress."""

from msgspec.structs import replace

from bot.storage import aside, cards, editors, reviews
from bot.storage.cards import StoredCard
from bot.storage.reviews import Review
from bot.storage.turns import Message
from bot.tutor import planning, showing, starting
from bot.tutor.card_views import CardView, History, Past, State
from bot.tutor.desk import Desk, Learner
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone, TakenOut

LATEST = 8


def page(desk: Desk, who: Who, card_id: int, message: Message | None) -> Outcome:
    """The card with both sides, for who has its deck."""
    card = seen(desk, who, card_id)
    return gone(desk, who, message) if card is None else Outcome(view(desk, who, card), message)


def seen(desk: Desk, who: Who, card_id: int) -> StoredCard | None:
    """The card, if who asks has its deck or can have it; None if it is not there for them, or was taken out."""
    planning.here(desk, who.chat_id)
    card = cards.find(desk.db, card_id)
    if card is None or card.archived:
        return None
    has = cards.deck(desk.db, card.deck_id, who.learner_id) is not None
    return card if has or editors.may_edit(desk.db, card.deck_id, who.learner_id) else None


def gone(desk: Desk, who: Who, message: Message | None) -> Outcome:
    return Outcome(starting.decks_view(desk, who), message, toast=TakenOut())


def view(desk: Desk, who: Who, card: StoredCard) -> CardView:
    """The page as things now are."""
    editable = editors.may_edit(desk.db, card.deck_id, who.learner_id)
    return CardView(card, state(desk, desk.learner(who.learner_id), card.card_id), editable)


def state(desk: Desk, learner: Learner, card_id: int) -> State:
    """How the learner stands with the card at this moment."""
    put = aside.find(desk.db, learner.learner_id, card_id, learner.moment.day)
    memory = reviews.memory(desk.db, learner.learner_id, card_id)
    if memory is None:
        return State(None, None, None, put)
    days = None if memory.due_day is None else (memory.due_day - learner.moment.day).days
    return State(memory.stage, days, None if memory.due_at is None else memory.due_at - learner.moment.at, put)


def history(desk: Desk, who: Who, card_id: int, message: Message) -> Outcome:
    """The page with what was graded and what each next grade would lead to."""
    card = seen(desk, who, card_id)
    if card is None:
        return gone(desk, who, message)
    learner = desk.learner(who.learner_id)
    return Outcome(replace(view(desk, who, card), history=history_of(desk, learner, card_id)), message)


def history_of(desk: Desk, learner: Learner, card_id: int) -> History:
    """The latest grades, and what each grade would lead to now."""
    memory = reviews.memory(desk.db, learner.learner_id, card_id)
    latest = reviews.of_card(desk.db, learner.learner_id, card_id, LATEST)
    return History(tuple(map(_past, latest)), showing.offered(learner, card_id, memory))


def _past(entry: Review) -> Past:
    set_to = entry.after if entry.kind == "manual" else None
    return Past(entry.moment.day, entry.grade, showing.answer_of(entry), set_to is not None)


def forget(desk: Desk, who: Who, card_id: int, sure: bool, message: Message) -> Outcome:
    """The card is new again for this learner, once that is confirmed; the log keeps what was."""
    card = seen(desk, who, card_id)
    if card is None:
        return gone(desk, who, message)
    learner = desk.learner(who.learner_id)
    if reviews.memory(desk.db, learner.learner_id, card_id) is None:
        return Outcome(view(desk, who, card), message, toast=CardDone("nothing"))
    if not sure:
        return Outcome(replace(view(desk, who, card), asks=True), message)
    reviews.set_by_hand(desk.db, learner.learner_id, card_id, learner.moment, None)
    planning.replan(desk, who.chat_id)
    return Outcome(view(desk, who, card), message, toast=CardDone("forgotten"))
