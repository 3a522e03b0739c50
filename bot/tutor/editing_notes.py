"""A field of a card's note typed anew: what it shall say, a look at the card, saved for all cards that the note makes.

They are made anew in a process of their own, between two transactions: the first says of what, the second looks whether
that still holds.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from bot.decks.anki.remade import Order, Remaking, Spoiled
from bot.decks.card import Kind
from bot.decks.content import Content
from bot.decks.encoded import from_json, to_json
from bot.decks.media import is_stored, media_names, renamed
from bot.storage import chats, editors, edits, notes, turns
from bot.storage.cards import StoredCard
from bot.storage.edits import Edit
from bot.storage.notes import StoredNote
from bot.storage.notices import Notice
from bot.storage.turns import Message
from bot.tutor import complaining, editing, planning, showing
from bot.tutor.card_views import AskFieldView, FieldEditedView
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.toasts import CardDone

# A longer one is some page's; to read it would hold others up.
_LONGEST_SHOWN = 20_000


class Ready(Struct, frozen=True):
    """What was typed for a field, and of what the cards are to be made anew.

    Attributes:
        others: the same note in other decks that who types may edit.
        left: cards of it in those that they may not.
        orders: for the note, then for each of `others`; without the decks' media.
        changed: since who types saw the note, somebody else changed it.
        bare: messages that lose their buttons.
    """

    edit: Edit
    note: StoredNote
    others: tuple[StoredNote, ...]
    left: int
    orders: tuple[Order, ...]
    changed: bool
    bare: tuple[Message, ...] = ()

    @property
    def notes(self) -> tuple[StoredNote, ...]:
        return (self.note, *self.others)


def ask(desk: Desk, who: Who, card_id: int, turn_id: int, field: int, message: Message) -> Outcome:
    """What is typed or sent next is that field. Whoever edits one has seen it, so its turn shows the answer then."""
    found = editing.there(desk, who, card_id, turn_id, message)
    if isinstance(found, Outcome):
        return found
    card, shown, bare = found
    note = notes.of_card(desk.db, card_id)
    if note is None or not 0 <= field < len(note.fields):
        return editing.which(desk, who, card_id, turn_id, message)
    if turn_id and not shown:
        turns.looked(desk.db, turn_id, desk.now)
    edits.keep(desk.db, Edit(who.learner_id, card_id, "field", turn_id or None, None, field, note.fields))
    editing.listen(desk, who)
    return Outcome(_asking(desk, card, note, field, turn_id), message, bare)


def _asking(
    desk: Desk, card: StoredCard, note: StoredNote, field: int, turn_id: int, *, changed: bool = False
) -> AskFieldView:
    written = note.fields[field]
    too_long = len(written) > _LONGEST_SHOWN
    # As for a card that somebody writes (chat/said.py).
    from bot.decks import html

    now: Content = () if too_long else html.parse(written, keeps_newlines=False)
    now = renamed(now, notes.stored(desk.db, note.deck_id, frozenset(media_names(now))))
    return AskFieldView(card, turn_id, field, note.names[field], now, too_long, changed)


def hear(desk: Desk, who: Who, content: Content) -> Ready | Outcome | None:
    """What was typed for a field, or why not; None: no field was asked for."""
    edit = edits.find(desk.db, who.learner_id)
    if edit is None or edit.field is None:
        return None
    chat = planning.here(desk, who.chat_id)
    bare = () if chat is None or chat.asked_in is None else (Message(chat.asked_in, "text"),)
    chats.change(desk.db, who.chat_id, asking="")
    found = _found(desk, who, edit)
    if found is None:
        return Outcome(toast=CardDone("edit_over"))
    card, note = found
    if edit.was is None or note.fields[edit.field] != edit.was[edit.field]:
        edits.keep(desk.db, replace(edit, content=None, was=note.fields))
        editing.listen(desk, who)
        return Outcome(_asking(desk, card, note, edit.field, edit.turn_id or 0, changed=True), bare=bare)
    edit = replace(edit, content=content, was=note.fields)
    edits.keep(desk.db, edit)
    return _ready(desk, edit, note, changed=False, bare=bare)


def empty(desk: Desk, who: Who, card_id: int, turn_id: int, field: int, message: Message) -> Ready | Outcome:
    """Nothing shall stand in that field, if it is the one that was asked for."""
    edit = edits.find(desk.db, who.learner_id)
    if edit is None or (edit.card_id, edit.turn_id or 0, edit.field) != (card_id, turn_id, field):
        return _over(desk, who, card_id, message)
    heard = hear(desk, who, ())
    assert heard is not None, "it is a field"
    return replace(heard, bare=()) if isinstance(heard, Ready) else replace(heard, where=message, bare=())


def ready(desk: Desk, who: Who, card_id: int, message: Message) -> Ready | Outcome | None:
    """What is to be saved, or why nothing is; None: it is no field that this person edits."""
    edit = edits.find(desk.db, who.learner_id)
    if edit is None or edit.field is None:
        return None
    found = _found(desk, who, edit)
    if edit.content is None or edit.card_id != card_id or found is None:
        return _over(desk, who, card_id, message)
    _, note = found
    changed = note.fields != edit.was
    edit = replace(edit, was=note.fields)
    edits.keep(desk.db, edit)
    return _ready(desk, edit, note, changed=changed)


def _found(desk: Desk, who: Who, edit: Edit) -> tuple[StoredCard, StoredNote] | None:
    """The card and its note, if it may be edited and has that field still."""
    card, note = editing.editable(desk, who, edit.card_id), notes.of_card(desk.db, edit.card_id)
    if card is None or note is None or edit.field is None or edit.field >= len(note.fields):
        return None
    return card, note


def _over(desk: Desk, who: Who, card_id: int, message: Message) -> Outcome:
    return replace(editing.back_to(desk, who, card_id, 0, message), toast=CardDone("edit_over"))


def _ready(desk: Desk, edit: Edit, note: StoredNote, *, changed: bool, bare: tuple[Message, ...] = ()) -> Ready:
    others, left = _elsewhere(desk, edit, note)
    orders = tuple([_order(edit, each) for each in (note, *others)])
    return Ready(edit, note, others, left, orders, changed, bare)


def _elsewhere(desk: Desk, edit: Edit, note: StoredNote) -> tuple[tuple[StoredNote, ...], int]:
    """The note in other decks, where who types may edit it, and how many cards it has where they may not."""
    others = notes.elsewhere(desk.db, note)
    theirs = [each for each in others if editors.may_edit(desk.db, each.deck_id, edit.learner_id)]
    return tuple(theirs), sum(len(each.cards) for each in others if each not in theirs)


def _order(edit: Edit, note: StoredNote) -> Order:
    assert edit.field is not None, "it is a field"
    assert edit.content is not None, "it was typed"
    sent = {name: name for name in media_names(edit.content) if is_stored(name)}
    return Order(
        note.body, note.fields, edit.field, to_json(edit.content), tuple(note.cards), note.tags, note.deck, sent
    )


def media(desk: Desk, deck_id: int) -> dict[str, str]:
    """Where each of the deck's media lies; may be much."""
    return notes.media(desk.db, deck_id)


