"""Cards that people write in the chat: a front and a back, one after the other, then a look at it, then a deck."""

import hashlib
from datetime import UTC, datetime

from msgspec.structs import replace

from bot.decks.content import Content
from bot.decks.media import media_names
from bot.storage import cards, chats, drafts, marks, owned, turns
from bot.storage.drafts import Draft, Place, Twin
from bot.storage.turns import Message
from bot.tutor import asking, owning, planning, starting
from bot.tutor.desk import Desk
from bot.tutor.draft_views import AskDeckView, AskSideView, CancelledView, DraftDecksView, DraftView, SavedView
from bot.tutor.outcomes import Outcome, View, Who
from bot.tutor.toasts import DraftOver, TakenOut

# What is typed next is the name of a new deck, if the turn whose id follows is still the latest.
_ASKING = "draft:"
# A draft that asks since then waits for nothing that is typed.
_RESTS = datetime(1970, 1, 1, tzinfo=UTC)


# --- what is typed and sent -------------------------------------------------------------------------------------------


def begin(desk: Desk, who: Who, front: Content, back: Content) -> Outcome:
    """A new card with what there is of it; if there is nothing, the one that is not saved yet, if there is one."""
    desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    marks.first_time(desk.db, who.update_id, desk.now)
    before = drafts.find(desk.db, who.learner_id)
    if before is not None and not front:
        outcome = _sent(desk, replace(before, stage=_missing(before.front, before.back), asked_at=desk.now))
        # What was given may stand far above by now.
        view = outcome.view
        return replace(outcome, view=replace(view, front=before.front)) if isinstance(view, AskSideView) else outcome
    used = drafts.used_last(desk.db, drafts.places(desk.db, who.learner_id))
    draft = Draft(who.learner_id, _missing(front, back), desk.now, used, front, back)
    return _sent(desk, replace(draft, message_id=None if before is None else before.message_id))


def another(desk: Desk, who: Who) -> Outcome:
    """The next card, in a message of its own; tapped twice, it is asked for once."""
    before = drafts.find(desk.db, who.learner_id)
    if before is not None and before.message_id is not None and not before.front and before.asked_at != _RESTS:
        planning.here(desk, who.chat_id)
        drafts.keep(desk.db, replace(before, asked_at=desk.now))
        return Outcome(_view(desk, before), Message(before.message_id, "text"))
    return begin(desk, who, (), ())


def listens(desk: Desk, who: Who) -> bool:
    """Whether what is sent next is a side of the card: it was asked for, and nothing else came after it."""
    draft, chat = drafts.find(desk.db, who.learner_id), chats.find(desk.db, who.chat_id)
    if draft is None or chat is None or chat.asking or draft.stage == "preview" or draft.asked_at == _RESTS:
        return False
    latest = turns.latest_in(desk.db, who.chat_id)
    return latest is None or max(latest.opened_at, latest.closed_at or latest.opened_at) <= draft.asked_at


def rests(desk: Desk, who: Who) -> Outcome:
    """Another command came: what is typed after it is no side of the card, whose question loses its buttons. /add goes
    on with it.
    """
    draft = drafts.find(desk.db, who.learner_id)
    if draft is None or draft.asked_at == _RESTS:
        return Outcome()
    drafts.keep(desk.db, replace(draft, asked_at=_RESTS))
    if draft.stage == "preview" or draft.message_id is None:
        return Outcome()
    return Outcome(bare=(Message(draft.message_id, "text"),))


def hear(desk: Desk, who: Who, side: Content) -> Outcome:
    """The side that was asked for is there: the other one is asked for, or the card is shown as it will look."""
    draft = drafts.find(desk.db, who.learner_id)
    planning.here(desk, who.chat_id)
    marks.first_time(desk.db, who.update_id, desk.now)
    if draft is None or draft.stage == "preview":
        return Outcome(toast=DraftOver())
    draft = replace(draft, front=side) if draft.stage == "front" else replace(draft, back=side)
    return _sent(desk, replace(draft, stage=_missing(draft.front, draft.back), asked_at=desk.now))


