"""A live round as its host sets it up, people come to it, and it is stopped; and what each missed in it."""

from msgspec.structs import replace

from bot.storage import cards, chats, marks, members, rounds, sessions, turns
from bot.storage.cards import StoredDeck
from bot.storage.rounds import Round
from bot.storage.turns import Message
from bot.study import round as rules
from bot.study.round import FLIP, FORMS, PACES, RACE
from bot.tutor import asking, group, live, naming, planning, racing, starting
from bot.tutor.desk import Desk
from bot.tutor.group import Closed
from bot.tutor.live import NothingMissedView, RoundLobbyView, RoundSetupView, RoundTableView
from bot.tutor.naming import Called
from bot.tutor.outcomes import Outcome, Who
from bot.tutor.round_toasts import HostOnly, Joined, Missed, RoundGoing, RoundOver, RoundStopped
from bot.tutor.toasts import TakenOut


def set_up(desk: Desk, who: Who, wanted: str | int, thread_id: int | None, called: Called, *, person: bool) -> Outcome:
    """A round to be set up in this topic; where one goes on, that is pointed to.

    `wanted`: the name of a deck, as it was typed, or its id; empty: none; where several fit, it is asked which.
    `person`: who speaks is a person, not the group or a channel: the host.
    """
    chats.ensure(desk.db, who.chat_id, "group")
    first = marks.first_time(desk.db, who.update_id, desk.now)
    current = rounds.open_in(desk.db, who.chat_id)
    if not first:
        return Outcome() if current is None else unsent(desk, current)
    chats.started(desk.db, who.chat_id, desk.now)
    planning.here(desk, who.chat_id)
    if current is not None:
        return _again(desk, who, current)
    own = chats.subscribed(desk.db, who.chat_id)
    if isinstance(wanted, int):
        if wanted not in own:
            return Outcome(toast=TakenOut())
        named = [wanted]
    else:
        if not own:
            return Outcome(group.setup_view(desk, who.chat_id, quiz=False))
        fits = _named(desk, who, wanted, called) if wanted else []
        if len(fits) > 1:
            return group.which(desk, who, wanted, fits, "round")
        named = [deck.deck_id for deck in fits]
    if person:
        desk.learner(who.learner_id)
    here = named or list(racing.decks_here(desk, who.chat_id, thread_id))
    begun = rounds.begin(
        desk.db,
        chat_id=who.chat_id,
        thread_id=thread_id,
        host_id=who.learner_id if person else None,
        form=FLIP,
        deck_id=here[0] if len(here) == 1 else None,
        cards=rules.CARDS[0],
        seconds=rules.NORMAL,
        next_at=desk.now + rules.SETUP,
        at=desk.now,
    )
    return Outcome(_setup_view(desk, begun))


def _named(desk: Desk, who: Who, typed: str, called: Called) -> list[StoredDeck]:
    """The group's decks that may be meant. A round has one: the name of a tree means the deck at its root, if any."""
    found, own = naming.meant_by(desk, who, typed, called), chats.subscribed(desk.db, who.chat_id)
    named = [deck for deck in found.decks if deck.deck_id in own]
    root = [deck for deck in named if deck.name == found.tree]
    return root or named


def _again(desk: Desk, who: Who, current: Round) -> Outcome:
    """Somebody asks for a round where there is one: it is pointed to; its host has what is set up at hand again."""
    lost = unsent(desk, current)
    if lost.view is not None and desk.now - current.began_at > rules.UNDER_WAY:
        return lost
    if current.stage == "setup" and current.message is not None and who.learner_id == current.host_id:
        return Outcome(_setup_view(desk, current), bare=(current.message,))
    going = live.pointed(desk, current)
    return Outcome(None, going.where, toast=going.toast)


def unsent(desk: Desk, current: Round) -> Outcome:
    """The setup or the lobby, if it stands nowhere: a crash came in between, or its message is in another chat now."""
    if current.message is not None or current.stage not in ("setup", "lobby"):
        return Outcome()
    return Outcome(_setup_view(desk, current) if current.stage == "setup" else lobby_view(desk, current), silent=True)


def unsent_in(desk: Desk, chat_id: int) -> Outcome:
    """The setup or the lobby of this group's round, if it stands nowhere."""
    current = rounds.open_in(desk.db, chat_id)
    return Outcome() if current is None else unsent(desk, current)


def _setup_view(desk: Desk, current: Round, at: int = 0, why: str = "") -> RoundSetupView:
    own, there = chats.subscribed(desk.db, current.chat_id), starting.there(desk, current.chat_id)
    return RoundSetupView(current, tuple(deck for deck in there if deck.deck_id in own), at, why, there)