def look(desk: Desk, who: Who, of: Ready, made: Sequence[Remaking], message: Message | None) -> Outcome:
    """The card as it will look; nothing is changed yet. `made`: what became of each order."""
    found = _found(desk, who, of.edit)
    if found is None:
        return Outcome(toast=CardDone("edit_over"))
    return Outcome(_edited(desk, found[0], of, made), message, of.bare)


def _edited(desk: Desk, card: StoredCard, of: Ready, made: Sequence[Remaking]) -> FieldEditedView:
    assert of.edit.field is not None, "it is a field"
    turn = None if of.edit.turn_id is None else turns.find(desk.db, of.edit.turn_id)
    shown = turn is None or not turn.is_open or showing.is_shown(turn, card)
    new_cards = sum(each.ordinal not in of.note.cards for each in made[0].cards)
    new = next((each for each in made[0].cards if each.ordinal == of.note.ordinal), None)
    spoiled = next((each.spoiled for each in made if each.spoiled is not None), None)
    if new is None:
        spoiled = spoiled or Spoiled(of.note.ordinal)
    else:
        card = replace(card, front=from_json(new.front), back=from_json(new.back), kind=Kind(new.kind))
    others = sum(len(note.cards) for note in of.notes) - 1
    shared = any(editing.others_have(desk, of.edit.learner_id, note.deck_id) for note in of.notes)
    return FieldEditedView(
        card, of.edit.field, of.edit.turn_id or 0, shown, shared, others, of.left, new_cards, of.changed, spoiled
    )


def save(
    desk: Desk, who: Who, of: Ready, made: Sequence[Remaking], message: Message
) -> tuple[Outcome, tuple[Notice, ...]] | None:  # fmt: skip
    """The note says what was typed, and so do its cards, for everybody, and everybody's memory of them stays.

    Gives as well who is told that the card is mended. None: the note is not as it was.
    """
    edit, card_id = edits.find(desk.db, who.learner_id), of.edit.card_id
    found = _found(desk, who, of.edit)
    if edit != of.edit or found is None:
        return _over(desk, who, card_id, message), ()
    card, note = found
    if note != of.note or _elsewhere(desk, of.edit, note) != (of.others, of.left):
        return None
    view = _edited(desk, card, of, made)
    if view.spoiled is not None:
        return Outcome(view, message), ()
    typed = tuple(media_names(of.edit.content or ()))
    before = complaining.said_of(desk, [each.deck_id for each in of.notes])
    notes.change(desk.db, note, made[0].fields, made[0].cards, typed)
    for other, remade in zip(of.others, made[1:], strict=True):
        # A card that is new lies where it was typed, and nowhere else.
        there = [each for each in remade.cards if each.ordinal in other.cards]
        notes.change(desk.db, other, remade.fields, there, typed)
    editing.stop(desk, who)
    notices = complaining.mended_by(desk, who.learner_id, card_id)
    notices += complaining.changed(desk, who.learner_id, before)
    if view.made:
        planning.replan(desk, who.chat_id)
    outcome = editing.back_to(desk, who, card_id, of.edit.turn_id or 0, message)
    return replace(outcome, toast=CardDone("saved")), notices