def typed_deck(desk: Desk, who: Who, asking: str, text: str) -> Outcome | None:
    """The card with the new deck that it goes to, if its name was asked for last and no card was put since."""
    draft = drafts.find(desk.db, who.learner_id)
    if not asking.startswith(_ASKING) or draft is None:
        return None
    chats.change(desk.db, who.chat_id, asking="")
    name = owning.plain_name(text)
    if asking != f"{_ASKING}{turns.latest_id(desk.db, who.chat_id)}" or not name:
        return None
    if len(name) > owning.LONGEST_NAME:
        chats.change(desk.db, who.chat_id, asking=asking)
        return Outcome(AskDeckView(too_long=True))
    marks.first_time(desk.db, who.update_id, desk.now)
    return _sent(desk, replace(draft, deck_id=_deck_called(desk, who, name), stage=_missing(draft.front, draft.back)))


def again(desk: Desk, who: Who) -> Outcome:
    """For a repeated update: what it led to is sent if it never stood anywhere, else nothing is done."""
    draft = drafts.find(desk.db, who.learner_id)
    if draft is None or draft.message_id is not None:
        return asking.again(desk, who)
    return Outcome(_view(desk, draft))


def stands_in(desk: Desk, learner_id: int, message: Message) -> None:
    """The card that is being written came to stand in this message."""
    draft = drafts.find(desk.db, learner_id)
    if draft is not None:
        drafts.keep(desk.db, replace(draft, message_id=message.message_id))


def twin(desk: Desk, who: Who) -> Twin | None:
    """A card that asks the same as the one that is being written. Reads much: to be seen, not done."""
    draft = drafts.find(desk.db, who.learner_id)
    return None if draft is None else drafts.twin(desk.db, who.learner_id, draft.deck_id, draft.front)


# --- what is tapped ---------------------------------------------------------------------------------------------------


def look(desk: Desk, who: Who, message: Message, *, edits: bool = False) -> Outcome:
    """The card as it will look; `edits`: and which side is to be written anew."""
    draft = _there(desk, who, message)
    if draft is None or not (draft.front and draft.back):
        return Outcome(toast=DraftOver())
    draft = drafts.keep(desk.db, replace(draft, stage="preview"))
    return Outcome(_view(desk, draft, edits=edits), message)


def ask_anew(desk: Desk, who: Who, side: str, message: Message) -> Outcome:
    """What is sent next takes the place of that side."""
    draft = _there(desk, who, message)
    if draft is None or not (draft.front and draft.back):
        return Outcome(toast=DraftOver())
    drafts.keep(desk.db, replace(draft, stage=side, asked_at=desk.now))
    return Outcome(AskSideView(side, anew=True), message)


def reverse(desk: Desk, who: Who, wanted: bool, message: Message) -> Outcome:
    """It will be two cards, or only the one."""
    draft = _there(desk, who, message)
    if draft is None:
        return Outcome(toast=DraftOver())
    return Outcome(_view(desk, drafts.keep(desk.db, replace(draft, reversed=wanted))), message)


def decks(desk: Desk, who: Who, at: int, message: Message) -> Outcome:
    """The decks that it may go to."""
    draft = _there(desk, who, message)
    if draft is None:
        return Outcome(toast=DraftOver())
    return Outcome(_decks_view(desk, who, draft.deck_id, at), message)


def _decks_view(desk: Desk, who: Who, deck_id: int | None, at: int = 0) -> DraftDecksView:
    there = starting.there(desk, who.chat_id)
    return DraftDecksView(who.chat_id, drafts.places(desk.db, who.learner_id), there, deck_id, at)


def to_deck(desk: Desk, who: Who, deck_id: int, message: Message) -> Outcome:
    """It will go to that deck."""
    draft = _there(desk, who, message)
    if draft is None:
        return Outcome(toast=DraftOver())
    if _place(desk, who, deck_id) is None:
        return Outcome(_decks_view(desk, who, draft.deck_id), message, toast=TakenOut())
    return Outcome(_view(desk, drafts.keep(desk.db, replace(draft, deck_id=deck_id))), message)


def ask_deck(desk: Desk, who: Who, message: Message) -> Outcome:
    """What is typed next is the name of a new deck for it."""
    if _there(desk, who, message) is None:
        return Outcome(toast=DraftOver())
    chats.change(desk.db, who.chat_id, asking=f"{_ASKING}{turns.latest_id(desk.db, who.chat_id)}", asked_in=None)
    return Outcome(AskDeckView(), message)


def cancel(desk: Desk, who: Who, message: Message) -> Outcome:
    """Nothing of it is kept."""
    draft = _there(desk, who, message)
    if draft is None:
        return Outcome(toast=DraftOver())
    drafts.drop(desk.db, who.learner_id)
    return Outcome(CancelledView(any(media_names((*draft.front, *draft.back)))), message)


