"""Which recordings belong beside a turn's message now, and which are to go."""

from collections.abc import Iterator

from msgspec import Struct

from bot.decks.content import Content, Hint, Points, Quote, Sound, walk
from bot.storage import cards, recordings, rounds, turns
from bot.storage.cards import StoredCard
from bot.storage.recordings import Recording
from bot.storage.turns import Turn
from bot.tutor import showing
from bot.tutor.desk import Desk

MOST_OF_A_SIDE = 4
"""More are left where the card names them."""


class Due(Struct, frozen=True):
    """A recording that is to be sent, pointing to the turn's message."""

    turn_id: int
    side: str
    place: int
    name: str
    deck_file: str
    thread_id: int | None
    reply_to: int


class Beside(Struct, frozen=True):
    """What is to happen beside a chat's messages: `over` goes, `due` comes. `turns` have some that stay or come."""

    over: tuple[Recording, ...]
    due: tuple[Due, ...]
    turns: frozenset[int]


def has_some(card: StoredCard) -> bool:
    """Whether there is anything to hear in a card."""
    return any(isinstance(block, Sound) for block in walk((*card.front, *card.back)))


def front(card: StoredCard) -> tuple[str, ...]:
    """What is heard with the question. What a hint hides is heard with the answer."""
    return tuple(dict.fromkeys(_open(card.front)))[:MOST_OF_A_SIDE]


def back(card: StoredCard) -> tuple[str, ...]:
    """What is heard with the answer, and was not with the question."""
    everything = (block.name for block in walk((*card.front, *card.back)) if isinstance(block, Sound))
    heard = front(card)
    unheard = [name for name in dict.fromkeys(everything) if name not in heard]
    # What was left out of many in front is no part of the answer.
    asked = set(_open(card.front))
    return tuple([name for name in unheard if name not in asked])[:MOST_OF_A_SIDE]


def all_in(content: Content) -> tuple[str, ...]:
    """What is heard where both sides stand, hints as well."""
    names = [block.name for block in walk(content) if isinstance(block, Sound)]
    return tuple(dict.fromkeys(names))[: 2 * MOST_OF_A_SIDE]


def _open(content: Content) -> Iterator[str]:
    """Names that no hint hides, in order."""
    for block in content:
        match block:
            case Sound(name):
                yield name
            case Points(items):
                for item in items:
                    yield from _open(item)
            case Quote(inner):
                yield from _open(inner)
            case Hint():
                pass


def beside(desk: Desk, chat_id: int, turn_id: int | None, standing: frozenset[int]) -> Beside:
    """What is to go and to come in a chat in which that turn was drawn (None: none with recordings).

    `standing`: the turns with recordings there, as far as is known. A group's stay with its last card until the next.
    """
    found = {each: turns.find(desk.db, each) for each in standing | ({turn_id} if turn_id is not None else set())}
    there = {each: turn for each, turn in found.items() if turn is not None}
    latest = turns.latest_in(desk.db, chat_id)
    over = {each for each, turn in there.items() if not _stays(desk, turn, latest)}
    sent = recordings.of_turns(desk.db, there)
    drawn = None if turn_id is None or turn_id in over else there.get(turn_id)
    due = (
        ()
        if drawn is None
        else _due(desk, drawn, {(each.side, each.place) for each in sent if each.turn_id == turn_id})
    )
    stay = {each.turn_id for each in sent if each.turn_id not in over} | {each.turn_id for each in due}
    return Beside(tuple([each for each in sent if each.turn_id in over]), due, frozenset(stay))


def _stays(desk: Desk, turn: Turn, latest: Turn | None) -> bool:
    """Whether a turn may be heard: it is open, or the last of a group and of no round that has ended."""
    if turn.is_open:
        return True
    if turn.learner_id is not None or latest is None or latest.turn_id != turn.turn_id:
        return False
    current = None if turn.round_id is None else rounds.find(desk.db, turn.round_id)
    return current is None or current.ended_at is None


def _due(desk: Desk, turn: Turn, sent: set[tuple[str, int]]) -> tuple[Due, ...]:
    if turn.message_id is None:
        return ()
    card = cards.card(desk.db, turn.card_id)
    # In a group nobody hears the answer before it stands there for all.
    shown = showing.is_shown(turn, card) if turn.learner_id is not None else not turn.is_open
    names = [("front", front(card)), ("back", back(card) if shown else ())]
    return tuple(
        [
            Due(turn.turn_id, side, place, name, card.deck_file, turn.thread_id, turn.message_id)
            for side, heard in names
            for place, name in enumerate(heard)
            if (side, place) not in sent
        ]
    )


def claim(desk: Desk, due: Due, chat_id: int) -> bool:
    """Whether it is this call's to send: only once, whatever happens to it."""
    turn = turns.find(desk.db, due.turn_id)
    if turn is None or not _stays(desk, turn, turns.latest_in(desk.db, turn.chat_id)):
        return False
    return recordings.claim(desk.db, due.turn_id, due.side, due.place, chat_id)


def stands_in(desk: Desk, due: Due, chat_id: int, message_id: int) -> bool:
    """It was sent; whether its turn is still there for it."""
    recordings.stands_in(desk.db, due.turn_id, due.side, due.place, chat_id, message_id)
    turn = turns.find(desk.db, due.turn_id)
    return turn is not None and _stays(desk, turn, turns.latest_in(desk.db, turn.chat_id))


def give_back(desk: Desk, due: Due) -> None:
    """It surely was not sent, and may be when the turn is drawn next."""
    recordings.give_back(desk.db, due.turn_id, due.side, due.place)


def taken_away(desk: Desk, turn_ids: frozenset[int]) -> None:
    """Those of these turns are gone from their chats, or stay there for good."""
    recordings.remove(desk.db, turn_ids)


def standing(desk: Desk) -> list[tuple[int, int, bool]]:
    """Chat and turn of all that was not taken away, and whether the turn is closed."""
    return recordings.standing(desk.db)


def all_of(desk: Desk, turn_ids: frozenset[int]) -> list[Recording]:
    """What was sent with these turns."""
    return recordings.of_turns(desk.db, turn_ids)
