"""What can come of what people ask: plain values that the chat draws."""

from collections.abc import Mapping
from datetime import date, datetime, time

from msgspec import Struct, field

from bot.storage.cards import StoredCard, StoredDeck
from bot.storage.chats import Chat
from bot.storage.turns import Message
from bot.study.intervals import Answer
from bot.study.memory import Grade
from bot.tutor.card_views import AskCardView, CardsView, PutAside
from bot.tutor.deck_views import AskDescriptionView, AskNameView, DecksViews, Introduced
from bot.tutor.draft_views import AskDeckView, DraftsView
from bot.tutor.live import Live, RoundView
from bot.tutor.toasts import Toast


class Who(Struct, frozen=True):
    """Who did something where; `update_id` makes a repeated update known, `name` is the one they have in Telegram."""

    learner_id: int
    chat_id: int
    update_id: int
    name: str = ""


class Head(Struct, frozen=True):
    """A push's own line: how many cards wait, about how long they take, and (once) that pushes thin out."""

    waiting: int
    minutes: int
    every: int = 1
    default_zone: str = ""


class HoursSaid(Struct, frozen=True):
    """When pushes come, said once above the next card. `zone` empty: the default holds, and why."""

    hours: tuple[time, ...]
    zone: str
    chosen: bool


class Typed(Struct, frozen=True):
    """Something was typed that is no command: the open turn stands there again."""


Lead = HoursSaid | Typed | PutAside | Introduced


class TurnView(Struct, frozen=True):
    """An open turn of one person. `answers`: what each grade leads to, empty while hidden and when cramming.

    `missed`: it goes over what this person missed in a group's round.
    """

    turn_id: int
    card: StoredCard
    place: int
    total: int
    shown: bool
    answers: Mapping[Grade, Answer]
    cram: bool
    head: Head | None = None
    lead: Lead | None = None
    decks_beside: bool = False
    missed: bool = False


class ClosedView(Struct, frozen=True):
    """A turn that is over, without buttons. `answer` says when the card comes back, if it was graded."""

    turn_id: int
    card: StoredCard
    shown: bool
    grade: Grade | None
    answer: Answer | None


class SnoozedView(Struct, frozen=True):
    """A push put off until `until`."""

    until: datetime
    zone: str
    now: datetime


class MoreNew(Struct, frozen=True):
    """An offer of more new cards: `total` is what the day's extra would then be."""

    cards: int
    day: date
    total: int


class DueNow(Struct, frozen=True):
    """What can be asked at once: so many steps, so many reviews, so many new cards, and of which decks."""

    steps: int
    reviews: int
    new: int
    decks: tuple[str, ...]

    @property
    def cards(self) -> int:
        return self.steps + self.reviews + self.new


class Coming(Struct, frozen=True):
    """When there is something to do again: an instant, or in how many days of the reader's clock and the hour of that
    push; how many cards. `since`: without a push, when that study day begins, if it is today by the clock.
    """

    cards: int
    at: datetime | None
    days: int | None
    hour: time | None
    zone: str
    since: time | None = None


class SummaryView(Struct, frozen=True):
    """A session's end. `due` counts cards that were due and not new, `remembered` those of them that were known.

    `grades`: how many there were in all, as the last turn's place had it. `deck_id`: the deck to which it was narrowed;
    with a `depth` it is one of the tree of decks that it was narrowed to (`starting.wish`). `now`: what it left.
    """

    session_id: int
    cards: int
    grades: int
    due: int
    remembered: int
    coming: Coming | None
    undo: int | None
    more: MoreNew | None
    cram: bool
    lead: Lead | None = None
    missed: bool = False
    deck_id: int | None = None
    depth: int = 0
    now: DueNow | None = None


class NothingDueView(Struct, frozen=True):
    """Nothing to ask now. `decks` is False for who has no deck; `archived`: those that they had, by name; `begun`:
    those that they have just subscribed to; `used_up`: what it is narrowed to has more new cards, for another day;
    `depth`: as SummaryView; `now`: what can be asked of other decks.
    """

    coming: Coming | None
    ahead: bool
    more: MoreNew | None
    decks: bool
    deck_id: int | None
    lead: Lead | None = None
    decks_beside: bool = False
    archived: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    used_up: bool = False
    depth: int = 0
    now: DueNow | None = None


class AskHourView(Struct, frozen=True):
    """Asked once after the first graded card, which comes back as `answer` says.

    `again`: what was typed was no hour. `every`: all the hours of the day are offered.
    """

    answer: Answer | None
    again: bool = False
    every: bool = False


class AskClockView(Struct, frozen=True):
    """What time is it for you now? `unknown`: a typed place that is not known. `reply`: one is typed as a reply."""

    now: datetime
    more: int = 0
    unknown: bool = False
    settings: bool = False
    reply: bool = False


class AskPlaceView(Struct, frozen=True):
    """Which of these zones is nearest?"""

    zones: tuple[str, ...]
    shown: time | None
    settings: bool = False


