"""What a tap in a live round is answered with, in words."""

from bot.chat.texts import English
from bot.tutor.round_toasts import (
    HostOnly,
    Joined,
    Missed,
    Raced,
    RacedBefore,
    RoundGoing,
    RoundOver,
    RoundStopped,
    RoundToast,
)


def words(say: English, toast: RoundToast) -> str:
    """The toast's line."""
    match toast:
        case HostOnly():
            return say.host_only
        case RoundOver():
            return say.round_over
        case RoundStopped():
            return say.round_stopped
        case RoundGoing(running=running):
            return say.round_going(running)
        case Joined(new=new):
            return say.round_joined(new)
        case Raced(right=right, points=points, back=back):
            return say.raced(right, points, "" if back is None else say.long(back))
        case RacedBefore(right=right):
            return say.raced_before(right)
        case Missed(played=played):
            return say.nothing_missed(played)
