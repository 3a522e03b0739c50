"""What a tap is answered with: plain values that the chat says in one line."""

from datetime import time

from msgspec import Struct

from bot.storage.cards import StoredCard, StoredDeck
from bot.study.intervals import Answer
from bot.study.memory import Grade
from bot.tutor.round_toasts import RoundToast


class Already(Struct, frozen=True):
    grade: Grade
    answer: Answer | None


class Subscribed(Struct, frozen=True):
    name: str
    left: bool = False


class NotYours(Struct, frozen=True):
    """Only the turn's own person can answer it."""


class NoLonger(Struct, frozen=True):
    """This card is no longer asked."""


class Passed(Struct, frozen=True):
    """The question or page that the button belonged to has given way to what the message shows now."""


class NewTimes(Struct, frozen=True):
    """The button promised what would not happen any more; the buttons now say what will."""


class LookFirst(Struct, frozen=True): ...


class TakenOut(Struct, frozen=True):
    """The deck or card was taken out."""


class Forgotten(Struct, frozen=True):
    """Nothing is known of this person (any more)."""


class TakenBack(Struct, frozen=True):
    """That grade was taken back before."""


class UndoLater(Struct, frozen=True):
    """Others were graded since; the last one comes first."""


class NothingToUndo(Struct, frozen=True): ...


class AdminsOnly(Struct, frozen=True): ...


class BotAdminsOnly(Struct, frozen=True):
    """Those who run the bot, not those of a group."""


class Graded(Struct, frozen=True):
    """In a group: when the card comes back for this member alone, unless they have suspended it."""

    grade: Grade
    answer: Answer
    suspended: bool = False


class Reveal(Struct, frozen=True):
    """In a group: this member alone sees the back, in an alert if it fits or else in the private chat.

    `opened`: the grades are to stand under the group's message from now on.
    """

    turn_id: int
    card: StoredCard
    opened: bool


class Elsewhere(Struct, frozen=True):
    """In another topic: its name is empty where Telegram never told it; `thread_id` None: in the general one."""

    thread_id: int | None
    name: str


class StillOpen(Struct, frozen=True):
    """In a group: a turn is open, perhaps in another topic; `wait_seconds` until another may be put."""

    wait_seconds: int
    elsewhere: Elsewhere | None = None


class Tied(Struct, frozen=True):
    """In a group: a deck belongs in this topic from now on, or (not `here`) in none. `there`: as WhichDeckView."""

    deck_id: int
    here: bool
    there: tuple[StoredDeck, ...]


class GroupClosed(Struct, frozen=True):
    """In a group: the answer stands there already."""


class OnBoard(Struct, frozen=True):
    """In a group: this member stands on the board from now on, or is `hidden` from it."""

    hidden: bool


class NotOnBoard(Struct, frozen=True):
    """In a group: who never took part is not on the board."""


class DraftOver(Struct, frozen=True):
    """That card is no longer being written."""


class CardDone(Struct, frozen=True):
    """What was done with a card; `what` is the name of its sentence, `file` where it is changed instead."""

    what: str
    file: str = ""


class InQuiet(Struct, frozen=True):
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
    | BotAdminsOnly
    | Graded
    | Reveal
    | StillOpen
    | Tied
    | GroupClosed
    | RoundToast
    | OnBoard
    | NotOnBoard
    | InQuiet
    | DraftOver
    | CardDone
)
