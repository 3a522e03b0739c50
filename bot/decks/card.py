"""Card, Deck: what a deck file says, as values; and what was wrong with it."""

from enum import StrEnum
from hashlib import sha256

from msgspec import Struct

from bot.decks.content import Content, words

# Five messages; to draw them holds others up for no longer than they notice.
LONGEST_CARD = 20_000
_MOST_GAPS = 100
# Each gap is a card that holds the whole text.
_MOST_CHARACTERS = 15_000_000


class Kind(StrEnum):
    """What can be done with a card."""

    QUESTION = "question"
    """Asked, answered, graded."""
    STATEMENT = "statement"
    """Nothing on its back and no question: shown and graded at once."""
    WAITING = "waiting"
    """A question without any answer: kept, listed, never asked."""


class Card(Struct, frozen=True, gc=False):
    """One entry of a deck.

    Attributes:
        front: what is asked.
        back: everything that belongs to the answer; the source, if any, last.
        fields: the cells as written in the file, but for the one that names its deck.
        guid: the author's own id of the entry, or empty.
        note: cards of one note are siblings and share this; empty: has none.
        line: where it begins in the file, from 1.
        notetype: the note type of Anki's whose note has these fields, as it is kept; empty: they are cells.
        row: the cells with the one that names its deck, as they were kept once; empty: none does.
    """

    front: Content
    back: Content
    kind: Kind
    fields: tuple[str, ...]
    guid: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    line: int = 0
    notetype: str = ""
    row: tuple[str, ...] = ()


def parted_guid(guid: str, note: str) -> tuple[str, int]:
    """A note's own id, and which of its cards it is (from 0), of a card's `note:ordinal`; any other is a note's."""
    mine, colon, ordinal = guid.rpartition(":")
    if note and colon and mine == note and ordinal.isascii() and ordinal.isdecimal() and len(ordinal) < 6:
        return mine, int(ordinal)
    return guid, 0


def note_of(text: str) -> str:
    """What the cards of a text share that has no id of its own."""
    return sha256(text.encode(errors="replace")).hexdigest()[:16]


class Fault(Struct, frozen=True):
    """Something in a deck file that its author should look at.

    Attributes:
        file: as its author knows it.
        line: from 1; 0: the file as a whole.
        what: what is wrong, without a full stop.
        cause: the likely cause, as a question or an advice.
        loses_card: an entry of the file is in no deck because of it.
    """

    file: str
    line: int
    what: str
    cause: str
    loses_card: bool = False

    def __str__(self) -> str:
        """As its author reads it: `decks/french.txt, line 88: 5 fields where the file has 4. Is a ; …?`."""
        place = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{place}: {self.what}. {self.cause}"


class DeckError(Exception):
    """A file that cannot be read as a whole; `fault` says where and why."""

    def __init__(self, file: str, line: int, what: str, cause: str) -> None:
        self.fault = Fault(file, line, what, cause, loses_card=True)
        self.file, self.line, self.what, self.cause = file, line, what, cause
        super().__init__(str(self.fault))


class Parted(Struct, frozen=True):
    """A file that names of each entry the deck to which it belongs, so it may be several.

    Attributes:
        whole: what the deck is called that the file is to a reader who does not look at that.
    """

    whole: str


class Deck(Struct, frozen=True):
    """A deck as its file has it.

    Attributes:
        slug: a-z, 0-9, `_` and `-`, at most 40 characters; stands in links.
        name: as people read it.
        file: path inside the decks folder, with `/`.
        columns: how the columns were taken, a sentence; empty: another deck of its file tells it.
        read_as: the encoding that was found by evidence; empty: UTF-8, or likewise.
        parted: its file names decks for its entries; None: it is one deck, whoever reads it.
    """

    slug: str
    name: str
    file: str
    cards: tuple[Card, ...]
    faults: tuple[Fault, ...]
    columns: str
    read_as: str = ""
    parted: Parted | None = None


def overlong(front: Content, back: Content) -> tuple[str, str] | None:
    """What is wrong with a card that is longer than one can be, and its likely cause; None: it is not."""
    characters = len(words(front)) + len(words(back))
    if characters <= LONGEST_CARD:
        return None
    what = f"{characters:,} characters where a card has {LONGEST_CARD:,} at the most"
    return what, "Is it a whole text? Make several cards of it. It is in no deck."


def too_many_gaps(numbers: int) -> tuple[str, str] | None:
    """What is wrong with a text that has so many gaps, and the likely cause; None: nothing."""
    if numbers <= _MOST_GAPS:
        return None
    what = f"{numbers} gaps where a text has {_MOST_GAPS} at the most"
    return what, "Split it into several. It is in no card."


def within_a_deck(characters: int, file: str, line: int) -> None:
    """Raises DeckError where the cards up to that line have more characters than a deck can."""
    if characters > _MOST_CHARACTERS:
        raise DeckError(file, line, "the cards up to here are longer than a deck's", "Split the file.")
