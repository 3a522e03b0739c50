"""A side of a card typed anew: which side, what it shall say, a look at it, saved for everybody who has the deck."""

from msgspec.structs import replace

from bot.decks.content import Content
from bot.decks.media import keeping_media
from bot.storage import chats, editors, edits, notes, owned, turns
from bot.storage.cards import StoredCard
from bot.storage.edits import Edit
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import asking, card_page, complaining, planning, showing
from bot.tutor.card_views import AskFieldsView, AskSideView, AskWhichView, EditedView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone

# What is typed next is a side of the card in `edits`, if the turn whose id follows is still the latest.
ASKING = "edit:"
SIDES = ("front", "back")


def which(desk: Desk, who: Who, card_id: int, turn_id: int, message: Message, at: int = 0) -> Outcome:
    """Which side of the card, or which field of its note, if it is made of one? `at`: the first field shown."""
    found = there(desk, who, card_id, turn_id, message)
    if isinstance(found, Outcome):
        return found
    card, shown, bare = found
    return Outcome(question(desk, card, turn_id, shown, at), message, bare)


def question(desk: Desk, card: StoredCard, turn_id: int, shown: bool, at: int = 0) -> AskWhichView | AskFieldsView:
    """What `which` asks somebody who may edit the card."""
    if note := notes.of_card(desk.db, card.card_id):
        return AskFieldsView(card, turn_id, shown, note.names, at)
    return AskWhichView(card, turn_id, shown)


def ask(desk: Desk, who: Who, card_id: int, turn_id: int, side: str, message: Message) -> Outcome:
    """What is typed or sent next is that side. Whoever edits a back has seen it, so its turn shows the answer then."""
    found = there(desk, who, card_id, turn_id, message)
    if isinstance(found, Outcome):
        return found
    card, shown, bare = found
    if notes.of_card(desk.db, card_id) is not None:
        return which(desk, who, card_id, turn_id, message)
    if side == "back" and turn_id and not shown:
        turns.looked(desk.db, turn_id, desk.now)
    edits.keep(desk.db, Edit(who.learner_id, card_id, side, turn_id or None))
    listen(desk, who)
    return Outcome(AskSideView(card, side, turn_id), message, bare)


def listen(desk: Desk, who: Who) -> None:
    """What is typed next is what was asked for."""
    chats.change(desk.db, who.chat_id, asking=f"{ASKING}{turns.latest_id(desk.db, who.chat_id)}", asked_in=None)


def listens(desk: Desk, who: Who) -> bool:
    """Whether what is sent next is a side of a card: it was asked for last, and no card was put since."""
    chat = chats.find(desk.db, who.chat_id)
    if chat is None or not chat.asking.startswith(ASKING):
        return False
    if chat.asking == f"{ASKING}{turns.latest_id(desk.db, who.chat_id)}":
        return True
    rests(desk, who)
    return False


def rests(desk: Desk, who: Who) -> None:
    """Something else came: what is typed after it is no side of a card."""
    chat = chats.find(desk.db, who.chat_id)
    if chat is not None and chat.asking.startswith(ASKING):
        chats.change(desk.db, who.chat_id, asking="")


def hear(desk: Desk, who: Who, content: Content) -> Outcome:
    """The card as it will look, in a new message; nothing is changed yet."""
    chat = planning.here(desk, who.chat_id)
    edit = edits.find(desk.db, who.learner_id)
    card = None if edit is None else _of_sides(desk, who, edit.card_id)
    chats.change(desk.db, who.chat_id, asking="")
    if edit is None or card is None:
        return Outcome(toast=CardDone("edit_over"))
    was = card.front if edit.side == "front" else card.back
    asked = () if chat is None or chat.asked_in is None else (Message(chat.asked_in, "text"),)
    edit = replace(edit, content=keeping_media(was, content))
    edits.keep(desk.db, edit)
    return Outcome(_edited(desk, card, edit), bare=asked)


def _edited(desk: Desk, card: StoredCard, edit: Edit) -> EditedView:
    assert edit.content is not None, "it was typed"
    turn = None if edit.turn_id is None else turns.find(desk.db, edit.turn_id)
    front, back = (edit.content, card.back) if edit.side == "front" else (card.front, edit.content)
    shown = turn is None or not turn.is_open or showing.is_shown(turn, card)
    shared = others_have(desk, edit.learner_id, card.deck_id)
    return EditedView(replace(card, front=front, back=back), edit.side, edit.turn_id or 0, shown, shared)


