"""/board: how the members of a group stand this week."""

from bot.storage import board as figures
from bot.storage import chats, members, turns
from bot.storage.board import Counted
from bot.storage.members import Member
from bot.storage.turns import Message
from bot.study import board as rules
from bot.tutor import planning
from bot.tutor.desk import Desk
from bot.tutor.outcomes import BoardView, Outcome, Place, Who
from bot.tutor.toasts import NotOnBoard, OnBoard


def asked(desk: Desk, chat_id: int) -> None:
    """Somebody of this group asks for the board."""
    planning.here(desk, chat_id)


def view(desk: Desk, chat_id: int) -> BoardView:
    """The board as it is now. Reads much, and writes nothing."""
    chat = chats.find(desk.db, chat_id)
    if chat is None:
        return BoardView()
    shown = [member for member in members.of_chat(desk.db, chat_id) if not member.hidden]
    counted = [_counted(desk, member) for member in shown]
    weeks = figures.weeks(desk.db, chat_id, rules.week_begins(desk.moment_of(chat).day), counted)
    alive, met = figures.alive(desk.db, chat_id, counted)
    names = {member.learner_id: member.name for member in shown}
    return BoardView(
        places=tuple(Place(place, names[it.learner_id], it.kept, it.due) for place, it in rules.placed(weeks)),
        unplaced=tuple(names[it.learner_id] for it in weeks if not it.is_ranked),
        alive=alive,
        met=met,
    )


def _counted(desk: Desk, member: Member) -> Counted:
    learner = desk.learner(member.learner_id)
    return Counted(member.learner_id, learner.moment.day, rules.days_alive(learner.policy))


def hide(desk: Desk, who: Who, hidden: bool, message: Message) -> Outcome:
    """A member is left out of the board, or stands on it again; the message is to show the board anew.

    Unless it holds a turn: no button under that can have said so.
    """
    planning.here(desk, who.chat_id)
    if turns.on_message(desk.db, who.chat_id, message.message_id) is not None:
        return Outcome()
    member = members.find(desk.db, who.chat_id, who.learner_id)
    if member is None:
        return Outcome(toast=NotOnBoard())
    members.hide(desk.db, who.chat_id, who.learner_id, hidden)
    return Outcome(where=message, toast=OnBoard(hidden))
