"""What the bot and the process that reads a sent file tell each other: a line of JSON each."""

from typing import TypeAlias

import msgspec
from msgspec import Struct, structs

from bot.decks.choices import DeckChoices, Settings
from bot.decks.deck_counts import DeckCounts, Pair
from bot.decks.encoded import Written
from bot.decks.progress import CardProgress

MOST_BYTES = 20 * 2**20
"""Of a sent file: more Telegram does not give to a bot."""


class Order(Struct, frozen=True):
    """What the process is to do.

    Attributes:
        file: where it lies; `name` is what its sender calls it.
        folder: an empty one, for what is unpacked; deleted by who gave it.
        media: a folder in which media are kept; empty: only to look, the cards are not told.
        progress: how far its owner is with the cards is told with them.
        same: a card that looks new is taken for one of which it may be another wording.
        otherwise: such cards, by their places in their decks, with the others, of which the contrary holds.
        large: it does not come from Telegram, which takes no more than `MOST_BYTES`.
        beside: the decks folder in which it lies under its name, with pictures and recordings beside it; empty: none.
    """

    file: str
    name: str
    folder: str
    media: str = ""
    progress: bool = False
    same: bool = False
    large: bool = False
    otherwise: tuple[tuple[int, int], ...] = ()
    beside: str = ""


class Far(Struct, frozen=True, tag="far"):
    """How many pictures and sounds are unpacked; may be told before anything else."""

    done: int
    all_of_them: int


class Named(Struct, frozen=True, tag="named"):
    """The names of the decks in the file; from now on a deck is its place among them.

    `wholes`: of decks that its files were while each was read as one.
    """

    names: tuple[str, ...]
    wholes: tuple[str, ...] = ()


class Ids(Struct, frozen=True, tag="ids"):
    """By what cards in use of another deck of its sender's are known (`bot.decks.known`); it is behind the file's."""

    deck: int
    known: tuple[str, ...]


class Wanted(Struct, frozen=True, tag="wanted"):
    """Which of these decks the file has under another name, or in others: they are told, too, then `AllHad` again."""

    decks: tuple[int, ...]


class HadDeck(Struct, frozen=True, tag="deck"):
    """There is a deck: the one of that name, or, at a place behind these, one that is in the file no longer.

    Attributes:
        deck: its place.
        name: as its file called it until now.
        whole: it is what the file was while it was read as one.
        of_file: that is known; else only its cards can tell.
        called: by its owner, who gave it another name than its file; empty: nobody did.
    """

    deck: int
    name: str
    whole: bool = False
    of_file: bool = True
    called: str = ""


class HadType(Struct, frozen=True, tag="had type"):
    """A note type of some of those cards, by which number they name it."""

    notetype_id: int
    body: str


class HadMedia(Struct, frozen=True, tag="had media"):
    """Some of that deck's media: the names under which they are stored by the author's."""

    deck: int
    names: dict[str, str]


class Had(Struct, frozen=True, tag="had"):
    """Cards that a deck has or had: the bot tells them, archived ones too."""

    deck: int
    cards: tuple["HadCard", ...]


class HadCard(Struct, frozen=True):
    """A card in the database.

    Attributes:
        file_fields: the cells, JSON, that its file had when it was edited here; None: it never was.
        answered_ms: when who sent the file answered it last; None: it is new to them.
        suspended: by who sent the file.
    """

    card_id: int
    written: Written
    archived: bool
    notetype_id: int | None = None
    file_fields: str | None = None
    answered_ms: int | None = None
    suspended: bool = False


class AllHad(Struct, frozen=True, tag="all"):
    """No more of them follow."""


class ProgressCounts(Struct, frozen=True):
    """How far the file's owner is with its cards.

    Attributes:
        cards: that were met there, or put aside.
        reviews: grades in the log that count.
        news: cards of which taking it along would change what is known here, or put them aside.
        kept: cards that were answered here later than there.
    """

    cards: int
    reviews: int
    suspended: int
    buried: int
    news: int
    kept: int