def others_have(desk: Desk, learner_id: int, deck_id: int) -> bool:
    """Whether anybody besides this person has the deck."""
    had_by = owned.had_by(desk.db, deck_id, learner_id)
    return editors.owner(desk.db, deck_id) not in (None, learner_id) or bool(had_by.people or had_by.groups)


def save(desk: Desk, who: Who, card_id: int, message: Message) -> tuple[Outcome, tuple[Notice, ...]]:
    """The card says what was typed, for everybody, and everybody's memory of it stays.

    Gives as well who is told that it is mended.
    """
    edit = edits.find(desk.db, who.learner_id)
    card = _of_sides(desk, who, card_id)
    if edit is None or edit.content is None or edit.card_id != card_id or card is None:
        return replace(back_to(desk, who, card_id, 0, message), toast=CardDone("edit_over")), ()
    new = _edited(desk, card, edit).card
    edits.change(desk.db, card, new.front, new.back)
    stop(desk, who)
    notices = complaining.mended_by(desk, who.learner_id, card_id)
    outcome = back_to(desk, who, card_id, edit.turn_id or 0, message)
    return replace(outcome, toast=CardDone("saved")), notices


def cancel(desk: Desk, who: Who, card_id: int, turn_id: int, message: Message) -> Outcome:
    """Nothing was changed: the turn as it is, or the card's page."""
    edit = edits.find(desk.db, who.learner_id)
    if edit is not None and edit.card_id == card_id:
        stop(desk, who)
    return back_to(desk, who, card_id, turn_id, message)


def stop(desk: Desk, who: Who) -> None:
    """Nothing is being edited any more."""
    edits.drop(desk.db, who.learner_id)
    rests(desk, who)


def back_to(desk: Desk, who: Who, card_id: int, turn_id: int, message: Message) -> Outcome:
    """Where it was begun: the turn, in this message from now on, or the card's page."""
    planning.here(desk, who.chat_id)
    turn = turns.find(desk.db, turn_id) if turn_id else None
    if turn is not None and turn.is_open and turn.learner_id == who.learner_id and turn.chat_id == who.chat_id:
        return Outcome(showing.view(desk, turn), message, asking.stand(desk, turn, message))
    return showing.passed(desk, who, message, False) or card_page.page(desk, who, card_id, message)


def editable(desk: Desk, who: Who, card_id: int) -> StoredCard | None:
    """The card, if who asks may edit it."""
    card = card_page.seen(desk, who, card_id)
    return card if card is not None and editors.may_edit(desk.db, card.deck_id, who.learner_id) else None


def _of_sides(desk: Desk, who: Who, card_id: int) -> StoredCard | None:
    """The same, if it is made of no note: that may have come with a file meanwhile."""
    return editable(desk, who, card_id) if notes.of_card(desk.db, card_id) is None else None


def there(
    desk: Desk, who: Who, card_id: int, turn_id: int, message: Message
) -> tuple[StoredCard, bool, tuple[Message, ...]] | Outcome:
    """The card, whether its back may be seen where it is edited, and what loses its buttons; or why it cannot be."""
    shown = True
    bare: tuple[Message, ...] = ()
    if turn_id:
        admitted = asking.admit(desk, who, turn_id, message)
        if isinstance(admitted, Outcome):
            return admitted
        if admitted.card.card_id != card_id:
            return Outcome(showing.view(desk, admitted.turn), message)
        shown = showing.is_shown(admitted.turn, admitted.card)
        bare = asking.stand(desk, admitted.turn, message)
    card = card_page.seen(desk, who, card_id)
    if card is None:
        return card_page.gone(desk, who, message)
    if (file := editors.file_of(desk.db, card.deck_id)) is not None:
        return replace(back_to(desk, who, card_id, turn_id, message), toast=CardDone("in_file", file))
    if not editors.may_edit(desk.db, card.deck_id, who.learner_id):
        return replace(back_to(desk, who, card_id, turn_id, message), toast=CardDone("not_editor"))
    passed = None if turn_id else showing.passed(desk, who, message, False)
    return (card, shown, bare) if passed is None else passed
