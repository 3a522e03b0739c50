"""A race: which cards it can be made of, what stands on its buttons, and one member's answer."""

from collections.abc import Mapping
from random import Random

from msgspec import Struct

from bot.storage import cards, chats, gathering, members, races, reviews, rounds, turns
from bot.storage.chats import Chat
from bot.storage.rounds import Round
from bot.storage.turns import Message, Turn
from bot.study import hours
from bot.study import round as rules
from bot.study.memory import Grade
from bot.study.round import RACE, Field
from bot.tutor import asking, choosing, flip, group, planning, topics
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.round_toasts import Raced, RacedBefore
from bot.tutor.toasts import GroupClosed, NoLonger


def decks_here(desk: Desk, chat_id: int, thread_id: int | None) -> frozenset[int]:
    """The decks that a round in this topic has its cards from unless one is chosen: all, where none belongs there."""
    return topics.asked_in(desk, chat_id, thread_id) or frozenset(chats.subscribed(desk.db, chat_id))


def decks_of(desk: Desk, current: Round) -> frozenset[int]:
    """The decks that the round's cards come from."""
    if current.deck_id is None:
        return decks_here(desk, current.chat_id, current.thread_id)
    return frozenset({current.deck_id}) & frozenset(chats.subscribed(desk.db, current.chat_id))


Fields = Mapping[int, Field]
"""What a race's options are drawn from, by deck."""


def fields(desk: Desk, round_id: int) -> Fields:
    """Those of a round's decks. Large decks take a while, and nothing is written: to be looked at once for a round."""
    current = rounds.find(desk.db, round_id)
    decks = frozenset[int]() if current is None else decks_of(desk, current)
    return {deck_id: Field.of(races.sides(desk.db, deck_id)) for deck_id in decks}


def available(desk: Desk, round_id: int) -> int:
    """How many cards the round can have as it is set up. It takes as long as `fields`."""
    current = rounds.find(desk.db, round_id)
    if current is None:
        return 0
    if current.form == RACE:
        return sum(len(field.askable) for field in fields(desk, round_id).values())
    return len(rounds.questions(desk.db, decks_of(desk, current)) - _put_today(desk, current.chat_id))


def _put_today(desk: Desk, chat_id: int) -> frozenset[int]:
    chat = chats.find(desk.db, chat_id)
    assert chat is not None, "a round has its group"
    since = hours.day_starts_at(desk.moment_of(chat).day, desk.zone_of(chat), chat.rollover_hour)
    return turns.put_since(desk.db, chat_id, since)


class Chosen(Struct, frozen=True):
    """The card that a round asks next, and in a race the cards that can be offered beside it."""

    card_id: int
    field: Field | None = None


def choose(desk: Desk, current: Round, fields: Fields) -> Chosen | None:
    """The round's next card: the group's choice; None if there is none left. `fields`: a race's, as looked at before.

    No card comes twice in a round. In a flip none was put today. In a race of a deck that small, those that were put
    longest ago come again: it is played for the answers, and only a card that is due counts.
    """
    chat = chats.ensure(desk.db, current.chat_id, "group")
    decks = decks_of(desk, current)
    if current.form == RACE:
        return _choose_raced(desk, chat, current, {deck: field for deck, field in fields.items() if deck in decks})
    card_id = choosing.choose(desk, chat, decks)
    return None if card_id is None else Chosen(card_id)


def _choose_raced(desk: Desk, chat: Chat, current: Round, fields: Fields) -> Chosen | None:
    asked = unfit = rounds.asked(desk.db, current.round_id)
    decks = frozenset(fields)
    while (card_id := choosing.choose(desk, chat, decks, unfit)) is not None:
        deck_id = cards.card(desk.db, card_id).deck_id
        if card_id in (askable := fields[deck_id].askable):
            return Chosen(card_id, fields[deck_id])
        # No other card of this deck that cannot be asked is worth a look.
        unfit |= rounds.questions(desk.db, frozenset({deck_id})) - askable
    last = gathering.last_put(desk.db, current.chat_id)
    # The fields may be of before a deck file was changed.
    left = rounds.questions(desk.db, decks) - asked
    again = [Chosen(card_id, field) for field in fields.values() for card_id in field.askable & left]
    return min(again, key=lambda each: (last.get(each.card_id, 0), each.card_id), default=None)


def offer(desk: Desk, turn: Turn, field: Field) -> None:
    """What stands on the turn's buttons, drawn and shuffled by its id."""
    dice = Random(turn.turn_id)  # noqa: S311 chance that can be repeated, no secret
    races.offer(desk.db, turn.turn_id, field.options(turn.card_id, dice))


def answer(desk: Desk, who: Who, turn_id: int, choice: int, message: Message) -> Outcome:
    """One attempt of this member alone: whether it was right, and what it brought.

    It is a review where the card was due for this member (wrong: Again, right: Good), and nowhere else.
    """
    turn = turns.find(desk.db, turn_id)
    if turn is None or turn.chat_id != who.chat_id or turn.round_id is None:
        return Outcome(toast=NoLonger())
    offered = races.options(desk.db, turn_id)
    there = turns.on_message(desk.db, turn.chat_id, message.message_id)
    if not 0 <= choice < len(offered) or (there is not None and there.turn_id != turn_id):
        return Outcome(toast=NoLonger())
    given = races.given(desk.db, turn_id, who.learner_id)
    if given is not None:
        return Outcome(toast=RacedBefore(given is not Grade.AGAIN))
    if not turn.is_open:
        return Outcome(group.view(desk, turn), message, toast=GroupClosed())
    return _answer(desk, who, turn, choice, right=offered[choice] == turn.card_id, message=message)


def _answer(desk: Desk, who: Who, turn: Turn, choice: int, *, right: bool, message: Message) -> Outcome:
    assert turn.round_id is not None, "only asked of a race's turn"
    learner = desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    members.take_part(desk.db, who.chat_id, who.learner_id, who.name, desk.now)
    rounds.join(desk.db, turn.round_id, who.learner_id, desk.now)
    where = group.stand(desk, turn, message)
    grade = Grade.GOOD if right else Grade.AGAIN
    before = races.right_so_far(desk.db, turn.turn_id)
    if not races.give(desk.db, turn.turn_id, who.learner_id, choice, grade, desk.now):
        return Outcome(toast=NoLonger())
    points = 0
    if right:
        points = rules.points(before, races.streak(desk.db, turn.round_id, who.learner_id))
        races.score(desk.db, turn.round_id, who.learner_id, points)
    back = None
    if rules.counts(reviews.memory(desk.db, who.learner_id, turn.card_id), learner.moment):
        back = asking.review(desk, who.learner_id, turn, grade, "group")
        if flip.is_suspended(desk, learner, turn.card_id):
            # It counts, but nothing brings the card back by itself.
            back = None
    hurry(desk, turn)
    return Outcome(group.view(desk, turn), where, toast=Raced(right, points, back))


def hurry(desk: Desk, turn: Turn) -> None:
    """The card is over in a moment, in which who is not in may just be tapping, once nobody else is waited for. The
    first one has its time: it brings in whoever answers.
    """
    assert turn.round_id is not None, "only asked of a race's turn"
    if races.is_answered_by_all(desk.db, turn) and rounds.place_of(desk.db, turn) > 1:
        rounds.hurry(desk.db, turn.round_id, desk.now + rules.GRACE)