class GoesOn(Struct, frozen=True):
    """A deck of another name goes on as one of the file.

    Attributes:
        older: its place behind these.
        name: as its file called it until now.
        deck: the place of the other.
        whole: as in `HadDeck`.
    """

    older: int
    name: str
    deck: int
    whole: bool


class Counts(Struct, frozen=True, tag="counts"):
    """What the file holds, and what importing it would do.

    Attributes:
        notes: entries of a package, 0 for other files.
        lost: entries that cannot be read, each with line and cause.
        faults: what else its author should look at.
        missing: pictures that cards show and the file does not bring.
        read_as: an encoding that was found by evidence; empty: UTF-8.
        progress: None: there is none in it.
        unlisted: how many of the lost and of the faults are not listed, where only the first are.
        settings: of the file's owner, which come with their progress; None: there are none in it.
        pairs: the first of those that look new and may be others.
        goes_on: decks that are in the file under another name.
    """

    decks: tuple[DeckCounts, ...]
    notes: int
    lost: tuple[str, ...]
    faults: tuple[str, ...]
    missing: int
    read_as: str
    progress: ProgressCounts | None = None
    unlisted: tuple[int, int] = (0, 0)
    settings: Settings | None = None
    pairs: tuple[Pair, ...] = ()
    goes_on: tuple[GoesOn, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether the cards would not stay as they are, or their decks be called otherwise."""
        is_named_anew = any(each.whole or not self.decks[each.deck].called for each in self.goes_on)
        return self.says_other or is_named_anew or any(deck.moved or deck.came for deck in self.decks)

    @property
    def says_other(self) -> bool:
        """Whether a deck would say something else, and not only be kept otherwise."""
        return any(deck.new or deck.changed or deck.back or deck.gone for deck in self.decks)

    def as_chosen(self, *, same: bool) -> "Counts":
        """The same, where cards that look new and are taken for others are these, and no new ones."""
        decks = [
            deck.as_chosen([pair for pair in self.pairs if pair.deck == place], same=same)
            for place, deck in enumerate(self.decks)
        ]
        return structs.replace(self, decks=tuple(decks))

    def first(self, most: int) -> "Counts":
        """The same with so many of its lines at the most."""
        lost, faults = self.lost[:most], self.faults[: max(most - len(self.lost), 0)]
        hidden = (len(self.lost) - len(lost), len(self.faults) - len(faults))
        return structs.replace(self, lost=lost, faults=faults, unlisted=hidden)


class Type(Struct, frozen=True, tag="type"):
    """A note type of cards that follow; they name it by its place among those that were told."""

    body: str


class Arriving(Struct, frozen=True):
    """A card that is new (`card_id` is None), is to be written anew, or (`written` is None) stays as it is.

    Attributes:
        position: in its deck.
        notetype: the place of its type.
        rewritten: its answer is quite another.
    """

    card_id: int | None
    position: int
    written: Written | None
    notetype: int | None = None
    rewritten: bool = False
    progress: CardProgress | None = None


class Cards(Struct, frozen=True, tag="cards"):
    """Some of a deck's cards."""

    deck: int
    cards: tuple[Arriving, ...]


class Rest(Struct, frozen=True, tag="rest"):
    """What else is to be known of a deck: the cards that are in it no longer, its media by the author's names, what its
    owner chose for it, and the cards that come into it out of others.
    """

    deck: int
    gone: tuple[int, ...]
    media: dict[str, str]
    choices: DeckChoices | None = None
    came: tuple[int, ...] = ()


class Refused(Struct, frozen=True, tag="refused"):
    """The file cannot be read; `line` says why to who sent it."""

    line: str


class End(Struct, frozen=True, tag="end"):
    """That was all."""


Message: TypeAlias = (
    Far
    | Named
    | HadDeck
    | Ids
    | Wanted
    | HadType
    | HadMedia
    | Had
    | AllHad
    | Counts
    | Type
    | Cards
    | Rest
    | Refused
    | End
)


def to_line(message: Message) -> bytes:
    """The message as it travels."""
    return msgspec.json.encode(message) + b"\n"


def from_line(line: bytes) -> Message:
    """The message that `to_line` made; raises msgspec.DecodeError."""
    message: Message = msgspec.json.decode(line, type=Message)
    return message
