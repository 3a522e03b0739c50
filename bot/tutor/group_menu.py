"""What one member can do with a group's card, seen by nobody else and changing nothing for anybody else."""

from collections.abc import Collection

from msgspec import Struct
from msgspec.structs import replace

from bot.storage import answers, cards, chats, present, turns
from bot.storage.cards import StoredCard, StoredDeck
from bot.storage.notices import Notice
from bot.storage.turns import Message, Turn
from bot.tutor import aside, card_menu, complaining, editing, flip, group, group_end, left_over, planning, starting
from bot.tutor.card_views import GroupMenuView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, RevealedView, Who
from bot.tutor.toasts import CardDone, GroupClosed, LookFirst, NoLonger, TakenOut, Toast

# What is done in the private chat alone.
EDIT, DECK = "edit", "deck"


class Done(Struct, frozen=True):
    """What came of a choice.

    Attributes:
        view: what this member sees from now on; None: what they see now.
        over: nothing of it is to be seen any more; the group's own message is, which was covered.
        going: it is done in the private chat.
        following: what stands there in the place of the card, if it was asked there and is put aside.
        closed: the group's turn, if it is over by that, as nobody else was waited for.
    """

    view: GroupMenuView | RevealedView | None = None
    toast: Toast | None = None
    over: bool = False
    going: bool = False
    following: Outcome | None = None
    closed: group.Closed | None = None
    notices: tuple[Notice, ...] = ()


def ask(desk: Desk, who: Who, turn_id: int, message: Message) -> GroupMenuView | Outcome:
    """What this member can do, asked under what the whole group sees; nothing of the back before they have looked."""
    turn = flip.tapped(desk, who, turn_id, message)
    if isinstance(turn, Outcome):
        return turn
    return _view(desk, who, turn) if flip.has_menu(desk, turn, who.learner_id) else Outcome(toast=NoLonger())


def choose(
    desk: Desk, who: Who, turn_id: int, choice: str, runs: Collection[int], message: Message | None = None
) -> Done:  # fmt: skip
    """What came of it, chosen under what this member alone sees: in the group, or in that `message` in private.

    `runs`: who runs the bot, as in `complaining.say`.
    """
    turn = _admit(desk, who, turn_id)
    if turn is None or (message is not None and turns.on_message(desk.db, who.chat_id, message.message_id)):
        return Done(toast=NoLonger())
    if choice == "back" or not turn.is_open:
        return _back(desk, who, turn, None if choice == "back" else GroupClosed())
    match choice:
        case "open" | "hint" | "history":
            return Done(_view(desk, who, turn, choice))
        case "suspend" | "bury" | "up":
            return _put(desk, who, turn, choice)
        case "wrong" if not flip.has_looked(desk, turn, who.learner_id):
            return Done(toast=LookFirst())
        case "wrong":
            done, notices = complaining.mark(desk, who, cards.card(desk.db, turn.card_id), runs)
            return Done(_view(desk, who, turn), done, notices=notices)
        case "edit" | "deck":
            return Done(going=True)
        case _:
            return Done(toast=NoLonger())


def choose_alone(desk: Desk, who: Who, turn_id: int, choice: str, runs: Collection[int], ephemeral_id: int) -> Done:
    """The same in the group, under that message which this member alone sees; it goes if it is for them no more."""
    if left_over.is_left_over(desk, who, turn_id, ephemeral_id):
        return Done(toast=NoLonger(), over=True)
    done = choose(desk, who, turn_id, choice, runs)
    if done.view is not None:
        shown_in(desk, who, turn_id, ephemeral_id)
    return done


def come(desk: Desk, who: Who, turn_id: int, choice: str) -> Outcome:
    """In the private chat, by a link from the group or a tap there: what can be done, or what is done there alone."""
    new = starting.is_new(desk, who)
    chats.started(desk.db, who.chat_id, desk.now)
    turn = _admit(desk, who, turn_id)
    if turn is None or not turn.is_open:
        return Outcome(toast=NoLonger() if turn is None else GroupClosed())
    card = cards.card(desk.db, turn.card_id)
    if choice == EDIT:
        if editing.editable(desk, who, card.card_id) is None:
            return Outcome(toast=CardDone("not_editor"))
        return Outcome(editing.question(desk, card, 0, flip.has_looked(desk, turn, who.learner_id)))
    if choice == DECK:
        deck = _deck(desk, who.learner_id, card)
        return Outcome(toast=TakenOut()) if deck is None else starting.deck_page(desk, who, deck.deck_id, None)
    return Outcome(replace(_view(desk, who, turn), first=new))


def shown_in(desk: Desk, who: Who, turn_id: int, ephemeral_id: int | None) -> None:
    """What this member alone sees of the turn stands in that message in the group; None: nowhere any more."""
    looked = flip.has_looked(desk, turns.get(desk.db, turn_id), who.learner_id)
    (answers if looked else present).shown_in(desk.db, turn_id, who.learner_id, ephemeral_id)


def _admit(desk: Desk, who: Who, turn_id: int) -> Turn | None:
    """The group's turn, open or not; None: it is not for who asks, or not from here."""
    turn = flip.find(desk, turn_id)
    private = who.chat_id == who.learner_id
    if turn is None or turn.learner_id is not None or (turn.chat_id != who.chat_id and not private):
        return None
    planning.here(desk, who.chat_id)
    return turn if flip.may_have_menu(desk, turn, who.learner_id) else None


def _put(desk: Desk, who: Who, turn: Turn, choice: str) -> Done:
    """It is put aside, or taken up again, by this member alone, for whom the group does not wait meanwhile."""
    # Theirs, wherever it was said: the card may be asked in their own chat as well.
    own = Who(who.learner_id, who.learner_id, who.update_id, who.name)
    _, following = aside.choose(desk, own, turn.card_id, choice)
    closed = group_end.maybe_close(desk, turn)
    toast = CardDone(choice if choice == aside.TAKE_UP else f"{choice}_alone")
    now = turns.get(desk.db, turn.turn_id)
    done = Done(_view(desk, who, now), toast) if now.is_open else _back(desk, who, now, toast)
    return replace(done, following=following, closed=closed)


def _back(desk: Desk, who: Who, turn: Turn, toast: Toast | None = None) -> Done:
    """The answer with its grades, for who has looked; for others the group's message, which has neither."""
    if flip.has_looked(desk, turn, who.learner_id):
        return Done(flip.revealed(desk, who, turn), toast)
    if who.chat_id == turn.chat_id:
        return Done(toast=toast, over=True)
    return Done(_view(desk, who, turn), toast) if turn.is_open else Done(toast=toast or GroupClosed())


def _view(desk: Desk, who: Who, turn: Turn, choice: str = "open") -> GroupMenuView:
    card, shown = cards.card(desk.db, turn.card_id), flip.has_looked(desk, turn, who.learner_id)
    return GroupMenuView(
        chat_id=turn.chat_id,
        turn_id=turn.turn_id,
        card=card,
        shown=shown,
        menu=card_menu.of(desk, who.learner_id, card, shown, choice),
        deck=_deck(desk, who.learner_id, card) is not None,
        private=who.chat_id == who.learner_id,
    )


def _deck(desk: Desk, learner_id: int, card: StoredCard) -> StoredDeck | None:
    """The card's deck, if this person has it or can have it without the group."""
    deck = cards.deck(desk.db, card.deck_id, learner_id)
    return None if deck is None or (deck.archived and deck.owner_id != learner_id) else deck
