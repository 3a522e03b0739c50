"""What can be seen of a live round: plain values that the chat draws."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from bot.decks.content import Content
from bot.storage import cards, races, rounds
from bot.storage.cards import StoredDeck
from bot.storage.rounds import Result, Round
from bot.storage.turns import Message, Turn
from bot.study import round as rules
from bot.tutor.desk import Desk
from bot.tutor.round_toasts import RoundGoing


class Live(Struct, frozen=True):
    """The round that a group's turn belongs to.

    Attributes:
        place: of the card, from 1.
        players: how many are in.
        options: a race's, in the order of the buttons; empty in a flip.
        right: the place of the right option (from 0); None as long as the card is open.
        first: the name of who had it right first, once the card is closed; None if nobody had.
    """

    round_id: int
    place: int
    cards: int
    seconds: int
    players: int
    options: tuple[Content, ...] = ()
    right: int | None = None
    first: str | None = None


class RoundSetupView(Struct, frozen=True):
    """A round as its host sets it up. `at`: the deck at which a long list is open; `why`: it cannot begin like this;
    `there`: as WhichDeckView.
    """

    round: Round
    decks: tuple[StoredDeck, ...]
    at: int = 0
    why: str = ""
    there: tuple[StoredDeck, ...] = ()


class RoundLobbyView(Struct, frozen=True):
    """A round that was started and who is in; the deck's name, empty for all the group's decks. `alike`: as
    GroupTurnView.
    """

    round: Round
    deck: str
    players: Sequence[str]
    alike: Mapping[int, str]


class RoundTableView(Struct, frozen=True):
    """A round's end: why, how many cards were asked, and what everybody came to, best first, with their places."""

    round: Round
    results: tuple[tuple[int, Result], ...]


class NothingMissedView(Struct, frozen=True):
    """There is nothing to go through again. `played`: this person took part in that round."""

    played: bool


RoundView = RoundSetupView | RoundLobbyView | RoundTableView | NothingMissedView


class Going(Struct, frozen=True):
    """That a round goes on, and where its card or its lobby stands."""

    toast: RoundGoing
    where: Message | None


def running(desk: Desk, chat_id: int) -> Going | None:
    """The round that goes on in a group, to be pointed to; None if there is none."""
    current = rounds.running_in(desk.db, chat_id)
    return None if current is None else pointed(desk, current)


def pointed(desk: Desk, current: Round) -> Going:
    """A round, whether it goes on or is still set up."""
    turn = rounds.turn_of(desk.db, current.round_id) if current.stage == "asking" else None
    where = current.message
    if turn is not None and turn.message_id is not None:
        where = Message(turn.message_id, turn.media or "text")
    return Going(RoundGoing(current.is_running, current.thread_id), where)


def of_turn(desk: Desk, turn: Turn) -> Live | None:
    """The round of a group's turn as its card shows it; None for a card of no round."""
    if turn.round_id is None:
        return None
    current = rounds.get(desk.db, turn.round_id)
    offered = races.options(desk.db, turn.turn_id)
    over = not turn.is_open and bool(offered)
    return Live(
        round_id=current.round_id,
        place=rounds.place_of(desk.db, turn),
        cards=current.cards,
        seconds=current.seconds,
        players=len(rounds.players(desk.db, current)),
        options=tuple(rules.offered(cards.card(desk.db, card_id).back) for card_id in offered),
        right=offered.index(turn.card_id) if over else None,
        first=races.first_right(desk.db, turn.turn_id) if over else None,
    )
