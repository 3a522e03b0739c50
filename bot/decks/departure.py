"""What the bot and the process that makes a file of a deck tell each other: an order, and what is to be said of it."""

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from bot.decks.card import Kind

NEW, LEARNING, REVIEW, RELEARNING = range(4)


class Progress(Struct, frozen=True, gc=False):
    """How far somebody is with a card that was met.

    Attributes:
        kind: LEARNING, REVIEW or RELEARNING.
        due_at: for a wait within the day, else None.
        due_day: from one day on, else None.
        interval_days: the last one scheduled, 0 for none.
        steps_left: of learning or relearning.
        retention: wanted, between 0 and 1; `decay` is the forgetting curve's.
    """

    kind: int
    due_at: datetime | None
    due_day: date | None
    interval_days: int
    steps_left: int
    stability: float
    difficulty: float
    retention: float
    decay: float
    last_at: datetime
    reviews: int
    lapses: int


class Answered(Struct, frozen=True, gc=False):
    """A row of the log.

    Attributes:
        grade: 1 to 4; 0 of kind 4: from then on the card was new again.
        kind: 0 learn, 1 review, 2 relearn, 3 outside of the schedule, 4 by hand.
        interval: what it led to: days, negative: seconds; so is `last_interval`, what had been waited for.
        factor: as Anki has it: 100 to 1100 tell a difficulty, more an ease in thousandths; 0: neither.
    """

    at: datetime
    grade: int
    kind: int
    interval: int
    last_interval: int
    factor: int
    taken_ms: int


class Days(Struct, frozen=True):
    """How its owner's days lie.

    Attributes:
        first: the day from which days are counted, not after any of the progress.
        began_at: that day at four in the morning there.
        west_minutes: how far west of UTC that was.
        rollover_hour: when days begin.
        now: when the package is made.
    """

    first: date
    began_at: datetime
    west_minutes: int
    rollover_hour: int
    now: datetime


class Form(StrEnum):
    """What a deck can be exported as."""

    ANKI = "anki"
    """A package without anybody's progress."""
    PROGRESS = "progress"
    """A package with that of whom it is made for."""
    MARKDOWN = "markdown"
    """As hashcards has it; with its media in a zip."""
    TEXT = "text"
    """Header lines and a line a card."""
    JSONL = "jsonl"
    """Our own form, in which nothing is lost."""


# Many of them live for a while, in the bot: they are kept out of what the collector of garbage goes through.
class StoredSide(Struct, frozen=True, gc=False):
    """A card as the database has it: trees and fields as JSON; `note` is empty or shared by siblings.

    `suspended` and `buried`: whoever it is made for does not want to be asked it, or not today.
    """

    card_id: int
    kind: Kind
    guid: str
    note: str
    fields: str
    front: str
    back: str
    tags: str
    notetype_id: int | None = None
    progress: Progress | None = None
    log: tuple[Answered, ...] = ()
    suspended: bool = False
    buried: bool = False


class Order(Struct, frozen=True):
    """What is to be made.

    Attributes:
        origin: a word of this database alone; with a card's number it makes an id that no other card has anywhere.
        names: by the name of a picture in the cards the one that its author gave it, where that is another.
        media: files by the author's name; those that the cards do not name stay behind.
        types: the note types of cards that came from Anki.
        most_bytes: of the file, if no more can be sent.
    """

    form: Form
    deck: str
    origin: str
    cards: tuple[StoredSide, ...]
    names: dict[str, str]
    media: dict[str, str]
    days: Days
    types: dict[int, str]
    most_bytes: int


class Told(Struct, frozen=True):
    """What whoever gets the file is told of it.

    Attributes:
        media: pictures and recordings in it.
        sources: cards of which the source is a line of the answer there.
        simpler: other cards that say the same with less.
        too_large: there is none: it would be larger than it may be.
    """

    media: int = 0
    sources: int = 0
    simpler: int = 0
    too_large: bool = False


def factor_of(difficulty: float) -> int:
    """How a row of the log tells that difficulty."""
    return round(((difficulty - 1) / 9 + 0.1) * 1000)


def write_order(order: Order, path: Path) -> None:
    """Puts it into a file, a card a line, so that no step of it takes long; raises OSError."""
    with path.open("wb") as file:
        for each in (replace(order, cards=()), *order.cards):
            file.write(msgspec.json.encode(each) + b"\n")


def read_order(path: Path) -> Order:
    """What `write_order` wrote."""
    with path.open("rb") as file:
        order = msgspec.json.decode(file.readline(), type=Order)
        cards = msgspec.json.Decoder(StoredSide)
        return replace(order, cards=tuple([cards.decode(line) for line in file]))
