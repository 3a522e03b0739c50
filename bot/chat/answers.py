"""What a tap is answered with, in words."""

from collections.abc import Mapping

from bot.chat.texts import English
from bot.tutor import outcomes as o

# Toasts that say one thing, by the name of their sentence.
_FIXED: Mapping[type[object], str] = {
    o.NotYours: "not_yours",
    o.Passed: "passed",
    o.NewTimes: "new_times",
    o.LookFirst: "look_first",
    o.TakenOut: "taken_out",
    o.Forgotten: "known_no_more",
    o.TakenBack: "taken_back",
    o.UndoLater: "undo_later",
    o.NothingToUndo: "nothing_to_undo",
    o.AdminsOnly: "admins_only",
    o.GroupClosed: "group_closed",
}


def words(say: English, toast: o.Toast | None, shown: bool) -> str:
    """The toast's line; empty for none, and for what the message itself says. `shown`: the message is drawn anew."""
    match toast:
        case None | o.Reveal() | o.SnoozedUntil():
            return ""
        case o.NoLonger():
            return say.no_longer if shown else say.no_longer_any
        case o.Already(grade=grade, answer=answer):
            return say.already(grade, answer)
        case o.Subscribed(name=name, left=left):
            return say.subscribed(name, left)
        case o.Graded(grade=grade, answer=answer):
            return say.graded(grade, answer)
        case o.StillOpen(wait_seconds=seconds):
            return say.still_open(seconds)
        case o.InQuiet(hour=hour):
            return say.in_quiet(hour)
        case _:
            return str(getattr(say, _FIXED[type(toast)]))
