"""What can be seen of one card: plain values that the chat draws."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from bot.decks.anki.remade import Spoiled
from bot.decks.content import Content
from bot.storage.aside import Aside
from bot.storage.cards import StoredCard
from bot.study.intervals import Answer
from bot.study.memory import Grade, Stage


class State(Struct, frozen=True):
    """How a learner stands with a card.

    `days` or `wait`: until it is due, below zero where that is over; both None: it is new.
    """

    stage: Stage | None
    days: int | None
    wait: timedelta | None
    aside: Aside


class Past(Struct, frozen=True):
    """A line of a card's history: a study day, the grade and what it led to.

    No grade: the memory was set by hand, to something that came along (`kept`) or to nothing.
    """

    day: date
    grade: Grade | None
    answer: Answer | None
    kept: bool = False


class History(Struct, frozen=True):
    """The latest grades of a card, newest first, and what each grade would lead to now."""

    latest: tuple[Past, ...]
    answers: Mapping[Grade, Answer]


class CardView(Struct, frozen=True):
    """A card's page: how it looks and how a learner stands with it.

    `editable`: who looks may edit it. `asks`: its progress is forgotten if that is confirmed.
    """

    card: StoredCard
    state: State
    editable: bool
    asks: bool = False
    history: History | None = None


class Menu(Struct, frozen=True):
    """What can be done with the card of a turn.

    Attributes:
        choice: what is open besides: hint or history; else "open".
        editable: who was asked may edit it.
        marked: they said before that it is wrong.
        hint: there is one, and the answer is not shown yet.
    """

    choice: str
    editable: bool
    marked: bool
    hint: bool
    state: State
    history: History | None = None


class GroupMenuView(Struct, frozen=True):
    """What one member can do with a group's card, seen by nobody else.

    Attributes:
        chat_id: the group.
        shown: this member has looked, so the back stands there as well.
        deck: they have its deck, or can have it, in private.
        private: it stands in their private chat; `first`: nothing was said there before.
    """

    chat_id: int
    turn_id: int
    card: StoredCard
    shown: bool
    menu: Menu
    deck: bool
    private: bool
    first: bool = False


class PutAside(Struct, frozen=True):
    """Said once above what comes in the place of a turn's card: suspended or buried, and how to take that back."""

    turn_id: int
    card: StoredCard
    choice: str


class WrongView(Struct, frozen=True):
    """To who can mend a card: somebody says that it is wrong. Nobody says who.

    `file`: of the decks folder, in which it is mended, else empty. `settled`: mended or right, once that was said.
    """

    card: StoredCard
    file: str = ""
    settled: str = ""


class MendedView(Struct, frozen=True):
    """To who said that a card is wrong: it was mended. `page`: they may open its page, as they have its deck; `gone`:
    it was taken out of the deck.
    """

    card: StoredCard
    page: bool = True
    gone: bool = False


class AskWhichView(Struct, frozen=True):
    """Which side is to be typed anew? `turn_id` 0: on the card's page; `shown`: the back stands there as well."""

    card: StoredCard
    turn_id: int
    shown: bool


class AskSideView(Struct, frozen=True):
    """What shall that side say?"""

    card: StoredCard
    side: str
    turn_id: int


class EditedView(Struct, frozen=True):
    """The card as it will look, before it is saved; `shown`: the back stands there too; `shared`: others have it."""

    card: StoredCard
    side: str
    turn_id: int
    shown: bool
    shared: bool


class AskFieldsView(Struct, frozen=True):
    """Which field of the card's note is to be typed anew? Otherwise as AskWhichView; `at`: the first that is shown."""

    card: StoredCard
    turn_id: int
    shown: bool
    names: tuple[str, ...]
    at: int


class AskFieldView(Struct, frozen=True):
    """What shall that field say?

    Attributes:
        field: its place; `name`: what it is called.
        now: what it says; nothing where that is too long to be shown.
        changed: somebody else changed it while it was typed, and that is what it says.
    """

    card: StoredCard
    turn_id: int
    field: int
    name: str
    now: Content
    too_long: bool
    changed: bool


class FieldEditedView(Struct, frozen=True):
    """The card as it will look, before its note is saved; `shown`: the back stands there as well.

    Attributes:
        field: the place of what was typed.
        shared: others have it, or another card that its note makes.
        others: cards that the note makes besides this one, in other decks too; `left`: in those that stay as they are.
        made: cards that it did not make until now.
        changed: somebody else changed the note since it was typed, and so it will look now.
        spoiled: the card that could not be made any more: it cannot be saved.
    """

    card: StoredCard
    field: int
    turn_id: int
    shown: bool
    shared: bool
    others: int
    left: int
    made: int
    changed: bool
    spoiled: Spoiled | None


# What asks for something that is typed.
AskCardView = AskSideView | AskFieldView
CardsView = (
    CardView
    | GroupMenuView
    | WrongView
    | MendedView
    | AskWhichView
    | AskSideView
    | EditedView
    | AskFieldsView
    | AskFieldView
    | FieldEditedView
)