class SettingsView(Struct, frozen=True):
    """A page of the settings; `said` names what was just chosen; without a deck no card comes at any hour."""

    chat: Chat
    hours: tuple[time, ...]
    zone: str
    now: datetime
    page: str = "main"
    said: str = ""
    has_deck: bool = True


class ForgetView(Struct, frozen=True):
    """Asks for one confirmation, or (done) says that everything is gone; `traces`: but for some, until tomorrow."""

    done: bool
    traces: bool = False


class Tally(Struct, frozen=True):
    """What a group may know of a turn."""

    looked: int
    graded: int
    knew: int


class GroupTurnView(Struct, frozen=True):
    """A card put to a group. The answer stands there only once it is closed. `grades`: its grade buttons are there.

    `alike`: what the decks are called from which its deck is to be told apart; empty: the group has no other like it.
    """

    chat_id: int
    turn_id: int
    card: StoredCard
    closed: bool
    tally: Tally
    grades: bool
    head: Head | None = None
    live: Live | None = None
    alike: Mapping[int, str] = {}


class RevealedView(Struct, frozen=True):
    """A group's card as one member alone sees it: both sides and, until graded, that member's four buttons.

    `chat_id`: the group; `answer`: what the grade led to; `undo`: the review, if it can be taken back; `tally`: of a
    turn that is closed; `onward`: there is nobody known to wait for, so who has graded may want another card; `menu`:
    they may see what can be done with the card; `first`: nothing was said in their private chat before; `suspended`:
    by them, so that it does not come back by itself.
    """

    chat_id: int
    turn_id: int
    card: StoredCard
    answers: Mapping[Grade, Answer]
    grade: Grade | None
    answer: Answer | None = None
    undo: int | None = None
    tally: Tally | None = None
    onward: bool = False
    menu: bool = False
    first: bool = False
    suspended: bool = False


class GroupSetupView(Struct, frozen=True):
    """What the bot does in a group and which decks it offers, with `at` as in WelcomeView.

    `quiz`: a card was asked for and no deck is there; `archived`: those that were. `topic`: it stands in a topic, which
    may have decks of its own.
    """

    decks: tuple[StoredDeck, ...]
    subscribed: frozenset[int]
    quiz: bool
    at: int = 0
    topic: bool = False
    archived: tuple[str, ...] = ()


class GroupTopicView(Struct, frozen=True):
    """The group's decks as seen from a topic: those that belong `here`, those that belong in another; `at` as above.

    `resting`: those that belong nowhere, as the general topic is closed; `there`: as WhichDeckView.
    """

    decks: tuple[StoredDeck, ...]
    here: frozenset[int]
    elsewhere: frozenset[int]
    at: int = 0
    resting: bool = False
    there: tuple[StoredDeck, ...] = ()


class Place(Struct, frozen=True):
    """A line of a group's board: who kept how many of the cards alive that were due this week. Places may be shared."""

    place: int
    name: str
    kept: int
    due: int


class BoardView(Struct, frozen=True):
    """A group's week, best first, then who had too few due for a place; how many of the cards they met are alive."""

    places: tuple[Place, ...] = ()
    unplaced: tuple[str, ...] = ()
    alive: int = 0
    met: int = 0


class AskToGoOnView(Struct, frozen=True):
    """Nobody looked at the last `cards` cards of a group: shall more come?"""

    cards: int


class GoingOnView(Struct, frozen=True):
    """Somebody wants more: the group's next card comes `at` (None: no hour is chosen)."""

    at: datetime | None
    zone: str
    now: datetime


class GroupNothingView(Struct, frozen=True):
    """No card is left to put to this group today, of the decks that were meant.

    `decks`: so many were, only `some` of the group's. `elsewhere`: there are none, as all belong in topics. `since`:
    when the next study day begins, if that is today by the clock.
    """

    decks: int = 0
    some: bool = False
    elsewhere: bool = False
    since: time | None = None


View = (
    TurnView
    | ClosedView
    | SnoozedView
    | SummaryView
    | NothingDueView
    | AskHourView
    | AskClockView
    | AskPlaceView
    | SettingsView
    | ForgetView
    | GroupTurnView
    | RevealedView
    | GroupSetupView
    | GroupTopicView
    | BoardView
    | AskToGoOnView
    | GoingOnView
    | GroupNothingView
    | RoundView
    | DraftsView
    | CardsView
    | DecksViews
)


def can_be_typed(view: View | None) -> bool:
    """Whether the view asks for something that can be typed instead of tapped."""
    asks = isinstance(
        view, AskHourView | AskClockView | AskPlaceView | AskNameView | AskDescriptionView | AskDeckView | AskCardView
    )
    return asks or (isinstance(view, SettingsView) and view.page == "hour")


class Outcome(Struct, frozen=True):
    """What to show: in the message `where` (None: a new one); the messages `bare` lose their buttons."""

    view: View | None = None
    where: Message | None = None
    bare: tuple[Message, ...] = field(default=())
    toast: Toast | None = None
    silent: bool = False
