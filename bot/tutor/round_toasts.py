"""What a tap in a live round is answered with: plain values that the chat says in one line."""

from msgspec import Struct

from bot.study.intervals import Answer


class HostOnly(Struct, frozen=True):
    """Only who began the round, or an administrator, sets it up and stops it."""


class RoundOver(Struct, frozen=True): ...


class RoundStopped(Struct, frozen=True): ...


class RoundGoing(Struct, frozen=True):
    """There is a round already, `running` or still being set up, in the topic `thread_id`."""

    running: bool
    thread_id: int | None = None


class Joined(Struct, frozen=True):
    """This person is in, `new` or as before."""

    new: bool


class Raced(Struct, frozen=True):
    """What this member's answer came to; `back`: when the card is back, where the answer was a review."""

    right: bool
    points: int
    back: Answer | None


class RacedBefore(Struct, frozen=True):
    """One attempt each, and this member's was right or not."""

    right: bool


class Missed(Struct, frozen=True):
    """How many cards of a round this member missed; `played`: at all."""

    cards: int
    played: bool
    round_id: int


RoundToast = HostOnly | RoundOver | RoundStopped | RoundGoing | Joined | Raced | RacedBefore | Missed
