"""What a tap is answered with: plain values that the chat says in one line."""

from dataclasses import dataclass
from datetime import time

from bot.storage.cards import StoredCard
from bot.study.intervals import Answer
from bot.study.memory import Grade


@dataclass(frozen=True, slots=True)
class Already:
    grade: Grade
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Subscribed:
    name: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class NotYours:
    """Only the turn's own person can answer it."""


@dataclass(frozen=True, slots=True)
class NoLonger:
    """This card is no longer asked."""


@dataclass(frozen=True, slots=True)
class Passed:
    """The question or page that the button belonged to has given way to what the message shows now."""


@dataclass(frozen=True, slots=True)
class NewTimes:
    """The button promised what would not happen any more; the buttons now say what will."""


@dataclass(frozen=True, slots=True)
class LookFirst: ...


@dataclass(frozen=True, slots=True)
class TakenOut:
    """The deck or card was taken out."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Nothing is known of this person (any more)."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """That grade was taken back before."""


@dataclass(frozen=True, slots=True)
class UndoLater:
    """Others were graded since; the last one comes first."""


@dataclass(frozen=True, slots=True)
class NothingToUndo: ...


@dataclass(frozen=True, slots=True)
class AdminsOnly: ...


@dataclass(frozen=True, slots=True)
class Graded:
    """In a group: when the card comes back for this member alone."""

    grade: Grade
    answer: Answer


@dataclass(frozen=True, slots=True)
class Reveal:
    """In a group: this member alone sees the back, in an alert if it fits or else in the private chat."""

    turn_id: int
    card: StoredCard


@dataclass(frozen=True, slots=True)
class StillOpen:
    """In a group: a turn is open; `wait_seconds` until another may be put."""

    wait_seconds: int


@dataclass(frozen=True, slots=True)
class GroupClosed:
    """In a group: the answer stands there already."""


@dataclass(frozen=True, slots=True)
class InQuiet:
    """That hour lies in the quiet hours."""

    hour: time


Toast = (
    Already
    | Subscribed
    | NotYours
    | NoLonger
    | Passed
    | NewTimes
    | LookFirst
    | TakenOut
    | Forgotten
    | TakenBack
    | UndoLater
    | NothingToUndo
    | AdminsOnly
    | Graded
    | Reveal
    | StillOpen
    | GroupClosed
    | InQuiet
)
