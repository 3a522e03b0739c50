"""The decks on the shelf: a file that was read becomes, or changes, a deck that people keep their memory of."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bot.decks.card import Card, Deck
from bot.decks.encoded import Written, fields_to_json, written
from bot.decks.match import Known, Matching, match
from bot.decks.textfile import GoOn, surely, while_wanted
from bot.storage import cards, packages, parting
from bot.storage.cards import StoredDeck
from bot.tutor import complaining
from bot.tutor.desk import Desk


class Found(Struct, frozen=True):
    """A deck file as it was read just now; `digest` is that of its bytes."""

    deck: Deck
    digest: str


def claim(desk: Desk, found: Sequence[Found], present: frozenset[str], go_on: GoOn = surely) -> tuple[int, ...]:
    """Which deck each file is from now on, in the files' order; a deck that is new is not offered before it is kept.

    `found`: all files that changed together, for two may have changed names. `present`: the deck files in the folder,
    by which a renamed one is known. Raises GivenUp where it was not to go on.
    """
    for each in found:
        parting.join(desk.db, each.deck.file, desk.now)
    known = cards.every_deck(desk.db)
    read_anew = {each.deck.file for each in found}
    free = [deck for deck in known if deck.file not in present or deck.file in read_anew]
    claimed = _claimed(desk, found, free, go_on)
    moved = {deck.deck_id: found[place].deck.file for place, deck in claimed.items()}
    cards.move_decks(desk.db, moved)
    return tuple(
        claimed[place].deck_id if place in claimed else cards.add_deck(desk.db, each.deck, desk.now)
        for place, each in enumerate(found)
    )


def _claimed(desk: Desk, found: Sequence[Found], free: Sequence[StoredDeck], go_on: GoOn) -> dict[int, StoredDeck]:
    """Place among the files → the deck that it is: the best claim first, each file and each deck once."""
    claimed: dict[int, StoredDeck] = {}
    for _, place, deck in sorted(_claims(desk, found, free, go_on), key=lambda claim: claim[:2]):
        if place not in claimed and deck not in claimed.values():
            claimed[place] = deck
    return claimed


def _claims(
    desk: Desk, found: Sequence[Found], free: Sequence[StoredDeck], go_on: GoOn
) -> Iterator[tuple[tuple[int, float], int, StoredDeck]]:
    """Every claim that could hold, with its rank: the lower, the better."""
    stored = {deck.deck_id: cards.texts(desk.db, deck.deck_id) for deck in while_wanted(free, go_on)}
    for place, each in enumerate(found):
        written = {fields_to_json(card.fields) for card in while_wanted(each.deck.cards, go_on)}
        for deck in while_wanted(free, go_on):
            share = len(written & stored[deck.deck_id]) / len(written)
            rank = _rank(deck.file == each.deck.file, deck.digest == each.digest, share)
            if rank is not None:
                yield (rank, -share), place, deck


def _rank(same_name: bool, same_bytes: bool, share: float) -> int | None:
    """How well a file fits a deck, 0 best; `share` of its cards are the deck's. None: it is another deck."""
    ranks = ((same_name and share >= 0.5), same_bytes, share >= 0.5, same_name)
    return next((rank for rank, holds in enumerate(ranks) if holds), None)


def known(desk: Desk, deck_id: int) -> list[Known]:
    """What the matching rule needs of every card the deck ever had."""
    return cards.known(desk.db, deck_id)


class Compared(Struct, frozen=True):
    """A file's cards as they are kept, and which of them is which old one."""

    cards: tuple[Written, ...]
    matching: Matching


def compare(known: Sequence[Known], cards: Sequence[Card], go_on: GoOn = surely) -> Compared:
    """The file's cards beside those that the deck ever had. Not for a transaction: of many it takes its time.

    Raises GivenUp where it was not to go on.
    """
    return Compared(tuple(written(card, at) for at, card in enumerate(while_wanted(cards, go_on))), match(known, cards))


def keep(desk: Desk, deck_id: int, found: Found, compared: Compared) -> None:
    """The deck is what its file says, and is offered."""
    before = complaining.said_of(desk, [deck_id])
    cards.store(desk.db, deck_id, compared.cards, compared.matching, desk.now)
    complaining.changed(desk, None, before)
    cards.update_deck(desk.db, deck_id, found.deck, found.digest)
    # It may have been several until now.
    packages.read(desk.db, found.deck.file, "", (), desk.now)


def missing(desk: Desk, present: frozenset[str]) -> list[int]:
    """The decks whose file is gone, archived now; what was learned is kept, and a file that comes back revives it."""
    files = [(deck.deck_id, deck.file) for deck in cards.every_deck(desk.db) if not deck.archived]
    files += [(deck.deck_id, deck.path) for deck in packages.every(desk.db) if not deck.archived]
    gone = [deck_id for deck_id, file in files if file not in present]
    for deck_id in gone:
        cards.archive_deck(desk.db, deck_id, desk.now)
    return gone


def digests(desk: Desk) -> dict[str, str]:
    """File to digest of every deck on the shelf: what need not be read again."""
    return {deck.file: deck.digest for deck in cards.every_deck(desk.db) if not deck.archived}


def package_digests(desk: Desk) -> dict[str, str]:
    """The same of every package of which a deck is on the shelf."""
    return {deck.path: deck.digest for deck in packages.every(desk.db) if not deck.archived}


def package_decks(desk: Desk) -> frozenset[tuple[str, str]]:
    """Path and name of every deck of a package on the shelf."""
    return frozenset((deck.path, deck.name) for deck in packages.every(desk.db) if not deck.archived)