def save(desk: Desk, who: Who, first_deck: str, message: Message) -> Outcome:
    """The card is in its deck, new for everybody who has that; tapped again, the same is shown.

    `first_deck`: how the first deck of one's own is called.
    """
    draft = _there(desk, who, message)
    guid = _guid(who, message)
    if draft is None or not (draft.front and draft.back):
        saved = drafts.saved_as(desk.db, who.learner_id, guid) if draft is None else None
        return Outcome(toast=DraftOver()) if saved is None else Outcome(_saved(desk, who, saved), message)
    deck_id = _deck_called(desk, who, first_deck) if draft.deck_id is None else draft.deck_id
    place = _place(desk, who, deck_id)
    if place is None:
        draft = drafts.keep(desk.db, replace(draft, deck_id=None))
        return Outcome(_view(desk, draft), message, toast=TakenOut())
    sides = [(draft.front, draft.back), *([(draft.back, draft.front)] if draft.reversed else [])]
    saved, *_ = drafts.save(desk.db, deck_id, guid, sides)
    drafts.drop(desk.db, who.learner_id)
    if place.own:
        chats.started(desk.db, who.chat_id, desk.now)
        chats.subscribe(desk.db, who.chat_id, deck_id, desk.now)
    planning.replan(desk, who.chat_id)
    return Outcome(_saved(desk, who, saved), message)


def take_back(desk: Desk, who: Who, card_id: int, message: Message) -> Outcome:
    """It is in no deck any more, unless somebody learns it already."""
    planning.here(desk, who.chat_id)
    added = drafts.added(desk.db, who.learner_id, card_id)
    card = cards.find(desk.db, card_id)
    if not added or card is None:
        return Outcome(toast=TakenOut())
    if drafts.is_remembered(desk.db, card.deck_id, added):
        return Outcome(SavedView(card, len(added) > 1, stays=True), message)
    drafts.take_out(desk.db, added, desk.now)
    planning.replan(desk, who.chat_id)
    return Outcome(SavedView(card, len(added) > 1, gone=True), message)


# --- how it stands ----------------------------------------------------------------------------------------------------


def _there(desk: Desk, who: Who, message: Message) -> Draft | None:
    """The card that this person writes, if it stands in this message."""
    planning.here(desk, who.chat_id)
    draft = drafts.find(desk.db, who.learner_id)
    return draft if draft is not None and draft.message_id == message.message_id else None


def _sent(desk: Desk, draft: Draft) -> Outcome:
    """The draft in a new message; the one where it stood before loses its buttons."""
    bare = () if draft.message_id is None else (Message(draft.message_id, "text"),)
    draft = drafts.keep(desk.db, replace(draft, message_id=None))
    return Outcome(_view(desk, draft), bare=bare)


def _missing(front: Content, back: Content) -> str:
    return "preview" if front and back else "back" if front else "front"


def _view(desk: Desk, draft: Draft, *, edits: bool = False) -> View:
    if draft.stage != "preview":
        return AskSideView(draft.stage, anew=bool(draft.front and draft.back))
    place = next((each for each in drafts.places(desk.db, draft.learner_id) if each.deck_id == draft.deck_id), None)
    return DraftView(draft.front, draft.back, "" if place is None else place.name, draft.reversed, edits)


def _place(desk: Desk, who: Who, deck_id: int) -> Place | None:
    return next((place for place in drafts.places(desk.db, who.learner_id) if place.deck_id == deck_id), None)


def _deck_called(desk: Desk, who: Who, name: str) -> int:
    """This person's own deck of that name; a new one if there is none."""
    for place in drafts.places(desk.db, who.learner_id):
        if place.own and place.name == name:
            return place.deck_id
    # A deck that is called otherwise by now may have come under that name.
    origin, number = name, 2
    while owned.sent_as(desk.db, who.learner_id, origin) is not None:
        origin, number = f"{name} {number}", number + 1
    return owned.add(desk.db, who.learner_id, name, origin)


def _saved(desk: Desk, who: Who, card_id: int) -> SavedView:
    card = cards.card(desk.db, card_id)
    return SavedView(card, len(drafts.added(desk.db, who.learner_id, card_id)) > 1, gone=card.archived)


def _guid(who: Who, message: Message) -> str:
    """The card that was saved from this message is known by it: a message is saved once."""
    return hashlib.sha256(f"{who.learner_id}:{message.message_id}".encode()).hexdigest()[:20]
