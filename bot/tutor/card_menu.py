"""What can be done with the card of an open turn, in the turn's own message."""

from bot.decks.content import Hint, walk
from bot.storage import complaints, editors
from bot.storage.cards import StoredCard
from bot.storage.turns import Message
from bot.tutor import asking, card_page, showing, starting
from bot.tutor.card_views import Menu
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who

CHOICES = ("open", "hint", "history")


def menu(desk: Desk, who: Who, turn_id: int, choice: str, message: Message) -> tuple[Outcome, Menu | None]:
    """The turn with its menu, which has nothing of the back before the answer is shown; None: the turn as it is."""
    there = asking.admit(desk, who, turn_id, message)
    if isinstance(there, Outcome):
        return there, None
    if choice == "deck":
        # In a message of its own: the turn stays where it is.
        return starting.deck_page(desk, who, there.card.deck_id, None), None
    bare = asking.stand(desk, there.turn, message)
    view = showing.view_of(desk, there.learner, there.turn, there.card, there.current)
    outcome = Outcome(view, message, bare)
    return outcome, of(desk, who.learner_id, view.card, view.shown, choice) if choice in CHOICES else None


def of(desk: Desk, learner_id: int, card: StoredCard, shown: bool, choice: str) -> Menu:
    """What this learner can do with the card of a turn, of which the back is `shown` or not."""
    learner = desk.learner(learner_id)
    return Menu(
        choice=choice,
        editable=editors.may_edit(desk.db, card.deck_id, learner_id),
        marked=complaints.said(desk.db, card.card_id, learner_id),
        hint=not shown and any(isinstance(block, Hint) for block in walk(card.front)),
        state=card_page.state(desk, learner, card.card_id),
        history=card_page.history_of(desk, learner, card.card_id) if choice == "history" else None,
    )