def lobby_view(desk: Desk, current: Round) -> RoundLobbyView:
    """The round that was started, and who is in."""
    deck = None if current.deck_id is None else cards.deck(desk.db, current.deck_id, current.chat_id)
    name, players = "" if deck is None else deck.name, rounds.players(desk.db, current)
    return RoundLobbyView(current, name, players, group.alike(desk, current.chat_id, current.deck_id or 0))


def table(desk: Desk, current: Round) -> RoundTableView:
    """What everybody came to."""
    results = rounds.results(desk.db, current)
    scores = [(each.points, each.right) if current.form == RACE else each.right for each in results]
    return RoundTableView(current, tuple(zip(rules.places(scores), results, strict=True)))


def _shown(desk: Desk, current: Round, message: Message) -> Outcome:
    """The round in the message of its setup or its lobby, as it now is."""
    if not current.is_open:
        return Outcome(table(desk, current), message)
    return Outcome(_setup_view(desk, current) if current.stage == "setup" else lobby_view(desk, current), message)


def stands_in(desk: Desk, round_id: int, message: Message) -> None:
    """The setup or the lobby was drawn in this message."""
    rounds.stands_in(desk.db, round_id, message)


def is_host(desk: Desk, who: Who, round_id: int) -> bool:
    """Whether this person began the round."""
    current = rounds.find(desk.db, round_id)
    return current is not None and current.host_id == who.learner_id


def _admit(desk: Desk, who: Who, round_id: int, message: Message, *, may: bool) -> Round | Outcome:
    """The open round of this chat for somebody who may; or why not, with its message as it now is."""
    current = rounds.find(desk.db, round_id)
    if current is None or current.chat_id != who.chat_id:
        return Outcome(toast=RoundOver())
    if not current.is_open:
        drawn = current.message is None or current.message.message_id != message.message_id
        return Outcome(toast=RoundOver()) if drawn else replace(_shown(desk, current, message), toast=RoundOver())
    if not may and current.host_id != who.learner_id:
        return Outcome(toast=HostOnly())
    return current


def _stand(desk: Desk, current: Round, message: Message) -> tuple[Message, ...]:
    """Put the setup or the lobby into this message; the one it stood in before has to lose its buttons."""
    if current.message == message:
        return ()
    rounds.stands_in(desk.db, current.round_id, message)
    return () if current.message is None else (current.message,)


def choose(desk: Desk, who: Who, round_id: int, what: str, value: int, may: bool, message: Message) -> Outcome:
    """The host, or an administrator, sets the round up: deck (0: all), cards, pace, form, or at: leafs the decks."""
    current = _admit(desk, who, round_id, message, may=may)
    if isinstance(current, Outcome):
        return current
    if current.stage != "setup":
        return replace(_shown(desk, current, current.message or message), toast=RoundGoing(running=True))
    planning.here(desk, who.chat_id)
    bare = _stand(desk, current, message)
    chosen = _chosen(desk, current, what, value)
    rounds.set_up(
        desk.db,
        round_id,
        form=chosen.form,
        deck_id=chosen.deck_id,
        cards=chosen.cards,
        seconds=chosen.seconds,
    )
    at = value if what == "at" else chosen.deck_id or 0
    return Outcome(_setup_view(desk, chosen, at), message, bare)


def _chosen(desk: Desk, current: Round, what: str, value: int) -> Round:
    """The round with what was chosen; as it was, for anything that no button ever held."""
    match what:
        case "deck" if not value or value in chats.subscribed(desk.db, current.chat_id):
            return replace(current, deck_id=value or None)
        case "cards" if value in rules.CARDS:
            return replace(current, cards=value)
        case "pace" if value in PACES:
            return replace(current, seconds=value)
        case "form" if 0 <= value < len(FORMS):
            return replace(current, form=FORMS[value])
    return current


