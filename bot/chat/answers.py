"""What a tap is answered with, in words."""

from collections.abc import Mapping

from bot.chat import round_answers
from bot.chat.alike import called
from bot.chat.names import of_deck
from bot.chat.texts import English
from bot.chat.unlinked import unlinked
from bot.tutor import toasts
from bot.tutor.round_toasts import RoundToast

# Toasts that say one thing, by the name of their sentence.
_FIXED: Mapping[type[object], str] = {
    toasts.NotYours: "not_yours",
    toasts.Passed: "passed",
    toasts.NewTimes: "new_times",
    toasts.LookFirst: "look_first",
    toasts.TakenOut: "taken_out",
    toasts.Forgotten: "known_no_more",
    toasts.TakenBack: "taken_back",
    toasts.UndoLater: "undo_later",
    toasts.NothingToUndo: "nothing_to_undo",
    toasts.AdminsOnly: "admins_only",
    toasts.BotAdminsOnly: "bot_admins_only",
    toasts.GroupClosed: "group_closed",
    toasts.NotOnBoard: "not_on_board",
    toasts.DraftOver: "draft_over",
}


def place(say: English, elsewhere: toasts.Elsewhere | None) -> str:
    """Where in a group something stands, as a part of a sentence; empty for here."""
    if elsewhere is None:
        return ""
    return say.in_topic(unlinked(elsewhere.name), elsewhere.thread_id is None)


def words(say: English, toast: toasts.Toast | None, shown: bool) -> str:
    """The toast's line; empty for none, and for what is shown elsewhere. `shown`: the message is drawn anew."""
    if isinstance(toast, RoundToast):
        return round_answers.words(say, toast)
    match toast:
        case None | toasts.Reveal():
            return ""
        case toasts.NoLonger():
            return say.no_longer if shown else say.no_longer_any
        case toasts.Already(grade=grade, answer=answer):
            return say.already(grade, answer)
        case toasts.Subscribed(name=name, left=left):
            return say.subscribed(of_deck(name), left)
        case toasts.Graded(grade=grade, answer=answer, suspended=suspended):
            return say.graded(grade, answer, suspended)
        case toasts.StillOpen(wait_seconds=seconds, elsewhere=elsewhere):
            return say.still_open(seconds, place(say, elsewhere))
        case toasts.Tied(deck_id=deck_id, here=here, there=there):
            return say.tied(called(say, there)[deck_id], here)
        case toasts.OnBoard(hidden=hidden):
            return say.hidden if hidden else say.not_hidden
        case toasts.CardDone(what=what, file=file):
            return say.edit_in_file(file) if file else say.card_done[what]
        case toasts.InQuiet(hour=hour):
            return say.in_quiet(hour)
        case _:
            return str(getattr(say, _FIXED[type(toast)]))
