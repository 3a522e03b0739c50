"""A live round's steps: each is taken when it is due, written down, and then shown."""

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from bot.storage import answers, chats, races, rounds, turns
from bot.storage.rounds import Round
from bot.storage.turns import Message, Turn
from bot.study import round as rules
from bot.study.round import RACE
from bot.tutor import group, racing
from bot.tutor import rounds as asks
from bot.tutor.desk import Desk
from bot.tutor.group import Closed
from bot.tutor.live import RoundLobbyView, RoundTableView
from bot.tutor.outcomes import GroupTurnView
from bot.tutor.racing import Fields

# An ended round's table is due as the round ends; so much later once it was given to be sent.
GIVEN = timedelta(milliseconds=1)


class Due(Struct, frozen=True):
    """A round whose next step is due. `late`: by so much that it ends. `new`: the step brings a new message.

    `races`: it needs what a race's options are drawn from.
    """

    round_id: int
    chat_id: int
    late: bool
    new: bool
    races: bool


class Ask(Struct, frozen=True):
    """A card to be sent now. `closed`: the card before it; `lobby`: the lobby, which is over, and where it stands."""

    chat_id: int
    thread_id: int | None
    turn_id: int
    view: GroupTurnView
    silent: bool
    closed: Closed | None = None
    lobby: tuple[RoundLobbyView, Message] | None = None


class Answer(Struct, frozen=True):
    """A card whose time is over: its answer is to be shown, if it ever stood anywhere."""

    closed: Closed | None


class Table(Struct, frozen=True):
    """The round's end, to be sent. `silent`: it may stand there already; `closed`: the card that was open; `lobby`: as
    in Ask.
    """

    chat_id: int
    thread_id: int | None
    view: RoundTableView
    silent: bool
    closed: Closed | None = None
    lobby: tuple[RoundLobbyView, Message] | None = None


class GivenUp(Struct, frozen=True):
    """A round that was set up and never started; its message says so."""

    chat_id: int
    thread_id: int | None
    view: RoundTableView
    where: Message


Step = Ask | Answer | Table | GivenUp


def due(desk: Desk) -> list[Due]:
    """The rounds whose next step is due, longest waiting first."""
    return [
        Due(
            each.round_id,
            each.chat_id,
            late=each.next_at is not None and rules.is_late(each.next_at, desk.now),
            new=each.stage != "setup" and not _is_asked(desk, each),
            races=each.form == RACE and each.stage in ("lobby", "reading"),
        )
        for each in rounds.due(desk.db, desk.now)
    ]


def _is_asked(desk: Desk, current: Round) -> bool:
    """Whether its card stands there, so that the next step is to close it."""
    turn = rounds.turn_of(desk.db, current.round_id) if current.stage == "asking" else None
    return turn is not None and turn.message_id is not None


def take(desk: Desk, round_id: int, late: bool, fields: Fields) -> Step | None:
    """The round's next step, written down; None if another came before it. `fields`: as `racing.fields` gave them."""
    current = rounds.find(desk.db, round_id)
    if current is None or current.next_at is None or current.next_at > desk.now:
        return None
    chat = chats.find(desk.db, current.chat_id)
    if chat is None or chat.gone_at is not None:
        refused(desk, round_id)
        return None
    if not current.is_open:
        return _ended(desk, current)
    if current.stage == "setup":
        rounds.end(desk.db, round_id, "silent", desk.now, None)
        over = rounds.get(desk.db, round_id)
        if current.message is None:
            return None
        return GivenUp(current.chat_id, current.thread_id, asks.table(desk, over), current.message)
    if late:
        return _end(desk, current, "interrupted")
    if current.stage == "asking":
        return _asked(desk, current)
    if current.stage == "reading" and _is_undrawn(desk, current):
        # The pace has not let the answer out yet; there is time to read it once it stands there.
        rounds.enter(desk.db, round_id, "reading", desk.now + rules.READING)
        return None
    if current.place >= current.cards:
        return _end(desk, current, "done")
    return _end(desk, current, "silent") if current.unanswered >= rules.SILENT else _next(desk, current, fields)


def _is_undrawn(desk: Desk, current: Round) -> bool:
    turn = rounds.turn_of(desk.db, current.round_id)
    if turn is None or turn.closed_at is None or turn.message_id is None or not turn.buttons:
        return False
    return not rules.is_late(turn.closed_at, desk.now)


