"""What can be seen of one card: plain values that the chat draws."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from bot.storage.aside import Aside
from bot.storage.cards import StoredCard
from bot.study.intervals import Answer
from bot.study.memory import Grade, Stage


class State(Struct, frozen=True):
    """How a learner stands with a card.

    `days` or `wait`: until it is due, below zero where that is over; both None: it was never met, or is `new` again.
    """

    stage: Stage | None
    days: int | None
    wait: timedelta | None
    aside: Aside


class Past(Struct, frozen=True):
    """A line of a card's history: a study day, the grade (None: the progress was forgotten) and what it led to."""

    day: date
    grade: Grade | None
    answer: Answer | None
    elsewhere: bool = False


class CardView(Struct, frozen=True):
    """A card's page: how it looks and how a learner stands with it.

    `editable`: who looks may edit it. `file`: the file of the decks folder that it stands in, else empty. `asks`: its
    progress is forgotten if that is confirmed. `history`: the latest grades, newest first, and what each next grade
    would lead to; None: not opened.
    """

    card: StoredCard
    state: State
    editable: bool
    file: str = ""
    asks: bool = False
    history: tuple[Past, ...] | None = None
    answers: Mapping[Grade, Answer] | None = None
