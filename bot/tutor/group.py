"""A card put to a group: begun, seen by all with its tally, closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from msgspec import Struct

from bot.decks import names
from bot.storage import answers, cards, chats, marks, owned, pushes, rounds, turns
from bot.storage.cards import StoredDeck
from bot.storage.chats import Chat
from bot.storage.database import attempt
from bot.storage.turns import Message, Turn
from bot.study import hours
from bot.study import turn as rules
from bot.study.round import READING
from bot.tutor import asking, choosing, live, naming, planning, starting, topics
from bot.tutor.deck_views import WhichDeckView
from bot.tutor.desk import Desk
from bot.tutor.naming import Called
from bot.tutor.outcomes import GroupNothingView, GroupSetupView, GroupTurnView, Outcome, Tally, Who
from bot.tutor.toasts import StillOpen, TakenOut


class Closed(Struct, frozen=True):
    """A group's turn that is over: its message is to be drawn with the answer."""

    chat_id: int
    turn_id: int


class Redrawn(Struct, frozen=True):
    """A group's turn as it is to be drawn in its message."""

    message: Message
    thread_id: int | None
    view: GroupTurnView


def setup_view(desk: Desk, chat_id: int, *, quiz: bool, at: int = 0) -> GroupSetupView:
    return GroupSetupView(
        decks=tuple(cards.decks(desk.db, chat_id)),
        subscribed=frozenset(chats.subscribed(desk.db, chat_id)),
        quiz=quiz,
        at=at,
        archived=owned.archived_for(desk.db, chat_id) if quiz else (),
    )


def quiz(
    desk: Desk, who: Who, wanted: str | int, thread_id: int | None, insists: bool, called: Called
) -> tuple[Outcome, Closed | None]:
    """A card for everybody, and the turn before it if that closes; while the open one is fresh it is pointed to.

    `wanted`: the name of a deck, as it was typed, or its id; empty: of all. `insists`: who began the open turn may end
    it at once.
    """
    chats.ensure(desk.db, who.chat_id, "group")
    if not marks.first_time(desk.db, who.update_id, desk.now):
        return unsent(desk, who.chat_id), None
    chats.started(desk.db, who.chat_id, desk.now)
    planning.here(desk, who.chat_id)
    if (going := live.running(desk, who.chat_id)) is not None:
        return Outcome(None, going.where, toast=going.toast), None
    own = chats.subscribed(desk.db, who.chat_id)
    if isinstance(wanted, int):
        if wanted not in own:
            return Outcome(toast=TakenOut()), None
        named = frozenset((wanted,))
    else:
        found = naming.meant_by(desk, who, wanted, called) if wanted else None
        fits = [deck for deck in found.decks if deck.deck_id in own] if found else []
        if not own or (wanted and not fits):
            return Outcome(setup_view(desk, who.chat_id, quiz=True)), None
        if found and not found.tree and len(fits) > 1:
            return which(desk, who, wanted, fits, "quiz"), None
        named = frozenset(deck.deck_id for deck in fits)
    before = turns.open_in(desk.db, who.chat_id)
    if before is not None and not (insists and before.asked_by == who.learner_id):
        left = before.opened_at + rules.PATIENCE - desk.now
        if left > timedelta(0):
            where, place = asking.standing_in(before), topics.elsewhere(desk, before, thread_id)
            return Outcome(None, where, toast=StillOpen(max(1, round(left.total_seconds())), place)), None
    topics.reopened(desk, who.chat_id, thread_id)
    decks = named or topics.asked_in(desk, who.chat_id, thread_id)
    if not decks:
        return Outcome(GroupNothingView(elsewhere=True)), None
    closed = None if before is None else close(desk, before)
    return begin(desk, who, decks, thread_id), closed


def which(desk: Desk, who: Who, typed: str, decks: Sequence[StoredDeck], wanted: str) -> Outcome:
    """Several of the group's decks may be meant by what was typed. `wanted`: quiz or round."""
    every = starting.there(desk, who.chat_id)
    return Outcome(WhichDeckView(who.chat_id, typed, tuple(decks), mine=True, group=wanted, there=every))


def unsent(desk: Desk, chat_id: int) -> Outcome:
    """The open turn, if it stands nowhere: a crash came in between, or its message stayed behind in another chat."""
    turn = turns.open_in(desk.db, chat_id)
    return Outcome() if turn is None or turn.message_id is not None else Outcome(view(desk, turn), silent=True)


def begin(
    desk: Desk, who: Who, decks: frozenset[int], thread_id: int | None, message: Message | None = None
) -> Outcome:
    """A card of these decks, put to everybody in this topic."""
    chat = chats.ensure(desk.db, who.chat_id, "group")
    card_id = choosing.choose(desk, chat, decks)
    if card_id is None:
        some = decks != frozenset(chats.subscribed(desk.db, chat.chat_id))
        return Outcome(GroupNothingView(len(decks), some=some, since=_since(desk, chat)))
    turn = turns.begin(
        desk.db,
        chat_id=chat.chat_id,
        card_id=card_id,
        asked_by=who.learner_id,
        thread_id=thread_id,
        closes_at=_time_of(chat, desk.now),
        message=message,
        at=desk.now,
    )
    return Outcome(view(desk, turn))


