"""Putting a card aside: until it is taken up again, or through this study day."""

from bot.storage import aside, members, sessions, turns
from bot.storage.turns import Message, Turn
from bot.tutor import asking, card_page, group_end, planning, showing
from bot.tutor.card_views import PutAside
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone

SUSPEND, BURY, TAKE_UP, UNDO = "suspend", "bury", "up", "undo"


def from_page(desk: Desk, who: Who, card_id: int, choice: str, message: Message) -> tuple[Outcome, Outcome | None]:
    """The card's page after that choice; and what stands where it was asked, if it was open and is put aside."""
    if (passed := showing.passed(desk, who, message, False)) is not None:
        return passed, None
    card = card_page.seen(desk, who, card_id)
    if card is None:
        return card_page.gone(desk, who, message), None
    done, following = choose(desk, who, card_id, choice)
    return Outcome(card_page.view(desk, who, card), message, toast=done), following


def choose(desk: Desk, who: Who, card_id: int, choice: str) -> tuple[CardDone | None, Outcome | None]:
    """What was done, None for a choice that no button offers; and what stands, in the private chat of `who`, where the
    card was asked, if it was open there and is put aside.
    """
    done = _choose(desk, who, card_id, choice)
    turn = turns.open_in(desk.db, who.chat_id)
    following: Outcome | None = None
    if done is not None and choice != TAKE_UP and turn is not None and turn.card_id == card_id:
        turns.close(desk.db, turn.turn_id, "withdrawn", desk.now)
        following = _next(desk, who, turn)
    return done, following


def from_turn(desk: Desk, who: Who, turn_id: int, choice: str, message: Message) -> Outcome:
    """The session's next card in the place of the one that is put aside."""
    there = asking.admit(desk, who, turn_id, message)
    if isinstance(there, Outcome):
        return there
    bare = asking.stand(desk, there.turn, message)
    done = None if choice == TAKE_UP else _choose(desk, who, there.card.card_id, choice)
    if done is None:
        return Outcome(showing.view(desk, there.turn), message, bare)
    turns.close(desk.db, turn_id, "withdrawn", desk.now)
    lead = PutAside(turn_id, there.card, choice)
    following = asking.next_turn(desk, there.learner, there.current, message, lead)
    return Outcome(following.view, message, bare, toast=done)


def _next(desk: Desk, who: Who, turn: Turn) -> Outcome | None:
    """What comes in a turn's place in its message; None where it stands nowhere yet."""
    where = asking.standing_in(turn)
    if where is None or turn.session_id is None:
        return None
    return asking.next_turn(desk, desk.learner(who.learner_id), sessions.get(desk.db, turn.session_id), where)


def _choose(desk: Desk, who: Who, card_id: int, choice: str) -> CardDone | None:
    """What was done; None for a choice that no button offers."""
    learner = desk.learner(who.learner_id)
    match choice:
        case "suspend":
            aside.suspend(desk.db, who.learner_id, card_id, desk.now)
        case "bury":
            aside.bury(desk.db, who.learner_id, card_id, learner.moment.day)
        case "up":
            aside.take_up(desk.db, who.learner_id, card_id)
        case _:
            return None
    planning.replan(desk, who.chat_id)
    look_in_groups(desk, who.learner_id, card_id)
    return CardDone(choice)


def look_in_groups(desk: Desk, learner_id: int, card_id: int) -> None:
    """Groups to which the card is put wait for this person no longer, or again; whose time is over by that, the next
    tick closes.
    """
    for turn_id in members.asked(desk.db, learner_id, card_id):
        group_end.set_end(desk, turns.get(desk.db, turn_id))