def _asked(desk: Desk, current: Round) -> Step | None:
    """What follows a card that was asked: it is sent if it stands nowhere, else its time is over."""
    turn = rounds.turn_of(desk.db, current.round_id)
    assert turn is not None, "a card was asked"
    if turn.is_open and turn.message_id is None:
        return Ask(current.chat_id, turn.thread_id, turn.turn_id, group.view(desk, turn), silent=True)
    if turn.is_open and current.next_at is not None and current.next_at <= turn.opened_at:
        # Somebody tapped it before it was written down where it stands, and then the process died.
        _begins(desk, turn)
        return None
    rounds.answered(desk.db, current.round_id, bool(answers.of_turn(desk.db, turn.turn_id)))
    if current.form == RACE:
        races.end_streaks(desk.db, current.round_id, turn.turn_id)
    rounds.enter(desk.db, current.round_id, "reading", desk.now + rules.READING)
    return Answer(group.close(desk, turn) if turn.is_open else None)


def _next(desk: Desk, current: Round, fields: Fields) -> Step:
    chosen = racing.choose(desk, current, fields)
    if chosen is None:
        return _end(desk, current, "done" if current.place else "empty")
    before = turns.open_in(desk.db, current.chat_id)
    closed = None if before is None else group.close(desk, before)
    turn = turns.begin(
        desk.db,
        chat_id=current.chat_id,
        card_id=chosen.card_id,
        asked_by=current.host_id,
        thread_id=current.thread_id,
        round_id=current.round_id,
        at=desk.now,
    )
    if chosen.field is not None:
        racing.offer(desk, turn, chosen.field)
    rounds.ask(desk.db, current.round_id, desk.now)
    view, lobby = group.view(desk, turn), _lobby_over(desk, current)
    return Ask(current.chat_id, current.thread_id, turn.turn_id, view, False, closed, lobby)


def _lobby_over(desk: Desk, current: Round) -> tuple[RoundLobbyView, Message] | None:
    """The lobby without its buttons, once it has ended."""
    if current.stage != "lobby" or current.message is None:
        return None
    return asks.lobby_view(desk, rounds.get(desk.db, current.round_id)), current.message


def _end(desk: Desk, current: Round, why: str) -> Table:
    closed = asks.close_turn(desk, current.round_id)
    rounds.end(desk.db, current.round_id, why, desk.now, desk.now)
    over = _ended(desk, rounds.get(desk.db, current.round_id))
    return replace(over, closed=closed, lobby=_lobby_over(desk, current))


def _ended(desk: Desk, over: Round) -> Table:
    """The table, which from now on was given to be sent."""
    assert over.ended_at is not None, "only asked of a round that ended"
    table = Table(over.chat_id, over.thread_id, asks.table(desk, over), silent=over.next_at != over.ended_at)
    rounds.enter(desk.db, over.round_id, over.stage, over.ended_at + GIVEN)
    return table


def stood(desk: Desk, turn_id: int, message: Message) -> Closed | None:
    """The card stands there, and its time begins; what is to be drawn if the round was stopped meanwhile."""
    turns.stands_in(desk.db, turn_id, message)
    turn = turns.get(desk.db, turn_id)
    if not turn.is_open:
        return Closed(turn.chat_id, turn.turn_id)
    _begins(desk, turn)
    return None


def _begins(desk: Desk, turn: Turn) -> None:
    assert turn.round_id is not None, "only asked of a round's turn"
    current = rounds.get(desk.db, turn.round_id)
    rounds.stood(desk.db, turn, rules.asked_until(desk.now, current.seconds), desk.now)
    if current.form == RACE:
        # They may have answered while it was sent.
        racing.hurry(desk, turn)


def told(desk: Desk, round_id: int, message: Message) -> None:
    """The table stands in this message."""
    rounds.told(desk.db, round_id, message)


def refused(desk: Desk, round_id: int) -> None:
    """The group no longer has the bot, or takes nothing from it: the round ends, and nothing more is said."""
    asks.close_turn(desk, round_id)
    rounds.end(desk.db, round_id, "interrupted", desk.now, None)
    rounds.told(desk.db, round_id, None)