def _since(desk: Desk, chat: Chat) -> time | None:
    """When the group's next study day begins, if that is today by its clock."""
    zone = desk.zone_of(chat)
    begins_at, here = hours.local(desk.moment_of(chat).day_ends_at, zone), hours.local(desk.now, zone)
    return begins_at.time() if begins_at.date() == here.date() else None


def _time_of(chat: Chat, opened_at: datetime) -> datetime:
    return opened_at + timedelta(minutes=chat.group_minutes)


def planned_end(desk: Desk, turn: Turn) -> datetime | None:
    """When a turn of no round closes if not everybody grades who is waited for; None: when the next one comes."""
    if pushes.of_turn(desk.db, turn.turn_id) is not None:
        return None
    return _time_of(chats.ensure(desk.db, turn.chat_id, "group"), turn.opened_at)


def push(desk: Desk, chat: Chat) -> tuple[Turn, Closed | None] | None:
    """The turn of a group's push, open until the next turn, and the one it ends; None if no card is left."""
    card_id = choosing.choose(desk, chat)
    if card_id is None:
        return None
    before = turns.open_in(desk.db, chat.chat_id)
    closed = None if before is None else close(desk, before)
    thread_id = topics.of_card(desk, chat.chat_id, card_id)
    return turns.begin(desk.db, chat_id=chat.chat_id, card_id=card_id, thread_id=thread_id, at=desk.now), closed


def close(desk: Desk, turn: Turn) -> Closed | None:
    """The turn is over; what is to be drawn, if it ever stood anywhere."""
    turns.close(desk.db, turn.turn_id, "closed", desk.now)
    return None if asking.standing_in(turn) is None else Closed(turn.chat_id, turn.turn_id)


def close_due(desk: Desk) -> tuple[list[Closed], list[Exception]]:
    """The turns whose time is over, closed now; and our faults at those that stay open, which keep no other open."""
    found: list[Closed] = []
    faults: list[Exception] = []
    for turn in turns.closing(desk.db, desk.now):

        def close_one(turn: Turn = turn) -> None:
            closed = close(desk, turn)
            if closed is not None:
                found.append(closed)

        fault = attempt(desk.db, close_one)
        if fault is not None:
            faults.append(fault)
    return found, faults


def undrawn(desk: Desk) -> list[Closed]:
    """After a start: turns that were closed and whose message may still show the question."""
    return [Closed(turn.chat_id, turn.turn_id) for turn in turns.undrawn(desk.db, desk.now - timedelta(days=2))]


def drawn(desk: Desk, turn_id: int) -> None:
    """The closed turn's message shows its answer; a round goes on when there was time to read it."""
    turns.bare(desk.db, turn_id)
    turn = turns.find(desk.db, turn_id)
    current = None if turn is None or turn.round_id is None else rounds.find(desk.db, turn.round_id)
    if current is not None and current.stage == "reading" and turn == rounds.turn_of(desk.db, current.round_id):
        rounds.enter(desk.db, current.round_id, "reading", desk.now + READING)


def view(desk: Desk, turn: Turn) -> GroupTurnView:
    """The turn as the whole group may see it now."""
    given, card = answers.given(desk.db, turn.turn_id), cards.card(desk.db, turn.card_id)
    return GroupTurnView(
        chat_id=turn.chat_id,
        turn_id=turn.turn_id,
        card=card,
        closed=not turn.is_open,
        tally=Tally(given.looked, given.graded, given.knew),
        grades=turn.grades,
        head=planning.head_of(desk, turn.turn_id),
        live=live.of_turn(desk, turn),
        alike=alike(desk, turn.chat_id, card.deck_id),
    )


def alike(desk: Desk, chat_id: int, deck_id: int) -> Mapping[int, str]:
    """What all decks are called that the group can have, by id, if others that it has read the same as this one."""
    had = cards.names_had(desk.db, chat_id)
    meant = names.folded(had.get(deck_id, ""))
    many = sum(names.folded(name) == meant for name in had.values())
    return cards.names(desk.db, chat_id) if many > 1 else {}


def stand(desk: Desk, turn: Turn, tapped: Message) -> Message:
    """Where the turn stands: the tapped message if none is known yet. A payload alone draws it over no other."""
    known = asking.standing_in(turn)
    if known is not None and known.message_id != tapped.message_id:
        return known
    asking.stand(desk, turn, tapped)
    return tapped


def redraw(desk: Desk, turn_id: int) -> Redrawn | None:
    """What a group's turn shows now; None where it stands nowhere, or shows its end already, which does not change."""
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.learner_id is not None or not (turn.is_open or turn.buttons):
        return None
    where = asking.standing_in(turn)
    return None if where is None else Redrawn(where, turn.thread_id, view(desk, turn))
