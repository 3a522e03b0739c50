"""What members alone still see of a group's card that is over for them: it covers the card, and is taken away."""

from bot.storage import answers, present
from bot.tutor import flip
from bot.tutor.desk import Desk
from bot.tutor.outcomes import Who


def is_left_over(desk: Desk, who: Who, turn_id: int, ephemeral_id: int) -> bool:
    """Whether the message, which this member alone sees, covers the group's card and no button there does anything.

    They were forgotten, or were out of the group, since it came; nobody else takes it away, as nothing of it is kept.
    """
    turn = flip.find(desk, turn_id)
    if turn is None or turn.learner_id is not None or turn.chat_id != who.chat_id or turn.round_id is not None:
        return False
    if present.is_there(desk.db, turn_id, who.learner_id):
        return False
    return answers.alone_in(desk.db, turn.chat_id, who.learner_id, ephemeral_id) in (None, turn_id)


def is_unknown(desk: Desk, who: Who, ephemeral_id: int) -> bool:
    """The same of a message whose button names no turn."""
    return answers.alone_in(desk.db, who.chat_id, who.learner_id, ephemeral_id) is None


def every(desk: Desk, most: int) -> list[answers.Left]:
    """What members alone still see of turns that are over for them."""
    return answers.left(desk.db, most)


def taken_away(desk: Desk, message: answers.Left) -> None:
    """This message is not there any more."""
    answers.taken_away(desk.db, message)