def start(
    desk: Desk, who: Who, round_id: int, may: bool, there: int, message: Message
) -> tuple[Outcome, Closed | None]:
    """The lobby is open, with who started it in it; the card that was open in the group is over.

    `there`: how many cards the round can have (`racing.available`). One for which there are none does not begin, and
    says why; one for which there are fewer has these.
    """
    current = _admit(desk, who, round_id, message, may=may)
    if isinstance(current, Outcome):
        return current, None
    if current.stage != "setup":
        return _shown(desk, current, current.message or message), None
    planning.here(desk, who.chat_id)
    bare = _stand(desk, current, message)
    if not there:
        why = "small" if current.form == RACE else "put"
        return Outcome(_setup_view(desk, current, current.deck_id or 0, why), message, bare), None
    rounds.set_up(
        desk.db,
        round_id,
        form=current.form,
        deck_id=current.deck_id,
        cards=min(current.cards, there),
        seconds=current.seconds,
    )
    rounds.enter(desk.db, round_id, "lobby", desk.now + rules.LOBBY)
    _join(desk, who, round_id)
    before = turns.open_in(desk.db, who.chat_id)
    closed = None if before is None else group.close(desk, before)
    return Outcome(lobby_view(desk, rounds.get(desk.db, round_id)), message, bare), closed


def _join(desk: Desk, who: Who, round_id: int) -> bool:
    desk.learner(who.learner_id)
    members.take_part(desk.db, who.chat_id, who.learner_id, who.name, desk.now)
    return rounds.join(desk.db, round_id, who.learner_id, desk.now)


def join(desk: Desk, who: Who, round_id: int, message: Message) -> Outcome:
    """This person is in. The lobby itself is drawn now and then, not for each who comes (`lobby`)."""
    current = _admit(desk, who, round_id, message, may=True)
    if isinstance(current, Outcome):
        return current
    if current.stage == "setup":
        return replace(_shown(desk, current, message), toast=RoundGoing(running=False))
    planning.here(desk, who.chat_id)
    return Outcome(toast=Joined(new=_join(desk, who, round_id)))


def lobby(desk: Desk, round_id: int) -> Outcome | None:
    """The setup or the lobby as it now is, or that it was called off, to be drawn where it stands.

    None if it stands nowhere, or was followed by a card or a table.
    """
    current = rounds.find(desk.db, round_id)
    if current is None or current.message is None or current.place or (current.next_at and not current.is_open):
        return None
    return _shown(desk, current, current.message)


def stop(desk: Desk, who: Who, round_id: int, may: bool, message: Message) -> tuple[Outcome, Closed | None]:
    """The round ends by its host or an administrator; once a card was asked, its table follows as the next step."""
    current = _admit(desk, who, round_id, message, may=may)
    if isinstance(current, Outcome):
        return current, None
    planning.here(desk, who.chat_id)
    if not current.place:
        bare = _stand(desk, current, message)
        rounds.end(desk.db, round_id, "stopped", desk.now, None)
        return Outcome(table(desk, rounds.get(desk.db, round_id)), message, bare), None
    closed = close_turn(desk, round_id)
    rounds.end(desk.db, round_id, "stopped", desk.now, desk.now)
    return Outcome(toast=RoundStopped()), closed


def close_turn(desk: Desk, round_id: int) -> Closed | None:
    """The round's card is over, if one was open."""
    turn = rounds.turn_of(desk.db, round_id)
    return group.close(desk, turn) if turn is not None and turn.is_open else None


# --- my mistakes ------------------------------------------------------------------------------------------------------


def missed(desk: Desk, who: Who, round_id: int) -> Missed:
    """How many cards of this group's round this member has to go through again."""
    current = rounds.find(desk.db, round_id)
    if current is None or current.chat_id != who.chat_id:
        return Missed(0, played=False, round_id=round_id)
    planning.here(desk, who.chat_id)
    cards_missed = rounds.missed(desk.db, round_id, who.learner_id)
    return Missed(len(cards_missed), rounds.played(desk.db, round_id, who.learner_id), round_id)


def go_through(desk: Desk, who: Who, round_id: int) -> Outcome:
    """In private: a session over exactly the cards that this person missed in a round; it leaves the schedule as it is.

    Missed is what was answered wrong, graded Again, or looked at and not graded.
    """
    learner = desk.learner(who.learner_id)
    planning.here(desk, who.chat_id)
    chats.started(desk.db, who.chat_id, desk.now)
    current = rounds.find(desk.db, round_id)
    if current is not None and current.is_open:
        # Others still think about what this member has answered.
        return Outcome(toast=RoundGoing(running=True))
    found = rounds.missed(desk.db, round_id, who.learner_id)
    if not found:
        return Outcome(NothingMissedView(rounds.played(desk.db, round_id, who.learner_id)))
    marks.first_time(desk.db, who.update_id, desk.now)
    bare = asking.supersede(desk, who.chat_id, None)
    began = sessions.begin(desk.db, who.chat_id, "ahead", None, len(found), None, desk.now, round_id)
    return replace(asking.next_turn(desk, learner, began, None), bare=bare)
